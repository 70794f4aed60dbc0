//! In: requests and their scopes. Out: what one sheet asks for, the kinds of data behind it, and the edit that asks for less.

use super::edits::Page;
use crate::analyse::record::Request;
use crate::app::{App, Site};
use crate::facts::script::Expr;
use crate::finding::{Edit, Fix, Message};
use crate::platform::Api;
use std::collections::BTreeSet;

/// What one call asks for.
pub(super) struct Asked {
    /// Scopes that show a sheet.
    pub(super) asking: BTreeSet<String>,
    /// Scopes that show none.
    pub(super) silent: BTreeSet<String>,
    /// Some scope is not known.
    pub(super) unknown: bool,
}

/// What a request may ask for: one for each value its option may have.
pub(super) fn asked(app: &App<'_>, request: &Request) -> Vec<Asked> {
    let lists = app.scope_lists(request);
    lists.into_iter().map(|list| split(app, list)).collect()
}

fn split(app: &App<'_>, list: BTreeSet<Option<String>>) -> Asked {
    let mut asked = Asked { asking: BTreeSet::new(), silent: BTreeSet::new(), unknown: list.contains(&None) };
    for scope in list.into_iter().flatten() {
        let known = app.platform.is_silent(&scope);
        let silent = known.unwrap_or(!app.platform.policy.unknown_scopes_interactive);
        if silent {
            asked.silent.insert(scope)
        } else {
            asked.asking.insert(scope)
        };
    }
    asked
}

/// The kind of data behind a scope; empty when no row knows it.
pub(super) fn class<'a>(app: &'a App<'_>, scope: &str) -> &'a str {
    app.platform.scopes.get(scope).map_or("", |row| row.class.as_str())
}

/// Whether two kinds of data have something in common.
pub(super) fn meet(a: &str, b: &str) -> bool {
    let whole = |class: &str| class == "all";
    let profile = |class: &str| matches!(class, "all" | "basic" | "contact");
    !a.is_empty() && (a == b || (whole(a) && profile(b)) || (whole(b) && profile(a)))
}

/// The scope that asks for nothing, as an API takes it when none is named.
pub(super) fn silent_default<'a>(app: &App<'_>, row: &'a Api) -> Option<&'a str> {
    let silent = |scope: &&String| app.platform.is_silent(scope) == Some(true);
    row.default_scopes.iter().find(silent).map(String::as_str)
}

/// Writes other scopes into a call where the present ones are written out in it.
pub(super) fn rewrite(app: &App<'_>, site: &Site, scopes: &[&str]) -> Option<Fix> {
    let key = app.api(site).scopes.as_ref()?;
    let written = app.written_option(site.at, key)?;
    let body = &app.script(site.at.file)?.body;
    let literal = |expr: &Expr| matches!(expr, Expr::Str(_));
    let (plain, list) = match &body.exprs[written as usize] {
        Expr::Array(items) => {
            (items.iter().all(|(item, _)| item.is_some_and(|item| literal(&body.exprs[item as usize]))), true)
        }
        expr => (literal(expr), false),
    };
    if !plain {
        return None;
    }
    let page = Page::of(&app.model.files[site.at.file as usize].text)?;
    let quoted: Vec<String> = scopes.iter().map(|scope| page.quoted(scope)).collect();
    let text = quoted.join(", ");
    let text = if list || quoted.len() > 1 { format!("[{text}]") } else { text };
    let place = app.place(site.at.file, body.spans[written as usize]);
    let message = Message::new("fix").with("scope", scopes.join(", "));
    Some(Fix { message, safe: false, edits: vec![Edit { place, text }] })
}
