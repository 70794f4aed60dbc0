//! In: a program that was run. Out: its edges, entries, contexts and placements by what rules look them up by: a search
//! through all of them for every button or page would make the cost grow with the square of the program.

use crate::analyse::Machine;
use crate::analyse::entry_points::LiveProgram;
use crate::analyse::heap::Origin;
use crate::analyse::record::Site;
use crate::analyse::value::{Atom, ObjId};
use crate::analyse::{CodeRef, CtxId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// Positions, by what they are looked up by, in their order.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Edges by the context they come from.
    edges: FxHashMap<CtxId, Vec<u32>>,
    /// All edges, in the order of the context and the place they come from.
    by_site: Vec<(CtxId, Site, u32)>,
    /// Edges by the context they lead to.
    into: FxHashMap<CtxId, Vec<u32>>,
    /// Rejections that somebody deals with, by their request.
    rescues: FxHashMap<u32, Vec<u32>>,
    /// Requests by the context that makes them.
    requests: FxHashMap<CtxId, Vec<u32>>,
    /// Writes of data by the context that does them.
    writes: FxHashMap<CtxId, Vec<u32>>,
    /// Entries by their unit.
    entries: FxHashMap<Option<u32>, Vec<u32>>,
    /// Contexts by their code.
    contexts: FxHashMap<CodeRef, Vec<CtxId>>,
    /// The units that place a unit.
    owners: FxHashMap<u32, BTreeSet<u32>>,
    /// The units a unit places.
    placed: FxHashMap<u32, BTreeSet<u32>>,
    /// Requests by their place.
    calls: FxHashMap<Site, Vec<u32>>,
    /// Uses by the request whose answer is used.
    uses: FxHashMap<u32, Vec<u32>>,
    /// Writes of data by the instance and the key.
    written: FxHashMap<(ObjId, Atom), Vec<u32>>,
    /// The contexts that some entry leads to.
    live: FxHashSet<CtxId>,
    /// Instances by their unit.
    instances: FxHashMap<u32, Vec<u32>>,
    /// Instances by the one that places them.
    inside: FxHashMap<u32, Vec<u32>>,
    /// Pages by their names.
    pages: FxHashMap<String, u32>,
}

impl Index {
    pub(super) fn of(machine: &Machine<'_>, live: &LiveProgram) -> Index {
        let mut index = Index::default();
        for (id, unit) in machine.model.pages() {
            index.pages.entry(unit.name.clone()).or_insert(id);
        }
        for (at, edge) in machine.edges.iter().enumerate() {
            index.edges.entry(edge.from).or_default().push(at as u32);
            index.into.entry(edge.to).or_default().push(at as u32);
        }
        let edges = machine.edges.iter().enumerate();
        index.by_site = edges.map(|(at, edge)| (edge.from, edge.site, at as u32)).collect();
        index.by_site.sort_unstable();
        for (at, rescue) in machine.embedder.rescues.iter().enumerate() {
            index.rescues.entry(rescue.request).or_default().push(at as u32);
        }
        for (at, request) in machine.embedder.requests.iter().enumerate() {
            index.requests.entry(request.ctx).or_default().push(at as u32);
        }
        for (at, write) in machine.embedder.writes.iter().enumerate() {
            index.writes.entry(write.ctx).or_default().push(at as u32);
        }
        for (at, entry) in live.entry_points.iter().enumerate() {
            index.entries.entry(entry.unit).or_default().push(at as u32);
        }
        for (at, ctx) in machine.ctxs.iter().enumerate() {
            index.contexts.entry(ctx.code).or_default().push(CtxId(at as u32));
        }
        for (at, instance) in live.instances.iter().enumerate() {
            if let Some(unit) = instance.unit {
                index.instances.entry(unit).or_default().push(at as u32);
            }
            if let Some((owner, _)) = &instance.placed {
                index.inside.entry(*owner).or_default().push(at as u32);
            }
            let owner = instance.placed.as_ref().and_then(|(owner, _)| live.instances[*owner as usize].unit);
            if let (Some(unit), Some(owner)) = (instance.unit, owner) {
                index.owners.entry(unit).or_default().insert(owner);
                index.placed.entry(owner).or_default().insert(unit);
            }
        }
        index.by_value(machine);
        index.live = index.led_to(machine, live);
        index
    }

    fn by_value(&mut self, machine: &Machine<'_>) {
        for (at, request) in machine.embedder.requests.iter().enumerate() {
            self.calls.entry(request.site).or_default().push(at as u32);
        }
        for (at, used) in machine.uses.iter().enumerate() {
            if let Origin::Result(request) = machine.heap.opaque_value(used.value).origin {
                self.uses.entry(request).or_default().push(at as u32);
            }
        }
        for (at, write) in machine.embedder.writes.iter().enumerate() {
            self.written.entry((write.instance, write.key)).or_default().push(at as u32);
        }
    }

