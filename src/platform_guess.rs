//! In: a linked program. Out: the platform it was written for, when it is not the default and the program itself says so, with
//! the signs that speak for it. The signs are rows of the platform tables. Never a guess from one word.

use crate::facts::manifest::{Json, Value};
use crate::facts::script::{Body, Expr, ExprId, Key, Pattern, Prop, Script};
use crate::facts::template::{AttributeValue, NodeKind, Part, Template};
use crate::model::{Model, SourceFile};
use crate::platform::{Marks, Sign, SignKind};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::{BTreeMap, BTreeSet};

/// Points of a sign that no program of another platform has a reason for.
const STRONG: u32 = 2;
/// Points of a sign that other platforms share.
const WEAK: u32 = 1;
/// Points without which nothing is guessed: a weak sign alone is none.
const ENOUGH: u32 = 2;
/// Texts longer than this, in bytes, are data and not looked through for words.
const LONGEST: usize = 400;

/// A platform, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// Its id.
    pub platform: String,
    /// What speaks for it, the strongest sign first.
    pub signs: Vec<String>,
    /// The file in which the first of them was met.
    pub file: String,
}

/// What speaks for one platform.
struct Tally<'g> {
    own: &'g Marks,
    /// Each sign with its points (none for a word, see [`Tally::points`]) and the file where it was met first.
    signs: BTreeMap<String, (u32, String)>,
}

impl Tally<'_> {
    fn points(&self) -> u32 {
        // However many words there are, they say one thing.
        let words = self.signs.values().filter(|(points, _)| *points == 0).count().min(1) as u32;
        self.signs.values().map(|(points, _)| *points).sum::<u32>() + words * WEAK
    }
}

/// The signs of all platforms, ready to be looked for in any number of programs.
pub struct Guesser {
    marks: Vec<Marks>,
    /// Options under which scopes stand.
    options: BTreeSet<String>,
    /// All signs' names.
    names: AhoCorasick,
    /// Bytes of the shortest of them.
    shortest: usize,
    /// Global objects that carry APIs on some platform, or whose members are signs.
    objects: BTreeSet<String>,
}

impl Guesser {
    /// # Errors
    /// The tables cannot be read.
    pub fn new() -> Result<Guesser, String> {
        let marks = Marks::all()?;
        let options = marks.iter().flat_map(|own| own.apis.values()).filter_map(|row| row.scopes.clone()).collect();
        let signs = || marks.iter().flat_map(|own| &own.signs);
        // Most files have no sign at all, which one pass over their text tells; each of their texts was a search for each
        // sign.
        let names = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(signs().map(|sign| &sign.name))
            .map_err(|error| error.to_string())?;
        let members = signs().filter(|sign| sign.kind == SignKind::Member);
        let owners = members.filter_map(|sign| sign.name.split_once('.')).map(|(object, _)| object.to_string());
        let objects = marks.iter().flat_map(|own| own.api_objects.iter().cloned()).chain(owners).collect();
        let shortest = names.min_pattern_len();
        Ok(Guesser { options, names, shortest, objects, marks })
    }

    /// The platform a program speaks for; `None` for the default, or when nothing is clear.
    pub fn platform(&self, model: &Model) -> Option<Guess> {
        let mut tallies: Vec<Tally> = self.marks.iter().map(|own| Tally { own, signs: BTreeMap::new() }).collect();
        let mut seen = Seen::default();
        for file in model.reached().map(|(_, file)| file).filter(|file| !file.package) {
            self.look(file, &mut seen, &mut tallies);
        }
        weigh(seen, &mut tallies);
        decide(&tallies)
    }

    fn look(&self, file: &SourceFile, seen: &mut Seen, tallies: &mut [Tally]) {
        let signs = match file.script() {
            // All its strings are among its names, which are a small part of its text; most names are shorter than any sign.
            Some(script) => script
                .body
                .names
                .iter()
                .any(|name| (self.shortest..=LONGEST).contains(&name.len()) && self.names.is_match(&**name)),
            None => self.names.is_match(&*file.text),
        };
        let mut text = |text: &str| {
            if signs {
                match_texts(text, &file.path, tallies);
            }
        };
        if let Some(script) = file.script() {
            if signs {
                let string = |expr: &Expr| if let Expr::Str(name) = expr { Some(*name) } else { None };
                let sources = script.imports.iter().map(|import| import.source);
                let strings = script.body.exprs.iter().filter_map(string).chain(sources);
                strings.for_each(|name| match_texts(script.body.name(name), &file.path, tallies));
            }
            self.match_members(script, &file.path, seen, tallies);
            for scope in scopes(script, &self.options) {
                seen.scopes.entry(scope).or_insert_with(|| file.path.clone());
            }
        } else if let Some(template) = file.template() {
            each_text(template, &mut text);
        } else if let Some(json) = file.manifest() {
            each_string(json, &mut text);
        }
    }

