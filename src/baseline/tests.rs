use super::*;
use crate::finding::{Certainty, Finding, Level, Message, Place};
use crate::locate::{Filter, Sources, locate};
use crate::text::Span;
use std::sync::Arc;

const TEXT: &str = "abcdefgh";

struct Fake;
impl Sources for Fake {
    fn text(&self, _: &str) -> Option<Arc<str>> {
        Some(Arc::from(TEXT))
    }
}

/// A report of programs; `files` are `program/file:text`, the text saying what stands there (letters of `TEXT`).
fn report(files: &str) -> Report {
    let mut programs: Vec<(String, Vec<Finding>)> = Vec::new();
    for (at, one) in files.split_whitespace().enumerate() {
        let (file, text) = one.split_once(':').expect("file:text");
        let program = file.split('/').next().expect("program");
        if programs.last().is_none_or(|(name, _)| name != program) {
            programs.push((program.into(), Vec::new()));
        }
        let start = TEXT.find(text).filter(|_| !text.is_empty());
        let Some(start) = start else { continue };
        programs.last_mut().expect("just added").1.push(Finding {
            rule: "missing-fail",
            level: Level::Error,
            certainty: Certainty::Certain,
            message: Message::new("m").with("nr", at.to_string()),
            // The same text at the same place would be one finding: each is a file of its own.
            place: Place { file: file.into(), span: Span::new(start, start + text.len()) },
            subject: String::new(),
            witnesses: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
        });
    }
    let program = |(name, findings)| ProgramReport {
        name,
        findings: locate(findings, &Fake, &Filter::default()),
        ..ProgramReport::default()
    };
    Report { programs: programs.into_iter().map(program).collect(), ..Report::default() }
}

fn shown(entries: &[Entry]) -> String {
    entries.iter().map(|entry| format!("{}*{}", entry.file, entry.count)).collect::<Vec<_>>().join(" ")
}

#[test]
fn only_new_findings_are_left_and_mended_ones_are_named() {
    let there = ["shop/", "admin/"];
    for (before, now, new, fixed, pruned) in [
        ("shop/a:ab", "shop/a:ab", 0, "", "shop/a*1"),
        ("shop/a:ab", "shop/a:ab shop/a:cd", 1, "", "shop/a*1"),
        ("shop/a:ab shop/b:cd", "shop/a:ab", 0, "shop/b*1", "shop/a*1"),
        // Moved to another folder, and one more of the same.
        ("shop/x/a:ab", "shop/y/a:ab", 0, "", "shop/y/a*1"),
        ("shop/a:ab", "shop/a:ab shop/b:ab", 1, "", "shop/a*1"),
        ("shop/b:ab", "shop/a:ab shop/b:ab", 1, "", "shop/b*1"),
        ("shop/a:ab shop/b:ab", "shop/c:ab shop/d:ab", 0, "", "shop/c*1 shop/d*1"),
        // A program that was renamed, and one that was not looked at.
        ("gone/a:ab", "shop/a:ab", 0, "", "shop/a*1"),
        ("admin/a:ab", "shop/a:ab", 1, "", "admin/a*1"),
        ("gone/a:ab", "shop/a:cd", 1, "gone/a*1", ""),
        ("shop/a:ab", "shop/a:", 0, "shop/a*1", ""),
    ] {
        let ground = Ground {
            path: &str::to_owned,
            exists: &|file| there.iter().any(|folder| file.starts_with(folder)),
            ran: &|_| true,
        };
        let baseline = of_report(&report(before), &[], &ground);
        let again = parse(&render(&baseline)).expect("own file");
        assert_eq!(again, baseline);
        let mut report = report(now);
        let outcome = apply(&mut report, &again, &ground);
        let seen = (report.findings().count(), shown(&outcome.fixed), shown(&outcome.pruned));
        assert_eq!(seen, (new, fixed.to_owned(), pruned.to_owned()), "{before} | {now}");
        let all = now.split_whitespace().filter(|one| !one.ends_with(':')).count();
        assert_eq!(report.summary().suppressed, all - new);
    }
}

#[test]
fn rules_that_did_not_run_stay_and_other_programs_are_kept_when_written() {
    let ground = Ground { path: &str::to_owned, exists: &|_| true, ran: &|_| false };
    let old = of_report(&report("shop/a:ab admin/a:ab"), &[], &ground);
    let outcome = apply(&mut report("shop/a:"), &old, &ground);
    assert_eq!((outcome.fixed.len(), outcome.pruned.len()), (0, 2));
    assert_eq!(shown(&of_report(&report("shop/b:cd"), &old, &ground)), "admin/a*1 shop/b*1");
}

#[test]
fn files_are_deterministic_and_strict() {
    let entries = of_report(
        &report("shop/b:ab shop/a:cd"),
        &[],
        &Ground { path: &str::to_owned, exists: &|_| true, ran: &|_| true },
    );
    let mut reversed = entries.clone();
    reversed.reverse();
    assert_eq!(render(&entries), render(&reversed));
    assert_eq!(render(&entries).lines().count(), 7);
    assert_eq!(parse(&render(&[])), Ok(Vec::new()));
    for wrong in ["", "[]", "{\"version\":2,\"findings\":[]}", "{\"version\":1,\"findings\":[{}]}"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}
