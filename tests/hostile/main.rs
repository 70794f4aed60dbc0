//! In: input that nobody sane writes, in memory, on the disk and through the real tool. Out: whether it crashes, hangs, lies or
//! hides what else is found. Every program has one finding besides, which must appear whatever stands beside it.

#![expect(clippy::unwrap_used, reason = "a step that fails is a test that fails")]

mod bytes;
mod disk;
mod mutate;
mod nesting;
mod order;
mod size;
mod steering;

use consentry::discover::Files;
use consentry::discover::memory::Memory;
use consentry::report::{self, Format, Options};
use consentry::session::{CheckOptions, Checked, check_files, texts};
use consentry::texts::Lang;
use std::collections::BTreeMap;

/// A program that asks at launch and is otherwise sound.
const PROGRAM: [(&str, &str); 6] = [
    ("app.json", r#"{"pages": ["sound", "bad"]}"#),
    (
        "app.js",
        "App({ onLaunch() { my.getAuthCode({ scopes: 'auth_user', success() {}, fail() { my.showToast({ content: '1' }); } }); } });\n",
    ),
    ("sound.js", "Page({});\n"),
    ("sound.axml", "<view />\n"),
    ("bad.js", "Page({});\n"),
    ("bad.axml", "<view />\n"),
];
/// The finding it has.
const KNOWN: &str = "app.js:1:20: error launch-prompt ";

/// The program with some files replaced or added.
fn program<T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (&'static str, T)>) -> Memory {
    let base = PROGRAM.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let mut all: BTreeMap<String, Vec<u8>> = base.into_iter().collect();
    all.extend(files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes.into())));
    Memory(all)
}

fn checked(files: &dyn Files) -> Checked {
    check_files(files, &[], &CheckOptions::default()).unwrap()
}

/// The report in a format.
fn shown(checked: &Checked, format: Format) -> String {
    let texts = texts().unwrap();
    let options = Options {
        format,
        color: false,
        links: false,
        width: 80,
        quiet: false,
        took: None,
        lang: Lang::En,
        texts: texts.as_ref(),
    };
    let mut out = Vec::new();
    report::write(&checked.report, checked.sources.as_ref(), &options, &mut out).unwrap();
    report::write_notices(&checked.report, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What is found besides the known finding, one line each. The known one must be there, and nothing of the tool may have failed.
fn besides(files: &dyn Files) -> Vec<String> {
    let checked = checked(files);
    assert!(!checked.report.incomplete(), "{}", shown(&checked, Format::Concise));
    let lines: Vec<String> = shown(&checked, Format::Concise).lines().map(str::to_owned).collect();
    let (known, besides): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.starts_with(KNOWN));
    assert_eq!(known.len(), 1, "the known finding is lost: {besides:?}");
    besides
}
