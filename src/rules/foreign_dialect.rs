//! In: native elements. Out: words of another platform, and slips of spelling, where this platform's words ask for
//! authorization: what is written so is ignored without a word.

use super::edits::{self, Page};
use super::invalid_scope::written_at;
use crate::analyse::markup::{self, camel};
use crate::analyse::record::Site;
use crate::app::flow::Start;
use crate::app::{App, Button};
use crate::error::distance;
use crate::facts::script::{Expr, Key, Pattern, Prop};
use crate::facts::template::{Attribute, Element};
use crate::finding::{Certainty, Finding, Fix, Level, Message};
use crate::platform::Host;
use crate::text::Span;
use std::collections::BTreeSet;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let concerns = app.nodes_of_views(|element| {
        app.platform.markup.elements.contains(&element.name)
            && (opening(app, element).is_some() || app.platform.markup.auth_button.element == element.name)
    });
    for (unit, nodes) in concerns {
        for node in nodes {
            if !is_for_others(app, unit, node) {
                judge(app, unit, node, out);
            }
        }
    }
    emitted(app, out);
}

/// Events that a component's button emits as on another platform, where nothing makes that method.
fn emitted(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let rules = &app.platform.markup.auth_button;
    let events: Vec<String> = rules.grant_events.iter().chain([&rules.error_event]).cloned().collect();
    let buttons = app.buttons();
    let app = &*app;
    let emit = &app.platform.instance.emit;
    let native = |button: &&Button| {
        let instance = &app.live.instances[button.instance as usize];
        instance.host == Host::Component && instance.shim.is_none() && !instance.supposed
    };
    let starts: Vec<Start<'_>> =
        buttons.iter().filter(native).flat_map(|button| app.handlers(button, &events).0).collect();
    if starts.is_empty() || is_made(app, &emit.method) {
        return;
    }
    let reach = app.reach_surely(&starts, |_| true);
    let mut known = BTreeSet::new();
    for ctx in reach.contexts() {
        let file = app.machine.ctxs[ctx.0 as usize].code.file;
        let body = &app.machine.code.file(file).script.body;
        for id in app.own_exprs(ctx) {
            let Expr::Call { callee, .. } = body.exprs[id as usize] else { continue };
            let Expr::Member { object, name, .. } = body.exprs[callee as usize] else { continue };
            let ours = matches!(body.exprs[object as usize], Expr::This) && body.name(name) == emit.method;
            let site = Site { file, expr: id };
            if ours && reach.holds(ctx, site) && known.insert(site) {
                let method = format!("this.{}", emit.method);
                let message = Message::new("emit").with("method", method.clone()).with("prefix", emit.prefix.clone());
                let place = app.expr_place(site);
                out.push(Finding::new("foreign-dialect", Level::Error, Certainty::Likely, message, place, method));
            }
        }
    }
}

/// Whether some script of the program makes a property of this name, or a package might: then it is there to call.
fn is_made(app: &App<'_>, name: &str) -> bool {
    app.model.files.iter().filter_map(|file| Some((file.script()?, file.package))).any(|(script, package)| {
        let named = |known: u32| script.body.name(known) == name;
        let made = |expr: &Expr| match expr {
            Expr::Object(props) => {
                props.iter().any(|prop| matches!(prop, Prop::Value(Key::Name(known), ..) if named(*known)))
            }
            Expr::Class(class) => {
                class.members.iter().any(|prop| matches!(prop, Prop::Value(Key::Name(known), ..) if named(*known)))
            }
            Expr::Assign { target, .. } => match **target {
                Pattern::Place(place) => {
                    matches!(script.body.exprs[place as usize], Expr::Member { name, .. } if named(name))
                }
                _ => false,
            },
            Expr::Str(known) => package && named(*known),
            _ => false,
        };
        script.body.exprs.iter().any(made)
    })
}

