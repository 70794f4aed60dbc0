//! In: the arguments of `check`. Out: a check of what they name, and the exit code. How the report is shown is not decided here.

use super::show::{self, Ran};
use super::view::{self, View};
use super::{
    CLEAN, Env, FAILED, FOUND, Shown, args, baseline, config, fix, graph, known_platform, known_rule, progress,
};
use crate::config::Source;
use crate::error::Error;
use crate::finding::Level;
use crate::locate::Filter;
use crate::report::Report;
use crate::session::{CheckOptions, Parsing};
use std::io::Write;

/// Checks and reports, once.
pub(super) fn once(
    args: &args::Check,
    env: &Env,
    shown: &Shown,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Error> {
    let source = config::source(&args.configured, env);
    args.platform.as_deref().map_or(Ok(()), known_platform)?;
    if let Some(file) = &args.print_config {
        config::print(file, args, &source, env, shown, out)?;
        return Ok(CLEAN);
    }
    show::countable(args)?;
    args.only.iter().chain(&args.skip).try_for_each(|rule| known_rule(rule, shown.texts))?;
    view::with(&args.which, env, |view| {
        let mut options = options(args, source, &view, env)?;
        if let Some(target) = &args.explain_site {
            return graph::explain_site(target, args, &view, &options, shown, out);
        }
        let lang = config::lang(shown.asked, &view.paths[0], &options.config, env)?;
        let start = (env.clock)();
        let (checked, changes) = progress::during(env.attended && !args.quiet, lang, |progress| {
            options.progress = progress;
            fix::checked(args.fixes, &view, &options, &env.interrupts)
        })?;
        let took = (env.clock)().saturating_sub(start);
        let code = match args.fixes.diff {
            true => fix::exit_code(&checked.report, &changes),
            false => exit_code(&checked.report, args.fail_on.map(args::FailOn::level), args.fail_on_incomplete),
        };
        show::run(args, env, shown, Ran { checked, changes, lang, took }, out, err)?;
        Ok(code)
    })
}

/// What is asked of the check.
fn options(args: &args::Check, source: Source, view: &View, env: &Env) -> Result<CheckOptions, Error> {
    Ok(CheckOptions {
        platform: args.platform.clone(),
        preset: args.preset.map(Into::into),
        config: source,
        filter: Filter {
            only: args.only.clone(),
            skip: args.skip.clone(),
            level: Level::Info,
            certainty: args.min_certainty.map(Into::into),
        },
        changed: view.changed.clone(),
        baseline: args.baseline.as_ref().map(|file| baseline::accepted(file, view.files, env)).transpose()?,
        threads: args.threads.map(usize::from),
        parsing: if args.parse_all { Parsing::All } else { Parsing::Needed },
        timings: args.timings,
        progress: None,
        clock: env.clock,
    })
}

/// The exit code of a run; it does not depend on how the report is shown. What is said on the command line goes before what is
/// configured for a program.
pub(super) fn exit_code(report: &Report, fail_on: Option<Option<Level>>, whole: bool) -> u8 {
    let found = report.programs.iter().any(|program| {
        let lowest = fail_on.or(program.fail_on).unwrap_or(Some(Level::Error));
        let worst = program.findings.iter().map(|one| one.finding.level).max();
        lowest.is_some_and(|lowest| worst >= Some(lowest))
    });
    match (report.incomplete() || report.has_gaps(whole), found) {
        (true, _) => FAILED,
        (false, true) => FOUND,
        (false, false) if report.unjudged() => FAILED,
        (false, false) => CLEAN,
    }
}
