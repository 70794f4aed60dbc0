//! In: raw findings of one program and the texts of its files. Out: findings in order, each once, with lines, columns and
//! a fingerprint, and only those that are wanted. Never words or colours.

mod normal;
mod symbols;

pub use symbols::symbol;

use crate::catalog::{self, Catalog, Lang};
use crate::finding::{Certainty, Finding, Level, Place, Witness};
use crate::text::{Lines, Position};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Ways kept per finding; the rest is only counted.
pub const MOST_WITNESSES: usize = 16;

/// The decoded texts of the checked files.
pub trait Sources: Send + Sync {
    /// The text of the file with this path, as findings name it; `None` when it could not be read.
    fn text(&self, file: &str) -> Option<Arc<str>>;

    /// The named functions around a place, as [`symbol`] writes them; fingerprints tell equal code in different functions
    /// apart by it.
    fn symbol(&self, _place: &Place) -> String {
        String::new()
    }
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
pub struct Located {
    /// What was found; its witness paths are merged, one per entry: first the one its message names, then the shortest.
    pub finding: Finding,
    /// Lines and columns of its place.
    pub range: Range,
    /// The named functions around its place; may be empty.
    pub symbol: String,
    /// 16 hexadecimal digits that say what stands there: they stay the same when lines, files or folders move and when code
    /// is formatted, and are equal for equal findings.
    pub identity: String,
    /// 16 hexadecimal digits like `identity`, but of its own for each finding of a program.
    pub fingerprint: String,
    /// How many further witness paths there are beyond [`MOST_WITNESSES`].
    pub witnesses_left_out: usize,
    /// The files those lead through.
    pub files_left_out: BTreeSet<String>,
}

impl Located {
    /// What is wrong, as a sentence.
    pub fn message(&self, texts: &dyn Catalog, lang: Lang) -> String {
        catalog::rule_message(texts, self.finding.rule, &self.finding.message, lang)
    }

    /// Message and advice for a reader of Markdown: what comes from the program stands in code spans, and does not end them.
    pub fn marked(&self, texts: &dyn Catalog, lang: Lang) -> (String, Option<String>) {
        let message = self.finding.message.mapped(&|text| text.replace('`', "\u{2cb}"));
        let rule = self.finding.rule;
        (catalog::rule_message(texts, rule, &message, lang), catalog::help(texts, rule, &message, lang))
    }

    /// What to do about it, when the rule says so.
    pub fn help(&self, texts: &dyn Catalog, lang: Lang) -> Option<String> {
        catalog::help(texts, self.finding.rule, &self.finding.message, lang)
    }
}

/// A finding that is known and accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub located: Located,
    /// Who accepts it.
    pub by: Acceptance,
}

/// Why a finding is not held against a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// A comment in the source says so.
    Comment {
        /// Its reason, when it gives one.
        reason: Option<String>,
        /// The comment.
        place: Place,
    },
    /// The baseline lists it.
    Baseline,
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
    /// The lowest certainty; `None` leaves it to the configuration.
    pub certainty: Option<Certainty>,
}

impl Default for Filter {
    fn default() -> Filter {
        Filter { only: Vec::new(), skip: Vec::new(), level: Level::Info, certainty: None }
    }
}

impl Filter {
    /// Whether a rule takes part at all.
    pub fn wants_rule(&self, rule: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|id| id == rule)) && !self.skip.iter().any(|id| id == rule)
    }

    /// Whether a finding is to be shown.
    pub fn wants(&self, finding: &Finding) -> bool {
        self.wants_rule(finding.rule)
            && finding.level >= self.level
            && self.certainty.is_none_or(|lowest| finding.certainty >= lowest)
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

/// Settles the findings of one program.
pub fn locate(findings: Vec<Finding>, sources: &dyn Sources, filter: &Filter) -> Vec<Located> {
    let mut places = Places::new(sources);
    let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
    let mut located = Vec::new();
    for mut finding in merged(findings) {
        // Before the filter: leaving out a finding must not rename its neighbours.
        let symbol = sources.symbol(&finding.place);
        let identity = identity(&finding, &symbol, &mut places);
        let count = seen.entry(identity).or_insert(0);
        *count += 1;
        let fingerprint = format!("{:016x}", hash(&[&identity.to_le_bytes(), &count.to_le_bytes()]));
        if !filter.wants(&finding) {
            continue;
        }
        let left_out = finding.witnesses.split_off(finding.witnesses.len().min(MOST_WITNESSES));
        let steps = left_out.iter().flat_map(|witness| &witness.steps);
        let files_left_out = steps.map(|step| step.place.file.clone()).collect();
        let range = places.range(&finding.place);
        let identity = format!("{identity:016x}");
        let witnesses_left_out = left_out.len();
        located.push(Located { finding, range, symbol, identity, fingerprint, witnesses_left_out, files_left_out });
    }
    located
}

/// The order of findings: file, place, rule.
pub fn order(a: &Located, b: &Located) -> Ordering {
    let place = |one: &Located| (one.finding.place.span.start, one.finding.rule, one.finding.place.span.end);
    a.finding.place.file.cmp(&b.finding.place.file).then_with(|| place(a).cmp(&place(b)))
}

/// One finding per place and rule, in order. Of several, the gravest and surest speaks; the witness paths of all are kept.
fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (finding.place.span.start, finding.place.span.end);
        (a.place.file.cmp(&b.place.file))
            .then_with(|| place(a).0.cmp(&place(b).0))
            .then_with(|| a.rule.cmp(b.rule))
            .then_with(|| place(a).1.cmp(&place(b).1))
            .then_with(|| (b.level, b.certainty).cmp(&(a.level, a.certainty)))
            .then_with(|| (&a.message, &a.subject, &a.witnesses).cmp(&(&b.message, &b.subject, &b.witnesses)))
    });
    let mut out: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match out.last_mut() {
            Some(last) if last.rule == finding.rule && last.place == finding.place => {
                last.witnesses.extend(finding.witnesses);
                last.related.extend(finding.related);
                last.related.dedup();
            }
            _ => out.push(finding),
        }
    }
    for finding in &mut out {
        finding.witnesses = shortest_per_entry(std::mem::take(&mut finding.witnesses));
    }
    out
}

/// The shortest path of each entry: first the first one, which the message speaks of, then the shortest; what is equally long is
/// ordered by name and place.
fn shortest_per_entry(mut witnesses: Vec<Witness>) -> Vec<Witness> {
    let named = witnesses.first().map(|witness| witness.entry.clone());
    let is_named = |witness: &Witness| Some(&witness.entry) == named.as_ref();
    let length = |witness: &Witness| witness.steps.len();
    witnesses.sort_by(|a, b| (!is_named(a), length(a)).cmp(&(!is_named(b), length(b))).then_with(|| a.cmp(b)));
    let mut kept: Vec<Witness> = Vec::with_capacity(witnesses.len());
    let mut entries = BTreeSet::new();
    for witness in witnesses {
        if entries.insert(witness.entry.clone()) {
            kept.push(witness);
        }
    }
    kept
}

/// What a finding is about, without its place: rule, the functions around it, subject and the text there.
fn identity(finding: &Finding, symbol: &str, places: &mut Places) -> u64 {
    let text = match places.file(&finding.place.file) {
        Some(file) => normal::normalised(finding.place.span.of(&file.text)),
        None => String::new(),
    };
    hash(&[finding.rule.as_bytes(), symbol.as_bytes(), finding.subject.as_bytes(), text.as_bytes()])
}

/// FNV-1a over the parts, which are kept apart by a byte that UTF-8 does not know.
fn hash(parts: &[&[u8]]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.iter().chain(&[0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests;