/// Whether a node of sources for several platforms may be for another one: it stands under a condition.
fn is_for_others(app: &App<'_>, unit: u32, node: u32) -> bool {
    let view = &app.live.views[&unit];
    let file = &app.model.files[view.nodes[node as usize].file as usize];
    let is_conditional = |at: u32| {
        let element = view.element(app.model, at);
        let given = |directive: &str| {
            element.is_some_and(|element| markup::condition(&app.machine, element, directive).is_some())
        };
        ["if", "elif", "else"].into_iter().any(given)
    };
    file.is_component() && std::iter::once(node).chain(view.ancestors(node)).any(is_conditional)
}

/// The attribute that says, however it is spelt, what an element opens.
fn opening<'e>(app: &App<'_>, element: &'e Element) -> Option<&'e Attribute> {
    let plain = |name: &str| {
        let letters = name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase);
        letters.collect::<String>()
    };
    let name = &app.platform.markup.auth_button.open_type;
    let exact = element.attributes.iter().rev().find(|attribute| attribute.name == *name);
    exact.or_else(|| element.attributes.iter().rev().find(|attribute| plain(&attribute.name) == plain(name)))
}

/// What an element is told to open.
#[derive(Clone, Debug, PartialEq)]
enum Opens {
    /// The sheet of this platform.
    Native,
    /// A word that another platform has for it, and the scope it stands for here.
    Foreign(String, String),
    /// A slip of spelling.
    Misspelt(String),
    /// Nothing that has to do with authorization, or it is not known.
    Else,
}

/// A finding at an attribute or an element, and the text that mends it.
struct Breach {
    message: Message,
    span: Span,
    subject: String,
    edits: Vec<(Span, String)>,
    certainty: Certainty,
}

fn judge(app: &mut App<'_>, unit: u32, node: u32, out: &mut Vec<Finding>) {
    let Some(view) = app.live.views.get(&unit) else { return };
    let (shown, element) = (view.nodes[node as usize], view.element(app.model, node).cloned());
    let Some(element) = element else { return };
    let file = &app.model.files[shown.file as usize];
    let attribute = opening(app, &element).cloned();
    let written = attribute.as_ref().and_then(|attribute| attribute.value.as_ref()?.literal());
    let (opens, certainty) = match (&attribute, written) {
        (Some(_), Some(text)) => (meaning(app, text), Certainty::Certain),
        // A package serves every platform that its users build for.
        (Some(attribute), None) if !file.package => computed(app, unit, node, attribute),
        _ => (Opens::Else, Certainty::Certain),
    };
    let mut breaches = Vec::new();
    if let (Some(attribute), Opens::Foreign(..) | Opens::Misspelt(_)) = (&attribute, &opens) {
        breaches.push(value_of(app, &file.text, &element, attribute, &opens, certainty));
    }
    let native = opens == Opens::Native;
    breaches.extend(match &attribute {
        Some(attribute) if native => ignored(app, &element, attribute),
        None => without_open_type(app, &element),
        _ => None,
    });
    if native && written.is_some() && element.name != app.platform.markup.auth_button.element {
        let native = app.platform.markup.auth_button.element.clone();
        let message = Message::new("element").with("element", element.name.clone()).with("native", native);
        let (span, subject) = (element.tag, element.name.clone());
        breaches.push(Breach { message, span, subject, edits: Vec::new(), certainty });
    }
    // Where the element opens something else, its events are not those of authorization.
    if opens != Opens::Else {
        breaches.extend(events_of(app, shown.file, &element, certainty));
    }
    for Breach { message, span, subject, edits, certainty } in breaches {
        // What the other platform hands to the handler, and when, is not the same: only the case of a name is sure.
        let safe = native && !has_foreign_prefix(app, &subject);
        let edits = edits::placed(&file.path, edits);
        let fix = (!edits.is_empty()).then(|| Fix { message: Message::new("help"), safe, edits });
        let place = app.place(shown.file, span);
        out.push(Finding::new("foreign-dialect", Level::Error, certainty, message, place, subject).with_fixes(fix));
    }
}

/// What a value of the open type means. Some platforms take several, with `|` between them.
fn meaning(app: &App<'_>, text: &str) -> Opens {
    let mut found = Opens::Else;
    for part in text.split('|').map(str::trim) {
        match word(app, part) {
            Opens::Native => return if part == text.trim() { Opens::Native } else { Opens::Else },
            Opens::Else => {}
            other => found = other,
        }
    }
    found
}

