//! In: raw findings of one program and the texts of its files. Out: findings in order, each once, with lines, columns and
//! a fingerprint, and only those that are wanted. Never words or colours.

use crate::finding::{Certainty, Finding, Level, Place, Route};
use crate::text::{Lines, Position};
use crate::texts::{self, Lang, Texts};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Ways kept per finding; the rest is only counted.
pub const MOST_ROUTES: usize = 16;

/// The decoded texts of the checked files.
pub trait Sources: Send + Sync {
    /// The text of the file with this path, as findings name it; `None` when it could not be read.
    fn text(&self, file: &str) -> Option<Arc<str>>;
}

/// From where to where, for people; `end` is one past the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// A finding ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What was found; its routes are merged, one per entry, shortest first.
    pub finding: Finding,
    /// Lines and columns of its place.
    pub range: Range,
    /// 16 hexadecimal digits that stay the same when lines are added above.
    pub fingerprint: String,
    /// How many further ways there are beyond [`MOST_ROUTES`].
    pub routes_left_out: usize,
}

impl Settled {
    /// What is wrong, as a sentence.
    pub fn message(&self, texts: &dyn Texts, lang: Lang) -> String {
        texts::rule_message(texts, self.finding.rule, &self.finding.message, lang)
    }

    /// What to do about it, when the rule says so.
    pub fn help(&self, texts: &dyn Texts, lang: Lang) -> Option<String> {
        texts::help(texts, self.finding.rule, &self.finding.message, lang)
    }
}

/// Which findings are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Only these rules, when not empty.
    pub only: Vec<String>,
    /// Not these rules.
    pub skip: Vec<String>,
    /// The lowest level.
    pub level: Level,
    /// The lowest certainty.
    pub certainty: Certainty,
    /// Only findings in these files or folders; `None` for all.
    pub shown: Option<Vec<String>>,
}

impl Default for Filter {
    fn default() -> Filter {
        Filter { only: Vec::new(), skip: Vec::new(), level: Level::Info, certainty: Certainty::Possible, shown: None }
    }
}

impl Filter {
    /// Whether a rule takes part at all.
    pub fn wants_rule(&self, rule: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|id| id == rule)) && !self.skip.iter().any(|id| id == rule)
    }

    fn wants(&self, finding: &Finding) -> bool {
        let file = &finding.place.file;
        let inside = |shown: &String| {
            file.strip_prefix(shown.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.wants_rule(finding.rule)
            && finding.level >= self.level
            && finding.certainty >= self.certainty
            && self.shown.as_ref().is_none_or(|shown| shown.iter().any(inside))
    }
}

/// Positions of places, with each file indexed once.
pub struct Places<'a> {
    sources: &'a dyn Sources,
    known: BTreeMap<String, Option<Arc<Indexed>>>,
}

/// A text and where its lines start.
#[derive(Debug)]
pub struct Indexed {
    /// The text.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: Lines,
}

impl<'a> Places<'a> {
    /// An empty index over `sources`.
    pub fn new(sources: &'a dyn Sources) -> Places<'a> {
        Places { sources, known: BTreeMap::new() }
    }

    /// The text of a file with its lines; `None` when the file could not be read.
    pub fn file(&mut self, file: &str) -> Option<Arc<Indexed>> {
        if let Some(known) = self.known.get(file) {
            return known.clone();
        }
        let indexed = self.sources.text(file).map(|text| Arc::new(Indexed { lines: Lines::of(&text), text }));
        self.known.insert(file.to_owned(), indexed.clone());
        indexed
    }

    /// Lines and columns of a place; the first character when the file could not be read, and the end of the file for
    /// what lies behind it.
    pub fn range(&mut self, place: &Place) -> Range {
        let Some(file) = self.file(&place.file) else {
            let first = Position { line: 1, column: 1 };
            return Range { start: first, end: first };
        };
        let at = |offset| file.lines.position(&file.text, offset);
        Range { start: at(place.span.start), end: at(place.span.end.max(place.span.start)) }
    }
}

/// Settles the findings of one program. `root` is the program's folder as file paths name it, so that fingerprints do not
/// depend on where the tool was started; it may be empty.
pub fn settle(findings: Vec<Finding>, root: &str, sources: &dyn Sources, filter: &Filter) -> Vec<Settled> {
    let mut places = Places::new(sources);
    let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
    let mut settled = Vec::new();
    for mut finding in merged(findings) {
        // Before the filter: leaving out a finding must not rename its neighbours.
        let base = identity(&finding, root, &mut places);
        let count = seen.entry(base).or_insert(0);
        *count += 1;
        let fingerprint = format!("{:016x}", hash(&[&base.to_le_bytes(), &count.to_le_bytes()]));
        if !filter.wants(&finding) {
            continue;
        }
        let routes_left_out = finding.routes.len().saturating_sub(MOST_ROUTES);
        finding.routes.truncate(MOST_ROUTES);
        let range = places.range(&finding.place);
        settled.push(Settled { finding, range, fingerprint, routes_left_out });
    }
    settled
}

/// One finding per place and rule, in order. Of several, the gravest and surest speaks; the ways of all are kept.
fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (finding.place.span.start, finding.place.span.end);
        (a.place.file.cmp(&b.place.file))
            .then_with(|| place(a).0.cmp(&place(b).0))
            .then_with(|| a.rule.cmp(b.rule))
            .then_with(|| place(a).1.cmp(&place(b).1))
            .then_with(|| (b.level, b.certainty).cmp(&(a.level, a.certainty)))
            .then_with(|| (&a.message, &a.subject, &a.routes).cmp(&(&b.message, &b.subject, &b.routes)))
    });
    let mut out: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match out.last_mut() {
            Some(last) if last.rule == finding.rule && last.place == finding.place => {
                last.routes.extend(finding.routes);
                last.related.extend(finding.related);
                last.related.dedup();
            }
            _ => out.push(finding),
        }
    }
    for finding in &mut out {
        finding.routes = shortest_per_entry(std::mem::take(&mut finding.routes));
    }
    out
}

/// The shortest way of each entry, shortest first; what is equally long is ordered by name and place.
fn shortest_per_entry(mut routes: Vec<Route>) -> Vec<Route> {
    routes.sort_by(|a, b| a.steps.len().cmp(&b.steps.len()).then_with(|| a.cmp(b)));
    let mut kept: Vec<Route> = Vec::with_capacity(routes.len());
    for route in routes {
        if !kept.iter().any(|other| other.entry == route.entry) {
            kept.push(route);
        }
    }
    kept
}

/// What a finding is about, without line numbers: rule, file in its program, subject and the text there.
fn identity(finding: &Finding, root: &str, places: &mut Places) -> u64 {
    let whole = finding.place.file.as_str();
    let inside = whole.strip_prefix(root.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    let text = match places.file(&finding.place.file) {
        Some(file) => finding.place.span.of(&file.text).split_whitespace().collect::<Vec<_>>().join(" "),
        None => String::new(),
    };
    let file = inside.filter(|_| !root.is_empty()).unwrap_or(whole);
    hash(&[finding.rule.as_bytes(), file.as_bytes(), finding.subject.as_bytes(), text.as_bytes()])
}

/// FNV-1a over the parts, which are kept apart by a byte that UTF-8 does not know.
fn hash(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.iter().chain(&[0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests;
