//! In: callbacks of failures, as they are called, and rejections made within them. Out: the failures behind such a rejection:
//! whatever a program rejects with there (`reject()`, `reject({})`), it is the user's refusal that goes on.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::{Origin, SlotId};
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::EdgeKind;

/// Callers that are followed from a rejection.
const MAX_CALLERS: usize = 64;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// The failures among these values.
    pub(super) fn failures_in(&mut self, values: Set) -> Set {
        let heap = &self.heap;
        self.sets.filter(values, |value| match value {
            Val::Opaque(opaque) => {
                matches!(heap.opaque_value(*opaque).origin, Origin::Error(_) | Origin::Rejection(_))
            }
            _ => false,
        })
    }

    /// Notes that a context is the callback of a failure: a call of this kind, with these arguments, leads to it.
    pub(super) fn note_failing(&mut self, ctx: CtxId, kind: EdgeKind, args: &[Set]) {
        let fails = match kind {
            EdgeKind::Catch => true,
            EdgeKind::Callback(_, key) => E::callback_names(self)[1..].contains(&key),
            _ => false,
        };
        let failures =
            if fails { args.first().map_or(Set::EMPTY, |first| self.failures_in(*first)) } else { Set::EMPTY };
        if failures != Set::EMPTY {
            let slot = self.failing_slot(ctx);
            self.heap.add(&mut self.sets, slot, failures);
            self.wake();
        }
    }

    fn failing_slot(&mut self, ctx: CtxId) -> SlotId {
        match self.lang.failing.get(&ctx) {
            Some(slot) => *slot,
            None => {
                let slot = self.heap.slot();
                self.lang.failing.insert(ctx, slot);
                slot
            }
        }
    }

    /// What a promise is rejected with at a place: the value, and the failure in whose callback that happens, unless the
    /// promise was made in there.
    pub(super) fn rejected_with(&mut self, frame: &Frame, promise: Set, value: Set) -> Set {
        if self.failures_in(value) != Set::EMPTY {
            return value;
        }
        let made_in: Vec<CtxId> =
            self.sets.objects(promise).filter_map(|promise| self.lang.executors.get(&promise).copied()).collect();
        let mut at = frame.ctx;
        for _ in 0..MAX_CALLERS {
            if at == CtxId::NONE || made_in.contains(&at) {
                break;
            }
            let slot = self.failing_slot(at);
            let failures = self.heap.read(slot, frame.ctx);
            if failures != Set::EMPTY {
                return self.sets.join(value, failures);
            }
            at = self.ctxs[at.0 as usize].parent;
        }
        value
    }

    /// What is thrown at a place: within a `catch` block, what was caught goes on whatever it is called now.
    pub(super) fn thrown(&mut self, frame: &Frame, value: Set) -> Set {
        let slot = self.failing_slot(frame.ctx);
        let failures = self.heap.read(slot, frame.ctx);
        let failures = self.sets.join(failures, frame.handling);
        self.hand_on(failures);
        if self.failures_in(value) != Set::EMPTY { value } else { self.sets.join(value, failures) }
    }

    /// Whether functions only reject a promise: then whoever waits for that deals with what they are given.
    pub(super) fn only_reject(&mut self, functions: Set) -> bool {
        let reject = self.atoms.intern("[[reject]]");
        let values = self.sets.values(functions).to_vec();
        !values.is_empty()
            && values.into_iter().all(|value| matches!(value, Val::Object(object) if self.settles(object, reject)))
    }

    fn settles(&mut self, function: ObjId, name: Atom) -> bool {
        if self.heap.get(function).kind != Kind::Bound {
            return false;
        }
        let target = self.read_own(CtxId::NONE, function, self.lang.names.target);
        self.sets.objects(target).any(|target| self.heap.get(target).kind == Kind::Builtin(name))
    }
}
