//! In: what discovery met. Out: what the user is told, in words. Never decides whether a run goes on.

use super::shown;
use crate::message::{Message, Value};

/// Something worth telling the user about the programs found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// A file or folder could not be read.
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        what: Value,
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
    /// A file the user named lies in a program, and is of a kind that nothing is read from.
    OtherKind {
        /// Which.
        path: String,
        /// The program, as it is shown.
        program: String,
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

impl Notice {
    /// What the user is told.
    pub fn words(&self) -> Message {
        let (key, path) = match self {
            Notice::Unreadable { path, .. } => ("notice-unreadable", path),
            Notice::Copy { path, .. } => ("notice-copy", path),
            Notice::Library { path } => ("notice-library", path),
            Notice::OtherKind { path, .. } => ("notice-other-kind", path),
            Notice::NotSource { path } => ("notice-not-source", path),
            Notice::Stray { path } => ("notice-stray", path),
        };
        let message = Message::new(key).with("path", shown(path));
        match self {
            Notice::Unreadable { what, .. } => message.with("reason", what.clone()),
            Notice::Copy { source, .. } => message.with("source", shown(source)),
            Notice::OtherKind { program, .. } => message.with("program", program.as_str()),
            _ => message,
        }
    }
}
