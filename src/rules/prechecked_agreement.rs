//! In: boxes of views, the words beside them, and the data that ticks them. Out: boxes for an agreement that are ticked
//! before the user has done anything.

use super::{agreement, dialogs};
use crate::analyse::conditions::{Condition, Wanted};
use crate::analyse::record::EdgeKind;
use crate::analyse::value::Val;
use crate::app::shown::Opening;
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
    let attribute = app.element(instance, node)?.attributes.iter().position(|other| other == attribute)?;
    let condition = Condition { instance, node, attribute, wanted: Wanted::True, through: None };
    let snippet = snippet.clone();
    from_data(app, &condition, &snippet)
}

/// A box that follows the view's data, which ticks it at first, or which a hook sets so whatever holds.
fn from_data(app: &mut App<'_>, condition: &Condition, snippet: &Snippet) -> Option<(Message, Option<Fix>)> {
    let path = path_of(snippet);
    let key = path.as_ref().map_or_else(|| dialogs::written(app, condition), |(path, _)| path.join("."));
    let message = Message::new("data").with("key", key);
    match app.opening(&[*condition])? {
        Opening::Always => Some((Message::new("always"), None)),
        Opening::First(_) => {
            let fix = path.and_then(|(path, truthy)| untick_data(app, condition.instance, &path, truthy));
            Some((message, fix))
        }
        Opening::Write { write, path, sure } => {
            let straight = |edge: &u32| {
                let edge = &app.machine.edges[*edge as usize];
                matches!(edge.kind, EdgeKind::Call | EdgeKind::Update) && edge.guards.is_empty()
            };
            let free = app.machine.embedder.writes[write as usize].guards.is_empty();
            let by_itself = sure && free && path.edges.iter().all(straight);
            (by_itself && !app.live.entry_points[path.entry as usize].guessed).then_some((message, None))
        }
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
