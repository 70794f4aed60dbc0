//! In: tags and texts in source order. Out: the tree, with missing and stray end tags mended. Never reads characters.

use rustc_hash::FxHashMap;

use crate::facts::Problem;
use crate::facts::template::{AttributeValue, Element, Node, NodeId, NodeKind, Template};
use crate::message::Message;
use crate::text::Span;

/// Elements that nobody puts children into; left open they end with their own tag.
const VOID_LIKE: [&str; 5] = ["image", "import", "import-sjs", "include", "input"];

/// How many names [`Tree::overtaken`] remembers: it is searched for every stray end tag.
const OVERTAKEN: usize = 16;

/// The tree while it grows.
pub(super) struct Tree<'text> {
    text: &'text str,
    nodes: Vec<Node>,
    /// Elements whose end tag has not come, outermost first.
    stack: Vec<Open<'text>>,
    /// How many elements of a name are on the stack, so that a stray end tag does not search it.
    open: FxHashMap<&'text str, usize>,
    /// Void-like elements that nothing closed: what came behind them is not inside them.
    childless: Vec<bool>,
    /// Names whose end tag the latest end tag showed to be missing: `<a><b></a></b>` is one mistake.
    overtaken: Vec<&'text str>,
    /// The name closed last.
    closed: &'text str,
    problems: Vec<Problem>,
}

/// An element on the stack.
struct Open<'text> {
    node: NodeId,
    name: &'text str,
    /// A problem that explains a missing end tag has been reported.
    excused: bool,
}

impl<'text> Tree<'text> {
    /// An empty tree over `text`.
    pub(super) fn new(text: &'text str) -> Tree<'text> {
        Tree {
            text,
            nodes: Vec::new(),
            stack: Vec::new(),
            open: FxHashMap::default(),
            childless: Vec::new(),
            overtaken: Vec::new(),
            closed: "",
            problems: Vec::new(),
        }
    }

    /// A start tag. `excused`: its missing end tag, if it is missing, is no news.
    pub(super) fn start(&mut self, element: Element, self_closed: bool, excused: bool) {
        let name = element.name_span.of(self.text);
        let node = self.push(element.tag, NodeKind::Element(element));
        self.overtaken.clear();
        if self_closed {
            self.closed = name;
            return;
        }
        *self.open.entry(name).or_default() += 1;
        self.stack.push(Open { node, name, excused });
    }

    /// Text that is not only white space.
    pub(super) fn text(&mut self, value: AttributeValue) {
        self.push(value.span, NodeKind::Text(value));
    }

    /// An end tag: it closes the innermost open element of its name, and those inside that one.
    pub(super) fn end(&mut self, name: &'text str, tag: Span) {
        if self.open.get(name).is_none_or(|count| *count == 0) {
            return self.stray(name, tag);
        }
        self.overtaken.clear();
        while let Some(open) = self.pop() {
            if open.name == name {
                self.nodes[open.node as usize].span.end = tag.end;
                break;
            }
            self.unclosed(open, tag.start);
        }
        self.closed = name;
    }

    /// The end of the file.
    pub(super) fn finish(mut self) -> (Template, Vec<Problem>) {
        let end = self.text.len() as u32;
        while let Some(open) = self.pop() {
            self.unclosed(open, end);
        }
        self.adopt();
        (Template { nodes: self.nodes }, self.problems)
    }

    fn push(&mut self, span: Span, kind: NodeKind) -> NodeId {
        let node = self.nodes.len() as NodeId;
        let parent = self.stack.last().map(|open| open.node);
        self.nodes.push(Node { parent, span, kind });
        self.childless.push(false);
        node
    }

    fn pop(&mut self) -> Option<Open<'text>> {
        let open = self.stack.pop()?;
        if let Some(count) = self.open.get_mut(open.name) {
            *count -= 1;
        }
        Some(open)
    }

    /// An end tag whose element is not open.
    fn stray(&mut self, name: &'text str, tag: Span) {
        if let Some(at) = self.overtaken.iter().position(|overtaken| *overtaken == name) {
            self.overtaken.swap_remove(at);
            return;
        }
        let mut message = Message::new("problem-end-tag").with("name", name);
        if let Some(top) = self.stack.last_mut() {
            message = Message::new("problem-end-tag-open").with("name", name).with("open", top.name);
            // Mistyped, it was meant for the open element; behind a closed one of its name it is just too many.
            top.excused |= self.closed != name;
        }
        self.problems.push(Problem { span: tag, message, fatal: false });
    }

    /// An element without an end tag; `end` is where its parent's content stops.
    fn unclosed(&mut self, open: Open<'text>, end: u32) {
        let node = &mut self.nodes[open.node as usize];
        if VOID_LIKE.contains(&open.name) {
            self.childless[open.node as usize] = true;
            return;
        }
        let tag = node.span;
        node.span.end = end;
        // `<text>a<text>` is one mistake, the second was to be the end tag; it can leave a whole chain of them open.
        if let Some(parent) = self.stack.last_mut() {
            parent.excused |= parent.name == open.name;
        }
        if self.overtaken.len() < OVERTAKEN {
            self.overtaken.push(open.name);
        }
        if !open.excused {
            let message = Message::new("problem-unclosed").with("name", open.name);
            self.problems.push(Problem { span: tag, message, fatal: false });
        }
    }

    /// Gives what stands behind unclosed void-like elements to the elements around those. Parents come before their
    /// children, so one pass does.
    fn adopt(&mut self) {
        for at in 0..self.nodes.len() {
            if let Some(parent) = self.nodes[at].parent
                && self.childless[parent as usize]
            {
                self.nodes[at].parent = self.nodes[parent as usize].parent;
            }
        }
    }
}
