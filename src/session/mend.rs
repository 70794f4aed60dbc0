//! In: what [`super::check_files`] takes, and which fixes are wanted. Out: files with their fixes applied, all or some of them, and
//! a report of what is left. Never leaves a file, or the files of one fix, half done.
//!
//! Fixes are tried in memory first: apply those that fit together, check again, until nothing is left to do. Only then the
//! files are replaced. What cannot be replaced is named, and all is done again without it.

use super::{CheckOptions, Checked, check_within, pooled};
use crate::discover::{self, Files, overlay::Overlay};
use crate::error::Error;
use crate::finding::{Level, Message};
use crate::fix::{self, Chosen};
use crate::model::Model;
use crate::parse::decode;
use crate::report::{Mending, Notice, Report};
use crate::settle::Settled;
use crate::words::Value;
use crate::write::{self, Refused, Replacement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Rounds of fixing and checking; a round that finds nothing to do ends it earlier.
const MOST_ROUNDS: usize = 24;

/// What to do with the new texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposal {
    /// Replace the files.
    Write,
    /// Leave them alone.
    Show,
}

/// Which fixes are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Mend<'a> {
    /// Those that a person must look at, too.
    pub unsafe_too: bool,
    /// What to do with the new texts.
    pub disposal: Disposal,
    /// Those of this rule only.
    pub only: Option<&'a str>,
}

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path, as findings name it.
    pub file: String,
    /// Its decoded text before.
    pub before: Arc<str>,
    /// And after.
    pub after: Arc<str>,
}

/// What mending gives.
pub struct Mended {
    /// What is left, as it would be found in the new files.
    pub checked: Checked,
    /// What changed, or would change, by path.
    pub changes: Vec<Change>,
}

/// Checks every mini program under `paths`, which are relative to `base`, and mends what can be mended.
///
/// # Errors
/// As [`super::check`]. A file that cannot be written is no error but a notice, as the other files are done.
pub fn mend(base: &std::path::Path, paths: &[String], options: &CheckOptions, how: &Mend) -> Result<Mended, Error> {
    mend_files(&discover::disk::Disk::new(base), paths, options, how)
}

/// Like [`mend`], on a file system. Files are written to the disk, at their absolute paths.
///
/// # Errors
/// As [`mend`].
pub fn mend_files(files: &dyn Files, paths: &[String], options: &CheckOptions, how: &Mend) -> Result<Mended, Error> {
    pooled(options, || {
        let (mut barred, mut fixed, mut changes) = (BTreeMap::new(), 0, Vec::new());
        loop {
            let mut attempt = Attempt::new(files, paths, how, &mut barred);
            let mut checked = attempt.run(paths, options)?;
            let known = attempt.barred.len();
            let written = attempt.write(&attempt.groups());
            fixed += attempt.count(&checked.report, &written);
            changes.extend(attempt.changes(&written));
            // What was planned together with a file that cannot be written is planned again without it.
            if attempt.barred.len() > known {
                continue;
            }
            let notices = attempt.refusals();
            let fixed = Some(fixed).filter(|_| how.disposal == Disposal::Write);
            checked.report.mending = Mending { unsafe_too: how.unsafe_too, fixed };
            checked.report.notices.extend(notices);
            checked.report.notices.extend(barred.into_iter().map(|(file, why)| why.notice(file)));
            changes.sort_by(|a: &Change, b| a.file.cmp(&b.file));
            return Ok(Mended { checked, changes });
        }
    })
}

/// Takes the fixes away that change a file which is not judged itself: one of a package, or an ignored one.
pub(super) fn keep_within(findings: &mut [Settled], model: &Model, ignored: &dyn Fn(&str) -> bool) {
    let package = |file: &str| model.file(file).is_none_or(|id| model.files[id as usize].package);
    for one in findings {
        one.finding.fixes.retain(|fix| !fix::files(fix).into_iter().any(|file| package(file) || ignored(file)));
    }
}

/// Why a file is left alone.
#[derive(Clone, Debug)]
enum Barred {
    /// It is not any more what was judged.
    Changed,
    /// Its encoding cannot be written back exactly.
    Encoding,
    /// It is a link out of what is checked.
    Outside,
    /// The disk does not take it.
    Unwritable(Value),
}

impl Barred {
    fn notice(self, file: String) -> Notice {
        let (level, message) = match self {
            Barred::Changed => (Level::Warning, Message::new("notice-fix-changed")),
            Barred::Encoding => (Level::Warning, Message::new("notice-fix-encoding")),
            Barred::Outside => (Level::Warning, Message::new("notice-fix-outside")),
            Barred::Unwritable(why) => (Level::Error, Message::new("notice-fix-unwritable").with("reason", why)),
        };
        Notice { level, text: message, file: Some(file) }
    }
}

