//! In: texts before and after. Out: a patch as `patch` and `git apply` read it. On a terminal nothing in it can steer the
//! terminal; elsewhere it is the texts' own characters.

use super::wrap::clean;
use similar::{ChangeTag, TextDiff};
use std::io::{self, Write};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The code of no colour.
const PLAIN: &str = "0";

/// Writes the changes of some files: path, text before, text after.
///
/// # Errors
/// Only those of `out`.
pub fn write<'a>(
    changes: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
    color: bool,
    terminal: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = |code: &str, line: &str| {
        let line = if terminal { clean(line) } else { line.to_owned() };
        if color && code != PLAIN { format!("\u{1b}[{code}m{line}\u{1b}[0m") } else { line }
    };
    for (file, before, after) in changes {
        writeln!(out, "{}", paint("1", &format!("--- {file}")))?;
        writeln!(out, "{}", paint("1", &format!("+++ {file}")))?;
        let diff = TextDiff::from_lines(before, after);
        for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
            writeln!(out, "{}", paint("36", hunk.header().to_string().trim_end()))?;
            for change in hunk.iter_changes() {
                let text = change.value();
                let line = text.strip_suffix('\n').unwrap_or(text);
                let (sign, code) = match change.tag() {
                    ChangeTag::Delete => ('-', "31"),
                    ChangeTag::Insert => ('+', "32"),
                    ChangeTag::Equal => (' ', PLAIN),
                };
                writeln!(out, "{}", paint(code, &format!("{sign}{line}")))?;
                if change.missing_newline() {
                    writeln!(out, "\\ No newline at end of file")?;
                }
            }
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(before: &str, after: &str, terminal: bool) -> String {
        let mut out = Vec::new();
        write([("a.js", before, after)].into_iter(), false, terminal, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_patch_keeps_line_ends_and_says_where_the_last_is_missing() {
        for (before, after, want) in [
            ("a\nb\n", "a\nc\n", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"),
            ("a\r\nb\r\n", "a\r\nc\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"),
            ("a", "b", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"),
        ] {
            assert_eq!(patch(before, after, false), format!("--- a.js\n+++ a.js\n{want}"));
        }
        assert!(!patch("\u{1b}[2J\n", "x\n", true).contains('\u{1b}'));
        assert!(patch("\u{1b}[2J\n", "x\n", false).contains("-\u{1b}[2J"));
    }
}
