//! In: calls of APIs that a button's consent opens, and the entries that lead to them. Out: those that something else than
//! the consent leads to.

use crate::analyse::entry_points::EntryPoint;
use crate::analyse::record::{Guard, Meaning, UseKind};
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::{App, Site};
use crate::finding::{Certainty, Finding, Level, Message};
use crate::platform::Api;

/// Reports the calls of APIs whose data is of one class.
pub(super) fn report(app: &App<'_>, rule: &'static str, class: &str, out: &mut Vec<Finding>) {
    for site in &app.sites {
        let row = app.api(site);
        let Some(scope) = &row.granted_by else { continue };
        if app.platform.markup.auth_button.classes.get(scope).is_some_and(|known| known == class) {
            out.extend(judge(app, rule, site, row, scope));
        }
    }
}

fn judge(app: &App<'_>, rule: &'static str, site: &Site, row: &Api, scope: &str) -> Option<Finding> {
    // Packages are the run-time layers of frameworks: they answer for what the program asks of them.
    if app.model.files[site.at.file as usize].package || expects_refusal(app, site, row) {
        return None;
    }
    let setting = row.setting.as_deref().unwrap_or(scope);
    let granted = |guard: &Guard| match guard.meaning {
        Meaning::Granted(key) => app.machine.atoms.text(key) == setting,
        _ => false,
    };
    let open = |guards: &[Guard]| !guards.iter().any(granted);
    let plain = |guards: &[Guard]| guards.iter().all(|guard| guard.meaning != Meaning::Plain);
    let witness_paths = witness_paths(app, site, open);
    let free = self::witness_paths(app, site, |guards| open(guards) && plain(guards));
    let flagged = free.is_empty();
    let witness_paths = if flagged { witness_paths } else { free };
    let sure = witness_paths.iter().map(|path| witness_paths::certainty(&app.machine, &app.live, path)).max()?;
    let certainty = if flagged { sure.min(Certainty::Likely) } else { sure };
    let api = app.api_name(&site.api);
    let last = app.request_step(site.at, &api);
    let level = if certainty == Certainty::Certain { Level::Error } else { Level::Warning };
    let message = Message::new("message").with("api", api.clone()).with("scope", scope);
    Some(
        Finding::new(rule, level, certainty, message, app.expr_place(site.at), api)
            .with_witnesses(witness_paths.iter().map(|path| app.witness(path, last.clone()))),
    )
}

/// The paths on which no grant was given. A grant for another scope is another rule's affair.
fn witness_paths(app: &App<'_>, site: &Site, open: impl Fn(&[Guard]) -> bool) -> Vec<WitnessPath> {
    let grants = &app.platform.markup.auth_button.grant_events;
    let wanted = |entry: &EntryPoint| !grants.contains(&entry.event);
    let requests = site.requests.iter().map(|request| app.request(*request));
    let targets: Vec<_> = requests.filter(|request| open(&request.guards)).map(|request| request.ctx).collect();
    app.witness_paths.to(&app.machine, &app.live, &targets, wanted, open)
}

/// Whether the program looks at what the answer says about the grant.
fn expects_refusal(app: &App<'_>, site: &Site, row: &Api) -> bool {
    let Some(outcome) = &row.outcome else { return false };
    let Some(field) = app.machine.atoms.find(&outcome.field) else { return false };
    app.uses_of(site).any(|used| used.how == UseKind::Read(field))
}
