//! In: text. Out: the same as XML character data. Never builds a document.

use std::borrow::Cow;

/// `text` for an attribute's value or an element's content. Characters XML 1.0 has no way to write are replaced.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '<' | '>' | '&' | '"' | '\'') && !c.is_control() && !is_forbidden(c);
    if text.chars().all(plain) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            // In the log of a pipeline, two of them may begin a command.
            '#' if out.ends_with('#') => out.push_str("&#35;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // As references: a reader would turn them into spaces.
            '\n' | '\t' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            c if c.is_control() || is_forbidden(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Not controls, and yet not XML 1.0.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_controls_are_escaped() {
        for (text, want) in [
            ("plain 中", "plain 中"),
            ("<a b=\"c\" d='e'>&", "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;"),
            ("a\nb\tc", "a&#10;b&#9;c"),
            ("a ###[x]", "a #&#35;#[x]"),
            ("\u{1b}[31m\u{0}\u{ffff}", "\u{fffd}[31m\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(escape(text), want);
        }
    }
}
