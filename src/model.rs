//! In: a program and the file system. Out: the program linked: its files' facts, its pages and components, and which file
//! each written path means. Files that nothing leads to are not read. Never executes anything.

mod listed;
mod load;
mod manifest;
mod reading;
mod resolve;
mod sources;
pub mod view;

pub use load::{Loading, Parsing, load};

use crate::discover::Program;
use crate::facts::manifest::Json;
use crate::facts::script::Script;
use crate::facts::template::Template;
use crate::facts::{Directive, Facts, Problem};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A file of the program, read and parsed.
#[derive(Debug)]
pub struct SourceFile {
    /// Path relative to the working directory.
    pub path: String,
    /// Its decoded text.
    pub text: Arc<str>,
    /// What it says; `None` when it could not be understood.
    pub facts: Option<Facts>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Comments addressed to the tool.
    pub directives: Vec<Directive>,
    /// Whether it lies in a package (`node_modules`).
    pub package: bool,
    /// Whether something leads to it; others are only here when everything is parsed.
    pub reached: bool,
}

impl SourceFile {
    /// Its script facts.
    pub fn script(&self) -> Option<&Script> {
        match &self.facts {
            Some(Facts::Script(script)) => Some(script),
            Some(Facts::Component(component)) => Some(&component.script),
            _ => None,
        }
    }

    /// Its template facts.
    pub fn template(&self) -> Option<&Template> {
        match &self.facts {
            Some(Facts::Template(template)) => Some(template),
            Some(Facts::Component(component)) => component.template.as_ref(),
            _ => None,
        }
    }

    /// Whether it is a component of one file, in a framework's words.
    pub fn is_component(&self) -> bool {
        matches!(self.facts, Some(Facts::Component(_)))
    }

    /// Its manifest facts.
    pub fn manifest(&self) -> Option<&Json> {
        match &self.facts {
            Some(Facts::Manifest(json)) => Some(json),
            Some(Facts::Component(component)) => Some(&component.manifest),
            _ => None,
        }
    }
}

/// A page or component: the files of one base name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Path of its files without extension, relative to the program's root (packages: as they lie on disk).
    pub name: String,
    /// Its script.
    pub script: Option<u32>,
    /// Its template.
    pub template: Option<u32>,
    /// Its manifest.
    pub manifest: Option<u32>,
    /// Whether the program opens on it.
    pub launch: bool,
    /// Whether it is a page (as opposed to a component).
    pub page: bool,
    /// Tags of custom components in its template: the tag and the component's number in [`Model::units`]. Each tag once, as the
    /// manifests list them.
    pub components: Vec<(String, u32)>,
    /// Their places in that list, by tag.
    by_tag: Vec<u32>,
    /// Tags of custom components that are not there to read.
    pub foreign: Vec<String>,
    /// Where `app.json` names it.
    pub registered: Option<(u32, Span)>,
}

/// A program, linked.
#[derive(Debug)]
pub struct Model {
    /// What was found.
    pub program: Program,
    /// The files that something leads to, in the order they were reached.
    pub files: Vec<SourceFile>,
    /// Pages first, in the order of registration; then components.
    pub units: Vec<Unit>,
    /// `app.json`.
    pub manifest: Option<u32>,
    /// `app.js`.
    pub script: Option<u32>,
    /// The file whose default export is the app, in a framework's sources.
    pub app: Option<u32>,
    pub(crate) by_path: BTreeMap<String, u32>,
    pub(crate) resolved: BTreeMap<(u32, String), Option<u32>>,
    /// Folders outside of what may be read in which it names files.
    pub outside: BTreeSet<String>,
}

impl Model {
    /// The script that `specifier` means in file `from`.
    pub fn resolve_script(&self, from: u32, specifier: &str) -> Option<u32> {
        if let Some(known) = self.resolved.get(&(from, specifier.to_string())) {
            return *known;
        }
        // A specifier put together at run time: only files that are loaded already can be meant.
        let from = &self.files[from as usize].path;
        let candidates = resolve::scripts(&self.program, from, specifier);
        candidates.iter().find_map(|path| self.by_path.get(path)).copied()
    }

    /// The template that `import src` or `include src` means in file `from`.
    pub fn resolve_template(&self, from: u32, source: &str) -> Option<u32> {
        let from = &self.files[from as usize].path;
        resolve::templates(&self.program, from, source).iter().find_map(|path| self.by_path.get(path)).copied()
    }

    /// The files that something leads to, with their numbers.
    pub fn reached(&self) -> impl Iterator<Item = (u32, &SourceFile)> {
        self.files.iter().enumerate().filter(|(_, file)| file.reached).map(|(at, file)| (at as u32, file))
    }

    /// A file by its path.
    pub fn file(&self, path: &str) -> Option<u32> {
        self.by_path.get(path).copied()
    }

    /// The pages, in the order of registration.
    pub fn pages(&self) -> impl Iterator<Item = (u32, &Unit)> {
        self.units.iter().enumerate().filter(|(_, unit)| unit.page).map(|(id, unit)| (id as u32, unit))
    }

    /// The component a tag means in a unit's template.
    pub fn component(&self, unit: u32, tag: &str) -> Option<u32> {
        let Unit { components, by_tag, .. } = &self.units[unit as usize];
        let found = by_tag.binary_search_by_key(&tag, |at| components[*at as usize].0.as_str()).ok()?;
        Some(components[by_tag[found] as usize].1)
    }
}
