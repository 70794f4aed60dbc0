//! In: authorization buttons. Out: those that do not say what happens when the user refuses.

use crate::analyse::markup::Handlers;
use crate::app::{App, Button};
use crate::finding::{Certainty, Finding, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for button in app.buttons() {
        out.extend(judge(app, &button));
    }
}

fn judge(app: &App<'_>, button: &Button) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let event = &rules.error_event;
    let mut handlers = app.world.handlers_at(button.instance, button.node);
    let answers =
        |handlers: &Handlers| handlers.event == *event && (handlers.unknown || !handlers.names.is_empty());
    if handlers.any(answers) {
        return None;
    }
    let element = app.element(button.instance, button.node)?;
    let place = app.tag_place(button.instance, button.node)?;
    let key = if button.scopes.texts.is_empty() { "message-no-scope" } else { "message" };
    let mut message = Message::new(key).with("element", element.name.clone()).with("event", format!("on{event}"));
    if key == "message" {
        message = message.with("scopes", button.scopes.texts.join(", "));
    }
    Some(Finding {
        rule: "missing-on-error",
        level: if button.certain { Level::Error } else { Level::Warning },
        certainty: if button.certain { Certainty::Certain } else { Certainty::Possible },
        message,
        place,
        subject: element.name.clone(),
        routes: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
    })
}
