//! In: code that runs after a failure, and the error code the failure had. Out: what comes of it for that code: tests on the
//! code are decided, and what only other codes lead to is left out. A test that cannot be decided lets both sides run.

use super::effect::Effect;
use super::flow::{Handler, Start};
use super::state::in_pattern;
use super::{App, syntax};
use crate::analyse::CtxId;
use crate::analyse::heap::{Origin, PathStep};
use crate::analyse::record::{EdgeKind, Site};
use crate::analyse::value::Val;
use crate::facts::script::{Body, Expr, ExprId, Logic, Pattern, Stmt, VarId};
use known::{Known, compare, equal, truth};
use std::collections::BTreeSet;

mod known;

/// How deep variables and calls are followed.
const MAX_DEPTH: u32 = 6;

/// One run of code with a given error code.
struct Run<'r, 'a> {
    app: &'r App<'a>,
    /// The error code.
    code: f64,
    /// The variable of the `catch` block that is run.
    caught: Option<&'r Pattern>,
    /// Contexts that were run.
    done: BTreeSet<CtxId>,
    worst: Effect,
}

impl<'a> App<'a> {
    /// What comes of a start when the failure had this error code.
    pub fn effect_for_code(&self, start: &Start<'a>, code: i64) -> Effect {
        let own = self.machine.ctxs[start.ctx.0 as usize].code;
        let function = self.machine.code.function(own);
        let caught = start.part.and_then(|part| catch_of(&function.body, part)).flatten();
        let mut run = Run { app: self, code: code as f64, caught, done: BTreeSet::new(), worst: Effect::Nothing };
        let falls_through = match start.part {
            Some(part) => run.stmts(start.ctx, part),
            None => {
                run.context(start.ctx);
                true
            }
        };
        let goes_on = match start.by {
            Handler::Block => self.goes_on_behind(start, falls_through),
            // What it returns is what the next in the chain gets.
            Handler::Promise => !start.site.is_some_and(|site| {
                self.edges_into(start.ctx).any(|edge| edge.site == site && self.is_dropped(edge.from, site))
            }),
            Handler::Option | Handler::Event => false,
        };
        if goes_on { Effect::Something } else { run.worst }
    }
}

