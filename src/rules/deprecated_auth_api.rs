//! In: the calls of a program. Out: those of APIs that the platform has withdrawn, or that only another one has.

use crate::analyse::CtxId;
use crate::analyse::record::Guard;
use crate::app::{App, Site, syntax};
use crate::facts::script::Expr;
use crate::finding::{Certainty, Finding, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        out.extend(judge(app, site));
    }
}

fn judge(app: &App<'_>, site: &Site) -> Option<Finding> {
    let row = app.api(site);
    let foreign = row.dialect.as_ref().filter(|home| **home != app.platform.name);
    let withdrawn = row.deprecated.as_ref().is_some_and(|reason| !reason.is_empty());
    let message = match foreign {
        Some(home) => Message::new("dialect").with("platform", app.platform.name.clone()).with("dialect", home.clone()),
        None if withdrawn => Message::new("message"),
        None => return None,
    };
    if !is_named(app, site) || !untested(app, site) {
        return None;
    }
    let api = app.api_name(&site.api);
    let message = message.with("api", api.clone());
    Some(Finding::new("deprecated-auth-api", Level::Warning, Certainty::Certain, message, app.expr_place(site.at), api))
}

/// Whether the call names the API: layers of frameworks call every API there is by a name that they are given.
fn is_named(app: &App<'_>, site: &Site) -> bool {
    let body = &app.machine.code.file(site.at.file).script.body;
    let Expr::Call { callee, .. } = &body.exprs[site.at.expr as usize] else { return true };
    match &body.exprs[*callee as usize] {
        Expr::Index { index, .. } => matches!(body.exprs[*index as usize], Expr::Str(_)),
        Expr::Member { object, .. } => !matches!(body.exprs[*object as usize], Expr::Index { .. }),
        _ => true,
    }
}

/// Whether the call is made without a look at what the platform has.
fn untested(app: &App<'_>, site: &Site) -> bool {
    let open = |guards: &[Guard]| !guards.iter().any(|guard| looks_at_platform(app, guard));
    let requests = site.requests.iter().map(|request| app.request(*request));
    let targets: Vec<CtxId> = requests.filter(|request| open(&request.guards)).map(|request| request.ctx).collect();
    !app.witness_paths.to(&app.machine, &app.live, &targets, |_| true, open).is_empty()
}

/// Whether a test asks for a member of the API object: `my.canIUse(…)`, `my.getOpenUserInfo`.
fn looks_at_platform(app: &App<'_>, guard: &Guard) -> bool {
    let body = &app.machine.code.file(guard.site.file).script.body;
    let is_platform = |id: u32| match &body.exprs[id as usize] {
        Expr::Global(name) => app.platform.api_objects.iter().any(|object| object == body.name(*name)),
        _ => false,
    };
    let reads = |id: u32| match &body.exprs[id as usize] {
        Expr::Member { object, name, .. } if is_platform(*object) => {
            // What is stored says nothing about what the platform has.
            let name = body.name(*name);
            let row = app.platform.apis.get(name.strip_suffix("Sync").unwrap_or(name));
            row.is_none_or(|row| row.storage.is_none())
        }
        _ => false,
    };
    syntax::within(body, guard.site.expr).into_iter().any(reads)
}
