//! In: requests that show a sheet, and the entries that lead to them without the user's doing. Out: the findings of the
//! timing rules: each request is reported once, under the gravest of them.

use super::choices;
use crate::analyse::entry_points::{EntryPoint, EntryPointKind};
use crate::analyse::record::{Edge, EdgeKind, Guard, Meaning};
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::{App, Button, Prompting, Site};
use crate::finding::{Certainty, Finding, Level, Message};
use std::collections::BTreeSet;

/// The rules, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timing {
    /// At launch.
    Launch,
    /// In a hook that comes again and again.
    Repeating,
    /// In a hook of another page or component.
    Lifecycle,
}

/// Reports the requests that fall under one of the rules.
pub(super) fn report(app: &App<'_>, rule: &'static str, level: Level, timing: Timing, out: &mut Vec<Finding>) {
    for site in &app.sites {
        if let Some(finding) = judge(app, site, rule, level, timing) {
            out.push(finding);
        }
    }
}

fn judge(app: &App<'_>, site: &Site, rule: &'static str, level: Level, timing: Timing) -> Option<Finding> {
    let mut scopes = Vec::new();
    let mut asking = Vec::new();
    let mut unsure = Vec::new();
    for request in &site.requests {
        match app.prompting(app.request(*request)) {
            Prompting::Asks(asked) => {
                asking.push(*request);
                scopes.extend(asked);
            }
            Prompting::Unknown => unsure.push(*request),
            Prompting::Silent => {}
        }
    }
    let witness_paths = automatic_witness_paths(app, &asking);
    let (witness_paths, known) =
        if witness_paths.is_empty() { (automatic_witness_paths(app, &unsure), false) } else { (witness_paths, true) };
    let again = unflagged(app, if known { &asking } else { &unsure });
    let timing_of = |path: &WitnessPath| match timing_of(&app.live.entry_points[path.entry as usize]) {
        Timing::Repeating if !again.contains(&path.entry) => Timing::Lifecycle,
        timing => timing,
    };
    let gravest = witness_paths.iter().map(timing_of).min()?;
    if gravest != timing {
        return None;
    }
    scopes.sort();
    scopes.dedup();
    let best = witness_paths.iter().filter(|path| timing_of(path) == gravest);
    let sure = best.clone().map(|path| witness_paths::certainty(&app.machine, &app.live, path)).max()?;
    let certainty = if known { sure } else { Certainty::Possible };
    let level = if certainty == Certainty::Possible { level.min(Level::Warning) } else { level };
    let entry = app.entry_name(&app.live.entry_points[best.clone().next()?.entry as usize]);
    let api = app.api_name(&site.api);
    let message = if known {
        Message::new("message").with("api", api.clone()).with("scopes", scopes.join(", ")).with("entry", entry)
    } else {
        Message::new("message-unknown").with("api", api.clone()).with("entry", entry)
    };
    let last = app.request_step(site.at, &api);
    let mut witness_paths = witness_paths;
    if known {
        // Ways on which the scopes are not known lead there, too.
        let entries: BTreeSet<u32> = witness_paths.iter().map(|path| path.entry).collect();
        let more = automatic_witness_paths(app, &unsure).into_iter();
        witness_paths.extend(more.filter(|path| !entries.contains(&path.entry)));
    }
    let named = witness_paths.iter().find(|path| timing_of(path) == gravest).map(|path| path.entry);
    witness_paths.sort_by_key(|path| (Some(path.entry) != named, timing_of(path), path.edges.len()));
    let witnesses = witness_paths.iter().map(|path| app.witness(path, last.clone()));
    Some(Finding::new(rule, level, certainty, message, app.expr_place(site.at), api).with_witnesses(witnesses))
}

/// The paths on which the platform, not the user, leads to a request.
pub(super) fn automatic_witness_paths(app: &App<'_>, requests: &[u32]) -> Vec<WitnessPath> {
    app.witness_paths(requests, |entry| entry.automatic && !entry.leaving)
}

/// The entries that lead to a request without a flag on the way that lets them do so once.
fn unflagged(app: &App<'_>, requests: &[u32]) -> BTreeSet<u32> {
    let open = |guards: &[Guard]| {
        witness_paths::may_prompt(guards) && !guards.iter().any(|guard| matches!(guard.meaning, Meaning::Once(_)))
    };
    let free = requests.iter().map(|request| app.request(*request)).filter(|request| open(&request.guards));
    let targets: Vec<_> = free.map(|request| request.ctx).collect();
    let wanted = |entry: &EntryPoint| entry.automatic && !entry.leaving && entry.repeats;
    app.witness_paths.to(&app.machine, &app.live, &targets, wanted, open).into_iter().map(|path| path.entry).collect()
}

pub(super) fn timing_of(entry: &EntryPoint) -> Timing {
    match (entry.launch, entry.repeats) {
        (true, _) => Timing::Launch,
        (false, true) => Timing::Repeating,
        (false, false) => Timing::Lifecycle,
    }
}

/// Whether an entry is the handler of one of these events of a button.
pub(super) fn is_started_by(app: &App<'_>, entry: &EntryPoint, button: &Button, events: &[String]) -> bool {
    entry.kind == EntryPointKind::Event
        && entry.unit == Some(button.unit)
        && !entry.guessed
        && super::wrappers::handlers(app, button.instance, button.node, events)
            .any(|handlers| handlers.event == entry.event && handlers.names.iter().any(|(name, _)| *name == entry.name))
}

/// Whether an edge is the user's answer to a question of the program's own.
pub(super) fn is_user_step(app: &App<'_>, edge: u32) -> bool {
    let facts = &app.machine.edges[edge as usize];
    is_answer_callback(app, facts) || !choices::of_edge(app, facts).is_empty()
}

/// Whether an edge leads to the callback of a question.
pub(super) fn is_answer_callback(app: &App<'_>, edge: &Edge) -> bool {
    match edge.kind {
        EdgeKind::Callback(api, _) | EdgeKind::Event(api) => {
            app.platform.user_steps.iter().any(|step| step == app.machine.atoms.text(api))
        }
        _ => false,
    }
}

/// Whether a path is taken only because a request failed.
pub(super) fn after_failure(app: &App<'_>, path: &WitnessPath) -> bool {
    path.edges.iter().any(|edge| match app.machine.edges[*edge as usize].kind {
        EdgeKind::Callback(_, key) => key == app.machine.embedder.names.fail,
        _ => false,
    })
}

/// Whether a request is one of many that its call may make: the API is found by a name that is not known.
pub(super) fn is_one_of_many(app: &App<'_>, request: u32) -> bool {
    let this = app.request(request);
    app.requests_at(this.ctx, this.site).any(|other| other.api != this.api)
}
