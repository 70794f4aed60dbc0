//! The same program from folders in another order, with other numbers of threads: the same bytes in every format. And files that
//! lie about themselves.

use super::{PROGRAM, shown};
use consentry::discover::disk::Disk;
use consentry::discover::memory::Memory;
use consentry::discover::{Files, Walk};
use consentry::locate::Located;
use consentry::report::Format;
use consentry::session::{CheckOptions, check_files};
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// Lists folders in an order of its own.
struct Shuffled<'a> {
    under: &'a dyn Files,
    seed: u64,
}

impl Files for Shuffled<'_> {
    fn base(&self) -> String {
        self.under.base()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.under.read(path)
    }

    fn is_file(&self, path: &str) -> bool {
        self.under.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.under.is_dir(path)
    }

    fn walk(&self, root: &str) -> Walk {
        let mut walk = self.under.walk(root);
        let mut random = super::mutate::Random(self.seed);
        for at in (1..walk.files.len()).rev() {
            walk.files.swap(at, random.below(at + 1));
        }
        walk.builds.reverse();
        walk.problems.reverse();
        walk
    }
}

#[test]
fn the_same_bytes_for_any_order_and_any_number_of_threads() {
    let disk = Disk::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    let all = |files: &dyn Files, threads: usize| -> Vec<String> {
        let options = CheckOptions { threads: Some(threads), ..CheckOptions::default() };
        let checked = check_files(files, &[], &options).unwrap();
        Format::ALL.iter().map(|(_, format)| shown(&checked, *format)).collect()
    };
    let want = all(&disk, 1);
    assert!(want[0].len() > 10_000);
    for (seed, threads) in [(1, 1), (2, 2), (3, 64)] {
        let has = all(&Shuffled { under: &disk, seed }, threads);
        for ((want, has), (name, _)) in want.iter().zip(&has).zip(Format::ALL) {
            assert!(want == has, "{name} with seed {seed} and {threads} threads");
        }
    }
}

/// Gives other bytes for the same text.
struct Rewritten<'a> {
    under: &'a dyn Files,
    rewrite: fn(&str, Vec<u8>) -> Vec<u8>,
}

impl Files for Rewritten<'_> {
    fn base(&self) -> String {
        self.under.base()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.under.read(path).map(|bytes| (self.rewrite)(path, bytes))
    }

    fn is_file(&self, path: &str) -> bool {
        self.under.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.under.is_dir(path)
    }

    fn walk(&self, root: &str) -> Walk {
        self.under.walk(root)
    }
}

fn is_script(path: &str) -> bool {
    path.ends_with(".js") || path.ends_with(".ts")
}

/// Whether a byte order mark stands first.
fn is_marked(bytes: &[u8]) -> bool {
    [b"\xef\xbb\xbf".as_slice(), b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| bytes.starts_with(mark))
}

fn other_line_ends(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) if is_script(path) || path.ends_with(".axml") => {
            text.replace("\r\n", "\n").replace('\n', "\r\n").into()
        }
        Ok(text) => text.into(),
        Err(other) => other.into_bytes(),
    }
}

fn byte_order_mark(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    let text = is_script(path) || path.ends_with(".axml") || path.ends_with(".json");
    if text && std::str::from_utf8(&bytes).is_ok_and(|text| !text.starts_with('\u{feff}')) {
        return ["\u{feff}".as_bytes(), &bytes].concat();
    }
    bytes
}

fn one_more_line(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    if is_script(path) && !is_marked(&bytes) {
        return [b"/* 1 */\n".as_slice(), &bytes].concat();
    }
    bytes
}

#[test]
fn the_same_findings_however_lines_end_and_whatever_stands_above() {
    let disk = Disk::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    // A file with a mark of its own keeps its first line.
    let marked = |path: &str| is_marked(&disk.read(path).unwrap());
    let all = |files: &dyn Files, below: u32| -> Vec<String> {
        let checked = check_files(files, &[], &CheckOptions::default()).unwrap();
        let line = |one: &Located| {
            let (finding, at) = (&one.finding, one.range.start);
            let file = &finding.place.file;
            let moved = if is_script(file) && !marked(file) { below } else { 0 };
            format!("{file}:{}:{} {} {:?}", at.line - moved, at.column, finding.rule, finding.message)
        };
        checked.report.findings().map(|(_, one)| line(one)).collect()
    };
    let want = all(&disk, 0);
    assert!(want.len() > 100);
    for (rewrite, below) in
        [(other_line_ends as fn(&str, Vec<u8>) -> Vec<u8>, 0), (byte_order_mark, 0), (one_more_line, 1)]
    {
        let has = all(&Rewritten { under: &disk, rewrite }, below);
        let both: Vec<_> = has.iter().zip(&want).filter(|(has, want)| has != want).collect();
        assert!(both.is_empty() && has.len() == want.len(), "{both:#?}");
    }
}

/// Says that files are there which are not, and gives other bytes at each reading.
struct Liar {
    under: Memory,
    gone: &'static str,
    reads: std::sync::atomic::AtomicUsize,
}

impl Files for Liar {
    fn base(&self) -> String {
        self.under.base()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>> {
        let read = self.reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if path == self.gone {
            return Err(Error::from(if read.is_multiple_of(2) {
                ErrorKind::NotFound
            } else {
                ErrorKind::PermissionDenied
            }));
        }
        let bytes = self.under.read(path)?;
        // Half of it is there while somebody writes it.
        let half = path == "bad.js" && read.is_multiple_of(2);
        Ok(if half { bytes[..bytes.len() / 2].to_vec() } else { bytes })
    }

    fn is_file(&self, path: &str) -> bool {
        path == self.gone || self.under.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.under.is_dir(path)
    }

    fn walk(&self, root: &str) -> Walk {
        let mut walk = self.under.walk(root);
        walk.files.push("vanished.js".into());
        walk
    }
}

#[test]
fn files_that_change_or_vanish_are_told() {
    for gone in ["bad.js", "bad.axml", "sound.js", "bad.json", "b.js"] {
        let mut under = Memory::of(PROGRAM);
        under.0.insert("bad.js".into(), b"import './b'; import './vanished'; Page({ onLoad() {} });".to_vec());
        under.0.insert("b.js".into(), b"export default 1;".to_vec());
        let files = Liar { under, gone, reads: Default::default() };
        let checked = check_files(&files, &[], &CheckOptions::default()).unwrap();
        let said = shown(&checked, Format::Concise);
        assert!(said.contains(super::KNOWN) && !checked.report.incomplete(), "{said}");
        assert!(gone == "b.js" || said.contains(&format!("{gone}:1:1: warning unreadable-file")), "{gone}: {said}");
    }
    // Without the manifest there is no program, and that is said and no crash.
    let files = Liar { under: Memory::of(PROGRAM), gone: "app.json", reads: Default::default() };
    let _ = check_files(&files, &[], &CheckOptions::default()).map(|checked| checked.report.findings().count());
}
