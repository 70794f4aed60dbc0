//! In: edges and requests of a run. Out: which answers of the user to a question of the program they depend on: tests on the
//! answer, and promises that are settled by it. A question both of whose answers lead to the same is none: callers say which.

use super::refusals::is_choice;
use crate::analyse::CtxId;

use crate::analyse::record::{Edge, EdgeKind, Guard, Settlement, Site};
use crate::analyse::value::ObjId;
use crate::app::App;
use crate::facts::script::{Body, Expr, ExprId, Stmt};
use std::collections::BTreeSet;

/// How many promises in a row are followed.
const MAX_PROMISES: u32 = 8;

/// An answer: the test on it, and how it came out.
pub(super) type Answer = (Site, bool);

/// The answers that these tests depend on.
fn of_guards(app: &App<'_>, ctx: CtxId, guards: &[Guard]) -> Vec<Answer> {
    let chosen = guards.iter().filter(|guard| is_choice(app, ctx, guard));
    chosen.map(|guard| (guard.site, guard.truthy)).collect()
}

/// The answers that lead over an edge.
pub(super) fn of_edge(app: &App<'_>, edge: &Edge) -> Vec<Answer> {
    let mut found = of_guards(app, edge.from, &edge.guards);
    match edge.kind {
        EdgeKind::Then => found.extend(of_wait(app, edge.from, edge.site, true)),
        EdgeKind::Catch => found.extend(of_wait(app, edge.from, edge.site, false)),
        _ => {}
    }
    found.extend(of_awaits(app, edge.from, edge.site));
    found
}

/// The answers that lead to a request.
pub(super) fn of_request(app: &App<'_>, request: u32) -> Vec<Answer> {
    let request = app.request(request);
    let mut found = of_guards(app, request.ctx, &request.guards);
    found.extend(of_awaits(app, request.ctx, request.site));
    found
}

/// The answers that settle the promises which a place waits for.
fn of_wait(app: &App<'_>, ctx: CtxId, site: Site, resolved: bool) -> Vec<Answer> {
    let first = (ctx, site, ObjId::FIRST);
    let waits = app.machine.lang.choices.waits.range(first..).take_while(|wait| (wait.0, wait.1) == (ctx, site));
    let mut found = Vec::new();
    for (.., promise) in waits {
        match of_promise(app, *promise, resolved, 0) {
            Some(answers) => found.extend(answers),
            None => return Vec::new(),
        }
    }
    found
}

/// The answers that a promise's outcome depends on; `None` when it comes without one, too.
fn of_promise(app: &App<'_>, promise: ObjId, resolved: bool, depth: u32) -> Option<Vec<Answer>> {
    let choices = &app.machine.lang.choices;
    let least = Site { file: 0, expr: 0 };
    let first = Settlement { promise, resolved, ctx: CtxId(0), site: least };
    let places = choices.settled.range(first..);
    let places = places.take_while(|(place, _)| (place.promise, place.resolved) == (promise, resolved));
    let mut found = Vec::new();
    for (place, (_, guards)) in places {
        let answers = of_guards(app, place.ctx, guards);
        if answers.is_empty() {
            return None;
        }
        found.extend(answers);
    }
    if found.is_empty() && depth < MAX_PROMISES {
        let followed = choices.follows.range((promise, ObjId::FIRST)..).take_while(|(next, _)| *next == promise);
        for (_, before) in followed {
            found.extend(of_promise(app, *before, resolved, depth + 1)?);
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The answers without which code before a place does not go on: it awaits a promise that only they resolve.
fn of_awaits(app: &App<'_>, ctx: CtxId, site: Site) -> Vec<Answer> {
    let choices = &app.machine.lang.choices;
    let least = Site { file: 0, expr: 0 };
    let waits = choices.waits.range((ctx, least, ObjId::FIRST)..).take_while(|wait| wait.0 == ctx);
    let code = app.machine.ctxs[ctx.0 as usize].code;
    let function = app.machine.code.function(code);
    let body = &app.machine.code.file(code.file).script.body;
    let mut found = Vec::new();
    for (_, wait, _) in waits {
        let awaits = matches!(body.exprs.get(wait.expr as usize), Some(Expr::Await(_)));
        if awaits && wait.file == site.file && comes_after(body, &function.body, wait.expr, site.expr) {
            found.extend(of_wait(app, ctx, *wait, true));
        }
    }
    found
}

/// Whether an expression only runs when an `await` before it was not rejected.
fn comes_after(body: &Body, stmts: &[Stmt], wait: ExprId, expr: ExprId) -> bool {
    let (Some(wait), Some(expr)) = (body.spans.get(wait as usize).copied(), body.spans.get(expr as usize).copied())
    else {
        return false;
    };
    if wait.end > expr.start {
        return false;
    }
    fn apart(body: &Body, stmts: &[Stmt], wait: crate::text::Span, expr: crate::text::Span) -> bool {
        let holds = |stmts: &[Stmt], span| {
            let exprs = crate::app::syntax::exprs(body, stmts);
            exprs.into_iter().any(|expr| body.spans[expr as usize].contains(span))
        };
        stmts.iter().any(|stmt| match stmt {
            Stmt::Try { body: tried, catch: Some(_), .. } if holds(tried, wait) && !holds(tried, expr) => true,
            stmt => stmt.blocks().any(|block| apart(body, block, wait, expr)),
        })
    }
    !apart(body, stmts, wait, expr)
}

/// The questions that leave no choice, where each of these rows of answers, the outermost first, leads to the same: the last
/// answer of a row does, and one before it when the question behind it leaves no choice.
pub(super) fn without_choice(rows: &[Vec<Answer>]) -> BTreeSet<Site> {
    let mut leading: BTreeSet<Answer> = rows.iter().filter_map(|row| row.last().copied()).collect();
    loop {
        let open = |test: &Site| leading.contains(&(*test, true)) && leading.contains(&(*test, false));
        let outer = rows.iter().flat_map(|row| row.windows(2)).filter(|pair| open(&pair[1].0)).map(|pair| pair[0]);
        let more: Vec<Answer> = outer.filter(|answer| !leading.contains(answer)).collect();
        if more.is_empty() {
            return leading.iter().map(|(test, _)| *test).filter(|test| open(test)).collect();
        }
        leading.extend(more);
    }
}
