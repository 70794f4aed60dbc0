//! In: requests that users can refuse, and tests on the way from the refusal. Out: which requests, and what the tests say.

use crate::analyse::CtxId;
use crate::analyse::entry_points::{EntryPoint, EntryPointKind};
use crate::analyse::heap::Origin;
use crate::analyse::record::Site as At;
use crate::analyse::record::{Edge, EdgeKind, Guard, Meaning};
use crate::analyse::value::Val;
use crate::analyse::witness_paths;
use crate::app::state::in_pattern;
use crate::app::{App, Prompting, Site, syntax};
use crate::facts::script::{Expr, VarId};
use crate::platform::{Api, Asks, Exposure};
use std::collections::BTreeSet;

/// The requests of a site that certainly show a sheet; with `devices` also those for a device.
pub(super) fn asking(app: &App<'_>, site: &Site, devices: bool) -> Vec<u32> {
    let device = devices && app.api(site).asks == Asks::Device;
    let asks = |request: &u32| device || matches!(app.prompting(app.request(*request)), Prompting::Asks(_));
    site.requests.iter().copied().filter(asks).collect()
}

/// Whether a test says that the failure was no refusal.
pub(super) fn is_no_refusal(api: &Api, guard: &Guard) -> bool {
    match guard.meaning {
        Meaning::Code(bits) => !api.refusal_codes.iter().any(|code| *code as f64 == f64::from_bits(bits)),
        Meaning::Granted(_) => true,
        _ => false,
    }
}

/// Whether a test that a context makes is about the user's answer to a question of the program.
pub(super) fn is_choice(app: &App<'_>, ctx: CtxId, guard: &Guard) -> bool {
    !questions(app, ctx, guard.site).is_empty()
}

/// The questions of the program whose answers a test looks at.
pub(super) fn questions(app: &App<'_>, ctx: CtxId, test: At) -> BTreeSet<u32> {
    let is_question = |request: &u32| {
        let api = app.machine.atoms.text(app.request(*request).api);
        app.platform.user_steps.iter().any(|step| step == api)
    };
    answers(app, ctx, test).into_iter().filter(is_question).collect()
}

/// The requests whose answer a test looks at, directly or through a variable.
fn answers(app: &App<'_>, ctx: CtxId, test: At) -> BTreeSet<u32> {
    let body = &app.machine.code.file(test.file).script.body;
    let mut found = BTreeSet::new();
    for id in syntax::within(body, test.expr) {
        found.extend(app.answers_tested(ctx, At { file: test.file, expr: id }));
        match &body.exprs[id as usize] {
            Expr::Var(var) => of_variable(app, ctx, test.file, *var, &mut found),
            Expr::Call { .. } => found.extend(made_at(app, ctx, At { file: test.file, expr: id })),
            _ => {}
        }
    }
    found
}

fn of_variable(app: &App<'_>, ctx: CtxId, file: u32, var: VarId, found: &mut BTreeSet<u32>) {
    let script = app.machine.code.file(file).script;
    let owner = script.vars[var as usize].owner;
    let mut at = ctx;
    while at != CtxId::NONE && app.machine.ctxs[at.0 as usize].code.function != owner {
        at = app.machine.ctxs[at.0 as usize].env;
    }
    if at == CtxId::NONE {
        return;
    }
    let at = app.machine.running(at);
    let function = &script.functions[owner as usize];
    if let Some(param) = function.params.iter().position(|param| in_pattern(param, var)) {
        let args = app.machine.ctxs[at.0 as usize].args.get(param);
        for value in args.map_or(&[][..], |set| app.machine.sets.values(*set)) {
            let Val::Opaque(opaque) = value else { continue };
            if let Origin::Result(request) = app.machine.heap.opaque_value(*opaque).origin {
                found.insert(request);
            }
        }
        return;
    }
    for expr in app.assignments(file, var) {
        let Expr::Assign { value, .. } = &script.body.exprs[*expr as usize] else { continue };
        for id in syntax::within(&script.body, *value) {
            found.extend(made_at(app, at, At { file, expr: id }));
        }
    }
}

fn made_at(app: &App<'_>, ctx: CtxId, site: At) -> impl Iterator<Item = u32> {
    app.request_ids_at(ctx, site)
}

/// The dialog through whose callback an edge leads.
pub(super) fn dialog<'a>(app: &'a App<'_>, edge: &Edge) -> Option<&'a str> {
    let (EdgeKind::Callback(api, _) | EdgeKind::Event(api)) = edge.kind else { return None };
    let name = app.machine.atoms.text(api);
    app.platform.user_steps.iter().chain(&app.platform.notices).any(|known| known == name).then_some(name)
}

/// A hook or listener that runs by itself when the program, a page or a component comes.
pub(super) fn is_lifecycle(entry: &EntryPoint) -> bool {
    let kind = matches!(entry.kind, EntryPointKind::Hook(_) | EntryPointKind::Listener);
    kind && entry.automatic && !entry.leaving
}

/// Whether tests leave room for what comes after a refusal, whatever else the user is asked. What a server answers is no
/// refusal.
pub(super) fn after_refusal(app: &App<'_>, api: &Api, ctx: CtxId, guards: &[Guard]) -> bool {
    let ends = |guard: &Guard| is_no_refusal(api, guard) || is_of_server(app, ctx, guard);
    witness_paths::may_prompt(guards) && !guards.iter().any(ends)
}

/// Whether a test looks at what a server answered.
fn is_of_server(app: &App<'_>, ctx: CtxId, guard: &Guard) -> bool {
    answers(app, ctx, guard.site).into_iter().any(|request| {
        let sink = app.platform.sinks.get(app.machine.atoms.text(app.request(request).api));
        sink.is_some_and(|sink| sink.into == Exposure::Network)
    })
}
