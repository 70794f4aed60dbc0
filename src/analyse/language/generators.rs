//! In: the functions that compilers make of `async` functions, and the helpers that run them. Out: the promise the source had.
//! Never steps through their states: each is run once, with whatever may have been awaited.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{ObjId, Set, Val};
use crate::analyse::engine::record::EdgeKind;
use crate::facts::script::Expr;

/// How the function that a compiler makes speaks with its run-time: names of members of its argument.
pub(super) struct Dialect {
    /// What was awaited.
    sent: &'static str,
    /// Where the function stands.
    states: [&'static str; 2],
    /// Called to leave the function.
    leave: &'static str,
    /// Only a function with a `catch` has it.
    catches: &'static str,
}

/// Babel up to 7.26, and regenerator itself.
pub(super) const REGENERATOR: Dialect =
    Dialect { sent: "sent", states: ["prev", "next"], leave: "abrupt", catches: "catch" };
/// Babel from 7.27 on.
pub(super) const BABEL: Dialect = Dialect { sent: "v", states: ["n", "n"], leave: "a", catches: "p" };
/// TypeScript, whose functions return what is to be done: `[4, promise]` awaits, `[2, value]` returns.
const TYPESCRIPT: Dialect = Dialect { sent: "sent", states: ["label", "label"], leave: "", catches: "trys" };

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Runs such a function. What it returns is what it waits for.
    pub(super) fn regenerate(&mut self, frame: &Frame, id: u32, inner: Set, dialect: &Dialect) -> Set {
        let context = self.context_of(frame, id, dialect);
        let leave = self.named_builtin("[[abrupt]]");
        let name = self.atoms.intern(dialect.leave);
        self.define(context, name, leave);
        let this = self.this(frame.ctx);
        let whole = self.sets.one(Val::Object(context));
        let awaited = self.apply(frame, id, inner, this, &[whole], EdgeKind::Call);
        let promise = self.allocate(frame.ctx, id, 37, Kind::Promise);
        let sent = self.atoms.intern(dialect.sent);
        let received = self.awaited_by(frame, inner, awaited, promise, dialect);
        self.define(context, sent, received);
        let value = self.read_own(frame.ctx, context, self.lang.names.value);
        self.define(promise, self.lang.names.result, value);
        self.sets.one(Val::Object(promise))
    }

    /// `__generator(this, function (state) { … })`.
    pub(in crate::analyse) fn generate(&mut self, frame: &Frame, id: u32, this: Set, inner: Set) -> Set {
        let state = self.context_of(frame, id, &TYPESCRIPT);
        let (sent, tries) = (self.named_builtin("[[sent]]"), self.fresh(frame, id, Kind::Array));
        for (name, value) in [(TYPESCRIPT.sent, sent), (TYPESCRIPT.catches, tries)] {
            let name = self.atoms.intern(name);
            self.define(state, name, value);
        }
        let whole = self.sets.one(Val::Object(state));
        let steps = self.apply(frame, id, inner, this, &[whole], EdgeKind::Call);
        let promise = self.allocate(frame.ctx, id, 37, Kind::Promise);
        let [first, second] = [0.0_f64, 1.0].map(|at| self.sets.one(Val::Number(at.to_bits())));
        for at in 0..self.sets.values(steps).len() {
            let step = self.sets.values(steps)[at];
            let step = self.sets.one(step);
            let what = self.get_index(frame, id, step, first);
            let value = self.get_index(frame, id, step, second);
            if self.holds_number(what, 2.0) {
                self.define(promise, self.lang.names.result, value);
            }
            if self.holds_number(what, 4.0) {
                let received = self.awaited_by(frame, inner, value, promise, &TYPESCRIPT);
                self.define(state, self.lang.names.value, received);
            }
        }
        self.sets.one(Val::Object(promise))
    }

    /// `state.sent()`.
    pub(super) fn sent(&mut self, frame: &Frame, state: Set) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(state).len() {
            if let Val::Object(state) = self.sets.values(state)[at] {
                let part = self.read_own(frame.ctx, state, self.lang.names.value);
                found = self.sets.join(found, part);
            }
        }
        found
    }

    /// `__awaiter(this, arguments, Promise, function)`: calls the function, which is an `async` one.
    pub(in crate::analyse) fn run_async(&mut self, frame: &Frame, id: u32, args: &[Set]) -> Set {
        let part = |at: usize| args.get(at).copied().unwrap_or(Set::UNDEFINED);
        self.is_run_as_async(part(3));
        let values = self.spread(frame, part(1));
        self.apply(frame, id, part(3), part(0), &values, EdgeKind::Call)
    }

    /// Generators among these functions await what they yield.
    pub(in crate::analyse) fn is_run_as_async(&mut self, functions: Set) {
        for at in 0..self.sets.values(functions).len() {
            let Val::Object(object) = self.sets.values(functions)[at] else { continue };
            if let Kind::Function { code, .. } = self.heap.get(object).kind
                && self.code.function(code).generator
            {
                self.lang.async_generators.insert(code);
            }
        }
    }

    /// What `_regenerator()` gives.
    pub(in crate::analyse) fn generator_machine(&mut self) -> Set {
        let machine = self.native(43, 0, Kind::Plain);
        for (name, function) in [("m", "[[itself]]"), ("w", "[[generator]]")] {
            let function = self.named_builtin(function);
            let name = self.atoms.intern(name);
            self.define(machine, name, function);
        }
        self.sets.one(Val::Object(machine))
    }

    fn context_of(&mut self, frame: &Frame, id: u32, dialect: &Dialect) -> ObjId {
        let context = self.allocate(frame.ctx, id, 36, Kind::Plain);
        for name in dialect.states {
            let name = self.atoms.intern(name);
            self.define(context, name, Set::ANY_NUMBER);
        }
        context
    }

    fn holds_number(&self, set: Set, number: f64) -> bool {
        self.sets.values(set).iter().any(|value| matches!(value, Val::Number(bits) if f64::from_bits(*bits) == number))
    }

    /// What comes of awaiting these values in a function; what it does not catch rejects its promise.
    fn awaited_by(&mut self, frame: &Frame, inner: Set, awaited: Set, promise: ObjId, dialect: &Dialect) -> Set {
        let mut received = Set::EMPTY;
        for at in 0..self.sets.values(awaited).len() {
            let value = self.sets.values(awaited)[at];
            let part = match value {
                Val::Object(object) if self.heap.get(object).kind == Kind::Promise => {
                    let (result, reason) = self.settled(frame.ctx, object);
                    if self.catches(inner, dialect) {
                        self.handle(reason);
                    } else if reason != Set::EMPTY {
                        self.define(promise, self.lang.names.reason, reason);
                    }
                    result
                }
                value => self.sets.one(value),
            };
            received = self.sets.join(received, part);
        }
        received
    }

    /// Whether such a function has a `catch`: its source speaks of it.
    fn catches(&self, inner: Set, dialect: &Dialect) -> bool {
        let Some(catches) = self.atoms.find(dialect.catches) else { return false };
        self.sets.values(inner).iter().any(|value| {
            let Val::Object(object) = value else { return false };
            let Kind::Function { code, .. } = self.heap.get(*object).kind else { return false };
            let file = self.code.file(code.file);
            let within = file.script.functions[code.function as usize].span;
            file.script.body.exprs.iter().zip(&file.script.body.spans).any(|(expr, span)| {
                within.contains(*span)
                    && matches!(expr, Expr::Member { name, .. } if file.atoms[*name as usize] == catches)
            })
        })
    }
}
