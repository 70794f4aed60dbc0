//! In: a program. Out: whether mending it, round by round, finds something in the end that was not found in the beginning, other than
//! where a fix put a name right: what that name stands for is part of the program from then on, and judged.

use super::{REVEALS, WAKE, check};
use consentry::discover::memory::Memory;
use consentry::facts::Facts;
use consentry::finding::{Edit, Finding, Fix, Place};
use consentry::fix::{self, Chosen};
use consentry::parse;
use consentry::session::{CheckOptions, Checked};
use consentry::text::Span;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// As many rounds as `--fix` makes.
const MOST: usize = 24;

/// What fixes have done so far.
#[derive(Default)]
struct Mending {
    /// For each round, the places of each file's edits in order, and how long what stands there now is.
    rounds: Vec<BTreeMap<String, Vec<(Span, usize)>>>,
    /// Edits that put a name right, and the round.
    waking: Vec<(usize, Edit)>,
    /// The rules whose fixes were applied.
    rules: BTreeSet<&'static str>,
    /// What stood where something else stands now.
    taken: Vec<String>,
}

/// What is found anew in the mended files and is nobody's to bring, if there is such a thing.
pub(super) fn bring_nothing_else(files: &Memory, mended: &Memory, options: &CheckOptions) -> Result<(), String> {
    let first = check(files, options);
    let mut barred = BTreeSet::new();
    let mending = loop {
        match mend(files, &first, &barred, options) {
            Ok((mending, done)) if done == *mended => break mending,
            Ok((_, done)) => {
                let differs = done.0.iter().find(|(file, bytes)| mended.0.get(*file) != Some(bytes));
                return Err(format!("round by round it is mended otherwise: {differs:?}"));
            }
            Err(file) => drop(barred.insert(file)),
        }
    };
    mending.judge(&first, &check(mended, options), mended)
}

/// Round by round; a file whose encoding lacks a character ends it.
fn mend(
    files: &Memory,
    first: &Checked,
    barred: &BTreeSet<String>,
    options: &CheckOptions,
) -> Result<(Mending, Memory), String> {
    let (mut files, mut mending, mut last) = (files.clone(), Mending::default(), None);
    for _ in 0..MOST {
        let now = last.as_ref().unwrap_or(first);
        let is_free = |fix: &Fix| !fix::files(fix).into_iter().any(|file| barred.contains(file));
        let chosen = fix::choose(now.report.findings().map(|(_, one)| &one.finding), |_, fix| is_free(fix));
        let outcome = fix::apply(&chosen, &|file| now.sources.text(file));
        if outcome.applied.is_empty() {
            break;
        }
        for (file, text) in &outcome.texts {
            let bytes = parse::decode::encode(text, &files.0[file]).ok_or(file.clone())?;
            files.0.insert(file.clone(), bytes);
        }
        mending.note(&outcome.applied.iter().map(|at| chosen[*at]).collect::<Vec<_>>(), now);
        last = Some(check(&files, options));
    }
    Ok((mending, files))
}

impl Mending {
    fn note(&mut self, applied: &[Chosen], before: &Checked) {
        let mut all: Vec<&Edit> = applied.iter().flat_map(|one| &one.fix.edits).collect();
        all.sort_by_key(|edit| (&edit.place.file, edit.place.span, &edit.text));
        all.dedup();
        let mut edits: BTreeMap<String, Vec<(Span, usize)>> = BTreeMap::new();
        for edit in all {
            let text = before.sources.text(&edit.place.file).unwrap_or_default();
            self.taken.push(edit.place.span.of(&text).to_owned());
            edits.entry(edit.place.file.clone()).or_default().push((edit.place.span, edit.text.len()));
        }
        let waking = applied.iter().filter(|one| WAKE.contains(&one.finding.rule)).flat_map(|one| &one.fix.edits);
        self.waking.extend(waking.map(|edit| (self.rounds.len(), edit.clone())));
        self.rules.extend(applied.iter().map(|one| one.finding.rule));
        self.rounds.push(edits);
    }

    /// Where a place that was there before a round may be in the end.
    fn moved(&self, from: usize, file: &str, at: u32) -> BTreeSet<u32> {
        let step = |places: BTreeSet<u32>, edits: &BTreeMap<String, Vec<(Span, usize)>>| {
            let edits = edits.get(file).map_or(&[][..], Vec::as_slice);
            places.into_iter().flat_map(|at| moved(edits, at)).collect()
        };
        self.rounds[from..].iter().fold(BTreeSet::from([at]), step)
    }

