//! In: values met while executing. Out: small sets of them, each set stored once so that sets compare and copy as numbers.

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::hash::BuildHasher;
use std::num::NonZeroU32;

/// A name or string of the program, stored once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom(pub u32);

/// An object of the abstract heap. Its number is one more than its index: properties have room for many that may be none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjId(NonZeroU32);

impl ObjId {
    /// The least one, for ranges.
    pub const FIRST: ObjId = ObjId(NonZeroU32::MIN);

    /// The object at this index.
    pub(super) fn at(index: usize) -> ObjId {
        ObjId(NonZeroU32::MIN.saturating_add(index as u32))
    }

    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    pub(in crate::analyse) fn number(self) -> u32 {
        self.0.get()
    }
}

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
const MAX_OBJECTS: usize = 1_000;

/// All sets, each once. Making one that is known allocates nothing: most are.
#[derive(Debug)]
pub struct Sets {
    /// The values of all sets, one set after the other.
    values: Vec<Val>,
    /// Where each set's values begin and end.
    ranges: Vec<(u32, u32)>,
    /// The sets of several values, by the hash of these: the latest with that hash.
    index: FxHashMap<u64, Set>,
    /// The next set with the same hash; most have none.
    same_hash: FxHashMap<Set, Set>,
    /// The sets of one name, object or answer each, by its number; [`Set::EMPTY`] for one not made yet.
    names: Vec<Set>,
    objects: Vec<Set>,
    opaques: Vec<Set>,
    /// The sets of one other value.
    singles: FxHashMap<Val, Set>,
    joins: FxHashMap<(Set, Set), Set>,
    /// Of sets that had too many literals, by what they hold now. What takes its literals in once must not hold them apart
    /// again, or a slot that gains one after the other would change for ever.
    widened: FxHashMap<Set, Set>,
    are_widened: FxHashSet<Set>,
    /// Where a set is put together.
    scratch: Vec<Val>,
    /// A set would have held more values than one may, since somebody last asked.
    pub(in crate::analyse) cut: bool,
    /// Values looked at while sets were put together.
    pub(in crate::analyse) work: u64,
}

impl Default for Sets {
    fn default() -> Sets {
        Sets::new()
    }
}

impl Sets {
    /// The table with the constants of [`Set`].
    pub fn new() -> Sets {
        let mut sets = Sets {
            values: Vec::new(),
            ranges: Vec::new(),
            index: FxHashMap::default(),
            same_hash: FxHashMap::default(),
            names: Vec::new(),
            objects: Vec::new(),
            opaques: Vec::new(),
            singles: FxHashMap::default(),
            joins: FxHashMap::default(),
            widened: FxHashMap::default(),
            are_widened: FxHashSet::default(),
            scratch: Vec::new(),
            cut: false,
            work: 0,
        };
        sets.of([]);
        for value in [Val::Undefined, Val::Unknown, Val::Text, Val::AnyBool, Val::AnyNumber] {
            sets.one_of_few(value);
        }
        sets
    }

    /// The set of these values, which are sorted, each there once.
    fn intern(&mut self, values: &[Val]) -> Set {
        if let [value] = values {
            return self.one(*value);
        }
        let hash = FxBuildHasher.hash_one(values);
        let latest = self.index.get(&hash).copied();
        let mut known = latest;
        while let Some(set) = known {
            if self.values(set) == values {
                return set;
            }
            known = self.same_hash.get(&set).copied();
        }
        let set = self.add(values);
        self.index.insert(hash, set);
        if let Some(latest) = latest {
            self.same_hash.insert(set, latest);
        }
        set
    }

    fn add(&mut self, values: &[Val]) -> Set {
        let start = self.values.len() as u32;
        self.values.extend_from_slice(values);
        self.ranges.push((start, self.values.len() as u32));
        Set(self.ranges.len() as u32 - 1)
    }

    /// The values of a set, sorted.
    pub fn values(&self, set: Set) -> &[Val] {
        let (start, end) = self.ranges[set.0 as usize];
        &self.values[start as usize..end as usize]
    }

