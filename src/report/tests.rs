use super::*;
use crate::catalog::RuleRow;
use crate::finding::{Certainty, Finding, Place, Step, Witness};
use crate::locate::{Filter, locate};
use crate::text::Span;
use std::sync::Arc;

pub(super) struct Fake;

impl Catalog for Fake {
    fn message(&self, rule: &str, key: &str, lang: Lang) -> Option<&str> {
        match (rule, key, lang) {
            ("launch-prompt", "calls", Lang::En) => Some(
                "`{api}` asks for the user's data while the program starts, before anybody has seen what it is for",
            ),
            ("launch-prompt", "calls", Lang::Zh) => {
                Some("程序启动时就调用 `{api}` 索取用户信息，此时用户还没有了解小程序的用途，无法作出判断")
            }
            (_, "help", _) => Some("ask when the user taps something that needs the data"),
            _ => None,
        }
    }
    fn word(&self, key: &str, _: Lang) -> Option<&str> {
        Some(match key {
            "starts" => "the program starts here",
            "calls" => "calls {name}",
            "asks" => "the sheet opens",
            _ => return None,
        })
    }
    fn policy(&self, rule: &str) -> Option<(&str, &str)> {
        (rule == "launch-prompt").then_some(("Do not ask at the launch.", "https://example.org/policy"))
    }
    fn page(&self, _: &str) -> Option<&str> {
        None
    }
    fn rules(&self, _: Lang) -> Vec<RuleRow> {
        Vec::new()
    }
}

type Files<'a> = &'a [(&'a str, String)];

impl Sources for &[(&str, String)] {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        self.iter().find(|(name, _)| *name == file).map(|(_, text)| Arc::from(text.as_str()))
    }
}

fn place(files: Files, file: &str, needle: &str) -> Place {
    let text = files.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text.as_str());
    let at = text.find(needle).expect("needle");
    Place { file: file.into(), span: Span::new(at, at + needle.len()) }
}

fn at(file: &str, start: usize, end: usize) -> Place {
    Place { file: file.into(), span: Span::new(start, end) }
}

fn step(place: Place, message: Message) -> Step {
    Step { place, message }
}

fn finding(place: Place) -> Finding {
    Finding::new(
        "launch-prompt",
        Level::Error,
        Certainty::Certain,
        Message::new("calls").with("api", "my.getAuthCode"),
        place,
        "my.getAuthCode",
    )
}

fn report(files: Files, findings: Vec<Finding>) -> Report {
    let findings = locate(findings, &files, &Filter::default());
    let program = ProgramReport {
        name: "shop".into(),
        platform: "alipay".into(),
        files: 41,
        bytes: 9000,
        findings,
        ..ProgramReport::default()
    };
    Report { programs: vec![program], ..Report::default() }
}

