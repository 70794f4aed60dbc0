//! In: files, and what is to be mended in them. Out: fixes applied in memory until nothing is left to do, then the files replaced, in
//! groups that belong together. A file that resists, or at which the tool fails, is barred; whether to try again without it is not
//! decided here.

use super::{Barred, Change, Disposal, Mend};
use crate::discover::{self, Files, Reach, overlay::Overlay};
use crate::error::{Error, contained};
use crate::fix::{self, Chosen, Outcome};
use crate::message::Value;
use crate::parse::decode;
use crate::report::{Mending, Report};
use crate::session::{CheckOptions, Checked, check_within};
use crate::write::{self, Refused, Replacement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Rounds of fixing and checking; a round that finds nothing to do ends it earlier.
const MOST_ROUNDS: usize = 24;

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

/// How fixes that fit together are applied: [`crate::fix::apply`].
pub(super) type Apply = fn(&[Chosen], &dyn Fn(&str) -> Option<Arc<str>>) -> Outcome;

/// What is to be mended, and how.
pub(super) struct Job<'a> {
    pub(super) apply: Apply,
    pub(super) files: &'a dyn Files,
    /// What is checked, as given.
    pub(super) paths: &'a [String],
    pub(super) options: &'a CheckOptions,
    pub(super) how: &'a Mend<'a>,
}

