//! In: paths and options. Out: a checked report. The journey as one value, for the command line, the hook and the editor
//! alike; the only place that decides about threads. Never prints.

mod accept;
mod panics;
mod gaps;
mod inspect;
mod knowledge;
mod limits;
mod mend;
mod options;
mod selection;
mod platforms;
mod purposes;

pub use crate::config::Preset;
pub use accept::Accepted;
pub use inspect::{explain_site, explain_site_files, graph, graph_files};
pub use knowledge::texts;
use limits::budget_of;
pub use mend::{Change, Disposal, Mend, Mended, mend, mend_files};
pub use options::{CheckOptions, Progress};

use crate::catalog::Catalog;
use crate::config::{self, Config, Setting, Severity};
use crate::discover::{self, Files, Program, disk::Disk};
use crate::error::Error;
use crate::finding::{Level, Place};
use crate::framework;
use crate::locate::{Filter, Sources, symbol};
pub use crate::model::Parsing;
use crate::model::{self, Loading, Model};
use crate::report::{Notice, ProgramReport, Report, Timings, Unjudged};
use crate::rules::{self, RULES, Rule};
use crate::suppress::Commented;
use crate::verdict::{self, Law, Verdict};
use panics::Ran;
use rayon::prelude::*;
use selection::Part;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Parsing and running recurse as deep as the source nests; the memory is only reserved (measured: no cost).
const STACK: usize = 256 << 20;

/// What is done for each program, as `--timings` names it.
const PHASES: [&str; 6] = ["read", "parse", "link", "analyse", "rules", "settle"];

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
    check_files(&Disk::around(base, paths), paths, options)
}

/// Checks every mini program under `paths` of a file system.
///
/// # Errors
/// As [`check`].
pub fn check_files(files: &dyn Files, paths: &[String], options: &CheckOptions) -> Result<Checked, Error> {
    pooled(options, || check_within(files, paths, options))
}

/// Does work on threads that may recurse deeply.
fn pooled<T: Send>(options: &CheckOptions, work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).num_threads(options.threads.unwrap_or(0));
    let pool = pool
        .build()
        .map_err(|error| Error::Threads { threads: options.threads.unwrap_or(0), reason: error.to_string() })?;
    pool.install(work)
}

fn check_within(files: &dyn Files, paths: &[String], options: &CheckOptions) -> Result<Checked, Error> {
    check_by(RULES, files, paths, options)
}

fn check_by(rules: &[Rule], files: &dyn Files, paths: &[String], options: &CheckOptions) -> Result<Checked, Error> {
    let start = (options.clock)();
    let known = discover::frameworks::all();
    let matters = |file: &String| {
        let is_config = discover::path::name(file) == config::FILE;
        is_config || discover::is_source(file) || discover::frameworks::is_source(&known, file)
    };
    if let Some(changed) = options.changed.as_ref().filter(|changed| !changed.files.iter().any(matters)) {
        let report = Report { notices: vec![selection::nothing(changed)], ..Report::default() };
        return Ok(Checked { report, sources: Box::new(Loaded(BTreeMap::new())) });
    }
    let found = discover::programs(files, paths)?;
    let discovered = (options.clock)().saturating_sub(start);
    let changed = options.changed.as_ref();
    let whole = changed.map(|changed| selection::whole(files, changed, &found.programs)).unwrap_or_default();
    let part = Part { shown: found.shown.as_ref(), changed, whole, files };
    let texts = knowledge::texts()?;
    if let Some(progress) = &options.progress {
        progress.programs.store(found.programs.len(), Ordering::Relaxed);
    }
    let platforms = platforms::Platforms::default();
    let judge = |program: &Program| {
        let judged =
            panics::program(program, || judge(rules, files, program, options, &platforms, &part, texts.as_ref()));
        if let Some(progress) = &options.progress {
            progress.done.fetch_add(1, Ordering::Relaxed);
        }
        judged
    };
    let judged: Result<Vec<Option<Judged>>, Error> = largest_first(&found.programs, judge).collect();
    let mut judged: Vec<Judged> = judged?.into_iter().flatten().collect();
    purposes::of_all_programs(&mut judged, files, paths, part.is_whole());
    let level = |notice: &discover::Notice| match notice {
        // Who names files and hears nothing of them takes that for a yes.
        discover::Notice::NotSource { .. } | discover::Notice::Stray { .. } if found.programs.is_empty() => {
            Level::Error
        }
        _ => Level::Info,
    };
    let mut notices: Vec<Notice> =
        found.notices.iter().map(|notice| Notice { level: level(notice), text: notice.words(), file: None }).collect();
    let mut texts = BTreeMap::new();
    let mut programs = Vec::new();
    let mut phases = vec![("discover", discovered)];
    let mut sums = [Duration::ZERO; PHASES.len()];
    for program in judged {
        for (sum, part) in sums.iter_mut().zip(program.phases) {
            *sum += part;
        }
        notices.extend(program.notices);
        texts.extend(program.texts);
        programs.push(program.report);
    }
    phases.extend(PHASES.into_iter().zip(sums));
    let wall = (options.clock)().saturating_sub(start);
    let timings = options.timings.then_some(Timings { phases, wall });
    let unreadable = found.notices.iter().any(|notice| matches!(notice, discover::Notice::Unreadable { .. }));
    let mut report = Report { programs, notices, timings, unreadable, ..Report::default() };
    if let Some(accepted) = &options.baseline {
        // Of a part of what there is, nobody can say what is mended.
        let everything = part.is_whole() && options.filter.certainty.is_none();
        accepted.apply(&mut report, files, &|rule| options.filter.wants_rule(rule), everything);
    }
    part.narrow(&mut report);
    report.notices.extend(part.notice(&report));
    Ok(Checked { report, sources: Box::new(Loaded(texts)) })
}

