//! In: objects created while executing. Out: what their properties may hold. A slot only ever gains values, and remembers
//! which contexts read it, so that they run again when it gains one.

use super::CtxId;
pub use super::object::SlotId;
use super::object::{Kind, Object, Property};
use super::value::{Atom, ObjId, OpaqueId, Set, Sets};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;

#[derive(Clone, Copy, Debug)]
struct Slot {
    set: Set,
    /// The first of its list of readers, the latest first; `NOBODY` for none.
    readers: u32,
}

/// A reader of a slot. A program has very many slots, and most have few readers or none.
#[derive(Clone, Copy, Debug)]
struct Reader {
    ctx: CtxId,
    next: u32,
}

/// The end of a list of readers.
const NOBODY: u32 = u32::MAX;

impl Default for Slot {
    fn default() -> Slot {
        Slot { set: Set::EMPTY, readers: NOBODY }
    }
}

/// A value from outside: where it came from and how far into it we are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Opaque {
    /// Where it came from.
    pub origin: Origin,
    /// The path from there.
    pub path: Vec<PathStep>,
}

/// Where a value from outside came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The result of request `.0` (an index of the machine's requests).
    Result(u32),
    /// The error of request `.0`.
    Error(u32),
    /// The rejection of the promise that request `.0` returned.
    Rejection(u32),
    /// The argument of an event handler.
    Event,
}

/// A step into a value from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathStep {
    /// `.name`
    Property(Atom),
    /// `JSON.parse`
    Parsed,
    /// `JSON.stringify`
    Text,
}

/// Prototypes that one object has, and that are looked through for one property.
pub(in crate::analyse) const MAX_PROTOTYPES: usize = 256;
/// How deep opaque values are followed.
const MAX_PATH: usize = 6;

/// What an object's properties held, in their order, when they were copied to another: nothing that is given is taken away
/// again, so only what is new must be given.
#[derive(Debug, Default)]
pub(in crate::analyse) struct Copied(Vec<Set>);

impl Copied {
    /// Whether this value of property number `at` is one that was not copied yet. It is, then.
    pub(in crate::analyse) fn is_new(&mut self, at: usize, value: Set) -> bool {
        if self.0.len() <= at {
            self.0.resize(at + 1, Set::EMPTY);
        }
        std::mem::replace(&mut self.0[at], value) != value
    }
}

/// What several objects hold, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analyse) struct Gathering(u32);

impl Gathering {
    /// Readers with this bit are gatherings, not contexts.
    const BIT: u32 = 1 << 31;

    /// As a reader of what it is put together from.
    pub(in crate::analyse) fn reader(self) -> CtxId {
        CtxId(self.0 | Gathering::BIT)
    }

    fn of(reader: CtxId) -> Option<Gathering> {
        (reader.0 & Gathering::BIT != 0 && reader != CtxId::NONE).then_some(Gathering(reader.0 & !Gathering::BIT))
    }
}

/// The heap.
#[derive(Debug, Default)]
pub struct Heap {
    slots: Vec<Slot>,
    readers: Vec<Reader>,
    /// The slot of each gathering, which has its readers, and whether what it holds is true still.
    gatherings: Vec<(SlotId, bool)>,
    /// Room for [`Heap::wake_readers`].
    stale: Vec<Gathering>,
    /// The first of the unused ones among `readers`.
    unused: Option<u32>,
    objects: Vec<Object>,
    opaques: Vec<Opaque>,
    opaque_index: FxHashMap<Opaque, OpaqueId>,
    /// What each step into a value led to.
    opaque_steps: FxHashMap<(OpaqueId, PathStep), Option<OpaqueId>>,
    /// Contexts that read a slot which has gained a value since.
    pub woken: Vec<CtxId>,
    /// What slots held before the user had done anything, and before values that do not exist were taken for unknown: each once
    /// the run has come so far.
    early: Option<Vec<Set>>,
    supposing: Option<Vec<Set>>,
    /// Not all objects behind each other were looked through, since somebody last asked.
    pub(in crate::analyse) cut: bool,
    /// Properties looked up and readers woken.
    pub(in crate::analyse) work: u64,
}

