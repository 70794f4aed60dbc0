//! In: reports, and the text of a baseline file. Out: which findings the baseline accepts, which of its entries are mended, and
//! new files. A finding is known by what stands there, not by where: lines, files and folders may move. Never the disk.

mod file;

pub use file::{Entry, parse, render};

use crate::locate::{Acceptance, Located, Suppressed, order};
use crate::report::{ProgramReport, Report};
use std::collections::BTreeSet;

/// The name a baseline has when none is given.
pub const FILE: &str = "consentry-baseline.json";

/// What the surroundings of a baseline say.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// A path of the report as the baseline writes it: from the folder of its file.
    pub path: &'a dyn Fn(&str) -> String,
    /// Whether a file of the baseline is still there: the program of one that is not may have been renamed or moved.
    pub exists: &'a dyn Fn(&str) -> bool,
    /// Whether a rule took part in the run; entries of others are left alone.
    pub ran: &'a dyn Fn(&str) -> bool,
}

/// What became of a baseline's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Entries that nothing answers to any more, with the number of findings that are gone.
    pub fixed: Vec<Entry>,
    /// The baseline as it should be: without the fixed ones, and with the present places of the others.
    pub pruned: Vec<Entry>,
}

/// Moves the findings that `entries` list from each program's findings to its suppressed ones.
///
/// An entry is matched to a finding in its own file first, then to one elsewhere in its program, then, when its program was
/// not looked at and its file is gone, to one in any program. An entry stands for as many findings as its count says and no more.
pub fn apply(report: &mut Report, entries: &[Entry], ground: &Ground) -> Outcome {
    let mut left: Vec<usize> = entries.iter().map(|entry| entry.count).collect();
    let names: Vec<String> = report.programs.iter().map(|program| (ground.path)(&program.name)).collect();
    let run: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let gone = |entry: &Entry| !run.contains(entry.program.as_str()) && !(ground.exists)(&entry.file);
    let mut accepted: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); report.programs.len()];
    for nearness in [Nearness::File, Nearness::Program, Nearness::Any] {
        for (at, program) in report.programs.iter().enumerate() {
            for (index, located) in program.findings.iter().enumerate() {
                if accepted[at].contains(&index) {
                    continue;
                }
                let matching = entries.iter().zip(&mut left).find(|(entry, left)| {
                    **left > 0
                        && entry.is_like(located)
                        && match nearness {
                            Nearness::File => {
                                entry.program == names[at] && entry.file == (ground.path)(&located.finding.place.file)
                            }
                            Nearness::Program => entry.program == names[at],
                            Nearness::Any => gone(entry),
                        }
                });
                if let Some((_, left)) = matching {
                    *left -= 1;
                    accepted[at].insert(index);
                }
            }
        }
    }
    let mut outcome = Outcome::default();
    for (program, accepted) in report.programs.iter_mut().zip(&accepted) {
        outcome.pruned.extend(accepted.iter().map(|at| Entry::of(program, &program.findings[*at], ground)));
        accept(program, accepted);
    }
    for (entry, left) in entries.iter().zip(left).filter(|(_, left)| *left > 0) {
        let rest = Entry { count: left, ..entry.clone() };
        let judged = (run.contains(entry.program.as_str()) || gone(entry)) && (ground.ran)(&entry.rule);
        if judged { outcome.fixed.push(rest) } else { outcome.pruned.push(rest) }
    }
    outcome.pruned = file::joined(outcome.pruned);
    outcome
}

/// A baseline that accepts all findings of a report. Entries of `old` about programs that were not looked at stay.
pub fn of_report(report: &Report, old: &[Entry], ground: &Ground) -> Vec<Entry> {
    let run: BTreeSet<String> = report.programs.iter().map(|program| (ground.path)(&program.name)).collect();
    let other = old.iter().filter(|entry| !run.contains(&entry.program) && (ground.exists)(&entry.file)).cloned();
    let own = report.findings().map(|(program, located)| Entry::of(program, located, ground));
    file::joined(own.chain(other).collect())
}

#[derive(Clone, Copy)]
enum Nearness {
    File,
    Program,
    Any,
}

impl Entry {
    fn of(program: &ProgramReport, located: &Located, ground: &Ground) -> Entry {
        let finding = &located.finding;
        Entry {
            program: (ground.path)(&program.name),
            file: (ground.path)(&finding.place.file),
            rule: finding.rule.to_owned(),
            symbol: located.symbol.clone(),
            subject: finding.subject.clone(),
            identity: located.identity.clone(),
            count: 1,
        }
    }

    fn is_like(&self, located: &Located) -> bool {
        self.identity == located.identity && self.rule == located.finding.rule
    }
}

fn accept(program: &mut ProgramReport, accepted: &BTreeSet<usize>) {
    for (at, located) in std::mem::take(&mut program.findings).into_iter().enumerate() {
        if accepted.contains(&at) {
            program.suppressed.push(Suppressed { located, by: Acceptance::Baseline });
        } else {
            program.findings.push(located);
        }
    }
    program.suppressed.sort_by(|a, b| order(&a.located, &b.located));
}

#[cfg(test)]
mod tests;
