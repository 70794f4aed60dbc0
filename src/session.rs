//! In: paths and options. Out: a checked report. The journey as one value, for the command line, the hook and the editor
//! alike; the only place that decides about threads. Never prints.

mod knowledge;

pub use crate::rule_doc::Preset;
pub use knowledge::texts;

use crate::analyse::machine::Budget;
use crate::app::{self, App};
use crate::discover::{self, disk::Disk, DiscoverError, Files, Program};
use crate::error::Error;
use crate::finding::{Certainty, Finding, Level, Message, Place};
use crate::model::{self, Loading, Model};
use crate::platform::Platform;
use crate::report::{Notice, NoticeText, ProgramReport, Report, Timings};
use crate::rules::{RULES, Rule};
use crate::settle::{settle, Filter, Sources};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Parsing and running recurse as deep as the source nests; the memory is only reserved (measured: no cost).
const STACK: usize = 256 << 20;

/// What to check and how.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The platform given on the command line; `None` leaves it to the configuration.
    pub platform: Option<String>,
    /// Which rules run, and their levels. A rule named in the filter's `only` runs in every preset.
    pub preset: Preset,
    /// Which findings are wanted. Paths to single files are added to `shown` here.
    pub filter: Filter,
    /// Worker threads; `None` for one per core.
    pub threads: Option<usize>,
    /// Whether to measure.
    pub timings: bool,
    /// Time since a fixed instant, for measuring.
    pub clock: fn() -> Duration,
}

/// What a check gives.
pub struct Checked {
    /// The report.
    pub report: Report,
    /// The texts its findings point into.
    pub sources: Box<dyn Sources>,
}

/// Checks every mini program under `paths`, which are relative to `base`.
///
/// # Errors
/// When a path cannot be read, a name is unknown, or the configuration is broken.
pub fn check(base: &Path, paths: &[String], options: &CheckOptions) -> Result<Checked, Error> {
    check_files(&Disk::new(base), paths, options)
}

/// Checks every mini program under `paths` of a file system.
///
/// # Errors
/// As [`check`].
pub fn check_files(files: &dyn Files, paths: &[String], options: &CheckOptions) -> Result<Checked, Error> {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).num_threads(options.threads.unwrap_or(0));
    let pool = pool.build().map_err(|error| Error::Threads { threads: options.threads.unwrap_or(0), reason: error.to_string() })?;
    pool.install(|| check_within(files, paths, options))
}

fn check_within(files: &dyn Files, paths: &[String], options: &CheckOptions) -> Result<Checked, Error> {
    let start = (options.clock)();
    let found = discover::programs(files, paths).map_err(|error| discovery_error(&error))?;
    let discovered = (options.clock)().saturating_sub(start);
    let mut filter = options.filter.clone();
    if let Some(shown) = &found.shown {
        filter.shown = Some(shown.iter().cloned().collect());
    }
    let rules = chosen(options.preset, &filter)?;
    let judged: Result<Vec<Judged>, Error> =
        found.programs.par_iter().map(|program| judge(files, program, options, &filter, &rules)).collect();
    let judged = judged?;
    let mut notices: Vec<Notice> = found
        .notices
        .iter()
        .map(|notice| Notice { level: Level::Info, text: NoticeText::Plain(notice.to_string()), file: None })
        .collect();
    let mut texts = BTreeMap::new();
    let mut programs = Vec::new();
    let mut phases = vec![("discover", discovered)];
    let mut sums = [Duration::ZERO; 7];
    for program in judged {
        for (sum, part) in sums.iter_mut().zip(program.phases) {
            *sum += part;
        }
        notices.extend(program.notices);
        texts.extend(program.texts);
        programs.push(program.report);
    }
    phases.extend(["read", "parse", "link", "analyse", "rules", "settle"].into_iter().zip(sums));
    let wall = (options.clock)().saturating_sub(start);
    let timings = options.timings.then_some(Timings { phases, wall });
    let report = Report { programs, notices, timings };
    Ok(Checked { report, sources: Box::new(Loaded(texts)) })
}

/// The texts of all files that were read.
struct Loaded(BTreeMap<String, Arc<str>>);

impl Sources for Loaded {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.0.get(file).cloned()
    }
}

fn discovery_error(error: &DiscoverError) -> Error {
    match error {
        DiscoverError::NoProgram { path, .. } => Error::NoProgram { paths: format!("`{path}`") },
        DiscoverError::Missing { path } => {
            Error::Unreadable { path: path.clone(), reason: "there is no such file or folder".to_string() }
        }
        DiscoverError::NotSource { path } => {
            Error::Unreadable { path: path.clone(), reason: "it is no source file of a mini program".to_string() }
        }
    }
}