impl Heap {
    /// A new empty slot.
    pub fn slot(&mut self) -> SlotId {
        self.slots.push(Slot::default());
        SlotId(self.slots.len() as u32 - 1)
    }

    /// `count` new slots in a row; the first comes back.
    pub fn slots(&mut self, count: u32) -> SlotId {
        let first = SlotId(self.slots.len() as u32);
        self.slots.resize_with(self.slots.len() + count as usize, Slot::default);
        first
    }

    /// A slot's values, read on behalf of `reader`, which runs again when there are more (nobody does for `NONE`).
    pub fn read(&mut self, slot: SlotId, reader: CtxId) -> Set {
        let Slot { set, readers } = self.slots[slot.0 as usize];
        if reader == CtxId::NONE {
            return set;
        }
        if self.readers.get(readers as usize).is_some_and(|latest| latest.ctx == reader) {
            return set;
        }
        let entry = Reader { ctx: reader, next: readers };
        let at = match self.unused {
            Some(at) => {
                self.unused = Some(self.readers[at as usize].next).filter(|next| *next != NOBODY);
                self.readers[at as usize] = entry;
                at
            }
            None => {
                self.readers.push(entry);
                self.readers.len() as u32 - 1
            }
        };
        self.slots[slot.0 as usize].readers = at;
        set
    }

    /// A slot's values as of now.
    pub fn peek(&self, slot: SlotId) -> Set {
        self.slots[slot.0 as usize].set
    }

    /// Keeps what all slots hold: from now on the user does things.
    pub(in crate::analyse) fn keep_early(&mut self) {
        self.early = Some(self.slots.iter().map(|slot| slot.set).collect());
    }

    /// Keeps what all slots hold: from now on values that do not exist are taken for unknown.
    pub(in crate::analyse) fn keep_supposing(&mut self) {
        self.supposing = Some(self.slots.iter().map(|slot| slot.set).collect());
    }

    /// What a slot held before the user had done anything. What came with values that were taken for unknown may have been
    /// there.
    pub(in crate::analyse) fn peek_early(&self, sets: &mut Sets, slot: SlotId) -> Set {
        let now = self.peek(slot);
        let kept = |kept: &Vec<Set>| kept.get(slot.0 as usize).copied().unwrap_or(Set::EMPTY);
        let Some(early) = self.early.as_ref().map(kept) else { return now };
        let Some(before) = self.supposing.as_ref().map(kept) else { return early };
        sets.with_new(early, before, now)
    }

    /// Adds values to a slot; its readers are woken when that changes it.
    pub fn add(&mut self, sets: &mut Sets, slot: SlotId, set: Set) -> bool {
        let before = self.slots[slot.0 as usize].set;
        let after = sets.join(before, set);
        if before == after {
            return false;
        }
        self.slots[slot.0 as usize].set = after;
        self.wake_readers(slot);
        true
    }

    /// A new gathering, of nothing so far.
    pub(in crate::analyse) fn gathering(&mut self) -> Gathering {
        let slot = self.slot();
        self.gatherings.push((slot, false));
        Gathering(self.gatherings.len() as u32 - 1)
    }

    /// What a gathering holds, read on behalf of `reader`; `None` when it must be put together again.
    pub(in crate::analyse) fn gathered(&mut self, gathering: Gathering, reader: CtxId) -> Option<Set> {
        let (slot, is_true) = self.gatherings[gathering.0 as usize];
        let set = self.read(slot, reader);
        is_true.then_some(set)
    }

    /// Keeps what was put together.
    pub(in crate::analyse) fn keep_gathered(&mut self, gathering: Gathering, set: Set) {
        let (slot, is_true) = &mut self.gatherings[gathering.0 as usize];
        *is_true = true;
        self.slots[slot.0 as usize].set = set;
    }

