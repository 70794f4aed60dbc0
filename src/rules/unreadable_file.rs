//! In: files that could not be read or decoded, and names of files that are not there. Out: one finding each: nothing in
//! them was judged.

use crate::app::App;
use crate::discover::path;
use crate::facts::manifest::Json;
use crate::finding::{Certainty, Finding, Level, Message, Place};
use crate::model::SourceFile;
use std::collections::BTreeSet;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for (at, file) in app.model.reached() {
        if !is_unreadable(file) {
            continue;
        }
        for problem in file.problems.iter().filter(|problem| problem.fatal) {
            let message = Message::new("message").with("problem", problem.message.clone());
            let place = app.place(at, problem.span);
            out.push(Finding::new("unreadable-file", Level::Warning, Certainty::Certain, message, place, &file.path));
        }
    }
    absent_pages(app, out);
    absent_components(app, out);
}

/// Registered pages without any file.
fn absent_pages(app: &App<'_>, out: &mut Vec<Finding>) {
    for (_, unit) in app.model.pages() {
        let Some((file, span)) = unit.registered else { continue };
        if unit.script.is_none() && unit.template.is_none() {
            out.push(absent(app.place(file, span), &unit.name));
        }
    }
}

/// Components named by a path of the program that leads nowhere, each once. What a package or plugin brings is somebody else's,
/// and may not be installed here.
fn absent_components(app: &App<'_>, out: &mut Vec<Finding>) {
    let mut known = BTreeSet::new();
    for unit in &app.model.units {
        let foreign: BTreeSet<&str> = unit.foreign.iter().map(String::as_str).collect();
        for manifest in [unit.manifest, app.model.manifest].into_iter().flatten() {
            let file = &app.model.files[manifest as usize];
            for (tag, source) in file.manifest().map(Json::using_components).unwrap_or_default() {
                let Some(written) = source.text() else { continue };
                let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let meant = if written.starts_with('/') { written.to_string() } else { path::join(folder, written) };
                let packaged = meant.split('/').any(|folder| folder == "node_modules");
                let absent_here = written.starts_with(['/', '.']) && foreign.contains(tag) && !packaged;
                if !file.package && absent_here && known.insert(meant) {
                    out.push(absent(app.place(manifest, source.span), written));
                }
            }
        }
    }
}

fn absent(place: Place, file: &str) -> Finding {
    let message = Message::new("missing").with("file", file);
    Finding::new("unreadable-file", Level::Warning, Certainty::Certain, message, place, file)
}

/// Whether a file has no text at all although something is wrong with it: it could not be read or decoded.
pub(super) fn is_unreadable(file: &SourceFile) -> bool {
    file.text.is_empty() && file.facts.is_none() && file.problems.iter().any(|problem| problem.fatal)
}