/// Does work on every program and gives the results in the programs' order. Those with the most files start first, so that
/// the longest work does not begin when everything else is done.
fn largest_first<T: Send>(programs: &[Program], work: impl Fn(&Program) -> T + Sync) -> impl Iterator<Item = T> {
    let mut order: Vec<(usize, &Program)> = programs.iter().enumerate().collect();
    order.sort_by_key(|(_, program)| std::cmp::Reverse(program.files.len()));
    let done = order.into_par_iter().with_max_len(1).map(|(at, program)| (at, work(program)));
    let mut done: Vec<(usize, T)> = done.collect();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result)
}

/// The texts of all files that were read.
struct Loaded(BTreeMap<String, Arc<str>>);

impl Sources for Loaded {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.0.get(file).cloned()
    }
}

/// The files of one program, with what they say.
struct Read<'a> {
    files: BTreeMap<&'a str, &'a model::SourceFile>,
    /// The files of its configuration that findings may point into.
    config: &'a BTreeMap<String, Arc<str>>,
}

impl<'a> Read<'a> {
    fn of(model: &'a Model, config: &'a BTreeMap<String, Arc<str>>) -> Read<'a> {
        Read { files: model.files.iter().map(|file| (file.path.as_str(), file)).collect(), config }
    }
}

impl Sources for Read<'_> {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.files.get(file).map(|file| &file.text).or_else(|| self.config.get(file)).cloned()
    }

    fn symbol(&self, place: &Place) -> String {
        let facts = self.files.get(place.file.as_str()).and_then(|file| file.facts.as_ref());
        facts.map(|facts| symbol(facts, place.span)).unwrap_or_default()
    }
}

/// One program, judged.
struct Judged {
    report: ProgramReport,
    /// Its folder.
    root: String,
    /// The absolute path of its own configuration file.
    config: Option<String>,
    notices: Vec<Notice>,
    texts: BTreeMap<String, Arc<str>>,
    /// How long each of [`PHASES`] took.
    phases: [Duration; PHASES.len()],
}

/// Judges a program; `None` when no file of the part the user wants to see belongs to it.
fn judge(
    rules: &[Rule],
    files: &dyn Files,
    program: &Program,
    options: &CheckOptions,
    platforms: &platforms::Platforms,
    part: &Part,
    texts: &dyn Catalog,
) -> Result<Option<Judged>, Error> {
    let filter = &options.filter;
    let config = config_of(files, program, &options.config)?;
    let preset = options.preset.unwrap_or(config.preset());
    let severities = severities(preset, filter, texts);
    let rules: Vec<Rule> = rules.iter().filter(|rule| runs(rule.id, &severities, &config, filter)).copied().collect();
    let clock = options.clock;
    let mut notices = Vec::new();
    if let Some(refused) = &program.refused {
        let concerned = part.is_whole() || program.files.iter().any(|file| part.has(file));
        return Ok(concerned.then(|| unjudged(program, refused, options, &config)));
    }
    let start = clock();
    let (model, Loading { read, parse, bytes }) =
        model::load(files, program, options.parsing, file_bytes(&config), clock);
    let (platform, guess) = platforms.of(options, &config, &model)?;
    let linked = clock();
    let own = || model.files.iter().filter(|file| !framework::is_model(&file.path));
    let reported = own().filter(|file| part.has(&file.path)).count();
    if reported == 0 && !part.is_whole() {
        return Ok(None);
    }
    let (purposes, config_texts) = purposes::of(&config, files, &program.root);
    let Ran { findings, analysed, coverage, failed } =
        panics::run(&model, &platform, purposes, budget_of(&config), &rules, clock);
    let ruled = clock();
    notices.extend(guess.as_ref().map(|guess| platforms::notice(program, guess, &platform)));
    notices.extend(gaps::notice(&program.name, &coverage));
    notices.extend(gaps::outside(&program.name, &model.outside));
    notices.extend(panics::failed(&findings, &model).then(|| panics::notice(program)));
    let absolute = |path: &str| discover::path::join(&files.base(), path);
    let law = Law { config: &config, rules: &severities, filter, failed: &failed, absolute: &absolute };
    let Verdict { mut findings, suppressed } =
        verdict::judge(findings, &commented(&model), &Read::of(&model, &config_texts), &law);
    mend::keep_within(&mut findings, &model, &|file| config.ignores(&absolute(file)));
    let texts = model.files.iter().map(|file| (file.path.clone(), file.text.clone())).chain(config_texts).collect();
    let link = linked.saturating_sub(start).saturating_sub(read + parse);
    let phases = [
        read,
        parse,
        link,
        analysed.saturating_sub(linked),
        ruled.saturating_sub(analysed),
        clock().saturating_sub(ruled),
    ];
    let report = ProgramReport {
        name: program.name.clone(),
        platform: platform.name.clone(),
        guessed: guess.is_some(),
        files: own().count(),
        reported,
        bytes,
        findings,
        suppressed,
        unjudged: None,
        coverage,
        fail_on_incomplete: config.fail_on_incomplete.as_ref().is_some_and(|held| held.value),
        fail_on: config.fail_on.as_ref().map(|held| held.value),
    };
    let (root, config) = (program.root.clone(), config.files.first().cloned());
    Ok(Some(Judged { report, root, config, notices, texts, phases }))
}

