//! In: an expression and a running context. Out: the values it may have, and the effects of evaluating it.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::heap::{Opaque, Origin, PathStep};
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, Set, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::record::Site;
use crate::facts::script::{Assign, Expr, Key, Operator, Pattern};

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// The values of an expression.
    pub(in crate::analyse) fn eval(&mut self, frame: &mut Frame<'a>, id: u32) -> Set {
        let expr = &frame.file.script.body.exprs[id as usize];
        let literal =
            matches!(expr, Expr::Undefined | Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) | Expr::Regex);
        if !literal && !self.step_of(frame.code.file, frame.root) {
            return Set::UNKNOWN;
        }
        frame.at = id;
        match expr {
            Expr::Undefined => Set::UNDEFINED,
            Expr::Null => self.sets.one(Val::Null),
            Expr::Bool(value) => self.sets.one(Val::Bool(*value)),
            Expr::Number(value) => self.sets.one(Val::Number(value.to_bits())),
            Expr::Str(name) => {
                let atom = self.atom(frame, *name);
                self.sets.one(Val::Str(atom))
            }
            Expr::Regex => Set::UNKNOWN,
            Expr::Var(var) => self.read_var(frame, *var),
            Expr::Global(name) => {
                let name = self.atom(frame, *name);
                self.global(frame, name)
            }
            Expr::Imported(import, name) => {
                let name = self.atom(frame, *name);
                self.imported(frame, *import, name)
            }
            Expr::Namespace(import) => self.namespace(frame, *import),
            Expr::This => self.this(frame.ctx),
            Expr::Super => self.super_prototype(frame),
            Expr::Arguments => self.arguments(frame),
            Expr::Template(parts) => self.template(frame, parts),
            Expr::Object(props) => self.object(frame, id, props),
            Expr::Array(items) => self.array(frame, id, items),
            Expr::Function(function) => {
                self.closure(frame.scope, CodeRef { file: frame.code.file, function: *function })
            }
            Expr::Class(class) => self.class(frame, id, class),
            Expr::Member { object: holder, name, optional } => {
                let object = self.eval(frame, *holder);
                if *optional {
                    self.tested(frame, *holder, object);
                }
                let name = self.atom(frame, *name);
                match E::constant(self, frame, *holder, name) {
                    Some(constant) => constant,
                    None => self.get(frame, id, object, name),
                }
            }
            Expr::Index { object, index, .. } => {
                let object = self.eval(frame, *object);
                let index = self.eval(frame, *index);
                self.get_index(frame, id, object, index)
            }
            Expr::Call { callee, args, .. } => self.call(frame, id, *callee, args),
            Expr::New { callee, args } => {
                let callee = self.eval(frame, *callee);
                let args = self.args(frame, args);
                self.construct(frame, id, callee, &args)
            }
            Expr::Assign { target, how, value } => self.assignment(frame, target, *how, *value),
            Expr::Conditional { test, then, otherwise } => self.conditional(frame, *test, *then, *otherwise),
            Expr::Logic { how, left, right } => self.logic(frame, *how, *left, *right),
            Expr::Not(inner) => self.negation(frame, *inner),
            Expr::TypeOf(inner) => {
                let value = self.eval(frame, *inner);
                self.tested(frame, *inner, value);
                self.type_of(value)
            }
            Expr::Unary(inner) => self.eval_for(frame, *inner, Set::ANY_NUMBER),
            Expr::Void(inner) => self.eval_for(frame, *inner, Set::UNDEFINED),
            Expr::Binary { how, negated, left, right } => self.binary(frame, *how, *negated, *left, *right),
            Expr::Sequence(exprs) => exprs.iter().fold(Set::UNDEFINED, |_, expr| self.eval(frame, *expr)),
            Expr::Await(inner) => {
                let value = self.eval(frame, *inner);
                self.note_wait(frame, id, value);
                self.awaited(frame, value, true)
            }
            Expr::Yield { value, delegate } => self.yielded(frame, *value, *delegate),
            Expr::DynamicImport(source) => {
                let source = self.eval(frame, *source);
                self.dynamic_import(frame, id, source)
            }
            Expr::Other(parts) => {
                for part in parts {
                    self.eval(frame, *part);
                }
                Set::UNKNOWN
            }
        }
    }

    /// Evaluates an expression for its effects; the operator around it gives `value`.
    fn eval_for(&mut self, frame: &mut Frame<'a>, inner: u32, value: Set) -> Set {
        self.eval(frame, inner);
        value
    }

    fn negation(&mut self, frame: &mut Frame<'a>, inner: u32) -> Set {
        let value = self.eval(frame, inner);
        self.tested(frame, inner, value);
        match self.sets.truth(value) {
            (true, false) => self.sets.one(Val::Bool(false)),
            (false, true) => self.sets.one(Val::Bool(true)),
            (false, false) => Set::EMPTY,
            (true, true) => Set::ANY_BOOL,
        }
    }

    pub(in crate::analyse) fn atom(&self, frame: &Frame, name: u32) -> Atom {
        frame.file.atoms[name as usize]
    }

    pub(in crate::analyse) fn site(&self, frame: &Frame, expr: u32) -> Site {
        Site { file: frame.code.file, expr }
    }

    /// The context that owns a variable, from a context inside it.
    fn owner(&self, mut ctx: CtxId, file: u32, function: u32) -> Option<CtxId> {
        while ctx != CtxId::NONE {
            let context = &self.ctxs[ctx.0 as usize];
            if context.code == (CodeRef { file, function }) {
                return Some(ctx);
            }
            ctx = context.env;
        }
        None
    }

    fn read_var(&mut self, frame: &Frame, var: u32) -> Set {
        let facts = &frame.file.script.vars[var as usize];
        if facts.owner == frame.code.function && !facts.written_inside {
            return frame.locals[facts.slot as usize];
        }
        let file = frame.code.file;
        let Some(owner) = self.owner(frame.scope, file, facts.owner) else { return Set::UNKNOWN };
        let slot = self.captured_slot(owner, file, var);
        self.heap.read(slot, frame.ctx)
    }

    pub(super) fn write_var(&mut self, frame: &mut Frame<'a>, var: u32, value: Set) {
        let file = frame.code.file;
        let facts = &frame.file.script.vars[var as usize];
        if facts.owner == frame.code.function {
            frame.locals[facts.slot as usize] = value;
        }
        if facts.captured
            && let Some(owner) = self.owner(frame.scope, file, facts.owner)
        {
            let slot = self.captured_slot(owner, file, var);
            self.heap.add(&mut self.sets, slot, value);
            // A function declared in the loop belongs to all rounds.
            let whole = self.running(owner);
            if whole != owner {
                let slot = self.captured_slot(whole, file, var);
                self.heap.add(&mut self.sets, slot, value);
            }
        }
    }

    /// `this` of a context; arrow functions have their surroundings'.
    pub(super) fn this(&mut self, ctx: CtxId) -> Set {
        let mut at = ctx;
        loop {
            let context = &self.ctxs[at.0 as usize];
            if self.code.function(context.code).arrow && context.env != CtxId::NONE {
                at = context.env;
                continue;
            }
            return match context.merged {
                None => context.this,
                Some(first) => self.heap.read(first, ctx),
            };
        }
    }

    fn arguments(&mut self, frame: &Frame) -> Set {
        let mut owner = frame.ctx;
        while self.code.function(self.ctxs[owner.0 as usize].code).arrow {
            owner = self.ctxs[owner.0 as usize].env;
        }
        let array = self.allocate(owner, u32::MAX - 1, 0, Kind::Array);
        let count = self.ctxs[owner.0 as usize].args.len().max(1);
        for at in 0..count {
            let value = self.argument(owner, at);
            if value != Set::EMPTY {
                self.write_index(array, at, value);
            }
        }
        self.sets.one(Val::Object(array))
    }

    /// The function object of a function in its surroundings.
    pub(in crate::analyse) fn closure(&mut self, env: CtxId, code: CodeRef) -> Set {
        let object = self.allocate(env, code.function, 200, Kind::Function { code, env });
        self.sets.one(Val::Object(object))
    }

    fn assignment(&mut self, frame: &mut Frame<'a>, target: &'a Pattern, how: Assign, value: u32) -> Set {
        match how {
            Assign::Plain | Assign::Init => {
                let value = self.eval(frame, value);
                self.assign(frame, target, value);
                self.set_flag(frame, target, value);
                self.settle_written(frame);
                value
            }
            Assign::Operator(operator) => {
                let before = self.current_value(frame, target);
                let value = self.eval(frame, value);
                let result = if operator == Operator::Add { self.add(before, value) } else { Set::ANY_NUMBER };
                self.assign(frame, target, result);
                result
            }
            Assign::Logic(_) => {
                let before = self.current_value(frame, target);
                let value = self.eval(frame, value);
                self.assign(frame, target, value);
                self.sets.join(before, value)
            }
        }
    }

    fn current_value(&mut self, frame: &mut Frame<'a>, target: &'a Pattern) -> Set {
        match target {
            Pattern::Var(var) => self.read_var(frame, *var),
            Pattern::Place(place) => self.eval(frame, *place),
            Pattern::Global(name) => {
                let name = self.atom(frame, *name);
                self.global(frame, name)
            }
            _ => Set::UNKNOWN,
        }
    }

    /// Puts a value where a pattern says.
    pub(super) fn assign(&mut self, frame: &mut Frame<'a>, pattern: &'a Pattern, value: Set) {
        match pattern {
            Pattern::Var(var) => self.write_var(frame, *var, value),
            Pattern::Global(name) => {
                let name = self.atom(frame, *name);
                let globals = self.lang.globals;
                self.define(globals, name, value);
            }
            Pattern::Place(place) => match self.code.expr(frame.code.file, *place) {
                Expr::Member { object, name, .. } => {
                    let object = self.eval(frame, *object);
                    let name = self.atom(frame, *name);
                    self.set(frame, *place, object, name, value);
                }
                Expr::Index { object, index, .. } => {
                    let object = self.eval(frame, *object);
                    let index = self.eval(frame, *index);
                    self.set_index(frame, *place, object, index, value);
                }
                _ => {}
            },
            Pattern::Object(props, rest) => {
                for (key, pattern) in props {
                    let at = if let Key::Computed(key) = key { *key } else { frame.at };
                    let part = match self.key(frame, *key) {
                        Some(name) => self.get(frame, at, value, name),
                        None => Set::UNKNOWN,
                    };
                    self.assign(frame, pattern, part);
                }
                if let Some(rest) = rest {
                    self.assign(frame, rest, value);
                }
            }
            Pattern::Array(items, rest) => {
                for (at, item) in items.iter().enumerate() {
                    let Some(item) = item else { continue };
                    let part = if *rest && at + 1 == items.len() {
                        value
                    } else {
                        let index = self.sets.one(Val::Number((at as f64).to_bits()));
                        self.get_index(frame, frame.at, value, index)
                    };
                    self.assign(frame, item, part);
                }
            }
            Pattern::Default(pattern, default) => {
                let values = self.sets.values(value);
                let missing = values.iter().any(|v| matches!(v, Val::Undefined | Val::Unknown | Val::Opaque(_)));
                let value = if missing {
                    let given = self.sets.filter(value, |value| *value != Val::Undefined);
                    self.tested(frame, *default, value);
                    let default = self.eval(frame, *default);
                    self.sets.join(given, default)
                } else {
                    value
                };
                self.assign(frame, pattern, value);
            }
        }
    }

    fn type_of(&mut self, value: Set) -> Set {
        let values = self.sets.values(value).to_vec();
        let mut types = Vec::new();
        for value in values {
            let name = match value {
                Val::Undefined => "undefined",
                Val::Null => "object",
                Val::Bool(_) | Val::AnyBool => "boolean",
                Val::Number(_) | Val::AnyNumber => "number",
                Val::Str(_) | Val::Text => "string",
                Val::Object(object) => match self.heap.get(object).kind {
                    Kind::Plain | Kind::Array | Kind::Promise | Kind::Instance(_) | Kind::Namespace(_) => "object",
                    Kind::Platform | Kind::Facade | Kind::Collection => "object",
                    Kind::Json(_) => "string",
                    Kind::Proxy => {
                        types.push(Val::Text);
                        continue;
                    }
                    _ => "function",
                },
                Val::Opaque(_) | Val::Unknown => {
                    types.push(Val::Text);
                    continue;
                }
            };
            types.push(Val::Str(self.atoms.intern(name)));
        }
        self.sets.of(types)
    }

    fn binary(&mut self, frame: &mut Frame<'a>, how: Operator, negated: bool, left: u32, right: u32) -> Set {
        let a = self.eval(frame, left);
        let b = self.eval(frame, right);
        if !matches!(how, Operator::Add | Operator::Arithmetic) {
            self.tested(frame, left, a);
            self.tested(frame, right, b);
        }
        match how {
            Operator::Add => {
                self.sink(frame, left, a);
                self.sink(frame, right, b);
                self.add(a, b)
            }
            Operator::Equal => {
                if a == Set::EMPTY || b == Set::EMPTY {
                    return Set::EMPTY;
                }
                match self.same(a, b) {
                    (false, _) => self.sets.one(Val::Bool(negated)),
                    (true, true) => self.sets.one(Val::Bool(!negated)),
                    _ => Set::ANY_BOOL,
                }
            }
            Operator::Arithmetic => Set::ANY_NUMBER,
            _ => Set::ANY_BOOL,
        }
    }

    fn yielded(&mut self, frame: &mut Frame<'a>, value: Option<u32>, delegate: bool) -> Set {
        let Some(value) = value else { return Set::UNKNOWN };
        let value = self.eval(frame, value);
        let yields = self.ctxs[frame.ctx.0 as usize].yields;
        if delegate {
            for item in self.items(frame, value) {
                self.heap.add(&mut self.sets, yields, item);
            }
            return Set::UNKNOWN;
        }
        self.heap.add(&mut self.sets, yields, value);
        // Runners such as `co` send a promise's result back in.
        let result = self.awaited(frame, value, true);
        if self.lang.async_generators.contains(&frame.code) { result } else { self.sets.join(result, Set::UNKNOWN) }
    }

    /// What is known of a value from outside one step further in.
    pub(super) fn step_into(&mut self, value: crate::analyse::domain::value::OpaqueId, step: PathStep) -> Val {
        self.heap.step(value, step).map_or(Val::Unknown, Val::Opaque)
    }

    /// A value from outside at its beginning.
    pub(in crate::analyse) fn outside(&mut self, origin: Origin) -> Set {
        let opaque = self.heap.opaque(Opaque { origin, path: Vec::new() }).map_or(Val::Unknown, Val::Opaque);
        self.sets.one(opaque)
    }
}
