//! In: arguments, what the surroundings say, and two writers. Out: an exit code. Never reads the environment or the clock
//! itself, and never ends the process.

mod args;
mod baseline;
mod check;
mod config;
mod explain;
mod fix;
mod generate;
mod graph;
mod help;
mod progress;
mod rules;
mod show;
mod view;
mod watch;

use crate::catalog::{self, Catalog, Lang};
use crate::discover;
use crate::error::{self, Error, nearest};
use crate::message::{Message, Value};
use crate::platform::Platform;
use crate::report::write_error;
use crate::write::{self, Interrupts};
use args::{Command, Parsed, Refused};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Bytes that are read from standard input: more than any file may have that is read.
pub const MOST_INPUT: u64 = 256 << 20;
/// Nothing at or above `--fail-on` was found.
pub const CLEAN: u8 = 0;
/// Something was.
pub const FOUND: u8 = 1;
/// The tool could not do its work.
pub const FAILED: u8 = 2;
/// A signal ended it; its number is added.
const SIGNAL: u8 = 128;

/// What the surroundings of the process say, read once in `main`.
#[derive(Clone, Debug)]
pub struct Env {
    /// The working directory.
    pub directory: PathBuf,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
    /// Columns of the terminal, when there is one.
    pub columns: Option<usize>,
    /// Whether the user wants colour everywhere or nowhere (`FORCE_COLOR`, `NO_COLOR`, `TERM=dumb`), if that is said.
    pub color: Option<bool>,
    /// Whether standard output shows links (OSC 8).
    pub links: bool,
    /// Whether somebody watches standard error: a terminal that can move its cursor, and no pipeline.
    pub attended: bool,
    /// The language the surroundings speak, for when nothing else says one.
    pub lang: Lang,
    /// Time since a fixed instant.
    pub clock: fn() -> Duration,
    /// Waits; false to end what goes on until somebody ends it.
    pub pause: fn(Duration) -> bool,
    /// All of standard input, or one byte more than [`MOST_INPUT`].
    pub input: fn() -> io::Result<Vec<u8>>,
    /// Whether a signal may end the process at once.
    pub interrupts: Interrupts,
    /// Has signals heed that. Without it they end the process wherever it is, which is right for what writes no file.
    pub heed: fn(&Interrupts),
}

impl Env {
    /// Columns to write for: those of the terminal, else 80 so that piped output is always the same.
    fn width(&self) -> usize {
        self.columns.filter(|_| self.out_is_terminal).unwrap_or(80)
    }

    fn end_if_interrupted(&self) -> Result<(), Error> {
        self.interrupts.came().map_or(Ok(()), |signal| Err(Error::Interrupted { signal }))
    }
}

/// Does what the arguments ask for (`args` begins with the program's name). A reader that closes its end is no error.
pub fn run(args: &[OsString], env: &Env, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let texts = match crate::session::texts() {
        Ok(texts) => texts,
        Err(error) => return failed(&error, env.lang, false, env, err),
    };
    contained(args, env, texts.as_ref(), out, err)
}

/// Does the work; a fault of the tool that nothing nearer has caught ends it as other failures do.
fn contained(args: &[OsString], env: &Env, texts: &dyn Catalog, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let work = error::contained(|| run_with(args, env, texts, out, err));
    work.unwrap_or_else(|why| failed(&Error::Internal(why), env.lang, false, env, err))
}

fn run_with(args: &[OsString], env: &Env, texts: &dyn Catalog, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    if env.directory.to_str().is_none() {
        let path = env.directory.to_string_lossy().into_owned();
        let error = Error::Unreadable { path, reason: Message::new("system-base").into() };
        return failed(&error, env.lang, false, env, err);
    }
    let parsed = match Parsed::of(args, env.lang) {
        Ok(parsed) => parsed,
        Err(usage) => return usage_answer(&usage, env, out, err),
    };
    let color = |terminal| parsed.color.wanted(terminal, env.color);
    let shown = Shown {
        color: color(env.out_is_terminal),
        err_color: color(env.err_is_terminal),
        width: env.width(),
        asked: parsed.lang.map(Into::into),
        lang: language(&parsed, env),
        texts,
    };
    if writes(&parsed.command) {
        (env.heed)(&env.interrupts);
    }
    let code = match &parsed.command {
        Command::Check(check) if check.watch => watch::run(check, env, &shown, out, err),
        Command::Check(check) => check::once(check, env, &shown, out, err),
        Command::Explain(explain) => explain::run(explain, &shown, out),
        Command::Rules(rules) => rules::run(rules, &shown, out),
        Command::Baseline(baseline) => baseline::run(baseline, env, &shown, out, err),
        Command::Graph(graph) => graph::run(graph, env, &shown, out),
        Command::Init(init) => config::init(init, env, &shown, out),
        Command::Help(help) => help::run(help, &shown, out),
        Command::Completions(shell) => generate::completions(shell, &shown, out),
        Command::Man => generate::manual(&shown, out),
    };
    match code {
        Ok(code) => match out.flush() {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                failed(&error.into(), shown.lang, shown.err_color, env, err)
            }
            _ => code,
        },
        // Who pressed Ctrl-C knows why it ends.
        Err(Error::Interrupted { signal }) => SIGNAL | signal,
        Err(error) => failed(&nearer(error, env), shown.lang, shown.err_color, env, err),
    }
}

