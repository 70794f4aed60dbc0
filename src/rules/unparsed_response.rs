//! In: answers that come in an envelope, and how they are used. Out: answers used without opening it.

use crate::analyse::heap::{Opaque, Origin, PathStep};
use crate::analyse::machine::{Use, UseKind};
use crate::app::{App, Site};
use crate::finding::{Certainty, Finding, Level, Message, Step};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        if !app.api(site).envelope.is_empty() {
            out.extend(judge(app, site));
        }
    }
}

/// How a use stands to the envelope.
#[derive(PartialEq)]
enum Verdict {
    /// One more layer is opened, or only the envelope's own fields are looked at.
    Opening,
    /// The data itself is reached.
    Opened,
    /// A field is read too early.
    Misread(String),
    /// The closed envelope is handed on.
    HandedOn,
}

fn judge(app: &App<'_>, site: &Site) -> Option<Finding> {
    let ours = |used: &&Use| match app.machine.heap.opaque_value(used.value).origin {
        Origin::Result(request) => site.requests.contains(&request),
        _ => false,
    };
    let uses: Vec<(&Use, Verdict)> =
        app.machine.uses.iter().filter(ours).map(|used| (used, verdict(app, site, used))).collect();
    if uses.iter().any(|(_, verdict)| *verdict == Verdict::Opened) {
        return None;
    }
    let misread = uses.iter().find_map(|(used, verdict)| match verdict {
        Verdict::Misread(field) => Some((*used, field.clone())),
        _ => None,
    });
    let handed_on = uses.iter().find(|(_, verdict)| *verdict == Verdict::HandedOn).map(|(used, _)| *used);
    let (used, field, certainty) = match (misread, handed_on) {
        (Some((used, field)), _) => (used, field, Certainty::Certain),
        (None, Some(used)) => (used, app.api(site).envelope[0].clone(), Certainty::Likely),
        (None, None) => return None,
    };
    let parsed = |used: &Use| app.machine.heap.opaque_value(used.value).path.contains(&PathStep::Parsed);
    let key = if parsed(used) { "inner-skipped" } else { "unparsed" };
    let api = app.api_name(&site.api);
    let message = Message::new(key).with("field", field).with("api", api.clone());
    Some(Finding {
        rule: "unparsed-response",
        level: Level::Error,
        certainty,
        message: message.clone(),
        place: app.expr_place(site.at),
        subject: api,
        routes: Vec::new(),
        related: vec![Step { place: app.expr_place(used.site), message: Message::new("step-used") }],
        fixes: Vec::new(),
    })
}

fn verdict(app: &App<'_>, site: &Site, used: &Use) -> Verdict {
    let row = app.api(site);
    let Opaque { path, .. } = app.machine.heap.opaque_value(used.value);
    let taken: Vec<String> = path
        .iter()
        .map(|step| match step {
            PathStep::Property(name) => app.machine.atoms.text(*name).to_string(),
            PathStep::Parsed => "parse()".to_string(),
            PathStep::Text => "text()".to_string(),
        })
        .collect();
    let common = taken.iter().zip(&row.envelope).take_while(|(a, b)| a == b).count();
    if common == row.envelope.len() {
        return Verdict::Opened;
    }
    if common < taken.len() {
        return Verdict::Opening;
    }
    match used.how {
        UseKind::Read(name) => {
            let name = app.machine.atoms.text(name);
            if name == row.envelope[common] {
                // The last layer is opened by this very read.
                return if common + 1 == row.envelope.len() { Verdict::Opened } else { Verdict::Opening };
            }
            if row.envelope_meta.iter().any(|meta| meta == name) || is_text_member(name) {
                return Verdict::Opening;
            }
            Verdict::Misread(name.to_string())
        }
        // A log line is no use of the data.
        UseKind::Sink(into) if app.machine.atoms.text(into) == "console" => Verdict::Opening,
        UseKind::Sink(_) => Verdict::HandedOn,
        UseKind::Escape | UseKind::Test => Verdict::Opening,
    }
}

/// Whether a text has a member of this name, so that reading it opens nothing.
pub(super) fn is_text_member(name: &str) -> bool {
    ["replace", "length", "trim", "toString", "slice", "substring", "split"].contains(&name)
}
