//! In: the calls of a program. Out: those of APIs that the platform has withdrawn, or that only another one has.

use crate::analyse::CtxId;
use crate::analyse::conditions::Condition;
use crate::analyse::entry_points::{EntryPoint, EntryPointKind};
use crate::analyse::heap::Origin;
use crate::analyse::markup::Handlers;
use crate::analyse::record::Guard;
use crate::analyse::value::Val;
use crate::app::{App, Site, syntax};
use crate::facts::script::Expr;
use crate::finding::{Certainty, Finding, Level, Message};
use std::collections::BTreeSet;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for at in 0..app.sites.len() {
        let site = app.sites[at].clone();
        out.extend(judge(app, &site));
    }
}

fn judge(app: &mut App<'_>, site: &Site) -> Option<Finding> {
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
fn untested(app: &mut App<'_>, site: &Site) -> bool {
    let tested = tested_handlers(app, site);
    let open = |guards: &[Guard]| !guards.iter().any(|guard| looks_at_platform(app, guard));
    let requests = site.requests.iter().map(|request| app.request(*request));
    let targets: Vec<CtxId> = requests.filter(|request| open(&request.guards)).map(|request| request.ctx).collect();
    let wanted = |entry: &EntryPoint| {
        entry.kind != EntryPointKind::Event || !tested.contains(&(entry.unit, entry.event.clone(), entry.name.clone()))
    };
    !app.witness_paths.to(&app.machine, &app.live, &targets, wanted, open).is_empty()
}

/// Handlers that are bound only where the markup has looked at what the platform has: the unit, the event and the name.
fn tested_handlers(app: &mut App<'_>, site: &Site) -> BTreeSet<(Option<u32>, String, String)> {
    let mut tested = BTreeSet::new();
    let mut untested = BTreeSet::new();
    let all: Vec<Handlers> = app.live.handlers.values().cloned().collect();
    for handlers in all {
        let unit = app.live.instances[handlers.instance as usize].unit;
        let conditions = app.conditions(handlers.instance, handlers.node);
        let is_tested = !conditions.is_empty() && conditions.iter().any(|one| is_about_platform(app, site, one));
        let into = if is_tested { &mut tested } else { &mut untested };
        into.extend(handlers.names.into_iter().map(|(name, _)| (unit, handlers.event.clone(), name)));
    }
    tested.retain(|handler| !untested.contains(handler));
    tested
}

/// Whether a condition of the markup reads what the platform has said it has: the API itself, or what took its place.
fn is_about_platform(app: &mut App<'_>, site: &Site, condition: &Condition) -> bool {
    let asks = &app.platform.markup.auth_button.value;
    let newer = |name: &str| app.platform.apis.get(name).is_some_and(|row| row.granted_by.is_some());
    let meant = |text: &str| text.split('.').any(|part| part == *asks || part == site.api || newer(part));
    app.data_behind(condition).into_iter().any(|value| {
        let Val::Opaque(value) = value else { return false };
        let Origin::Result(request) = app.machine.heap.opaque_value(value).origin else { return false };
        let request = app.request(request);
        let name = app.machine.atoms.text(request.api);
        let row = app.platform.apis.get(name.strip_suffix("Sync").unwrap_or(name));
        let keeps = row.is_some_and(|row| row.storage.is_some());
        let given = app.arguments(request);
        let sync = app.platform.sync_apis.iter().any(|sync| sync == name);
        sync && !keeps && app.texts_in(&given).into_iter().any(&meant)
    })
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
