//! In: swc classes and TypeScript enums. Out: lowered ones.

use super::Lower;
use super::exprs::hint;
use super::stmts::{FnBody, Parts};
use crate::facts::script::{Assign, Class, Expr, ExprId, FnId, Key, Name, Pattern, Prop, Stmt};
use swc_common::Spanned;
use swc_ecma_ast as ast;

impl Lower<'_> {
    pub(super) fn class(&mut self, name: Option<Name>, class: &ast::Class) -> ExprId {
        let lowered = self.class_expr(name, class);
        self.push(lowered, class.span)
    }

    pub(super) fn class_expr(&mut self, name: Option<Name>, class: &ast::Class) -> Expr {
        let parent = class.super_class.as_ref().map(|parent| self.expr(parent));
        let decorators = class.decorators.iter().map(|decorator| self.expr(&decorator.expr)).collect();
        let mut lowered = Class {
            parent,
            constructor: None,
            members: Vec::new(),
            statics: Vec::new(),
            fields: Vec::new(),
            decorators,
        };
        for member in &class.body {
            self.class_member(name, member, &mut lowered);
        }
        Expr::Class(Box::new(lowered))
    }

    fn class_member(&mut self, name: Option<Name>, member: &ast::ClassMember, class: &mut Class) {
        use ast::ClassMember as M;
        match member {
            M::Constructor(item) => class.constructor = Some(self.constructor(name, item)),
            M::Method(item) => {
                let key = self.key(&item.key);
                let prop = self.method(key, item.kind, &item.function, item.key.span());
                if item.is_static { class.statics.push(prop) } else { class.members.push(prop) }
            }
            M::PrivateMethod(item) => {
                let key = Key::Name(self.text_name(&format!("#{}", item.key.name)));
                let prop = self.method(key, item.kind, &item.function, item.key.span);
                if item.is_static { class.statics.push(prop) } else { class.members.push(prop) }
            }
            M::ClassProp(item) => {
                let key = self.key(&item.key);
                self.field(key, item.value.as_deref(), item.is_static, item.span, class);
            }
            M::PrivateProp(item) => {
                let key = Key::Name(self.text_name(&format!("#{}", item.key.name)));
                self.field(key, item.value.as_deref(), item.is_static, item.span, class);
            }
            M::AutoAccessor(item) => {
                let key = match &item.key {
                    ast::Key::Public(key) => self.key(key),
                    ast::Key::Private(private) => Key::Name(self.text_name(&format!("#{}", private.name))),
                };
                self.field(key, item.value.as_deref(), item.is_static, item.span, class);
            }
            M::StaticBlock(item) => {
                let function = self.synthetic(item.span, |lower| lower.block(&item.body.stmts));
                let callee = self.push(Expr::Function(function), item.span);
                let call = self.push(Expr::Call { callee, args: Vec::new(), optional: false }, item.span);
                class.statics.push(Prop::Spread(call));
            }
            M::TsIndexSignature(_) | M::Empty(_) => {}
        }
    }

    fn method(
        &mut self,
        key: Key,
        kind: ast::MethodKind,
        function: &ast::Function,
        key_span: swc_common::Span,
    ) -> Prop {
        let id = self.function(hint(key), function);
        let key_span = self.span(key_span);
        match kind {
            ast::MethodKind::Getter => Prop::Getter(key, id, key_span),
            ast::MethodKind::Setter => Prop::Setter(key, id, key_span),
            ast::MethodKind::Method => {
                let value = self.push(Expr::Function(id), function.span);
                Prop::Value(key, value, key_span)
            }
        }
    }

    fn field(
        &mut self,
        key: Key,
        value: Option<&ast::Expr>,
        is_static: bool,
        span: swc_common::Span,
        class: &mut Class,
    ) {
        let Some(value) = value else { return };
        if is_static {
            let id = self.named(hint(key), value);
            let span = self.span(span);
            class.statics.push(Prop::Value(key, id, span));
            return;
        }
        let function = self.synthetic(span, |lower| {
            let value = lower.named(hint(key), value);
            vec![Stmt::Return(Some(value))]
        });
        class.fields.push((key, function));
    }

    fn constructor(&mut self, name: Option<Name>, item: &ast::Constructor) -> FnId {
        let mut params = Vec::new();
        let mut fields = Vec::new();
        for param in &item.params {
            match param {
                ast::ParamOrTsParamProp::Param(param) => params.push(param.pat.clone()),
                ast::ParamOrTsParamProp::TsParamProp(prop) => {
                    let (pattern, ident) = match &prop.param {
                        ast::TsParamPropParam::Ident(ident) => (ast::Pat::Ident(ident.clone()), Some(ident.clone())),
                        ast::TsParamPropParam::Assign(assign) => {
                            (ast::Pat::Assign(assign.clone()), assign.left.as_ident().cloned())
                        }
                    };
                    params.push(pattern);
                    fields.extend(ident);
                }
            }
        }
        let id = self.make_function(Parts {
            name,
            span: item.span,
            params: params.iter().collect(),
            arrow: false,
            is_async: false,
            generator: false,
            body: FnBody::Stmts(item.body.as_ref().map_or(&[], |body| &body.stmts)),
        });
        self.parameter_fields(id, &fields);
        id
    }

    /// TypeScript's `constructor(private x: T)` also writes `this.x`.
    fn parameter_fields(&mut self, constructor: FnId, fields: &[ast::BindingIdent]) {
        let mut writes = Vec::new();
        self.script.functions[constructor as usize].uses_this |= !fields.is_empty();
        for field in fields {
            let name = self.name(&field.id.sym);
            let vars = &self.script.functions[constructor as usize].vars;
            let Some(var) = vars.iter().copied().find(|var| self.script.vars[*var as usize].name == name) else {
                continue;
            };
            let object = self.push(Expr::This, field.id.span);
            let place = self.push(Expr::Member { object, name, optional: false }, field.id.span);
            let value = self.push(Expr::Var(var), field.id.span);
            let target = Box::new(Pattern::Place(place));
            writes.push(Stmt::Expr(self.push(Expr::Assign { target, how: Assign::Plain, value }, field.id.span)));
        }
        let body = &mut self.script.functions[constructor as usize].body;
        writes.append(body);
        *body = writes;
    }

    /// An enum is an object of its members; numeric members count up.
    pub(super) fn ts_enum(&mut self, item: &ast::TsEnumDecl) -> ExprId {
        let mut props = Vec::new();
        let mut next = 0.0;
        for member in &item.members {
            let text = match &member.id {
                ast::TsEnumMemberId::Ident(ident) => ident.sym.to_string(),
                ast::TsEnumMemberId::Str(text) => text.value.to_string_lossy().into_owned(),
            };
            let name = self.text_name(&text);
            let value = match &member.init {
                Some(init) => self.expr(init),
                None => self.push(Expr::Number(next), member.span),
            };
            if let Expr::Number(number) = self.script.body.exprs[value as usize] {
                next = number + 1.0;
            }
            let span = self.span(member.span);
            props.push(Prop::Value(Key::Name(name), value, span));
        }
        self.push(Expr::Object(props), item.span)
    }
}
