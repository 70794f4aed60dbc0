//! In: a report. Out: one SARIF 2.1.0 log: rules with their pages, results with the ways that lead to them, fixes, and what
//! was suppressed. Never a time or an absolute path of this machine: the same report gives the same bytes.

mod log;

use super::{Acceptance, Located, Notice, Options, ProgramReport, Report, Sources, certainty_name, page, phrases, uri};
use crate::catalog::{self, RuleRow};
use crate::finding::{Fix, Level, Place, Step, Witness};
use crate::locate::Places;
use crate::rule_doc::FixKind;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Columns of a rule's page in plain text.
const PAGE_WIDTH: usize = 100;
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to; the name GitHub and others know.
const BASE: &str = "%SRCROOT%";

/// Writes the log and a line end.
pub(super) fn write(report: &Report, sources: &dyn Sources, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let rules = rules_of(report, options);
    let mut writer = Results { rules: &rules, options, places: Places::new(sources), all: Vec::new() };
    let any_suppressed = report.programs.iter().any(|program| !program.suppressed.is_empty());
    for program in &report.programs {
        for one in &program.findings {
            writer.add(program, one, any_suppressed.then(Vec::new));
        }
        for one in &program.suppressed {
            let suppression = suppression(&one.by, &mut writer.places);
            writer.add(program, &one.located, Some(vec![suppression]));
        }
    }
    let run = log::Run {
        tool: log::Tool { driver: driver(&rules, options) },
        invocations: vec![log::Invocation {
            execution_successful: !report.incomplete() && !report.unjudged() && !report.has_gaps(false),
            tool_execution_notifications: report.notices.iter().map(|one| notification(one, options)).collect(),
        }],
        original_uri_base_ids: BTreeMap::from([(
            BASE,
            log::Described { description: text("the folder the tool was started in") },
        )]),
        column_kind: "unicodeCodePoints",
        results: writer.all,
    };
    let log = log::Log { schema: SCHEMA, version: "2.1.0", runs: vec![run] };
    serde_json::to_writer_pretty(super::logged::Logged::new(out), &log)?;
    writeln!(out)
}

/// The rules that found something, in the order of the list; a rule that the list lacks follows by name.
fn rules_of(report: &Report, options: &Options) -> Vec<RuleRow> {
    let suppressed = report.programs.iter().flat_map(|program| program.suppressed.iter().map(|one| &one.located));
    let used: BTreeMap<&str, Level> = report
        .findings()
        .map(|(_, one)| one)
        .chain(suppressed)
        .map(|one| (one.finding.rule, one.finding.level))
        .collect();
    let mut rules = options.texts.rules(options.lang);
    rules.retain(|rule| used.contains_key(rule.id.as_str()));
    for (id, level) in used {
        if !rules.iter().any(|rule| rule.id == id) {
            let words = id.replace('-', " ");
            rules.push(RuleRow {
                id: id.to_owned(),
                level,
                presets: [Some(level); 2],
                fix: FixKind::None,
                title: words.clone(),
                summary: words,
            });
        }
    }
    rules
}

fn driver<'a>(rules: &'a [RuleRow], options: &Options<'a>) -> log::Driver<'a> {
    log::Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: super::HOME,
        rules: rules.iter().map(|rule| descriptor(rule, options)).collect(),
    }
}

