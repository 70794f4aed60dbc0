//! In: a script's text. Out: its functions, lowered. The only module (with its parts) that names swc: swc positions are
//! 1-based and global, ours are byte offsets from 0, and the change happens here.

mod classes;
pub mod component;
mod exprs;
mod guard;
pub mod jsx;
mod modules;
mod names;
mod namespaces;
mod patterns;
mod scopes;
mod setup;
mod stmts;

use crate::facts::script::{Assign, Body, Expr, ExprId, FnId, Function, Name, Pattern, Script, Snippet, Stmt, VarId};
use crate::facts::{Directive, Problem};
use crate::message::Message;
use crate::text::Span;
use rustc_hash::FxHashMap;
use swc_common::comments::SingleThreadedComments;
use swc_common::{BytePos, Spanned};
use swc_ecma_ast as ast;
use swc_ecma_parser::{EsSyntax, Lexer, Parser, StringInput, Syntax, TsSyntax};

/// How deep expressions and statements may nest before the rest is left out of the facts.
const MAX_DEPTH: u32 = 1_500;
/// The beginning of a comment addressed to this tool.
const DIRECTIVE: &str = "consentry-";

/// Reads a script. `typescript` tells which grammar is tried first; the other one is tried when it does not fit.
///
/// Returns the functions (`None` when the text is no script at all), what is wrong with it, and the comments addressed to
/// this tool.
pub fn read(text: &str, typescript: bool) -> (Option<Script>, Vec<Problem>, Vec<Directive>) {
    if let Err(problem) = guard::nesting(text) {
        return (None, vec![problem], Vec::new());
    }
    let comments = text.contains(DIRECTIVE).then(SingleThreadedComments::default);
    let markup = !guard::has_member_of_namespace(text);
    let first = parse(text, syntax(typescript, markup), comments.as_ref());
    let (program, problems) = match first {
        Ok(program) => (Some(program), Vec::new()),
        Err(problem) => match parse(text, syntax(!typescript, markup), None) {
            Ok(program) => (Some(program), Vec::new()),
            Err(_) => match parse(text, Syntax::Typescript(TsSyntax { decorators: true, ..TsSyntax::default() }), None)
            {
                Ok(program) => (Some(program), Vec::new()),
                Err(_) => (None, vec![problem]),
            },
        },
    };
    let (script, cut) = program.map(|program| Lower::new(text, whole(text), 0).program(&program)).unzip();
    let deep = |span| {
        let message = Message::new("problem-deep");
        Problem { span, message, fatal: false }
    };
    let problems = problems.into_iter().chain(cut.flatten().map(deep)).collect();
    (script, problems, comments.map(|comments| directives(text, comments)).unwrap_or_default())
}

/// The expression at `span` of `text` (the inside of `{{ }}`, where `a: b` lists stand for an object);
/// `None` when it is no expression. Places in the result are bytes of `text`.
pub fn expression(text: &str, span: Span) -> Option<Snippet> {
    let inside = span.of(text);
    if let Some(snippet) = simple_path(inside, span) {
        return Some(snippet);
    }
    if inside.trim().is_empty() {
        return None;
    }
    guard::nesting(inside).ok()?;
    let source = format!("({inside}\n)");
    let (program, shift) = match parse(&source, syntax(false, false), None) {
        Ok(program) => (program, 1),
        Err(_) => (parse(&format!("({{{inside}\n}})"), syntax(false, false), None).ok()?, 2),
    };
    let mut lower = Lower::new(text, span, i64::from(span.start) - shift);
    lower.enter_file();
    let statement = match &program {
        ast::Program::Script(script) => script.body.first()?,
        ast::Program::Module(module) => module.body.first()?.as_stmt()?,
    };
    let whole = &*statement.as_expr()?.expr;
    let root = lower.expr(whole.as_paren().map_or(whole, |paren| &paren.expr));
    Some(Snippet { body: lower.script.body, root })
}

