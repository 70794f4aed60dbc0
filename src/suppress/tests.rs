use super::*;
use crate::facts::Parsed;
use crate::locate::{Filter, Sources, locate};
use crate::parse::{script, template};
use std::sync::Arc;

const RULES: [&str; 4] = ["launch-prompt", "missing-fail", UNUSED, INVALID];

struct One<'a>(&'a str);
impl Sources for One<'_> {
    fn text(&self, _: &str) -> Option<Arc<str>> {
        Some(Arc::from(self.0))
    }
}

fn parsed(file: &str, text: &str) -> Parsed {
    if file.ends_with(".axml") {
        let (template, problems, directives) = template::read(text);
        return Parsed { facts: Some(Facts::Template(template)), problems, directives };
    }
    let (script, problems, directives) = script::read(text, false);
    Parsed { facts: script.map(Facts::Script), problems, directives }
}

/// Judges `text`, in which `ask` breaks `launch-prompt` and `raw` breaks `missing-fail`.
fn judge(file: &str, text: &str, reason_required: bool) -> Suppressions {
    let mut found = Vec::new();
    for (needle, rule) in [("ask()", "launch-prompt"), ("raw()", "missing-fail")] {
        for (at, _) in text.match_indices(needle) {
            let place = Place { file: file.into(), span: Span::new(at, at + needle.len()) };
            let commented = Commented { file, text, facts: None, directives: &[] };
            found.push(Finding { place, ..finding(rule, &commented, Span::default(), Message::new("m"), "") });
        }
    }
    let parsed = parsed(file, text);
    let located = locate(found, &One(text), &Filter::default());
    let ran = |rule: &str, _: &str| rule != "not-run";
    let terms = Terms { rules: &RULES, reason_required, ran: &ran };
    apply(located, &[Commented { file, text, facts: parsed.facts.as_ref(), directives: &parsed.directives }], &terms)
}

