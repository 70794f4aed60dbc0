//! In: nothing. Out: the types that say what one file says, as owned plain data. Never a path, a rule, a wallet's policy
//! or a syntax tree: facts are a pure function of a file's bytes, so they can be kept, compared and shared.

pub mod manifest;
pub mod script;
pub mod template;

use crate::message::Message;
use crate::text::Span;

/// What one file says.
#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    /// `.js`, `.ts`, `.sjs` and their relatives.
    Script(script::Script),
    /// `.axml`.
    Template(template::Template),
    /// `.json`.
    Manifest(manifest::Json),
    /// `.vue` and its relatives: a file of several blocks.
    Component(Box<Component>),
}

/// A component that is one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Its code; the default export is the component.
    pub script: script::Script,
    /// Its markup, in the platform's words.
    pub template: Option<template::Template>,
    /// What it says about itself, in the platform's words: `usingComponents`, `pages`.
    pub manifest: manifest::Json,
}

/// Why a file, or a part of it, could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, in bytes of the decoded text.
    pub span: Span,
    /// What is wrong; a key of `rules/words.toml`.
    pub message: Message,
    /// Whether nothing of the file could be used (as opposed to one place of it).
    pub fatal: bool,
}

/// A file's text and what it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// `None` when nothing could be read at all.
    pub facts: Option<Facts>,
    /// In the order of their places.
    pub problems: Vec<Problem>,
    /// Comments addressed to this tool, in the order of their places.
    pub directives: Vec<Directive>,
}

/// A comment that begins with the tool's name and a dash, such as `// consentry-ignore rule-id: reason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The comment, its markers included.
    pub span: Span,
    /// Its text without markers and outer white space.
    pub text: String,
}
