//! In: the script of a component of several blocks, and the pieces of code in its markup. Out: one script whose default export is
//! the component: `<script setup>` becomes its `setup`, each piece a function of its own. Never reads markup.

use super::{Lower, guard, module_in_any_dialect, parse, setup, syntax, whole};
use crate::facts::script::{Exported, Expr, FnId, Import, Script};
use crate::facts::{Directive, Problem};
use crate::text::Span;
use swc_common::comments::SingleThreadedComments;
use swc_ecma_ast as ast;

/// A component's code.
pub struct Code<'a> {
    /// The whole file.
    pub text: &'a str,
    /// The same with spaces for all that is no script.
    pub scripts: &'a str,
    /// TypeScript.
    pub typescript: bool,
    /// Where `<script setup>` is.
    pub setup: Option<Span>,
    /// The file whose default export the component is (`<script src>`).
    pub elsewhere: Option<&'a str>,
    /// Code in the markup.
    pub pieces: &'a [Piece],
}

/// A statement or an expression in the markup, run with the component as `this`.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its place.
    pub span: Span,
    /// Names that the markup gives values.
    pub locals: Vec<String>,
    /// It is the path of a function.
    pub path: bool,
}

/// What the code says.
#[derive(Default)]
pub struct Read {
    /// `None` when it cannot be read.
    pub script: Option<Script>,
    /// The function of each piece, where it can be read.
    pub pieces: Vec<Option<FnId>>,
    /// Components that the markup may name: name, specifier and its place.
    pub components: Vec<(String, String, Span)>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Comments to this tool.
    pub directives: Vec<Directive>,
}

/// What a piece of code is handed first.
const EVENT: &str = "$event";
/// Reads a component's code.
pub fn component(code: &Code<'_>) -> Read {
    let mut read = Read::default();
    if let Err(problem) = guard::nesting(code.scripts) {
        read.problems.push(problem);
        return read;
    }
    let comments = code.scripts.contains(super::DIRECTIVE).then(SingleThreadedComments::default);
    let mut module = match module_in_any_dialect(code.scripts, code.typescript, comments.as_ref()) {
        Ok(module) => module,
        Err(problem) => {
            read.problems.push(problem);
            return read;
        }
    };
    read.components = components(&module, code);
    if let Some(setup) = code.setup {
        setup::wrap(&mut module, setup, code.text);
    }
    let mut lower = Lower::new(code.text, whole(code.text), 0);
    lower.enter_file();
    lower.script.is_module = true;
    lower.script.functions[0].body = lower.module(&module);
    lower.script.functions[0].span = lower.span(module.span);
    if let Some(source) = code.elsewhere {
        let source = lower.text_name(source);
        let default = lower.text_name("default");
        lower.script.imports.push(Import { source, span: Span::default(), types_only: false });
        let import = lower.script.imports.len() as u32 - 1;
        lower.script.exports.push((default, Exported::Imported(import, default)));
    }
    lower.scopes.clear();
    lower.open_scope();
    lower.bound = true;
    read.pieces = code.pieces.iter().map(|piece| lower.piece(code.text, piece)).collect();
    read.script = Some(lower.script);
    read.directives = comments.map(|comments| super::directives(code.text, comments)).unwrap_or_default();
    read
}

impl Lower<'_> {
    /// The function of a piece of code: what it is handed, and the names that the markup gives values, are its parameters.
    fn piece(&mut self, text: &str, piece: &Piece) -> Option<FnId> {
        let inside = piece.span.of(text);
        guard::nesting(inside).ok()?;
        let locals = piece.locals.iter().filter(|local| *local != EVENT).map(String::as_str);
        let params = std::iter::once(EVENT).chain(locals).collect::<Vec<_>>().join(",");
        let is_function = |program: &ast::Program| {
            let expr = expression_of(program);
            matches!(expr, Some(ast::Expr::Arrow(_) | ast::Expr::Fn(_)))
        };
        let alone = format!("({inside}\n)");
        let whole_expression = attempt(&alone);
        let shapes: &[(&str, &str)] = match &whole_expression {
            Some(program) if piece.path || is_function(program) => &[("{return(", "\n)($event)}")],
            Some(_) => &[("{return(", "\n)}")],
            None => &[("{", "\n}")],
        };
        shapes.iter().flat_map(|shape| [("(function(", shape), ("(async function(", shape)]).find_map(
            |(begin, (open, close))| {
                let prefix = format!("{begin}{params}){open}");
                let program = attempt(&format!("{prefix}{inside}{close})"))?;
                self.offset = i64::from(piece.span.start) - prefix.len() as i64;
                self.within = piece.span;
                let Some(ast::Expr::Fn(function)) = expression_of(&program) else { return None };
                let name = self.text_name(inside.trim());
                Some(self.function(Some(name), &function.function))
            },
        )
    }

    /// What a name that nothing declares stands for in the markup: a member of the component.
    pub(super) fn member_of_component(&mut self, name: &swc_atoms::Atom) -> Option<Expr> {
        if !self.bound || OF_LANGUAGE.contains(&name.as_str()) {
            return None;
        }
        self.touch_this();
        let this = self.push_at(Expr::This, self.within);
        Some(Expr::Member { object: this, name: self.name(name), optional: false })
    }
}

