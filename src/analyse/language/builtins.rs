//! In: functions of the language, by name. Out: what they give and whom they call.

use super::Machine;
use super::builtin_table::Call;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::heap::PathStep;
use crate::analyse::domain::object::{Kind, Property};
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::{EdgeKind, UseKind};

/// Items of a new list whose places are told apart; more come together where many objects were joined.
const MAX_POSITIONS: usize = 400;
/// Entries of an object that are told apart.
const MAX_ENTRIES: usize = 200;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Calls a builtin. Functions whose effect is not known give anything.
    pub(in crate::analyse) fn call_builtin(
        &mut self,
        frame: &Frame,
        id: u32,
        name: Atom,
        this: Set,
        args: &[Set],
    ) -> Set {
        if let Some(does) = self.builtin_of(name) {
            return does(self, &Call { frame, id, this, args });
        }
        let text = self.atoms.text(name).to_string();
        match E::call_builtin(self, frame, id, &text, this, args) {
            Some(result) => result,
            None => self.call_method(frame, id, &text, this, args),
        }
    }

    /// A builtin by its full name.
    pub(in crate::analyse) fn named_builtin(&mut self, name: &str) -> Set {
        let name = self.atoms.intern(name);
        let builtin = self.builtin(name);
        self.sets.one(builtin)
    }

    pub(super) fn store(&mut self, object: Set, name: Atom, value: Set) {
        for at in 0..self.sets.values(object).len() {
            if let Val::Object(object) = self.sets.values(object)[at] {
                self.define(object, name, value);
            }
        }
    }

    pub(super) fn settle_promise(&mut self, frame: &Frame, id: u32, promise: Set, value: Set, resolved: bool) -> Set {
        self.note_settlement(frame, id, promise, value, resolved);
        let value = if resolved { value } else { self.rejected_with(frame, promise, value) };
        if !resolved {
            self.hand_on(value);
        }
        let name = if resolved { self.lang.names.result } else { self.lang.names.reason };
        self.store(promise, name, value);
        Set::UNDEFINED
    }

    pub(in crate::analyse) fn ready_promise(&mut self, frame: &Frame, id: u32, value: Set, resolved: bool) -> Set {
        let promise = self.allocate(frame.scope, id, 31, Kind::Promise);
        let set = self.sets.one(Val::Object(promise));
        self.settle_promise(frame, id, set, value, resolved);
        set
    }

    pub(super) fn fresh(&mut self, frame: &Frame, id: u32, kind: Kind) -> Set {
        let object = self.allocate(frame.scope, id, 32, kind);
        self.sets.one(Val::Object(object))
    }

    pub(super) fn array_of(&mut self, frame: &Frame, id: u32, items: Vec<Set>) -> Set {
        let array = self.allocate(frame.scope, id, 33, Kind::Array);
        if items.len() > MAX_POSITIONS {
            let all = items.iter().fold(Set::EMPTY, |all, item| self.sets.join(all, *item));
            self.push_item(array, all);
        } else {
            for (at, item) in items.into_iter().enumerate() {
                self.write_index(array, at, item);
            }
        }
        self.sets.one(Val::Object(array))
    }

    pub(super) fn array_from(&mut self, frame: &Frame, id: u32, args: &[Set], of: bool) -> Set {
        let items = if of { args.to_vec() } else { self.items(frame, args.first().copied().unwrap_or(Set::EMPTY)) };
        if let (false, Some(callback)) = (of, args.get(1).copied()) {
            let all = items.iter().fold(Set::EMPTY, |all, item| self.sets.join(all, *item));
            let made = self.apply(frame, id, callback, Set::UNDEFINED, &[all, Set::ANY_NUMBER], EdgeKind::Iteration);
            let array = self.allocate(frame.scope, id, 33, Kind::Array);
            self.push_item(array, made);
            return self.sets.one(Val::Object(array));
        }
        self.array_of(frame, id, items)
    }

    pub(super) fn entries(&mut self, frame: &Frame, id: u32, object: Set) -> Set {
        let outer = self.allocate(frame.scope, id, 34, Kind::Array);
        for at in 0..self.sets.values(object).len() {
            let Val::Object(object) = self.sets.values(object)[at] else { continue };
            let properties: Vec<_> = self.heap.get(object).properties().iter().take(MAX_ENTRIES).copied().collect();
            for (at, (name, property)) in properties.into_iter().enumerate() {
                let value = self.heap.read(property.slot, frame.ctx);
                if value != Set::EMPTY {
                    let pair = self.entry_of(property, name, value);
                    self.write_index(outer, at, pair);
                }
            }
            if let Some(slot) = self.heap.get(object).wildcard {
                let value = self.heap.read(slot, frame.ctx);
                if value != Set::EMPTY {
                    let pair = self.allocate(frame.scope, id, 40, Kind::Array);
                    self.write_index(pair, 0, Set::TEXT);
                    self.write_index(pair, 1, value);
                    let pair = self.sets.one(Val::Object(pair));
                    self.push_item(outer, pair);
                }
            }
        }
        self.sets.one(Val::Object(outer))
    }

    /// `[name, value]` of a property.
    pub(super) fn entry_of(&mut self, property: Property, name: Atom, value: Set) -> Set {
        let pair = self.native(24, property.slot.0, Kind::Array);
        let key = self.sets.one(Val::Str(name));
        self.write_index(pair, 0, key);
        self.write_index(pair, 1, value);
        self.sets.one(Val::Object(pair))
    }

    /// `f.bind(this, …)`.
    pub(super) fn bind(&mut self, frame: &Frame, id: u32, function: Set, args: &[Set]) -> Set {
        let bound = self.allocate(frame.scope, id, 35, Kind::Bound);
        self.define(bound, self.lang.names.target, function);
        let this = args.first().copied().unwrap_or(Set::UNDEFINED);
        self.define(bound, self.lang.names.bound_this, this);
        for (at, arg) in args.iter().skip(1).take(4).enumerate() {
            self.define(bound, self.lang.names.bound_arg[at], *arg);
        }
        self.sets.one(Val::Object(bound))
    }

    pub(super) fn parse(&mut self, text: Set) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(text).len() {
            let value = match self.sets.values(text)[at] {
                Val::Opaque(opaque) => self.step_into(opaque, PathStep::Parsed),
                Val::Object(object) => match self.heap.get(object).kind {
                    Kind::Json(inner) => Val::Object(inner),
                    _ => Val::Unknown,
                },
                _ => Val::Unknown,
            };
            let value = self.sets.one(value);
            found = self.sets.join(found, value);
        }
        found
    }

    pub(super) fn stringify(&mut self, frame: &Frame, id: u32, value: Set) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(value).len() {
            let text = match self.sets.values(value)[at] {
                Val::Object(object) => Val::Object(self.native(9, object.number(), Kind::Json(object))),
                Val::Opaque(opaque) => {
                    let site = self.site(frame, id);
                    self.use_of(frame.ctx, site, opaque, UseKind::Sink(Atom(0)));
                    self.step_into(opaque, PathStep::Text)
                }
                _ => Val::Text,
            };
            let text = self.sets.one(text);
            found = self.sets.join(found, text);
        }
        found
    }

    pub(super) fn protos_of(&mut self, object: Set) -> Set {
        let mut found = Vec::new();
        for at in 0..self.sets.values(object).len() {
            if let Val::Object(object) = self.sets.values(object)[at] {
                found.extend(self.heap.get(object).protos.iter().map(|proto| Val::Object(*proto)));
            }
        }
        if found.is_empty() { Set::UNKNOWN } else { self.sets.of(found) }
    }

    /// `Object.defineProperty(target, key, descriptor)`. A descriptor that names its own key (as compiled classes' do)
    /// goes under that one, so that a loop over descriptors does not mix them up.
    pub(super) fn define_property(&mut self, frame: &Frame, target: Set, key: Set, descriptor: Set) {
        for at in 0..self.sets.values(descriptor).len() {
            let Val::Object(descriptor) = self.sets.values(descriptor)[at] else { continue };
            let own = self.read_own(frame.ctx, descriptor, self.lang.names.key);
            let key = if own == Set::EMPTY { key } else { own };
            for at in 0..self.sets.values(key).len() {
                let name = self.sets.values(key)[at];
                let Some(name) = self.property_name(name) else { continue };
                for at in 0..self.sets.values(target).len() {
                    if let Val::Object(object) = self.sets.values(target)[at] {
                        self.describe(frame, object, name, descriptor);
                    }
                }
            }
        }
    }

    fn describe(&mut self, frame: &Frame, object: ObjId, name: Atom, descriptor: ObjId) {
        let value = self.read_own(frame.ctx, descriptor, self.lang.names.value);
        if value != Set::EMPTY {
            self.define(object, name, value);
        }
        let accessor = |machine: &mut Self, which: Atom| {
            let set = machine.read_own(frame.ctx, descriptor, which);
            machine.sets.objects(set).next()
        };
        let getter = accessor(self, self.lang.names.get);
        let setter = accessor(self, self.lang.names.set);
        if getter.is_some() || setter.is_some() {
            self.heap.accessor(object, name, getter, setter);
        }
    }

    pub(super) fn define_all(&mut self, frame: &Frame, object: ObjId, descriptors: Set) {
        for at in 0..self.sets.values(descriptors).len() {
            let Val::Object(all) = self.sets.values(descriptors)[at] else { continue };
            for (name, property) in self.heap.get(all).properties().to_vec() {
                let value = self.heap.read(property.slot, frame.ctx);
                for at in 0..self.sets.values(value).len() {
                    if let Val::Object(descriptor) = self.sets.values(value)[at] {
                        self.describe(frame, object, name, descriptor);
                    }
                }
            }
        }
    }

    pub(super) fn has_own(&mut self, frame: &Frame, object: Set, key: Set) -> Set {
        let (Some(Val::Object(object)), Some(key)) = (self.sets.single(object), self.sets.single(key)) else {
            return Set::ANY_BOOL;
        };
        let Some(name) = self.property_name(key) else { return Set::ANY_BOOL };
        if self.heap.get(object).open || self.heap.get(object).wildcard.is_some() {
            return Set::ANY_BOOL;
        }
        let has = self.read_own(frame.ctx, object, name) != Set::EMPTY;
        self.sets.one(Val::Bool(has))
    }

    pub(super) fn log(&mut self, frame: &Frame, id: u32, args: &[Set]) {
        for arg in args {
            let objects = self.sets.values(*arg).iter().filter(|value| matches!(value, Val::Object(_))).count();
            // Of several objects it is not known which one is logged.
            let outside = |value: &Val| objects < 2 || matches!(value, Val::Opaque(_));
            let logged = self.sets.filter(*arg, outside);
            E::sink_into(self, frame, id, self.lang.names.console, logged);
        }
    }

    /// What a map or object is made of: `[key, value]`, each of these apart.
    pub(super) fn put_pair(&mut self, frame: &Frame, id: u32, map: ObjId, pairs: Set) {
        for at in 0..self.sets.values(pairs).len() {
            let pair = self.sets.values(pairs)[at];
            if !matches!(pair, Val::Object(_)) {
                self.heap.open(map);
                continue;
            }
            let pair = self.sets.one(pair);
            let [key, value] = [0.0_f64, 1.0].map(|at| {
                let at = self.sets.one(Val::Number(at.to_bits()));
                self.get_index(frame, id, pair, at)
            });
            let map = self.sets.one(Val::Object(map));
            self.set_index(frame, id, map, key, value);
        }
    }

    /// `new` of a builtin.
    pub(super) fn construct_builtin(&mut self, frame: &mut Frame<'a>, id: u32, name: Atom, args: &[Set]) -> Set {
        let first = args.first().copied().unwrap_or(Set::UNDEFINED);
        match self.atoms.text(name) {
            "Promise" => self.new_promise(frame, id, first),
            "Map" | "WeakMap" | "Set" | "WeakSet" => {
                let collection = self.allocate(frame.scope, id, 38, Kind::Collection);
                let keyed = self.atoms.text(name).ends_with("Map");
                for item in self.items(frame, first) {
                    if keyed { self.put_pair(frame, id, collection, item) } else { self.push_item(collection, item) }
                }
                self.sets.one(Val::Object(collection))
            }
            "Proxy" => {
                let proxy = self.allocate(frame.scope, id, 39, Kind::Proxy);
                self.define(proxy, self.lang.names.target, first);
                self.define(proxy, self.lang.names.handler, args.get(1).copied().unwrap_or(Set::UNDEFINED));
                self.sets.one(Val::Object(proxy))
            }
            "Object" => self.fresh(frame, id, Kind::Plain),
            "Array" => self.fresh(frame, id, Kind::Array),
            "Function" => self.call_builtin(frame, id, name, Set::UNDEFINED, args),
            _ => Set::UNKNOWN,
        }
    }
}
