//! In: a report. Out: one JSON object, whose shape is a promise to other programs. Never a type of another module: what is
//! written here is spelled out here.

use super::{Acceptance, Located, Options, Report, Sources, certainty_name, level_name};
use crate::catalog;
use crate::finding::{self, Step, Witness};
use crate::locate::Places;
use serde::Serialize;
use std::io::{self, Write};

/// The report. `rules/report.schema.json` is its schema; a field may come, none goes or changes without a new `version`.
#[derive(Serialize)]
struct Root<'a> {
    /// Of this shape: 1.
    version: u32,
    tool: Tool,
    /// What is held against the programs, in order of program, file, line, column and rule.
    findings: Vec<Finding<'a>>,
    /// What comments or the baseline accept, in the same order.
    suppressed: Vec<Suppressed<'a>>,
    notices: Vec<Notice<'a>>,
    /// How much of each program was judged, in the order of the programs.
    coverage: Vec<Coverage<'a>>,
    summary: Summary,
}

/// How much of a program was judged.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Coverage<'a> {
    /// The folder of the program.
    program: &'a str,
    /// Whether it could be judged at all; a notice says why not.
    judged: bool,
    /// Whether nothing is missing.
    complete: bool,
    /// Pages, and those of which something was run.
    pages: Part,
    /// Components, likewise.
    components: Part,
    /// Hooks and handlers of events that were run.
    hooks: usize,
    handlers: usize,
    /// Requests that are written, and those to which something leads.
    requests: Part,
    /// Authorization buttons that are written, and those that something shows.
    buttons: Part,
    /// The requests to which nothing known leads.
    unreached_requests: Vec<Spot<'a>>,
    /// The buttons that nothing known shows.
    unreached_buttons: Vec<Spot<'a>>,
    /// Packages and plugins that are used and are not there to read.
    absent_packages: Vec<&'a str>,
    /// Files that are named and are not there.
    absent_files: Vec<Absent<'a>>,
    /// Files that could not be read or understood.
    unread_files: Vec<&'a str>,
    /// Bounds that the search met.
    limits: Vec<Limit<'a>>,
}

#[derive(Serialize)]
struct Part {
    known: usize,
    met: usize,
}

#[derive(Serialize)]
struct Spot<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Absent<'a> {
    /// As it is written.
    path: &'a str,
    /// The file that names it.
    from: &'a str,
}

#[derive(Serialize)]
struct Limit<'a> {
    /// Which bound.
    kind: &'a str,
    /// Where it was met: a file, a page or component, or the file that cost most; null for the program as a whole.
    file: Option<&'a str>,
    /// The line of the function, where it is one's.
    line: Option<u32>,
    /// The key of `[budget]` that raises it; null where there is none.
    setting: Option<&'a str>,
    /// Whether something may be missing because of it; otherwise things were only looked at together.
    cuts: bool,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// Lines and columns begin at 1, columns count characters, and an end is one past the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    /// The rule's id.
    rule: &'a str,
    /// `error`, `warning` or `info`.
    level: &'static str,
    /// `certain`, `likely` or `possible`.
    certainty: &'static str,
    /// What is wrong, in the language asked for.
    message: String,
    /// From the folder the tool was started in, with `/`.
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    /// The folder of the program.
    program: &'a str,
    /// The published clause that the rule guards; null where it guards none.
    clause: Option<Clause<'a>>,
    /// What to do.
    help: Option<String>,
    /// The ways that lead there, shortest first; empty when the place speaks for itself.
    paths: Vec<Path<'a>>,
    /// How many more ways there are.
    paths_left_out: usize,
    /// Other places that belong to it: the other button, the second request, the declaration.
    related: Vec<PathStep<'a>>,
    /// How to mend it, in the order of preference.
    fixes: Vec<Fix<'a>>,
    /// Says which finding it is, wherever its lines and files move; of its own for each finding of a program.
    fingerprint: &'a str,
}

/// A finding, and who accepts it.
#[derive(Serialize)]
struct Suppressed<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    suppression: Suppression<'a>,
}

#[derive(Serialize)]
struct Suppression<'a> {
    /// `comment` or `baseline`.
    kind: &'static str,
    /// The reason that the comment gives.
    reason: Option<&'a str>,
    /// The line of the comment, in the finding's file.
    line: Option<u32>,
}

/// A sentence of the policy in our words, and where it is published.
#[derive(Serialize)]
struct Clause<'a> {
    text: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Path<'a> {
    /// What starts it, such as `App.onLaunch`.
    entry: &'a str,
    /// From the entry to the place of the finding.
    steps: Vec<PathStep<'a>>,
}

#[derive(Serialize)]
struct PathStep<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    /// What happens there.
    message: String,
}

#[derive(Serialize)]
struct Fix<'a> {
    /// What it does.
    message: String,
    /// `safe`, or `unsafe` where a person must look.
    applicability: &'static str,
    /// They do not overlap, and belong together.
    edits: Vec<Edit<'a>>,
}

