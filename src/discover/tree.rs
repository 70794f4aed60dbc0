//! In: a folder. Out: the programs in it, each with its files. Never reads more than manifests and a few templates.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::manifest::Json;
use crate::message::{Message, Value};

use super::path::{extension, join, name, parent, within};
use super::project::{Project, aliases, app_pages, plugin_pages};
use super::{FILE_BYTES, Files, Notice, Program, ProgramKind, Walk, generated, is_source, read_json, shown};

/// Templates of other platforms' programs.
const FOREIGN: [&str; 6] = ["jxml", "ksml", "qml", "swan", "ttml", "wxml"];

/// What the folder of a program is called when it is not the project's own.
const USUAL: [&str; 9] = ["miniprogram", "mini", "client", "src", "app", "demo", "example", "dist", "build"];

/// What a folder holds.
pub(super) struct Tree {
    /// By root.
    pub(super) programs: Vec<Program>,
    pub(super) notices: Vec<Notice>,
    /// All source files outside build folders.
    pub(super) sources: Vec<String>,
    /// When there are no programs: what there is instead.
    pub(super) why: Message,
}

/// A folder with a manifest that makes it a program.
struct Candidate {
    root: String,
    kind: ProgramKind,
    manifest: String,
    json: Json,
    pages: BTreeSet<String>,
    in_order: Vec<String>,
    /// The build folder it lies in.
    build: Option<String>,
    files: Vec<String>,
}

impl Candidate {
    fn has(&self, endings: &[&str]) -> bool {
        self.files.iter().any(|file| endings.contains(&extension(file)))
    }

    /// Whether `self`, in a build folder, seems to be built from `source`: near each other, with common pages.
    fn is_built_from(&self, source: &Candidate) -> bool {
        let Some(build) = &self.build else { return false };
        let owner = parent(build).unwrap_or("");
        let near = within(owner, &source.root).is_some() || within(&source.root, &self.root).is_some();
        near && source.build.is_none() && self.kind == source.kind && !self.pages.is_disjoint(&source.pages)
    }
}

/// Reads the folder `root`.
pub(super) fn read(files: &dyn Files, root: &str) -> Tree {
    let walk = files.walk(root);
    let mut notices = unreadable(&walk);
    let mut projects = projects(files, &walk.files);
    projects.extend(project_above(files, root));
    let mut candidates = candidates(files, &walk.files, &projects, None);
    let mut built: Vec<String> = Vec::new();
    // The ignored ones last: they are only entered where nothing else is found.
    for ignored in [false, true] {
        for build in walk.builds.iter().filter(|build| build.ignored == ignored) {
            let owner = parent(&build.path).unwrap_or("");
            let near = |one: &Candidate| within(owner, &one.root).is_some() || within(&one.root, owner).is_some();
            if ignored && candidates.iter().any(near) {
                continue;
            }
            let inner = files.walk(&build.path);
            notices.extend(unreadable(&inner));
            projects.extend(self::projects(files, &inner.files));
            let found = self::candidates(files, &inner.files, &projects, Some(&build.path));
            let belongs = |file: &String| found.is_empty() || found.iter().any(|one| within(&one.root, file).is_some());
            built.extend(inner.files.into_iter().filter(belongs));
            candidates.extend(found);
        }
    }
    share_out(&mut candidates, walk.files.iter().chain(&built));
    let why = why_none(files, &candidates, &walk.files, &projects);
    candidates.retain(|one| one.has(&["axml"]) || !one.has(&FOREIGN));
    let candidates = without_copies(candidates, &mut notices);
    let mut programs: Vec<Program> = candidates.into_iter().map(|one| program(files, one, &projects)).collect();
    programs.sort_by(|one, other| one.root.cmp(&other.root));
    let sources = walk.files.into_iter().filter(|file| is_source(file)).collect();
    Tree { programs, notices, sources, why }
}

fn unreadable(walk: &Walk) -> Vec<Notice> {
    let told = |(path, what): &(String, Value)| Notice::Unreadable { path: path.clone(), what: what.clone() };
    walk.problems.iter().map(told).collect()
}

fn projects(files: &dyn Files, listed: &[String]) -> Vec<Project> {
    let paths = listed.iter().filter(|path| name(path) == "mini.project.json");
    paths.filter_map(|path| Project::read(files, path)).collect()
}

/// A project file above `root` that names it: the user gave the program and not the project.
fn project_above(files: &dyn Files, root: &str) -> Option<Project> {
    let mut folder = parent(root);
    while let Some(above) = folder {
        let path = join(above, "mini.project.json");
        if files.is_file(&path) {
            return Project::read(files, &path).filter(|project| project.names(root));
        }
        folder = parent(above);
    }
    None
}

