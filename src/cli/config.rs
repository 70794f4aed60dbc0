//! In: the name of a folder or file. Out: a new configuration file; what is configured for a file. Never a check.

use super::{CLEAN, Env, Shown, absolute, args, read_text, shortened, unless_closed};
use crate::config::{self, Config, FILE, Preset, Severity, TEMPLATE};
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
pub(super) fn print(file: &str, env: &Env, shown: &Shown, out: &mut dyn Write) -> Result<(), Error> {
    let whole = absolute(file, env);
    let rows = shown.texts.rules(Lang::En);
    let config = of_folder(parent(&whole).unwrap_or(&whole))?;
    let strict = config.preset() == Preset::Strict;
    let severity = |id: &str, base| Severity { base, preset: shown.texts.preset_level(id, strict) };
    let rules: Vec<(&str, Severity)> = rows.iter().map(|row| (row.id.as_str(), severity(&row.id, row.level))).collect();
    let text = config::show(&config, &whole, &rules, &|path| shortened(path, env));
    unless_closed(out.write_all(text.as_bytes()))
}

/// The language that the configuration of the first checked path asks for; one report is in one language.
pub(super) fn lang(path: &str, env: &Env) -> Result<Lang, Error> {
    let config = of_folder(&absolute(path, env))?;
    Ok(config.lang.map(|held| held.value).unwrap_or_default())
}

/// The configuration that holds in an absolute folder.
fn of_folder(folder: &str) -> Result<Config, Error> {
    config::of_program(folder, &read_text, &rules::ids())
}
