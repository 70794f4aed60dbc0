//! In: one made-up report that has everything a report can have. Out: whether each format for machines holds it. The
//! outputs are left in the target folder, where `.ci/formats` checks them.

use consentry::app::{Coverage, Limit};
use consentry::catalog::{Catalog, Lang, RuleRow};
use consentry::finding::{Certainty, Edit, Finding, Fix, Level, Message, Place, Step, Witness};
use consentry::locate::{Filter, Located, Sources, locate};
use consentry::report::{Acceptance, Format, Notice, Options, ProgramReport, Report, Suppressed, write};
use consentry::rule_doc::FixKind;
use consentry::text::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

const PAGE: &str = "+++\nid = \"launch-prompt\"\n+++\n\nNever ask at launch.\n\n## Why\nBecause `<b>`.\n";
const SCRIPT: &str = "App({\n  onLaunch() { login(); },\n});\n/* 中𐐀 */ my.getAuthCode({});\n";
const FILE: &str = "程序 a/app#1,%:x.js";

struct Fake;

impl Catalog for Fake {
    fn message(&self, _: &str, key: &str, _: Lang) -> Option<&str> {
        match key {
            "asks" => Some("`{api}` asks <now> | \"first\"\nat 100%"),
            "remove" => Some("remove the call"),
            "help" => Some("ask later & gently"),
            _ => None,
        }
    }
    fn word(&self, _: &str, _: Lang) -> Option<&str> {
        Some("calls it")
    }
    fn policy(&self, _: &str) -> Option<(&str, &str)> {
        Some(("clause", "https://example.org/policy"))
    }
    fn page(&self, rule: &str) -> Option<&str> {
        (rule == "launch-prompt").then_some(PAGE)
    }
    fn rules(&self, _: Lang) -> Vec<RuleRow> {
        ["missing-fail", "launch-prompt", "unused"]
            .map(|id| RuleRow {
                id: id.into(),
                level: Level::Error,
                presets: [Some(Level::Error); 2],
                fix: FixKind::None,
                title: "title".into(),
                summary: "All.".into(),
            })
            .into()
    }
}

impl Sources for Fake {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        (file == FILE).then(|| Arc::from(SCRIPT))
    }
}

fn place(needle: &str) -> Place {
    let at = SCRIPT.find(needle).expect("needle");
    Place { file: FILE.into(), span: Span::new(at, at + needle.len()) }
}

fn finding(rule: &'static str, level: Level, needle: &str) -> Finding {
    let step = |needle: &str| Step { place: place(needle), message: Message::new("calls") };
    Finding {
        rule,
        level,
        certainty: Certainty::Likely,
        message: Message::new("asks").with("api", "my.getAuthCode"),
        place: place(needle),
        subject: "my.getAuthCode".into(),
        witnesses: vec![
            Witness { entry: "App.onLaunch".into(), steps: vec![step("onLaunch"), step("login()"), step(needle)] },
            Witness { entry: "empty".into(), steps: Vec::new() },
        ],
        related: vec![step("login()")],
        fixes: vec![Fix {
            message: Message::new("remove"),
            safe: true,
            edits: vec![Edit { place: place(needle), text: String::new() }],
        }],
    }
}

fn located(findings: Vec<Finding>) -> Vec<Located> {
    locate(findings, &Fake, &Filter::default())
}

fn report() -> Report {
    let one = |rule, level| located(vec![finding(rule, level, "my.getAuthCode({})")]).remove(0);
    let reason = Some("only for <staff>".to_owned());
    let suppressed = vec![
        Suppressed {
            located: one("missing-fail", Level::Info),
            by: Acceptance::Comment { reason, place: place("/* 中𐐀 */") },
        },
        Suppressed { located: one("not-listed", Level::Warning), by: Acceptance::Baseline },
    ];
    let program = |name: &str, findings| ProgramReport { name: name.into(), findings, ..ProgramReport::default() };
    let found = located(vec![
        finding("launch-prompt", Level::Error, "my.getAuthCode({})"),
        finding("launch-prompt", Level::Warning, "onLaunch() { login(); },\n}"),
    ]);
    let mut twin = program("twin & <co>", found.clone());
    twin.suppressed = suppressed;
    let place = Place { file: FILE.into(), span: Span::default() };
    twin.coverage = Coverage {
        unreached_requests: vec![place.clone()],
        unreached_buttons: vec![place.clone()],
        absent_packages: vec!["kit".into()],
        absent_files: vec![("./gone".into(), FILE.into())],
        unread_files: vec!["x y.js".into()],
        limits: vec![Limit {
            kind: "steps",
            file: Some(FILE.into()),
            place: Some(place),
            setting: Some("steps"),
            cuts: true,
        }],
        ..Coverage::default()
    };
    Report {
        programs: vec![program("shop", found), twin, program("clean", Vec::new())],
        notices: vec![Notice {
            level: Level::Error,
            text: Message::new("cannot read it"),
            file: Some("x y.js".into()),
        }],
        ..Report::default()
    }
}

