//! In: a literal: an object, an array, a text put together. Out: its value. The members of a class are written the same way.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::facts::script::{Expr, Key, Prop};

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    pub(in crate::analyse) fn template(&mut self, frame: &mut Frame<'a>, parts: &'a [u32]) -> Set {
        let empty = self.atoms.intern("");
        let mut text = self.sets.one(Val::Str(empty));
        for part in parts {
            let value = self.eval(frame, *part);
            self.sink(frame, *part, value);
            text = self.add(text, value);
        }
        text
    }

    /// Strings put together, while both sides are known.
    pub(in crate::analyse) fn add(&mut self, left: Set, right: Set) -> Set {
        if let Some(known) = self.lang.sums.get(&(left, right)) {
            return *known;
        }
        let sum = self.put_together(left, right);
        self.lang.sums.insert((left, right), sum);
        sum
    }

    fn put_together(&mut self, left: Set, right: Set) -> Set {
        let (a, b) = (self.sets.values(left).to_vec(), self.sets.values(right).to_vec());
        if a.is_empty() || b.is_empty() {
            return Set::EMPTY;
        }
        let number = |value: &Val| matches!(value, Val::Number(_) | Val::AnyNumber);
        if a.iter().all(number) && b.iter().all(number) {
            return Set::ANY_NUMBER;
        }
        if a.len() * b.len() > 16 {
            return Set::TEXT;
        }
        let mut sums = Vec::new();
        for a in &a {
            for b in &b {
                match (self.as_text(*a), self.as_text(*b)) {
                    (Some(a), Some(b)) if a.len() + b.len() < 400 => {
                        let atom = self.atoms.intern(&format!("{a}{b}"));
                        sums.push(Val::Str(atom));
                    }
                    _ => sums.push(Val::Text),
                }
            }
        }
        self.sets.of(sums)
    }

    fn as_text(&self, value: Val) -> Option<String> {
        match value {
            Val::Str(atom) => Some(self.atoms.text(atom).to_string()),
            Val::Number(bits) => Some(f64::from_bits(bits).to_string()),
            Val::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    pub(in crate::analyse) fn object(&mut self, frame: &mut Frame<'a>, id: u32, props: &'a [Prop]) -> Set {
        self.step_over(frame.code.file, frame.root, props.len());
        let object = self.allocate(frame.scope, id, 0, Kind::Plain);
        self.fill(frame, id, object, props);
        self.sets.one(Val::Object(object))
    }

    /// Writes the members of a literal or class to an object.
    pub(super) fn fill(&mut self, frame: &mut Frame<'a>, id: u32, object: ObjId, props: &'a [Prop]) {
        self.fill_and_copy(frame, id, object, props, &[]);
    }

    /// The same with more objects copied to it afterwards: `Object.assign({ … }, more)`.
    pub(super) fn fill_and_copy(
        &mut self,
        frame: &mut Frame<'a>,
        id: u32,
        object: ObjId,
        props: &'a [Prop],
        more: &[Set],
    ) {
        let spread = |prop: &Prop| matches!(prop, Prop::Spread(_));
        if more.is_empty() && !props.iter().any(spread) {
            for prop in props {
                self.fill_one(frame, id, object, prop, true);
            }
            return;
        }
        // What is written behind takes the place of what stands before.
        let values: Vec<Option<Set>> = props
            .iter()
            .map(|prop| match prop {
                Prop::Spread(value) => Some(self.eval(frame, *value)),
                _ => None,
            })
            .collect();
        let mut behind = self.taken_behind(frame.ctx, more);
        let last = behind.pop().unwrap_or_default();
        for (at, from) in more.iter().enumerate().rev() {
            let without = behind.get(at).cloned().unwrap_or_else(Vec::new);
            self.copy_except(frame, object, *from, &without, true);
        }
        let mut taken = last;
        let mut kept: Vec<(usize, Vec<Atom>)> = Vec::new();
        for (at, prop) in props.iter().enumerate().rev() {
            match prop {
                Prop::Value(Key::Name(name), ..)
                | Prop::Getter(Key::Name(name), ..)
                | Prop::Setter(Key::Name(name), ..) => {
                    let name = self.atom(frame, *name);
                    kept.push((at, if taken.contains(&name) { vec![name] } else { Vec::new() }));
                    if matches!(prop, Prop::Value(..)) {
                        taken.push(name);
                    }
                }
                Prop::Spread(_) => {
                    kept.push((at, taken.clone()));
                    let sure = self.sure_names(frame.ctx, values[at].unwrap_or(Set::EMPTY));
                    taken.extend(sure);
                }
                _ => kept.push((at, Vec::new())),
            }
        }
        for (at, without) in kept.into_iter().rev() {
            match (&props[at], values[at]) {
                (Prop::Spread(_), Some(value)) => self.copy_except(frame, object, value, &without, true),
                (prop, _) => self.fill_one(frame, id, object, prop, without.is_empty()),
            }
        }
    }

    /// For each of some objects that are copied one after the other: the names that those behind it have for sure; behind all of
    /// them, the names that any has.
    pub(super) fn taken_behind(&mut self, reader: CtxId, sources: &[Set]) -> Vec<Vec<Atom>> {
        let mut taken: Vec<Atom> = Vec::new();
        let mut found = Vec::new();
        for source in sources.iter().rev() {
            found.push(taken.clone());
            taken.extend(self.sure_names(reader, *source));
        }
        found.reverse();
        found.push(taken);
        found
    }

    /// The names that every one of these objects has from the beginning.
    pub(super) fn sure_names(&mut self, reader: CtxId, values: Set) -> Vec<Atom> {
        let mut common: Option<Vec<Atom>> = None;
        for at in 0..self.sets.values(values).len() {
            let Val::Object(object) = self.sets.values(values)[at] else { return Vec::new() };
            if let Kind::Namespace(_) = self.heap.get(object).kind {
                return Vec::new();
            }
            let own = self.heap.get(object).properties().to_vec();
            let mut names = Vec::new();
            for (name, property) in own {
                let held = self.heap.read(property.slot, reader);
                if property.sure && held != Set::EMPTY && common.as_ref().is_none_or(|known| known.contains(&name)) {
                    names.push(name);
                }
            }
            common = Some(names);
        }
        common.unwrap_or_default()
    }

    /// Writes one member; one that is replaced at once (`stays` says not) is evaluated only.
    fn fill_one(&mut self, frame: &mut Frame<'a>, id: u32, object: ObjId, prop: &'a Prop, stays: bool) {
        match prop {
            Prop::Value(key, value, _) => {
                frame.member = *value;
                let value = self.eval(frame, *value);
                match self.key(frame, *key) {
                    Some(_) if !stays => {}
                    Some(name) => {
                        self.define(object, name, value);
                        self.heap.make_sure(object, name);
                    }
                    None => {
                        let Key::Computed(key) = key else { return };
                        let key = self.eval(frame, *key);
                        let object = self.sets.one(Val::Object(object));
                        self.set_index(frame, id, object, key, value);
                    }
                }
            }
            Prop::Getter(key, function, _) | Prop::Setter(key, function, _) => {
                let code = CodeRef { file: frame.code.file, function: *function };
                let closure = self.closure(frame.scope, code);
                let (Some(name), Some(Val::Object(function))) = (self.key(frame, *key), self.sets.single(closure))
                else {
                    return;
                };
                let getter = matches!(prop, Prop::Getter(..)).then_some(function);
                let setter = matches!(prop, Prop::Setter(..)).then_some(function);
                self.heap.accessor(object, name, getter, setter);
            }
            Prop::Spread(value) => {
                let value = self.eval(frame, *value);
                self.copy_except(frame, object, value, &[], true);
            }
        }
    }

    pub(super) fn key(&mut self, frame: &mut Frame<'a>, key: Key) -> Option<Atom> {
        match key {
            Key::Name(name) => Some(self.atom(frame, name)),
            Key::Computed(expr) => {
                let value = self.eval(frame, expr);
                let single = self.sets.single(value)?;
                self.property_name(single)
            }
        }
    }

    pub(super) fn array(&mut self, frame: &mut Frame<'a>, id: u32, items: &'a [(Option<u32>, bool)]) -> Set {
        self.step_over(frame.code.file, frame.root, items.len());
        let array = self.allocate(frame.scope, id, 0, Kind::Array);
        let mut certain = true;
        for (at, (item, spread)) in items.iter().enumerate() {
            let Some(item) = item else { continue };
            let value = self.eval(frame, *item);
            if *spread {
                for value in self.items(frame, value) {
                    self.push_item(array, value);
                }
                certain = false;
            } else if certain && (at < 64 || matches!(self.code.expr(frame.code.file, *item), Expr::Function(_))) {
                self.write_index(array, at, value);
            } else {
                self.push_item(array, value);
            }
        }
        self.sets.one(Val::Object(array))
    }
}
