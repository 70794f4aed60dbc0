//! In: contexts and the edges between them. Out: where code goes on from a place: from the failure of a request, from a
//! handler of a button, from any context. Never judges what it finds there.

use super::{App, Button};
use crate::analyse::CtxId;
use crate::analyse::entry_points::{EntryPoint, EntryPointKind};
use crate::analyse::markup::Handlers;
use crate::analyse::record::{DataWrite, Edge, EdgeKind, Rescue, RescueBy, Site, Unresolved};
use crate::analyse::value::{Atom, ObjId};
use crate::facts::script::{Expr, Stmt};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A place from which code goes on: a whole context, or some statements of one.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The context.
    pub ctx: CtxId,
    /// Only these statements of it; `None`: all.
    pub part: Option<&'a [Stmt]>,
    /// The call that handed the callback over; `None` for blocks and events.
    pub site: Option<Site>,
    /// What it is.
    pub by: Handler,
}

/// What a [`Start`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// The failure callback of the request's options.
    Option,
    /// A callback of a promise.
    Promise,
    /// A `catch` block.
    Block,
    /// A handler of the markup.
    Event,
}

/// What can be reached from some starts.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Contexts all of whose code is reached.
    pub whole: BTreeSet<CtxId>,
    /// Contexts of which only some expressions are.
    parts: BTreeMap<CtxId, BTreeSet<u32>>,
    /// For each context the edge by which it was first reached; none for starts.
    via: FxHashMap<CtxId, u32>,
    /// What merged contexts mix up is left out.
    sure: bool,
}

impl Reach {
    /// Whether an expression of a context is reached.
    pub fn holds(&self, ctx: CtxId, site: Site) -> bool {
        self.whole.contains(&ctx) || self.parts.get(&ctx).is_some_and(|part| part.contains(&site.expr))
    }

    /// The edges from a start to a context, in order; empty for starts.
    pub fn edges_to(&self, app: &App<'_>, ctx: CtxId) -> Vec<u32> {
        let mut edges = Vec::new();
        let mut known = FxHashSet::default();
        let mut at = ctx;
        // A start may be reached again: then the way is a circle.
        while let Some(edge) = self.via.get(&at).filter(|edge| known.insert(**edge)) {
            edges.push(*edge);
            at = app.machine.edges[*edge as usize].from;
        }
        edges.reverse();
        edges
    }

    /// Every context of which something is reached.
    pub fn contexts(&self) -> impl Iterator<Item = CtxId> + '_ {
        self.whole.iter().chain(self.parts.keys().filter(|ctx| !self.whole.contains(ctx))).copied()
    }

    /// The requests among what is reached: indices of the machine's requests.
    pub fn requests(&self, app: &App<'_>) -> Vec<u32> {
        let made = self.contexts().flat_map(|ctx| app.index.requests_of(ctx)).copied();
        let mut found: Vec<u32> = made.filter(|at| self.makes(app, *at)).collect();
        found.sort_unstable();
        found
    }

    /// Whether a request (an index of the machine's) is among what is reached.
    pub fn makes(&self, app: &App<'_>, request: u32) -> bool {
        let facts = app.request(request);
        if !self.holds(facts.ctx, facts.site) {
            return false;
        }
        // `my[name](options)` for all callers at once.
        let merged = self.sure && app.machine.ctxs[facts.ctx.0 as usize].merged.is_some();
        let mut made = app.index.requests_of(facts.ctx).iter().map(|at| app.request(*at));
        !(merged && made.any(|other| other.site == facts.site && other.api != facts.api))
    }

    /// Whether it is not known what some call among what is reached calls.
    pub fn is_unresolved(&self, app: &App<'_>) -> bool {
        let least = Site { file: 0, expr: 0 };
        self.contexts().any(|ctx| {
            let here = app.machine.unresolved.range(Unresolved { ctx, site: least }..);
            here.take_while(|call| call.ctx == ctx).any(|call| self.holds(ctx, call.site))
        })
    }

    /// The writes of view data among what is reached.
    pub fn writes<'m>(&'m self, app: &'m App<'_>) -> impl Iterator<Item = &'m DataWrite> {
        let done = self.contexts().flat_map(|ctx| app.index.writes_of(ctx));
        done.map(|at| &app.machine.embedder.writes[*at as usize]).filter(|write| self.holds(write.ctx, write.site))
    }
}

