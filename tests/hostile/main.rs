//! In: input that nobody sane writes, in memory, on the disk and through the real tool. Out: whether it crashes, hangs, lies or
//! hides what else is found. Every program has one finding besides, which must appear whatever stands beside it.
//!
//! Where each kind of input is tried:
//!
//! - accessors and traps that ask: `accessors`
//! - nesting 100,000 deep, of brackets, tags, `a?b:c`, `else if`, unary signs: `nesting`
//! - 0 bytes, 1 byte: `bytes::any_one_byte_and_none`; 100 MB and 5 GB: `disk::a_sparse_file_of_gigabytes_is_not_read`; a line of 5 MB:
//!   `size::a_line_of_five_megabytes_and_a_file_that_is_too_long`
//! - NUL, invalid UTF-8, GBK, UTF-16: `bytes::encodings_are_read_or_refused_with_a_reason`, and `promises_hold_however_it_is_written` of `tests/fixes`
//! - control characters and escape sequences in sources and file names: `steering`
//! - what is markup or a command to those who read a report: `readers`
//! - names with spaces, quotes, line ends, Chinese, 400 characters: `disk::names_of_all_kinds`
//! - links in circles and out of the tree: `disk::links_in_circles_and_out_of_the_tree`
//! - unreadable files and folders: `disk::what_may_not_be_read_is_told`
//! - pipes and devices: `disk::pipes_and_devices_are_not_waited_for`
//! - files that change or vanish: `order::files_that_change_or_vanish_are_told`; during `--fix`: `tests/fixes_on_disk.rs`
//! - 100,000 pages: `size::an_app_of_100_000_pages`
//! - imports, templates and components in circles: `bytes::circles_end`, `bytes::components_within_themselves_end`
//! - values that hold, stand for or wait for themselves: `circles`
//! - everything leads to everything: `crowds`
//! - `__proto__` and `constructor` as keys: `bytes::names_javascript_knows_are_names`
//! - patterns that make others run away: `size::patterns_that_make_others_run_away`
//! - findings without end: `size::a_million_findings`, `size::findings_by_the_ten_thousand`, `size::buttons_by_the_thousand`; what a
//!   million costs the optimised tool stands in `benches/README.md`
//! - a closed standard output: `disk::a_reader_that_goes_away_and_a_full_disk`, `size::a_million_findings`, and
//!   `size::nothing_is_made_for_a_reader_that_has_gone`; a full disk: the first of these
//! - a read-only file, a killed run and an interrupted one during `--fix`, `--output` and `baseline write`: `tests/fixes_on_disk.rs`; a fault
//!   of the tool: `src/session/tests.rs`, while it mends: `src/session/mend/tests.rs`
//! - no HOME, other locales, 1 and 64 threads: `disk::poor_surroundings_change_nothing`,
//!   `order::the_same_bytes_for_any_order_and_any_number_of_threads`
//! - repositories that have git run commands: `git`
//! - what nobody thought of: `mutate`, with the targets of `fuzz/`

#![expect(clippy::unwrap_used, reason = "a step that fails is a test that fails")]

mod accessors;
mod bytes;
mod circles;
mod crowds;
mod disk;
mod git;
mod mutate;
mod nesting;
mod order;
mod readers;
mod size;
mod steering;
mod tool;
#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is a crate of its own where it is fuzzed")]
mod targets;

use consentry::discover::Files;
use consentry::discover::memory::Memory;
use consentry::report::{self, Format, Options};
use consentry::session::{CheckOptions, Checked, check_files, texts};
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
    let options = Options::plain(format, texts.as_ref());
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
