//! In: two witness paths from one entry point. Out: which place is reached first, or that never both are in one run. Errs towards "never".

use crate::analyse::record::{Edge, EdgeKind, Guard, Site};
use crate::analyse::witness_paths::WitnessPath;
use crate::app::App;
use crate::facts::script::{Expr, ExprId, Function, Operator, Stmt};
use crate::text::Span;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How two places stand to each other in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Together {
    /// One run never reaches both, or the second only because the first failed.
    Never,
    /// Both are reached; the order is that of the places, and a test may keep one from being reached.
    Both(Ordering, bool),
}

/// A place at the end of a path: the call, and what held there.
pub(super) struct End<'a> {
    /// The path to its context.
    pub(super) path: &'a WitnessPath,
    /// The call.
    pub(super) site: Site,
    /// Its tests.
    pub(super) guards: &'a [Guard],
}

/// A part of a statement that stands against another part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Branch {
    /// Behind a test that came out so.
    Tested(bool),
    /// A case of a `switch`.
    Case(usize),
    /// What may fail.
    Tried,
    /// What runs then.
    Caught,
    /// What runs in any case.
    Finally,
}

impl Branch {
    /// Whether one run never comes through both parts of one statement, or through the second only because the first failed.
    fn excludes(self, other: Branch) -> bool {
        match (self, other) {
            (Branch::Tested(a), Branch::Tested(b)) => a != b,
            (Branch::Case(a), Branch::Case(b)) => a != b,
            (Branch::Tried, Branch::Caught) | (Branch::Caught, Branch::Tried) => true,
            _ => false,
        }
    }
}

/// The branches a call stands in, from the outside in: each with the statement it is a part of.
type Branches<'a> = Rc<[(&'a Stmt, Branch)]>;

/// Compares places; what it finds out about a call is kept for the next comparison.
#[derive(Default)]
pub(super) struct Paths<'a> {
    branches: BTreeMap<Site, Branches<'a>>,
}

impl<'a> Paths<'a> {
    /// Whether two calls of one file stand in different cases of a `switch`, on both sides of a test, or one in a `catch` for
    /// the other.
    fn apart(&mut self, app: &App<'a>, a: Site, b: Site) -> bool {
        let (a, b) = (self.branches(app, a), self.branches(app, b));
        let common = a.iter().zip(b.iter()).take_while(|((x, _), (y, _))| std::ptr::eq(*x, *y));
        common.into_iter().any(|((_, x), (_, y))| x.excludes(*y))
    }

    fn branches(&mut self, app: &App<'a>, site: Site) -> Branches<'a> {
        let found = self.branches.entry(site).or_insert_with(|| {
            let script = app.machine.code.file(site.file).script;
            let search = Search { spans: &script.body.spans, call: script.body.spans[site.expr as usize] };
            // Outer functions first. The file's own body has no span.
            let around = |(at, function): &(usize, &Function)| *at == 0 || function.span.contains(search.call);
            let mut functions: Vec<_> = script.functions.iter().enumerate().filter(around).collect();
            functions.sort_by_key(|(at, function)| (*at != 0, function.span.start, Reverse(function.span.end)));
            let mut found = Vec::new();
            for (_, function) in functions {
                let mut within = Vec::new();
                search.stmts(&function.body, &mut within);
                within.reverse();
                found.extend(within);
            }
            found.into()
        });
        found.clone()
    }
}

/// Compares two places reached from the same entry.
pub(super) fn compare<'a>(app: &App<'a>, paths: &mut Paths<'a>, a: &End<'_>, b: &End<'_>) -> Together {
    let common = a.path.edges.iter().zip(&b.path.edges).take_while(|(x, y)| x == y).count();
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
    if site_a.file != site_b.file || paths.apart(app, site_a, site_b) {
        return Together::Never;
    }
    Together::Both(spans[site_a.expr as usize].cmp(&spans[site_b.expr as usize]), tested)
}

fn edges<'a>(app: &'a App<'_>, end: &End<'_>, from: usize) -> Vec<&'a Edge> {
    end.path.edges[from..].iter().map(|at| &app.machine.edges[*at as usize]).collect()
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
        EdgeKind::Callback(_, key) => key == app.machine.embedder.names.fail,
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

/// The search for a call in statements.
struct Search<'s> {
    spans: &'s [Span],
    call: Span,
}

impl Search<'_> {
    fn expr(&self, expr: ExprId) -> bool {
        self.spans[expr as usize].contains(self.call)
    }

    /// Whether the call is written in these statements; the branches it stands in are added, the innermost first.
    fn stmts<'a>(&self, stmts: &'a [Stmt], found: &mut Vec<(&'a Stmt, Branch)>) -> bool {
        stmts.iter().any(|stmt| self.stmt(stmt, found))
    }

    fn stmt<'a>(&self, stmt: &'a Stmt, found: &mut Vec<(&'a Stmt, Branch)>) -> bool {
        let part = |stmts: &'a [Stmt], branch: Branch, found: &mut Vec<(&'a Stmt, Branch)>| {
            let within = self.stmts(stmts, found);
            found.extend(within.then_some((stmt, branch)));
            within
        };
        match stmt {
            Stmt::Expr(expr) | Stmt::Throw(expr) => self.expr(*expr),
            Stmt::Return(expr) => expr.is_some_and(|expr| self.expr(expr)),
            Stmt::If { test, then, otherwise } => {
                self.expr(*test)
                    || part(then, Branch::Tested(true), found)
                    || part(otherwise, Branch::Tested(false), found)
            }
            Stmt::Loop { test, update, body, .. } => {
                [test, update].into_iter().flatten().any(|expr| self.expr(*expr)) || self.stmts(body, found)
            }
            Stmt::ForEach { iterable, body, .. } => self.expr(*iterable) || self.stmts(body, found),
            Stmt::Try { body, catch, finally } => {
                let handler = catch.as_ref().map_or(&[][..], |(_, stmts)| stmts.as_slice());
                part(body, Branch::Tried, found)
                    || part(handler, Branch::Caught, found)
                    || part(finally, Branch::Finally, found)
            }
            Stmt::Switch { on, cases } => {
                let mut cases = cases.iter().enumerate();
                self.expr(*on) || cases.any(|(at, (_, stmts))| part(stmts, Branch::Case(at), found))
            }
            Stmt::Jump { .. } => false,
            Stmt::Block(body) => self.stmts(body, found),
        }
    }
}
