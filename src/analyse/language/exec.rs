//! In: a context. Out: what its statements do. Branches whose test has one known outcome run alone; others run both, and
//! remember what their test said.

use super::Machine;
use super::embedder::Embedder;
use super::flags::Flag;
use super::recording::RescueBy;
use crate::analyse::domain::value::{Set, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::code::File;
use crate::analyse::engine::record::Guard;
use crate::facts::script::{Pattern, Stmt};

/// A context while it runs.
pub struct Frame<'a> {
    pub(in crate::analyse) ctx: CtxId,
    /// Where functions are written and objects made: the context, or the round of a loop.
    pub(in crate::analyse) scope: CtxId,
    pub(in crate::analyse) code: CodeRef,
    /// The script it is written in.
    pub(in crate::analyse) file: &'a File<'a>,
    /// The part of that script which pays for its steps, see [`Machine::step_of`].
    pub(in crate::analyse) root: u32,
    /// Its own variables, by slot.
    pub(super) locals: Vec<Set>,
    /// What holds here.
    pub(in crate::analyse) guards: Vec<Guard>,
    /// The flags among what was tested.
    pub(super) flags: Vec<Flag>,
    /// What it always writes.
    pub(super) written: Vec<super::flags::Written>,
    /// How many `try` blocks with a `catch` surround the place.
    pub(super) tries: u32,
    /// What the innermost of them catches.
    pub(super) caught: Set,
    /// The failures that the innermost `catch` block around the place deals with.
    pub(super) handling: Set,
    /// The expression evaluated last, at first the file's own: the place of what the language calls by itself, such as an
    /// accessor.
    pub(in crate::analyse) at: u32,
    /// The expression whose value becomes a member of an object.
    pub(in crate::analyse) member: u32,
    /// Variables as they were at `break` and `continue`.
    pub(super) jumped: Option<Vec<Set>>,
}

