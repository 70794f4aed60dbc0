//! In: linked scripts and a platform. Out: what running them does, in the abstract: contexts, the edges between them, and
//! the requests they make. Never judges: rules do.
//!
//! A context is a function with its surroundings, `this` and arguments. It runs once, and again when a slot that it read
//! has gained values, until nothing changes. Contexts that would never end (recursion) or are too many are merged into one
//! per function, which is less precise and said so.

use super::budget::Budget;
use super::code::Code;
use super::limits::{LimitKind, Limits};
use super::record::{Edge, EdgeKind, Unresolved, Use};
use super::rounds::Round;
use crate::analyse::domain::heap::{Heap, SlotId};
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, Atoms, ObjId, Set, Sets, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::model::Model;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// A function with its surroundings, `this` and arguments.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The function.
    pub code: CodeRef,
    /// The context it was written in.
    pub env: CtxId,
    /// `this`.
    pub this: Set,
    /// Its arguments, unless merged.
    pub args: Box<[Set]>,
    /// Merged contexts keep `this` and their arguments in slots: `this` first.
    pub merged: Option<SlotId>,
    /// The first of the slots of its captured variables.
    pub captured: SlotId,
    /// What it returns (for `async` functions: what the promise results in).
    pub result: SlotId,
    /// What it throws or rejects with.
    pub rejection: SlotId,
    /// What it yields.
    pub yields: SlotId,
    /// The context that first led here.
    pub parent: CtxId,
    /// How many contexts lead here.
    pub depth: u32,
    /// How often it has run.
    runs: u32,
    state: State,
    /// A round of a loop: only variables of its own are apart.
    pub round: Option<Round>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Running,
    /// Running, and to be run again.
    Stale,
    Queued,
    Done,
}

/// What a context is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    code: CodeRef,
    env: CtxId,
    this: Set,
    /// A number of [`Machine::lists`].
    args: u32,
    /// For merged contexts: all calls of the function, or those of one place in one context.
    merged: Option<Option<(CtxId, u32)>>,
    /// Where it is called, for a function that makes objects with methods: two callers do not share what they are given.
    made_at: Option<(u32, u32)>,
}

/// What a step may cost on average: a program of objects that hold each other makes each step as long as there are objects.
const WORK: u64 = 16;
/// How many shares a part of a file may use up before calls of its functions are calls of unknown code: a library that goes
/// through tables of everything would else use up what the rest of the program needs.
const SHARES: u64 = 20;
/// Contexts that one place may make of one function by passing literals.
const MOST_LITERALS: u32 = 250;
/// What a page or component may add to the contexts of one function: what all of them call has as many as there are of them.
const CONTEXTS_OF_UNIT: u32 = 4;

/// What running a function means: its transfer function. The engine's door to the language, which stands above it.
pub trait Transfer<'a, E>: Sized {
    /// Runs a context's function once: reads slots, and adds to slots.
    fn execute(machine: &mut Machine<'a, Self, E>, ctx: CtxId);
}

/// What a machine runs.
pub(in crate::analyse) struct Program<'a> {
    pub(in crate::analyse) model: &'a Model,
    pub(in crate::analyse) code: &'a Code<'a>,
    pub(in crate::analyse) atoms: Atoms,
    /// Objects that are there before it runs.
    pub(in crate::analyse) heap: Heap,
}

