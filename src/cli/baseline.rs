//! In: the name of a baseline file and a report. Out: the report without what the baseline accepts, or a new baseline. How
//! findings are matched is not decided here.

use super::{CLEAN, Env, FAILED, Shown, absolute, args, config, known_platform, progress, unless_closed, write_file};
use crate::baseline::{self, Entry};
use crate::discover::Files;
use crate::discover::disk::Disk;
use crate::discover::path::{normalise, parent};
use crate::error::Error;
use crate::message::{Message, Value};
use crate::session::{self, Accepted, CheckOptions};
use std::io::{ErrorKind, Write};

/// Bytes a baseline may have: a million findings.
const MOST_BYTES: u64 = 256 << 20;

/// Writes or prunes a baseline.
pub(super) fn run(
    args: &args::Baseline,
    env: &Env,
    shown: &Shown,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Error> {
    let (args::BaselineAction::Write(how) | args::BaselineAction::Prune(how)) = &args.action;
    let prunes = matches!(args.action, args::BaselineAction::Prune(_));
    if let Some(name) = &how.platform {
        known_platform(name)?;
    }
    let disk = Disk::around(&env.directory, &how.paths);
    let old = match read(&how.baseline, &disk)? {
        None if prunes => return Err(missing(&how.baseline)),
        entries => known(&how.baseline, entries.unwrap_or_default(), env),
    };
    let options = CheckOptions {
        platform: how.platform.clone(),
        config: config::source(&how.configured, env),
        clock: env.clock,
        ..CheckOptions::default()
    };
    let paths = if how.paths.is_empty() { vec![".".to_owned()] } else { how.paths.clone() };
    let mut report = progress::during(env.attended, shown.lang, |progress| {
        session::check(&env.directory, &paths, &CheckOptions { progress, ..options })
    })?
    .report;
    if report.incomplete() || report.unjudged() {
        // A file that could not be read would lose its entries.
        let said = Message::new("said-baseline-incomplete").with("file", &how.baseline);
        unless_closed(writeln!(err, "{}", shown.say(&said)))?;
        return Ok(FAILED);
    }
    let (entries, said) = old.grounded(&disk, &|_| true, |ground| {
        if !prunes {
            let entries = baseline::of_report(&report, &old.entries, ground);
            let said = Message::new("said-baseline-written").with("count", findings(&entries));
            return (entries, said);
        }
        let outcome = baseline::apply(&mut report, &old.entries, ground);
        let (left, gone) = (findings(&outcome.pruned), findings(&outcome.fixed));
        (outcome.pruned, Message::new("said-baseline-pruned").with("count", left).with("gone", gone))
    });
    write_file(&how.baseline, baseline::render(&entries).as_bytes(), env)?;
    unless_closed(writeln!(out, "{}", shown.say(&said.with("file", &how.baseline))))?;
    Ok(CLEAN)
}

/// What a baseline accepts.
pub(super) fn accepted(file: &str, files: &dyn Files, env: &Env) -> Result<Accepted, Error> {
    Ok(known(file, read(file, files)?.ok_or_else(|| missing(file))?, env))
}

/// The entries of a baseline; `None` when there is no such file.
fn read(file: &str, files: &dyn Files) -> Result<Option<Vec<Entry>>, Error> {
    let unreadable = |reason: Value| Error::Unreadable { path: file.to_owned(), reason };
    let bytes = match files.read_named(&normalise(&file.replace('\\', "/")), MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(Value::of_system(&error))),
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(Message::new("system-utf8").into()))?;
    baseline::parse(&text).map(Some).map_err(|reason| Error::Baseline { path: file.to_owned(), reason })
}

fn known(file: &str, entries: Vec<Entry>, env: &Env) -> Accepted {
    let folder = parent(&absolute(file, env)).unwrap_or("/").to_owned();
    Accepted { file: file.to_owned(), folder, entries }
}

fn missing(file: &str) -> Error {
    Error::Baseline { path: file.to_owned(), reason: Message::new("system-absent").into() }
}

/// How many findings they stand for.
fn findings(entries: &[Entry]) -> String {
    entries.iter().map(|entry| entry.count).sum::<usize>().to_string()
}
