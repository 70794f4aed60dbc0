//! In: a path and bytes. Out: the file on the disk, whole or not at all. The only module that writes files.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path`: into a new file beside it, which then takes its place. An existing file keeps its permissions, and
/// a link goes on pointing to it.
///
/// # Errors
/// As the disk says; what was there before is then still there.
pub fn atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // A pipe or a device cannot be replaced.
    if fs::metadata(&target).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        return fs::write(&target, bytes);
    }
    let (beside, mut file) = new_beside(&target)?;
    let written = file.write_all(bytes).and_then(|()| {
        if let Ok(meta) = fs::metadata(&target) {
            file.set_permissions(meta.permissions())?;
        }
        file.sync_all()?;
        drop(file);
        fs::rename(&beside, &target)
    });
    if written.is_err() {
        // The first failure is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Writes a file that must not be there yet.
///
/// # Errors
/// `AlreadyExists` when it is, else as the disk says.
pub fn new(path: &Path, bytes: &[u8]) -> Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

fn new_beside(target: &Path) -> Result<(PathBuf, fs::File)> {
    let name = target.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
    let mut number = 0;
    loop {
        let beside = target.with_file_name(format!(".{name}.{number}.tmp"));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            // Another run may be at it.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && number < 100 => number += 1,
            other => return other.map(|file| (beside, file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_and_nothing_else_is_left() {
        let folder = std::env::temp_dir().join(format!("consentry-write-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("a.json");
        atomically(&file, b"1").unwrap();
        atomically(&file, b"2").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"2");
        assert_eq!(new(&file, b"3").map_err(|error| error.kind()), Err(ErrorKind::AlreadyExists));
        assert!(atomically(&folder, b"x").is_err());
        assert!(atomically(&folder.join("none/a.json"), b"x").is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }
}
