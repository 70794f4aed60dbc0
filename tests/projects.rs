//! In: `fixtures/`. Out: whether the tool says about every program what `expected.txt` says, with one thread and with many.
//! With `BLESS=1` in the environment the findings are written anew: look at the difference.

use consentry::platform::Platform;
use consentry::report::{Format, Options, level_name, write};
use consentry::session::{self, CheckOptions, Checked, Parsing, Preset};
use std::path::Path;
use std::{fmt, fs};

datatest_stable::harness! { { test = project, root = "fixtures", pattern = r"^[^/]+/expected\.txt$" } }

fn project(path: &Path, expected: String) -> datatest_stable::Result<()> {
    let folder = std::path::absolute(path.parent().expect("a folder"))?;
    let checked = check(&folder, 1, Parsing::Needed);
    assert_eq!(json(&checked), json(&check(&folder, 4, Parsing::Needed)), "the number of threads changes the report");
    assert_eq!(findings(&checked), findings(&check(&folder, 4, Parsing::All)), "skipped files change the findings");
    let found = lines(&checked);
    // From elsewhere, by its absolute path, a program is what it is. Elsewhere is no folder above it, wherever the project lies.
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = folder.to_str().expect("a readable path").replace('\\', "/");
    let elsewhere = lines(&checked_from(&beside, &name, &folder, 1, Parsing::Needed));
    let inside = elsewhere.iter().map(|line| line.strip_prefix(&name).unwrap_or(line).trim_start_matches('/'));
    assert_eq!(inside.collect::<Vec<_>>(), found, "the folder it is checked from changes the findings");
    let is_comment = |line: &&str| line.starts_with('#');
    let mut wanted: Vec<&str> = expected.lines().filter(|line| !is_comment(line)).collect();
    if std::env::var_os("BLESS").is_some() {
        let comments = expected.lines().filter(is_comment).map(String::from);
        fs::write(path, comments.chain(found).map(|line| line + "\n").collect::<String>())?;
        return Ok(());
    }
    let mut faults = String::new();
    for line in &found {
        let any = anywhere(line);
        match wanted.iter().position(|want| want == line).or_else(|| wanted.iter().position(|want| *want == any)) {
            Some(at) => drop(wanted.remove(at)),
            None => faults += &format!("extra    {line}\n"),
        }
    }
    wanted.iter().for_each(|line| faults += &format!("missing  {line}\n"));
    if faults.is_empty() { Ok(()) } else { Err(Box::new(Faults(faults))) }
}

fn check(folder: &Path, threads: usize, parsing: Parsing) -> Checked {
    checked_from(folder, ".", folder, threads, parsing)
}

fn checked_from(base: &Path, path: &str, folder: &Path, threads: usize, parsing: Parsing) -> Checked {
    let platform = fs::read_to_string(folder.join("platform")).ok().map(|name| name.trim().to_string());
    if let Some(name) = &platform {
        assert!(Platform::names().any(|known| known == name), "{name}");
    }
    let preset = Some(Preset::Recommended);
    let options = CheckOptions { platform, preset, threads: Some(threads), parsing, ..CheckOptions::default() };
    session::check(base, &[path.to_string()], &options).expect("a fixture can be checked")
}

fn lines(checked: &Checked) -> Vec<String> {
    let line = |one: &consentry::locate::Located| {
        let (finding, at) = (&one.finding, one.range.start);
        format!("{}:{}:{} {} {}", finding.place.file, at.line, at.column, level_name(finding.level), finding.rule)
    };
    checked.report.findings().map(|(_, one)| line(one)).collect()
}

/// The line with `*:*` for its position.
fn anywhere(line: &str) -> String {
    let (place, rest) = line.split_once(' ').expect("a place first");
    let file = place.rsplitn(3, ':').last().expect("a file");
    format!("{file}:*:* {rest}")
}

/// Everything the report holds.
fn json(checked: &Checked) -> String {
    let texts = session::texts().expect("the pages can be read");
    let options = Options { width: 100, ..Options::plain(Format::Json, texts.as_ref()) };
    let mut out = Vec::new();
    write(&checked.report, checked.sources.as_ref(), &options, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("JSON is text")
}

/// The findings of a report with all they say, without how much was read.
fn findings(checked: &Checked) -> serde_json::Value {
    let report: serde_json::Value = serde_json::from_str(&json(checked)).expect("it is JSON");
    report["findings"].clone()
}

/// What differs. The harness shows errors in their debug form, which is made readable here.
struct Faults(String);

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Faults {}
