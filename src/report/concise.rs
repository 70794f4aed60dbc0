//! In: a report. Out: one line per finding, `path:line:col: level rule message`. Never more than one line per finding.

use super::{Options, Report, level_name, wrap};
use std::io::{self, Write};

/// Writes the lines.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for (_, one) in report.findings() {
        let (finding, start) = (&one.finding, one.range.start);
        let (file, level) = (wrap::clean(&wrap::lead_path(&finding.place.file)), level_name(finding.level));
        let message = wrap::clean(&one.message(options.texts, options.lang));
        writeln!(out, "{file}:{}:{}: {level} {} {message}", start.line, start.column, finding.rule)?;
    }
    Ok(())
}