fn shown(report: &Report, name: &str) -> String {
    let format = Format::named(name).expect("a format");
    let options = Options::plain(format, &Fake);
    let mut out = Vec::new();
    write(report, &Fake, &options, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("text")
}

fn json(name: &str) -> serde_json::Value {
    serde_json::from_str(&shown(&report(), name)).expect("JSON")
}

#[test]
fn json_holds_fixes_with_positions() {
    let json = json("json");
    let finding = &json["findings"][0];
    let fix = &finding["fixes"][0];
    assert_eq!(fix["applicability"], "safe");
    for key in ["file", "line", "column", "endLine", "endColumn"] {
        assert_eq!(fix["edits"][0][key], finding[key], "{key}: the edit is the place itself");
    }
    assert_eq!(fix["edits"][0]["content"], "");
    assert_eq!((&json["summary"]["fixable"], &json["summary"]["fixed"]), (&4.into(), &serde_json::Value::Null));
}

#[test]
fn json_holds_related_places_and_what_is_suppressed() {
    let json = json("json");
    let related = &json["findings"][0]["related"][0];
    assert_eq!((&related["file"], &related["line"]), (&FILE.into(), &2.into()));
    let suppressed = json["suppressed"].as_array().expect("a list");
    let kinds: Vec<_> =
        suppressed.iter().map(|one| (one["rule"].as_str(), one["suppression"]["kind"].as_str())).collect();
    assert_eq!(kinds, [(Some("missing-fail"), Some("comment")), (Some("not-listed"), Some("baseline"))]);
    assert_eq!(suppressed[0]["suppression"]["reason"], "only for <staff>");
}

/// `rules/report.schema.json` describes each field, and has none that is never there.
#[test]
fn json_follows_its_schema() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../rules/report.schema.json")).expect("JSON");
    let mut seen = BTreeSet::new();
    follows(&json("json"), &schema, &schema, "", &mut seen);
    let mut known = BTreeSet::new();
    fields(&schema, &schema, "", &mut known);
    assert_eq!(seen, known);
}

fn resolved<'a>(schema: &'a serde_json::Value, root: &'a serde_json::Value) -> &'a serde_json::Value {
    match schema["$ref"].as_str() {
        Some(name) => &root["$defs"][name.trim_start_matches("#/$defs/")],
        None => schema,
    }
}

/// Sees that a value is as its schema says: its type, its fields (all of them, and no other), its words.
fn follows(
    value: &serde_json::Value,
    schema: &serde_json::Value,
    root: &serde_json::Value,
    at: &str,
    seen: &mut BTreeSet<String>,
) {
    use serde_json::Value;
    let schema = resolved(schema, root);
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let named = |kinds: &Value| kinds == kind || kinds.as_array().is_some_and(|all| all.contains(&kind.into()));
    assert!(named(&schema["type"]), "{at}: {value} is no {}", schema["type"]);
    let words = schema["enum"].as_array();
    assert!(words.is_none_or(|words| words.contains(value)), "{at}: {value}");
    for item in value.as_array().into_iter().flatten() {
        follows(item, &schema["items"], root, &format!("{at}[]"), seen);
    }
    let Some(fields) = value.as_object() else { return };
    assert_eq!(schema["additionalProperties"], false, "{at}");
    for name in schema["required"].as_array().expect("all fields are required") {
        assert!(fields.contains_key(name.as_str().expect("a name")), "{at}: no {name}");
    }
    for (name, value) in fields {
        let at = format!("{at}.{name}");
        seen.insert(at.clone());
        assert!(schema["properties"].get(name).is_some(), "{at} is not described");
        follows(value, &schema["properties"][name], root, &at, seen);
    }
}

/// The fields that a schema describes, each of which says what it is.
fn fields(schema: &serde_json::Value, root: &serde_json::Value, at: &str, into: &mut BTreeSet<String>) {
    let schema = resolved(schema, root);
    if schema.get("items").is_some() {
        fields(&schema["items"], root, &format!("{at}[]"), into);
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}.{name}");
        assert!(resolved(inner, root)["description"].is_string(), "{at}: no description");
        into.insert(at.clone());
        fields(inner, root, &at, into);
    }
}

