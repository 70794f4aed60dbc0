//! In: what [`super::check_files`] takes, and which fixes are wanted. Out: files with their fixes applied, all or some of them, and
//! a report of what is left. Never leaves a file, or the files of one fix, half done.
//!
//! Fixes are tried in memory first: apply those that fit together, check again, until nothing is left to do. Only then the
//! files are replaced. What cannot be replaced is named, and all is done again without it; so is a file at which the tool itself
//! fails.

mod attempt;

use super::{CheckOptions, Checked, check_within, pooled};
use crate::discover::{self, Files};
use crate::error::{Error, contained};
use crate::finding::{Level, Message};
use crate::fix;
use crate::framework::Framework;
use crate::locate::Located;
use crate::message::Value;
use crate::model::Model;
use crate::report::{Mending, Notice};
use crate::write::Interrupts;
use attempt::{Apply, Attempt, Job};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What to do with the new texts.
#[derive(Clone, Copy, Debug)]
pub enum Disposal<'a> {
    /// Replace the files, until a signal ends the run.
    Write(&'a Interrupts),
    /// Leave them alone.
    Show,
}

/// Which fixes are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Mend<'a> {
    /// Those that a person must look at, too.
    pub unsafe_too: bool,
    /// What to do with the new texts.
    pub disposal: Disposal<'a>,
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
/// As [`super::check`]. A file that cannot be written is no error but a notice, as the other files are done; so is a fault of the
/// tool. After a signal, nothing more is written.
pub fn mend(base: &std::path::Path, paths: &[String], options: &CheckOptions, how: &Mend) -> Result<Mended, Error> {
    mend_files(&discover::disk::Disk::around(base, paths), paths, options, how)
}

/// Like [`mend`], on a file system. Files are written to the disk, at their absolute paths.
///
/// # Errors
/// As [`mend`].
pub fn mend_files(files: &dyn Files, paths: &[String], options: &CheckOptions, how: &Mend) -> Result<Mended, Error> {
    mend_by(fix::apply, files, paths, options, how)
}

fn mend_by(
    apply: Apply,
    files: &dyn Files,
    paths: &[String],
    options: &CheckOptions,
    how: &Mend,
) -> Result<Mended, Error> {
    pooled(options, || {
        let mut made = Made::default();
        let attempts = contained(|| made.mend(&Job { apply, files, paths, options, how }));
        let mut checked = attempts.unwrap_or_else(|why| {
            made.failed = Some(why);
            check_within(files, paths, options)
        })?;
        let fixed = Some(made.fixed).filter(|_| matches!(how.disposal, Disposal::Write(_)));
        checked.report.mending = Mending { unsafe_too: how.unsafe_too, fixed };
        checked.report.notices.extend(made.notices());
        made.changes.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(Mended { checked, changes: made.changes })
    })
}

/// What has been done so far; it stands when the tool fails in the middle.
#[derive(Default)]
struct Made {
    /// Files that are left alone.
    barred: BTreeMap<String, Barred>,
    /// Rules whose fix was left out, and the files.
    refused: BTreeSet<(String, &'static str)>,
    /// How many findings are gone.
    fixed: usize,
    /// What was written, or would be.
    changes: Vec<Change>,
    /// What the tool said when it failed.
    failed: Option<String>,
}

impl Made {
    fn mend(&mut self, job: &Job) -> Result<Checked, Error> {
        loop {
            let mut attempt = Attempt::new(job, &mut self.barred);
            let checked = attempt.run()?;
            if attempt.is_stale() {
                continue;
            }
            let barred = attempt.barred.len();
            let written = attempt.write()?;
            self.fixed += attempt.count(&checked.report, &written);
            self.changes.extend(attempt.changes(&written));
            self.refused = std::mem::take(&mut attempt.refused);
            // What was planned together with a file that cannot be written is planned again without it.
            if attempt.barred.len() == barred {
                return Ok(checked);
            }
        }
    }

    fn notices(&mut self) -> Vec<Notice> {
        let refused = std::mem::take(&mut self.refused).into_iter().map(|(file, rule)| {
            let text = Message::new("notice-fix-breaks").with("rule", rule);
            Notice { level: Level::Warning, text, file: Some(file) }
        });
        let barred = std::mem::take(&mut self.barred).into_iter().map(|(file, why)| why.notice(file));
        let failed = self.failed.take().map(|why| {
            let text = Message::new("notice-fix-failed").with("problem", why);
            Notice { level: Level::Error, text, file: None }
        });
        refused.chain(barred).chain(failed).collect()
    }
}

/// Takes the fixes away that change a file which is not judged itself: one of a package, or an ignored one.
pub(super) fn keep_within(findings: &mut [Located], model: &Model, ignored: &dyn Fn(&str) -> bool) {
    let dialect = model.program.dialect.and_then(|name| Framework::named(name).ok());
    let prefix = dialect.map(|dialect| dialect.markup.event_prefix).unwrap_or_default();
    let package = |file: &str| model.file(file).is_none_or(|id| model.files[id as usize].package);
    for one in findings {
        one.finding.fixes.retain(|fix| !fix::files(fix).into_iter().any(|file| package(file) || ignored(file)));
        one.finding.fixes.retain(|fix| fix.edits.iter().all(|edit| is_in_words_of_file(model, &prefix, edit)));
    }
}

/// Whether an edit is right in the words of its file: in a framework's markup only one that binds an event in those words.
fn is_in_words_of_file(model: &Model, prefix: &str, edit: &crate::finding::Edit) -> bool {
    let Some(file) = model.file(&edit.place.file).map(|id| &model.files[id as usize]) else { return true };
    let template = file.template().filter(|_| file.is_component());
    let in_markup =
        template.is_some_and(|template| template.nodes.iter().any(|node| node.span.contains(edit.place.span)));
    !in_markup || (!prefix.is_empty() && edit.text.trim_start().starts_with(prefix))
}

/// Why a file is left alone.
#[derive(Clone, Debug)]
enum Barred {
    /// It is not any more what was judged.
    Changed,
    /// Its encoding cannot be written back exactly.
    Encoding,
    /// It lies outside of what is checked.
    Outside,
    /// The tool failed at it, with these words.
    Broken(String),
    /// The disk does not take it.
    Unwritable(Value),
}

impl Barred {
    fn notice(self, file: String) -> Notice {
        let (level, message) = match self {
            Barred::Broken(why) => (Level::Error, Message::new("notice-fix-broken").with("problem", why)),
            Barred::Changed => (Level::Warning, Message::new("notice-fix-changed")),
            Barred::Encoding => (Level::Warning, Message::new("notice-fix-encoding")),
            Barred::Outside => (Level::Warning, Message::new("notice-fix-outside")),
            Barred::Unwritable(why) => (Level::Error, Message::new("notice-fix-unwritable").with("reason", why)),
        };
        Notice { level, text: message, file: Some(file) }
    }
}

#[cfg(test)]
mod tests;
