//! In: boxes of views, the words beside them, and the data that ticks them. Out: boxes for an agreement that are ticked
//! before the user has done anything.

use super::agreement;
use crate::analyse::entry_points::EntryPoint;
use crate::analyse::record::EdgeKind;
use crate::analyse::value::{ObjId, Val};
use crate::app::{App, written_property};
use crate::facts::script::{Expr, ExprId, Script, Snippet};
use crate::facts::template::{Attribute, Element};
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message};
use std::collections::BTreeSet;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut places = BTreeSet::new();
    for instance in 0..app.live.instances.len() as u32 {
        let unit = app.live.instances[instance as usize].unit;
        let Some(count) = unit.and_then(|unit| app.live.views.get(&unit)).map(|view| view.nodes.len()) else {
            continue;
        };
        for node in 0..count as u32 {
            let Some(element) = app.element(instance, node).cloned() else { continue };
            if !app.platform.agreement.elements.contains(&element.name) {
                continue;
            }
            let found = judge(app, instance, node, &element);
            out.extend(found.filter(|found| places.insert(found.place.clone())));
        }
    }
}

fn judge(app: &mut App<'_>, instance: u32, node: u32, element: &Element) -> Option<Finding> {
    let rules = &app.platform.agreement.attributes;
    let attribute = rules.iter().find_map(|name| element.attribute(name))?;
    let (message, fix) = ticked(app, instance, node, attribute)?;
    let told = agreement::told(app, instance, node, element)?;
    let unit = app.live.instances[instance as usize].unit?;
    if !crate::analyse::markup::shown(&mut app.machine, &app.live, instance, node) {
        return None;
    }
    let file = app.live.views.get(&unit)?.nodes[node as usize].file;
    let level = if told { Level::Warning } else { Level::Info };
    let certainty = if told { Certainty::Certain } else { Certainty::Likely };
    let message = message.with("element", element.name.clone());
    let place = app.place(file, attribute.name_span);
    Some(Finding::new("prechecked-agreement", level, certainty, message, place, element.name.clone()).with_fixes(fix))
}

/// How a box comes to be ticked, and how to change that.
fn ticked(app: &mut App<'_>, instance: u32, node: u32, attribute: &Attribute) -> Option<(Message, Option<Fix>)> {
    let unit = app.live.instances[instance as usize].unit?;
    let shown = app.live.views.get(&unit)?.nodes[node as usize];
    let untick = || {
        let (span, text) = match &attribute.value {
            Some(value) => (value.span, "{{false}}".to_owned()),
            None => (attribute.span, format!("{}=\"{{{{false}}}}\"", attribute.name)),
        };
        let edits = vec![Edit { place: app.place(shown.file, span), text }];
        Some(Fix { message: Message::new("fix"), safe: false, edits })
    };
    let Some(value) = &attribute.value else { return Some((Message::new("always"), untick())) };
    match value.literal().map(str::trim) {
        Some("") => return None,
        Some("true") => return Some((Message::new("always"), untick())),
        Some(text) => return Some((Message::new("text").with("value", text), untick())),
        None => {}
    }
    let snippet = value.expression()?;
    if let Expr::Bool(true) = snippet.body.exprs[snippet.root as usize] {
        return Some((Message::new("always"), untick()));
    }
    if shown.templated {
        return None;
    }
    from_data(app, instance, snippet)
}

/// A box that follows the view's data, which is true at first.
fn from_data(app: &mut App<'_>, instance: u32, snippet: &Snippet) -> Option<(Message, Option<Fix>)> {
    let (path, truthy) = path_of(snippet)?;
    let written = path.join(".");
    let message = Message::new("data").with("key", written);
    let atom = app.machine.atoms.find(&path[0])?;
    if let Some(initial) = initially(app, instance, &path) {
        let (yes, no) = truth(initial);
        if (yes && !no) == truthy && (yes != no) {
            let fix = untick_data(app, instance, &path, truthy);
            return Some((message, fix));
        }
    }
    let literal = Val::Bool(truthy);
    let set = path.len() == 1 && set_by_hook(app, instance, atom, literal);
    set.then_some((message, None))
}

