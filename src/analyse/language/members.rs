//! In: a name that the program itself has given no value. Out: what the language and the platform have under it, as a member
//! of an object or as a free name.

use super::Machine;
use super::embedder::{Embedder, Member};
use super::exec::Frame;
use super::native_names;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// A member of a text or a number; `methods` is the group of names that are its methods.
    pub(super) fn primitive_member(&mut self, name: Atom, methods: u16) -> Set {
        if self.is_native(name, methods) {
            let method = self.builtin(name);
            return self.sets.one(method);
        }
        if name == self.lang.names.length { Set::ANY_NUMBER } else { Set::UNDEFINED }
    }

    /// The language's and the platform's own members of an object, where the program has written none.
    pub(super) fn native_member(&mut self, frame: &Frame, object: ObjId, name: Atom) -> Option<Set> {
        let kind = self.heap.get(object).kind;
        let methods = match kind {
            Kind::Array => native_names::ARRAY,
            Kind::Promise => native_names::PROMISE,
            Kind::Collection => native_names::COLLECTION,
            Kind::Json(_) => native_names::TEXT,
            Kind::Function { .. } | Kind::Class | Kind::Bound => {
                if name == self.lang.names.prototype {
                    return Some(self.prototype(object));
                }
                native_names::FUNCTION
            }
            Kind::Builtin(_) | Kind::Require => {
                if name == self.lang.names.prototype {
                    return Some(self.sets.one(Val::Object(object)));
                }
                let own = match kind {
                    Kind::Builtin(owner) => self.static_name(owner, name),
                    _ => None,
                };
                if own.is_none() && self.is_native(name, native_names::FUNCTION) {
                    let method = self.builtin(name);
                    return Some(self.sets.one(method));
                }
                return self.static_member(object, name);
            }
            Kind::Namespace(file) => return Some(self.export(frame.ctx, file, name)),
            Kind::Proxy => return Some(self.trapped(frame, object, name)),
            Kind::Plain => native_names::PLAIN,
            _ => match E::member(self, object, kind, name) {
                Member::Is(values) => return Some(values),
                Member::Methods(groups) => groups,
            },
        };
        if self.is_native(name, methods) {
            let method = self.builtin(name);
            return Some(self.sets.one(method));
        }
        if name == self.lang.names.length && matches!(kind, Kind::Array) {
            return Some(Set::ANY_NUMBER);
        }
        if object != self.lang.globals {
            return None;
        }
        let value = if self.is_native(name, native_names::GLOBAL) { self.builtin(name) } else { Val::Unknown };
        Some(self.sets.one(value))
    }

    /// `Object.assign`, `Promise.all`, `Array.prototype` … by their full name.
    fn static_member(&mut self, object: ObjId, name: Atom) -> Option<Set> {
        let Kind::Builtin(owner) = self.heap.get(object).kind else { return None };
        let method = self.is_native(name, native_names::ARRAY | native_names::PLAIN | native_names::TEXT);
        let member = match (self.static_name(owner, name), method) {
            (Some(full), _) => full,
            (None, true) => name,
            (None, false) => return Some(Set::UNKNOWN),
        };
        let member = self.builtin(member);
        Some(self.sets.one(member))
    }

    /// A function's `prototype`, made when first looked at.
    fn prototype(&mut self, function: ObjId) -> Set {
        let prototype = self.native(4, function.number(), Kind::Plain);
        let set = self.sets.one(Val::Object(prototype));
        self.define(function, self.lang.names.prototype, set);
        let constructor = self.sets.one(Val::Object(function));
        self.define(prototype, self.lang.names.constructor, constructor);
        set
    }

    /// A free name: what the platform gives, then what the language gives, then what the program made global.
    pub(super) fn global(&mut self, frame: &Frame, name: Atom) -> Set {
        if let Some(set) = self.module_name(frame, name) {
            return set;
        }
        if let Some(given) = E::global(self, frame, name) {
            return given;
        }
        let globals = self.lang.globals;
        let own = self.read_own(frame.ctx, globals, name);
        if own != Set::EMPTY {
            return own;
        }
        if self.is_native(name, native_names::GLOBAL_OBJECT) {
            return self.sets.one(Val::Object(globals));
        }
        if self.is_native(name, native_names::GLOBAL) {
            let function = self.builtin(name);
            return self.sets.one(function);
        }
        if let Some(given) = E::last_global(self, name) {
            return given;
        }
        let number = ["NaN", "Infinity"].contains(&self.atoms.text(name));
        if number { Set::ANY_NUMBER } else { Set::UNKNOWN }
    }
}