    fn judge(&self, first: &Checked, last: &Checked, files: &Memory) -> Result<(), String> {
        let mut known: Vec<&Finding> = first.report.findings().map(|(_, one)| &one.finding).collect();
        let mut anew = Vec::new();
        for (_, one) in last.report.findings() {
            let new = &one.finding;
            let is_same = |old: &&Finding| {
                let place = &old.place;
                (old.rule, &place.file) == (new.rule, &new.place.file)
                    && self.moved(0, &place.file, place.span.start).contains(&new.place.span.start)
            };
            match known.iter().position(is_same) {
                Some(at) => drop(known.swap_remove(at)),
                None => anew.push(new),
            }
        }
        let awake = if anew.is_empty() { Vec::new() } else { self.awake(files) };
        for new in anew {
            // A rule may point to another one of the places that it is about.
            let is_same = |old: &&Finding| old.rule == new.rule && old.subject == new.subject;
            match known.iter().position(is_same) {
                Some(at) => drop(known.swap_remove(at)),
                None if self.may_bring(new, &awake) => {}
                None => return Err(format!("{} is new, and no fix put right what it is about: {new:?}", new.rule)),
            }
        }
        Ok(())
    }

    /// Whether what is new is a fix's to bring: the rule of the fix says so, or it is about what a name stands for that was put right.
    fn may_bring(&self, new: &Finding, awake: &[Place]) -> bool {
        if REVEALS.iter().any(|(from, to)| self.rules.contains(from) && to.contains(&new.rule)) {
            return true;
        }
        // Nothing asks any more for what a purpose is declared for: that was the last request.
        if new.rule == "unused-purpose" && self.taken.iter().any(|taken| taken.contains(&new.subject)) {
            return true;
        }
        let steps = new.witnesses.iter().flat_map(|witness| &witness.steps).chain(&new.related);
        let mut about = steps.map(|step| &step.place).chain([&new.place]);
        let is_awake = |place: &Place| {
            let touches = |span: Span| span.start <= place.span.end && place.span.start <= span.end;
            awake.iter().any(|awake| awake.file == place.file && touches(awake.span))
        };
        about.any(is_awake)
    }

    /// The tags and functions in which names were put right, the functions that those name, and so on.
    fn awake(&self, files: &Memory) -> Vec<Place> {
        let units: Vec<Unit> = files.0.iter().flat_map(|(file, bytes)| units(file, bytes)).collect();
        let mut awake: Vec<&Unit> = Vec::new();
        for (round, edit) in &self.waking {
            let file = &edit.place.file;
            let places = self.moved(*round, file, edit.place.span.start);
            let is_around = |unit: &&Unit| {
                let span = unit.place.span;
                unit.place.file == *file && places.iter().any(|at| span.start <= *at && *at <= span.end)
            };
            awake.extend(units.iter().filter(is_around).min_by_key(|unit| unit.place.span.end - unit.place.span.start));
        }
        let mut at = 0;
        while let Some(unit) = awake.get(at).copied() {
            let is_named = |other: &&Unit| other.name.as_ref().is_some_and(|name| unit.words.contains(name));
            let named: Vec<&Unit> = units.iter().filter(is_named).collect();
            named.into_iter().for_each(|one| {
                if !awake.iter().any(|known| std::ptr::eq(*known, one)) {
                    awake.push(one)
                }
            });
            at += 1;
        }
        awake.into_iter().map(|unit| unit.place.clone()).collect()
    }
}

/// Where a place may be after some edits of its file: what is inserted just there may stand before it or behind it.
fn moved(edits: &[(Span, usize)], at: u32) -> [u32; 2] {
    let (mut shift, mut inserted) = (0, 0);
    for (span, length) in edits {
        let grown = *length as i64 - i64::from(span.end - span.start);
        match (span.end.cmp(&at), span.start < at) {
            (Ordering::Less, _) => shift += grown,
            (Ordering::Equal, true) => shift += grown,
            (Ordering::Equal, false) => inserted += grown,
            // It lies within what was replaced.
            (Ordering::Greater, true) => shift -= i64::from(at - span.start),
            (Ordering::Greater, false) => {}
        }
    }
    [shift, shift + inserted].map(|shift| u32::try_from(i64::from(at) + shift).unwrap_or_default())
}

/// A tag or a function.
struct Unit {
    place: Place,
    /// What it is called by.
    name: Option<String>,
    /// The words in it.
    words: BTreeSet<String>,
}

fn units(file: &str, bytes: &[u8]) -> Vec<Unit> {
    let (text, parsed) = parse::file(file, bytes);
    let spans: Vec<(Span, Option<String>)> = match parsed.facts {
        Some(Facts::Template(template)) => template.elements().map(|(_, element)| (element.tag, None)).collect(),
        Some(Facts::Script(script)) => {
            let name = |name| script.body.name(name).to_owned();
            script.functions.iter().map(|function| (function.span, function.name.map(name))).collect()
        }
        _ => Vec::new(),
    };
    let unit = |(span, name): (Span, Option<String>)| {
        let words = span.of(&text).split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
        let words = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Unit { place: Place { file: file.to_owned(), span }, name, words }
    };
    spans.into_iter().map(unit).collect()
}
