//! In: the sources of a program written in a framework. Out: what they name without importing it: the file they begin with, the
//! app, components that every view may place. Never reads a file.

use super::load::Loader;
use super::resolve;
use crate::discover::path;
use crate::facts::manifest::Json;
use crate::facts::script::{Expr, Script};
use crate::facts::template::Template;
use std::collections::{BTreeMap, BTreeSet};

/// Components that every view may place.
#[derive(Debug, Default)]
pub(super) struct Everywhere {
    /// Base names by tag.
    by_tag: BTreeMap<String, String>,
    /// What tags begin with, and what stands for them: `$1` is the rest.
    patterns: Vec<(String, String)>,
}

impl Loader<'_> {
    /// The script that sources begin with; the app stands in a file of its own.
    pub(super) fn sources_entry(&mut self, root: &str) -> String {
        let app = ["App", "app"].map(|name| format!("{}.vue", path::join(root, name)));
        self.model.app = self.want_first(app.to_vec());
        let in_code = self.framework.as_ref().is_some_and(|framework| framework.markup.reader == "jsx");
        if in_code {
            let app = resolve::IN_CODE.map(|extension| format!("{}.{extension}", path::join(root, "app")));
            self.model.app = self.want_first(app.to_vec());
        }
        let entry = self.framework.as_ref().and_then(|framework| framework.entry.first());
        entry.map_or("main", String::as_str).to_owned()
    }

    /// Paths with those before them that are for our platforms only: `x.alipay.js` before `x.js`.
    pub(super) fn suffixed(&self, paths: Vec<String>) -> Vec<String> {
        let suffixes = self.framework.as_ref().map_or(&[][..], |framework| &framework.suffixes);
        if suffixes.is_empty() {
            return paths;
        }
        let mut found = Vec::new();
        for path in paths {
            if let Some((stem, extension)) = path.rsplit_once('.') {
                found.extend(suffixes.iter().map(|suffix| format!("{stem}{suffix}.{extension}")));
            }
            found.push(path);
        }
        found
    }

    /// What every view may place: files that lie where the framework looks for components by their names, and those that the
    /// program makes known to all.
    pub(super) fn place_everywhere(&mut self, app: Option<&Json>) {
        let root = self.model.program.root.clone();
        let mut found = Everywhere::default();
        for file in &self.model.program.files {
            let Some(base) = resolve::without_extension(file) else { continue };
            let Some(inside) = path::within(&root, base) else { continue };
            let parts: Vec<&str> = inside.split('/').collect();
            let named = |folder: &str, name: &str| (folder == name).then(|| name.to_owned());
            let tag = match parts.as_slice() {
                ["components", folder, name] | ["uni_modules", _, "components", folder, name] => named(folder, name),
                _ => None,
            };
            found.by_tag.extend(tag.map(|tag| (tag, base.to_owned())));
        }
        let custom = app.and_then(|app| app.at(&["easycom", "custom"])).or_else(|| app?.get("easycom"));
        for member in custom.map(Json::members).unwrap_or_default() {
            let (Some(target), Some(beginning)) = (member.value.text(), member.key.strip_suffix("(.*)")) else {
                continue;
            };
            found.patterns.push((beginning.trim_start_matches('^').to_owned(), target.to_owned()));
        }
        self.everywhere = found;
    }

    /// Components that the program's first script makes known to all: name, specifier and the file that says so.
    pub(super) fn made_known(&self) -> Vec<(String, String, String)> {
        let Some(file) = self.model.script.map(|file| &self.model.files[file as usize]) else { return Vec::new() };
        let Some(script) = file.script().filter(|_| self.framework.is_some()) else { return Vec::new() };
        registered(script).into_iter().map(|(tag, source)| (tag, source, file.path.clone())).collect()
    }

    /// The tags of a view that none of `known` stands for, with the base names of the components that they mean.
    pub(super) fn named_by_tag(&mut self, unit: usize, known: &BTreeSet<String>) -> Vec<(String, String)> {
        let Some(file) = self.model.units[unit].template.filter(|_| self.framework.is_some()) else {
            return Vec::new();
        };
        let file = &self.model.files[file as usize];
        let (from, elements) = (file.path.clone(), file.template().into_iter().flat_map(Template::elements));
        let tags: BTreeSet<String> = elements.map(|(_, element)| element.name.clone()).collect();
        let mut found = Vec::new();
        for tag in tags.into_iter().filter(|tag| !known.contains(tag)) {
            let plain = kebab(&tag);
            let pattern =
                self.everywhere.patterns.iter().find_map(|(beginning, target)| {
                    Some(target.replace("$1", plain.strip_prefix(beginning.as_str())?))
                });
            let base = match self.everywhere.by_tag.get(&plain) {
                Some(base) => Some(base.clone()),
                None => pattern.and_then(|source| self.component(from.clone(), source)),
            };
            found.extend(base.map(|base| (tag, base)));
        }
        found
    }
}

/// `uni-popup` for `UniPopup`.
fn kebab(tag: &str) -> String {
    let mut name = String::new();
    for c in tag.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

/// `x.component("name", Imported)`: names and specifiers.
fn registered(script: &Script) -> Vec<(String, String)> {
    let body = &script.body;
    let mut found = Vec::new();
    for expr in &body.exprs {
        let Expr::Call { callee, args, .. } = expr else { continue };
        let Expr::Member { name, .. } = &body.exprs[*callee as usize] else { continue };
        let [(tag, false), (component, false)] = args.as_slice() else { continue };
        if let ("component", Expr::Str(tag), Expr::Imported(import, _)) =
            (body.name(*name), &body.exprs[*tag as usize], &body.exprs[*component as usize])
        {
            let source = body.name(script.imports[*import as usize].source);
            found.push((body.name(*tag).to_owned(), source.to_owned()));
        }
    }
    found
}

/// The modules a script names as literals: `import`, `require`, `import()`.
pub(super) fn specifiers(script: &Script) -> Vec<String> {
    let body = &script.body;
    let mut found: Vec<String> = script
        .imports
        .iter()
        .filter(|import| !import.types_only)
        .map(|import| body.name(import.source).into())
        .collect();
    for expr in &body.exprs {
        let argument = match expr {
            Expr::Call { callee, args, .. } => match body.exprs[*callee as usize] {
                Expr::Global(name) if body.name(name) == "require" => args.first().map(|(arg, _)| *arg),
                _ => None,
            },
            Expr::DynamicImport(source) => Some(*source),
            _ => None,
        };
        if let Some(Expr::Str(name)) = argument.map(|argument| &body.exprs[argument as usize]) {
            found.push(body.name(*name).into());
        }
    }
    found
}