/// Names and dots alone, by far the most common inside of `{{ }}`, without a parser.
fn simple_path(inside: &str, span: Span) -> Option<Snippet> {
    let path = inside.trim();
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$')
    };
    if !path.split('.').all(word) {
        return None;
    }
    let start = span.start as usize + (inside.len() - inside.trim_start().len());
    let mut body = Body::default();
    let mut end = start;
    for (index, part) in path.split('.').enumerate() {
        end += part.len() + usize::from(index > 0);
        let name = body.names.iter().position(|known| **known == *part).unwrap_or_else(|| {
            body.names.push(part.into());
            body.names.len() - 1
        }) as Name;
        let expr = match (index, part) {
            (0, "true") => Expr::Bool(true),
            (0, "false") => Expr::Bool(false),
            (0, "null") => Expr::Null,
            (0, "undefined") => Expr::Undefined,
            (0, "this") => Expr::This,
            (0, _) => Expr::Global(name),
            _ => Expr::Member { object: index as ExprId - 1, name, optional: false },
        };
        body.exprs.push(expr);
        body.spans.push(Span::new(start, end));
    }
    let root = body.exprs.len() as ExprId - 1;
    Some(Snippet { body, root })
}

fn syntax(typescript: bool, markup: bool) -> Syntax {
    if typescript {
        return Syntax::Typescript(TsSyntax { tsx: markup, decorators: true, ..TsSyntax::default() });
    }
    Syntax::Es(EsSyntax {
        jsx: markup,
        decorators: true,
        decorators_before_export: true,
        export_default_from: true,
        import_attributes: true,
        allow_return_outside_function: true,
        allow_super_outside_method: true,
        auto_accessors: true,
        explicit_resource_management: true,
        ..EsSyntax::default()
    })
}

/// One attempt with one grammar; recoverable errors are accepted, for the tree is whole.
/// A text as a module, whichever dialect takes it: first the one its name says, then the others, without comments. Namespaces of
/// types that have members cannot be told from markup.
fn module_in_any_dialect(
    text: &str,
    typescript: bool,
    comments: Option<&SingleThreadedComments>,
) -> Result<ast::Module, Problem> {
    let markup = !guard::has_member_of_namespace(text);
    let parsed = parse(text, syntax(typescript, markup), comments).or_else(|problem| {
        let attempts = [syntax(!typescript, markup), syntax(true, false)];
        attempts.into_iter().find_map(|syntax| parse(text, syntax, None).ok()).ok_or(problem)
    });
    parsed.map(|program| match program {
        ast::Program::Module(module) => module,
        ast::Program::Script(script) => {
            let body = script.body.into_iter().map(ast::ModuleItem::Stmt).collect();
            ast::Module { span: script.span, body, shebang: None }
        }
    })
}

fn parse(text: &str, syntax: Syntax, comments: Option<&SingleThreadedComments>) -> Result<ast::Program, Problem> {
    let input = StringInput::new(text, BytePos(1), BytePos(1 + text.len() as u32));
    let comments = comments.map(|comments| comments as &dyn swc_common::comments::Comments);
    let lexer = Lexer::new(syntax, ast::EsVersion::latest(), input, comments);
    let mut parser = Parser::new_from(lexer);
    parser.parse_program().map_err(|error| {
        let span = own_span(error.span(), 0, text, whole(text));
        let message = error.kind().msg().trim_end_matches('.').to_string();
        Problem { span, message: Message::new("problem-script").with("reason", uncapitalised(&message)), fatal: true }
    })
}

