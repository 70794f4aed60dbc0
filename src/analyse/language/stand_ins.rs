//! In: proxies and bound functions. Out: what they stand for, however many stand behind each other: each is looked through once
//! for one use, even where they stand for themselves or for each other. Never runs what they stand for.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::heap::SlotId;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::EdgeKind;
use rustc_hash::FxHashMap;

/// For one use, so many are looked through as often as they are met, for each may be used with something else; more, once each.
const MANY: u32 = 200;

/// What is being looked through.
#[derive(Debug, Default)]
pub(in crate::analyse) struct StandIns {
    /// Those looked through right now, with the number of arguments or the name they are used with; of many, all of this use.
    seen: Vec<(ObjId, u32)>,
    /// How many are being looked through right now.
    depth: u32,
    /// How many were, for the outermost use.
    count: u32,
    /// What each proxy has under a name.
    members: FxHashMap<(ObjId, Atom), SlotId>,
}

impl StandIns {
    /// Begins with none, for code that runs on its own; hands out what is being looked through.
    pub(in crate::analyse) fn set_aside(&mut self) -> (Vec<(ObjId, u32)>, u32, u32) {
        (std::mem::take(&mut self.seen), std::mem::take(&mut self.depth), std::mem::take(&mut self.count))
    }

    /// Goes on with what was set aside.
    pub(in crate::analyse) fn take_up(&mut self, (seen, depth, count): (Vec<(ObjId, u32)>, u32, u32)) {
        (self.seen, self.depth, self.count) = (seen, depth, count);
    }
}

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Begins to look through a stand-in; `false` when that is done already, for this use.
    pub(in crate::analyse) fn look_through(&mut self, object: ObjId, used_with: u32) -> bool {
        let all = &mut self.lang.stand_ins;
        if all.depth == 0 {
            all.seen.clear();
            all.count = 0;
        }
        if all.seen.contains(&(object, used_with)) {
            return false;
        }
        all.seen.push((object, used_with));
        all.depth += 1;
        all.count += 1;
        true
    }

    /// Ends it.
    pub(in crate::analyse) fn looked_through(&mut self) {
        let all = &mut self.lang.stand_ins;
        all.depth -= 1;
        if all.count < MANY {
            all.seen.pop();
        }
    }

    /// A member of a proxy.
    pub(super) fn trapped(&mut self, frame: &Frame, proxy: ObjId, name: Atom) -> Set {
        let slot = match self.lang.stand_ins.members.get(&(proxy, name)) {
            Some(slot) => *slot,
            None => {
                let slot = self.heap.slot();
                self.lang.stand_ins.members.insert((proxy, name), slot);
                slot
            }
        };
        // Names are told from numbers of arguments by the highest bit.
        if self.look_through(proxy, name.0 | 1 << 31) {
            let found = self.trapped_once(frame, proxy, name);
            self.looked_through();
            self.heap.add(&mut self.sets, slot, found);
        }
        self.heap.read(slot, frame.ctx)
    }

    fn trapped_once(&mut self, frame: &Frame, proxy: ObjId, name: Atom) -> Set {
        let handlers = self.read_own(frame.ctx, proxy, self.lang.names.handler);
        let target = self.read_own(frame.ctx, proxy, self.lang.names.target);
        let traps = self.get(frame, frame.at, handlers, self.lang.names.get);
        let key = self.sets.one(Val::Str(name));
        let trapped = self.apply(frame, frame.at, traps, handlers, &[target, key], EdgeKind::Accessor);
        if trapped != Set::EMPTY { trapped } else { self.get(frame, frame.at, target, name) }
    }
}
