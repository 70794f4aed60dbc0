//! In: a loop. Out: what its rounds do: each apart where functions keep its variables, else all together.

use super::Machine;
use super::embedder::Embedder;
use super::exec::{Flow, Frame};
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Set, Val};
use crate::facts::script::{Assign, Expr, Operator, Pattern, Stmt};

/// Rounds of a loop that are told apart.
const MAX_ROUNDS: usize = 64;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Runs a loop's body until its variables stop changing, at most three times.
    fn rounds(&mut self, frame: &mut Frame<'a>, mut body: impl FnMut(&mut Self, &mut Frame<'a>)) {
        let outer = frame.jumped.take();
        for _ in 0..3 {
            let before = frame.locals.clone();
            body(self, frame);
            if let Some(jumped) = frame.jumped.take() {
                self.join_locals(frame, &jumped);
            }
            self.join_locals(frame, &before);
            if frame.locals == before {
                break;
            }
        }
        frame.jumped = outer;
    }

    pub(super) fn repeat(
        &mut self,
        frame: &mut Frame<'a>,
        test: Option<u32>,
        update: Option<u32>,
        body: &'a [Stmt],
        once: bool,
    ) -> Flow {
        self.rounds(frame, |machine, frame| {
            let held = frame.held();
            let enters = match test {
                Some(test) if !once => {
                    let value = machine.eval(frame, test);
                    machine.tested(frame, test, value);
                    machine.sets.truth(value).0
                }
                _ => true,
            };
            if enters {
                let flow = machine.block(frame, body);
                if flow != Flow::Leave {
                    if let Some(update) = update {
                        machine.eval(frame, update);
                    }
                    if let (Some(test), true) = (test, once) {
                        machine.eval(frame, test);
                    }
                }
            }
            if once { frame.leave(held) } else { frame.release(held) }
        });
        // `while (1) switch (…)` of compiled generators never ends by its test, yet what follows it is reached.
        Flow::Next
    }

    /// Runs a loop's body for each of these values.
    pub(super) fn for_each(
        &mut self,
        frame: &mut Frame<'a>,
        target: &'a Pattern,
        rounds: Vec<Set>,
        body: &'a [Stmt],
        own: &'a [u32],
    ) -> Flow {
        let mut seen = rustc_hash::FxHashSet::default();
        let known: Vec<Set> = rounds.into_iter().filter(|value| seen.insert(*value)).collect();
        let apart = !own.is_empty() && known.len() <= MAX_ROUNDS;
        for value in known {
            let outer = frame.jumped.take();
            let before = frame.locals.clone();
            let scope = frame.scope;
            if apart {
                frame.scope = self.round(scope, (body.as_ptr().addr(), frame.code.file), own, value);
            }
            self.assign(frame, target, value);
            let held = frame.held();
            self.block(frame, body);
            frame.release(held);
            frame.scope = scope;
            if let Some(jumped) = frame.jumped.take() {
                self.join_locals(frame, &jumped);
            }
            self.join_locals(frame, &before);
            frame.jumped = outer;
        }
        Flow::Next
    }

    /// The counter and its values, of a loop that counts through a list (`for (let i = 0; i < list.length; i++)`) and whose
    /// variables functions keep.
    pub(super) fn counted(
        &mut self,
        frame: &mut Frame<'a>,
        test: Option<u32>,
        update: Option<u32>,
        own: &[u32],
    ) -> Option<(&'a Pattern, Vec<Set>)> {
        let file = frame.code.file;
        let Expr::Assign { target, how: Assign::Operator(Operator::Arithmetic | Operator::Add), .. } =
            self.code.expr(file, update.filter(|_| !own.is_empty())?)
        else {
            return None;
        };
        let Pattern::Var(counter) = **target else { return None };
        let (counts, bound) = match self.code.expr(file, test?) {
            Expr::Binary { how: Operator::Less, left, right, .. } => (*left, *right),
            Expr::Binary { how: Operator::Greater, left, right, .. } => (*right, *left),
            _ => return None,
        };
        if !matches!(self.code.expr(file, counts), Expr::Var(var) if *var == counter) {
            return None;
        }
        let before = self.eval(frame, counts);
        let first = self.sets.single(before)?;
        let list = self.measured(file, bound, 0)?;
        let list = self.eval(frame, list);
        let length = self.list_length(frame, list)?;
        if first != Val::Number(0.0_f64.to_bits()) || length > MAX_ROUNDS {
            return None;
        }
        let rounds = (0..length).map(|at| self.sets.one(Val::Number((at as f64).to_bits()))).collect();
        Some((target, rounds))
    }

    /// The list whose length an expression is, directly or through a variable.
    fn measured(&self, file: u32, bound: u32, depth: u32) -> Option<u32> {
        match self.code.expr(file, bound) {
            Expr::Member { object, name, .. } => {
                (self.code.file(file).atoms[*name as usize] == self.lang.names.length).then_some(*object)
            }
            Expr::Var(var) if depth == 0 => {
                let mut given = self.code.file(file).script.body.exprs.iter().filter_map(|expr| match expr {
                    Expr::Assign { target, value, .. } if matches!(**target, Pattern::Var(known) if known == *var) => {
                        Some(*value)
                    }
                    _ => None,
                });
                let value = given.next().filter(|_| given.next().is_none())?;
                self.measured(file, value, depth + 1)
            }
            _ => None,
        }
    }

    /// How many items a list has, when all are known.
    fn list_length(&mut self, frame: &Frame, list: Set) -> Option<usize> {
        let mut length = 0;
        for at in 0..self.sets.values(list).len() {
            let Val::Object(list) = self.sets.values(list)[at] else { return None };
            let wildcard = self.heap.wildcard(list);
            let more = self.heap.read(wildcard, frame.ctx);
            if self.heap.get(list).kind != Kind::Array || more != Set::EMPTY || self.heap.get(list).open {
                return None;
            }
            length = length.max(self.heap.get(list).properties().len());
        }
        (length > 0).then_some(length)
    }
}