impl<'a> App<'a> {
    /// What the starts may lead to, through the edges that `through` accepts. Loading of modules is not followed.
    pub fn reach(&self, starts: &[Start<'a>], through: impl Fn(&Edge) -> bool) -> Reach {
        self.follow(starts, false, through)
    }

    /// What the starts lead to as far as calls of merged contexts can be told apart: of what these may call, that which was
    /// written in what is reached.
    pub fn reach_surely(&self, starts: &[Start<'a>], through: impl Fn(&Edge) -> bool) -> Reach {
        self.follow(starts, true, through)
    }

    fn follow(&self, starts: &[Start<'a>], sure: bool, through: impl Fn(&Edge) -> bool) -> Reach {
        let mut reach = Reach { sure, ..Reach::default() };
        let mut queue: VecDeque<CtxId> = VecDeque::new();
        // Edges to callbacks that were written in a context which is not reached yet, by that context.
        let mut waiting: FxHashMap<CtxId, Vec<u32>> = FxHashMap::default();
        for start in starts {
            match start.part {
                None => drop(reach.whole.insert(start.ctx)),
                Some(part) => {
                    let file = self.machine.ctxs[start.ctx.0 as usize].code.file;
                    let exprs = super::syntax::exprs(&self.machine.code.file(file).script.body, part);
                    reach.parts.entry(start.ctx).or_default().extend(exprs);
                }
            }
            queue.push_back(start.ctx);
        }
        let mut done: FxHashSet<(CtxId, bool)> = FxHashSet::default();
        while let Some(ctx) = queue.pop_front() {
            if !done.insert((ctx, reach.whole.contains(&ctx))) {
                continue;
            }
            let out = self.out_of(ctx).iter().copied();
            for at in out.chain(waiting.remove(&ctx).unwrap_or_default()) {
                let edge = &self.machine.edges[at as usize];
                if edge.kind == EdgeKind::Import || !reach.holds(edge.from, edge.site) || !through(edge) {
                    continue;
                }
                let written = self.machine.running(self.machine.ctxs[edge.to.0 as usize].env);
                let reached = reach.whole.contains(&written) || reach.parts.contains_key(&written);
                if sure && !reached && self.may_be_mixed_up(edge) {
                    waiting.entry(written).or_default().push(at);
                    continue;
                }
                reach.via.entry(edge.to).or_insert(at);
                if reach.whole.insert(edge.to) {
                    queue.push_back(edge.to);
                }
            }
        }
        reach
    }

    /// Whether a merged context may only seem to call what the edge leads to: it is what many calls have in common, and what
    /// comes in by one may come out by all.
    fn may_be_mixed_up(&self, edge: &Edge) -> bool {
        let ctx = |id: CtxId| &self.machine.ctxs[id.0 as usize];
        let mut called = self.index.edges_at(edge.from, edge.site).map(|at| self.machine.edges[at as usize].to);
        ctx(edge.from).merged.is_some() && called.any(|other| ctx(other).code != ctx(edge.to).code)
    }

    /// The writes of an instance's data under a key.
    pub fn writes_to(&self, instance: ObjId, key: Atom) -> impl Iterator<Item = &DataWrite> {
        self.index.writes_to(instance, key).iter().map(|at| &self.machine.embedder.writes[*at as usize])
    }

    /// The edges that lead to a context.
    pub fn edges_into(&self, ctx: CtxId) -> impl Iterator<Item = &Edge> {
        self.index.edges_to(ctx).iter().map(|at| &self.machine.edges[*at as usize])
    }

    /// The edges out of a context: indices of the machine's edges.
    pub fn out_of(&self, ctx: CtxId) -> &[u32] {
        self.index.edges_from(ctx)
    }

    /// The requests a context makes.
    pub fn requests_of(&self, ctx: CtxId) -> &[u32] {
        self.index.requests_of(ctx)
    }

    /// The edges out of a context at a place: indices of the machine's edges.
    pub(super) fn edges_from_place(&self, ctx: CtxId, site: Site) -> Vec<u32> {
        self.index.edges_at(ctx, site).collect()
    }

    /// Where code goes on when a request fails: its failure callback, and whoever gets the rejection. Empty when nobody
    /// does, or when it is not known who.
    pub fn failures(&self, request: u32) -> Vec<Start<'a>> {
        let facts = &self.machine.embedder.requests[request as usize];
        let key = EdgeKind::Callback(facts.api, self.machine.embedder.names.fail);
        let mut starts = self.started_by(facts.ctx, facts.site, key, Handler::Option);
        for rescue in self.index.rescues_of(request).iter().map(|at| &self.machine.embedder.rescues[*at as usize]) {
            starts.extend(self.rescue_starts(rescue));
        }
        starts
    }

    /// Where code goes on with a rejection.
    pub(super) fn rescue_starts(&self, rescue: &Rescue<'a>) -> Vec<Start<'a>> {
        match rescue.by {
            RescueBy::Callback(site) => self.started_by(rescue.ctx, site, EdgeKind::Catch, Handler::Promise),
            RescueBy::Block(stmts) => {
                vec![Start { ctx: rescue.ctx, part: Some(stmts), site: None, by: Handler::Block }]
            }
        }
    }

    /// Where code goes on whatever comes of a request: its callback for both outcomes, and callbacks of `finally`.
    pub fn completions(&self, request: u32) -> Vec<Start<'a>> {
        let facts = &self.machine.embedder.requests[request as usize];
        let key = EdgeKind::Callback(facts.api, self.machine.embedder.names.complete);
        let mut starts = self.started_by(facts.ctx, facts.site, key, Handler::Option);
        for edge in self.out_of(facts.ctx).iter().map(|at| &self.machine.edges[*at as usize]) {
            if edge.kind == EdgeKind::Then && self.is_finally(edge.site) {
                starts.push(Start { ctx: edge.to, part: None, site: Some(edge.site), by: Handler::Promise });
            }
        }
        starts
    }

    /// Whether a call is `promise.finally(…)`.
    fn is_finally(&self, call: Site) -> bool {
        let body = &self.machine.code.file(call.file).script.body;
        let Some(Expr::Call { callee, .. }) = body.exprs.get(call.expr as usize) else { return false };
        matches!(&body.exprs[*callee as usize], Expr::Member { name, .. } if body.name(*name) == "finally")
    }

    pub(super) fn started_by(&self, ctx: CtxId, site: Site, kind: EdgeKind, by: Handler) -> Vec<Start<'a>> {
        let edges = self.index.edges_at(ctx, site).map(|at| &self.machine.edges[at as usize]);
        let ours = edges.filter(|edge| edge.kind == kind);
        ours.map(|edge| Start { ctx: edge.to, part: None, site: Some(site), by }).collect()
    }

    /// What handles one of these events of a button: `unknown` when some handler is not known. Handlers of components'
    /// events are found by the method they name.
    pub fn handlers(&self, button: &Button, events: &[String]) -> (Vec<Start<'a>>, bool) {
        let mut starts: Vec<Start<'a>> = Vec::new();
        let mut unknown = false;
        let ours = |handlers: &&Handlers| events.contains(&handlers.event);
        for handlers in self.live.handlers_at(button.instance, button.node).filter(ours) {
            unknown |= handlers.unknown;
            for (name, found) in &handlers.names {
                unknown |= !found;
                for ctx in self.method_contexts(button.instance, &handlers.event, name) {
                    if !starts.iter().any(|start| start.ctx == ctx) {
                        starts.push(Start { ctx, part: None, site: None, by: Handler::Event });
                    }
                }
            }
        }
        (starts, unknown)
    }

    /// The contexts of an instance's method that an event starts; for events of components, whoever runs the method.
    fn method_contexts(&self, instance: u32, event: &str, name: &str) -> Vec<CtxId> {
        let unit = self.live.instances[instance as usize].unit;
        let entries = self.index.entries_of(unit).iter().map(|at| &self.live.entry_points[*at as usize]);
        let entries =
            entries.filter(|entry| entry.kind == EntryPointKind::Event && entry.event == event && entry.name == name);
        let found: Vec<CtxId> = entries.map(|entry| entry.ctx).collect();
        if !found.is_empty() {
            return found;
        }
        let codes = self.method_codes(instance, name);
        let mut contexts: Vec<CtxId> = codes.iter().flat_map(|code| self.index.contexts_of(*code)).copied().collect();
        contexts.sort_unstable();
        contexts.dedup();
        contexts
    }

    /// The page of a name, as `app.json` lists it.
    pub fn page(&self, name: &str) -> Option<u32> {
        self.index.page(name)
    }

    /// The instances of a unit, in order.
    pub fn instances_of(&self, unit: u32) -> &[u32] {
        self.index.instances_of(unit)
    }

    /// The instances of components that an instance's view places, in order.
    pub fn placed_in(&self, instance: u32) -> &[u32] {
        self.index.placed_in(instance)
    }

    /// The entries of a unit (`None`: of the app and of listeners).
    pub fn entries_of(&self, unit: Option<u32>) -> impl Iterator<Item = &EntryPoint> {
        self.index.entries_of(unit).iter().map(|at| &self.live.entry_points[*at as usize])
    }

    /// The handlers in the view of an instance.
    pub fn handlers_in(&self, instance: u32) -> impl Iterator<Item = &Handlers> {
        self.live.handlers.range((instance, 0, 0)..=(instance, u32::MAX, u32::MAX)).map(|(_, handlers)| handlers)
    }

    /// What runs by itself when a page comes: its hooks and those of the components on it.
    pub fn page_starts(&self, page: u32) -> Vec<Start<'a>> {
        let units = self.index.placed_by(page);
        let mut entries: Vec<u32> = units.iter().flat_map(|unit| self.index.entries_of(Some(*unit))).copied().collect();
        entries.sort_unstable();
        let entries = entries.iter().map(|at| &self.live.entry_points[*at as usize]);
        let hooks =
            entries.filter(|entry| matches!(entry.kind, EntryPointKind::Hook(_)) && entry.automatic && !entry.leaving);
        hooks.map(|entry| Start { ctx: entry.ctx, part: None, site: None, by: Handler::Event }).collect()
    }

    /// The pages a unit is seen on: itself, or those whose components it is.
    pub fn pages_of(&self, unit: u32) -> BTreeSet<u32> {
        let mut units = self.index.owners_of(unit);
        units.retain(|unit| self.model.units[*unit as usize].page);
        units
    }
}
