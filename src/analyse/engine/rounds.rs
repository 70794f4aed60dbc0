//! In: rounds of loops whose variables functions keep. Out: a context for each that owns these variables, and the context that runs.

use super::machine::{Machine, Transfer};
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::SlotId;
use crate::analyse::domain::value::Set;

/// A round of a loop that has variables of its own which functions keep.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// The context, or round of a loop around, in which the loop runs.
    pub of: CtxId,
    /// The first and the last of its variables.
    own: (u32, u32),
}

impl<'a, L: Transfer<'a, E>, E> Machine<'a, L, E> {
    /// The round of a loop in which its variable has this value: a context that never runs, but owns the loop's variables.
    pub(in crate::analyse) fn round(&mut self, of: CtxId, of_loop: (usize, u32), own: &[u32], value: Set) -> CtxId {
        if let Some(known) = self.rounds.get(&(of, of_loop.0, value)) {
            return *known;
        }
        let ends = (own.first().copied().unwrap_or(0), own.last().copied().unwrap_or(0));
        let id = self.add_round(Round { of, own: ends });
        self.rounds.insert((of, of_loop.0, value), id);
        for var in own {
            if self.code.file(of_loop.1).script.vars[*var as usize].bare {
                let slot = self.captured_slot(id, of_loop.1, *var);
                self.heap.add(&mut self.sets, slot, Set::UNDEFINED);
            }
        }
        id
    }

    /// The context that runs, of a round of a loop; a context itself otherwise.
    pub fn running(&self, mut ctx: CtxId) -> CtxId {
        while ctx != CtxId::NONE
            && let Some(round) = self.ctxs[ctx.0 as usize].round
        {
            ctx = round.of;
        }
        ctx
    }

    /// The slot of a captured variable in its owner's context.
    pub(in crate::analyse) fn captured_slot(&self, mut ctx: CtxId, file: u32, var: u32) -> SlotId {
        while let Some(Round { of, own: (first, last) }) = self.ctxs[ctx.0 as usize].round
            && !(first..=last).contains(&var)
        {
            ctx = of;
        }
        SlotId(self.ctxs[ctx.0 as usize].captured.0 + self.code.file(file).captured[var as usize])
    }
}
