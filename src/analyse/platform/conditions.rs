//! In: a node of a view. Out: what its directives want to hold for it to be there, those of the elements before it in one chain
//! of `a:if`, `a:elif` and `a:else` included. Never looks at how an element is dressed.

use super::Machine;
use super::entry_points::LiveProgram;
use super::markup::condition;
use super::sight::Sight;
use crate::analyse::domain::value::Val;
use crate::facts::template::{AttributeValue, NodeKind, Part};
use crate::model::view::View;

/// An expression of an instance's view that must come out one way for a node to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The instance in whose data its names stand.
    pub instance: u32,
    /// The node that carries it.
    pub node: u32,
    /// Index of the attribute.
    pub attribute: usize,
    /// How it must come out.
    pub wanted: Wanted,
    /// The node that places a component it is looked at through: the component's instance and the node.
    pub through: Option<(u32, u32)>,
}

/// How an expression must come out for a node to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// True.
    True,
    /// False.
    False,
    /// As a style that does not take the node away.
    Displayed,
    /// As a list of at least one item.
    Listed,
}

/// What the directives of a node, and no other, want to hold.
pub fn of_node(machine: &Machine<'_>, live: &LiveProgram, instance: u32, node: u32) -> Vec<Condition> {
    let mut found = Vec::new();
    let unit = live.instances[instance as usize].unit;
    let Some(view) = unit.and_then(|unit| live.views.get(&unit)) else { return found };
    let Some(element) = view.element(machine.model, node) else { return found };
    let place = |node: u32, directive: &str, wanted: Wanted| {
        let element = view.element(machine.model, node)?;
        let own = condition(machine, element, directive)?;
        let attribute = element.attributes.iter().position(|other| std::ptr::eq(other, own))?;
        Some(Condition { instance, node, attribute, wanted, through: None })
    };
    found.extend(place(node, "if", Wanted::True));
    found.extend(place(node, "elif", Wanted::True));
    found.extend(place(node, "for", Wanted::Listed));
    if ["elif", "else"].iter().any(|directive| condition(machine, element, directive).is_some()) {
        for before in chain_before(machine, view, node) {
            found.extend(place(before, "if", Wanted::False));
            found.extend(place(before, "elif", Wanted::False));
        }
    }
    found
}

/// The elements of a chain before one of its later elements, the nearest first.
fn chain_before(machine: &Machine<'_>, view: &View, node: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let parent = view.nodes[node as usize].parent;
    let least = parent.map_or(0, |parent| parent + 1);
    for at in (least..node).rev().filter(|at| view.nodes[*at as usize].parent == parent) {
        let shown = view.nodes[at as usize];
        let template = machine.model.files[shown.file as usize].template();
        let element = template.and_then(|template| match &template.nodes[shown.node as usize].kind {
            NodeKind::Element(element) => Some(element),
            NodeKind::Text(_) => None,
        });
        let Some(element) = element else { continue };
        let begins = condition(machine, element, "if").is_some();
        if begins || condition(machine, element, "elif").is_some() {
            found.push(at);
        }
        if begins || condition(machine, element, "elif").is_none() {
            break;
        }
    }
    found
}

impl Machine<'_> {
    /// Whether a condition may hold in a state, and whether it may not.
    pub fn comes_out(&mut self, sight: Sight<'_>, condition: &Condition) -> (bool, bool) {
        let sight = Sight { placed: condition.through, ..sight };
        let unit = sight.live.instances[condition.instance as usize].unit;
        let Some(view) = unit.and_then(|unit| sight.live.views.get(&unit)) else { return (true, true) };
        let Some(element) = view.element(self.model, condition.node) else { return (true, true) };
        let (yes, no) = match (&element.attributes[condition.attribute].value, condition.wanted) {
            (None, _) => (true, false),
            (Some(value), Wanted::Displayed) => self.displays(sight, condition, value),
            (Some(value), Wanted::Listed) => self.lists(sight, condition.instance, condition.node, value),
            (Some(value), _) => {
                let set = self.seen(sight, condition.instance, condition.node, value);
                self.sets.truth(set)
            }
        };
        if condition.wanted == Wanted::False { (no, yes) } else { (yes, no) }
    }

    /// Whether a style may leave a node to be seen, and whether it may take it away. A part of it that is not known does not.
    fn displays(&mut self, sight: Sight<'_>, condition: &Condition, style: &AttributeValue) -> (bool, bool) {
        let mut seen = (true, false);
        for parts in declarations(style) {
            let declaration = AttributeValue { span: style.span, parts };
            let set = self.seen(sight, condition.instance, condition.node, &declaration);
            let values = self.sets.values(set);
            let takes_away = |value: &Val| matches!(value, Val::Str(text) if is_taken_away(self.atoms.text(*text)));
            if values.iter().any(takes_away) {
                seen = (seen.0 && !values.iter().all(takes_away), true);
            }
        }
        seen
    }
}

/// The declarations of a style, each with the expressions in it.
fn declarations(style: &AttributeValue) -> Vec<Vec<Part>> {
    let mut found: Vec<Vec<Part>> = vec![Vec::new()];
    for part in &style.parts {
        let Part::Text(text) = part else {
            found.last_mut().expect("there is one").push(part.clone());
            continue;
        };
        for (number, text) in text.split(';').enumerate() {
            if number > 0 {
                found.push(Vec::new());
            }
            if !text.trim().is_empty() {
                found.last_mut().expect("there is one").push(Part::Text(text.to_string()));
            }
        }
    }
    found.retain(|parts| !parts.is_empty());
    found
}

/// Whether declarations take an element away: `display: none`, `visibility: hidden`.
fn is_taken_away(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else { return false };
        let value = value.trim().trim_end_matches("!important").trim_end();
        matches!((property.trim(), value), ("display", "none") | ("visibility", "hidden"))
    })
}

/// Whether a node may be there in a state: no directive at or above it in its view says that it is not.
pub fn may_be_there(machine: &mut Machine<'_>, sight: Sight<'_>, instance: u32, node: u32) -> bool {
    let Some(unit) = sight.live.instances[instance as usize].unit else { return false };
    let view = &sight.live.views[&unit];
    std::iter::once(node).chain(view.ancestors(node)).all(|at| {
        let conditions = of_node(machine, sight.live, instance, at);
        conditions.iter().all(|condition| machine.comes_out(sight, condition).0)
    })
}
