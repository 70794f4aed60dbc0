//! In: values met while executing. Out: small sets of them, each set stored once so that sets compare and copy as numbers.

use rustc_hash::FxHashMap;

/// A name or string of the program, stored once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom(pub u32);

/// An object of the abstract heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjId(pub u32);

/// A value that came from outside and is known by its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpaqueId(pub u32);

/// One abstract value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are JavaScript's own")]
pub enum Val {
    Undefined,
    Null,
    Bool(bool),
    /// The bits of a 64-bit float.
    Number(u64),
    Str(Atom),
    Object(ObjId),
    Opaque(OpaqueId),
    /// Some string.
    Text,
    /// Some number.
    AnyNumber,
    /// True or false.
    AnyBool,
    /// Anything.
    Unknown,
}

/// A set of values, by its number in [`Sets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set(u32);

impl Set {
    /// No value: code that reads it has not been reached yet.
    pub const EMPTY: Set = Set(0);
    /// `undefined` alone.
    pub const UNDEFINED: Set = Set(1);
    /// Anything.
    pub const UNKNOWN: Set = Set(2);
    /// Some string.
    pub const TEXT: Set = Set(3);
    /// True or false.
    pub const ANY_BOOL: Set = Set(4);
    /// Some number.
    pub const ANY_NUMBER: Set = Set(5);
}

/// Above this many literals a set says `Text` or `AnyNumber` instead.
const MAX_LITERALS: usize = 64;
/// Above this many values a set says `Unknown` for the rest.
const MAX_VALUES: usize = 64;
/// As many may be in a set of objects alone: a list of functions that a program fills itself.
const MAX_OBJECTS: usize = 320;

/// All sets, each once.
#[derive(Debug)]
pub struct Sets {
    items: Vec<Box<[Val]>>,
    index: FxHashMap<Box<[Val]>, Set>,
    joins: FxHashMap<(Set, Set), Set>,
}

impl Default for Sets {
    fn default() -> Sets {
        Sets::new()
    }
}

impl Sets {
    /// The table with the constants of [`Set`].
    pub fn new() -> Sets {
        let mut sets = Sets { items: Vec::new(), index: FxHashMap::default(), joins: FxHashMap::default() };
        for values in [&[][..], &[Val::Undefined], &[Val::Unknown], &[Val::Text], &[Val::AnyBool], &[Val::AnyNumber]] {
            sets.intern(values.into());
        }
        sets
    }

    fn intern(&mut self, values: Box<[Val]>) -> Set {
        if let Some(set) = self.index.get(&values) {
            return *set;
        }
        let set = Set(self.items.len() as u32);
        self.items.push(values.clone());
        self.index.insert(values, set);
        set
    }

    /// The values of a set, sorted.
    pub fn values(&self, set: Set) -> &[Val] {
        &self.items[set.0 as usize]
    }

    /// The set of one value.
    pub fn one(&mut self, value: Val) -> Set {
        self.intern(Box::new([value]))
    }

    /// The set of these values.
    pub fn of(&mut self, values: impl IntoIterator<Item = Val>) -> Set {
        let mut values: Vec<Val> = values.into_iter().collect();
        values.sort_unstable();
        values.dedup();
        bound(&mut values);
        self.intern(values.into())
    }

    /// Both sets' values.
    pub fn join(&mut self, a: Set, b: Set) -> Set {
        if a == b || b == Set::EMPTY {
            return a;
        }
        if a == Set::EMPTY {
            return b;
        }
        let key = if a < b { (a, b) } else { (b, a) };
        if let Some(set) = self.joins.get(&key) {
            return *set;
        }
        let values: Vec<Val> = self.values(a).iter().chain(self.values(b)).copied().collect();
        let joined = self.of(values);
        self.joins.insert(key, joined);
        joined
    }

    /// The only value, if there is just one.
    pub fn single(&self, set: Set) -> Option<Val> {
        match self.values(set) {
            [value] => Some(*value),
            _ => None,
        }
    }

    /// Whether the set may hold a truthy and a falsy value.
    pub fn truth(&self, set: Set) -> (bool, bool) {
        let mut truth = (false, false);
        for value in self.values(set) {
            let (yes, no) = truth_of(*value);
            truth = (truth.0 || yes, truth.1 || no);
        }
        truth
    }

