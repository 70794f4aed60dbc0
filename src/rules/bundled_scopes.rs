//! In: requests. Out: those that ask for everything, for a long list, or for different kinds of sensitive data at once.

use super::scopes::{self, Asked};
use crate::app::{App, Site};
use crate::finding::{Certainty, Finding, Level, Message};
use std::collections::BTreeSet;

/// More scopes than this in one sheet are a long list.
const MOST: usize = 3;
/// Kinds of data that nobody expects to be asked for together.
const SENSITIVE: [&str; 3] = ["financial", "messaging", "real-identity"];

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        let requests = site.requests.iter().flat_map(|request| scopes::asked(app, app.request(*request)));
        let worst = requests.filter_map(|asked| judge(app, site, &asked)).max_by_key(|(_, level)| *level);
        if let Some((message, level)) = worst {
            let place = app.expr_place(site.at);
            let api = app.api_name(&site.api);
            out.push(Finding::new("bundled-scopes", level, Certainty::Certain, message, place, api));
        }
    }
}

fn judge(app: &App<'_>, site: &Site, asked: &Asked) -> Option<(Message, Level)> {
    let undeclared = |scope: &&str| !app.is_declared(&[scope], &site.requests);
    let open: Vec<&str> = asked.asking.iter().map(String::as_str).filter(undeclared).collect();
    let named = |key| Message::new(key).with("api", app.api_name(&site.api));
    let blanket = |scope: &&&str| app.platform.scopes.get(**scope).is_some_and(|row| row.blanket);
    if let Some(scope) = open.iter().find(blanket) {
        return Some((named("everything").with("scopes", *scope), Level::Error));
    }
    let all: BTreeSet<&str> = asked.asking.iter().map(|scope| scopes::class(app, scope)).collect();
    if !app.platform.policy.combined_scopes_allowed && all.contains("basic") && all.contains("contact") {
        // `combined-scopes` reports it.
        return None;
    }
    if open.len() > MOST {
        let message = named("many").with("count", open.len().to_string()).with("scopes", open.join(", "));
        return Some((message, Level::Warning));
    }
    let sensitive = |scope: &&&str| SENSITIVE.contains(&scopes::class(app, scope));
    let kinds: BTreeSet<&str> = open.iter().filter(sensitive).map(|scope| scopes::class(app, scope)).collect();
    (kinds.len() > 1).then(|| (named("kinds").with("scopes", open.join(", ")), Level::Warning))
}
