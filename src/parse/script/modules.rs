//! In: swc module items. Out: imports, exports and the statements between them.

use super::Lower;
use super::names::declared;
use super::scopes::Binding;
use crate::facts::script::{Exported, Expr, Import, Name, Pattern, Stmt, VarId};
use swc_common::Spanned;
use swc_ecma_ast as ast;

impl Lower<'_> {
    pub(super) fn module(&mut self, module: &ast::Module) -> Vec<Stmt> {
        self.declare_items(&module.body);
        let mut out = Vec::new();
        for item in &module.body {
            match item {
                ast::ModuleItem::Stmt(stmt) => out.append(&mut self.stmts(std::slice::from_ref(stmt))),
                ast::ModuleItem::ModuleDecl(decl) => self.module_decl(decl, &mut out),
            }
        }
        out
    }

    /// Names exist in the whole module, imports above all.
    pub(super) fn declare_items(&mut self, items: &[ast::ModuleItem]) {
        let stmts: Vec<&ast::Stmt> = items.iter().filter_map(|item| item.as_stmt()).collect();
        self.declare_function_scope(&[], stmts.into_iter());
        for item in items {
            match item.as_module_decl() {
                Some(ast::ModuleDecl::Import(import)) => self.import(import),
                Some(ast::ModuleDecl::ExportDecl(export)) => self.declare_decl(&export.decl),
                Some(ast::ModuleDecl::ExportDefaultDecl(export)) => match &export.decl {
                    ast::DefaultDecl::Class(class) => self.declare_named(class.ident.as_ref()),
                    ast::DefaultDecl::Fn(function) => self.declare_named(function.ident.as_ref()),
                    ast::DefaultDecl::TsInterfaceDecl(_) => {}
                },
                Some(ast::ModuleDecl::TsImportEquals(import)) => self.declare_named(Some(&import.id)),
                _ => {}
            }
        }
    }

    fn declare_named(&mut self, ident: Option<&ast::Ident>) {
        if let Some(ident) = ident {
            self.declare(&ident.sym);
        }
    }

    fn add_import(&mut self, source: &ast::Str, types_only: bool) -> u32 {
        let name = self.text_name(&source.value.to_string_lossy());
        let span = self.span(source.span);
        self.script.imports.push(Import { source: name, span, types_only });
        self.script.imports.len() as u32 - 1
    }

    fn import(&mut self, import: &ast::ImportDecl) {
        let index = self.add_import(&import.src, import.type_only);
        for specifier in &import.specifiers {
            let (local, binding) = match specifier {
                ast::ImportSpecifier::Named(named) => {
                    let export = named.imported.as_ref().map_or_else(|| named.local.sym.clone(), atom);
                    (&named.local, Binding::Imported(index, self.name(&export)))
                }
                ast::ImportSpecifier::Default(default) => {
                    (&default.local, Binding::Imported(index, self.text_name("default")))
                }
                ast::ImportSpecifier::Namespace(namespace) => (&namespace.local, Binding::Namespace(index)),
            };
            self.bind(&local.sym, binding);
        }
    }

    fn module_decl(&mut self, decl: &ast::ModuleDecl, out: &mut Vec<Stmt>) {
        match decl {
            ast::ModuleDecl::Import(_) | ast::ModuleDecl::TsNamespaceExport(_) => {}
            ast::ModuleDecl::ExportDecl(export) => {
                self.decl(&export.decl, out);
                self.export_decl(&export.decl);
            }
            ast::ModuleDecl::ExportNamed(export) => self.export_named(export),
            ast::ModuleDecl::ExportDefaultDecl(export) => self.export_default(&export.decl, out),
            ast::ModuleDecl::ExportDefaultExpr(export) => {
                let hint = Some(self.text_name("default"));
                let value = self.named(hint, &export.expr);
                self.default_value(value, export.span, out);
            }
            ast::ModuleDecl::ExportAll(export) => {
                let import = self.add_import(&export.src, export.type_only);
                self.script.star_exports.push((import, None));
            }
            ast::ModuleDecl::TsImportEquals(import) => self.ts_import(import, out),
            ast::ModuleDecl::TsExportAssignment(export) => {
                let value = self.expr(&export.expr);
                let (module, exports) = (self.text_name("module"), self.text_name("exports"));
                let object = self.push(Expr::Global(module), export.span);
                let place = self.push(Expr::Member { object, name: exports, optional: false }, export.span);
                out.push(self.init(Pattern::Place(place), value, export.span));
            }
        }
    }

    fn export_decl(&mut self, decl: &ast::Decl) {
        for atom in declared(decl) {
            let name = self.name(&atom);
            self.export(name, &atom);
        }
    }

    /// Exports what the module calls `local` as `name`.
    fn export(&mut self, name: Name, local: &swc_atoms::Atom) {
        let exported = match self.resolve(local) {
            Expr::Var(var) => {
                // Other files read it, so it counts as captured.
                self.script.vars[var as usize].captured = true;
                Exported::Var(var)
            }
            Expr::Imported(import, export) => Exported::Imported(import, export),
            Expr::Namespace(import) => Exported::Namespace(import),
            _ => return,
        };
        self.script.exports.push((name, exported));
    }

    fn export_named(&mut self, export: &ast::NamedExport) {
        let import = export.src.as_ref().map(|source| self.add_import(source, export.type_only));
        for specifier in &export.specifiers {
            match (specifier, import) {
                (ast::ExportSpecifier::Named(named), import) if !named.is_type_only => {
                    let original = atom(&named.orig);
                    let name = named.exported.as_ref().map_or_else(|| original.clone(), atom);
                    let name = self.name(&name);
                    match import {
                        Some(import) => {
                            let original = self.name(&original);
                            self.script.exports.push((name, Exported::Imported(import, original)));
                        }
                        None => self.export(name, &original),
                    }
                }
                (ast::ExportSpecifier::Namespace(namespace), Some(import)) => {
                    let name = atom(&namespace.name);
                    let name = self.name(&name);
                    self.script.exports.push((name, Exported::Namespace(import)));
                }
                (ast::ExportSpecifier::Default(default), Some(import)) => {
                    let name = self.name(&default.exported.sym);
                    let original = self.text_name("default");
                    self.script.exports.push((name, Exported::Imported(import, original)));
                }
                _ => {}
            }
        }
    }

    fn export_default(&mut self, decl: &ast::DefaultDecl, out: &mut Vec<Stmt>) {
        let default = self.text_name("default");
        match decl {
            ast::DefaultDecl::Fn(item) => {
                let var = self.default_var(item.ident.as_ref());
                let name = item.ident.as_ref().map_or(default, |ident| self.name(&ident.sym));
                let id = self.function(Some(name), &item.function);
                self.script.functions[0].hoisted.push((var, id));
            }
            ast::DefaultDecl::Class(item) => {
                let name = item.ident.as_ref().map_or(default, |ident| self.name(&ident.sym));
                let value = self.class(Some(name), &item.class);
                let var = self.default_var(item.ident.as_ref());
                out.push(self.init(Pattern::Var(var), value, item.class.span));
            }
            ast::DefaultDecl::TsInterfaceDecl(_) => {}
        }
    }

    /// The variable behind the default export: the declared one, or one of its own.
    fn default_var(&mut self, ident: Option<&ast::Ident>) -> VarId {
        let var = match ident {
            Some(ident) => self.declare(&ident.sym),
            None => self.new_var(&"default".into()),
        };
        self.script.vars[var as usize].captured = true;
        let name = self.text_name("default");
        self.script.exports.push((name, Exported::Var(var)));
        var
    }

    fn default_value(&mut self, value: u32, span: swc_common::Span, out: &mut Vec<Stmt>) {
        let var = self.default_var(None);
        out.push(self.init(Pattern::Var(var), value, span));
    }

    pub(super) fn ts_import(&mut self, import: &ast::TsImportEqualsDecl, out: &mut Vec<Stmt>) {
        let reference = match &import.module_ref {
            ast::TsModuleRef::TsExternalModuleRef(reference) => reference,
            ast::TsModuleRef::TsEntityName(entity) => {
                let value = self.entity(entity);
                let target = self.resolve_target(&import.id.sym);
                out.push(self.init(target, value, import.span));
                return;
            }
        };
        let require = self.text_name("require");
        let callee = self.push(Expr::Global(require), reference.span());
        let source = self.text_name(&reference.expr.value.to_string_lossy());
        let arg = self.push(Expr::Str(source), reference.expr.span);
        let call = self.push(Expr::Call { callee, args: vec![(arg, false)], optional: false }, reference.span());
        let target = self.resolve_target(&import.id.sym);
        out.push(self.init(target, call, import.span));
    }
}

fn atom(name: &ast::ModuleExportName) -> swc_atoms::Atom {
    match name {
        ast::ModuleExportName::Ident(ident) => ident.sym.clone(),
        ast::ModuleExportName::Str(text) => text.value.to_string_lossy().into_owned().into(),
    }
}
