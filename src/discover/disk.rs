//! In: paths. Out: what the disk holds there. The only module of discovery that opens files; it never writes.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

use super::fence::Fence;
use super::ignored::{Gate, IGNORE_FILES};
use super::path::{below, extension, join, name, normalise};
use super::{Files, Reach, Walk, is_source, outside, too_large};
use crate::message::{Message, Value};

/// The disk, seen from one folder.
#[derive(Clone, Debug)]
pub struct Disk {
    base: PathBuf,
    /// What may be read.
    fence: Fence,
}

/// What tells that a file has changed: when it was written, and how long it is.
pub type Stamp = (SystemTime, u64);

impl Disk {
    /// The disk seen from `base`, an absolute folder (the working directory): it and the work tree around it.
    pub fn new(base: impl Into<PathBuf>) -> Disk {
        Disk::around(base, &[])
    }

    /// What is `given`, and the work trees around it: nothing that lies outside is read, whatever a link or a file says.
    pub fn around(base: impl Into<PathBuf>, given: &[String]) -> Disk {
        let base = base.into();
        let fence = Fence::around(&base, given);
        Disk { base, fence }
    }

    /// The stamp of a file; `None` when there is none.
    pub fn stamp(&self, path: &str) -> Option<Stamp> {
        let meta = fs::metadata(self.at(path)).ok().filter(fs::Metadata::is_file)?;
        Some((meta.modified().unwrap_or(SystemTime::UNIX_EPOCH), meta.len()))
    }

    fn at(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.base.clone() } else { self.base.join(path) }
    }

    /// Whether a link leads out; that is told of what may be a source file or a folder, whatever it leads to.
    fn leads_out(&self, path: &str, walk: &mut Walk) -> bool {
        let out = self.reach(path) == Reach::Linked;
        if out && (is_source(path) || extension(path).is_empty()) {
            walk.problems.push((path.to_owned(), Message::new("system-outside").into()));
        }
        out
    }

    fn read_at(&self, at: &Path, most: u64) -> Result<Vec<u8>> {
        let meta = fs::metadata(at)?;
        // Opening a pipe waits for somebody to write, and a device may never end.
        if !meta.is_file() && !meta.is_dir() {
            return Err(Error::new(ErrorKind::InvalidInput, Message::new("system-device")));
        }
        if meta.is_file() && meta.len() > most {
            return Err(too_large(meta.len(), most));
        }
        // A file of the system that waits for what comes says that it is empty.
        if meta.is_file() && meta.len() == 0 {
            return fs::File::open(at).map(|_| Vec::new());
        }
        // It may grow meanwhile.
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0));
        fs::File::open(at)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most { Err(too_large(bytes.len() as u64, most)) } else { Ok(bytes) }
    }

    /// Whether a walk goes on with `entry`: it is no link, or one to a place no other link led to (folders that link to each other would
    /// multiply). One that leads out is told.
    fn follows(&self, entry: &DirEntry, path: &str, followed: &mut BTreeSet<PathBuf>, walk: &mut Walk) -> bool {
        if !entry.path_is_symlink() {
            return true;
        }
        if self.leads_out(path, walk) {
            return false;
        }
        fs::canonicalize(entry.path()).is_ok_and(|target| followed.insert(target))
    }
}

impl Files for Disk {
    fn base(&self) -> String {
        normalise(&self.base.to_string_lossy())
    }

    fn real(&self, path: &str) -> String {
        let whole = join(&self.base(), path);
        // The base may lie behind a link itself; everybody calls it by its name.
        let (here, there) = (fs::canonicalize(&self.base), fs::canonicalize(self.at(path)));
        let inside = here.ok().zip(there.ok()).and_then(|(here, there)| slashed(&there, &here));
        inside.map_or(whole, |inside| join(&self.base(), &inside))
    }

    fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.read_within(path, u64::MAX)
    }

    fn read_within(&self, path: &str, most: u64) -> Result<Vec<u8>> {
        match self.reach(path) {
            Reach::Inside => self.read_at(&self.at(path), most),
            reach => Err(outside(reach)),
        }
    }

    fn read_named(&self, path: &str, most: u64) -> Result<Vec<u8>> {
        match self.reach(path) {
            Reach::Linked => Err(outside(Reach::Linked)),
            _ => self.read_at(&self.at(path), most),
        }
    }

    fn reach(&self, path: &str) -> Reach {
        self.fence.reach(Path::new(&join(&self.base(), path)))
    }

    fn is_file(&self, path: &str) -> bool {
        let at = self.at(path);
        match self.reach(path) {
            Reach::Inside => at.is_file(),
            // It is there; that it leads out is told when it is to be read.
            Reach::Linked => at.parent().is_some_and(|folder| self.fence.reach(folder) == Reach::Inside),
            Reach::Elsewhere => false,
        }
    }

    fn is_dir(&self, path: &str) -> bool {
        self.reach(path) == Reach::Inside && self.at(path).is_dir()
    }

    fn names(&self, folder: &str) -> Option<Vec<String>> {
        if self.reach(folder) != Reach::Inside {
            return None;
        }
        match fs::read_dir(self.at(folder)) {
            Ok(entries) => entries.map(|entry| entry.ok()?.file_name().into_string().ok()).collect(),
            Err(error) => (error.kind() == ErrorKind::NotFound).then(Vec::new),
        }
    }

    fn walk(&self, root: &str) -> Walk {
        let mut walk = Walk::default();
        let top = self.at(root);
        if top.is_file() {
            walk.files.push(root.to_owned());
            return walk;
        }
        let whole = join(&self.base(), root);
        let mut gate = Gate::at(self, &whole);
        let mut entered: Option<Entered> = None;
        let mut followed = BTreeSet::new();
        let mut entries = WalkDir::new(&top).follow_links(true).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().and_then(|path| slashed(path, &top)).map(|inside| below(root, &inside));
                    if !path.is_some_and(|path| self.leads_out(&path, &mut walk)) {
                        walk.problems.extend(told(&error, &top, root));
                    }
                    continue;
                }
            };
            let is_folder = entry.file_type().is_dir();
            let Some(inside) = slashed(entry.path(), &top) else {
                let path = join(root, &entry.path().strip_prefix(&top).unwrap_or(&top).to_string_lossy());
                walk.problems.push((path, Message::new("system-name").into()));
                if is_folder {
                    entries.skip_current_dir();
                }
                continue;
            };
            let absolute = below(&whole, &inside);
            if let Some(folder) = &mut entered
                && folder.depth < entry.depth()
                && folder.notes(name(&inside))
            {
                if is_folder {
                    entries.skip_current_dir();
                }
                continue;
            }
            if let Some(folder) = entered.take() {
                folder.enter(self, &mut gate);
            }
            let path = below(root, &inside);
            if is_folder && is_manifest(&path) {
                walk.problems.push((path.clone(), Message::new("system-folder").into()));
            }
            let is_top = entry.depth() == 0;
            if is_folder {
                if is_top
                    || (gate.opens(&absolute, &path, &mut walk)
                        && self.follows(&entry, &path, &mut followed, &mut walk))
                {
                    entered = Some(Entered { folder: absolute, depth: entry.depth(), ignore_files: Some(Vec::new()) });
                } else {
                    entries.skip_current_dir();
                }
            } else if entry.file_type().is_file()
                && gate.takes_file(&absolute)
                && self.follows(&entry, &path, &mut followed, &mut walk)
            {
                walk.files.push(path);
            } else if is_manifest(&path) && !entry.file_type().is_file() {
                walk.problems.push((path, Message::new("system-device").into()));
            }
        }
        walk.files.sort();
        walk
    }
}

/// Whether a program hangs on what stands here: when it is no file that can be read, that must be said.
fn is_manifest(path: &str) -> bool {
    name(path) == "app.json"
}

/// What went wrong in a walk. A loop of links just ends, and a link to nothing is nothing.
fn told(error: &walkdir::Error, top: &Path, root: &str) -> Option<(String, Value)> {
    let missing = error.io_error().is_some_and(|error| error.kind() == ErrorKind::NotFound);
    if error.loop_ancestor().is_some() || missing {
        return None;
    }
    let path = error.path().and_then(|path| slashed(path, top)).unwrap_or_default();
    let what = error.io_error().map_or_else(|| Value::from(error.to_string()), Value::of_system);
    Some((join(root, &path), what))
}

/// A folder that a walk has come to, but not to its ignore files yet. Names are walked in order, and theirs stand before
/// nearly all others: no folder has to be asked for files that are not there.
struct Entered {
    /// Absolute.
    folder: String,
    depth: usize,
    /// Those met so far; `None` when something stands before them.
    ignore_files: Option<Vec<&'static str>>,
}

impl Entered {
    /// Whether a name in this folder is hidden, so that nothing is left to ask about it.
    fn notes(&mut self, name: &str) -> bool {
        if let (Some(met), Some(known)) = (&mut self.ignore_files, IGNORE_FILES.iter().find(|known| **known == name)) {
            met.push(known);
        }
        if name < "." {
            self.ignore_files = None;
        }
        name.starts_with('.')
    }

    fn enter(mut self, files: &Disk, gate: &mut Gate) {
        match &mut self.ignore_files {
            None => gate.enter(files, &self.folder),
            Some(met) if met.is_empty() => {}
            Some(met) => {
                met.sort_by_key(|name| IGNORE_FILES.iter().position(|known| known == name));
                gate.enter_with(files, &self.folder, met);
            }
        }
    }
}

/// `path` below `top`, with `/`; `None` when a part of it is not UTF-8.
fn slashed(path: &Path, top: &Path) -> Option<String> {
    let inside = path.strip_prefix(top).ok()?.to_str()?;
    Some(if MAIN_SEPARATOR == '/' { inside.to_owned() } else { inside.replace(MAIN_SEPARATOR, "/") })
}
