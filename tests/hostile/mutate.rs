//! Fixtures with pieces taken out, doubled, swapped and bent, always in the same way: what cargo-fuzz does at length
//! (`fuzz/`), in a few seconds and without its toolchain.

use super::targets;
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
fn rounds(extensions: &[&str], many: usize, seed: u64, mut target: impl FnMut(&[u8])) {
    let seeds = seeds(extensions);
    let mut random = Random(seed);
    for _ in 0..many {
        let (one, other) = (random.below(seeds.len()), random.below(seeds.len()));
        target(&bent(&seeds[one], &seeds[other], &mut random));
    }
}

#[test]
fn scripts() {
    rounds(&["js", "ts"], 2_000, 1, targets::script_facts);
}

#[test]
fn markup() {
    rounds(&["axml"], 2_000, 2, targets::axml);
}

#[test]
fn expressions() {
    rounds(&["js"], 2_000, 3, |bytes| {
        let bytes: Vec<u8> = [bytes.len() as u8].iter().chain(bytes).copied().take(80).collect();
        targets::expression(&bytes);
    });
}

#[test]
fn json() {
    rounds(&["json"], 2_000, 4, targets::json);
}

#[test]
fn any_file_as_any_other() {
    rounds(&["axml", "json", "js", "ts", "toml", "txt"], 500, 5, |bytes| {
        targets::script_facts(bytes);
        targets::axml(bytes);
        targets::json(bytes);
    });
}

#[test]
fn configurations() {
    let seed = b"\0@@ consentry.toml\nplatform = \"alipay\"\npreset = \"strict\"\nextends = \"b.toml\"\nignore = [\"a/**\", \"!b\"]\n[rules]\n\
        missing-fail = \"off\"\n[budget]\nsteps = 9\n[[overrides]]\npaths = [\"x/*.js\"]\nrules = { missing-fail = \"error\" }\n\
        [purposes]\nauth_user = \"to greet\"\n@@ b.toml\npreset = \"recommended\"\n[rules]\nmissing-fail = \"info\"\n";
    let mut random = Random(6);
    for _ in 0..2_000 {
        targets::config(&bent(seed, seed, &mut random));
    }
}

#[test]
fn comments_to_the_tool() {
    for (kind, extension) in [(0, "js"), (1, "axml"), (2, "js"), (3, "axml")] {
        let comment: &[u8] = if extension == "js" {
            b"/* consentry-ignore missing-fail, launch-prompt: known */"
        } else {
            b"<!-- consentry-ignore undefined-handler, nothing: known -->"
        };
        let mut random = Random(8);
        rounds(&[extension], 200, 9, |bytes| {
            let mut bytes = bytes.to_vec();
            let at = random.below(bytes.len() + 1);
            bytes.splice(at..at, comment.iter().copied());
            targets::suppressions(&[&[kind], &bytes[..]].concat());
        });
    }
}

/// A program with a page of bent files: a script, a template and a script beside.
fn bent_program(random: &mut Random, scripts: &[Vec<u8>], templates: &[Vec<u8>]) -> Vec<u8> {
    let mut bundle = vec![random.below(256) as u8];
    for (name, seeds) in [("bad.js", scripts), ("bad.axml", templates), ("sound.js", scripts)] {
        let (one, other) = (random.below(seeds.len()), random.below(seeds.len()));
        bundle.extend(format!("\n@@ {name}\n").bytes());
        bundle.extend(bent(&seeds[one], &seeds[other], random));
    }
    bundle
}

#[test]
fn whole_programs() {
    let (scripts, templates) = (seeds(&["js"]), seeds(&["axml"]));
    let mut random = Random(7);
    for _ in 0..100 {
        targets::whole_check(&bent_program(&mut random, &scripts, &templates));
    }
}

#[test]
fn mended_programs() {
    let (scripts, templates) = (seeds(&["js"]), seeds(&["axml"]));
    let mut random = Random(10);
    for _ in 0..100 {
        targets::fix_application(&bent_program(&mut random, &scripts, &templates));
    }
}

/// What fuzzing has found, and inputs that reach much of the code together: `seeds/TARGET/`.
#[test]
fn kept_inputs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/seeds");
    let mut known: Vec<String> = Vec::new();
    for (name, target) in targets::TARGETS {
        let Ok(entries) = fs::read_dir(folder.join(name)) else { continue };
        known.push(name.to_owned());
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            target(&fs::read(path).unwrap());
        }
    }
    let mut there: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    there.sort();
    assert_eq!(there, known, "a folder that no target has the name of");
}
