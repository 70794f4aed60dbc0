//! In: nothing. Out: what a check can be asked for, as a value. Never what comes of it.

use super::{Accepted, Preset};
use crate::config;
use crate::git::Changed;
use crate::locate::Filter;
use crate::model::Parsing;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

/// What to check and how.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The platform given on the command line; `None` leaves it to the configuration.
    pub platform: Option<String>,
    /// The preset given on the command line; `None` leaves it to the configuration. A rule that the filter names in `only`
    /// runs in every preset.
    pub preset: Option<Preset>,
    /// Where the configuration comes from.
    pub config: config::Source,
    /// Which findings are wanted.
    pub filter: Filter,
    /// Files that have changed, when only findings that concern them are wanted.
    pub changed: Option<Changed>,
    /// What was accepted earlier.
    pub baseline: Option<Accepted>,
    /// Worker threads; `None` for one per core.
    pub threads: Option<usize>,
    /// Which files are parsed; the findings are the same.
    pub parsing: Parsing,
    /// Whether to measure.
    pub timings: bool,
    /// Where to say how far the run is.
    pub progress: Option<Arc<Progress>>,
    /// Time since a fixed instant, for measuring.
    pub clock: fn() -> Duration,
}

/// How far a run is, for whoever looks at it from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// How many programs there are; zero while they are looked for.
    pub programs: AtomicUsize,
    /// How many of them are judged.
    pub done: AtomicUsize,
}

impl Default for CheckOptions {
    fn default() -> CheckOptions {
        CheckOptions {
            platform: None,
            preset: None,
            config: config::Source::Nearest,
            filter: Filter::default(),
            changed: None,
            baseline: None,
            threads: None,
            parsing: Parsing::default(),
            timings: false,
            progress: None,
            clock: || Duration::ZERO,
        }
    }
}
