//! In: a box of a view. Out: whether the words beside it say that it is for an agreement.

use super::{dialogs, phrases};
use crate::app::App;
use crate::facts::template::{AttributeValue, Element, NodeKind, Part};
use crate::model::view::View;

/// How far up words are looked for while there are none.
const UP: usize = 3;

/// Whether a box is for an agreement: `Some(true)` when the words beside it say so, `Some(false)` when only the name of a
/// handler, class or id does.
pub(super) fn told(app: &App<'_>, instance: u32, node: u32, element: &Element) -> Option<bool> {
    let unit = app.live.instances[instance as usize].unit?;
    let view = app.live.views.get(&unit)?;
    let text = beside(app, view, instance, node);
    if !text.trim().is_empty() {
        return phrases::hold(&app.platform.agreement.words, &text).then_some(true);
    }
    let named = element.attributes.iter().filter(|attribute| {
        matches!(attribute.name.as_str(), "class" | "id") || app.machine.event_of(&attribute.name).is_some()
    });
    let literals = named.filter_map(|attribute| attribute.value.as_ref()?.literal());
    let mut names = literals.flat_map(dialogs::words);
    names.any(|word| app.platform.agreement.words.contains(&word)).then_some(false)
}

/// The text of the label around a box; without one, the text of what stands around it, up to the neighbouring boxes.
fn beside(app: &App<'_>, view: &View, instance: u32, node: u32) -> String {
    let own = text_within(app, view, node, None);
    if !own.trim().is_empty() {
        return own;
    }
    let is_label = |at: &u32| app.element(instance, *at).is_some_and(|element| element.name == "label");
    if let Some(label) = view.ancestors(node).find(is_label) {
        return text_within(app, view, label, None);
    }
    for around in view.ancestors(node).take(UP) {
        let boxes = inside(view, around).into_iter().filter(|at| is_box(app, view, *at)).collect::<Vec<_>>();
        let next = boxes.iter().copied().find(|at| *at > node);
        let before = boxes.iter().copied().filter(|at| *at < node).max();
        let after = text_within(app, view, around, Some((node, next.unwrap_or(u32::MAX))));
        let text = if after.trim().is_empty() || boxes.len() == 1 {
            text_within(app, view, around, Some((before.unwrap_or(0), next.unwrap_or(u32::MAX))))
        } else {
            after
        };
        if !text.trim().is_empty() {
            return text;
        }
    }
    roots_text(app, view, node)
}

/// The text behind a box that stands at the top of its view.
fn roots_text(app: &App<'_>, view: &View, node: u32) -> String {
    if view.nodes[node as usize].parent.is_some() {
        return String::new();
    }
    let after = (node + 1..view.nodes.len() as u32).take_while(|at| !is_box(app, view, *at));
    after.filter(|at| view.nodes[*at as usize].parent.is_none()).map(|at| text_of(app, view, at)).collect()
}

fn is_box(app: &App<'_>, view: &View, node: u32) -> bool {
    view.element(app.model, node).is_some_and(|element| app.platform.agreement.elements.contains(&element.name))
}

/// The nodes inside a node; they stand behind it.
fn inside(view: &View, node: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for at in node + 1..view.nodes.len() as u32 {
        if !view.ancestors(at).any(|above| above == node) {
            break;
        }
        found.push(at);
    }
    found
}

fn text_within(app: &App<'_>, view: &View, node: u32, between: Option<(u32, u32)>) -> String {
    let fits = |at: &u32| between.is_none_or(|(from, to)| *at >= from && *at < to);
    inside(view, node).into_iter().filter(fits).map(|at| text_of(app, view, at) + " ").collect()
}

fn text_of(app: &App<'_>, view: &View, node: u32) -> String {
    let shown = view.nodes[node as usize];
    let Some(template) = app.model.files[shown.file as usize].template() else { return String::new() };
    match &template.nodes[shown.node as usize].kind {
        NodeKind::Text(value) => literal_parts(value),
        NodeKind::Element(_) => String::new(),
    }
}

fn literal_parts(value: &AttributeValue) -> String {
    let texts = value.parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        Part::Expression(..) | Part::Handler(..) | Part::Prop(..) => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}
