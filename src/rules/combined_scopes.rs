//! In: authorization buttons and requests. Out: profile and phone number asked for at once: by one attribute, by two
//! buttons that are seen together, or by one request.

use super::dialogs::{self, Backdrops};
use crate::analyse::markup;
use crate::app::{App, Button, Prompting};
use crate::finding::{Certainty, Finding, Level, Message, Place, Step};
use crate::model::view::View;
use std::collections::{BTreeMap, BTreeSet};

/// Buttons of one template that are compared with the ones before them: those of one block stand near each other.
const NEAR: usize = 64;
/// How far below their common element two buttons stand at most to be one block.
const BLOCK: usize = 2;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let buttons = app.buttons();
    for button in &buttons {
        out.extend(attribute(app, button));
    }
    let legal = &app.platform.markup.auth_button.scopes;
    let mut named: BTreeMap<u32, Vec<(&str, &Button)>> = BTreeMap::new();
    for button in &buttons {
        if let [one] = button.scopes.texts.as_slice()
            && legal.iter().any(|scope| scope == one.trim())
        {
            named.entry(button.instance).or_default().push((one.trim(), button));
        }
    }
    let mut backdrops = Backdrops::default();
    for buttons in named.values() {
        for (at, (a, first)) in buttons.iter().enumerate() {
            for (b, second) in buttons[at + 1..].iter().take(NEAR).filter(|(b, _)| a != b) {
                out.extend(together(app, &mut backdrops, (a, first), (b, second)));
            }
        }
    }
    requests(app, out);
}

fn finding(message: Message, place: Place, subject: String, certainty: Certainty, related: Vec<Step>) -> Finding {
    let level = if certainty == Certainty::Possible { Level::Warning } else { Level::Error };
    Finding::new("combined-scopes", level, certainty, message, place, subject).with_related(related)
}

/// The legal scopes that a text names, in its order.
pub(super) fn named<'t>(text: &'t str, legal: &[String]) -> Vec<&'t str> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let mut found: Vec<&str> = parts.filter(|part| legal.iter().any(|scope| scope == part)).collect();
    found.dedup();
    found
}

/// One attribute that names two kinds of data.
fn attribute(app: &App<'_>, button: &Button) -> Option<Finding> {
    let legal = &app.platform.markup.auth_button.scopes;
    let (text, scopes) =
        button.scopes.texts.iter().map(|text| (text, named(text, legal))).find(|(_, all)| all.len() > 1)?;
    let place = app.tag_place(button.instance, button.node)?;
    let message = Message::new("attribute").with("scopes", scopes.join(", "));
    Some(finding(message, place, text.clone(), Certainty::Certain, Vec::new()))
}

/// Two buttons of one template for different data that are seen together.
fn together(
    app: &App<'_>,
    backdrops: &mut Backdrops,
    (a, first): (&str, &Button),
    (b, second): (&str, &Button),
) -> Option<Finding> {
    let view = app.live.views.get(&first.unit)?;
    let up = |node: u32| std::iter::once(node).chain(view.ancestors(node)).collect::<Vec<_>>();
    let (chain, other) = (up(first.node), up(second.node));
    // Two roots of one template have nothing in common but the page itself.
    let common = chain.iter().find(|at| other.contains(at)).copied();
    let below = |chain: &[u32]| chain.iter().take_while(|at| Some(**at) != common).copied().collect::<Vec<_>>();
    let (chain, other) = (below(&chain), below(&other));
    let instance = first.instance;
    // What hides one hides the other: the same conditions, in the same words.
    let shown = |button: &Button, chain: &[u32]| conditions(app, button, chain);
    let apart = |chain: &[u32]| {
        chain
            .iter()
            .skip(1)
            .any(|at| app.element(instance, *at).is_some_and(|element| dialogs::is_dialog(app, element)))
    };
    if shown(first, &chain)? != shown(second, &other)? || apart(&chain) || apart(&other) {
        return None;
    }
    let dialog = common.is_some_and(|common| {
        app.element(instance, common).is_some_and(|element| dialogs::is_dialog(app, element))
            || dialogs::dialog_around(app, backdrops, instance, common).is_some()
    });
    let near = chain.len() <= BLOCK && other.len() <= BLOCK;
    // The page itself is no block: what stands between them parts them.
    let parted = common.is_none() && !are_neighbours(view, *chain.last()?, *other.last()?);
    if !dialog && (!near || parted) {
        return None;
    }
    let place = app.tag_place(instance, first.node)?;
    let other = app.tag_place(instance, second.node)?;
    let element = common.and_then(|common| app.element(instance, common));
    let element = element.map_or_else(|| "page".to_string(), dialogs::described);
    let related = vec![Step { place: other, message: Message::new("step-other-button") }];
    let certainty = if dialog { Certainty::Certain } else { Certainty::Likely };
    Some(finding(Message::new("dialog").with("element", element), place, format!("{a}+{b}"), certainty, related))
}

/// Whether no other root of a view stands between two of its roots.
fn are_neighbours(view: &View, one: u32, other: u32) -> bool {
    let between = one.min(other) + 1..one.max(other);
    between.into_iter().all(|at| view.nodes[at as usize].parent.is_some())
}

/// The conditions of nodes as they are written; `None` when one depends on its neighbours'.
fn conditions(app: &App<'_>, button: &Button, chain: &[u32]) -> Option<BTreeSet<String>> {
    let view = app.live.views.get(&button.unit)?;
    let mut found = BTreeSet::new();
    for at in chain {
        let Some(element) = app.element(button.instance, *at) else { continue };
        if ["elif", "else"].iter().any(|d| markup::condition(&app.machine, element, d).is_some()) {
            return None;
        }
        if let Some(attribute) = markup::condition(&app.machine, element, "if") {
            let file = view.nodes[*at as usize].file;
            let value = attribute.value.as_ref().map_or(attribute.span, |value| value.span);
            let written = value.of(&app.model.files[file as usize].text);
            found.insert(written.chars().filter(|c| !c.is_whitespace()).collect());
        }
    }
    Some(found)
}

/// One request whose scopes mix basic and contact data, where the wallet forbids it.
fn requests(app: &App<'_>, out: &mut Vec<Finding>) {
    if app.platform.policy.combined_scopes_allowed {
        return;
    }
    for site in &app.sites {
        for request in &site.requests {
            let Prompting::Asks(scopes) = app.prompting(app.request(*request)) else { continue };
            let of =
                |class: &str| scopes.iter().any(|s| app.platform.scopes.get(s).is_some_and(|row| row.class == class));
            if of("basic") && of("contact") {
                let api = app.api_name(&site.api);
                let message = Message::new("request").with("api", api.clone()).with("scopes", scopes.join(", "));
                out.push(finding(message, app.expr_place(site.at), api, Certainty::Certain, Vec::new()));
                break;
            }
        }
    }
}