fn word(app: &App<'_>, word: &str) -> Opens {
    let rules = &app.platform.markup.auth_button;
    if word == rules.value {
        return Opens::Native;
    }
    let foreign = rules.foreign_open_types.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    if let Some((_, scope)) = foreign {
        return Opens::Foreign(word.to_string(), scope.clone());
    }
    let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    let near = plain.eq_ignore_ascii_case(&rules.value) || distance(word, &rules.value) <= 2;
    let slip = near || rules.mistaken_open_types.iter().any(|known| known.eq_ignore_ascii_case(word));
    if slip { Opens::Misspelt(word.to_string()) } else { Opens::Else }
}

/// What a computed open type means: all its values are looked at, wherever the element stands.
fn computed(app: &mut App<'_>, unit: u32, node: u32, attribute: &Attribute) -> (Opens, Certainty) {
    let mut texts: Vec<String> = Vec::new();
    for instance in app.instances_of(unit).to_vec() {
        let known = app.texts(instance, node, Some(attribute));
        if known.unknown {
            return (Opens::Else, Certainty::Certain);
        }
        texts.extend(known.texts);
    }
    texts.sort();
    texts.dedup();
    let meanings: Vec<Opens> = texts.iter().map(|text| meaning(app, text)).collect();
    let sure = if meanings.len() == 1 { Certainty::Certain } else { Certainty::Likely };
    if meanings.contains(&Opens::Native) {
        // Beside this platform's word, another platform is meant by the others.
        let opens = if meanings.len() == 1 { Opens::Native } else { Opens::Else };
        return (opens, sure);
    }
    (meanings.into_iter().find(|opens| *opens != Opens::Else).unwrap_or(Opens::Else), sure)
}

/// Another platform's open type, or a misspelt one. The fix names the scope as well, where none is named.
fn value_of(
    app: &App<'_>,
    text: &str,
    element: &Element,
    attribute: &Attribute,
    opens: &Opens,
    certainty: Certainty,
) -> Breach {
    let rules = &app.platform.markup.auth_button;
    let (key, value, scope) = match opens {
        Opens::Foreign(value, scope) => ("open-type", value, Some(scope)),
        Opens::Misspelt(value) => ("misspelt", value, None),
        Opens::Native | Opens::Else => ("misspelt", &rules.value, None),
    };
    let whole = attribute.value.as_ref().and_then(|written| Some((written.literal()?, written.span)));
    let place = whole.map(|(_, span)| span).or_else(|| written_at(attribute, value));
    let mut edits: Vec<(Span, String)> = place.map(|span| (span, rules.value.clone())).into_iter().collect();
    let granted = |attribute: &Attribute| meant(app, attribute).is_some_and(|event| rules.grant_events.contains(event));
    if !element.attributes.iter().any(granted) {
        // Nobody would hear the answer: what the button was to do is not clear.
        edits.clear();
    } else if let (Some(scope), None, false) = (scope, element.attribute(&rules.scope), edits.is_empty()) {
        let page = Page::of(text);
        edits.extend(page.map(|page| page.attribute(element, Some(attribute), &rules.scope, scope)));
    }
    let message = Message::new(key)
        .with("value", value.clone())
        .with("attribute", rules.open_type.clone())
        .with("native", rules.value.clone());
    Breach { message, span: attribute.name_span, subject: value.clone(), edits, certainty }
}

/// An attribute that the platform does not read because of its spelling. It reads both `open-type` and `openType`.
fn ignored(app: &App<'_>, element: &Element, attribute: &Attribute) -> Option<Breach> {
    let name = &app.platform.markup.auth_button.open_type;
    let read = attribute.name == *name || attribute.name == camel(name);
    if element.name != app.platform.markup.auth_button.element || read {
        return None;
    }
    let message = Message::new("attribute").with("attribute", attribute.name.clone()).with("native", name.clone());
    let edits = vec![(attribute.name_span, name.clone())];
    let (span, subject) = (attribute.name_span, attribute.name.clone());
    Some(Breach { message, span, subject, edits, certainty: Certainty::Certain })
}

