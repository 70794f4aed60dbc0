//! In: requests that name scopes. Out: names the platform does not have: several joined in one text, another spelling, or
//! a name from nowhere.

use crate::analyse::object::Kind;
use crate::analyse::value::Val;
use crate::app::{App, Site, syntax};
use crate::facts::script::{Expr, Key, Prop};
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message};
use crate::text::Span;
use std::collections::BTreeSet;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        let row = app.api(site);
        // What another platform's API takes is not known here.
        if row.dialect.as_ref().is_some_and(|home| *home != app.platform.name) {
            continue;
        }
        for scope in row.scopes.iter().flat_map(|key| written(app, site, key)) {
            out.extend(judge(app, site, &scope));
        }
    }
}

/// The texts a site's option may be or hold, as they are.
fn written(app: &App<'_>, site: &Site, key: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for request in &site.requests {
        for value in app.option(app.request(*request), key) {
            collect(app, value, &mut found, 0);
        }
    }
    found
}

fn collect(app: &App<'_>, value: Val, found: &mut BTreeSet<String>, depth: u32) {
    match value {
        Val::Str(atom) => {
            let text = app.machine.atoms.text(atom);
            found.extend((!text.trim().is_empty()).then(|| text.to_string()));
        }
        Val::Object(object) if depth < 2 && app.machine.heap.get(object).kind == Kind::Array => {
            let facts = app.machine.heap.get(object);
            for slot in facts.properties().iter().map(|(_, property)| property.slot).chain(facts.wildcard) {
                for value in app.machine.sets.values(app.machine.heap.peek(slot)) {
                    collect(app, *value, found, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn judge(app: &App<'_>, site: &Site, scope: &str) -> Option<Finding> {
    let known = |name: &str| app.platform.scopes.contains_key(name);
    if known(scope) {
        return None;
    }
    let api = app.api_name(&site.api);
    let platform = app.platform.name.clone();
    let parts: Vec<&str> = scope.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let (message, certainty, fix) = if scope.contains(',') {
        let fix = fix(app, site, scope, &parts, Message::new("fix-joined"), parts.iter().all(|part| known(part)));
        (Message::new("joined").with("api", api.clone()), Certainty::Certain, fix)
    } else if let Some((near, safe)) = near(app, scope) {
        let fix = fix(app, site, scope, &[near], Message::new("fix-near").with("near", near), safe);
        (Message::new("near").with("platform", platform).with("near", near), Certainty::Certain, fix)
    } else {
        (Message::new("unknown").with("platform", platform), Certainty::Likely, None)
    };
    let message = message.with("scope", scope);
    let place = app.expr_place(site.at);
    Some(Finding::new("unknown-auth-scope", Level::Warning, certainty, message, place, scope).with_fixes(fix))
}

/// A known scope that is nearly this one, and whether only the case of its letters differs.
fn near<'a>(app: &'a App<'_>, scope: &str) -> Option<(&'a str, bool)> {
    let known = || app.platform.scopes.keys().map(String::as_str);
    let wanted = scope.trim();
    if let Some(name) = known().find(|name| name.eq_ignore_ascii_case(wanted)) {
        return Some((name, true));
    }
    // In short names two letters are half of the name.
    let most = if wanted.chars().count() < 6 { 1 } else { 2 };
    let best = known().map(|name| (distance(name, wanted), name)).filter(|(apart, _)| *apart <= most).min()?;
    Some((best.1, false))
}

/// How many letters must be added, dropped or changed to come from one name to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// The replacement of the text where it stands in the call itself.
fn fix(app: &App<'_>, site: &Site, scope: &str, names: &[&str], message: Message, safe: bool) -> Option<Fix> {
    let (span, in_list) = literal(app, site, scope)?;
    let place = app.place(site.at.file, span);
    let quote = span
        .of(&app.model.files[site.at.file as usize].text)
        .chars()
        .next()
        .filter(|c| matches!(c, '\'' | '"' | '`'))?;
    let names: Vec<String> = names.iter().map(|name| format!("{quote}{name}{quote}")).collect();
    let text = names.join(", ");
    let text = if in_list || names.len() == 1 { text } else { format!("[{text}]") };
    Some(Fix { message, safe, edits: vec![Edit { place, text }] })
}

/// Where the scope option of the call holds this text, and whether that is in a list.
fn literal(app: &App<'_>, site: &Site, scope: &str) -> Option<(Span, bool)> {
    let body = &app.machine.code.file(site.at.file).script.body;
    let key = app.api(site).scopes.as_ref()?;
    let Expr::Call { args, .. } = &body.exprs[site.at.expr as usize] else { return None };
    let options = args.iter().find_map(|(arg, _)| match &body.exprs[*arg as usize] {
        Expr::Object(props) => Some(props),
        _ => None,
    })?;
    let value = options.iter().find_map(|prop| match prop {
        Prop::Value(Key::Name(name), value, _) if body.name(*name) == key => Some(*value),
        _ => None,
    })?;
    let is_text = |id: &u32| matches!(&body.exprs[*id as usize], Expr::Str(name) if body.name(*name) == scope);
    let id = syntax::within(body, value).into_iter().find(is_text)?;
    Some((body.spans[id as usize], matches!(body.exprs[value as usize], Expr::Array(_))))
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_count_letters() {
        for (a, b, apart) in
            [("", "", 0), ("auth_user", "auth_user", 0), ("auth_user", "auth_usr", 1), ("abc", "xbd", 2)]
        {
            assert_eq!(distance(a, b), apart, "{a} {b}");
            assert_eq!(distance(b, a), apart, "{b} {a}");
        }
    }
}
