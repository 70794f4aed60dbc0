//! In: text of any origin. Out: text that is safe on a terminal and in the log of a pipeline, and fits a width. Never cuts a word that
//! fits a line.

use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// Punctuation that may not begin a line in Chinese.
const NOT_FIRST: &str = "，。、；：！？）」』》”’…";

/// Columns of one character; what has none of its own counts nothing.
pub(super) fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Columns of a text without control characters.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Whether a character could steer the terminal or reorder what is read: such never leave the tool as they are.
pub(super) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// One line without anything that steers the terminal: white space becomes a space, the rest is shown as `\u{fffd}`.
pub(crate) fn clean(text: &str) -> String {
    calm(text)
        .chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if steers(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// A text in which no pipeline finds a command: `##[…]` and `##word[…]` mean something wherever they stand in a line.
pub(super) fn calm(text: &str) -> Cow<'_, str> {
    let begins = |(at, _): &(usize, &str)| {
        text[at + 2..].trim_start_matches('#').trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[')
    };
    match text.match_indices("##").any(|one| begins(&one)) {
        true => Cow::Owned(text.replace("##", "# # ")),
        false => Cow::Borrowed(text),
    }
}

/// A line that is no workflow command: what begins with `::`, after white space, is one. Nothing invisible would do: a runner
/// compares as people do, to whom that does not count.
pub(super) fn lead(line: &str) -> Cow<'_, str> {
    let rest = line.trim_start();
    match rest.strip_prefix("::") {
        Some(after) => Cow::Owned(format!("{}: :{after}", &line[..line.len() - rest.len()])),
        None => Cow::Borrowed(line),
    }
}

/// A path that begins no workflow command; it leads where it did.
pub(super) fn lead_path(path: &str) -> Cow<'_, str> {
    if path.trim_start().starts_with("::") { Cow::Owned(format!("./{path}")) } else { Cow::Borrowed(path) }
}

/// The lines of one paragraph, each at most `room` columns wide. Breaks at spaces and between Chinese characters; a word
/// longer than a line is cut.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(8);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for piece in pieces(text) {
        let visible = width(piece.trim_end());
        if used > 0 && used + visible > room {
            lines.push(String::new());
            used = 0;
        }
        for c in piece.chars() {
            if used + char_width(c) > room && c != ' ' {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
            used += char_width(c);
        }
    }
    // One that is changed may be a column too wide.
    lines.iter().map(|line| lead(line.trim_end()).into_owned()).collect()
}

/// The pieces between which a line may break: words with the spaces after them, and single wide characters; punctuation that
/// may not begin a line stays with what it follows.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let after_space = previous == ' ' && c != ' ';
        let beside_wide = char_width(c) == 2 || (char_width(previous) == 2 && c != ' ');
        if at > start && (after_space || beside_wide) && !NOT_FIRST.contains(c) {
            out.push(&text[start..at]);
            start = at;
        }
        previous = c;
    }
    out.push(&text[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_words_and_chinese() {
        for (text, room, want) in [
            ("one two three", 8, vec!["one two", "three"]),
            ("abcdefghijkl", 8, vec!["abcdefgh", "ijkl"]),
            ("中文字符，好", 8, vec!["中文字", "符，好"]),
            ("用 `my.a` 中文", 10, vec!["用 `my.a`", "中文"]),
            ("", 8, vec![""]),
        ] {
            assert_eq!(wrap(text, room), want, "{text}");
        }
    }

    #[test]
    fn nothing_that_steers_a_pipeline_passes() {
        for (text, want) in [
            ("a ##[add-mask]b", "a # # [add-mask]b"),
            ("###[x", "# # #[x"),
            ("##vso[task.x]", "# # vso[task.x]"),
            ("## a[0]", "## a[0]"),
            ("#[x]", "#[x]"),
        ] {
            assert_eq!(clean(text), want);
        }
        assert_eq!(wrap("a/b ::stop-commands::xyz", 20), ["a/b", ": :stop-commands::xyz"]);
        assert_eq!([lead("\u{3000}::a"), lead("a::b"), lead(":a")], ["\u{3000}: :a", "a::b", ":a"]);
        assert_eq!([lead_path(" ::a/b"), lead_path("a::b")], ["./ ::a/b", "a::b"]);
    }

    #[test]
    fn nothing_that_steers_a_terminal_passes() {
        assert_eq!(clean("a\u{1b}[31m\tb\r\n\u{202e}c\u{9b}"), "a\u{fffd}[31m b  \u{fffd}c\u{fffd}");
    }
}