    /// The set of one value.
    pub fn one(&mut self, value: Val) -> Set {
        let (known, at) = match value {
            Val::Undefined => return Set::UNDEFINED,
            Val::Unknown => return Set::UNKNOWN,
            Val::Str(atom) => (&self.names, atom.0 as usize),
            Val::Object(object) => (&self.objects, object.index()),
            Val::Opaque(opaque) => (&self.opaques, opaque.0 as usize),
            _ => return self.one_of_few(value),
        };
        match known.get(at) {
            Some(set) if *set != Set::EMPTY => *set,
            _ => self.first_of(value, at),
        }
    }

    /// A set of one value that is made for the first time.
    #[cold]
    fn first_of(&mut self, value: Val, at: usize) -> Set {
        let set = self.add(&[value]);
        let known = match value {
            Val::Str(_) => &mut self.names,
            Val::Object(_) => &mut self.objects,
            _ => &mut self.opaques,
        };
        if known.len() <= at {
            known.resize((at + 1).next_power_of_two(), Set::EMPTY);
        }
        known[at] = set;
        set
    }

    fn one_of_few(&mut self, value: Val) -> Set {
        if let Some(set) = self.singles.get(&value) {
            return *set;
        }
        let set = self.add(&[value]);
        self.singles.insert(value, set);
        set
    }

    /// The set of these values.
    pub fn of(&mut self, values: impl IntoIterator<Item = Val>) -> Set {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend(values);
        scratch.sort_unstable();
        scratch.dedup();
        self.bounded(scratch, false)
    }

    /// The set of these values, which are sorted, in bounds; `widened` when they come from one that had too many literals.
    fn bounded(&mut self, mut values: Vec<Val>, widened: bool) -> Set {
        self.work += values.len() as u64;
        if widened {
            absorb(&mut values);
        }
        let widened = widen(&mut values) || widened;
        self.cut |= cut(&mut values);
        let set = self.intern(&values);
        self.scratch = values;
        if widened { self.widened(set) } else { set }
    }

    /// The set with these values that holds no literals apart.
    fn widened(&mut self, set: Set) -> Set {
        if let Some(known) = self.widened.get(&set) {
            return *known;
        }
        self.ranges.push(self.ranges[set.0 as usize]);
        let widened = Set(self.ranges.len() as u32 - 1);
        self.widened.insert(set, widened);
        self.are_widened.insert(widened);
        widened
    }

    /// Both sets' values.
    #[inline]
    pub fn join(&mut self, a: Set, b: Set) -> Set {
        if a == b || b == Set::EMPTY {
            return a;
        }
        if a == Set::EMPTY {
            return b;
        }
        self.join_different(a, b)
    }

    fn join_different(&mut self, a: Set, b: Set) -> Set {
        let key = if a < b { (a, b) } else { (b, a) };
        if let Some(set) = self.joins.get(&key) {
            return *set;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        merge(self.values(a), self.values(b), &mut scratch);
        let joined = self.bounded(scratch, [a, b].iter().any(|set| self.are_widened.contains(set)));
        self.joins.insert(key, joined);
        joined
    }

    /// A set with what another one has gained since.
    pub(in crate::analyse) fn with_new(&mut self, set: Set, before: Set, after: Set) -> Set {
        if before == after {
            return set;
        }
        let known = self.values(before).to_vec();
        let gained = self.filter(after, |value| !known.contains(value));
        self.join(set, gained)
    }

    /// The objects among its values, in their order.
    pub fn objects(&self, set: Set) -> impl Iterator<Item = ObjId> + '_ {
        let object = |value: &Val| if let Val::Object(object) = value { Some(*object) } else { None };
        self.values(set).iter().filter_map(object)
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
        self.filter(set, |value| {
            let (yes, no) = truth_of(*value);
            if truthy { yes } else { no }
        })
    }

