//! In: hooks that ask under a condition, and what a refusal changes. Out: conditions that a refusal leaves as they are, so
//! that the next visit asks again.

use super::refusals::{asking, is_lifecycle};
use crate::analyse::CtxId;
use crate::analyse::record::{Guard, Meaning};
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::effect::Effect;
use crate::app::flow::{Handler, Reach, Start};
use crate::app::state::Keeping;
use crate::app::{App, Site, syntax};
use crate::finding::{Certainty, Finding, Level, Message, Step};
use crate::platform::Exposure;

/// Longer conditions are cut: characters.
const MAX_CONDITION: usize = 60;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    // A search that was cut short takes calls of a function together: a hook then seems to lead to what another page does
    // in its callback.
    if app.machine.exhausted {
        return;
    }
    for site in &app.sites {
        out.extend(asking(app, site, true).into_iter().find_map(|request| judge(app, site, request)));
    }
}

fn judge(app: &App<'_>, site: &Site, request: u32) -> Option<Finding> {
    let starts = app.failures(request);
    if starts.is_empty() && !app.failure(request).is_missing() {
        return None;
    }
    // A failure handed on to nobody who is known may be remembered there.
    let caught = starts.iter().any(|start| start.by != Handler::Option);
    if !caught && starts.iter().any(|start| app.effect(start) == Effect::HandsOn) {
        return None;
    }
    let mut starts = starts;
    starts.extend(app.completions(request));
    let reach = app.reach(&starts, |_| true);
    if tells_server(app, &reach) {
        return None;
    }
    let mut changed = changes(app, &reach);
    behind_blocks(app, &starts, &mut changed);
    let witness_paths = app.witness_paths(&[request], is_lifecycle);
    let (path, condition) =
        witness_paths.iter().find_map(|path| Some((path, condition(app, request, path, &changed)?)))?;
    let sure = witness_paths::certainty(&app.machine, &app.live, path);
    let certainty = if changed.unknown { sure.min(Certainty::Likely) } else { sure };
    let api = app.api_name(&site.api);
    let entry = app.entry_name(&app.live.entry_points[path.entry as usize]);
    let place = app.expr_place(site.at);
    let step = Step { place: place.clone(), message: Message::new("step-request").with("api", api.clone()) };
    let message = Message::new("message").with("entry", entry).with("api", api.clone()).with("condition", condition);
    Some(
        Finding::new("nagging-prompt", Level::Warning, certainty, message, place, api)
            .with_witnesses([app.witness(path, step)]),
    )
}

/// A server may remember what it is told.
fn tells_server(app: &App<'_>, reach: &Reach) -> bool {
    reach.requests(app).into_iter().any(|request| {
        let sink = app.platform.sinks.get(app.machine.atoms.text(app.request(request).api));
        sink.is_some_and(|sink| sink.into == Exposure::Network)
    })
}

/// Everything that code behind a refusal changes.
fn changes(app: &App<'_>, reach: &Reach) -> Keeping {
    let mut changed = Keeping::default();
    for ctx in reach.contexts() {
        let file = app.machine.ctxs[ctx.0 as usize].code.file;
        let mut own = app.own_exprs(ctx);
        own.retain(|expr| reach.holds(ctx, crate::analyse::record::Site { file, expr: *expr }));
        let written = app.writes(ctx, &own);
        changed.kept.extend(written.kept);
        changed.unknown |= written.unknown;
    }
    changed
}

/// What code behind a `catch` block changes: it runs after a refusal, too.
fn behind_blocks(app: &App<'_>, starts: &[Start<'_>], changed: &mut Keeping) {
    for start in starts {
        let file = app.machine.ctxs[start.ctx.0 as usize].code.file;
        let body = &app.machine.code.file(file).script.body;
        let Some(end) = start
            .part
            .and_then(|part| syntax::exprs(body, part).into_iter().map(|expr| body.spans[expr as usize].end).max())
        else {
            continue;
        };
        let mut own = app.own_exprs(start.ctx);
        own.retain(|expr| body.spans[*expr as usize].start >= end);
        changed.kept.extend(app.writes(start.ctx, &own).kept);
    }
}

/// What a visit changes, whatever the user answers: a condition that none of it touches has nothing to do with consent.
fn visit(app: &App<'_>, path: &WitnessPath) -> Keeping {
    let entry = app.live.entry_points[path.entry as usize].ctx;
    let start = Start { ctx: entry, part: None, site: None, by: Handler::Event };
    changes(app, &app.reach(&[start], |_| true))
}

/// The condition under which a path asks, as it is written, when a refusal certainly changes nothing that it reads. `None`
/// also when there is no condition, one that was not understood, or a flag that is set on the way.
fn condition(app: &App<'_>, request: u32, path: &WitnessPath, changed: &Keeping) -> Option<String> {
    let request = app.request(request);
    let edges = path.edges.iter().map(|at| &app.machine.edges[*at as usize]);
    let on_way = edges.flat_map(|edge| edge.guards.iter().map(|guard| (edge.from, guard)));
    let tests: Vec<(CtxId, &Guard)> = on_way.chain(request.guards.iter().map(|guard| (request.ctx, guard))).collect();
    if tests.iter().any(|(_, guard)| matches!(guard.meaning, Meaning::Once(_))) {
        return None;
    }
    let mut shown = None;
    let answered = visit(app, path);
    for (ctx, guard) in tests {
        // Whether it is granted is no memory of the program's own.
        if guard.meaning != Meaning::Plain {
            continue;
        }
        let read = app.reads(ctx, guard.site);
        if read.unknown || changed.touches(&read) {
            return None;
        }
        // What was put there before says yes already: it is no request for what is still missing.
        let of_consent = answered.unknown || answered.touches(&read);
        if of_consent && !read.kept.is_empty() && app.holds_without(ctx, guard.site, guard.truthy) {
            shown = shown.or(Some(guard));
        }
    }
    let place = app.expr_place(shown?.site);
    let file = &app.model.files[shown?.site.file as usize];
    let text: String = place.span.of(&file.text).split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = text.chars().take(MAX_CONDITION).collect();
    Some(if cut.len() < text.len() { format!("{cut}…") } else { text })
}
