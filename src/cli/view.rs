//! In: the arguments that say what is looked at. Out: the file system to look at, the paths in it, and what has changed. Never
//! looks at a program.

use super::{Env, MOST_INPUT, args};
use crate::discover::disk::Disk;
use crate::discover::overlay::Overlay;
use crate::discover::path::{join, normalise, within};
use crate::discover::{Files, too_large};
use crate::error::Error;
use crate::git::{Changed, Repository};
use crate::message::Value;
use std::collections::BTreeMap;

/// What is looked at.
pub(super) struct View<'a> {
    /// The files: on the disk, in the index, or on the disk below a buffer.
    pub(super) files: &'a dyn Files,
    /// Where programs are looked for.
    pub(super) paths: Vec<String>,
    /// Files that have changed, when only they matter.
    pub(super) changed: Option<Changed>,
}

/// Shows `act` what the arguments name.
pub(super) fn with<T>(which: &args::Which, env: &Env, act: impl FnOnce(View) -> Result<T, Error>) -> Result<T, Error> {
    let paths = if which.paths.is_empty() { vec![".".to_owned()] } else { which.paths.clone() };
    let disk = Disk::around(&env.directory, which.stdin_filename.as_ref().map_or(&paths, std::slice::from_ref));
    if let Some(file) = &which.stdin_filename {
        let bytes = (env.input)().and_then(|bytes| match bytes.len() as u64 {
            size if size > MOST_INPUT => Err(too_large(size, MOST_INPUT)),
            _ => Ok(bytes),
        });
        let text =
            bytes.map_err(|error| Error::Unreadable { path: "-".to_owned(), reason: Value::of_system(&error) })?;
        let overlay = Overlay { under: &disk, files: BTreeMap::from([(key(file, &disk.base()), text)]) };
        return act(View { files: &overlay, paths: vec![file.clone()], changed: None });
    }
    if which.staged {
        let repository = Repository::at(&env.directory)?;
        let (changed, index) = (repository.staged()?, repository.index()?);
        return act(View { files: &index, paths, changed: Some(changed) });
    }
    let asks = which.changed || which.since.is_some();
    let changed = asks.then(|| Repository::at(&env.directory)?.changed(which.since.as_deref())).transpose()?;
    act(View { files: &disk, paths, changed })
}

/// A file's path as an overlay has it.
fn key(file: &str, base: &str) -> String {
    let whole = join(base, &normalise(file));
    within(base, &whole).map(str::to_owned).unwrap_or(normalise(file))
}