fn shown(report: &Report, files: Files, change: impl FnOnce(&mut Options)) -> String {
    let mut options = Options::plain(Format::Pretty, &Fake);
    change(&mut options);
    let mut out = Vec::new();
    write(report, &files, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn shop() -> (Vec<(&'static str, String)>, Vec<Finding>) {
    let files = vec![
        ("app.js", "import { login } from './utils/auth'\n\nApp({\n  onLaunch() {\n    this.init()\n  },\n  init() {\n    login()\n  },\n})\n".to_owned()),
        ("utils/auth.js", "// 登录\nexport function login() {\n\tmy.getAuthCode({\n\t\tscopes: 'auth_user',\n\t})\n}\n".to_owned()),
    ];
    let view = files.as_slice();
    let prompt = place(view, "utils/auth.js", "my.getAuthCode({\n\t\tscopes: 'auth_user',\n\t})");
    let mut one = finding(prompt.clone());
    let steps = vec![
        step(place(view, "app.js", "onLaunch"), Message::new("starts")),
        step(place(view, "app.js", "this.init()"), Message::new("calls").with("name", "init")),
        step(place(view, "app.js", "login()"), Message::new("calls").with("name", "login")),
        step(prompt, Message::new("asks")),
    ];
    one.witnesses = vec![Witness { entry: "App.onLaunch".into(), steps: steps.clone() }];
    let longer = steps.iter().cycle().take(9).cloned().collect();
    one.witnesses.push(Witness { entry: "pages/index/index onShow".into(), steps: longer });
    (files, vec![one])
}

const SHOP: &str = "\
error[launch-prompt]: `my.getAuthCode` asks for the user's data while the
  program starts, before anybody has seen what it is for
   ╭─[utils/auth.js:3:2]
 2 │     export function login() {
 3 │ ╭─▶     my.getAuthCode({
 4 │ │           scopes: 'auth_user',
 5 │ ├─▶     })
   · ╰──── 4. the sheet opens
 6 │     }
   ╰────
  → starts at App.onLaunch, 4 steps
   ╭─[app.js:4:3]
 3 │ App({
 4 │   onLaunch() {
   ·   ────┬───
   ·       ╰── 1. the program starts here
 5 │     this.init()
   ·     ─────┬─────
   ·          ╰── 2. calls init
 6 │   },
 7 │   init() {
 8 │     login()
   ·     ───┬───
   ·        ╰── 3. calls login
 9 │   },
   ╰────
  → also from pages/index/index onShow (app.js:4:3)
  help: ask when the user taps something that needs the data

1 error in 1 file; 41 files checked.
`consentry explain launch-prompt` says why this matters and how to mend it.
";

#[test]
fn a_finding_reads_from_what_to_the_way_to_the_cure() {
    let (files, findings) = shop();
    let text = shown(&report(&files, findings), &files, |_| ());
    assert_eq!(text, SHOP, "\n{text}");
}

#[test]
fn a_long_way_is_listed() {
    let (files, mut findings) = shop();
    findings[0].witnesses.remove(0);
    let text = shown(&report(&files, findings), &files, |_| ());
    assert!(
        text.contains("onShow, 9 steps\n     1. app.js:4:3  the program starts here\n     2. app.js:5:5  calls init\n"),
        "{text}"
    );
}

#[test]
fn colours_and_links_come_only_when_asked_for() {
    let (files, findings) = shop();
    let report = report(&files, findings);
    assert!(!shown(&report, &files, |_| ()).contains('\u{1b}'));
    let text = shown(&report, &files, |options| (options.color, options.links) = (true, true));
    assert!(
        text.starts_with(
            "\u{1b}]8;;https://example.org/policy\u{1b}\\\u{1b}[1;31merror[launch-prompt]\u{1b}[0m\u{1b}]8;;\u{1b}\\"
        ),
        "{text:?}"
    );
}

#[test]
fn chinese_fits_the_width() {
    let (files, findings) = shop();
    let text = shown(&report(&files, findings), &files, |options| options.lang = Lang::Zh);
    assert!(text.starts_with("错误[launch-prompt]: 程序启动时"), "{text}");
    assert!(text.contains("1 个文件中有 1 个错误；共检查 41 个文件。"), "{text}");
    assert!(text.lines().all(|line| wrap::width(line) <= 80), "{text}");
}

#[test]
fn hostile_sources_are_cut_cleaned_and_never_panic() {
    let wide = "中".repeat(300);
    let minified = format!("var a=1;{}my.getAuthCode({{}});{}", "x();".repeat(130_000), "y();".repeat(130_000));
    let cases: Vec<(&str, String, usize, usize)> = vec![
        ("minified", minified.clone(), 520_008, 520_025),
        ("whole minified line", minified.clone(), 0, minified.len()),
        ("escapes", "a\u{1b}[31m\u{9b}\u{202e}b my.x()\u{7}".into(), 0, 20),
        ("cjk", format!("{wide}my.x(){wide}"), 900, 906),
        ("tabs", "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\tmy.x()\tz".into(), 22, 28),
        ("past the end", "ab".into(), 70, 90),
        ("empty at the end", "ab\n".into(), 3, 3),
        ("empty file", String::new(), 0, 0),
        ("inside a character", "中中".into(), 1, 4),
        ("backwards", "abcdef".into(), 4, 2),
        ("only line ends", "\r\n\r\r\n".into(), 1, 4),
        ("combining", "e\u{301}".repeat(3000), 4000, 4004),
        ("wide start", "中".repeat(5000), 7500, 7503),
    ];
    for (name, text, start, end) in cases {
        let files = [("x.js", text)];
        let mut one = finding(at("x.js", start, end));
        let steps =
            vec![step(at("x.js", 0, 1), Message::new("starts")), step(at("x.js", start, end), Message::new("asks"))];
        one.witnesses = vec![Witness { entry: "App\u{1b}[2J.onLaunch".into(), steps }];
        one.related = vec![step(at("gone.js", 1, 2), Message::new("calls").with("name", "\u{1b}]0;x\u{7}"))];
        let report = report(&files, vec![one]);
        for (_, format) in Format::ALL {
            let text = shown(&report, &files, |options| options.format = format);
            assert!(!text.contains(|c: char| c != '\n' && wrap::steers(c)), "{name}: {text}");
            if format == Format::Pretty {
                assert!(text.lines().all(|line| wrap::width(line) <= 80), "{name}:\n{text}");
                assert!(text.len() < 5000, "{name}");
            }
        }
    }
}

#[test]
fn steps_in_unreadable_files_keep_their_words() {
    let mut one = finding(at("gone.js", 5, 9));
    one.witnesses = vec![Witness { entry: "e".into(), steps: vec![step(at("gone.js", 5, 9), Message::new("asks"))] }];
    let text = shown(&report(&[], vec![one]), &[], |_| ());
    assert!(text.contains("   ─ gone.js: the sheet opens\n"), "{text}");
}

#[test]
fn a_minified_line_is_cut_around_the_place() {
    let files = [("v.js", format!("{}my.getAuthCode({{}});{}", "x();".repeat(5000), "y();".repeat(5000)))];
    let text = shown(&report(&files, vec![finding(at("v.js", 20_000, 20_014))]), &files, |_| ());
    assert!(text.contains("[v.js:1:20001]"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    let source = lines.iter().position(|line| line.contains("();my.getAuthCode")).expect("source line");
    assert!(lines[source].contains("│ …") && lines[source].ends_with('…'), "{text}");
    let column = |line: &str, needle: &str| line.find(needle).map(|at| wrap::width(&line[..at]));
    assert_eq!(column(lines[source], "my.get"), column(lines[source + 1], "──"), "{text}");
}

#[test]
fn json_keeps_its_shape() {
    let (files, findings) = shop();
    let mut report = report(&files, findings);
    report.notices.push(Notice { level: Level::Info, text: Message::new("skipped"), file: Some("dist".into()) });
    let text = shown(&report, &files, |options| options.format = Format::Json);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let finding = &json["findings"][0];
    let keys: Vec<&str> = finding.as_object().unwrap().keys().map(String::as_str).collect();
    let want = "rule level certainty message file line column endLine endColumn program clause help paths pathsLeftOut related fixes fingerprint";
    assert_eq!(keys.join(" "), want);
    assert_eq!(
        (&finding["line"], &finding["column"], &finding["endLine"], &finding["endColumn"]),
        (&3.into(), &2.into(), &5.into(), &4.into())
    );
    assert_eq!(finding["paths"][0]["steps"][1]["message"], "calls init");
    assert_eq!(finding["clause"]["url"], "https://example.org/policy");
    assert_eq!(json["notices"][0]["file"], "dist");
    assert_eq!(json["summary"]["errors"], 1);
}

#[test]
fn concise_is_one_line_per_finding() {
    let files = [("a\n.js", "x".to_owned())];
    let mut one = finding(at("a\n.js", 0, 1));
    one.message = Message::new("unknown").with("x", "two\nlines");
    let text = shown(&report(&files, vec![one]), &files, |options| options.format = Format::Concise);
    assert_eq!(text, "a .js:1:1: error launch-prompt unknown two lines\n");
}

#[test]
fn programs_get_headings_and_a_clean_run_one_line() {
    let (files, findings) = shop();
    let mut two = report(&files, findings);
    two.programs.push(ProgramReport { name: "admin".into(), files: 2, ..ProgramReport::default() });
    let text = shown(&two, &files, |_| ());
    assert!(text.starts_with("── shop (alipay, 41 files) ─"), "{text}");
    assert!(!text.contains("admin"));
    assert!(text.contains("1 error in 1 file; 43 files of 2 programs checked."), "{text}");
    assert_eq!(shown(&report(&files, Vec::new()), &files, |_| ()), "No findings; 41 files checked.\n");
}

#[test]
fn several_marks_on_one_line_keep_apart() {
    let files = [("a.js", "f(g(h(1))); f(2)".to_owned())];
    let mut one = finding(at("a.js", 4, 8));
    let marks = [(0, 10), (2, 9), (4, 8), (12, 16)];
    let steps = marks
        .iter()
        .map(|(start, end)| step(at("a.js", *start, *end), Message::new("calls").with("name", "f")))
        .collect();
    one.witnesses = vec![Witness { entry: "e".into(), steps }];
    let text = shown(&report(&files, vec![one]), &files, |_| ());
    for number in 1..=4 {
        assert_eq!(text.matches(&format!("{number}. calls f")).count(), 1, "{text}");
    }
}
