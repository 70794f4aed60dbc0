//! In: callees and arguments. Out: what calling them gives. A call of a known function runs its context.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::heap::Heap;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Sets, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::code::Code;
use crate::analyse::engine::limits::LimitKind;
use crate::analyse::engine::record::{EdgeKind, Unresolved};
use crate::facts::script::Expr;

/// How many combinations of literals among the arguments are told apart by calling once for each.
const MAX_SPLIT: usize = 48;
/// How many functions a call may mean before it is taken for unknown, unless each is written at a place of its own.
const MAX_CALLEES: usize = 20;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    pub(super) fn args(&mut self, frame: &mut Frame<'a>, args: &'a [(u32, bool)]) -> Vec<Set> {
        let mut values = Vec::with_capacity(args.len());
        for (arg, spread) in args {
            let value = self.eval(frame, *arg);
            if *spread {
                values.append(&mut self.spread(frame, value));
            } else {
                values.push(value);
            }
        }
        values
    }

    /// The arguments an array stands for: item by item where they are known.
    pub(super) fn spread(&mut self, frame: &Frame, array: Set) -> Vec<Set> {
        let mut values: Vec<Set> = Vec::new();
        let mut any = Set::EMPTY;
        for at in 0..self.sets.values(array).len() {
            match self.sets.values(array)[at] {
                Val::Object(object) => {
                    let slot = self.heap.wildcard(object);
                    let rest = self.heap.read(slot, frame.ctx);
                    any = self.sets.join(any, rest);
                    for index in 0..1_000 {
                        let name = self.atoms.number(index);
                        if self.heap.get(object).property(name).is_none() {
                            break;
                        }
                        let value = self.read_own(frame.ctx, object, name);
                        if value == Set::EMPTY {
                            break;
                        }
                        match values.get_mut(index) {
                            Some(known) => *known = self.sets.join(*known, value),
                            None => values.push(value),
                        }
                    }
                }
                Val::Undefined | Val::Null => {}
                _ => any = self.sets.join(any, Set::UNKNOWN),
            }
        }
        if any != Set::EMPTY {
            values.iter_mut().for_each(|value| *value = self.sets.join(*value, any));
            while values.len() < 4 {
                values.push(any);
            }
        }
        values
    }

    pub(in crate::analyse) fn call(
        &mut self,
        frame: &mut Frame<'a>,
        id: u32,
        callee: u32,
        args: &'a [(u32, bool)],
    ) -> Set {
        let file = frame.code.file;
        let (this, function) = match self.code.expr(file, callee) {
            Expr::Member { object, name, .. } => {
                let this = match self.code.expr(file, *object) {
                    Expr::Super => self.this(frame.ctx),
                    _ => Set::EMPTY,
                };
                let object = self.eval(frame, *object);
                let name = self.atom(frame, *name);
                let function = self.get(frame, callee, object, name);
                (if this == Set::EMPTY { object } else { this }, function)
            }
            Expr::Index { object, index, .. } => {
                let object = self.eval(frame, *object);
                let index = self.eval(frame, *index);
                let known = self.sets.values(index).iter().all(|v| matches!(v, Val::Str(_) | Val::Number(_)));
                let function = self.get_index(frame, callee, object, index);
                if !known {
                    let args = self.args(frame, args);
                    return self.apply(frame, id, function, object, &args, EdgeKind::Guess);
                }
                (object, function)
            }
            Expr::Super => {
                let args = self.args(frame, args);
                return self.super_call(frame, id, &args);
            }
            _ => (Set::UNDEFINED, self.eval(frame, callee)),
        };
        if let Some(made) = self.assign_to_literal(frame, function, args) {
            return made;
        }
        let values = self.args(frame, args);
        let result = self.apply(frame, id, function, this, &values, EdgeKind::Call);
        self.set_data_flags(frame, callee, args);
        self.settle_written(frame);
        result
    }

    /// `Object.assign({ … }, a, b)`, by whatever name it is called: what is written behind takes the place of what stands before.
    fn assign_to_literal(&mut self, frame: &mut Frame<'a>, function: Set, args: &'a [(u32, bool)]) -> Option<Set> {
        let (first, more) = args.split_first()?;
        let Expr::Object(props) = self.code.expr(frame.code.file, first.0) else { return None };
        let Val::Object(function) = self.sets.single(function)? else { return None };
        let assigns = match self.heap.get(function).kind {
            Kind::Builtin(name) => name == self.lang.names.assign,
            Kind::Function { code, .. } => E::assigns(self, code),
            _ => false,
        };
        if !assigns || args.iter().any(|(_, spread)| *spread) {
            return None;
        }
        let object = self.allocate(frame.scope, first.0, 0, Kind::Plain);
        let more: Vec<Set> = more.iter().map(|(arg, _)| self.eval(frame, *arg)).collect();
        self.fill_and_copy(frame, first.0, object, props, &more);
        Some(self.sets.one(Val::Object(object)))
    }

    /// Calls every function among `callee`'s values. An argument of several literals is told apart: one call for each.
    pub(in crate::analyse) fn apply(
        &mut self,
        frame: &Frame,
        id: u32,
        callee: Set,
        this: Set,
        args: &[Set],
        kind: EdgeKind,
    ) -> Set {
        let mut result = Set::EMPTY;
        if self.sets.values(callee).len() > MAX_CALLEES && !self.is_table(callee) {
            // So many only come together where contexts were merged: which of them is meant is anybody's guess.
            self.met(LimitKind::Callees, frame.code);
            let site = self.site(frame, id);
            self.unresolved.insert(Unresolved { ctx: frame.ctx, site });
            return Set::UNKNOWN;
        }
        if callee == Set::UNDEFINED && kind == EdgeKind::Call && self.is_embedders(this) && self.starve(frame.ctx) {
            // A method that nothing in the program gives: the platform or a package must have put it there.
            return self.apply_unknown(frame, id, this, args);
        }
        for at in 0..self.sets.values(callee).len() {
            if !self.spend(1) {
                return Set::UNKNOWN;
            }
            let value = self.sets.values(callee)[at];
            let part = match value {
                Val::Object(object) => self.apply_object(frame, id, object, this, args, kind),
                Val::Opaque(_) | Val::Unknown => self.apply_unknown(frame, id, this, args),
                _ => Set::EMPTY,
            };
            result = self.sets.join(result, part);
        }
        result
    }

    /// Whether all of these are apps, pages or components.
    fn is_embedders(&self, this: Set) -> bool {
        let values = self.sets.values(this);
        let is_one = |value: &Val| match value {
            Val::Object(object) => matches!(self.heap.get(*object).kind, Kind::Instance(_)),
            _ => false,
        };
        !values.is_empty() && values.iter().all(is_one)
    }

    /// Whether these are functions that the program lists (handlers by name, steps to be run), not one function in many
    /// contexts: each is written at a place of its own.
    fn is_table(&self, callee: Set) -> bool {
        let mut places = Vec::new();
        for value in self.sets.values(callee) {
            match value {
                Val::Object(object) => match self.heap.get(*object).kind {
                    Kind::Function { code, .. } => places.push((code.file, code.function)),
                    _ => return false,
                },
                Val::Undefined | Val::Null => {}
                _ => return false,
            }
        }
        places.sort_unstable();
        places.windows(2).all(|pair| pair[0] != pair[1])
    }

    fn apply_object(&mut self, frame: &Frame, id: u32, object: ObjId, this: Set, args: &[Set], kind: EdgeKind) -> Set {
        let is = self.heap.get(object).kind;
        match is {
            Kind::Function { code, env } => match E::call_by_summary(self, frame, id, code, this, args) {
                Some(result) => result,
                None => self.invoke(frame, id, code, env, this, args, kind),
            },
            // `this.f = this.f.bind(this)` binds what is bound already.
            Kind::Bound | Kind::Proxy if !self.look_through(object, args.len() as u32) => Set::EMPTY,
            Kind::Bound => {
                let target = self.read_own(frame.ctx, object, self.lang.names.target);
                let target = self.without(target, object);
                let this = self.read_own(frame.ctx, object, self.lang.names.bound_this);
                let mut all = Vec::new();
                for name in self.lang.names.bound_arg {
                    let value = self.heap.get(object).property(name).map(|property| property.slot);
                    match value {
                        Some(slot) => all.push(self.heap.read(slot, frame.ctx)),
                        None => break,
                    }
                }
                all.extend_from_slice(args);
                let result = self.apply(frame, id, target, this, &all, kind);
                self.looked_through();
                result
            }
            Kind::Class => {
                self.run_constructor(frame, id, object, this, args);
                this
            }
            Kind::Builtin(name) => self.call_builtin(frame, id, name, this, args),
            Kind::Require => {
                let source = args.first().copied().unwrap_or(Set::EMPTY);
                self.require(frame, id, source)
            }
            Kind::Proxy => {
                let target = self.read_own(frame.ctx, object, self.lang.names.target);
                let result = self.apply(frame, id, target, this, args, kind);
                self.looked_through();
                result
            }
            // Not functions, whatever else they are.
            Kind::Plain | Kind::Array | Kind::Promise | Kind::Json(_) | Kind::Collection | Kind::Namespace(_) => {
                Set::EMPTY
            }
            _ => E::call(self, frame, id, object, this, args),
        }
    }

    /// A set without one object.
    pub(in crate::analyse) fn without(&mut self, set: Set, object: ObjId) -> Set {
        self.sets.filter(set, |value| *value != Val::Object(object))
    }

    /// Calls a function of the program.
    #[expect(clippy::too_many_arguments, reason = "a call is all of these; a struct would only rename them")]
    pub(super) fn invoke(
        &mut self,
        frame: &Frame,
        id: u32,
        code: CodeRef,
        env: CtxId,
        this: Set,
        args: &[Set],
        kind: EdgeKind,
    ) -> Set {
        if !self.step() {
            return Set::UNKNOWN;
        }
        if self.is_given_up(code) {
            self.met(LimitKind::PartSteps, code);
            return self.apply_unknown(frame, id, this, args);
        }
        if args.contains(&Set::EMPTY) {
            if !self.starve(frame.ctx) {
                return Set::EMPTY;
            }
            let known = args.iter().map(|arg| if *arg == Set::EMPTY { Set::UNKNOWN } else { *arg });
            let known: Vec<Set> = known.collect();
            return self.invoke(frame, id, code, env, this, &known, kind);
        }
        if !self.has_had_its_share(code)
            && let Some(split) = self.split(code, args)
        {
            let mut result = Set::EMPTY;
            for args in split {
                let part = self.enter(frame, id, code, env, this, &args, kind);
                result = self.sets.join(result, part);
            }
            return result;
        }
        self.enter(frame, id, code, env, this, args, kind)
    }

    /// Runs a function with these arguments.
    #[expect(clippy::too_many_arguments, reason = "a call is all of these; a struct would only rename them")]
    fn enter(
        &mut self,
        frame: &Frame,
        id: u32,
        code: CodeRef,
        env: CtxId,
        this: Set,
        args: &[Set],
        kind: EdgeKind,
    ) -> Set {
        if !self.step() {
            return Set::UNKNOWN;
        }
        let ctx = self.context(code, env, this, args, frame.ctx, id);
        let site = self.site(frame, id);
        self.edge(frame.ctx, site, ctx, kind, &frame.guards);
        self.note_failing(ctx, kind, args);
        self.ensure(ctx);
        if matches!(kind, EdgeKind::Call | EdgeKind::Accessor) {
            self.hear_of_written(ctx);
        }
        self.outcome(frame, ctx, code)
    }

    /// What a call of a context gives its caller.
    fn outcome(&mut self, frame: &Frame, ctx: CtxId, code: CodeRef) -> Set {
        let function = self.code.function(code);
        let (result, rejection) = (self.ctxs[ctx.0 as usize].result, self.ctxs[ctx.0 as usize].rejection);
        if function.generator && !self.lang.async_generators.contains(&code) {
            let iterator = self.allocate(ctx, u32::MAX - 4, 0, Kind::Collection);
            let yields = self.ctxs[ctx.0 as usize].yields;
            let values = self.heap.read(yields, frame.ctx);
            let value = self.heap.read(result, frame.ctx);
            self.heap.add_wildcard(&mut self.sets, iterator, values);
            self.define(iterator, self.lang.names.result, value);
            return self.sets.one(Val::Object(iterator));
        }
        if function.is_async || self.lang.async_generators.contains(&code) {
            let promise = self.allocate(ctx, u32::MAX - 4, 1, Kind::Promise);
            self.heap.alias(promise, self.lang.names.result, result);
            self.heap.alias(promise, self.lang.names.reason, rejection);
            return self.sets.one(Val::Object(promise));
        }
        let thrown = self.heap.read(rejection, frame.ctx);
        if thrown != Set::EMPTY && frame.tries == 0 && frame.ctx != CtxId::NONE {
            let own = self.ctxs[frame.ctx.0 as usize].rejection;
            self.heap.add(&mut self.sets, own, thrown);
        }
        let result = self.heap.read(result, frame.ctx);
        if result == Set::EMPTY && self.starve(frame.ctx) { Set::UNKNOWN } else { result }
    }

    /// One argument list per combination of literals of arguments that hold several. Those of later arguments stay together
    /// where there would be too many: each more multiplies them.
    fn split(&mut self, code: CodeRef, args: &[Set]) -> Option<Vec<Vec<Set>>> {
        let literal = |value: &Val| matches!(value, Val::Str(_) | Val::Number(_));
        let function = self.code.function(code);
        let taken = if function.uses_arguments || function.rest { args.len() } else { function.params.len() };
        let mut lists: Vec<Vec<Set>> = Vec::new();
        for (at, arg) in args.iter().enumerate().take(taken) {
            let values = self.sets.values(*arg);
            let several = values.len() > 1 && values.iter().filter(|v| literal(v)).count() > 1;
            if !several || values.len() * lists.len().max(1) > MAX_SPLIT {
                continue;
            }
            let values = values.to_vec();
            if lists.is_empty() {
                lists.push(args.to_vec());
            }
            let mut next = Vec::with_capacity(lists.len() * values.len());
            for list in lists {
                for value in &values {
                    let mut list = list.clone();
                    list[at] = self.sets.one(*value);
                    next.push(list);
                }
            }
            lists = next;
        }
        (!lists.is_empty()).then_some(lists)
    }

    /// The name a call is written with, e.g. `forEach`.
    pub(in crate::analyse) fn called_name(
        &self,
        frame: &Frame,
        id: u32,
    ) -> Option<crate::analyse::domain::value::Atom> {
        let exprs = &frame.file.script.body.exprs;
        let Expr::Call { callee, .. } = exprs.get(id as usize)? else { return None };
        match exprs[*callee as usize] {
            Expr::Member { name, .. } | Expr::Global(name) | Expr::Imported(_, name) => Some(self.atom(frame, name)),
            Expr::Var(var) => {
                let file = frame.file;
                Some(file.atoms[file.script.vars[var as usize].name as usize])
            }
            _ => None,
        }
    }
}

