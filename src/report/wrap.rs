//! In: text of any origin. Out: text that is safe on a terminal and fits a width. Never cuts a word that fits a line.

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
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if steers(c) => '\u{fffd}',
            c => c,
        })
        .collect()
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
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
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
    fn nothing_that_steers_a_terminal_passes() {
        assert_eq!(clean("a\u{1b}[31m\tb\r\n\u{202e}c\u{9b}"), "a\u{fffd}[31m b  \u{fffd}c\u{fffd}");
    }
}