fn uncapitalised(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn whole(text: &str) -> Span {
    Span::new(0, text.len())
}

/// Our span for swc's: 0-based and shifted by `offset` bytes, between characters of `text` (swc miscounts behind some that it
/// takes for white space), and in the part `within` (what was put around an expression is not there).
fn own_span(span: swc_common::Span, offset: i64, text: &str, within: Span) -> Span {
    let at = |position: BytePos| {
        let at = i64::from(position.0) - 1 + offset;
        let mut at = at.clamp(i64::from(within.start), i64::from(within.end)) as usize;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    Span::new(at(span.lo), at(span.hi))
}

fn directives(text: &str, comments: SingleThreadedComments) -> Vec<Directive> {
    let (leading, trailing) = comments.take_all();
    let mut found = Vec::new();
    for comment in leading.borrow().values().chain(trailing.borrow().values()).flatten() {
        let span = own_span(comment.span, 0, text, whole(text));
        let body = comment.text.trim().trim_start_matches('*').trim();
        if body.starts_with(DIRECTIVE) && !span.of(text).is_empty() {
            found.push(Directive { span, text: body.to_string() });
        }
    }
    found.sort_by_key(|directive| directive.span);
    found.dedup();
    found
}

/// The state of lowering one file.
struct Lower<'t> {
    text: &'t str,
    /// The part of the text that is read.
    within: Span,
    script: Script,
    names: FxHashMap<swc_atoms::Atom, Name>,
    scopes: Vec<scopes::Scope>,
    /// What the namespaces so far export, by their variables.
    namespaces: FxHashMap<VarId, namespaces::Exports>,
    /// The functions being lowered, innermost last.
    functions: Vec<FnId>,
    depth: u32,
    /// The first place that lies too deep to be lowered.
    cut: Option<Span>,
    offset: i64,
    /// Names that nothing declares are members of `this`: the code stands in a component's markup.
    bound: bool,
    /// Markup in the code, where it is gathered.
    building: Option<jsx::Building>,
}

impl Lower<'_> {
    fn new(text: &str, within: Span, offset: i64) -> Lower<'_> {
        Lower {
            text,
            within,
            script: Script::default(),
            names: FxHashMap::default(),
            scopes: Vec::new(),
            namespaces: FxHashMap::default(),
            functions: Vec::new(),
            depth: 0,
            cut: None,
            offset,
            bound: false,
            building: None,
        }
    }

    /// Opens function 0, the file itself.
    fn enter_file(&mut self) {
        // Nearly every script has an expression for that many bytes.
        let expressions = (self.within.end - self.within.start) as usize / 24;
        self.script.body.exprs.reserve(expressions);
        self.script.body.spans.reserve(expressions);
        self.script.functions.push(Function::default());
        self.functions.push(0);
        self.open_scope();
        // What is called before any expression is evaluated (an accessor, by a parameter that takes its object apart) has its
        // place here.
        let start = Span { end: self.within.start, ..self.within };
        self.push_at(Expr::Undefined, start);
    }

    /// The script, and the first place of it that lies too deep.
    fn program(mut self, program: &ast::Program) -> (Script, Option<Span>) {
        self.enter_file();
        let body = match program {
            ast::Program::Script(script) => {
                self.declare_function_scope(&[], script.body.iter());
                self.stmts(&script.body)
            }
            ast::Program::Module(module) => {
                self.script.is_module = true;
                self.module(module)
            }
        };
        self.script.functions[0].span = self.span(program.span());
        self.script.functions[0].body = body;
        (self.script, self.cut)
    }

    /// Goes one level down; false when that is too deep, which is noted.
    fn descend(&mut self, span: swc_common::Span) -> bool {
        self.depth += 1;
        if self.depth >= MAX_DEPTH && self.cut.is_none() {
            self.cut = Some(self.span(span));
        }
        self.depth < MAX_DEPTH
    }

    fn span(&self, span: swc_common::Span) -> Span {
        own_span(span, self.offset, self.text, self.within)
    }

    fn push(&mut self, expr: Expr, span: swc_common::Span) -> ExprId {
        let span = self.span(span);
        self.push_at(expr, span)
    }

    fn push_at(&mut self, expr: Expr, span: Span) -> ExprId {
        self.script.body.exprs.push(expr);
        self.script.body.spans.push(span);
        self.script.body.exprs.len() as ExprId - 1
    }

    fn name(&mut self, atom: &swc_atoms::Atom) -> Name {
        if let Some(name) = self.names.get(atom) {
            return *name;
        }
        let name = self.script.body.names.len() as Name;
        self.script.body.names.push(atom.as_str().into());
        self.names.insert(atom.clone(), name);
        name
    }

    fn text_name(&mut self, text: &str) -> Name {
        self.name(&text.into())
    }

    /// The function being lowered.
    fn current(&self) -> FnId {
        *self.functions.last().expect("lowering happens inside the file's function")
    }

    fn init(&mut self, target: Pattern, value: ExprId, span: swc_common::Span) -> Stmt {
        Stmt::Expr(self.push(Expr::Assign { target: Box::new(target), how: Assign::Init, value }, span))
    }
}

#[cfg(test)]
mod tests;
