//! In: a test and what depends on it. Out: the ways the program may go on. A test with one known outcome has one; otherwise
//! each way is taken, and what the test said is remembered there.

use super::Machine;
use super::embedder::Embedder;
use super::exec::{Flow, Frame};
use super::flags;
use crate::analyse::domain::value::{Set, Val};
use crate::analyse::engine::record::{Guard, Meaning, Site};
use crate::facts::script::{Expr, Logic, Stmt};

/// Parts of a test beyond which only the test as a whole is known.
const LONG_TEST: usize = 100;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// `if`.
    pub(super) fn branch(&mut self, frame: &mut Frame<'a>, test: u32, then: &'a [Stmt], otherwise: &'a [Stmt]) -> Flow {
        let value = self.eval(frame, test);
        self.tested(frame, test, value);
        let (yes, no) = self.sets.truth(value);
        if yes != no {
            return self.decided(frame, test, yes, then, otherwise);
        }
        if !yes && !self.starve(frame.ctx) {
            return Flow::Next;
        }
        let before = frame.locals.clone();
        let held = frame.held();
        self.suppose(frame, test, true);
        let first = self.block(frame, then);
        frame.release(held);
        let after_then = std::mem::replace(&mut frame.locals, before);
        self.suppose(frame, test, false);
        let supposed = frame.held();
        let second = self.block(frame, otherwise);
        match (first, second) {
            (Flow::Next, Flow::Next) => {
                frame.release(held);
                self.join_locals(frame, &after_then);
                Flow::Next
            }
            (Flow::Next, _) => {
                frame.locals = after_then;
                frame.release(held);
                self.guard(frame, test, true);
                Flow::Next
            }
            (_, Flow::Next) => {
                frame.release(supposed);
                Flow::Next
            }
            (Flow::Jump, _) | (_, Flow::Jump) => Flow::Jump,
            (Flow::Leave, Flow::Leave) => Flow::Leave,
        }
    }

    /// A test with one known outcome: so far at least. A flag that nobody has set yet is one, too.
    fn decided(
        &mut self,
        frame: &mut Frame<'a>,
        test: u32,
        truthy: bool,
        then: &'a [Stmt],
        otherwise: &'a [Stmt],
    ) -> Flow {
        let (runs, other) = if truthy { (then, otherwise) } else { (otherwise, then) };
        let held = frame.held();
        self.note_flags(frame, test, truthy);
        let flow = self.block(frame, runs);
        if flow != Flow::Next || !flags::leaves(other) {
            frame.leave(held);
        }
        flow
    }

    /// From here on the test has come out this way.
    pub(super) fn suppose(&mut self, frame: &mut Frame<'a>, test: u32, truthy: bool) {
        if self.is_long(frame, test) {
            let site = Site { file: frame.code.file, expr: test };
            frame.guards.push(Guard { site, truthy, meaning: Meaning::Plain });
            return;
        }
        self.narrow(frame, test, truthy);
        self.guard(frame, test, truthy);
    }

    /// Whether a test has more parts than anybody writes: every part of `a && b && c …` is looked at for every longer
    /// beginning of it.
    fn is_long(&self, frame: &Frame, mut test: u32) -> bool {
        for _ in 0..LONG_TEST {
            let Expr::Logic { left, .. } = self.code.expr(frame.code.file, test) else { return false };
            test = *left;
        }
        true
    }

    fn guard(&mut self, frame: &mut Frame<'a>, test: u32, truthy: bool) {
        let meaning = E::meaning(self, frame, test, truthy);
        let site = Site { file: frame.code.file, expr: test };
        frame.guards.push(Guard { site, truthy, meaning: meaning.unwrap_or(Meaning::Plain) });
        self.note_flags(frame, test, truthy);
    }

    /// A tested variable keeps only the values that fit the outcome.
    fn narrow(&mut self, frame: &mut Frame<'a>, test: u32, truthy: bool) {
        match self.code.expr(frame.code.file, test) {
            Expr::Var(var) => {
                let var = &frame.file.script.vars[*var as usize];
                if var.owner == frame.code.function && !var.written_inside {
                    let set = frame.locals[var.slot as usize];
                    frame.locals[var.slot as usize] = self.sets.keep(set, truthy);
                }
            }
            Expr::Not(inner) => self.narrow(frame, *inner, !truthy),
            Expr::Logic { how: crate::facts::script::Logic::And, left, right } if truthy => {
                self.narrow(frame, *left, true);
                self.narrow(frame, *right, true);
            }
            Expr::Logic { how: crate::facts::script::Logic::Or, left, right } if !truthy => {
                self.narrow(frame, *left, false);
                self.narrow(frame, *right, false);
            }
            _ => {}
        }
    }

    pub(super) fn switch(&mut self, frame: &mut Frame<'a>, on: u32, cases: &'a [(Option<u32>, Vec<Stmt>)]) -> Flow {
        let subject = self.eval(frame, on);
        self.tested(frame, on, subject);
        let before = frame.locals.clone();
        let outer = frame.jumped.take();
        let mut ends: Option<Vec<Set>> = None;
        let mut flow = Flow::Leave;
        let mut falls = false;
        let mut matched = false;
        for (at, (test, body)) in cases.iter().enumerate() {
            let (fits, sure) = match test {
                Some(test) => {
                    let value = self.eval(frame, *test);
                    self.same(subject, value)
                }
                None => (!matched || !self.only_literals(subject) || at + 1 < cases.len(), false),
            };
            if !(fits || falls) {
                continue;
            }
            let held = frame.held();
            if let (Some(test), false) = (test, falls) {
                self.suppose_case(frame, *test, subject);
            }
            if !falls {
                frame.locals.clone_from(&before);
            } else {
                self.join_locals(frame, &before);
            }
            let result = self.block(frame, body);
            frame.release(held);
            falls = result == Flow::Next;
            if result == Flow::Jump || (falls && at + 1 == cases.len()) {
                flow = Flow::Next;
                match &mut ends {
                    None => ends = Some(frame.locals.clone()),
                    Some(ends) => ends.iter_mut().zip(&frame.locals).for_each(|(a, b)| *a = self.sets.join(*a, *b)),
                }
            }
            matched |= sure;
            if sure && !falls {
                break;
            }
        }
        let default = cases.iter().any(|(test, _)| test.is_none());
        frame.locals = ends.unwrap_or_else(|| before.clone());
        if !default && !matched {
            flow = Flow::Next;
            self.join_locals(frame, &before);
        }
        if let Some(jumped) = frame.jumped.take() {
            flow = Flow::Next;
            self.join_locals(frame, &jumped);
        }
        frame.jumped = outer;
        flow
    }

    /// In this case of a `switch`, the value is what the case names.
    fn suppose_case(&mut self, frame: &mut Frame<'a>, test: u32, subject: Set) {
        if let Some(meaning) = E::meaning_of_case(self, frame, test, subject) {
            self.tested(frame, test, subject);
            frame.guards.push(Guard { site: Site { file: frame.code.file, expr: test }, truthy: true, meaning });
        }
    }

    /// Whether two sets may be equal, and whether they must be.
    pub(in crate::analyse) fn same(&self, a: Set, b: Set) -> (bool, bool) {
        let (a, b) = (self.sets.values(a), self.sets.values(b));
        let literal = |value: &Val| {
            matches!(value, Val::Str(_) | Val::Number(_) | Val::Bool(_) | Val::Undefined | Val::Null | Val::Object(_))
        };
        let unsure = a.iter().chain(b).any(|value| !literal(value));
        let common = a.iter().any(|value| b.iter().any(|other| loosely_equal(*value, *other)));
        (unsure || common, !unsure && common && a.len() == 1 && b.len() == 1 && !matches!(a[0], Val::Object(_)))
    }

    fn only_literals(&self, set: Set) -> bool {
        self.sets.values(set).iter().all(|value| matches!(value, Val::Str(_) | Val::Number(_) | Val::Bool(_)))
    }

    pub(super) fn conditional(&mut self, frame: &mut Frame<'a>, test: u32, then: u32, otherwise: u32) -> Set {
        let value = self.eval(frame, test);
        self.tested(frame, test, value);
        match self.sets.truth(value) {
            (true, false) => self.decided_value(frame, test, true, then),
            (false, true) => self.decided_value(frame, test, false, otherwise),
            (false, false) => Set::EMPTY,
            (true, true) => {
                let before = frame.locals.clone();
                let held = frame.held();
                self.suppose(frame, test, true);
                let first = self.eval(frame, then);
                frame.release(held);
                let after = std::mem::replace(&mut frame.locals, before);
                self.suppose(frame, test, false);
                let second = self.eval(frame, otherwise);
                frame.release(held);
                self.join_locals(frame, &after);
                self.sets.join(first, second)
            }
        }
    }

    /// A part of an expression whose test has one known outcome, so far at least.
    fn decided_value(&mut self, frame: &mut Frame<'a>, test: u32, truthy: bool, runs: u32) -> Set {
        let held = frame.held();
        self.note_flags(frame, test, truthy);
        let value = self.eval(frame, runs);
        frame.release(held);
        value
    }

    pub(super) fn logic(&mut self, frame: &mut Frame<'a>, how: Logic, left: u32, right: u32) -> Set {
        let value = self.eval(frame, left);
        self.tested(frame, left, value);
        let (yes, no) = self.sets.truth(value);
        let (ends, goes_on) = match how {
            Logic::And => (self.sets.keep(value, false), yes),
            Logic::Or => (self.sets.keep(value, true), no),
            Logic::Nullish => {
                let nullish = |v: &Val| matches!(v, Val::Undefined | Val::Null);
                let values = self.sets.values(value);
                let open = values.iter().any(|v| nullish(v) || matches!(v, Val::Unknown | Val::Opaque(_)));
                (self.sets.filter(value, |value| !nullish(value)), open)
            }
        };
        if !goes_on {
            return ends;
        }
        let held = frame.held();
        let before = (yes && no).then(|| frame.locals.clone());
        if yes && no && how != Logic::Nullish {
            self.suppose(frame, left, how == Logic::And);
        } else if yes != no && how != Logic::Nullish {
            self.note_flags(frame, left, yes);
        }
        let value = self.eval(frame, right);
        frame.release(held);
        if let Some(before) = before {
            self.join_locals(frame, &before);
        }
        self.sets.join(ends, value)
    }
}

/// `==` for values where it is certain enough: `null == undefined`; an object of the abstract heap stands for itself.
fn loosely_equal(a: Val, b: Val) -> bool {
    a == b || matches!((a, b), (Val::Null, Val::Undefined) | (Val::Undefined, Val::Null))
}