/// A file that changes.
struct Page {
    /// Its bytes when it was judged first.
    bytes: Vec<u8>,
    /// Its text then.
    before: Arc<str>,
    /// Its new bytes.
    new: Vec<u8>,
    /// Its new text.
    after: Arc<str>,
}

/// A fix that was applied.
struct Done {
    rule: &'static str,
    subject: String,
    files: BTreeSet<String>,
}

/// How often each rule finds fault with each subject.
type Counts = BTreeMap<(&'static str, String), usize>;

fn counts(report: &Report) -> Counts {
    let mut counts = Counts::new();
    for (_, one) in report.findings() {
        *counts.entry((one.finding.rule, one.finding.subject.clone())).or_default() += 1;
    }
    counts
}

/// One way from the files as they are to files with nothing left to mend.
struct Attempt<'a> {
    files: &'a dyn Files,
    /// What is checked, as given.
    paths: &'a [String],
    how: &'a Mend<'a>,
    barred: &'a mut BTreeMap<String, Barred>,
    pages: BTreeMap<String, Page>,
    done: Vec<Done>,
    /// Rules whose fix was left out in the last round, and the files.
    refused: BTreeSet<(String, &'static str)>,
    /// What the first check found.
    before: Counts,
}

impl<'a> Attempt<'a> {
    fn new(
        files: &'a dyn Files,
        paths: &'a [String],
        how: &'a Mend<'a>,
        barred: &'a mut BTreeMap<String, Barred>,
    ) -> Attempt<'a> {
        let (pages, done, refused) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
        Attempt { files, paths, how, barred, pages, done, refused, before: Counts::new() }
    }

    /// Mends in memory until nothing is left to do; comes back with the last check.
    fn run(&mut self, paths: &[String], options: &CheckOptions) -> Result<Checked, Error> {
        let mut round = 0;
        loop {
            let over = self.pages.iter().map(|(file, page)| (file.clone(), page.new.clone())).collect();
            let checked = check_within(&Overlay { under: self.files, files: over }, paths, options)?;
            if round == 0 {
                self.before = counts(&checked.report);
            }
            round += 1;
            if round > MOST_ROUNDS || !self.step(&checked) {
                return Ok(checked);
            }
        }
    }

    /// Applies the fixes of a report that fit together. Whether there were any.
    fn step(&mut self, checked: &Checked) -> bool {
        let mending = Mending { unsafe_too: self.how.unsafe_too, fixed: None };
        loop {
            let known = self.barred.len();
            let findings = checked.report.findings().map(|(_, one)| &one.finding);
            let chosen = fix::choose(findings, |finding, one| {
                self.how.only.is_none_or(|rule| rule == finding.rule)
                    && mending.wants(one)
                    && !fix::files(one).iter().any(|file| self.barred.contains_key(*file))
            });
            for file in chosen.iter().flat_map(Chosen::files) {
                self.open(file, checked);
            }
            let outcome = fix::apply(&chosen, &|file| checked.sources.text(file));
            let new: Vec<(String, String, Vec<u8>)> =
                outcome.texts.into_iter().filter_map(|(file, text)| self.encoded(file, text)).collect();
            // A file turned out not to take part: the fixes are chosen again without it.
            if self.barred.len() > known {
                continue;
            }
            for (file, text, bytes) in new {
                let page = self.pages.get_mut(&file).expect("an opened file");
                (page.after, page.new) = (Arc::from(text), bytes);
            }
            let refusal = |at: &usize| {
                let finding = chosen[*at].finding;
                (finding.place.file.clone(), finding.rule)
            };
            self.refused = outcome.refused.iter().map(refusal).collect();
            self.done.extend(outcome.applied.iter().map(|at| done(chosen[*at])));
            return !outcome.applied.is_empty();
        }
    }

    /// Reads a file that is about to change, once.
    fn open(&mut self, file: &str, checked: &Checked) {
        if self.pages.contains_key(file) || self.barred.contains_key(file) {
            return;
        }
        let path = |path: &str| PathBuf::from(discover::path::join(&self.files.base(), path));
        let trees: Vec<PathBuf> = self.paths.iter().map(|tree| path(tree)).chain([path("")]).collect();
        let barred = match (self.files.read(file), checked.sources.text(file)) {
            _ if write::leads_out(&path(file), &trees) => Barred::Outside,
            (Ok(bytes), Some(before)) if decode::decode(&bytes).text == *before => {
                if decode::encode(&before, &bytes).is_some() {
                    let page = Page { new: bytes.clone(), bytes, after: before.clone(), before };
                    self.pages.insert(file.to_owned(), page);
                    return;
                }
                Barred::Encoding
            }
            (Err(error), _) => Barred::Unwritable(Value::of_system(&error)),
            _ => Barred::Changed,
        };
        self.barred.insert(file.to_owned(), barred);
    }

    /// A file's new text with its bytes; the file is barred when its encoding lacks a character.
    fn encoded(&mut self, file: String, text: String) -> Option<(String, String, Vec<u8>)> {
        let page = self.pages.get(&file)?;
        match decode::encode(&text, &page.bytes) {
            Some(bytes) => Some((file, text, bytes)),
            None => {
                self.barred.insert(file, Barred::Encoding);
                None
            }
        }
    }

    /// The changed files, in groups that fixes hold together.
    fn groups(&self) -> Vec<BTreeSet<String>> {
        let mut groups: Vec<BTreeSet<String>> = Vec::new();
        for done in &self.done {
            let (mut joined, apart): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|group: &BTreeSet<String>| !group.is_disjoint(&done.files));
            groups = apart;
            joined.push(done.files.clone());
            groups.push(joined.into_iter().flatten().collect());
        }
        groups.sort();
        groups
    }

    /// Replaces the files of each group, all or none; the files of those that are done. What stands in the way is barred.
    fn write(&mut self, groups: &[BTreeSet<String>]) -> BTreeSet<String> {
        let mut written = BTreeSet::new();
        for group in groups {
            // Should the run be ended in between, a script may have a method that no markup names yet, which the next run
            // completes; markup that names a method which is not there breaks the program.
            let mut files: Vec<&String> = group.iter().collect();
            files.sort_by_key(|file| file.ends_with(".axml"));
            let replaced: Vec<(&String, Replacement)> = files
                .into_iter()
                .filter_map(|file| Some((file, self.pages.get(file)?)))
                .filter(|(_, page)| page.bytes != page.new)
                .map(|(file, page)| {
                    let path = PathBuf::from(discover::path::join(&self.files.base(), file));
                    (file, Replacement { path, old: page.bytes.clone(), new: page.new.clone() })
                })
                .collect();
            let (names, files): (Vec<&String>, Vec<Replacement>) = replaced.into_iter().unzip();
            let outcome = if self.how.disposal == Disposal::Write { write::together(&files) } else { Ok(()) };
            match outcome {
                Ok(()) => written.extend(group.iter().cloned()),
                Err(Refused { at, why }) => {
                    let why = why.map_or(Barred::Changed, |why| Barred::Unwritable(Value::of_system(&why)));
                    self.barred.insert(names[at].clone(), why);
                }
            }
        }
        written
    }

    /// How many findings are gone through the fixes of these files. Several of one kind, some mended and some new, count only
    /// as far as there are fewer than before.
    fn count(&self, report: &Report, written: &BTreeSet<String>) -> usize {
        let mut applied = Counts::new();
        for done in self.done.iter().filter(|done| done.files.is_subset(written)) {
            *applied.entry((done.rule, done.subject.clone())).or_default() += 1;
        }
        let after = counts(report);
        let gone = |key: &(&'static str, String)| {
            let count = |counts: &Counts| counts.get(key).copied().unwrap_or(0);
            count(&self.before).saturating_sub(count(&after))
        };
        applied.iter().map(|(key, count)| gone(key).min(*count)).sum()
    }

    fn changes(&self, written: &BTreeSet<String>) -> Vec<Change> {
        let change = |file: &String| {
            let page = self.pages.get(file).filter(|page| page.before != page.after)?;
            Some(Change { file: file.clone(), before: page.before.clone(), after: page.after.clone() })
        };
        written.iter().filter_map(change).collect()
    }

    /// What was left out because of the fixes themselves.
    fn refusals(&self) -> Vec<Notice> {
        let notice = |(file, rule): &(String, &'static str)| {
            let text = Message::new("notice-fix-breaks").with("rule", *rule);
            Notice { level: Level::Warning, text, file: Some(file.clone()) }
        };
        self.refused.iter().map(notice).collect()
    }
}

fn done(chosen: Chosen) -> Done {
    let Chosen { finding, .. } = chosen;
    let files = chosen.files().into_iter().map(str::to_owned).collect();
    Done { rule: finding.rule, subject: finding.subject.clone(), files }
}
