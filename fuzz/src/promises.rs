//! In: a program. Out: what mending it breaks, if anything: files can still be read, nothing new is found, a second run has
//! nothing to do, and what is no edit stays byte for byte.

#[path = "rounds.rs"]
mod rounds;

use consentry::discover::Files;
use consentry::discover::memory::Memory;
use consentry::fix;
use consentry::parse;
use consentry::session::{self, CheckOptions, Checked, Disposal, Mend, Mended};
use std::sync::Arc;

/// What a fix may bring to light: a button of another platform, mended, is one that asks; data that arrives is data read; and a
/// method that was there already, bound to the refusal, is judged as what handles it.
/// Two permissions of one call are one finding there, and two where they are declared for a person to fill in.
const REVEALS: [(&str, &[&str]); 4] = [
    ("missing-permission-desc", &["missing-permission-desc"]),
    ("missing-on-error", &["empty-refusal-handler", "forced-exit-on-refusal", "irreversible-refusal", "reprompt-loop"]),
    ("foreign-dialect", &["missing-on-error", "missing-grant-handler", "no-refusal-fallback"]),
    ("unparsed-response", &["unchecked-result-code"]),
];

/// Fixes that put a name right or bind a handler to the grant: what nothing led to is part of the program after them. What is found
/// anew must be about that.
const WAKE: [&str; 6] = [
    "foreign-dialect",
    "invalid-scope",
    "missing-grant-handler",
    "missing-scope",
    "undefined-handler",
    "unknown-auth-scope",
];

fn check(files: &Memory, options: &CheckOptions) -> Checked {
    session::check_files(files, &[], options).expect("it can be checked")
}

fn mend(files: &Memory, options: &CheckOptions) -> Mended {
    let how = Mend { unsafe_too: true, disposal: Disposal::Show, only: None };
    session::mend_files(files, &[], options, &how).expect("what can be checked can be mended")
}

/// What was mended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// How many files changed.
    #[allow(dead_code, reason = "fuzzing does not ask")]
    pub(crate) files: usize,
    /// The rules whose fixes were applied in the first round.
    #[allow(dead_code, reason = "fuzzing does not ask")]
    pub(crate) rules: Vec<&'static str>,
}

/// What was mended with every promise kept; else which one is not.
pub(crate) fn broken(files: &Memory, options: &CheckOptions) -> Result<Kept, String> {
    let before = check(files, options);
    let rules = pieces_stay(&before)?;
    let mended = mend(files, options);
    let mut new_files = files.clone();
    for change in &mended.changes {
        let old = files.read(&change.file).map_err(|error| error.to_string())?;
        let new = parse::decode::encode(&change.after, &old).ok_or(format!("{}: encoding", change.file))?;
        let problems = |bytes: &[u8]| parse::file(&change.file, bytes).1.problems.len();
        if problems(&new) > problems(&old) {
            return Err(format!("{} cannot be read as well:\n{}", change.file, change.after));
        }
        one_style(&change.file, &change.before, &change.after)?;
        new_files.0.insert(change.file.clone(), new);
    }
    rounds::bring_nothing_else(files, &new_files, options)?;
    let again = mend(&new_files, options);
    match again.changes.first() {
        Some(change) => Err(format!("a second run changes {}:\n{}", change.file, change.after)),
        None => Ok(Kept { files: mended.changes.len(), rules }),
    }
}

/// What lies between the edits of one round is there afterwards, in order, and nothing else but the edits' texts. Comes back with
/// the rules whose fixes these are.
fn pieces_stay(checked: &Checked) -> Result<Vec<&'static str>, String> {
    let chosen = fix::choose(checked.report.findings().map(|(_, one)| &one.finding), |_, _| true);
    let outcome = fix::apply(&chosen, &|file| checked.sources.text(file));
    for (file, after) in &outcome.texts {
        let before: Arc<str> = checked.sources.text(file).ok_or("a text")?;
        let applied = outcome.applied.iter().flat_map(|at| &chosen[*at].fix.edits);
        let mut edits: Vec<_> = applied.filter(|edit| edit.place.file == *file).collect();
        edits.sort_by_key(|edit| (edit.place.span, &edit.text));
        edits.dedup();
        let (mut at, mut rest) = (0, after.as_str());
        for edit in edits {
            let piece = &before[at..edit.place.span.start as usize];
            rest = rest.strip_prefix(piece).ok_or(format!("{file}: lost {piece:?}"))?;
            rest = rest.strip_prefix(&*edit.text).ok_or(format!("{file}: not written {:?}", edit.text))?;
            at = edit.place.span.end as usize;
        }
        if rest != &before[at..] {
            return Err(format!("{file}: the end differs"));
        }
    }
    Ok(outcome.applied.iter().map(|at| chosen[*at].finding.rule).collect())
}

/// New lines end and begin as the old ones do.
fn one_style(file: &str, before: &str, after: &str) -> Result<(), String> {
    let bare = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
    if before.contains("\r\n") && bare(before) == 0 && bare(after) > 0 {
        return Err(format!("{file}: another line end"));
    }
    let spaced = |text: &str| text.lines().filter(|line| line.starts_with("  ")).count();
    // Where the author has mixed them, either is right.
    if before.lines().any(|line| line.starts_with('\t')) && spaced(before) == 0 && spaced(after) > 0 {
        return Err(format!("{file}: spaces among tabs:\n{after}"));
    }
    Ok(())
}
