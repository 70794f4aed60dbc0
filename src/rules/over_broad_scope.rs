//! In: requests with their scopes, and what becomes of their codes. Out: requests that ask for more than is needed.

use super::scopes::{self, Asked};
use crate::analyse::heap::PathStep;
use crate::analyse::record::{Use, UseKind};
use crate::app::{App, Site};
use crate::finding::{Certainty, Finding, Fix, Level, Message};
use crate::platform::{Asks, Exposure};

/// Kinds of data that nobody should be asked for without a stated purpose.
const SENSITIVE: [&str; 2] = ["financial", "real-identity"];
/// Kinds of data that a session does not need.
const PROFILE: [&str; 3] = ["all", "basic", "contact"];

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        if app.api(site).asks == Asks::Authorization {
            out.extend(judge(app, site));
        }
    }
}

fn judge(app: &App<'_>, site: &Site) -> Option<Finding> {
    let asked: Vec<Asked> = site.requests.iter().flat_map(|at| scopes::asked(app, app.request(*at))).collect();
    let (message, level, certainty, fix) =
        redundant(app, site, &asked).or_else(|| sensitive(app, site, &asked)).or_else(|| session(app, site, &asked))?;
    Some(
        Finding::new("over-broad-scope", level, certainty, message, app.expr_place(site.at), app.api_name(&site.api))
            .with_fixes(fix),
    )
}

type Verdict = (Message, Level, Certainty, Option<Fix>);

fn joined<'a>(scopes: impl IntoIterator<Item = &'a String>) -> String {
    scopes.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// A silent scope beside one that asks.
fn redundant(app: &App<'_>, site: &Site, asked: &[Asked]) -> Option<Verdict> {
    let known = |scope: &String| app.platform.scopes.contains_key(scope);
    let both = |asked: &&Asked| !asked.silent.is_empty() && asked.asking.iter().any(known);
    let one = asked.iter().find(both)?;
    let message = Message::new("redundant").with("silent", joined(&one.silent)).with("scopes", joined(&one.asking));
    let kept: Vec<&str> = one.asking.iter().map(String::as_str).collect();
    Some((message, Level::Warning, Certainty::Certain, scopes::rewrite(app, site, &kept)))
}

/// Sensitive data without a purpose.
fn sensitive(app: &App<'_>, site: &Site, asked: &[Asked]) -> Option<Verdict> {
    let bad =
        |scope: &&String| SENSITIVE.contains(&scopes::class(app, scope)) && !app.is_declared(&[scope], &site.requests);
    let found =
        asked.iter().map(|one| one.asking.iter().filter(bad).collect::<Vec<_>>()).find(|bad| !bad.is_empty())?;
    let message = Message::new("sensitive").with("api", app.api_name(&site.api)).with("scopes", joined(found));
    Some((message, Level::Warning, Certainty::Certain, None))
}

/// A profile asked for, and a session made of it.
fn session(app: &App<'_>, site: &Site, asked: &[Asked]) -> Option<Verdict> {
    let profile =
        |scope: &String| PROFILE.contains(&scopes::class(app, scope)) && !app.is_declared(&[scope], &site.requests);
    let wanted = |one: &Asked| !one.unknown && !one.asking.is_empty() && one.asking.iter().all(profile);
    let silent = scopes::silent_default(app, app.api(site))?;
    if asked.is_empty() || !asked.iter().all(wanted) || app.machine.exhausted || !opens_session(app, site) {
        return None;
    }
    let asking = joined(&asked[0].asking);
    let message = Message::new("session").with("api", app.api_name(&site.api)).with("scopes", asking);
    Some((message, Level::Info, Certainty::Likely, scopes::rewrite(app, site, &[silent])))
}

/// Whether the code goes to a server, and nothing but a session is read from its answer.
fn opens_session(app: &App<'_>, site: &Site) -> bool {
    let from_site = |value| app.answered(value).is_some_and(|(request, _)| site.requests.contains(&request));
    let carriers: Vec<u32> = app
        .machine
        .embedder
        .requests
        .iter()
        .enumerate()
        .filter(|(_, request)| {
            let sink = app.platform.sinks.get(app.machine.atoms.text(request.api));
            let sends = sink.is_some_and(|sink| sink.into == Exposure::Network && !sink.global);
            sends && app.opaques_in(&app.arguments(request)).into_iter().any(from_site)
        })
        .map(|(at, _)| at as u32)
        .collect();
    let mut opened = false;
    for used in app.uses_of_requests(&carriers) {
        match of_session(app, used) {
            None => return false,
            Some(read) => opened |= read,
        }
    }
    opened
}

/// Whether a use of the server's answer belongs to a session, and whether it is a field of one; `None`: it does not.
fn of_session(app: &App<'_>, used: &Use) -> Option<bool> {
    let session = &app.platform.session;
    let whole = |name: &str| session.whole.iter().any(|known| known == name);
    let known = |name: &str| session.fields.iter().any(|known| known == name);
    match used.how {
        UseKind::Read(name) => {
            let name = app.machine.atoms.text(name);
            (known(name) || whole(name)).then(|| !whole(name))
        }
        UseKind::Test => Some(false),
        UseKind::Sink(_) | UseKind::Kept | UseKind::Escape => {
            match app.machine.heap.opaque_value(used.value).path.last() {
                Some(PathStep::Property(name)) => {
                    let name = app.machine.atoms.text(*name);
                    (known(name) && !whole(name)).then_some(false)
                }
                _ => None,
            }
        }
    }
}
