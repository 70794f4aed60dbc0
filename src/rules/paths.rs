//! In: two ways from one entry. Out: which place is reached first, or that never both are in one run. Errs towards "never".

use crate::analyse::record::{Edge, EdgeKind, Guard, Site};
use crate::analyse::routes::Way;
use crate::app::App;
use crate::facts::script::{Expr, ExprId, Operator, Stmt};
use std::cmp::Ordering;

/// How two places stand to each other in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Together {
    /// One run never reaches both, or the second only because the first failed.
    Never,
    /// Both are reached; the order is that of the places, and a test may keep one from being reached.
    Both(Ordering, bool),
}

/// A place at the end of a way: the call, and what held there.
pub(super) struct End<'a> {
    /// The way to its context.
    pub(super) way: &'a Way,
    /// The call.
    pub(super) site: Site,
    /// Its tests.
    pub(super) guards: &'a [Guard],
}

/// Compares two places reached from the same entry.
pub(super) fn compare(app: &App<'_>, a: &End<'_>, b: &End<'_>) -> Together {
    let common = a.way.edges.iter().zip(&b.way.edges).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (edges(app, a, common), edges(app, b, common));
    if rest_a.iter().chain(&rest_b).any(|edge| is_failure(app, edge)) || excluded(app, a, b, &rest_a, &rest_b) {
        return Together::Never;
    }
    let (next_a, next_b) = (rest_a.first().copied(), rest_b.first().copied());
    let (site_a, site_b) = (next_a.map_or(a.site, |edge| edge.site), next_b.map_or(b.site, |edge| edge.site));
    let tested =
        a.guards.iter().chain(b.guards).chain(rest_a.iter().chain(&rest_b).flat_map(|edge| edge.guards.iter()));
    let tested = tested.into_iter().any(|guard| !app.looks_at_answer(guard));
    if site_a == site_b {
        return match (next_a, next_b) {
            (None, Some(_)) => Together::Both(Ordering::Less, tested),
            (Some(_), None) => Together::Both(Ordering::Greater, tested),
            (Some(x), Some(y)) if x.kind == EdgeKind::Iteration && y.kind == EdgeKind::Iteration => {
                Together::Both(Ordering::Less, tested)
            }
            // Alternatives of one call.
            _ => Together::Never,
        };
    }
    let code = app.machine.code.file(site_a.file).script;
    let spans = &code.body.spans;
    if site_a.file != site_b.file || code.functions.iter().any(|function| apart(app, &function.body, site_a, site_b)) {
        return Together::Never;
    }
    Together::Both(spans[site_a.expr as usize].cmp(&spans[site_b.expr as usize]), tested)
}

fn edges<'a>(app: &'a App<'_>, end: &End<'_>, from: usize) -> Vec<&'a Edge> {
    end.way.edges[from..].iter().map(|at| &app.machine.edges[*at as usize]).collect()
}

/// Whether some test must come out differently for both.
fn excluded(app: &App<'_>, a: &End<'_>, b: &End<'_>, rest_a: &[&Edge], rest_b: &[&Edge]) -> bool {
    let all = |end: &End<'_>, rest: &[&Edge]| -> Vec<Guard> {
        rest.iter().flat_map(|edge| edge.guards.iter()).chain(end.guards).copied().collect()
    };
    let (one, other) = (all(a, rest_a), all(b, rest_b));
    one.iter().any(|x| other.iter().any(|y| (x.site == y.site && x.truthy != y.truthy) || chosen_apart(app, x, y)))
}

/// Whether two tests hold the same value against different literals.
fn chosen_apart(app: &App<'_>, x: &Guard, y: &Guard) -> bool {
    let held = |guard: &Guard| {
        let body = &app.machine.code.file(guard.site.file).script.body;
        let Expr::Binary { how: Operator::Equal, negated, left, right } = body.exprs[guard.site.expr as usize] else {
            return None;
        };
        let text = |expr: ExprId| body.spans[expr as usize].of(&app.model.files[guard.site.file as usize].text);
        let literal = |expr: ExprId| matches!(body.exprs[expr as usize], Expr::Str(_) | Expr::Number(_));
        match (guard.truthy != negated, literal(left), literal(right)) {
            (true, false, true) => Some((text(left), text(right))),
            (true, true, false) => Some((text(right), text(left))),
            _ => None,
        }
    };
    x.site.file == y.site.file && held(x).zip(held(y)).is_some_and(|((a, one), (b, other))| a == b && one != other)
}

/// Whether an edge is taken only when something went wrong.
fn is_failure(app: &App<'_>, edge: &Edge) -> bool {
    match edge.kind {
        EdgeKind::Callback(_, key) => key == app.machine.names.fail,
        EdgeKind::Then => {
            let script = app.machine.code.file(edge.site.file).script;
            let Some(Expr::Call { callee, args, .. }) = script.body.exprs.get(edge.site.expr as usize) else {
                return false;
            };
            let Expr::Member { name, .. } = script.body.exprs[*callee as usize] else { return false };
            let code = app.machine.ctxs[edge.to.0 as usize].code;
            let second = args.get(1).map(|(arg, _)| &script.body.exprs[*arg as usize]);
            script.body.name(name) == "catch"
                || (code.file == edge.site.file && matches!(second, Some(Expr::Function(id)) if *id == code.function))
        }
        _ => false,
    }
}

/// Whether two calls stand in different cases of a `switch`, or one in a `catch` for the other.
fn apart(app: &App<'_>, stmts: &[Stmt], a: Site, b: Site) -> bool {
    let within = |stmts: &[Stmt], site: Site| holds(app, stmts, site);
    let deeper = |stmt: &Stmt| stmt.blocks().any(|block| apart(app, block, a, b));
    stmts.iter().any(|stmt| match stmt {
        Stmt::Switch { cases, .. } => {
            let case = |site| cases.iter().position(|(_, stmts)| within(stmts, site));
            match (case(a), case(b)) {
                (Some(x), Some(y)) if x == y => apart(app, &cases[x].1, a, b),
                (Some(_), Some(_)) => true,
                _ => false,
            }
        }
        Stmt::Try { body, catch, .. } => {
            let handler = catch.as_ref().map_or(&[][..], |(_, stmts)| stmts.as_slice());
            (within(handler, a) != within(handler, b) && (within(body, a) || within(body, b))) || deeper(stmt)
        }
        Stmt::If { then, otherwise, .. } => {
            (within(then, a) && within(otherwise, b)) || (within(then, b) && within(otherwise, a)) || deeper(stmt)
        }
        _ => deeper(stmt),
    })
}

/// Whether a call is written in these statements.
fn holds(app: &App<'_>, stmts: &[Stmt], site: Site) -> bool {
    let spans = &app.machine.code.file(site.file).script.body.spans;
    let inside = |expr: ExprId| spans[expr as usize].contains(spans[site.expr as usize]);
    let in_own = |stmt: &Stmt| match stmt {
        Stmt::Expr(expr)
        | Stmt::Throw(expr)
        | Stmt::If { test: expr, .. }
        | Stmt::ForEach { iterable: expr, .. }
        | Stmt::Switch { on: expr, .. } => inside(*expr),
        Stmt::Return(expr) => expr.is_some_and(inside),
        Stmt::Loop { test, update, .. } => [test, update].into_iter().flatten().any(|expr| inside(*expr)),
        Stmt::Try { .. } | Stmt::Block(_) | Stmt::Jump => false,
    };
    stmts.iter().any(|stmt| in_own(stmt) || stmt.blocks().any(|block| holds(app, block, site)))
}
