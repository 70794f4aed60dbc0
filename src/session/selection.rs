//! In: what the user wants to see of the programs found. Out: a report with the findings that concern those files: they stand
//! there, or the way to them leads through there. Programs are always judged as wholes, and so is what a baseline accepts.

use crate::config;
use crate::discover::path::{join, name, parent, within};
use crate::discover::{self, Files, Program};
use crate::finding::{Finding, Level, Message, Place, Witness};
use crate::git::Changed;
use crate::locate::Located;
use crate::report::{Notice, ProgramReport, Report};
use std::collections::BTreeSet;

/// The files a report is about.
#[derive(Clone)]
pub(super) struct Part<'a> {
    /// Paths as findings have them; `None` for all.
    pub(super) shown: Option<&'a BTreeSet<String>>,
    /// What has changed; `None` for all.
    pub(super) changed: Option<&'a Changed>,
    /// The absolute roots of programs of which something is gone, or whose configuration has changed: all of them matters.
    pub(super) whole: BTreeSet<String>,
    /// Where paths lead.
    pub(super) files: &'a dyn Files,
}

/// The roots of programs that a change concerns as wholes.
pub(super) fn whole(files: &dyn Files, changed: &Changed, programs: &[Program]) -> BTreeSet<String> {
    let concerns = |root: &str, file: &String| {
        let folder = parent(file).unwrap_or("/");
        let governs = name(file) == config::FILE && within(folder, root).is_some();
        let is_gone = || discover::is_source(file) && !files.is_file(file);
        governs || within(root, file).is_some() && is_gone()
    };
    let roots = programs.iter().map(|program| join(&files.base(), &program.root));
    roots.filter(|root| changed.files.iter().any(|file| concerns(root, file))).collect()
}

impl Part<'_> {
    /// Whether it is all there is.
    pub(super) fn is_whole(&self) -> bool {
        self.shown.is_none() && self.changed.is_none()
    }

    /// Whether a file is one of them.
    pub(super) fn has(&self, file: &str) -> bool {
        self.shown.is_none_or(|shown| shown.contains(file)) && self.is_changed(file)
    }

    fn is_changed(&self, file: &str) -> bool {
        let Some(changed) = self.changed else { return true };
        let absolute = join(&self.files.base(), file);
        let is_in = |root: &String| within(root, &absolute).is_some();
        changed.files.contains(&absolute)
            || self.whole.iter().any(is_in)
            || changed.files.contains(&self.files.real(file))
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
