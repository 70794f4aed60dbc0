//! In: grants, requests, and what they lead to without a further tap. Out: requests for data that the same flow asks for
//! in another way.

use super::choices;
use super::scopes;
use crate::analyse::CtxId;
use crate::analyse::entry_points::EntryPoint;
use crate::analyse::record::{Edge, EdgeKind, Guard};
use crate::app::flow::{Handler, Reach, Start};
use crate::app::{App, Button, Prompting, Site};
use crate::finding::{Certainty, Finding, Fix, Level, Message, Step};
use std::collections::BTreeSet;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let buttons = app.buttons();
    for button in &buttons {
        after_grant(app, button, out);
    }
    if !app.sites.iter().any(|site| app.api(site).granted_by.is_some()) {
        return;
    }
    let grants = &app.platform.markup.auth_button.grant_events;
    let mut known: BTreeSet<CtxId> = BTreeSet::new();
    for entry in &app.live.entry_points {
        if !grants.contains(&entry.event) && !entry.guessed && known.insert(entry.ctx) {
            calls(app, entry, out);
        }
    }
}

/// Whether code goes on over an edge without a step of the user.
fn without_tap(app: &App<'_>, edge: &Edge) -> bool {
    let (EdgeKind::Callback(api, _) | EdgeKind::Event(api)) = edge.kind else {
        return choices::of_edge(app, edge).is_empty();
    };
    let api = app.machine.atoms.text(api);
    !app.platform.user_steps.iter().any(|step| step == api)
}

/// Requests in what a grant starts, for data that was granted with it.
fn after_grant(app: &App<'_>, button: &Button, out: &mut Vec<Finding>) {
    let rules = &app.platform.markup.auth_button;
    let classes: Vec<&str> =
        button.scopes.texts.iter().filter_map(|scope| rules.classes.get(scope)).map(String::as_str).collect();
    if classes.is_empty() || button.scopes.unknown {
        return;
    }
    let (starts, _) = app.handlers(button, &rules.grant_events);
    let reach = app.reach_surely(&starts, |edge| without_tap(app, edge));
    for (site, request) in reached(app, &reach) {
        let found = match app.prompting(app.request(request)) {
            Prompting::Asks(asked) => asking(app, &asked, &classes, request).map(|scopes| (scopes, Certainty::Certain)),
            Prompting::Unknown => Some(("?".to_string(), Certainty::Possible)),
            Prompting::Silent => None,
        };
        let Some((scopes, certainty)) = found else { continue };
        let message = Message::new("button").with("granted", button.scopes.texts.join(", ")).with("scopes", scopes);
        let step = Step {
            place: app.tag_place(button.instance, button.node).unwrap_or_else(|| app.expr_place(site.at)),
            message: Message::new("step-button"),
        };
        out.push(finding(app, site, message, certainty, step));
    }
}

/// The sites and requests among what is reached.
fn reached<'a>(app: &'a App<'_>, reach: &Reach) -> Vec<(&'a Site, u32)> {
    let requests: BTreeSet<u32> = reach.requests(app).into_iter().collect();
    let of_site = |site: &'a Site| site.requests.iter().map(move |request| (site, *request));
    app.sites.iter().flat_map(of_site).filter(|(_, request)| requests.contains(request)).collect()
}

/// The scopes among these, without a declared purpose, for which one of the kinds of data was asked already.
fn asking(app: &App<'_>, asked: &[String], classes: &[&str], request: u32) -> Option<String> {
    let again = |scope: &&String| {
        let class = scopes::class(app, scope);
        classes.iter().any(|known| scopes::meet(class, known)) && !app.is_declared(&[scope], &[request])
    };
    let found: Vec<&str> = asked.iter().filter(again).map(String::as_str).collect();
    (!found.is_empty()).then(|| found.join(", "))
}

/// A request and an interface that hands out the same data, in what one entry starts.
fn calls(app: &App<'_>, entry: &EntryPoint, out: &mut Vec<Finding>) {
    let start = Start { ctx: entry.ctx, part: None, site: None, by: Handler::Event };
    let reach = app.reach_surely(&[start], |edge| without_tap(app, edge));
    let here = reached(app, &reach);
    for (site, request) in &here {
        let Prompting::Asks(asked) = app.prompting(app.request(*request)) else { continue };
        for (other, second) in &here {
            let Some(granted_by) = app.api(other).granted_by.as_ref() else { continue };
            let Some(class) = app.platform.markup.auth_button.classes.get(granted_by) else { continue };
            let Some(again) = asking(app, &asked, &[class], *request) else { continue };
            if exclude(&guards(app, &reach, *request), &guards(app, &reach, *second)) {
                continue;
            }
            let name = app.api_name(&other.api);
            let message = Message::new("calls").with("scopes", again).with("other", name.clone());
            let step = app.request_step(other.at, &name);
            out.push(finding(app, site, message, Certainty::Certain, step));
        }
    }
}

/// What held on the way to a request.
fn guards(app: &App<'_>, reach: &Reach, request: u32) -> Vec<Guard> {
    let facts = app.request(request);
    let edges = reach.edges_to(app, facts.ctx);
    let held = edges.iter().flat_map(|edge| app.machine.edges[*edge as usize].guards.iter());
    held.chain(facts.guards.iter()).copied().collect()
}

/// Whether a test that came out one way for the first came out the other way for the second.
fn exclude(first: &[Guard], second: &[Guard]) -> bool {
    first.iter().any(|a| second.iter().any(|b| a.site == b.site && a.truthy != b.truthy))
}

fn finding(app: &App<'_>, site: &Site, message: Message, certainty: Certainty, step: Step) -> Finding {
    let api = app.api_name(&site.api);
    let silent = scopes::silent_default(app, app.api(site));
    let fix: Option<Fix> = silent.and_then(|scope| scopes::rewrite(app, site, &[scope]));
    let level = if certainty == Certainty::Possible { Level::Info } else { Level::Warning };
    let message = message.with("api", api.clone());
    Finding::new("duplicate-prompt", level, certainty, message, app.expr_place(site.at), api)
        .with_related([step])
        .with_fixes(fix)
}
