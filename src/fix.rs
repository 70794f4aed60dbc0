//! In: findings with fixes, and the texts they point into. Out: fixes that fit together, and the texts after them, which can be
//! read at least as well as before. Never reads or writes a file, and never makes a fix: rules do.

use crate::error::contained;
use crate::finding::{Edit, Finding, Fix};
use crate::parse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Fixes that fail are looked for one by one among at most this many; of more, all are left out.
const MOST_SEARCHED: usize = 64;

/// A finding with the one of its fixes that is to be applied.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Its fix.
    pub fix: &'a Fix,
}

impl Chosen<'_> {
    /// The files its edits change.
    pub fn files(&self) -> BTreeSet<&str> {
        files(self.fix)
    }
}

/// The files that a fix changes.
pub fn files(fix: &Fix) -> BTreeSet<&str> {
    fix.edits.iter().map(|edit| edit.place.file.as_str()).collect()
}

/// The first fix of each finding that is wanted and can be told apart from those before it. Where two want to change the same
/// bytes, the first one wins; two that want the very same edits are one.
pub fn choose<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    wanted: impl Fn(&Finding, &Fix) -> bool,
) -> Vec<Chosen<'a>> {
    let mut taken: BTreeMap<(&str, u32), (u32, &str)> = BTreeMap::new();
    let mut chosen = Vec::new();
    for finding in findings {
        let Some(fix) = finding.fixes.iter().find(|fix| wanted(finding, fix)) else { continue };
        let same = |edit: &Edit| {
            let known = taken.get(&(edit.place.file.as_str(), edit.place.span.start));
            known == Some(&(edit.place.span.end, edit.text.as_str()))
        };
        if !fix.edits.iter().all(same) {
            if fix.edits.iter().any(|edit| collides(&taken, edit)) || overlaps_itself(fix) {
                continue;
            }
            for edit in &fix.edits {
                let span = edit.place.span;
                taken.insert((&edit.place.file, span.start), (span.end, &edit.text));
            }
        }
        chosen.push(Chosen { finding, fix });
    }
    chosen
}

/// Whether an edit changes bytes that another one changes, or inserts where another one begins.
fn collides(taken: &BTreeMap<(&str, u32), (u32, &str)>, edit: &Edit) -> bool {
    let (file, span) = (edit.place.file.as_str(), edit.place.span);
    let before = taken.range((file, 0)..=(file, span.start)).next_back();
    let after = taken.range((file, span.start)..(file, span.end.max(span.start))).next();
    after.is_some() || before.is_some_and(|((_, start), (end, _))| *start == span.start || *end > span.start)
}

fn overlaps_itself(fix: &Fix) -> bool {
    let mut taken = BTreeMap::new();
    fix.edits.iter().any(|edit| {
        let bad = collides(&taken, edit);
        taken.insert((edit.place.file.as_str(), edit.place.span.start), (edit.place.span.end, edit.text.as_str()));
        bad
    })
}

/// What became of some chosen fixes.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The new text of each file that changes.
    pub texts: BTreeMap<String, String>,
    /// Which of the fixes are in them.
    pub applied: Vec<usize>,
    /// Which are not, because a file could be read less well after them.
    pub refused: Vec<usize>,
    /// Files at which the tool itself failed, with its words. No fix that changes one of them is applied.
    pub failed: BTreeMap<String, String>,
}

/// How some fixes would do.
struct Tried {
    /// The new text of each file.
    texts: BTreeMap<String, String>,
    /// Files that would be worse than before.
    bad: BTreeSet<String>,
    /// Those of them at which the tool failed.
    failed: BTreeMap<String, String>,
}

/// Applies fixes that fit together. A file must be read afterwards with no more problems than before; a fix that breaks this is
/// left out, with all its edits in all files.
pub fn apply(chosen: &[Chosen], text: &dyn Fn(&str) -> Option<Arc<str>>) -> Outcome {
    let all: Vec<usize> = (0..chosen.len()).collect();
    let Tried { texts, bad, mut failed } = attempt(chosen, &all, text);
    if bad.is_empty() {
        return Outcome { texts, applied: all, ..Outcome::default() };
    }
    let touches = |at: &usize| chosen[*at].files().iter().any(|file| bad.contains(*file));
    let (suspects, mut applied): (Vec<usize>, Vec<usize>) = all.into_iter().partition(touches);
    let mut refused = Vec::new();
    for (count, at) in suspects.into_iter().enumerate() {
        applied.push(at);
        let mut is_good = |tried: Tried| {
            failed.extend(tried.failed);
            tried.bad.is_empty()
        };
        if count >= MOST_SEARCHED || !is_good(attempt(chosen, &applied, text)) {
            applied.pop();
            refused.push(at);
        }
    }
    applied.sort_unstable();
    Outcome { texts: attempt(chosen, &applied, text).texts, applied, refused, failed }
}

/// The texts after some of the fixes.
fn attempt(chosen: &[Chosen], which: &[usize], text: &dyn Fn(&str) -> Option<Arc<str>>) -> Tried {
    let mut edits: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in which.iter().flat_map(|at| &chosen[*at].fix.edits) {
        edits.entry(&edit.place.file).or_default().push(edit);
    }
    let mut tried = Tried { texts: BTreeMap::new(), bad: BTreeSet::new(), failed: BTreeMap::new() };
    for (file, edits) in edits {
        let mended = contained(|| {
            let before = text(file)?;
            edited(&before, edits).filter(|after| is_as_good(file, &before, after))
        });
        match mended {
            Ok(Some(after)) => drop(tried.texts.insert(file.to_owned(), after)),
            Ok(None) => drop(tried.bad.insert(file.to_owned())),
            Err(why) => {
                tried.bad.insert(file.to_owned());
                tried.failed.insert(file.to_owned(), why);
            }
        }
    }
    tried
}

/// The text after some edits; `None` when they overlap or do not lie in it.
fn edited(text: &str, mut edits: Vec<&Edit>) -> Option<String> {
    edits.sort_by(|a, b| (a.place.span, &a.text).cmp(&(b.place.span, &b.text)));
    edits.dedup();
    let mut after = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.place.span.start as usize, edit.place.span.end as usize);
        after.push_str(text.get(at..start)?);
        text.get(start..end)?;
        after.push_str(&edit.text);
        at = end;
    }
    after.push_str(text.get(at..)?);
    Some(after)
}

/// Whether a file is understood as well as before.
fn is_as_good(file: &str, before: &str, after: &str) -> bool {
    let (_, old) = parse::file(file, before.as_bytes());
    let (_, new) = parse::file(file, after.as_bytes());
    new.problems.len() <= old.problems.len() && new.facts.is_some() >= old.facts.is_some()
}

#[cfg(test)]
mod tests;
