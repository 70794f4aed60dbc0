//! In: paths and options. Out: a checked report. The journey as one value; never prints.

use crate::error::Error;
use crate::report::Report;
use crate::settle::{Filter, Sources};
use crate::texts::{Lang, RuleRow, Texts};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What to check and how.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The platform given on the command line; `None` leaves it to the configuration.
    pub platform: Option<String>,
    /// Which findings are wanted. Paths to single files are added to `shown` here.
    pub filter: Filter,
    /// Worker threads; `None` for one per core.
    pub threads: Option<usize>,
    /// Whether to measure.
    pub timings: bool,
    /// Time since a fixed instant, for measuring.
    pub clock: fn() -> Duration,
}

/// What a check gives.
pub struct Checked {
    /// The report.
    pub report: Report,
    /// The texts its findings point into.
    pub sources: Box<dyn Sources>,
}

/// Checks every mini program under `paths`, which are relative to `base`.
///
/// # Errors
/// When a path cannot be read, a name is unknown, or the configuration is broken.
pub fn check(_base: &Path, _paths: &[String], _options: &CheckOptions) -> Result<Checked, Error> {
    Ok(Checked { report: Report::default(), sources: Box::new(Nothing) })
}

/// The words of all rules.
///
/// # Errors
/// When a page compiled into the tool is broken.
pub fn texts() -> Result<Box<dyn Texts>, Error> {
    Ok(Box::new(Nothing))
}

struct Nothing;

impl Sources for Nothing {
    fn text(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}

impl Texts for Nothing {
    fn message(&self, _: &str, _: &str, _: Lang) -> Option<&str> {
        None
    }

    fn word(&self, _: &str, _: Lang) -> Option<&str> {
        None
    }

    fn policy(&self, _: &str) -> Option<(&str, &str)> {
        None
    }

    fn page(&self, _: &str) -> Option<&str> {
        None
    }

    fn rules(&self, _: Lang) -> Vec<RuleRow> {
        Vec::new()
    }
}
