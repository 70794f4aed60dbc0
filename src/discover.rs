//! In: paths. Out: programs and their files. Never parses a script or a template; only `disk` and `fence` touch the disk.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, nearest};
use crate::message::{Message, Value};

mod dialects;
pub mod disk;
pub mod fence;
pub mod frameworks;
mod generated;
mod ignored;
pub mod memory;
mod notice;
pub mod overlay;
pub mod path;
mod project;
mod reading;
mod sources;
mod tree;

pub use ignored::lists;
pub use notice::Notice;
pub use reading::config_text;
pub(crate) use reading::{outside, too_large};
use reading::{read_json, read_manifest};

/// One door to the file system.
///
/// Paths are text with `/`, relative to the base (`"pages/a.js"`, `"../x"`, `""` for the base itself) or absolute where
/// the user gave them so, always as [`path::normalise`] spells them.
pub trait Files: Sync {
    /// The absolute path of the base: the working directory.
    fn base(&self) -> String;

    /// The bytes of a file.
    ///
    /// # Errors
    /// As the disk says: not there, not allowed.
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>>;

    /// The bytes of a file that has at most `most` of them.
    ///
    /// # Errors
    /// As [`Files::read`], and when it has more.
    fn read_within(&self, path: &str, most: u64) -> std::io::Result<Vec<u8>> {
        let bytes = self.read(path)?;
        if bytes.len() as u64 > most { Err(too_large(bytes.len() as u64, most)) } else { Ok(bytes) }
    }

    /// The bytes of a file that a person names, or that lies above what is checked; not one that a checked file names.
    ///
    /// # Errors
    /// As [`Files::read_within`].
    fn read_named(&self, path: &str, most: u64) -> std::io::Result<Vec<u8>> {
        self.read_within(path, most)
    }

    /// Whether `path` lies, after links, in what may be read. What does not is no file, or one that cannot be read.
    fn reach(&self, _path: &str) -> Reach {
        Reach::Inside
    }

    /// Whether there is a file at `path`.
    fn is_file(&self, path: &str) -> bool;

    /// Whether there is a folder at `path`.
    fn is_dir(&self, path: &str) -> bool;

    /// The absolute path behind links.
    fn real(&self, path: &str) -> String {
        path::join(&self.base(), path)
    }

    /// What stands in a folder, files and folders, by their names; nothing when there is no such folder. `None` when that cannot
    /// be told: then each file is asked for.
    fn names(&self, _folder: &str) -> Option<Vec<String>> {
        None
    }

    /// The files under `root` (or `root`, a file, alone), without what `.gitignore` and `.consentryignore` name, without
    /// hidden files, packages, and build folders; the latter are listed apart. What `root` itself lies in does not
    /// matter: a walk of a build folder or a package lists its files.
    fn walk(&self, root: &str) -> Walk;
}

/// Where a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Into the folders and files that are given, or the work trees around them.
    Inside,
    /// Out of them, through a link.
    Linked,
    /// It names something outside of them.
    Elsewhere,
}

/// Bytes a file may have to be read, when nothing else is said.
pub const FILE_BYTES: u64 = 16 << 20;

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Files, sorted; each path begins with the walked root.
    pub files: Vec<String>,
    /// Paths that could not be read, and what went wrong.
    pub problems: Vec<(String, Value)>,
    /// Build folders the walk did not enter.
    pub builds: Vec<BuildFolder>,
}

/// A folder that looks like a tool's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFolder {
    /// Its path.
    pub path: String,
    /// Whether an ignore file names it.
    pub ignored: bool,
}

/// What kind of program a root holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramKind {
    /// A mini program: has an `app.json`.
    Mini,
    /// A plugin: has a `plugin.json`.
    Plugin,
    /// Components without a program: templates, but nothing that launches.
    Library,
}

/// A mini program and its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The folder that holds `app.json`; `""` for the base. Every path of the program begins with it.
    pub root: String,
    /// How it is shown: the root, or `.`.
    pub name: String,
    /// What it is.
    pub kind: ProgramKind,
    /// The path of its `app.json`.
    pub app: Option<String>,
    /// The path of its `plugin.json`.
    pub plugin: Option<String>,
    /// The path of the `mini.project.json` that counts for it; it may lie above the root.
    pub project: Option<String>,
    /// `resolveAlias`, and `paths` of a `tsconfig.json`: a key such as `@/*` and its target, relative to the root (`*` for `/*`);
    /// longest key first, and a key may stand there with several targets.
    pub aliases: Vec<(String, String)>,
    /// Its source files, sorted, without those of programs that lie within it.
    pub files: Vec<String>,
    /// Set when it cannot be judged.
    pub refused: Option<Refused>,
    /// A framework or converter whose output can be judged.
    pub framework: Option<&'static str>,
    /// The framework in whose words it is written: a name of [`crate::framework::Framework::names`].
    pub dialect: Option<&'static str>,
}

