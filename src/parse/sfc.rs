//! In: the text of a file of several blocks (`<template>`, `<script>`, `<style>`). Out: the blocks with their places. Never reads a
//! block.

use crate::text::Span;

/// A block.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    /// `template`, `script` or what else it is called.
    pub(super) name: String,
    /// Between its tags.
    pub(super) inside: Span,
    /// The attributes of its start tag: names and values.
    pub(super) attributes: Vec<(String, String)>,
}

impl Block {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The blocks of `text`, in their order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|open| at + open) {
        let rest = &text[open..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(text.len(), |end| open + end + 3);
            continue;
        }
        let name = word(&rest[1..]);
        if name.is_empty() {
            at = open + 1;
            continue;
        }
        let Some((end, closed)) = end_of_tag(text, open + 1 + name.len()) else { break };
        let attributes = attributes(&text[open + 1 + name.len()..end]);
        let (close, next) = if closed { (end + 1, end + 1) } else { close_of(text, name, end + 1) };
        found.push(Block { name: name.to_owned(), inside: Span::new(end + 1, close.max(end + 1)), attributes });
        at = next.max(end + 1);
    }
    found
}

/// `text` with spaces for all that lies outside of `kept`; line ends stay, and so does its length.
pub(super) fn only(text: &str, kept: &[Span]) -> String {
    let mut bytes: Vec<u8> = text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { byte } else { b' ' }).collect();
    for span in kept {
        let range = span.start as usize..span.end as usize;
        bytes[range.clone()].copy_from_slice(&text.as_bytes()[range]);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn word(text: &str) -> &str {
    let is_first = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(text.len());
    if is_first { &text[..end] } else { "" }
}

/// Where the `>` of a start tag stands, and whether the tag closes its element.
fn end_of_tag(text: &str, from: usize) -> Option<(usize, bool)> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some((at, at > from && text.as_bytes()[at - 1] == b'/')),
            _ => {}
        }
    }
    None
}

fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag.trim_end_matches('/').trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = rest[end..].trim_start();
        let mut value = String::new();
        if let Some(behind) = rest.strip_prefix('=') {
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (inside, after) = match quote {
                Some(quote) => behind[1..].split_once(quote).unwrap_or((&behind[1..], "")),
                None => behind.split_at(behind.find(char::is_whitespace).unwrap_or(behind.len())),
            };
            value = inside.to_owned();
            rest = after.trim_start();
        } else if end == 0 {
            rest = rest.get(1..).unwrap_or("");
            continue;
        }
        found.push((name, value));
    }
    found
}

/// Where the content of a block ends, and where what follows it begins. Templates nest; other content is no markup.
fn close_of(text: &str, name: &str, from: usize) -> (usize, usize) {
    let (opener, closer) = (format!("<{name}"), format!("</{name}"));
    let mut depth = 1;
    let mut at = from;
    while let Some(next) = text[at..].find('<').map(|next| at + next) {
        let rest = &text[next..];
        let ends = |length: usize| !rest[length..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        if rest.starts_with("<!--") && name == "template" {
            at = rest.find("-->").map_or(text.len(), |end| next + end + 3);
            continue;
        }
        if rest.starts_with(&closer) && ends(closer.len()) {
            depth -= 1;
            if depth == 0 {
                let end = rest.find('>').map_or(text.len(), |end| next + end + 1);
                return (next, end);
            }
        } else if name == "template" && rest.starts_with(&opener) && ends(opener.len()) {
            let closed = end_of_tag(text, next + opener.len()).is_some_and(|(_, closed)| closed);
            depth += u32::from(!closed);
        }
        at = next + 1;
    }
    (text.len(), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_keep_their_places() {
        let text = "<!-- <script> -->\n<template>\n<view><template v-if=\"a > b\">x</template></view>\n</template>\n\
                    <script setup lang='ts'>\nlet a = '</template>'\n</script><style src=\"x.css\"/>";
        let found = blocks(text);
        let shown: Vec<(&str, &str)> =
            found.iter().map(|one| (one.name.as_str(), one.inside.of(text).trim())).collect();
        assert_eq!(
            shown,
            [
                ("template", "<view><template v-if=\"a > b\">x</template></view>"),
                ("script", "let a = '</template>'"),
                ("style", "")
            ]
        );
        assert_eq!(found[1].attribute("lang"), Some("ts"));
        assert_eq!(found[1].attribute("setup"), Some(""));
        let alone = only(text, &[found[1].inside]);
        assert_eq!((alone.len(), alone.find("let a")), (text.len(), text.find("let a")));
        assert_eq!(
            blocks("<template><view>"),
            [Block { name: "template".to_owned(), inside: Span::new(10, 16), attributes: Vec::new() }]
        );
    }
}
