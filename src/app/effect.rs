//! In: code that runs after a failure. Out: whether a user can notice anything of it. Never judges whether it helps.

use super::flow::{Handler, Reach, Start};
use super::{App, syntax};
use crate::analyse::CtxId;
use crate::analyse::record::Site;
use crate::facts::script::{Expr, ExprId, Pattern, Stmt};

/// What comes of some code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing but log lines and the like.
    Nothing,
    /// It hands the failure on: somebody else deals with it.
    HandsOn,
    /// Something changes, or it is not known what happens.
    Something,
}

/// Global objects whose functions change nothing.
const HARMLESS: &[&str] = &["console", "JSON", "Object", "String", "Number", "Boolean", "Date", "Math"];

/// Methods of the language that only look at what they are called on.
const LOOKING: &[&str] = &[
    "concat",
    "endsWith",
    "hasOwnProperty",
    "includes",
    "indexOf",
    "join",
    "match",
    "slice",
    "split",
    "startsWith",
    "test",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
];

/// Classes of the language whose instances are nothing but values.
const PLAIN_CLASSES: &[&str] =
    &["Array", "Date", "Error", "Map", "Object", "RangeError", "RegExp", "Set", "TypeError", "URLSearchParams"];

impl App<'_> {
    /// What comes of a start, everything it calls included.
    pub fn effect(&self, start: &Start<'_>) -> Effect {
        let reach = self.reach(std::slice::from_ref(start), |_| true);
        if start.by == Handler::Block && self.goes_on(start) {
            return Effect::Something;
        }
        reach.contexts().map(|ctx| self.context_effect(ctx, &reach, start)).max().unwrap_or(Effect::Nothing)
    }

    /// Whether anything follows a `catch` block: behind it, or in whoever waits for its function.
    fn goes_on(&self, start: &Start<'_>) -> bool {
        self.goes_on_behind(start, true)
    }

    /// The same, when it is known whether what stands behind the block may run.
    pub(super) fn goes_on_behind(&self, start: &Start<'_>, falls_through: bool) -> bool {
        let Some(block) = start.part.filter(|block| !ends_badly(block)) else { return false };
        let code = self.machine.ctxs[start.ctx.0 as usize].code;
        if falls_through && follows(&self.machine.code.function(code).body, block).unwrap_or(true) {
            return true;
        }
        self.edges_into(start.ctx).any(|edge| !self.is_dropped(edge.from, edge.site))
    }

    /// Whether nobody looks at the value of a call: it is a statement of its own.
    pub(super) fn is_dropped(&self, ctx: CtxId, site: Site) -> bool {
        let code = self.machine.ctxs[ctx.0 as usize].code;
        stands_alone(&self.machine.code.function(code).body, site.expr)
    }

    fn context_effect(&self, ctx: CtxId, reach: &Reach, start: &Start<'_>) -> Effect {
        let code = self.machine.ctxs[ctx.0 as usize].code;
        let function = self.machine.code.function(code);
        let first = ctx == start.ctx;
        let stmts: &[Stmt] = start.part.filter(|_| first && !reach.whole.contains(&ctx)).unwrap_or(&function.body);
        let body = &self.machine.code.file(code.file).script.body;
        let mut worst = if hands_on(stmts) { Effect::HandsOn } else { Effect::Nothing };
        if first && start.by == Handler::Promise && !ends_badly(stmts) {
            let dropped = start.site.is_some_and(|site| {
                self.edges_into(ctx).any(|edge| edge.site == site && self.is_dropped(edge.from, site))
            });
            // What it returns is what the next in the chain gets.
            worst = worst.max(if dropped { Effect::Nothing } else { Effect::Something });
        }
        for id in syntax::exprs(body, stmts) {
            worst = worst.max(self.expr_effect(ctx, id));
        }
        worst
    }

    pub(super) fn expr_effect(&self, ctx: CtxId, id: ExprId) -> Effect {
        let code = self.machine.ctxs[ctx.0 as usize].code;
        let script = self.machine.code.file(code.file).script;
        let body = &script.body;
        match &body.exprs[id as usize] {
            Expr::Call { callee, .. } => self.call_effect(ctx, id, *callee),
            Expr::New { callee, .. } if self.is_plain_class(code.file, *callee) => Effect::Nothing,
            Expr::New { .. } | Expr::Yield { .. } | Expr::DynamicImport(_) => Effect::Something,
            Expr::Assign { target, .. } => match &**target {
                // A variable of the function itself is gone with it.
                Pattern::Var(var) => {
                    let var = &script.vars[*var as usize];
                    if var.owner == code.function && !var.captured { Effect::Nothing } else { Effect::Something }
                }
                _ => Effect::Something,
            },
            Expr::Unary(inner) if matches!(body.exprs[*inner as usize], Expr::Member { .. }) => Effect::Something,
            _ => Effect::Nothing,
        }
    }

    /// Whether making one of this class changes nothing: the language's own.
    fn is_plain_class(&self, file: u32, class: ExprId) -> bool {
        let body = &self.machine.code.file(file).script.body;
        matches!(body.exprs[class as usize], Expr::Global(name) if PLAIN_CLASSES.contains(&body.name(name)))
    }

    fn call_effect(&self, ctx: CtxId, id: ExprId, callee: ExprId) -> Effect {
        let code = self.machine.ctxs[ctx.0 as usize].code;
        let body = &self.machine.code.file(code.file).script.body;
        let site = Site { file: code.file, expr: id };
        let mut requests = self.requests_at(ctx, site).peekable();
        if requests.peek().is_some() {
            let visible = requests.any(|request| {
                !self.platform.apis.get(self.machine.atoms.text(request.api)).is_some_and(|row| row.invisible)
            });
            return if visible { Effect::Something } else { Effect::Nothing };
        }
        if self.is_unresolved(ctx, site) {
            return Effect::Something;
        }
        if self.called(ctx, site).next().is_some() {
            // What is called is reached itself.
            return Effect::Nothing;
        }
        match &body.exprs[callee as usize] {
            Expr::Member { object, name: method, .. } => match &body.exprs[*object as usize] {
                Expr::Global(name) if HARMLESS.contains(&body.name(*name)) => Effect::Nothing,
                _ if LOOKING.contains(&body.name(*method)) => Effect::Nothing,
                _ => Effect::Something,
            },
            Expr::Global(name) if HARMLESS.contains(&body.name(*name)) => Effect::Nothing,
            // `reject(error)`, or a parameter that nobody gave.
            Expr::Var(_) => Effect::HandsOn,
            _ => Effect::Something,
        }
    }
}

