//! In: methods of arrays, collections and strings. Out: what they give and whom they call.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::object::{Kind, Property};
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::EdgeKind;

/// Parts of a text that are told apart when it is split.
const MAX_PARTS: usize = 16;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Calls a method of the language by name.
    pub(super) fn call_method(&mut self, frame: &Frame, id: u32, name: &str, this: Set, args: &[Set]) -> Set {
        let first = args.first().copied().unwrap_or(Set::UNDEFINED);
        match name {
            "push" | "unshift" | "add" | "fill" => self.push_all(this, args, name),
            "set" => self.collection_set(frame, id, this, args),
            "get" => self.collection_get(frame, this, first),
            "concat" if self.has_array(this) => self.concat(frame, id, this, args),
            "values" if self.has_map(this) => self.map_values(frame, id, this),
            "slice" | "splice" | "reverse" | "sort" | "filter" | "flat" | "values" if self.has_array(this) => {
                self.iterate(frame, id, name, this, first);
                self.copy_array(frame, id, this)
            }
            "map" | "flatMap" => {
                let made = self.iterate(frame, id, name, this, first);
                let array = self.allocate(frame.scope, id, 50, Kind::Array);
                self.push_item(array, made);
                self.sets.one(Val::Object(array))
            }
            "forEach" => {
                self.iterate(frame, id, name, this, first);
                Set::UNDEFINED
            }
            "some" | "every" | "findIndex" => {
                self.iterate(frame, id, name, this, first);
                Set::ANY_BOOL
            }
            "find" | "findLast" => {
                self.iterate(frame, id, name, this, first);
                let items = self.any_item(frame, this);
                self.sets.join(items, Set::UNDEFINED)
            }
            "pop" | "shift" | "at" => {
                let items = self.any_item(frame, this);
                self.sets.join(items, Set::UNDEFINED)
            }
            "reduce" | "reduceRight" => self.reduce(frame, id, this, args),
            "next" => self.next(frame, id, this),
            "includes" | "has" | "isPrototypeOf" | "propertyIsEnumerable" | "startsWith" | "endsWith" | "delete" => {
                Set::ANY_BOOL
            }
            "indexOf" | "lastIndexOf" | "search" | "charCodeAt" | "localeCompare" => Set::ANY_NUMBER,
            "entries" if self.has_map(this) => self.entries(frame, id, this),
            "keys" if self.has_map(this) => {
                let keys = self.keys(frame, this);
                self.array_of(frame, id, keys)
            }
            "keys" | "entries" | "match" => Set::UNKNOWN,
            "join" => self.join_text(frame, this, first),
            "split" => {
                let array = self.allocate(frame.scope, id, 51, Kind::Array);
                let known =
                    [this, args.first().copied().unwrap_or(Set::EMPTY)].map(|set| match self.sets.single(set) {
                        Some(Val::Str(text)) => Some(self.atoms.text(text).to_string()),
                        _ => None,
                    });
                match known {
                    [Some(text), Some(by)] if !by.is_empty() && text.matches(by.as_str()).count() < MAX_PARTS => {
                        for (at, part) in text.split(by.as_str()).enumerate() {
                            let part = self.atoms.intern(part);
                            let part = self.sets.one(Val::Str(part));
                            self.write_index(array, at, part);
                        }
                    }
                    _ => self.push_item(array, Set::TEXT),
                }
                self.sets.one(Val::Object(array))
            }
            "concat" => args.iter().fold(this, |text, arg| self.add(text, *arg)),
            "replace" | "replaceAll" => {
                let with = args.get(1).copied().unwrap_or(Set::UNDEFINED);
                self.apply(frame, id, with, Set::UNDEFINED, &[Set::TEXT], EdgeKind::Iteration);
                self.same_text(this)
            }
            "trim" | "toString" | "valueOf" => self.same_text(this),
            "toLowerCase" | "toUpperCase" => self.change_case(this, name == "toUpperCase"),
            "clear" => Set::UNDEFINED,
            "slice" | "substring" | "substr" | "charAt" | "padStart" | "padEnd" | "repeat" | "toFixed"
            | "toPrecision" | "toLocaleString" => Set::TEXT,
            _ => {
                for arg in args {
                    self.escape(frame, id, *arg);
                }
                Set::UNKNOWN
            }
        }
    }

    /// `map.values()`: an array of what the maps hold.
    fn map_values(&mut self, frame: &Frame, id: u32, maps: Set) -> Set {
        let maps = self.objects(maps).into_iter();
        let values = maps.fold(Set::EMPTY, |all, map| {
            let held = self.all_items(frame.ctx, map);
            self.sets.join(all, held)
        });
        let array = self.allocate(frame.scope, id, 53, Kind::Array);
        self.push_item(array, values);
        self.sets.one(Val::Object(array))
    }

    fn has_array(&self, set: Set) -> bool {
        self.sets.values(set).iter().any(|value| match value {
            Val::Object(object) => !matches!(self.heap.get(*object).kind, Kind::Json(_)),
            Val::Unknown | Val::Opaque(_) => true,
            _ => false,
        })
    }

    /// Whether there is a map among these whose keys are known.
    fn has_map(&self, set: Set) -> bool {
        self.sets.objects(set).any(|object| {
            let facts = self.heap.get(object);
            let is_key = |(name, _): &(Atom, Property)| *name != self.lang.names.result;
            facts.kind == Kind::Collection && facts.properties().iter().any(is_key)
        })
    }

    fn objects(&self, set: Set) -> Vec<ObjId> {
        self.sets.objects(set).collect()
    }

    fn any_item(&mut self, frame: &Frame, array: Set) -> Set {
        let mut all = Set::EMPTY;
        for item in self.items(frame, array) {
            all = self.sets.join(all, item);
        }
        all
    }

    fn push_all(&mut self, array: Set, args: &[Set], name: &str) -> Set {
        for object in self.objects(array) {
            for arg in args {
                self.push_item(object, *arg);
            }
        }
        if name == "add" || name == "fill" { array } else { Set::ANY_NUMBER }
    }

    fn collection_set(&mut self, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Set {
        let [key, value] = [0, 1].map(|at| args.get(at).copied().unwrap_or(Set::UNDEFINED));
        self.set_index(frame, id, this, key, value);
        this
    }

    fn collection_get(&mut self, frame: &Frame, this: Set, key: Set) -> Set {
        let mut found = Set::UNDEFINED;
        for object in self.objects(this) {
            let known = self.sets.single(key).and_then(|key| self.property_name(key));
            let value = match known {
                Some(name) => self.read_own(frame.ctx, object, name),
                None => self.all_items(frame.ctx, object),
            };
            found = self.sets.join(found, value);
            let wildcard = self.heap.wildcard(object);
            let any = self.heap.read(wildcard, frame.ctx);
            found = self.sets.join(found, any);
        }
        found
    }

    fn concat(&mut self, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Set {
        let array = self.allocate(frame.scope, id, 52, Kind::Array);
        for part in std::iter::once(&this).chain(args) {
            for at in 0..self.sets.values(*part).len() {
                match self.sets.values(*part)[at] {
                    Val::Object(object) if self.heap.get(object).kind == Kind::Array => {
                        let items = self.all_items(frame.ctx, object);
                        self.push_item(array, items);
                    }
                    value => {
                        let single = self.sets.one(value);
                        self.push_item(array, single);
                    }
                }
            }
        }
        self.sets.one(Val::Object(array))
    }

    fn copy_array(&mut self, frame: &Frame, id: u32, this: Set) -> Set {
        let array = self.allocate(frame.scope, id, 53, Kind::Array);
        let items = self.any_item(frame, this);
        self.push_item(array, items);
        self.sets.one(Val::Object(array))
    }

    /// Calls `callback` for the items: for each apart while they are few, so that a list of functions or names stays exact.
    fn iterate(&mut self, frame: &Frame, id: u32, name: &str, this: Set, callback: Set) -> Set {
        if name == "forEach" && self.has_map(this) {
            return self.each_entry(frame, id, this, callback);
        }
        let mut items = self.items(frame, this);
        items.sort_unstable();
        items.dedup();
        if items.len() > 24 || name == "sort" {
            let all = items.iter().fold(Set::EMPTY, |all, item| self.sets.join(all, *item));
            items = vec![all];
        }
        let mut made = Set::EMPTY;
        for item in items {
            let args = if name == "sort" { [item, item, this] } else { [item, Set::ANY_NUMBER, this] };
            let value = self.apply(frame, id, callback, Set::UNDEFINED, &args, EdgeKind::Iteration);
            made = self.sets.join(made, value);
        }
        made
    }

    /// The items of a list in their order, when all are known and few.
    fn few_items(&mut self, frame: &Frame, list: Set) -> Option<Vec<Set>> {
        let Val::Object(array) = self.sets.single(list)? else { return None };
        let wildcard = self.heap.wildcard(array);
        let more = self.heap.read(wildcard, frame.ctx) != Set::EMPTY;
        let facts = self.heap.get(array);
        if more || facts.open || facts.kind != Kind::Array || facts.properties().len() > 24 {
            return None;
        }
        Some(self.items(frame, list))
    }

    /// `map.forEach((value, key) => …)`.
    fn each_entry(&mut self, frame: &Frame, id: u32, this: Set, callback: Set) -> Set {
        for map in self.objects(this) {
            for (name, property) in self.heap.get(map).properties().to_vec() {
                let value = self.heap.read(property.slot, frame.ctx);
                let key = self.sets.one(Val::Str(name));
                if value != Set::EMPTY {
                    self.apply(frame, id, callback, Set::UNDEFINED, &[value, key, this], EdgeKind::Iteration);
                }
            }
            let rest = self.heap.wildcard(map);
            let rest = self.heap.read(rest, frame.ctx);
            if rest != Set::EMPTY {
                self.apply(frame, id, callback, Set::UNDEFINED, &[rest, Set::UNKNOWN, this], EdgeKind::Iteration);
            }
        }
        Set::UNDEFINED
    }

    fn reduce(&mut self, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Set {
        let callback = args.first().copied().unwrap_or(Set::UNDEFINED);
        let items = self.any_item(frame, this);
        let mut all = args.get(1).copied().unwrap_or(items);
        if let Some(items) = self.few_items(frame, this).filter(|_| args.len() > 1) {
            for item in items {
                let args = [all, item, Set::ANY_NUMBER, this];
                all = self.apply(frame, id, callback, Set::UNDEFINED, &args, EdgeKind::Iteration);
            }
            return all;
        }
        for _ in 0..3 {
            let args = [all, items, Set::ANY_NUMBER, this];
            let value = self.apply(frame, id, callback, Set::UNDEFINED, &args, EdgeKind::Iteration);
            let next = self.sets.join(all, value);
            if next == all {
                break;
            }
            all = next;
        }
        all
    }

    /// `iterator.next()`: an object of `value` and `done`.
    fn next(&mut self, frame: &Frame, id: u32, this: Set) -> Set {
        let step = self.allocate(frame.scope, id, 54, Kind::Plain);
        let mut value = self.any_item(frame, this);
        let end = self.get(frame, id, this, self.lang.names.result);
        value = self.sets.join(value, end);
        self.define(step, self.lang.names.value, value);
        let done = self.atoms.intern("done");
        self.define(step, done, Set::ANY_BOOL);
        self.sets.one(Val::Object(step))
    }

    fn join_text(&mut self, frame: &Frame, this: Set, separator: Set) -> Set {
        let Some(Val::Object(array)) = self.sets.single(this) else { return Set::TEXT };
        let wildcard = self.heap.wildcard(array);
        if self.heap.read(wildcard, frame.ctx) != Set::EMPTY || self.heap.get(array).open {
            return Set::TEXT;
        }
        let comma = self.atoms.intern(",");
        let separator = if separator == Set::UNDEFINED { self.sets.one(Val::Str(comma)) } else { separator };
        let properties = self.heap.get(array).properties().to_vec();
        let mut text = self.sets.one(Val::Str(crate::analyse::domain::value::Atom(0)));
        let mut first = true;
        for (name, property) in properties {
            if self.atoms.text(name).parse::<u32>().is_err() {
                continue;
            }
            let value = self.heap.read(property.slot, frame.ctx);
            if !first {
                text = self.add(text, separator);
            }
            text = self.add(text, value);
            first = false;
        }
        text
    }

    fn same_text(&mut self, this: Set) -> Set {
        let known = |value: &Val| matches!(value, Val::Str(_) | Val::Opaque(_));
        if self.sets.values(this).iter().all(known) { this } else { Set::TEXT }
    }

    fn change_case(&mut self, this: Set, upper: bool) -> Set {
        let mut changed = Vec::new();
        for value in self.sets.values(this).to_vec() {
            match value {
                Val::Str(atom) => {
                    let text = self.atoms.text(atom);
                    let text = if upper { text.to_uppercase() } else { text.to_lowercase() };
                    changed.push(Val::Str(self.atoms.intern(&text)));
                }
                _ => changed.push(Val::Text),
            }
        }
        self.sets.of(changed)
    }
}
