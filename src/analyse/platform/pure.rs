//! In: sets of values and what the language does with them: comparisons, members, methods that change nothing. Out: the
//! values that this may give, exactly where all that goes in is known. Never runs code.

use super::Machine;
use super::sight::State;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::SlotId;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::language::calls::only_called_so;
use crate::analyse::language::native_names;
use crate::facts::script::Operator;
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// Pairs of values compared one by one.
const MAX_PAIRS: usize = 256;

impl Machine<'_> {
    /// What a slot held in a state.
    pub(super) fn slot_in(&mut self, slot: SlotId, state: State<'_>) -> Set {
        match state {
            State::Ever => self.heap.peek(slot),
            State::First(_) | State::Early => self.heap.peek_early(&mut self.sets, slot),
        }
    }

    /// Whether two sets may be equal by `==` or `===`, and whether they must be.
    pub(super) fn equal(&self, a: Set, b: Set) -> (bool, bool) {
        let (may, must) = self.same(a, b);
        if may {
            return (may, must);
        }
        // `1 == true` and `'1' == 1` hold, with three signs they do not: facts do not tell them apart.
        let (a, b) = (self.sets.values(a), self.sets.values(b));
        let alike = a.iter().any(|a| {
            b.iter().any(|b| {
                let (number, other) = (self.as_number(*a), self.as_number(*b));
                number.is_some_and(|number| other.is_some_and(|other| number == other))
            })
        });
        (alike, false)
    }

    /// The number that a value is turned into; none for objects and what is no number.
    fn as_number(&self, value: Val) -> Option<f64> {
        match value {
            Val::Bool(value) => Some(f64::from(u8::from(value))),
            Val::Number(bits) => Some(f64::from_bits(bits)),
            Val::Str(atom) => {
                let text = self.atoms.text(atom).trim();
                if text.is_empty() { Some(0.0) } else { text.parse().ok() }
            }
            _ => None,
        }
    }

    /// `<`, `<=`, `>`, `>=`.
    pub(super) fn ordered(&mut self, how: Operator, left: Set, right: Set) -> Set {
        let (a, b) = (self.sets.values(left).to_vec(), self.sets.values(right).to_vec());
        if a.len() * b.len() > MAX_PAIRS {
            return Set::ANY_BOOL;
        }
        let mut found = Vec::new();
        for a in &a {
            for b in &b {
                match self.compared(*a, *b) {
                    Some(order) => found.push(Val::Bool(order.is_some_and(|order| fits(how, order)))),
                    None => return Set::ANY_BOOL,
                }
            }
        }
        self.sets.of(found)
    }

    /// The order of two values; `Some(None)` when they have none, as what is not there; `None` when it is not known.
    fn compared(&self, a: Val, b: Val) -> Option<Option<Ordering>> {
        if let (Val::Str(a), Val::Str(b)) = (a, b) {
            return Some(Some(self.atoms.text(a).cmp(self.atoms.text(b))));
        }
        let number = |value: Val| match value {
            Val::Undefined => Some(f64::NAN),
            Val::Null => Some(0.0),
            Val::Str(_) => Some(self.as_number(value).unwrap_or(f64::NAN)),
            value => self.as_number(value),
        };
        Some(number(a)?.partial_cmp(&number(b)?))
    }

    /// `object.name` in a state.
    pub(super) fn member_in(&mut self, objects: Set, name: Atom, state: State<'_>) -> Set {
        let mut found = Set::EMPTY;
        for value in self.sets.values(objects).to_vec() {
            let part = match value {
                Val::Object(object) => self.own_member_in(object, name, state),
                Val::Undefined | Val::Null => Set::UNDEFINED,
                Val::Str(text) if name == self.lang.names.length => {
                    let length = self.atoms.text(text).encode_utf16().count();
                    self.sets.one(Val::Number((length as f64).to_bits()))
                }
                Val::Text if name == self.lang.names.length => Set::ANY_NUMBER,
                Val::Bool(_) | Val::AnyBool | Val::Number(_) | Val::AnyNumber => Set::UNDEFINED,
                _ => Set::UNKNOWN,
            };
            found = self.sets.join(found, part);
        }
        found
    }

    fn own_member_in(&mut self, object: ObjId, name: Atom, state: State<'_>) -> Set {
        match self.heap.get(object).kind {
            Kind::Namespace(file) => return self.export(CtxId::NONE, file, name),
            Kind::Array if name == self.lang.names.length => {
                return match self.length_of(object, state) {
                    Some(length) => self.sets.one(Val::Number(f64::from(length).to_bits())),
                    None => Set::ANY_NUMBER,
                };
            }
            _ => {}
        }
        let (value, open) = self.looked_up(object, name, state);
        match (value == Set::EMPTY, open) {
            (true, true) => Set::UNKNOWN,
            (true, false) => Set::UNDEFINED,
            (false, true) => self.sets.join(value, Set::UNKNOWN),
            (false, false) => value,
        }
    }

    /// A property along the prototypes in a state, and whether one on the way may hold more than is known.
    pub(super) fn looked_up(&mut self, object: ObjId, name: Atom, state: State<'_>) -> (Set, bool) {
        let is_item = self.heap.get(object).kind != Kind::Array || self.is_native(name, native_names::INDEX);
        let Machine { heap, sets, code, .. } = self;
        let mut open = false;
        let found = heap.search(object, |object| {
            open |= object.open;
            let peek = |sets: &mut _, slot| match state {
                State::Ever => heap.peek(slot),
                State::First(_) | State::Early => heap.peek_early(sets, slot),
            };
            let own = object.property(name).map_or(Set::EMPTY, |own| peek(sets, own.slot));
            let any = object.wildcard.filter(|_| is_item).map_or(Set::EMPTY, |slot| peek(sets, slot));
            let any = only_called_so(sets, heap, code, any, name);
            match sets.join(own, any) {
                Set::EMPTY => ControlFlow::Continue(true),
                found => ControlFlow::Break(found),
            }
        });
        (found.unwrap_or(Set::EMPTY), open)
    }

    /// How many items an array has; `None` when that is not known.
    pub(super) fn length_of(&mut self, array: ObjId, state: State<'_>) -> Option<u32> {
        let facts = self.heap.get(array);
        if facts.kind != Kind::Array || facts.open || !facts.protos.is_empty() {
            return None;
        }
        let slots: Vec<(Atom, SlotId)> = facts.properties().iter().map(|(name, own)| (*name, own.slot)).collect();
        let any = facts.wildcard;
        if any.is_some_and(|slot| self.slot_in(slot, state) != Set::EMPTY) {
            return None;
        }
        let mut length = 0;
        for (name, slot) in slots {
            if self.is_native(name, native_names::INDEX) && self.slot_in(slot, state) != Set::EMPTY {
                length = length.max(self.atoms.text(name).parse::<u32>().ok()?.checked_add(1)?);
            }
        }
        Some(length)
    }

    /// All items of an array or values of an object in a state; unknown ones as such.
    pub(super) fn items_in(&mut self, list: Set, state: State<'_>) -> Set {
        let mut found = Set::EMPTY;
        for value in self.sets.values(list).to_vec() {
            let part = match value {
                Val::Object(object) => {
                    let facts = self.heap.get(object);
                    let open = facts.open;
                    let behind: Vec<ObjId> = facts.protos.iter().copied().filter(|behind| *behind != object).collect();
                    let slots: Vec<SlotId> =
                        facts.properties().iter().map(|(_, own)| own.slot).chain(facts.wildcard).collect();
                    let mut all = if open { Set::UNKNOWN } else { Set::EMPTY };
                    for slot in slots {
                        let item = self.slot_in(slot, state);
                        all = self.sets.join(all, item);
                    }
                    for behind in behind {
                        let slots: Vec<SlotId> =
                            self.heap.get(behind).properties().iter().map(|(_, own)| own.slot).collect();
                        for slot in slots {
                            let item = self.slot_in(slot, state);
                            all = self.sets.join(all, item);
                        }
                    }
                    all
                }
                Val::Number(_) | Val::AnyNumber => Set::ANY_NUMBER,
                Val::Undefined | Val::Null | Val::Bool(_) | Val::AnyBool => Set::EMPTY,
                Val::Str(_) | Val::Text => Set::TEXT,
                Val::Opaque(_) | Val::Unknown => Set::UNKNOWN,
            };
            found = self.sets.join(found, part);
        }
        found
    }

    /// `object[index]` in a state.
    pub(super) fn index_in(&mut self, object: Set, index: Set, state: State<'_>) -> Set {
        let mut found = Set::EMPTY;
        for key in self.sets.values(index).to_vec() {
            let part = match self.property_name(key) {
                Some(name) => self.member_in(object, name, state),
                None => {
                    let items = self.items_in(object, state);
                    self.sets.join(items, Set::UNDEFINED)
                }
            };
            found = self.sets.join(found, part);
        }
        found
    }

    /// A method of the language that changes nothing, called on known things: `list.indexOf('x')`.
    pub(super) fn method_in(&mut self, this: Set, name: &str, args: &[Set], state: State<'_>) -> Set {
        let (Some(this), Some(wanted)) = (self.sets.single(this), args.first().copied()) else {
            return if matches!(name, "includes" | "startsWith" | "endsWith") { Set::ANY_BOOL } else { Set::UNKNOWN };
        };
        match (this, name) {
            (Val::Str(text), "includes" | "indexOf" | "startsWith" | "endsWith") if args.len() == 1 => {
                let Some(Val::Str(part)) = self.sets.single(wanted) else { return Set::UNKNOWN };
                let (text, part) = (self.atoms.text(text), self.atoms.text(part));
                let value = match name {
                    "includes" => Val::Bool(text.contains(part)),
                    "startsWith" => Val::Bool(text.starts_with(part)),
                    "endsWith" => Val::Bool(text.ends_with(part)),
                    _ => Val::Number(text.find(part).map_or(-1.0, |at| at as f64).to_bits()),
                };
                self.sets.one(value)
            }
            (Val::Object(list), "includes" | "indexOf") if args.len() == 1 => {
                let found = self.position_in(list, wanted, state);
                match (found, name) {
                    (Some(at), "includes") => self.sets.one(Val::Bool(at >= 0.0)),
                    (Some(at), _) => self.sets.one(Val::Number(at.to_bits())),
                    (None, "includes") => Set::ANY_BOOL,
                    (None, _) => Set::ANY_NUMBER,
                }
            }
            (_, "includes" | "startsWith" | "endsWith") => Set::ANY_BOOL,
            _ => Set::UNKNOWN,
        }
    }

    /// Where a value stands in an array, -1 for nowhere; `None` when that is not known.
    fn position_in(&mut self, list: ObjId, wanted: Set, state: State<'_>) -> Option<f64> {
        for at in 0..self.length_of(list, state)? {
            let name = self.atoms.number(at as usize);
            let (item, _) = self.looked_up(list, name, state);
            match self.same(item, wanted) {
                (_, true) => return Some(f64::from(at)),
                (true, false) => return None,
                (false, _) => {}
            }
        }
        Some(-1.0)
    }
}

fn fits(how: Operator, order: Ordering) -> bool {
    match how {
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}
