//! In: the text of `consentry.toml` and of what it extends, through a reading function. Out: what is configured, each value
//! with the place it comes from. Never touches the disk, and never knows what a rule does.

mod globs;
mod init;
mod keys;
mod load;
mod read;
mod show;

pub use globs::Globs;
pub use init::template;
pub use keys::schema;
pub use load::{Read, Source, find, load, of_program};
pub use show::{Around, show};

use crate::catalog::Lang;
use crate::error::Error;
use crate::finding::{Certainty, Level};
use crate::message::Message;
use std::collections::BTreeMap;

/// The file's name.
pub const FILE: &str = "consentry.toml";

/// What is configured for a program; what no file says is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The wallet's name.
    pub platform: Option<Held<String>>,
    /// Which levels rules have when nothing is said about them.
    pub preset: Option<Held<Preset>>,
    /// Language of the messages.
    pub lang: Option<Held<Lang>>,
    /// The lowest level that makes the exit code 1; `None` inside for never.
    pub fail_on: Option<Held<Option<Level>>>,
    /// Whether the exit code is 2 when something was not judged.
    pub fail_on_incomplete: Option<Held<bool>>,
    /// The lowest certainty that is shown.
    pub min_certainty: Option<Held<Certainty>>,
    /// Whether a suppression must give its reason.
    pub reason_required: Option<Held<bool>>,
    /// Levels of rules by id.
    pub rules: BTreeMap<String, Held<Setting>>,
    /// Files whose findings do not count.
    pub ignore: Vec<Held<Globs>>,
    /// Other levels for some files; the last one that speaks has the last word.
    pub overrides: Vec<Override>,
    /// What the program says it needs a scope for.
    pub purposes: BTreeMap<String, Held<Purpose>>,
    /// Limits of the analysis by key (`steps`, …), where they differ from the tool's own.
    pub budget: BTreeMap<&'static str, Held<u64>>,
    /// The files read, the program's own first.
    pub files: Vec<String>,
}

/// A value and the place that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub at: Origin,
}

/// A place in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A named set of levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// What a reviewer would object to.
    #[default]
    Recommended,
    /// That, and what is worth mending.
    Strict,
}

/// What is said about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// It does not take part.
    Off,
    /// The level of its certain findings.
    Level(Level),
}

/// Levels for some files.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The files.
    pub paths: Held<Globs>,
    /// Levels by rule.
    pub rules: BTreeMap<String, Held<Setting>>,
}

/// What a scope is needed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// In words.
    Why(String),
    /// The pages that need it.
    Pages(Vec<String>),
}

/// A rule's levels as its page gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Severity {
    /// The level its code gives a certain finding.
    pub base: Level,
    /// The level in the preset in force; `None` when it is off there.
    pub preset: Option<Level>,
}

impl Config {
    /// The preset in force.
    pub fn preset(&self) -> Preset {
        self.preset.as_ref().map(|held| held.value).unwrap_or_default()
    }

    /// Whether a suppression must give its reason.
    pub fn reason_required(&self) -> bool {
        self.reason_required.as_ref().is_some_and(|held| held.value)
    }

    /// Whether findings in `file` do not count. `file` is relative to the folder of the program's own configuration file
    /// or absolute.
    pub fn ignores(&self, file: &str) -> bool {
        self.ignoring(file).is_some()
    }

    fn ignoring(&self, file: &str) -> Option<&Held<Globs>> {
        let last = self.ignore.iter().rev().find_map(|globs| globs.value.verdict(file).map(|yes| (yes, globs)));
        last.filter(|(yes, _)| *yes).map(|(_, globs)| globs)
    }

    /// What is said about a rule in a file: the last override that names both, else the table of rules.
    pub fn setting(&self, rule: &str, file: &str) -> Option<&Held<Setting>> {
        let special =
            self.overrides.iter().rev().find_map(|one| one.rules.get(rule).filter(|_| one.paths.value.contains(file)));
        special.or_else(|| self.rules.get(rule))
    }

    /// The level of a finding of `rule` in `file`, which its code found to be of level `found`; `None` when the rule is off
    /// there. What doubt took from the rule's own level is taken from the configured one.
    pub fn level(&self, rule: &str, file: &str, found: Level, severity: Severity) -> Option<Level> {
        let wanted = match self.setting(rule, file).map(|held| held.value) {
            Some(Setting::Off) => return None,
            Some(Setting::Level(level)) => level,
            None => severity.preset?,
        };
        let steps = |level: Level| match level {
            Level::Info => 0i8,
            Level::Warning => 1,
            Level::Error => 2,
        };
        let doubt = (steps(severity.base) - steps(found)).max(0);
        Some(match steps(wanted) - doubt {
            2.. => Level::Error,
            1 => Level::Warning,
            _ => Level::Info,
        })
    }
}

/// What is wrong at a place of a configuration file.
fn error(at: &Origin, reason: Message) -> Error {
    Error::Config { path: format!("{at}"), reason }
}

#[cfg(test)]
mod tests;
