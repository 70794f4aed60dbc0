//! In: nothing. Out: every way in which the tool itself can fail, each with what to do. Never anything about the checked
//! code: that is a finding or a notice. All of these end the run with exit code 2, but for [`Error::Interrupted`].

use crate::message::{Lang, Message, Texts, Value};
use std::any::Any;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why the tool could not do its work.
#[derive(Debug)]
pub enum Error {
    /// A rule id that no page has.
    UnknownRule {
        /// As given.
        name: String,
        /// The id that looks most like it.
        nearest: Option<String>,
    },
    /// A platform that no table describes.
    UnknownPlatform {
        /// As given.
        name: String,
        /// The name that looks most like it.
        nearest: Option<String>,
        /// All names, joined by commas.
        known: String,
    },
    /// A topic of the help that there is no page about.
    UnknownTopic {
        /// As given.
        name: String,
        /// The topic that looks most like it.
        nearest: Option<String>,
        /// All topics, joined by commas.
        known: String,
    },
    /// A path that leads nowhere.
    Absent {
        /// As given.
        path: String,
        /// One that is there and looks most like it.
        nearest: Option<String>,
    },
    /// A path that may not be read.
    Unreadable {
        /// As given.
        path: String,
        /// Why.
        reason: Value,
    },
    /// Nothing under a path is a mini program.
    NoProgram {
        /// As given.
        path: String,
        /// What was looked for, or what is there instead.
        why: Message,
        /// A folder nearby that holds a program.
        near: Option<String>,
    },
    /// The configuration file cannot be used.
    Config {
        /// The file, with line and column where known.
        path: String,
        /// What is wrong.
        reason: Message,
    },
    /// Flags that do not go together.
    Flags {
        /// One.
        flag: String,
        /// The other.
        other: String,
        /// What to do.
        advice: Message,
    },
    /// A file that should be written and cannot be.
    Unwritable {
        /// As given.
        path: String,
        /// Why.
        reason: Value,
    },
    /// A configuration that is there already.
    Exists {
        /// The file.
        path: String,
    },
    /// A baseline that cannot be used.
    Baseline {
        /// As given.
        path: String,
        /// What is wrong, with line and column where known.
        reason: Value,
    },
    /// git cannot say what has changed.
    Git {
        /// git's words, or why there are none.
        reason: Message,
        /// What to do.
        advice: Message,
    },
    /// What is compiled into the tool is broken: a rule page or a platform table.
    Knowledge {
        /// Which page or table.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The results could not be written.
    Write(io::Error),
    /// The worker threads could not be started.
    Threads {
        /// How many were asked for.
        threads: usize,
        /// The system's words.
        reason: String,
    },
    /// Somebody wants it to end. The exit code is 128 and the signal's number.
    Interrupted {
        /// The number of the signal.
        signal: u8,
    },
    /// Something the tool did not expect of itself.
    Internal(String),
}

/// What some work gave, or what it said when it panicked.
///
/// # Errors
/// The words of the panic, which is a fault of the tool.
pub fn contained<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| said(&*panic))
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it did not say why").to_owned()
}

