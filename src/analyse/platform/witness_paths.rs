//! In: the contexts that were run and the edges between them. Out: which entries lead to a place, and the shortest path from
//! each. A test that excludes the prompt (the setting is granted) closes the path behind it.

use super::Machine;
use super::entry_points::{EntryPoint, LiveProgram};
use crate::analyse::domain::CtxId;
use crate::analyse::engine::record::{EdgeKind, Guard, Meaning};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// A path of the call graph from an entry point to a context: the edges, in order.
#[derive(Clone, Debug)]
pub struct WitnessPath {
    /// Index of the entry in [`LiveProgram::entry_points`].
    pub entry: u32,
    /// Indices of edges in [`Machine::edges`].
    pub edges: Vec<u32>,
}

/// Edges by the context they lead to, and entries by the context they start.
#[derive(Debug)]
pub struct WitnessPaths {
    into: FxHashMap<CtxId, Vec<u32>>,
    starts: FxHashMap<CtxId, Vec<u32>>,
}

impl WitnessPaths {
    /// Indexes a machine's edges and a world's entries.
    pub fn of(machine: &Machine<'_>, live: &LiveProgram) -> WitnessPaths {
        let mut into: FxHashMap<CtxId, Vec<u32>> = FxHashMap::default();
        for (at, edge) in machine.edges.iter().enumerate() {
            into.entry(edge.to).or_default().push(at as u32);
        }
        let mut starts: FxHashMap<CtxId, Vec<u32>> = FxHashMap::default();
        for (at, entry) in live.entry_points.iter().enumerate() {
            starts.entry(entry.ctx).or_default().push(at as u32);
        }
        WitnessPaths { into, starts }
    }

    /// The shortest path from each entry that `wanted` accepts to one of the `targets`, shortest first.
    pub fn to(
        &self,
        machine: &Machine<'_>,
        live: &LiveProgram,
        targets: &[CtxId],
        wanted: impl Fn(&EntryPoint) -> bool,
        open: impl Fn(&[Guard]) -> bool,
    ) -> Vec<WitnessPath> {
        let mut next: FxHashMap<CtxId, Option<u32>> = FxHashMap::default();
        let mut queue: VecDeque<CtxId> = VecDeque::new();
        for target in targets {
            if next.insert(*target, None).is_none() {
                queue.push_back(*target);
            }
        }
        let mut witness_paths = Vec::new();
        while let Some(ctx) = queue.pop_front() {
            for entry in self.starts.get(&ctx).into_iter().flatten() {
                let facts = &live.entry_points[*entry as usize];
                if !wanted(facts) {
                    continue;
                }
                let edges = follow(machine, &next, ctx);
                // What runs because data has changed does by itself what it did before the user changed any.
                if !facts.update || !facts.automatic || edges.iter().all(|edge| machine.is_early_edge(*edge)) {
                    witness_paths.push(WitnessPath { entry: *entry, edges });
                }
            }
            for at in self.into.get(&ctx).into_iter().flatten() {
                let edge = &machine.edges[*at as usize];
                if !next.contains_key(&edge.from) && open(&edge.guards) {
                    next.insert(edge.from, Some(*at));
                    queue.push_back(edge.from);
                }
            }
        }
        witness_paths
    }
}

fn follow(machine: &Machine<'_>, next: &FxHashMap<CtxId, Option<u32>>, mut ctx: CtxId) -> Vec<u32> {
    let mut edges = Vec::new();
    while let Some(Some(edge)) = next.get(&ctx) {
        edges.push(*edge);
        ctx = machine.edges[*edge as usize].to;
    }
    edges
}

/// Whether these tests leave room for a prompt: none of them says that the user has agreed already.
pub fn may_prompt(guards: &[Guard]) -> bool {
    !guards.iter().any(|guard| matches!(guard.meaning, Meaning::Granted(_)))
}

/// How sure a path is: what its least sure edge allows.
pub fn certainty(machine: &Machine<'_>, live: &LiveProgram, path: &WitnessPath) -> crate::finding::Certainty {
    use crate::finding::Certainty;
    let of_edge = |at: &u32| match machine.edges[*at as usize].kind {
        EdgeKind::Guess => Certainty::Possible,
        EdgeKind::Unresolved => Certainty::Likely,
        _ => Certainty::Certain,
    };
    let worst = path.edges.iter().map(of_edge).min().unwrap_or(Certainty::Certain);
    let entry = &live.entry_points[path.entry as usize];
    let unit = |instance: &super::entry_points::Instance| instance.supposed && instance.unit == entry.unit;
    let supposed = || !machine.embedder.suspects.is_empty() && live.instances.iter().any(unit);
    let entry = match entry.guessed {
        true => Certainty::Possible,
        false if supposed() => Certainty::Likely,
        false => Certainty::Certain,
    };
    let budget = if machine.exhausted { Certainty::Likely } else { Certainty::Certain };
    worst.min(entry).min(budget)
}
