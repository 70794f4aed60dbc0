//! In: authorization buttons with a handler that runs before the user's answer. Out: those whose handler does what should
//! wait for it.

use super::timing::is_started_by;
use super::wrappers;
use crate::analyse::routes::{self, Way};
use crate::app::{App, Button, Prompting};
use crate::facts::template::Element;
use crate::finding::{Certainty, Finding, Level, Message};
use crate::platform::{Asks, Exposure};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for button in app.buttons() {
        let events = &app.platform.markup.auth_button.grant_events;
        if button.certain && wrappers::handles(app, button.instance, button.node, events) {
            out.extend(judge(app, &button));
        }
    }
}

fn judge(app: &App<'_>, button: &Button) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let element: &Element = app.element(button.instance, button.node)?;
    let handlers = wrappers::handlers(app, button.instance, button.node, &rules.early_events).next()?;
    let attribute = &element.attributes[handlers.attribute as usize];
    let handler = handlers.names.first()?.0.clone();
    let mut found: Option<(Way, u32)> = None;
    for request in 0..app.machine.requests.len() as u32 {
        if !must_wait(app, request) {
            continue;
        }
        let ways = app.ways(&[request], |entry| is_started_by(app, entry, button, &rules.early_events));
        for way in ways {
            if found.as_ref().is_none_or(|(known, _)| way.edges.len() < known.edges.len()) {
                found = Some((way, request));
            }
        }
    }
    let (way, request) = found?;
    let request = app.request(request);
    let api = app.api_name(app.machine.atoms.text(request.api));
    let guarded = way.edges.iter().any(|edge| !app.machine.edges[*edge as usize].guards.is_empty());
    let sure = routes::certainty(&app.machine, &app.world, &way);
    let certainty = if guarded || !request.guards.is_empty() { sure.min(Certainty::Likely) } else { sure };
    let file = app.world.views.get(&button.unit)?.nodes[button.node as usize].file;
    let last = app.request_step(request.site, &api);
    let message =
        Message::new("message").with("event", attribute.name.clone()).with("handler", handler.clone()).with("api", api);
    let level = if certainty == Certainty::Possible { Level::Info } else { Level::Warning };
    Some(
        Finding::new("tap-before-grant", level, certainty, message, app.place(file, attribute.name_span), handler)
            .with_routes([app.route(&way, last)]),
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
