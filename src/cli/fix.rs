//! In: the arguments of `check` that speak about fixes. Out: a check, with fixes applied before where that is asked for, and what
//! they change.

use super::view::View;
use super::{CLEAN, FAILED, FOUND, args};
use crate::error::Error;
use crate::report::Report;
use crate::session::{self, Change, CheckOptions, Checked, Disposal, Mend, Mended};
use crate::write::Interrupts;

/// Checks; mends before or pretends to, where that is asked for.
pub(super) fn checked(
    fixes: args::Fixes,
    view: &View,
    options: &CheckOptions,
    interrupts: &Interrupts,
) -> Result<(Checked, Vec<Change>), Error> {
    if !fixes.fix && !fixes.diff {
        let mut checked = session::check_files(view.files, &view.paths, options)?;
        checked.report.mending.unsafe_too = fixes.unsafe_fixes;
        return Ok((checked, Vec::new()));
    }
    let disposal = if fixes.diff { Disposal::Show } else { Disposal::Write(interrupts) };
    let how = Mend { unsafe_too: fixes.unsafe_fixes, disposal, only: None };
    let Mended { checked, changes } = session::mend_files(view.files, &view.paths, options, &how)?;
    Ok((checked, changes))
}

/// The exit code where changes are shown and not made.
pub(super) fn exit_code(report: &Report, changes: &[Change]) -> u8 {
    match (report.incomplete(), changes.is_empty()) {
        (true, _) => FAILED,
        (false, true) if report.unjudged() => FAILED,
        (false, true) => CLEAN,
        (false, false) => FOUND,
    }
}
