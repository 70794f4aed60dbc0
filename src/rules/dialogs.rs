//! In: a node of a view. Out: the dialog it stands in, and what must hold for it to be seen.

use crate::analyse::entry_points::Instance;
use crate::analyse::markup;
use crate::app::App;
use crate::facts::script::Expr;
use crate::facts::template::Element;
use crate::model::view::View;
use std::collections::{BTreeMap, BTreeSet};

/// How deep slots stand in slots at most.
const MAX_SLOTS: u32 = 8;

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

/// The innermost dialog around a node of an instance's view: the node. A component that shows what is written inside it in a
/// dialog is one.
pub(super) fn dialog_around(app: &App<'_>, backdrops: &mut Backdrops, instance: u32, node: u32) -> Option<u32> {
    around(app, backdrops, instance, node, 0)
}

fn around(app: &App<'_>, backdrops: &mut Backdrops, instance: u32, node: u32, depth: u32) -> Option<u32> {
    let unit = app.live.instances[instance as usize].unit?;
    let view = app.live.views.get(&unit)?;
    let mut inside = node;
    for at in view.ancestors(node) {
        let marked = app.element(instance, at).is_some_and(|element| is_dialog(app, element));
        let sheets = backdrops.of(app, instance, unit, view);
        if marked || has_backdrop(app, instance, view, sheets, at) {
            return Some(at);
        }
        let slot = (depth < MAX_SLOTS).then(|| slot_for(app, instance, view, inside, at)).flatten();
        if slot.is_some_and(|(inner, slot)| around(app, backdrops, inner, slot, depth + 1).is_some()) {
            return Some(at);
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
    for attribute in element.attributes.iter().filter(|attribute| visibility(app, &attribute.name).is_some()) {
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
                crate::facts::template::Part::Expression(..) | crate::facts::template::Part::Handler(..) => None,
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

/// A condition for a node to be seen: an expression of an instance's view that must come out one way.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// The instance in whose data its names stand.
    pub(super) instance: u32,
    /// The node that carries it.
    pub(super) node: u32,
    /// Index of the attribute.
    pub(super) attribute: usize,
    /// It must come out false.
    pub(super) negated: bool,
}

/// Everything that must hold for a node to be seen, from the inside out, through the components it stands in.
pub(super) fn conditions(app: &App<'_>, instance: u32, node: u32) -> Vec<Condition> {
    let mut found = Vec::new();
    collect(app, instance, node, &mut found, 0);
    found
}

fn collect(app: &App<'_>, instance: u32, node: u32, found: &mut Vec<Condition>, depth: u32) {
    within(app, instance, node, found, depth);
    let owner = &app.live.instances[instance as usize];
    if let (Some((outer, nodes)), true) = (&owner.placed, depth < 8)
        && let Some(first) = nodes.first()
    {
        collect(app, *outer, *first, found, depth + 1);
    }
}

/// What must hold within one view.
fn within(app: &App<'_>, instance: u32, node: u32, found: &mut Vec<Condition>, depth: u32) {
    let unit = app.live.instances[instance as usize].unit;
    let Some(view) = unit.and_then(|unit| app.live.views.get(&unit)) else { return };
    let mut inside = node;
    for at in std::iter::once(node).chain(view.ancestors(node)) {
        let Some(element) = app.element(instance, at) else { continue };
        let known = found.len();
        for (index, attribute) in element.attributes.iter().enumerate() {
            if let Some(negated) = visibility(app, &attribute.name) {
                found.push(Condition { instance, node: at, attribute: index, negated });
            }
        }
        // A component that is not told when to show what it holds decides that by itself.
        if found.len() == known
            && depth < 8
            && let Some((inner, slot)) = slot_for(app, instance, view, inside, at)
        {
            let mut own = Vec::new();
            within(app, inner, slot, &mut own, depth + 1);
            found.extend(own.into_iter().filter(|condition| is_flag(app, condition)));
        }
        inside = at;
    }
}

/// Whether a condition is a name or its opposite: of anything else it is hard to say what makes it hold.
fn is_flag(app: &App<'_>, condition: &Condition) -> bool {
    let element = app.element(condition.instance, condition.node);
    let value = element.and_then(|element| element.attributes[condition.attribute].value.as_ref());
    let Some(snippet) = value.and_then(|value| value.expression()) else { return false };
    let exprs = &snippet.body.exprs;
    match &exprs[snippet.root as usize] {
        Expr::Not(inner) => matches!(exprs[*inner as usize], Expr::Global(_)),
        expr => matches!(expr, Expr::Global(_)),
    }
}

/// Where a component that stands at `at` shows what is written inside it: its instance and the one `<slot>` for the child
/// `inside`.
fn slot_for(app: &App<'_>, instance: u32, view: &View, inside: u32, at: u32) -> Option<(u32, u32)> {
    if view.nodes[inside as usize].parent != Some(at) {
        return None;
    }
    let placed_here =
        |made: &Instance| made.placed.as_ref().is_some_and(|(o, nodes)| *o == instance && nodes.contains(&at));
    let inner = app.live.instances.iter().position(placed_here)? as u32;
    let unit = app.live.instances[inner as usize].unit?;
    let name = app.element(instance, inside).and_then(|child| child.literal("slot")).unwrap_or("");
    let nodes = 0..app.live.views.get(&unit)?.nodes.len() as u32;
    let mut slots = nodes.filter(|at| {
        let slot = app.element(inner, *at).filter(|element| element.name == "slot");
        slot.is_some_and(|slot| slot.literal("name").unwrap_or("") == name)
    });
    let slot = slots.next()?;
    slots.next().is_none().then_some((inner, slot))
}

/// Whether an attribute decides about visibility: `Some(true)` when it hides.
fn visibility(app: &App<'_>, name: &str) -> Option<bool> {
    let rules = &app.platform.markup;
    if rules.directive_prefixes.iter().any(|prefix| matches!(name.strip_prefix(prefix.as_str()), Some("if" | "elif"))) {
        return Some(false);
    }
    let plain = |name: &str| name.to_ascii_lowercase().replace('-', "");
    let name = plain(name);
    rules.visibility_attributes.iter().find_map(|row| match row.strip_prefix('!') {
        Some(hides) => (plain(hides) == name).then_some(true),
        None => (plain(row) == name).then_some(false),
    })
}

/// Whether a condition may hold, and whether it must, with the data as it may ever be.
pub(super) fn holds(app: &mut App<'_>, condition: &Condition) -> (bool, bool) {
    let Some(element) = app.element(condition.instance, condition.node).cloned() else { return (true, false) };
    let Some(value) = &element.attributes[condition.attribute].value else { return (true, true) };
    let scope = markup::scope(&app.live, condition.instance, condition.node);
    let set = app.machine.attribute_value(value, scope);
    let (yes, no) = app.machine.sets.truth(set);
    if condition.negated { (no, !yes) } else { (yes, !no) }
}

/// Whether a node is seen before anything has happened: all its conditions hold, or may hold, with the data that is
/// declared.
pub(super) fn shown_at_first(app: &mut App<'_>, instance: u32, node: u32) -> bool {
    conditions(app, instance, node).iter().all(|condition| {
        let Some(element) = app.element(condition.instance, condition.node).cloned() else { return true };
        let Some(value) = &element.attributes[condition.attribute].value else { return true };
        let Some(snippet) = value.expression() else { return holds(app, condition).0 };
        let body = &snippet.body;
        // A name, or its opposite; anything else may hold.
        let (id, negated) = match &body.exprs[snippet.root as usize] {
            Expr::Not(inner) => (*inner, !condition.negated),
            _ => (snippet.root, condition.negated),
        };
        let Expr::Global(name) = &body.exprs[id as usize] else { return true };
        match app.initial_data(condition.instance, body.name(*name)) {
            Some(set) => {
                let (yes, no) = app.machine.sets.truth(set);
                if negated { no } else { yes }
            }
            None => true,
        }
    })
}
