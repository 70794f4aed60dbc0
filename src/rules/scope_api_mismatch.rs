//! In: authorization buttons, and what their grant leads to. Out: interfaces that need another grant.

use super::timing::is_started_by;
use crate::analyse::record::Guard;
use crate::analyse::routes;
use crate::app::{App, Button, Site};
use crate::finding::{Certainty, Finding, Level, Message, Step};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for button in app.buttons() {
        let legal = &app.platform.markup.auth_button.scopes;
        let [scope] = button.scopes.texts.as_slice() else { continue };
        if button.scopes.unknown || !button.certain || !legal.contains(scope) {
            continue;
        }
        for site in &app.sites {
            if let Some(needs) = app.api(site).granted_by.as_ref().filter(|needs| *needs != scope) {
                out.extend(judge(app, &button, scope, site, needs));
            }
        }
    }
}

fn judge(app: &App<'_>, button: &Button, scope: &str, site: &Site, needs: &str) -> Option<Finding> {
    let events = &app.platform.markup.auth_button.grant_events;
    let free = |guards: &[Guard]| guards.iter().all(|guard| app.looks_at_answer(guard));
    let open: Vec<_> = site.requests.iter().filter(|at| free(&app.request(**at).guards)).collect();
    let targets: Vec<_> = open.into_iter().map(|request| app.request(*request).ctx).collect();
    let wanted = |entry: &crate::analyse::hosts::Entry| is_started_by(app, entry, button, events);
    let ways = app.routes.to(&app.machine, &app.world, &targets, wanted, free);
    let way = ways.first()?;
    let certainty = routes::certainty(&app.machine, &app.world, way);
    if certainty == Certainty::Possible {
        return None;
    }
    let api = app.api_name(&site.api);
    let last = Step { place: app.expr_place(site.at), message: Message::new("step-request").with("api", api.clone()) };
    let related =
        vec![Step { place: app.tag_place(button.instance, button.node)?, message: Message::new("step-button") }];
    Some(Finding {
        rule: "scope-api-mismatch",
        level: Level::Error,
        certainty,
        message: Message::new("message").with("api", api.clone()).with("needs", needs).with("scope", scope),
        place: app.expr_place(site.at),
        subject: api,
        routes: ways.iter().map(|way| app.route(way, last.clone())).collect(),
        related,
        fixes: Vec::new(),
    })
}
