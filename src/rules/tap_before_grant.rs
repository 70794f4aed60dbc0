//! In: authorization buttons with a handler that runs before the user's answer. Out: those whose handler does what should
//! wait for it.

use super::timing::is_started_by;
use super::wrappers;
use crate::analyse::CtxId;
use crate::analyse::entry_points::EntryPointKind;
use crate::analyse::markup::Handlers;
use crate::analyse::record::Guard;
use crate::analyse::sight::Sight;
use crate::analyse::value::Val;
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::shown::Mentioned;
use crate::app::{App, Button, Prompting};
use crate::facts::template::{AttributeValue, Element};
use crate::finding::{Certainty, Finding, Level, Message};
use crate::platform::{Asks, Exposure};
use std::collections::BTreeMap;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let buttons = app.buttons();
    let events = &app.platform.markup.auth_button.grant_events;
    let mut acts: Option<Acts> = None;
    for button in &buttons {
        if button.certain && wrappers::handles(app, button.instance, button.node, events) {
            let acts = acts.get_or_insert_with(|| Acts::of(app));
            out.extend(judge(app, button, acts));
        }
    }
}

/// The paths on which events lead to requests that must wait for the user's answer.
struct Acts {
    /// The paths, the shortest first, with the requests that each leads to.
    witness_paths: Vec<(WitnessPath, Vec<u32>)>,
    /// Which of them each unit's events start.
    of_unit: BTreeMap<Option<u32>, Vec<usize>>,
}

impl Acts {
    fn of(app: &App<'_>) -> Acts {
        let waiting: Vec<u32> =
            (0..app.machine.embedder.requests.len() as u32).filter(|at| must_wait(app, *at)).collect();
        // One context may make several of them.
        let mut made: BTreeMap<CtxId, Vec<u32>> = BTreeMap::new();
        for at in waiting.iter().filter(|at| witness_paths::may_prompt(&app.request(**at).guards)) {
            made.entry(app.request(*at).ctx).or_default().push(*at);
        }
        let witness_paths = app.witness_paths(&waiting, |entry| entry.kind == EntryPointKind::Event);
        let led = |path: WitnessPath| {
            let last = path.edges.last().map(|edge| app.machine.edges[*edge as usize].to);
            let requests = made[&last.unwrap_or(app.live.entry_points[path.entry as usize].ctx)].clone();
            (path, requests)
        };
        let witness_paths: Vec<(WitnessPath, Vec<u32>)> = witness_paths.into_iter().map(led).collect();
        let mut of_unit: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
        for (at, (path, _)) in witness_paths.iter().enumerate() {
            of_unit.entry(app.live.entry_points[path.entry as usize].unit).or_default().push(at);
        }
        Acts { witness_paths, of_unit }
    }
}

fn judge(app: &mut App<'_>, button: &Button, acts: &Acts) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let handlers = wrappers::handlers(app, button.instance, button.node, &rules.early_events).next()?.clone();
    let handler = handlers.names.first()?.0.clone();
    let ours = |app: &App<'_>, path: &WitnessPath| {
        is_started_by(app, &app.live.entry_points[path.entry as usize], button, &rules.early_events)
    };
    let of_unit: Vec<usize> = acts.of_unit.get(&Some(button.unit)).into_iter().flatten().copied().collect();
    let acts =
        of_unit.iter().map(|at| &acts.witness_paths[*at]).filter(|(path, _)| ours(app, path)).collect::<Vec<_>>();
    let all = acts.iter().flat_map(|(path, requests)| requests.iter().map(move |request| (path, request)));
    let (path, request) = all
        .collect::<Vec<_>>()
        .into_iter()
        .find(|(path, request)| acts_while_asking(app, button, &handlers, path, **request))?;
    let element: &Element = app.element(button.instance, button.node)?;
    let attribute = &element.attributes[handlers.attribute as usize];
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

/// Whether a tap leads to a request while the button asks: the button may be no authorization button where the handler acts,
/// and the handler may be none, or do nothing, where it is one.
fn acts_while_asking(
    app: &mut App<'_>,
    button: &Button,
    handlers: &Handlers,
    path: &WitnessPath,
    request: u32,
) -> bool {
    let rules = &app.platform.markup.auth_button;
    let (instance, node) = (button.instance, button.node);
    let Some(element) = app.element(instance, node).cloned() else { return true };
    let asks = element.attribute(&rules.open_type).and_then(|attribute| attribute.value.clone());
    let bound = element.attributes[handlers.attribute as usize].value.clone();
    let request = app.request(request);
    let edges = path.edges.iter().map(|edge| &app.machine.edges[*edge as usize]);
    let tests = edges.flat_map(|edge| edge.guards.iter().map(|guard| (edge.from, *guard)));
    let tests = tests.chain(request.guards.iter().map(|guard| (request.ctx, *guard)));
    let here = app.live.instances[instance as usize].object;
    // What other instances' code tests is not this one's data.
    let tests: Vec<Guard> = tests.filter(|(ctx, _)| app.runs_on(*ctx, here)).map(|(_, guard)| guard).collect();
    let names = &app.platform.instance;
    let mut mentioned = Mentioned::default();
    asks.iter().chain(&bound).for_each(|value| mentioned.add_value(value));
    for guard in &tests {
        let body = &app.machine.code.file(guard.site.file).script.body;
        mentioned.add_test(body, guard.site.expr, &[&names.data, &names.props]);
    }
    let name = app.live.entry_points[path.entry as usize].name.clone();
    app.for_some_data(&mentioned, |app, state| {
        let sight = Sight::of(&app.live, state);
        let mut may_be = |value: &Option<AttributeValue>, text: &str| {
            let Some(value) = value else { return true };
            let set = app.machine.seen(sight, instance, node, value);
            app.machine.sets.values(set).iter().any(|value| match value {
                Val::Str(atom) => app.machine.atoms.text(*atom).trim() == text,
                value => !matches!(value, Val::Undefined | Val::Null | Val::Bool(_) | Val::Number(_)),
            })
        };
        if !may_be(&asks, &rules.value) || !may_be(&bound, &name) {
            return false;
        }
        tests.iter().all(|guard| {
            let set = app.machine.test_value(sight, instance, guard.site);
            let (yes, no) = app.machine.sets.truth(set);
            if guard.truthy { yes } else { no }
        })
    })
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