#[test]
fn sarif_holds_rules_ways_fixes_and_suppressions() {
    let log = json("sarif");
    let run = &log["runs"][0];
    assert_eq!((&log["version"], &run["columnKind"]), (&"2.1.0".into(), &"unicodeCodePoints".into()));
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().expect("id")).collect();
    assert_eq!(ids, ["missing-fail", "launch-prompt", "not-listed"]);
    assert_eq!(rules[1]["name"], "LaunchPrompt");
    assert_eq!(rules[1]["help"]["markdown"], PAGE.split("+++\n\n").nth(1).expect("body"));
    assert!(rules[1]["help"]["text"].as_str().is_some_and(|text| text.contains("Never ask")));
    assert_eq!(rules[1]["helpUri"], "https://example.org/policy");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["level"], "error");

    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 6);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(result["codeFlows"].as_array().map(Vec::len), Some(1), "an empty way is left out");
        assert!(result["suppressions"].is_array(), "all results or none");
    }
    let kinds = |at: usize| results[at]["suppressions"][0]["kind"].as_str();
    assert_eq!([kinds(0), kinds(4), kinds(5)], [None, Some("inSource"), Some("external")]);
    assert_eq!(results[4]["suppressions"][0]["justification"], "only for <staff>");
    let result = &results[1];
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        physical["artifactLocation"],
        serde_json::json!({ "uri": "%E7%A8%8B%E5%BA%8F%20a/app%231,%25%3Ax.js", "uriBaseId": "%SRCROOT%" })
    );
    assert_eq!(
        physical["region"],
        serde_json::json!({ "startLine": 4, "startColumn": 10, "endLine": 4, "endColumn": 28 })
    );
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().map(Vec::len), Some(3));
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!((&replacement["deletedRegion"], &replacement["insertedContent"]), (&physical["region"], &().into()));
    assert_eq!(result["partialFingerprints"]["consentry/v1"].as_str().map(str::len), Some(16));
}

#[test]
fn sarif_without_suppressions_does_not_name_them() {
    let mut report = report();
    report.programs.truncate(1);
    assert!(!shown(&report, "sarif").contains("suppressions"));
}

#[test]
fn github_escapes_what_would_end_a_command() {
    let text = shown(&report(), "github");
    let first = text.lines().nth(1).expect("a line");
    assert_eq!(
        first,
        "::error file=程序 a/app#1%2C%25%3Ax.js,line=4,col=10,endColumn=28,title=launch-prompt::\
         `my.getAuthCode` asks <now> | \"first\"%0Aat 100%25%0Aask later & gently"
    );
    let lines = text.lines().next().expect("a line");
    assert!(lines.contains(",line=2,endLine=3,title=") && lines.starts_with("::warning "), "{lines}");
    assert_eq!(text.lines().count(), 4);
}

#[test]
fn gitlab_fingerprints_are_unique() {
    let issues = json("gitlab");
    let issues = issues.as_array().expect("issues");
    let mut prints: Vec<_> = issues.iter().map(|issue| issue["fingerprint"].as_str().expect("text")).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!((prints.len(), issues.len()), (4, 4));
    assert_eq!(issues[0]["location"]["lines"], serde_json::json!({ "begin": 2, "end": 3 }));
    assert_eq!((&issues[0]["severity"], &issues[1]["severity"]), (&"minor".into(), &"major".into()));
}

#[test]
fn rdjson_counts_bytes() {
    let root = json("rdjson");
    let one = &root["diagnostics"][1];
    assert_eq!(one["location"]["range"]["start"], serde_json::json!({ "line": 4, "column": 15 }));
    assert_eq!(one["suggestions"][0]["range"], one["location"]["range"]);
    assert_eq!(one["related_locations"].as_array().map(Vec::len), Some(4), "three steps and a related place");
    assert_eq!(one["code"], serde_json::json!({ "value": "launch-prompt", "url": "https://example.org/policy" }));
}

#[test]
fn xml_formats_are_well_formed() {
    for (name, element, count) in [("junit", "failure", 4), ("junit", "testcase", 5), ("checkstyle", "error", 4)] {
        let text = shown(&report(), name);
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut seen = 0;
        loop {
            use quick_xml::events::Event;
            match reader.read_event().expect("well-formed") {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => {
                    seen += usize::from(tag.name().as_ref() == element);
                    assert!(tag.attributes().all(|attribute| attribute.is_ok()));
                }
                _ => {}
            }
        }
        assert_eq!(seen, count, "{name} {element}:\n{text}");
    }
    let text = shown(&report(), "junit");
    assert!(text.contains("<testsuites name=\"consentry\" tests=\"5\" failures=\"4\""), "{text}");
}

#[test]
fn markdown_is_a_table() {
    let text = shown(&report(), "markdown");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    assert_eq!(rows.len(), 6, "{text}");
    assert_eq!(
        rows[3],
        "| error | `程序 a/app#1,%:x.js:4:10` | `my.getAuthCode` asks &lt;now> \\| \"first\" at 100% | \
         [`launch-prompt`](https://example.org/policy) |"
    );
    assert!(text.contains("2 errors, 2 warnings in 1 file, 2 suppressed; "), "{text}");
    assert!(text.contains("- `launch-prompt`: ask later &amp; gently"), "{text}");
}

#[test]
fn a_run_without_findings_is_sound_in_every_format() {
    for (name, _) in Format::ALL {
        let text = shown(&Report::default(), name);
        match name {
            "sarif" | "json" | "gitlab" | "rdjson" => assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok()),
            "github" | "concise" => assert!(text.is_empty()),
            _ => assert!(!text.is_empty()),
        }
    }
}

#[test]
fn samples_are_left_for_the_official_schemas() {
    for (name, _) in Format::ALL {
        let text = shown(&report(), name);
        std::fs::write(format!("{}/sample.{name}", env!("CARGO_TARGET_TMPDIR")), text).expect("the target folder");
    }
}
