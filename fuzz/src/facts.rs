//! In: one file's bytes. Out: whether what is read from it has places in its text, and is the same each time.

use consentry::facts::manifest::{Json, Value};
use consentry::facts::script::{Body, Class, Expr, Prop, Script};
use consentry::facts::template::{AttributeValue, NodeKind, Part, Template};
use consentry::facts::{Directive, Facts, Problem};
use consentry::parse::{self, decode, manifest, script, template};
use consentry::text::Span;

/// A place is in the text, between characters.
pub(crate) fn within(text: &str, span: Span, what: &dyn std::fmt::Debug) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(text.get(start..end).is_some(), "{span:?} of {what:?} in {} bytes: {text:?}", text.len());
}

/// An `.axml` file.
pub fn axml(bytes: &[u8]) {
    let text = whole_file("a.axml", bytes);
    let read = template::read(&text);
    assert!(read == template::read(&text), "read differently: {text:?}");
    let (template, problems, directives) = read;
    markup(&text, &template);
    said(&text, &problems, &directives);
}

/// A `.json` file.
pub fn json(bytes: &[u8]) {
    let text = whole_file("a.json", bytes);
    let (json, problems) = manifest::read(&text);
    said(&text, &problems, &[]);
    if let Some(json) = &json {
        value(&text, json);
    }
    assert!((json, problems) == manifest::read(&text), "read differently: {text:?}");
}

/// A script: in both grammars, and as what a template calls.
pub fn script_facts(bytes: &[u8]) {
    for name in ["a.js", "a.ts", "a.sjs"] {
        whole_file(name, bytes);
    }
    let text = decode::decode(bytes).text;
    for typescript in [false, true] {
        let (script, problems, directives) = script::read(&text, typescript);
        said(&text, &problems, &directives);
        if let Some(script) = &script {
            functions(&text, script);
        }
        assert!(script == script::read(&text, typescript).0, "read differently: {text:?}");
    }
}

/// The inside of `{{ }}`: the first byte says where it begins in the text.
pub fn expression(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = decode::decode(rest).text;
    let mut start = usize::from(*first % 16).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let span = Span::new(start, text.len());
    let snippet = script::expression(&text, span);
    if let Some(snippet) = &snippet {
        assert!((snippet.root as usize) < snippet.body.exprs.len(), "no root: {text:?}");
        body(&text, &snippet.body);
    }
    assert!(snippet == script::expression(&text, span), "read differently: {text:?}");
}

/// The decoded text of a file that was read as a whole.
fn whole_file(name: &str, bytes: &[u8]) -> String {
    let (text, parsed) = parse::file(name, bytes);
    let failed = parsed.problems.iter().any(|problem| problem.message.key == parse::INTERNAL);
    assert!(!failed, "{name}: {text:?}");
    said(&text, &parsed.problems, &parsed.directives);
    match &parsed.facts {
        Some(Facts::Script(script)) => functions(&text, script),
        Some(Facts::Template(template)) => markup(&text, template),
        Some(Facts::Manifest(json)) => value(&text, json),
        Some(Facts::Component(component)) => functions(&text, &component.script),
        None => assert!(!parsed.problems.is_empty(), "nothing is read and nothing said: {text:?}"),
    }
    // What was read can be written back as it was, or is said to be lost.
    if let Some(back) = decode::encode(&text, bytes) {
        assert!(back == bytes, "{bytes:?} is written back as {back:?}");
    }
    text
}

fn said(text: &str, problems: &[Problem], directives: &[Directive]) {
    for problem in problems {
        within(text, problem.span, problem);
        assert!(!problem.message.key.is_empty());
    }
    for directive in directives {
        within(text, directive.span, directive);
        assert!(directive.span.of(text).contains(&directive.text), "{directive:?} in {text:?}");
    }
}

fn markup(text: &str, template: &Template) {
    for (id, node) in template.nodes.iter().enumerate() {
        within(text, node.span, node);
        assert!(node.parent.is_none_or(|parent| (parent as usize) < id), "a child before its parent: {text:?}");
        match &node.kind {
            NodeKind::Text(content) => attribute_value(text, content),
            NodeKind::Element(element) => {
                within(text, element.tag, element);
                assert!(element.name_span.of(text) == element.name, "{element:?} in {text:?}");
                for attribute in &element.attributes {
                    within(text, attribute.span, attribute);
                    within(text, attribute.name_span, attribute);
                    attribute.value.iter().for_each(|content| attribute_value(text, content));
                }
            }
        }
    }
}

fn attribute_value(text: &str, content: &AttributeValue) {
    within(text, content.span, content);
    for part in &content.parts {
        if let Part::Expression(snippet, span) = part {
            within(text, *span, part);
            snippet.iter().for_each(|snippet| body(text, &snippet.body));
        }
    }
}

fn value(text: &str, json: &Json) {
    within(text, json.span, json);
    match &json.value {
        Value::Array(items) => items.iter().for_each(|item| value(text, item)),
        Value::Object(members) => members.iter().for_each(|member| {
            within(text, member.key_span, member);
            value(text, &member.value);
        }),
        _ => {}
    }
}

fn functions(text: &str, script: &Script) {
    body(text, &script.body);
    for (id, function) in script.functions.iter().enumerate() {
        within(text, function.span, function);
        assert!((function.parent as usize) <= id, "a function before the one around it: {text:?}");
        assert!(function.vars.len() == function.slots as usize, "{function:?}");
    }
    for import in &script.imports {
        within(text, import.span, import);
    }
}

fn body(text: &str, body: &Body) {
    assert!(body.exprs.len() == body.spans.len());
    for (expr, span) in body.exprs.iter().zip(&body.spans) {
        within(text, *span, expr);
        match expr {
            Expr::Object(props) => members(text, props),
            Expr::Class(class) => {
                let Class { members: own, statics, .. } = &**class;
                members(text, own);
                members(text, statics);
            }
            _ => {}
        }
    }
}

fn members(text: &str, props: &[Prop]) {
    for prop in props {
        if let Prop::Value(_, _, span) | Prop::Getter(_, _, span) | Prop::Setter(_, _, span) = prop {
            within(text, *span, prop);
        }
    }
}
