//! In: a path and bytes. Out: the file on the disk, whole or not at all. The only module that writes files. A signal waits until
//! a file under way is whole and nothing is left beside it.

mod interrupts;
mod owned;

pub use interrupts::Interrupts;

use crate::message::Message;
use std::fs::{self, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path`: into a new file beside it, which then takes its place. An existing file keeps its permissions, and its
/// owner where that is allowed; a link goes on pointing to it.
///
/// # Errors
/// As the disk says; what was there before is then still there.
pub fn atomically(path: &Path, bytes: &[u8], interrupts: &Interrupts) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // A pipe or a device cannot be replaced, and nobody knows when it takes everything: a signal need not wait.
    if fs::metadata(&target).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        return fs::write(&target, bytes);
    }
    interrupts.wait_for(|| replaced(&target, bytes))
}

fn replaced(target: &Path, bytes: &[u8]) -> Result<()> {
    let (mut beside, mut file) = Beside::new(target)?;
    file.write_all(bytes)?;
    if let Ok(meta) = fs::metadata(target) {
        // Whose it is does not matter to a report.
        let _ = owned::keep(target, &meta, &beside.path(), &file);
        file.set_permissions(meta.permissions())?;
    }
    file.sync_all()?;
    drop(file);
    beside.take_place(target)
}

/// A file's new content, and what it must still hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Where.
    pub path: PathBuf,
    /// What was there when the new content was made.
    pub old: Vec<u8>,
    /// The new content.
    pub new: Vec<u8>,
}

/// Why none of some files was replaced.
#[derive(Debug)]
pub struct Refused {
    /// Which of the files stood in the way.
    pub at: usize,
    /// The disk's words; `None` when the file does not hold any more what it should.
    pub why: Option<std::io::Error>,
}

/// Replaces several files, or none of them. A file that changed since, that is marked as read-only, that has several names (only one
/// of them would change) or that is another user's to keep is not touched; one that has its new content already is done.
///
/// The new contents are all on the disk, beside their files, before the first one takes its place; then only renaming is
/// left. Should even that fail in the middle, the files already replaced get their old content back, unless somebody has changed
/// them since. Other runs wait meanwhile, where folders can be locked. After a signal none is replaced, unless the renaming has
/// begun: then all are.
///
/// # Errors
/// Which file stood in the way, and why.
pub fn together(files: &[Replacement], interrupts: &Interrupts) -> std::result::Result<(), Refused> {
    interrupts.wait_for(|| {
        let _locks = owned::lock(files.iter().filter_map(|file| file.path.parent()));
        let mut staged = stage(files, interrupts)?;
        commit(files, &mut staged)
    })
}

fn stage(files: &[Replacement], interrupts: &Interrupts) -> std::result::Result<Vec<(Beside, PathBuf)>, Refused> {
    let mut staged = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let failed = |why| Refused { at, why: Some(why) };
        if interrupts.came().is_some() {
            return Err(failed(ErrorKind::Interrupted.into()));
        }
        let target = fs::canonicalize(&file.path).map_err(failed)?;
        let meta = fs::metadata(&target).map_err(failed)?;
        if meta.permissions().readonly() {
            return Err(failed(ErrorKind::PermissionDenied.into()));
        }
        if owned::names(&meta) > 1 {
            return Err(failed(Error::other(Message::new("system-names"))));
        }
        unchanged(at, &target, file)?;
        let (beside, mut new) = Beside::new(&target).map_err(failed)?;
        let path = beside.path();
        staged.push((beside, target.clone()));
        new.write_all(&file.new).and_then(|()| owned::keep(&target, &meta, &path, &new)).map_err(failed)?;
        new.set_permissions(meta.permissions()).and_then(|()| new.sync_all()).map_err(failed)?;
    }
    Ok(staged)
}

fn commit(files: &[Replacement], staged: &mut [(Beside, PathBuf)]) -> std::result::Result<(), Refused> {
    let mut replaced = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let (beside, target) = &mut staged[at];
        let renamed = unchanged(at, target, file).and_then(|is_old| {
            if is_old {
                beside.take_place(target).map_err(|why| Refused { at, why: Some(why) })?;
                replaced.push(at);
            }
            Ok(())
        });
        if renamed.is_err() {
            for at in replaced {
                let (file, (_, target)) = (&files[at], &staged[at]);
                // The first failure is the one to tell; what somebody has written meanwhile is theirs.
                if fs::read(target).is_ok_and(|bytes| bytes == file.new) {
                    let _ = self::replaced(target, &file.old);
                }
            }
            return renamed;
        }
    }
    Ok(())
}

/// Whether a file holds what it held; false when it holds its new content already: another run was faster.
fn unchanged(at: usize, target: &Path, file: &Replacement) -> std::result::Result<bool, Refused> {
    match fs::read(target) {
        Ok(bytes) if bytes == file.old => Ok(true),
        Ok(bytes) if bytes == file.new => Ok(false),
        Ok(_) => Err(Refused { at, why: None }),
        Err(why) => Err(Refused { at, why: Some(why) }),
    }
}

/// Writes a file that must not be there yet.
///
/// # Errors
/// `AlreadyExists` when it is, else as the disk says; then it is not there either.
pub fn new(path: &Path, bytes: &[u8], interrupts: &Interrupts) -> Result<()> {
    interrupts.wait_for(|| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let written = file.write_all(bytes);
        if written.is_err() {
            // The first failure is the one to tell.
            let _ = fs::remove_file(path);
        }
        written
    })
}

/// A file beside another one whose place it is to take, until it took it; one that did not goes, whatever happens.
struct Beside(Option<PathBuf>);

impl Beside {
    fn new(target: &Path) -> Result<(Beside, fs::File)> {
        let name = target.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
        let mut number = 0;
        loop {
            let beside = target.with_file_name(format!(".{name}.{number}.tmp"));
            match OpenOptions::new().write(true).create_new(true).open(&beside) {
                // Another run may be at it.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && number < 100 => number += 1,
                other => return other.map(|file| (Beside(Some(beside)), file)),
            }
        }
    }

    fn path(&self) -> PathBuf {
        self.0.clone().unwrap_or_default()
    }

    fn take_place(&mut self, target: &Path) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |beside| fs::rename(beside, target))?;
        self.0 = None;
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Whatever went wrong is told already.
        let _ = self.0.as_ref().map(fs::remove_file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("consentry-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn change(path: &Path, old: &str, new: &str) -> Replacement {
        Replacement { path: path.to_owned(), old: old.into(), new: new.into() }
    }

    #[test]
    fn several_files_are_replaced_or_none() {
        let folder = folder("together");
        let (a, b) = (folder.join("a.js"), folder.join("b.axml"));
        let both = || (fs::read_to_string(&a).unwrap(), fs::read_to_string(&b).unwrap());
        let reset = || (fs::write(&a, "a").unwrap(), fs::write(&b, "b").unwrap());
        let changes = [change(&a, "a", "A"), change(&b, "b", "B")];
        reset();
        together(&changes, &Interrupts::default()).unwrap();
        assert_eq!(both(), ("A".into(), "B".into()));
        // The second one changed meanwhile.
        reset();
        fs::write(&b, "other").unwrap();
        let refused = together(&changes, &Interrupts::default()).unwrap_err();
        assert!(refused.at == 1 && refused.why.is_none());
        assert_eq!(both(), ("a".into(), "other".into()));
        // It may not be written to, whoever asks.
        reset();
        let mut permissions = fs::metadata(&b).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&b, permissions.clone()).unwrap();
        let refused = together(&changes, &Interrupts::default()).unwrap_err();
        assert!(refused.at == 1 && refused.why.unwrap().kind() == ErrorKind::PermissionDenied);
        assert_eq!(both(), ("a".into(), "b".into()));
        // The disk takes nothing beside it: every name for that is in use.
        #[allow(clippy::permissions_set_readonly_false, reason = "a file of the test")]
        permissions.set_readonly(false);
        fs::set_permissions(&b, permissions).unwrap();
        (0..=100).for_each(|number| fs::create_dir(folder.join(format!(".b.axml.{number}.tmp"))).unwrap());
        assert!(together(&changes, &Interrupts::default()).unwrap_err().at == 1);
        assert_eq!(both(), ("a".into(), "b".into()));
        let left = fs::read_dir(&folder).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file());
        assert_eq!(left.count(), 2);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn nothing_is_begun_after_a_signal() {
        let folder = folder("signal");
        let (a, b) = (folder.join("a.js"), folder.join("b.js"));
        fs::write(&a, "a").unwrap();
        fs::write(&b, "b").unwrap();
        let interrupts = Interrupts::default();
        interrupts.signal().store(2, std::sync::atomic::Ordering::SeqCst);
        let refused = together(&[change(&a, "a", "A"), change(&b, "b", "B")], &interrupts).unwrap_err();
        assert_eq!((refused.at, refused.why.unwrap().kind()), (0, ErrorKind::Interrupted));
        assert_eq!((fs::read(&a).unwrap(), fs::read(&b).unwrap()), (b"a".to_vec(), b"b".to_vec()));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_and_modes_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder("links");
        let (file, link) = (folder.join("a.js"), folder.join("link.js"));
        fs::write(&file, "a").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o751)).unwrap();
        std::os::unix::fs::symlink("a.js", &link).unwrap();
        together(&[change(&link, "a", "A")], &Interrupts::default()).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "A");
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("a.js"));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o751);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn files_are_replaced_and_nothing_else_is_left() {
        let folder = folder("write");
        let file = folder.join("a.json");
        atomically(&file, b"1", &Interrupts::default()).unwrap();
        atomically(&file, b"2", &Interrupts::default()).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"2");
        assert_eq!(
            new(&file, b"3", &Interrupts::default()).map_err(|error| error.kind()),
            Err(ErrorKind::AlreadyExists)
        );
        assert!(atomically(&folder, b"x", &Interrupts::default()).is_err());
        assert!(atomically(&folder.join("none/a.json"), b"x", &Interrupts::default()).is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }
}