impl<'r> Run<'r, '_> {
    fn context(&mut self, ctx: CtxId) {
        if self.done.insert(ctx) {
            let code = self.app.machine.ctxs[ctx.0 as usize].code;
            let function = self.app.machine.code.function(code);
            self.stmts(ctx, &function.body);
        }
    }

    /// Runs statements; whether what stands behind them may run as well.
    fn stmts(&mut self, ctx: CtxId, stmts: &[Stmt]) -> bool {
        stmts.iter().all(|stmt| self.stmt(ctx, stmt))
    }

    fn stmt(&mut self, ctx: CtxId, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Expr(expr) => {
                self.expr(ctx, *expr);
                true
            }
            Stmt::Return(value) => {
                value.iter().for_each(|value| self.expr(ctx, *value));
                false
            }
            Stmt::Throw(value) => {
                self.expr(ctx, *value);
                self.worst = self.worst.max(Effect::HandsOn);
                false
            }
            Stmt::If { test, then, otherwise } => {
                self.expr(ctx, *test);
                match self.truth(ctx, *test) {
                    Some(true) => self.stmts(ctx, then),
                    Some(false) => self.stmts(ctx, otherwise),
                    None => {
                        let (first, second) = (self.stmts(ctx, then), self.stmts(ctx, otherwise));
                        first || second
                    }
                }
            }
            Stmt::Loop { test, update, body, .. } => {
                [test, update].into_iter().flatten().for_each(|expr| self.expr(ctx, *expr));
                self.stmts(ctx, body);
                true
            }
            Stmt::ForEach { iterable, body, .. } => {
                self.expr(ctx, *iterable);
                self.stmts(ctx, body);
                true
            }
            Stmt::Try { body, catch, finally } => {
                let mut on = self.stmts(ctx, body);
                if let Some((_, caught)) = catch {
                    on |= self.stmts(ctx, caught);
                }
                self.stmts(ctx, finally) && on
            }
            Stmt::Switch { on, cases } => {
                self.expr(ctx, *on);
                self.switch(ctx, *on, cases)
            }
            Stmt::Jump { .. } => false,
            Stmt::Block(body) => self.stmts(ctx, body),
        }
    }

    /// The case that fits, and those it falls into; all of them where that is not known.
    fn switch(&mut self, ctx: CtxId, on: ExprId, cases: &[(Option<ExprId>, Vec<Stmt>)]) -> bool {
        let subject = self.value(ctx, on, 0);
        let fit = |run: &Self, test: ExprId| equal(&subject, &run.value(ctx, test, 0));
        let tests: Vec<Option<Option<bool>>> = cases.iter().map(|(test, _)| test.map(|test| fit(self, test))).collect();
        let decided = tests.iter().flatten().all(Option::is_some);
        let first = tests.iter().position(|fits| *fits == Some(Some(true)));
        let first = first.or_else(|| tests.iter().position(Option::is_none));
        let from = match (decided, first) {
            (true, Some(first)) => first,
            (true, None) => return true,
            (false, _) => 0,
        };
        let mut on_behind = false;
        for (_, stmts) in &cases[from..] {
            let falls = self.stmts(ctx, stmts);
            on_behind |= falls || stmts.iter().any(breaks);
            if decided && !falls {
                return on_behind;
            }
        }
        true
    }

    /// Runs an expression: what it changes, and what it calls.
    fn expr(&mut self, ctx: CtxId, expr: ExprId) {
        let app = self.app;
        let code = app.machine.ctxs[ctx.0 as usize].code;
        let body = &app.machine.code.file(code.file).script.body;
        for id in self.run_of(ctx, body, expr) {
            self.worst = self.worst.max(app.expr_effect(ctx, id));
            let site = Site { file: code.file, expr: id };
            let edges: Vec<u32> = app.edges_from_place(ctx, site);
            for at in edges {
                let edge = &app.machine.edges[at as usize];
                if edge.kind != EdgeKind::Import {
                    self.context(edge.to);
                }
            }
        }
    }

    /// The parts of an expression that run.
    fn run_of(&self, ctx: CtxId, body: &Body, expr: ExprId) -> Vec<ExprId> {
        let all = syntax::within(body, expr);
        let mut left_out: BTreeSet<ExprId> = BTreeSet::new();
        for id in &all {
            let unrun = match &body.exprs[*id as usize] {
                Expr::Logic { how: Logic::And, left, right } if self.truth(ctx, *left) == Some(false) => *right,
                Expr::Logic { how: Logic::Or, left, right } if self.truth(ctx, *left) == Some(true) => *right,
                Expr::Conditional { test, then, otherwise } => match self.truth(ctx, *test) {
                    Some(true) => *otherwise,
                    Some(false) => *then,
                    None => continue,
                },
                _ => continue,
            };
            left_out.extend(syntax::within(body, unrun));
        }
        all.into_iter().filter(|id| !left_out.contains(id)).collect()
    }

    /// How a test comes out.
    fn truth(&self, ctx: CtxId, test: ExprId) -> Option<bool> {
        truth(&self.value(ctx, test, 0))
    }

    fn value(&self, ctx: CtxId, id: ExprId, depth: u32) -> Known {
        let file = self.app.machine.ctxs[ctx.0 as usize].code.file;
        let body = &self.app.machine.code.file(file).script.body;
        if depth > MAX_DEPTH {
            return Known::Unknown;
        }
        match &body.exprs[id as usize] {
            Expr::Number(number) => Known::Number(*number),
            Expr::Str(name) => Known::Text(body.name(*name).to_string()),
            Expr::Bool(value) => Known::Bool(*value),
            Expr::Undefined | Expr::Null => Known::Nothing,
            Expr::Not(inner) => truth(&self.value(ctx, *inner, depth)).map_or(Known::Unknown, |yes| Known::Bool(!yes)),
            Expr::Var(var) => self.variable(ctx, *var, depth),
            Expr::Member { object, .. } if self.value(ctx, *object, depth) == Known::Error => Known::Number(self.code),
            Expr::Await(inner) | Expr::Unary(inner) if !matches!(body.exprs[*inner as usize], Expr::Number(_)) => {
                self.value(ctx, *inner, depth)
            }
            Expr::Assign { value, .. } => self.value(ctx, *value, depth),
            Expr::Logic { how, left, right } => {
                let value = self.value(ctx, *left, depth);
                match (how, truth(&value)) {
                    (Logic::And, Some(true)) | (Logic::Or, Some(false)) => self.value(ctx, *right, depth),
                    (Logic::And, Some(false)) | (Logic::Or, Some(true)) => value,
                    (Logic::Nullish, Some(true)) => value,
                    // `a && false` is false, whatever `a` is.
                    (Logic::And, None) if self.truth(ctx, *right) == Some(false) => Known::Bool(false),
                    (Logic::Or, None) if self.truth(ctx, *right) == Some(true) => Known::Bool(true),
                    _ => Known::Unknown,
                }
            }
            Expr::Conditional { test, then, otherwise } => match self.truth(ctx, *test) {
                Some(yes) => self.value(ctx, if yes { *then } else { *otherwise }, depth),
                None => Known::Unknown,
            },
            Expr::Binary { how, negated, left, right } => {
                let (left, right) = (self.value(ctx, *left, depth), self.value(ctx, *right, depth));
                compare(*how, &left, &right).map_or(Known::Unknown, |yes| Known::Bool(yes != *negated))
            }
            Expr::Call { callee, args, .. } => self.call(ctx, Site { file, expr: id }, *callee, args, depth),
            _ => Known::Unknown,
        }
    }

    fn call(&self, ctx: CtxId, site: Site, callee: ExprId, args: &[(ExprId, bool)], depth: u32) -> Known {
        let body = &self.app.machine.code.file(site.file).script.body;
        let first = args.first().map(|(arg, _)| *arg);
        match &body.exprs[callee as usize] {
            Expr::Global(name) if matches!(body.name(*name), "Number" | "parseInt" | "String") => {
                return first.map_or(Known::Unknown, |arg| self.value(ctx, arg, depth));
            }
            Expr::Member { object, name, .. } if matches!(body.name(*name), "includes" | "indexOf") => {
                let (Some(list), Some(arg)) = (self.list(ctx, *object, depth), first) else { return Known::Unknown };
                let wanted = self.value(ctx, arg, depth);
                let fits: Vec<Option<bool>> = list.iter().map(|item| equal(item, &wanted)).collect();
                if fits.iter().any(Option::is_none) {
                    return Known::Unknown;
                }
                let at = fits.iter().position(|fits| *fits == Some(true));
                return match body.name(*name) {
                    "includes" => Known::Bool(at.is_some()),
                    _ => Known::Number(at.map_or(-1.0, |at| at as f64)),
                };
            }
            _ => {}
        }
        // A function of the program's own that only looks at the code.
        let mut called = self.app.called(ctx, site);
        let (Some(inner), None) = (called.next(), called.next()) else { return Known::Unknown };
        let function = self.app.machine.code.function(self.app.machine.ctxs[inner.0 as usize].code);
        match function.body.as_slice() {
            [Stmt::Return(Some(value))] => self.value(inner, *value, depth + 1),
            _ => Known::Unknown,
        }
    }

    /// The items of a list that is written out.
    fn list(&self, ctx: CtxId, id: ExprId, depth: u32) -> Option<Vec<Known>> {
        let file = self.app.machine.ctxs[ctx.0 as usize].code.file;
        let body = &self.app.machine.code.file(file).script.body;
        match &body.exprs[id as usize] {
            Expr::Array(items) if depth <= MAX_DEPTH => {
                let item = |(item, spread): &(Option<ExprId>, bool)| {
                    let item = item.filter(|_| !spread)?;
                    Some(self.value(ctx, item, depth + 1))
                };
                items.iter().map(item).collect()
            }
            Expr::Var(var) => match self.app.assignments(file, *var) {
                [one] => match &body.exprs[*one as usize] {
                    Expr::Assign { value, .. } if depth <= MAX_DEPTH => self.list(ctx, *value, depth + 1),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn variable(&self, ctx: CtxId, var: VarId, depth: u32) -> Known {
        let app = self.app;
        let file = app.machine.ctxs[ctx.0 as usize].code.file;
        let script = app.machine.code.file(file).script;
        if let Some(caught) = self.caught.filter(|caught| in_pattern(caught, var)) {
            return self.part_of_error(caught);
        }
        let facts = &script.vars[var as usize];
        let Some(owner) = app.owner(ctx, facts.owner) else { return Known::Unknown };
        let function = &script.functions[facts.owner as usize];
        let assigned = app.assignments(file, var);
        if let Some(at) = function.params.iter().position(|param| in_pattern(param, var)) {
            let args = app.machine.ctxs[owner.0 as usize].args.get(at);
            let values = args.map_or(&[][..], |set| app.machine.sets.values(*set));
            let depths: Vec<Option<usize>> = values.iter().map(|value| self.error_depth(*value)).collect();
            return match depths.as_slice() {
                [Some(0)] if assigned.is_empty() => self.part_of_error(&function.params[at]),
                [Some(1)] if assigned.is_empty() => Known::Number(self.code),
                _ => Known::Unknown,
            };
        }
        let [one] = assigned else { return Known::Unknown };
        let Expr::Assign { target, value, .. } = &script.body.exprs[*one as usize] else { return Known::Unknown };
        let value = self.value(owner, *value, depth + 1);
        match (&**target, value) {
            (Pattern::Var(_), value) => value,
            (pattern, Known::Error) => self.part_of_error(pattern),
            _ => Known::Unknown,
        }
    }

    /// What a pattern that is given the error makes of it: the error itself, or one of its properties.
    fn part_of_error(&self, pattern: &Pattern) -> Known {
        match pattern {
            Pattern::Var(_) => Known::Error,
            Pattern::Object(props, None) if props.iter().all(|(_, part)| is_plain(part)) => Known::Number(self.code),
            _ => Known::Unknown,
        }
    }

    /// How far into the error of a failure a value is.
    fn error_depth(&self, value: Val) -> Option<usize> {
        let Val::Opaque(opaque) = value else { return None };
        let opaque = self.app.machine.heap.opaque_value(opaque);
        let error = matches!(opaque.origin, Origin::Error(_) | Origin::Rejection(_));
        let plain = opaque.path.iter().all(|step| matches!(step, PathStep::Property(_)));
        (error && plain).then_some(opaque.path.len())
    }
}

/// Whether a pattern only gives a value to a variable.
fn is_plain(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Var(_) => true,
        Pattern::Default(inner, _) => is_plain(inner),
        _ => false,
    }
}

/// Whether a statement has a `break` of its own.
fn breaks(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Jump { on } => !on,
        Stmt::Loop { .. } | Stmt::ForEach { .. } | Stmt::Switch { .. } => false,
        stmt => stmt.blocks().any(|block| block.iter().any(breaks)),
    }
}

/// The variable of the `catch` block with these statements.
fn catch_of<'s>(stmts: &'s [Stmt], block: &[Stmt]) -> Option<Option<&'s Pattern>> {
    stmts.iter().find_map(|stmt| {
        if let Stmt::Try { catch: Some((pattern, caught)), .. } = stmt
            && std::ptr::eq(caught.as_slice(), block)
        {
            return Some(pattern.as_ref());
        }
        stmt.blocks().find_map(|inner| catch_of(inner, block))
    })
}
