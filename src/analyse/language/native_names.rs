//! In: a name. Out: which of the language's own things are called so. Never looks at values.

use super::Machine;
use super::embedder::Embedder;
use crate::analyse::domain::value::Atom;

/// Methods of arrays.
pub(in crate::analyse) const ARRAY: u16 = 1;
/// Methods of promises.
pub(in crate::analyse) const PROMISE: u16 = 1 << 1;
/// Methods of maps and sets.
pub(in crate::analyse) const COLLECTION: u16 = 1 << 2;
/// Methods of functions.
pub(in crate::analyse) const FUNCTION: u16 = 1 << 3;
/// Methods of any object.
pub(in crate::analyse) const PLAIN: u16 = 1 << 4;
/// Methods of strings.
pub(in crate::analyse) const TEXT: u16 = 1 << 5;
/// Methods of numbers.
pub(in crate::analyse) const NUMBER: u16 = 1 << 6;
/// Global functions and objects whose effect is known.
pub(in crate::analyse) const GLOBAL: u16 = 1 << 7;
/// Names of the global object.
pub(in crate::analyse) const GLOBAL_OBJECT: u16 = 1 << 8;
/// Functions of the run-time of compiled generators.
pub(in crate::analyse) const GENERATOR: u16 = 1 << 9;
/// Whole numbers in decimal: indices of arrays.
pub(in crate::analyse) const INDEX: u16 = 1 << 10;
/// Names whose reading the embedder wants to know of.
pub(in crate::analyse) const WATCHED: u16 = 1 << 11;
/// Free names and members of the embedder's, whatever the program has put there.
pub(in crate::analyse) const OVERRIDDEN: u16 = 1 << 12;
/// Names that may mean something else than the property, depending on what stands beside it.
pub(in crate::analyse) const BESIDE: u16 = 1 << 13;
/// The name was looked up; set in all that were.
const KNOWN: u16 = 1 << 15;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Whether a name is one of these groups. Each name's text is compared with the lists once.
    pub(in crate::analyse) fn is_native(&mut self, name: Atom, groups: u16) -> bool {
        let at = name.0 as usize;
        if self.lang.natives_of.len() <= at {
            self.lang.natives_of.resize(self.atoms.len().max(at + 1), 0);
        }
        if self.lang.natives_of[at] == 0 {
            let mut groups = groups_of(self.atoms.text(name)) | E::name_groups(self, name);
            if groups & GENERATOR != 0 {
                groups |= BESIDE;
            }
            self.lang.natives_of[at] = KNOWN | groups;
        }
        self.lang.natives_of[at] & groups != 0
    }

    /// The full name of a member of a global object, `Object.assign`, when its effect is known.
    pub(super) fn static_name(&mut self, owner: Atom, name: Atom) -> Option<Atom> {
        if let Some(known) = self.lang.statics.get(&(owner, name)) {
            return *known;
        }
        let full = format!("{}.{}", self.atoms.text(owner), self.atoms.text(name));
        let found = STATICS.contains(&full.as_str()).then(|| self.atoms.intern(&full));
        self.lang.statics.insert((owner, name), found);
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
