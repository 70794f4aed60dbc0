//! In: authorization buttons in dialogs, and the writes to the data that shows them. Out: dialogs that open by themselves.

use super::dialogs::{self, Backdrops, Condition};
use crate::analyse::record::DataWrite;
use crate::analyse::value::Set;
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::{App, Button};
use crate::facts::script::Expr;
use crate::finding::{Certainty, Finding, Level, Message, Step, Witness};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut backdrops = Backdrops::default();
    for button in app.buttons() {
        if let Some(dialog) = dialogs::dialog_around(app, &mut backdrops, button.instance, button.node) {
            out.extend(judge(app, &button, dialog));
        }
    }
}

/// Why a dialog is seen without the user's doing.
enum Cause {
    /// Nothing hides it.
    Always,
    /// The data that shows it is set so from the beginning.
    /// With what it is then: true or not.
    Default(String, bool),
    /// A hook sets it.
    Set(String, WitnessPath, crate::analyse::record::Site),
}

fn judge(app: &mut App<'_>, button: &Button, dialog: u32) -> Option<Finding> {
    let conditions = dialogs::conditions(app, button.instance, button.node);
    let mut cause = Cause::Always;
    for condition in &conditions {
        match opened(app, condition)? {
            Cause::Always => {}
            found @ Cause::Set(..) => cause = found,
            found @ Cause::Default(..) if matches!(cause, Cause::Always) => cause = found,
            Cause::Default(..) => {}
        }
    }
    let launch = app.live.instances[button.instance as usize].launch;
    // People know a dialog by what shows and hides it.
    let within = |condition: &&Condition| condition.instance == button.instance && condition.node <= dialog;
    let shown = conditions.iter().filter(within).find_map(|condition| {
        app.element(button.instance, condition.node).filter(|element| dialogs::is_dialog(app, element))
    });
    let element = dialogs::described(shown.or(app.element(button.instance, dialog))?);
    let place = app.tag_place(button.instance, button.node)?;
    let (message, certainty, witnesses) = match cause {
        // A class alone does not make a dialog of what is part of the page at all times.
        Cause::Always if !app.element(button.instance, dialog).is_some_and(|e| dialogs::is_dialog_element(app, e)) => {
            return None;
        }
        Cause::Always => {
            (Message::new("message-always").with("element", element.clone()), Certainty::Likely, Vec::new())
        }
        Cause::Default(key, truthy) => {
            let message = Message::new(if truthy { "message-default" } else { "message-default-hidden" });
            let message = message.with("element", element.clone()).with("key", key);
            (message, Certainty::Certain, Vec::new())
        }
        Cause::Set(key, path, site) => {
            let entry = app.entry_name(&app.live.entry_points[path.entry as usize]);
            let step = Message::new("step-set-data").with("key", key.clone());
            let mut witness: Witness = app.witness(&path, Step { place: app.expr_place(site), message: step });
            witness.steps.push(Step { place: place.clone(), message: Message::new("step-shown") });
            let sure = witness_paths::certainty(&app.machine, &app.live, &path);
            let message =
                Message::new("message-set").with("element", element.clone()).with("key", key).with("entry", entry);
            (message, sure, vec![witness])
        }
    };
    let level = if launch && certainty >= Certainty::Likely { Level::Error } else { Level::Warning };
    Some(Finding::new("launch-auth-dialog", level, certainty, message, place, element).with_witnesses(witnesses))
}

/// How a condition comes to hold without the user's doing; `None` when it does not.
fn opened(app: &mut App<'_>, condition: &Condition) -> Option<Cause> {
    let element = app.element(condition.instance, condition.node)?.clone();
    let Some(value) = &element.attributes[condition.attribute].value else { return Some(Cause::Always) };
    if !dialogs::holds(app, condition).0 {
        return None;
    }
    if value.literal().is_some() {
        return Some(Cause::Always);
    }
    let body = &value.expression()?.body;
    let names: Vec<String> = body
        .exprs
        .iter()
        .filter_map(|expr| if let Expr::Global(name) = expr { Some(body.name(*name).to_string()) } else { None })
        .collect();
    let negated = condition.negated != matches!(body.exprs[value.expression()?.root as usize], Expr::Not(_));
    // A conjunction needs all its parts; each name is looked at by itself.
    let mut cause = Cause::Always;
    for name in names {
        match shown_by(app, condition.instance, &name, !negated, 0)? {
            Cause::Always => {}
            found => cause = found,
        }
    }
    Some(cause)
}

/// How a name of the view comes to be truthy (or falsy) without the user's doing.
fn shown_by(app: &mut App<'_>, instance: u32, name: &str, truthy: bool, depth: u32) -> Option<Cause> {
    let fits = |app: &App<'_>, set: Set| {
        let (yes, no) = app.machine.sets.truth(set);
        if truthy { yes } else { no }
    };
    let initial = app.initial_data(instance, name);
    if initial.is_some_and(|set| fits(app, set) && app.machine.sets.single(set).is_some()) {
        return Some(Cause::Default(name.to_string(), truthy));
    }
    let atom = app.machine.atoms.intern(name);
    let object = app.live.instances[instance as usize].object;
    let writes: Vec<DataWrite> = app.writes_to(object, atom).filter(|write| fits(app, write.value)).cloned().collect();
    for write in writes {
        let open = witness_paths::may_prompt(&write.guards);
        let wanted = |entry: &crate::analyse::entry_points::EntryPoint| entry.automatic && !entry.leaving;
        let witness_paths =
            app.witness_paths.to(&app.machine, &app.live, &[write.ctx], wanted, witness_paths::may_prompt);
        if let (Some(path), true) = (witness_paths.into_iter().next(), open) {
            return Some(Cause::Set(name.to_string(), path, write.site));
        }
    }
    // A component shows what its owner tells it to.
    let (owner, nodes) = app.live.instances[instance as usize].placed.clone()?;
    if depth > 4 {
        return None;
    }
    let plain = |name: &str| name.to_ascii_lowercase().replace('-', "");
    for node in nodes {
        let Some(element) = app.element(owner, node).cloned() else { continue };
        let passed = element.attributes.iter().find(|attribute| plain(&attribute.name) == plain(name));
        let Some(value) = passed.and_then(|attribute| attribute.value.as_ref()) else { continue };
        if let Some(snippet) = value.expression() {
            for expr in &snippet.body.exprs {
                if let Expr::Global(outer) = expr {
                    let outer = snippet.body.name(*outer).to_string();
                    if let Some(cause) = shown_by(app, owner, &outer, truthy, depth + 1) {
                        return Some(cause);
                    }
                }
            }
        }
    }
    None
}
