//! Arguments and surroundings in, exit code out: the only place that looks at the process it runs in.

use consentry::catalog::Lang;
use consentry::cli::{self, Env};
use consentry::write::Interrupts;
use signal_hook::flag;
use std::ffi::OsString;
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

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

/// Signals that end a process: from the keyboard, from others, and from a terminal that closes.
#[cfg(unix)]
const ENDING: [i32; 4] = [
    signal_hook::consts::SIGINT,
    signal_hook::consts::SIGTERM,
    signal_hook::consts::SIGHUP,
    signal_hook::consts::SIGQUIT,
];
#[cfg(not(unix))]
const ENDING: [i32; 2] = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];

/// What a process gets that writes more than it may (`ulimit -f`), on all systems that have it but those for MIPS.
#[cfg(all(unix, not(any(target_arch = "mips", target_arch = "mips64"))))]
const TOO_MUCH: Option<i32> = Some(25);
#[cfg(not(all(unix, not(any(target_arch = "mips", target_arch = "mips64")))))]
const TOO_MUCH: Option<i32> = None;

/// Has signals wait while a file is written. The second one does not wait.
fn heed(interrupts: &Interrupts) {
    for signal in ENDING.into_iter().filter(|signal| !is_ignored(*signal)) {
        // These run in this order. Where one cannot be set, the signal ends the process as it always did.
        let _ = flag::register_conditional_shutdown(signal, 128 + signal, interrupts.at_once())
            .and_then(|_| flag::register_usize(signal, interrupts.signal(), signal.unsigned_abs() as usize))
            .and_then(|_| flag::register(signal, interrupts.at_once()));
    }
    // Then the writing fails, as on a full disk, instead of the process.
    let _ = TOO_MUCH.map(|signal| flag::register(signal, Arc::<AtomicBool>::default()));
}

/// Whether whoever started the process has it ignore a signal, as `nohup` does. Only Linux says.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal - 1) & 1 == 1
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

/// Time since a fixed instant, for measuring: not the time of the day, which jumps.
#[expect(
    clippy::disallowed_types,
    reason = "an instant is a number only seen from another one; nothing that is found depends on it"
)]
fn clock() -> Duration {
    static BEGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGIN.get_or_init(Instant::now).elapsed()
}

/// Waits, for as long as nobody ends the process.
fn pause(time: Duration) -> bool {
    std::thread::sleep(time);
    true
}

/// All of standard input, unless it is more than anybody wants.
fn input() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(cli::MOST_INPUT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
