//! In: swc expressions. Out: lowered ones.

use super::Lower;
use super::stmts::{FnBody, Parts};
use crate::facts::script::{Assign, Expr, ExprId, Key, Logic, Name, Operator, Pattern, Prop};
use swc_common::Spanned;
use swc_ecma_ast as ast;

impl Lower<'_> {
    /// Lowers an expression.
    pub(super) fn expr(&mut self, expr: &ast::Expr) -> ExprId {
        self.named(None, expr)
    }

    /// Lowers an expression; a function without a name of its own is called `hint`.
    pub(super) fn named(&mut self, hint: Option<Name>, expr: &ast::Expr) -> ExprId {
        let lowered = if self.descend(expr.span()) { self.expr_within(hint, expr) } else { Expr::Other(Vec::new()) };
        self.depth -= 1;
        self.push(lowered, expr.span())
    }

    fn expr_within(&mut self, hint: Option<Name>, expr: &ast::Expr) -> Expr {
        use ast::Expr as E;
        match expr {
            E::This(_) => {
                self.touch_this();
                Expr::This
            }
            E::Ident(ident) => self.resolve(&ident.sym),
            E::Lit(lit) => self.literal(lit),
            E::Array(array) => self.array(array),
            E::Object(object) => Expr::Object(self.object(object)),
            E::Fn(item) => self.function_expr(hint, item),
            E::Arrow(arrow) => self.arrow(hint, arrow),
            E::Class(item) => {
                let name = item.ident.as_ref().map(|ident| self.name(&ident.sym)).or(hint);
                self.class_expr(name, &item.class)
            }
            E::Unary(item) => self.unary(item),
            E::Update(item) => self.update(item),
            E::Bin(item) => self.binary(item),
            E::Assign(item) => self.assign(item),
            E::Member(item) => self.member(item, false),
            E::SuperProp(item) => self.super_member(item),
            E::Cond(item) => {
                let test = self.expr(&item.test);
                let then = self.conditional(|lower| lower.named(hint, &item.cons));
                let otherwise = self.conditional(|lower| lower.named(hint, &item.alt));
                Expr::Conditional { test, then, otherwise }
            }
            E::Call(item) => self.call(item),
            E::New(item) => {
                let callee = self.expr(&item.callee);
                let args = self.args(item.args.as_deref().unwrap_or(&[]));
                Expr::New { callee, args }
            }
            // `(0, f)(…)`, as compilers call what was imported.
            E::Seq(item) if is_detached(item) => self.expr_within(hint, &item.exprs[item.exprs.len() - 1]),
            E::Seq(item) => Expr::Sequence(item.exprs.iter().map(|expr| self.expr(expr)).collect()),
            E::Tpl(item) => Expr::Template(self.template(item)),
            E::TaggedTpl(item) => {
                let callee = self.expr(&item.tag);
                let args = item.tpl.exprs.iter().map(|expr| (self.expr(expr), false)).collect();
                Expr::Call { callee, args, optional: false }
            }
            E::Yield(item) => {
                let value = item.arg.as_ref().map(|value| self.expr(value));
                Expr::Yield { value, delegate: item.delegate }
            }
            E::Await(item) => Expr::Await(self.expr(&item.arg)),
            E::OptChain(item) => self.optional(item),
            E::Paren(item) => self.unwrapped(hint, &item.expr),
            E::TsAs(item) => self.unwrapped(hint, &item.expr),
            E::TsTypeAssertion(item) => self.unwrapped(hint, &item.expr),
            E::TsConstAssertion(item) => self.unwrapped(hint, &item.expr),
            E::TsNonNull(item) => self.unwrapped(hint, &item.expr),
            E::TsInstantiation(item) => self.unwrapped(hint, &item.expr),
            E::TsSatisfies(item) => self.unwrapped(hint, &item.expr),
            E::JSXElement(element) => self.element(element),
            E::JSXFragment(fragment) => self.fragment(fragment),
            _ => Expr::Other(Vec::new()),
        }
    }

    /// What stands inside parentheses or a type assertion.
    fn unwrapped(&mut self, hint: Option<Name>, expr: &ast::Expr) -> Expr {
        let lowered = if self.descend(expr.span()) { self.expr_within(hint, expr) } else { Expr::Other(Vec::new()) };
        self.depth -= 1;
        lowered
    }

    fn literal(&mut self, lit: &ast::Lit) -> Expr {
        match lit {
            ast::Lit::Str(text) => Expr::Str(self.text_name(&text.value.to_string_lossy())),
            ast::Lit::Bool(value) => Expr::Bool(value.value),
            ast::Lit::Null(_) => Expr::Null,
            ast::Lit::Num(number) => Expr::Number(number.value),
            ast::Lit::Regex(_) => Expr::Regex,
            ast::Lit::BigInt(_) | ast::Lit::JSXText(_) => Expr::Other(Vec::new()),
        }
    }

    fn array(&mut self, array: &ast::ArrayLit) -> Expr {
        let mut items = Vec::with_capacity(array.elems.len());
        for item in &array.elems {
            items.push(match item {
                Some(item) => (Some(self.expr(&item.expr)), item.spread.is_some()),
                None => (None, false),
            });
        }
        Expr::Array(items)
    }

    fn arrow(&mut self, hint: Option<Name>, arrow: &ast::ArrowExpr) -> Expr {
        let body = match &*arrow.body {
            ast::ArrowFunctionBody::FunctionBody(body) => FnBody::Stmts(&body.stmts),
            ast::ArrowFunctionBody::Expr(expr) => FnBody::Expr(expr),
        };
        Expr::Function(self.make_function(Parts {
            name: hint,
            span: arrow.span,
            params: arrow.params.iter().collect(),
            arrow: true,
            is_async: arrow.is_async,
            generator: arrow.is_generator,
            body,
        }))
    }

    fn unary(&mut self, item: &ast::UnaryExpr) -> Expr {
        if let (ast::UnaryOp::Minus, ast::Expr::Lit(ast::Lit::Num(number))) = (item.op, &*item.arg) {
            return Expr::Number(-number.value);
        }
        let arg = self.expr(&item.arg);
        match item.op {
            ast::UnaryOp::Bang => Expr::Not(arg),
            ast::UnaryOp::TypeOf => Expr::TypeOf(arg),
            ast::UnaryOp::Void => Expr::Void(arg),
            _ => Expr::Unary(arg),
        }
    }

    /// `i++`: the place holds some other number afterwards.
    fn update(&mut self, item: &ast::UpdateExpr) -> Expr {
        let one = self.push(Expr::Number(1.0), item.span);
        let target = match &*item.arg {
            ast::Expr::Ident(ident) => {
                // It is read as well.
                self.resolve(&ident.sym);
                self.resolve_target(&ident.sym)
            }
            ast::Expr::Member(member) => {
                let lowered = self.member(member, false);
                Pattern::Place(self.push(lowered, member.span))
            }
            other => return Expr::Unary(self.expr(other)),
        };
        Expr::Assign { target: Box::new(target), how: Assign::Operator(Operator::Arithmetic), value: one }
    }

    /// Long chains such as `a + b + c …` lean to the left: walked in a loop, for recursion would be as deep as they are long.
    fn binary(&mut self, item: &ast::BinExpr) -> Expr {
        let mut spine = vec![item];
        while let ast::Expr::Bin(left) = &*spine[spine.len() - 1].left {
            spine.push(left);
        }
        let innermost = spine[spine.len() - 1];
        let mut left = self.expr(&innermost.left);
        while let Some(item) = spine.pop() {
            let right = self.conditional(|lower| lower.expr(&item.right));
            let lowered = operation(item.op, left, right);
            if spine.is_empty() {
                return lowered;
            }
            left = self.push(lowered, item.span);
        }
        Expr::Other(vec![left])
    }

    fn assign(&mut self, item: &ast::AssignExpr) -> Expr {
        let hint = match &item.left {
            ast::AssignTarget::Simple(ast::SimpleAssignTarget::Ident(ident)) => Some(self.name(&ident.id.sym)),
            ast::AssignTarget::Simple(ast::SimpleAssignTarget::Member(member)) => match &member.prop {
                ast::MemberProp::Ident(ident) => Some(self.name(&ident.sym)),
                _ => None,
            },
            _ => None,
        };
        let value = self.named(hint, &item.right);
        let target = match &item.left {
            ast::AssignTarget::Simple(simple) => self.simple_target(simple),
            ast::AssignTarget::Pat(ast::AssignTargetPat::Array(array)) => self.array_pattern(array),
            ast::AssignTarget::Pat(ast::AssignTargetPat::Object(object)) => self.object_pattern(object),
            ast::AssignTarget::Pat(ast::AssignTargetPat::Invalid(_)) => Pattern::Array(Vec::new(), false),
        };
        let how = match item.op {
            ast::AssignOp::Assign => Assign::Plain,
            ast::AssignOp::AndAssign => Assign::Logic(Logic::And),
            ast::AssignOp::OrAssign => Assign::Logic(Logic::Or),
            ast::AssignOp::NullishAssign => Assign::Logic(Logic::Nullish),
            ast::AssignOp::AddAssign => Assign::Operator(Operator::Add),
            _ => Assign::Operator(Operator::Arithmetic),
        };
        Expr::Assign { target: Box::new(target), how, value }
    }

    pub(super) fn member(&mut self, item: &ast::MemberExpr, optional: bool) -> Expr {
        let object = self.expr(&item.obj);
        match &item.prop {
            ast::MemberProp::Ident(ident) => Expr::Member { object, name: self.name(&ident.sym), optional },
            ast::MemberProp::PrivateName(private) => {
                let name = self.text_name(&format!("#{}", private.name));
                Expr::Member { object, name, optional }
            }
            ast::MemberProp::Computed(computed) => {
                let index = self.expr(&computed.expr);
                match self.script.body.exprs[index as usize] {
                    Expr::Str(name) => Expr::Member { object, name, optional },
                    _ => Expr::Index { object, index, optional },
                }
            }
        }
    }

    fn super_member(&mut self, item: &ast::SuperPropExpr) -> Expr {
        self.touch_this();
        let object = self.push(Expr::Super, item.obj.span);
        match &item.prop {
            ast::SuperProp::Ident(ident) => Expr::Member { object, name: self.name(&ident.sym), optional: false },
            ast::SuperProp::Computed(computed) => {
                let index = self.expr(&computed.expr);
                Expr::Index { object, index, optional: false }
            }
        }
    }

    fn call(&mut self, item: &ast::CallExpr) -> Expr {
        let callee = match &item.callee {
            ast::Callee::Expr(callee) => self.expr(callee),
            ast::Callee::Super(item) => {
                self.touch_this();
                self.push(Expr::Super, item.span)
            }
            ast::Callee::Import(_) => {
                let Some(source) = item.args.first() else { return Expr::Other(Vec::new()) };
                return Expr::DynamicImport(self.expr(&source.expr));
            }
        };
        let args = self.args(&item.args);
        Expr::Call { callee, args, optional: false }
    }

    fn optional(&mut self, item: &ast::OptChainExpr) -> Expr {
        match &*item.base {
            ast::OptChainBase::Member(member) => self.member(member, item.optional),
            ast::OptChainBase::Call(call) => {
                let callee = self.expr(&call.callee);
                let args = self.args(&call.args);
                Expr::Call { callee, args, optional: item.optional }
            }
        }
    }

    fn args(&mut self, args: &[ast::ExprOrSpread]) -> Vec<(ExprId, bool)> {
        args.iter().map(|arg| (self.expr(&arg.expr), arg.spread.is_some())).collect()
    }

    fn template(&mut self, item: &ast::Tpl) -> Vec<ExprId> {
        let mut parts = Vec::new();
        for (index, quasi) in item.quasis.iter().enumerate() {
            let cooked = quasi.cooked.as_ref().map(|text| text.to_string_lossy().into_owned());
            let text = cooked.unwrap_or_else(|| quasi.raw.to_string());
            if !text.is_empty() {
                let name = self.text_name(&text);
                parts.push(self.push(Expr::Str(name), quasi.span));
            }
            if let Some(expr) = item.exprs.get(index) {
                parts.push(self.expr(expr));
            }
        }
        parts
    }

    pub(super) fn object(&mut self, object: &ast::ObjectLit) -> Vec<Prop> {
        let mut props = Vec::with_capacity(object.props.len());
        for prop in &object.props {
            props.push(match prop {
                ast::PropOrSpread::Spread(spread) => Prop::Spread(self.expr(&spread.expr)),
                ast::PropOrSpread::Prop(prop) => self.prop(prop),
            });
        }
        props
    }

    fn prop(&mut self, prop: &ast::Prop) -> Prop {
        match prop {
            ast::Prop::Shorthand(ident) => {
                let name = self.name(&ident.sym);
                let value = self.resolve(&ident.sym);
                Prop::Value(Key::Name(name), self.push(value, ident.span), self.span(ident.span))
            }
            ast::Prop::KeyValue(pair) => {
                let key = self.key(&pair.key);
                let value = self.named(hint(key), &pair.value);
                Prop::Value(key, value, self.span(pair.key.span()))
            }
            ast::Prop::Assign(pair) => {
                let name = self.name(&pair.key.sym);
                Prop::Value(Key::Name(name), self.expr(&pair.value), self.span(pair.key.span))
            }
            ast::Prop::Getter(item) => {
                let key = self.key(&item.key);
                Prop::Getter(key, self.function(hint(key), &item.function), self.span(item.key.span()))
            }
            ast::Prop::Setter(item) => {
                let key = self.key(&item.key);
                Prop::Setter(key, self.function(hint(key), &item.function), self.span(item.key.span()))
            }
            ast::Prop::Method(item) => {
                let key = self.key(&item.key);
                let function = self.function(hint(key), &item.function);
                let value = self.push(Expr::Function(function), item.span());
                Prop::Value(key, value, self.span(item.key.span()))
            }
        }
    }

    pub(super) fn key(&mut self, key: &ast::PropName) -> Key {
        match key {
            ast::PropName::Ident(ident) => Key::Name(self.name(&ident.sym)),
            ast::PropName::Str(text) => Key::Name(self.text_name(&text.value.to_string_lossy())),
            ast::PropName::Num(number) => Key::Name(self.text_name(&number.value.to_string())),
            ast::PropName::BigInt(number) => Key::Name(self.text_name(&number.value.to_string())),
            ast::PropName::Computed(computed) => {
                let expr = self.expr(&computed.expr);
                match self.script.body.exprs[expr as usize] {
                    Expr::Str(name) => Key::Name(name),
                    _ => Key::Computed(expr),
                }
            }
        }
    }
}