    /// Uses of the objects that carry APIs, and of members of them that only one platform has.
    fn match_members(&self, script: &Script, file: &str, seen: &mut Seen, tallies: &mut [Tally]) {
        for expr in &script.body.exprs {
            let Expr::Member { object, name, .. } = expr else { continue };
            let Expr::Global(object) = &script.body.exprs[*object as usize] else { continue };
            let (object, member) = (script.body.name(*object), script.body.name(*name));
            if !self.objects.contains(object) {
                continue;
            }
            let written = format!("{object}.{member}");
            let mut known = false;
            for tally in &mut *tallies {
                known |= tally.own.api_objects.iter().any(|known| known == object);
                let said = |sign: &Sign| sign.kind == SignKind::Member && sign.name == written;
                if tally.own.signs.iter().any(said) {
                    tally.signs.entry(written.clone()).or_insert_with(|| (STRONG, file.to_string()));
                }
            }
            if known {
                seen.objects.entry(object.to_string()).or_insert_with(|| (0, file.to_string())).0 += 1;
            }
        }
    }
}

/// What was met that only means something beside what the other tables say.
#[derive(Default)]
struct Seen {
    /// Scopes asked for, with the file that does first.
    scopes: BTreeMap<String, String>,
    /// Uses of global objects that carry APIs, and the file with the first.
    objects: BTreeMap<String, (usize, String)>,
}

