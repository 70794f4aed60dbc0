//! In: bounds that a search met. Out: one list of them: which, where, and what raises it. Never says what they mean for a
//! finding.

use super::machine::{Machine, Transfer};
use crate::analyse::domain::CodeRef;
use std::collections::BTreeSet;

/// What was bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitKind {
    /// Expressions evaluated: nothing ran after it.
    Steps,
    /// Expressions evaluated: calls were looked at together after it.
    PreciseSteps,
    /// Steps of one part of a file: its calls were looked at together after it.
    Share,
    /// Steps of one part of a file: its functions were taken for unknown code after it.
    PartSteps,
    /// Runs of one function in the same surroundings.
    Runs,
    /// Ways into one function that are told apart.
    Contexts,
    /// What one expression may be.
    Values,
    /// Functions that one call may mean.
    Callees,
    /// Values that stand for each other, one behind the other, or hold each other.
    Depth,
    /// Elements of a page.
    Elements,
    /// Rounds of starting what was found.
    Rounds,
}

impl LimitKind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            LimitKind::Steps => "steps",
            LimitKind::PreciseSteps => "precise-steps",
            LimitKind::Share => "share",
            LimitKind::PartSteps => "part-steps",
            LimitKind::Runs => "runs",
            LimitKind::Contexts => "contexts",
            LimitKind::Values => "values",
            LimitKind::Callees => "callees",
            LimitKind::Depth => "depth",
            LimitKind::Elements => "elements",
            LimitKind::Rounds => "rounds",
        }
    }

    /// Whether something may be missing because of it; otherwise things were only looked at together.
    pub fn cuts(self) -> bool {
        !matches!(self, LimitKind::Contexts | LimitKind::Share)
    }

    /// The key of `[budget]` that raises it.
    pub fn setting(self) -> Option<&'static str> {
        match self {
            LimitKind::Steps => Some("steps"),
            LimitKind::PreciseSteps => Some("precise-steps"),
            LimitKind::Contexts => Some("contexts"),
            _ => None,
        }
    }
}

/// Where it was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitPlace {
    /// In the program as a whole.
    Program,
    /// In the file that cost most.
    File(u32),
    /// In a function.
    Function(CodeRef),
    /// In the view of a page or component.
    Unit(u32),
}

/// A bound that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetLimit {
    /// Which.
    pub kind: LimitKind,
    /// Where.
    pub place: LimitPlace,
    /// The key of `[budget]` that raises it.
    pub setting: Option<&'static str>,
}

/// The bounds a search met, in order, each once.
#[derive(Debug, Default)]
pub struct Limits(BTreeSet<MetLimit>);

impl Limits {
    /// A bound was met.
    pub fn note(&mut self, kind: LimitKind, place: LimitPlace) {
        self.0.insert(MetLimit { kind, place, setting: kind.setting() });
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &MetLimit> {
        self.0.iter()
    }

    /// Whether one of this kind was met.
    pub fn has(&self, kind: LimitKind) -> bool {
        self.0.iter().any(|met| met.kind == kind)
    }
}

impl<'a, L: Transfer<'a, E>, E> Machine<'a, L, E> {
    /// Notes that a bound was met in a function.
    pub(in crate::analyse) fn met(&mut self, kind: LimitKind, code: CodeRef) {
        self.limits.note(kind, LimitPlace::Function(code));
    }

    /// Notes what was cut short while a function ran.
    pub(super) fn note_cuts(&mut self, code: CodeRef) {
        if std::mem::take(&mut self.sets.cut) {
            self.met(LimitKind::Values, code);
        }
        if std::mem::take(&mut self.heap.cut) {
            self.met(LimitKind::Depth, code);
        }
    }

    /// Notes what only shows at the end: whether the search was ended, and which file it went into most.
    pub(in crate::analyse) fn sum_up_limits(&mut self) {
        let cost = |shares: &Vec<u64>| shares.iter().sum::<u64>();
        let costliest = (0..self.shares.len()).rev().max_by_key(|file| cost(&self.shares[*file]));
        let place = costliest.map_or(LimitPlace::Program, |file| LimitPlace::File(file as u32));
        if self.steps > self.most_steps {
            self.limits.note(LimitKind::Steps, place);
        } else if self.steps > self.most_precise && self.exhausted {
            self.limits.note(LimitKind::PreciseSteps, place);
        }
    }
}
