//! In: objects and names. Out: what their properties hold; and writes to them.

use super::Machine;
use super::calls::called_so;
use super::embedder::Embedder;
use super::exec::Frame;
use super::native_names;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::PathStep;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::{EdgeKind, UseKind};

/// How many prototypes are followed.
const MAX_CHAIN: usize = 64;
/// Items of an array beyond which they are not told apart.
const MAX_ITEMS: usize = 64;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Adds a value to an own property.
    pub(in crate::analyse) fn define(&mut self, object: ObjId, name: Atom, value: Set) {
        self.heap.define(&mut self.sets, object, name, value);
    }

    /// What a property of the values of `object` holds. `expr` is where it is read.
    pub(in crate::analyse) fn get(&mut self, frame: &Frame, expr: u32, object: Set, name: Atom) -> Set {
        if self.is_native(name, native_names::WATCHED) {
            E::reads_watched(self, frame, expr, object);
        }
        if let Some(value) = self.sets.single(object) {
            return self.get_of(frame, expr, value, name);
        }
        if self.is_gathered(object, name) {
            return self.get_gathered(frame, expr, object, name);
        }
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(object).len() {
            let value = self.sets.values(object)[at];
            let part = self.get_of(frame, expr, value, name);
            found = self.sets.join(found, part);
        }
        found
    }

    pub(in crate::analyse) fn get_of(&mut self, frame: &Frame, expr: u32, value: Val, name: Atom) -> Set {
        match value {
            Val::Object(object) => self.get_property(frame, expr, object, name),
            Val::Opaque(opaque) => {
                let site = self.site(frame, expr);
                self.use_of(frame.ctx, site, opaque, UseKind::Read(name));
                if let Some(known) = E::known_member_outside(self, opaque, name) {
                    return known;
                }
                let next = self.step_into(opaque, PathStep::Property(name));
                self.sets.one(next)
            }
            Val::Str(_) | Val::Text => self.primitive_member(name, native_names::TEXT),
            Val::Number(_) | Val::AnyNumber | Val::Bool(_) | Val::AnyBool => {
                self.primitive_member(name, native_names::NUMBER)
            }
            Val::Undefined | Val::Null => Set::EMPTY,
            Val::Unknown => E::member_of_unknown(self, name).unwrap_or(Set::UNKNOWN),
        }
    }

    fn get_property(&mut self, frame: &Frame, expr: u32, object: ObjId, name: Atom) -> Set {
        if let Some(known) = E::overriding_member(self, object, name) {
            return known;
        }
        let found = self.lookup(frame.ctx, object, name, |machine, getter| {
            let this = machine.sets.one(Val::Object(object));
            let getter = machine.sets.one(Val::Object(getter));
            Some(machine.apply(frame, expr, getter, this, &[], EdgeKind::Accessor))
        });
        let mut found = found.unwrap_or(Set::EMPTY);
        if found == Set::EMPTY {
            // A copy of the API object (`Object.assign({}, my)`) has its APIs.
            let copied = self.inherits_made_members(object);
            found = self.native_member(frame, object, name).unwrap_or(Set::UNDEFINED);
            if copied && found == Set::UNDEFINED {
                found = E::made_member(self, name);
            }
        }
        if let (Set::UNDEFINED, Some(answer)) = (found, E::stands_for(self, object)) {
            found = self.get_of(frame, expr, Val::Opaque(answer), name);
        }
        if self.heap.get(object).open {
            found = self.sets.join(found, Set::UNKNOWN);
        }
        E::read(self, frame, expr, object, found)
    }

    /// Whether an object that makes its members is one of an object's prototypes.
    pub(super) fn inherits_made_members(&self, object: ObjId) -> bool {
        self.heap.get(object).protos.iter().any(|proto| E::makes_members(self.heap.get(*proto).kind))
    }

    /// A property along the prototypes; `EMPTY` when nothing is known of it. `reader` waits for more; `call` is handed each
    /// getter on the way and may give up.
    pub(super) fn lookup(
        &mut self,
        reader: CtxId,
        object: ObjId,
        name: Atom,
        mut call: impl FnMut(&mut Self, ObjId) -> Option<Set>,
    ) -> Option<Set> {
        let found = self.own(reader, object, name, &mut call)?;
        if found != Set::EMPTY || self.heap.get(object).protos.is_empty() {
            return Some(found);
        }
        let mut queue = [object; MAX_CHAIN];
        let (mut length, mut at, mut is_cut) = (1, 0, false);
        loop {
            for proto in &self.heap.get(queue[at]).protos {
                if queue[..length].contains(proto) {
                    continue;
                }
                match queue.get_mut(length) {
                    Some(next) => *next = *proto,
                    None => {
                        is_cut = true;
                        continue;
                    }
                }
                length += 1;
            }
            self.heap.cut |= is_cut;
            at += 1;
            if at >= length {
                return Some(Set::EMPTY);
            }
            let found = self.own(reader, queue[at], name, &mut call)?;
            if found != Set::EMPTY {
                return Some(found);
            }
        }
    }

    /// A property of one object.
    fn own(
        &mut self,
        reader: CtxId,
        object: ObjId,
        name: Atom,
        call: &mut impl FnMut(&mut Self, ObjId) -> Option<Set>,
    ) -> Option<Set> {
        let property = self.heap.property(object, name);
        let mut found = self.heap.read(property.slot, reader);
        if let Some(getter) = property.getter {
            let value = call(self, getter)?;
            found = self.sets.join(found, value);
        }
        if let (Some(slot), true) = (self.heap.get(object).wildcard, self.may_be_item(object, name)) {
            let mut any = self.heap.read(slot, reader);
            if self.heap.get(object).kind != Kind::Array {
                any = called_so(&mut self.sets, &self.heap, self.code, any, name);
            }
            found = self.sets.join(found, any);
        }
        Some(found)
    }

    /// Whether a value written under an unknown name may be found under this one: in an array only under an index (its
    /// methods stay its methods), in a collection under none.
    fn may_be_item(&mut self, object: ObjId, name: Atom) -> bool {
        match self.heap.get(object).kind {
            Kind::Array => self.is_native(name, native_names::INDEX),
            Kind::Collection => false,
            _ => true,
        }
    }

    /// An own property's values.
    pub(in crate::analyse) fn read_own(&mut self, reader: CtxId, object: ObjId, name: Atom) -> Set {
        if reader == CtxId::NONE {
            // Nobody waits for it: it need not be there.
            let property = self.heap.get(object).property(name);
            return property.map_or(Set::EMPTY, |property| self.heap.peek(property.slot));
        }
        let property = self.heap.property(object, name);
        self.heap.read(property.slot, reader)
    }

    /// `object[index]`.
    pub(super) fn get_index(&mut self, frame: &Frame, expr: u32, object: Set, index: Set) -> Set {
        if index == Set::EMPTY {
            return Set::EMPTY;
        }
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(index).len() {
            let key = self.sets.values(index)[at];
            let part = match self.property_name(key) {
                Some(name) => self.get(frame, expr, object, name),
                None => self.any_property(frame, object),
            };
            found = self.sets.join(found, part);
        }
        found
    }

    /// The property name a key stands for, when it is known.
    pub(in crate::analyse) fn property_name(&mut self, key: Val) -> Option<Atom> {
        match key {
            Val::Str(atom) => Some(atom),
            Val::Number(bits) => {
                let number = f64::from_bits(bits);
                // Most are indices.
                let index = number as usize;
                let whole = (index as f64).to_bits() == bits && index < MAX_ITEMS;
                Some(if whole { self.atoms.number(index) } else { self.atoms.intern(&number.to_string()) })
            }
            Val::Bool(value) => Some(self.atoms.intern(if value { "true" } else { "false" })),
            Val::Undefined => Some(self.atoms.intern("undefined")),
            Val::Null => Some(self.atoms.intern("null")),
            _ => None,
        }
    }

    /// What stands under any name of these objects.
    fn any_property(&mut self, frame: &Frame, object: Set) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(object).len() {
            let part = match self.sets.values(object)[at] {
                Val::Object(object) => self.all_items(frame.ctx, object),
                Val::Opaque(opaque) => {
                    let item = self.atoms.intern("0");
                    let next = self.step_into(opaque, PathStep::Property(item));
                    self.sets.one(next)
                }
                Val::Unknown | Val::Text | Val::Str(_) => Set::UNKNOWN,
                _ => Set::EMPTY,
            };
            found = self.sets.join(found, part);
        }
        self.sets.join(found, Set::UNDEFINED)
    }

    /// Everything an object holds, its prototypes left out.
    pub(in crate::analyse) fn all_items(&mut self, reader: CtxId, object: ObjId) -> Set {
        let slot = self.heap.all(&mut self.sets, object);
        let found = self.heap.read(slot, reader);
        if self.heap.get(object).open { self.sets.join(found, Set::UNKNOWN) } else { found }
    }

    /// `object.name = value`.
    pub(in crate::analyse) fn set(&mut self, frame: &Frame, expr: u32, object: Set, name: Atom, value: Set) {
        self.kept(frame, expr, value);
        for at in 0..self.sets.values(object).len() {
            let object = match self.sets.values(object)[at] {
                Val::Object(object) => object,
                Val::Opaque(opaque) => {
                    E::writes_outside(self, opaque, name);
                    continue;
                }
                _ => continue,
            };
            E::writes(self, object, name, value);
            let setter = self.setter(object, name);
            if let Some(setter) = setter {
                let this = self.sets.one(Val::Object(object));
                let setter = self.sets.one(Val::Object(setter));
                self.apply(frame, expr, setter, this, &[value], EdgeKind::Accessor);
            }
            self.note_written(object, name, value);
            if !E::writes_instead(self, frame, expr, object, name, value) {
                self.define(object, name, value);
            }
        }
    }

    fn setter(&self, object: ObjId, name: Atom) -> Option<ObjId> {
        let own = |object: ObjId| self.heap.get(object).property(name).and_then(|property| property.setter);
        own(object).or_else(|| self.heap.get(object).protos.iter().find_map(|proto| own(*proto)))
    }

    /// `object[index] = value`.
    pub(in crate::analyse) fn set_index(&mut self, frame: &Frame, expr: u32, object: Set, index: Set, value: Set) {
        for at in 0..self.sets.values(index).len() {
            let key = self.sets.values(index)[at];
            match self.property_name(key) {
                Some(name) => self.set(frame, expr, object, name, value),
                None => {
                    for at in 0..self.sets.values(object).len() {
                        if let Val::Object(object) = self.sets.values(object)[at] {
                            self.heap.add_wildcard(&mut self.sets, object, value);
                        }
                    }
                }
            }
        }
    }

    /// Item `at` of an array.
    pub(in crate::analyse) fn write_index(&mut self, array: ObjId, at: usize, value: Set) {
        let name = self.atoms.number(at);
        self.define(array, name, value);
    }

    /// An item at an index that is not known.
    pub(super) fn push_item(&mut self, array: ObjId, value: Set) {
        self.heap.add_wildcard(&mut self.sets, array, value);
    }

    /// `{ ...value }` and `Object.assign(object, value)`.
    pub(in crate::analyse) fn copy_properties(&mut self, frame: &Frame, object: ObjId, value: Set) {
        self.copy_except(frame, object, value, &[], false);
    }

    /// The same without properties of these names.
    pub(in crate::analyse) fn copy_except(
        &mut self,
        frame: &Frame,
        object: ObjId,
        value: Set,
        without: &[Atom],
        sure: bool,
    ) {
        let alone = sure && self.sets.values(value).len() == 1;
        for at in 0..self.sets.values(value).len() {
            match self.sets.values(value)[at] {
                Val::Object(from) if from != object => self.copy_object(frame, object, from, without, alone),
                Val::Opaque(_) | Val::Unknown => self.heap.open(object),
                _ => {}
            }
        }
    }

    fn copy_object(&mut self, frame: &Frame, to: ObjId, from: ObjId, without: &[Atom], alone: bool) {
        if let Kind::Namespace(file) = self.heap.get(from).kind {
            self.export_all(frame.ctx, file, from);
        }
        if E::makes_members(self.heap.get(from).kind) {
            let apis = self.sets.one(Val::Object(from));
            self.set_protos(to, apis);
        }
        let mut at = 0;
        while at < self.heap.get(from).properties().len() {
            let (name, property) = self.heap.get(from).properties()[at];
            at += 1;
            if without.contains(&name) {
                continue;
            }
            let mut value = self.heap.read(property.slot, frame.ctx);
            if let Some(getter) = property.getter {
                let this = self.sets.one(Val::Object(from));
                let getter = self.sets.one(Val::Object(getter));
                let got = self.apply(frame, frame.at, getter, this, &[], EdgeKind::Accessor);
                value = self.sets.join(value, got);
            }
            if value != Set::EMPTY {
                self.define(to, name, value);
                if property.sure && alone {
                    self.heap.make_sure(to, name);
                }
                if property.sure {
                    self.note_written(to, name, value);
                }
            }
        }
        if let Some(slot) = self.heap.get(from).wildcard {
            let any = self.heap.read(slot, frame.ctx);
            self.heap.add_wildcard(&mut self.sets, to, any);
        }
        // A property added later must be copied as well.
        let slot = self.heap.wildcard(from);
        self.heap.read(slot, frame.ctx);
        if self.heap.get(from).open {
            self.heap.open(to);
        }
    }

    /// What `for … of` goes through, one set per item where they are few.
    pub(in crate::analyse) fn items(&mut self, frame: &Frame, iterable: Set) -> Vec<Set> {
        let mut found = Vec::new();
        for at in 0..self.sets.values(iterable).len() {
            match self.sets.values(iterable)[at] {
                Val::Object(object) if self.heap.get(object).properties().len() > MAX_ITEMS => {
                    let all = self.all_items(frame.ctx, object);
                    found.push(all);
                }
                Val::Object(object) => {
                    self.step();
                    let slot = self.heap.wildcard(object);
                    let any = self.heap.read(slot, frame.ctx);
                    if any != Set::EMPTY {
                        found.push(any);
                    }
                    let properties = self.heap.get(object).properties().to_vec();
                    for (name, property) in properties {
                        let value = self.heap.read(property.slot, frame.ctx);
                        if value != Set::EMPTY && name != self.lang.names.length {
                            // A map gives its entries.
                            let is_map =
                                self.heap.get(object).kind == Kind::Collection && name != self.lang.names.result;
                            found.push(if is_map { self.entry_of(property, name, value) } else { value });
                        }
                    }
                    if self.heap.get(object).open {
                        found.push(Set::UNKNOWN);
                    }
                }
                Val::Opaque(opaque) => {
                    let item = self.atoms.intern("0");
                    let next = self.step_into(opaque, PathStep::Property(item));
                    let next = self.sets.one(next);
                    found.push(next);
                }
                Val::Unknown | Val::Text => found.push(Set::UNKNOWN),
                _ => {}
            }
        }
        found
    }

    /// What `for … in` goes through.
    pub(super) fn keys(&mut self, frame: &Frame, object: Set) -> Vec<Set> {
        let mut found = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        for at in 0..self.sets.values(object).len() {
            let object = match self.sets.values(object)[at] {
                Val::Object(object) => object,
                // `exports.default = void 0` before the real value.
                Val::Undefined | Val::Null => continue,
                _ => {
                    found.push(Set::TEXT);
                    continue;
                }
            };
            if let Kind::Namespace(file) = self.heap.get(object).kind {
                self.export_all(frame.ctx, file, object);
            }
            let properties: Vec<_> = self.heap.get(object).properties().iter().take(4_000).copied().collect();
            self.spend(properties.len());
            for (name, property) in properties {
                // Once there is a value the key stays: what else the property gains does not matter here.
                let there = self.heap.peek(property.slot) != Set::EMPTY || property.getter.is_some();
                let there = there || self.heap.read(property.slot, frame.ctx) != Set::EMPTY;
                if there && seen.insert(name) {
                    let key = self.sets.one(Val::Str(name));
                    found.push(key);
                }
            }
            let slot = self.heap.wildcard(object);
            if self.heap.read(slot, frame.ctx) != Set::EMPTY || self.heap.get(object).open {
                found.push(Set::TEXT);
            }
        }
        found
    }
}
