//! In: an attribute of the markup and the instance whose data it reads. Out: what its value may be now; nothing is run, and
//! nobody waits for more.

use super::Machine;
use super::lifecycle::inherited;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::facts::script::{Body, Expr, Logic, Operator};
use crate::facts::template::{AttributeValue, Part};

impl Machine<'_> {
    /// The event an attribute binds, without its prefix (`Tap` for `onTap`); `None` for other attributes.
    pub fn event_of(&self, attribute: &str) -> Option<String> {
        let first = attribute.as_bytes().first();
        let prefixes = self.embedder.platform.markup.event_prefixes.iter();
        // Most attributes bind nothing, which their first letter tells.
        prefixes.filter(|prefix| prefix.as_bytes().first() == first).find_map(|prefix| {
            let event = attribute.strip_prefix(prefix.as_str())?;
            event.starts_with(|c: char| c.is_ascii_uppercase()).then(|| event.to_string())
        })
    }

    /// What an attribute's value may be, its names looked up in an instance's data (`None`: all unknown).
    pub fn attribute_value(&mut self, value: &AttributeValue, instance: Option<ObjId>) -> Set {
        let mut text: Option<Set> = None;
        for part in &value.parts {
            let set = match part {
                Part::Text(part) => {
                    let atom = self.atoms.intern(part);
                    self.sets.one(Val::Str(atom))
                }
                Part::Expression(Some(snippet), _) => self.snippet(&snippet.body, snippet.root, instance),
                Part::Expression(None, _) | Part::Handler(..) => Set::UNKNOWN,
            };
            text = Some(match text {
                None => set,
                Some(before) => self.add(before, set),
            });
        }
        text.unwrap_or_else(|| {
            let empty = self.atoms.intern("");
            self.sets.one(Val::Str(empty))
        })
    }

    /// What an expression of the markup may be.
    pub fn snippet(&mut self, body: &Body, id: u32, instance: Option<ObjId>) -> Set {
        match &body.exprs[id as usize] {
            Expr::Undefined => Set::UNDEFINED,
            Expr::Null => self.sets.one(Val::Null),
            Expr::Bool(value) => self.sets.one(Val::Bool(*value)),
            Expr::Number(value) => self.sets.one(Val::Number(value.to_bits())),
            Expr::Str(name) => {
                let atom = self.atoms.intern(body.name(*name));
                self.sets.one(Val::Str(atom))
            }
            Expr::Global(name) => {
                let name = self.atoms.intern(body.name(*name));
                self.view_data(instance, name)
            }
            Expr::Member { object, name, .. } => {
                let object = self.snippet(body, *object, instance);
                let name = self.atoms.intern(body.name(*name));
                self.peek_member(object, name)
            }
            Expr::Conditional { test, then, otherwise } => {
                let test = self.snippet(body, *test, instance);
                let (yes, no) = self.sets.truth(test);
                let first = if yes { self.snippet(body, *then, instance) } else { Set::EMPTY };
                let second = if no { self.snippet(body, *otherwise, instance) } else { Set::EMPTY };
                self.sets.join(first, second)
            }
            Expr::Logic { how, left, right } => {
                let left = self.snippet(body, *left, instance);
                let (yes, no) = self.sets.truth(left);
                let (kept, goes_on) = match how {
                    Logic::And => (self.sets.keep(left, false), yes),
                    Logic::Or => (self.sets.keep(left, true), no),
                    Logic::Nullish => (left, true),
                };
                let right = if goes_on { self.snippet(body, *right, instance) } else { Set::EMPTY };
                self.sets.join(kept, right)
            }
            Expr::Not(inner) => {
                let value = self.snippet(body, *inner, instance);
                match self.sets.truth(value) {
                    (true, false) => self.sets.one(Val::Bool(false)),
                    (false, true) => self.sets.one(Val::Bool(true)),
                    _ => Set::ANY_BOOL,
                }
            }
            Expr::Binary { how: Operator::Equal, negated, left, right } => {
                let left = self.snippet(body, *left, instance);
                let right = self.snippet(body, *right, instance);
                match self.same(left, right) {
                    (false, _) => self.sets.one(Val::Bool(*negated)),
                    (true, true) => self.sets.one(Val::Bool(!*negated)),
                    _ => Set::ANY_BOOL,
                }
            }
            Expr::Binary { how: Operator::Add, left, right, .. } => {
                let left = self.snippet(body, *left, instance);
                let right = self.snippet(body, *right, instance);
                self.add(left, right)
            }
            _ => Set::UNKNOWN,
        }
    }

    /// A name of the markup: the instance's data, then its props.
    fn view_data(&mut self, instance: Option<ObjId>, name: Atom) -> Set {
        if let Some(constant) = self.constant_name(name) {
            return constant;
        }
        let Some(instance) = instance else { return Set::UNKNOWN };
        let mut found = Set::EMPTY;
        for holder in [self.embedder.names.data, self.embedder.names.props] {
            let objects = self.read_own(CtxId::NONE, instance, holder);
            let value = self.peek_member(objects, name);
            if value != Set::UNDEFINED {
                found = self.sets.join(found, value);
            }
        }
        found = self.peek_opened(found);
        if found == Set::EMPTY && self.embedder.dialect.is_some() {
            found = self.peek_accessed(instance, name);
        }
        // Frameworks keep data on the instance itself; loop variables and the like are not known.
        if found == Set::EMPTY { Set::UNKNOWN } else { found }
    }

    fn peek_member(&mut self, objects: Set, name: Atom) -> Set {
        let mut found = Set::EMPTY;
        for value in self.sets.values(objects).to_vec() {
            let part = match value {
                Val::Object(object) => {
                    let value = inherited(self, object, name);
                    let open = self.heap.get(object).open;
                    match (value == Set::EMPTY, open) {
                        (true, true) => Set::UNKNOWN,
                        (true, false) => Set::UNDEFINED,
                        (false, true) => self.sets.join(value, Set::UNKNOWN),
                        (false, false) => value,
                    }
                }
                Val::Undefined | Val::Null => Set::UNDEFINED,
                _ => Set::UNKNOWN,
            };
            found = self.sets.join(found, part);
        }
        found
    }
}