/// Whether some statement throws.
fn hands_on(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| matches!(stmt, Stmt::Throw(_)) || stmt.blocks().any(hands_on))
}

/// Whether statements end by throwing: nobody goes on with what they give.
fn ends_badly(stmts: &[Stmt]) -> bool {
    match stmts.last() {
        Some(Stmt::Throw(_)) => true,
        Some(Stmt::Block(stmts)) => ends_badly(stmts),
        _ => false,
    }
}

/// Whether anything comes after a `catch` block; `None` when the block is not among these statements.
fn follows(stmts: &[Stmt], block: &[Stmt]) -> Option<bool> {
    stmts.iter().enumerate().find_map(|(at, stmt)| {
        let inner = match stmt {
            Stmt::Try { catch: Some((_, stmts)), finally, .. } if std::ptr::eq(stmts.as_slice(), block) => {
                Some(!finally.is_empty())
            }
            Stmt::Try { body, catch, finally } => {
                let caught = catch.as_ref().and_then(|(_, stmts)| follows(stmts, block));
                follows(body, block).or(caught).map(|follows| follows || !finally.is_empty())
            }
            Stmt::If { then, otherwise, .. } => follows(then, block).or_else(|| follows(otherwise, block)),
            Stmt::Loop { body, .. } | Stmt::ForEach { body, .. } => follows(body, block).map(|_| true),
            Stmt::Switch { cases, .. } => cases.iter().find_map(|(_, stmts)| follows(stmts, block)).map(|_| true),
            Stmt::Block(body) => follows(body, block),
            _ => None,
        };
        inner.map(|inner| inner || at + 1 < stmts.len())
    })
}

/// Whether an expression is a statement of its own somewhere in these.
fn stands_alone(stmts: &[Stmt], expr: ExprId) -> bool {
    let is_it = |stmt: &Stmt| matches!(stmt, Stmt::Expr(whole) if *whole == expr);
    stmts.iter().any(|stmt| is_it(stmt) || stmt.blocks().any(|block| stands_alone(block, expr)))
}
