//! In: nothing. Out: how the sources and the output of frameworks are known, as values. Never a row: those are in
//! `rules/frameworks`.

use serde::Deserialize;

/// All tables, as `build.rs` puts them together.
const TABLES: &str = include_str!(concat!(env!("OUT_DIR"), "/frameworks.json"));

/// A framework or converter.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Framework {
    /// What users call it.
    pub name: &'static str,
    /// Kinds of source files that only it has.
    pub extensions: Vec<String>,
    /// How its sources are known: by any of these.
    pub sources: Vec<Sources>,
    /// What its builds for other platforms are called.
    pub targets: Targets,
    /// Output that one template draws: by any of these.
    pub generic: Vec<Generic>,
    /// Output that can be judged: by any of these.
    pub marks: Vec<Mark>,
}

/// What tells that a folder holds a framework's sources: all of it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sources {
    /// Names of the file that everything begins with, best first.
    pub entry: Vec<String>,
    /// Files that stand beside it.
    pub beside: Vec<String>,
    /// A key of that file, read as JSON, that lists something.
    pub lists: String,
    /// The `package.json` of the entry asks for one of these packages.
    pub packages: Vec<String>,
}

/// Builds for other platforms.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Targets {
    /// What their folders are called.
    pub other: Vec<String>,
}

/// What the template of each page holds when one template draws them all: all of it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Generic {
    /// The texts.
    pub template: Vec<String>,
}

/// What shows a framework's output: one of both.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mark {
    /// What a template of it holds.
    pub template: String,
    /// A file that lies in it, or a folder (`/` at the end).
    pub left: String,
}

/// All frameworks. Nothing where a table cannot be read, which a test sees.
pub fn all() -> Vec<Framework> {
    serde_json::from_str(TABLES).unwrap_or_default()
}

/// Whether a file is of a kind that only frameworks have.
pub fn is_source(known: &[Framework], path: &str) -> bool {
    let extension = super::path::extension(path);
    known.iter().any(|one| one.extensions.iter().any(|own| own == extension))
}
