//! In: a report. Out: JUnit XML: a suite per program, a failed case per finding. Never an empty suite, which some readers
//! take for a broken run: a program without findings is one passed case.

use super::xml::escape;
use super::{Located, Options, ProgramReport, Report, level_name};
use std::io::{self, Write};

/// Writes the document.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let failures: usize = report.programs.iter().map(|program| program.findings.len()).sum();
    let tests: usize = report.programs.iter().map(|program| program.findings.len().max(1)).sum();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"consentry\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">")?;
    report.programs.iter().try_for_each(|program| suite(program, options, out))?;
    writeln!(out, "</testsuites>")
}

fn suite(program: &ProgramReport, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let (name, failures) = (escape(&program.name), program.findings.len());
    let tests = failures.max(1);
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"0\">"
    )?;
    if program.findings.is_empty() {
        writeln!(out, "    <testcase classname=\"{name}\" name=\"no findings\" time=\"0\"/>")?;
    }
    program.findings.iter().try_for_each(|one| case(one, options, out))?;
    writeln!(out, "  </testsuite>")
}

fn case(one: &Located, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let (file, start) = (escape(&one.finding.place.file), one.range.start);
    let message = one.message(options.texts, options.lang);
    let help = one.help(options.texts, options.lang).map(|help| format!("\n{help}")).unwrap_or_default();
    let (line, column, rule) = (start.line, start.column, one.finding.rule);
    writeln!(
        out,
        "    <testcase classname=\"{file}\" name=\"{rule} {line}:{column}\" file=\"{file}\" line=\"{line}\" time=\"0\">"
    )?;
    writeln!(
        out,
        "      <failure type=\"{}\" message=\"{}\">{file}:{line}:{column}: {rule} {}</failure>",
        level_name(one.finding.level),
        escape(&message),
        escape(&format!("{message}{help}"))
    )?;
    writeln!(out, "    </testcase>")
}
