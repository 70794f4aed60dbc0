//! In: a node of a view. Out: the dialog it stands in, by the names of elements and classes.

use crate::analyse::conditions::Condition;
use crate::app::App;
use crate::facts::script::Expr;
use crate::facts::template::Element;
use crate::model::view::View;
use std::collections::{BTreeMap, BTreeSet};

/// How deep components and slots are gone through for a dialog around a node.
const MAX_DEPTH: u32 = 8;
/// Longer conditions are cut: characters.
const MAX_WRITTEN: usize = 60;

/// The empty sheets of views, by the unit, once somebody has asked for those of a view.
#[derive(Default)]
pub(super) struct Backdrops(BTreeMap<u32, Vec<u32>>);

impl Backdrops {
    fn of(&mut self, app: &App<'_>, instance: u32, unit: u32, view: &View) -> &[u32] {
        self.0.entry(unit).or_insert_with(|| {
            let full: BTreeSet<u32> = view.nodes.iter().filter_map(|node| node.parent).collect();
            let nodes = (0..view.nodes.len() as u32).filter(|node| !full.contains(node));
            nodes.filter(|node| app.element(instance, *node).is_some_and(|element| is_backdrop(app, element))).collect()
        })
    }
}

/// The innermost dialog around a node of an instance's view, through the slots and components it stands in: the instance and
/// the node.
pub(super) fn dialog_around(app: &App<'_>, backdrops: &mut Backdrops, instance: u32, node: u32) -> Option<(u32, u32)> {
    let (mut instance, mut node) = (instance, node);
    for _ in 0..MAX_DEPTH {
        if let Some(found) = dialog_within(app, backdrops, instance, node, 0) {
            return Some(found);
        }
        let (outer, nodes) = app.live.instances[instance as usize].placed.as_ref()?;
        (instance, node) = (*outer, *nodes.first()?);
        if app.element(instance, node).is_some_and(|element| is_dialog(app, element)) {
            return Some((instance, node));
        }
    }
    None
}

fn dialog_within(app: &App<'_>, backdrops: &mut Backdrops, instance: u32, node: u32, depth: u32) -> Option<(u32, u32)> {
    let unit = app.live.instances[instance as usize].unit?;
    let view = app.live.views.get(&unit)?;
    let mut inside = node;
    for at in view.ancestors(node) {
        let marked = app.element(instance, at).is_some_and(|element| is_dialog(app, element));
        let empty = backdrops.of(app, instance, unit, view);
        if marked || has_backdrop(app, instance, view, empty, at) {
            return Some((instance, at));
        }
        let slot = app.slot_for(instance, view, inside, at).filter(|_| depth < MAX_DEPTH);
        let held = slot.and_then(|(inner, slot)| dialog_within(app, backdrops, inner, slot, depth + 1));
        if held.is_some() {
            return held;
        }
        inside = at;
    }
    None
}

/// Whether an element is shown together with an empty sheet that covers the page: a child of its own that is always there
/// with it, or a neighbour that is shown under the same name.
fn has_backdrop(app: &App<'_>, instance: u32, view: &View, backdrops: &[u32], at: u32) -> bool {
    let Some(names) = app.element(instance, at).and_then(|element| shown_under(app, element)) else { return false };
    let parent = view.nodes[at as usize].parent;
    backdrops.iter().any(|&other| {
        let around = view.nodes[other as usize].parent;
        let Some(element) = app.element(instance, other) else { return false };
        if other == at {
            return false;
        }
        match shown_under(app, element) {
            None => around == Some(at),
            Some(others) => around == parent && others.iter().any(|name| names.contains(name)),
        }
    })
}

/// The names that decide whether an element is shown; `None` when it always is.
fn shown_under(app: &App<'_>, element: &Element) -> Option<Vec<String>> {
    let mut names = None;
    for attribute in element.attributes.iter().filter(|attribute| app.hides_or_shows(&attribute.name)) {
        let names = names.get_or_insert_with(Vec::new);
        let Some(snippet) = attribute.value.as_ref().and_then(|value| value.expression()) else { continue };
        names.extend(snippet.body.exprs.iter().filter_map(|expr| match expr {
            Expr::Global(name) => Some(snippet.body.name(*name).to_string()),
            _ => None,
        }));
    }
    names
}

/// An element as people speak of it: `view.mask`.
pub(super) fn described(element: &Element) -> String {
    let class = element.literal("class").and_then(|c| c.split_whitespace().next());
    class.map_or_else(|| element.name.clone(), |class| format!("{}.{class}", element.name))
}

/// Whether an element's name, class or id marks it as a dialog.
pub(super) fn is_dialog(app: &App<'_>, element: &Element) -> bool {
    app.platform.markup.dialog_elements.contains(&element.name) || is_marked(element, &app.platform.markup.dialog_words)
}

fn is_backdrop(app: &App<'_>, element: &Element) -> bool {
    is_marked(element, &app.platform.markup.backdrop_words)
}

fn is_marked(element: &Element, marks: &[String]) -> bool {
    let literal = |name: &str| {
        let value = element.attribute(name).and_then(|attribute| attribute.value.as_ref());
        value.map(|value| {
            let texts = value.parts.iter().filter_map(|part| match part {
                crate::facts::template::Part::Text(text) => Some(text.as_str()),
                _ => None,
            });
            texts.collect::<Vec<_>>().join(" ")
        })
    };
    let named = std::iter::once(element.name.clone()).chain(literal("class")).chain(literal("id"));
    named.into_iter().any(|text| words(&text).iter().any(|word| marks.contains(word)))
}

/// Whether an element is a dialog by what it is, not by how it is dressed.
pub(super) fn is_dialog_element(app: &App<'_>, element: &Element) -> bool {
    app.platform.markup.dialog_elements.contains(&element.name)
        || words(&element.name).iter().any(|word| app.platform.markup.dialog_words.contains(word))
}

/// The words of a name: split at white space, `-`, `_` and capital letters; joined pairs count as well.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut fresh = true;
    let mut small = false;
    for c in text.chars() {
        if c.is_whitespace() || matches!(c, '-' | '_') {
            fresh = true;
            continue;
        }
        if fresh || (c.is_uppercase() && small) {
            parts.push(String::new());
        }
        fresh = false;
        small = c.is_lowercase() || c.is_numeric();
        if let Some(last) = parts.last_mut() {
            last.extend(c.to_lowercase());
        }
    }
    let pairs: Vec<String> = parts.windows(2).flat_map(|pair| [pair.concat(), pair.join("-")]).collect();
    parts.extend(pairs);
    parts
}

/// A condition as it is written, without white space.
pub(super) fn whole(app: &App<'_>, condition: &Condition) -> String {
    let shown = app.shown_node(condition.instance, condition.node);
    let text = shown
        .zip(app.condition_value(condition))
        .map(|(shown, value)| value.span.of(&app.model.files[shown.file as usize].text).split_whitespace().collect());
    text.unwrap_or_default()
}

/// A condition as it is written, cut when it is long.
pub(super) fn written(app: &App<'_>, condition: &Condition) -> String {
    let shown = app.shown_node(condition.instance, condition.node);
    let text = shown.zip(app.condition_value(condition)).map(|(shown, value)| {
        let text = value.span.of(&app.model.files[shown.file as usize].text);
        let text = text.trim().strip_prefix("{{").and_then(|text| text.strip_suffix("}}")).unwrap_or(text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    let text = text.unwrap_or_default();
    let cut: String = text.chars().take(MAX_WRITTEN).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { text }
}
