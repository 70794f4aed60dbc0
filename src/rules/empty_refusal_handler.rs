//! In: failures of requests and error events of buttons. Out: those whose code does nothing that a user could notice,
//! while the page shows no other way.

use super::refusals::asking;
use crate::analyse::sight::State;
use crate::app::effect::Effect;
use crate::app::flow::{Handler, Start};
use crate::app::{App, Button, Site};
use crate::facts::script::Expr;
use crate::finding::{Certainty, Finding, Level, Message, Place};
use std::collections::BTreeSet;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut found: Vec<(Finding, BTreeSet<u32>)> = app.sites.iter().filter_map(|site| of_site(app, site)).collect();
    let buttons = app.buttons();
    found.extend(buttons.iter().filter_map(|button| of_button(app, button)));
    if found.is_empty() {
        return;
    }
    let fields = pages_with_fields(app);
    out.extend(found.into_iter().filter(|(_, pages)| pages.is_disjoint(&fields)).map(|(finding, _)| finding));
}

fn finding(message: Message, place: Place, subject: String) -> Finding {
    Finding::new("empty-refusal-handler", Level::Warning, Certainty::Certain, message, place, subject)
}

/// A handler of the markup that does nothing, and the pages it is on.
fn of_button(app: &App<'_>, button: &Button) -> Option<(Finding, BTreeSet<u32>)> {
    let event = &app.platform.markup.auth_button.error_event;
    let (starts, unknown) = app.handlers(button, std::slice::from_ref(event));
    if unknown || !is_empty(&starts, |start| app.effect(start)) {
        return None;
    }
    let mut handlers = app.live.handlers_at(button.instance, button.node);
    let handlers = handlers.find(|handlers| handlers.event == *event)?;
    let attribute = &app.element(button.instance, button.node)?.attributes[handlers.attribute as usize];
    let shown = app.live.views.get(&button.unit)?.nodes[button.node as usize];
    let handler = handlers.names.first().map(|(name, _)| name.clone())?;
    let message = Message::new("event").with("event", attribute.name.clone()).with("handler", handler.clone());
    let pages = app.pages_of(button.unit).into_iter().collect();
    Some((finding(message, app.place(shown.file, attribute.name_span), handler), pages))
}

/// A request whose failure is dealt with by doing nothing, and the pages that lead to it.
fn of_site(app: &App<'_>, site: &Site) -> Option<(Finding, BTreeSet<u32>)> {
    let requests = asking(app, site, false);
    let mut label = None;
    let code = app.api(site).cancel_code;
    let mut always = true;
    for request in &requests {
        let starts = app.failures(*request);
        let empty = is_empty(&starts, |start| app.effect(start));
        always &= empty;
        let silent = || code.is_some_and(|code| is_empty(&starts, |start| app.effect_for_code(start, code)));
        if !empty && !silent() {
            return None;
        }
        label = label.or_else(|| starts.last().map(|start| callback(app, start)));
    }
    let witness_paths = app.witness_paths(&requests, |_| true);
    let units = witness_paths.iter().filter_map(|path| app.live.entry_points[path.entry as usize].unit);
    let pages = units.flat_map(|unit| app.pages_of(unit)).collect();
    let api = app.api_name(&site.api);
    let message = Message::new(if always { "call" } else { "code" }).with("callback", label?).with("api", api.clone());
    let message = match code.filter(|_| !always) {
        Some(code) => message.with("code", code.to_string()),
        None => message,
    };
    Some((finding(message, app.expr_place(site.at), api), pages))
}

/// Whether there is somebody who deals with the failure, and all of them do nothing.
fn is_empty<'s>(starts: &[Start<'s>], effect: impl Fn(&Start<'s>) -> Effect) -> bool {
    let effects: Vec<Effect> = starts.iter().map(effect).collect();
    effects.contains(&Effect::Nothing) && !effects.contains(&Effect::Something)
}

/// What a callback is called: the option's key, or the method it was given to.
fn callback(app: &App<'_>, start: &Start<'_>) -> String {
    let method = start.site.filter(|_| start.by == Handler::Promise).and_then(|site| {
        let body = &app.machine.code.file(site.file).script.body;
        let Expr::Call { callee, .. } = &body.exprs[site.expr as usize] else { return None };
        match &body.exprs[*callee as usize] {
            Expr::Member { name, .. } => Some(body.name(*name).to_string()),
            _ => None,
        }
    });
    method.unwrap_or_else(|| match start.by {
        Handler::Option => app.platform.callbacks.fail.clone(),
        _ => "catch".to_string(),
    })
}

/// The pages that show, from the start, a field in which something can be given by hand.
fn pages_with_fields(app: &mut App<'_>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let fields = app.nodes_of_views(|element| app.platform.refusal.fields.contains(&element.name));
    for instance in 0..app.live.instances.len() as u32 {
        let Some(unit) = app.live.instances[instance as usize].unit else { continue };
        let mut fields = fields.get(&unit).into_iter().flatten();
        let at_first = |app: &mut App<'_>, node: u32| {
            let conditions = app.conditions(instance, node);
            app.hold(&conditions, State::First(&[])).0
        };
        if fields.any(|node| at_first(app, *node)) {
            found.extend(app.pages_of(unit));
        }
    }
    found
}
