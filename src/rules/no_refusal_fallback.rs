//! In: a page with an authorization button, and all that can be done on it. Out: pages that leave nothing to a user who
//! refuses.

use super::pages::{self, Target};
use super::visibility::{Gate, gates};
use crate::analyse::CtxId;
use crate::analyse::markup::Handlers;
use crate::analyse::record::Site;
use crate::analyse::value::{Atom, ObjId, Set};
use crate::app::flow::Start;
use crate::app::{App, Button, Known};
use crate::facts::script::Expr;
use crate::finding::{Certainty, Finding, Level, Message};
use crate::platform::{Asks, Exposure};
use std::collections::BTreeMap;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let buttons = app.buttons();
    let app = &*app;
    let mut known: BTreeMap<u32, Option<Page>> = BTreeMap::new();
    for button in buttons.iter().filter(|button| button.certain) {
        let Some(page) = pages::page_of(app, button.instance) else { continue };
        if let Some(facts) = known.entry(page).or_insert_with(|| Page::of(app, page)) {
            out.extend(judge(app, button, page, facts));
        }
    }
}

/// What all buttons of a page have in common, worked out once: there may be thousands of them.
struct Page {
    /// Components stand on it that are not there to read.
    foreign: bool,
    /// What its gestures lead to.
    gestures: Vec<Led>,
    /// What comes of the gestures for buttons behind these gates.
    outcomes: Vec<(Vec<Gate>, Outcome)>,
}

/// What some handlers lead to, whatever hides the button.
struct Led {
    /// The user can go on.
    onward: bool,
    /// Something could not be followed.
    hidden: bool,
    /// The data that is written: the instance, the key and the value.
    writes: Vec<(ObjId, Atom, Set)>,
}

/// What some handlers lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// The user can go on.
    Onward,
    /// Something could not be followed.
    Hidden,
    /// Nothing that helps.
    Nothing,
}

impl Page {
    /// `None` when there is always something to do on it.
    fn of(app: &App<'_>, page: u32) -> Option<Page> {
        let units = pages::units_on(app, page);
        if pages::is_tab(app, page) || pages::has_field(app, &units) || has_link(app, page, &units) {
            return None;
        }
        let handled = |gesture: &Handlers| {
            let (instance, node) = (gesture.instance, gesture.node);
            let node = Button { instance, node, unit: 0, scopes: Known::default(), certain: true };
            let (starts, unknown) = app.handlers(&node, std::slice::from_ref(&gesture.event));
            led(app, page, &starts, unknown)
        };
        let gestures = pages::gestures(app, &units).into_iter().map(handled).collect();
        let foreign = units.iter().any(|unit| has_foreign(app, *unit));
        Some(Page { foreign, gestures, outcomes: Vec::new() })
    }

    /// What the gestures mean for a button behind some gates.
    fn outcome(&mut self, app: &App<'_>, gates: &[Gate]) -> Outcome {
        if let Some((_, outcome)) = self.outcomes.iter().find(|(known, _)| known == gates) {
            return *outcome;
        }
        let outcome = outcome(app, &self.gestures, gates);
        self.outcomes.push((gates.to_vec(), outcome));
        outcome
    }
}

fn outcome(app: &App<'_>, handlers: &[Led], gates: &[Gate]) -> Outcome {
    let closes = |write: &(ObjId, Atom, Set)| {
        let ours = |gate: &&Gate| (gate.object, gate.key) == (write.0, write.1);
        gates.iter().filter(ours).any(|gate| !gate.opens(app, write.2).0)
    };
    if handlers.iter().any(|led| led.onward || led.writes.iter().any(closes)) {
        return Outcome::Onward;
    }
    if handlers.iter().any(|led| led.hidden) { Outcome::Hidden } else { Outcome::Nothing }
}