/// Whether a value is an object of the kind that options are.
pub(in crate::analyse) fn is_options(heap: &Heap, value: Val) -> bool {
    matches!(value, Val::Object(object) if heap.get(object).kind == Kind::Plain)
}

/// The name a function of the program is written with.
pub(super) fn own_name(heap: &Heap, code: &Code<'_>, value: Val) -> Option<Atom> {
    let Val::Object(object) = value else { return None };
    let Kind::Function { code: function, .. } = heap.get(object).kind else { return None };
    code.function(function).name.map(|name| code.file(function.file).atoms[name as usize])
}

/// What is read under a name from values that were written under names that were lost: functions still have theirs. Functions
/// of other names are left out where one is called so.
pub(super) fn called_so(sets: &mut Sets, heap: &Heap, code: &Code<'_>, set: Set, wanted: Atom) -> Set {
    if !sets.values(set).iter().any(|value| own_name(heap, code, *value) == Some(wanted)) {
        return set;
    }
    sets.filter(set, |value| own_name(heap, code, *value).is_none_or(|name| name == wanted))
}

/// The same for a name that the platform calls, which nothing may have: when functions have names, only those called so.
pub(in crate::analyse) fn only_called_so(sets: &mut Sets, heap: &Heap, code: &Code<'_>, set: Set, wanted: Atom) -> Set {
    if !sets.values(set).iter().any(|value| own_name(heap, code, *value).is_some()) {
        return set;
    }
    let is_function = |value: &Val| match value {
        Val::Object(object) => matches!(heap.get(*object).kind, Kind::Function { .. }),
        _ => false,
    };
    sets.filter(set, |value| !is_function(value) || own_name(heap, code, *value) == Some(wanted))
}
