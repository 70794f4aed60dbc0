//! A fault of the tool: it is told, and what else was found stands.

use super::*;
use crate::app::App;
use crate::discover::{Walk, memory::Memory};
use crate::finding::Finding;

const PROGRAM: [(&str, &str); 3] = [
    ("app.json", r#"{"pages": ["a"]}"#),
    ("app.js", "App({ onLaunch() { my.getAuthCode({ scopes: 'auth_user' }); } });"),
    ("a.js", "Page({});"),
];

fn shown(checked: &Checked) -> Vec<&str> {
    let mut rules: Vec<&str> = checked.report.findings().map(|(_, one)| one.finding.rule).collect();
    rules.dedup();
    rules
}

#[test]
fn a_rule_that_panics_is_told_and_the_others_go_on() {
    fn broken(_: &mut App<'_>, _: &mut Vec<Finding>) {
        panic!("no such thing as {}", 7);
    }
    let at = RULES.iter().position(|rule| rule.id == "private-field").expect("a rule");
    let mut rules = RULES.to_vec();
    let files = Memory::of(PROGRAM);
    let options = CheckOptions::default();
    let sound = check_by(&rules, &files, &[], &options).expect("a report");
    rules[at].check = broken;
    let checked = check_by(&rules, &files, &[], &options).expect("a report");
    let (mut want, has) = (shown(&sound), shown(&checked));
    assert!(!want.is_empty());
    want.push("internal-error");
    want.sort_unstable();
    assert_eq!(
        {
            let mut has = has;
            has.sort_unstable();
            has
        },
        want
    );
    assert!(checked.report.incomplete() && !sound.report.incomplete());
    let texts = knowledge::texts().expect("texts");
    let said: Vec<String> =
        checked.report.findings().map(|(_, one)| one.message(texts.as_ref(), crate::catalog::Lang::En)).collect();
    assert!(said.iter().any(|said| said.contains("private-field: no such thing as 7")), "{said:?}");
    // Not even those who do not want to see it are told that all is well.
    let quiet = CheckOptions { filter: Filter { only: vec!["private-field".into()], ..Filter::default() }, ..options };
    assert!(check_by(&rules, &files, &[], &quiet).expect("a report").report.incomplete());
}

/// Panics where it is asked for one file.
struct Broken(Memory);

impl Files for Broken {
    fn base(&self) -> String {
        self.0.base()
    }

    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        assert!(!path.ends_with("x/a.js"), "the door fell off");
        self.0.read(path)
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.0.is_dir(path)
    }

    fn walk(&self, root: &str) -> Walk {
        self.0.walk(root)
    }
}

#[test]
fn a_program_that_fails_as_a_whole_leaves_the_others() {
    let two = ["x", "y"].iter().flat_map(|root| PROGRAM.map(|(file, text)| (format!("{root}/{file}"), text)));
    let files = Broken(Memory(two.map(|(file, text)| (file, text.as_bytes().to_vec())).collect()));
    let checked = check_files(&files, &[], &CheckOptions::default()).expect("a report");
    let names: Vec<(&str, bool)> =
        checked.report.programs.iter().map(|one| (one.name.as_str(), one.findings.is_empty())).collect();
    assert_eq!(names, [("x", true), ("y", false)]);
    assert!(checked.report.incomplete());
    let texts = knowledge::texts().expect("texts");
    let said: Vec<String> =
        checked.report.notices.iter().map(|one| one.say(texts.as_ref(), crate::catalog::Lang::En)).collect();
    assert!(said.iter().any(|said| said.contains("`x`") && said.contains("the door fell off")), "{said:?}");
}

/// A clock that breaks once: the analysis asks it first.
fn broken_clock() -> Duration {
    static ASKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    assert!(ASKED.swap(true, Ordering::Relaxed), "the clock stopped");
    Duration::ZERO
}

#[test]
fn an_analysis_that_panics_leaves_what_needs_none() {
    let files = Memory::of(PROGRAM.into_iter().chain([("a.axml", "<view"), ("b.js", "")]));
    let found = discover::programs(&files, &[]).expect("a program");
    let (model, _) = model::load(&files, &found.programs[0], Parsing::Needed, 1 << 20, || Duration::ZERO);
    let platform = crate::platform::Platform::named("alipay").expect("a table");
    let ran = panics::run(&model, &platform, Vec::new(), Default::default(), RULES, broken_clock);
    let mut rules: Vec<&str> = ran.findings.iter().map(|one| one.rule).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["internal-error", "syntax-error"]);
    let why = |one: &Finding| {
        one.message.with.iter().any(|(_, text)| format!("{text:?}").contains("the analysis: the clock stopped"))
    };
    assert!(ran.findings.iter().any(why) && panics::failed(&ran.findings, &model), "{:?}", ran.findings);
    // No comment is called unused because of it.
    assert_eq!(ran.failed.len(), RULES.len());
}

#[test]
fn a_comment_about_a_rule_that_failed_is_not_called_unused() {
    fn broken(_: &mut App<'_>, _: &mut Vec<Finding>) {
        panic!("again");
    }
    let mut files = Memory::of(PROGRAM);
    files.0.insert("a.js".into(), b"// consentry-ignore private-field: known\nPage({});".to_vec());
    let mut rules = RULES.to_vec();
    let options = CheckOptions::default();
    assert!(shown(&check_by(&rules, &files, &[], &options).expect("a report")).contains(&"unused-suppression"));
    rules.iter_mut().filter(|rule| rule.id == "private-field").for_each(|rule| rule.check = broken);
    assert!(!shown(&check_by(&rules, &files, &[], &options).expect("a report")).contains(&"unused-suppression"));
}
