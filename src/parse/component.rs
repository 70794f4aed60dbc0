//! In: the text of a component in one file. Out: its facts: code, markup and what it names, in the platform's words. Never looks at
//! another file. One folder below for each way to write markup.

mod literals;
mod vue;
mod wechat;

use super::script::component::{Code, Piece, Read, component};
use super::sfc::{self, Block};
use super::{manifest, script, template};
use crate::facts::manifest::{Json, Member, Value};
use crate::facts::template::{Attribute, AttributeValue, Node, NodeKind, Part, Template};
use crate::facts::{Component, Facts, Parsed, Problem};
use crate::framework::Markup;
use crate::message::Message;
use crate::text::Span;
use std::collections::BTreeSet;

/// Languages of markup that are read: the plain one.
const PLAIN: [&str; 2] = ["", "html"];

/// Reads a `.vue` file.
pub(super) fn vue(text: &str, words: &Markup) -> Parsed {
    let blocks = sfc::blocks(text);
    let markup = blocks.iter().find(|block| block.name == "template");
    let mut problems = Vec::new();
    let plain = |block: &&Block| PLAIN.contains(&block.attribute("lang").unwrap_or(""));
    if let Some(block) = markup.filter(|block| !plain(block)) {
        let language = block.attribute("lang").unwrap_or("").to_owned();
        let message = Message::new("problem-markup-language").with("language", language);
        problems.push(Problem { span: block.inside, message, fatal: false });
    }
    let mut directives = Vec::new();
    let mut template = markup.filter(plain).map(|block| {
        // The framework's compiler says what is wrong with markup.
        let (template, _, found) = template::read(&sfc::only(text, &[block.inside]));
        directives = found;
        template
    });
    let mut pieces = Vec::new();
    if let Some(template) = &mut template {
        vue::translate(text, words, template, &mut pieces);
        template.nodes.iter_mut().for_each(|node| open_types(words, node));
    }
    let scripts: Vec<&Block> = blocks.iter().filter(|block| block.name == "script").collect();
    let read = read_scripts(text, &scripts, &pieces);
    problems.extend(read.problems);
    directives.extend(read.directives);
    directives.sort_by_key(|directive| directive.span);
    if let Some(template) = &mut template {
        put_functions(template, &read.pieces);
    }
    let manifest = named_components(template.as_ref(), &read.components);
    let facts = read.script.map(|script| Facts::Component(Box::new(Component { script, template, manifest })));
    Parsed { facts, problems, directives }
}

/// Reads a `.mpx` file.
pub(super) fn mpx(text: &str, words: &Markup) -> Parsed {
    let blocks: Vec<Block> = sfc::blocks(text);
    let ours = |block: &Block| matches!(block.attribute("mode"), None | Some("ali"));
    let is_json =
        |block: &Block| block.attribute("type") == Some("application/json") || block.attribute("name") == Some("json");
    // A block for our platforms stands in the place of the one for all.
    let chosen = |name: &str, json: bool| {
        let fits = |block: &&Block| block.name == name && ours(block) && (name != "script" || is_json(block) == json);
        let found: Vec<&Block> = blocks.iter().filter(fits).collect();
        found.iter().find(|block| block.attribute("mode").is_some()).or(found.first()).copied()
    };
    let mut directives = Vec::new();
    let mut template = chosen("template", false).map(|block| {
        let (template, _, found) = template::read(&sfc::only(text, &[block.inside]));
        directives = found;
        template
    });
    let mut pieces = Vec::new();
    if let Some(template) = &mut template {
        wechat::translate(template, &mut pieces);
        template.nodes.iter_mut().for_each(|node| open_types(words, node));
    }
    let scripts: Vec<&Block> = chosen("script", false).into_iter().collect();
    let read = read_scripts(text, &scripts, &pieces);
    directives.extend(read.directives);
    directives.sort_by_key(|directive| directive.span);
    if let Some(template) = &mut template {
        put_functions(template, &read.pieces);
    }
    let json = chosen("script", true).and_then(|block| manifest::read(&sfc::only(text, &[block.inside])).0);
    let manifest = json.unwrap_or(Json { value: Value::Object(Vec::new()), span: Span::default() });
    let facts = read.script.map(|script| Facts::Component(Box::new(Component { script, template, manifest })));
    Parsed { facts, problems: read.problems, directives }
}

/// Reads a script with elements in its code; `app`: it may say which pages the program has.
pub(super) fn jsx(text: &str, typescript: bool, words: &Markup, app: bool) -> Parsed {
    let read = script::jsx::jsx(text, typescript, words);
    let Some(script) = read.script else {
        return Parsed { facts: None, problems: read.problems, directives: read.directives };
    };
    let listed = if app { literals::listing(&script, "pages") } else { None };
    let facts = if read.template.nodes.is_empty() && listed.is_none() && !app {
        Facts::Script(script)
    } else {
        let manifest = listed.unwrap_or_else(|| named_components(Some(&read.template), &read.components));
        Facts::Component(Box::new(Component { script, template: Some(read.template), manifest }))
    };
    Parsed { facts: Some(facts), problems: read.problems, directives: read.directives }
}

