//! In: the arguments of `check`. Out: the report on standard output, all else on standard error, and the exit code.

use super::view::{self, View};
use super::{CLEAN, Env, FAILED, FOUND, Shown, args, baseline, config, graph, known_rule, unless_closed};
use crate::error::{Error, nearest};
use crate::finding::Level;
use crate::platform::Platform;
use crate::report::{self, Options, Report};
use crate::session::{self, CheckOptions, Checked};
use crate::settle::Filter;
use crate::texts::Lang;
use std::io::{BufWriter, Write};

/// Columns of a report for people that goes to a file.
const FILE_WIDTH: usize = 80;

/// Checks and reports.
pub(super) fn run(
    args: &args::Check,
    env: &Env,
    shown: &Shown,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Error> {
    if let Some(file) = &args.print_config {
        config::print(file, env, shown, out)?;
        return Ok(CLEAN);
    }
    args.only.iter().chain(&args.skip).try_for_each(|rule| known_rule(rule, shown.texts))?;
    if let Some(name) = &args.platform {
        known_platform(name)?;
    }
    view::with(&args.which, env, |view| {
        let options = options(args, &view, env)?;
        if let Some(target) = &args.explain_site {
            return graph::explain_site(target, args, &view, &options, env, out);
        }
        let lang = match args.lang {
            Some(lang) => lang.into(),
            None => config::lang(&view.paths[0], env)?,
        };
        let checked = session::check_files(view.files, &view.paths, &options)?;
        report(args, env, shown, lang, checked, out, err)
    })
}

/// What is asked of the check.
fn options(args: &args::Check, view: &View, env: &Env) -> Result<CheckOptions, Error> {
    Ok(CheckOptions {
        platform: args.platform.clone(),
        preset: args.preset.map(Into::into),
        filter: Filter {
            only: args.only.clone(),
            skip: args.skip.clone(),
            level: Level::Info,
            certainty: args.min_certainty.map(Into::into),
        },
        changed: view.changed.clone(),
        baseline: args.baseline.as_ref().map(|file| baseline::accepted(file, view.files, env)).transpose()?,
        threads: args.threads.map(usize::from),
        timings: args.timings,
        clock: env.clock,
    })
}

/// Shows what was found, wherever it is wanted.
fn report(
    args: &args::Check,
    env: &Env,
    shown: &Shown,
    lang: Lang,
    checked: Checked,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Error> {
    let Checked { mut report, sources } = checked;
    let how = Options {
        format: args.format,
        color: shown.color,
        links: shown.color && env.out_is_terminal,
        width: shown.width,
        lang,
        texts: shown.texts,
    };
    let start = (env.clock)();
    // The exit code stands whether or not anybody reads to the end.
    unless_closed(write(&report, sources.as_ref(), &how, out))?;
    for output in &args.output {
        to_file(&report, sources.as_ref(), &how, output, env)?;
    }
    let took = (env.clock)().saturating_sub(start);
    let about = Options { color: shown.err_color, links: false, ..how };
    unless_closed(report::write_notices(&report, &about, err))?;
    if let Some(timings) = &mut report.timings {
        timings.phases.push(("report", took));
        timings.wall += took;
        unless_closed(report::write_timings(&report, err))?;
    }
    Ok(exit_code(&report, args.fail_on.map(args::FailOn::level)))
}

/// Writes a report to a file, as if to no terminal.
fn to_file(
    report: &Report,
    sources: &dyn report::Sources,
    how: &Options,
    output: &args::Output,
    env: &Env,
) -> Result<(), Error> {
    let plain = Options { format: output.format, color: false, links: false, width: FILE_WIDTH, ..*how };
    let mut bytes = Vec::new();
    report::write(report, sources, &plain, &mut bytes)?;
    super::write_file(&output.file, &bytes, env)
}

fn write(
    report: &Report,
    sources: &dyn report::Sources,
    options: &Options,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let mut out = BufWriter::new(out);
    report::write(report, sources, options, &mut out)?;
    out.flush()
}

/// The exit code of a run; it does not depend on how the report is shown. What is said on the command line goes before what is
/// configured for a program.
pub(super) fn exit_code(report: &Report, fail_on: Option<Option<Level>>) -> u8 {
    let found = report.programs.iter().any(|program| {
        let lowest = fail_on.or(program.fail_on).unwrap_or(Some(Level::Error));
        let worst = program.findings.iter().map(|one| one.finding.level).max();
        lowest.is_some_and(|lowest| worst >= Some(lowest))
    });
    match (report.incomplete(), found) {
        (true, _) => FAILED,
        (false, true) => FOUND,
        (false, false) => CLEAN,
    }
}

/// Fails for a platform that does not exist, naming the nearest.
pub(super) fn known_platform(name: &str) -> Result<(), Error> {
    if Platform::names().any(|known| known == name) {
        return Ok(());
    }
    let known = Platform::names().collect::<Vec<_>>().join(", ");
    Err(Error::UnknownPlatform { name: name.to_owned(), nearest: nearest(name, Platform::names()), known })
}
