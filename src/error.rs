//! In: nothing. Out: every way in which the tool itself can fail, each with what to do. Never anything about the checked
//! code: that is a finding or a notice. All of these end the run with exit code 2.

use miette::Diagnostic;
use thiserror::Error;

/// Why the tool could not do its work.
#[derive(Debug, Diagnostic, Error)]
pub enum Error {
    /// A rule id that no page has.
    #[error("there is no rule `{name}`")]
    #[diagnostic(help("{}", instead(nearest.as_deref(), "`consentry rules` lists all rules")))]
    UnknownRule {
        /// As given.
        name: String,
        /// The id that looks most like it.
        nearest: Option<String>,
    },
    /// A platform that no table describes.
    #[error("there is no platform `{name}`")]
    #[diagnostic(help("{}", instead(nearest.as_deref(), &format!("known are {known}"))))]
    UnknownPlatform {
        /// As given.
        name: String,
        /// The name that looks most like it.
        nearest: Option<String>,
        /// All names, joined by commas.
        known: String,
    },
    /// A topic of the help that there is no page about.
    #[error("there is no help on `{name}`")]
    #[diagnostic(help("{}", instead(nearest.as_deref(), &format!("topics are {known}; `consentry COMMAND --help` explains a command"))))]
    UnknownTopic {
        /// As given.
        name: String,
        /// The topic that looks most like it.
        nearest: Option<String>,
        /// All topics, joined by commas.
        known: String,
    },
    /// A path that is not there or may not be read.
    #[error("cannot read `{path}`: {reason}")]
    #[diagnostic(help(
        "check the spelling and the permissions; paths are taken from the folder the command is started in"
    ))]
    Unreadable {
        /// As given.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// Nothing under a path is a mini program.
    #[error("there is no mini program under `{path}`: {why}")]
    #[diagnostic(help(
        "{}a mini program is a folder whose `app.json` lists `pages`; name that folder, or one above it",
        near.as_ref().map(|near| format!("did you mean `{near}`? ")).unwrap_or_default()
    ))]
    NoProgram {
        /// As given.
        path: String,
        /// What was looked for, or what is there instead.
        why: String,
        /// A folder nearby that holds a program.
        near: Option<String>,
    },
    /// The configuration file cannot be used.
    #[error("cannot use the configuration `{path}`: {reason}")]
    #[diagnostic(help(
        "correct or remove the entry; `consentry init` writes a file with the usual ones, each explained"
    ))]
    Config {
        /// The file.
        path: String,
        /// What is wrong, with line and column where known.
        reason: String,
    },
    /// Flags that do not go together.
    #[error("{flag} does not go with {other}")]
    #[diagnostic(help("{advice}"))]
    Flags {
        /// One.
        flag: String,
        /// The other.
        other: String,
        /// What to do.
        advice: String,
    },
    /// A file that should be written and cannot be.
    #[error("cannot write `{path}`: {reason}")]
    #[diagnostic(help("check that its folder exists and may be written to"))]
    Unwritable {
        /// As given.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// A configuration that is there already.
    #[error("there is a `{path}` already")]
    #[diagnostic(help("change it by hand, or remove it first; it was left as it is"))]
    Exists {
        /// The file.
        path: String,
    },
    /// A baseline that cannot be used.
    #[error("cannot use the baseline `{path}`: {reason}")]
    #[diagnostic(help("`consentry baseline write` makes a new one; it accepts everything that is found now"))]
    Baseline {
        /// As given.
        path: String,
        /// What is wrong, with line and column where known.
        reason: String,
    },
    /// git cannot say what has changed.
    #[error("cannot ask git what has changed: {reason}")]
    #[diagnostic(help("{advice}"))]
    Git {
        /// git's words, or why there are none.
        reason: String,
        /// What to do.
        advice: String,
    },
    /// What is compiled into the tool is broken: a rule page or a platform table.
    #[error("the tool's own {what} cannot be used: {reason}")]
    #[diagnostic(help("this is a fault of consentry, not of your code; please report it with the command you ran"))]
    Knowledge {
        /// Which page or table.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The results could not be written.
    #[error("cannot write the results: {0}")]
    #[diagnostic(help("check that the disk is not full and that the reader of the output is still there"))]
    Write(#[from] std::io::Error),
    /// The worker threads could not be started.
    #[error("cannot start {threads} threads: {reason}")]
    #[diagnostic(help("ask for fewer with `--threads`"))]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// The system's words.
        reason: String,
    },
    /// Something the tool did not expect of itself.
    #[error("consentry met a fault of its own: {0}")]
    #[diagnostic(help("this is not a fault of your code; please report it with the command you ran"))]
    Internal(String),
}

impl Error {
    /// What to do about it.
    pub fn advice(&self) -> String {
        self.help().map(|help| help.to_string()).unwrap_or_default()
    }
}

fn instead(nearest: Option<&str>, otherwise: &str) -> String {
    nearest.map_or_else(|| otherwise.to_owned(), |nearest| format!("did you mean `{nearest}`? {otherwise}"))
}

/// The candidate that looks most like `name`, when one looks like it at all.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let name = name.to_lowercase();
    let limit = (name.chars().count() / 3).max(1);
    let near = |candidate: &str| {
        let typed_part = name.len() > 3 && candidate.contains(&name);
        if typed_part { 1 } else { distance(&name, candidate) }
    };
    let best = candidates.into_iter().map(|candidate| (near(candidate), candidate)).min()?;
    (best.0 <= limit).then(|| best.1.to_owned())
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
        let names = ["launch-prompt", "lifecycle-prompt", "missing-fail"];
        for (typed, want) in [
            ("lanch-prompt", Some("launch-prompt")),
            ("LAUNCH-PROMPT", Some("launch-prompt")),
            ("fail", Some("missing-fail")),
            ("xyz", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, names).as_deref(), want, "{typed}");
        }
    }

    #[test]
    fn every_error_says_what_to_do() {
        let unknown = Error::UnknownRule { name: "x".into(), nearest: Some("y".into()) };
        assert_eq!(unknown.advice(), "did you mean `y`? `consentry rules` lists all rules");
        assert!(!Error::Internal("x".into()).advice().is_empty());
    }
}
