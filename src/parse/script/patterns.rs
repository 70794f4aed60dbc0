//! In: swc patterns and assignment targets. Out: lowered ones. Declared names are known already.

use super::Lower;
use crate::facts::script::{Expr, Key, Pattern};
use swc_common::Spanned;
use swc_ecma_ast as ast;

impl Lower<'_> {
    pub(super) fn pattern(&mut self, pattern: &ast::Pat) -> Pattern {
        match pattern {
            ast::Pat::Ident(ident) => self.resolve_target(&ident.id.sym),
            ast::Pat::Array(array) => self.array_pattern(array),
            ast::Pat::Object(object) => self.object_pattern(object),
            ast::Pat::Rest(rest) => self.pattern(&rest.arg),
            ast::Pat::Assign(assign) => {
                let default = self.expr(&assign.right);
                Pattern::Default(Box::new(self.pattern(&assign.left)), default)
            }
            ast::Pat::Expr(expr) => self.place(expr),
            ast::Pat::Invalid(_) => Pattern::Array(Vec::new(), false),
        }
    }

    pub(super) fn array_pattern(&mut self, array: &ast::ArrayPat) -> Pattern {
        let rest = matches!(array.elems.last(), Some(Some(ast::Pat::Rest(_))));
        let items = array.elems.iter().map(|item| item.as_ref().map(|item| self.pattern(item))).collect();
        Pattern::Array(items, rest)
    }

    pub(super) fn object_pattern(&mut self, object: &ast::ObjectPat) -> Pattern {
        let mut props = Vec::new();
        let mut rest = None;
        for prop in &object.props {
            match prop {
                ast::ObjectPatProp::KeyValue(pair) => {
                    let key = self.placed_key(&pair.key);
                    props.push((key, self.pattern(&pair.value)));
                }
                ast::ObjectPatProp::Assign(short) => {
                    let name = self.name(&short.key.id.sym);
                    let key = Key::Computed(self.push(Expr::Str(name), short.key.id.span));
                    let target = self.resolve_target(&short.key.id.sym);
                    let target = match &short.value {
                        Some(default) => {
                            let default = self.expr(default);
                            Pattern::Default(Box::new(target), default)
                        }
                        None => target,
                    };
                    props.push((key, target));
                }
                ast::ObjectPatProp::Rest(item) => rest = Some(Box::new(self.pattern(&item.arg))),
            }
        }
        Pattern::Object(props, rest)
    }

    /// A key as an expression, so that a property read by a pattern has a place like any other.
    fn placed_key(&mut self, key: &ast::PropName) -> Key {
        match self.key(key) {
            Key::Name(name) => Key::Computed(self.push(Expr::Str(name), key.span())),
            computed => computed,
        }
    }

    pub(super) fn simple_target(&mut self, target: &ast::SimpleAssignTarget) -> Pattern {
        use ast::SimpleAssignTarget as T;
        match target {
            T::Ident(ident) => self.resolve_target(&ident.id.sym),
            T::Member(member) => {
                let member_expr = self.member(member, false);
                Pattern::Place(self.push(member_expr, member.span))
            }
            T::Paren(item) => self.place(&item.expr),
            T::TsAs(item) => self.place(&item.expr),
            T::TsSatisfies(item) => self.place(&item.expr),
            T::TsNonNull(item) => self.place(&item.expr),
            T::TsTypeAssertion(item) => self.place(&item.expr),
            T::TsInstantiation(item) => self.place(&item.expr),
            T::SuperProp(_) | T::OptChain(_) | T::Invalid(_) => Pattern::Array(Vec::new(), false),
        }
    }

    fn place(&mut self, expr: &ast::Expr) -> Pattern {
        match expr {
            ast::Expr::Ident(ident) => self.resolve_target(&ident.sym),
            ast::Expr::Paren(item) => self.place(&item.expr),
            ast::Expr::TsAs(item) => self.place(&item.expr),
            ast::Expr::TsNonNull(item) => self.place(&item.expr),
            expr => {
                let id = self.expr(expr);
                match self.script.body.exprs[id as usize] {
                    Expr::Member { .. } | Expr::Index { .. } => Pattern::Place(id),
                    _ => Pattern::Array(Vec::new(), false),
                }
            }
        }
    }
}
