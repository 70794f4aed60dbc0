//! In: what discovery met. Out: what the user is told, in words. Never decides whether a run goes on.

use std::fmt;

use super::shown;

/// Something worth telling the user about the programs found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// A file or folder could not be read.
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        what: String,
    },
    /// A program was left out: it is built from another one.
    Copy {
        /// Root of the output.
        path: String,
        /// Root of its source.
        source: String,
    },
    /// There is no program, but templates; they are checked without one.
    Library {
        /// The folder.
        path: String,
    },
    /// A file the user named is none a program consists of.
    NotSource {
        /// Which.
        path: String,
    },
    /// A file the user named belongs to no program.
    Stray {
        /// Which.
        path: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Unreadable { path, what } => write!(out, "`{}` could not be read: {what}", shown(path)),
            Notice::Copy { path, source } => write!(
                out,
                "`{}` was left out: it is built from `{}`; give its path to check it",
                shown(path),
                shown(source)
            ),
            Notice::Library { path } => {
                write!(out, "`{}` has no `app.json`: its components are checked without a program", shown(path))
            }
            Notice::NotSource { path } => {
                write!(out, "`{}` is no source file of a mini program and was left out", shown(path))
            }
            Notice::Stray { path } => {
                write!(out, "`{}` belongs to no mini program and was left out", shown(path))
            }
        }
    }
}

/// Why there is nothing to check.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// The path leads nowhere.
    #[error("there is no file or folder `{path}`")]
    Missing {
        /// As given.
        path: String,
    },
    /// Neither in the folder nor above it is a program.
    #[error("no mini program in `{path}`: {why}")]
    NoProgram {
        /// As given.
        path: String,
        /// What is there instead.
        why: String,
        /// A folder nearby that holds one.
        near: Option<String>,
    },
}

impl DiscoverError {
    /// What the user can do.
    pub fn help(&self) -> &'static str {
        match self {
            DiscoverError::Missing { .. } => "check the spelling; paths are relative to the working directory",
            DiscoverError::NoProgram { .. } => {
                "give the folder whose app.json lists `pages`; if a build writes it, build first and give its output"
            }
        }
    }
}