    /// An object was handed to unknown code.
    pub(in crate::analyse) fn open(&mut self, object: ObjId) {
        if std::mem::replace(&mut self.get_mut(object).open, true) {
            return;
        }
        // Who has read it already goes by what it held then; who reads it from now on must not.
        for at in 0..self.objects[object.index()].names.len() {
            let slot = self.objects[object.index()].names[at].1.slot;
            let mut reader = self.slots[slot.0 as usize].readers;
            while let Some(Reader { ctx, next }) = self.readers.get(reader as usize).copied() {
                if let Some(gathering) = Gathering::of(ctx) {
                    self.gatherings[gathering.0 as usize].1 = false;
                }
                reader = next;
            }
        }
    }

    /// Wakes everybody who read a slot, in the order they did, those who read it together with others behind them.
    fn wake_readers(&mut self, slot: SlotId) {
        let mut stale = std::mem::take(&mut self.stale);
        self.wake_contexts(slot, &mut stale);
        while let Some(gathering) = stale.pop() {
            let (slot, is_true) = &mut self.gatherings[gathering.0 as usize];
            *is_true = false;
            let slot = *slot;
            self.wake_contexts(slot, &mut stale);
        }
        self.stale = stale;
    }

    fn wake_contexts(&mut self, slot: SlotId, stale: &mut Vec<Gathering>) {
        let first = std::mem::replace(&mut self.slots[slot.0 as usize].readers, NOBODY);
        let known = self.woken.len();
        let mut at = first;
        while at != NOBODY {
            let Reader { ctx, next } = self.readers[at as usize];
            self.work += 1;
            match Gathering::of(ctx) {
                None => self.woken.push(ctx),
                Some(gathering) => stale.push(gathering),
            }
            if next == NOBODY {
                self.readers[at as usize].next = self.unused.unwrap_or(NOBODY);
                self.unused = Some(first);
            }
            at = next;
        }
        self.woken[known..].reverse();
    }

    /// Wakes everybody who read a property of an object: it may be found elsewhere now.
    pub fn touch(&mut self, object: ObjId) {
        self.work += self.objects[object.index()].names.len() as u64;
        for at in 0..self.objects[object.index()].names.len() {
            let slot = self.objects[object.index()].names[at].1.slot;
            self.wake_readers(slot);
        }
    }

    /// Adds values under names that are not known. Readers of any property are woken by the first of them: from then on they
    /// read what stands under unknown names, too, where it concerns them.
    pub fn add_wildcard(&mut self, sets: &mut Sets, object: ObjId, set: Set) {
        let slot = self.wildcard(object);
        let is_first = self.peek(slot) == Set::EMPTY;
        if self.add(sets, slot, set) {
            if is_first {
                self.touch(object);
            }
            if let Some(all) = self.get(object).all {
                self.add(sets, all, set);
            }
        }
    }

    /// Adds values to an own property, which is made when there is none.
    pub fn define(&mut self, sets: &mut Sets, object: ObjId, name: Atom, set: Set) {
        let slot = self.property(object, name).slot;
        if self.add(sets, slot, set)
            && let Some(all) = self.get(object).all
        {
            self.add(sets, all, set);
        }
    }

    /// The slot of everything an object holds under any name of its own.
    pub fn all(&mut self, sets: &mut Sets, object: ObjId) -> SlotId {
        if let Some(all) = self.get(object).all {
            return all;
        }
        let all = self.slot();
        let facts = self.get(object);
        let slots: Vec<SlotId> = facts.names.iter().map(|(_, p)| p.slot).chain(facts.wildcard).collect();
        for slot in slots {
            let set = self.peek(slot);
            self.add(sets, all, set);
        }
        self.get_mut(object).all = Some(all);
        all
    }

    /// Makes a property of an object stand for an existing slot.
    pub fn alias(&mut self, object: ObjId, name: Atom, slot: SlotId) {
        if self.get(object).property(name).is_none() {
            self.get_mut(object).insert(name, Property { slot, getter: None, setter: None, sure: false });
        }
    }

    /// A new object.
    pub fn object(&mut self, kind: Kind) -> ObjId {
        self.objects.push(Object {
            kind,
            names: Vec::new(),
            index: None,
            wildcard: None,
            all: None,
            protos: Vec::new(),
            open: false,
        });
        ObjId::at(self.objects.len() - 1)
    }