fn descriptor<'a>(rule: &'a RuleRow, options: &Options<'a>) -> log::Descriptor<'a> {
    let help = options.texts.page(&rule.id).map(|page| {
        let mut plain = Vec::new();
        // A vector takes everything.
        let _ = page::write(&rule.id, page, options.lang, false, PAGE_WIDTH, &mut plain);
        log::Help { text: String::from_utf8_lossy(&plain).into_owned(), markdown: page::body(page).to_owned() }
    });
    log::Descriptor {
        id: &rule.id,
        name: rule.id.split('-').map(capitalised).collect(),
        short_description: text(&rule.title),
        full_description: text(&rule.summary),
        help,
        help_uri: options.texts.policy(&rule.id).map(|(_, url)| url),
        default_configuration: log::Configuration { level: level(rule.level) },
        properties: log::RuleProperties { tags: ["consent", "privacy"] },
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn notification(notice: &Notice, options: &Options) -> log::Notification {
    let location = notice.file.as_deref().map(|file| log::Location {
        physical_location: log::Physical { artifact_location: artifact(file), region: None },
        message: None,
    });
    log::Notification {
        level: level(notice.level),
        message: text(&notice.say(options.texts, options.lang)),
        locations: location.into_iter().collect(),
    }
}

fn suppression(by: &Acceptance, places: &mut Places) -> log::Suppression {
    match by {
        Acceptance::Comment { reason, place } => log::Suppression {
            kind: "inSource",
            justification: reason.clone(),
            location: Some(location(place, None, places)),
        },
        Acceptance::Baseline => {
            log::Suppression { kind: "external", justification: Some("listed in the baseline".into()), location: None }
        }
    }
}

/// The results of a run as they are gathered.
struct Results<'a, 'o> {
    rules: &'a [RuleRow],
    options: &'a Options<'o>,
    places: Places<'a>,
    all: Vec<log::Outcome<'a>>,
}

impl<'a> Results<'a, '_> {
    fn add(&mut self, program: &'a ProgramReport, one: &'a Located, suppressions: Option<Vec<log::Suppression>>) {
        let (options, finding) = (self.options, &one.finding);
        let rule_index = self.rules.iter().position(|rule| rule.id == finding.rule).unwrap_or(0);
        let flows = finding.witnesses.iter().filter(|witness| !witness.steps.is_empty());
        let outcome = log::Outcome {
            rule_id: finding.rule,
            rule_index,
            level: level(finding.level),
            message: text(&one.message(options.texts, options.lang)),
            locations: vec![location(&finding.place, None, &mut self.places)],
            related_locations: finding.related.iter().map(|step| self.places.step(step, options)).collect(),
            code_flows: flows.map(|witness| self.places.flow(witness, options)).collect(),
            partial_fingerprints: log::Prints { own: &one.fingerprint, line: &one.fingerprint },
            suppressions,
            fixes: finding.fixes.iter().map(|fix| self.places.fix(one, fix, options)).collect(),
            properties: log::Properties {
                certainty: certainty_name(finding.certainty),
                program: &program.name,
                help: one.help(options.texts, options.lang),
            },
        };
        self.all.push(outcome);
    }
}

/// What needs lines and columns.
impl Places<'_> {
    fn step(&mut self, step: &Step, options: &Options) -> log::Location {
        let words = catalog::word(options.texts, &step.message, options.lang);
        location(&step.place, Some(words), self)
    }

    fn flow(&mut self, witness: &Witness, options: &Options) -> log::CodeFlow {
        let locations = witness.steps.iter().map(|step| log::FlowLocation { location: self.step(step, options) });
        log::CodeFlow {
            message: text(&phrases::starts_at(&witness.entry, witness.steps.len(), options.lang)),
            thread_flows: vec![log::ThreadFlow { locations: locations.collect() }],
        }
    }

    fn fix(&mut self, one: &Located, fix: &Fix, options: &Options) -> log::Fix {
        let mut changes: Vec<log::Change> = Vec::new();
        for edit in &fix.edits {
            let replacement = log::Replacement {
                deleted_region: region(&edit.place, self),
                inserted_content: (!edit.text.is_empty()).then(|| text(&edit.text)),
            };
            let artifact = artifact(&edit.place.file);
            match changes.iter_mut().find(|change| change.artifact_location.uri == artifact.uri) {
                Some(change) => change.replacements.push(replacement),
                None => {
                    changes.push(log::Change { artifact_location: artifact, replacements: vec![replacement] });
                }
            }
        }
        let words = catalog::rule_message(options.texts, one.finding.rule, &fix.message, options.lang);
        let properties = log::FixProperties { applicability: super::applicability(fix) };
        log::Fix { description: text(&words), artifact_changes: changes, properties }
    }
}

fn text(text: &str) -> log::Text {
    // The format knows no empty message.
    log::Text { text: if text.is_empty() { " ".into() } else { text.to_owned() } }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn artifact(file: &str) -> log::Artifact {
    let uri = uri::of(file);
    let base = !uri.starts_with("file:");
    log::Artifact { uri, uri_base_id: base.then_some(BASE) }
}

fn location(place: &Place, words: Option<String>, places: &mut Places) -> log::Location {
    let region = Some(region(place, places));
    log::Location {
        physical_location: log::Physical { artifact_location: artifact(&place.file), region },
        message: words.map(|words| text(&words)),
    }
}

fn region(place: &Place, places: &mut Places) -> log::Region {
    let range = places.range(place);
    log::Region {
        start_line: range.start.line,
        start_column: range.start.column,
        end_line: range.end.line,
        end_column: range.end.column,
    }
}
