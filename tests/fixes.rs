//! In: the programs of `fixtures/`, as they are and written differently. Out: whether fixes keep their promises: files can still
//! be read, nothing new is found, a second run has nothing to do, and what is no edit stays byte for byte.

use consentry::discover::Files;
use consentry::discover::memory::Memory;
use consentry::fix;
use consentry::parse;
use consentry::report::Report;
use consentry::session::{self, CheckOptions, Checked, Disposal, Mend, Mended, Preset};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A program of the fixtures.
#[derive(Clone, Debug)]
struct Program {
    name: String,
    platform: Option<String>,
    files: Memory,
}

fn programs() -> Vec<Program> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders: Vec<_> =
        fs::read_dir(root).expect("fixtures/").map(|entry| entry.expect("entry").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let program = |folder: &std::path::PathBuf| {
        let mut files = BTreeMap::new();
        read(folder, "", &mut files);
        let platform = fs::read_to_string(folder.join("platform")).ok().map(|name| name.trim().to_string());
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        Program { name, platform, files: Memory(files) }
    };
    folders.iter().map(program).collect()
}

fn read(folder: &Path, inside: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("entry").path();
        let name = format!("{inside}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

fn options(program: &Program, preset: Preset) -> CheckOptions {
    CheckOptions {
        platform: program.platform.clone(),
        preset: Some(preset),
        threads: Some(1),
        ..CheckOptions::default()
    }
}

const ALL: &[&str] = &["."];

fn paths() -> Vec<String> {
    ALL.iter().map(|path| (*path).to_owned()).collect()
}

fn check(files: &Memory, options: &CheckOptions) -> Checked {
    session::check_files(files, &paths(), options).expect("a fixture can be checked")
}

fn mend(files: &Memory, options: &CheckOptions) -> Mended {
    let how = Mend { unsafe_too: true, disposal: Disposal::Show, only: None };
    session::mend_files(files, &paths(), options, &how).expect("a fixture can be mended")
}

/// How a program may be written differently without meaning anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    LineEnds,
    Tabs,
    Comments,
    NoTrailingCommas,
    Mark,
    Utf16,
    Gbk,
}

const MANNERS: [Manner; 7] = [
    Manner::LineEnds,
    Manner::Tabs,
    Manner::Comments,
    Manner::NoTrailingCommas,
    Manner::Mark,
    Manner::Utf16,
    Manner::Gbk,
];

fn written(program: &Program, manners: &[Manner]) -> Program {
    let mut program = program.clone();
    for (path, bytes) in &mut program.files.0 {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let extension = path.rsplit('.').next().unwrap_or_default();
        if !["js", "ts", "axml", "json"].contains(&extension) || text.contains('\r') || text.starts_with('\u{feff}') {
            continue;
        }
        let is_code = matches!(extension, "js" | "ts");
        let mut text = text.to_owned();
        for manner in manners {
            text = match manner {
                Manner::Tabs => tabbed(&text),
                Manner::Comments if is_code => commented(&text),
                Manner::NoTrailingCommas if is_code => without_trailing_commas(&text),
                _ => text,
            };
        }
        if manners.contains(&Manner::LineEnds) {
            text = text.replace('\n', "\r\n");
        }
        let marked = if manners.contains(&Manner::Mark) { format!("\u{feff}{text}") } else { text.clone() };
        *bytes = match () {
            () if manners.contains(&Manner::Utf16) => {
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
            }
            () if manners.contains(&Manner::Gbk) => gbk(&text).unwrap_or(marked.into_bytes()),
            () => marked.into_bytes(),
        };
    }
    program
}

fn tabbed(text: &str) -> String {
    let line = |line: &str| {
        let rest = line.trim_start_matches(' ');
        format!("{}{rest}", "\t".repeat((line.len() - rest.len()) / 2))
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A comment behind every line that opens an object or ends a member, and one below it.
fn commented(text: &str) -> String {
    let line = |line: &str| match line.ends_with(['{', ',']) && !line.contains('`') {
        true => format!("{line} // what stands here\n/* and }} below */"),
        false => line.to_owned(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn without_trailing_commas(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let closes = |at: usize| lines.get(at).is_some_and(|line| line.trim_start().starts_with(['}', ']', ')']));
    let line = |(at, line): (usize, &&str)| match closes(at + 1) {
        true => line.trim_end_matches(',').to_owned(),
        false => (*line).to_owned(),
    };
    lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// The text with a comment of Chinese characters, in GBK, when GBK has all its characters.
fn gbk(text: &str) -> Option<Vec<u8>> {
    let sample: Vec<u8> = [b"// ".as_slice(), &[0xCA, 0xDA, 0xC8, 0xA8], b"\n"].concat();
    text.is_ascii().then(|| [sample.as_slice(), text.as_bytes()].concat())
}

/// How often each rule finds something.
fn counts(report: &Report) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for (_, one) in report.findings() {
        *counts.entry(one.finding.rule).or_insert(0) += 1;
    }
    counts
}

/// What a fix may bring to light: a button of another platform, mended, is one that asks, and data that arrives is data read.
const REVEALS: [(&str, &[&str]); 2] = [
    ("foreign-dialect", &["missing-on-error", "missing-grant-handler", "no-refusal-fallback"]),
    ("unparsed-response", &["unchecked-result-code"]),
];

/// The promises; what is broken is told.
fn broken(program: &Program, preset: Preset) -> Result<usize, String> {
    let options = options(program, preset);
    let before = check(&program.files, &options);
    pieces_stay(&before)?;
    let mended = mend(&program.files, &options);
    let mut files = program.files.clone();
    for change in &mended.changes {
        let old = files.read(&change.file).map_err(|error| error.to_string())?;
        let new = parse::decode::encode(&change.after, &old).ok_or(format!("{}: encoding", change.file))?;
        let problems = |bytes: &[u8]| parse::file(&change.file, bytes).1.problems.len();
        if problems(&new) > problems(&old) {
            return Err(format!("{} cannot be read as well:\n{}", change.file, change.after));
        }
        one_style(&change.file, &change.before, &change.after)?;
        files.0.insert(change.file.clone(), new);
    }
    let (old, new) = (counts(&before.report), counts(&check(&files, &options).report));
    for (rule, count) in new {
        let known = old.get(rule).copied().unwrap_or(0);
        let revealed = REVEALS.iter().any(|(from, to)| old.contains_key(from) && to.contains(&rule));
        if count > known && !revealed {
            return Err(format!("{rule}: {known} before, {count} after"));
        }
    }
    let again = mend(&files, &options);
    match again.changes.first() {
        Some(change) => Err(format!("a second run changes {}:\n{}", change.file, change.after)),
        None => Ok(mended.changes.len()),
    }
}

/// What lies between the edits of one round is there afterwards, in order, and nothing else but the edits' texts.
fn pieces_stay(checked: &Checked) -> Result<(), String> {
    let chosen = fix::choose(checked.report.findings().map(|(_, one)| &one.finding), |_, _| true);
    let outcome = fix::apply(&chosen, &|file| checked.sources.text(file));
    for (file, after) in outcome.texts {
        let before: Arc<str> = checked.sources.text(&file).ok_or("a text")?;
        let applied = outcome.applied.iter().flat_map(|at| &chosen[*at].fix.edits);
        let mut edits: Vec<_> = applied.filter(|edit| edit.place.file == file).collect();
        edits.sort_by_key(|edit| (edit.place.span, &edit.text));
        edits.dedup();
        let (mut at, mut rest) = (0, after.as_str());
        for edit in edits {
            let piece = &before[at..edit.place.span.start as usize];
            rest = rest.strip_prefix(piece).ok_or(format!("{file}: lost {piece:?}"))?;
            rest = rest.strip_prefix(&*edit.text).ok_or(format!("{file}: not written {:?}", edit.text))?;
            at = edit.place.span.end as usize;
        }
        if rest != &before[at..] {
            return Err(format!("{file}: the end differs"));
        }
    }
    Ok(())
}

/// New lines end and begin as the old ones do.
fn one_style(file: &str, before: &str, after: &str) -> Result<(), String> {
    let bare = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
    if before.contains("\r\n") && bare(before) == 0 && bare(after) > 0 {
        return Err(format!("{file}: another line end"));
    }
    let spaced = |text: &str| text.lines().filter(|line| line.starts_with("  ")).count();
    if before.lines().any(|line| line.starts_with('\t')) && spaced(after) > spaced(before) {
        return Err(format!("{file}: spaces among tabs:\n{after}"));
    }
    Ok(())
}

#[test]
fn promises_hold_for_all_fixtures() {
    let mut changed = 0;
    for program in programs() {
        for preset in [Preset::Recommended, Preset::Strict] {
            changed += broken(&program, preset).unwrap_or_else(|fault| panic!("{}: {fault}", program.name));
        }
    }
    assert!(changed > 10, "hardly anything was mended: {changed} files");
}

#[test]
fn promises_hold_however_it_is_written() {
    let programs = programs();
    let mut runner = TestRunner::new(Config { cases: 48, ..Config::default() });
    let ways = (0..programs.len(), proptest::sample::subsequence(MANNERS.to_vec(), 0..=4));
    let checked = runner.run(&ways, |(at, manners)| {
        let program = written(&programs[at], &manners);
        let held = broken(&program, Preset::Strict);
        held.map(drop).map_err(|fault| TestCaseError::fail(format!("{} {manners:?}: {fault}", program.name)))
    });
    if let Err(fault) = checked {
        panic!("{fault}");
    }
}