fn truth(value: Val) -> (bool, bool) {
    match value {
        Val::Bool(value) => (value, !value),
        Val::Undefined | Val::Null => (false, true),
        Val::Object(_) => (true, false),
        _ => (true, true),
    }
}

/// The data path an expression reads, and whether the box is ticked when it is truthy.
fn path_of(snippet: &Snippet) -> Option<(Vec<String>, bool)> {
    let body = &snippet.body;
    let mut truthy = true;
    let mut at = snippet.root;
    while let Expr::Not(inner) = body.exprs[at as usize] {
        truthy = !truthy;
        at = inner;
    }
    let mut path = Vec::new();
    loop {
        match &body.exprs[at as usize] {
            Expr::Member { object, name, .. } => {
                path.push(body.name(*name).to_string());
                at = *object;
            }
            Expr::Global(name) => {
                path.push(body.name(*name).to_string());
                path.reverse();
                return Some((path, truthy));
            }
            _ => return None,
        }
    }
}

/// The one value that options declare for a data path.
fn initially(app: &mut App<'_>, instance: u32, path: &[String]) -> Option<Val> {
    let mut set = app.initial_data(instance, &path[0])?;
    for name in &path[1..] {
        let Some(Val::Object(object)) = app.machine.sets.single(set) else { return None };
        let name = app.machine.atoms.find(name)?;
        let property = app.machine.heap.get(object).property(name)?;
        set = app.machine.heap.peek(property.slot);
    }
    app.machine.sets.single(set)
}

/// Writes the other value where the data is declared, when it is written there as `true` or `false`.
fn untick_data(app: &App<'_>, instance: u32, path: &[String], truthy: bool) -> Option<Fix> {
    let options = &app.live.instances[instance as usize].options;
    let registered =
        |set| app.machine.sets.values(set).iter().any(|v| matches!(v, Val::Object(o) if options.contains(o)));
    let registration =
        app.machine.embedder.registrations.iter().find(|registration| registered(registration.options))?;
    let file = registration.site.file;
    let script = app.script(file)?;
    let Expr::Call { args, .. } = script.body.exprs.get(registration.site.expr as usize)? else { return None };
    let data = written_property(script, args.first()?.0, &app.platform.instance.data)?;
    let value = path.iter().try_fold(data, |object, name| written_property(script, object, name))?;
    if !is_bool(script, value, truthy) {
        return None;
    }
    let place = app.place(file, script.body.spans[value as usize]);
    let edits = vec![Edit { place, text: (!truthy).to_string() }];
    Some(Fix { message: Message::new("fix"), safe: false, edits })
}

fn is_bool(script: &Script, expr: ExprId, wanted: bool) -> bool {
    match script.body.exprs[expr as usize] {
        Expr::Bool(value) => value == wanted,
        // `!0`, as minifiers write it.
        Expr::Not(inner) => {
            matches!(script.body.exprs[inner as usize], Expr::Number(number) if (number == 0.0) == wanted)
        }
        _ => false,
    }
}

/// Whether a hook that runs by itself writes this value, whatever holds.
fn set_by_hook(app: &App<'_>, instance: u32, key: crate::analyse::value::Atom, literal: Val) -> bool {
    let object: ObjId = app.live.instances[instance as usize].object;
    let wanted = |entry: &EntryPoint| entry.automatic && !entry.leaving && !entry.guessed;
    let mut ours =
        app.writes_to(object, key).filter(|w| w.guards.is_empty() && app.machine.sets.single(w.value) == Some(literal));
    ours.any(|write| {
        let witness_paths = app.witness_paths.to(&app.machine, &app.live, &[write.ctx], wanted, <[_]>::is_empty);
        let straight = |edge: &u32| matches!(app.machine.edges[*edge as usize].kind, EdgeKind::Call | EdgeKind::Update);
        witness_paths.iter().any(|path| path.edges.iter().all(straight))
    })
}