/// The abstract machine. `L` is the language whose functions it runs, `E` what surrounds the program.
pub struct Machine<'a, L, E> {
    /// The program.
    pub model: &'a Model,
    /// Its scripts.
    pub code: &'a Code<'a>,
    /// Names and strings.
    pub atoms: Atoms,
    /// Sets of values.
    pub sets: Sets,
    /// Objects.
    pub heap: Heap,
    /// All contexts.
    pub ctxs: Vec<Ctx>,
    /// All edges.
    pub edges: Vec<Edge>,
    /// All uses of values from outside, in order; filled when the program has run.
    pub uses: Vec<Use>,
    /// They while it runs.
    pub(in crate::analyse) used: rustc_hash::FxHashSet<Use>,
    /// Calls without a known target.
    pub unresolved: std::collections::BTreeSet<Unresolved>,
    /// The budget ended the search somewhere.
    pub exhausted: bool,
    /// The bounds that were met.
    pub limits: Limits,
    /// Contexts that met a value that does not exist (yet): a result of a call that never returns, an argument nobody gave.
    starved: std::collections::BTreeSet<CtxId>,
    /// Such values are taken for unknown from now on.
    pub(super) lenient: bool,
    pub(super) allocated: FxHashMap<(CtxId, u32, u8), ObjId>,
    pub(in crate::analyse) natives: FxHashMap<(u8, u32), ObjId>,
    pub(in crate::analyse) edge_index: FxHashMap<(CtxId, u32, CtxId, EdgeKind), u32>,
    index: FxHashMap<Key, CtxId>,
    /// Lists of arguments, each once, by their number.
    lists: FxHashMap<Box<[Set]>, u32>,
    per_function: FxHashMap<CodeRef, u32>,
    per_site: FxHashMap<(CtxId, u32, CodeRef), u32>,
    work_list: VecDeque<CtxId>,
    pub(super) shares: Vec<Vec<u64>>,
    /// Rounds of loops: where the loop runs, its body, what the round is for.
    pub(in crate::analyse) rounds: FxHashMap<(CtxId, usize, Set), CtxId>,
    nesting: u32,
    pub(super) steps: u64,
    /// The limits of the steps, for this program.
    pub(super) most_precise: u64,
    most_share: u64,
    pub(super) most_steps: u64,
    /// How much of [`Sets::work`] and [`Heap::work`] is done.
    most_work: u64,
    budget: Budget,
    /// What the language keeps.
    pub lang: L,
    /// What surrounds the program: a platform.
    pub embedder: E,
}

