//! In: the arguments of a check. Out: the check, again and again, each time a file has changed. Looks at the files' times and
//! sizes instead of asking the system to be told: that works on every disk, in containers and over networks.

use super::{CLEAN, Env, Shown, absolute, args, check, failed, unless_closed};
use crate::config;
use crate::discover::disk::{Disk, Stamp};
use crate::discover::path::{join, name, parent};
use crate::discover::{self, Files};
use crate::error::Error;
use crate::finding::Message;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

/// Between two looks, at least …
const PAUSE: Duration = Duration::from_millis(400);
/// … and this many times as long as a look takes, so that waiting costs next to nothing …
const REST: u32 = 20;
/// … but never longer, whatever a clock says.
const LONGEST: Duration = Duration::from_secs(10);
/// Clears the screen and what was scrolled off it.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// Checks until somebody ends it.
pub(super) fn run(
    args: &args::Check,
    env: &Env,
    shown: &Shown,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Error> {
    let mut seen: Option<BTreeMap<String, Stamp>> = None;
    let say =
        |key: &'static str, err: &mut dyn Write| unless_closed(writeln!(err, "{}", shown.say(&Message::new(key))));
    loop {
        let start = (env.clock)();
        let now = stamps(args, env);
        let look = (env.clock)().saturating_sub(start);
        if seen.as_ref() != Some(&now) {
            if env.out_is_terminal {
                unless_closed(out.write_all(CLEAR.as_bytes()).and_then(|()| out.flush()))?;
            }
            // Editors forget what they show at this line, and show what comes until the line after the check.
            if seen.replace(now).is_some() {
                say("notice-checking", err)?;
            }
            // A broken configuration is no reason to stop: it will be mended under our eyes.
            match check::once(args, env, shown, out, err) {
                Err(error @ Error::Interrupted { .. }) => return Err(error),
                Err(error) => _ = failed(&super::nearer(error, env), shown.lang, shown.err_color, env, err),
                Ok(_) => {}
            }
            unless_closed(out.flush())?;
            say("notice-watching", err)?;
        }
        if !(env.pause)((look * REST).clamp(PAUSE, LONGEST)) {
            return Ok(CLEAN);
        }
    }
}

/// Times and sizes of everything that a check may read: the files below what is checked and below the programs that hold it,
/// the configuration and the baseline.
fn stamps(args: &args::Check, env: &Env) -> BTreeMap<String, Stamp> {
    let here = [".".to_owned()];
    let given = if args.which.paths.is_empty() { &here[..] } else { &args.which.paths };
    let disk = Disk::around(&env.directory, given);
    let written: Vec<String> = args.output.iter().map(|output| absolute(&output.file, env)).collect();
    let mut stamps = BTreeMap::new();
    let mut look = |path: String| {
        // What the check itself writes must not set it off again.
        let stamp = disk.stamp(&path).filter(|_| !written.contains(&path));
        if let Some(stamp) = stamp {
            stamps.insert(path, stamp);
        }
    };
    for path in given {
        let whole = absolute(path, env);
        let folder = if disk.is_file(&whole) { parent(&whole).unwrap_or("/") } else { &whole };
        let files = disk.walk(program(&disk, folder)).files.into_iter();
        files.filter(|file| discover::is_source(file) || name(file) == config::FILE).for_each(&mut look);
        let mut above = Some(folder);
        while let Some(folder) = above {
            look(join(folder, config::FILE));
            above = parent(folder);
        }
    }
    for named in [&args.configured.config, &args.baseline].into_iter().flatten() {
        look(absolute(named, env));
    }
    stamps
}

/// The folder of the innermost program around `folder`, or the folder itself.
fn program<'a>(disk: &Disk, folder: &'a str) -> &'a str {
    let mut above = Some(folder);
    while let Some(here) = above {
        if disk.is_file(&join(here, "app.json")) {
            return here;
        }
        above = parent(here);
    }
    folder
}
