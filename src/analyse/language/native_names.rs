//! In: a name. Out: which of the language's own things are called so. Never looks at values.

use crate::analyse::domain::value::Atom;
use crate::analyse::engine::machine::Machine;

/// Methods of arrays.
pub(super) const ARRAY: u16 = 1;
/// Methods of promises.
pub(super) const PROMISE: u16 = 1 << 1;
/// Methods of maps and sets.
pub(super) const COLLECTION: u16 = 1 << 2;
/// Methods of functions.
pub(super) const FUNCTION: u16 = 1 << 3;
/// Methods of any object.
pub(super) const PLAIN: u16 = 1 << 4;
/// Methods of strings.
pub(in crate::analyse) const TEXT: u16 = 1 << 5;
/// Methods of numbers.
pub(super) const NUMBER: u16 = 1 << 6;
/// Global functions and objects whose effect is known.
pub(super) const GLOBAL: u16 = 1 << 7;
/// Names of the global object.
pub(super) const GLOBAL_OBJECT: u16 = 1 << 8;
/// Functions of the run-time of compiled generators.
pub(in crate::analyse) const GENERATOR: u16 = 1 << 9;
/// Whole numbers in decimal: indices of arrays.
pub(super) const INDEX: u16 = 1 << 10;
/// Fields of users that are no basic information, by the platform's table.
pub(super) const PRIVATE: u16 = 1 << 11;
/// Functions of frameworks whose effect is known better than their source, by the platform's table.
pub(in crate::analyse) const SHIM: u16 = 1 << 12;
/// Names that may mean something else than the property, depending on what stands beside it.
pub(super) const BESIDE: u16 = 1 << 13;
/// The name was looked up; set in all that were.
const KNOWN: u16 = 1 << 15;

impl Machine<'_> {
    /// Whether a name is one of these groups. Each name's text is compared with the lists once.
    pub(in crate::analyse) fn is_native(&mut self, name: Atom, groups: u16) -> bool {
        let at = name.0 as usize;
        if self.natives_of.len() <= at {
            self.natives_of.resize(self.atoms.len().max(at + 1), 0);
        }
        if self.natives_of[at] == 0 {
            let private = if self.names.private_fields.contains(&name) { PRIVATE } else { 0 };
            let shim = if self.names.shims.contains_key(&name) { SHIM } else { 0 };
            let groups = groups_of(self.atoms.text(name));
            let beside = if shim != 0 || groups & GENERATOR != 0 || self.is_beside(name) { BESIDE } else { 0 };
            self.natives_of[at] = KNOWN | private | shim | beside | groups;
        }
        self.natives_of[at] & groups != 0
    }

    fn is_beside(&self, name: Atom) -> bool {
        let names = &self.names;
        names.facades.iter().any(|(member, _)| *member == name)
            || names.composed.contains_key(&name)
            || matches!(self.atoms.text(name), "extend" | "mixin")
    }

    /// The full name of a member of a global object, `Object.assign`, when its effect is known.
    pub(super) fn static_name(&mut self, owner: Atom, name: Atom) -> Option<Atom> {
        if let Some(known) = self.statics.get(&(owner, name)) {
            return *known;
        }
        let full = format!("{}.{}", self.atoms.text(owner), self.atoms.text(name));
        let found = STATICS.contains(&full.as_str()).then(|| self.atoms.intern(&full));
        self.statics.insert((owner, name), found);
        found
    }
}

fn groups_of(text: &str) -> u16 {
    let lists = [
        (ARRAY, ARRAY_METHODS),
        (PROMISE, PROMISE_METHODS),
        (COLLECTION, COLLECTION_METHODS),
        (FUNCTION, FUNCTION_METHODS),
        (PLAIN, PLAIN_METHODS),
        (TEXT, TEXT_METHODS),
        (NUMBER, NUMBER_METHODS),
        (GLOBAL, GLOBAL_FUNCTIONS),
        (GLOBAL_OBJECT, GLOBAL_OBJECTS),
        (GENERATOR, GENERATORS),
    ];
    let index = if text.bytes().all(|byte| byte.is_ascii_digit()) { INDEX } else { 0 };
    lists.iter().filter(|(_, names)| names.contains(&text)).fold(index, |groups, (group, _)| groups | group)
}

