//! In: a receiver and a name. Out: what that function of the language does: one row each. Methods of arrays, collections and texts, which
//! depend on their receiver's values, are not here.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use super::generators;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::EdgeKind;

/// A call of a builtin.
pub(super) struct Call<'c, 'f> {
    pub(super) frame: &'c Frame<'f>,
    pub(super) id: u32,
    pub(super) this: Set,
    pub(super) args: &'c [Set],
}

impl<'c> Call<'c, '_> {
    fn arg(&self, at: usize) -> Set {
        self.args.get(at).copied().unwrap_or(Set::UNDEFINED)
    }

    fn after(&self, count: usize) -> &'c [Set] {
        self.args.get(count..).unwrap_or(&[])
    }
}

/// What a builtin does.
pub(super) type Does<'a, E> = fn(&mut Machine<'a, E>, &Call<'_, '_>) -> Set;

/// The receiver, none for free functions and methods of any value; the name; what it does.
type Row<'a, E> = (&'static str, &'static str, Does<'a, E>);

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    const BUILTINS: [Row<'a, E>; 68] = [
        ("", "call", |m, c| m.apply(c.frame, c.id, c.this, c.arg(0), c.after(1), EdgeKind::Call)),
        ("", "apply", |m, c| m.apply_list(c, c.this, c.arg(0), c.arg(1))),
        ("", "bind", |m, c| m.bind(c.frame, c.id, c.this, c.args)),
        ("", "then", |m, c| m.then(c.frame, c.id, c.this, c.arg(0), c.arg(1), false)),
        ("", "catch", |m, c| m.then(c.frame, c.id, c.this, Set::UNDEFINED, c.arg(0), false)),
        ("", "finally", |m, c| m.then(c.frame, c.id, c.this, c.arg(0), Set::UNDEFINED, true)),
        ("", "hasOwnProperty", |m, c| m.has_own(c.frame, c.this, c.arg(0))),
        ("", "setTimeout", Self::timer),
        ("", "setInterval", Self::timer),
        ("", "setImmediate", Self::timer),
        ("", "queueMicrotask", Self::timer),
        ("", "requestAnimationFrame", Self::timer),
        ("", "Object", |m, c| if c.args.is_empty() { m.fresh(c.frame, c.id, Kind::Plain) } else { c.arg(0) }),
        ("", "Array", |m, c| m.fresh(c.frame, c.id, Kind::Array)),
        // `Function("return this")()` is how bundles find the global object.
        ("", "Function", |m, _| m.named_builtin("[[globals]]")),
        ("", "Symbol", |_, _| Set::UNKNOWN),
        ("", "Error", |_, _| Set::UNKNOWN),
        ("", "process", |_, _| Set::UNKNOWN),
        ("", "String", Self::text_of),
        ("", "Number", |_, _| Set::ANY_NUMBER),
        ("", "Boolean", Self::boolean_of),
        ("Reflect", "apply", |m, c| m.apply_list(c, c.arg(0), c.arg(1), c.arg(2))),
        ("Reflect", "get", |m, c| m.get_index(c.frame, c.id, c.arg(0), c.arg(1))),
        ("Reflect", "ownKeys", Self::keys_of),
        ("Promise", "all", |m, c| m.gather(c.frame, c.id, c.arg(0), true, false)),
        ("Promise", "allSettled", |m, c| m.gather(c.frame, c.id, c.arg(0), true, true)),
        ("Promise", "race", |m, c| m.gather(c.frame, c.id, c.arg(0), false, false)),
        ("Promise", "any", |m, c| m.gather(c.frame, c.id, c.arg(0), false, false)),
        ("Promise", "resolve", |m, c| m.ready_promise(c.frame, c.id, c.arg(0), true)),
        ("Promise", "reject", |m, c| m.ready_promise(c.frame, c.id, c.arg(0), false)),
        ("process", "nextTick", Self::timer),
        ("JSON", "parse", |m, c| m.parse(c.arg(0))),
        ("JSON", "stringify", |m, c| m.stringify(c.frame, c.id, c.arg(0))),
        ("Object", "assign", Self::assign_all),
        ("Object", "create", Self::create),
        ("Object", "setPrototypeOf", |m, c| m.each_object(c, |m, c, object| m.set_protos(object, c.arg(1)))),
        ("Object", "getPrototypeOf", |m, c| m.protos_of(c.arg(0))),
        ("Object", "defineProperty", Self::define_one),
        ("Object", "defineProperties", |m, c| m.each_object(c, |m, c, object| m.define_all(c.frame, object, c.arg(1)))),
        ("Object", "freeze", |_, c| c.arg(0)),
        ("Object", "seal", |_, c| c.arg(0)),
        ("Object", "keys", Self::keys_of),
        ("Object", "getOwnPropertyNames", Self::keys_of),
        ("Object", "getOwnPropertySymbols", |m, c| m.fresh(c.frame, c.id, Kind::Array)),
        ("Object", "values", Self::values_of),
        ("Object", "entries", |m, c| m.entries(c.frame, c.id, c.arg(0))),
        ("Object", "fromEntries", Self::object_of),
        ("Array", "from", |m, c| m.array_from(c.frame, c.id, c.args, false)),
        ("Array", "of", |m, c| m.array_from(c.frame, c.id, c.args, true)),
        ("Array", "isArray", |_, _| Set::ANY_BOOL),
        ("console", "log", Self::logged),
        ("console", "info", Self::logged),
        ("console", "warn", Self::logged),
        ("console", "error", Self::logged),
        ("console", "debug", Self::logged),
        ("console", "dir", Self::logged),
        ("console", "table", Self::logged),
        ("regeneratorRuntime", "mark", |_, c| c.arg(0)),
        ("regeneratorRuntime", "awrap", |_, c| c.arg(0)),
        ("regeneratorRuntime", "wrap", |m, c| m.regenerate(c.frame, c.id, c.arg(0), &generators::REGENERATOR)),
        ("regeneratorRuntime", "async", |m, c| m.regenerate(c.frame, c.id, c.arg(0), &generators::REGENERATOR)),
        // Functions that the machine itself hands out.
        ("", "[[globals]]", |m, _| m.sets.one(Val::Object(m.lang.globals))),
        ("", "[[itself]]", |_, c| c.arg(0)),
        ("", "[[resolve]]", |m, c| m.settle_promise(c.frame, c.id, c.this, c.arg(0), true)),
        ("", "[[reject]]", |m, c| m.settle_promise(c.frame, c.id, c.this, c.arg(0), false)),
        ("", "[[generator]]", |m, c| m.regenerate(c.frame, c.id, c.arg(0), &generators::BABEL)),
        ("", "[[sent]]", |m, c| m.sent(c.frame, c.this)),
        ("", "[[abrupt]]", Self::leave_with),
    ];

    /// What a builtin does; its full name is looked for in the table once.
    pub(super) fn builtin_of(&mut self, name: Atom) -> Option<Does<'a, E>> {
        let rows: &[Row<'a, E>] = &Self::BUILTINS;
        let at = match self.lang.builtins.get(&name) {
            Some(at) => *at,
            None => {
                let full = self.atoms.text(name);
                let (receiver, member) = full.split_once('.').unwrap_or(("", full));
                let at = rows.iter().position(|(of, known, _)| *of == receiver && *known == member);
                self.lang.builtins.insert(name, at);
                at
            }
        };
        at.map(|at| rows[at].2)
    }

    fn apply_list(&mut self, call: &Call, function: Set, this: Set, list: Set) -> Set {
        let values = self.spread(call.frame, list);
        self.apply(call.frame, call.id, function, this, &values, EdgeKind::Call)
    }

    fn timer(&mut self, call: &Call) -> Set {
        self.apply(call.frame, call.id, call.arg(0), Set::UNDEFINED, call.after(2), EdgeKind::Timer);
        Set::ANY_NUMBER
    }

    fn text_of(&mut self, call: &Call) -> Set {
        let empty = self.sets.one(Val::Str(Atom(0)));
        if self.sets.single(call.arg(0)).is_some_and(|value| matches!(value, Val::Str(_))) {
            self.add(empty, call.arg(0))
        } else {
            Set::TEXT
        }
    }

    fn boolean_of(&mut self, call: &Call) -> Set {
        match self.sets.truth(call.arg(0)) {
            (true, false) => self.sets.one(Val::Bool(true)),
            (false, true) => self.sets.one(Val::Bool(false)),
            _ => Set::ANY_BOOL,
        }
    }

    /// Does something with each object that the first argument may be, and gives it back.
    fn each_object(&mut self, call: &Call, mut act: impl FnMut(&mut Self, &Call, ObjId)) -> Set {
        for at in 0..self.sets.values(call.arg(0)).len() {
            if let Val::Object(object) = self.sets.values(call.arg(0))[at] {
                act(self, call, object);
            }
        }
        call.arg(0)
    }

    fn assign_all(&mut self, call: &Call) -> Set {
        self.each_object(call, |machine, call, target| {
            let sources = call.after(1);
            let behind = machine.taken_behind(call.frame.ctx, sources);
            for (from, behind) in sources.iter().zip(&behind) {
                machine.copy_except(call.frame, target, *from, behind, false);
            }
        })
    }

    fn create(&mut self, call: &Call) -> Set {
        let made = self.allocate(call.frame.scope, call.id, 30, Kind::Plain);
        self.set_protos(made, call.arg(0));
        self.define_all(call.frame, made, call.arg(1));
        self.sets.one(Val::Object(made))
    }

    fn define_one(&mut self, call: &Call) -> Set {
        self.define_property(call.frame, call.arg(0), call.arg(1), call.arg(2));
        call.arg(0)
    }

    fn keys_of(&mut self, call: &Call) -> Set {
        let keys = self.keys(call.frame, call.arg(0));
        self.array_of(call.frame, call.id, keys)
    }

    fn values_of(&mut self, call: &Call) -> Set {
        let items = self.items(call.frame, call.arg(0));
        self.array_of(call.frame, call.id, items)
    }

    fn object_of(&mut self, call: &Call) -> Set {
        let object = self.allocate(call.frame.scope, call.id, 41, Kind::Plain);
        for pair in self.items(call.frame, call.arg(0)) {
            self.put_pair(call.frame, call.id, object, pair);
        }
        self.sets.one(Val::Object(object))
    }

    fn logged(&mut self, call: &Call) -> Set {
        self.log(call.frame, call.id, call.args);
        Set::UNDEFINED
    }

    /// A compiled generator is left with a value.
    fn leave_with(&mut self, call: &Call) -> Set {
        self.store(call.this, self.lang.names.result, call.arg(1));
        self.store(call.this, self.lang.names.value, call.arg(1));
        Set::UNDEFINED
    }
}
