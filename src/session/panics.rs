//! In: work that may panic, which is a fault of the tool. Out: what it gave, or a finding and a notice that say what failed and
//! what to send. Everything else that was found stands.

use super::Judged;
use crate::analyse::budget::{Budget, Limit};
use crate::app::{self, App, Coverage, Purpose};
use crate::discover::Program;
use crate::error::{Error, contained};
use crate::finding::{Certainty, Finding, Level, Message, Place};
use crate::model::Model;
use crate::parse::INTERNAL;
use crate::platform::Platform;
use crate::report::{Notice, ProgramReport};
use crate::rules::Rule;
use std::collections::BTreeMap;
use std::time::Duration;

/// The rule that speaks of faults of the tool.
const RULE: &str = "internal-error";
/// Rules that speak of files alone: they have their say where the analysis fails.
const OF_FILES: [&str; 3] = [RULE, "syntax-error", "unreadable-file"];

/// What running a program and the rules over it gave.
pub(super) struct Ran {
    /// What was found, faults of the tool among it.
    pub(super) findings: Vec<Finding>,
    /// When the analysis was done.
    pub(super) analysed: Duration,
    /// How much of the program was judged.
    pub(super) coverage: Coverage,
    /// The rules that could not do their work.
    pub(super) failed: Vec<&'static str>,
}

/// Does all work for one program. When it fails, the program has no findings, and a notice says why; other programs have theirs.
pub(super) fn program(
    program: &Program,
    work: impl FnOnce() -> Result<Option<Judged>, Error>,
) -> Result<Option<Judged>, Error> {
    contained(work).unwrap_or_else(|problem| {
        let report = ProgramReport { name: program.name.clone(), ..ProgramReport::default() };
        let why = Message::new("notice-broken").with("program", program.name.clone()).with("problem", problem);
        let notice = Notice { level: Level::Error, text: why, file: None };
        Ok(Some(Judged {
            report,
            root: program.root.clone(),
            config: None,
            notices: vec![notice],
            texts: BTreeMap::new(),
            phases: Default::default(),
        }))
    })
}

/// Runs a program and these rules over it; a rule that fails is reported and the others go on. When the analysis itself fails,
/// those that do not need it are heard.
pub(super) fn run(
    model: &Model,
    platform: &Platform,
    purposes: Vec<Purpose>,
    budget: Budget,
    rules: &[Rule],
    clock: fn() -> Duration,
) -> Ran {
    let attempt = |budget: Budget, rules: &[Rule], purposes: Vec<Purpose>| {
        let judge = |mut app: App<'_>| judged(model, &mut app, rules, clock());
        contained(|| app::with_app(model, platform, purposes, budget, judge))
    };
    let mut ran = attempt(budget, rules, purposes).unwrap_or_else(|why| {
        let why = internal(model, "the analysis", &why);
        let of_files: Vec<Rule> = rules.iter().filter(|rule| OF_FILES.contains(&rule.id)).copied().collect();
        let nothing = Budget { steps: Limit::fixed(0), precise_steps: Limit::fixed(0), ..budget };
        let mut ran = attempt(nothing, &of_files, Vec::new()).unwrap_or_else(|_| Ran::none(clock()));
        ran.findings.push(why);
        Ran { failed: rules.iter().map(|rule| rule.id).collect(), coverage: Coverage::default(), ..ran }
    });
    if unread(model) {
        // What the file would have led to is not known.
        ran.failed = rules.iter().map(|rule| rule.id).collect();
    }
    ran
}

impl Ran {
    fn none(analysed: Duration) -> Ran {
        Ran { findings: Vec::new(), analysed, coverage: Coverage::default(), failed: Vec::new() }
    }
}

fn judged(model: &Model, app: &mut App<'_>, rules: &[Rule], analysed: Duration) -> Ran {
    let mut ran = Ran::none(analysed);
    for rule in rules {
        let mut found = Vec::new();
        match contained(|| (rule.check)(app, &mut found)) {
            Ok(()) => ran.findings.append(&mut found),
            Err(why) => {
                ran.findings.push(internal(model, rule.id, &why));
                ran.failed.push(rule.id);
            }
        }
    }
    ran.coverage = contained(|| app.coverage()).unwrap_or_default();
    ran
}

/// Whether the tool failed while it read a file.
fn unread(model: &Model) -> bool {
    model.files.iter().flat_map(|file| &file.problems).any(|one| one.message.key == INTERNAL)
}

/// Whether a part of the work failed, be it shown as a finding or not.
pub(super) fn failed(findings: &[Finding], model: &Model) -> bool {
    findings.iter().any(|finding| finding.rule == RULE) || unread(model)
}

/// The notice that a part of the work failed.
pub(super) fn notice(program: &Program) -> Notice {
    let message = Message::new("notice-internal").with("program", program.name.clone());
    Notice { level: Level::Error, text: message, file: None }
}

/// The finding that says what failed.
fn internal(model: &Model, what: &str, why: &str) -> Finding {
    let file = model.manifest.or(model.script).and_then(|file| model.files.get(file as usize));
    let message = Message::new("message").with("problem", format!("consentry failed in {what}: {why}"));
    let place = Place { file: file.map(|file| file.path.clone()).unwrap_or_default(), span: Default::default() };
    Finding::new(RULE, Level::Error, Certainty::Certain, message, place, what)
}