/// One way from the files as they are to files with nothing left to mend.
pub(super) struct Attempt<'a> {
    job: &'a Job<'a>,
    pub(super) barred: &'a mut BTreeMap<String, Barred>,
    pages: BTreeMap<String, Page>,
    done: Vec<Done>,
    /// Rules whose fix was left out in the last round, and the files.
    pub(super) refused: BTreeSet<(String, &'static str)>,
    /// What the first check found.
    before: Counts,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(job: &'a Job<'a>, barred: &'a mut BTreeMap<String, Barred>) -> Attempt<'a> {
        let (pages, done, refused) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
        Attempt { job, barred, pages, done, refused, before: Counts::new() }
    }

    /// Mends in memory until nothing is left to do; comes back with the last check.
    pub(super) fn run(&mut self) -> Result<Checked, Error> {
        let mut round = 0;
        loop {
            let files = self.pages.iter().map(|(file, page)| (file.clone(), page.new.clone())).collect();
            let over = Overlay { under: self.job.files, files };
            let checked = check_within(&over, self.job.paths, self.job.options)?;
            if round == 0 {
                self.before = counts(&checked.report);
            }
            round += 1;
            if round > MOST_ROUNDS || !self.step(&checked) {
                return Ok(checked);
            }
        }
    }

    /// Whether a file was barred after it had changed in an earlier round: none of that may be written.
    pub(super) fn is_stale(&self) -> bool {
        self.barred.keys().filter_map(|file| self.pages.get(file)).any(|page| page.new != page.bytes)
    }

    /// Applies the fixes of a report that fit together. Whether there were any.
    fn step(&mut self, checked: &Checked) -> bool {
        let mending = Mending { unsafe_too: self.job.how.unsafe_too, fixed: None };
        loop {
            let known = self.barred.len();
            let findings = checked.report.findings().map(|(_, one)| &one.finding);
            let chosen = fix::choose(findings, |finding, one| {
                self.job.how.only.is_none_or(|rule| rule == finding.rule)
                    && mending.wants(one)
                    && !fix::files(one).iter().any(|file| self.barred.contains_key(*file))
            });
            for file in chosen.iter().flat_map(Chosen::files) {
                self.open(file, checked);
            }
            let outcome = (self.job.apply)(&chosen, &|file| checked.sources.text(file));
            self.barred.extend(outcome.failed.into_iter().map(|(file, why)| (file, Barred::Broken(why))));
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
        match contained(|| self.page(file, checked)).unwrap_or_else(|why| Err(Barred::Broken(why))) {
            Ok(page) => drop(self.pages.insert(file.to_owned(), page)),
            Err(why) => drop(self.barred.insert(file.to_owned(), why)),
        }
    }

    fn page(&self, file: &str, checked: &Checked) -> Result<Page, Barred> {
        if self.job.files.reach(file) != Reach::Inside {
            return Err(Barred::Outside);
        }
        let bytes = self.job.files.read(file).map_err(|error| Barred::Unwritable(Value::of_system(&error)))?;
        let text = checked.sources.text(file).filter(|text| decode::decode(&bytes).text == **text);
        let before = text.ok_or(Barred::Changed)?;
        decode::encode(&before, &bytes).ok_or(Barred::Encoding)?;
        Ok(Page { new: bytes.clone(), bytes, after: before.clone(), before })
    }

    /// A path as findings name it, as the disk knows it.
    fn path(&self, path: &str) -> PathBuf {
        PathBuf::from(discover::path::join(&self.job.files.base(), path))
    }

    /// A file's new text with its bytes; the file is barred when its encoding lacks a character, or the tool fails.
    fn encoded(&mut self, file: String, text: String) -> Option<(String, String, Vec<u8>)> {
        let page = self.pages.get(&file)?;
        let why = match contained(|| decode::encode(&text, &page.bytes)) {
            Ok(Some(bytes)) => return Some((file, text, bytes)),
            Ok(None) => Barred::Encoding,
            Err(why) => Barred::Broken(why),
        };
        self.barred.insert(file, why);
        None
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

    /// Replaces the changed files of each group that fixes hold together, all or none; the files of those that are done. What stands in the way is barred.
    pub(super) fn write(&mut self) -> Result<BTreeSet<String>, Error> {
        let mut written = BTreeSet::new();
        for group in self.groups() {
            // Should the run be ended in between, a script may have a method that no markup names yet, which the next run
            // completes; markup that names a method which is not there breaks the program.
            let mut files: Vec<&String> = group.iter().collect();
            files.sort_by_key(|file| file.ends_with(".axml"));
            let replaced: Vec<(&String, Replacement)> = files
                .into_iter()
                .filter_map(|file| Some((file, self.pages.get(file)?)))
                .filter(|(_, page)| page.bytes != page.new)
                .map(|(file, page)| {
                    let (old, new) = (page.bytes.clone(), page.new.clone());
                    (file, Replacement { path: self.path(file), old, new })
                })
                .collect();
            let (names, files): (Vec<&String>, Vec<Replacement>) = replaced.into_iter().unzip();
            let outcome = match self.job.how.disposal {
                Disposal::Show => Ok(Ok(())),
                Disposal::Write(interrupts) => {
                    let outcome = contained(|| write::together(&files, interrupts));
                    interrupts.came().map_or(Ok(()), |signal| Err(Error::Interrupted { signal }))?;
                    outcome
                }
            };
            match outcome {
                Ok(Ok(())) => written.extend(group),
                Ok(Err(Refused { at, why })) => {
                    let why = why.map_or(Barred::Changed, |why| Barred::Unwritable(Value::of_system(&why)));
                    self.barred.insert(names[at].clone(), why);
                }
                Err(why) => {
                    self.barred.extend(names.into_iter().map(|file| (file.clone(), Barred::Broken(why.clone()))))
                }
            }
        }
        Ok(written)
    }

    /// How many findings are gone through the fixes of these files. Several of one kind, some mended and some new, count only
    /// as far as there are fewer than before.
    pub(super) fn count(&self, report: &Report, written: &BTreeSet<String>) -> usize {
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

    pub(super) fn changes(&self, written: &BTreeSet<String>) -> Vec<Change> {
        let change = |file: &String| {
            let page = self.pages.get(file).filter(|page| page.before != page.after)?;
            Some(Change { file: file.clone(), before: page.before.clone(), after: page.after.clone() })
        };
        written.iter().filter_map(change).collect()
    }
}

fn done(chosen: Chosen) -> Done {
    let Chosen { finding, .. } = chosen;
    let files = chosen.files().into_iter().map(str::to_owned).collect();
    Done { rule: finding.rule, subject: finding.subject.clone(), files }
}
