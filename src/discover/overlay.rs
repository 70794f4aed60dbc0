//! In: a file system and some files over it (open editor buffers, standard input). Out: one file system. Never writes.

use std::collections::BTreeMap;
use std::io::Result;

use super::path::{is_absolute, within};
use super::{Files, Reach, Walk, lists, too_large};

/// `files` stand before what `under` holds at the same paths.
pub struct Overlay<'a> {
    /// What lies below.
    pub under: &'a dyn Files,
    /// Whole contents by normalised path, from the base where they lie in it.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Files for Overlay<'_> {
    fn base(&self) -> String {
        self.under.base()
    }

    fn real(&self, path: &str) -> String {
        self.under.real(path)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.files.get(self.key(path)).map_or_else(|| self.under.read(path), |bytes| Ok(bytes.clone()))
    }

    fn read_within(&self, path: &str, most: u64) -> Result<Vec<u8>> {
        match self.files.get(self.key(path)) {
            Some(bytes) if bytes.len() as u64 > most => Err(too_large(bytes.len() as u64, most)),
            Some(bytes) => Ok(bytes.clone()),
            None => self.under.read_within(path, most),
        }
    }

    fn read_named(&self, path: &str, most: u64) -> Result<Vec<u8>> {
        if self.files.contains_key(self.key(path)) {
            self.read_within(path, most)
        } else {
            self.under.read_named(path, most)
        }
    }

    fn reach(&self, path: &str) -> Reach {
        if self.files.contains_key(self.key(path)) { Reach::Inside } else { self.under.reach(path) }
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.contains_key(self.key(path)) || self.under.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        let key = self.key(path);
        let holds = |file: &String| within(key, file).is_some_and(|inside| !inside.is_empty());
        self.under.is_dir(path) || self.files.keys().any(holds)
    }

    fn names(&self, folder: &str) -> Option<Vec<String>> {
        let mut names = self.under.names(folder)?;
        let inside = |file: &String| {
            within(self.key(folder), file).and_then(|inside| inside.split('/').next()).map(String::from)
        };
        names.extend(self.files.keys().filter_map(inside));
        Some(names)
    }

    fn walk(&self, root: &str) -> Walk {
        let mut walk =
            if self.under.is_file(root) || self.under.is_dir(root) { self.under.walk(root) } else { Walk::default() };
        for path in self.files.keys() {
            if within(root, path).is_some() && lists(self, root, path) {
                walk.files.push(path.clone());
            }
        }
        walk.files.sort();
        walk.files.dedup();
        walk
    }
}

impl Overlay<'_> {
    /// A path as `files` has it.
    fn key<'a>(&self, path: &'a str) -> &'a str {
        let inside = is_absolute(path).then(|| within(&self.base(), path)).flatten();
        inside.unwrap_or(path)
    }
}
