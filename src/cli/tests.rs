use super::*;
use crate::catalog::{Lang, RuleRow};
use crate::finding::{Certainty, Finding, Level, Message, Place};
use crate::locate::{Filter, Sources, locate};
use crate::report::{Notice, ProgramReport, Report};
use crate::rule_doc::FixKind;
use crate::text::Span;
use std::sync::Arc;

struct Fake;

impl Catalog for Fake {
    fn message(&self, _: &str, _: &str, _: Lang) -> Option<&str> {
        None
    }
    fn word(&self, _: &str, _: Lang) -> Option<&str> {
        None
    }
    fn policy(&self, _: &str) -> Option<(&str, &str)> {
        Some(("clause", "https://example.org"))
    }
    fn page(&self, rule: &str) -> Option<&str> {
        ["launch-prompt", "missing-fail"].contains(&rule).then_some("+++\n+++\n\nNever ask at launch.\n")
    }
    fn rules(&self, _: Lang) -> Vec<RuleRow> {
        let row = |id: &str, level| RuleRow {
            id: id.into(),
            level,
            presets: [(level == Level::Error).then_some(level), Some(level)],
            fix: FixKind::Safe,
            title: format!("title of {id}"),
            summary: "s".into(),
        };
        vec![row("launch-prompt", Level::Error), row("missing-fail", Level::Warning)]
    }
}

