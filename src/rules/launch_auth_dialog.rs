//! In: authorization buttons in dialogs, and the writes to the data that shows them. Out: dialogs that open by themselves.

use super::dialogs::{self, Backdrops};
use crate::analyse::conditions::Condition;
use crate::analyse::witness_paths;
use crate::app::shown::Opening;
use crate::app::{App, Button};
use crate::finding::{Certainty, Finding, Level, Message, Step, Witness};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut backdrops = Backdrops::default();
    for button in app.buttons() {
        if let Some(dialog) = dialogs::dialog_around(app, &mut backdrops, button.instance, button.node) {
            let places = app.placed_at(button.instance).into_iter();
            let conditions = places.map(|at| app.conditions_at(button.instance, button.node, at)).collect::<Vec<_>>();
            out.extend(conditions.into_iter().find_map(|conditions| judge(app, &button, dialog, &conditions)));
        }
    }
}

fn judge(app: &mut App<'_>, button: &Button, dialog: (u32, u32), conditions: &[Condition]) -> Option<Finding> {
    let opening = app.opening(conditions)?;
    let launch = app.live.instances[button.instance as usize].launch;
    // People know a dialog by what shows and hides it.
    let within = |condition: &&Condition| condition.instance == dialog.0 && condition.node <= dialog.1;
    let shown = conditions.iter().filter(within).find_map(|condition| {
        app.element(condition.instance, condition.node).filter(|element| dialogs::is_dialog(app, element))
    });
    let inner = app.element(dialog.0, dialog.1)?;
    let element = dialogs::described(shown.unwrap_or(inner));
    let place = app.tag_place(button.instance, button.node)?;
    let (message, certainty, witnesses) = match opening {
        // A class alone does not make a dialog of what is part of the page at all times.
        Opening::Always if !dialogs::is_dialog_element(app, inner) => return None,
        Opening::Always => (Message::new("message-always"), Certainty::Likely, Vec::new()),
        Opening::First(condition) => (at_first(app, &condition), Certainty::Certain, Vec::new()),
        Opening::Write { write, path, sure } => {
            let key = key_of(app, write);
            let entry = app.entry_name(&app.live.entry_points[path.entry as usize]);
            let site = app.machine.embedder.writes[write as usize].site;
            let step = Message::new("step-set-data").with("key", key.clone());
            let mut witness: Witness = app.witness(&path, Step { place: app.expr_place(site), message: step });
            witness.steps.push(Step { place: place.clone(), message: Message::new("step-shown") });
            let certainty = witness_paths::certainty(&app.machine, &app.live, &path);
            let certainty = if sure { certainty } else { certainty.min(Certainty::Likely) };
            (Message::new("message-set").with("key", key).with("entry", entry), certainty, vec![witness])
        }
    };
    let message = message.with("element", element.clone());
    let level = if launch && certainty >= Certainty::Likely { Level::Error } else { Level::Warning };
    Some(Finding::new("launch-auth-dialog", level, certainty, message, place, element).with_witnesses(witnesses))
}

/// That a condition holds from the beginning.
fn at_first(app: &App<'_>, condition: &Condition) -> Message {
    match app.flag_of(condition) {
        Some((key, true)) => Message::new("message-default").with("key", key),
        Some((key, false)) => Message::new("message-default-hidden").with("key", key),
        None => Message::new("message-default-test").with("test", dialogs::written(app, condition)),
    }
}

/// The key of a write as `setData` is given it.
fn key_of(app: &App<'_>, write: u32) -> String {
    let segments = app.machine.embedder.writes[write as usize].path.iter();
    let names = segments.map(|segment| segment.map_or("*", |name| app.machine.atoms.text(name)));
    names.collect::<Vec<_>>().join(".")
}
