//! In: a report. Out: Checkstyle XML: findings by file. Never anything Checkstyle has no place for.

use super::xml::escape;
use super::{Options, Report, level_name};
use std::io::{self, Write};

/// Writes the document.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">")?;
    let mut open: Option<&str> = None;
    for (_, one) in report.findings() {
        let file = one.finding.place.file.as_str();
        if open != Some(file) {
            if open.is_some() {
                writeln!(out, "  </file>")?;
            }
            writeln!(out, "  <file name=\"{}\">", escape(file))?;
            open = Some(file);
        }
        let message = one.message(options.texts, options.lang);
        writeln!(
            out,
            "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"consentry.{}\"/>",
            one.range.start.line,
            one.range.start.column,
            level_name(one.finding.level),
            escape(&message),
            escape(one.finding.rule)
        )?;
    }
    if open.is_some() {
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}
