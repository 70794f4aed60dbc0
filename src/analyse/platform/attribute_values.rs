//! In: an expression of the markup, its place and the state it is looked at in. Out: what it may be. The operations are those
//! of scripts; a call is followed when the markup's own modules (`import-sjs`) are called.

use super::Machine;
use super::lifecycle::inherited;
use super::sight::{At, Sight};
use crate::analyse::domain::CtxId;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{ObjId, Set, Val};
use crate::facts::script::{Assign, Body, Expr, Key, Logic, Operator, Pattern, Prop, Stmt, VarId};

/// How deep templates and components are left for the ones around them while one name is looked up.
pub(super) const MAX_DEPTH: u32 = 12;

impl Machine<'_> {
    /// What an expression of the markup may be.
    pub(super) fn snippet(&mut self, sight: Sight<'_>, at: At, body: &Body, id: u32) -> Set {
        let Some(expr) = body.exprs.get(id as usize).filter(|_| at.depth <= MAX_DEPTH) else { return Set::UNKNOWN };
        match expr {
            Expr::Undefined => Set::UNDEFINED,
            Expr::Null => self.sets.one(Val::Null),
            Expr::Bool(value) => self.sets.one(Val::Bool(*value)),
            Expr::Number(value) => self.sets.one(Val::Number(value.to_bits())),
            Expr::Str(name) => {
                let atom = self.atoms.intern(body.name(*name));
                self.sets.one(Val::Str(atom))
            }
            Expr::Global(_) if at.script.is_some() => Set::UNKNOWN,
            Expr::Global(name) => self.name_at(sight, at, body.name(*name)),
            Expr::Member { object, name, .. } if at.script.is_some() && self.is_holder(body, *object) => {
                self.data_at(sight, at, body.name(*name))
            }
            Expr::Member { object, name, .. } => {
                let object = self.snippet(sight, at, body, *object);
                let name = self.atoms.intern(body.name(*name));
                self.member_in(object, name, sight.state)
            }
            Expr::Index { object, index, .. } => {
                let object = self.snippet(sight, at, body, *object);
                let index = self.snippet(sight, at, body, *index);
                self.index_in(object, index, sight.state)
            }
            Expr::Var(var) => self.kept_in(sight, at, *var),
            Expr::Conditional { test, then, otherwise } => {
                let test = self.snippet(sight, at, body, *test);
                let (yes, no) = self.sets.truth(test);
                let first = if yes { self.snippet(sight, at, body, *then) } else { Set::EMPTY };
                let second = if no { self.snippet(sight, at, body, *otherwise) } else { Set::EMPTY };
                self.sets.join(first, second)
            }
            Expr::Logic { how, left, right } => {
                let left = self.snippet(sight, at, body, *left);
                let (kept, goes_on) = self.first_of(*how, left);
                let right = if goes_on { self.snippet(sight, at, body, *right) } else { Set::EMPTY };
                self.sets.join(kept, right)
            }
            Expr::Not(inner) => {
                let value = self.snippet(sight, at, body, *inner);
                match self.sets.truth(value) {
                    (true, false) => self.sets.one(Val::Bool(false)),
                    (false, true) => self.sets.one(Val::Bool(true)),
                    _ => Set::ANY_BOOL,
                }
            }
            Expr::Binary { how, negated, left, right } => {
                let left = self.snippet(sight, at, body, *left);
                let right = self.snippet(sight, at, body, *right);
                self.operation(*how, *negated, left, right)
            }
            Expr::Template(parts) => parts
                .iter()
                .fold(None, |text, part| {
                    let part = self.snippet(sight, at, body, *part);
                    Some(text.map_or(part, |text| self.add(text, part)))
                })
                .unwrap_or(Set::TEXT),
            Expr::Object(props) => self.written_object(sight, at, body, props),
            Expr::Array(items) => {
                let array = self.heap.object(Kind::Array);
                for (number, (item, spread)) in items.iter().enumerate() {
                    let value = item.map_or(Set::UNDEFINED, |item| self.snippet(sight, at, body, item));
                    if *spread {
                        self.heap.open(array);
                    } else {
                        self.write_index(array, number, value);
                    }
                }
                self.sets.one(Val::Object(array))
            }
            Expr::Call { callee, args, .. } => self.call_in(sight, at, body, *callee, args),
            Expr::Sequence(parts) => parts.last().map_or(Set::UNKNOWN, |last| self.snippet(sight, at, body, *last)),
            Expr::TypeOf(_) => Set::TEXT,
            Expr::Void(_) => Set::UNDEFINED,
            _ => Set::UNKNOWN,
        }
    }

    /// What a variable of a script may be that is given its value once.
    fn kept_in(&mut self, sight: Sight<'_>, at: At, var: VarId) -> Set {
        let Some(file) = at.script else { return Set::UNKNOWN };
        let code = self.code;
        let body = &code.file(file).script.body;
        let given = *self.embedder.views.given_once.entry((file, var)).or_insert_with(|| given_once(body, var));
        let Some(Expr::Assign { target, value, .. }) = given.map(|given| &body.exprs[given as usize]) else {
            return Set::UNKNOWN;
        };
        let at = At { depth: at.depth + 1, ..at };
        match &**target {
            Pattern::Var(_) => self.snippet(sight, at, body, *value),
            Pattern::Object(props, None) => {
                let ours = |pattern: &Pattern| matches!(pattern, Pattern::Var(other) if *other == var);
                let Some((Key::Name(name), _)) = props.iter().find(|(_, pattern)| ours(pattern)) else {
                    return Set::UNKNOWN;
                };
                if self.is_holder(body, *value) {
                    return self.data_at(sight, at, body.name(*name));
                }
                let from = self.snippet(sight, at, body, *value);
                let name = self.atoms.intern(body.name(*name));
                self.member_in(from, name, sight.state)
            }
            _ => Set::UNKNOWN,
        }
    }

    /// What a method of the instance itself returns, when it does nothing but return something.
    fn returned_by(&mut self, sight: Sight<'_>, at: At, name: &str) -> Set {
        let object = sight.live.instances[at.instance as usize].object;
        let name = self.atoms.intern(name);
        let method = inherited(self, object, name);
        let Some(Val::Object(method)) = self.sets.single(method) else { return Set::UNKNOWN };
        let Kind::Function { code, .. } = self.heap.get(method).kind else { return Set::UNKNOWN };
        let scripts = self.code;
        let [Stmt::Return(Some(value))] = scripts.function(code).body.as_slice() else { return Set::UNKNOWN };
        let at = At { script: Some(code.file), depth: at.depth + 1, ..at };
        self.snippet(sight, at, &scripts.file(code.file).script.body, *value)
    }

    /// Whether an expression of a script is the data or the props of its instance.
    fn is_holder(&self, body: &Body, id: u32) -> bool {
        let Expr::Member { object, name, .. } = &body.exprs[id as usize] else { return false };
        let names = &self.embedder.platform.instance;
        let own = matches!(body.exprs[*object as usize], Expr::This);
        own && [&names.data, &names.props].iter().any(|holder| holder.as_str() == body.name(*name))
    }

    /// What is left of the first part of `&&`, `||` or `??` when it decides, and whether the second part may.
    fn first_of(&mut self, how: Logic, left: Set) -> (Set, bool) {
        let (yes, no) = self.sets.truth(left);
        match how {
            Logic::And => (self.sets.keep(left, false), yes),
            Logic::Or => (self.sets.keep(left, true), no),
            Logic::Nullish => {
                let nullish = |value: &Val| matches!(value, Val::Undefined | Val::Null);
                let mut values = self.sets.values(left).iter();
                let open = values.any(|value| nullish(value) || matches!(value, Val::Unknown | Val::Opaque(_)));
                (self.sets.filter(left, |value| !nullish(value)), open)
            }
        }
    }

    fn written_object(&mut self, sight: Sight<'_>, at: At, body: &Body, props: &[Prop]) -> Set {
        let object = self.heap.object(Kind::Plain);
        for prop in props {
            match prop {
                Prop::Value(Key::Name(name), value, _) => {
                    let value = self.snippet(sight, at, body, *value);
                    let name = self.atoms.intern(body.name(*name));
                    self.define(object, name, value);
                }
                Prop::Spread(value) => {
                    let from = self.snippet(sight, at, body, *value);
                    self.put_behind(object, from);
                }
                _ => self.heap.open(object),
            }
        }
        self.sets.one(Val::Object(object))
    }

    /// Puts some objects behind another one.
    pub(super) fn put_behind(&mut self, object: ObjId, from: Set) {
        if self.sets.values(from).iter().any(|value| matches!(value, Val::Unknown | Val::Opaque(_))) {
            self.heap.open(object);
        }
        self.set_protos(object, from);
    }

    fn call_in(&mut self, sight: Sight<'_>, at: At, body: &Body, callee: u32, args: &[(u32, bool)]) -> Set {
        if args.iter().any(|(_, spread)| *spread) {
            return Set::UNKNOWN;
        }
        let given: Vec<Set> = args.iter().map(|(arg, _)| self.snippet(sight, at, body, *arg)).collect();
        if let (Some(Expr::Member { object, name, .. }), Some(_)) = (body.exprs.get(callee as usize), at.script)
            && matches!(body.exprs[*object as usize], Expr::This)
        {
            return if args.is_empty() { self.returned_by(sight, at, body.name(*name)) } else { Set::UNKNOWN };
        }
        let Some(Expr::Member { object, name, .. }) = body.exprs.get(callee as usize) else {
            let function = self.snippet(sight, at, body, callee);
            return self.answer_of(function, Set::UNDEFINED, &given);
        };
        let this = self.snippet(sight, at, body, *object);
        let method = self.atoms.intern(body.name(*name));
        let function = self.member_in(this, method, sight.state);
        if self.sets.objects(function).next().is_some() {
            return self.answer_of(function, this, &given);
        }
        self.method_in(this, body.name(*name), &given, sight.state)
    }

    /// What functions of the markup's modules answer.
    fn answer_of(&mut self, function: Set, this: Set, args: &[Set]) -> Set {
        let code = |value: &Val| match value {
            Val::Object(object) => matches!(self.heap.get(*object).kind, Kind::Function { .. } | Kind::Bound),
            _ => false,
        };
        if !self.sets.values(function).iter().all(code) {
            return Set::UNKNOWN;
        }
        let mut found = Set::EMPTY;
        for ctx in self.start_all(function, this, args, CtxId::NONE) {
            let answer = self.heap.peek(self.ctxs[ctx.0 as usize].result);
            found = self.sets.join(found, answer);
        }
        if found == Set::EMPTY { Set::UNKNOWN } else { found }
    }

    /// What an operator gives; scripts and markup mean the same by it.
    fn operation(&mut self, how: Operator, negated: bool, left: Set, right: Set) -> Set {
        match how {
            Operator::Add => self.add(left, right),
            Operator::Equal => match self.equal(left, right) {
                (false, _) => self.sets.one(Val::Bool(negated)),
                (true, true) => self.sets.one(Val::Bool(!negated)),
                _ => Set::ANY_BOOL,
            },
            Operator::Arithmetic => Set::ANY_NUMBER,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                self.ordered(how, left, right)
            }
            Operator::In | Operator::InstanceOf => Set::ANY_BOOL,
        }
    }
}

/// The one assignment that gives a variable its value; `None` when there are several, or it is given one otherwise.
fn given_once(body: &Body, var: VarId) -> Option<u32> {
    let writes = |expr: &Expr| match expr {
        Expr::Assign { target, .. } => match &**target {
            Pattern::Var(other) => *other == var,
            Pattern::Object(props, _) => {
                props.iter().any(|(_, pattern)| matches!(pattern, Pattern::Var(other) if *other == var))
            }
            _ => false,
        },
        _ => false,
    };
    let mut found = (0..body.exprs.len() as u32).filter(|at| writes(&body.exprs[*at as usize]));
    let first = found.next()?;
    let declares = matches!(body.exprs[first as usize], Expr::Assign { how: Assign::Init | Assign::Plain, .. });
    (declares && found.next().is_none()).then_some(first)
}
