//! In: linked scripts and a platform. Out: what running them does, in the abstract: contexts, the edges between them, and
//! the requests they make. Never judges: rules do.
//!
//! A context is a function with its surroundings, `this` and arguments. It runs once, and again when a slot that it read
//! has gained values, until nothing changes. Contexts that would never end (recursion) or are too many are merged into one
//! per function, which is less precise and said so.

use super::budget::Budget;
use super::code::Code;
use super::limits::{LimitKind, Limits};
use super::record::{DataWrite, Edge, EdgeKind, Listener, Registration, Request, Rescue, Site, Unresolved, Use};
use crate::analyse::domain::heap::{Heap, SlotId};
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, Atoms, ObjId, Set, Sets, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::language::names::Names;
use crate::model::Model;
use crate::platform::Platform;
use rustc_hash::{FxHashMap, FxHashSet};
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
const WORK: u64 = 64;
/// What stands for something else, one behind the other, before it is taken for unknown: it may stand for itself.
pub(in crate::analyse) const MAX_TRAPS: u32 = 8;
/// Contexts that one place may make of one function by passing literals.
const MOST_LITERALS: u32 = 250;
/// A program of more outermost functions may have more contexts in proportion.
const MANY_FUNCTIONS: usize = 1_600;

/// The abstract machine.
pub struct Machine<'a> {
    /// The program.
    pub model: &'a Model,
    /// What its APIs mean.
    pub platform: &'a Platform,
    /// Its scripts.
    pub code: &'a Code<'a>,
    /// Names and strings.
    pub atoms: Atoms,
    /// Sets of values.
    pub sets: Sets,
    /// Objects.
    pub heap: Heap,
    /// Names the machine itself looks for.
    pub names: Names,
    /// All contexts.
    pub ctxs: Vec<Ctx>,
    /// All edges.
    pub edges: Vec<Edge>,
    /// All API calls.
    pub requests: Vec<Request>,
    /// All writes to view data.
    pub writes: Vec<DataWrite>,
    /// All uses of values from outside, in order; filled when the program has run.
    pub uses: Vec<Use>,
    /// They while it runs.
    pub(in crate::analyse) used: rustc_hash::FxHashSet<Use>,
    /// Where a private field is read from a value that may also come from elsewhere than one answer.
    pub mixed: std::collections::BTreeSet<Site>,
    /// Fields that the program itself writes into answers: the API and the name.
    pub given: std::collections::BTreeSet<(Atom, Atom)>,
    /// Who deals with which rejection.
    pub rescues: Vec<Rescue<'a>>,
    /// All registrations.
    pub registrations: Vec<Registration>,
    /// Calls that may be registrations.
    pub(in crate::analyse) suspects: Vec<Registration>,
    /// All listeners.
    pub listeners: Vec<Listener>,
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
    pub(in crate::analyse) files: Vec<Option<crate::analyse::language::modules::Loaded>>,
    pub(in crate::analyse) globals: ObjId,
    /// What `getApp()` gives.
    pub(in crate::analyse) app: SlotId,
    /// What `getCurrentPages()` gives: an array of all pages.
    pub(in crate::analyse) pages: ObjId,
    pub(in crate::analyse) homes: FxHashMap<CodeRef, Set>,
    /// Where each class is written, and in which context.
    pub(in crate::analyse) classes: FxHashMap<ObjId, (Site, CtxId)>,
    /// Prototypes of frameworks' own constructors, and a method of each.
    pub(in crate::analyse) machinery: Vec<(ObjId, Set)>,
    /// Functions that wait for a hook.
    pub(in crate::analyse) hooked: Vec<crate::analyse::runtimes::frameworks::Hooked>,
    /// Options mixed into every instance.
    pub(in crate::analyse) mixed_in: Set,
    pub(super) allocated: FxHashMap<(CtxId, u32, u8), ObjId>,
    /// Promises of APIs that no table knows, with their answers: such an API may as well have answered at once.
    pub(in crate::analyse) answers: FxHashMap<ObjId, crate::analyse::domain::value::OpaqueId>,
    pub(in crate::analyse) natives: FxHashMap<(u8, u32), ObjId>,
    /// Generators that a compiler wrote for `async` functions: they await what they yield.
    pub(in crate::analyse) async_generators: FxHashSet<CodeRef>,
    /// Which of the language's own things each name is, by its number; 0 for a name nobody has asked about.
    pub(in crate::analyse) natives_of: Vec<u16>,
    /// Members of global objects, by both names: their full name when their effect is known.
    pub(in crate::analyse) statics: FxHashMap<(Atom, Atom), Option<Atom>>,
    pub(in crate::analyse) request_index: FxHashMap<(CtxId, u32, Atom), u32>,
    pub(in crate::analyse) write_index: FxHashMap<(CtxId, u32, ObjId, Atom), u32>,
    pub(in crate::analyse) rescue_index: FxHashSet<(u32, CtxId, usize)>,
    pub(in crate::analyse) edge_index: FxHashMap<(CtxId, u32, CtxId, EdgeKind), u32>,
    index: FxHashMap<Key, CtxId>,
    /// Lists of arguments, each once, by their number.
    lists: FxHashMap<Box<[Set]>, u32>,
    per_function: FxHashMap<CodeRef, u32>,
    per_site: FxHashMap<(CtxId, u32, CodeRef), u32>,
    work_list: VecDeque<CtxId>,
    pub(super) shares: Vec<Vec<u64>>,
    /// What was copied from one object to another.
    pub(in crate::analyse) copied: FxHashMap<(ObjId, ObjId), crate::analyse::domain::heap::Copied>,
    /// What sets of many values hold under a name.
    pub(in crate::analyse) gathered: Vec<crate::analyse::language::property_cache::Gathered>,
    /// They by the set and the name.
    pub(in crate::analyse) gathered_index: FxHashMap<(Set, Atom), u32>,
    /// Whether a flag is somewhere given back what it was: by file, place and what it was. Their text says so, however often
    /// they run.
    pub(in crate::analyse) set_back: FxHashMap<(u32, u32, bool), bool>,
    /// What strings put together give.
    pub(in crate::analyse) sums: FxHashMap<(Set, Set), Set>,
    /// The failures whose callback each context is.
    pub(in crate::analyse) failing: FxHashMap<CtxId, SlotId>,
    /// The contexts that made promises with `new Promise`.
    pub(in crate::analyse) executors: FxHashMap<ObjId, CtxId>,
    /// Proxies and bound functions being looked through by the code that runs.
    pub(in crate::analyse) traps: u32,
    nesting: u32,
    pub(super) steps: u64,
    /// How many functions stand outside all others.
    functions: usize,
    /// The limits of the steps, for this program.
    pub(super) most_precise: u64,
    pub(super) most_steps: u64,
    /// How much of [`Sets::work`] and [`Heap::work`] is done.
    most_work: u64,
    budget: Budget,
}

