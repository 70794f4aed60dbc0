//! In: a folder. Out: the programs in it, each with its files. Never reads more than manifests and a few templates.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::manifest::Json;
use crate::message::{Message, Value};

use super::dialects;
use super::frameworks::{self, Framework};
use super::path::{extension, join, name, parent, within};
use super::project::{Project, aliases, app_pages, plugin_pages};
use super::sources::{self, Source};
use super::{
    FILE_BYTES, Files, Notice, Program, ProgramKind, Refused, Walk, generated, is_source, read_manifest, shown,
};

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
    json: Option<Json>,
    /// Why its manifest does not say what it consists of.
    broken: Option<Value>,
    pages: BTreeSet<String>,
    in_order: Vec<String>,
    /// The build folder it lies in.
    build: Option<String>,
    files: Vec<String>,
}

impl Candidate {
    fn new(manifest: &str, kind: ProgramKind, build: Option<&str>) -> Candidate {
        Candidate {
            root: parent(manifest).unwrap_or("").to_owned(),
            kind,
            manifest: manifest.to_owned(),
            json: None,
            broken: None,
            pages: BTreeSet::new(),
            in_order: Vec::new(),
            build: build.map(str::to_owned),
            files: Vec::new(),
        }
    }

    fn has(&self, endings: &[&str]) -> bool {
        self.files.iter().any(|file| endings.contains(&extension(file)))
    }

    /// Whether one of its pages has a template.
    fn has_pages(&self) -> bool {
        let template = |page: &String| join(&self.root, &format!("{page}.axml"));
        self.pages.iter().any(|page| self.files.binary_search(&template(page)).is_ok())
    }

    /// Whether a folder whose manifest is broken is a program's by what else it holds: other tools have an `app.json`, too.
    fn is_program(&self) -> bool {
        let beside = |file: &String| {
            matches!(name(file), "app.js" | "app.ts" | "app.acss") && parent(file).unwrap_or("") == self.root
        };
        let means = || self.json.as_ref().is_none_or(|json| json.get("pages").is_some());
        self.broken.is_none() || self.has(&["axml"]) && (means() || self.files.iter().any(beside))
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
    let known = frameworks::all();
    let walk = files.walk(root);
    let mut notices = unreadable(&walk);
    let mut projects = projects(files, &walk.files);
    projects.extend(project_above(files, root));
    let mut candidates = candidates(files, &walk, &projects, None);
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
            let found = self::candidates(files, &inner, &projects, Some(&build.path));
            let belongs = |file: &String| found.is_empty() || found.iter().any(|one| within(&one.root, file).is_some());
            built.extend(inner.files.into_iter().filter(belongs));
            candidates.extend(found);
        }
    }
    share_out(&mut candidates, walk.files.iter().chain(&built));
    candidates.retain(Candidate::is_program);
    let mut written = sources::find(files, root, &walk.files, &known);
    let why = why_none(files, &known, &candidates, &walk.files, &projects);
    candidates.retain(|one| one.has(&["axml"]) || !is_foreign(&known, one));
    // What only looks like a program within a framework's sources.
    let is_within = |one: &Candidate| {
        let owner = |source: &Source| if one.has(&["axml"]) { source.root.clone() } else { source.project.clone() };
        written.iter().any(|source| one.root != source.root && within(&owner(source), &one.root).is_some())
    };
    candidates.retain(|one| one.has_pages() || !is_within(one));
    let candidates = without_copies(candidates, &mut notices);
    let builds: Vec<String> =
        candidates.iter().filter_map(|one| one.build.as_ref().map(|_| one.root.clone())).collect();
    let mut programs: Vec<Program> = candidates.into_iter().map(|one| program(files, &known, one, &projects)).collect();
    let is_build = |source: &Source, one: &Program| {
        let lies_there = builds.contains(&one.root) || one.framework == Some(source.framework);
        lies_there && within(&source.project, &one.root).is_some()
    };
    // Sources that can be read are judged, not what was built from them.
    let are_there = |source: &Source| {
        let own = known.iter().find(|one| one.name == source.framework).map_or(&[][..], |one| &one.extensions);
        let is_own = |file: &String| own.iter().any(|kind| kind == extension(file));
        own.is_empty() || walk.files.iter().any(|file| is_own(file) && within(&source.root, file).is_some())
    };
    let readable = |source: &Source| are_there(source) && dialects::of(files, source).is_some();
    for source in written.iter().filter(|source| readable(source)) {
        for build in programs.iter().filter(|one| is_build(source, one)) {
            notices.push(Notice::Copy { path: build.root.clone(), source: source.root.clone() });
        }
        programs.retain(|one| !is_build(source, one));
    }
    // A build that can be judged stands for other sources, and one that cannot is told with them.
    written.retain(|source| !programs.iter().any(|one| one.refused.is_none() && is_build(source, one)));
    programs.retain(|one| one.refused.is_none() || !written.iter().any(|source| is_build(source, one)));
    for source in written {
        if !programs.iter().any(|one| one.root == source.root) {
            programs.push(in_words(files, &known, source, &walk.files));
        }
    }
    programs.sort_by(|one, other| one.root.cmp(&other.root));
    let sources = walk.files.into_iter().filter(|file| is_source(file)).collect();
    Tree { programs, notices, sources, why }
}