/// Hosts, packages and words in one text.
fn match_texts(text: &str, file: &str, tallies: &mut [Tally]) {
    if text.len() > LONGEST {
        return;
    }
    for tally in tallies {
        let mut named = false;
        for sign in &tally.own.signs {
            let name = &sign.name;
            let (points, found) = match sign.kind {
                SignKind::Host => (STRONG, has(text, name, is_host_part, |byte| is_host_part(byte) || byte == b'.')),
                SignKind::Package => {
                    let rest = text.strip_prefix(name.as_str());
                    (STRONG, rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
                }
                // The wallet's name within its own host says nothing more.
                SignKind::Word => (0, !named && has(text, name, is_letter, is_letter)),
                SignKind::Member => continue,
            };
            named |= found;
            if found && !tally.signs.contains_key(name) {
                tally.signs.insert(name.clone(), (points, file.to_string()));
            }
        }
    }
}

/// A host may stand behind a dot (`api.` before it), but not within a longer name.
fn is_host_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Whether `text` holds `name`, in any case, and not as a part of a longer name: what may not stand before and behind it.
fn has(text: &str, name: &str, before: fn(u8) -> bool, behind: fn(u8) -> bool) -> bool {
    let (text, name) = (text.as_bytes(), name.as_bytes());
    let Some(first) = name.first() else { return false };
    (0..text.len().saturating_sub(name.len() - 1)).any(|at| {
        text[at].eq_ignore_ascii_case(first)
            && text[at..at + name.len()].eq_ignore_ascii_case(name)
            && (at == 0 || !before(text[at - 1]))
            && text.get(at + name.len()).is_none_or(|byte| !behind(*byte))
    })
}

/// The scopes that are written out: under an option that names scopes, or in a variable of that name.
fn scopes(script: &Script, options: &BTreeSet<String>) -> BTreeSet<String> {
    let body = &script.body;
    let mut found = BTreeSet::new();
    for expr in &body.exprs {
        match expr {
            Expr::Object(props) => {
                for prop in props {
                    if let Prop::Value(Key::Name(key), value, _) = prop
                        && options.contains(body.name(*key))
                    {
                        strings(body, *value, &mut found);
                    }
                }
            }
            Expr::Assign { target, value, .. } => {
                let name = match &**target {
                    Pattern::Var(var) => body.name(script.vars[*var as usize].name),
                    Pattern::Global(name) => body.name(*name),
                    _ => "",
                };
                if options.contains(name) {
                    strings(body, *value, &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

/// The texts an expression may be, as far as they are written out in it.
fn strings(body: &Body, expr: ExprId, found: &mut BTreeSet<String>) {
    match &body.exprs[expr as usize] {
        Expr::Str(name) => {
            let parts = body.name(*name).split(',').map(str::trim).filter(|part| !part.is_empty());
            found.extend(parts.map(String::from));
        }
        Expr::Array(items) => items.iter().filter_map(|(item, _)| *item).for_each(|item| strings(body, item, found)),
        Expr::Conditional { then, otherwise, .. } => {
            [then, otherwise].into_iter().for_each(|it| strings(body, *it, found))
        }
        Expr::Logic { left, right, .. } => [left, right].into_iter().for_each(|it| strings(body, *it, found)),
        _ => {}
    }
}

fn each_text(template: &Template, look: &mut dyn FnMut(&str)) {
    let mut value = |value: &AttributeValue| {
        for part in &value.parts {
            match part {
                Part::Text(text) => look(text),
                Part::Expression(Some(snippet), _) => snippet.body.exprs.iter().for_each(|expr| {
                    if let Expr::Str(name) = expr {
                        look(snippet.body.name(*name));
                    }
                }),
                Part::Expression(None, _) | Part::Handler(..) | Part::Prop(..) => {}
            }
        }
    };
    for node in &template.nodes {
        match &node.kind {
            NodeKind::Element(element) => {
                element.attributes.iter().filter_map(|attribute| attribute.value.as_ref()).for_each(&mut value);
            }
            NodeKind::Text(text) => value(text),
        }
    }
}

fn each_string(json: &Json, look: &mut dyn FnMut(&str)) {
    match &json.value {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().for_each(|item| each_string(item, look)),
        Value::Object(members) => members.iter().for_each(|member| each_string(&member.value, look)),
        _ => {}
    }
}

/// Weighs scopes and objects: what several tables have says less, and what the default has says nothing.
fn weigh(seen: Seen, tallies: &mut [Tally]) {
    for (scope, file) in seen.scopes {
        let having: Vec<usize> = (0..tallies.len()).filter(|at| tallies[*at].own.scopes.contains_key(&scope)).collect();
        if having.contains(&0) && having.len() > 1 {
            continue;
        }
        for at in &having {
            let common = tallies[*at].own.scopes.get(&scope).is_some_and(|row| row.common);
            let points = if having.len() == 1 && !common { STRONG } else { WEAK };
            tallies[*at].signs.insert(scope.clone(), (points, file.clone()));
        }
    }
    let most = seen.objects.iter().max_by_key(|(_, (count, _))| *count);
    let usual = |object: &String| tallies.first().is_some_and(|tally| tally.own.api_objects.contains(object));
    if let Some((object, (_, file))) = most.filter(|(object, _)| !usual(object)) {
        for tally in tallies.iter_mut().filter(|tally| tally.own.api_objects.contains(object)) {
            tally.signs.insert(object.clone(), (STRONG, file.clone()));
        }
    }
}

/// The platform with most points. When several have as many, it is the one that stands for platforms without a table.
fn decide(tallies: &[Tally]) -> Option<Guess> {
    let most = tallies.iter().map(Tally::points).max().filter(|most| *most >= ENOUGH)?;
    let best: Vec<usize> = (0..tallies.len()).filter(|at| tallies[*at].points() == most).collect();
    let at = match best.as_slice() {
        [one] => *one,
        several => several.iter().copied().find(|at| tallies[*at].own.general)?,
    };
    let Tally { own, signs } = &tallies[at];
    if at == 0 {
        return None;
    }
    // The strongest sign first, so that a reader sees the best reason.
    let mut ordered: Vec<_> = signs.iter().collect();
    ordered.sort_by_key(|(_, (points, _))| std::cmp::Reverse(*points));
    let file = ordered.first().map(|(_, (_, file))| file.clone())?;
    let signs = ordered.into_iter().map(|(sign, _)| sign.clone()).collect();
    Some(Guess { platform: own.name.clone(), signs, file })
}

#[cfg(test)]
mod tests;