/// A button that waits for a grant and names what it asks for, but opens nothing.
fn without_open_type(app: &App<'_>, element: &Element) -> Option<Breach> {
    let rules = &app.platform.markup.auth_button;
    element.literal(&rules.scope).filter(|scope| rules.scopes.iter().any(|known| known == scope.trim()))?;
    let waits = |attribute: &&Attribute| meant(app, attribute).is_some_and(|event| rules.grant_events.contains(event));
    let event = element.attributes.iter().find(waits)?;
    let message = Message::new("no-open-type")
        .with("element", element.name.clone())
        .with("event", event.name.clone())
        .with("attribute", rules.open_type.clone())
        .with("native", rules.value.clone());
    let behind = Span { start: element.name_span.end, end: element.name_span.end };
    let edits = vec![(behind, format!(" {}=\"{}\"", rules.open_type, rules.value))];
    let (span, subject) = (element.tag, element.name.clone());
    Some(Breach { message, span, subject, edits, certainty: Certainty::Certain })
}

/// Whether an event is spelt with a prefix of another platform.
fn has_foreign_prefix(app: &App<'_>, event: &str) -> bool {
    let rules = &app.platform.markup;
    let begins = |prefixes: &[String]| prefixes.iter().any(|prefix| event.starts_with(prefix.as_str()));
    begins(&rules.auth_button.foreign_prefixes) && !event.starts_with("on")
}

/// The event of the authorization button that an attribute binds, however it is spelt.
fn meant<'a>(app: &'a App<'_>, attribute: &Attribute) -> Option<&'a String> {
    let rules = &app.platform.markup.auth_button;
    let native = app.platform.markup.event_prefixes.iter().map(String::as_str).filter(|prefix| *prefix != "catch");
    let prefixes = native.chain(rules.foreign_prefixes.iter().map(String::as_str));
    let events = || rules.grant_events.iter().chain([&rules.error_event]);
    let known = |rest: &str| events().find(|event| event.eq_ignore_ascii_case(&rest.replace('-', "")));
    prefixes.filter_map(|prefix| attribute.name.strip_prefix(prefix)).find_map(known)
}

/// Whether an element binds one of these events in a spelling that is not heard here: this rule speaks of it, so that no other
/// rule needs to say that the event is missing.
pub(super) fn binds_in_vain(app: &App<'_>, element: &Element, events: &[String]) -> bool {
    app.platform.markup.elements.contains(&element.name)
        && element.attributes.iter().any(|attribute| {
            let event = meant(app, attribute).filter(|event| events.contains(event));
            event.is_some_and(|event| app.machine.event_of(&attribute.name).as_deref() != Some(event))
        })
}

/// Events of the authorization button in another platform's spelling, or in the wrong case. Of two attributes that mean the
/// same event, one takes its name.
fn events_of(app: &App<'_>, file: u32, element: &Element, certainty: Certainty) -> Vec<Breach> {
    let mut found = Vec::new();
    let mut named: Vec<&String> = Vec::new();
    for attribute in &element.attributes {
        let Some(event) = meant(app, attribute) else { continue };
        // Beside the native spelling the foreign one does no harm.
        let grants = &app.platform.markup.auth_button.grant_events;
        let ported = has_foreign_prefix(app, &attribute.name) && grants.contains(event);
        let heard = |other: &Attribute| {
            let native = app.machine.event_of(&other.name);
            native.is_some_and(|native| native == *event || (ported && grants.contains(&native)))
        };
        if element.attributes.iter().any(heard) {
            continue;
        }
        let right = app.event_word(file, event);
        let written = attribute.name_span.of(&app.model.files[file as usize].text);
        let message = Message::new("event").with("event", written).with("native", right.clone());
        let edits = if named.contains(&event) { Vec::new() } else { vec![(attribute.name_span, right)] };
        named.push(event);
        let (span, subject) = (attribute.name_span, attribute.name.clone());
        found.push(Breach { message, span, subject, edits, certainty });
    }
    found
}
