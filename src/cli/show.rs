//! In: a finished check and how it is wanted. Out: the report on standard output and in files, all else on standard error. Never
//! the exit code: that stands before anything is shown or left out.

use super::{Env, Shown, args, unless_closed, write_file};
use crate::catalog::Lang;
use crate::error::Error;
use crate::finding::Message;
use crate::report::{self, Format, Options, Report, Sources};
use crate::session::{Change, Checked};
use std::io::{self, BufWriter, Write};
use std::time::Duration;

/// Columns of a report for people that goes to a file.
const FILE_WIDTH: usize = 80;

/// A check that has been made.
pub(super) struct Ran {
    /// What it gave.
    pub(super) checked: Checked,
    /// What fixes changed, or would change.
    pub(super) changes: Vec<Change>,
    /// The language of the report.
    pub(super) lang: Lang,
    /// How long it took.
    pub(super) took: Duration,
}

/// Fails when counts are wanted in a format that has none.
pub(super) fn countable(args: &args::Check) -> Result<(), Error> {
    let known = matches!(args.format, Format::Pretty | Format::Concise | Format::Json);
    if !args.statistics || known {
        return Ok(());
    }
    let name = Format::ALL.iter().find(|(_, format)| *format == args.format).map_or("", |(name, _)| *name);
    Err(Error::Flags {
        flag: "`--statistics`".to_owned(),
        other: format!("`--format {name}`"),
        advice: Message::new("do-formats").with("format", name),
    })
}

/// Shows what was found, wherever it is wanted.
pub(super) fn run(
    args: &args::Check,
    env: &Env,
    shown: &Shown,
    ran: Ran,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Error> {
    let Checked { mut report, sources } = ran.checked;
    if args.quiet {
        report.keep_errors(args.fail_on_incomplete);
    }
    if let Some(most) = args.max_findings {
        report.keep_first(most);
    }
    let how = Options {
        format: args.format,
        color: shown.color,
        links: shown.color && env.links,
        width: shown.width,
        quiet: args.quiet,
        took: env.out_is_terminal.then_some(ran.took),
        lang: ran.lang,
        texts: shown.texts,
    };
    let start = (env.clock)();
    // The exit code stands whether or not anybody reads to the end.
    if args.fixes.diff {
        let texts = ran.changes.iter().map(|change| (change.file.as_str(), &*change.before, &*change.after));
        unless_closed(report::write_diff(texts, how.color, env.out_is_terminal, out))?;
    } else {
        unless_closed(write(&report, sources.as_ref(), args.statistics, &how, out))?;
    }
    for output in &args.output {
        to_file(&report, sources.as_ref(), &how, output, env)?;
    }
    let took = (env.clock)().saturating_sub(start);
    let about = Options { color: shown.err_color, links: false, ..how };
    unless_closed(report::write_notices(&report, &about, err))?;
    if let Some(timings) = &mut report.timings {
        timings.phases.push(("report", took));
        timings.wall += took;
        unless_closed(report::write_timings(&report, &about, err))?;
    }
    Ok(())
}

/// Writes a report to a file, as if to no terminal.
fn to_file(
    report: &Report,
    sources: &dyn Sources,
    how: &Options,
    output: &args::Output,
    env: &Env,
) -> Result<(), Error> {
    let plain = Options { format: output.format, color: false, links: false, width: FILE_WIDTH, took: None, ..*how };
    let mut bytes = Vec::new();
    report::write(report, sources, &plain, &mut bytes)?;
    write_file(&output.file, &bytes, env)
}

fn write(
    report: &Report,
    sources: &dyn Sources,
    statistics: bool,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    if statistics {
        report::write_statistics(report, options, &mut out)?;
    } else {
        report::write(report, sources, options, &mut out)?;
    }
    out.flush()
}
