//! In: calls that lead to another page, and what is on that page. Out: calls at launch that lead to a page whose point is to
//! ask for authorization.

use super::pages::{self, Target};
use super::timing::{Timing, after_failure, automatic_witness_paths, is_user_step, timing_of};
use crate::analyse::CtxId;
use crate::analyse::entry_points::EntryPointKind;
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::{App, Button, Prompting, Site};
use crate::finding::{Certainty, Finding, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let buttons = app.buttons();
    for site in &app.sites {
        if app.api(site).navigates {
            out.extend(judge(app, site, &buttons));
        }
    }
}

fn judge(app: &App<'_>, site: &Site, buttons: &[Button]) -> Option<Finding> {
    let entry_of = |path: &WitnessPath| &app.live.entry_points[path.entry as usize];
    for request in &site.requests {
        let mut witness_paths = automatic_witness_paths(app, &[*request]);
        // What a failure or the user's own answer leads to is not the way in.
        let own =
            |path: &WitnessPath| after_failure(app, path) || path.edges.iter().any(|edge| is_user_step(app, *edge));
        witness_paths.retain(|path| timing_of(entry_of(path)) == Timing::Launch && !own(path));
        if witness_paths.is_empty() {
            continue;
        }
        for target in targets(app, *request) {
            let Some(certainty) =
                witness_paths.iter().filter_map(|path| leads(app, path, *request, target, buttons)).max()
            else {
                continue;
            };
            let api = app.api_name(&site.api);
            let page = app.model.units[target as usize].name.clone();
            let entry = app.entry_name(entry_of(witness_paths.first()?));
            let last = app.request_step(site.at, &api);
            let level = if certainty == Certainty::Possible { Level::Info } else { Level::Warning };
            let message = Message::new("message").with("api", api.clone()).with("entry", entry).with("page", page);
            return Some(
                Finding::new("launch-auth-redirect", level, certainty, message, app.expr_place(site.at), api)
                    .with_witnesses(witness_paths.iter().map(|path| app.witness(path, last.clone()))),
            );
        }
    }
    None
}

/// The pages a call may lead to, without the launch page and those that the configuration declares to need the data.
fn targets(app: &App<'_>, request: u32) -> Vec<u32> {
    let page = |target: Target| match target {
        Target::Page(page) => {
            Some(page).filter(|page| !app.model.units[*page as usize].launch && !app.is_declared_page(*page))
        }
        _ => None,
    };
    pages::targets(app, request).into_iter().filter_map(page).collect()
}

/// How sure it is that a way leads to a page for the sake of authorization.
fn leads(app: &App<'_>, path: &WitnessPath, request: u32, target: u32, buttons: &[Button]) -> Option<Certainty> {
    let sure = witness_paths::certainty(&app.machine, &app.live, path);
    let shown = shown_on(app, target);
    if asks_by_itself(app, &shown, app.request(request).ctx) {
        return Some(sure);
    }
    let asks = |button: &&Button| shown.contains(&button.instance) && button.certain;
    let buttons: Vec<&Button> = buttons.iter().filter(asks).collect();
    if buttons.is_empty() {
        return None;
    }
    if !has_more(app, &shown, &buttons) {
        return Some(sure);
    }
    let tab = pages::is_tab(app, target);
    let edges = path.edges.iter().flat_map(|edge| app.machine.edges[*edge as usize].guards.iter());
    let tested = edges.chain(app.request(request).guards.iter()).next().is_some();
    (tested && !tab).then_some(sure.min(Certainty::Likely))
}

/// The instances on a page: its own and those of its components.
fn shown_on(app: &App<'_>, page: u32) -> Vec<u32> {
    let unplaced = |at: &u32| app.live.instances[*at as usize].placed.is_none();
    let mut found: Vec<u32> = app.instances_of(page).iter().copied().filter(unplaced).collect();
    let mut at = 0;
    while at < found.len() {
        found.extend(app.placed_in(found[at]));
        at += 1;
    }
    found.sort_unstable();
    found
}

/// Whether a page asks without being touched. Code that leads there may itself change what the page asks under: then it
/// leads there for something else.
fn asks_by_itself(app: &App<'_>, shown: &[u32], from: CtxId) -> bool {
    let here =
        |unit: Option<u32>| shown.iter().any(|at| unit.is_some() && app.live.instances[*at as usize].unit == unit);
    let changed = app.writes(from, &app.own_exprs(from));
    let located = |path: &WitnessPath, requests: &[u32]| {
        let on_way = path.edges.iter().map(|at| &app.machine.edges[*at as usize]);
        let before = on_way.flat_map(|edge| edge.guards.iter().map(|guard| (edge.from, guard)));
        let last = requests.iter().map(|at| app.request(*at));
        let last = last.flat_map(|request| request.guards.iter().map(|guard| (request.ctx, guard)));
        before.chain(last).any(|(ctx, guard)| changed.touches(&app.reads(ctx, guard.site)))
    };
    app.sites.iter().any(|site| {
        let asks = |at: &&u32| matches!(app.prompting(app.request(**at)), Prompting::Asks(_));
        let requests: Vec<u32> = site.requests.iter().filter(asks).copied().collect();
        let witness_paths = app.witness_paths(&requests, |entry| entry.automatic && !entry.leaving && here(entry.unit));
        witness_paths.iter().any(|path| !located(path, &requests))
    })
}

/// Whether a page offers more than its authorization buttons: something to tap, to type in or to go to.
fn has_more(app: &App<'_>, shown: &[u32], buttons: &[&Button]) -> bool {
    let button =
        |instance: u32, node: u32| buttons.iter().any(|button| button.instance == instance && button.node == node);
    let gesture = shown.iter().flat_map(|instance| app.handlers_in(*instance)).any(|handlers| {
        !button(handlers.instance, handlers.node)
            && handlers.names.iter().any(|(name, found)| *found && is_gesture(app, handlers.instance, name))
    });
    let fields = &app.platform.refusal.fields;
    let element = |instance: u32| {
        let view = app.live.instances[instance as usize].unit.and_then(|unit| app.live.views.get(&unit));
        view.is_some_and(|view| {
            (0..view.nodes.len() as u32).any(|node| {
                app.element(instance, node)
                    .is_some_and(|element| fields.contains(&element.name) || element.name == "navigator")
            })
        })
    };
    gesture || shown.iter().any(|instance| element(*instance))
}

fn is_gesture(app: &App<'_>, instance: u32, name: &str) -> bool {
    let unit = app.live.instances[instance as usize].unit;
    app.entries_of(unit).any(|entry| entry.name == name && !entry.automatic && entry.kind == EntryPointKind::Event)
}
