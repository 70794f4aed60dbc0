//! In: the name of a shell, or the wish for a manual. Out: a completion script or a manual page, made from the same command line
//! that is parsed.

use super::{CLEAN, Shown, args, unless_closed};
use crate::error::Error;
use std::io::Write;

/// Writes a completion script.
pub(super) fn completions(args: &args::Completions, shown: &Shown, out: &mut dyn Write) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args::command(shown.lang), "consentry", &mut script);
    unless_closed(out.write_all(&script))?;
    Ok(CLEAN)
}

/// Writes the manual page: the tool and each of its commands.
pub(super) fn manual(shown: &Shown, out: &mut dyn Write) -> Result<u8, Error> {
    let mut page = Vec::new();
    let command = args::command(shown.lang);
    let manual = clap_mangen::Man::new(command.clone()).section("1").date("").source("consentry");
    manual.render(&mut page)?;
    for part in command.get_subcommands().filter(|part| !part.is_hide_set()) {
        let name = format!("consentry {}", part.get_name());
        let part = clap_mangen::Man::new(part.clone().bin_name(&name).display_name(&name));
        part.render_synopsis_section(&mut page)?;
        part.render_description_section(&mut page)?;
        part.render_options_section(&mut page)?;
    }
    unless_closed(out.write_all(&page))?;
    Ok(CLEAN)
}