impl Sources for Fake {
    fn text(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}

fn ask(line: &str) -> (u8, String, String) {
    ask_with(line, &Fake)
}

fn ask_with(line: &str, texts: &dyn Catalog) -> (u8, String, String) {
    let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    let env = env("fixtures/shop");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = contained(&args, &env, texts, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// Somewhere without a terminal, in English.
fn env(directory: &str) -> Env {
    Env {
        directory: PathBuf::from(directory),
        out_is_terminal: false,
        err_is_terminal: false,
        columns: None,
        color: None,
        links: false,
        attended: false,
        lang: Lang::En,
        clock: || Duration::ZERO,
        pause: |_| false,
        input: || Ok(Vec::new()),
        interrupts: Interrupts::default(),
        heed: |_| {},
    }
}

#[test]
fn each_command_answers_on_the_right_stream() {
    for (line, code, out, err) in [
        ("consentry explain launch-prompt", 0, "  Never ask at launch.", ""),
        ("consentry explain lunch-prompt", 2, "", "did you mean `launch-prompt`?"),
        (
            "consentry rules",
            0,
            "rule           default  strict   fix   finds\n\
             launch-prompt  error    error    safe  title of launch-prompt\n\
             missing-fail   off      warning  safe  title",
            "",
        ),
        ("consentry rules --format json", 0, "\"id\": \"launch-prompt\"", ""),
        ("consentry check --only launch-prompt,mising-fail .", 2, "", "there is no rule `mising-fail`"),
        ("consentry check --platform gcsh", 2, "", "did you mean `gcash`?"),
        ("consentry check --fail-on fatal", 2, "", "--help"),
        ("consentry check --threads 0", 2, "", "--threads"),
        ("consentry check --diff --fix", 2, "", "cannot be used with"),
        ("consentry check --diff --format json", 2, "", "cannot be used with"),
        ("consentry check --format sarf", 2, "", "did you mean sarif?"),
        ("consentry check --output out.sarif", 2, "", "write it as FORMAT=FILE"),
        ("consentry check --output sarif=", 2, "", "the name of the file is missing"),
        (
            "consentry check --output json=no/such/folder/x.json .",
            2,
            "No findings",
            "cannot write `no/such/folder/x.json`",
        ),
        (
            "consentry check --baseline no-such.json .",
            2,
            "",
            "cannot use the baseline `no-such.json`: there is no such file",
        ),
        (
            "consentry baseline prune --baseline no-such.json",
            2,
            "",
            "cannot use the baseline `no-such.json`: there is no such file",
        ),
        ("consentry init no/such/folder", 2, "", "cannot write `no/such/folder/consentry.toml`"),
        ("consentry check --print-config /no-such/a.js", 0, "rules.launch-prompt = \"error\"", ""),
        ("consentry --version", 0, "consentry 0.", ""),
        ("consentry check --watch --only missing-fail .", 0, "No findings", "notice-watching"),
        ("consentry check --watch --staged", 2, "", "cannot be used with"),
        ("consentry check --lang zh --help", 0, "用法：consentry check", ""),
        ("consentry --help --lang=zh", 0, "命令:\n", ""),
        ("consentry check --lang zh --stagd", 2, "", "无法识别的参数 '--stagd'"),
        ("consentry help config", 0, "Configuration\n\n  `consentry init` writes", ""),
        ("consentry help baseline --lang zh", 0, "基线", ""),
        ("consentry help confg", 2, "", "did you mean `config`?"),
        ("consentry completions bash", 0, "_consentry()", ""),
        ("consentry completions zsh", 0, "#compdef consentry", ""),
        ("consentry completions fish", 0, "complete -c consentry", ""),
        ("consentry completions powershell", 0, "Register-ArgumentCompleter", ""),
        ("consentry completions bsh", 2, "", "--help"),
        ("consentry man", 0, ".TH consentry 1", ""),
        ("consentry", 2, "", "Usage"),
        ("consentry explain launch-prompt --color always", 0, "\u{1b}[1mlaunch-prompt", ""),
    ] {
        let answer = ask(line);
        assert_eq!(answer.0, code, "{line}: {answer:?}");
        assert!(answer.1.contains(out) && answer.2.contains(err), "{line}: {answer:?}");
        assert!(answer.1.is_empty() == out.is_empty() && answer.2.is_empty() == err.is_empty(), "{line}: {answer:?}");
    }
}

#[test]
fn the_exit_code_follows_the_gravest_finding_and_what_was_left_undone() {
    let finding = |level| {
        Finding::new(
            "r",
            level,
            Certainty::Certain,
            Message::new("m"),
            Place { file: "a.js".into(), span: Span::new(0, 0) },
            "",
        )
    };
    let report = |level: Option<Level>, notice: Level| Report {
        programs: vec![ProgramReport {
            findings: locate(level.map(finding).into_iter().collect(), &Fake, &Filter::default()),
            ..ProgramReport::default()
        }],
        notices: vec![Notice { level: notice, text: Message::new("none"), file: None }],
        ..Report::default()
    };
    for (level, notice, fail_on, want) in [
        (None, Level::Info, Some(Level::Error), CLEAN),
        (Some(Level::Error), Level::Info, Some(Level::Error), FOUND),
        (Some(Level::Warning), Level::Warning, Some(Level::Error), CLEAN),
        (Some(Level::Warning), Level::Info, Some(Level::Warning), FOUND),
        (Some(Level::Error), Level::Info, None, CLEAN),
        (Some(Level::Error), Level::Error, Some(Level::Error), FAILED),
    ] {
        assert_eq!(
            check::exit_code(&report(level, notice), Some(fail_on), false),
            want,
            "{level:?} {notice:?} {fail_on:?}"
        );
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let args = ["consentry", "rules"].map(OsString::from);
    let env = env("");
    let mut err = Vec::new();
    assert_eq!(run_with(&args, &env, &Fake, &mut Closed, &mut err), CLEAN);
    assert!(err.is_empty());
}

#[test]
fn the_pages_of_help_say_what_is_so() {
    let commands = args::command(Lang::En);
    let mut flags: Vec<String> = Vec::new();
    for command in commands.get_subcommands().chain([&commands]) {
        flags.extend(command.get_arguments().filter_map(|arg| Some(format!("--{}", arg.get_long()?))));
    }
    for topic in &help::TOPICS {
        let blocks = |page: &'static str| page.split("```").skip(1).step_by(2).count();
        assert_eq!(blocks(topic.en), blocks(topic.zh), "{}", topic.name);
        for page in [topic.en, topic.zh] {
            let said = page.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            for flag in said.filter(|word| word.starts_with("--") && word.len() > 2) {
                assert!(flags.iter().any(|known| known == flag), "{}: {flag}", topic.name);
            }
            for block in page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
                let read = |path: &str, _: Option<&str>| match path {
                    "/p/consentry.toml" => Ok(block.to_owned()),
                    _ => Ok(String::new()),
                };
                let config = crate::config::load("/p/consentry.toml", "/p", &read, &crate::rules::ids());
                assert!(config.is_ok(), "{}: {config:?}", topic.name);
            }
        }
    }
}

/// Texts that fail while a report is written.
struct Failing;

impl Catalog for Failing {
    fn message(&self, rule: &str, _: &str, _: Lang) -> Option<&str> {
        panic!("the page of {rule} burnt down")
    }
    fn word(&self, _: &str, _: Lang) -> Option<&str> {
        None
    }
    fn policy(&self, _: &str) -> Option<(&str, &str)> {
        None
    }
    fn page(&self, _: &str) -> Option<&str> {
        None
    }
    fn rules(&self, _: Lang) -> Vec<RuleRow> {
        Vec::new()
    }
}

#[test]
fn a_fault_while_writing_ends_as_other_failures_do() {
    for line in [
        "consentry check --format concise ../failures",
        "consentry check --format json ../failures",
        "consentry check ../failures",
    ] {
        let (code, _, err) = ask_with(line, &Failing);
        assert_eq!(code, FAILED, "{line}: {err}");
        assert!(err.contains("burnt down") && err.contains("please report it"), "{line}: {err}");
    }
}
