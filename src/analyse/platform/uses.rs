//! In: values from outside, and what the program does with them. Out: what rules ask about it: which uses are remembered, whose
//! failures are dealt with, which fields the program writes itself.

use super::Machine;
use super::record::Rescue;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::Origin;
use crate::analyse::domain::value::{Atom, OpaqueId, Set, Val};
use crate::analyse::engine::record::UseKind;
use crate::analyse::language::exec::Frame;
use crate::analyse::language::recording::RescueBy;
use crate::platform::Exposure;

impl<'a> Machine<'a> {
    /// Notes that a private field is read from these values, when it is not known whose it is.
    pub(in crate::analyse) fn note_mixed(&mut self, frame: &Frame, expr: u32, object: Set) {
        if self.is_mixed(object) {
            let site = self.site(frame, expr);
            self.embedder.mixed.insert(site);
        }
    }

    /// Whether values come from more than one place outside, or from inside as well.
    fn is_mixed(&self, values: Set) -> bool {
        let mut origin = None;
        self.sets.values(values).iter().any(|value| match value {
            Val::Undefined | Val::Null | Val::Bool(_) | Val::Str(_) | Val::Number(_) => false,
            Val::Opaque(opaque) => {
                let from = match self.heap.opaque_value(*opaque).origin {
                    Origin::Result(request) => Some(self.embedder.requests[request as usize].api),
                    _ => None,
                };
                *origin.get_or_insert(from) != from
            }
            _ => self.sets.values(values).iter().any(|value| matches!(value, Val::Opaque(_))),
        })
    }

    /// Notes that the program writes a field into an answer.
    pub(in crate::analyse) fn give(&mut self, answer: OpaqueId, name: Atom) {
        if let Origin::Result(request) = self.heap.opaque_value(answer).origin {
            let request = &self.embedder.requests[request as usize];
            if request.tracked {
                self.embedder.given.insert((request.api, name));
            }
        }
    }

    /// Whether such a use of a value from outside is to be remembered.
    pub(in crate::analyse) fn is_watched_use(&self, value: OpaqueId, how: UseKind) -> bool {
        match self.heap.opaque_value(value).origin {
            Origin::Result(request) if self.embedder.requests[request as usize].tracked => true,
            origin @ Origin::Result(_) => how == UseKind::Test && self.is_answer(origin),
            Origin::Event => matches!(how, UseKind::Read(name) if self.embedder.names.private_fields.contains(&name)),
            _ => false,
        }
    }

    /// Whether a value from there answers a question of the program, or comes from a server.
    pub(in crate::analyse) fn is_answer(&self, origin: Origin) -> bool {
        let Origin::Result(request) = origin else { return false };
        let api = self.atoms.text(self.embedder.requests[request as usize].api);
        let platform = self.embedder.platform;
        platform.user_steps.iter().any(|step| step == api)
            || platform.sinks.get(api).is_some_and(|sink| sink.into == Exposure::Network)
    }

    /// Somebody deals with this rejection.
    pub(in crate::analyse) fn note_handled(&mut self, reason: OpaqueId) {
        if let Origin::Rejection(request) | Origin::Error(request) = self.heap.opaque_value(reason).origin {
            self.embedder.requests[request as usize].rejection_handled = true;
        }
    }

    /// A promise of the program's own is rejected with this: who deals with it depends on who waits for that promise.
    pub(in crate::analyse) fn note_handed_on(&mut self, reason: OpaqueId) {
        if let Origin::Error(request) | Origin::Rejection(request) = self.heap.opaque_value(reason).origin {
            self.embedder.requests[request as usize].handed_on = true;
        }
    }

    /// A rejection arrives at the place of this number.
    pub(in crate::analyse) fn note_rescue(&mut self, ctx: CtxId, reason: OpaqueId, by: RescueBy<'a>, place: usize) {
        let (Origin::Rejection(request) | Origin::Error(request)) = self.heap.opaque_value(reason).origin else {
            return;
        };
        if self.embedder.rescue_index.insert((request, ctx, place)) {
            self.embedder.rescues.push(Rescue { request, ctx, by });
        }
    }
}