impl<'a> Machine<'a> {
    /// A machine that has run nothing yet.
    pub fn new(
        model: &'a Model,
        platform: &'a Platform,
        code: &'a Code<'a>,
        atoms: Atoms,
        budget: Budget,
    ) -> Machine<'a> {
        let mut atoms = atoms;
        let names = Names::new(&mut atoms, platform, model.program.framework);
        let mut heap = Heap::default();
        let globals = heap.object(Kind::Plain);
        let pages = heap.object(Kind::Array);
        let app = heap.slot();
        let (functions, units) = (code.outermost(), model.units.len() as u64);
        Machine {
            model,
            platform,
            code,
            atoms,
            sets: Sets::new(),
            heap,
            names,
            ctxs: Vec::new(),
            edges: Vec::new(),
            requests: Vec::new(),
            writes: Vec::new(),
            uses: Vec::new(),
            used: rustc_hash::FxHashSet::default(),
            mixed: Default::default(),
            given: Default::default(),
            rescues: Vec::new(),
            rescue_index: FxHashSet::default(),
            registrations: Vec::new(),
            suspects: Vec::new(),
            listeners: Vec::new(),
            unresolved: Default::default(),
            exhausted: false,
            limits: Limits::default(),
            starved: Default::default(),
            lenient: false,
            files: (0..code.files.len()).map(|_| None).collect(),
            globals,
            app,
            pages,
            homes: FxHashMap::default(),
            classes: FxHashMap::default(),
            machinery: Vec::new(),
            hooked: Vec::new(),
            mixed_in: Set::EMPTY,
            allocated: FxHashMap::default(),
            answers: FxHashMap::default(),
            natives: FxHashMap::default(),
            async_generators: FxHashSet::default(),
            natives_of: Vec::new(),
            statics: FxHashMap::default(),
            request_index: FxHashMap::default(),
            write_index: FxHashMap::default(),
            edge_index: FxHashMap::default(),
            index: FxHashMap::default(),
            lists: FxHashMap::default(),
            per_function: FxHashMap::default(),
            per_site: FxHashMap::default(),
            work_list: VecDeque::new(),
            shares: code.files.iter().map(|f| vec![0; f.as_ref().map_or(0, |f| f.roots.len())]).collect(),
            copied: FxHashMap::default(),
            gathered: Vec::new(),
            gathered_index: FxHashMap::default(),
            set_back: FxHashMap::default(),
            sums: FxHashMap::default(),
            failing: FxHashMap::default(),
            executors: FxHashMap::default(),
            traps: 0,
            nesting: 0,
            steps: 0,
            functions,
            most_precise: budget.precise_steps.of(functions as u64, units),
            most_steps: budget.steps.of(functions as u64, units),
            most_work: budget.steps.of(functions as u64, units).saturating_mul(WORK),
            budget,
        }
    }

    /// How many expressions were evaluated.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Counts one step of a function's code; `false` when the budget is used up.
    pub(in crate::analyse) fn step_in(&mut self, frame: &crate::analyse::language::exec::Frame) -> bool {
        self.shares[frame.code.file as usize][frame.root as usize] += 1;
        self.step()
    }

    /// Counts a literal of so many members: those that are literals themselves are no steps, or tables of data would use
    /// up what the program's code needs; but neither are they nothing.
    pub(in crate::analyse) fn step_over(&mut self, frame: &crate::analyse::language::exec::Frame, members: usize) {
        let steps = members as u64 / 16;
        self.shares[frame.code.file as usize][frame.root as usize] += steps;
        self.steps += steps;
    }

    /// Whether a part of a file has had its share: a library must not use up what the program's own code needs, nor one
    /// module of a bundle what the others need.
    fn has_had_its_share(&self, code: CodeRef) -> bool {
        let root = self.code.file(code.file).roots[code.function as usize];
        self.shares[code.file as usize][root as usize] > self.budget.share
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
        // The more there are in all for the program's size, the fewer each function may have.
        let most = match self.ctxs.len() * MANY_FUNCTIONS / self.functions.max(MANY_FUNCTIONS) {
            0..4_000 => self.budget.contexts,
            4_000..10_000 => self.budget.contexts / 8,
            _ => self.budget.contexts / 40,
        };
        if self.per_function.get(&code).is_some_and(|count| *count >= most) {
            self.met(LimitKind::Contexts, code);
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
        };
        self.ctxs.push(ctx);
        self.index.insert(key, id);
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
        let code = self.ctxs[ctx.0 as usize].code;
        if self.has_had_its_share(code) {
            self.met(LimitKind::Share, code);
            self.ctxs[ctx.0 as usize].state = State::Done;
            let result = self.ctxs[ctx.0 as usize].result;
            self.heap.add(&mut self.sets, result, Set::UNKNOWN);
            self.wake();
            return;
        }
        self.ctxs[ctx.0 as usize].runs += 1;
        self.ctxs[ctx.0 as usize].state = State::Running;
        self.nesting += 1;
        let traps = std::mem::take(&mut self.traps);
        self.execute(ctx);
        self.traps = traps;
        self.nesting -= 1;
        let stale = self.ctxs[ctx.0 as usize].state == State::Stale;
        self.ctxs[ctx.0 as usize].state = State::Done;
        if stale {
            self.enqueue(ctx);
        }
        self.wake();
    }

    fn enqueue(&mut self, ctx: CtxId) {
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
