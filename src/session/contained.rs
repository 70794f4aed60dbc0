//! In: work that may panic, which is a fault of the tool. Out: what it gave, or a finding and a notice that say what failed and
//! what to send. Everything else that was found stands.

use super::Judged;
use crate::analyse::budget::Budget;
use crate::app::{self, App, Purpose};
use crate::discover::Program;
use crate::error::Error;
use crate::finding::{Certainty, Finding, Level, Message, Place};
use crate::model::Model;
use crate::parse::INTERNAL;
use crate::platform::Platform;
use crate::report::{Notice, ProgramReport};
use crate::rules::Rule;
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// The rule that speaks of faults of the tool.
const RULE: &str = "internal-error";

/// Does all work for one program. When it fails, the program has no findings, and a notice says why; other programs have theirs.
pub(super) fn program(
    program: &Program,
    work: impl FnOnce() -> Result<Option<Judged>, Error>,
) -> Result<Option<Judged>, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let report = ProgramReport { name: program.name.clone(), ..ProgramReport::default() };
        let why = Message::new("notice-broken").with("program", program.name.clone()).with("problem", said(&*panic));
        let notice = Notice { level: Level::Error, text: why, file: None };
        Ok(Some(Judged {
            report,
            root: program.root.clone(),
            config: None,
            notices: vec![notice],
            texts: BTreeMap::new(),
            phases: [Duration::ZERO; 7],
        }))
    })
}

/// Runs a program and these rules over it; a rule that fails is reported and the others go on.
pub(super) fn run(
    model: &Model,
    platform: &Platform,
    purposes: Vec<Purpose>,
    budget: Budget,
    rules: &[Rule],
    clock: fn() -> Duration,
) -> (Vec<Finding>, Duration, bool) {
    let whole = || {
        app::with_app(model, platform, purposes, budget, |mut app: App<'_>| {
            let analysed = clock();
            let mut findings = Vec::new();
            for rule in rules {
                let mut found = Vec::new();
                match catch_unwind(AssertUnwindSafe(|| (rule.check)(&mut app, &mut found))) {
                    Ok(()) => findings.append(&mut found),
                    Err(panic) => findings.push(internal(model, rule.id, &said(&*panic))),
                }
            }
            (findings, analysed, app.machine.exhausted)
        })
    };
    catch_unwind(AssertUnwindSafe(whole))
        .unwrap_or_else(|panic| (vec![internal(model, "the analysis", &said(&*panic))], clock(), false))
}

/// Whether a part of the work failed, be it shown as a finding or not.
pub(super) fn failed(findings: &[Finding], model: &Model) -> bool {
    let unread = || model.files.iter().flat_map(|file| &file.problems).any(|one| one.message.key == INTERNAL);
    findings.iter().any(|finding| finding.rule == RULE) || unread()
}

/// The notice that a part of the work failed.
pub(super) fn notice(program: &Program) -> Notice {
    let message = Message::new("notice-internal").with("program", program.name.clone());
    Notice { level: Level::Error, text: message, file: None }
}

/// The finding that says what failed.
fn internal(model: &Model, what: &str, why: &str) -> Finding {
    let file = model.manifest.or(model.script).and_then(|file| model.files.get(file as usize));
    Finding {
        rule: RULE,
        level: Level::Error,
        certainty: Certainty::Certain,
        message: Message::new("message").with("problem", format!("consentry failed in {what}: {why}")),
        place: Place { file: file.map(|file| file.path.clone()).unwrap_or_default(), span: Default::default() },
        subject: what.to_string(),
        routes: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it did not say why").to_owned()
}
