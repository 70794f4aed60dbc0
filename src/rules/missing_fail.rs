//! In: requests for the user's data. Out: those whose failure (the user's refusal among them) nobody handles.

use crate::app::{App, Failure, Prompting, Site};
use crate::finding::{Certainty, Finding, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        out.extend(judge(app, site));
    }
}

fn judge(app: &App<'_>, site: &Site) -> Option<Finding> {
    let row = app.api(site);
    let asks = row.asks == crate::platform::Asks::Authorization;
    if !asks && !row.gives_user_data {
        return None;
    }
    let missing = |request: &&u32| app.failure(app.request(**request)) == Failure::Missing;
    let missing: Vec<u32> = site.requests.iter().filter(missing).copied().collect();
    let prompts: Vec<Prompting> = missing.iter().map(|request| app.prompting(app.request(*request))).collect();
    if missing.is_empty() {
        return None;
    }
    let interactive = prompts.iter().any(|prompting| matches!(prompting, Prompting::Asks(_)));
    let unknown = prompts.contains(&Prompting::Unknown);
    let (key, level, certainty) = match (row.gives_user_data, interactive, unknown) {
        (true, ..) => ("data", Level::Error, Certainty::Certain),
        (_, true, _) => ("interactive", Level::Error, Certainty::Certain),
        (_, _, true) => ("interactive", Level::Warning, Certainty::Possible),
        _ => ("silent", Level::Info, Certainty::Certain),
    };
    let api = app.api_name(&site.api);
    Some(Finding {
        rule: "missing-fail",
        level,
        certainty,
        message: Message::new(key).with("api", api.clone()),
        place: app.expr_place(site.at),
        subject: api,
        routes: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
    })
}