/// Why a program cannot be judged: nothing that is found in it says that it is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is a framework's output, and one template draws every button of it.
    Generated {
        /// The framework's name.
        framework: &'static str,
        /// The file that shows it.
        file: String,
        /// What that file holds.
        mark: String,
    },
    /// It is written in a framework.
    Sources {
        /// The framework's name.
        framework: &'static str,
        /// The file that it begins with.
        file: String,
    },
    /// Its manifest does not say what it consists of.
    Manifest {
        /// The manifest.
        file: String,
        /// What is wrong with it.
        reason: Value,
    },
}

impl Refused {
    /// The file that shows it.
    pub fn file(&self) -> &str {
        match self {
            Refused::Generated { file, .. } | Refused::Sources { file, .. } | Refused::Manifest { file, .. } => file,
        }
    }

    /// What the user is told.
    pub fn words(&self) -> Message {
        match self {
            Refused::Generated { framework, mark, .. } => {
                Message::new("refused-generated").with("framework", *framework).with("mark", mark.as_str())
            }
            Refused::Sources { framework, .. } => Message::new("refused-sources").with("framework", *framework),
            Refused::Manifest { reason, .. } => Message::new("refused-manifest").with("reason", reason.clone()),
        }
    }
}

/// The programs of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovery {
    /// By root.
    pub programs: Vec<Program>,
    /// When the user gave a part of a program: only findings in these files are shown.
    pub shown: Option<BTreeSet<String>>,
    /// Sorted.
    pub notices: Vec<Notice>,
}

/// Finds the programs under `paths`, as the user gave them (none: the base). A file, or a folder without a program, that
/// lies in a program stands for its part of it.
///
/// # Errors
/// When a path leads nowhere, or to no program.
pub fn programs(files: &dyn Files, paths: &[String]) -> Result<Discovery, Error> {
    let base = [String::new()];
    let mut found = Found::default();
    for given in if paths.is_empty() { &base[..] } else { paths } {
        let path = from_base(files, path::normalise(given));
        if files.is_file(&path) {
            one_file(files, &path, &mut found);
        } else if files.is_dir(&path) {
            folder(files, &path, &mut found)?;
        } else {
            return Err(Error::Absent { path: shown(given).to_owned(), nearest: similar(files, &path) });
        }
    }
    Ok(found.locate())
}

/// The path that was probably meant by one that leads nowhere: each part of it as what is there and looks most like it; else
/// what has its name one folder further down.
fn similar(files: &dyn Files, path: &str) -> Option<String> {
    let mut here = if path::is_absolute(path) { "/".to_owned() } else { String::new() };
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let next = path::join(&here, part);
        if files.is_dir(&next) || files.is_file(&next) {
            here = next;
            continue;
        }
        let names: BTreeSet<String> = files.names(&here).unwrap_or_else(|| walked(files, &here)).into_iter().collect();
        let deeper = || {
            let mut all = names.iter().map(|name| path::join(&path::join(&here, name), part));
            all.find(|path| files.is_dir(path) || files.is_file(path))
        };
        here = match nearest(part, names.iter().map(String::as_str)) {
            Some(name) => path::join(&here, &name),
            None => deeper()?,
        };
    }
    (files.is_dir(&here) || files.is_file(&here)).then_some(here)
}

/// The names in a folder as a walk finds them.
fn walked(files: &dyn Files, folder: &str) -> Vec<String> {
    let all = files.walk(folder).files;
    all.iter().filter_map(|file| path::within(folder, file)?.split('/').next()).map(str::to_owned).collect()
}

/// Whether `path` is a file that programs consist of.
pub fn is_source(path: &str) -> bool {
    let extension = path::extension(path).to_ascii_lowercase();
    matches!(extension.as_str(), "axml" | "js" | "mjs" | "cjs" | "jsx" | "ts" | "tsx" | "sjs" | "json")
}

#[derive(Default)]
struct Found {
    programs: BTreeMap<String, Program>,
    /// Roots all of whose files are shown.
    whole: BTreeSet<String>,
    parts: BTreeSet<String>,
    notices: BTreeSet<Notice>,
}

