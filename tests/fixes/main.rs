//! In: the programs of `fixtures/`, as they are and written differently, and generated ones. Out: whether fixes keep their
//! promises: files can still be read, nothing new is found, a second run has nothing to do, and what is no edit stays byte for
//! byte.

mod generated;
#[path = "../../fuzz/src/promises.rs"]
mod promises;
mod written;

use consentry::discover::memory::Memory;
use consentry::session::{CheckOptions, Preset};
use promises::broken;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use written::{MANNERS, written};

/// A program that is mended.
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

#[test]
fn promises_hold_for_all_fixtures() {
    let mut changed = 0;
    for program in programs() {
        for preset in [Preset::Recommended, Preset::Strict] {
            let held = broken(&program.files, &options(&program, preset));
            changed += held.unwrap_or_else(|fault| panic!("{}: {fault}", program.name)).files;
        }
    }
    assert!(changed > 10, "hardly anything was mended: {changed} files");
}

#[test]
fn promises_hold_however_it_is_written() {
    let programs = programs();
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let ways = (0..programs.len(), proptest::sample::subsequence(MANNERS.to_vec(), 0..=4));
    let checked = runner.run(&ways, |(at, manners)| {
        let program = written(&programs[at], &manners);
        let held = broken(&program.files, &options(&program, Preset::Strict));
        held.map(drop).map_err(|fault| TestCaseError::fail(format!("{} {manners:?}: {fault}", program.name)))
    });
    if let Err(fault) = checked {
        panic!("{fault}");
    }
}

/// The files of a program, to be read by people.
fn text_of(program: &Program) -> String {
    let files = program.files.0.iter().map(|(path, bytes)| format!("--- {path}\n{}", String::from_utf8_lossy(bytes)));
    files.collect::<Vec<_>>().join("\n")
}

#[test]
fn promises_hold_for_generated_programs() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config { cases: cases.unwrap_or(96), failure_persistence: None, ..Config::default() };
    // Always the same ones, unless more are asked for.
    let mut runner = match cases {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let rows = (
        proptest::collection::vec(proptest::num::u8::ANY, 0..120),
        proptest::sample::subsequence(MANNERS.to_vec(), 0..=2),
    );
    let (files, rules) = (Cell::new(0), RefCell::new(BTreeSet::new()));
    let checked = runner.run(&rows, |(row, manners)| {
        let program = generated::program(&row);
        for (path, bytes) in &program.files.0 {
            let problems = consentry::parse::file(path, bytes).1.problems;
            assert!(problems.is_empty(), "{path} of {}: {problems:?}", program.name);
        }
        let program = written(&program, &manners);
        let held = broken(&program.files, &options(&program, Preset::Strict));
        let held = held.map_err(|fault| TestCaseError::fail(format!("{fault}\n{}", text_of(&program))))?;
        files.set(files.get() + held.files);
        rules.borrow_mut().extend(held.rules);
        Ok(())
    });
    if let Err(fault) = checked {
        panic!("{fault}");
    }
    assert!(files.get() > 100 && rules.borrow().len() >= 10, "{} files were mended, of {rules:?}", files.get());
}
