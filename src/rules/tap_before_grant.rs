//! In: authorization buttons with a handler that runs before the user's answer. Out: those whose handler does what should
//! wait for it.

use super::timing::is_started_by;
use super::wrappers;
use crate::analyse::CtxId;
use crate::analyse::entry_points::EntryPointKind;
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::{App, Button, Prompting};
use crate::facts::template::Element;
use crate::finding::{Certainty, Finding, Level, Message};
use crate::platform::{Asks, Exposure};
use std::collections::BTreeMap;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let buttons = app.buttons();
    let app = &*app;
    let events = &app.platform.markup.auth_button.grant_events;
    let handled = |button: &&Button| button.certain && wrappers::handles(app, button.instance, button.node, events);
    let mut acts: Option<Acts> = None;
    for button in buttons.iter().filter(handled) {
        out.extend(judge(app, button, acts.get_or_insert_with(|| Acts::of(app))));
    }
}

/// The paths on which events lead to requests that must wait for the user's answer.
struct Acts {
    /// The paths, the shortest first, with the first of the requests that each leads to.
    witness_paths: Vec<(WitnessPath, u32)>,
    /// Which of them each unit's events start.
    of_unit: BTreeMap<Option<u32>, Vec<usize>>,
}

impl Acts {
    fn of(app: &App<'_>) -> Acts {
        let waiting: Vec<u32> =
            (0..app.machine.embedder.requests.len() as u32).filter(|at| must_wait(app, *at)).collect();
        // One context may make several of them.
        let mut first: BTreeMap<CtxId, u32> = BTreeMap::new();
        for at in waiting.iter().filter(|at| witness_paths::may_prompt(&app.request(**at).guards)) {
            first.entry(app.request(*at).ctx).or_insert(*at);
        }
        let witness_paths = app.witness_paths(&waiting, |entry| entry.kind == EntryPointKind::Event);
        let led = |path: WitnessPath| {
            let last = path.edges.last().map(|edge| app.machine.edges[*edge as usize].to);
            let request = first[&last.unwrap_or(app.live.entry_points[path.entry as usize].ctx)];
            (path, request)
        };
        let witness_paths: Vec<(WitnessPath, u32)> = witness_paths.into_iter().map(led).collect();
        let mut of_unit: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
        for (at, (path, _)) in witness_paths.iter().enumerate() {
            of_unit.entry(app.live.entry_points[path.entry as usize].unit).or_default().push(at);
        }
        Acts { witness_paths, of_unit }
    }
}

fn judge(app: &App<'_>, button: &Button, acts: &Acts) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let element: &Element = app.element(button.instance, button.node)?;
    let handlers = wrappers::handlers(app, button.instance, button.node, &rules.early_events).next()?;
    let attribute = &element.attributes[handlers.attribute as usize];
    let handler = handlers.names.first()?.0.clone();
    let ours = |(path, _): &&(WitnessPath, u32)| {
        is_started_by(app, &app.live.entry_points[path.entry as usize], button, &rules.early_events)
    };
    let of_unit = acts.of_unit.get(&Some(button.unit)).into_iter().flatten();
    let (path, request) = of_unit.map(|at| &acts.witness_paths[*at]).find(ours)?;
    let request = app.request(*request);
    let api = app.api_name(app.machine.atoms.text(request.api));
    let guarded = path.edges.iter().any(|edge| !app.machine.edges[*edge as usize].guards.is_empty());
    let sure = witness_paths::certainty(&app.machine, &app.live, path);
    let certainty = if guarded || !request.guards.is_empty() { sure.min(Certainty::Likely) } else { sure };
    let file = app.live.views.get(&button.unit)?.nodes[button.node as usize].file;
    let last = app.request_step(request.site, &api);
    let message =
        Message::new("message").with("event", attribute.name.clone()).with("handler", handler.clone()).with("api", api);
    let level = if certainty == Certainty::Possible { Level::Info } else { Level::Warning };
    Some(
        Finding::new("tap-before-grant", level, certainty, message, app.place(file, attribute.name_span), handler)
            .with_witnesses([app.witness(path, last)]),
    )
}

/// Whether a request must wait for the user's answer: it asks, fetches what is granted, sends, or leaves.
fn must_wait(app: &App<'_>, request: u32) -> bool {
    let request = app.request(request);
    let api = app.machine.atoms.text(request.api);
    let sends = app.platform.sinks.get(api).is_some_and(|sink| sink.into == Exposure::Network && !sink.global);
    let row = app.platform.apis.get(api);
    let acts =
        row.is_some_and(|row| row.asks == Asks::Device || row.navigates || row.leaves || row.granted_by.is_some());
    sends || acts || matches!(app.prompting(request), Prompting::Asks(_))
}