/// Names of the language that markup may use.
const OF_LANGUAGE: [&str; 25] = [
    "Array",
    "BigInt",
    "Boolean",
    "Date",
    "Error",
    "Infinity",
    "Intl",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "RegExp",
    "Set",
    "String",
    "Symbol",
    "arguments",
    "console",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
    "undefined",
];

fn attempt(text: &str) -> Option<ast::Program> {
    parse(text, syntax(false, false), None).or_else(|_| parse(text, syntax(true, false), None)).ok()
}

/// The expression that a program is, without parentheses.
fn expression_of(program: &ast::Program) -> Option<&ast::Expr> {
    let [statement] = (match program {
        ast::Program::Script(script) => script.body.as_slice(),
        ast::Program::Module(_) => return None,
    }) else {
        return None;
    };
    let expr = &*statement.as_expr()?.expr;
    Some(expr.as_paren().map_or(expr, |paren| &paren.expr))
}

/// The components that markup may name: what `components` lists, or in `<script setup>` whatever is imported.
fn components(module: &ast::Module, code: &Code<'_>) -> Vec<(String, String, Span)> {
    let mut imported: Vec<(swc_atoms::Atom, String, Span)> = Vec::new();
    let lower = Lower::new(code.text, whole(code.text), 0);
    for item in &module.body {
        let Some(ast::ModuleDecl::Import(import)) = item.as_module_decl() else { continue };
        let source = import.src.value.to_string_lossy().into_owned();
        imported.extend(
            import.specifiers.iter().map(|one| (one.local().sym.clone(), source.clone(), lower.span(import.src.span))),
        );
    }
    if code.setup.is_some() {
        return imported.into_iter().map(|(local, source, span)| (local.to_string(), source, span)).collect();
    }
    let mut found = Vec::new();
    let default = module.body.iter().find_map(|item| match item.as_module_decl()? {
        ast::ModuleDecl::ExportDefaultExpr(export) => Some(&*export.expr),
        _ => None,
    });
    let listed = default.and_then(options_of).and_then(|options| value_of(options, "components"));
    let source_of = |name: &swc_atoms::Atom| imported.iter().find(|(local, ..)| local == name);
    for prop in listed.and_then(|value| value.as_object()).into_iter().flat_map(|object| &object.props) {
        let Some(prop) = prop.as_prop() else { continue };
        let (name, source) = match &**prop {
            ast::Prop::Shorthand(ident) => (ident.sym.to_string(), source_of(&ident.sym)),
            ast::Prop::KeyValue(pair) => {
                let Some(name) = key_of(&pair.key) else { continue };
                if let Some((source, span)) = loaded(&pair.value) {
                    found.push((name, source, lower.span(span)));
                    continue;
                }
                (name, pair.value.as_ident().and_then(|ident| source_of(&ident.sym)))
            }
            _ => continue,
        };
        found.extend(source.map(|(_, source, span)| (name, source.clone(), *span)));
    }
    found
}

/// The options among what a component is made with: `{…}`, `defineComponent({…})`.
fn options_of(expr: &ast::Expr) -> Option<&ast::ObjectLit> {
    match expr {
        ast::Expr::Object(object) => Some(object),
        ast::Expr::Call(call) => call.args.first().and_then(|arg| options_of(&arg.expr)),
        ast::Expr::Paren(paren) => options_of(&paren.expr),
        ast::Expr::TsAs(inner) => options_of(&inner.expr),
        _ => None,
    }
}

fn key_of(key: &ast::PropName) -> Option<String> {
    match key {
        ast::PropName::Ident(ident) => Some(ident.sym.to_string()),
        ast::PropName::Str(text) => Some(text.value.to_string_lossy().into_owned()),
        _ => None,
    }
}

fn value_of<'a>(object: &'a ast::ObjectLit, name: &str) -> Option<&'a ast::Expr> {
    object.props.iter().find_map(|prop| match &**prop.as_prop()? {
        ast::Prop::KeyValue(pair) if key_of(&pair.key).as_deref() == Some(name) => Some(&*pair.value),
        _ => None,
    })
}

/// The module of `() => import("x")`.
fn loaded(expr: &ast::Expr) -> Option<(String, swc_common::Span)> {
    let body = match expr {
        ast::Expr::Arrow(arrow) => match &*arrow.body {
            ast::ArrowFunctionBody::Expr(expr) => expr,
            ast::ArrowFunctionBody::FunctionBody(block) => block.stmts.iter().find_map(|stmt| match stmt {
                ast::Stmt::Return(stmt) => stmt.arg.as_ref(),
                _ => None,
            })?,
        },
        _ => return None,
    };
    let call = body.as_call().filter(|call| matches!(call.callee, ast::Callee::Import(_)))?;
    let ast::Expr::Lit(ast::Lit::Str(text)) = &*call.args.first()?.expr else { return None };
    Some((text.value.to_string_lossy().into_owned(), text.span))
}
