//! In: the text of one directive. Out: what it says, and what is wrong with it. Never a file or a line.

use crate::error::nearest;
use crate::facts::Directive;
use std::ops::Range;

/// How far a directive reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// One line.
    Line,
    /// The file.
    File,
}

/// The directives by name.
const NAMES: [(&str, Reach); 2] = [("consentry-ignore", Reach::Line), ("consentry-ignore-file", Reach::File)];

/// A directive, understood.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Meaning<'a> {
    pub(super) reach: Reach,
    /// The rules it names, each once.
    pub(super) rules: Vec<Named<'a>>,
    /// Where their list stands in the text.
    pub(super) list: Range<usize>,
    /// The reason, when there is one.
    pub(super) reason: Option<&'a str>,
    /// What is wrong.
    pub(super) faults: Vec<Fault>,
    unknown: Vec<&'a str>,
}

/// A rule that exists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Named<'a> {
    pub(super) id: &'a str,
}

/// What is wrong with a part of a directive: a message of the rule page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) key: &'static str,
    /// The message's key when there is a name much like the wrong one.
    pub(super) key_with_nearest: &'static str,
    /// Bytes of the directive's text.
    pub(super) at: Range<usize>,
    pub(super) nearest: Option<String>,
}

impl Fault {
    pub(super) fn new(key: &'static str, at: Range<usize>) -> Fault {
        Fault { key, key_with_nearest: key, at, nearest: None }
    }

    fn near(self, key: &'static str, nearest: Option<String>) -> Fault {
        Fault { key_with_nearest: key, nearest, ..self }
    }
}

impl<'a> Meaning<'a> {
    /// Names that are no rules.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &'a str> {
        self.unknown.iter().copied()
    }
}

/// Reads `consentry-ignore rule-id, rule-id: reason`. Full-width punctuation is taken, too.
pub(super) fn read<'a>(text: &'a str, known: &[&str]) -> Meaning<'a> {
    let name_end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let reach = NAMES.iter().find(|(known, _)| *known == name).map(|(_, reach)| *reach);
    let (list, reason) = match rest.find([':', '：']) {
        Some(colon) => {
            let after = rest[colon..].trim_start_matches([':', '：']).trim();
            (&rest[..colon], Some(after).filter(|reason| !reason.is_empty()))
        }
        None => (rest, None),
    };
    let start = name_end + (list.len() - list.trim_start().len());
    let list = start..start + list.trim().len();
    let mut meaning = Meaning {
        reach: reach.unwrap_or(Reach::Line),
        rules: Vec::new(),
        list: list.clone(),
        reason,
        faults: Vec::new(),
        unknown: Vec::new(),
    };
    if reach.is_none() {
        let near = nearest(name, NAMES.map(|(name, _)| name));
        meaning.faults.push(Fault::new("unknown-directive", 0..name_end).near("unknown-directive-near", near));
    } else if list.is_empty() {
        meaning.faults.push(Fault::new("no-rule", 0..text.len()));
    } else {
        meaning.name_rules(text, list, known);
    }
    meaning
}

impl<'a> Meaning<'a> {
    fn name_rules(&mut self, text: &'a str, list: Range<usize>, known: &[&str]) {
        let mut at = list.start;
        for piece in text[list].split_inclusive([',', '，']) {
            let begin = at;
            at += piece.len();
            let id = piece.trim_end_matches([',', '，']).trim();
            if id.is_empty() {
                continue;
            }
            let begin = begin + (piece.len() - piece.trim_start().len());
            if known.contains(&id) {
                if !self.rules.iter().any(|rule| rule.id == id) {
                    self.rules.push(Named { id });
                }
                continue;
            }
            let first = id.split_whitespace().next().unwrap_or(id);
            if first != id && known.contains(&first) {
                let rest = begin + first.len()..begin + id.len();
                let rest = rest.start + (text[rest.clone()].len() - text[rest.clone()].trim_start().len())..rest.end;
                self.faults.push(Fault::new("no-colon", rest));
                continue;
            }
            self.unknown.push(id);
            let near = nearest(id, known.iter().copied());
            self.faults.push(Fault::new("unknown-rule", begin..begin + id.len()).near("unknown-rule-near", near));
        }
        if self.rules.is_empty() && self.faults.is_empty() {
            self.faults.push(Fault::new("no-rule", 0..text.len()));
        }
    }
}

/// Whether only comments and white space stand before a directive.
pub(super) fn at_top(text: &str, directive: &Directive) -> bool {
    let mut rest = text.get(..directive.span.start as usize).unwrap_or("");
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if rest.is_empty() {
            return true;
        }
        let comment =
            [("//", "\n"), ("#!", "\n"), ("/*", "*/"), ("<!--", "-->")].into_iter().find_map(|(open, close)| {
                let inside = rest.strip_prefix(open)?;
                Some(inside.split_once(close).map_or("", |(_, after)| after))
            });
        let strict = ["'use strict'", "\"use strict\"", ";"].into_iter().find_map(|word| rest.strip_prefix(word));
        match comment.or(strict) {
            Some(after) => rest = after,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [&str; 2] = ["launch-prompt", "missing-fail"];

    #[test]
    fn directives_are_read() {
        for (text, rules, reason, faults) in [
            ("consentry-ignore launch-prompt: staff only", "launch-prompt", Some("staff only"), ""),
            ("consentry-ignore launch-prompt, missing-fail:a: b", "launch-prompt missing-fail", Some("a: b"), ""),
            ("consentry-ignore launch-prompt，missing-fail：内部", "launch-prompt missing-fail", Some("内部"), ""),
            ("consentry-ignore\n  launch-prompt\n", "launch-prompt", None, ""),
            ("consentry-ignore launch-prompt :", "launch-prompt", None, ""),
            ("consentry-ignore missing-fail,missing-fail,", "missing-fail", None, ""),
            ("consentry-ignore", "", None, "no-rule"),
            ("consentry-ignore: why", "", Some("why"), "no-rule"),
            ("consentry-ignore ,", "", None, "no-rule"),
            ("consentry-ignore lanch-prompt: x", "", Some("x"), "unknown-rule>launch-prompt"),
            ("consentry-ignore launch-prompt, all", "launch-prompt", None, "unknown-rule"),
            ("consentry-ignore launch-prompt staff only", "", None, "no-colon"),
            ("consentry-ignore-line launch-prompt", "", None, "unknown-directive>consentry-ignore-file"),
            ("consentry-nothing-like-it x", "", None, "unknown-directive"),
        ] {
            let meaning = read(text, &RULES);
            let ids: Vec<&str> = meaning.rules.iter().map(|rule| rule.id).collect();
            let fault = |fault: &Fault| {
                fault.nearest.as_ref().map_or(fault.key.to_owned(), |nearest| format!("{}>{nearest}", fault.key))
            };
            let found: Vec<String> = meaning.faults.iter().map(fault).collect();
            assert_eq!((ids.join(" ").as_str(), meaning.reason), (rules, reason), "{text}");
            assert_eq!(found.join(" "), faults, "{text}");
        }
        assert_eq!(read("consentry-ignore-file launch-prompt", &RULES).reach, Reach::File);
    }
}
