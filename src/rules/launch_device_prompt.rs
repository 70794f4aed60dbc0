//! In: requests for resources of the device, and the entries that lead to them. Out: those made at launch.

use super::timing::{Timing, automatic_witness_paths, is_one_of_many, timing_of};
use crate::analyse::witness_paths;
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
    let entry_of = |path: &witness_paths::WitnessPath| &app.live.entry_points[path.entry as usize];
    let requests: Vec<u32> = site.requests.iter().copied().filter(|request| !is_one_of_many(app, *request)).collect();
    let mut witness_paths = automatic_witness_paths(app, &requests);
    let subjects = app.subjects(&site.api);
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    witness_paths
        .retain(|path| timing_of(entry_of(path)) == Timing::Launch && !app.declares(&subjects, entry_of(path)));
    let certainty = witness_paths.iter().map(|path| witness_paths::certainty(&app.machine, &app.live, path)).max()?;
    let api = app.api_name(&site.api);
    let entry = app.entry_name(entry_of(witness_paths.first()?));
    let last = app.request_step(site.at, &api);
    let level = if certainty == Certainty::Possible { Level::Info } else { Level::Warning };
    let message = Message::new("message").with("api", api.clone()).with("entry", entry);
    Some(
        Finding::new("launch-device-prompt", level, certainty, message, app.expr_place(site.at), api)
            .with_witnesses(witness_paths.iter().map(|path| app.witness(path, last.clone()))),
    )
}
