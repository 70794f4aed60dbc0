//! In: a module with a part that is `<script setup>`. Out: the module with that part as the `setup` of a component, as the framework's
//! compiler would have it. Never lowers anything.

use super::names::declared;
use crate::text::Span;
use swc_common::{BytePos, DUMMY_SP, Spanned, SyntaxContext};
use swc_ecma_ast as ast;

/// The parameters of `setup`.
const SETUP: [&str; 2] = ["__props", "__context"];

/// Puts what stands in `<script setup>` into a `setup` of a component, which gives back all names it declares.
pub(super) fn wrap(module: &mut ast::Module, setup: Span, text: &str) {
    let inside = |span: swc_common::Span| {
        let at = span.lo.0.saturating_sub(1);
        at >= setup.start && at < setup.end
    };
    let (mut outer, mut inner, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for item in std::mem::take(&mut module.body) {
        match item {
            ast::ModuleItem::Stmt(stmt) if inside(stmt.span()) => {
                names.extend(stmt.as_decl().into_iter().flat_map(declared));
                inner.push(stmt);
            }
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::Import(import)) if inside(import.span) => {
                if !import.type_only {
                    names.extend(import.specifiers.iter().map(|one| one.local().sym.clone()));
                }
                outer.push(ast::ModuleDecl::Import(import).into());
            }
            item => outer.push(item),
        }
    }
    let mut macros = Macros::default();
    inner.iter_mut().for_each(|stmt| macros.statement(stmt));
    let mut props: Vec<ast::PropOrSpread> = Vec::new();
    for (key, value) in [("props", macros.props), ("propDefaults", macros.defaults)] {
        props.extend(value.map(|value| property(key, value)));
    }
    let back = names.iter().map(shorthand).collect();
    let back = ast::Expr::Object(ast::ObjectLit { span: DUMMY_SP, props: back });
    inner.push(ast::Stmt::Return(ast::ReturnStmt { span: DUMMY_SP, arg: Some(Box::new(back)) }));
    let mut finder = Awaits(false);
    inner.iter().for_each(|stmt| finder.statement(stmt, text));
    let span = swc_common::Span::new(BytePos(setup.start + 1), BytePos(setup.end + 1));
    let function = ast::Function {
        params: SETUP.map(|name| parameter(&name.into())).to_vec(),
        span,
        body: Some(ast::FunctionBody { span, stmts: inner }),
        is_async: finder.0,
        ..Default::default()
    };
    let function = ast::FnExpr { ident: None, function: Box::new(function) };
    props.push(property("setup", Box::new(ast::Expr::Fn(function))));
    let options = ast::Expr::Object(ast::ObjectLit { span: DUMMY_SP, props });
    let export = ast::ExportDefaultExpr { span: DUMMY_SP, expr: Box::new(options) };
    outer.push(ast::ModuleDecl::ExportDefaultExpr(export).into());
    module.body = outer;
}

fn ident(name: &swc_atoms::Atom) -> ast::Ident {
    ast::Ident::new(name.clone(), DUMMY_SP, SyntaxContext::empty())
}

fn parameter(name: &swc_atoms::Atom) -> ast::Param {
    ast::Param { span: DUMMY_SP, decorators: Vec::new(), pat: ast::Pat::Ident(ident(name).into()) }
}

fn shorthand(name: &swc_atoms::Atom) -> ast::PropOrSpread {
    ast::PropOrSpread::Prop(Box::new(ast::Prop::Shorthand(ident(name))))
}

fn property(key: &str, value: Box<ast::Expr>) -> ast::PropOrSpread {
    let key = ast::PropName::Ident(ast::IdentName::new(key.into(), DUMMY_SP));
    ast::PropOrSpread::Prop(Box::new(ast::Prop::KeyValue(ast::KeyValueProp { key, value })))
}

/// Calls that the compiler of `<script setup>` replaces.
#[derive(Default)]
struct Macros {
    props: Option<Box<ast::Expr>>,
    defaults: Option<Box<ast::Expr>>,
}

impl Macros {
    fn statement(&mut self, stmt: &mut ast::Stmt) {
        match stmt {
            ast::Stmt::Expr(stmt) => self.expression(&mut stmt.expr),
            ast::Stmt::Decl(ast::Decl::Var(var)) => {
                var.decls.iter_mut().filter_map(|decl| decl.init.as_mut()).for_each(|init| self.expression(init));
            }
            _ => {}
        }
    }

    fn expression(&mut self, expr: &mut Box<ast::Expr>) {
        let ast::Expr::Call(call) = &mut **expr else { return };
        let ast::Callee::Expr(callee) = &call.callee else { return };
        let Some(name) = callee.as_ident().map(|ident| ident.sym.clone()) else { return };
        let context = || Box::new(ast::Expr::Ident(ident(&SETUP[1].into())));
        let member = |name: &str| {
            let prop = ast::MemberProp::Ident(ast::IdentName::new(name.into(), DUMMY_SP));
            Box::new(ast::Expr::Member(ast::MemberExpr { span: DUMMY_SP, obj: context(), prop }))
        };
        match name.as_str() {
            "defineProps" => {
                self.props = call.args.first().map(|arg| arg.expr.clone());
                **expr = ast::Expr::Ident(ident(&SETUP[0].into()));
            }
            "withDefaults" => {
                let mut props = match call.args.first() {
                    Some(arg) => arg.expr.clone(),
                    None => return,
                };
                self.defaults = call.args.get(1).map(|arg| arg.expr.clone());
                self.expression(&mut props);
                *expr = props;
            }
            "defineEmits" => *expr = member("emit"),
            "defineExpose" => call.callee = ast::Callee::Expr(member("expose")),
            "defineOptions" | "defineSlots" => **expr = *ast::Expr::undefined(DUMMY_SP),
            _ => {}
        }
    }
}

/// Whether statements await something outside of functions.
struct Awaits(bool);

impl Awaits {
    fn statement(&mut self, stmt: &ast::Stmt, text: &str) {
        // Only what waits at the top matters, and only for how errors travel: a declaration or a call.
        let span = stmt.span();
        let (from, to) = (span.lo.0.saturating_sub(1) as usize, span.hi.0.saturating_sub(1) as usize);
        let is_function = matches!(stmt, ast::Stmt::Decl(ast::Decl::Fn(_) | ast::Decl::Class(_)));
        let code = text.get(from..to).unwrap_or("");
        let at_top =
            code.find("await ").is_some_and(|at| !code[..at].contains("=>") && !code[..at].contains("function"));
        self.0 |= !is_function && at_top;
    }
}
