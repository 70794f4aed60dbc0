//! In: the offset of a tag's `<`. Out: the tag masked so that it ends where it was meant to end. Never leaves the tag,
//! except over the content of elements whose content is no markup.

use super::{Mask, mustache, pair};
use crate::message::Message;

/// Elements whose content is code, and how their end tags begin.
const RAW: [(&str, &str); 4] = [("script", "</script"), ("sjs", "</sjs"), ("style", "</style"), ("wxs", "</wxs")];

impl Mask<'_> {
    /// `<name …>`.
    pub(super) fn start_tag(&mut self, start: usize) -> usize {
        let name_end = self.name_end(start + 1);
        let mut at = name_end;
        self.strays = 0;
        loop {
            at = self.skip_space(at);
            at = match self.byte(at) {
                Some(b'>') => return self.raw_content(start + 1, name_end, at + 1),
                Some(b'/') if self.byte(at + 1) == Some(b'>') => return at + 2,
                Some(b'<') if self.opens_markup(at) => match self.comment_in_tag(at) {
                    Some(end) => end,
                    None => return self.finish_open(start, name_end, at),
                },
                None => return self.finish_open(start, name_end, at),
                Some(b'{') if pair(self.bytes, at, b"{{") => self.stray_mustache(at),
                Some(_) => self.attribute(at),
            };
        }
    }

    /// `</name>`, whose name starts at `name`.
    pub(super) fn end_tag(&mut self, start: usize, name: usize) -> usize {
        let name_end = self.name_end(name);
        let mut at = self.skip_space(name_end);
        if !matches!(self.byte(at), Some(b'>' | b'<') | None) {
            let shown = &self.text[name..name_end];
            self.problem(start, name_end, Message::new("problem-end-tag-attributes").with("name", shown));
        }
        loop {
            at = match self.byte(at) {
                Some(b'>') => return at + 1,
                Some(b'<') | None => return self.finish_open(start, name_end, at),
                // The tokeniser would look for the second of a quote.
                Some(_) => self.fill(at, at + 1, b' '),
            }
        }
    }

    /// A tag that has no `>`: the next markup or the end of the file stands at `at`.
    fn finish_open(&mut self, start: usize, name_end: usize, at: usize) -> usize {
        let shown = &self.text[start..name_end];
        self.problem(start, name_end, Message::new("problem-tag").with("name", shown));
        self.apart.push(crate::text::Span::new(start, at));
        at
    }

    /// Blanks code between a start tag that ends at `at` and its end tag.
    fn raw_content(&mut self, name: usize, name_end: usize, at: usize) -> usize {
        let name = &self.bytes[name..name_end];
        let Some((_, closer)) = RAW.iter().find(|(raw, _)| raw.as_bytes() == name) else { return at };
        match self.find(closer, at) {
            Some(end) => self.fill(at, end, b'x'),
            None => at,
        }
    }

    /// A comment between attributes becomes white space; `None` when there is none at `at`.
    fn comment_in_tag(&mut self, at: usize) -> Option<usize> {
        if !self.bytes[at..].starts_with(b"<!--") {
            return None;
        }
        let end = self.find("-->", at + 4)?;
        self.problem(at, end + 3, Message::new("problem-comment-in-tag"));
        self.directive(at, at + 4, end);
        Some(self.fill(at, end + 3, b' '))
    }

    /// `{{ }}` where an attribute belongs becomes white space, which no tokeniser takes for a name.
    fn stray_mustache(&mut self, at: usize) -> usize {
        let end = match mustache::end(self.bytes, at + 2, None) {
            Some(end) => end + 2,
            None => at + 2,
        };
        self.problem(at, end, Message::new("problem-mustache-attribute"));
        // Characters beyond ASCII stay as they are and would become names; a lone name of them is harmless.
        self.fill(at, end, b' ')
    }

    /// One attribute, or one character that cannot begin one.
    fn attribute(&mut self, start: usize) -> usize {
        let name_end = self.attribute_name_end(start);
        if self.bytes[start..name_end].iter().all(u8::is_ascii_punctuation) {
            let width = (name_end - start).max(1);
            for at in start..start + width {
                self.stray_in_tag(at);
            }
            return self.fill(start, start + width, b' ');
        }
        let equals = self.skip_space(name_end);
        if self.byte(equals) != Some(b'=') {
            return name_end;
        }
        let mut value = self.skip_space(equals + 1);
        while self.byte(value) == Some(b'=') {
            self.stray_in_tag(value);
            self.fill(value, value + 1, b' ');
            value = self.skip_space(value + 1);
        }
        match self.byte(value) {
            Some(quote @ (b'"' | b'\'')) => self.quoted(start, name_end, value, quote),
            Some(_) if !self.value_missing(equals, value) => self.unquoted(value),
            _ => {
                let shown = &self.text[start..name_end];
                self.problem(start, equals + 1, Message::new("problem-attribute-value").with("name", shown));
                self.fill(equals, equals + 1, b' ');
                value
            }
        }
    }

    /// An ASCII character that belongs to no attribute; each is said once for a tag.
    fn stray_in_tag(&mut self, at: usize) {
        let byte = self.bytes[at];
        let bit = 1u128 << (byte & 0x7f);
        if self.strays & bit == 0 {
            self.strays |= bit;
            self.stray(at, Message::new("problem-stray").with("character", char::from(byte).to_string()));
        }
    }

    /// Whether what stands at `value` is not the value of the attribute whose `=` stands at `equals`: `a= b="2"`, `a=>`.
    fn value_missing(&self, equals: usize, value: usize) -> bool {
        match self.byte(value) {
            Some(b'>' | b'<') => true,
            Some(b'/') => self.byte(value + 1) == Some(b'>'),
            _ => value > equals + 1 && self.assignment(value),
        }
    }

    /// `"value"` whose opening quote stands at `open`.
    fn quoted(&mut self, name: usize, name_end: usize, open: usize, quote: u8) -> usize {
        let mut at = open + 1;
        let mut tags = false;
        loop {
            match self.byte(at) {
                None => return self.unclosed(name, name_end, open),
                Some(byte) if byte == quote => break,
                Some(b'{') if pair(self.bytes, at, b"{{") => {
                    at = mustache::end(self.bytes, at + 2, Some(quote)).map_or(at + 2, |end| end + 2);
                    continue;
                }
                Some(b'<') => tags |= self.letter(at + 1) || self.byte(at + 1) == Some(b'/'),
                Some(_) => {}
            }
            at += 1;
        }
        if self.runs_over(open + 1, at, tags) {
            return self.unclosed(name, name_end, open);
        }
        self.mustaches_in(open + 1, at, Some(quote));
        at + 1
    }

    /// Whether the quote at `close` opens a later value rather than closing the one from `from`, because a closing
    /// quote was forgotten: the "value" ends with ` name=`, or goes on with a line of markup. `tags`: it holds tags.
    fn runs_over(&self, from: usize, close: usize, tags: bool) -> bool {
        let value = &self.bytes[from..close];
        let apart = matches!(self.byte(close + 1), None | Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n'));
        if apart && !tags && !value.contains(&b'\n') {
            return false;
        }
        if let Some(before) = value.trim_ascii_end().strip_suffix(b"=") {
            let before = before.trim_ascii_end();
            let name = before.iter().rev().take_while(|byte| is_name(**byte)).count();
            let ahead = before.len().checked_sub(name + 1).map(|at| before[at]);
            if name > 0 && ahead.is_some_and(|byte| byte.is_ascii_whitespace()) {
                return true;
            }
        }
        tags && value.first() != Some(&b'<') && value.split(|byte| *byte == b'\n').skip(1).any(begins_with_tag)
    }

    /// A value without its closing quote ends with its line, its tag, or before the next ` name=`.
    fn unclosed(&mut self, name: usize, name_end: usize, open: usize) -> usize {
        let mut at = open + 1;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\n' | b'\r' | b'>' => break,
                b'/' if self.byte(at + 1) == Some(b'>') => break,
                b' ' | b'\t' if self.assignment(at + 1) => break,
                b'{' if pair(self.bytes, at, b"{{") => {
                    at = mustache::end(self.bytes, at + 2, None).map_or(at + 2, |end| end + 2);
                }
                _ => at += 1,
            }
        }
        let shown = &self.text[name..name_end];
        self.problem(name, at, Message::new("problem-quote").with("name", shown));
        self.mustaches_in(open + 1, at, None);
        // With `x` for its quote and its white space the tokeniser takes it for an unquoted value.
        self.fill(open, at, b'x')
    }

    /// Masks the `{{ }}` between `from` and `to`.
    fn mustaches_in(&mut self, from: usize, to: usize, quote: Option<u8>) {
        let mut at = from;
        while at < to {
            at = if pair(self.bytes, at, b"{{") { self.mustache_in(at, quote) } else { at + 1 };
        }
    }

    /// A value without quotes.
    fn unquoted(&mut self, start: usize) -> usize {
        let mut at = start;
        while let Some(byte) = self.byte(at) {
            let last = matches!(self.byte(at + 1), None | Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n'));
            match byte {
                b'>' => break,
                b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => break,
                b'/' if self.byte(at + 1) == Some(b'>') => break,
                b'<' if self.opens_markup(at) => break,
                // `a=1, b=2`, and a closing quote that nothing opened: neither belongs to the value.
                b',' | b'"' | b'\'' if last => break,
                b'{' if pair(self.bytes, at, b"{{") => {
                    at = self.mustache(at);
                    continue;
                }
                b'"' | b'\'' | b'<' | b'=' => self.out[at] = b'x',
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// Whether `name=` stands at `at`.
    fn assignment(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        let name = rest.iter().take_while(|byte| is_name(**byte)).count();
        rest.first().is_some_and(u8::is_ascii_alphabetic) && rest.get(name) == Some(&b'=')
    }

    /// Whether the `<` at `at` opens a tag or a comment.
    fn opens_markup(&self, at: usize) -> bool {
        self.letter(at + 1)
            || self.byte(at + 1) == Some(b'/') && self.letter(at + 2)
            || self.bytes[at..].starts_with(b"<!--")
    }

    fn name_end(&self, from: usize) -> usize {
        let rest = &self.bytes[from..];
        let ends =
            |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'<' | b'/' | b'=' | b'"' | b'\'' | b',');
        from + rest.iter().position(ends).unwrap_or(rest.len())
    }

    /// The end of an attribute's name; `{{ }}` may be part of it.
    fn attribute_name_end(&mut self, from: usize) -> usize {
        let mut at = from;
        loop {
            let end = self.name_end(at);
            match (at..end).find(|at| pair(self.bytes, *at, b"{{")) {
                Some(open) => at = self.mustache(open),
                None => return end,
            }
        }
    }
}

/// The bytes of names of tags and attributes as people write them.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'@')
}

/// Whether a line begins with a tag.
fn begins_with_tag(line: &[u8]) -> bool {
    let mut bytes = line.trim_ascii_start().iter();
    bytes.next() == Some(&b'<') && bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/')
}
