//! In: markup in Vue's words. Out: the same in the platform's: `@tap` is `onTap`, `:x` is `{{ }}`, `v-if` is `a:if`; and the pieces of
//! code in it. Never resolves a name.

use super::rewritten;
use crate::facts::script::Expr;
use crate::facts::template::{Attribute, NodeKind, Part, Template};
use crate::framework::Markup;
use crate::parse::script::{self, component::Piece};
use crate::text::Span;
use std::collections::BTreeMap;

/// What directives are in the platform's words.
const DIRECTIVES: [(&str, &str); 5] =
    [("v-if", "a:if"), ("v-else-if", "a:elif"), ("v-else", "a:else"), ("v-for", "a:for"), ("v-show", "a:if")];

/// Puts the markup into the platform's words. A piece of code stands there by its number in `pieces`.
pub(super) fn translate(text: &str, words: &Markup, template: &mut Template, pieces: &mut Vec<Piece>) {
    let mut locals: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for id in 0..template.nodes.len() {
        let node = &mut template.nodes[id];
        let NodeKind::Element(element) = &mut node.kind else { continue };
        let mut known = node.parent.and_then(|parent| locals.get(&parent)).cloned().unwrap_or_default();
        element.attributes.iter().for_each(|attribute| declared(attribute, &mut known));
        let mut translated = Vec::new();
        for attribute in &element.attributes {
            attribute_of(text, words, attribute, (&known, &mut *pieces), &mut translated);
        }
        element.attributes = translated;
        // Vue's `template` shows its content and nothing of its own.
        if element.name == "template" {
            element.name = "block".to_owned();
        }
        if !known.is_empty() {
            locals.insert(id as u32, known);
        }
    }
}

/// Adds the names that an attribute gives values: those of `v-for` and of slots.
fn declared(attribute: &Attribute, known: &mut Vec<String>) {
    let written = value_of(attribute);
    let pattern = match attribute.name.as_str() {
        "v-for" => {
            let ends = [" in ", " of "].iter().filter_map(|word| written.find(word)).min();
            &written[..ends.unwrap_or(0)]
        }
        "slot-scope" | "scope" => written,
        name if name.starts_with("v-slot") || name.starts_with('#') => written,
        _ => return,
    };
    if attribute.name == "scope" && !pattern.trim_start().starts_with('{') {
        return;
    }
    let is_name = |word: &&str| word.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$');
    let words = pattern.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).filter(is_name);
    for word in words {
        if !known.iter().any(|other| other == word) {
            known.push(word.to_owned());
        }
    }
}

fn value_of(attribute: &Attribute) -> &str {
    attribute.value.as_ref().and_then(|value| value.literal()).unwrap_or("")
}

fn attribute_of(
    text: &str,
    words: &Markup,
    attribute: &Attribute,
    (locals, pieces): (&[String], &mut Vec<Piece>),
    out: &mut Vec<Attribute>,
) {
    let name = attribute.name.as_str();
    if let Some(event) = name.strip_prefix('@').or_else(|| name.strip_prefix("v-on:")) {
        let event = event.split('.').next().unwrap_or(event);
        if !event.is_empty() {
            out.push(rewritten(attribute, named(words, event), handler(text, attribute, locals, pieces)));
        }
        return;
    }
    if let Some(bound) = name.strip_prefix(':').or_else(|| name.strip_prefix("v-bind:")) {
        let bound = bound.split('.').next().unwrap_or(bound);
        let event = bound.strip_prefix("on").filter(|event| event.starts_with(|c: char| c.is_ascii_uppercase()));
        if let Some(event) = event.filter(|_| words.events_in_lower_case) {
            let mut letters = event.chars();
            let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
            let event = named(words, &format!("{first}{}", letters.as_str()));
            out.push(rewritten(attribute, event, handler(text, attribute, locals, pieces)));
        } else if !bound.is_empty() {
            out.push(rewritten(attribute, bound.to_owned(), Some(expression(text, attribute))));
        }
        return;
    }
    if name == "v-model" || name.starts_with("v-model:") || name.starts_with("v-model.") {
        let given = name.strip_prefix("v-model:").map(|given| given.split('.').next().unwrap_or(given));
        for given in given.map_or(&["value", "modelValue", "visible"][..], |_| &[]).iter().copied().chain(given) {
            out.push(rewritten(attribute, given.to_owned(), Some(expression(text, attribute))));
        }
        return;
    }
    let Some((_, native)) = DIRECTIVES.iter().find(|(directive, _)| *directive == name) else {
        out.push(attribute.clone());
        return;
    };
    let parts = match name {
        "v-else" => None,
        "v-for" => {
            let written = value_of(attribute);
            let list = [" in ", " of "].iter().filter_map(|word| Some(written.find(word)? + word.len())).min();
            let span = attribute.value.as_ref().map(|value| value.span);
            list.zip(span).map(|(at, span)| {
                let list =
                    Span::new(span.start as usize + at.min(span.end as usize - span.start as usize), span.end as usize);
                vec![Part::Expression(script::expression(text, list), list)]
            })
        }
        _ => Some(expression(text, attribute)),
    };
    out.push(rewritten(attribute, (*native).to_owned(), parts));
}

/// What an event's attribute is called on the platform; where only lower case fires, the others keep a name that no event has.
fn named(words: &Markup, event: &str) -> String {
    if words.events_in_lower_case && event.contains(|c: char| c.is_ascii_uppercase()) {
        return format!("on{event}");
    }
    handler_name(words.events.get(event).map_or(event, String::as_str))
}

/// `on` and the event with its first letter in upper case; the rest keeps its case, apart from what stands behind `-`.
fn handler_name(event: &str) -> String {
    let mut name = String::from("on");
    let mut upper = true;
    for c in event.chars() {
        match c {
            '-' => upper = true,
            c if upper => {
                name.extend(c.to_uppercase());
                upper = false;
            }
            c => name.push(c),
        }
    }
    name
}

/// The value of a handler: the name of a method, or a piece of code.
fn handler(text: &str, attribute: &Attribute, locals: &[String], pieces: &mut Vec<Piece>) -> Option<Vec<Part>> {
    let value = attribute.value.as_ref()?;
    let written = value.span.of(text).trim();
    if written.is_empty() {
        return Some(Vec::new());
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let plain = written.chars().all(is_word) && !written.starts_with(|c: char| c.is_ascii_digit());
    if plain && !locals.iter().any(|local| local == written) {
        return Some(vec![Part::Text(written.to_owned())]);
    }
    pieces.push(Piece {
        span: value.span,
        locals: locals.to_vec(),
        path: written.chars().all(|c| is_word(c) || c == '.'),
    });
    Some(vec![Part::Handler(pieces.len() as u32 - 1, value.span)])
}

/// The value of `:x="…"`; a text alone is one.
fn expression(text: &str, attribute: &Attribute) -> Vec<Part> {
    let Some(value) = &attribute.value else { return Vec::new() };
    let snippet = script::expression(text, value.span);
    match &snippet {
        Some(snippet) => match snippet.body.exprs.get(snippet.root as usize) {
            Some(Expr::Str(name)) => vec![Part::Text(snippet.body.name(*name).to_owned())],
            _ => vec![Part::Expression(Some(snippet.clone()), value.span)],
        },
        None => vec![Part::Expression(None, value.span)],
    }
}
