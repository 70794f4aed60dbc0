//! In: authorization buttons, and what their grant leads to. Out: interfaces that need another grant.

use super::invalid_scope::written_at;
use super::timing::is_started_by;
use crate::analyse::record::Guard;
use crate::analyse::routes::{self, Way};
use crate::app::{App, Button, Site};
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message, Step};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let buttons = app.buttons();
    for button in &buttons {
        let legal = &app.platform.markup.auth_button.scopes;
        let [scope] = button.scopes.texts.as_slice() else { continue };
        if button.scopes.unknown || !button.certain || !legal.contains(scope) {
            continue;
        }
        let reached: Vec<(&Site, &String, Vec<Way>)> =
            app.sites.iter().filter_map(|site| reached(app, button, site)).collect();
        let fix = what_is_fetched(app, &buttons, button, scope, &reached);
        for (site, needs, ways) in reached.iter().filter(|(_, needs, _)| *needs != scope) {
            let finding = judge(app, button, scope, site, needs, ways);
            out.extend(finding.map(|finding| Finding { fixes: fix.iter().cloned().collect(), ..finding }));
        }
    }
}

/// An interface that a button's grant leads to, the scope it needs, and the ways.
fn reached<'a>(app: &'a App<'_>, button: &Button, site: &'a Site) -> Option<(&'a Site, &'a String, Vec<Way>)> {
    let needs = app.api(site).granted_by.as_ref()?;
    let events = &app.platform.markup.auth_button.grant_events;
    let free = |guards: &[Guard]| guards.iter().all(|guard| app.looks_at_answer(guard));
    let open: Vec<_> = site.requests.iter().filter(|at| free(&app.request(**at).guards)).collect();
    let targets: Vec<_> = open.into_iter().map(|request| app.request(*request).ctx).collect();
    let wanted = |entry: &crate::analyse::world::Entry| is_started_by(app, entry, button, events);
    let ways = app.routes.to(&app.machine, &app.world, &targets, wanted, free);
    let sure = routes::certainty(&app.machine, &app.world, ways.first()?) != Certainty::Possible;
    sure.then_some((site, needs, ways))
}

/// Asks for what is fetched: where that is one thing, which the button alone asks for in writing.
fn what_is_fetched(
    app: &App<'_>,
    buttons: &[Button],
    button: &Button,
    scope: &str,
    reached: &[(&Site, &String, Vec<Way>)],
) -> Option<Fix> {
    let (_, needs, _) = reached.first()?;
    let rules = &app.platform.markup.auth_button;
    let one = reached.iter().all(|(_, other, _)| other == needs) && *needs != scope && rules.scopes.contains(needs);
    let shown = |button: &Button| {
        let node = &app.world.views.get(&button.unit)?.nodes[button.node as usize];
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

fn judge(app: &App<'_>, button: &Button, scope: &str, site: &Site, needs: &str, ways: &[Way]) -> Option<Finding> {
    let certainty = routes::certainty(&app.machine, &app.world, ways.first()?);
    let api = app.api_name(&site.api);
    let last = app.request_step(site.at, &api);
    let related =
        vec![Step { place: app.tag_place(button.instance, button.node)?, message: Message::new("step-button") }];
    let message = Message::new("message").with("api", api.clone()).with("needs", needs).with("scope", scope);
    Some(
        Finding::new("scope-api-mismatch", Level::Error, certainty, message, app.expr_place(site.at), api)
            .with_routes(ways.iter().map(|way| app.route(way, last.clone())))
            .with_related(related),
    )
}
