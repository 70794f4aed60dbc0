//! In: what is read from answers with basic information and from events that bring it. Out: fields that are private.

use crate::analyse::entry_points::EntryPointKind;
use crate::analyse::heap::Origin;
use crate::analyse::record::{EdgeKind, Use, UseKind};
use crate::analyse::value::Atom;
use crate::app::App;
use crate::finding::{Certainty, Finding, Level, Message, Step};
use std::collections::BTreeSet;

/// The kind of data the authorization is for.
const BASIC: &str = "basic";

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let basic_button = has_basic_button(app);
    for used in &app.machine.uses {
        let UseKind::Read(field) = used.how else { continue };
        if !app.machine.embedder.names.private_fields.contains(&field) {
            continue;
        }
        match app.machine.heap.opaque_value(used.value).origin {
            Origin::Result(request) => out.extend(answer(app, used, field, request)),
            Origin::Event if basic_button => out.extend(event(app, used, field)),
            _ => {}
        }
    }
}

/// Whether some button asks for basic information.
fn has_basic_button(app: &mut App<'_>) -> bool {
    let classes = &app.platform.markup.auth_button.classes;
    let basic = |scope: &String| classes.get(scope).is_some_and(|class| class == BASIC);
    app.buttons().iter().any(|button| button.scopes.texts.iter().any(basic))
}

fn answer(app: &App<'_>, used: &Use, field: Atom, request: u32) -> Option<Finding> {
    let facts = app.request(request);
    let api = app.machine.atoms.text(facts.api);
    let gives = app.platform.apis.get(api).is_some_and(|row| row.gives_user_data);
    let given = app.machine.embedder.given.contains(&(facts.api, field));
    if given || !gives || app.platform.personal.get(api).is_none_or(|row| row.class != BASIC) {
        return None;
    }
    let api = app.api_name(api);
    let asked = app.request_step(facts.site, &api);
    let message = Message::new("answer").with("api", api);
    Some(finding(app, used, field, message, vec![asked]))
}

/// A field of an event's own detail, in what a consent starts.
fn event(app: &App<'_>, used: &Use, field: Atom) -> Option<Finding> {
    if app.machine.heap.opaque_value(used.value).path.is_empty() {
        return None;
    }
    let grants = &app.platform.markup.auth_button.grant_events;
    let wanted =
        |entry: &crate::analyse::entry_points::EntryPoint| entry.kind == EntryPointKind::Event && !entry.guessed;
    let witness_paths = app.witness_paths.to(&app.machine, &app.live, &[used.ctx], wanted, |_| true);
    let direct = |path: &&crate::analyse::witness_paths::WitnessPath| {
        path.edges.iter().all(|edge| matches!(app.machine.edges[*edge as usize].kind, EdgeKind::Call))
    };
    let events: BTreeSet<&str> = witness_paths
        .iter()
        .filter(direct)
        .map(|path| app.live.entry_points[path.entry as usize].event.as_str())
        .collect();
    let granted = |event: &str| grants.iter().any(|grant| grant == event);
    let ours = !events.is_empty() && events.iter().all(|event| granted(event));
    ours.then(|| finding(app, used, field, Message::new("event"), Vec::new()))
}

fn finding(app: &App<'_>, used: &Use, field: Atom, message: Message, related: Vec<Step>) -> Finding {
    let mixed = app.machine.embedder.mixed.contains(&used.site);
    let field = app.machine.atoms.text(field);
    let level = if mixed { Level::Warning } else { Level::Error };
    let certainty = if mixed { Certainty::Likely } else { Certainty::Certain };
    Finding::new("private-field", level, certainty, message.with("field", field), app.expr_place(used.site), field)
        .with_related(related)
}
