//! In: TypeScript's namespaces and the short names it gives parts of them. Out: objects that hold what they export. What a
//! namespace does runs where it stands; names that only types have come out as nothing.

use super::Lower;
use super::names::{declared, namespace_name};
use super::scopes::Binding;
use crate::facts::script::{Assign, Expr, ExprId, Logic, Pattern, Stmt};
use swc_atoms::Atom;
use swc_ecma_ast as ast;

/// The exported names of a namespace: another one of the same name sees them.
pub(super) type Exports = Vec<(Atom, Binding)>;

impl Lower<'_> {
    pub(super) fn namespace(&mut self, item: &ast::TsModuleDecl, around: Option<&Atom>, out: &mut Vec<Stmt>) {
        if let (Some(ident), Some(body)) = (namespace_name(item), &item.body) {
            self.namespace_body(ident, body, around, out);
        }
    }

    /// `N = N || {}`, or `N = M.N || {}` inside `M`, and what stands in its body.
    fn namespace_body(
        &mut self,
        id: &ast::Ident,
        body: &ast::TsNamespaceBody,
        around: Option<&Atom>,
        out: &mut Vec<Stmt>,
    ) {
        if !self.descend(id.span) {
            self.depth -= 1;
            return;
        }
        let var = self.declare(&id.sym);
        let known = match around {
            Some(around) => self.member_of(around, &id.sym, id.span),
            None => self.read(&id.sym, id.span),
        };
        let fresh = self.push(Expr::Object(Vec::new()), id.span);
        let value = self.push(Expr::Logic { how: Logic::Or, left: known, right: fresh }, id.span);
        let target = self.resolve_target(&id.sym);
        out.push(self.init(target, value, id.span));
        self.open_scope();
        let mut exports = self.namespaces.remove(&var).unwrap_or_default();
        exports.iter().for_each(|(name, binding)| self.bind(name, *binding));
        match body {
            ast::TsNamespaceBody::TsModuleBlock(block) => {
                self.declare_items(&block.body);
                block.body.iter().for_each(|item| self.namespace_item(item, &id.sym, &mut exports, out));
            }
            // `namespace A.B {}`
            ast::TsNamespaceBody::TsNamespaceDecl(inner) => {
                self.namespace_body(&inner.id, &inner.body, Some(&id.sym), out);
                self.give(&id.sym, &inner.id.sym, id.span, &mut exports, out);
            }
        }
        self.close_scope();
        self.namespaces.insert(var, exports);
        self.depth -= 1;
    }

    fn namespace_item(&mut self, item: &ast::ModuleItem, of: &Atom, exports: &mut Exports, out: &mut Vec<Stmt>) {
        match item {
            ast::ModuleItem::Stmt(stmt) => out.append(&mut self.stmts(std::slice::from_ref(stmt))),
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDecl(export)) => {
                match &export.decl {
                    ast::Decl::TsModule(inner) => self.namespace(inner, Some(of), out),
                    decl => self.decl(decl, out),
                }
                for name in declared(&export.decl) {
                    self.give(of, &name, export.span, exports, out);
                }
            }
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::TsImportEquals(import)) => {
                self.ts_import(import, out);
                if import.is_export {
                    self.give(of, &import.id.sym, import.span, exports, out);
                }
            }
            ast::ModuleItem::ModuleDecl(_) => {}
        }
    }

    /// `N.name = name`
    fn give(&mut self, of: &Atom, name: &Atom, span: swc_common::Span, exports: &mut Exports, out: &mut Vec<Stmt>) {
        let Some(binding) = self.lookup(name) else { return };
        let value = self.read(name, span);
        let place = self.member_of(of, name, span);
        let target = Box::new(Pattern::Place(place));
        out.push(Stmt::Expr(self.push(Expr::Assign { target, how: Assign::Plain, value }, span)));
        exports.push((name.clone(), binding));
    }

    fn read(&mut self, name: &Atom, span: swc_common::Span) -> ExprId {
        let value = self.resolve(name);
        self.push(value, span)
    }

    fn member_of(&mut self, object: &Atom, name: &Atom, span: swc_common::Span) -> ExprId {
        let object = self.read(object, span);
        let name = self.name(name);
        self.push(Expr::Member { object, name, optional: false }, span)
    }

    /// What `import A = B.C.D` stands for.
    pub(super) fn entity(&mut self, entity: &ast::TsEntityName) -> ExprId {
        let mut names = Vec::new();
        let mut at = entity;
        let root = loop {
            match at {
                ast::TsEntityName::TsQualifiedName(qualified) => {
                    names.push(&qualified.right);
                    at = &qualified.left;
                }
                ast::TsEntityName::Ident(ident) => break ident,
            }
        };
        let mut object = self.read(&root.sym, root.span);
        for name in names.into_iter().rev() {
            let span = root.span.with_hi(name.span.hi);
            let name = self.name(&name.sym);
            object = self.push(Expr::Member { object, name, optional: false }, span);
        }
        object
    }
}
