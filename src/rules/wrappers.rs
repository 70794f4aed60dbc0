//! In: authorization buttons that are custom components. Out: the elements inside that really ask.

use crate::analyse::markup::Handlers;
use crate::app::{App, Button};

/// How deep components stand in components at most.
const MAX_DEPTH: u32 = 4;

/// What a button turns out to be.
pub(super) enum Inside {
    /// A native element, or a component that is not there to read: the button speaks for itself.
    Itself,
    /// A component: the elements in it (instance and node) that are given an open type.
    Elements(Vec<(u32, u32)>),
}

/// Looks into a button.
pub(super) fn inside(app: &App<'_>, button: &Button) -> Inside {
    let mut found = Vec::new();
    match collect(app, button.instance, button.node, &mut found, 0) {
        true => Inside::Elements(found),
        false => Inside::Itself,
    }
}

/// Whether the element is a component of the program; if so, its own elements with an open type are added.
fn collect(app: &App<'_>, instance: u32, node: u32, found: &mut Vec<(u32, u32)>, depth: u32) -> bool {
    let Some(unit) = app.live.instances[instance as usize].unit else { return false };
    let Some(element) = app.element(instance, node) else { return false };
    let Some(component) = app.model.component(unit, &element.name) else { return false };
    let Some(view) = app.live.views.get(&component) else { return false };
    if view.nodes.is_empty() || depth > MAX_DEPTH {
        return false;
    }
    for &at in app.placed_in(instance) {
        let inner = &app.live.instances[at as usize];
        let here = inner.placed.as_ref().is_some_and(|(_, nodes)| nodes.contains(&node));
        if inner.unit != Some(component) || !here {
            continue;
        }
        for inner_node in 0..view.nodes.len() as u32 {
            let open_type = &app.platform.markup.auth_button.open_type;
            let asks = app.element(at, inner_node).is_some_and(|inner| inner.attribute(open_type).is_some());
            if asks && !collect(app, at, inner_node, found, depth + 1) {
                found.push((at, inner_node));
            }
        }
    }
    true
}

/// The handlers of an element for one of these events.
pub(super) fn handlers<'a>(
    app: &'a App<'_>,
    instance: u32,
    node: u32,
    events: &'a [String],
) -> impl Iterator<Item = &'a Handlers> {
    app.live.handlers_at(instance, node).filter(move |handlers| events.contains(&handlers.event))
}

/// Whether an element handles one of these events, as far as its markup says.
pub(super) fn handles(app: &App<'_>, instance: u32, node: u32, events: &[String]) -> bool {
    handlers(app, instance, node, events).any(|handlers| handlers.unknown || !handlers.names.is_empty())
}
