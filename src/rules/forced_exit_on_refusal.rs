//! In: failures of requests and error events of buttons. Out: code behind them that closes the program, or takes the page
//! away that asked by itself.

use super::choices::{self, Answer};
use super::refusals::{after_refusal, asking, is_lifecycle};
use crate::analyse::record::{Edge, Site as At};
use crate::app::flow::{Reach, Start};
use crate::app::{App, Site};
use crate::finding::{Certainty, Finding, Level, Message, Place, Step};
use crate::platform::{Api, Asks};
use std::collections::{BTreeMap, BTreeSet};

/// Findings by the place of the call that leaves: one for each, the gravest.
type Found = BTreeMap<Place, Finding>;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut found = Found::new();
    for site in &app.sites {
        of_site(app, site, &mut found);
    }
    for button in app.buttons() {
        let (starts, _) = app.handlers(&button, std::slice::from_ref(&app.platform.markup.auth_button.error_event));
        let name = app.element(button.instance, button.node).map(|element| element.name.clone());
        if let (Some(name), Some(place)) = (name, app.tag_place(button.instance, button.node)) {
            let step = Step { place, message: Message::new("step-button") };
            let refused = Refused { name, step, api: &Api::default(), asked_by: Vec::new() };
            leaving(app, &starts, &refused, &mut found);
        }
    }
    out.extend(found.into_values());
}

/// What the user refuses.
struct Refused<'r> {
    name: String,
    step: Step,
    api: &'r Api,
    /// The units and names of the hooks that asked for it, for requests the user did not start.
    asked_by: Vec<(Option<u32>, String)>,
}

impl Refused<'_> {
    /// The hook that asked for what code of some file leaves behind. Code of a page takes away that page: it must be the one
    /// that asked.
    fn asker(&self, app: &App<'_>, file: u32) -> Option<&str> {
        let page = app.model.pages().find(|(_, unit)| unit.script == Some(file)).map(|(id, _)| id);
        let found = self.asked_by.iter().find(|(unit, _)| page.is_none() || *unit == page);
        found.map(|(_, name)| name.as_str())
    }
}

fn of_site(app: &App<'_>, site: &Site, found: &mut Found) {
    let requests = asking(app, site, true);
    let starts: Vec<Start<'_>> = requests.iter().flat_map(|request| app.failures(*request)).collect();
    if starts.is_empty() {
        return;
    }
    let row = app.api(site);
    let witness_paths =
        if row.asks == Asks::Authorization { app.witness_paths(&requests, is_lifecycle) } else { Vec::new() };
    let name = app.api_name(&site.api);
    let step = app.request_step(site.at, &name);
    let entries = witness_paths.iter().map(|path| &app.live.entry_points[path.entry as usize]);
    let asked_by = entries.map(|entry| (entry.unit, app.entry_name(entry))).collect();
    leaving(app, &starts, &Refused { name, step, api: row, asked_by }, found);
}

fn leaving(app: &App<'_>, starts: &[Start<'_>], refused: &Refused<'_>, found: &mut Found) {
    let open = |edge: &Edge| after_refusal(app, refused.api, edge.from, &edge.guards);
    let no_choice = exits_anyway(app, &app.reach_surely(starts, open));
    let chosen = |answers: Vec<Answer>| answers.iter().any(|(test, _)| !no_choice.contains(test));
    let reach = app.reach_surely(starts, |edge| open(edge) && !chosen(choices::of_edge(app, edge)));
    for at in reach.requests(app) {
        let request = app.request(at);
        let name = app.machine.atoms.text(request.api);
        let Some(row) = app.platform.apis.get(name).filter(|row| row.leaves || row.replaces) else { continue };
        if !after_refusal(app, refused.api, request.ctx, &request.guards) || chosen(choices::of_request(app, at)) {
            continue;
        }
        let (message, level, certainty) = match (refused.asker(app, request.site.file), row.closes) {
            (_, true) => (Message::new("program"), Level::Error, Certainty::Certain),
            (Some(entry), false) => (Message::new("page").with("entry", entry), Level::Warning, Certainty::Likely),
            (None, false) => continue,
        };
        let api = app.api_name(name);
        let place = app.expr_place(request.site);
        let message = message.with("api", api.clone()).with("request", refused.name.clone());
        let finding = Finding::new("forced-exit-on-refusal", level, certainty, message, place.clone(), api)
            .with_related([refused.step.clone()]);
        match found.get(&place) {
            Some(known) if known.level >= level => {}
            _ => drop(found.insert(place, finding)),
        }
    }
}

/// The questions of which both answers leave.
fn exits_anyway(app: &App<'_>, reach: &Reach) -> BTreeSet<At> {
    let leaves = |request: &u32| {
        let name = app.machine.atoms.text(app.request(*request).api);
        app.platform.apis.get(name).is_some_and(|row| row.leaves || row.replaces)
    };
    let mut answers = Vec::new();
    for request in reach.requests(app).into_iter().filter(leaves) {
        let edges = reach.edges_to(app, app.request(request).ctx);
        let mut row: Vec<Answer> =
            edges.iter().flat_map(|at| choices::of_edge(app, &app.machine.edges[*at as usize])).collect();
        row.extend(choices::of_request(app, request));
        answers.push(row);
    }
    choices::without_choice(&answers)
}