/// Whether a program without templates of ours is another platform's: by its own templates, or by the name of the folder that a
/// framework builds it into.
fn is_foreign(known: &[Framework], one: &Candidate) -> bool {
    let targets = || known.iter().flat_map(|framework| &framework.targets.other);
    let is_target = |folder: &str| targets().any(|target| target == folder);
    one.has(&FOREIGN) || one.root.split('/').any(is_target)
}

/// A program in a framework's words.
fn in_words(files: &dyn Files, known: &[Framework], source: Source, listed: &[String]) -> Program {
    let dialect = dialects::of(files, &source);
    let Source { root, entry, framework, .. } = source;
    let belongs =
        |file: &&String| within(&root, file).is_some() && (is_source(file) || frameworks::is_source(known, file));
    Program {
        name: shown(&root).to_owned(),
        kind: ProgramKind::Mini,
        app: dialect.map(|_| entry.clone()),
        plugin: None,
        project: None,
        aliases: if dialect.is_some() { aliases(files, None, None, &root) } else { Vec::new() },
        files: listed.iter().filter(belongs).cloned().collect(),
        refused: dialect.is_none().then_some(Refused::Sources { framework, file: entry }),
        framework: dialect.map(|_| framework),
        dialect,
        root,
    }
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

fn candidates(files: &dyn Files, walk: &Walk, projects: &[Project], build: Option<&str>) -> Vec<Candidate> {
    let mut found: BTreeMap<&str, Candidate> = BTreeMap::new();
    let mut broken = Vec::new();
    for (path, reason) in &walk.problems {
        broken.extend((name(path) == "app.json").then(|| (path, ProgramKind::Mini, None, reason.clone())));
    }
    for path in &walk.files {
        let kind = match name(path) {
            "app.json" => ProgramKind::Mini,
            "plugin.json" => ProgramKind::Plugin,
            _ => continue,
        };
        let root = parent(path).unwrap_or("");
        let (json, mistake) = match read_manifest(files, path) {
            Ok(read) => read,
            Err(reason) => {
                broken.push((path, kind, None, reason));
                continue;
            }
        };
        let named = projects.iter().any(|project| project.plugin_root.as_deref() == Some(root));
        let pages = match kind {
            ProgramKind::Mini => app_pages(&json),
            _ => plugin_pages(&json, named),
        };
        match pages {
            Some(in_order) if !found.contains_key(root) => {
                let candidate = Candidate::new(path, kind, build);
                let pages = in_order.iter().cloned().collect();
                found.insert(root, Candidate { json: Some(json), pages, in_order, ..candidate });
            }
            None if kind == ProgramKind::Mini => {
                let json = mistake.is_none().then_some(json);
                let lists_none = || Message::new("none-app").with("app", path.as_str()).into();
                broken.push((path, kind, json, mistake.unwrap_or_else(lists_none)));
            }
            _ => {}
        }
    }
    // A page may be called `app`: its manifest is no program's.
    let is_a_page = |path: &str| {
        found.values().any(|one| {
            let inside = within(&one.root, path).and_then(|inside| inside.strip_suffix(".json"));
            inside.is_some_and(|page| one.pages.contains(page))
        })
    };
    broken.retain(|(path, kind, ..)| *kind == ProgramKind::Mini && !is_a_page(path));
    for (path, kind, json, reason) in broken {
        let root = parent(path).unwrap_or("");
        let candidate = Candidate { json, broken: Some(reason), ..Candidate::new(path, kind, build) };
        found.entry(root).or_insert(candidate);
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

fn program(files: &dyn Files, known: &[Framework], candidate: Candidate, projects: &[Project]) -> Program {
    let Candidate { root, kind, manifest, json, broken, in_order, files: mut sources, .. } = candidate;
    sources.retain(|file| is_source(file));
    let above = projects.iter().filter(|project| within(project.folder(), &root).is_some());
    let nearest = above.max_by_key(|project| project.folder().len());
    let project = projects.iter().find(|project| project.names(&root)).or(nearest);
    let recognised = generated::recognise(files, known, &root, &in_order, &sources);
    let broken = broken.map(|reason| Refused::Manifest { file: manifest.clone(), reason });
    let is_app = kind == ProgramKind::Mini;
    Program {
        name: shown(&root).to_owned(),
        kind,
        aliases: aliases(files, project, json.as_ref(), &root),
        project: project.map(|project| project.path.clone()),
        app: is_app.then(|| manifest.clone()),
        plugin: (!is_app).then_some(manifest),
        files: sources,
        refused: broken.or(recognised.generated),
        framework: recognised.framework,
        dialect: None,
        root,
    }
}

fn why_none(
    door: &dyn Files,
    known: &[Framework],
    candidates: &[Candidate],
    files: &[String],
    projects: &[Project],
) -> Message {
    if let Some(foreign) = candidates.iter().find(|one| is_foreign(known, one)) {
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
        folder != path
            && read_manifest(files, &join(folder, "app.json")).is_ok_and(|(json, _)| app_pages(&json).is_some())
    };
    beside.chain([above.clone()]).find(holds).map(|folder| shown(&folder).to_owned())
}
