//! In: handlers of authorization buttons. Out: those that name no method of their page or component.

use crate::analyse::markup::Handlers;
use crate::app::{App, Button};
use crate::finding::{Certainty, Finding, Level, Message, Step};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for button in app.buttons() {
        let ours = |handlers: &&Handlers| handlers.instance == button.instance && handlers.node == button.node;
        let handlers: Vec<Handlers> = app.world.handlers.iter().filter(ours).cloned().collect();
        for handlers in handlers {
            for (name, found) in &handlers.names {
                if !found {
                    out.extend(judge(app, &button, &handlers, name));
                }
            }
        }
    }
}

fn judge(app: &App<'_>, button: &Button, handlers: &Handlers, name: &str) -> Option<Finding> {
    let instance = &app.world.instances[button.instance as usize];
    if instance.options.is_empty() || app.may_have_more_methods(button.instance) {
        return None;
    }
    let element = app.element(button.instance, button.node)?;
    let attribute = &element.attributes[handlers.attribute as usize];
    let shown = app.world.views.get(&button.unit)?.nodes[button.node as usize];
    let similar = app.method_names(button.instance).into_iter().find(|known| close(known, name));
    let message = match similar {
        Some(similar) => Message::new("message-similar").with("similar", similar),
        None => Message::new("message"),
    };
    let place = app.place(shown.file, attribute.name_span);
    let tag = app.tag_place(button.instance, button.node)?;
    Some(Finding {
        rule: "undefined-handler",
        level: Level::Error,
        certainty: Certainty::Certain,
        message: message.with("event", attribute.name.clone()).with("handler", name),
        place,
        subject: name.to_string(),
        routes: Vec::new(),
        related: vec![Step { place: tag, message: Message::new("step-button") }],
        fixes: Vec::new(),
    })
}

/// Whether two names differ only in case or by one letter.
fn close(a: &str, b: &str) -> bool {
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a.len().min(b.len()) < 4 {
        return false;
    }
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    front + back + 1 >= a.len().max(b.len())
}
