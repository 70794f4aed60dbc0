//! In: a file system and some files over it (open editor buffers, standard input). Out: one file system. Never writes.

use std::collections::BTreeMap;
use std::io::Result;

use super::ignored::Gate;
use super::path::{join, within};
use super::{Files, Walk};

/// `files` stand before what `under` holds at the same paths.
pub struct Overlay<'a> {
    /// What lies below.
    pub under: &'a dyn Files,
    /// Whole contents by normalised path.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Files for Overlay<'_> {
    fn base(&self) -> String {
        self.under.base()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.files.get(path).map_or_else(|| self.under.read(path), |bytes| Ok(bytes.clone()))
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.under.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        let holds = |file: &String| within(path, file).is_some_and(|inside| !inside.is_empty());
        self.under.is_dir(path) || self.files.keys().any(holds)
    }

    fn walk(&self, root: &str) -> Walk {
        let mut walk =
            if self.under.is_file(root) || self.under.is_dir(root) { self.under.walk(root) } else { Walk::default() };
        for path in self.files.keys() {
            if within(root, path).is_some_and(|inside| self.lists(root, path, inside)) {
                walk.files.push(path.clone());
            }
        }
        walk.files.sort();
        walk.files.dedup();
        walk
    }
}

impl Overlay<'_> {
    /// Whether a walk from `root` would have come to `path`, had it been below.
    fn lists(&self, root: &str, path: &str, inside: &str) -> bool {
        let top = join(&self.base(), root);
        let mut gate = Gate::at(self, &top);
        let mut folder = top.clone();
        let parts: Vec<&str> = inside.split('/').collect();
        let Some((_, folders)) = parts.split_last() else { return false };
        gate.enter(self, &folder);
        for part in folders {
            folder = join(&folder, part);
            if gate.folder(&folder) != super::ignored::Verdict::Enter {
                return false;
            }
            gate.enter(self, &folder);
        }
        inside.is_empty() || gate.takes_file(&join(&self.base(), path))
    }
}