/// Functions of the run-time of compiled generators.
const GENERATORS: &[&str] = &["mark", "wrap", "awrap", "async"];
/// Names of the global object.
const GLOBAL_OBJECTS: &[&str] = &["globalThis", "global", "window", "self"];
/// Global functions whose effect is known.
const GLOBAL_FUNCTIONS: &[&str] = &[
    "Object",
    "Array",
    "Promise",
    "Function",
    "JSON",
    "Map",
    "Set",
    "WeakMap",
    "WeakSet",
    "Proxy",
    "Reflect",
    "Symbol",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "queueMicrotask",
    "requestAnimationFrame",
    "String",
    "Number",
    "Boolean",
    "regeneratorRuntime",
    "console",
    "Error",
    "process",
];
/// Functions on global objects whose effect is known.
const STATICS: &[&str] = &[
    "Object.assign",
    "Object.create",
    "Object.defineProperty",
    "Object.defineProperties",
    "Object.keys",
    "Object.values",
    "Object.entries",
    "Object.freeze",
    "Object.seal",
    "Object.setPrototypeOf",
    "Object.getPrototypeOf",
    "Object.fromEntries",
    "Object.getOwnPropertyNames",
    "Object.getOwnPropertySymbols",
    "Promise.all",
    "Promise.allSettled",
    "Promise.race",
    "Promise.any",
    "Promise.resolve",
    "Promise.reject",
    "JSON.parse",
    "JSON.stringify",
    "Array.from",
    "Array.of",
    "Array.isArray",
    "Reflect.apply",
    "Reflect.construct",
    "Reflect.get",
    "Reflect.ownKeys",
    "regeneratorRuntime.mark",
    "regeneratorRuntime.wrap",
    "regeneratorRuntime.awrap",
    "regeneratorRuntime.async",
    "console.log",
    "console.info",
    "console.warn",
    "console.error",
    "console.debug",
    "console.dir",
    "console.table",
    "process.nextTick",
];
const ARRAY_METHODS: &[&str] = &[
    "push",
    "unshift",
    "concat",
    "slice",
    "splice",
    "map",
    "forEach",
    "filter",
    "find",
    "findLast",
    "findIndex",
    "some",
    "every",
    "reduce",
    "reduceRight",
    "includes",
    "indexOf",
    "lastIndexOf",
    "join",
    "pop",
    "shift",
    "sort",
    "reverse",
    "keys",
    "values",
    "entries",
    "flat",
    "flatMap",
    "at",
    "fill",
    "hasOwnProperty",
    "toString",
    "next",
];
const PROMISE_METHODS: &[&str] = &["then", "catch", "finally"];
const COLLECTION_METHODS: &[&str] =
    &["get", "set", "add", "has", "delete", "clear", "forEach", "keys", "values", "entries", "next"];
const FUNCTION_METHODS: &[&str] = &["call", "apply", "bind", "toString", "hasOwnProperty"];
const PLAIN_METHODS: &[&str] = &["hasOwnProperty", "toString", "valueOf", "isPrototypeOf", "propertyIsEnumerable"];
const TEXT_METHODS: &[&str] = &[
    "split",
    "replace",
    "replaceAll",
    "slice",
    "substring",
    "substr",
    "trim",
    "toLowerCase",
    "toUpperCase",
    "indexOf",
    "includes",
    "startsWith",
    "endsWith",
    "match",
    "concat",
    "charAt",
    "charCodeAt",
    "toString",
    "padStart",
    "padEnd",
    "lastIndexOf",
    "search",
    "repeat",
    "localeCompare",
];
const NUMBER_METHODS: &[&str] = &["toFixed", "toString", "valueOf", "toPrecision", "toLocaleString"];
