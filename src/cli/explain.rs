//! In: a rule's id. Out: its page, laid out for the terminal.

use super::{CLEAN, Shown, args, known_rule, unless_closed};
use crate::error::Error;
use crate::report::write_page;
use std::io::Write;

/// Shows the page.
pub(super) fn run(args: &args::Explain, shown: &Shown, out: &mut dyn Write) -> Result<u8, Error> {
    known_rule(&args.rule, shown.texts)?;
    let page = shown.texts.page(&args.rule);
    let page = page.ok_or_else(|| Error::Knowledge {
        what: format!("page of rule `{}`", args.rule),
        reason: "it is missing".into(),
    })?;
    unless_closed(write_page(&args.rule, page, shown.lang, shown.color, shown.width, out))?;
    Ok(CLEAN)
}
