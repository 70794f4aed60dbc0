//! In: a program that was run. Out: how much of it was judged, and what was not. Never a finding.

use super::App;
use crate::analyse::entry_points::EntryPointKind;
use crate::analyse::limits::LimitPlace;
use crate::analyse::record::Site;
use crate::discover::path;
use crate::facts::manifest::Json;
use crate::facts::script::{Expr, Script};
use crate::finding::Place;
use crate::platform::{Api, Asks};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// How much of a program was judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Pages, and those of which something was run.
    pub pages: Part,
    /// Components that something places, likewise.
    pub components: Part,
    /// Hooks that were run.
    pub hooks: usize,
    /// Handlers of events that were run.
    pub handlers: usize,
    /// Requests that are written, and those to which something leads.
    pub requests: Part,
    /// Authorization buttons that are written, and those that something shows.
    pub buttons: Part,
    /// Requests to which nothing known leads.
    pub unreached_requests: Vec<Place>,
    /// Authorization buttons that nothing known shows.
    pub unreached_buttons: Vec<Place>,
    /// Packages and plugins that are used and are not there to read.
    pub absent_packages: Vec<String>,
    /// Files that are named and are not there, as they are written, with the file that names them.
    pub absent_files: Vec<(String, String)>,
    /// Files that could not be read or understood.
    pub unread_files: Vec<String>,
    /// Bounds that the search met.
    pub limits: Vec<Limit>,
}

/// A number of things, and how many of them were met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// All.
    pub known: usize,
    /// Those that were met.
    pub met: usize,
}

/// A bound that the search met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit {
    /// Its name.
    pub kind: &'static str,
    /// The file, page or component it was met in, or the file that cost most; `None` for the program as a whole.
    pub file: Option<String>,
    /// The function, where it is one's.
    pub place: Option<Place>,
    /// The key of `[budget]` that raises it.
    pub setting: Option<&'static str>,
    /// Something may be missing because of it. Otherwise things were only looked at together.
    pub cuts: bool,
}

impl Coverage {
    /// Whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        let all = |part: Part| part.met >= part.known;
        let lists = [self.unreached_requests.len(), self.unreached_buttons.len(), self.absent_packages.len()];
        let cut = self.limits.iter().filter(|limit| limit.cuts).count();
        let more = [self.absent_files.len(), self.unread_files.len(), cut];
        all(self.pages) && lists.iter().chain(&more).all(|count| *count == 0)
    }
}

/// Whether rules look at an API as a request to the user or for the user's data.
pub fn is_request(row: &Api) -> bool {
    row.asks != Asks::Nothing || row.gives_user_data
}