/// A program that is only named: it cannot be judged, and a run over it must not look as if it were.
fn unjudged(program: &Program, refused: &discover::Refused, options: &CheckOptions, config: &Config) -> Judged {
    let notice = Notice { level: Level::Warning, text: refused.words(), file: Some(refused.file().to_owned()) };
    let platform = platforms::unguessed(options, config).to_string();
    let unjudged = Some(match refused {
        // Output beside which something else was judged is often stale.
        discover::Refused::Generated { .. } => Unjudged::Output,
        _ => Unjudged::Program,
    });
    Judged {
        report: ProgramReport {
            name: program.name.clone(),
            platform,
            unjudged,
            fail_on_incomplete: config.fail_on_incomplete.as_ref().is_some_and(|held| held.value),
            ..ProgramReport::default()
        },
        root: program.root.clone(),
        config: config.files.first().cloned(),
        notices: vec![notice],
        texts: BTreeMap::new(),
        phases: Default::default(),
    }
}

/// The program's own files with comments to the tool.
fn commented(model: &Model) -> Vec<Commented<'_>> {
    let files = model.files.iter().filter(|file| !file.directives.is_empty() && !file.package && file.reached);
    let commented = files.map(|file| Commented {
        file: &file.path,
        text: &file.text,
        facts: file.facts.as_ref(),
        directives: &file.directives,
    });
    commented.collect()
}

/// The configuration that holds for a program.
fn config_of(files: &dyn Files, program: &Program, source: &config::Source) -> Result<Config, Error> {
    let read = |path: &str, by: Option<&str>| discover::config_text(files, path, by);
    config::of_program(&discover::path::join(&files.base(), &program.root), source, &read, &rules::ids())
}

/// All rules with their levels. One that the user names has a level even where the preset leaves it out.
fn severities(preset: Preset, filter: &Filter, texts: &dyn Catalog) -> Vec<(&'static str, Severity)> {
    let strict = preset == Preset::Strict;
    let severity = |id: &'static str| {
        let base = texts.preset_level(id, false).or_else(|| texts.preset_level(id, true))?;
        let named = (!filter.only.is_empty() && filter.wants_rule(id)).then_some(base);
        Some((id, Severity { base, preset: texts.preset_level(id, strict).or(named) }))
    };
    RULES.iter().filter_map(|rule| severity(rule.id)).collect()
}

/// Whether a rule can have findings: the user wants it, and it is on for some file.
fn runs(rule: &str, severities: &[(&str, Severity)], config: &Config, filter: &Filter) -> bool {
    let preset = severities.iter().any(|(id, severity)| *id == rule && severity.preset.is_some());
    let settings =
        config.rules.get(rule).into_iter().chain(config.overrides.iter().filter_map(|one| one.rules.get(rule)));
    let configured = settings.into_iter().any(|held| held.value != Setting::Off);
    filter.wants_rule(rule) && (preset || configured)
}

/// Bytes a file may have. Places in a file are counted in 32 bits.
fn file_bytes(config: &Config) -> u64 {
    config.budget.get("file-bytes").map_or(discover::FILE_BYTES, |held| held.value).min(1 << 31)
}

#[cfg(test)]
mod tests;
