//! In: `app.json`, `plugin.json` and `mini.project.json`. Out: what they say about roots, pages and aliases. Never walks.

use std::collections::BTreeSet;

use crate::facts::manifest::{Json, Value};

use super::frameworks::Framework;
use super::path::{join, parent, within};
use super::{Files, Program, ProgramKind, generated, read_json, shown};

/// How many times a `tsconfig.json` is followed to the one it extends.
const MAX_EXTENDS: u32 = 4;

/// A `mini.project.json`, of either format.
pub(super) struct Project {
    pub(super) path: String,
    /// Where the program is, when it says so.
    pub(super) mini_root: Option<String>,
    /// Where the plugin is, when it says so.
    pub(super) plugin_root: Option<String>,
    json: Json,
}

impl Project {
    /// Reads the project file at `path`.
    pub(super) fn read(files: &dyn Files, path: &str) -> Option<Project> {
        let json = read_json(files, path)?;
        let folder = parent(path).unwrap_or("");
        let root = |key: &str| Some(join(folder, json.get(key)?.text()?.trim_start_matches('/')));
        Some(Project {
            path: path.to_owned(),
            mini_root: root("miniprogramRoot"),
            plugin_root: root("pluginRoot"),
            json,
        })
    }

    /// The folder it lies in.
    pub(super) fn folder(&self) -> &str {
        parent(&self.path).unwrap_or("")
    }

    /// Whether it names `root` as a program's or a plugin's.
    pub(super) fn names(&self, root: &str) -> bool {
        [&self.mini_root, &self.plugin_root].into_iter().flatten().any(|named| named == root)
    }
}

/// The pages an `app.json` lists, its packages' too; `None` when it lists none, so is no program's.
pub(super) fn app_pages(json: &Json) -> Option<Vec<String>> {
    let list = |key: &str| json.get(key).filter(|value| matches!(value.value, Value::Array(_)));
    let packages = list("subPackages").or_else(|| list("subpackages"));
    if list("pages").is_none() && packages.is_none() {
        return None;
    }
    let mut pages = strings(json.get("pages"));
    for package in packages.map(Json::items).unwrap_or_default() {
        let root = package.get("root").and_then(Json::text).unwrap_or("");
        pages.extend(strings(package.get("pages")).iter().map(|page| join(root, page)));
    }
    Some(pages)
}

/// The pages and components of a `plugin.json`; `None` when it is none of a mini program. Other tools have files of that
/// name, so one that no project file names (`named`) must say something only a mini program's says.
pub(super) fn plugin_pages(json: &Json, named: bool) -> Option<Vec<String>> {
    let own = ["publicComponents", "publicPages", "pages"].iter().any(|key| match json.get(key).map(|it| &it.value) {
        Some(Value::Array(_)) => *key == "pages",
        Some(Value::Object(_)) => *key != "pages",
        _ => false,
    });
    (own || (named && json.get("main").is_some())).then(|| strings(json.get("pages")))
}

fn strings(list: Option<&Json>) -> Vec<String> {
    let items = list.map(Json::items).unwrap_or_default();
    items.iter().filter_map(Json::text).map(|text| text.trim_start_matches('/').to_owned()).collect()
}

/// `resolveAlias` of the project file and of `app.json`, then `paths` of the nearest `tsconfig.json` or `jsconfig.json`, for a
/// program at `root`; longest key first.
///
/// A target counts from the program's root when it begins with `/`; else from the project file's folder when that lies
/// in the program, or when only that exists.
pub(super) fn aliases(
    files: &dyn Files,
    project: Option<&Project>,
    app: Option<&Json>,
    root: &str,
) -> Vec<(String, String)> {
    let written = [
        project.and_then(|project| project.json.at(&["compileOptions", "resolveAlias"])),
        project.and_then(|project| project.json.get("resolveAlias")),
        app.and_then(|app| app.get("resolveAlias")),
    ];
    let mut found: Vec<(String, String)> = Vec::new();
    let mut known = BTreeSet::new();
    for member in written.into_iter().flatten().flat_map(Json::members) {
        let Some(target) = member.value.text() else { continue };
        if known.contains(member.key.as_str()) {
            continue;
        }
        if let Some(target) = alias_target(files, project, root, target) {
            known.insert(member.key.as_str());
            found.push((member.key.clone(), target));
        }
    }
    found.extend(typed_paths(files, root).into_iter().filter(|(key, _)| !known.contains(key.as_str())));
    found.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then_with(|| one.0.cmp(&other.0)));
    found
}

