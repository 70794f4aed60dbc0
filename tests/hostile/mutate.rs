//! Fixtures with pieces taken out, doubled, swapped and bent, always in the same way: what cargo-fuzz does at length
//! (`fuzz/`), in a few seconds and without its toolchain.

use consentry::discover::memory::Memory;
use consentry::parse::{self, decode, manifest, script, template};
use consentry::session::{CheckOptions, check_files};
use std::fs;
use std::path::Path;

/// A row of numbers that looks like chance and is always the same.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; zero when there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Pieces that mean something somewhere.
const PIECES: [&str; 40] = [
    "{{",
    "}}",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "-->",
    "\"",
    "'",
    "`",
    "${",
    "//",
    "/*",
    "*/",
    "\\",
    "\0",
    "\u{feff}",
    "\r\n",
    "中",
    "\u{1f600}",
    "=>",
    "...",
    "?.",
    ":",
    ";",
    ",",
    "a:if=",
    "<![CDATA[",
    "&#x",
    "consentry-ignore ",
    "async ",
    "class A extends ",
    "9e999",
];

/// `seed` bent in up to four places, with parts of `other`.
fn bent(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = seed.to_vec();
    for _ in 0..=random.below(4) {
        let from = random.below(out.len() + 1);
        let to = (from + random.below(40)).min(out.len());
        match random.below(6) {
            0 => drop(out.drain(from..to)),
            1 => {
                let piece = out[from..to].to_vec();
                out.splice(from..from, piece);
            }
            2 => drop(out.splice(from..from, PIECES[random.below(PIECES.len())].bytes())),
            3 => drop(out.splice(from..to, PIECES[random.below(PIECES.len())].bytes())),
            4 => {
                let start = random.below(other.len() + 1);
                let end = (start + random.below(80)).min(other.len());
                out.splice(from..from, other[start..end].iter().copied());
            }
            _ => {
                if let Some(byte) = out.get_mut(from) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
    }
    out
}

/// The files below `fixtures/` with one of these extensions, small ones first.
fn seeds(extensions: &[&str]) -> Vec<Vec<u8>> {
    fn walk(folder: &Path, extensions: &[&str], into: &mut Vec<Vec<u8>>) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, extensions, into);
            } else if path.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)) {
                into.push(fs::read(path).unwrap());
            }
        }
    }
    let mut all = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), extensions, &mut all);
    all.retain(|seed| seed.len() < 4_000);
    all.sort_by_key(Vec::len);
    assert!(!all.is_empty());
    all
}

/// Runs `target` on bent seeds. A panic of the target is the test's.
fn rounds(extensions: &[&str], many: usize, seed: u64, target: impl Fn(&[u8])) {
    let seeds = seeds(extensions);
    let mut random = Random(seed);
    for _ in 0..many {
        let (one, other) = (random.below(seeds.len()), random.below(seeds.len()));
        target(&bent(&seeds[one], &seeds[other], &mut random));
    }
}

/// Every place a file's facts name lies in its text.
fn within(text: &str, problems: &[consentry::facts::Problem]) {
    for problem in problems {
        assert!(text.get(problem.span.start as usize..problem.span.end as usize).is_some(), "{problem:?} in {text:?}");
    }
}

#[test]
fn scripts() {
    rounds(&["js", "ts"], 2_000, 1, |bytes| {
        let text = decode::decode(bytes).text;
        for typescript in [false, true] {
            let (_, problems, _) = script::read(&text, typescript);
            within(&text, &problems);
        }
    });
}

#[test]
fn markup() {
    rounds(&["axml"], 2_000, 2, |bytes| {
        let text = decode::decode(bytes).text;
        let (template, problems, _) = template::read(&text);
        within(&text, &problems);
        for node in &template.nodes {
            assert!(text.get(node.span.start as usize..node.span.end as usize).is_some(), "{text:?}");
        }
    });
}

#[test]
fn expressions() {
    rounds(&["js"], 2_000, 3, |bytes| {
        let text: String = decode::decode(bytes).text.chars().take(60).collect();
        let _ = script::expression(&text, consentry::text::Span::new(0, text.len()));
    });
}

#[test]
fn json() {
    rounds(&["json"], 2_000, 4, |bytes| {
        let text = decode::decode(bytes).text;
        within(&text, &manifest::read(&text).1);
    });
}

#[test]
fn any_file_as_any_other() {
    rounds(&["axml", "json", "js", "ts", "toml", "txt"], 1_000, 5, |bytes| {
        for name in ["a.js", "a.ts", "a.axml", "a.json", "a.sjs"] {
            let (text, parsed) = parse::file(name, bytes);
            within(&text, &parsed.problems);
            let failed = parsed.problems.iter().any(|problem| problem.message.key == parse::INTERNAL);
            assert!(!failed, "{name}: {:?}", String::from_utf8_lossy(bytes));
        }
    });
}

#[test]
fn configurations() {
    let seed = b"platform = \"alipay\"\npreset = \"strict\"\nignore = [\"a/**\", \"!b\"]\n[rules]\nmissing-fail = \"off\"\n[budget]\nsteps = 9\n\
        [[overrides]]\npaths = [\"x/*.js\"]\nrules = { missing-fail = \"error\" }\n[purposes]\nauth_user = \"to greet\"\n";
    let mut random = Random(6);
    for _ in 0..2_000 {
        let bytes = bent(seed, seed, &mut random);
        let read = |_: &str| Ok(String::from_utf8_lossy(&bytes).into_owned());
        let _ = consentry::config::load("/p/consentry.toml", "/p", &read, &["missing-fail"]);
    }
}

#[test]
fn whole_programs() {
    let (scripts, templates) = (seeds(&["js"]), seeds(&["axml"]));
    let mut random = Random(7);
    let options = CheckOptions { threads: Some(1), ..CheckOptions::default() };
    for round in 0..200 {
        let mut take = |seeds: &[Vec<u8>]| {
            let (one, other) = (random.below(seeds.len()), random.below(seeds.len()));
            bent(&seeds[one], &seeds[other], &mut random)
        };
        let mut files = Memory::of(super::PROGRAM);
        files.0.insert("bad.js".into(), take(&scripts));
        files.0.insert("bad.axml".into(), take(&templates));
        files.0.insert("sound.js".into(), take(&scripts));
        let checked = check_files(&files, &[], &options).unwrap();
        assert!(!checked.report.incomplete(), "round {round}: {files:?}");
    }
}
