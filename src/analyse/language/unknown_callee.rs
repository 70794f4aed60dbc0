//! In: calls of unknown code, and what it is handed. Out: what such a call gives. What is handed over is assumed
//! to be called, at once unless the call says otherwise.

use super::Machine;
use super::calls::{is_options, own_name};
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::heap::Heap;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{ObjId, Set, Val};
use crate::analyse::engine::record::{EdgeKind, Unresolved, UseKind};

/// Property names under which libraries expect functions to call back.
const CALLBACKS: &[&str] =
    &["callback", "cb", "done", "then", "resolve", "reject", "error", "handler", "next", "ok", "cancel"];
/// How many objects are followed into unknown code, for one argument.
const MAX_ESCAPES: usize = 60;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// A call into unknown code: what it is handed is assumed to be called.
    pub(super) fn apply_unknown(&mut self, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Set {
        let site = self.site(frame, id);
        let name = self.called_name(frame, id);
        if let Some(result) = self.unknown_method(frame, id, name, this, args) {
            return result;
        }
        if let Some(result) = E::call_unknown(self, frame, id, this, args) {
            return result;
        }
        self.unresolved.insert(Unresolved { ctx: frame.ctx, site });
        E::called_unknown(self, frame, id, args);
        let mut result = Set::UNKNOWN;
        for arg in args {
            let heap = &self.heap;
            // What becomes a member (`join: limited(function () { … })`) is a wrapper: it calls nothing yet.
            let wrapped = |value: &Val| frame.member == id && is_callable(heap, *value);
            let called = self.sets.filter(*arg, |value| !wrapped(value));
            // A wrapper that is not there to read (`connect(…)({…})`) most likely hands back what it was given.
            let kept = self.sets.filter(*arg, |value| wrapped(value) || is_options(heap, *value));
            self.escape(frame, id, called);
            result = self.sets.join(result, kept);
        }
        result
    }

    /// A value handed to unknown code: its functions are assumed to be called with anything.
    pub(in crate::analyse) fn escape(&mut self, frame: &Frame, id: u32, value: Set) {
        let mut seen = Vec::new();
        self.escape_within(frame, id, value, 0, &mut seen);
    }

    fn escape_within(&mut self, frame: &Frame, id: u32, value: Set, depth: u32, seen: &mut Vec<ObjId>) {
        for at in 0..self.sets.values(value).len() {
            match self.sets.values(value)[at] {
                Val::Object(object) => {
                    self.heap.cut |= seen.len() > MAX_ESCAPES;
                    if seen.len() > MAX_ESCAPES || seen.contains(&object) || !self.step() {
                        continue;
                    }
                    seen.push(object);
                    match self.heap.get(object).kind {
                        Kind::Function { .. } | Kind::Bound => {
                            let unknown = [Set::UNKNOWN; 3];
                            let function = self.sets.one(Val::Object(object));
                            self.apply(frame, id, function, Set::UNKNOWN, &unknown, EdgeKind::Unresolved);
                        }
                        Kind::Plain | Kind::Array if depth < 2 => self.escape_members(frame, id, object, depth, seen),
                        Kind::Promise => self.handle_promise(frame.ctx, object),
                        _ => {}
                    }
                }
                Val::Opaque(opaque) => {
                    let site = self.site(frame, id);
                    self.use_of(frame.ctx, site, opaque, UseKind::Escape);
                    let rejection = self.sets.one(Val::Opaque(opaque));
                    self.handle(rejection);
                }
                _ => {}
            }
        }
    }

    fn escape_members(&mut self, frame: &Frame, id: u32, object: ObjId, depth: u32, seen: &mut Vec<ObjId>) {
        self.heap.open(object);
        let array = self.heap.get(object).kind == Kind::Array;
        for at in 0..self.heap.get(object).properties().len().min(40) {
            let (name, property) = self.heap.get(object).properties()[at];
            // Methods of an options object are for the platform to call; only what is named as a callback is called back.
            if array || self.is_callback(name) {
                let value = self.heap.read(property.slot, frame.ctx);
                self.escape_within(frame, id, value, depth + 1, seen);
            }
        }
        if let Some(slot) = self.heap.get(object).wildcard {
            let mut value = self.heap.read(slot, frame.ctx);
            if !array {
                // Copied from an object under names that were lost: the functions still have theirs.
                value = self.without_methods(value);
            }
            self.escape_within(frame, id, value, depth + 1, seen);
        }
    }

    /// A set without the functions whose own name is not that of a callback.
    fn without_methods(&mut self, set: Set) -> Set {
        let own = E::callback_names(self);
        let Machine { sets, heap, code, atoms, .. } = self;
        sets.filter(set, |value| {
            let name = own_name(heap, code, *value);
            name.is_none_or(|name| own.contains(&name) || CALLBACKS.contains(&atoms.text(name)))
        })
    }

    fn is_callback(&self, name: crate::analyse::domain::value::Atom) -> bool {
        let own = E::callback_names(self);
        own.contains(&name) || CALLBACKS.contains(&self.atoms.text(name))
    }

    /// Methods by name on values that are not known: iteration and promises are recognised by their names.
    fn unknown_method(
        &mut self,
        frame: &Frame,
        id: u32,
        name: Option<crate::analyse::domain::value::Atom>,
        this: Set,
        args: &[Set],
    ) -> Option<Set> {
        let text = self.atoms.text(name?);
        let unknown = |value: &Val| matches!(value, Val::Unknown | Val::Opaque(_));
        if !self.sets.values(this).iter().any(unknown) {
            return None;
        }
        match text {
            "forEach" | "map" | "filter" | "find" | "some" | "every" | "findIndex" | "reduce" | "sort" | "flatMap" => {
                let reduces = text == "reduce";
                let items = self.items(frame, this);
                let item = items.into_iter().fold(Set::EMPTY, |all, item| self.sets.join(all, item));
                let callback = args.first().copied()?;
                let args =
                    if reduces { [Set::UNKNOWN, item, Set::ANY_NUMBER] } else { [item, Set::ANY_NUMBER, Set::UNKNOWN] };
                self.apply(frame, id, callback, Set::UNDEFINED, &args, EdgeKind::Iteration);
                Some(Set::UNKNOWN)
            }
            "then" | "catch" | "finally" => {
                for arg in args {
                    self.apply(frame, id, *arg, Set::UNDEFINED, &[Set::UNKNOWN], EdgeKind::Then);
                }
                Some(Set::UNKNOWN)
            }
            "replace" | "split" | "slice" | "substring" | "trim" | "toString" | "join" => {
                let whole = self.sets.values(this).iter().copied().find(|v| matches!(v, Val::Opaque(_)));
                Some(whole.map_or(Set::TEXT, |value| self.sets.one(value)))
            }
            _ => None,
        }
    }
}

/// Whether a value is a function of the program.
pub(in crate::analyse) fn is_callable(heap: &Heap, value: Val) -> bool {
    matches!(value, Val::Object(object) if matches!(heap.get(object).kind, Kind::Function { .. } | Kind::Bound))
}
