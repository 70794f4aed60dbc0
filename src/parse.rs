//! In: one file's bytes. Out: its facts and problems. Never looks at another file; a panic inside stays inside.

mod component;
pub mod conditional;
pub mod data;
pub mod decode;
pub mod manifest;
pub mod script;
mod sfc;
pub mod template;

use crate::error;
use crate::facts::{Facts, Parsed, Problem};
use crate::framework::{self, Framework, Markup};
use crate::message::Message;
use crate::text::Span;

/// The words of a problem that is this tool's own fault.
pub const INTERNAL: &str = "problem-internal";

/// Decodes and parses a file; its extension tells how. Comes back with the decoded text, which all places count in.
pub fn file(path: &str, bytes: &[u8]) -> (String, Parsed) {
    file_in(path, bytes, None)
}

/// The same for a file in a framework's words.
pub fn file_in(path: &str, bytes: &[u8], dialect: Option<&Framework>) -> (String, Parsed) {
    let decoded = match contained(|| decode::decode(bytes)) {
        Ok(decoded) => decoded,
        Err(failed) => return (String::new(), nothing(failed)),
    };
    let text = decoded.text;
    if decoded.problem.as_ref().is_some_and(|problem| problem.fatal) {
        return (text, Parsed { problems: decoded.problem.into_iter().collect(), ..Parsed::default() });
    }
    let mut parsed =
        contained(|| facts(path, &conditional::for_us_in(&text, dialect.map(|dialect| &dialect.conditions)), dialect))
            .unwrap_or_else(nothing);
    parsed.problems.splice(0..0, decoded.problem);
    (text, parsed)
}

/// What some work gives; when it panics, what is said of the file instead.
fn contained<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    error::contained(work).map_err(|why| {
        let message = Message::new(INTERNAL).with("reason", why);
        Problem { span: Span::default(), message, fatal: true }
    })
}

/// A file of which nothing is known but what is wrong with it.
fn nothing(problem: Problem) -> Parsed {
    Parsed { facts: None, problems: vec![problem], directives: Vec::new() }
}

fn facts(path: &str, text: &str, dialect: Option<&Framework>) -> Parsed {
    match path.rsplit('.').next().unwrap_or("").to_ascii_lowercase().as_str() {
        "axml" => {
            let (template, problems, directives) = template::read(text);
            Parsed { facts: Some(Facts::Template(template)), problems, directives }
        }
        "json" => {
            let (json, problems) = manifest::read(text);
            Parsed { facts: json.map(Facts::Manifest), problems, directives: Vec::new() }
        }
        "mpx" => component::mpx(text, dialect.map_or(&Markup::default(), |dialect| &dialect.markup)),
        _ if dialect.is_some() && is_config(path) => component::config(text, path.ends_with(".ts")),
        "js" | "jsx" | "ts" | "tsx"
            if dialect.is_some_and(|dialect| dialect.markup.reader == "jsx") && !is_foreign(path) =>
        {
            let name = path.rsplit('/').next().unwrap_or(path);
            component::jsx(
                text,
                path.ends_with(".ts") || path.ends_with(".tsx"),
                &dialect.map(|dialect| dialect.markup.clone()).unwrap_or_default(),
                name.starts_with("app."),
            )
        }
        "vue" => component::vue(text, dialect.map_or(&Markup::default(), |dialect| &dialect.markup)),
        extension => {
            let (script, problems, directives) = script::read(text, matches!(extension, "ts" | "tsx"));
            Parsed { facts: script.map(Facts::Script), problems, directives }
        }
    }
}

/// Whether a file is no source of the program's own.
fn is_foreign(path: &str) -> bool {
    path.contains("node_modules/") || framework::is_model(path)
}

/// Whether a script says which pages a program has.
fn is_config(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["app.config.js", "app.config.ts"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_stays_inside_and_says_what_it_was() {
        assert_eq!(contained(|| 1), Ok(1));
        let failed = contained(|| -> u8 { panic!("no such {}", "node") }).expect_err("a fault");
        assert_eq!(failed.message, Message::new(INTERNAL).with("reason", "no such node"));
        assert!(failed.fatal);
    }
}