    /// The values that may be truthy, or may be falsy.
    pub fn keep(&mut self, set: Set, truthy: bool) -> Set {
        let fits = |value: &Val| {
            let (yes, no) = truth_of(*value);
            if truthy { yes } else { no }
        };
        if self.values(set).iter().all(&fits) {
            return set;
        }
        let kept: Vec<Val> = self.values(set).iter().copied().filter(|value| fits(value)).collect();
        self.of(kept)
    }
}

/// Whether a value may be truthy, and whether it may be falsy. The empty string is atom 0.
fn truth_of(value: Val) -> (bool, bool) {
    match value {
        Val::Undefined | Val::Null => (false, true),
        Val::Bool(value) => (value, !value),
        Val::Number(bits) => {
            let number = f64::from_bits(bits);
            let truthy = number != 0.0 && !number.is_nan();
            (truthy, !truthy)
        }
        Val::Str(atom) => (atom.0 != 0, atom.0 == 0),
        Val::Object(_) => (true, false),
        Val::Opaque(_) | Val::Text | Val::AnyNumber | Val::AnyBool | Val::Unknown => (true, true),
    }
}

/// Keeps a sorted list of values small.
fn bound(values: &mut Vec<Val>) {
    let literals = values.iter().filter(|value| matches!(value, Val::Str(_) | Val::Number(_))).count();
    if literals > MAX_LITERALS {
        let text = values.iter().any(|value| matches!(value, Val::Str(_)));
        let number = values.iter().any(|value| matches!(value, Val::Number(_)));
        values.retain(|value| !matches!(value, Val::Str(_) | Val::Number(_)));
        values.extend(text.then_some(Val::Text));
        values.extend(number.then_some(Val::AnyNumber));
    }
    let most = if values.iter().all(|value| matches!(value, Val::Object(_) | Val::Undefined | Val::Null)) {
        MAX_OBJECTS
    } else {
        MAX_VALUES
    };
    if values.len() > most {
        values.truncate(most);
        values.push(Val::Unknown);
    }
    values.sort_unstable();
    values.dedup();
}

/// All names and strings, each once; atom 0 is the empty string.
#[derive(Debug)]
pub struct Atoms {
    names: Vec<Box<str>>,
    index: FxHashMap<Box<str>, Atom>,
}

impl Default for Atoms {
    fn default() -> Atoms {
        Atoms::new()
    }
}

impl Atoms {
    /// The table holding only the empty string.
    pub fn new() -> Atoms {
        let mut atoms = Atoms { names: Vec::new(), index: FxHashMap::default() };
        atoms.intern("");
        atoms
    }

    /// The atom of a text.
    pub fn intern(&mut self, text: &str) -> Atom {
        if let Some(atom) = self.index.get(text) {
            return *atom;
        }
        let atom = Atom(self.names.len() as u32);
        self.names.push(text.into());
        self.index.insert(text.into(), atom);
        atom
    }

    /// The text of an atom.
    pub fn text(&self, atom: Atom) -> &str {
        &self.names[atom.0 as usize]
    }

    /// The atom of a text that is known already.
    pub fn find(&self, text: &str) -> Option<Atom> {
        self.index.get(text).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_are_sets_and_stay_small() {
        let mut sets = Sets::new();
        let a = sets.of([Val::Bool(true), Val::Null]);
        let b = sets.one(Val::Null);
        assert_eq!(sets.join(a, b), a);
        assert_eq!(sets.join(Set::EMPTY, b), b);
        let many = sets.of((0..300).map(|n| Val::Str(Atom(n))));
        assert_eq!(many, Set::TEXT);
        let objects = sets.of((0..400).map(|n| Val::Object(ObjId(n))));
        assert_eq!(sets.values(objects).len(), MAX_OBJECTS + 1);
        let mixed = sets.of((0..400).map(|n| Val::Object(ObjId(n))).chain([Val::Bool(true)]));
        assert_eq!(sets.values(mixed).len(), MAX_VALUES + 1);
    }

    #[test]
    fn truth_keeps_what_fits() {
        let mut sets = Sets::new();
        let set = sets.of([Val::Str(Atom(0)), Val::Object(ObjId(1)), Val::Unknown]);
        assert_eq!(sets.truth(set), (true, true));
        let yes = sets.keep(set, true);
        assert_eq!(sets.values(yes), [Val::Object(ObjId(1)), Val::Unknown]);
        assert_eq!(sets.truth(Set::UNDEFINED), (false, true));
    }
}
