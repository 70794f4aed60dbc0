use super::*;
use crate::finding::{Certainty, Level, Message, Place};
use crate::text::Span;

const TEXT: &str = "a(1); b(2); c(3);";

fn fix(edits: &[(&str, usize, usize, &str)]) -> Fix {
    let edit = |(file, start, end, text): &(&str, usize, usize, &str)| Edit {
        place: Place { file: (*file).into(), span: Span::new(*start, *end) },
        text: (*text).into(),
    };
    Fix { message: Message::new("m"), safe: true, edits: edits.iter().map(edit).collect() }
}

fn findings(fixes: &[Fix]) -> Vec<Finding> {
    let finding = |fix: &Fix| {
        Finding::new("r", Level::Error, Certainty::Certain, Message::new("m"), fix.edits[0].place.clone(), "")
            .with_fixes([fix.clone()])
    };
    fixes.iter().map(finding).collect()
}

/// The numbers of the chosen fixes, those refused, and the texts.
fn run(fixes: &[Fix]) -> (usize, usize, Vec<String>) {
    let findings = findings(fixes);
    let chosen = choose(findings.iter(), |_, fix| fix.safe);
    let outcome = apply(&chosen, &|_| Some(Arc::from(TEXT)));
    assert_eq!(outcome.applied.len() + outcome.refused.len(), chosen.len());
    (outcome.applied.len(), outcome.refused.len(), outcome.texts.into_values().collect())
}

#[test]
fn the_first_of_two_that_overlap_wins() {
    let one = || fix(&[("x.js", 2, 3, "9")]);
    for (other, applied, text) in [
        (fix(&[("x.js", 8, 9, "8")]), 2, "a(9); b(8); c(3);"),
        (fix(&[("x.js", 0, 5, "z();")]), 1, "a(9); b(2); c(3);"),
        (fix(&[("x.js", 2, 2, "7 + ")]), 1, "a(9); b(2); c(3);"),
        (fix(&[("x.js", 3, 3, ", 7")]), 2, "a(9, 7); b(2); c(3);"),
        (fix(&[("x.js", 8, 9, "8"), ("x.js", 1, 4, "()")]), 1, "a(9); b(2); c(3);"),
        (one(), 2, "a(9); b(2); c(3);"),
    ] {
        assert_eq!(run(&[one(), other.clone()]), (applied, 0, vec![text.to_owned()]), "{other:?}");
    }
    let twice = fix(&[("x.js", 0, 0, "p();"), ("x.js", 0, 0, "q();")]);
    assert_eq!(run(&[twice]), (0, 0, Vec::new()), "a fix in conflict with itself");
}

#[test]
fn what_breaks_a_file_is_left_out_with_all_its_edits() {
    let good = || fix(&[("x.js", 2, 3, "9")]);
    let bad = fix(&[("y.js", 2, 3, "8"), ("x.js", 8, 9, "(")]);
    let later = fix(&[("x.js", 14, 15, "7")]);
    assert_eq!(run(&[bad.clone(), good(), later]), (2, 1, vec!["a(9); b(2); c(7);".to_owned()]));
    assert_eq!(run(&[bad]), (0, 1, Vec::new()));
    assert_eq!(run(&[fix(&[("x.js", 2, 99, "")])]), (0, 1, Vec::new()), "a place outside the text");
}

#[test]
fn unwanted_fixes_are_not_chosen() {
    let mut findings = findings(&[fix(&[("x.js", 2, 3, "9")])]);
    findings[0].fixes[0].safe = false;
    assert!(choose(findings.iter(), |_, fix| fix.safe).is_empty());
    findings[0].fixes.push(fix(&[("x.js", 2, 3, "8")]));
    let chosen = choose(findings.iter(), |_, fix| fix.safe);
    assert_eq!(chosen[0].fix.edits[0].text, "8", "the first one that is wanted");
    assert_eq!(chosen[0].files(), BTreeSet::from(["x.js"]));
}

#[test]
fn a_fault_at_one_file_is_named_and_leaves_the_others() {
    let fixes =
        [fix(&[("x.js", 2, 3, "9")]), fix(&[("y.js", 2, 3, "9"), ("z.js", 2, 3, "9")]), fix(&[("z.js", 8, 9, "9")])];
    let findings = findings(&fixes);
    let chosen = choose(findings.iter(), |_, fix| fix.safe);
    let outcome = apply(&chosen, &|file| {
        assert!(file != "y.js", "no ink for {file}");
        Some(Arc::from(TEXT))
    });
    assert_eq!((outcome.applied, outcome.refused), (vec![0, 2], vec![1]));
    assert_eq!(outcome.failed.into_iter().collect::<Vec<_>>(), [("y.js".to_owned(), "no ink for y.js".to_owned())]);
    let texts: Vec<(&str, &str)> = outcome.texts.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    assert_eq!(texts, [("x.js", "a(9); b(2); c(3);"), ("z.js", "a(1); b(9); c(3);")]);
}
