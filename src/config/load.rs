//! In: a folder or the path of a configuration file, and a function that reads files. Out: the configuration with all that it
//! extends merged in. Never the disk itself.

use super::read::{Layer, read};
use super::{Config, FILE, Origin, error};
use crate::discover::path::{join, parent};
use crate::error::Error;
use crate::message::{Message, Value};
use std::io::{self, ErrorKind};

/// Reads a file's text by its path and, when another configuration file names it, that one's.
pub type Read<'a> = &'a dyn Fn(&str, Option<&str>) -> io::Result<String>;

/// Where the configuration of a program comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The nearest file in the program's folder or above it, if there is one.
    #[default]
    Nearest,
    /// A file the user named.
    File {
        /// Its absolute path.
        file: String,
        /// The absolute folder that its patterns count from: that of the command, as it may be shared by many.
        folder: String,
    },
    /// Nowhere: the tool's own defaults hold.
    Nothing,
}

/// The configuration that holds for the program in the absolute folder `root`. `rules` are the ids of all rules.
///
/// # Errors
/// When a file cannot be read or has something in it that is not known, with its line and column.
pub fn of_program(root: &str, source: &Source, read: Read, rules: &[&str]) -> Result<Config, Error> {
    match source {
        Source::Nothing => Ok(Config::default()),
        Source::File { file, folder } => load(file, folder, read, rules),
        Source::Nearest => match find(root, read)? {
            Some(file) => load(&file, parent(&file).unwrap_or(""), read, rules),
            None => Ok(Config::default()),
        },
    }
}

/// The nearest configuration file in the absolute `folder` or above it.
///
/// # Errors
/// When there is one that cannot be read.
pub fn find(folder: &str, read: Read) -> Result<Option<String>, Error> {
    let mut here = Some(folder);
    while let Some(folder) = here {
        let file = join(folder, FILE);
        match read(&file, None) {
            Ok(_) => return Ok(Some(file)),
            // A file where a folder is asked for is as good as nothing.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(unreadable(&file, &error)),
        }
        here = parent(folder);
    }
    Ok(None)
}

/// The configuration in `file` (absolute), with what it extends. All patterns are relative to `folder`, so that a shared base
/// means the same files of each program.
///
/// # Errors
/// As [`of_program`].
pub fn load(file: &str, folder: &str, read_file: Read, rules: &[&str]) -> Result<Config, Error> {
    let mut chain: Vec<Config> = Vec::new();
    let mut next = Some((file.to_owned(), None::<Origin>));
    while let Some((file, from)) = next {
        if chain.iter().any(|config| config.files.contains(&file)) {
            let at = from.unwrap_or(Origin { file: file.clone(), line: 1, column: 1 });
            return Err(error(&at, Message::new("config-circle").with("file", file)));
        }
        let by = from.as_ref().map(|at| at.file.as_str());
        let text = read_file(&file, by).map_err(|broken| match &from {
            Some(at) => {
                let reason = Value::of_system(&broken);
                error(at, Message::new("config-absent").with("file", &file).with("reason", reason))
            }
            None => unreadable(&file, &broken),
        })?;
        let Layer { config, extends } = read(&file, text.trim_start_matches('\u{feff}'), folder, rules)?;
        chain.push(config);
        let here = parent(&file).unwrap_or("").to_owned();
        next = extends.map(|base| (join(&here, &base.value.replace('\\', "/")), Some(base.at)));
    }
    let mut merged = Config::default();
    for layer in chain.into_iter().rev() {
        merged = over(merged, layer);
    }
    Ok(merged)
}

/// `own` over `base`: single values and table entries of `own` stand, lists of `own` follow.
fn over(base: Config, own: Config) -> Config {
    let mut out = Config {
        platform: own.platform.or(base.platform),
        preset: own.preset.or(base.preset),
        lang: own.lang.or(base.lang),
        fail_on: own.fail_on.or(base.fail_on),
        fail_on_incomplete: own.fail_on_incomplete.or(base.fail_on_incomplete),
        min_certainty: own.min_certainty.or(base.min_certainty),
        reason_required: own.reason_required.or(base.reason_required),
        ..base
    };
    out.rules.extend(own.rules);
    out.ignore.extend(own.ignore);
    out.overrides.extend(own.overrides);
    out.purposes.extend(own.purposes);
    out.budget.extend(own.budget);
    out.files.splice(0..0, own.files);
    out
}

fn unreadable(file: &str, reason: &io::Error) -> Error {
    Error::Unreadable { path: file.to_owned(), reason: Value::of_system(reason) }
}
