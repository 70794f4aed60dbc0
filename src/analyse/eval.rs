//! In: an expression and a running context. Out: the values it may have, and the effects of evaluating it.

use super::exec::Frame;
use super::heap::{Kind, Opaque, Origin, PathStep, SlotId};
use super::machine::Machine;
use super::record::{EdgeKind, Site, UseKind};
use super::value::{Atom, ObjId, Set, Val};
use super::{CodeRef, CtxId};
use crate::facts::script::{Assign, Class, Expr, Key, Logic, Operator, Pattern, Prop};

impl<'a> Machine<'a> {
    /// The values of an expression.
    pub(super) fn eval(&mut self, frame: &mut Frame<'a>, id: u32) -> Set {
        let expr = &frame.file.script.body.exprs[id as usize];
        let literal =
            matches!(expr, Expr::Undefined | Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) | Expr::Regex);
        if !literal && !self.step_in(frame) {
            return Set::UNKNOWN;
        }
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
            Expr::Function(function) => self.closure(frame.ctx, CodeRef { file: frame.code.file, function: *function }),
            Expr::Class(class) => self.class(frame, id, class),
            Expr::Member { object: holder, name, optional } => {
                let object = self.eval(frame, *holder);
                if *optional {
                    self.tested(frame, *holder, object);
                }
                let name = self.atom(frame, *name);
                self.get(frame, id, object, name)
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
            Expr::Unary(inner) => {
                self.eval(frame, *inner);
                Set::ANY_NUMBER
            }
            Expr::Void(inner) => {
                self.eval(frame, *inner);
                Set::UNDEFINED
            }
            Expr::Binary { how, negated, left, right } => self.binary(frame, *how, *negated, *left, *right),
            Expr::Sequence(exprs) => exprs.iter().fold(Set::UNDEFINED, |_, expr| self.eval(frame, *expr)),
            Expr::Await(inner) => {
                let value = self.eval(frame, *inner);
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

    pub(super) fn atom(&self, frame: &Frame, name: u32) -> Atom {
        frame.file.atoms[name as usize]
    }

    pub(super) fn site(&self, frame: &Frame, expr: u32) -> Site {
        Site { file: frame.code.file, expr }
    }

    /// The slot of a captured variable in its owner's context.
    pub(super) fn captured_slot(&self, ctx: CtxId, file: u32, var: u32) -> SlotId {
        SlotId(self.ctxs[ctx.0 as usize].captured.0 + self.code.file(file).captured[var as usize])
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
        let Some(owner) = self.owner(frame.ctx, file, facts.owner) else { return Set::UNKNOWN };
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
            && let Some(owner) = self.owner(frame.ctx, file, facts.owner)
        {
            let slot = self.captured_slot(owner, file, var);
            self.heap.add(&mut self.sets, slot, value);
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
    pub(super) fn closure(&mut self, env: CtxId, code: CodeRef) -> Set {
        let object = self.allocate(env, code.function, 200, Kind::Function { code, env });
        self.sets.one(Val::Object(object))
    }

    fn template(&mut self, frame: &mut Frame<'a>, parts: &'a [u32]) -> Set {
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
    pub(super) fn add(&mut self, left: Set, right: Set) -> Set {
        if let Some(known) = self.sums.get(&(left, right)) {
            return *known;
        }
        let sum = self.put_together(left, right);
        self.sums.insert((left, right), sum);
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

    fn object(&mut self, frame: &mut Frame<'a>, id: u32, props: &'a [Prop]) -> Set {
        self.step_over(frame, props.len());
        let object = self.allocate(frame.ctx, id, 0, Kind::Plain);
        self.fill(frame, id, object, props);
        self.sets.one(Val::Object(object))
    }

    /// Writes the members of a literal or class to an object.
    fn fill(&mut self, frame: &mut Frame<'a>, id: u32, object: ObjId, props: &'a [Prop]) {
        for (at, prop) in props.iter().enumerate() {
            match prop {
                Prop::Value(key, value, _) => {
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

    fn key(&mut self, frame: &mut Frame<'a>, key: Key) -> Option<Atom> {
        match key {
            Key::Name(name) => Some(self.atom(frame, name)),
            Key::Computed(expr) => {
                let value = self.eval(frame, expr);
                let single = self.sets.single(value)?;
                self.property_name(single)
            }
        }
    }

    fn array(&mut self, frame: &mut Frame<'a>, id: u32, items: &'a [(Option<u32>, bool)]) -> Set {
        self.step_over(frame, items.len());
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

    fn class(&mut self, frame: &mut Frame<'a>, id: u32, class: &'a Class) -> Set {
        let object = self.allocate(frame.ctx, id, 0, Kind::Class);
        let prototype = self.allocate(frame.ctx, id, 1, Kind::Plain);
        let whole = self.sets.one(Val::Object(object));
        let file = frame.code.file;
        let home = |machine: &mut Self, function: u32| {
            machine.homes.insert(CodeRef { file, function }, whole);
        };
        if let Some(parent) = class.parent {
            let parent = self.eval(frame, parent);
            self.define(object, self.names.parent, parent);
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
            let closure = self.closure(frame.ctx, CodeRef { file, function: constructor });
            self.define(object, self.names.body, closure);
        }
        for (_, field) in &class.fields {
            home(self, *field);
        }
        let prototype_set = self.sets.one(Val::Object(prototype));
        self.define(object, self.names.prototype, prototype_set);
        self.define(prototype, self.names.constructor, whole);
        self.classes.insert(object, (Site { file, expr: id }, frame.ctx));
        self.fill(frame, id, prototype, &class.members);
        self.fill(frame, id, object, &class.statics);
        for decorator in &class.decorators {
            let decorator = self.eval(frame, *decorator);
            self.apply(frame, id, decorator, Set::UNDEFINED, &[whole], EdgeKind::Call);
        }
        whole
    }

    fn assignment(&mut self, frame: &mut Frame<'a>, target: &'a Pattern, how: Assign, value: u32) -> Set {
        match how {
            Assign::Plain | Assign::Init => {
                let value = self.eval(frame, value);
                self.assign(frame, target, value);
                self.set_flag(frame, target, value);
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
                let globals = self.globals;
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
                    let at = if let Key::Computed(key) = key { *key } else { u32::MAX - 2 };
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
                        self.get_index(frame, u32::MAX - 2, value, index)
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

    fn conditional(&mut self, frame: &mut Frame<'a>, test: u32, then: u32, otherwise: u32) -> Set {
        let value = self.eval(frame, test);
        self.tested(frame, test, value);
        match self.sets.truth(value) {
            (true, false) => self.eval(frame, then),
            (false, true) => self.eval(frame, otherwise),
            (false, false) => Set::EMPTY,
            (true, true) => {
                let before = frame.locals.clone();
                let held = frame.held();
                self.suppose(frame, test, true);
                let first = self.eval(frame, then);
                frame.release(held);
                let after = std::mem::replace(&mut frame.locals, before);
                self.suppose(frame, test, false);
                let second = self.eval(frame, otherwise);
                frame.release(held);
                self.join_locals(frame, &after);
                self.sets.join(first, second)
            }
        }
    }

    fn logic(&mut self, frame: &mut Frame<'a>, how: Logic, left: u32, right: u32) -> Set {
        let value = self.eval(frame, left);
        self.tested(frame, left, value);
        let (yes, no) = self.sets.truth(value);
        let (ends, goes_on) = match how {
            Logic::And => (self.sets.keep(value, false), yes),
            Logic::Or => (self.sets.keep(value, true), no),
            Logic::Nullish => {
                let nullish = |v: &Val| matches!(v, Val::Undefined | Val::Null);
                let values = self.sets.values(value);
                let open = values.iter().any(|v| nullish(v) || matches!(v, Val::Unknown | Val::Opaque(_)));
                (self.sets.filter(value, |value| !nullish(value)), open)
            }
        };
        if !goes_on {
            return ends;
        }
        let held = frame.held();
        let before = (yes && no).then(|| frame.locals.clone());
        if yes && no && how != Logic::Nullish {
            self.suppose(frame, left, how == Logic::And);
        }
        let value = self.eval(frame, right);
        frame.release(held);
        if let Some(before) = before {
            self.join_locals(frame, &before);
        }
        self.sets.join(ends, value)
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
        self.sets.join(result, Set::UNKNOWN)
    }

    /// What is known of a value from outside one step further in.
    pub(super) fn step_into(&mut self, value: super::value::OpaqueId, step: PathStep) -> Val {
        self.heap.step(value, step).map_or(Val::Unknown, Val::Opaque)
    }

    /// A value from outside at its beginning.
    pub(super) fn outside(&mut self, origin: Origin) -> Set {
        let opaque = self.heap.opaque(Opaque { origin, path: Vec::new() }).map_or(Val::Unknown, Val::Opaque);
        self.sets.one(opaque)
    }

    /// Notes that values from outside are used whole.
    pub(super) fn sink(&mut self, frame: &Frame, expr: u32, value: Set) {
        let site = self.site(frame, expr);
        for at in 0..self.sets.values(value).len() {
            if let Val::Opaque(opaque) = self.sets.values(value)[at] {
                self.use_of(frame.ctx, site, opaque, UseKind::Sink(Atom(0)));
            }
        }
    }

    /// Notes that values from outside decide which way the program goes.
    pub(super) fn tested(&mut self, frame: &Frame, expr: u32, value: Set) {
        let site = self.site(frame, expr);
        for at in 0..self.sets.values(value).len() {
            if let Val::Opaque(opaque) = self.sets.values(value)[at] {
                self.use_of(frame.ctx, site, opaque, UseKind::Test);
            }
        }
    }

    pub(super) fn use_of(&mut self, ctx: CtxId, site: Site, value: super::value::OpaqueId, how: UseKind) {
        let watched = match self.heap.opaque_value(value).origin {
            Origin::Result(request) => self.requests[request as usize].tracked,
            Origin::Event => matches!(how, UseKind::Read(name) if self.names.private_fields.contains(&name)),
            _ => false,
        };
        if watched {
            self.used.insert(super::record::Use { ctx, site, value, how });
        }
    }
}
