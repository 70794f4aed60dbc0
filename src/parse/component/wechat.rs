//! In: markup in WeChat's words, as mpx has it. Out: the same in the platform's: `bindtap` is `onTap`, `x@ali` is `x`; and the pieces of
//! code in it. Never resolves a name.

use super::rewritten;
use crate::facts::template::{Attribute, NodeKind, Part, Template};
use crate::parse::script::{self, component::Piece};

/// What stands before an event, the longest first.
const PREFIXES: [&str; 8] =
    ["capture-catch:", "capture-bind:", "catch:", "bind:", "capture-catch", "capture-bind", "catch", "bind"];
/// What our platforms are called behind `@`.
const OURS: &str = "ali";

/// Puts the markup into the platform's words. A piece of code stands there by its number in `pieces`.
pub(super) fn translate(template: &mut Template, pieces: &mut Vec<Piece>) {
    for node in &mut template.nodes {
        let NodeKind::Element(element) = &mut node.kind else { continue };
        let mut translated = Vec::new();
        for attribute in &element.attributes {
            let (name, modes) = match attribute.name.split_once('@') {
                Some((name, modes)) => (name, Some(modes)),
                None => (attribute.name.as_str(), None),
            };
            let ours = modes.is_none_or(|modes| modes.split('|').any(|mode| mode.split(':').next() == Some(OURS)));
            if name.is_empty() {
                // The element is for the platforms that are named.
                translated.extend((!ours).then(|| never(attribute)));
            } else if ours {
                translated.push(attribute_of(attribute, name, pieces));
            }
        }
        element.attributes = translated;
    }
}

/// A condition that never holds.
fn never(attribute: &Attribute) -> Attribute {
    let parts = script::expression("false", crate::text::Span::new(0, 5));
    rewritten(attribute, "a:if".to_owned(), Some(vec![Part::Expression(parts, attribute.name_span)]))
}

fn attribute_of(attribute: &Attribute, name: &str, pieces: &mut Vec<Piece>) -> Attribute {
    let kept = || Attribute { name: name.to_owned(), ..attribute.clone() };
    let event = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).filter(|event| !event.is_empty());
    let Some(event) = event else { return kept() };
    let mut letters = event.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let event = format!("on{first}{}", letters.as_str());
    let Some(value) = &attribute.value else { return Attribute { name: event, ..kept() } };
    let written = value.literal().unwrap_or("");
    if !written.contains('(') {
        return Attribute { name: event, ..kept() };
    }
    pieces.push(Piece { span: value.span, locals: ["item", "index"].map(String::from).to_vec(), path: false });
    rewritten(attribute, event, Some(vec![Part::Handler(pieces.len() as u32 - 1, value.span)]))
}
