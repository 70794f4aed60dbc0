//! In: what reads view data, and what it mentions. Out: whether it holds for some values of that data: all values are tried that
//! make a difference. Never runs anything.

use crate::analyse::conditions::Condition;
use crate::analyse::sight::{Change, State};
use crate::analyse::value::{Atom, ObjId, Set, Val};
use crate::app::App;
use crate::app::syntax;
use crate::facts::script::{Body, Expr};
use crate::facts::template::{AttributeValue, Part};
use std::collections::BTreeSet;

/// Ways to give values to the data that two nodes depend on which are tried.
const MAX_TRIES: usize = 4_096;
/// A value that is none of those that the program knows.
const OTHER: &str = "\u{0}other";

impl App<'_> {
    /// Whether two nodes may be seen at the same time: no values of the data they depend on show both otherwise.
    pub fn may_be_together(&mut self, one: &[Condition], other: &[Condition]) -> bool {
        let both: Vec<Condition> = one.iter().chain(other).copied().collect();
        let mut mentioned = Mentioned::default();
        for value in both.iter().filter_map(|condition| self.condition_value(condition)) {
            mentioned.add_value(value);
        }
        self.for_some_data(&mentioned, |app, state| app.hold(&both, state).0)
    }

    /// Whether something holds for some values of the data that it reads: those that the program gives it, those that are mentioned
    /// where it is read, and one more.
    pub fn for_some_data(&mut self, mentioned: &Mentioned, holds: impl Fn(&mut Self, State<'_>) -> bool) -> bool {
        let (.., read) = self.watched(|app| (holds(app, State::Ever), holds(app, State::First(&[]))));
        let mut tries: Vec<Vec<Change>> = vec![Vec::new()];
        for (path, object) in self.places_read(mentioned, &read) {
            let values = self.values_tried(mentioned, object, path[0]);
            if tries.len() * values.len() > MAX_TRIES {
                return holds(self, State::Ever);
            }
            let path: Vec<Option<Atom>> = path.into_iter().map(Some).collect();
            let with = |changes: &Vec<Change>| {
                let change = |value: &Set| Change { object, path: path.clone(), value: *value };
                let more = values.iter().map(|value| changes.iter().cloned().chain([change(value)]).collect());
                more.collect::<Vec<Vec<Change>>>()
            };
            tries = tries.iter().flat_map(with).collect();
        }
        tries.iter().any(|changes| holds(self, State::First(changes)))
    }

    /// The data that is read, as far in as it is mentioned: `ui.step`.
    fn places_read(&self, mentioned: &Mentioned, read: &BTreeSet<(ObjId, Atom)>) -> BTreeSet<(Vec<Atom>, ObjId)> {
        let mut found = BTreeSet::new();
        for (object, key) in read {
            let atoms = |path: &Vec<String>| {
                let atoms: Option<Vec<Atom>> = path.iter().map(|name| self.machine.atoms.find(name)).collect();
                atoms.filter(|path| path[0] == *key)
            };
            let inside: BTreeSet<Vec<Atom>> = mentioned.paths.iter().filter_map(atoms).collect();
            // A path is part of the longer ones.
            let longest =
                |path: &&Vec<Atom>| !inside.iter().any(|other| other.len() > path.len() && other.starts_with(path));
            let kept: Vec<Vec<Atom>> = inside.iter().filter(longest).cloned().collect();
            match kept.is_empty() {
                true => drop(found.insert((vec![*key], *object))),
                false => found.extend(kept.into_iter().map(|path| (path, *object))),
            }
        }
        found
    }

    /// Values of data that make a difference.
    fn values_tried(&mut self, mentioned: &Mentioned, object: ObjId, key: Atom) -> BTreeSet<Set> {
        let mut values: BTreeSet<Val> = BTreeSet::from([Val::Undefined, Val::Bool(true), Val::Bool(false)]);
        let known = |value: &Val| matches!(value, Val::Str(_) | Val::Number(_) | Val::Null);
        for at in self.index.writes_to(object, key) {
            let written = self.machine.sets.values(self.machine.embedder.writes[*at as usize].written);
            values.extend(written.iter().copied().filter(known));
        }
        values.extend(mentioned.numbers.iter().map(|bits| Val::Number(*bits)));
        values.extend(mentioned.texts.iter().map(|text| Val::Str(self.machine.atoms.intern(text))));
        values.insert(Val::Str(self.machine.atoms.intern(OTHER)));
        values.into_iter().map(|value| self.machine.sets.one(value)).collect()
    }
}

/// What expressions name: the data, and what they compare it with.
#[derive(Clone, Debug, Default)]
pub struct Mentioned {
    paths: BTreeSet<Vec<String>>,
    numbers: BTreeSet<u64>,
    texts: BTreeSet<String>,
}

impl Mentioned {
    /// Adds what an attribute mentions.
    pub fn add_value(&mut self, value: &AttributeValue) {
        for part in &value.parts {
            if let Part::Expression(Some(snippet), _) = part {
                for at in 0..snippet.body.exprs.len() as u32 {
                    self.add(&snippet.body, at, None);
                }
            }
        }
    }

    /// Adds what an expression of a script mentions; `holders` are the names of the instance's data and props.
    pub fn add_test(&mut self, body: &Body, expr: u32, holders: &[&str]) {
        for at in syntax::within(body, expr) {
            self.add(body, at, Some(holders));
        }
    }

    fn add(&mut self, body: &Body, at: u32, holders: Option<&[&str]>) {
        match &body.exprs[at as usize] {
            Expr::Number(number) => drop(self.numbers.insert(number.to_bits())),
            Expr::Str(name) => drop(self.texts.insert(body.name(*name).to_string())),
            _ => {
                let path = path_in(body, at, holders);
                self.paths.extend(path.filter(|path| !path.is_empty()));
            }
        }
    }
}

/// The names of a chain of members that begins with a free name; in a script, with the data of `this`.
fn path_in(body: &Body, at: u32, holders: Option<&[&str]>) -> Option<Vec<String>> {
    match &body.exprs[at as usize] {
        Expr::Global(name) if holders.is_none() => Some(vec![body.name(*name).to_string()]),
        Expr::Member { object, name, .. } => {
            let name = body.name(*name);
            if matches!(body.exprs[*object as usize], Expr::This) {
                return holders.filter(|holders| holders.contains(&name)).map(|_| Vec::new());
            }
            let mut path = path_in(body, *object, holders)?;
            path.push(name.to_string());
            Some(path)
        }
        _ => None,
    }
}
