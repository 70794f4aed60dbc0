//! In: authorization buttons and requests. Out: profile and phone number asked for at once: by one attribute, by two
//! buttons that are seen together, or by one request.

use super::dialogs::{self, Backdrops};
use crate::analyse::conditions::{Condition, Wanted};
use crate::analyse::sight::State;
use crate::app::{App, Button, Prompting};
use crate::finding::{Certainty, Finding, Level, Message, Place, Step};
use crate::model::view::View;
use std::collections::{BTreeMap, BTreeSet};

/// Buttons of one template that are compared with the ones before them: those of one block stand near each other.
const NEAR: usize = 64;
/// How far below their common element two buttons stand at most to be one block that something brings.
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

/// Two buttons of one template for different data that are seen together: in one dialog, or side by side.
fn together(
    app: &mut App<'_>,
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
    let apart = |chain: &[u32]| {
        let mut above = chain.iter().skip(1).filter_map(|at| app.element(instance, *at));
        above.any(|element| dialogs::is_dialog(app, element) || app.platform.markup.steps.contains(&element.name))
    };
    if apart(&chain) || apart(&other) {
        return None;
    }
    let dialog = common.is_some_and(|common| {
        app.element(instance, common).is_some_and(|element| dialogs::is_dialog(app, element))
            || dialogs::dialog_around(app, backdrops, instance, common).is_some()
    });
    let side_by_side = chain.len() == 1 && other.len() == 1 && are_neighbours(app, view, first.node, second.node);
    let above: Vec<u32> = common.map(&up).unwrap_or_default();
    let own = |app: &App<'_>, node: u32| {
        let all = app.conditions(instance, node).into_iter();
        all.filter(|one| one.instance == instance && !above.contains(&one.node)).collect::<Vec<_>>()
    };
    let (one, two) = (own(app, first.node), own(app, second.node));
    // What hides one hides the other: the same conditions, in the same words.
    let words = |app: &App<'_>, conditions: &[Condition]| {
        let word = |one: &Condition| (dialogs::whole(app, one), one.wanted == Wanted::False);
        conditions.iter().map(word).collect::<BTreeSet<_>>()
    };
    let (first_words, second_words) = (words(app, &one), words(app, &two));
    // What shows one hides the other.
    if first_words.iter().any(|(word, hides)| second_words.contains(&(word.clone(), !hides))) {
        return None;
    }
    let same = first_words == second_words;
    let brought = same && !one.is_empty() && chain.len() <= BLOCK && other.len() <= BLOCK;
    let near = side_by_side || (brought && !app.hold(&one, State::First(&[])).0);
    let is_one_place = dialog || near && same;
    if !is_one_place {
        return None;
    }
    let meet = same || app.may_be_together(&one, &two) && app.come_together(&one, &two);
    if !meet {
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

/// Whether two nodes have one parent and no other element stands between them.
fn are_neighbours(app: &App<'_>, view: &View, one: u32, other: u32) -> bool {
    let parent = view.nodes[one as usize].parent;
    let mut between = one.min(other) + 1..one.max(other);
    let beside = |at: &u32| view.nodes[*at as usize].parent == parent && view.element(app.model, *at).is_some();
    view.nodes[other as usize].parent == parent && !between.any(|at| beside(&at))
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
