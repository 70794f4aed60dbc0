//! In: what a refusal writes, and what hides an authorization button. Out: buttons that a refusal takes away for good.

use super::visibility::{Gate, gates};
use crate::analyse::CtxId;
use crate::analyse::record::{DataWrite, Request};
use crate::analyse::value::{Set, Val};
use crate::app::flow::{Reach, Start};
use crate::app::{App, Button};
use crate::finding::{Certainty, Finding, Level, Message, Step};
use crate::platform::Storage;
use std::collections::BTreeSet;

/// The wallets' policy under which the settings are the only way back.
const SETTINGS_ONLY: &str = "settings-only";

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    if app.platform.policy.reprompt == SETTINGS_ONLY || app.machine.exhausted {
        return;
    }
    let buttons = app.buttons();
    for button in &buttons {
        out.extend(judge(app, button, &buttons));
    }
}

fn judge(app: &mut App<'_>, button: &Button, buttons: &[Button]) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let gates = gates(app, button.instance, button.node);
    let (refusals, unknown) = app.handlers(button, std::slice::from_ref(&rules.error_event));
    if gates.is_empty() || refusals.is_empty() || unknown {
        return None;
    }
    let (grants, _) = app.handlers(button, &rules.grant_events);
    for gate in &gates {
        let Some(kept) = closed_for_good(app, gate, &refusals, &grants) else { continue };
        if has_other_entry(app, button, buttons, gate) {
            continue;
        }
        return finding(app, button, gate, kept);
    }
    None
}

/// How a refusal is kept.
enum Kept {
    /// In the page's data.
    Data(DataWrite),
    /// In the storage, under a key.
    Storage(DataWrite, String),
}

/// Whether a refusal closes a gate, and nothing but a grant opens it again.
fn closed_for_good(app: &mut App<'_>, gate: &Gate, refusals: &[Start<'_>], grants: &[Start<'_>]) -> Option<Kept> {
    let reach = app.reach(refusals, |_| true);
    let writes: Vec<DataWrite> = app.writes_to(gate.object, gate.key).cloned().collect();
    let here = |write: &&DataWrite| reach.holds(write.ctx, write.site);
    let closing =
        writes.iter().filter(here).find(|write| write.value != Set::EMPTY && !gate.opens(app, write.value).1)?.clone();
    if gate.truthy.is_none()
        || writes.iter().filter(here).any(|write| gate.opens(app, write.value).1)
        || may_change(app, gate)
    {
        return None;
    }
    let own: Vec<CtxId> = refusals.iter().chain(grants).map(|start| start.ctx).collect();
    let keys = stored_for_good(app, &reach, &own);
    let mut from_storage = None;
    for write in writes.iter().filter(|write| !here(write) && gate.opens(app, write.value).1) {
        if !is_led_to(app, write.ctx, &own) {
            continue;
        }
        from_storage = Some(keys.iter().find(|key| reads(app, key, write.ctx))?.clone());
    }
    let name = app.machine.atoms.text(gate.key).to_string();
    let initial = app.initial_data(gate.instance, &name).unwrap_or(Set::UNDEFINED);
    match from_storage {
        Some(key) => Some(Kept::Storage(closing, key)),
        None => gate.opens(app, initial).1.then_some(Kept::Data(closing)),
    }
}

/// Whether an entry other than these contexts leads to one.
fn is_led_to(app: &App<'_>, ctx: CtxId, own: &[CtxId]) -> bool {
    let other = |entry: &crate::analyse::entry_points::EntryPoint| !own.contains(&entry.ctx);
    !app.witness_paths.to(&app.machine, &app.live, &[ctx], other, |_| true).is_empty()
}

/// Whether the data may be written under names that are not known.
fn may_change(app: &App<'_>, gate: &Gate) -> bool {
    let facts = app.machine.heap.get(gate.object);
    let Some(property) = facts.property(app.machine.embedder.names.data) else { return true };
    app.machine.sets.values(app.machine.heap.peek(property.slot)).iter().any(|value| match value {
        Val::Object(data) => {
            let data = app.machine.heap.get(*data);
            data.open || data.wildcard.is_some_and(|slot| app.machine.heap.peek(slot) != Set::EMPTY)
        }
        _ => true,
    })
}

/// The key a request reads or writes; `None` when it is not one that is known.
fn key_of(app: &App<'_>, request: &Request) -> Option<String> {
    let values = app.option_values(request, app.machine.lang.names.key);
    match values[..] {
        [Val::Str(key)] => Some(app.machine.atoms.text(key).to_string()),
        _ => None,
    }
}

/// Keys that a refusal writes, and that nothing else does.
fn stored_for_good(app: &App<'_>, reach: &Reach, own: &[CtxId]) -> BTreeSet<String> {
    let written = |request: &&Request| app.storage(request) == Some(Storage::Write);
    let writes: Vec<&Request> = app.machine.embedder.requests.iter().filter(written).collect();
    let here = |request: &Request| reach.holds(request.ctx, request.site);
    let keys = writes.iter().filter(|request| here(request)).filter_map(|request| key_of(app, request));
    let elsewhere = |key: &String| {
        writes.iter().any(|request| {
            let same = key_of(app, request).is_none_or(|other| other == *key);
            same && !here(request) && is_led_to(app, request.ctx, own)
        })
    };
    keys.filter(|key| !elsewhere(key)).collect()
}

/// Whether a context reads the storage under a key, or runs on its answer.
fn reads(app: &App<'_>, key: &str, ctx: CtxId) -> bool {
    app.machine.embedder.requests.iter().any(|request| {
        let ours = app.storage(request) == Some(Storage::Read) && key_of(app, request).as_deref() == Some(key);
        let answers = |at: &u32| {
            let edge = &app.machine.edges[*at as usize];
            edge.site == request.site && edge.to == ctx
        };
        ours && (request.ctx == ctx || app.out_of(request.ctx).iter().any(answers))
    })
}

/// Whether another button asks for the same and is not hidden with this one.
fn has_other_entry(app: &App<'_>, button: &Button, buttons: &[Button], gate: &Gate) -> bool {
    buttons.iter().any(|other| {
        let itself = app.written_at(other) == app.written_at(button);
        let same = other.scopes.unknown || other.scopes.texts.iter().any(|scope| button.scopes.texts.contains(scope));
        let hidden = |known: &Gate| (known.object, known.key) == (gate.object, gate.key);
        !itself && same && !gates(app, other.instance, other.node).iter().any(hidden)
    })
}

fn finding(app: &App<'_>, button: &Button, gate: &Gate, kept: Kept) -> Option<Finding> {
    let element = app.element(button.instance, button.node)?.name.clone();
    let (message, level, certainty, write) = match kept {
        Kept::Storage(write, key) => (Message::new("kept").with("key", key), Level::Warning, Certainty::Certain, write),
        Kept::Data(write) => {
            let key = app.machine.atoms.text(gate.key);
            (Message::new("page").with("key", key), Level::Info, Certainty::Likely, write)
        }
    };
    let set = Message::new("step-set-data").with("key", app.machine.atoms.text(gate.key));
    let message = message.with("element", element.clone());
    let place = app.tag_place(button.instance, button.node)?;
    Some(
        Finding::new("irreversible-refusal", level, certainty, message, place, element)
            .with_related([Step { place: app.expr_place(write.site), message: set }]),
    )
}