fn judge(app: &App<'_>, button: &Button, page: u32, facts: &mut Page) -> Option<Finding> {
    let gates = gates(app, button.instance, button.node);
    let error = std::slice::from_ref(&app.platform.markup.auth_button.error_event);
    let (starts, unknown) = app.handlers(button, error);
    let own = outcome(app, &[led(app, page, &starts, unknown)], &gates);
    let others = facts.outcome(app, &gates);
    if [own, others].contains(&Outcome::Onward) {
        return None;
    }
    let hidden = facts.foreign || [own, others].contains(&Outcome::Hidden);
    let element = app.element(button.instance, button.node)?.name.clone();
    let scopes = if button.scopes.texts.is_empty() { "…".to_string() } else { button.scopes.texts.join(", ") };
    let message = Message::new("message").with("page", app.model.units[page as usize].name.clone());
    let level = if hidden { Level::Info } else { Level::Warning };
    let certainty = if hidden { Certainty::Likely } else { Certainty::Certain };
    let message = message.with("scopes", scopes).with("element", element.clone());
    let place = app.tag_place(button.instance, button.node)?;
    Some(Finding::new("no-refusal-fallback", level, certainty, message, place, element))
}

/// Whether a link leads to somewhere with something to do.
fn has_link(app: &App<'_>, page: u32, units: &[u32]) -> bool {
    let rules = &app.platform.refusal;
    units.iter().any(|unit| {
        let from = app.model.units[*unit as usize].template.unwrap_or_default();
        pages::elements(app, *unit).into_iter().filter(|element| element.name == rules.link).any(|element| {
            let url = element.attribute(&rules.link_target).and_then(|attribute| attribute.value.as_ref());
            url.and_then(|url| url.literal()).is_none_or(|url| helps(app, page, pages::target(app, from, url)))
        })
    })
}

/// Whether a target is a way on from a page.
fn helps(app: &App<'_>, page: u32, target: Target) -> bool {
    match target {
        Target::Unknown => true,
        Target::Page(other) => other != page && pages::offers_something(app, other),
    }
}

/// Whether a unit places components that are not there to read.
fn has_foreign(app: &App<'_>, unit: u32) -> bool {
    let foreign = &app.model.units[unit as usize].foreign;
    pages::elements(app, unit).iter().any(|element| foreign.contains(&element.name))
}

/// Where what a handler runs takes the user.
fn led(app: &App<'_>, page: u32, starts: &[Start<'_>], unknown: bool) -> Led {
    let reach = app.reach(starts, |_| true);
    let onward = reach.requests(app).into_iter().any(|request| {
        let name = app.machine.atoms.text(app.request(request).api);
        let row = app.platform.apis.get(name);
        let sends = app.platform.sinks.get(name).is_some_and(|sink| sink.into == Exposure::Network && !sink.global);
        sends
            || row.is_some_and(|row| row.asks == Asks::Device || row.leaves)
            || pages::targets(app, request).into_iter().any(|to| helps(app, page, to))
    });
    let mut calls = reach.contexts().flat_map(|ctx| {
        let file = app.machine.ctxs[ctx.0 as usize].code.file;
        app.own_exprs(ctx).into_iter().map(move |expr| (ctx, Site { file, expr }))
    });
    let sounds = |(ctx, call): (CtxId, Site)| reach.holds(ctx, call) && sounds_onward(app, page, call);
    let onward = onward || calls.any(sounds);
    let hidden = unknown || app.machine.exhausted || reach.is_unresolved(app);
    let writes = reach.writes(app).map(|write| (write.instance, write.key, write.value)).collect();
    Led { onward, hidden, writes }
}

/// Whether a call has the name of an API that takes the user further: wrappers keep the names.
fn sounds_onward(app: &App<'_>, page: u32, call: Site) -> bool {
    let Some(script) = app.script(call.file) else { return false };
    let Expr::Call { callee, .. } = script.body.exprs[call.expr as usize] else { return false };
    let Expr::Member { name, .. } = script.body.exprs[callee as usize] else { return false };
    let Some(row) = app.platform.apis.get(script.body.name(name)) else { return false };
    let url = app.written_option(call, &app.platform.refusal.link_target);
    let literal = url.and_then(|url| match script.body.exprs[url as usize] {
        Expr::Str(text) => Some(script.body.name(text)),
        _ => None,
    });
    let leads = || literal.is_none_or(|url| helps(app, page, pages::target(app, call.file, url)));
    row.leaves || row.asks == Asks::Device || (row.navigates && leads())
}
