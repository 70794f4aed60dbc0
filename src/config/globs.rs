//! In: patterns as `.gitignore` has them. Out: whether a path matches. Never asks the disk.

use crate::discover::path;
use crate::message::Message;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Patterns with the meaning they have in a `.gitignore` in `folder`; a later one has the last word.
#[derive(Clone, Debug)]
pub struct Globs {
    /// As written.
    pub patterns: Vec<String>,
    folder: String,
    matcher: Gitignore,
}

impl PartialEq for Globs {
    fn eq(&self, other: &Globs) -> bool {
        (&self.patterns, &self.folder) == (&other.patterns, &other.folder)
    }
}

impl Globs {
    /// Compiles patterns.
    ///
    /// # Errors
    /// The index of the first pattern that is none, and why.
    pub fn new(patterns: Vec<String>, folder: &str) -> Result<Globs, (usize, Message)> {
        let mut builder = GitignoreBuilder::new("");
        for (at, pattern) in patterns.iter().enumerate() {
            if pattern.trim().is_empty() {
                return Err((at, Message::new("config-pattern-empty")));
            }
            builder
                .add_line(None, pattern.strip_prefix("./").unwrap_or(pattern))
                .map_err(|error| (at, wrong(pattern, &error)))?;
        }
        let matcher = builder.build().map_err(|error| (0, wrong("", &error)))?;
        Ok(Globs { patterns, folder: folder.to_owned(), matcher })
    }

    /// Whether a file (not a folder) is among them; one outside the folder is not.
    pub fn contains(&self, file: &str) -> bool {
        self.verdict(file) == Some(true)
    }

    /// What the patterns say about a file: in, out (by a pattern with `!`), or nothing.
    pub fn verdict(&self, file: &str) -> Option<bool> {
        let file = path::normalise(file);
        let inside = if path::is_absolute(&file) { path::within(&self.folder, &file)? } else { &file };
        if inside.is_empty() || inside.starts_with("..") {
            return None;
        }
        match self.matcher.matched_path_or_any_parents(inside, false) {
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
            Match::None => None,
        }
    }
}

fn wrong(pattern: &str, error: &ignore::Error) -> Message {
    Message::new("config-pattern").with("pattern", pattern).with("reason", error.to_string())
}