    /// Everything that can be reached from the entries.
    fn led_to(&self, machine: &Machine<'_>, live: &LiveProgram) -> FxHashSet<CtxId> {
        let mut queue: Vec<CtxId> = live.entry_points.iter().map(|entry| entry.ctx).collect();
        let mut found: FxHashSet<CtxId> = queue.iter().copied().collect();
        while let Some(ctx) = queue.pop() {
            let next = self.edges_from(ctx).iter().map(|edge| machine.edges[*edge as usize].to);
            queue.extend(next.filter(|to| found.insert(*to)));
        }
        found
    }

    /// Whether any entry at all leads to a context: code that nothing leads to is dead.
    pub(super) fn is_live(&self, ctx: CtxId) -> bool {
        self.live.contains(&ctx)
    }

    /// The requests that a place makes, in whatever context.
    pub(super) fn requests_at(&self, site: Site) -> &[u32] {
        self.calls.get(&site).map_or(&[], Vec::as_slice)
    }

    /// The uses of a request's answer.
    pub(super) fn uses_of(&self, request: u32) -> &[u32] {
        self.uses.get(&request).map_or(&[], Vec::as_slice)
    }

    /// The writes of an instance's data under a key.
    pub(super) fn writes_to(&self, instance: ObjId, key: Atom) -> &[u32] {
        self.written.get(&(instance, key)).map_or(&[], Vec::as_slice)
    }

    /// The edges that leave a context.
    pub(super) fn edges_from(&self, ctx: CtxId) -> &[u32] {
        self.edges.get(&ctx).map_or(&[], Vec::as_slice)
    }

    /// The edges that leave a context at a place.
    pub(super) fn edges_at(&self, ctx: CtxId, site: Site) -> impl Iterator<Item = u32> {
        let start = self.by_site.partition_point(|(from, at, _)| (*from, *at) < (ctx, site));
        let here = self.by_site[start..].iter().take_while(move |(from, at, _)| (*from, *at) == (ctx, site));
        here.map(|(_, _, edge)| *edge)
    }

    /// Who deals with a request's rejection.
    pub(super) fn rescues_of(&self, request: u32) -> &[u32] {
        self.rescues.get(&request).map_or(&[], Vec::as_slice)
    }

    /// The edges that lead to a context.
    pub(super) fn edges_to(&self, ctx: CtxId) -> &[u32] {
        self.into.get(&ctx).map_or(&[], Vec::as_slice)
    }

    /// The requests a context makes.
    pub(super) fn requests_of(&self, ctx: CtxId) -> &[u32] {
        self.requests.get(&ctx).map_or(&[], Vec::as_slice)
    }

    /// The writes of data a context does.
    pub(super) fn writes_of(&self, ctx: CtxId) -> &[u32] {
        self.writes.get(&ctx).map_or(&[], Vec::as_slice)
    }

    /// The entries of a unit (`None`: of the app and of listeners).
    pub(super) fn entries_of(&self, unit: Option<u32>) -> &[u32] {
        self.entries.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The contexts that run a function.
    pub(super) fn contexts_of(&self, code: CodeRef) -> &[CtxId] {
        self.contexts.get(&code).map_or(&[], Vec::as_slice)
    }

    /// The instances of a unit.
    pub(super) fn instances_of(&self, unit: u32) -> &[u32] {
        self.instances.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The instances that an instance places.
    pub(super) fn placed_in(&self, instance: u32) -> &[u32] {
        self.inside.get(&instance).map_or(&[], Vec::as_slice)
    }

    /// The page of a name.
    pub(super) fn page(&self, name: &str) -> Option<u32> {
        self.pages.get(name).copied()
    }

    /// A unit and those that place it, directly or not.
    pub(super) fn owners_of(&self, unit: u32) -> BTreeSet<u32> {
        reach(&self.owners, unit)
    }

    /// A unit and those it places, directly or not.
    pub(super) fn placed_by(&self, unit: u32) -> BTreeSet<u32> {
        reach(&self.placed, unit)
    }
}

fn reach(next: &FxHashMap<u32, BTreeSet<u32>>, from: u32) -> BTreeSet<u32> {
    let mut found = BTreeSet::from([from]);
    let mut queue = vec![from];
    while let Some(unit) = queue.pop() {
        queue.extend(next.get(&unit).into_iter().flatten().filter(|unit| found.insert(**unit)));
    }
    found
}
