//! In: authorization buttons, and what their grant leads to. Out: interfaces that need another grant.

use super::invalid_scope::written_at;
use super::timing::is_started_by;
use super::wrappers;
use crate::analyse::entry_points::{EntryPoint, EntryPointKind};
use crate::analyse::record::Guard;
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::{App, Button, Site};
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message, Step};
use std::collections::BTreeMap;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut buttons = app.buttons();
    // A component may ask for another scope than it is given: what it does ask for counts.
    let inner = wrappers::inner_buttons(app, &buttons);
    buttons.extend(inner);
    let app = &*app;
    let mut granted: Option<Granted<'_>> = None;
    for button in &buttons {
        let legal = &app.platform.markup.auth_button.scopes;
        let [scope] = button.scopes.texts.as_slice() else { continue };
        if button.scopes.unknown || !button.certain || !legal.contains(scope) {
            continue;
        }
        let granted = granted.get_or_insert_with(|| Granted::of(app));
        let reached: Vec<(&Site, &String, Vec<WitnessPath>)> = granted.by(app, button);
        let fix = what_is_fetched(app, &buttons, button, scope, &reached);
        for (site, needs, witness_paths) in reached.iter().filter(|(_, needs, _)| *needs != scope) {
            let finding = judge(app, button, scope, site, needs, witness_paths);
            out.extend(finding.map(|finding| Finding { fixes: fix.iter().cloned().collect(), ..finding }));
        }
    }
}

/// What grants lead to: the interfaces whose data is granted, with the scopes they need, and the paths there.
struct Granted<'a> {
    sites: Vec<(&'a Site, &'a String)>,
    /// The paths by the unit whose event starts them: each with the number of its interface, in the order of these.
    witness_paths: BTreeMap<Option<u32>, Vec<(usize, WitnessPath)>>,
}

impl<'a> Granted<'a> {
    fn of(app: &'a App<'_>) -> Granted<'a> {
        let needs = |site: &'a Site| Some((site, app.api(site).granted_by.as_ref()?));
        let sites: Vec<_> = app.sites.iter().filter_map(needs).collect();
        let free = |guards: &[Guard]| guards.iter().all(|guard| app.looks_at_answer(guard));
        let event = |entry: &EntryPoint| entry.kind == EntryPointKind::Event;
        let mut witness_paths: BTreeMap<Option<u32>, Vec<(usize, WitnessPath)>> = BTreeMap::new();
        for (at, (site, _)) in sites.iter().enumerate() {
            let requests = site.requests.iter().map(|request| app.request(*request));
            let targets: Vec<_> = requests.filter(|request| free(&request.guards)).map(|request| request.ctx).collect();
            for path in app.witness_paths.to(&app.machine, &app.live, &targets, event, free) {
                witness_paths.entry(app.live.entry_points[path.entry as usize].unit).or_default().push((at, path));
            }
        }
        Granted { sites, witness_paths }
    }

    /// What a button's grant leads to.
    fn by(&self, app: &App<'_>, button: &Button) -> Vec<(&'a Site, &'a String, Vec<WitnessPath>)> {
        let events = &app.platform.markup.auth_button.grant_events;
        let mut found: BTreeMap<usize, Vec<WitnessPath>> = BTreeMap::new();
        for (at, path) in self.witness_paths.get(&Some(button.unit)).into_iter().flatten() {
            if is_started_by(app, &app.live.entry_points[path.entry as usize], button, events) {
                found.entry(*at).or_default().push(path.clone());
            }
        }
        let sure = |witness_paths: &[WitnessPath]| {
            witness_paths::certainty(&app.machine, &app.live, &witness_paths[0]) != Certainty::Possible
        };
        let with_site =
            |(at, witness_paths): (usize, Vec<WitnessPath>)| (self.sites[at].0, self.sites[at].1, witness_paths);
        found.into_iter().filter(|(_, witness_paths)| sure(witness_paths)).map(with_site).collect()
    }
}

/// Asks for what is fetched: where that is one thing, which the button alone asks for in writing.
fn what_is_fetched(
    app: &App<'_>,
    buttons: &[Button],
    button: &Button,
    scope: &str,
    reached: &[(&Site, &String, Vec<WitnessPath>)],
) -> Option<Fix> {
    let (_, needs, _) = reached.first()?;
    let rules = &app.platform.markup.auth_button;
    let one = reached.iter().all(|(_, other, _)| other == needs) && *needs != scope && rules.scopes.contains(needs);
    let shown = |button: &Button| {
        let node = &app.live.views.get(&button.unit)?.nodes[button.node as usize];
        Some((node.file, node.node))
    };
    let here = shown(button)?;
    // The same tag may ask elsewhere for what is fetched there.
    if !one || buttons.iter().filter(|other| shown(other) == Some(here)).count() > 1 {
        return None;
    }
    let attribute = app.element(button.instance, button.node)?.attribute(&rules.scope)?;
    let place = app.place(here.0, written_at(attribute, scope)?);
    let message = Message::new("ask-for").with("needs", *needs);
    Some(Fix { message, safe: false, edits: vec![Edit { place, text: (*needs).clone() }] })
}

fn judge(
    app: &App<'_>,
    button: &Button,
    scope: &str,
    site: &Site,
    needs: &str,
    witness_paths: &[WitnessPath],
) -> Option<Finding> {
    let certainty = witness_paths::certainty(&app.machine, &app.live, witness_paths.first()?);
    let api = app.api_name(&site.api);
    let last = app.request_step(site.at, &api);
    let related =
        vec![Step { place: app.tag_place(button.instance, button.node)?, message: Message::new("step-button") }];
    let message = Message::new("message").with("api", api.clone()).with("needs", needs).with("scope", scope);
    Some(
        Finding::new("scope-api-mismatch", Level::Error, certainty, message, app.expr_place(site.at), api)
            .with_witnesses(witness_paths.iter().map(|path| app.witness(path, last.clone())))
            .with_related(related),
    )
}
