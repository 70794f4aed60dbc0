//! In: the index of a repository. Out: a file system that holds what the next commit would leave behind. Files that git ignores
//! (installed packages, say) are those of the disk: a commit neither brings nor takes them. Never writes.

use super::Repository;
use super::blobs::Blobs;
use crate::discover::disk::Disk;
use crate::discover::path::{join, parent, within};
use crate::discover::{self, Files, Reach, Walk};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, ErrorKind, Result};

/// Links that lead to links are followed this far.
const MOST_LINKS: usize = 8;

/// No path is longer.
const MOST_NAME: u64 = 1 << 16;

/// What stands at a path of the index.
#[derive(Clone, Debug)]
enum Entry {
    /// A file, by the name of its object.
    File(String),
    /// A symbolic link, likewise.
    Link(String),
    /// Another repository, whose files are its own affair.
    Repository,
}

/// The index as a file system. Its paths are those of the disk.
#[derive(Debug)]
pub struct Index {
    repository: Repository,
    disk: Disk,
    base: String,
    /// By absolute path.
    entries: BTreeMap<String, Entry>,
    /// Files on the disk that a commit would not bring, by absolute path; folders end in `/`.
    hidden: BTreeSet<String>,
    blobs: Blobs,
}

/// Where the bytes of a path come from.
enum Origin<'a> {
    Index(&'a Entry),
    Disk,
    Nowhere,
}

impl Index {
    /// From what `git ls-files --stage -z` lists, and what is on the disk only.
    pub(super) fn of(repository: &Repository, listed: &[u8], hidden: BTreeSet<String>) -> Index {
        let disk = Disk::new(&repository.folder);
        let base = disk.base();
        let mut entries = BTreeMap::new();
        for entry in listed.split(|byte| *byte == 0) {
            let Some((path, stage, entry)) = read_entry(repository, entry) else { continue };
            // Of a file in conflict, the first stage listed that is no common ancestor: ours, else theirs.
            if stage != "1" {
                entries.entry(path).or_insert(entry);
            }
        }
        Index { repository: repository.clone(), disk, base, entries, hidden, blobs: repository.blobs() }
    }

    fn origin(&self, absolute: &str) -> Origin<'_> {
        match self.entries.get(absolute) {
            Some(Entry::Repository) => Origin::Disk,
            Some(entry) => Origin::Index(entry),
            None if self.hides(absolute) => Origin::Nowhere,
            None => Origin::Disk,
        }
    }

    fn hides(&self, absolute: &str) -> bool {
        if self.hidden.contains(absolute) {
            return true;
        }
        let mut folder = Some(absolute);
        while let Some(here) = folder.filter(|here| within(&self.repository.top, here).is_some()) {
            if self.hidden.contains(&format!("{here}/")) {
                return true;
            }
            folder = parent(here);
        }
        false
    }

    /// The path that a link at `absolute` leads to.
    fn target(&self, absolute: &str, name: &str) -> Result<String> {
        let target = self.blobs.read(name, MOST_NAME)?;
        let target = std::str::from_utf8(&target).map_err(|_| ErrorKind::InvalidData)?;
        Ok(join(parent(absolute).unwrap_or("/"), target))
    }

    /// The path behind links, as far as the index has them.
    fn followed(&self, path: &str) -> String {
        let mut absolute = join(&self.base, path);
        for _ in 0..MOST_LINKS {
            let Some(next) = self.one_link_on(&absolute) else { break };
            absolute = next;
        }
        absolute
    }

    /// A path behind the outermost link on it, be it a file's or a folder's.
    fn one_link_on(&self, absolute: &str) -> Option<String> {
        let mut outermost = None;
        let mut at = Some(absolute);
        while let Some(here) = at.filter(|here| within(&self.repository.top, here).is_some()) {
            if let Some(Entry::Link(name)) = self.entries.get(here) {
                outermost = Some((here, name));
            }
            at = parent(here);
        }
        let (link, name) = outermost?;
        let target = self.target(link, name).ok()?;
        Some(join(&target, within(link, absolute)?))
    }

    fn has_folder(&self, absolute: &str) -> bool {
        let inside = format!("{}/", absolute.trim_end_matches('/'));
        self.entries.range(inside.clone()..).next().is_some_and(|(path, _)| path.starts_with(&inside))
    }
}

