//! In: a report. Out: GitLab's code quality report: one JSON array. Never two entries with one fingerprint: GitLab would
//! drop one of them.

use super::{Options, Report};
use crate::finding::Level;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes the array and a line end.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let issues: Vec<Issue> = report
        .findings()
        .map(|(_, one)| {
            // Two programs may hold the same code, and then the same fingerprint.
            let count = seen.entry(&one.fingerprint).or_insert(0);
            *count += 1;
            let fingerprint =
                if *count == 1 { one.fingerprint.clone() } else { format!("{}-{count}", one.fingerprint) };
            let file = one.finding.place.file.as_str();
            Issue {
                description: one.message(options.texts, options.lang),
                check_name: one.finding.rule,
                fingerprint,
                severity: match one.finding.level {
                    Level::Error => "major",
                    Level::Warning => "minor",
                    Level::Info => "info",
                },
                location: Location {
                    path: file.strip_prefix("./").unwrap_or(file),
                    lines: Lines { begin: one.range.start.line, end: one.range.end.line },
                },
            }
        })
        .collect();
    serde_json::to_writer_pretty(super::logged::Logged::new(out), &issues)?;
    writeln!(out)
}
