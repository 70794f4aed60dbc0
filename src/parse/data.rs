//! In: the bytes of a script. Out: whether it only holds data that nobody needs to read: lists of cities, codes, pictures.
//! A third of the bytes of public programs is in such files, and parsing them was half the work on a typical one. Never
//! says so of a file in which anything is called or a word of the platform stands.

use aho_corasick::AhoCorasick;
use memchr::{memchr, memchr2, memmem};

/// A smaller file is read faster than looked through. Bytes.
const SMALLEST: usize = 32 << 10;

/// The words of all platform tables, one per line, made by `build.rs`: APIs, scopes, beginnings and names of secrets.
const WORDS: &str = include_str!(concat!(env!("OUT_DIR"), "/platform-words.txt"));

/// What else a file must not have: other files that it leads to, and directives to this tool.
const LEADS: &[&str] = &["import", "from", "consentry"];

/// Whether a script is only data. Without `(` there is no call and no function (arrows have one unless they have a bare
/// parameter, so `=>` counts, too); templates may call a tag.
pub fn is_data(bytes: &[u8]) -> bool {
    let code = || memchr2(b'(', b'`', bytes).is_some() || memmem::find(bytes, b"=>").is_some();
    // What is no text at all is told, not passed over.
    let text = || memchr(0, &bytes[..SMALLEST]).is_none();
    if bytes.len() < SMALLEST || !text() || code() {
        return false;
    }
    let words = WORDS.lines().chain(LEADS.iter().copied());
    // Without an automaton the file is parsed, which is always right.
    AhoCorasick::new(words).is_ok_and(|words| !words.is_match(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_files_in_which_nothing_happens_are_data() {
        let cities = "{ name: '\u{676d}\u{5dde}', code: 330100 },\n".repeat(1000);
        let file = |before: &str, after: &str| format!("{before}[\n{cities}]{after}");
        let cases = [
            (file("module.exports = ", ";\n"), true),
            (file("export default ", ";\n"), true),
            ("module.exports = [1, 2];".to_string(), false),
            (file("module.exports = () => ", ";\n"), false),
            (file("\0module.exports = ", ";\n"), false),
            (file("module.exports = x => ", ";\n"), false),
            (file("tag`x`; module.exports = ", ";\n"), false),
            (file("export * from './more'; export default ", ";\n"), false),
            (file("module.exports.scopes = ['auth_user']; module.exports.all = ", ";\n"), false),
            (file("// consentry-ignore-file\nmodule.exports = ", ";\n"), false),
        ];
        for (text, data) in cases {
            assert_eq!(is_data(text.as_bytes()), data, "{}", &text[..text.len().min(60)]);
        }
    }
}
