//! In: classes, and functions used as such. Out: their instances, and what `super` means in their members.

use super::Machine;
use super::calls::is_options;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::heap::MAX_PROTOTYPES;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{ObjId, Set, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::record::{EdgeKind, Site};
use crate::facts::script::{Class, Expr, Key, Prop};

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// `class … {}`, in its surroundings.
    pub(super) fn class(&mut self, frame: &mut Frame<'a>, id: u32, class: &'a Class) -> Set {
        let object = self.allocate(frame.scope, id, 0, Kind::Class);
        let prototype = self.allocate(frame.scope, id, 1, Kind::Plain);
        let whole = self.sets.one(Val::Object(object));
        let file = frame.code.file;
        let home = |machine: &mut Self, function: u32| {
            machine.lang.homes.insert(CodeRef { file, function }, whole);
        };
        if let Some(parent) = class.parent {
            let parent = self.eval(frame, parent);
            self.define(object, self.lang.names.parent, parent);
            self.inherit(frame, id, object, prototype, parent);
        }
        for member in class.members.iter().chain(&class.statics) {
            match member {
                Prop::Value(_, value, _) => {
                    if let Expr::Function(function) = self.code.expr(file, *value) {
                        home(self, *function);
                    }
                }
                Prop::Getter(_, function, _) | Prop::Setter(_, function, _) => home(self, *function),
                Prop::Spread(_) => {}
            }
        }
        if let Some(constructor) = class.constructor {
            home(self, constructor);
            let closure = self.closure(frame.scope, CodeRef { file, function: constructor });
            self.define(object, self.lang.names.body, closure);
        }
        for (_, field) in &class.fields {
            home(self, *field);
        }
        let prototype_set = self.sets.one(Val::Object(prototype));
        self.define(object, self.lang.names.prototype, prototype_set);
        self.define(prototype, self.lang.names.constructor, whole);
        self.lang.classes.insert(object, (Site { file, expr: id }, frame.scope));
        self.fill(frame, id, prototype, &class.members);
        self.fill(frame, id, object, &class.statics);
        for decorator in &class.decorators {
            let decorator = self.eval(frame, *decorator);
            self.apply(frame, id, decorator, Set::UNDEFINED, &[whole], EdgeKind::Call);
        }
        whole
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
                    let options = self.options_of_absent();
                    for arg in args {
                        let heap = &self.heap;
                        let given = self.sets.filter(*arg, |value| is_options(heap, *value));
                        self.heap.add_wildcard(&mut self.sets, options, given);
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

    /// Holds the options that classes which are not there to read were made with.
    pub(in crate::analyse) fn options_of_absent(&mut self) -> ObjId {
        self.native(56, 0, Kind::Plain)
    }

    fn construct_object(&mut self, frame: &mut Frame<'a>, id: u32, class: ObjId, args: &[Set]) -> Set {
        let kind = self.heap.get(class).kind;
        if let Kind::Function { code, .. } = kind
            && let Some(made) = E::construct(self, class, code, args)
        {
            return made;
        }
        match kind {
            Kind::Builtin(name) => self.construct_builtin(frame, id, name, args),
            Kind::Class | Kind::Function { .. } | Kind::Bound => {
                let class = self.unbound(frame, class);
                let instance = self.allocate(frame.scope, id, 10, Kind::Plain);
                let whole = self.sets.one(Val::Object(class));
                let prototype = self.get(frame, id, whole, self.lang.names.prototype);
                self.set_protos(instance, prototype);
                let this = self.sets.one(Val::Object(instance));
                let returned = self.run_constructor(frame, id, class, this, args);
                let objects = self.sets.filter(returned, |value| matches!(value, Val::Object(_)));
                if objects == Set::EMPTY { this } else { objects }
            }
            Kind::Proxy if !self.look_through(class, args.len() as u32) => Set::EMPTY,
            Kind::Proxy => {
                let target = self.read_own(frame.ctx, class, self.lang.names.target);
                let result = self.construct(frame, id, target, args);
                self.looked_through();
                result
            }
            _ => Set::EMPTY,
        }
    }

    fn unbound(&mut self, frame: &Frame, class: ObjId) -> ObjId {
        if self.heap.get(class).kind != Kind::Bound {
            return class;
        }
        let target = self.read_own(frame.ctx, class, self.lang.names.target);
        match self.sets.values(target).first() {
            Some(Val::Object(object)) => *object,
            _ => class,
        }
    }

    /// Runs a class's fields and constructor, its parents' first where it declares none.
    pub(super) fn run_constructor(&mut self, frame: &Frame, id: u32, class: ObjId, this: Set, args: &[Set]) -> Set {
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
            let parents = self.read_own(frame.ctx, class, self.lang.names.parent);
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
    fn class_facts(&self, class: ObjId) -> Option<(Site, CtxId, &'a Class)> {
        let (site, env) = *self.lang.classes.get(&class)?;
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
        let body = self.read_own(frame.ctx, class, self.lang.names.body);
        // `Object.assign(A, B)` copies what stands for the body as well.
        let heap = &self.heap;
        let function = |value: &Val| matches!(value, Val::Object(object) if matches!(heap.get(*object).kind, Kind::Function { .. }));
        let body = self.sets.filter(body, function);
        self.apply(frame, id, body, this, args, EdgeKind::Call)
    }

    /// The prototype links of `class C extends parent`.
    pub(super) fn inherit(&mut self, frame: &Frame, id: u32, class: ObjId, prototype: ObjId, parent: Set) {
        self.set_protos(class, parent);
        let above = self.get(frame, id, parent, self.lang.names.prototype);
        self.set_protos(prototype, above);
        if self.sets.values(parent).iter().any(|value| matches!(value, Val::Unknown | Val::Opaque(_))) {
            self.heap.open(prototype);
        }
    }

    /// Lets properties be looked for in these objects, too.
    pub(in crate::analyse) fn set_protos(&mut self, object: ObjId, protos: Set) {
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
        while at != CtxId::NONE {
            let ctx = &self.ctxs[at.0 as usize];
            if let Some(home) = self.lang.homes.get(&ctx.code) {
                return *home;
            }
            at = ctx.env;
        }
        Set::EMPTY
    }

    pub(super) fn super_call(&mut self, frame: &Frame, id: u32, args: &[Set]) -> Set {
        let home = self.home(frame);
        let this = self.this(frame.ctx);
        for at in 0..self.sets.values(home).len() {
            let Val::Object(class) = self.sets.values(home)[at] else { continue };
            let parents = self.read_own(frame.ctx, class, self.lang.names.parent);
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
            let parents = self.read_own(frame.ctx, class, self.lang.names.parent);
            let prototypes = self.get(frame, frame.at, parents, self.lang.names.prototype);
            found = self.sets.join(found, prototypes);
            found = self.sets.join(found, parents);
        }
        found
    }
}
