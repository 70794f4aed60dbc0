//! In: a unit's template. Out: what it shows, flattened: its own elements and those of templates and files it includes,
//! each with its parent on the screen. Never evaluates an expression.

use super::Model;
use crate::facts::template::{Element, NodeId, NodeKind, Part, Template};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// How deep templates include templates.
const MAX_DEPTH: usize = 64;
/// In a view of more nodes than these, what one place shows of one template is shown once: templates that use each other
/// several times each would grow beyond all bounds, with nothing in them that was not there before.
const MANY_NODES: usize = 8_000;
/// How many nodes a view holds at most.
pub const MAX_NODES: usize = 50_000;

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
    /// It would show more than a view may hold.
    pub cut: bool,
}

impl View {
    /// The view of a unit; empty when it has no template.
    pub fn of(model: &Model, unit: u32) -> View {
        let mut builder = Builder {
            model,
            view: View::default(),
            definitions: BTreeMap::new(),
            open: Vec::new(),
            shown: FxHashSet::default(),
        };
        if let Some(file) = model.units[unit as usize].template {
            builder.add_file(file, None, false);
        }
        builder.view
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
}

/// A view while it is put together.
struct Builder<'m> {
    model: &'m Model,
    view: View,
    /// The templates that a file can use, once it has used one.
    definitions: BTreeMap<u32, Rc<[Definition<'m>]>>,
    /// What is being written out: files (as their first node) and templates. None is written out within itself.
    open: Vec<(u32, NodeId)>,
    /// What was written out of what, and where: the element that uses it, and the file or template.
    shown: FxHashSet<[(u32, NodeId); 2]>,
}

/// A `<template name>`.
#[derive(Clone, Copy)]
struct Definition<'m> {
    file: u32,
    node: NodeId,
    template: &'m Template,
    /// `None` when it is worked out.
    name: Option<&'m str>,
}

impl<'m> Builder<'m> {
    fn add_file(&mut self, file: u32, parent: Option<u32>, templated: bool) {
        let Some(template) = self.model.files[file as usize].template() else { return };
        self.open.push((file, NodeId::MAX));
        self.add_nodes(file, template, 0..template.nodes.len(), parent, templated);
        self.open.pop();
    }

    /// Whether an element is to show this: not within itself, and in a large view once.
    fn is_new(&mut self, user: (u32, NodeId), used: (u32, NodeId)) -> bool {
        if self.open.contains(&used) {
            return false;
        }
        if self.open.len() > MAX_DEPTH {
            self.view.cut = true;
            return false;
        }
        self.shown.insert([user, used]) || self.view.nodes.len() < MANY_NODES
    }

    /// Adds these nodes of a file; definitions of templates are left out until they are used.
    fn add_nodes(
        &mut self,
        file: u32,
        template: &'m Template,
        nodes: Range<usize>,
        parent: Option<u32>,
        templated: bool,
    ) {
        let mut placed: Vec<Option<u32>> = vec![None; nodes.len()];
        let mut at = nodes.start;
        while at < nodes.end {
            let node = &template.nodes[at];
            if self.view.nodes.len() >= MAX_NODES {
                self.view.cut = true;
                return;
            }
            let definition = matches!(&node.kind, NodeKind::Element(element) if is_definition(element));
            if definition && !(at == nodes.start && templated) {
                at = end_of(template, at);
                continue;
            }
            let above = node.parent.and_then(|p| (p as usize).checked_sub(nodes.start)).and_then(|p| *placed.get(p)?);
            let id = self.view.nodes.len() as u32;
            self.view.nodes.push(Shown { file, node: at as NodeId, parent: above.or(parent), templated });
            placed[at - nodes.start] = Some(id);
            if let NodeKind::Element(element) = &node.kind {
                self.add_used((file, at as NodeId), element, id, templated);
            }
            at += 1;
        }
    }

    /// Adds what `<include src>` and `<template is>` stand for.
    fn add_used(&mut self, user: (u32, NodeId), element: &Element, id: u32, templated: bool) {
        let file = user.0;
        if element.name == "include" {
            let included = element.literal("src").and_then(|source| self.model.resolve_template(file, source));
            if let Some(included) = included.filter(|included| self.is_new(user, (*included, NodeId::MAX))) {
                self.add_file(included, Some(id), templated);
            }
        } else if element.name == "template" {
            let Some(is) = element.attribute("is").and_then(|a| a.value.as_ref()) else { return };
            let names = literals(is);
            let definitions = self.definitions_of(file);
            for definition in &*definitions {
                let meant =
                    |names: &Vec<String>| definition.name.is_some_and(|own| names.iter().any(|name| name == own));
                let used = (definition.file, definition.node);
                if names.as_ref().is_none_or(meant) && self.is_new(user, used) {
                    let nodes = definition.node as usize..end_of(definition.template, definition.node as usize);
                    self.open.push(used);
                    self.add_nodes(definition.file, definition.template, nodes, Some(id), true);
                    self.open.pop();
                }
            }
        }
    }

    fn definitions_of(&mut self, file: u32) -> Rc<[Definition<'m>]> {
        let model = self.model;
        self.definitions.entry(file).or_insert_with(|| definitions(model, file).into()).clone()
    }
}

fn is_definition(element: &Element) -> bool {
    element.name == "template" && element.attribute("name").is_some()
}

/// The texts a value may be, when they can be read off it; `None` when they cannot.
fn literals(value: &crate::facts::template::AttributeValue) -> Option<Vec<String>> {
    if let Some(text) = value.literal() {
        return Some(vec![text.to_string()]);
    }
    let mut found = Vec::new();
    for part in &value.parts {
        match part {
            Part::Text(_) | Part::Handler(..) | Part::Prop(..) => return None,
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
fn definitions(model: &Model, file: u32) -> Vec<Definition<'_>> {
    let defined =
        |file: u32| {
            let template = model.files[file as usize].template();
            template.into_iter().flat_map(move |template| {
                template
                    .elements()
                    .filter(|(_, element)| is_definition(element))
                    .map(move |(node, element)| Definition { file, node, template, name: element.literal("name") })
            })
        };
    let own = model.files[file as usize].template();
    let imports =
        own.into_iter().flat_map(|template| template.elements()).filter(|(_, element)| element.name == "import");
    let imported = imports.filter_map(|(_, element)| model.resolve_template(file, element.literal("src")?));
    defined(file).chain(imported.flat_map(defined)).collect()
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
