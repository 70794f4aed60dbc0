//! In: callees and arguments. Out: what calling them gives. A call of a known function runs its context; a call of
//! something unknown is noted, and what was handed to it is assumed to be called.

use super::CodeRef;
use super::exec::Frame;
use super::heap::{Heap, Kind, MAX_PROTOTYPES, Service};
use super::machine::{MAX_TRAPS, Machine};
use super::record::{EdgeKind, Site, Unresolved, UseKind};
use super::value::{ObjId, Set, Val};
use crate::facts::script::{Class, Expr, Key};

/// How many literals of an argument are told apart by calling once for each.
const MAX_SPLIT: usize = 48;
/// Property names under which libraries expect functions to call back.
const CALLBACKS: &[&str] =
    &["callback", "cb", "done", "then", "resolve", "reject", "error", "handler", "next", "ok", "cancel"];
/// How many functions a call may mean before it is taken for unknown, unless each is written at a place of its own.
const MAX_CALLEES: usize = 20;
/// How many objects are followed into code that is not there, for one argument.
const MAX_ESCAPES: usize = 60;

impl<'a> Machine<'a> {
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
                    for index in 0..16 {
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

    pub(super) fn call(&mut self, frame: &mut Frame<'a>, id: u32, callee: u32, args: &'a [(u32, bool)]) -> Set {
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
        let values = self.args(frame, args);
        let result = self.apply(frame, id, function, this, &values, EdgeKind::Call);
        self.set_data_flags(frame, callee, args);
        result
    }

    /// Calls every function among `callee`'s values. An argument of several literals is told apart: one call for each.
    pub(super) fn apply(
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
            let site = self.site(frame, id);
            self.unresolved.insert(Unresolved { ctx: frame.ctx, site });
            return Set::UNKNOWN;
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
        match self.heap.get(object).kind {
            // Run, its loop over names would mix the values of all.
            Kind::Function { code, .. } if self.is_copy_helper(code) => {
                self.call_builtin(frame, id, self.names.assign, this, args)
            }
            Kind::Function { code, env } => self.invoke(frame, id, code, env, this, args, kind),
            // `this.f = this.f.bind(this)` binds what is bound already.
            Kind::Bound | Kind::Proxy if self.traps > MAX_TRAPS => Set::UNKNOWN,
            Kind::Bound => {
                let target = self.read_own(frame.ctx, object, self.names.target);
                let target = self.without(target, object);
                let this = self.read_own(frame.ctx, object, self.names.bound_this);
                let mut all = Vec::new();
                for name in self.names.bound_arg {
                    let value = self.heap.get(object).property(name).map(|property| property.slot);
                    match value {
                        Some(slot) => all.push(self.heap.read(slot, frame.ctx)),
                        None => break,
                    }
                }
                all.extend_from_slice(args);
                self.traps += 1;
                let result = self.apply(frame, id, target, this, &all, kind);
                self.traps -= 1;
                result
            }
            Kind::Class => {
                self.run_constructor(frame, id, object, this, args);
                this
            }
            Kind::Builtin(name) => self.call_builtin(frame, id, name, this, args),
            Kind::Api(api) => self.call_api(frame, id, api, args),
            Kind::Constructor(host) => self.register(frame, id, host, args, None),
            Kind::Shim(shim) => self.call_shim(frame, id, shim, args),
            Kind::Hook(name) => self.hook_into(frame, name, args),
            Kind::Member(_) => self.set_data(frame, id, this, args),
            Kind::Chunks(list) => {
                let part = |at: usize| args.get(at).copied().unwrap_or(Set::UNDEFINED);
                self.add_chunk(frame, id, list, part(1), part(2))
            }
            Kind::Loader(list) => {
                let ids = args.first().copied().unwrap_or(Set::EMPTY);
                self.load_modules(frame, id, list, ids)
            }
            Kind::Global(Service::Require) => {
                let source = args.first().copied().unwrap_or(Set::EMPTY);
                self.require(frame, id, source)
            }
            Kind::Global(Service::GetApp) => self.heap.read(self.app, frame.ctx),
            Kind::Global(Service::GetPages) => self.sets.one(Val::Object(self.pages)),
            Kind::Proxy => {
                let target = self.read_own(frame.ctx, object, self.names.target);
                self.traps += 1;
                let result = self.apply(frame, id, target, this, args, kind);
                self.traps -= 1;
                result
            }
            _ => Set::EMPTY,
        }
    }

    /// A set without one object.
    pub(super) fn without(&mut self, set: Set, object: ObjId) -> Set {
        self.sets.filter(set, |value| *value != Val::Object(object))
    }

    /// Calls a function of the program.
    #[expect(clippy::too_many_arguments, reason = "a call is all of these; a struct would only rename them")]
    fn invoke(
        &mut self,
        frame: &Frame,
        id: u32,
        code: CodeRef,
        env: super::CtxId,
        this: Set,
        args: &[Set],
        kind: EdgeKind,
    ) -> Set {
        if !self.step() {
            return Set::UNKNOWN;
        }
        if args.contains(&Set::EMPTY) {
            if !self.starve(frame.ctx) {
                return Set::EMPTY;
            }
            let known = args.iter().map(|arg| if *arg == Set::EMPTY { Set::UNKNOWN } else { *arg });
            let known: Vec<Set> = known.collect();
            return self.invoke(frame, id, code, env, this, &known, kind);
        }
        if let Some(split) = self.split(args) {
            let mut result = Set::EMPTY;
            for args in split {
                let part = self.invoke(frame, id, code, env, this, &args, kind);
                result = self.sets.join(result, part);
            }
            return result;
        }
        let ctx = self.context(code, env, this, args, frame.ctx, id);
        let site = self.site(frame, id);
        self.edge(frame.ctx, site, ctx, kind, &frame.guards);
        self.ensure(ctx);
        self.outcome(frame, ctx, code)
    }

    /// What a call of a context gives its caller.
    fn outcome(&mut self, frame: &Frame, ctx: super::CtxId, code: CodeRef) -> Set {
        let function = self.code.function(code);
        let (result, rejection) = (self.ctxs[ctx.0 as usize].result, self.ctxs[ctx.0 as usize].rejection);
        if function.generator {
            let iterator = self.allocate(ctx, u32::MAX - 4, 0, Kind::Collection);
            let yields = self.ctxs[ctx.0 as usize].yields;
            let values = self.heap.read(yields, frame.ctx);
            let value = self.heap.read(result, frame.ctx);
            self.heap.add_wildcard(&mut self.sets, iterator, values);
            self.define(iterator, self.names.result, value);
            return self.sets.one(Val::Object(iterator));
        }
        if function.is_async {
            let promise = self.allocate(ctx, u32::MAX - 4, 1, Kind::Promise);
            self.heap.alias(promise, self.names.result, result);
            self.heap.alias(promise, self.names.reason, rejection);
            return self.sets.one(Val::Object(promise));
        }
        let thrown = self.heap.read(rejection, frame.ctx);
        if thrown != Set::EMPTY && frame.tries == 0 && frame.ctx != super::CtxId::NONE {
            let own = self.ctxs[frame.ctx.0 as usize].rejection;
            self.heap.add(&mut self.sets, own, thrown);
        }
        let result = self.heap.read(result, frame.ctx);
        if result == Set::EMPTY && self.starve(frame.ctx) { Set::UNKNOWN } else { result }
    }

    /// One argument list per literal of the first argument that holds several.
    fn split(&mut self, args: &[Set]) -> Option<Vec<Vec<Set>>> {
        let literal = |value: &Val| matches!(value, Val::Str(_) | Val::Number(_));
        let several = |set: &Set| {
            let values = self.sets.values(*set);
            values.len() > 1 && values.len() <= MAX_SPLIT && values.iter().filter(|v| literal(v)).count() > 1
        };
        let at = args.iter().position(several)?;
        let values = self.sets.values(args[at]).to_vec();
        let mut lists = Vec::new();
        for value in values {
            let mut list = args.to_vec();
            list[at] = self.sets.one(value);
            lists.push(list);
        }
        Some(lists)
    }

    /// A call into code that is not there: what it is handed is assumed to be called.
    fn apply_unknown(&mut self, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Set {
        let site = self.site(frame, id);
        let name = self.called_name(frame, id);
        if let Some(result) = self.unknown_method(frame, id, name, this, args) {
            return result;
        }
        self.unresolved.insert(Unresolved { ctx: frame.ctx, site });
        self.suspect_registration(frame, id, args);
        let mut result = Set::UNKNOWN;
        for arg in args {
            self.escape(frame, id, *arg);
            // A wrapper that is not there to read (`connect(…)({…})`) most likely hands back what it was given.
            let heap = &self.heap;
            let kept = self.sets.filter(*arg, |value| is_options(heap, *value));
            result = self.sets.join(result, kept);
        }
        result
    }

    /// The name a call is written with, e.g. `forEach`.
    pub(super) fn called_name(&self, frame: &Frame, id: u32) -> Option<super::value::Atom> {
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

    /// A value handed to code that is not there: its functions are assumed to be called with anything.
    pub(super) fn escape(&mut self, frame: &Frame, id: u32, value: Set) {
        let mut seen = Vec::new();
        self.escape_within(frame, id, value, 0, &mut seen);
    }

    fn escape_within(&mut self, frame: &Frame, id: u32, value: Set, depth: u32, seen: &mut Vec<ObjId>) {
        for at in 0..self.sets.values(value).len() {
            match self.sets.values(value)[at] {
                Val::Object(object) => {
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
            let value = self.heap.read(slot, frame.ctx);
            self.escape_within(frame, id, value, depth + 1, seen);
        }
    }

    fn is_callback(&self, name: super::value::Atom) -> bool {
        let own = [self.names.success, self.names.fail, self.names.complete];
        own.contains(&name) || CALLBACKS.contains(&self.atoms.text(name))
    }

    /// `new callee(…)`.
    pub(super) fn construct(&mut self, frame: &mut Frame<'a>, id: u32, callee: Set, args: &[Set]) -> Set {
        let mut result = Set::EMPTY;
        for at in 0..self.sets.values(callee).len() {
            if !self.spend(1) {
                break;
            }
            let part = match self.sets.values(callee)[at] {
                Val::Object(object) => self.construct_object(frame, id, object, args),
                Val::Unknown | Val::Opaque(_) => {
                    for arg in args {
                        self.escape(frame, id, *arg);
                    }
                    Set::UNKNOWN
                }
                _ => Set::EMPTY,
            };
            result = self.sets.join(result, part);
        }
        result
    }

    fn construct_object(&mut self, frame: &mut Frame<'a>, id: u32, class: ObjId, args: &[Set]) -> Set {
        let kind = self.heap.get(class).kind;
        match kind {
            Kind::Function { code, .. } if self.is_machinery(class, code) => self.machinery_instance(args),
            Kind::Builtin(name) => self.construct_builtin(frame, id, name, args),
            Kind::Class | Kind::Function { .. } | Kind::Bound => {
                let class = self.unbound(frame, class);
                let instance = self.allocate(frame.ctx, id, 10, Kind::Plain);
                let whole = self.sets.one(Val::Object(class));
                let prototype = self.get(frame, id, whole, self.names.prototype);
                self.set_protos(instance, prototype);
                let this = self.sets.one(Val::Object(instance));
                let returned = self.run_constructor(frame, id, class, this, args);
                let objects = self.sets.filter(returned, |value| matches!(value, Val::Object(_)));
                if objects == Set::EMPTY { this } else { objects }
            }
            Kind::Proxy if self.traps > MAX_TRAPS => Set::UNKNOWN,
            Kind::Proxy => {
                let target = self.read_own(frame.ctx, class, self.names.target);
                self.traps += 1;
                let result = self.construct(frame, id, target, args);
                self.traps -= 1;
                result
            }
            _ => Set::EMPTY,
        }
    }

    fn unbound(&mut self, frame: &Frame, class: ObjId) -> ObjId {
        if self.heap.get(class).kind != Kind::Bound {
            return class;
        }
        let target = self.read_own(frame.ctx, class, self.names.target);
        match self.sets.values(target).first() {
            Some(Val::Object(object)) => *object,
            _ => class,
        }
    }

    /// Runs a class's fields and constructor, its parents' first where it declares none.
    fn run_constructor(&mut self, frame: &Frame, id: u32, class: ObjId, this: Set, args: &[Set]) -> Set {
        let mut result = Set::EMPTY;
        for class in self.lineage(frame, class).into_iter().rev() {
            result = self.run_own_constructor(frame, id, class, this, args);
        }
        result
    }

    /// A class and the parents whose constructors stand for its own, each once: `A = class extends A {}`, run again, may be
    /// its own parent.
    fn lineage(&mut self, frame: &Frame, class: ObjId) -> Vec<ObjId> {
        let mut found = vec![class];
        let mut next = 0;
        while let Some(class) = found.get(next).copied() {
            next += 1;
            if self.class_facts(class).is_none_or(|(_, _, facts)| facts.constructor.is_some()) {
                continue;
            }
            let parents = self.read_own(frame.ctx, class, self.names.parent);
            if !self.spend(self.sets.values(parents).len() * found.len()) {
                break;
            }
            for value in self.sets.values(parents) {
                if let Val::Object(parent) = value
                    && matches!(self.heap.get(*parent).kind, Kind::Class | Kind::Function { .. })
                    && !found.contains(parent)
                {
                    found.push(*parent);
                }
            }
        }
        found
    }

    /// Where a class is written, the context it was written in, and what it says.
    fn class_facts(&self, class: ObjId) -> Option<(Site, super::CtxId, &'a Class)> {
        let (site, env) = *self.classes.get(&class)?;
        let Expr::Class(facts) = self.code.expr(site.file, site.expr) else { return None };
        Some((site, env, facts))
    }

    fn run_own_constructor(&mut self, frame: &Frame, id: u32, class: ObjId, this: Set, args: &[Set]) -> Set {
        if let Kind::Function { code, env } = self.heap.get(class).kind {
            return self.invoke(frame, id, code, env, this, args, EdgeKind::Call);
        }
        let Some((site, env, facts)) = self.class_facts(class) else { return Set::EMPTY };
        for (key, function) in &facts.fields {
            let code = CodeRef { file: site.file, function: *function };
            let value = self.invoke(frame, id, code, env, this, &[], EdgeKind::Call);
            let Key::Name(name) = key else { continue };
            let name = self.code.file(site.file).atoms[*name as usize];
            self.set(frame, id, this, name, value);
        }
        let body = self.read_own(frame.ctx, class, self.names.body);
        // `Object.assign(A, B)` copies what stands for the body as well.
        let heap = &self.heap;
        let function = |value: &Val| matches!(value, Val::Object(object) if matches!(heap.get(*object).kind, Kind::Function { .. }));
        let body = self.sets.filter(body, function);
        self.apply(frame, id, body, this, args, EdgeKind::Call)
    }

    /// The prototype links of `class C extends parent`.
    pub(super) fn inherit(&mut self, frame: &Frame, id: u32, class: ObjId, prototype: ObjId, parent: Set) {
        self.set_protos(class, parent);
        let above = self.get(frame, id, parent, self.names.prototype);
        self.set_protos(prototype, above);
        if self.sets.values(parent).iter().any(|value| matches!(value, Val::Unknown | Val::Opaque(_))) {
            self.heap.open(prototype);
        }
    }

    /// Lets properties be looked for in these objects, too.
    pub(super) fn set_protos(&mut self, object: ObjId, protos: Set) {
        let mut changed = false;
        self.spend(self.sets.values(protos).len());
        for at in 0..self.sets.values(protos).len() {
            if let Val::Object(proto) = self.sets.values(protos)[at] {
                let known = &mut self.heap.get_mut(object).protos;
                if proto != object && known.len() < MAX_PROTOTYPES && !known.contains(&proto) {
                    known.push(proto);
                    changed = true;
                }
            }
        }
        if changed {
            self.heap.touch(object);
        }
    }

    /// The classes whose member the running code is.
    fn home(&self, frame: &Frame) -> Set {
        let mut at = frame.ctx;
        while at != super::CtxId::NONE {
            let ctx = &self.ctxs[at.0 as usize];
            if let Some(home) = self.homes.get(&ctx.code) {
                return *home;
            }
            at = ctx.env;
        }
        Set::EMPTY
    }

    fn super_call(&mut self, frame: &Frame, id: u32, args: &[Set]) -> Set {
        let home = self.home(frame);
        let this = self.this(frame.ctx);
        for at in 0..self.sets.values(home).len() {
            let Val::Object(class) = self.sets.values(home)[at] else { continue };
            let parents = self.read_own(frame.ctx, class, self.names.parent);
            for at in 0..self.sets.values(parents).len() {
                if let Val::Object(parent) = self.sets.values(parents)[at]
                    && matches!(self.heap.get(parent).kind, Kind::Class | Kind::Function { .. })
                {
                    self.run_constructor(frame, id, parent, this, args);
                }
            }
        }
        this
    }

    /// What `super.` looks in.
    pub(super) fn super_prototype(&mut self, frame: &Frame) -> Set {
        let home = self.home(frame);
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(home).len() {
            let Val::Object(class) = self.sets.values(home)[at] else { continue };
            let parents = self.read_own(frame.ctx, class, self.names.parent);
            let prototypes = self.get(frame, u32::MAX - 2, parents, self.names.prototype);
            found = self.sets.join(found, prototypes);
            found = self.sets.join(found, parents);
        }
        found
    }

    /// Methods by name on values that are not known: iteration and promises are recognised by their names.
    fn unknown_method(
        &mut self,
        frame: &Frame,
        id: u32,
        name: Option<super::value::Atom>,
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

    /// Whether a function is a compiler's helper that copies properties.
    fn is_copy_helper(&self, code: CodeRef) -> bool {
        let file = self.code.file(code.file);
        let name = self.code.function(code).name.map(|name| file.atoms[name as usize]);
        name.is_some_and(|name| self.names.copy_helpers.contains(&name))
    }
}

/// Whether a value is an object of the kind that options are.
pub(super) fn is_options(heap: &Heap, value: Val) -> bool {
    matches!(value, Val::Object(object) if heap.get(object).kind == Kind::Plain)
}
