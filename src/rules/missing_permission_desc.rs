//! In: calls of APIs that need a device permission, and `app.json`. Out: permissions whose purpose is not told.

use super::edits::{self, Page};
use crate::analyse::record::Request;
use crate::app::App;
use crate::facts::manifest::{Json, Member};
use crate::finding::{Certainty, Finding, Fix, Level, Message, Place};
use crate::platform::Permission;
use crate::text::Span;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let Some(file) = app.model.manifest else { return };
    let Some(manifest) = app.model.files[file as usize].manifest() else { return };
    if app.model.program.app.is_none() || !app.platform.permission_text.platforms.contains(&app.platform.name) {
        return;
    }
    for (key, row) in &app.platform.permissions {
        if let Some(request) = first_call(app, row) {
            out.extend(judge(app, (file, manifest), key, request));
        }
    }
}

/// The first call, in the order of files, that needs a permission.
fn first_call<'a>(app: &'a App<'_>, row: &Permission) -> Option<&'a Request> {
    let mut calls: Vec<&Request> = app
        .machine
        .embedder
        .requests
        .iter()
        .filter(|request| row.apis.iter().any(|api| api == app.machine.atoms.text(request.api)))
        .filter(|request| needs(app, row, request) && !app.is_dispatcher(request.site))
        .collect();
    let order = |request: &&Request| {
        let place = app.expr_place(request.site);
        (place.file, place.span.start)
    };
    calls.sort_by_key(order);
    calls.into_iter().find(|request| app.is_live(request.ctx))
}

/// Whether a call's option lets it use the permission.
fn needs(app: &App<'_>, row: &Permission, request: &Request) -> bool {
    if row.option.is_empty() {
        return true;
    }
    let values = app.option(request, &row.option);
    let texts = app.texts_in(&values);
    let given = values.iter().any(|value| *value != crate::analyse::value::Val::Undefined);
    !given || texts.contains(&row.value.as_str())
}

fn judge(app: &App<'_>, (file, manifest): (u32, &Json), key: &str, request: &Request) -> Option<Finding> {
    let rules = &app.platform.permission_text;
    let section = manifest.get(&rules.section);
    let declared = section.and_then(|section| member(section, key));
    let Some(declared) = declared else {
        let api = app.api_name(app.machine.atoms.text(request.api));
        let message = Message::new("missing").with("api", api).with("permission", key);
        let fix = declare(app, file, manifest, key);
        return Some(finding(message, app.expr_place(request.site), key, fix.into_iter().collect()));
    };
    let text = member(&declared.value, &rules.text);
    let said = text.and_then(|text| text.value.text()).unwrap_or("").trim();
    let message = if said.is_empty() {
        Message::new("empty")
    } else if says_nothing(app, said) {
        Message::new("vague").with("desc", said)
    } else {
        return None;
    };
    let span = text.map_or(declared.key_span, |text| text.key_span);
    Some(finding(message.with("permission", key), app.place(file, span), key, Vec::new()))
}

fn member<'j>(json: &'j Json, key: &str) -> Option<&'j Member> {
    json.members().iter().rev().find(|member| member.key == key)
}

/// Whether a text names no purpose: too short, a placeholder, or a single word of a language that puts spaces between them.
fn says_nothing(app: &App<'_>, said: &str) -> bool {
    let rules = &app.platform.permission_text;
    let plain = said.to_lowercase();
    let word = said.is_ascii() && !said.contains(char::is_whitespace);
    said.chars().count() < rules.shortest || word || rules.placeholders.contains(&plain)
}

/// Adds an empty description for a person to fill in.
fn declare(app: &App<'_>, file: u32, manifest: &Json, key: &str) -> Option<Fix> {
    let rules = &app.platform.permission_text;
    let described = |depth: usize| {
        let tabs = "\t".repeat(depth);
        vec![format!("{tabs}\"{key}\": {{"), format!("{tabs}\t\"{}\": \"\"", rules.text), format!("{tabs}}}")]
    };
    let (object, lines) = match manifest.get(&rules.section) {
        Some(section) => (section, described(0)),
        None => {
            let open = vec![format!("\"{}\": {{", rules.section)];
            (manifest, [open, described(1), vec!["}".to_owned()]].concat())
        }
    };
    let source = &app.model.files[file as usize];
    let last = object.members().last().map(|last| Span { start: last.key_span.start, end: last.value.span.end });
    let edits = Page::of(&source.text)?.member(object.span, last, &lines)?;
    let message = Message::new("fix").with("permission", key);
    Some(Fix { message, safe: false, edits: edits::placed(&source.path, edits) })
}

fn finding(message: Message, place: Place, key: &str, fixes: Vec<Fix>) -> Finding {
    Finding::new("missing-permission-desc", Level::Warning, Certainty::Certain, message, place, key).with_fixes(fixes)
}
