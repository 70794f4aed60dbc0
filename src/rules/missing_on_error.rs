//! In: authorization buttons. Out: those that do not say what happens when the user refuses.

use super::edits::{self, Page};
use super::foreign_dialect;
use super::stubs::{self, Voice};
use super::wrappers::{self, Inside};
use crate::analyse::markup::Handlers;
use crate::app::{App, Button};
use crate::finding::{Certainty, Finding, Fix, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut voice = Voice::default();
    for button in app.buttons() {
        out.extend(judge(app, &button, &mut voice));
    }
}

fn judge(app: &mut App<'_>, button: &Button, voice: &mut Voice) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let event = &rules.error_event;
    let lacks = app.lacks_for_an_item(button, event);
    let mut handlers = app.live.handlers_at(button.instance, button.node);
    let answers = |handlers: &Handlers| handlers.event == *event && (handlers.unknown || !handlers.names.is_empty());
    if handlers.any(answers) && !lacks {
        return not_passed_on(app, button);
    }
    let element = app.element(button.instance, button.node)?;
    if foreign_dialect::binds_in_vain(app, element, std::slice::from_ref(event)) {
        return None;
    }
    let place = app.tag_place(button.instance, button.node)?;
    let key = if button.scopes.texts.is_empty() { "message-no-scope" } else { "message" };
    let file = app.live.views[&button.unit].nodes[button.node as usize].file;
    let event = app.event_word(file, event);
    let mut message = Message::new(key).with("element", element.name.clone()).with("event", event);
    if key == "message" {
        message = message.with("scopes", button.scopes.texts.join(", "));
    }
    // Where an attribute is there, what it says must change, not the markup.
    let fix = if lacks { None } else { bound(app, voice, button, element.name == rules.element) };
    let level = if button.certain { Level::Error } else { Level::Warning };
    let certainty = if button.certain { Certainty::Certain } else { Certainty::Possible };
    Some(Finding::new("missing-on-error", level, certainty, message, place, element.name.clone()).with_fixes(fix))
}

/// A component that the page gives a handler, which it never calls.
fn not_passed_on(app: &App<'_>, button: &Button) -> Option<Finding> {
    let event = std::slice::from_ref(&app.platform.markup.auth_button.error_event);
    let Inside::Elements(inner) = wrappers::inside(app, button) else { return None };
    let misspelt = |(instance, node): &(u32, u32)| {
        app.element(*instance, *node).is_some_and(|element| foreign_dialect::binds_in_vain(app, element, event))
    };
    let lost = wrappers::is_deaf(app, &inner, event) || wrappers::is_lost(app, button, &inner, event);
    if !lost || inner.iter().any(misspelt) {
        return None;
    }
    let element = app.element(button.instance, button.node)?;
    let handlers = wrappers::handlers(app, button.instance, button.node, event).next()?;
    let attribute = &element.attributes[handlers.attribute as usize];
    let message = Message::new("lost").with("element", element.name.clone()).with("event", attribute.name.clone());
    let place = app.tag_place(button.instance, button.node)?;
    let level = if button.certain { Level::Error } else { Level::Warning };
    let certainty = if button.certain { Certainty::Certain } else { Certainty::Possible };
    Some(Finding::new("missing-on-error", level, certainty, message, place, element.name.clone()))
}

/// Binds the event, to a new method that tells the user something unless there is one of that name already. What a component
/// makes of the event is not known, and markup that several pages share would need the method in each.
fn bound(app: &App<'_>, voice: &mut Voice, button: &Button, native: bool) -> Option<Fix> {
    let shown = app.live.views.get(&button.unit)?.nodes[button.node as usize];
    let own = app.model.units[button.unit as usize].template == Some(shown.file) && !shown.templated;
    if !native || !own || !button.certain {
        return None;
    }
    let file = &app.model.files[shown.file as usize];
    let element = app.element(button.instance, button.node)?;
    if element.attribute(&app.platform.instance.event_list).is_some() {
        // A framework finds the methods of all events in its own list.
        return None;
    }
    let event = app.event_word(shown.file, &app.platform.markup.auth_button.error_event);
    let name = &app.platform.stub.handler;
    let attribute = Page::of(&file.text)?.attribute(element, element.attributes.last(), &event, name);
    let mut edits = edits::placed(&file.path, vec![attribute]);
    if app.method_codes(button.instance, name).is_empty() {
        let (script, method) = stubs::method(app, voice, button.instance, name)?;
        edits.extend(edits::placed(&app.model.files[script as usize].path, method));
    }
    Some(Fix { message: Message::new("fix").with("handler", name.clone()), safe: false, edits })
}
