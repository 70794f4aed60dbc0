//! In: a report. Out: how many findings each rule has, the most first, as a table or as JSON. Never the findings themselves.

use super::page::NARROWEST;
use super::pen::Pen;
use super::wrap::{clean, wrap};
use super::{Format, Options, Report, level_name};
use crate::finding::Level;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Serialize)]
struct Row<'a> {
    rule: &'a str,
    count: usize,
    level: &'static str,
    title: String,
}

/// Writes the counts: as JSON when that is the format, else as a table.
///
/// # Errors
/// Only those of `out`.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, (usize, Level)> = BTreeMap::new();
    for (_, one) in report.findings() {
        let (count, level) = counts.entry(one.finding.rule).or_insert((0, Level::Info));
        *count += 1;
        *level = (*level).max(one.finding.level);
    }
    let rules = options.texts.rules(options.lang);
    let title = |id: &str| rules.iter().find(|row| row.id == id).map(|row| row.title.clone()).unwrap_or_default();
    let mut counts: Vec<(&str, usize, Level)> =
        counts.into_iter().map(|(rule, (count, level))| (rule, count, level)).collect();
    counts.sort_by_key(|(rule, count, _)| (std::cmp::Reverse(*count), *rule));
    if options.format == Format::Json {
        let rows: Vec<Row> = counts
            .iter()
            .map(|&(rule, count, level)| Row { rule, count, level: level_name(level), title: title(rule) })
            .collect();
        serde_json::to_writer_pretty(super::logged::Logged::new(out), &rows)?;
        return writeln!(out);
    }
    let pen = Pen::of(options);
    let widest: usize = counts.iter().map(|(rule, ..)| rule.len()).max().unwrap_or(0);
    let indent = widest + 18;
    let rest = " ".repeat(indent);
    for (rule, count, level) in &counts {
        let name = format!("{:<7}", level_name(*level));
        let pad = " ".repeat(widest - rule.len());
        let begin = format!("{count:>5}  {}  {}{pad}  ", pen.level(*level, &name), pen.bold(rule));
        let title = clean(&title(rule));
        // A pipe gets one line per rule.
        let room = if options.took.is_some() { pen.columns.saturating_sub(indent) } else { usize::MAX };
        if room < NARROWEST {
            writeln!(out, "{}", begin.trim_end())?;
            wrap(&title, pen.columns - 7).iter().try_for_each(|line| writeln!(out, "       {line}"))?;
            continue;
        }
        for (index, line) in wrap(&title, room).iter().enumerate() {
            let begin = if index == 0 { &begin } else { &rest };
            writeln!(out, "{begin}{line}")?;
        }
    }
    if options.quiet {
        return Ok(());
    }
    super::pretty::write_summary(&report.summary(), options, out)
}
