//! In: swc statements and functions. Out: lowered ones.

use super::Lower;
use crate::facts::script::{Expr, FnId, Function, Name, Pattern, Stmt};
use swc_common::Spanned;
use swc_ecma_ast as ast;

/// What a function is made of, whichever syntax wrote it.
pub(super) struct Parts<'a> {
    pub(super) name: Option<Name>,
    pub(super) span: swc_common::Span,
    pub(super) params: Vec<&'a ast::Pat>,
    pub(super) arrow: bool,
    pub(super) is_async: bool,
    pub(super) generator: bool,
    pub(super) body: FnBody<'a>,
}

/// A function's body.
pub(super) enum FnBody<'a> {
    Stmts(&'a [ast::Stmt]),
    Expr(&'a ast::Expr),
}

impl Lower<'_> {
    /// Lowers a list of statements whose names are declared already.
    pub(super) fn stmts(&mut self, stmts: &[ast::Stmt]) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(stmts.len());
        for stmt in stmts {
            self.stmt(stmt, &mut out);
        }
        out
    }

    /// Lowers the statements of a block in a scope of its own.
    pub(super) fn block(&mut self, stmts: &[ast::Stmt]) -> Vec<Stmt> {
        self.open_scope();
        stmts.iter().for_each(|stmt| self.declare_lexical(stmt));
        let out = self.stmts(stmts);
        self.close_scope();
        out
    }

    fn one(&mut self, stmt: &ast::Stmt) -> Vec<Stmt> {
        match stmt {
            ast::Stmt::Block(block) => self.block(&block.stmts),
            stmt => self.block(std::slice::from_ref(stmt)),
        }
    }

    fn stmt(&mut self, stmt: &ast::Stmt, out: &mut Vec<Stmt>) {
        if self.descend(stmt.span()) {
            self.stmt_within(stmt, out);
        }
        self.depth -= 1;
    }

    fn stmt_within(&mut self, stmt: &ast::Stmt, out: &mut Vec<Stmt>) {
        use ast::Stmt as S;
        match stmt {
            S::Expr(item) => {
                let expr = self.expr(&item.expr);
                out.push(Stmt::Expr(expr));
            }
            S::Decl(decl) => self.decl(decl, out),
            S::Return(item) => {
                let value = item.arg.as_ref().map(|value| self.expr(value));
                out.push(Stmt::Return(value));
            }
            S::Throw(item) => {
                let value = self.expr(&item.arg);
                out.push(Stmt::Throw(value));
            }
            S::If(item) => {
                let test = self.expr(&item.test);
                let then = self.conditional(|lower| lower.one(&item.cons));
                let otherwise = item.alt.as_ref().map(|stmt| self.conditional(|lower| lower.one(stmt)));
                let otherwise = otherwise.unwrap_or_default();
                out.push(Stmt::If { test, then, otherwise });
            }
            S::Block(block) => {
                let inner = self.block(&block.stmts);
                out.push(Stmt::Block(inner));
            }
            S::Labeled(item) => {
                let inner = self.one(&item.body);
                out.push(Stmt::Block(inner));
            }
            S::With(item) => {
                let object = self.expr(&item.obj);
                out.push(Stmt::Expr(object));
                let inner = self.one(&item.body);
                out.push(Stmt::Block(inner));
            }
            S::While(item) => {
                let test = Some(self.expr(&item.test));
                let first = self.script.vars.len();
                let body = self.one(&item.body);
                let own = self.kept_since(first);
                out.push(Stmt::Loop { test, update: None, body, at_least_once: false, own });
            }
            S::DoWhile(item) => {
                let test = Some(self.expr(&item.test));
                let first = self.script.vars.len();
                let body = self.one(&item.body);
                let own = self.kept_since(first);
                out.push(Stmt::Loop { test, update: None, body, at_least_once: true, own });
            }
            S::For(item) => self.for_loop(item, out),
            S::ForIn(item) => self.for_each(&item.left, &item.right, &item.body, false, out),
            S::ForOf(item) => self.for_each(&item.left, &item.right, &item.body, true, out),
            S::Switch(item) => self.switch(item, out),
            S::Try(item) => self.try_catch(item, out),
            S::Break(_) => out.push(Stmt::Jump { on: false }),
            S::Continue(_) => out.push(Stmt::Jump { on: true }),
            S::Empty(_) | S::Debugger(_) => {}
        }
    }

    pub(super) fn decl(&mut self, decl: &ast::Decl, out: &mut Vec<Stmt>) {
        match decl {
            ast::Decl::Var(var) => self.declarators(&var.decls, out),
            ast::Decl::Using(using) => self.declarators(&using.decls, out),
            ast::Decl::Fn(function) => {
                let var = self.declare(&function.ident.sym);
                let name = Some(self.name(&function.ident.sym));
                let id = self.function(name, &function.function);
                let owner = self.current();
                self.script.functions[owner as usize].hoisted.push((var, id));
            }
            ast::Decl::Class(class) => {
                let name = Some(self.name(&class.ident.sym));
                let target = self.resolve_target(&class.ident.sym);
                let value = self.class(name, &class.class);
                let stmt = self.init(target, value, class.class.span);
                out.push(stmt);
            }
            ast::Decl::TsEnum(item) if !item.declare => {
                let target = self.resolve_target(&item.id.sym);
                let value = self.ts_enum(item);
                let stmt = self.init(target, value, item.span);
                out.push(stmt);
            }
            ast::Decl::TsModule(item) => self.namespace(item, None, out),
            _ => {}
        }
    }

    fn declarators(&mut self, decls: &[ast::VarDeclarator], out: &mut Vec<Stmt>) {
        for decl in decls {
            let hint = decl.name.as_ident().map(|ident| self.name(&ident.id.sym));
            let Some(init) = &decl.init else {
                self.mark_bare(&decl.name);
                continue;
            };
            let value = self.named(hint, init);
            let target = self.pattern(&decl.name);
            let stmt = self.init(target, value, decl.span);
            out.push(stmt);
        }
    }

    fn mark_bare(&mut self, name: &ast::Pat) {
        if let ast::Pat::Ident(ident) = name
            && let Pattern::Var(var) = self.resolve_target(&ident.id.sym)
        {
            self.script.vars[var as usize].bare = true;
        }
    }

    fn for_loop(&mut self, item: &ast::ForStmt, out: &mut Vec<Stmt>) {
        let first = self.script.vars.len();
        self.open_scope();
        match &item.init {
            Some(ast::VarDeclOrExpr::VarDecl(var)) => {
                if var.kind != ast::VarDeclKind::Var {
                    var.decls.iter().for_each(|decl| self.declare_pattern(&decl.name));
                }
                self.declarators(&var.decls, out);
            }
            Some(ast::VarDeclOrExpr::Expr(expr)) => {
                let expr = self.expr(expr);
                out.push(Stmt::Expr(expr));
            }
            None => {}
        }
        let test = item.test.as_ref().map(|test| self.expr(test));
        let update = item.update.as_ref().map(|update| self.expr(update));
        let body = self.one(&item.body);
        self.close_scope();
        let own = self.kept_since(first);
        out.push(Stmt::Loop { test, update, body, at_least_once: false, own });
    }

    fn for_each(
        &mut self,
        left: &ast::ForHead,
        right: &ast::Expr,
        body: &ast::Stmt,
        values: bool,
        out: &mut Vec<Stmt>,
    ) {
        let iterable = self.expr(right);
        let first = self.script.vars.len();
        self.open_scope();
        let target = match left {
            ast::ForHead::VarDecl(var) => self.head_target(var.kind == ast::VarDeclKind::Var, &var.decls),
            ast::ForHead::UsingDecl(using) => self.head_target(false, &using.decls),
            ast::ForHead::Pat(pattern) => self.pattern(pattern),
        };
        let body = self.one(body);
        self.close_scope();
        let own = self.kept_since(first);
        out.push(Stmt::ForEach { target, iterable, values, body, own });
    }

    /// The variables of the current function that were declared since, and that functions inside it keep.
    fn kept_since(&self, first: usize) -> Vec<u32> {
        let owner = self.current();
        let kept = self.script.vars[first..].iter().enumerate().filter(|(_, var)| var.owner == owner && var.captured);
        kept.map(|(at, _)| (first + at) as u32).collect()
    }

    fn head_target(&mut self, is_var: bool, decls: &[ast::VarDeclarator]) -> Pattern {
        let Some(decl) = decls.first() else { return Pattern::Array(Vec::new(), false) };
        if !is_var {
            self.declare_pattern(&decl.name);
        }
        self.pattern(&decl.name)
    }

    fn switch(&mut self, item: &ast::SwitchStmt, out: &mut Vec<Stmt>) {
        let on = self.expr(&item.discriminant);
        self.open_scope();
        item.cases.iter().flat_map(|case| &case.cons).for_each(|stmt| self.declare_lexical(stmt));
        let mut cases = Vec::new();
        for case in &item.cases {
            let test = case.test.as_ref().map(|test| self.expr(test));
            cases.push((test, self.stmts(&case.cons)));
        }
        self.close_scope();
        out.push(Stmt::Switch { on, cases });
    }

    fn try_catch(&mut self, item: &ast::TryStmt, out: &mut Vec<Stmt>) {
        let body = self.block(&item.block.stmts);
        let catch = item.handler.as_ref().map(|handler| {
            self.open_scope();
            let param = handler.param.as_ref().map(|param| {
                self.declare_pattern(param);
                self.pattern(param)
            });
            let body = self.block(&handler.body.stmts);
            self.close_scope();
            (param, body)
        });
        let finally = item.finalizer.as_ref().map(|block| self.block(&block.stmts)).unwrap_or_default();
        out.push(Stmt::Try { body, catch, finally });
    }

    /// Lowers a `function`.
    pub(super) fn function(&mut self, name: Option<Name>, function: &ast::Function) -> FnId {
        self.make_function(Parts {
            name,
            span: function.span,
            params: function.params.iter().map(|param| &param.pat).collect(),
            arrow: false,
            is_async: function.is_async,
            generator: function.is_generator,
            body: FnBody::Stmts(function.body.as_ref().map_or(&[], |body| &body.stmts)),
        })
    }

    /// Lowers any function; the parameters' and body's names live in one scope.
    pub(super) fn make_function(&mut self, parts: Parts<'_>) -> FnId {
        let (id, params) = self.open_function(&parts);
        if let FnBody::Stmts(stmts) = &parts.body {
            self.declare_function_scope(&parts.params, stmts.iter());
        } else {
            parts.params.iter().for_each(|param| self.declare_pattern(param));
        }
        let lowered = params.iter().map(|param| self.pattern(param)).collect();
        self.script.functions[id as usize].params = lowered;
        let body = match &parts.body {
            FnBody::Stmts(stmts) => self.stmts(stmts),
            FnBody::Expr(expr) => {
                let value = self.expr(expr);
                vec![Stmt::Return(Some(value))]
            }
        };
        self.close_function(id, body);
        id
    }

    /// Begins a function; the parameters come back with a rest parameter unwrapped.
    fn open_function<'a>(&mut self, parts: &Parts<'a>) -> (FnId, Vec<&'a ast::Pat>) {
        let id = self.script.functions.len() as FnId;
        let mut params = parts.params.clone();
        let mut rest = false;
        if let Some(ast::Pat::Rest(last)) = params.last().copied() {
            params.pop();
            params.push(&last.arg);
            rest = true;
        }
        let function = Function {
            name: parts.name,
            span: self.span(parts.span),
            parent: self.current(),
            rest,
            arrow: parts.arrow,
            is_async: parts.is_async,
            generator: parts.generator,
            ..Function::default()
        };
        self.script.functions.push(function);
        self.functions.push(id);
        self.open_scope();
        (id, params)
    }

    fn close_function(&mut self, id: FnId, body: Vec<Stmt>) {
        self.script.functions[id as usize].body = body;
        self.close_scope();
        self.functions.pop();
    }

    /// Runs `make` inside a new function without parameters that is written nowhere: field initialisers.
    pub(super) fn synthetic(&mut self, span: swc_common::Span, make: impl FnOnce(&mut Lower) -> Vec<Stmt>) -> FnId {
        let parts = Parts {
            name: None,
            span,
            params: Vec::new(),
            arrow: false,
            is_async: false,
            generator: false,
            body: FnBody::Stmts(&[]),
        };
        let (id, _) = self.open_function(&parts);
        let body = make(self);
        self.close_function(id, body);
        id
    }

    /// `function name() {}` as an expression: its own name is a variable of a scope around it.
    pub(super) fn function_expr(&mut self, hint: Option<Name>, item: &ast::FnExpr) -> Expr {
        let Some(ident) = &item.ident else { return Expr::Function(self.function(hint, &item.function)) };
        self.open_scope();
        let var = self.declare(&ident.sym);
        let name = Some(self.name(&ident.sym));
        let id = self.function(name, &item.function);
        self.close_scope();
        let function = self.push(Expr::Function(id), item.function.span());
        Expr::Assign { target: Box::new(Pattern::Var(var)), how: crate::facts::script::Assign::Init, value: function }
    }
}
