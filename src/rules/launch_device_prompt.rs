//! In: requests for resources of the device, and the entries that lead to them. Out: those made at launch.

use super::timing::{Timing, automatic_ways, is_one_of_many, timing_of};
use crate::analyse::routes;
use crate::app::{App, Site};
use crate::finding::{Certainty, Finding, Level, Message};
use crate::platform::Asks;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        if app.api(site).asks == Asks::Device {
            out.extend(judge(app, site));
        }
    }
}

fn judge(app: &App<'_>, site: &Site) -> Option<Finding> {
    let entry_of = |way: &routes::Way| &app.world.entries[way.entry as usize];
    let requests: Vec<u32> = site.requests.iter().copied().filter(|request| !is_one_of_many(app, *request)).collect();
    let mut ways = automatic_ways(app, &requests);
    let subjects = app.subjects(&site.api);
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    ways.retain(|way| timing_of(entry_of(way)) == Timing::Launch && !app.declares(&subjects, entry_of(way)));
    let certainty = ways.iter().map(|way| routes::certainty(&app.machine, &app.world, way)).max()?;
    let api = app.api_name(&site.api);
    let entry = app.entry_name(entry_of(ways.first()?));
    let last = app.request_step(site.at, &api);
    let level = if certainty == Certainty::Possible { Level::Info } else { Level::Warning };
    let message = Message::new("message").with("api", api.clone()).with("entry", entry);
    Some(
        Finding::new("launch-device-prompt", level, certainty, message, app.expr_place(site.at), api)
            .with_routes(ways.iter().map(|way| app.route(way, last.clone()))),
    )
}