    /// An object.
    pub fn get(&self, object: ObjId) -> &Object {
        &self.objects[object.index()]
    }

    /// What an object itself holds under a name, and what it holds under names that are not known, as of now.
    pub fn held(&self, object: &Object, name: Atom) -> [Set; 2] {
        let peek = |slot| self.peek(slot);
        [object.property(name).map_or(Set::EMPTY, |own| peek(own.slot)), object.wildcard.map_or(Set::EMPTY, peek)]
    }

    /// Looks through an object and its prototypes, one branch after the other, each once: they may be each other's. `look`
    /// says whether to go on behind an object, or ends the search.
    pub fn search<T>(&self, object: ObjId, mut look: impl FnMut(&Object) -> ControlFlow<T, bool>) -> Option<T> {
        let mut seen = vec![object];
        let mut stack = vec![object];
        while let Some(object) = stack.pop() {
            let object = self.get(object);
            match look(object) {
                ControlFlow::Break(found) => return Some(found),
                ControlFlow::Continue(false) => continue,
                ControlFlow::Continue(true) => {}
            }
            for proto in object.protos.iter().rev() {
                if seen.len() < MAX_PROTOTYPES && !seen.contains(proto) {
                    seen.push(*proto);
                    stack.push(*proto);
                }
            }
        }
        None
    }

    /// An object, to be changed.
    pub fn get_mut(&mut self, object: ObjId) -> &mut Object {
        &mut self.objects[object.index()]
    }

    /// The own property of an object, made when there is none.
    pub fn property(&mut self, object: ObjId, name: Atom) -> Property {
        self.work += 1;
        if let Some(property) = self.get(object).property(name) {
            return property;
        }
        let property = Property { slot: self.slot(), getter: None, setter: None, sure: false };
        self.get_mut(object).insert(name, property);
        property
    }

    /// Notes that an object has a property from the beginning.
    pub fn make_sure(&mut self, object: ObjId, name: Atom) {
        self.property(object, name);
        if let Some(property) = self.get_mut(object).property_mut(name) {
            property.sure = true;
        }
    }

    /// Gives a property accessors.
    pub fn accessor(&mut self, object: ObjId, name: Atom, getter: Option<ObjId>, setter: Option<ObjId>) {
        self.property(object, name);
        if let Some(property) = self.get_mut(object).property_mut(name) {
            property.getter = getter.or(property.getter);
            property.setter = setter.or(property.setter);
            let slot = property.slot;
            self.wake_readers(slot);
        }
    }

    /// The slot of an object's values under unknown names, made when there is none.
    pub fn wildcard(&mut self, object: ObjId) -> SlotId {
        if let Some(slot) = self.get(object).wildcard {
            return slot;
        }
        let slot = self.slot();
        self.get_mut(object).wildcard = Some(slot);
        slot
    }

    /// The id of an opaque value; `None` when it lies too deep.
    pub fn opaque(&mut self, opaque: Opaque) -> Option<OpaqueId> {
        if opaque.path.len() > MAX_PATH {
            return None;
        }
        if let Some(id) = self.opaque_index.get(&opaque) {
            return Some(*id);
        }
        let id = OpaqueId(self.opaques.len() as u32);
        self.opaques.push(opaque.clone());
        self.opaque_index.insert(opaque, id);
        Some(id)
    }

    /// The id of an opaque value one step further in; `None` when it lies too deep.
    pub fn step(&mut self, from: OpaqueId, step: PathStep) -> Option<OpaqueId> {
        if let Some(known) = self.opaque_steps.get(&(from, step)) {
            return *known;
        }
        let Opaque { origin, mut path } = self.opaque_value(from).clone();
        match (path.last(), step) {
            (Some(PathStep::Text), PathStep::Parsed) => drop(path.pop()),
            _ => path.push(step),
        }
        let next = self.opaque(Opaque { origin, path });
        self.opaque_steps.insert((from, step), next);
        next
    }

    /// An opaque value.
    pub fn opaque_value(&self, id: OpaqueId) -> &Opaque {
        &self.opaques[id.0 as usize]
    }
}