impl App<'_> {
    /// How much of the program was judged.
    pub fn coverage(&mut self) -> Coverage {
        let shown: BTreeSet<(u32, u32)> =
            self.first_placements().iter().map(|button| self.written_at(button)).collect();
        let mut coverage = Coverage { unreached_requests: self.unreached(), ..Coverage::default() };
        let met = self.sites.iter().filter(|site| is_request(self.api(site))).count();
        coverage.requests = Part { known: met + coverage.unreached_requests.len(), met };
        coverage.unreached_buttons = self.unshown(&shown);
        coverage.buttons = Part { known: shown.len() + coverage.unreached_buttons.len(), met: shown.len() };
        self.count_units(&mut coverage);
        for entry in &self.live.entry_points {
            match entry.kind {
                EntryPointKind::Hook(_) => coverage.hooks += 1,
                EntryPointKind::Event => coverage.handlers += 1,
                _ => {}
            }
        }
        self.absent(&mut coverage);
        let unread =
            self.model.reached().filter(|(_, file)| file.facts.is_none() && file.problems.iter().any(|one| one.fatal));
        coverage.unread_files = unread.map(|(_, file)| file.path.clone()).collect();
        coverage.limits = self.limits();
        coverage
    }

    fn count_units(&self, coverage: &mut Coverage) {
        let started: BTreeSet<u32> = self.live.entry_points.iter().filter_map(|entry| entry.unit).collect();
        let made = self.live.instances.iter().filter(|instance| !instance.options.is_empty());
        let made: BTreeSet<u32> = made.filter_map(|instance| instance.unit).collect();
        for (id, unit) in self.model.units.iter().enumerate() {
            let part = if unit.page { &mut coverage.pages } else { &mut coverage.components };
            part.known += 1;
            // What has no script of its own has nothing to run.
            let runs = unit.script.is_none() && unit.template.is_some();
            part.met += usize::from(runs || started.contains(&(id as u32)) || made.contains(&(id as u32)));
        }
    }

    /// The places of requests to which nothing known leads.
    fn unreached(&self) -> Vec<Place> {
        let called: FxHashSet<Site> = self.machine.edges.iter().map(|edge| edge.site).collect();
        let known: FxHashSet<Site> = self.sites.iter().map(|site| site.at).collect();
        let mut found = Vec::new();
        for (file, source) in self.model.reached().filter(|(_, source)| !source.package) {
            let Some(script) = source.script() else { continue };
            for expr in 0..script.body.exprs.len() as u32 {
                let site = Site { file, expr };
                if self.asks(script, expr) && !called.contains(&site) && !known.contains(&site) {
                    found.push(self.expr_place(site));
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Whether an expression calls a request on the platform's own object.
    fn asks(&self, script: &Script, expr: u32) -> bool {
        let body = &script.body;
        let Expr::Call { callee, .. } = &body.exprs[expr as usize] else { return false };
        let Expr::Member { object, name, .. } = &body.exprs[*callee as usize] else { return false };
        let Expr::Global(holder) = &body.exprs[*object as usize] else { return false };
        let holder = body.name(*holder);
        self.platform.api_objects.iter().any(|known| known == holder)
            && self.platform.apis.get(body.name(*name)).is_some_and(is_request)
    }

    /// The places of authorization buttons that no page or component shows.
    fn unshown(&self, shown: &BTreeSet<(u32, u32)>) -> Vec<Place> {
        let rules = &self.platform.markup.auth_button;
        let mut found = Vec::new();
        for (file, source) in self.model.reached().filter(|(_, source)| !source.package) {
            let Some(template) = source.template() else { continue };
            for (node, element) in template.elements() {
                let asks = element.literal(&rules.open_type).is_some_and(|value| value.trim() == rules.value);
                if asks && !shown.contains(&(file, node)) {
                    found.push(self.place(file, element.tag));
                }
            }
        }
        found
    }

    /// What is named and is not there.
    fn absent(&self, coverage: &mut Coverage) {
        let mut packages = BTreeSet::new();
        let mut files = BTreeSet::new();
        let mut named = |from: &str, written: &str| match package(written) {
            Some(package) => {
                packages.insert(package);
            }
            None => {
                files.insert((written.to_owned(), from.to_owned()));
            }
        };
        for ((file, written), found) in &self.model.resolved {
            let from = &self.model.files[*file as usize];
            if found.is_none() && from.reached && !from.package && is_code(written) {
                named(&from.path, written);
            }
        }
        for (id, unit) in self.model.units.iter().enumerate() {
            let foreign: BTreeSet<&str> = unit.foreign.iter().map(String::as_str).collect();
            for manifest in [unit.manifest, self.model.manifest].into_iter().flatten() {
                let from = &self.model.files[manifest as usize];
                let components = from.manifest().map(Json::using_components).unwrap_or_default();
                for (tag, written) in components.into_iter().filter(|(tag, _)| foreign.contains(tag)) {
                    // One that no markup places leads to nothing.
                    let placed = || {
                        self.live.views.get(&(id as u32)).is_some_and(|view| {
                            let nodes = 0..view.nodes.len() as u32;
                            nodes
                                .into_iter()
                                .any(|node| view.element(self.model, node).is_some_and(|it| it.name == tag))
                        })
                    };
                    if let Some(written) = written.text().filter(|_| !from.package && placed()) {
                        named(&from.path, written);
                    }
                }
            }
        }
        coverage.absent_packages = packages.into_iter().collect();
        coverage.absent_files = files.into_iter().collect();
    }

    fn limits(&self) -> Vec<Limit> {
        let limit = |met: &crate::analyse::limits::MetLimit| {
            let path = |file: u32| self.model.files[file as usize].path.clone();
            let (file, place) = match met.place {
                LimitPlace::Program => (None, None),
                LimitPlace::File(file) => (Some(path(file)), None),
                LimitPlace::Unit(unit) => (Some(self.model.units[unit as usize].name.clone()), None),
                LimitPlace::Function(code) => {
                    let script = &self.machine.code.file(code.file).script;
                    let span = script.functions.get(code.function as usize).map(|function| function.span);
                    (Some(path(code.file)), span.map(|span| self.place(code.file, span)))
                }
            };
            Limit { kind: met.kind.name(), file, place, setting: met.setting, cuts: met.kind.cuts() }
        };
        let found: BTreeSet<Limit> = self.machine.limits.iter().map(limit).collect();
        found.into_iter().collect()
    }
}

/// The package or plugin that a written path means; `None` for a file of the program.
fn package(written: &str) -> Option<String> {
    if written.contains("://") {
        return Some(written.to_owned());
    }
    let inside = written.rsplit_once("node_modules/").map(|(_, inside)| inside);
    if inside.is_none() && written.starts_with(['.', '/']) {
        return None;
    }
    let mut parts = inside.unwrap_or(written).split('/');
    let first = parts.next()?;
    let scoped = first.starts_with('@').then(|| parts.next()).flatten();
    Some(scoped.map_or_else(|| first.to_owned(), |second| format!("{first}/{second}")))
}

/// Whether a written path may mean code: bundlers take style sheets and pictures, too.
fn is_code(written: &str) -> bool {
    let name = path::name(written);
    let extension = path::extension(name);
    extension.is_empty()
        || matches!(extension, "js" | "ts" | "mjs" | "cjs" | "jsx" | "tsx" | "sjs")
        || extension.len() > 4
}
