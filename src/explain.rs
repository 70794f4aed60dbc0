//! In: a program that was run in the abstract, and words. Out: what the tool believes about it, as values for people and
//! programs: units, entries, requests with the ways to them, handlers, and calls that stayed unresolved. Never a finding.

mod calls;
mod site;
mod values;
mod view;

pub use site::{Dead, FindingView, SiteView, Target, explain};
pub use values::{
    At, ButtonView, CallView, EntryView, GuardView, HandlerView, NameView, RequestView, StepView, WitnessView,
};

use crate::analyse::entry_points::EntryPointKind;
use crate::app::App;
use crate::discover::path;
use crate::finding::{Message, Place};
use crate::model::Model;
use crate::text::Lines;
use serde::Serialize;
use std::cell::OnceCell;

/// What the tool believes about a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Graph {
    /// Its folder, as people call it.
    pub program: String,
    /// The platform it was run on.
    pub platform: String,
    /// Files that something leads to.
    pub files: usize,
    /// Scripts and templates that nothing leads to: they were not read.
    pub not_loaded: Vec<String>,
    /// Why nothing could be said: a framework's output, or a failure of the tool.
    pub skipped: Option<String>,
    /// The budget ended the search somewhere.
    pub exhausted: bool,
    /// Pages, then components.
    pub units: Vec<UnitView>,
    /// Where the platform starts code.
    pub entries: Vec<EntryView>,
    /// Requests for authorization, for the user's data and for the device, that something leads to.
    pub requests: Vec<RequestView>,
    /// Calls that look like such requests but that nothing leads to, with the reason; those in packages are left out.
    pub unreached: Vec<Dead>,
    /// Authorization buttons.
    pub buttons: Vec<ButtonView>,
    /// Handlers in the markup.
    pub handlers: Vec<HandlerView>,
    /// Functions on the ways to the requests.
    pub functions: Vec<FunctionView>,
    /// How they lead to one another.
    pub edges: Vec<EdgeView>,
    /// Calls whose target is not known.
    pub unresolved: Vec<CallView>,
}

/// A page or component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitView {
    /// Its name.
    pub name: String,
    /// It is a page.
    pub page: bool,
    /// The program opens on it.
    pub launch: bool,
    /// Its script, template and manifest, as far as they are there.
    pub files: Vec<String>,
    /// The components its markup may place, by tag.
    pub components: Vec<(String, String)>,
    /// Tags of components that are not there to read.
    pub foreign: Vec<String>,
}

/// A function that leads to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionView {
    /// Its number, as edges name it.
    pub id: usize,
    /// Its name; empty when it has none.
    pub name: String,
    /// Where it is written.
    pub at: At,
    /// The entries that start it, by their number in [`Graph::entries`].
    pub entries: Vec<usize>,
    /// The requests it makes, by their number in [`Graph::requests`].
    pub requests: Vec<usize>,
}

/// One function leads to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EdgeView {
    /// The function it starts in.
    pub from: usize,
    /// The function it leads to.
    pub to: usize,
    /// Where.
    pub at: At,
    /// How: `call`, `callback`, `then`, …
    pub kind: &'static str,
    /// `resolved`, `assumed` (handed to unknown code), or `guessed` (a name that is not known).
    pub sure: &'static str,
}

/// A program as it is looked at: places become lines, messages become sentences.
pub(crate) struct Looker<'a, 'm> {
    app: &'a App<'m>,
    lines: Vec<OnceCell<Lines>>,
    say: &'a dyn Fn(&Message) -> String,
}

impl<'a, 'm> Looker<'a, 'm> {
    pub(crate) fn new(app: &'a App<'m>, say: &'a dyn Fn(&Message) -> String) -> Looker<'a, 'm> {
        Looker { app, lines: app.model.files.iter().map(|_| OnceCell::new()).collect(), say }
    }

    /// Lines and columns of a place.
    fn at(&self, place: &Place) -> At {
        let found = self.app.model.file(&place.file);
        let position = found.map(|file| {
            let text = &self.app.model.files[file as usize].text;
            self.lines[file as usize].get_or_init(|| Lines::of(text)).position(text, place.span.start)
        });
        At {
            file: place.file.clone(),
            line: position.map_or(1, |position| position.line),
            column: position.map_or(1, |position| position.column),
        }
    }
}

/// What the tool believes about a program; `say` makes sentences of the words of routes.
pub fn graph(app: &mut App<'_>, say: &dyn Fn(&Message) -> String) -> Graph {
    let buttons = app.first_placements();
    let looker = Looker::new(app, say);
    let requests = looker.requests();
    let (functions, edges) = looker.calls(&requests);
    let (model, machine) = (app.model, &app.machine);
    Graph {
        program: model.program.name.clone(),
        platform: app.platform.name.clone(),
        files: model.files.len(),
        not_loaded: not_loaded(model),
        skipped: None,
        exhausted: machine.exhausted,
        units: (0..model.units.len()).map(|unit| looker.unit(unit)).collect(),
        entries: app.live.entry_points.iter().map(|entry| looker.entry(entry)).collect(),
        unreached: looker.unreached(),
        buttons: buttons.iter().filter_map(|button| looker.button(button)).collect(),
        handlers: looker.handlers(|_| true),
        functions,
        edges,
        unresolved: looker.unresolved(|_| true),
        requests: requests.into_iter().map(|(_, view)| view).collect(),
    }
}

/// The scripts and templates that nothing leads to. Manifests are left out: some are read by other hands.
fn not_loaded(model: &Model) -> Vec<String> {
    let idle = |path: &&String| model.file(path).is_none() && path::extension(path) != "json";
    model.program.files.iter().filter(idle).cloned().collect()
}

impl Looker<'_, '_> {
    fn unit(&self, unit: usize) -> UnitView {
        let model = self.app.model;
        let unit = &model.units[unit];
        let files = [unit.script, unit.template, unit.manifest];
        let components = unit.components.iter().map(|(tag, id)| (tag.clone(), model.units[*id as usize].name.clone()));
        UnitView {
            name: unit.name.clone(),
            page: unit.page,
            launch: unit.launch,
            files: files.into_iter().flatten().map(|file| model.files[file as usize].path.clone()).collect(),
            components: components.collect(),
            foreign: unit.foreign.clone(),
        }
    }
}

/// What kinds of entries are called.
fn kind_name(kind: EntryPointKind) -> &'static str {
    match kind {
        EntryPointKind::Hook(_) => "hook",
        EntryPointKind::Module => "module",
        EntryPointKind::Listener | EntryPointKind::UnknownCode => "listener",
        EntryPointKind::Event => "event",
        EntryPointKind::Observer => "observer",
    }
}

#[cfg(test)]
mod tests;
