//! In: a report. Out: reviewdog's diagnostic format: one JSON object. Its columns count bytes, unlike ours.

use super::{Located, Options, Report, Sources};
use crate::catalog;
use crate::finding::{Fix, Level, Place, Step};
use crate::locate::Places;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Root<'a> {
    source: Source,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "related_locations")]
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: At,
    end: At,
}

#[derive(Serialize)]
struct At {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: String,
    location: Location<'a>,
}

/// Writes the object and a line end.
pub(super) fn write(report: &Report, sources: &dyn Sources, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(sources);
    let diagnostics = report.findings().map(|(_, one)| diagnostic(one, options, &mut places)).collect();
    let source = Source { name: env!("CARGO_PKG_NAME"), url: super::HOME };
    serde_json::to_writer_pretty(super::logged::Logged::new(out), &Root { source, diagnostics })?;
    writeln!(out)
}

fn diagnostic<'a>(one: &'a Located, options: &Options<'a>, places: &mut Places) -> Diagnostic<'a> {
    let finding = &one.finding;
    // Reviewdog shows it as Markdown.
    let (message, help) = one.marked(options.texts, options.lang);
    // The format has no ways: the steps of the shortest one come first among the places that belong to it.
    let way = finding
        .witnesses
        .iter()
        .find(|witness| !witness.steps.is_empty())
        .into_iter()
        .flat_map(|witness| &witness.steps);
    Diagnostic {
        message: help.map_or(message.clone(), |help| format!("{message}\n{help}")),
        location: location(&finding.place, places),
        severity: match finding.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Info => "INFO",
        },
        code: Code { value: finding.rule, url: options.texts.policy(finding.rule).map(|(_, url)| url) },
        suggestions: finding.fixes.iter().filter_map(|fix| suggestion(fix, &finding.place, places)).collect(),
        related: way.chain(&finding.related).map(|step| related(step, options, places)).collect(),
    }
}

/// A fix as a suggestion, of which the format knows one kind: one edit in the file of the finding.
fn suggestion<'a>(fix: &'a Fix, place: &Place, places: &mut Places) -> Option<Suggestion<'a>> {
    match fix.edits.as_slice() {
        [edit] if edit.place.file == place.file => {
            Some(Suggestion { range: range(&edit.place, places), text: &edit.text })
        }
        _ => None,
    }
}

fn related<'a>(step: &'a Step, options: &Options, places: &mut Places) -> Related<'a> {
    Related {
        message: catalog::word(options.texts, &step.message.mapped(&|text| text.replace('`', "\u{2cb}")), options.lang),
        location: location(&step.place, places),
    }
}

fn location<'a>(place: &'a Place, places: &mut Places) -> Location<'a> {
    Location { path: &place.file, range: range(place, places) }
}

fn range(place: &Place, places: &mut Places) -> Range {
    let of = places.range(place);
    let file = places.file(&place.file);
    let at = |line: u32, offset: u32| {
        let start = file.as_ref().and_then(|file| file.lines.line_span(&file.text, line)).map_or(0, |span| span.start);
        let length = file.as_ref().map_or(0, |file| file.text.len() as u32);
        At { line, column: offset.min(length).saturating_sub(start) + 1 }
    };
    let end = place.span.end.max(place.span.start);
    Range { start: at(of.start.line, place.span.start), end: at(of.end.line, end) }
}
