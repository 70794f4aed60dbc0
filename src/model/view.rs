//! In: a unit's template. Out: what it shows, flattened: its own elements and those of templates and files it includes,
//! each with its parent on the screen. Never evaluates an expression.

use super::Model;
use crate::facts::template::{Element, NodeId, NodeKind, Part, Template};

/// How deep templates include templates.
const MAX_DEPTH: u32 = 8;
/// How many nodes a view holds at most.
const MAX_NODES: usize = 50_000;

/// A node of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The file it is written in.
    pub file: u32,
    /// The node there.
    pub node: NodeId,
    /// The node around it, in the view.
    pub parent: Option<u32>,
    /// It stands in a `<template>`, whose names are not the unit's data.
    pub templated: bool,
}

/// A unit's view; nodes stand after their parents.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// In document order.
    pub nodes: Vec<Shown>,
}

impl View {
    /// The view of a unit; empty when it has no template.
    pub fn of(model: &Model, unit: u32) -> View {
        let mut view = View::default();
        if let Some(file) = model.units[unit as usize].template {
            view.add_file(model, file, None, false, 0);
        }
        view
    }

    /// The element of a node; `None` for text.
    pub fn element<'m>(&self, model: &'m Model, at: u32) -> Option<&'m Element> {
        let shown = self.nodes[at as usize];
        model.files[shown.file as usize].template()?.element(shown.node)
    }

    /// The nodes around a node, innermost first.
    pub fn ancestors(&self, at: u32) -> impl Iterator<Item = u32> {
        let up = |at: u32| self.nodes[at as usize].parent;
        std::iter::successors(up(at), move |at| up(*at))
    }

    fn add_file(&mut self, model: &Model, file: u32, parent: Option<u32>, templated: bool, depth: u32) {
        let Some(template) = model.files[file as usize].template() else { return };
        self.add_nodes(model, file, template, 0, template.nodes.len(), parent, templated, depth);
    }

    /// Adds the nodes `from..to` of a file; definitions of templates are left out until they are used.
    #[expect(clippy::too_many_arguments, reason = "a walk over one file's nodes needs its bounds and its surroundings")]
    fn add_nodes(
        &mut self,
        model: &Model,
        file: u32,
        template: &Template,
        from: usize,
        to: usize,
        parent: Option<u32>,
        templated: bool,
        depth: u32,
    ) {
        let mut placed: Vec<Option<u32>> = vec![None; to - from];
        let mut at = from;
        while at < to {
            let node = &template.nodes[at];
            if self.nodes.len() >= MAX_NODES {
                return;
            }
            let definition =
                matches!(&node.kind, NodeKind::Element(e) if e.name == "template" && e.attribute("name").is_some());
            if definition && !(at == from && templated) {
                at = end_of(template, at);
                continue;
            }
            let above = node.parent.and_then(|p| (p as usize).checked_sub(from)).and_then(|p| *placed.get(p)?);
            let id = self.nodes.len() as u32;
            self.nodes.push(Shown { file, node: at as NodeId, parent: above.or(parent), templated });
            placed[at - from] = Some(id);
            if let (NodeKind::Element(element), true) = (&node.kind, depth < MAX_DEPTH) {
                self.add_used(model, file, template, element, id, templated, depth);
            }
            at += 1;
        }
    }

    /// Adds what `<include src>` and `<template is>` stand for.
    #[expect(clippy::too_many_arguments, reason = "see add_nodes")]
    fn add_used(
        &mut self,
        model: &Model,
        file: u32,
        template: &Template,
        element: &Element,
        id: u32,
        templated: bool,
        depth: u32,
    ) {
        if element.name == "include" {
            let source = element.attribute("src").and_then(|a| a.value.as_ref()).and_then(|value| value.literal());
            let included = source.and_then(|source| model.resolve_template(file, source));
            if let Some(included) = included.filter(|included| *included != file) {
                self.add_file(model, included, Some(id), templated, depth + 1);
            }
        } else if element.name == "template" {
            let Some(is) = element.attribute("is").and_then(|a| a.value.as_ref()) else { return };
            let names = literals(is);
            for (file, node) in definitions(model, file, template) {
                let Some(definition) = model.files[file as usize].template() else { continue };
                let name = definition.element(node).and_then(|e| e.attribute("name")?.value.as_ref()?.literal());
                let meant = names.as_ref().is_none_or(|names| name.is_some_and(|name| names.iter().any(|n| n == name)));
                if meant {
                    let end = end_of(definition, node as usize);
                    self.add_nodes(model, file, definition, node as usize, end, Some(id), true, depth + 1);
                }
            }
        }
    }
}

/// The texts a value may be, when they can be read off it; `None` when they cannot.
fn literals(value: &crate::facts::template::AttributeValue) -> Option<Vec<String>> {
    if let Some(text) = value.literal() {
        return Some(vec![text.to_string()]);
    }
    let mut found = Vec::new();
    for part in &value.parts {
        match part {
            Part::Text(_) => return None,
            Part::Expression(snippet, _) => {
                let body = &snippet.as_ref()?.body;
                let strings = body.exprs.iter().filter_map(|expr| match expr {
                    crate::facts::script::Expr::Str(name) => Some(body.name(*name).to_string()),
                    _ => None,
                });
                found.extend(strings);
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The templates a file defines, and those of the files it imports.
fn definitions(model: &Model, file: u32, template: &Template) -> Vec<(u32, NodeId)> {
    let defined = |file: u32, template: &Template| -> Vec<(u32, NodeId)> {
        let is_definition = |(_, e): &(NodeId, &Element)| e.name == "template" && e.attribute("name").is_some();
        template.elements().filter(is_definition).map(|(id, _)| (file, id)).collect()
    };
    let mut found = defined(file, template);
    for (_, element) in template.elements() {
        if element.name != "import" {
            continue;
        }
        let source = element.attribute("src").and_then(|a| a.value.as_ref()).and_then(|value| value.literal());
        let Some(other) = source.and_then(|source| model.resolve_template(file, source)) else { continue };
        if let Some(template) = model.files[other as usize].template() {
            found.extend(defined(other, template));
        }
    }
    found
}

/// One past the last node inside `node`.
fn end_of(template: &Template, node: usize) -> usize {
    let end = template.nodes[node].span.end;
    let mut at = node + 1;
    while template.nodes.get(at).is_some_and(|inner| inner.span.start < end) {
        at += 1;
    }
    at
}