impl Found {
    fn locate(self) -> Discovery {
        let restricted = self.programs.keys().any(|root| !self.whole.contains(root));
        let shown = restricted.then(|| {
            let whole = self.programs.values().filter(|program| self.whole.contains(&program.root));
            whole.flat_map(|program| program.files.iter().cloned()).chain(self.parts).collect()
        });
        Discovery {
            programs: self.programs.into_values().collect(),
            shown,
            notices: self.notices.into_iter().collect(),
        }
    }

    /// Takes the part `inside` of a program: a file of it, or a folder.
    fn part(&mut self, program: Program, inside: &str) {
        let program = self.programs.entry(program.root.clone()).or_insert(program);
        let lies = |file: &&String| path::within(inside, file).is_some();
        self.parts.extend(program.files.iter().filter(lies).cloned());
        if !program.files.iter().any(|file| file == inside) && is_source(inside) {
            program.files.push(inside.to_owned());
            program.files.sort();
            self.parts.insert(inside.to_owned());
        }
    }
}

fn folder(files: &dyn Files, path: &str, found: &mut Found) -> Result<(), Error> {
    let tree = tree::read(files, path);
    found.notices.extend(tree.notices);
    if tree.programs.is_empty() {
        if let Some((program, inside)) = above(files, path) {
            found.part(program, &inside);
            return Ok(());
        }
        if !tree.sources.iter().any(|file| path::extension(file) == "axml") {
            let near = tree::near(files, path);
            return Err(Error::NoProgram { path: shown(path).to_owned(), why: tree.why, near });
        }
        found.notices.insert(Notice::Library { path: path.to_owned() });
        found.whole.insert(path.to_owned());
        let library = project::library(files, &frameworks::all(), path, tree.sources);
        found.programs.entry(path.to_owned()).or_insert(library);
    }
    for program in tree.programs {
        found.whole.insert(program.root.clone());
        found.programs.entry(program.root.clone()).or_insert(program);
    }
    Ok(())
}

/// Hooks and editors name files without knowing whether they concern a mini program: one that does not is told.
fn one_file(files: &dyn Files, path: &str, found: &mut Found) {
    let program = above(files, path);
    if !is_source(path) && program.as_ref().is_none_or(|(program, inside)| !program.files.contains(inside)) {
        let path = path.to_owned();
        found.notices.insert(match program {
            Some((program, _)) => Notice::OtherKind { path, program: program.name },
            None => Notice::NotSource { path },
        });
        return;
    }
    if let Some((program, inside)) = program {
        found.part(program, &inside);
        return;
    }
    let Some(folder) = path::parent(path).filter(|_| path::extension(path) == "axml") else {
        found.notices.insert(Notice::Stray { path: path.to_owned() });
        return;
    };
    found.notices.insert(Notice::Library { path: folder.to_owned() });
    let sources = files.walk(folder).files.into_iter().filter(|file| is_source(file)).collect();
    found.part(project::library(files, &frameworks::all(), folder, sources), path);
}

/// An absolute path that lies in the base as seen from there: however it is given, a file has one name.
fn from_base(files: &dyn Files, path: String) -> String {
    if !path::is_absolute(&path) {
        return path;
    }
    path::within(&files.base(), &path).map(str::to_owned).unwrap_or(path)
}

/// The innermost program `path` lies in, and `path` written as that program's paths are.
fn above(files: &dyn Files, path: &str) -> Option<(Program, String)> {
    let base = files.base();
    let absolute = path::join(&base, path);
    let mut next = path::parent(&absolute);
    let found = |folder: &str| {
        let root = if path::is_absolute(path) { folder.to_owned() } else { path::relative(&base, folder) };
        let inside = path::join(&root, path::within(folder, &absolute)?);
        let holds = |program: &Program| path::within(&program.root, &inside).is_some();
        let programs = tree::read(files, &root).programs;
        let program = programs.into_iter().filter(holds).max_by_key(|program| program.root.len())?;
        Some((program, inside))
    };
    while let Some(folder) = next {
        next = path::parent(folder);
        let manifests = ["app.json", "plugin.json", "mini.project.json"];
        if !manifests.iter().any(|name| files.is_file(&path::join(folder, name))) {
            continue;
        }
        if let Some(found) = found(folder) {
            return Some(found);
        }
    }
    sources::above(files, &absolute, &frameworks::all()).and_then(|folder| found(&folder))
}

/// A path for people.
pub fn shown(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

#[cfg(test)]
mod tests;