/// What stands there is replaced by the content.
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

/// Something to know that is no finding. One of level `error` says that a part of the work could not be done (exit code 2).
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
    /// Files and bytes that were read.
    files: usize,
    bytes: u64,
    suppressed: usize,
    /// Findings that `--max-findings` left out.
    left_out: usize,
    /// Findings with a fix that the given flags would apply.
    fixable: usize,
    /// Findings that only `--unsafe-fixes` would mend.
    fixable_unsafe: usize,
    /// Findings that were mended; null when nothing was to be fixed.
    fixed: Option<usize>,
}

/// Writes the object and a line end.
pub(super) fn write(report: &Report, sources: &dyn Sources, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut places = Places::new(sources);
    let findings = report.findings().map(|(program, one)| finding(&program.name, one, options, &mut places)).collect();
    let programs = report.programs.iter();
    let suppressed = programs.flat_map(|program| program.suppressed.iter().map(move |one| (program, one)));
    let suppressed =
        suppressed.map(|(program, one)| suppressed_finding(&program.name, one, options, &mut places)).collect();
    let notice = |notice: &'_ super::Notice| notice.say(options.texts, options.lang);
    let notices = report.notices.iter().map(|one| Notice {
        level: level_name(one.level),
        message: notice(one),
        file: one.file.as_deref(),
    });
    let coverage = report.programs.iter().map(|program| coverage(program, &mut places)).collect();
    let counts = report.summary();
    let root = Root {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        findings,
        suppressed,
        notices: notices.collect(),
        coverage,
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
    serde_json::to_writer_pretty(super::logged::Logged::new(out), &root)?;
    writeln!(out)
}

fn coverage<'a>(program: &'a super::ProgramReport, places: &mut Places) -> Coverage<'a> {
    let found = &program.coverage;
    let part = |part: crate::app::Part| Part { known: part.known, met: part.met };
    let mut spot = |place: &'a finding::Place| {
        let start = places.range(place).start;
        Spot { file: &place.file, line: start.line, column: start.column }
    };
    let unreached_requests = found.unreached_requests.iter().map(&mut spot).collect();
    let unreached_buttons = found.unreached_buttons.iter().map(&mut spot).collect();
    let limits = found.limits.iter().map(|limit| Limit {
        kind: limit.kind,
        file: limit.file.as_deref(),
        line: limit.place.as_ref().map(|place| places.range(place).start.line),
        setting: limit.setting,
        cuts: limit.cuts,
    });
    Coverage {
        program: &program.name,
        judged: program.unjudged.is_none(),
        complete: program.unjudged.is_none() && found.is_complete(),
        pages: part(found.pages),
        components: part(found.components),
        hooks: found.hooks,
        handlers: found.handlers,
        requests: part(found.requests),
        buttons: part(found.buttons),
        unreached_requests,
        unreached_buttons,
        absent_packages: found.absent_packages.iter().map(String::as_str).collect(),
        absent_files: found.absent_files.iter().map(|(path, from)| Absent { path, from }).collect(),
        unread_files: found.unread_files.iter().map(String::as_str).collect(),
        limits: limits.collect(),
    }
}

fn finding<'a>(program: &'a str, one: &'a Located, options: &Options<'a>, places: &mut Places) -> Finding<'a> {
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
        related: finding.related.iter().map(|step| path_step(step, options, places)).collect(),
        paths_left_out: one.witnesses_left_out,
        paths: finding.witnesses.iter().map(|witness| path(witness, options, places)).collect(),
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
        message: catalog::rule_message(options.texts, rule, &fix.message, options.lang),
        applicability: super::applicability(fix),
        edits: fix.edits.iter().map(&mut edit).collect(),
    }
}

fn suppressed_finding<'a>(
    program: &'a str,
    one: &'a super::Suppressed,
    options: &Options<'a>,
    places: &mut Places,
) -> Suppressed<'a> {
    let suppression = match &one.by {
        Acceptance::Comment { reason, place } => {
            let line = Some(places.range(place).start.line);
            Suppression { kind: "comment", reason: reason.as_deref(), line }
        }
        Acceptance::Baseline => Suppression { kind: "baseline", reason: None, line: None },
    };
    Suppressed { finding: finding(program, &one.located, options, places), suppression }
}

fn path<'a>(witness: &'a Witness, options: &Options, places: &mut Places) -> Path<'a> {
    Path { entry: &witness.entry, steps: witness.steps.iter().map(|step| path_step(step, options, places)).collect() }
}

fn path_step<'a>(step: &'a Step, options: &Options, places: &mut Places) -> PathStep<'a> {
    let start = places.range(&step.place).start;
    let message = catalog::word(options.texts, &step.message, options.lang);
    PathStep { file: &step.place.file, line: start.line, column: start.column, message }
}