impl Error {
    /// What is wrong, and what to do about it.
    pub fn words(&self) -> (Message, Message) {
        let new = Message::new;
        match self {
            Error::UnknownRule { name, nearest } => {
                (new("error-rule").with("name", name), near(nearest, new("do-rules")))
            }
            Error::UnknownPlatform { name, nearest, known } => {
                (new("error-platform").with("name", name), near(nearest, new("do-known").with("known", known)))
            }
            Error::UnknownTopic { name, nearest, known } => {
                (new("error-topic").with("name", name), near(nearest, new("do-topics").with("known", known)))
            }
            Error::Absent { path, nearest } => (new("error-absent").with("path", path), near(nearest, new("do-path"))),
            Error::Unreadable { path, reason } => (at("error-unreadable", path, reason.clone()), new("do-path")),
            Error::NoProgram { path, why, near: folder } => {
                (new("error-no-program").with("path", path).with("why", why.clone()), near(folder, new("do-program")))
            }
            Error::Config { path, reason } => (at("error-config", path, reason.clone()), new("do-config")),
            Error::Flags { flag, other, advice } => {
                (new("error-flags").with("flag", flag).with("other", other), advice.clone())
            }
            Error::Unwritable { path, reason } => (at("error-unwritable", path, reason.clone()), new("do-folder")),
            Error::Exists { path } => (new("error-exists").with("path", path), new("do-edit")),
            Error::Baseline { path, reason } => (at("error-baseline", path, reason.clone()), new("do-baseline")),
            Error::Git { reason, advice } => (new("error-git").with("reason", reason.clone()), advice.clone()),
            Error::Knowledge { what, reason } => {
                (new("error-knowledge").with("what", what).with("reason", reason), new("do-report"))
            }
            Error::Interrupted { .. } => (new("error-interrupted"), new("do-again")),
            Error::Internal(reason) => (new("error-internal").with("reason", reason), new("do-report")),
            Error::Write(error) => (new("error-write").with("reason", Value::of_system(error)), new("do-disk")),
            Error::Threads { threads, reason } => {
                (new("error-threads").with("threads", threads.to_string()).with("reason", reason), new("do-threads"))
            }
        }
    }

    /// [`Error::words`] as sentences. Comes with its own list of words: what is broken may be what reads the others.
    pub fn said(&self, lang: Lang) -> (String, String) {
        let (what, advice) = self.words();
        let words = Texts::of_words().unwrap_or_default();
        (words.say(&what, lang), words.say(&advice, lang))
    }
}

/// In English.
impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.said(Lang::En).0)
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Write(error)
    }
}

fn at(key: &'static str, path: &str, reason: impl Into<Value>) -> Message {
    Message::new(key).with("path", path).with("reason", reason)
}

/// The advice, behind the name that was probably meant.
fn near(nearest: &Option<String>, advice: Message) -> Message {
    match nearest {
        Some(nearest) => Message::new("do-near").with("nearest", nearest).with("rest", advice),
        None => advice,
    }
}

/// The candidate that looks most like `name`, when one looks like it at all.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let name = name.to_lowercase();
    let limit = (name.chars().count() / 3).max(1);
    let near = |candidate: &str| {
        let typed_part = name.len() > 3 && candidate.contains(&name);
        if typed_part { 1 } else { distance(&name, candidate) }
    };
    let rank = |candidate| (near(candidate), distance(&name, candidate), candidate);
    let best = candidates.into_iter().map(rank).min()?;
    (best.0 <= limit).then(|| best.2.to_owned())
}

/// How many characters must be added, removed or changed.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_only_when_it_is_near() {
        let names = ["launch-prompt", "lifecycle-prompt", "missing-fail", "precise-steps", "steps"];
        for (typed, want) in [
            ("lanch-prompt", Some("launch-prompt")),
            ("LAUNCH-PROMPT", Some("launch-prompt")),
            ("fail", Some("missing-fail")),
            ("step", Some("steps")),
            ("xyz", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, names).as_deref(), want, "{typed}");
        }
    }

    #[test]
    fn every_error_says_what_to_do() {
        let unknown = Error::UnknownRule { name: "x".into(), nearest: Some("y".into()) };
        assert_eq!(unknown.said(Lang::En).1, "did you mean `y`? `consentry rules` lists all rules");
        assert_eq!(unknown.said(Lang::Zh).1, "是否想写 `y`？`consentry rules` 列出全部规则");
        let absent = Error::Unreadable {
            path: "a".into(),
            reason: Value::of_system(&io::Error::from(io::ErrorKind::PermissionDenied)),
        };
        assert_eq!(absent.to_string(), "cannot read `a`: there is no permission");
    }
}
