//! In: nothing. Out: what an `.axml` file says: elements, attributes, texts, each with its place. Never resolves a name.

use super::script::{FnId, Snippet};
use crate::text::Span;

/// Index of a node in [`Template::nodes`].
pub type NodeId = u32;

/// A template: nodes in document order (an element stands before its children).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// All nodes, in document order.
    pub nodes: Vec<Node>,
}

/// An element or a piece of text; comments are dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The enclosing element; `None` at the top (a template may have several roots).
    pub parent: Option<NodeId>,
    /// From `<` of the start tag to `>` of the end tag, or the text's own range.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `<name …>`.
    Element(Element),
    /// Text between tags that is not only white space.
    Text(AttributeValue),
}

/// An element's own tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Tag name as written, e.g. `button`.
    pub name: String,
    /// The start tag, from `<` to `>`.
    pub tag: Span,
    /// The name inside the start tag.
    pub name_span: Span,
    /// In source order; duplicates are kept.
    pub attributes: Vec<Attribute>,
}

/// One attribute of a start tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// As written, e.g. `open-type`, `a:if`, `onTap`.
    pub name: String,
    /// The name's place.
    pub name_span: Span,
    /// Name, `=` and value with its quotes.
    pub span: Span,
    /// `None` for an attribute without a value.
    pub value: Option<AttributeValue>,
}

/// A value: literal text mixed with `{{ }}` expressions.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeValue {
    /// Inside the quotes.
    pub span: Span,
    /// The pieces in order; neighbours of kind `Text` do not occur; empty for `""`.
    pub parts: Vec<Part>,
}

/// A piece of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Literal text (entities such as `&amp;` decoded).
    Text(String),
    /// The inside of `{{ }}`; `None` when it is no expression.
    Expression(Option<Snippet>, Span),
    /// What the code that runs gives an element under a name: the element stands in code.
    Prop(NodeId, String, Span),
    /// A function of the file's script that runs code written here.
    Handler(FnId, Span),
}

impl Template {
    /// The elements with their ids, in document order.
    pub fn elements(&self) -> impl Iterator<Item = (NodeId, &Element)> {
        self.nodes.iter().enumerate().filter_map(|(id, node)| match &node.kind {
            NodeKind::Element(element) => Some((id as NodeId, element)),
            NodeKind::Text(_) => None,
        })
    }

    /// The element with this id; `None` for a text node.
    pub fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.nodes.get(id as usize)?.kind {
            NodeKind::Element(element) => Some(element),
            NodeKind::Text(_) => None,
        }
    }

    /// The enclosing elements of a node, innermost first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &Element)> {
        let up = |id: NodeId| self.nodes.get(id as usize).and_then(|node| node.parent);
        std::iter::successors(up(id), move |id| up(*id)).filter_map(|id| Some((id, self.element(id)?)))
    }

    /// The direct children of an element (or the roots, for `None`), in document order.
    pub fn children(&self, parent: Option<NodeId>) -> impl Iterator<Item = NodeId> {
        let from = parent.map_or(0, |id| id as usize + 1);
        (from..self.nodes.len()).filter(move |id| self.nodes[*id].parent == parent).map(|id| id as NodeId)
    }
}

impl Element {
    /// The last attribute of this name. Names compare as written except that `open-type`, `openType` and `opentype`
    /// are one: case and `-` do not count outside event names (UI kits write camel case, native code kebab case).
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().rev().find(|attribute| attribute.name == name).or_else(|| {
            let same = |attribute: &&Attribute| !attribute.name.starts_with("on") && same_name(&attribute.name, name);
            self.attributes.iter().rev().find(same)
        })
    }

    /// The text of the attribute of this name (see [`Element::attribute`]); `None` without one, and for a value with `{{ }}`.
    pub fn literal(&self, name: &str) -> Option<&str> {
        self.attribute(name)?.value.as_ref()?.literal()
    }
}

/// Whether two names are one apart from `-` and case.
fn same_name(a: &str, b: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_lowercase())
    }
    // Cheap to tell apart, most of the time: by their first letter.
    if a.as_bytes().first().map(u8::to_ascii_lowercase) != b.as_bytes().first().map(u8::to_ascii_lowercase) {
        return false;
    }
    letters(a).eq(letters(b))
}

impl AttributeValue {
    /// The text when it holds no expression.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The expression when the value is nothing but one `{{ }}`.
    pub fn expression(&self) -> Option<&Snippet> {
        match self.parts.as_slice() {
            [Part::Expression(snippet, _)] => snippet.as_ref(),
            _ => None,
        }
    }
}
