//! In: one file's bytes. Out: its facts and problems. Never looks at another file; a panic inside stays inside.

pub mod conditional;
pub mod data;
pub mod decode;
pub mod manifest;
pub mod script;
pub mod template;

use crate::facts::{Facts, Parsed, Problem};
use crate::text::Span;
use crate::words::Message;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The words of a problem that is this tool's own fault.
pub const INTERNAL: &str = "problem-internal";

/// Decodes and parses a file; its extension tells how. Comes back with the decoded text, which all places count in.
pub fn file(path: &str, bytes: &[u8]) -> (String, Parsed) {
    let decoded = decode::decode(bytes);
    let text = decoded.text;
    if decoded.problem.as_ref().is_some_and(|problem| problem.fatal) {
        return (text, Parsed { facts: None, problems: decoded.problem.into_iter().collect(), directives: Vec::new() });
    }
    let parsed = catch_unwind(AssertUnwindSafe(|| facts(path, &conditional::for_us(&text))));
    let mut parsed = parsed.unwrap_or_else(|_| {
        let problem = Problem { span: Span::default(), message: Message::new(INTERNAL), fatal: true };
        Parsed { facts: None, problems: vec![problem], directives: Vec::new() }
    });
    parsed.problems.splice(0..0, decoded.problem);
    (text, parsed)
}

fn facts(path: &str, text: &str) -> Parsed {
    match path.rsplit('.').next().unwrap_or("") {
        "axml" => {
            let (template, problems, directives) = template::read(text);
            Parsed { facts: Some(Facts::Template(template)), problems, directives }
        }
        "json" => {
            let (json, problems) = manifest::read(text);
            Parsed { facts: json.map(Facts::Manifest), problems, directives: Vec::new() }
        }
        extension => {
            let (script, problems, directives) = script::read(text, matches!(extension, "ts" | "tsx"));
            Parsed { facts: script.map(Facts::Script), problems, directives }
        }
    }
}
