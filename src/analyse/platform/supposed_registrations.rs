//! In: calls of unknown code, made while the script of a unit loads. Out: registrations they most likely
//! are: a package's own `Page({…})`. Only where the script registers nothing itself.

use super::Machine;
use super::record::Registration;
use super::registrations::Registered;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Set, Val};
use crate::analyse::language::exec::Frame;
use crate::analyse::language::unknown_callee::is_callable;
use crate::platform::Host;

impl Machine<'_> {
    /// Remembers a call that may stand for `App`, `Page` or `Component`: it hands over an object with hooks.
    pub(in crate::analyse) fn suspect_registration(&mut self, frame: &Frame, id: u32, args: &[Set]) {
        let Some(host) = self.host_of(frame) else { return };
        let given: Vec<Val> = args.iter().flat_map(|arg| self.sets.values(*arg)).copied().collect();
        let given: Vec<Val> = given.into_iter().flat_map(|value| self.members_of(value)).collect();
        let hooks: Vec<Val> = given.into_iter().filter(|value| self.has_hook(host, *value)).collect();
        if hooks.is_empty() {
            return;
        }
        let options = self.sets.of(hooks);
        let site = self.site(frame, id);
        match self.embedder.suspects.iter_mut().find(|known| known.site == site) {
            Some(known) => known.options = self.sets.join(known.options, options),
            None => {
                self.embedder.suspects.push(Registration {
                    ctx: frame.ctx,
                    site,
                    host,
                    options,
                    shim: None,
                    supposed: true,
                });
            }
        }
    }

    /// What the script registers whose own body is running.
    fn host_of(&self, frame: &Frame) -> Option<Host> {
        // The script itself runs, or what it runs at once: `(function () { … })()`.
        let mut at = frame.ctx;
        while self.ctxs[at.0 as usize].code.function != 0 {
            at = self.ctxs[at.0 as usize].parent;
            if at == CtxId::NONE || self.ctxs[at.0 as usize].code.file != frame.code.file {
                return None;
            }
        }
        if self.model.script == Some(frame.code.file) {
            return Some(Host::App);
        }
        let unit = self.model.units.iter().find(|unit| unit.script == Some(frame.code.file))?;
        Some(if unit.page { Host::Page } else { Host::Component })
    }

    /// Where a value has its methods: a class has them in its prototype.
    fn members_of(&self, value: Val) -> Vec<Val> {
        match value {
            Val::Object(class) if self.heap.get(class).kind == Kind::Class => {
                let prototype = self.heap.get(class).property(self.lang.names.prototype);
                prototype.map_or(Vec::new(), |own| self.sets.values(self.heap.peek(own.slot)).to_vec())
            }
            value => vec![value],
        }
    }

    fn has_hook(&self, host: Host, value: Val) -> bool {
        let Val::Object(object) = value else { return false };
        let facts = self.heap.get(object);
        let hook = |name: &str| self.atoms.find(name).is_some_and(|atom| facts.property(atom).is_some());
        // An app needs no hook: it may have nothing but what pages call.
        let is_app = host == Host::App
            && facts.properties().iter().any(|(_, own)| {
                let held = self.sets.values(self.heap.peek(own.slot));
                held.iter().any(|value| is_callable(&self.heap, *value))
            });
        let has_hook = || self.embedder.platform.hooks.iter().any(|row| row.host == host && hook(&row.name));
        facts.kind == Kind::Plain && (is_app || has_hook())
    }

    /// Takes what is suspected for true in scripts that register nothing else.
    pub(super) fn adopt_suspects(&mut self, registered: &Registered) {
        for suspect in self.embedder.suspects.clone() {
            let file = Some(suspect.site.file);
            let known =
                self.embedder.registrations.iter().position(|known| known.supposed && known.site == suspect.site);
            if let Some(known) = known {
                self.embedder.registrations[known].options = suspect.options;
            } else if !self
                .embedder
                .registrations
                .iter()
                .zip(&registered.unit_of)
                .any(|(r, unit)| self.script(r, *unit) == file)
            {
                self.embedder.registrations.push(suspect);
            }
        }
    }

    /// The script that makes a registration: the app's, or its unit's.
    fn script(&self, registration: &Registration, unit: Option<u32>) -> Option<u32> {
        match registration.host {
            Host::App => self.model.script,
            _ => self.model.units[unit? as usize].script,
        }
    }
}