impl<'a, L: Transfer<'a, E>, E> Machine<'a, L, E> {
    /// A machine that has run nothing yet.
    pub(in crate::analyse) fn of(program: Program<'a>, budget: Budget, lang: L, embedder: E) -> Machine<'a, L, E> {
        let Program { model, code, atoms, heap } = program;
        let (functions, units) = (code.outermost(), model.units.len() as u64);
        Machine {
            model,
            code,
            atoms,
            sets: Sets::new(),
            heap,
            ctxs: Vec::new(),
            edges: Vec::new(),
            uses: Vec::new(),
            used: rustc_hash::FxHashSet::default(),
            unresolved: Default::default(),
            exhausted: false,
            limits: Limits::default(),
            starved: Default::default(),
            lenient: false,
            allocated: FxHashMap::default(),
            natives: FxHashMap::default(),
            edge_index: FxHashMap::default(),
            index: FxHashMap::default(),
            lists: FxHashMap::default(),
            per_function: FxHashMap::default(),
            per_site: FxHashMap::default(),
            work_list: VecDeque::new(),
            shares: code.files.iter().map(|f| vec![0; f.as_ref().map_or(0, |f| f.roots.len())]).collect(),
            rounds: FxHashMap::default(),
            nesting: 0,
            steps: 0,
            most_precise: budget.precise_steps.of(functions as u64, units),
            most_share: budget.share.of(0, units),
            most_steps: budget.steps.of(functions as u64, units),
            most_work: budget.steps.of(functions as u64, units).saturating_mul(WORK),
            budget,
            lang,
            embedder,
        }
    }

    /// How many expressions were evaluated.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Counts one step of a part of a file; `false` when the budget is used up.
    pub(in crate::analyse) fn step_of(&mut self, file: u32, root: u32) -> bool {
        self.shares[file as usize][root as usize] += 1;
        self.step()
    }

    /// Counts a literal of so many members: those that are literals themselves are no steps, or tables of data would use
    /// up what the program's code needs; but neither are they nothing.
    pub(in crate::analyse) fn step_over(&mut self, file: u32, root: u32, members: usize) {
        let steps = members as u64 / 16;
        self.shares[file as usize][root as usize] += steps;
        self.steps += steps;
    }

    /// Whether a part of a file has had its share of precise steps.
    pub(in crate::analyse) fn has_had_its_share(&self, code: CodeRef) -> bool {
        let root = self.code.file(code.file).roots[code.function as usize];
        self.shares[code.file as usize][root as usize] > self.most_share
    }

    /// Whether a part of a file has had so many of its shares that its functions are taken for unknown from now on.
    pub(in crate::analyse) fn is_given_up(&self, code: CodeRef) -> bool {
        let root = self.code.file(code.file).roots[code.function as usize];
        self.shares[code.file as usize][root as usize] > self.most_share.saturating_mul(SHARES)
    }

    /// Counts one step; `false` when the budget is used up.
    pub(in crate::analyse) fn step(&mut self) -> bool {
        self.steps += 1;
        if !self.has_work_left() {
            // Nothing more runs, whoever asks.
            self.steps = self.steps.max(self.most_steps) + 1;
        }
        if self.steps > self.most_steps {
            self.exhausted = true;
            return false;
        }
        true
    }

    fn has_work_left(&self) -> bool {
        self.sets.work + self.heap.work <= self.most_work
    }

    /// Counts work that is no step; `false` when the budget is used up.
    pub(in crate::analyse) fn spend(&mut self, work: usize) -> bool {
        self.heap.work += work as u64;
        let is_left = self.has_work_left() && self.steps <= self.most_steps;
        self.exhausted |= !is_left;
        is_left
    }

    /// The context of a call at expression `expr` of `parent`, made when there is none; it has not run yet.
    pub(in crate::analyse) fn context(
        &mut self,
        code: CodeRef,
        env: CtxId,
        this: Set,
        args: &[Set],
        parent: CtxId,
        expr: u32,
    ) -> CtxId {
        let function = self.code.function(code);
        let this = if function.uses_this { this } else { Set::EMPTY };
        let kept =
            if function.uses_arguments || function.rest { args.len() } else { args.len().min(function.params.len()) };
        let args = &args[..kept];
        let makes = parent != CtxId::NONE && self.code.file(code.file).makers[code.function as usize];
        let made_at = makes.then(|| (self.ctxs[parent.0 as usize].code.file, expr));
        let key = Key { code, env, this, args: self.list(args), merged: None, made_at };
        if let Some(ctx) = self.index.get(&key) {
            return *ctx;
        }
        if self.must_merge(code, args, parent) {
            return self.merged_context(code, env, this, args, parent, None);
        }
        let literals = self.are_literals(args);
        let made = self.per_site.entry((parent, expr, code)).or_insert(0);
        *made += 1;
        // A place that passes one literal after the other is a dispatch, not a growing value.
        let most = if literals { MOST_LITERALS } else { self.budget.contexts_per_site };
        if *made > most && parent != CtxId::NONE {
            self.met(LimitKind::Contexts, code);
            return self.merged_context(code, env, this, args, parent, Some((parent, expr)));
        }
        *self.per_function.entry(code).or_insert(0) += 1;
        self.add_context(key, args, None, parent)
    }

    fn list(&mut self, args: &[Set]) -> u32 {
        if let Some(list) = self.lists.get(args) {
            return *list;
        }
        let list = self.lists.len() as u32;
        self.lists.insert(args.into(), list);
        list
    }

    /// Whether one more context of this function would be one too many.
    fn must_merge(&mut self, code: CodeRef, args: &[Set], parent: CtxId) -> bool {
        if self.steps > self.most_precise {
            self.exhausted = true;
            return true;
        }
        let most = self.budget.contexts.saturating_add(CONTEXTS_OF_UNIT * self.model.units.len() as u32);
        if self.per_function.get(&code).is_some_and(|count| *count >= most) {
            self.met(LimitKind::Contexts, code);
            return true;
        }
        // A library must not use up what the program's own code needs, nor one module of a bundle what the others need.
        if self.has_had_its_share(code) {
            self.met(LimitKind::Share, code);
            return true;
        }
        let limit = if self.are_literals(args) { 60 } else { 2 };
        let mut seen = 0;
        let mut at = parent;
        for _ in 0..120 {
            if at == CtxId::NONE {
                return false;
            }
            let ctx = &self.ctxs[at.0 as usize];
            seen += u32::from(ctx.code == code);
            if seen > limit {
                return true;
            }
            at = ctx.parent;
        }
        let is_deep = self.ctxs[parent.0 as usize].depth > 2_000;
        if is_deep {
            self.met(LimitKind::Contexts, code);
        }
        is_deep
    }

    fn are_literals(&self, args: &[Set]) -> bool {
        let literal = |value: &Val| !matches!(value, Val::Object(_) | Val::Opaque(_));
        !args.is_empty() && args.iter().all(|set| self.sets.values(*set).iter().all(literal))
    }

    fn merged_context(
        &mut self,
        code: CodeRef,
        env: CtxId,
        this: Set,
        args: &[Set],
        parent: CtxId,
        at: Option<(CtxId, u32)>,
    ) -> CtxId {
        let key = Key { code, env, this: Set::EMPTY, args: self.list(&[]), merged: Some(at), made_at: None };
        let params = self.code.function(code).params.len();
        let ctx = match self.index.get(&key) {
            Some(ctx) => *ctx,
            None => {
                let first = self.heap.slots(params as u32 + 2);
                self.add_context(key, &[], Some(first), parent)
            }
        };
        let first = self.ctxs[ctx.0 as usize].merged.expect("a merged context has slots");
        self.heap.add(&mut self.sets, first, this);
        for (at, arg) in args.iter().enumerate() {
            let slot = SlotId(first.0 + 1 + at.min(params) as u32);
            self.heap.add(&mut self.sets, slot, *arg);
        }
        self.wake();
        ctx
    }

    fn add_context(&mut self, key: Key, args: &[Set], merged: Option<SlotId>, parent: CtxId) -> CtxId {
        let id = CtxId(self.ctxs.len() as u32);
        let captured = self.heap.slots(self.code.captured_count(key.code));
        let depth = if parent == CtxId::NONE { 0 } else { self.ctxs[parent.0 as usize].depth + 1 };
        let ctx = Ctx {
            code: key.code,
            env: key.env,
            this: key.this,
            args: args.into(),
            merged,
            captured,
            result: self.heap.slot(),
            rejection: self.heap.slot(),
            yields: self.heap.slot(),
            parent,
            depth,
            runs: 0,
            state: State::New,
            round: None,
        };
        self.ctxs.push(ctx);
        self.index.insert(key, id);
        id
    }

    /// A copy of a context that never runs: a round of a loop, with variables of its own.
    pub(in crate::analyse) fn add_round(&mut self, round: Round) -> CtxId {
        let id = CtxId(self.ctxs.len() as u32);
        let mut ctx = self.ctxs[round.of.0 as usize].clone();
        ctx.captured = self.heap.slots(self.code.captured_count(ctx.code));
        ctx.round = Some(round);
        ctx.state = State::Done;
        self.ctxs.push(ctx);
        id
    }

    /// Runs a context if it has not run yet; deep ones wait in the queue.
    pub(in crate::analyse) fn ensure(&mut self, ctx: CtxId) {
        if self.ctxs[ctx.0 as usize].state != State::New {
            return;
        }
        if self.nesting >= self.budget.nesting {
            self.ctxs[ctx.0 as usize].state = State::Queued;
            self.work_list.push_back(ctx);
            return;
        }
        self.run(ctx);
    }

    fn run(&mut self, ctx: CtxId) {
        if self.is_given_up(self.ctxs[ctx.0 as usize].code) {
            self.give_up(ctx);
            return;
        }
        self.ctxs[ctx.0 as usize].runs += 1;
        self.ctxs[ctx.0 as usize].state = State::Running;
        self.nesting += 1;
        L::execute(self, ctx);
        self.nesting -= 1;
        self.note_cuts(self.ctxs[ctx.0 as usize].code);
        let stale = self.ctxs[ctx.0 as usize].state == State::Stale;
        self.ctxs[ctx.0 as usize].state = State::Done;
        if stale {
            self.enqueue(ctx);
        }
        self.wake();
    }

    /// Lets a context give anything, instead of running it.
    fn give_up(&mut self, ctx: CtxId) {
        let Ctx { code, result, .. } = self.ctxs[ctx.0 as usize];
        self.met(LimitKind::PartSteps, code);
        self.ctxs[ctx.0 as usize].state = State::Done;
        self.heap.add(&mut self.sets, result, Set::UNKNOWN);
        self.wake();
    }

    fn enqueue(&mut self, ctx: CtxId) {
        let ctx = self.running(ctx);
        // Values that grow step by step (a loop over a table it fills) add nothing that matters after so many rounds.
        if self.ctxs[ctx.0 as usize].runs >= self.budget.runs {
            self.met(LimitKind::Runs, self.ctxs[ctx.0 as usize].code);
            return;
        }
        let state = &mut self.ctxs[ctx.0 as usize].state;
        match state {
            State::Done => {
                *state = State::Queued;
                self.work_list.push_back(ctx);
            }
            State::Running => *state = State::Stale,
            State::New | State::Stale | State::Queued => {}
        }
    }

    /// Queues the contexts whose slots have gained values.
    pub(in crate::analyse) fn wake(&mut self) {
        while let Some(ctx) = self.heap.woken.pop() {
            self.enqueue(ctx);
        }
    }

    /// Runs until nothing changes or the budget is used up.
    pub fn run_to_fixpoint(&mut self) {
        self.wake();
        while let Some(ctx) = self.work_list.pop_front() {
            if self.steps > self.most_steps {
                self.exhausted = true;
                self.work_list.clear();
                break;
            }
            self.run(ctx);
        }
    }

    /// Notes that a context met a value that does not exist; whether to go on as if it were unknown.
    pub(in crate::analyse) fn starve(&mut self, ctx: CtxId) -> bool {
        if !self.lenient && ctx != CtxId::NONE {
            self.starved.insert(ctx);
        }
        self.lenient
    }

    /// Runs what met values that do not exist once more, taking them for unknown: whatever keeps them from existing
    /// (a library that is not understood, most of the time) must not hide what comes after. Whether there was anything.
    pub fn feed(&mut self) -> bool {
        self.lenient = true;
        let starved = std::mem::take(&mut self.starved);
        for ctx in &starved {
            self.enqueue(*ctx);
        }
        !starved.is_empty()
    }

    /// The object allocated by expression `expr` of a context; `tag` tells several of one expression apart.
    pub(in crate::analyse) fn allocate(&mut self, ctx: CtxId, expr: u32, tag: u8, kind: Kind) -> ObjId {
        if let Some(object) = self.allocated.get(&(ctx, expr, tag)) {
            return *object;
        }
        let object = self.heap.object(kind);
        self.allocated.insert((ctx, expr, tag), object);
        object
    }

    /// The one object of a native kind.
    pub(in crate::analyse) fn native(&mut self, class: u8, id: u32, kind: Kind) -> ObjId {
        if let Some(object) = self.natives.get(&(class, id)) {
            return *object;
        }
        let object = self.heap.object(kind);
        self.natives.insert((class, id), object);
        object
    }

    /// A builtin function or method by name.
    pub(in crate::analyse) fn builtin(&mut self, name: Atom) -> Val {
        Val::Object(self.native(0, name.0, Kind::Builtin(name)))
    }
}
