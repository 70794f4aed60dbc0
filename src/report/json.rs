//! In: a report. Out: one JSON object, whose shape is a promise to other programs. Never a type of another module: what is
//! written here is spelled out here.

use super::{Options, Report, Settled, Sources, certainty_name, level_name};
use crate::finding::{self, Route, Step};
use crate::settle::Places;
use crate::texts;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Root<'a> {
    version: u32,
    tool: Tool,
    findings: Vec<Finding<'a>>,
    notices: Vec<Notice<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule: &'a str,
    level: &'static str,
    certainty: &'static str,
    message: String,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    program: &'a str,
    clause: Option<Clause<'a>>,
    help: Option<String>,
    paths: Vec<Path<'a>>,
    fixes: Vec<Fix<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Clause<'a> {
    text: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Path<'a> {
    entry: &'a str,
    steps: Vec<PathStep<'a>>,
}

#[derive(Serialize)]
struct PathStep<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: String,
}

#[derive(Serialize)]
struct Fix<'a> {
    message: String,
    applicability: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edit<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    content: &'a str,
}

#[derive(Serialize)]
struct Notice<'a> {
    level: &'static str,
    message: String,
    file: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
    files_with_findings: usize,
    programs: usize,
    files: usize,
    bytes: u64,
    suppressed: usize,
    left_out: usize,
    fixable: usize,
    fixable_unsafe: usize,
    /// Null when nothing was to be fixed.
    fixed: Option<usize>,
}

/// Writes the object and a line end.
pub(super) fn write(report: &Report, sources: &dyn Sources, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(sources);
    let findings = report.findings().map(|(program, one)| finding(&program.name, one, options, &mut places)).collect();
    let notice = |notice: &'_ super::Notice| notice.say(options.texts, options.lang);
    let notices = report.notices.iter().map(|one| Notice {
        level: level_name(one.level),
        message: notice(one),
        file: one.file.as_deref(),
    });
    let counts = report.summary();
    let root = Root {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        findings,
        notices: notices.collect(),
        summary: Summary {
            errors: counts.errors,
            warnings: counts.warnings,
            infos: counts.infos,
            files_with_findings: counts.files_with_findings,
            programs: counts.programs,
            files: counts.files,
            bytes: counts.bytes,
            suppressed: counts.suppressed,
            left_out: counts.left_out,
            fixable: counts.fixable,
            fixable_unsafe: counts.fixable_unsafe,
            fixed: counts.fixed,
        },
    };
    serde_json::to_writer_pretty(&mut *out, &root)?;
    writeln!(out)
}

fn finding<'a>(program: &'a str, one: &'a Settled, options: &Options<'a>, places: &mut Places) -> Finding<'a> {
    let finding = &one.finding;
    Finding {
        rule: finding.rule,
        level: level_name(finding.level),
        certainty: certainty_name(finding.certainty),
        message: one.message(options.texts, options.lang),
        file: &finding.place.file,
        line: one.range.start.line,
        column: one.range.start.column,
        end_line: one.range.end.line,
        end_column: one.range.end.column,
        program,
        clause: options.texts.policy(finding.rule).map(|(text, url)| Clause { text, url }),
        help: one.help(options.texts, options.lang),
        paths: finding.routes.iter().map(|route| path(route, options, places)).collect(),
        fixes: finding.fixes.iter().map(|fix| self::fix(finding.rule, fix, options, places)).collect(),
        fingerprint: &one.fingerprint,
    }
}

fn fix<'a>(rule: &str, fix: &'a finding::Fix, options: &Options, places: &mut Places) -> Fix<'a> {
    let mut edit = |edit: &'a finding::Edit| {
        let range = places.range(&edit.place);
        Edit {
            file: &edit.place.file,
            line: range.start.line,
            column: range.start.column,
            end_line: range.end.line,
            end_column: range.end.column,
            content: &edit.text,
        }
    };
    Fix {
        message: texts::rule_message(options.texts, rule, &fix.message, options.lang),
        applicability: super::applicability(fix),
        edits: fix.edits.iter().map(&mut edit).collect(),
    }
}

fn path<'a>(route: &'a Route, options: &Options, places: &mut Places) -> Path<'a> {
    let mut step = |step: &'a Step| {
        let start = places.range(&step.place).start;
        let message = texts::word(options.texts, &step.message, options.lang);
        PathStep { file: &step.place.file, line: start.line, column: start.column, message }
    };
    Path { entry: &route.entry, steps: route.steps.iter().map(&mut step).collect() }
}