/// A function written as a property goes by the key's name.
pub(super) fn hint(key: Key) -> Option<Name> {
    match key {
        Key::Name(name) => Some(name),
        Key::Computed(_) => None,
    }
}

fn operation(op: ast::BinaryOp, left: ExprId, right: ExprId) -> Expr {
    use ast::BinaryOp as B;
    let (how, negated) = match op {
        B::LogicalAnd => return Expr::Logic { how: Logic::And, left, right },
        B::LogicalOr => return Expr::Logic { how: Logic::Or, left, right },
        B::NullishCoalescing => return Expr::Logic { how: Logic::Nullish, left, right },
        B::EqEq | B::EqEqEq => (Operator::Equal, false),
        B::NotEq | B::NotEqEq => (Operator::Equal, true),
        B::Lt => (Operator::Less, false),
        B::LtEq => (Operator::LessOrEqual, false),
        B::Gt => (Operator::Greater, false),
        B::GtEq => (Operator::GreaterOrEqual, false),
        B::Add => (Operator::Add, false),
        B::In => (Operator::In, false),
        B::InstanceOf => (Operator::InstanceOf, false),
        _ => (Operator::Arithmetic, false),
    };
    Expr::Binary { how, negated, left, right }
}

/// Whether all that a sequence does is to give its last part without the object it is read from: `(0, a.b)`.
fn is_detached(sequence: &ast::SeqExpr) -> bool {
    let literal = |expr: &ast::Expr| matches!(expr, ast::Expr::Lit(ast::Lit::Num(_)));
    sequence.exprs.split_last().is_some_and(|(_, before)| before.iter().all(|expr| literal(expr)))
}
