//! In: the text of a file that may hold branches for several platforms, `<!-- #if ALIPAY -->` … `<!-- #endif -->`. Out: the text
//! with the branches for other platforms blanked, at the same length. Never decides about a condition it does not know: such
//! branches all stay.
//!
//! Such a file is the source of another tool, which keeps one branch. Read as a whole, its branches contradict each other.

use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// `rules/conditions.toml`.
const NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/conditions.json"));

/// The names of targets.
#[derive(Deserialize)]
struct Names {
    /// Those whose programs are read here.
    ours: Vec<String>,
    /// Others.
    others: Vec<String>,
}

/// A comment that divides the text.
struct Divider<'a> {
    /// The whole comment.
    at: Range<usize>,
    word: &'a str,
    condition: &'a str,
}

/// An `#if` that waits for its `#endif`.
struct Open {
    /// Where the branch begins that is read now.
    start: usize,
    /// Whether that branch counts; `None` when nobody knows.
    counts: Option<bool>,
    /// Whether a branch before it counts.
    taken: Option<bool>,
}

/// `text` with spaces where it is for other platforms; line ends stay. As it is when it has no branches, or when they do not end
/// as they should.
pub fn for_us(text: &str) -> Cow<'_, str> {
    for_us_in(text, None)
}

/// The same where a framework has names of its own.
pub fn for_us_in<'t>(text: &'t str, own: Option<&BTreeMap<String, bool>>) -> Cow<'t, str> {
    if !text.contains("#if") {
        return Cow::Borrowed(text);
    }
    let Ok(mut names) = serde_json::from_str::<Names>(NAMES) else { return Cow::Borrowed(text) };
    for (name, ours) in own.into_iter().flatten() {
        if *ours { &mut names.ours } else { &mut names.others }.push(name.clone());
    }
    let blank = foreign(text, &names).unwrap_or_default();
    if blank.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in blank {
        let part = bytes.get_mut(range).unwrap_or_default();
        part.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The branches that are for other platforms; `None` when an end is missing or there is one too many.
fn foreign(text: &str, names: &Names) -> Option<Vec<Range<usize>>> {
    let (mut open, mut blank): (Vec<Open>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    for Divider { at, word, condition } in dividers(text) {
        let begins = matches!(word, "if" | "ifdef" | "ifndef");
        if begins {
            let holds = names.holds(condition);
            let counts = if word == "ifndef" { not(holds) } else { holds };
            open.push(Open { start: at.end, counts, taken: counts });
            continue;
        }
        let branch = open.last_mut()?;
        if branch.counts == Some(false) {
            blank.push(branch.start..at.start);
        }
        if word == "endif" {
            open.pop();
            continue;
        }
        let holds = if word == "else" { Some(true) } else { names.holds(condition) };
        branch.counts = and(not(branch.taken), holds);
        // It is known that none was taken only when that is known of each.
        branch.taken = not(and(not(branch.taken), not(holds)));
        branch.start = at.end;
    }
    open.is_empty().then_some(blank)
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn not(value: Option<bool>) -> Option<bool> {
    value.map(|value| !value)
}

impl Names {
    /// Whether a condition holds for us: names, `||`, `&&`, `!`.
    fn holds(&self, condition: &str) -> Option<bool> {
        let any = |one: &str| one.split("&&").map(|name| self.name(name.trim())).fold(Some(true), and);
        // One that holds is enough: none holds unless all are known not to.
        not(condition.split("||").map(any).map(not).fold(Some(true), and))
    }

    fn name(&self, name: &str) -> Option<bool> {
        if let Some(name) = name.strip_prefix('!') {
            return not(self.name(name.trim()));
        }
        let known = |list: &[String]| list.iter().any(|known| known == name || known.replace('-', "_") == name);
        if known(&self.ours) { Some(true) } else { known(&self.others).then_some(false) }
    }
}

/// The comments that divide a text, each alone at the start of its line or in `<!-- -->`.
fn dividers(text: &str) -> impl Iterator<Item = Divider<'_>> {
    text.match_indices('#').filter_map(|(hash, _)| {
        let rest = &text[hash + 1..];
        let word = &rest[..rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len())];
        if !matches!(word, "if" | "ifdef" | "ifndef" | "elif" | "elseif" | "else" | "endif") {
            return None;
        }
        let before = text[..hash].trim_end_matches([' ', '\t']);
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (opener, inside, closer) = if let Some(before) = before.strip_suffix("<!--") {
            (before.len(), rest.find("-->")?, 3)
        } else if let Some(before) = before.strip_suffix("//").filter(|before| starts_line(before)) {
            (before.len(), line, 0)
        } else {
            let before = before.strip_suffix("/*").filter(|before| starts_line(before))?;
            (before.len(), rest.find("*/")?, 2)
        };
        let condition = rest.get(word.len()..inside)?.trim();
        Some(Divider { at: opener..hash + 1 + inside + closer, word, condition })
    })
}

/// Whether what follows `before` stands first in its line.
fn starts_line(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\t', '{']);
    before.is_empty() || before.ends_with(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_for_other_platforms_are_blanked() {
        for (text, want) in [
            (
                "<a><!-- #if ALIPAY --><b><!-- #endif --><!-- #if WECHAT  --><c><!-- #endif --></b></a>",
                "<a><b></b></a>",
            ),
            ("<!-- #ifdef MP-ALIPAY --><b/><!-- #else --><c/><!-- #endif -->", "<b/>"),
            ("<!-- #ifndef MP-ALIPAY --><b/><!-- #else --><c/><!-- #endif -->", "<c/>"),
            (
                "<!-- #ifdef H5 || MP-WEIXIN --><b/><!-- #elif MP-ALIPAY --><c/><!-- #else --><d/><!-- #endif -->",
                "<c/>",
            ),
            ("<!-- #ifdef H5 || MP_ALIPAY --><b/><!-- #endif -->", "<b/>"),
            ("<!-- #if !WECHAT && DEBUG --><b/><!-- #else --><c/><!-- #endif -->", "<b/><c/>"),
            ("<!-- #if DEBUG --><b/><!-- #elif H5 --><c/><!-- #else --><d/><!-- #endif -->", "<b/><d/>"),
            ("<!-- #if WECHAT --><b/><!-- #if ALIPAY --><c/><!-- #endif --><!-- #endif --><d/>", "<d/>"),
            ("<!-- #if WECHAT --><b/>", "<b/>"),
            ("<b/><!-- #endif -->", "<b/>"),
            ("a()\n// #ifdef H5\nb()\n  // #endif\nc('#if', '// #endif')", "a()c('#if','//#endif')"),
            ("/* #ifdef MP-WEIXIN */\nb()\n/* #endif */ c()", "c()"),
            ("x = '// #ifdef H5'; b() // #endif", "x='//#ifdefH5';b()//#endif"),
        ] {
            let got = for_us(text);
            assert_eq!(got.len(), text.len(), "{text}");
            let dividers: Vec<Range<usize>> = dividers(text).map(|one| one.at).collect();
            let kept = |(at, c): (usize, char)| {
                (!c.is_whitespace() && !dividers.iter().any(|range| range.contains(&at))).then_some(c)
            };
            assert_eq!(got.char_indices().filter_map(kept).collect::<String>(), want, "{text}");
        }
    }

    #[test]
    fn lines_and_characters_stay_where_they_are() {
        let text = "<!-- #if WECHAT -->\r\n<文 a=\"字\">\n<!-- #endif -->\n<b/>";
        let got = for_us(text);
        assert_eq!(got.find("<b/>"), text.find("<b/>"));
        assert_eq!(got.matches('\n').count(), 3);
    }
}
