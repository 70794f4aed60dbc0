//! In: a report. Out: workflow commands, one line per finding, which GitHub Actions shows at the lines of a change.
//! Never more than one line per finding: a line break would end the command.

use super::{Options, Report, clean};
use crate::finding::Level;
use std::io::{self, Write};

/// Writes the commands.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for (_, one) in report.findings() {
        let command = match one.finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        let (start, end) = (one.range.start, one.range.end);
        write!(out, "::{command} file={},line={}", property(&one.finding.place.file), start.line)?;
        // Columns of an annotation over several lines would be refused.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        } else {
            write!(out, ",endLine={}", end.line)?;
        }
        let mut message = one.message(options.texts, options.lang);
        if let Some(help) = one.help(options.texts, options.lang) {
            message = format!("{message}\n{help}");
        }
        writeln!(out, ",title={}::{}", property(one.finding.rule), data(&message))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(clean).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
