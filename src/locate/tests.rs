use super::*;
use crate::finding::{Message, Step};
use crate::text::Span;

struct One(&'static str, &'static str);
impl Sources for One {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        (file == self.0).then(|| Arc::from(self.1))
    }
}

fn finding(rule: &'static str, file: &str, start: usize, end: usize) -> Finding {
    Finding::new(
        rule,
        Level::Error,
        Certainty::Certain,
        Message::new("m"),
        Place { file: file.into(), span: Span::new(start, end) },
        "s",
    )
}

fn witness(entry: &str, steps: usize) -> Witness {
    let step = Step { place: finding("r", "a.js", 0, 1).place, message: Message::new("calls") };
    Witness { entry: entry.into(), steps: vec![step; steps] }
}

#[test]
fn order_is_file_place_rule_and_duplicates_join() {
    let mut weak = finding("b", "a.js", 4, 5);
    (weak.level, weak.witnesses) = (Level::Info, vec![witness("onShow", 3), witness("onLoad", 1)]);
    let mut strong = finding("b", "a.js", 4, 5);
    strong.witnesses = vec![witness("onShow", 2)];
    let raw = vec![weak, finding("a", "b.js", 0, 1), finding("a", "a.js", 4, 9), strong, finding("z", "a.js", 0, 1)];
    let located = locate(raw, &One("a.js", "0\n2\n4\n6\n8"), &Filter::default());
    let seen: Vec<_> =
        located.iter().map(|one| (one.finding.place.file.as_str(), one.finding.rule, one.range.start.line)).collect();
    assert_eq!(seen, [("a.js", "z", 1), ("a.js", "a", 3), ("a.js", "b", 3), ("b.js", "a", 1)]);
    assert_eq!(located[2].finding.level, Level::Error);
    let witnesses: Vec<_> =
        located[2].finding.witnesses.iter().map(|witness| (witness.entry.as_str(), witness.steps.len())).collect();
    assert_eq!(witnesses, [("onShow", 2), ("onLoad", 1)], "first the one that the message speaks of");
}

#[test]
fn fingerprints_survive_lines_folders_and_formatters_and_tell_twins_apart() {
    let prints = |text: &'static str, file: &'static str, filter: &Filter| -> Vec<(String, String)> {
        let end = |at: usize| at + text[at..].find(')').unwrap() + 1;
        let found = text.match_indices("ask(").map(|(at, _)| finding("r", file, at, end(at))).collect();
        let located = locate(found, &One(file, text), filter);
        located.into_iter().map(|one| (one.identity, one.fingerprint)).collect()
    };
    let all = Filter::default();
    let before = prints("ask( 'a')\nask( 'a')\nask(2)", "app/pages/a.js", &all);
    assert_eq!(before, prints("\n\n// new\nask(\n \"a\", // x\n)\nask('a');\nask(2)", "my/b.js", &all));
    assert!(before[0].0 == before[1].0 && before[1].0 != before[2].0);
    assert!(before[0].1 != before[1].1 && before[1].1 != before[2].1);
    let none = Filter { skip: vec!["r".into()], ..Filter::default() };
    assert!(prints("ask( 1)", "a.js", &none).is_empty());
}

#[test]
fn equal_code_in_other_functions_is_told_apart() {
    struct In(&'static str);
    impl Sources for In {
        fn text(&self, _: &str) -> Option<Arc<str>> {
            Some(Arc::from("ask()"))
        }
        fn symbol(&self, _: &Place) -> String {
            self.0.into()
        }
    }
    let print = |symbol| locate(vec![finding("r", "a.js", 0, 5)], &In(symbol), &Filter::default()).remove(0).identity;
    assert!(print("onLoad") == print("onLoad") && print("onLoad") != print("onShow"));
}

#[test]
fn filters_by_rule_level_certainty_and_file() {
    let cases: [(Filter, usize); 5] = [
        (Filter::default(), 3),
        (Filter { only: vec!["a".into()], ..Filter::default() }, 2),
        (Filter { only: vec!["a".into()], skip: vec!["a".into()], ..Filter::default() }, 0),
        (Filter { level: Level::Error, ..Filter::default() }, 2),
        (Filter { certainty: Some(Certainty::Certain), ..Filter::default() }, 2),
    ];
    for (filter, want) in cases {
        let mut info = finding("b", "p/y.js", 0, 0);
        (info.level, info.certainty) = (Level::Warning, Certainty::Likely);
        let raw = vec![finding("a", "p/x.js", 0, 0), finding("a", "px.js", 0, 0), info];
        assert_eq!(locate(raw, &One("", ""), &filter).len(), want, "{filter:?}");
    }
}

#[test]
fn routes_are_bounded_and_the_rest_is_counted() {
    let mut one = finding("a", "x.js", 7, 9);
    one.witnesses = (0..20).map(|entry| witness(&format!("e{entry:02}"), 2)).collect();
    let located = locate(vec![one], &One("x.js", "ab"), &Filter::default());
    assert_eq!((located[0].finding.witnesses.len(), located[0].witnesses_left_out), (MOST_WITNESSES, 4));
    assert_eq!(located[0].range.start, Position { line: 1, column: 3 });
}
