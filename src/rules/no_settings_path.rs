//! In: APIs that can be refused for good, and what leads to the settings. Out: programs that show no way there.

use super::phrases;
use crate::analyse::CtxId;
use crate::app::{App, Prompting, Site};
use crate::finding::{Certainty, Finding, Level, Message};
use std::collections::BTreeSet;

/// The wallets' policy under which the settings are the only way back.
const SETTINGS_ONLY: &str = "settings-only";

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    if app.model.program.app.is_none() {
        return;
    }
    let strict = app.platform.policy.reprompt == SETTINGS_ONLY;
    let mut sites: Vec<&Site> = app.sites.iter().filter(|site| refusable(app, site, strict)).collect();
    if sites.is_empty() || opens_settings(app) || tells_of_settings(app, &sites) {
        return;
    }
    sites.sort_by_key(|site| {
        let place = app.expr_place(site.at);
        (place.file, place.span.start)
    });
    let mut known = BTreeSet::new();
    for site in sites {
        if known.insert(&site.api) {
            let api = app.api_name(&site.api);
            let level = if strict { Level::Warning } else { Level::Info };
            let message = Message::new("message").with("api", api.clone());
            let place = app.expr_place(site.at);
            out.push(Finding::new("no-settings-path", level, Certainty::Certain, message, place, api));
        }
    }
}

/// Whether a call can be refused so that no prompt comes any more.
fn refusable(app: &App<'_>, site: &Site, strict: bool) -> bool {
    if app.is_dispatcher(site.at) {
        return false;
    }
    let row = app.api(site);
    let remembered = &app.platform.refusal.remembered_codes;
    if row.refusal_codes.iter().any(|code| remembered.contains(code)) {
        return true;
    }
    strict && site.requests.iter().any(|request| matches!(app.prompting(app.request(*request)), Prompting::Asks(_)))
}

fn opens_settings(app: &App<'_>) -> bool {
    let apis = &app.platform.refusal.settings_apis;
    let opens = |api| apis.iter().any(|known| known == app.machine.atoms.text(api));
    let mut calls = app.machine.embedder.requests.iter().filter(|request| opens(request.api));
    calls.any(|request| app.is_live(request.ctx))
}

/// Whether something that a failure leads to speaks of the settings: in an API's options or in the view's data.
fn tells_of_settings(app: &App<'_>, sites: &[&Site]) -> bool {
    let failures = sites.iter().flat_map(|site| &site.requests).flat_map(|request| app.failures(*request));
    let reach = app.reach(&failures.collect::<Vec<_>>(), |_| true);
    let requests = app.machine.embedder.requests.iter().filter(|request| reach.holds(request.ctx, request.site));
    let shown = requests.map(|request| app.arguments(request));
    let writes = app.machine.embedder.writes.iter().filter(|write| reach.holds(write.ctx, write.site));
    let written = writes.map(|write| app.machine.sets.values(write.value).to_vec());
    shown.chain(written).any(|values| {
        app.texts_in(&values).iter().any(|text| phrases::hold(&app.platform.refusal.settings_words, text))
    }) || says(app, reach.contexts())
}

/// Whether a function among these contexts has such a text written in it: messages go through helpers of many kinds.
fn says(app: &App<'_>, contexts: impl Iterator<Item = CtxId>) -> bool {
    let codes: BTreeSet<_> = contexts.map(|ctx| app.machine.ctxs[ctx.0 as usize].code).collect();
    codes.into_iter().any(|code| {
        let script = app.machine.code.file(code.file).script;
        let span = app.machine.code.function(code).span;
        let exprs = script.body.exprs.iter().zip(&script.body.spans).filter(|(_, at)| span.contains(**at));
        let mut texts = exprs.filter_map(|(expr, _)| match expr {
            crate::facts::script::Expr::Str(name) => Some(script.body.name(*name)),
            _ => None,
        });
        texts.any(|text| phrases::hold(&app.platform.refusal.settings_words, text))
    })
}
