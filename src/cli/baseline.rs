//! In: the name of a baseline file and a report. Out: the report without what the baseline accepts, or a new baseline. How
//! findings are matched is not decided here.

use super::{CLEAN, Env, FAILED, absolute, args, check, read_text, unless_closed, write_file};
use crate::baseline::{self, Entry, Ground};
use crate::discover::Files;
use crate::discover::disk::Disk;
use crate::discover::path::{join, parent, within};
use crate::error::Error;
use crate::finding::Level;
use crate::report::{Notice, NoticeText, Report};
use crate::session::{self, CheckOptions};
use crate::settle::Filter;
use std::io::{ErrorKind, Write};

/// Writes or prunes a baseline.
pub(super) fn run(args: &args::Baseline, env: &Env, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Error> {
    let (args::BaselineAction::Write(how) | args::BaselineAction::Prune(how)) = &args.action;
    let prunes = matches!(args.action, args::BaselineAction::Prune(_));
    if let Some(name) = &how.platform {
        check::known_platform(name)?;
    }
    let old = match read(&how.baseline, env) {
        Ok(None) if !prunes => Vec::new(),
        Ok(None) => return Err(missing(&how.baseline)),
        Ok(Some(entries)) => entries,
        Err(error) => return Err(error),
    };
    let options = CheckOptions {
        platform: how.platform.clone(),
        preset: None,
        filter: Filter::default(),
        threads: None,
        timings: false,
        clock: env.clock,
    };
    let paths = if how.paths.is_empty() { vec![".".to_owned()] } else { how.paths.clone() };
    let mut report = session::check(&env.directory, &paths, &options)?.report;
    if report.incomplete() {
        // A file that could not be read would lose its entries.
        unless_closed(writeln!(err, "the check was not complete; `{}` is left as it is", how.baseline))?;
        return Ok(FAILED);
    }
    let paths = Paths::of(&how.baseline, env);
    let (entries, said) = paths.ground(&|_| true, |ground| {
        if !prunes {
            let entries = baseline::of_report(&report, &old, ground);
            let said = format!("wrote {}: {} accepted", how.baseline, findings(&entries));
            return (entries, said);
        }
        let outcome = baseline::apply(&mut report, &old, ground);
        let (left, gone) = (findings(&outcome.pruned), findings(&outcome.fixed));
        (outcome.pruned, format!("wrote {}: {left} accepted, {gone} forgotten", how.baseline))
    });
    write_file(&how.baseline, baseline::render(&entries).as_bytes(), env)?;
    unless_closed(writeln!(out, "{said}"))?;
    Ok(CLEAN)
}

/// Takes what the baseline accepts out of a report's findings. When the report is `whole`, a notice tells of what is mended.
pub(super) fn apply(report: &mut Report, file: &str, env: &Env, filter: &Filter, whole: bool) -> Result<(), Error> {
    let entries = read(file, env)?.ok_or_else(|| missing(file))?;
    let ran = |rule: &str| filter.wants_rule(rule);
    let fixed = Paths::of(file, env).ground(&ran, |ground| baseline::apply(report, &entries, ground).fixed);
    if whole && !fixed.is_empty() && !report.incomplete() {
        let text = format!("{} of the baseline mended; `consentry baseline prune` forgets them", findings(&fixed));
        report.notices.push(Notice { level: Level::Info, text: NoticeText::Plain(text), file: Some(file.to_owned()) });
    }
    Ok(())
}

/// The entries of a baseline; `None` when there is no such file.
fn read(file: &str, env: &Env) -> Result<Option<Vec<Entry>>, Error> {
    let text = match read_text(&absolute(file, env)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::Unreadable { path: file.to_owned(), reason: error.to_string() }),
    };
    let broken = |reason| Error::Baseline { path: file.to_owned(), reason };
    baseline::parse(&text).map(Some).map_err(broken)
}

fn missing(file: &str) -> Error {
    Error::Baseline { path: file.to_owned(), reason: "there is no such file".into() }
}

fn findings(entries: &[Entry]) -> String {
    match entries.iter().map(|entry| entry.count).sum::<usize>() {
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    }
}

/// How paths of a report and of a baseline belong together.
struct Paths {
    /// The folder the command is started in.
    here: String,
    /// The folder of the baseline.
    folder: String,
}

impl Paths {
    fn of(file: &str, env: &Env) -> Paths {
        let here = absolute("", env);
        let folder = parent(&absolute(file, env)).unwrap_or("/").to_owned();
        Paths { here, folder }
    }

    fn ground<T>(&self, ran: &dyn Fn(&str) -> bool, mut act: impl FnMut(&Ground) -> T) -> T {
        let path = |path: &str| {
            let whole = join(&self.here, path);
            match within(&self.folder, &whole) {
                Some("") => ".".to_owned(),
                Some(inside) => inside.to_owned(),
                None => path.to_owned(),
            }
        };
        let exists = |file: &str| Disk::new(&self.folder).is_file(file);
        act(&Ground { path: &path, exists: &exists, ran })
    }
}
