//! In: a literal: an object, an array, a text put together. Out: its value. The members of a class are written the same way.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::CodeRef;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
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
        let object = self.allocate(frame.ctx, id, 0, Kind::Plain);
        self.fill(frame, id, object, props);
        self.sets.one(Val::Object(object))
    }

    /// Writes the members of a literal or class to an object.
    pub(super) fn fill(&mut self, frame: &mut Frame<'a>, id: u32, object: ObjId, props: &'a [Prop]) {
        for (at, prop) in props.iter().enumerate() {
            match prop {
                Prop::Value(key, value, _) => {
                    frame.member = *value;
                    let value = self.eval(frame, *value);
                    match self.key(frame, *key) {
                        Some(name) => self.define(object, name, value),
                        None => {
                            let Key::Computed(key) = key else { continue };
                            let key = self.eval(frame, *key);
                            let object = self.sets.one(Val::Object(object));
                            self.set_index(frame, id, object, key, value);
                        }
                    }
                }
                Prop::Getter(key, function, _) | Prop::Setter(key, function, _) => {
                    let code = CodeRef { file: frame.code.file, function: *function };
                    let closure = self.closure(frame.ctx, code);
                    let (Some(name), Some(Val::Object(function))) = (self.key(frame, *key), self.sets.single(closure))
                    else {
                        continue;
                    };
                    let getter = matches!(prop, Prop::Getter(..)).then_some(function);
                    let setter = matches!(prop, Prop::Setter(..)).then_some(function);
                    self.heap.accessor(object, name, getter, setter);
                }
                Prop::Spread(value) => {
                    let value = self.eval(frame, *value);
                    // What is written behind a spread takes the place of what the spread brings.
                    let behind = props[at + 1..].iter().filter_map(|prop| match prop {
                        Prop::Value(Key::Name(name), ..) => Some(self.atom(frame, *name)),
                        _ => None,
                    });
                    let behind: Vec<Atom> = behind.collect();
                    self.copy_except(frame, object, value, &behind);
                }
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
        let array = self.allocate(frame.ctx, id, 0, Kind::Array);
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
