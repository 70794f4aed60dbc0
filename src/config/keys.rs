//! In: nothing. Out: the one table of keys, from which files are read, the JSON schema is made and messages name what is
//! known. A key that is not here does not exist.

use crate::platform::Platform;
use serde_json::{Map, Value, json};

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// One of some words.
    OneOf(fn() -> Vec<&'static str>),
    /// The path of another configuration file.
    Path,
    /// A list of patterns.
    Globs,
    /// A table of rule ids and settings.
    Rules,
    /// A list of tables with `paths` and `rules`.
    Overrides,
    /// A table of scopes, interfaces and permissions, each with a text or a list of pages.
    Purposes,
    /// A table of numbers.
    Budget,
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) about: &'static str,
}

/// The settings of a rule.
pub(super) fn settings() -> Vec<&'static str> {
    vec!["off", "info", "warning", "error"]
}

/// All keys of a file.
pub(super) const KEYS: [Key; 13] = [
    key("extends", Kind::Path, "Another configuration file, relative to this one; what stands here goes before it"),
    key(
        "platform",
        Kind::OneOf(|| Platform::names().collect()),
        "The wallet whose rules apply; guessed from the program when nothing says it",
    ),
    key("preset", Kind::OneOf(|| vec!["recommended", "strict"]), "Which levels rules have when nothing else is said"),
    key("lang", Kind::OneOf(|| vec!["en", "zh"]), "Language of the messages"),
    key(
        "fail-on",
        Kind::OneOf(|| vec!["error", "warning", "info", "never"]),
        "The lowest level that makes the exit code 1",
    ),
    key(
        "fail-on-incomplete",
        Kind::OneOf(|| vec!["yes", "no"]),
        "Whether the exit code is 2 when something of the program was not judged",
    ),
    key(
        "min-certainty",
        Kind::OneOf(|| vec!["certain", "likely", "possible"]),
        "Leaves out findings less sure than this",
    ),
    key(
        "suppression-reason",
        Kind::OneOf(|| vec!["required", "optional"]),
        "Whether a suppression must give its reason",
    ),
    key("rules", Kind::Rules, "Levels of rules"),
    key("ignore", Kind::Globs, "Files whose findings do not count, as in .gitignore; they are still read"),
    key("overrides", Kind::Overrides, "Other levels for some files; the last one that matches wins"),
    key(
        "purposes",
        Kind::Purposes,
        "What the program needs a scope, an interface or a permission for: a sentence, or the pages that need it",
    ),
    key("budget", Kind::Budget, "Limits of the analysis"),
];

/// The limits of the analysis, with the most that each may be: the file is part of what is judged, so it must not be able to
/// keep a machine busy for hours or use up the stack. `nesting` is what a thread's stack holds of the largest frames, in a
/// build without optimisation, with room to spare.
pub(super) const BUDGET: [(&str, &str, u64); 5] = [
    ("precise-steps", "After this many steps, calls of a function are looked at together", 1_000_000_000),
    ("steps", "After this many steps, the search ends", 1_000_000_000),
    ("contexts", "Ways into one function that are told apart", 100_000),
    ("nesting", "Calls within calls that are followed at once", 1_000),
    ("file-bytes", "A file of more bytes is not read", 1_000_000_000),
];

/// The keys of an override.
pub(super) const OVERRIDE: [&str; 2] = ["paths", "rules"];

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, about }
}

/// The JSON schema of the file, for editors. `rules` are the ids of all rules and their titles.
pub fn schema(rules: &[(&str, &str)]) -> Value {
    let setting = |title: &str| json!({ "enum": settings(), "description": title });
    let levels: Map<String, Value> = rules.iter().map(|(id, title)| ((*id).to_owned(), setting(title))).collect();
    let table = json!({ "type": "object", "additionalProperties": false, "properties": levels });
    let list = json!({ "type": "array", "items": { "type": "string", "minLength": 1 } });
    let value = |key: &Key| {
        let mut shape = match key.kind {
            Kind::OneOf(words) => json!({ "enum": words() }),
            Kind::Path => json!({ "type": "string", "minLength": 1 }),
            Kind::Globs => list.clone(),
            Kind::Rules => json!({ "$ref": "#/$defs/rules" }),
            Kind::Overrides => json!({ "type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": OVERRIDE,
                "properties": { "paths": list.clone(), "rules": { "$ref": "#/$defs/rules" } },
            } }),
            Kind::Purposes => json!({ "type": "object", "additionalProperties": {
                "anyOf": [{ "type": "string", "minLength": 1 }, list.clone()],
            } }),
            Kind::Budget => {
                let number = |(name, about, most): &(&str, &str, u64)| {
                    let shape = json!({ "type": "integer", "minimum": 1, "maximum": most, "description": about });
                    ((*name).to_owned(), shape)
                };
                let numbers: Map<String, Value> = BUDGET.iter().map(number).collect();
                json!({ "type": "object", "additionalProperties": false, "properties": numbers })
            }
        };
        shape["description"] = key.about.into();
        (key.name.to_owned(), shape)
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "consentry.toml",
        "description": "Configuration of consentry, a linter for mini programs",
        "type": "object",
        "additionalProperties": false,
        "properties": KEYS.iter().map(value).collect::<Map<String, Value>>(),
        "$defs": { "rules": table },
    })
}
