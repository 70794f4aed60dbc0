//! In: the name of a folder or file. Out: a new configuration file; what is configured for a file. Never a check.

use super::{CLEAN, Env, Shown, absolute, args, read_text, shortened, unless_closed};
use crate::config::{self, Config, FILE, Preset, Severity, Source, TEMPLATE};
use crate::discover::path::parent;
use crate::error::Error;
use crate::rules;
use crate::texts::Lang;
use std::io::{ErrorKind, Write};

/// Writes the configuration, unless there is one.
pub(super) fn init(args: &args::Init, env: &Env, out: &mut dyn Write) -> Result<u8, Error> {
    let file = args.folder.as_deref().map_or_else(|| FILE.to_owned(), |folder| format!("{folder}/{FILE}"));
    crate::write::new(&env.directory.join(&file), TEMPLATE.as_bytes()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Exists { path: file.clone() },
        _ => Error::Unwritable { path: file.clone(), reason: error.to_string() },
    })?;
    unless_closed(writeln!(out, "wrote {file}"))?;
    Ok(CLEAN)
}

/// Shows what holds for `file`.
pub(super) fn print(file: &str, source: &Source, env: &Env, shown: &Shown, out: &mut dyn Write) -> Result<(), Error> {
    let whole = absolute(file, env);
    let rows = shown.texts.rules(Lang::En);
    let config = of_folder(parent(&whole).unwrap_or(&whole), source)?;
    let strict = config.preset() == Preset::Strict;
    let severity = |id: &str, base| Severity { base, preset: shown.texts.preset_level(id, strict) };
    let rules: Vec<(&str, Severity)> = rows.iter().map(|row| (row.id.as_str(), severity(&row.id, row.level))).collect();
    let text = config::show(&config, &whole, &rules, &|path| shortened(path, env));
    unless_closed(out.write_all(text.as_bytes()))
}

/// The language of a report: as the flag says, else the configuration of the first checked path (one report is in one
/// language), else the surroundings.
pub(super) fn lang(flag: Option<args::LangArg>, path: &str, source: &Source, env: &Env) -> Result<Lang, Error> {
    if let Some(lang) = flag {
        return Ok(lang.into());
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
    config::of_program(folder, source, &read_text, &rules::ids())
}
