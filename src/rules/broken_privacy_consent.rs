//! In: `app.json`, the consent listener, and what its answer is called with. Out: consents that cannot work.

use crate::analyse::CtxId;
use crate::analyse::record::{Listener, Request, Site};
use crate::analyse::value::Val;
use crate::app::App;
use crate::app::flow::{Handler, Start};
use crate::facts::manifest::Json;
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message, Place};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let rules = &app.platform.privacy_consent;
    if !rules.platforms.contains(&app.platform.name) || app.model.program.app.is_none() {
        return;
    }
    let manifest = app.model.manifest.and_then(|file| Some((file, app.model.files[file as usize].manifest()?)));
    let misspelt = manifest.map(|(file, json)| spelling(app, file, json)).unwrap_or_default();
    let on = manifest.and_then(|(_, json)| json.get(&rules.switch)).and_then(Json::bool) == Some(true);
    let sites = listeners(app);
    if let (Some((first, _)), false, true) = (sites.first(), on, misspelt.is_empty()) {
        let message =
            Message::new("switch").with("api", app.api_name(&rules.listen)).with("right", rules.switch.clone());
        let mut found = finding(message, app.expr_place(*first), &rules.listen);
        found.level = Level::Info;
        out.push(found);
    }
    out.extend(misspelt);
    for (at, (site, found)) in sites.iter().enumerate().skip(1) {
        if sites[..at].iter().any(|(_, earlier)| replaces(app, found, earlier)) {
            let message = Message::new("twice").with("api", app.api_name(&rules.listen));
            out.push(finding(message, app.expr_place(*site), &rules.listen));
        }
    }
    for (at, (site, found)) in sites.iter().enumerate() {
        if !sites[at + 1..].iter().any(|(_, later)| replaces(app, later, found)) {
            out.extend(answers(app, *site, found));
        }
    }
}

/// Other platforms' spellings of the switch.
fn spelling(app: &App<'_>, file: u32, manifest: &Json) -> Vec<Finding> {
    let rules = &app.platform.privacy_consent;
    let foreign = manifest.members().iter().filter(|member| rules.foreign_switches.contains(&member.key));
    foreign
        .map(|member| {
            let place = app.place(file, member.key_span);
            let message = Message::new("spelling").with("key", member.key.clone()).with("right", rules.switch.clone());
            let fix = Message::new("fix").with("right", rules.switch.clone());
            let edits = vec![Edit { place: place.clone(), text: format!("\"{}\"", rules.switch) }];
            let mut found = finding(message, place, &rules.switch);
            found.fixes = vec![Fix { message: fix, safe: false, edits }];
            found
        })
        .collect()
}

/// The registrations of a listener by their places, in the order in which they were met.
fn listeners(app: &App<'_>) -> Vec<(Site, Vec<Listener>)> {
    let mut sites: Vec<(Site, Vec<Listener>)> = Vec::new();
    for listener in &app.machine.embedder.listeners {
        let ours = listener.api == app.machine.embedder.names.consent_listen;
        if !ours || !app.is_live(listener.ctx) {
            continue;
        }
        match sites.iter_mut().find(|(site, _)| *site == listener.site) {
            Some((_, known)) => known.push(*listener),
            None => sites.push((listener.site, vec![*listener])),
        }
    }
    sites
}

/// Whether a listener replaces an earlier one: both belong to one page, or one of them to the app.
fn replaces(app: &App<'_>, later: &[Listener], earlier: &[Listener]) -> bool {
    let units = |listeners: &[Listener]| {
        let contexts: Vec<CtxId> = listeners.iter().map(|listener| listener.ctx).collect();
        let witness_paths = app.witness_paths.to(&app.machine, &app.live, &contexts, |_| true, |_| true);
        witness_paths.iter().map(|path| app.live.entry_points[path.entry as usize].unit).collect::<Vec<_>>()
    };
    let (later, earlier) = (units(later), units(earlier));
    later.iter().any(|unit| unit.is_none() || earlier.contains(unit)) || earlier.contains(&None)
}

/// What is wrong with a listener's answers.
fn answers(app: &App<'_>, site: Site, listeners: &[Listener]) -> Vec<Finding> {
    let rules = &app.platform.privacy_consent;
    let name = crate::analyse::Machine::consent_answer_name(site);
    let Some(name) = app.machine.atoms.find(&name) else { return Vec::new() };
    let live = |request: &&Request| request.api == name && app.is_live(request.ctx);
    let calls: Vec<&Request> = app.machine.embedder.requests.iter().filter(live).collect();
    let place = app.expr_place(site);
    if calls.is_empty() {
        let mut found = finding(Message::new("unanswered"), place, &rules.listen);
        if escapes(app, listeners) {
            found.level = Level::Warning;
            found.certainty = Certainty::Possible;
        }
        return vec![found];
    }
    let values: Vec<Val> = calls.iter().flat_map(|call| app.option(call, &rules.answer)).collect();
    let mut out = Vec::new();
    if !app.has_unknown(&values) && !values.contains(&Val::Text) {
        let given = app.texts_in(&values);
        for (event, key) in [(&rules.agree, "no-agreement"), (&rules.refuse, "no-refusal")] {
            if !given.contains(&event.as_str()) {
                out.push(finding(Message::new(key).with("event", event.clone()), place.clone(), &rules.listen));
                break;
            }
        }
    }
    out.extend(calls.iter().filter_map(|call| button(app, call)));
    out
}

/// An answer that names a button which is not there.
fn button(app: &App<'_>, call: &Request) -> Option<Finding> {
    let values = app.option(call, &app.platform.privacy_consent.button);
    let [Val::Str(_)] = values[..] else { return None };
    let id = *app.texts_in(&values).first()?;
    if has_button(app, id) {
        return None;
    }
    Some(finding(Message::new("button").with("id", id), app.expr_place(call.site), id))
}

/// Whether some view has a consent button of this id, or one whose id is not known.
fn has_button(app: &App<'_>, id: &str) -> bool {
    let rules = &app.platform.privacy_consent;
    let mut elements = app
        .live
        .views
        .values()
        .flat_map(|view| (0..view.nodes.len() as u32).filter_map(|node| view.element(app.model, node)));
    elements.any(|element| {
        let open_type = &app.platform.markup.auth_button.open_type;
        let dynamic = element.attribute("id").is_some() && element.literal("id").is_none();
        element.literal(open_type) == Some(rules.open_type.as_str()) && (dynamic || element.literal("id") == Some(id))
    })
}

/// Whether what a listener runs hands something to unknown code: its answer may be among it.
fn escapes(app: &App<'_>, listeners: &[Listener]) -> bool {
    let start = |ctx: CtxId| Start { ctx, part: None, site: None, by: Handler::Event };
    let starts: Vec<Start<'_>> = listeners.iter().map(|listener| start(listener.runs)).collect();
    let reach = app.reach(&starts, |_| true);
    app.machine.exhausted || reach.is_unresolved(app)
}

fn finding(message: Message, place: Place, subject: &str) -> Finding {
    Finding::new("broken-privacy-consent", Level::Error, Certainty::Certain, message, place, subject)
}
