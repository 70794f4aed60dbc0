//! In: the range of a value or of a text. Out: its pieces, entities decoded. Never looks at tags.

use quick_xml::escape::resolve_xml_entity;

use crate::facts::template::{AttributeValue, Part};
use crate::parse::script;
use crate::text::Span;

/// Longest entity tried, in bytes between `&` and `;`.
const LONGEST_ENTITY: usize = 10;

/// The pieces of `text` under `span`. `mustaches` are the insides of all `{{ }}` of the file, ascending.
pub(super) fn read(text: &str, span: Span, mustaches: &[Span]) -> AttributeValue {
    let mut parts = Vec::new();
    let mut from = span.start;
    let first = mustaches.partition_point(|inside| inside.start < span.start);
    for inside in mustaches[first..].iter().take_while(|inside| inside.end + 2 <= span.end) {
        literal(text, Span::new(from as usize, inside.start as usize - 2), &mut parts);
        parts.push(Part::Expression(script::expression(text, *inside), *inside));
        from = inside.end + 2;
    }
    literal(text, Span { start: from, end: span.end }, &mut parts);
    AttributeValue { span, parts }
}

/// Adds the literal text under `span`, unless it is empty.
fn literal(text: &str, span: Span, parts: &mut Vec<Part>) {
    let raw = span.of(text);
    if !raw.is_empty() {
        parts.push(Part::Text(decoded(raw)));
    }
}

/// `raw` with its entities replaced; what is no entity stays as written.
fn decoded(raw: &str) -> String {
    let mut pieces = raw.split('&');
    let mut out = String::with_capacity(raw.len());
    out.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let name_end = piece.bytes().take(LONGEST_ENTITY + 1).position(|byte| byte == b';');
        match name_end.and_then(|end| Some((entity(&piece[..end])?, &piece[end + 1..]))) {
            Some((character, rest)) => {
                out.push(character);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(piece);
            }
        }
    }
    out
}

/// The character that `&name;` stands for.
fn entity(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
        None if name == "nbsp" => Some('\u{a0}'),
        None => resolve_xml_entity(name)?.chars().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities() {
        let cases = [
            ("a &amp;&amp; b", "a && b"),
            ("&lt;&gt;&quot;&apos;", "<>\"'"),
            ("&#65;&#x4e2d;&nbsp;", "A中\u{a0}"),
            (
                "a && b & c; &; &#; &#x110000; &中文; &toolongtobeone;",
                "a && b & c; &; &#; &#x110000; &中文; &toolongtobeone;",
            ),
        ];
        for (raw, expected) in cases {
            assert_eq!(decoded(raw), expected);
        }
    }

    #[test]
    fn pieces_know_their_places() {
        let text = r#"<a b="x {{y}}&amp;{{z}}">"#;
        let mustaches = [Span::new(10, 11), Span::new(20, 21)];
        let value = read(text, Span::new(6, 23), &mustaches);
        let shown: Vec<String> = value
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(literal) => format!("t:{literal}"),
                Part::Expression(_, span) | Part::Handler(_, span) | Part::Prop(_, _, span) => {
                    format!("e:{}", span.of(text))
                }
            })
            .collect();
        assert_eq!(shown, ["t:x ", "e:y", "t:&", "e:z"]);
        assert!(read(text, Span::new(6, 6), &mustaches).parts.is_empty());
    }
}
