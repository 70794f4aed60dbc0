//! In: what the user wants to see of the programs found. Out: a report with the findings that concern those files: they stand
//! there, or the way to them leads through there. Programs are always judged as wholes, and so is what a baseline accepts.

use crate::discover::path::join;
use crate::finding::{Finding, Level, Message, Place, Witness};
use crate::git::Changed;
use crate::locate::Located;
use crate::report::{Notice, ProgramReport, Report};
use std::collections::BTreeSet;

/// The files a report is about.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    /// Paths as findings have them; `None` for all.
    pub(super) shown: Option<&'a BTreeSet<String>>,
    /// What has changed; `None` for all.
    pub(super) changed: Option<&'a Changed>,
    /// What paths are relative to.
    pub(super) base: String,
}

impl Part<'_> {
    /// Whether it is all there is.
    pub(super) fn is_whole(&self) -> bool {
        self.shown.is_none() && self.changed.is_none()
    }

    /// Whether a file is one of them.
    pub(super) fn has(&self, file: &str) -> bool {
        let changed = || self.changed.is_none_or(|changed| changed.files.contains(&join(&self.base, file)));
        self.shown.is_none_or(|shown| shown.contains(file)) && changed()
    }

    /// Leaves out of a report what does not concern these files.
    pub(super) fn narrow(&self, report: &mut Report) {
        if self.is_whole() {
            return;
        }
        for program in &mut report.programs {
            program.findings.retain_mut(|one| self.keep(one));
            program.suppressed.retain_mut(|one| self.keep(&mut one.located));
        }
    }

    /// How much was looked at and how much of it the report is about.
    pub(super) fn notice(&self, report: &Report) -> Option<Notice> {
        if self.is_whole() {
            return None;
        }
        let sum = |of: fn(&ProgramReport) -> usize| report.programs.iter().map(of).sum::<usize>();
        match (sum(|program| program.reported), self.changed) {
            (0, Some(changed)) => Some(nothing(changed)),
            (0, None) => Some(said(Message::new("notice-unused"))),
            (reported, _) => {
                let message = Message::new("notice-part").with("files", sum(|program| program.files).to_string());
                Some(said(message.with("reported", reported.to_string())))
            }
        }
    }

    /// Whether a finding concerns these files. The first way is the one its message speaks of; those
    /// through these files come next.
    fn keep(&self, one: &mut Located) -> bool {
        let Finding { place, witnesses, related, fixes, .. } = &mut one.finding;
        if self.has(&place.file) {
            return true;
        }
        // It is for these files to be mended, not for others.
        fixes.clear();
        if let Some((_, others)) = witnesses.split_first_mut() {
            others.sort_by_key(|witness| !self.is_on(witness));
        }
        witnesses.iter().any(|witness| self.is_on(witness))
            || one.files_left_out.iter().any(|file| self.has(file))
            || related.iter().any(|step| self.holds(&step.place))
    }

    fn is_on(&self, witness: &Witness) -> bool {
        witness.steps.iter().any(|step| self.holds(&step.place))
    }

    fn holds(&self, place: &Place) -> bool {
        self.has(&place.file)
    }
}

/// What is said when no changed file concerns a program.
pub(super) fn nothing(changed: &Changed) -> Notice {
    match (changed.files.len(), &changed.since) {
        (0, None) => said(Message::new("notice-unstaged")),
        (0, Some(since)) => said(Message::new("notice-unchanged").with("since", since.clone())),
        (count, _) => said(Message::new("notice-unconcerned").with("count", count.to_string())),
    }
}

fn said(message: Message) -> Notice {
    Notice { level: Level::Info, text: message, file: None }
}
