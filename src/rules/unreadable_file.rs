//! In: files that could not be read or decoded, and names of files that are not there. Out: one finding each: nothing in
//! them was judged.

use crate::app::App;
use crate::discover::path;
use crate::facts::manifest::Json;
use crate::finding::{Certainty, Finding, Level, Message};
use crate::model::SourceFile;
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for (at, file) in app.model.reached() {
        // What packages hold is somebody else's to mend.
        if !is_unreadable(file) || file.package {
            continue;
        }
        if let Some(problem) = file.problems.iter().find(|problem| problem.fatal) {
            let message = Message::new("message").with("problem", problem.message.clone());
            let place = app.place(at, problem.span);
            out.push(Finding::new("unreadable-file", Level::Warning, Certainty::Certain, message, place, &file.path));
        }
    }
    for find in [absent_pages, absent_components] {
        let mut absent = Absent::new();
        find(app, &mut absent);
        report(app, absent, out);
    }
}

/// What one manifest names and is not there, in the order in which it is written.
type Absent = BTreeMap<u32, Vec<(Span, String)>>;

/// Registered pages without any file.
fn absent_pages(app: &App<'_>, absent: &mut Absent) {
    for (_, unit) in app.model.pages() {
        let Some((file, span)) = unit.registered else { continue };
        if unit.script.is_none() && unit.template.is_none() {
            absent.entry(file).or_default().push((span, unit.name.clone()));
        }
    }
}

/// Components named by a path of the program that leads nowhere, each once. What a package or plugin brings is somebody else's,
/// and may not be installed here.
fn absent_components(app: &App<'_>, absent: &mut Absent) {
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
                    absent.entry(manifest).or_default().push((source.span, written.to_string()));
                }
            }
        }
    }
}

/// One finding for each manifest and kind: a folder that was moved takes many with it.
fn report(app: &App<'_>, absent: Absent, out: &mut Vec<Finding>) {
    for (file, mut names) in absent {
        names.sort_by_key(|(span, _)| span.start);
        let Some(((span, first), others)) = names.split_first() else { continue };
        let message = match others.len() {
            0 => Message::new("missing").with("file", first.as_str()),
            count => Message::new("missing-more").with("file", first.as_str()).with("others", count.to_string()),
        };
        let place = app.place(file, *span);
        out.push(Finding::new("unreadable-file", Level::Warning, Certainty::Certain, message, place, first));
    }
}

/// Whether a file has no text at all although something is wrong with it: it could not be read or decoded.
pub(super) fn is_unreadable(file: &SourceFile) -> bool {
    file.text.is_empty() && file.facts.is_none() && file.problems.iter().any(|problem| problem.fatal)
}
