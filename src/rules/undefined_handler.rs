//! In: handlers of authorization buttons. Out: those that name no method of their page or component.

use super::wrappers;
use crate::analyse::markup::Handlers;
use crate::analyse::value::ObjId;
use crate::app::{App, Button};
use crate::error::distance;
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message, Step, Witness};
use crate::platform::Host;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut buttons = app.buttons();
    let inner = wrappers::inner_buttons(app, &buttons);
    buttons.extend(inner);
    for button in buttons {
        let handlers: Vec<Handlers> = app.live.handlers_at(button.instance, button.node).cloned().collect();
        for handlers in handlers {
            for (name, found) in &handlers.names {
                if !found || !is_method(app, button.instance, name) {
                    out.extend(judge(app, &button, &handlers, name));
                }
            }
        }
    }
}

/// Whether the function of this name is a method: a component's stand in an object of their own, and one that has
/// such an object is written with that in mind.
fn is_method(app: &App<'_>, instance: u32, name: &str) -> bool {
    let facts = &app.live.instances[instance as usize];
    let apart = |option: &ObjId| app.machine.heap.get(*option).property(app.machine.embedder.names.methods).is_some();
    let own = |option: &ObjId| {
        let name = app.machine.atoms.find(name);
        name.and_then(|name| app.machine.heap.get(*option).property(name)).is_some_and(|property| {
            app.machine.sets.values(app.machine.heap.peek(property.slot)).iter().any(|value| app.is_callable(*value))
        })
    };
    let component = facts.host == Host::Component && facts.shim.is_none() && facts.placed.is_some();
    if !component || !facts.options.iter().any(apart) || !facts.options.iter().any(own) {
        return true;
    }
    app.in_methods(instance, name)
}

fn judge(app: &App<'_>, button: &Button, handlers: &Handlers, name: &str) -> Option<Finding> {
    let instance = &app.live.instances[button.instance as usize];
    if instance.options.is_empty() || app.may_have_more_methods(button.instance) {
        return None;
    }
    let element = app.element(button.instance, button.node)?;
    let attribute = &element.attributes[handlers.attribute as usize];
    let shown = app.live.views.get(&button.unit)?.nodes[button.node as usize];
    let similar = app.method_names(button.instance).into_iter().find(|known| known != name && close(known, name));
    let written = attribute.value.as_ref().filter(|value| value.literal() == Some(name));
    // Markup that several pages share may name a method that the others have.
    let own = app.model.units[button.unit as usize].template == Some(shown.file) && !shown.templated;
    let fix = similar.as_ref().zip(written.filter(|_| own)).map(|(similar, value)| Fix {
        message: Message::new("fix").with("similar", similar.clone()),
        safe: false,
        edits: vec![Edit { place: app.place(shown.file, value.span), text: similar.clone() }],
    });
    let message = match similar {
        Some(similar) => Message::new("message-similar").with("similar", similar),
        None => Message::new("message"),
    };
    let place = app.place(shown.file, attribute.name_span);
    let tag = app.tag_place(button.instance, button.node)?;
    let entry = app.model.units[button.unit as usize].name.clone();
    let message = message.with("event", attribute.name.clone()).with("handler", name);
    Some(
        Finding::new("undefined-handler", Level::Error, Certainty::Certain, message, place, name)
            .with_witnesses([Witness { entry, steps: vec![Step { place: tag, message: Message::new("step-button") }] }])
            .with_fixes(fix),
    )
}

/// Whether two names differ only in case or by two letters.
fn close(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (a.len().min(b.len()) >= 4 && distance(a, b) <= 2)
}
