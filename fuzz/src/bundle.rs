//! In: bytes. Out: several files, as `fuzz/prepare.py` writes them: one byte of choices, then after each line `@@ path` a
//! file's bytes. What stands before the first such line is `bad.js`.

use consentry::discover::memory::Memory;
use consentry::discover::path;
use std::collections::BTreeMap;

/// More files than this are not looked at: the inputs are small, and each file has its cost.
const MOST: usize = 24;
const MARK: &[u8] = b"@@ ";

/// What stands in place of an `app.json`, and what such a program lists.
const BASE: [(&str, &str); 5] = [
    ("app.json", r#"{"pages": ["bad", "sound"]}"#),
    ("app.js", "App({});\n"),
    ("sound.js", "Page({ onLoad() { my.getAuthCode({ scopes: 'auth_user', success() {} }); } });\n"),
    ("sound.axml", "<view />\n"),
    ("bad.axml", "<view />\n"),
];

/// Files, and a number to choose by.
pub(crate) struct Bundle {
    /// Below 256.
    pub(crate) choice: usize,
    /// The files of a program.
    pub(crate) files: Memory,
}

/// Reads `bytes`.
pub(crate) fn read(bytes: &[u8]) -> Bundle {
    let (choice, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (usize::from(*first), rest));
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut name = "bad.js".to_owned();
    let mut from = 0;
    let mut lines = 0;
    while lines <= rest.len() {
        let end = rest[lines..].iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| lines + at);
        if let Some(next) = rest[lines..end].strip_prefix(MARK) {
            put(&mut files, &name, &rest[from..lines]);
            name = path::normalise(String::from_utf8_lossy(next).trim_start_matches('/'));
            from = rest.len().min(end + 1);
        }
        lines = end + 1;
    }
    put(&mut files, &name, &rest[from..]);
    if !files.contains_key("app.json") {
        for (path, text) in BASE {
            files.entry(path.to_owned()).or_insert_with(|| text.as_bytes().to_vec());
        }
    }
    Bundle { choice, files: Memory(files) }
}

fn put(files: &mut BTreeMap<String, Vec<u8>>, name: &str, bytes: &[u8]) {
    if files.len() < MOST && !name.is_empty() && !name.starts_with("..") && name != "." {
        files.insert(name.to_owned(), bytes.to_vec());
    }
}
