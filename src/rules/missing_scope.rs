//! In: authorization buttons. Out: those that do not name what they ask for.

use super::edits::{self, Page};
use super::wrappers::{self, Inside};
use crate::app::{App, Button, Known};
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message, Place};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for button in app.buttons() {
        if button.certain {
            out.extend(judge(app, &button));
        }
    }
}

fn judge(app: &mut App<'_>, button: &Button) -> Option<Finding> {
    let name = app.platform.markup.auth_button.scope.clone();
    let element = app.element(button.instance, button.node)?.clone();
    let file = app.live.views.get(&button.unit)?.nodes[button.node as usize].file;
    let quote = edits::attribute_quote(&app.model.files[file as usize].text, &element);
    let (key, place, fix) = match element.attribute(&name) {
        None => {
            if !is_wanted(app, button) {
                return None;
            }
            let behind = element.attribute(&app.platform.markup.auth_button.open_type);
            let fix = one_scope(app, button).and_then(|scope| {
                let (span, text) =
                    Page::of(&app.model.files[file as usize].text)?.attribute(&element, behind, &name, &scope);
                Some(suggestion(app.place(file, span), text))
            });
            ("message", app.tag_place(button.instance, button.node)?, fix)
        }
        Some(attribute) => {
            let text = attribute.value.as_ref().map_or(Some(""), |value| value.literal());
            if text.is_none_or(|text| !text.trim().is_empty()) {
                return None;
            }
            let fix = one_scope(app, button).map(|scope| {
                suggestion(app.place(file, attribute.span), format!("{}={quote}{scope}{quote}", attribute.name))
            });
            ("empty", app.place(file, attribute.name_span), fix)
        }
    };
    let message = Message::new(key).with("element", element.name.clone()).with("attribute", name);
    Some(Finding::new("missing-scope", Level::Error, Certainty::Certain, message, place, element.name).with_fixes(fix))
}

fn suggestion(place: Place, text: String) -> Fix {
    Fix { message: Message::new("help"), safe: false, edits: vec![Edit { place, text }] }
}

/// Whether somebody inside needs the scope from outside. A component that names one itself, or does nothing with the open
/// type, does not.
fn is_wanted(app: &mut App<'_>, button: &Button) -> bool {
    let Inside::Elements(inner) = wrappers::inside(app, button) else { return true };
    let name = app.platform.markup.auth_button.scope.clone();
    inner.into_iter().any(|(instance, node)| {
        let attribute = app.element(instance, node).and_then(|element| element.attribute(&name)).cloned();
        let Known { texts, unknown, .. } = app.texts(instance, node, attribute.as_ref());
        texts.is_empty() && !unknown
    })
}

/// The scope that the interfaces need which are called after the grant, when it is one.
fn one_scope(app: &App<'_>, button: &Button) -> Option<String> {
    let events = &app.platform.markup.auth_button.grant_events;
    let mut scopes: Vec<String> = Vec::new();
    for site in &app.sites {
        let Some(scope) = &app.api(site).granted_by else { continue };
        let witness_paths =
            app.witness_paths(&site.requests, |entry| super::timing::is_started_by(app, entry, button, events));
        if !witness_paths.is_empty() && !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    if scopes.len() == 1 { scopes.pop() } else { None }
}
