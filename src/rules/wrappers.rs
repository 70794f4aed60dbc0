//! In: authorization buttons that are custom components. Out: the elements inside that really ask, and whether what they hear
//! comes back to the page.

use crate::analyse::markup::Handlers;
use crate::app::flow::Start;
use crate::app::{App, Button, Known};
use std::collections::BTreeSet;

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

/// The elements of the program that really ask, inside the components among these buttons, each as a button of its own.
pub(super) fn inner_buttons(app: &mut App<'_>, buttons: &[Button]) -> Vec<Button> {
    let mut places: Vec<(u32, u32)> = Vec::new();
    for button in buttons {
        if let Inside::Elements(inner) = inside(app, button) {
            places.extend(inner);
        }
    }
    let mut known: BTreeSet<(u32, u32)> = buttons.iter().map(|button| (button.instance, button.node)).collect();
    let mut found = Vec::new();
    for (instance, node) in places.into_iter().filter(|place| known.insert(*place)).collect::<Vec<_>>() {
        let Some(unit) = app.live.instances[instance as usize].unit else { continue };
        let Some(shown) = app.live.views.get(&unit).map(|view| view.nodes[node as usize]) else { continue };
        if app.model.files[shown.file as usize].package {
            continue;
        }
        let attribute = app
            .element(instance, node)
            .and_then(|element| element.attribute(&app.platform.markup.auth_button.scope).cloned());
        let scopes = app.texts(instance, node, attribute.as_ref());
        found.push(Button { instance, node, unit, scopes, certain: true });
    }
    found
}

/// Whether none of the elements inside hears these events: whatever stands on the component, nobody is told.
pub(super) fn is_deaf(app: &App<'_>, inner: &[(u32, u32)], events: &[String]) -> bool {
    !inner.is_empty() && !inner.iter().any(|(instance, node)| handles(app, *instance, *node, events))
}

/// Whether a component hears these events inside but never calls the handlers that the page gave it for them.
pub(super) fn is_lost(app: &App<'_>, button: &Button, inner: &[(u32, u32)], events: &[String]) -> bool {
    let mut wanted = BTreeSet::new();
    for handlers in handlers(app, button.instance, button.node, events) {
        if handlers.unknown || handlers.names.iter().any(|(_, found)| !found) {
            return false;
        }
        wanted.extend(handlers.names.iter().flat_map(|(name, _)| app.method_codes(button.instance, name)));
    }
    if wanted.is_empty() || inner.is_empty() {
        return false;
    }
    let mut starts: Vec<Start<'_>> = Vec::new();
    for (instance, node) in inner {
        let Some(unit) = app.live.instances[*instance as usize].unit else { return false };
        let scopes = Known::default();
        let (found, unknown) =
            app.handlers(&Button { instance: *instance, node: *node, unit, scopes, certain: true }, events);
        if unknown || found.is_empty() {
            return false;
        }
        starts.extend(found);
    }
    let reach = app.reach(&starts, |_| true);
    let heard = reach.contexts().any(|ctx| wanted.contains(&app.machine.ctxs[ctx.0 as usize].code));
    !heard && !reach.is_unresolved(app)
}