/// Reads a script that says which pages a program has: the first object literal that lists any.
pub(super) fn config(text: &str, typescript: bool) -> Parsed {
    let (script, problems, directives) = script::read(text, typescript);
    let facts = script.map(|script| {
        let manifest = literals::listing(&script, "pages");
        let manifest = manifest.unwrap_or(Json { value: Value::Object(Vec::new()), span: Span::default() });
        Facts::Component(Box::new(Component { script, template: None, manifest }))
    });
    Parsed { facts, problems, directives }
}

fn read_scripts(text: &str, scripts: &[&Block], pieces: &[Piece]) -> Read {
    let spans: Vec<Span> = scripts.iter().map(|block| block.inside).collect();
    let setup = scripts.iter().find(|block| block.attribute("setup").is_some()).map(|block| block.inside);
    let typescript = scripts.iter().any(|block| matches!(block.attribute("lang"), Some("ts" | "tsx")));
    let elsewhere = scripts.iter().find_map(|block| block.attribute("src"));
    let kept = sfc::only(text, &spans);
    component(&Code { text, scripts: &kept, typescript, setup, elsewhere, pieces })
}

/// Writes the function of each piece where the piece stands; so far its number stands there.
fn put_functions(template: &mut Template, functions: &[Option<u32>]) {
    for node in &mut template.nodes {
        let NodeKind::Element(element) = &mut node.kind else { continue };
        for attribute in &mut element.attributes {
            for part in attribute.value.iter_mut().flat_map(|value| &mut value.parts) {
                if let Part::Handler(piece, span) = part {
                    *part = match functions.get(*piece as usize).copied().flatten() {
                        Some(function) => Part::Handler(function, *span),
                        None => Part::Expression(None, *span),
                    };
                }
            }
        }
    }
}

/// `usingComponents` with those of `components` that the markup names.
fn named_components(template: Option<&Template>, components: &[(String, String, Span)]) -> Json {
    let fold = |name: &str| name.replace('-', "").to_ascii_lowercase();
    let names: BTreeSet<&str> =
        template.into_iter().flat_map(Template::elements).map(|(_, element)| element.name.as_str()).collect();
    let members = names.into_iter().filter_map(|name| {
        let (_, source, span) = components.iter().find(|(known, ..)| fold(known) == fold(name))?;
        Some(Member {
            key: name.to_owned(),
            key_span: *span,
            value: Json { value: Value::String(source.clone()), span: *span },
        })
    });
    let listed = Json { value: Value::Object(members.collect()), span: Span::default() };
    let member = Member { key: "usingComponents".to_owned(), key_span: Span::default(), value: listed };
    Json { value: Value::Object(vec![member]), span: Span::default() }
}

/// Puts the `open-type`s that the framework's compiler replaces into the platform's words.
fn open_types(words: &Markup, node: &mut Node) {
    let NodeKind::Element(element) = &mut node.kind else { return };
    let opens = |attribute: &&mut Attribute| attribute.name == words.open_type && !words.open_type.is_empty();
    let Some(opening) = element.attributes.iter_mut().find(opens) else { return };
    let Some(row) = opening.value.as_ref().and_then(|value| words.open_types.get(value.literal()?)) else { return };
    let (attribute, text) = (opening.clone(), |text: &str| Some(vec![Part::Text(text.to_owned())]));
    let handled = element.attributes.iter().any(|other| other.name == row.event);
    if row.needs_handler && !handled {
        return;
    }
    let mut translated = Vec::new();
    for other in std::mem::take(&mut element.attributes) {
        if other.name == row.event {
            let parts = other.value.as_ref().map(|value| value.parts.clone());
            translated.push(rewritten(&other, row.becomes.clone(), parts.clone()));
            translated.extend(row.also.iter().map(|name| rewritten(&other, name.clone(), parts.clone())));
        } else if other.name == attribute.name {
            translated.push(rewritten(&other, attribute.name.clone(), text(&row.value)));
        } else {
            translated.push(other);
        }
    }
    translated.push(rewritten(&attribute, "scope".to_owned(), text(&row.scope)));
    element.attributes = translated;
}

/// An attribute under another name, with another value.
fn rewritten(attribute: &Attribute, name: String, parts: Option<Vec<Part>>) -> Attribute {
    let span = attribute.value.as_ref().map_or(attribute.name_span, |value| value.span);
    Attribute {
        name,
        name_span: attribute.name_span,
        span: attribute.span,
        value: parts.map(|parts| AttributeValue { span, parts }),
    }
}
