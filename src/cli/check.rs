//! In: the arguments of `check`. Out: the report on standard output, all else on standard error, and the exit code.

use super::{CLEAN, Env, FAILED, FOUND, Shown, args, known_rule, unless_closed};
use crate::error::{Error, nearest};
use crate::finding::Level;
use crate::platform::Platform;
use crate::report::{self, Options, Report};
use crate::session::{self, CheckOptions, Checked};
use crate::settle::Filter;
use std::io::{BufWriter, Write};

/// Checks and reports.
pub(super) fn run(
    args: &args::Check,
    env: &Env,
    shown: &Shown,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Error> {
    args.only.iter().chain(&args.skip).try_for_each(|rule| known_rule(rule, shown.texts))?;
    if let Some(name) = &args.platform {
        known_platform(name)?;
    }
    let options = CheckOptions {
        platform: args.platform.clone(),
        preset: args.preset.into(),
        filter: Filter {
            only: args.only.clone(),
            skip: args.skip.clone(),
            level: Level::Info,
            certainty: args.min_certainty.into(),
            shown: None,
        },
        threads: args.threads.map(usize::from),
        timings: args.timings,
        clock: env.clock,
    };
    let paths = if args.paths.is_empty() { vec![".".to_owned()] } else { args.paths.clone() };
    let Checked { mut report, sources } = session::check(&env.directory, &paths, &options)?;
    let how = Options {
        format: args.format.into(),
        color: shown.color,
        links: shown.color && env.out_is_terminal,
        width: shown.width,
        lang: args.lang.into(),
        texts: shown.texts,
    };
    let start = (env.clock)();
    // The exit code stands whether or not anybody reads to the end.
    unless_closed(write(&report, sources.as_ref(), &how, out))?;
    let took = (env.clock)().saturating_sub(start);
    let about = Options { color: shown.err_color, links: false, ..how };
    unless_closed(report::write_notices(&report, &about, err))?;
    if let Some(timings) = &mut report.timings {
        timings.phases.push(("report", took));
        timings.wall += took;
        unless_closed(report::write_timings(&report, err))?;
    }
    Ok(exit_code(&report, args.fail_on.level()))
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

/// The exit code of a run; it does not depend on how the report is shown.
pub(super) fn exit_code(report: &Report, fail_on: Option<Level>) -> u8 {
    let found = fail_on.is_some_and(|level| report.worst().is_some_and(|worst| worst >= level));
    match (report.incomplete(), found) {
        (true, _) => FAILED,
        (false, true) => FOUND,
        (false, false) => CLEAN,
    }
}

fn known_platform(name: &str) -> Result<(), Error> {
    if Platform::names().any(|known| known == name) {
        return Ok(());
    }
    let known = Platform::names().collect::<Vec<_>>().join(", ");
    Err(Error::UnknownPlatform { name: name.to_owned(), nearest: nearest(name, Platform::names()), known })
}
