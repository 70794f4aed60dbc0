//! In: a file system and a path. Out: the text of a configuration, a manifest as a value, or why there is none. Never decides where a
//! path leads.

use super::{FILE_BYTES, Files, Reach};
use crate::facts::manifest::Json;
use crate::message::{Message, Value};
use crate::parse::{decode, manifest};

/// Why a file is not read: it has `bytes`, and at most `most` are wanted.
pub(crate) fn too_large(bytes: u64, most: u64) -> std::io::Error {
    let message = Message::new("system-large").with("bytes", bytes.to_string()).with("most", most.to_string());
    std::io::Error::new(std::io::ErrorKind::FileTooLarge, message)
}

/// Why a file is not read: a link leads to it, or a file names it, from within what is checked. What is merely named is as good as
/// not there.
pub(crate) fn outside(reach: Reach) -> std::io::Error {
    use std::io::ErrorKind::{NotFound, PermissionDenied};
    let kind = if reach == Reach::Linked { PermissionDenied } else { NotFound };
    std::io::Error::new(kind, Message::new("system-outside"))
}

/// The text of a configuration file. One that a file `by` names, which a stranger may have written, may lie where that file may lead.
///
/// # Errors
/// As [`Files::read_within`].
pub fn config_text(files: &dyn Files, path: &str, by: Option<&str>) -> std::io::Result<String> {
    let reach = files.reach(path);
    if by.is_some_and(|by| files.reach(by) != Reach::Elsewhere) && reach != Reach::Inside {
        return Err(outside(reach));
    }
    let bytes = files.read_named(path, FILE_BYTES)?;
    String::from_utf8(bytes)
        .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, Message::new("system-utf8")))
}

/// Reads a manifest, however untidy; `None` when there is none or it says nothing.
pub(super) fn read_json(files: &dyn Files, path: &str) -> Option<Json> {
    read_manifest(files, path).map(|(json, _)| json).ok()
}

/// Reads a manifest, however untidy, with its first mistake; or says why it says nothing.
pub(super) fn read_manifest(files: &dyn Files, path: &str) -> Result<(Json, Option<Value>), Value> {
    let bytes = files.read_within(path, FILE_BYTES).map_err(|error| Value::of_system(&error))?;
    let (json, problems) = manifest::read(&decode::decode(&bytes).text);
    let mistake = problems.into_iter().next().map(|problem| problem.message.into());
    match json {
        Some(json) => Ok((json, mistake)),
        None => Err(mistake.unwrap_or_else(|| Message::new("problem-empty").into())),
    }
}
