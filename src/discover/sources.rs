//! In: the files of a folder, and what is known of frameworks. Out: the sources of frameworks in it. Never reads more than
//! manifests.

use std::collections::BTreeMap;

use crate::facts::manifest::Json;

use super::frameworks::{Framework, Sources};
use super::path::{join, name, parent, within};
use super::{Files, read_json};

/// A program written in a framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// The folder of the file that everything begins with.
    pub(super) root: String,
    /// The folder of the project: builds lie in it, and the program when it has a folder of its own.
    pub(super) project: String,
    /// The file that everything begins with.
    pub(super) entry: String,
    pub(super) framework: &'static str,
}

/// The sources of frameworks among the `listed` files of `root`, each project once.
pub(super) fn find(files: &dyn Files, root: &str, listed: &[String], known: &[Framework]) -> Vec<Source> {
    let packages = Packages::of(files, root, listed);
    let mut found: BTreeMap<String, Source> = BTreeMap::new();
    for framework in known {
        for sources in &framework.sources {
            let mut entries: Vec<&String> = listed.iter().filter(|path| rank(sources, path).is_some()).collect();
            let in_src = |path: &str| parent(path).is_some_and(|folder| name(folder) == "src");
            entries.sort_by_key(|path| (rank(sources, path), !in_src(path), path.matches('/').count(), path.as_str()));
            for entry in entries {
                let Some(project) = packages.project(files, sources, entry) else { continue };
                // A package has one program, wherever files have such names; other sources are known by their own files.
                let is_there = |one: &Source| !sources.packages.is_empty() && one.project == project;
                let root = parent(entry).unwrap_or("").to_owned();
                if !found.values().any(is_there) && !found.contains_key(&root) {
                    let framework = framework.name;
                    found.insert(root.clone(), Source { root, project, entry: entry.clone(), framework });
                }
            }
        }
    }
    let all: Vec<Source> = found.into_values().collect();
    let inner = |one: &Source| all.iter().any(|other| other != one && within(&other.root, &one.root).is_some());
    all.iter().filter(|one| !inner(one)).cloned().collect()
}

/// The folder of a `package.json` at `path`'s folder or above that asks for a framework's packages, or of a file in it or above
/// with which its sources begin: where to look for the program that the file belongs to.
pub(super) fn above(files: &dyn Files, path: &str, known: &[Framework]) -> Option<String> {
    let mut at = parent(path);
    while let Some(folder) = at {
        at = parent(folder);
        let package = asked_for(files, &join(folder, "package.json"));
        let holds = |sources: &Sources| {
            let begins = sources.entry.iter().any(|entry| files.is_file(&join(folder, entry)));
            match sources.packages.is_empty() {
                true => begins,
                false => sources.packages.iter().any(|wanted| package.contains(wanted)),
            }
        };
        if known.iter().flat_map(|framework| &framework.sources).any(holds) {
            return Some(folder.to_owned());
        }
    }
    None
}

/// How good a file is as the one with which sources begin; `None` when it is none.
fn rank(sources: &Sources, path: &str) -> Option<usize> {
    sources.entry.iter().position(|entry| entry == name(path))
}

/// What the `package.json` files of a folder ask for.
struct Packages {
    by_folder: BTreeMap<String, Vec<String>>,
}

impl Packages {
    fn of(files: &dyn Files, root: &str, listed: &[String]) -> Packages {
        let inside = listed.iter().filter(|path| name(path) == "package.json").cloned();
        let mut paths: Vec<String> = inside.collect();
        // The user may have given a folder of a project.
        let mut above = parent(root);
        while let Some(folder) = above.filter(|_| !paths.iter().any(|path| parent(path) == Some(root))) {
            let path = join(folder, "package.json");
            above = parent(folder);
            if files.is_file(&path) {
                paths.push(path);
                break;
            }
        }
        let by_folder = paths.into_iter().map(|path| {
            let asked = asked_for(files, &path);
            (parent(&path).unwrap_or("").to_owned(), asked)
        });
        Packages { by_folder: by_folder.collect() }
    }

    /// The folder of the project that begins with `entry`, when these are such sources.
    fn project(&self, files: &dyn Files, sources: &Sources, entry: &str) -> Option<String> {
        let folder = parent(entry).unwrap_or("");
        if !sources.beside.iter().all(|file| files.is_file(&join(folder, file))) {
            return None;
        }
        if !sources.lists.is_empty() {
            let json = read_json(files, entry)?;
            let lists = json.get(&sources.lists).map(Json::items).unwrap_or_default();
            lists.first()?;
        }
        let mut at = Some(folder);
        while let Some(here) = at {
            if let Some(asked) = self.by_folder.get(here)
                && (sources.packages.is_empty() || sources.packages.iter().any(|wanted| asked.contains(wanted)))
            {
                return Some(here.to_owned());
            }
            at = parent(here);
        }
        sources.packages.is_empty().then(|| folder.to_owned())
    }
}

/// The packages a `package.json` asks for.
fn asked_for(files: &dyn Files, path: &str) -> Vec<String> {
    let json = files.is_file(path).then(|| read_json(files, path)).flatten();
    let lists = ["dependencies", "devDependencies", "peerDependencies"];
    let members = lists.iter().filter_map(|list| json.as_ref()?.get(list)).flat_map(Json::members);
    members.map(|member| member.key.clone()).collect()
}

#[cfg(test)]
mod tests;