fn keys(findings: &[Finding]) -> String {
    findings.iter().map(|one| format!("{}/{}", one.rule, one.message.key)).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_directive_covers_its_line_or_the_next() {
    for (text, kept, suppressed, about) in [
        ("// consentry-ignore launch-prompt: x\nask()", 0, 1, ""),
        ("ask() // consentry-ignore launch-prompt: x", 0, 1, ""),
        ("/* consentry-ignore launch-prompt: x */ ask()\nask()", 1, 1, ""),
        ("ask() // consentry-ignore launch-prompt: x\nask()", 1, 1, ""),
        ("// consentry-ignore launch-prompt: x\n\nask()\nask()", 1, 1, ""),
        ("// consentry-ignore launch-prompt: x\n// consentry-ignore missing-fail: y\nask(), raw()", 0, 2, ""),
        ("/*\n * consentry-ignore launch-prompt: x\n */\nask()", 0, 1, ""),
        ("// consentry-ignore launch-prompt, missing-fail\nask(); raw()", 0, 2, ""),
        ("// see consentry-ignore launch-prompt: x\nask()", 1, 0, ""),
        ("'// consentry-ignore launch-prompt: x'\nask()", 1, 0, ""),
        ("// consentry-ignore missing-fail: x\nask()", 1, 0, "unused-suppression/message"),
        ("ask()\n// consentry-ignore launch-prompt: x", 1, 0, "unused-suppression/message"),
        ("// consentry-ignore-file launch-prompt: x\nask()\n\nask(); raw()", 1, 2, ""),
        ("/* licence */\n'use strict';\n// consentry-ignore-file launch-prompt: x\nask()", 0, 1, ""),
        ("ask()\n// consentry-ignore-file launch-prompt: x", 1, 0, "invalid-suppression/misplaced"),
        ("// consentry-ignore lanch-prompt\nask()", 1, 0, "invalid-suppression/unknown-rule-near"),
        ("// consentry-ignore xyz, launch-prompt\nask()", 0, 1, "invalid-suppression/unknown-rule"),
        ("// consentry-ignore\nask()", 1, 0, "invalid-suppression/no-rule"),
        ("// consentry-ignore launch-prompt for staff\nask()", 1, 0, "invalid-suppression/no-colon"),
        ("// consentry-ignore-next launch-prompt\nask()", 1, 0, "invalid-suppression/unknown-directive-near"),
        ("// consentry-ignore unused-suppression: x\n", 0, 0, "unused-suppression/message"),
        ("// consentry-ignore launch-prompt: x\r\nask()\r\n", 0, 1, ""),
    ] {
        let out = judge("a.js", text, false);
        assert_eq!(
            (out.kept.len(), out.suppressed.len(), keys(&out.about).as_str()),
            (kept, suppressed, about),
            "{text}"
        );
    }
}

#[test]
fn markup_has_directives_and_a_tag_is_one_place() {
    let text = "<view>\n<!-- consentry-ignore launch-prompt: x -->\n<button\n  size=\"a\"\n  onTap=\"{{ask()}}\"\n/>\n<a b=\"{{ask()}}\"/></view>";
    let out = judge("a.axml", text, false);
    assert_eq!((out.kept.len(), out.suppressed.len(), out.about.len()), (1, 1, 0));
    let Acceptance::Comment { reason, place } = &out.suppressed[0].by else { panic!("{out:?}") };
    assert_eq!((reason.as_deref(), place.span.of(text)), (Some("x"), "<!-- consentry-ignore launch-prompt: x -->"));
}

#[test]
fn a_reason_may_be_required_and_then_counts() {
    for (text, suppressed, about) in [
        ("// consentry-ignore launch-prompt\nask()", 0, "invalid-suppression/no-reason"),
        ("// consentry-ignore launch-prompt:\nask()", 0, "invalid-suppression/no-reason"),
        ("// consentry-ignore launch-prompt: x\nask()", 1, ""),
    ] {
        let out = judge("a.js", text, true);
        assert_eq!((out.suppressed.len(), keys(&out.about).as_str()), (suppressed, about), "{text}");
    }
}

#[test]
fn rules_that_did_not_run_leave_no_unused_directive() {
    let terms = Terms { rules: &RULES, reason_required: false, ran: &|rule, _| rule != "launch-prompt" };
    let text = "// consentry-ignore launch-prompt, missing-fail\n";
    let parsed = parsed("a.js", text);
    let about = apply(
        Vec::new(),
        &[Commented { file: "a.js", text, facts: parsed.facts.as_ref(), directives: &parsed.directives }],
        &terms,
    )
    .about;
    assert_eq!(about[0].message.with, [("rules", "missing-fail".into())]);
}

#[test]
fn unused_directives_are_removed_or_shortened() {
    for (file, text, want) in [
        ("a.js", "a()\n  // consentry-ignore launch-prompt: x\nb()\n", "a()\nb()\n"),
        ("a.js", "a() // consentry-ignore launch-prompt: x\r\nb()\r\n", "a()\r\nb()\r\n"),
        ("a.js", "/* consentry-ignore launch-prompt */ a()", "a()"),
        ("a.js", "// consentry-ignore launch-prompt", ""),
        ("a.axml", "<a>\n  <!-- consentry-ignore launch-prompt -->\n</a>", "<a>\n</a>"),
        (
            "a.js",
            "// consentry-ignore launch-prompt, missing-fail : x\nask()",
            "// consentry-ignore launch-prompt : x\nask()",
        ),
        ("a.js", "// consentry-ignore missing-fail, xyz: x\n", "// consentry-ignore xyz: x\n"),
    ] {
        let out = judge(file, text, false);
        let unused = out.about.iter().find(|one| one.rule == UNUSED).expect("unused");
        let edit = &unused.fixes[0].edits[0];
        let span = edit.place.span.start as usize..edit.place.span.end as usize;
        let mut mended = text.to_owned();
        mended.replace_range(span, &edit.text);
        assert_eq!(mended, want);
    }
}

#[test]
fn faults_point_at_the_wrong_word() {
    let text = "// 中 \n/* consentry-ignore launch-prompt, lanch-prompt: x */ ask()";
    let about = judge("a.js", text, false).about;
    assert_eq!(about[0].place.span.of(text), "lanch-prompt");
    assert_eq!(about[0].message.with, [("nearest", "launch-prompt".into()), ("name", "lanch-prompt".into())]);
}