/// What happens after a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next one runs.
    Next,
    /// The function is left.
    Leave,
    /// The loop or `switch` is left or continued.
    Jump,
}

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Runs a context's function once.
    pub(in crate::analyse) fn execute(&mut self, ctx: CtxId) {
        let code = self.ctxs[ctx.0 as usize].code;
        let file = self.code.file(code.file);
        let function = &file.script.functions[code.function as usize];
        let mut frame = Frame {
            ctx,
            scope: ctx,
            code,
            file,
            root: file.roots[code.function as usize],
            locals: vec![Set::UNDEFINED; function.slots as usize],
            guards: Vec::new(),
            flags: Vec::new(),
            written: Vec::new(),
            tries: 0,
            at: 0,
            member: u32::MAX,
            caught: Set::EMPTY,
            handling: Set::EMPTY,
            jumped: None,
        };
        self.start_variables(&mut frame);
        if code.function == 0 {
            self.start_module(&mut frame);
        }
        for (var, id) in &function.hoisted {
            let closure = self.closure(frame.ctx, CodeRef { file: code.file, function: *id });
            self.write_var(&mut frame, *var, closure);
        }
        self.bind_params(&mut frame);
        let flow = self.block(&mut frame, &function.body);
        if !frame.written.is_empty() {
            self.lang.always_written.insert(ctx, std::mem::take(&mut frame.written));
        }
        if flow != Flow::Leave {
            let result = self.ctxs[ctx.0 as usize].result;
            self.heap.add(&mut self.sets, result, Set::UNDEFINED);
        }
    }

    fn start_variables(&mut self, frame: &mut Frame<'a>) {
        let file = frame.file;
        for var in &file.script.functions[frame.code.function as usize].vars {
            let facts = &file.script.vars[*var as usize];
            if facts.captured && facts.bare {
                let slot = self.captured_slot(frame.ctx, frame.code.file, *var);
                self.heap.add(&mut self.sets, slot, Set::UNDEFINED);
            }
        }
    }

    fn bind_params(&mut self, frame: &mut Frame<'a>) {
        let function = self.code.function(frame.code);
        let count = function.params.len();
        for (at, param) in function.params.iter().enumerate() {
            let value = if function.rest && at + 1 == count {
                self.rest_array(frame, at)
            } else {
                let value = self.argument(frame.ctx, at);
                if value == Set::EMPTY { Set::UNDEFINED } else { value }
            };
            self.assign(frame, param, value);
        }
    }

    /// Argument `at` of a context; `EMPTY` when it was not given.
    pub(super) fn argument(&mut self, ctx: CtxId, at: usize) -> Set {
        let context = &self.ctxs[ctx.0 as usize];
        match context.merged {
            None => context.args.get(at).copied().unwrap_or(Set::EMPTY),
            Some(first) => {
                let last = self.code.function(context.code).params.len();
                let slot = crate::analyse::domain::heap::SlotId(first.0 + 1 + at.min(last) as u32);
                self.heap.read(slot, ctx)
            }
        }
    }

    fn rest_array(&mut self, frame: &Frame, from: usize) -> Set {
        let array = self.allocate(frame.scope, u32::MAX, 0, crate::analyse::domain::object::Kind::Array);
        let count = self.ctxs[frame.ctx.0 as usize].args.len().max(from + 1);
        for at in from..count {
            let value = self.argument(frame.ctx, at);
            self.write_index(array, at - from, value);
        }
        self.sets.one(Val::Object(array))
    }

    /// Runs statements in order.
    pub(super) fn block(&mut self, frame: &mut Frame<'a>, stmts: &'a [Stmt]) -> Flow {
        let held = frame.held();
        let mut flow = Flow::Next;
        for stmt in stmts {
            flow = self.stmt(frame, stmt);
            if flow != Flow::Next {
                break;
            }
        }
        frame.leave(held);
        flow
    }

    fn stmt(&mut self, frame: &mut Frame<'a>, stmt: &'a Stmt) -> Flow {
        if !self.step_of(frame.code.file, frame.root) {
            return Flow::Leave;
        }
        match stmt {
            Stmt::Expr(expr) => {
                self.eval(frame, *expr);
                Flow::Next
            }
            Stmt::Return(value) => {
                let value = value.map_or(Set::UNDEFINED, |value| self.eval(frame, value));
                self.give_back(frame, value);
                Flow::Leave
            }
            Stmt::Throw(value) => {
                let value = self.eval(frame, *value);
                let value = self.thrown(frame, value);
                self.throw(frame, value);
                Flow::Leave
            }
            Stmt::If { test, then, otherwise } => self.branch(frame, *test, then, otherwise),
            Stmt::Loop { test, update, body, at_least_once, own } => match self.counted(frame, *test, *update, own) {
                Some((counter, rounds)) => self.for_each(frame, counter, rounds, body, own),
                None => self.repeat(frame, *test, *update, body, *at_least_once),
            },
            Stmt::ForEach { target, iterable, values, body, own } => {
                let set = self.eval(frame, *iterable);
                let rounds = if *values { self.items(frame, set) } else { self.keys(frame, set) };
                self.for_each(frame, target, rounds, body, own)
            }
            Stmt::Try { body, catch, finally } => self.try_catch(frame, body, catch.as_ref(), finally),
            Stmt::Switch { on, cases } => self.switch(frame, *on, cases),
            Stmt::Jump { .. } => {
                self.note_jump(frame);
                Flow::Jump
            }
            Stmt::Block(body) => self.block(frame, body),
        }
    }

    /// `return value`.
    pub(super) fn give_back(&mut self, frame: &mut Frame<'a>, value: Set) {
        let function = self.code.function(frame.code);
        let value = if function.is_async { self.awaited(frame, value, false) } else { value };
        let result = self.ctxs[frame.ctx.0 as usize].result;
        self.heap.add(&mut self.sets, result, value);
    }

    /// A value is thrown, or a promise rejected with it is awaited.
    pub(super) fn throw(&mut self, frame: &mut Frame<'a>, value: Set) {
        if frame.tries > 0 {
            frame.caught = self.sets.join(frame.caught, value);
        } else {
            let rejection = self.ctxs[frame.ctx.0 as usize].rejection;
            self.heap.add(&mut self.sets, rejection, value);
        }
    }

    pub(super) fn join_locals(&mut self, frame: &mut Frame<'a>, other: &[Set]) {
        for (local, other) in frame.locals.iter_mut().zip(other) {
            *local = self.sets.join(*local, *other);
        }
    }

    fn note_jump(&mut self, frame: &mut Frame<'a>) {
        match frame.jumped.take() {
            None => frame.jumped = Some(frame.locals.clone()),
            Some(mut known) => {
                for (known, now) in known.iter_mut().zip(&frame.locals) {
                    *known = self.sets.join(*known, *now);
                }
                frame.jumped = Some(known);
            }
        }
    }

    fn try_catch(
        &mut self,
        frame: &mut Frame<'a>,
        body: &'a [Stmt],
        catch: Option<&'a (Option<Pattern>, Vec<Stmt>)>,
        finally: &'a [Stmt],
    ) -> Flow {
        let before = frame.locals.clone();
        let outer = std::mem::replace(&mut frame.caught, Set::EMPTY);
        frame.tries += u32::from(catch.is_some());
        let mut flow = self.block(frame, body);
        frame.tries -= u32::from(catch.is_some());
        let caught = std::mem::replace(&mut frame.caught, outer);
        if catch.is_none() {
            frame.caught = self.sets.join(frame.caught, caught);
        }
        if let Some((param, handler)) = catch {
            let after = std::mem::replace(&mut frame.locals, before);
            self.join_locals(frame, &after);
            let caught = self.sets.join(caught, Set::UNKNOWN);
            self.rescue(frame.ctx, caught, RescueBy::Block(handler));
            if let Some(param) = param {
                self.assign(frame, param, caught);
            }
            let failures = self.failures_in(caught);
            let outer = std::mem::replace(&mut frame.handling, failures);
            let held = frame.held();
            let handled = self.block(frame, handler);
            frame.release(held);
            frame.handling = outer;
            if handled == Flow::Next {
                self.join_locals(frame, &after);
                flow = Flow::Next;
            } else if flow == Flow::Next {
                frame.locals = after;
            }
        }
        match self.block(frame, finally) {
            Flow::Next => flow,
            left => left,
        }
    }
}
