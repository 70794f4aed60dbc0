//! In: native elements. Out: words of another platform where this one's ask for authorization.

use super::edits::{self, Page};
use crate::app::App;
use crate::facts::template::{Attribute, Element};
use crate::finding::{Certainty, Finding, Fix, Level, Message};
use crate::model::view::Shown;
use crate::text::Span;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for view in app.live.views.values() {
        for shown in &view.nodes {
            let file = &app.model.files[shown.file as usize];
            let element = file.template().and_then(|template| template.element(shown.node));
            // Few elements open anything, so that is asked first.
            let opens = |element: &&Element| element.attribute(&app.platform.markup.auth_button.open_type).is_some();
            let native = |element: &&Element| app.platform.markup.elements.contains(&element.name);
            if let Some(element) = element.filter(opens).filter(native) {
                judge(app, *shown, element, out);
            }
        }
    }
}

/// A finding at an attribute or an element, and the text that mends it.
struct Breach {
    message: Message,
    span: Span,
    subject: String,
    edits: Vec<(Span, String)>,
}

fn judge(app: &App<'_>, shown: Shown, element: &Element, out: &mut Vec<Finding>) {
    let rules = &app.platform.markup.auth_button;
    let file = &app.model.files[shown.file as usize];
    let open_type = element.attribute(&rules.open_type);
    let value = open_type.and_then(|attribute| attribute.value.as_ref()?.literal()).map(str::trim);
    let foreign = value.and_then(|value| rules.foreign_open_types.get(value));
    let native = value == Some(rules.value.as_str());
    let mut breaches = Vec::new();
    if let (Some(attribute), Some(scope), Some(value)) = (open_type, foreign, value) {
        breaches.push(open_type_of(app, &file.text, element, attribute, value, scope));
    }
    if native && element.name != rules.element {
        let message =
            Message::new("element").with("element", element.name.clone()).with("native", rules.element.clone());
        breaches.push(Breach { message, span: element.tag, subject: element.name.clone(), edits: Vec::new() });
    }
    for attribute in &element.attributes {
        // Where the open type is computed, another platform may be meant.
        if native || foreign.is_some() {
            breaches.extend(event_of(app, element, attribute));
        }
    }
    for Breach { message, span, subject, edits } in breaches {
        // What the other platform hands to the handler, and when, is not the same: only the case of a name is sure.
        let safe = native && foreign.is_none() && !has_foreign_prefix(app, &subject);
        let edits = edits::placed(&file.path, edits);
        let fix = (!edits.is_empty()).then(|| Fix { message: Message::new("help"), safe, edits });
        let place = app.place(shown.file, span);
        out.push(
            Finding::new("foreign-dialect", Level::Error, Certainty::Certain, message, place, subject).with_fixes(fix),
        );
    }
}

/// Another platform's open type. The fix names the scope as well, where none is named.
fn open_type_of(
    app: &App<'_>,
    text: &str,
    element: &Element,
    attribute: &Attribute,
    value: &str,
    scope: &str,
) -> Breach {
    let rules = &app.platform.markup.auth_button;
    let mut edits: Vec<(Span, String)> =
        attribute.value.iter().map(|written| (written.span, rules.value.clone())).collect();
    let granted = |attribute: &Attribute| meant(app, attribute).is_some_and(|event| rules.grant_events.contains(event));
    if !element.attributes.iter().any(granted) {
        // Nobody would hear the answer: what the button was to do is not clear.
        edits.clear();
    } else if element.attribute(&rules.scope).is_none() {
        let page = Page::of(text);
        edits.extend(page.map(|page| page.attribute(element, Some(attribute), &rules.scope, scope)));
    }
    let message = Message::new("open-type")
        .with("value", value)
        .with("attribute", rules.open_type.clone())
        .with("native", rules.value.clone());
    Breach { message, span: attribute.name_span, subject: value.to_string(), edits }
}

/// Whether an event is spelt with a prefix of another platform.
fn has_foreign_prefix(app: &App<'_>, event: &str) -> bool {
    let rules = &app.platform.markup;
    let begins = |prefixes: &[String]| prefixes.iter().any(|prefix| event.starts_with(prefix.as_str()));
    begins(&rules.auth_button.foreign_prefixes) && !event.starts_with("on")
}

/// The event of the authorization button that an attribute binds, however it is spelt.
fn meant<'a>(app: &'a App<'_>, attribute: &Attribute) -> Option<&'a String> {
    let rules = &app.platform.markup.auth_button;
    let native = app.platform.markup.event_prefixes.iter().map(String::as_str).filter(|prefix| *prefix != "catch");
    let prefixes = native.chain(rules.foreign_prefixes.iter().map(String::as_str));
    let events = || rules.grant_events.iter().chain([&rules.error_event]);
    let known = |rest: &str| events().find(|event| event.eq_ignore_ascii_case(rest));
    prefixes.filter_map(|prefix| attribute.name.strip_prefix(prefix)).find_map(known)
}

/// An event of the authorization button in another platform's spelling, or in the wrong case.
fn event_of(app: &App<'_>, element: &Element, attribute: &Attribute) -> Option<Breach> {
    let event = meant(app, attribute)?;
    if app.machine.event_of(&attribute.name).as_deref() == Some(event) {
        return None;
    }
    // Beside the native spelling the foreign one does no harm.
    let right = format!("on{event}");
    if element.attributes.iter().any(|other| app.machine.event_of(&other.name).as_deref() == Some(event)) {
        return None;
    }
    let message = Message::new("event").with("event", attribute.name.clone()).with("native", right.clone());
    Some(Breach {
        message,
        span: attribute.name_span,
        subject: attribute.name.clone(),
        edits: vec![(attribute.name_span, right)],
    })
}
