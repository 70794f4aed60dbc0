//! In: a set of many objects and a name. Out: what all of them hold under it, kept until one of them has gained a value:
//! code that many calls lead to reads the same from the same objects over and over.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use super::native_names;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::Gathering;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};

/// From how many values on what they hold is kept: for fewer, asking each is as fast.
const MANY: usize = 8;

/// What the values of a set hold under a name.
pub(in crate::analyse) struct Gathered {
    gathering: Gathering,
    /// The values that must be asked each time: reading them leaves a trace, or calls something.
    asked: Vec<Val>,
}

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Whether what this set holds under this name is kept.
    pub(super) fn is_gathered(&mut self, objects: Set, name: Atom) -> bool {
        self.sets.values(objects).len() > MANY && !self.is_native(name, native_names::BESIDE)
    }

    /// What a property of many values holds.
    pub(super) fn get_gathered(&mut self, frame: &Frame, expr: u32, objects: Set, name: Atom) -> Set {
        let at = match self.lang.gathered_index.get(&(objects, name)) {
            Some(at) => *at as usize,
            None => {
                let gathering = self.heap.gathering();
                self.lang.gathered.push(Gathered { gathering, asked: Vec::new() });
                self.lang.gathered_index.insert((objects, name), self.lang.gathered.len() as u32 - 1);
                self.lang.gathered.len() - 1
            }
        };
        let gathering = self.lang.gathered[at].gathering;
        let mut found = match self.heap.gathered(gathering, frame.ctx) {
            Some(known) => known,
            None => self.gather_again(frame, at, objects, name),
        };
        for asked in 0..self.lang.gathered[at].asked.len() {
            let value = self.lang.gathered[at].asked[asked];
            let part = self.get_of(frame, expr, value, name);
            found = self.sets.join(found, part);
        }
        found
    }

    fn gather_again(&mut self, frame: &Frame, at: usize, objects: Set, name: Atom) -> Set {
        let gathering = self.lang.gathered[at].gathering;
        self.lang.gathered[at].asked.clear();
        let mut found = Set::EMPTY;
        for value in 0..self.sets.values(objects).len() {
            let value = self.sets.values(objects)[value];
            match self.held(frame, gathering.reader(), value, name) {
                Some(part) => found = self.sets.join(found, part),
                None => self.lang.gathered[at].asked.push(value),
            }
        }
        self.heap.keep_gathered(gathering, found);
        found
    }

    /// What a value holds under a name, when reading it does nothing else and only a gain changes it.
    fn held(&mut self, frame: &Frame, reader: CtxId, value: Val, name: Atom) -> Option<Set> {
        match value {
            Val::Object(object) => self.held_by(frame, reader, object, name),
            Val::Opaque(_) => None,
            _ => Some(self.get_of(frame, frame.at, value, name)),
        }
    }

    fn held_by(&mut self, frame: &Frame, reader: CtxId, object: ObjId, name: Atom) -> Option<Set> {
        let facts = self.heap.get(object);
        let plain = match facts.kind {
            Kind::Plain | Kind::Array | Kind::Collection | Kind::Instance(_) => object != self.lang.globals,
            Kind::Promise => E::stands_for(self, object).is_none(),
            Kind::Function { .. } => name != self.lang.names.prototype,
            _ => false,
        };
        if !plain || self.inherits_made_members(object) {
            return None;
        }
        let mut found = self.lookup(reader, object, name, |_: &mut Self, _: ObjId| None)?;
        if found == Set::EMPTY {
            found = self.native_member(frame, object, name).unwrap_or(Set::UNDEFINED);
        }
        Some(if self.heap.get(object).open { self.sets.join(found, Set::UNKNOWN) } else { found })
    }
}