fn candidates(files: &dyn Files, listed: &[String], projects: &[Project], build: Option<&str>) -> Vec<Candidate> {
    let mut found: BTreeMap<&str, Candidate> = BTreeMap::new();
    for path in listed {
        let kind = match name(path) {
            "app.json" => ProgramKind::Mini,
            "plugin.json" => ProgramKind::Plugin,
            _ => continue,
        };
        let root = parent(path).unwrap_or("");
        let Some(json) = read_json(files, path) else { continue };
        let named = projects.iter().any(|project| project.plugin_root.as_deref() == Some(root));
        let pages = match kind {
            ProgramKind::Mini => app_pages(&json),
            _ => plugin_pages(&json, named),
        };
        let Some(in_order) = pages.filter(|_| !found.contains_key(root)) else { continue };
        let candidate = Candidate {
            root: root.to_owned(),
            kind,
            manifest: path.clone(),
            json,
            pages: in_order.iter().cloned().collect(),
            in_order,
            build: build.map(str::to_owned),
            files: Vec::new(),
        };
        found.insert(root, candidate);
    }
    found.into_values().collect()
}

/// Gives each file to the innermost candidate it lies in.
fn share_out<'a>(candidates: &mut [Candidate], files: impl Iterator<Item = &'a String>) {
    let roots: BTreeMap<String, usize> =
        candidates.iter().enumerate().map(|(index, candidate)| (candidate.root.clone(), index)).collect();
    for file in files {
        let mut folder = parent(file);
        while let Some(here) = folder {
            if let Some(owner) = roots.get(here).and_then(|index| candidates.get_mut(*index)) {
                owner.files.push(file.clone());
                break;
            }
            folder = parent(here);
        }
    }
    candidates.iter_mut().for_each(|candidate| candidate.files.sort());
}

/// Drops output beside its source, and source that only another tool can read beside its output.
fn without_copies(candidates: Vec<Candidate>, notices: &mut Vec<Notice>) -> Vec<Candidate> {
    let mut dropped: BTreeSet<usize> = BTreeSet::new();
    for (at, output) in candidates.iter().enumerate() {
        for (from, source) in candidates.iter().enumerate().filter(|(_, source)| output.is_built_from(source)) {
            if source.has(&["axml"]) || !output.has(&["axml"]) {
                if dropped.insert(at) {
                    notices.push(Notice::Copy { path: output.root.clone(), source: source.root.clone() });
                }
            } else {
                dropped.insert(from);
            }
        }
    }
    let kept = candidates.into_iter().enumerate().filter(|(at, _)| !dropped.contains(at));
    kept.map(|(_, candidate)| candidate).collect()
}

fn program(files: &dyn Files, candidate: Candidate, projects: &[Project]) -> Program {
    let Candidate { root, kind, manifest, json, in_order, files: mut sources, .. } = candidate;
    sources.retain(|file| is_source(file));
    let above = projects.iter().filter(|project| within(project.folder(), &root).is_some());
    let nearest = above.max_by_key(|project| project.folder().len());
    let project = projects.iter().find(|project| project.names(&root)).or(nearest);
    let (generated, framework) = generated::recognise(files, &root, &in_order, &sources);
    let is_app = kind == ProgramKind::Mini;
    Program {
        name: shown(&root).to_owned(),
        kind,
        aliases: aliases(files, project, Some(&json), &root),
        project: project.map(|project| project.path.clone()),
        app: is_app.then(|| manifest.clone()),
        plugin: (!is_app).then_some(manifest),
        files: sources,
        generated,
        framework,
        root,
    }
}

fn why_none(door: &dyn Files, candidates: &[Candidate], files: &[String], projects: &[Project]) -> Message {
    if let Some(foreign) = candidates.iter().find(|one| one.has(&FOREIGN)) {
        return Message::new("none-foreign").with("folder", shown(&foreign.root));
    }
    if let Some(app) = files.iter().find(|path| name(path) == "app.json") {
        return match door.read_within(app, FILE_BYTES) {
            Ok(_) => Message::new("none-app").with("app", app),
            Err(error) => Message::new("none-broken").with("app", app).with("reason", Value::of_system(&error)),
        };
    }
    if let Some((project, root)) = projects.iter().find_map(|one| Some((&one.path, one.mini_root.as_ref()?))) {
        return Message::new("none-root").with("project", project).with("root", shown(root));
    }
    let has = |wanted: &str| files.iter().any(|path| name(path) == wanted);
    if has("pages.json") && has("manifest.json") {
        return Message::new("none-uni");
    }
    if files.is_empty() {
        return Message::new("none-empty");
    }
    Message::new("none-here")
}

/// A folder beside `path`, or the one above, that holds a program: a guess at what was meant. Only names that are usual are
/// tried, for the folder above may be anything.
pub(super) fn near(files: &dyn Files, path: &str) -> Option<String> {
    let above = parent(path).map_or_else(|| join(path, ".."), str::to_owned);
    let beside = USUAL.iter().map(|name| join(&above, name));
    let holds = |folder: &String| {
        folder != path && read_json(files, &join(folder, "app.json")).is_some_and(|json| app_pages(&json).is_some())
    };
    beside.chain([above.clone()]).find(holds).map(|folder| shown(&folder).to_owned())
}
