//! Arguments and surroundings in, exit code out: the only place that looks at the process it runs in.

use consentry::catalog::Lang;
use consentry::cli::{self, Env};
use consentry::write::Interrupts;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::ffi::OsString;
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

// A quarter of a parser's time is the allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let said = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    // Standard error is not held: the line that shows progress is drawn from another thread.
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr());
    let env = Env {
        directory: std::env::current_dir().unwrap_or_default(),
        out_is_terminal: out.is_terminal(),
        err_is_terminal: err.is_terminal(),
        columns: terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0)),
        color: color(said),
        links: supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        attended: err.is_terminal() && !is_dumb(said) && said("CI").is_none_or(is_off),
        lang: lang(said),
        clock,
        pause,
        input,
        interrupts: Interrupts::default(),
        heed,
    };
    let code = cli::run(&args, &env, &mut out, &mut err);
    // A failure was reported already, or there is nobody left to tell.
    let _ = out.flush();
    ExitCode::from(code)
}

/// Has signals wait while a file is written. The second one does not wait.
fn heed(interrupts: &Interrupts) {
    for signal in [SIGINT, SIGTERM] {
        // These run in this order. Where one cannot be set, the signal ends the process as it always did.
        let _ = flag::register_conditional_shutdown(signal, 128 + signal, interrupts.at_once())
            .and_then(|_| flag::register_usize(signal, interrupts.signal(), signal.unsigned_abs() as usize))
            .and_then(|_| flag::register(signal, interrupts.at_once()));
    }
}

/// What the surroundings say of colour, if anything: who forces it means it, as with other programs.
fn color(said: impl Fn(&str) -> Option<OsString>) -> Option<bool> {
    let forced = said("FORCE_COLOR").map(|value| !is_off(value));
    forced.or_else(|| (said("NO_COLOR").is_some() || is_dumb(said)).then_some(false))
}

/// Whether the terminal can only write on.
fn is_dumb(said: impl Fn(&str) -> Option<OsString>) -> bool {
    said("TERM").is_some_and(|term| term == "dumb")
}

fn is_off(value: OsString) -> bool {
    value == "0" || value == "false"
}

/// The language of the surroundings: the first of these that says one has the last word, as in other programs.
fn lang(said: impl Fn(&str) -> Option<OsString>) -> Lang {
    let name = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(said);
    let is_chinese = name.is_some_and(|name| name.to_string_lossy().to_lowercase().starts_with("zh"));
    if is_chinese { Lang::Zh } else { Lang::En }
}

/// Time since a fixed instant, for measuring.
fn clock() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Waits, for as long as nobody ends the process.
fn pause(time: Duration) -> bool {
    std::thread::sleep(time);
    true
}

/// All of standard input.
fn input() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}
