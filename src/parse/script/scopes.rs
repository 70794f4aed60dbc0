//! In: declarations. Out: variables, and which one a name means. `var`s and function declarations are found before their
//! function's first statement, `let`, `const` and classes before their block's.

use super::Lower;
use super::names::namespace_name;
use crate::facts::script::{Expr, FnId, Name, Pattern, Var, VarId};
use rustc_hash::FxHashMap;
use swc_ecma_ast as ast;

/// What a name in a scope stands for.
#[derive(Clone, Copy)]
pub(super) enum Binding {
    Var(VarId),
    /// Import `.0`'s export `.1`.
    Imported(u32, Name),
    Namespace(u32),
}

/// The names of one block or function.
pub(super) struct Scope {
    pub(super) names: FxHashMap<swc_atoms::Atom, Binding>,
}

impl Lower<'_> {
    pub(super) fn open_scope(&mut self) {
        self.scopes.push(Scope { names: FxHashMap::default() });
    }

    pub(super) fn close_scope(&mut self) {
        self.scopes.pop();
    }

    pub(super) fn bind(&mut self, name: &swc_atoms::Atom, binding: Binding) {
        let scope = self.scopes.last_mut().expect("a scope is open");
        scope.names.insert(name.clone(), binding);
    }

    /// Declares `name` in the innermost scope; a second declaration is the same variable.
    pub(super) fn declare(&mut self, name: &swc_atoms::Atom) -> VarId {
        let scope = self.scopes.last().expect("a scope is open");
        if let Some(Binding::Var(var)) = scope.names.get(name) {
            return *var;
        }
        let var = self.new_var(name);
        self.bind(name, Binding::Var(var));
        var
    }

    pub(super) fn new_var(&mut self, name: &swc_atoms::Atom) -> VarId {
        let owner = self.current();
        let name = self.name(name);
        let id = self.script.vars.len() as VarId;
        let function = &mut self.script.functions[owner as usize];
        let slot = function.slots;
        function.slots += 1;
        function.vars.push(id);
        self.script.vars.push(Var {
            name,
            owner,
            slot,
            captured: false,
            written_inside: false,
            read: false,
            bare: false,
        });
        id
    }

    pub(super) fn lookup(&self, name: &swc_atoms::Atom) -> Option<Binding> {
        self.scopes.iter().rev().find_map(|scope| scope.names.get(name)).copied()
    }

    /// The expression a name stands for when read.
    pub(super) fn resolve(&mut self, name: &swc_atoms::Atom) -> Expr {
        match self.lookup(name) {
            Some(Binding::Var(var)) => {
                self.touch(var, false);
                Expr::Var(var)
            }
            Some(Binding::Imported(import, export)) => Expr::Imported(import, export),
            Some(Binding::Namespace(import)) => Expr::Namespace(import),
            None if name.as_str() == "undefined" => Expr::Undefined,
            None if name.as_str() == "arguments" && self.functions.len() > 1 => {
                let function = self.arguments_owner();
                self.script.functions[function as usize].uses_arguments = true;
                Expr::Arguments
            }
            None => match self.member_of_component(name) {
                Some(member) => member,
                None => Expr::Global(self.name(name)),
            },
        }
    }

    /// Where a name's value goes when written.
    pub(super) fn resolve_target(&mut self, name: &swc_atoms::Atom) -> Pattern {
        match self.lookup(name) {
            Some(Binding::Var(var)) => {
                self.touch(var, true);
                Pattern::Var(var)
            }
            _ => match self.member_of_component(name) {
                Some(member) => Pattern::Place(self.push_at(member, self.within)),
                None => Pattern::Global(self.name(name)),
            },
        }
    }

    fn touch(&mut self, var: VarId, written: bool) {
        let current = self.current();
        let var = &mut self.script.vars[var as usize];
        var.read |= !written;
        if var.owner != current {
            var.captured = true;
            var.written_inside |= written;
        }
    }

    /// Notes that the current function, and every arrow function's surroundings, use `this`.
    pub(super) fn touch_this(&mut self) {
        for id in self.functions.clone().into_iter().rev() {
            let function = &mut self.script.functions[id as usize];
            function.uses_this = true;
            if !function.arrow {
                break;
            }
        }
    }

    fn arguments_owner(&self) -> FnId {
        let own = |id: &&FnId| !self.script.functions[**id as usize].arrow;
        self.functions.iter().rev().find(own).copied().unwrap_or(0)
    }

    /// Declares parameters, `var`s and the block's own names of a function's body in the innermost scope.
    pub(super) fn declare_function_scope<'a>(
        &mut self,
        params: &[&ast::Pat],
        stmts: impl Iterator<Item = &'a ast::Stmt> + Clone,
    ) {
        for param in params {
            self.declare_pattern(param);
        }
        for stmt in stmts.clone() {
            self.declare_vars(stmt);
        }
        for stmt in stmts {
            self.declare_lexical(stmt);
        }
    }

    /// `let`, `const`, classes and functions that stand directly in a block.
    pub(super) fn declare_lexical(&mut self, stmt: &ast::Stmt) {
        if let ast::Stmt::Decl(decl) = stmt {
            self.declare_decl(decl);
        }
    }

    pub(super) fn declare_decl(&mut self, decl: &ast::Decl) {
        match decl {
            ast::Decl::Var(var) => var.decls.iter().for_each(|decl| self.declare_pattern(&decl.name)),
            ast::Decl::Using(using) => using.decls.iter().for_each(|decl| self.declare_pattern(&decl.name)),
            ast::Decl::Class(class) => {
                self.declare(&class.ident.sym);
            }
            ast::Decl::Fn(function) => {
                self.declare(&function.ident.sym);
            }
            ast::Decl::TsEnum(item) => {
                self.declare(&item.id.sym);
            }
            ast::Decl::TsModule(item) => {
                if let Some(ident) = namespace_name(item) {
                    self.declare(&ident.sym);
                }
            }
            _ => {}
        }
    }

    pub(super) fn declare_pattern(&mut self, pattern: &ast::Pat) {
        match pattern {
            ast::Pat::Ident(ident) => {
                self.declare(&ident.id.sym);
            }
            ast::Pat::Array(array) => array.elems.iter().flatten().for_each(|item| self.declare_pattern(item)),
            ast::Pat::Rest(rest) => self.declare_pattern(&rest.arg),
            ast::Pat::Assign(assign) => self.declare_pattern(&assign.left),
            ast::Pat::Object(object) => {
                for prop in &object.props {
                    match prop {
                        ast::ObjectPatProp::KeyValue(pair) => self.declare_pattern(&pair.value),
                        ast::ObjectPatProp::Assign(short) => {
                            self.declare(&short.key.id.sym);
                        }
                        ast::ObjectPatProp::Rest(rest) => self.declare_pattern(&rest.arg),
                    }
                }
            }
            ast::Pat::Invalid(_) | ast::Pat::Expr(_) => {}
        }
    }

    /// `var`s anywhere below a statement, but not inside its functions. (`let`s of inner blocks are declared again there.)
    fn declare_vars(&mut self, stmt: &ast::Stmt) {
        use ast::Stmt;
        self.depth += 1;
        if self.depth < super::MAX_DEPTH {
            match stmt {
                Stmt::Decl(ast::Decl::Var(var)) => self.declare_var(var),
                Stmt::Block(block) => block.stmts.iter().for_each(|stmt| self.declare_vars(stmt)),
                Stmt::If(item) => {
                    self.declare_vars(&item.cons);
                    item.alt.iter().for_each(|stmt| self.declare_vars(stmt));
                }
                Stmt::Labeled(item) => self.declare_vars(&item.body),
                Stmt::While(item) => self.declare_vars(&item.body),
                Stmt::DoWhile(item) => self.declare_vars(&item.body),
                Stmt::With(item) => self.declare_vars(&item.body),
                Stmt::For(item) => {
                    if let Some(ast::VarDeclOrExpr::VarDecl(var)) = &item.init {
                        self.declare_var(var);
                    }
                    self.declare_vars(&item.body);
                }
                Stmt::ForIn(item) => {
                    self.declare_head(&item.left);
                    self.declare_vars(&item.body);
                }
                Stmt::ForOf(item) => {
                    self.declare_head(&item.left);
                    self.declare_vars(&item.body);
                }
                Stmt::Switch(item) => {
                    item.cases.iter().flat_map(|case| &case.cons).for_each(|stmt| self.declare_vars(stmt));
                }
                Stmt::Try(item) => {
                    item.block.stmts.iter().for_each(|stmt| self.declare_vars(stmt));
                    let handler = item.handler.iter().flat_map(|handler| &handler.body.stmts);
                    let finalizer = item.finalizer.iter().flat_map(|block| &block.stmts);
                    handler.chain(finalizer).for_each(|stmt| self.declare_vars(stmt));
                }
                _ => {}
            }
        }
        self.depth -= 1;
    }

    fn declare_var(&mut self, var: &ast::VarDecl) {
        if var.kind == ast::VarDeclKind::Var {
            var.decls.iter().for_each(|decl| self.declare_pattern(&decl.name));
        }
    }

    fn declare_head(&mut self, head: &ast::ForHead) {
        if let ast::ForHead::VarDecl(var) = head {
            self.declare_var(var);
        }
    }
}