/// `paths` and `baseUrl` of the nearest `tsconfig.json` or `jsconfig.json` from `root` upwards that has any, as bundlers take
/// them; targets outside of the program are left out.
fn typed_paths(files: &dyn Files, root: &str) -> Vec<(String, String)> {
    let mut at = Some(root);
    while let Some(folder) = at {
        for name in ["tsconfig.json", "jsconfig.json"] {
            let found = paths_in(files, root, &join(folder, name), 0);
            if !found.is_empty() {
                return found;
            }
        }
        at = parent(folder).filter(|above| *above != folder);
    }
    Vec::new()
}

fn paths_in(files: &dyn Files, root: &str, file: &str, depth: u32) -> Vec<(String, String)> {
    let Some(json) = (depth < MAX_EXTENDS).then(|| read_json(files, file)).flatten() else { return Vec::new() };
    let folder = parent(file).unwrap_or("");
    let base = json.at(&["compilerOptions", "baseUrl"]).and_then(Json::text).map(|base| join(folder, base));
    let counted_from = base.as_deref().unwrap_or(folder);
    let inside = |target: &str| within(root, &join(counted_from, target)).map(str::to_owned);
    let members = json.at(&["compilerOptions", "paths"]).map(Json::members).unwrap_or_default();
    let mut found: Vec<(String, String)> = Vec::new();
    for member in members {
        let targets = member.value.items().iter().filter_map(Json::text);
        found.extend(targets.filter_map(|target| Some((member.key.clone(), inside(target)?))));
    }
    // Names without a dot are looked for in the base as well.
    found.extend(base.is_some().then(|| inside("*")).flatten().map(|target| ("*".to_owned(), target)));
    match json.get("extends").and_then(Json::text) {
        Some(other) if found.is_empty() && other.starts_with('.') => {
            let other = if other.ends_with(".json") { other.to_owned() } else { format!("{other}.json") };
            paths_in(files, root, &join(folder, &other), depth + 1)
        }
        _ => found,
    }
}

fn alias_target(files: &dyn Files, project: Option<&Project>, root: &str, target: &str) -> Option<String> {
    let from_root = join(root, target.trim_start_matches('/'));
    let folder = project.map(Project::folder).filter(|_| !target.starts_with('/'));
    let from_project = folder.map(|folder| join(folder, target)).filter(|path| within(root, path).is_some());
    let exists = |path: &str| {
        let stem = path.trim_end_matches('*').trim_end_matches('/');
        files.is_dir(stem) || files.is_file(stem)
    };
    let chosen = from_project.filter(|path| exists(path) || !exists(&from_root)).unwrap_or(from_root);
    within(root, &chosen).map(str::to_owned)
}

/// The program of a folder that has templates but no `app.json`.
pub(super) fn library(files: &dyn Files, known: &[Framework], root: &str, sources: Vec<String>) -> Program {
    let project = Project::read(files, &join(root, "mini.project.json"));
    let recognised = generated::recognise(files, known, root, &[], &sources);
    Program {
        root: root.to_owned(),
        name: shown(root).to_owned(),
        kind: ProgramKind::Library,
        app: None,
        plugin: None,
        aliases: aliases(files, project.as_ref(), None, root),
        project: project.map(|project| project.path),
        files: sources,
        refused: recognised.generated,
        framework: recognised.framework,
        dialect: None,
    }
}
