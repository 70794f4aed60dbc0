//! In: files as values. Out: a file system for tests and rule pages. Never touches the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, ErrorKind, Result};

use super::ignored::Gate;
use super::path::{join, normalise, within};
use super::{Files, Walk};

/// Files by path; the base is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Memory {
    /// From paths and texts.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Memory {
        Memory(files.into_iter().map(|(path, text)| (normalise(path), text.as_bytes().to_vec())).collect())
    }

    fn visit(&self, folder: &str, gate: &mut Gate, walk: &mut Walk) {
        gate.enter(self, &join("/", folder));
        let here = key(folder);
        let children: BTreeSet<&str> = self
            .0
            .keys()
            .filter_map(|path| within(&here, path))
            .filter_map(|inside| inside.split('/').next())
            .filter(|name| !name.is_empty())
            .collect();
        for name in children {
            let path = join(folder, name);
            let absolute = join("/", &path);
            if self.is_file(&path) {
                if gate.takes_file(&absolute) {
                    walk.files.push(path);
                }
            } else if gate.opens(&absolute, &path, walk) {
                self.visit(&path, gate, walk);
            }
        }
    }
}

/// The key of a path that may be absolute.
fn key(path: &str) -> String {
    normalise(path.trim_start_matches('/'))
}

impl Files for Memory {
    fn base(&self) -> String {
        "/".into()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.0.get(&key(path)).cloned().ok_or_else(|| Error::from(ErrorKind::NotFound))
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.contains_key(&key(path))
    }

    fn is_dir(&self, path: &str) -> bool {
        let folder = key(path);
        self.0.keys().any(|file| within(&folder, file).is_some_and(|inside| !inside.is_empty()))
    }

    fn walk(&self, root: &str) -> Walk {
        let mut walk = Walk::default();
        if self.is_file(root) {
            walk.files.push(root.to_owned());
            return walk;
        }
        self.visit(root, &mut Gate::at(self, &join("/", root)), &mut walk);
        walk.files.sort();
        walk
    }
}
