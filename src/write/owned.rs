//! In: a file, and the new one that is to take its place. Out: the new one with the owner and the attributes of the old one, and locks on
//! folders. Never a file's content.

use std::fs::{File, Metadata};
use std::io::Result;
use std::path::Path;

/// How many names a file has.
#[cfg(unix)]
pub(super) fn names(meta: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    meta.nlink()
}

/// How many names a file has; only Unix says.
#[cfg(not(unix))]
pub(super) fn names(_: &Metadata) -> u64 {
    1
}

/// Gives `new`, which is open and lies at `beside`, the owner, group and extended attributes of `old`.
///
/// # Errors
/// When they differ and may not be given.
#[cfg(unix)]
pub(super) fn keep(old: &Path, meta: &Metadata, beside: &Path, new: &File) -> Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = new.metadata()?;
    let differs = |old: u32, now: u32| (old != now).then_some(old);
    let (owner, group) = (differs(meta.uid(), now.uid()), differs(meta.gid(), now.gid()));
    if owner.is_some() || group.is_some() {
        fchown(new, owner, group)?;
    }
    attributes(old, beside)
}

/// As on Unix, where files have owners of that kind.
#[cfg(not(unix))]
pub(super) fn keep(_: &Path, _: &Metadata, _: &Path, _: &File) -> Result<()> {
    Ok(())
}

/// Gives `new` the extended attributes of `old`.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn attributes(old: &Path, new: &Path) -> Result<()> {
    use rustix::fs::{XattrFlags, getxattr, listxattr, setxattr};
    use rustix::io::Errno;
    let mut names = vec![0; 64 << 10];
    let used = match listxattr(old, &mut names[..]) {
        Ok(used) => used,
        // A file system without any.
        Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut value = vec![0; 64 << 10];
    for name in names[..used].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let size = getxattr(old, name, &mut value[..])?;
        let mut there = vec![0; size + 1];
        // The system gives some to each new file.
        if getxattr(new, name, &mut there[..]).is_ok_and(|held| there[..held] == value[..size]) {
            continue;
        }
        setxattr(new, name, &value[..size], XattrFlags::empty())?;
    }
    Ok(())
}

/// Elsewhere they are not known.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "macos"))))]
fn attributes(_: &Path, _: &Path) -> Result<()> {
    Ok(())
}

/// Waits until no other run has these folders, and keeps them from others until the locks are dropped; ends with the process, however it
/// ends. A folder that cannot be locked is not.
#[cfg(unix)]
pub(super) fn lock<'a>(folders: impl Iterator<Item = &'a Path>) -> Vec<File> {
    use rustix::fs::{FlockOperation, flock};
    let folders = folders.filter_map(|folder| std::fs::canonicalize(folder).ok());
    // All runs in one order, or two would wait for each other.
    let folders: std::collections::BTreeSet<_> = folders.collect();
    let lock = |folder| {
        let folder = File::open(folder).ok()?;
        flock(&folder, FlockOperation::LockExclusive).ok().map(|()| folder)
    };
    folders.into_iter().filter_map(lock).collect()
}

/// As on Unix, where folders can be locked.
#[cfg(not(unix))]
pub(super) fn lock<'a>(_: impl Iterator<Item = &'a Path>) -> Vec<File> {
    Vec::new()
}
