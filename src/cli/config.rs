//! In: the name of a folder or file. Out: a new configuration file; what is configured for a file. Never a check.

use super::{CLEAN, Env, Shown, absolute, args, shortened, unless_closed};
use crate::catalog::Lang;
use crate::config::{self, Around, Config, FILE, Preset, Severity, Source};
use crate::discover;
use crate::discover::disk::Disk;
use crate::discover::path::parent;
use crate::error::Error;
use crate::message::{Message, Value};
use crate::rules;
use crate::write;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};

/// Writes the configuration, unless there is one.
pub(super) fn init(args: &args::Init, env: &Env, shown: &Shown, out: &mut dyn Write) -> Result<u8, Error> {
    let file = args.folder.as_deref().map_or_else(|| FILE.to_owned(), |folder| format!("{folder}/{FILE}"));
    let text = config::template(shown.lang);
    let path = env.directory.join(&file);
    if discover::fence::leads_out(&env.directory, &path) {
        return Err(Error::Unwritable {
            path: file,
            reason: Value::of_system(&discover::outside(discover::Reach::Linked)),
        });
    }
    let written = write::new(&path, text.as_bytes(), &env.interrupts);
    env.end_if_interrupted()?;
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Exists { path: file.clone() },
        _ => Error::Unwritable { path: file.clone(), reason: Value::of_system(&error) },
    })?;
    unless_closed(writeln!(out, "{}", shown.say(&Message::new("said-written").with("file", &file))))?;
    Ok(CLEAN)
}

/// Shows what holds for `file`.
pub(super) fn print(
    file: &str,
    check: &args::Check,
    source: &Source,
    env: &Env,
    shown: &Shown,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let whole = absolute(file, env);
    let rows = shown.texts.rules(Lang::En);
    let config = of_folder(parent(&whole).unwrap_or(&whole), source)?;
    let strict = check.preset.map_or(config.preset(), Into::into) == Preset::Strict;
    let severity = |id: &str, base| Severity { base, preset: shown.texts.preset_level(id, strict) };
    let rules: Vec<(&str, Severity)> = rows.iter().map(|row| (row.id.as_str(), severity(&row.id, row.level))).collect();
    let around = Around {
        source,
        flags: &flags(check, shown),
        lang: env.lang,
        name: &|path| shortened(path, env),
        say: &|message| shown.say(message),
    };
    unless_closed(out.write_all(config::show(&config, &whole, &rules, &around).as_bytes()))
}

/// The keys of a configuration that flags have values for.
fn flags(check: &args::Check, shown: &Shown) -> BTreeMap<&'static str, String> {
    let lang = shown.asked.map(|lang| if lang == Lang::Zh { "zh".to_owned() } else { "en".to_owned() });
    let values = [
        ("platform", check.platform.clone()),
        ("preset", args::word(check.preset)),
        ("fail-on", args::word(check.fail_on)),
        ("fail-on-incomplete", check.fail_on_incomplete.then(|| "yes".to_owned())),
        ("min-certainty", args::word(check.min_certainty)),
        ("lang", lang),
    ];
    values.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// The language of a report: as the flag says, else the configuration of the first checked path (one report is in one
/// language), else the surroundings.
pub(super) fn lang(asked: Option<Lang>, path: &str, source: &Source, env: &Env) -> Result<Lang, Error> {
    if let Some(lang) = asked {
        return Ok(lang);
    }
    let config = of_folder(&absolute(path, env), source)?;
    Ok(config.lang.map_or(env.lang, |held| held.value))
}

/// Where the configuration comes from.
pub(super) fn source(args: &args::Configured, env: &Env) -> Source {
    match (&args.config, args.no_config) {
        (Some(file), _) => Source::File { file: absolute(file, env), folder: absolute("", env) },
        (None, true) => Source::Nothing,
        (None, false) => Source::Nearest,
    }
}

/// The configuration that holds in an absolute folder.
fn of_folder(folder: &str, source: &Source) -> Result<Config, Error> {
    let disk = Disk::around(folder, &[]);
    let read = |path: &str, by: Option<&str>| discover::config_text(&disk, path, by);
    config::of_program(folder, source, &read, &rules::ids())
}
