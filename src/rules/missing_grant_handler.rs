//! In: authorization buttons. Out: those that do nothing when the user agrees.

use super::foreign_dialect;
use super::timing;
use super::wrappers::{self, Inside};
use crate::app::{App, Button};
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for button in app.buttons() {
        out.extend(judge(app, &button));
    }
}

fn judge(app: &App<'_>, button: &Button) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let inside = wrappers::inside(app, button);
    if wrappers::handles(app, button.instance, button.node, &rules.grant_events) {
        return match inside {
            Inside::Elements(inner) => not_passed_on(app, button, &inner),
            Inside::Itself => None,
        };
    }
    if let Inside::Elements(inner) = inside {
        let handled = |(instance, node): &(u32, u32)| wrappers::handles(app, *instance, *node, &rules.grant_events);
        if inner.is_empty() || inner.iter().all(handled) {
            return None;
        }
    }
    let element = app.element(button.instance, button.node)?;
    if foreign_dialect::binds_in_vain(app, element, &rules.grant_events) {
        return None;
    }
    let file = app.live.views.get(&button.unit)?.nodes[button.node as usize].file;
    let scopes = button.scopes.texts.join(", ");
    let tap = wrappers::handlers(app, button.instance, button.node, &rules.early_events)
        .find_map(|handlers| Some((handlers.attribute, handlers.names.first()?.0.clone())));
    let message = match (&tap, scopes.is_empty()) {
        (_, true) => Message::new("message-no-scope"),
        (None, false) => Message::new("message").with("scopes", scopes),
        (Some((_, handler)), false) => Message::new("tap").with("scopes", scopes).with("handler", handler.clone()),
    };
    // Where the tap fetches what the grant is for, the grant is what was meant.
    let meant = app.sites.iter().any(|site| {
        let witness_paths = || {
            app.witness_paths(&site.requests, |entry| timing::is_started_by(app, entry, button, &rules.early_events))
        };
        app.api(site).granted_by.is_some() && !witness_paths().is_empty()
    });
    let fix = tap.filter(|_| meant).map(|(attribute, _)| Fix {
        message: Message::new("help"),
        safe: false,
        edits: vec![Edit {
            place: app.place(file, element.attributes[attribute as usize].name_span),
            text: format!("on{}", rules.grant_events[0]),
        }],
    });
    let level = if button.certain { Level::Error } else { Level::Warning };
    let certainty = if button.certain { Certainty::Certain } else { Certainty::Possible };
    let message = message.with("element", element.name.clone());
    let place = app.tag_place(button.instance, button.node)?;
    Some(Finding::new("missing-grant-handler", level, certainty, message, place, element.name.clone()).with_fixes(fix))
}

/// A component that the page gives a handler, which it never calls.
fn not_passed_on(app: &App<'_>, button: &Button, inner: &[(u32, u32)]) -> Option<Finding> {
    let events = &app.platform.markup.auth_button.grant_events;
    let misspelt = |(instance, node): &(u32, u32)| {
        app.element(*instance, *node).is_some_and(|element| foreign_dialect::binds_in_vain(app, element, events))
    };
    let lost = wrappers::is_deaf(app, inner, events) || wrappers::is_lost(app, button, inner, events);
    if !lost || inner.iter().any(misspelt) {
        return None;
    }
    let element = app.element(button.instance, button.node)?;
    let handlers = wrappers::handlers(app, button.instance, button.node, events).next()?;
    let attribute = &element.attributes[handlers.attribute as usize];
    let message = Message::new("lost").with("element", element.name.clone()).with("event", attribute.name.clone());
    let file = app.live.views.get(&button.unit)?.nodes[button.node as usize].file;
    let place = app.place(file, element.tag);
    let level = if button.certain { Level::Error } else { Level::Warning };
    let certainty = if button.certain { Certainty::Certain } else { Certainty::Possible };
    Some(Finding::new("missing-grant-handler", level, certainty, message, place, element.name.clone()))
}