impl Files for Index {
    fn base(&self) -> String {
        self.base.clone()
    }

    fn real(&self, path: &str) -> String {
        self.followed(path)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.read_within(path, u64::MAX)
    }

    fn read_within(&self, path: &str, most: u64) -> Result<Vec<u8>> {
        let absolute = self.followed(path);
        match self.origin(&absolute) {
            Origin::Index(Entry::File(name)) => self.blobs.read(name, most),
            Origin::Index(_) | Origin::Nowhere => Err(Error::from(ErrorKind::NotFound)),
            Origin::Disk => self.disk.read_within(&absolute, most),
        }
    }

    fn read_named(&self, path: &str, most: u64) -> Result<Vec<u8>> {
        let absolute = self.followed(path);
        match self.origin(&absolute) {
            Origin::Disk if self.reach(path) != Reach::Linked => self.disk.read_named(&absolute, most),
            _ => self.read_within(path, most),
        }
    }

    fn reach(&self, path: &str) -> Reach {
        let named = join(&self.base, path);
        let absolute = self.followed(path);
        match self.origin(&absolute) {
            // What the index's own link leads to.
            Origin::Disk if absolute != named && self.disk.reach(&absolute) != Reach::Inside => Reach::Linked,
            Origin::Disk => self.disk.reach(&absolute),
            Origin::Index(_) | Origin::Nowhere => Reach::Inside,
        }
    }

    fn is_file(&self, path: &str) -> bool {
        let absolute = self.followed(path);
        match self.origin(&absolute) {
            Origin::Index(entry) => matches!(entry, Entry::File(_)),
            Origin::Nowhere => false,
            // It is there; that it leads out is told when it is to be read.
            Origin::Disk => self.disk.is_file(&absolute) || self.reach(path) == Reach::Linked,
        }
    }

    fn is_dir(&self, path: &str) -> bool {
        let absolute = self.followed(path);
        let on_disk = || matches!(self.origin(&absolute), Origin::Disk) && self.disk.is_dir(&absolute);
        self.has_folder(&absolute) || on_disk()
    }

    fn walk(&self, root: &str) -> Walk {
        let mut walk =
            if self.disk.is_dir(root) || self.disk.is_file(root) { self.disk.walk(root) } else { Walk::default() };
        walk.files.retain(|path| !matches!(self.origin(&join(&self.base, path)), Origin::Nowhere));
        let top = join(&self.base, root);
        // Files that only the index has any more: the disk's walk has listed all others it should.
        for absolute in
            self.entries.range(top.clone()..).map(|(path, _)| path).take_while(|path| path.starts_with(&top))
        {
            let Some(inside) = within(&top, absolute) else { continue };
            let path = join(root, inside);
            if !self.disk.is_file(absolute) && self.is_file(&path) && discover::lists(self, root, &path) {
                walk.files.push(path);
            }
        }
        walk.files.sort();
        walk.files.dedup();
        walk
    }
}

/// `<mode> <object> <stage>\t<path>`.
fn read_entry(repository: &Repository, entry: &[u8]) -> Option<(String, String, Entry)> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    let (head, path) = (std::str::from_utf8(entry.get(..tab)?).ok()?, entry.get(tab + 1..)?);
    let mut parts = head.split(' ');
    let (mode, name, stage) = (parts.next()?, parts.next()?, parts.next()?);
    let entry = match mode {
        "120000" => Entry::Link(name.to_owned()),
        "160000" => Entry::Repository,
        _ => Entry::File(name.to_owned()),
    };
    Some((repository.path(path)?, stage.to_owned(), entry))
}