/// Whether a command writes files.
fn writes(command: &Command) -> bool {
    match command {
        Command::Check(check) => check.fixes.fix || !check.output.is_empty(),
        Command::Baseline(_) | Command::Init(_) => true,
        _ => false,
    }
}

/// An error that calls configuration files as seen from here.
fn nearer(error: Error, env: &Env) -> Error {
    match error {
        Error::Config { path, reason } => Error::Config { path: shortened(&path, env), reason },
        Error::Unreadable { path, reason } => Error::Unreadable { path: shortened(&path, env), reason },
        other => other,
    }
}

/// How to write, as decided once for all commands.
struct Shown<'a> {
    color: bool,
    err_color: bool,
    width: usize,
    /// The language the arguments ask for.
    asked: Option<Lang>,
    /// The language of what is said before a program's own configuration is known, or without one.
    lang: Lang,
    texts: &'a dyn Catalog,
}

impl Shown<'_> {
    /// A message of the shared words.
    fn say(&self, message: &Message) -> String {
        catalog::word(self.texts, message, self.lang)
    }
}

/// The language to speak: as the arguments say, else the configuration where they point, else the surroundings.
fn language(parsed: &Parsed, env: &Env) -> Lang {
    let asked = parsed.lang.map(Lang::from);
    let (path, configured) = match &parsed.command {
        Command::Check(check) => {
            let file = check.which.stdin_filename.as_ref().or(check.print_config.as_ref());
            let file = file.or(check.explain_site.as_ref().map(|target| &target.file));
            (check.which.paths.first().or(file), &check.configured)
        }
        Command::Graph(graph) => (graph.path.as_ref(), &graph.configured),
        Command::Baseline(args::Baseline {
            action: args::BaselineAction::Write(how) | args::BaselineAction::Prune(how),
        }) => (how.paths.first(), &how.configured),
        _ => return asked.unwrap_or(env.lang),
    };
    let path = path.map_or(".", String::as_str);
    // A configuration that cannot be used is told about when it is needed.
    config::lang(asked, path, &config::source(configured, env), env).unwrap_or(env.lang)
}

/// Help and version go to standard output and are no failure; a wrong flag goes to standard error and is one.
fn usage_answer<'a>(refused: &Refused, env: &Env, out: &'a mut dyn Write, err: &'a mut dyn Write) -> u8 {
    let usage = &refused.error;
    let text = usage.render();
    let (to, terminal) = if usage.use_stderr() { (err, env.err_is_terminal) } else { (out, env.out_is_terminal) };
    let styled = refused.color.wanted(terminal, env.color);
    let text = if styled { text.ansi().to_string() } else { text.to_string() };
    let width = env.columns.filter(|_| terminal).unwrap_or(80).clamp(40, 100);
    let text = refused.chinese.as_ref().map(|chinese| chinese.said(&text, width)).unwrap_or(text);
    // Nothing can be said about a failure to say something.
    let _ = to.write_all(text.as_bytes());
    let _ = to.flush();
    if usage.use_stderr() { FAILED } else { CLEAN }
}

fn failed(error: &Error, lang: Lang, color: bool, env: &Env, err: &mut dyn Write) -> u8 {
    // As above: standard error is the last resort.
    let _ = write_error(error, lang, color, env.width(), err);
    FAILED
}

/// The outcome of writing, where a reader that has gone away is content.
fn unless_closed(written: io::Result<()>) -> Result<(), Error> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Replaces a file named on the command line.
fn write_file(file: &str, bytes: &[u8], env: &Env) -> Result<(), Error> {
    let failed = |error: io::Error| Error::Unwritable { path: file.to_owned(), reason: Value::of_system(&error) };
    let path = env.directory.join(file);
    // The file may be a link that a stranger has committed.
    if discover::fence::leads_out(&env.directory, &path) {
        return Err(failed(discover::outside(discover::Reach::Linked)));
    }
    let written = write::atomically(&path, bytes, &env.interrupts);
    env.end_if_interrupted()?;
    written.map_err(failed)
}

/// A path of the command line as an absolute one, with `/`.
fn absolute(path: &str, env: &Env) -> String {
    use discover::path::{join, normalise};
    join(&normalise(&env.directory.to_string_lossy().replace('\\', "/")), &path.replace('\\', "/"))
}

/// An absolute path as seen from the folder the command is started in, when it lies there.
fn shortened(path: &str, env: &Env) -> String {
    let here = absolute("", env);
    discover::path::within(&here, path).filter(|inside| !inside.is_empty()).unwrap_or(path).to_owned()
}

/// Fails for a platform that does not exist, naming the nearest.
fn known_platform(name: &str) -> Result<(), Error> {
    if Platform::names().any(|known| known == name) {
        return Ok(());
    }
    let known = Platform::names().collect::<Vec<_>>().join(", ");
    Err(Error::UnknownPlatform { name: name.to_owned(), nearest: nearest(name, Platform::names()), known })
}

/// Fails for a rule that does not exist, naming the nearest.
fn known_rule(name: &str, texts: &dyn Catalog) -> Result<(), Error> {
    // Most names are right, and all rules are more to read than one.
    if texts.page(name).is_some() {
        return Ok(());
    }
    let rules = texts.rules(crate::catalog::Lang::En);
    if rules.iter().any(|rule| rule.id == name) {
        return Ok(());
    }
    Err(Error::UnknownRule { name: name.to_owned(), nearest: nearest(name, rules.iter().map(|rule| rule.id.as_str())) })
}

#[cfg(test)]
mod tests;
