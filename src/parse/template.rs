//! In: the text of an `.axml` file. Out: its elements, attributes and texts, each with its place, and what is broken.
//! Never resolves a name, never asks what an element means.
//!
//! AXML is not XML: the text is first masked ([`mask`]) to what a tokeniser for XML takes, at the same length, so that
//! the tokeniser's places are places of the source. Tags become a tree in [`tree`].

mod mask;
mod mustache;
mod tree;
mod value;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::facts::template::{Attribute, AttributeValue, Element, Part, Template};
use crate::facts::{Directive, Problem};
use crate::message::Message;
use crate::text::Span;
use mask::Masked;
use tree::Tree;

/// Reads an `.axml` file, without its byte order mark. Whatever is wrong with it, what can be understood is in the
/// result; problems and directives come in the order of their places. Comments are dropped. A text's span and its
/// parts go without outer white space.
pub fn read(text: &str) -> (Template, Vec<Problem>, Vec<Directive>) {
    let masked = mask::mask(text);
    let mut walk = Walk { text, masked: &masked, tree: Tree::new(text) };
    let mut problems = masked.problems.clone();
    let mut from = 0;
    for apart in &masked.apart {
        problems.extend(walk.run(from, apart.start as usize));
        walk.unfinished(*apart);
        from = apart.end as usize;
    }
    problems.extend(walk.run(from, text.len()));
    let (template, broken) = walk.tree.finish();
    problems.extend(broken);
    // A problem at a place where the mask had nothing left may end before it begins.
    problems.iter_mut().for_each(|problem| problem.span.end = problem.span.end.max(problem.span.start));
    problems.sort_by_key(|problem| problem.span);
    (template, problems, masked.directives)
}

/// The text that [`read`] hands to the tokeniser: as long as `text`, with the same character boundaries, and equal to
/// it where `text` is plain markup. For tests of the reader.
pub fn masked(text: &str) -> String {
    mask::mask(text).text
}

/// The way through the masked text.
struct Walk<'a> {
    text: &'a str,
    masked: &'a Masked,
    tree: Tree<'a>,
}

impl<'a> Walk<'a> {
    /// Reads the markup from `from` to `to`, which holds whole tags only. A problem is a hole in the mask.
    fn run(&mut self, from: usize, to: usize) -> Option<Problem> {
        let mut reader = Reader::from_str(&self.masked.text[from..to]);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        // Trimmed names would hide where the tag ends.
        config.trim_markup_names_in_closing_tags = false;
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => return None,
                Ok(Event::Start(tag)) => self.start(&tag, false),
                Ok(Event::Empty(tag)) => self.start(&tag, true),
                Ok(Event::End(tag)) => self.end(self.place(&tag)),
                Ok(Event::Text(text)) => self.content(self.place(&text)),
                Ok(Event::CData(text)) => self.verbatim(self.place(&text)),
                Ok(_) | Err(quick_xml::Error::IllFormed(_)) => {}
                Err(error) => {
                    let message = Message::new("problem-markup").with("reason", error.to_string());
                    return Some(Problem { span: Span::new(from, to), message, fatal: false });
                }
            }
        }
    }

    /// A tag without `>`; anything else that was set apart is nothing.
    fn unfinished(&mut self, span: Span) {
        let Some(tag) = span.of(&self.masked.text).strip_prefix('<') else { return };
        if tag.starts_with('/') {
            return self.end_named(span);
        }
        let name = tag.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(tag.len());
        let element = self.element(&BytesStart::from_content(tag, name), span);
        self.tree.start(element, false, true);
    }

    fn start(&mut self, tag: &BytesStart, self_closed: bool) {
        let inside = self.place(tag);
        let tail = if self_closed { 2 } else { 1 };
        let element = self.element(tag, Span { start: inside.start - 1, end: inside.end + tail });
        self.tree.start(element, self_closed, false);
    }

    /// An end tag by the inside of `</ >`.
    fn end(&mut self, inside: Span) {
        self.end_named(Span { start: inside.start - 2, end: inside.end + 1 });
    }

    /// An end tag by its place.
    fn end_named(&mut self, tag: Span) {
        let inside = tag.of(self.text).trim_start_matches(|c: char| c == '<' || c == '/' || c.is_ascii_whitespace());
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '<' | '/' | '=' | '"' | '\'' | ',');
        let name = inside.split(ends).next().unwrap_or("");
        self.tree.end(name, tag);
    }

    /// Text between tags.
    fn content(&mut self, raw: Span) {
        let all = raw.of(self.text);
        let start = raw.start as usize + (all.len() - all.trim_start().len());
        let text = all.trim();
        if !text.is_empty() {
            let span = Span::new(start, start + text.len());
            self.tree.text(value::read(self.text, span, &self.masked.mustaches));
        }
    }

    /// The inside of CDATA.
    fn verbatim(&mut self, span: Span) {
        let text = span.of(self.text);
        if !text.trim().is_empty() {
            self.tree.text(AttributeValue { span, parts: vec![Part::Text(text.to_owned())] });
        }
    }

    fn element(&self, start: &BytesStart, tag: Span) -> Element {
        let name_span = self.place(start.name().as_ref());
        let mut attributes = Vec::new();
        let mut raw = start.html_attributes();
        // Without errors for duplicates; the mask leaves no other.
        for attribute in raw.with_checks(false).flatten() {
            attributes.push(self.attribute(attribute.key.as_ref(), &attribute.value));
        }
        Element { name: name_span.of(self.text).to_owned(), tag, name_span, attributes }
    }

    fn attribute(&self, key: &str, value: &str) -> Attribute {
        let name_span = self.place(key);
        let name = name_span.of(self.text).to_owned();
        let Some(mut inside) = self.try_place(value) else {
            return Attribute { name, name_span, span: name_span, value: None };
        };
        let quote_at =
            |at: u32| self.masked.text.as_bytes().get(at as usize).is_some_and(|b| matches!(b, b'"' | b'\''));
        let quoted = quote_at(inside.start - 1);
        let end = if quoted { inside.end + 1 } else { inside.end };
        // A quote that the mask hid is the first of a value without its second.
        if !quoted && matches!(self.text.as_bytes().get(inside.start as usize), Some(b'"' | b'\'')) {
            inside.start += 1;
        }
        let value = value::read(self.text, inside, &self.masked.mustaches);
        Attribute { name, name_span, span: Span { start: name_span.start, end }, value: Some(value) }
    }

    /// Where a piece of the masked text stands.
    fn place(&self, piece: &str) -> Span {
        self.try_place(piece).expect("the tokeniser hands out pieces of its input")
    }

    /// `None` for a string from elsewhere: attributes without a value come with a constant `""`.
    fn try_place(&self, piece: &str) -> Option<Span> {
        let base = self.masked.text.as_ptr().addr();
        let start = piece.as_ptr().addr().checked_sub(base)?;
        (start + piece.len() <= self.masked.text.len()).then(|| Span::new(start, start + piece.len()))
    }
}

#[cfg(test)]
mod tests;