/// One program, judged.
struct Judged {
    report: ProgramReport,
    notices: Vec<Notice>,
    texts: BTreeMap<String, Arc<str>>,
    /// Read, parse, link, analyse, rules, settle.
    phases: [Duration; 7],
}

fn judge(
    files: &dyn Files,
    program: &Program,
    options: &CheckOptions,
    filter: &Filter,
    rules: &[Chosen],
) -> Result<Judged, Error> {
    let platform = platform_of(options)?;
    let clock = options.clock;
    let mut notices = Vec::new();
    if let Some(generated) = &program.generated {
        let message = Message::new("notice-generated")
            .with("framework", generated.framework)
            .with("mark", generated.mark);
        notices.push(Notice { level: Level::Info, text: NoticeText::Word(message), file: Some(generated.evidence.clone()) });
        let report =
            ProgramReport { name: program.name.clone(), platform: platform.name, files: 0, bytes: 0, findings: Vec::new() };
        return Ok(Judged { report, notices, texts: BTreeMap::new(), phases: [Duration::ZERO; 7] });
    }
    let start = clock();
    let (model, Loading { read, parse, bytes }) = model::load(files, program, clock);
    let linked = clock();
    let texts: BTreeMap<String, Arc<str>> = model.files.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
    let run = catch_unwind(AssertUnwindSafe(|| run(&model, &platform, rules, clock)));
    let (findings, analysed, exhausted) = run.unwrap_or_else(|_| (vec![internal(&model, "the analysis")], clock(), false));
    let ruled = clock();
    if exhausted {
        let message = Message::new("notice-budget").with("program", program.name.clone());
        notices.push(Notice { level: Level::Info, text: NoticeText::Word(message), file: None });
    }
    if findings.iter().any(|finding| finding.rule == "internal-error") {
        let message = Message::new("notice-internal").with("program", program.name.clone());
        notices.push(Notice { level: Level::Error, text: NoticeText::Word(message), file: None });
    }
    let sources = Loaded(texts);
    let findings = settle(findings, &program.root, &sources, filter);
    let link = linked.saturating_sub(start).saturating_sub(read + parse);
    let phases = [
        read,
        parse,
        link,
        analysed.saturating_sub(linked),
        ruled.saturating_sub(analysed),
        clock().saturating_sub(ruled),
        Duration::ZERO,
    ];
    let report =
        ProgramReport { name: program.name.clone(), platform: platform.name, files: model.files.len(), bytes, findings };
    Ok(Judged { report, notices, texts: sources.0, phases })
}

fn platform_of(options: &CheckOptions) -> Result<Platform, Error> {
    let name = options.platform.as_deref().unwrap_or_else(|| Platform::names().next().unwrap_or_default());
    Platform::named(name).map_err(|reason| Error::Knowledge { what: "platform table".to_string(), reason })
}

/// A rule that runs, and the highest level its findings may have.
type Chosen = (Rule, Level);

/// The rules that run. One that the user names runs even when the preset leaves it out.
fn chosen(preset: Preset, filter: &Filter) -> Result<Vec<Chosen>, Error> {
    let mut chosen = Vec::new();
    for rule in RULES.iter().filter(|rule| filter.wants_rule(rule.id)) {
        let doc = rule.doc().map_err(|reason| Error::Knowledge { what: "rule page".to_string(), reason })?;
        let named = (!filter.only.is_empty()).then_some(doc.severity);
        chosen.extend(doc.level(preset).or(named).map(|level| (*rule, level)));
    }
    Ok(chosen)
}

/// Runs a program and the chosen rules over it; a rule that fails is reported and the others go on.
fn run(model: &Model, platform: &Platform, rules: &[Chosen], clock: fn() -> Duration) -> (Vec<Finding>, Duration, bool) {
    app::with_app(model, platform, Budget::default(), |mut app: App<'_>| {
        let analysed = clock();
        let mut findings = Vec::new();
        for (rule, highest) in rules {
            let mut found = Vec::new();
            match catch_unwind(AssertUnwindSafe(|| (rule.check)(&mut app, &mut found))) {
                Ok(()) => findings.extend(found.into_iter().map(|one| Finding { level: one.level.min(*highest), ..one })),
                Err(_) => findings.push(internal(model, rule.id)),
            }
        }
        (findings, analysed, app.machine.exhausted)
    })
}

/// The finding that says that the tool itself failed.
fn internal(model: &Model, what: &str) -> Finding {
    let file = model.manifest.or(model.script).and_then(|file| model.files.get(file as usize));
    Finding {
        rule: "internal-error",
        level: Level::Error,
        certainty: Certainty::Certain,
        message: Message::new("message").with("problem", format!("consentry failed in {what}")),
        place: Place { file: file.map(|file| file.path.clone()).unwrap_or_default(), span: Default::default() },
        subject: what.to_string(),
        routes: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
    }
}