    /// The values for which this holds.
    pub fn filter(&mut self, set: Set, fits: impl Fn(&Val) -> bool) -> Set {
        if self.values(set).iter().all(&fits) {
            return set;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend(self.values(set).iter().filter(|value| fits(value)));
        self.bounded(scratch, self.are_widened.contains(&set))
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

/// Puts two sorted lists together; what is in both comes once.
fn merge(a: &[Val], b: &[Val], into: &mut Vec<Val>) {
    let (mut at, mut other) = (0, 0);
    while let (Some(left), Some(right)) = (a.get(at), b.get(other)) {
        into.push(*left.min(right));
        at += usize::from(left <= right);
        other += usize::from(right <= left);
    }
    into.extend_from_slice(&a[at..]);
    into.extend_from_slice(&b[other..]);
}

/// Takes literals into what stands for all of them.
fn absorb(values: &mut Vec<Val>) {
    let (text, number) = (values.contains(&Val::Text), values.contains(&Val::AnyNumber));
    values.retain(|value| match value {
        Val::Str(_) => !text,
        Val::Number(_) => !number,
        _ => true,
    });
}

/// Lets `Text` and `AnyNumber` stand for literals that are too many; whether they are.
fn widen(values: &mut Vec<Val>) -> bool {
    if values.len() <= MAX_LITERALS {
        return false;
    }
    let literals = values.iter().filter(|value| matches!(value, Val::Str(_) | Val::Number(_))).count();
    if literals <= MAX_LITERALS {
        return false;
    }
    let text = values.iter().any(|value| matches!(value, Val::Str(_)));
    let number = values.iter().any(|value| matches!(value, Val::Number(_)));
    values.extend(text.then_some(Val::Text));
    values.extend(number.then_some(Val::AnyNumber));
    absorb(values);
    values.sort_unstable();
    values.dedup();
    true
}

/// Keeps a sorted list of values small; whether some are said no more.
fn cut(values: &mut Vec<Val>) -> bool {
    if values.len() <= MAX_VALUES {
        return false;
    }
    let most = if values.iter().all(|value| matches!(value, Val::Object(_) | Val::Undefined | Val::Null)) {
        MAX_OBJECTS
    } else {
        MAX_VALUES
    };
    let is_cut = values.len() > most;
    if is_cut {
        // It stands behind all others.
        values.truncate(most);
        values.push(Val::Unknown);
    }
    is_cut
}

/// All names and strings, each once; atom 0 is the empty string.
#[derive(Debug)]
pub struct Atoms {
    names: Vec<Box<str>>,
    index: FxHashMap<Box<str>, Atom>,
    /// Small whole numbers, once they were asked for.
    numbers: [Option<Atom>; 64],
}

impl Default for Atoms {
    fn default() -> Atoms {
        Atoms::new()
    }
}

impl Atoms {
    /// The table holding only the empty string.
    pub fn new() -> Atoms {
        let mut atoms = Atoms { names: Vec::new(), index: FxHashMap::default(), numbers: [None; 64] };
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

    /// The atom of a whole number in decimal.
    pub fn number(&mut self, number: usize) -> Atom {
        if let Some(Some(atom)) = self.numbers.get(number) {
            return *atom;
        }
        let atom = self.intern(&number.to_string());
        if let Some(known) = self.numbers.get_mut(number) {
            *known = Some(atom);
        }
        atom
    }

    /// The text of an atom.
    pub fn text(&self, atom: Atom) -> &str {
        &self.names[atom.0 as usize]
    }

    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "the empty string is always there")]
    pub fn len(&self) -> usize {
        self.names.len()
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
        assert_eq!(sets.values(many), [Val::Text]);
        let one_more = sets.one(Val::Str(Atom(301)));
        assert_eq!(sets.join(many, one_more), many);
        let objects = sets.of((0..1_200).map(|n| Val::Object(ObjId::at(n))));
        assert_eq!(sets.values(objects).len(), MAX_OBJECTS + 1);
        let mixed = sets.of((0..400).map(|n| Val::Object(ObjId::at(n))).chain([Val::Bool(true)]));
        assert_eq!(sets.values(mixed).len(), MAX_VALUES + 1);
    }

    #[test]
    fn truth_keeps_what_fits() {
        let mut sets = Sets::new();
        let set = sets.of([Val::Str(Atom(0)), Val::Object(ObjId::at(1)), Val::Unknown]);
        assert_eq!(sets.truth(set), (true, true));
        let yes = sets.keep(set, true);
        assert_eq!(sets.values(yes), [Val::Object(ObjId::at(1)), Val::Unknown]);
        assert_eq!(sets.truth(Set::UNDEFINED), (false, true));
    }
}
