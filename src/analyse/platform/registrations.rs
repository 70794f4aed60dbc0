//! In: registrations and the edges between contexts. Out: the unit each registration belongs to. Never registers anything.

use super::Machine;
use crate::analyse::domain::CtxId;
use crate::platform::Host;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Which unit each registration belongs to: kept, because asking again for every component placed was quadratic.
#[derive(Debug, Default)]
pub(super) struct Registered {
    /// The first unit of each script.
    units: FxHashMap<u32, u32>,
    /// The first context that loaded each module.
    importers: FxHashMap<CtxId, CtxId>,
    /// How many edges were looked at.
    edges: usize,
    /// The unit of each registration, once it is known.
    pub(super) unit_of: Vec<Option<u32>>,
    /// The registrations of each unit that may be a page or component.
    pub(super) of_unit: BTreeMap<u32, Vec<u32>>,
}

impl Registered {
    /// Nothing is registered yet.
    pub(super) fn of(machine: &Machine<'_>) -> Registered {
        let mut registered = Registered::default();
        for (id, unit) in machine.model.units.iter().enumerate() {
            if let Some(script) = unit.script {
                registered.units.entry(script).or_insert(id as u32);
            }
        }
        registered
    }

    /// Takes in what was found since the last time.
    pub(super) fn update(&mut self, machine: &Machine<'_>) {
        for edge in &machine.edges[self.edges..] {
            self.importers.entry(edge.to).or_insert(edge.from);
        }
        self.edges = machine.edges.len();
        self.unit_of.resize(machine.embedder.registrations.len(), None);
        for (at, registration) in machine.embedder.registrations.iter().enumerate() {
            if self.unit_of[at].is_some() {
                continue;
            }
            self.unit_of[at] = self.unit(machine, registration.ctx);
            if let Some(unit) = self.unit_of[at].filter(|_| registration.host != Host::App) {
                let numbers = self.of_unit.entry(unit).or_default();
                numbers.push(at as u32);
                numbers.sort_unstable();
            }
        }
    }

    /// The unit that a context belongs to: the one whose script it is, or the first on the way there.
    pub(super) fn unit(&self, machine: &Machine<'_>, ctx: CtxId) -> Option<u32> {
        let mut at = ctx;
        while at != CtxId::NONE {
            let ctx = &machine.ctxs[at.0 as usize];
            if let Some(unit) = self.units.get(&ctx.code.file) {
                return Some(*unit);
            }
            at = match ctx.parent {
                CtxId::NONE => self.importers.get(&at).copied().unwrap_or(CtxId::NONE),
                parent => parent,
            };
        }
        None
    }
}
