//! In: authorization buttons, requests for data and codes, and what is done with the answers. Out: what is asked for and
//! never used.

use crate::analyse::heap::PathStep;
use crate::analyse::record::UseKind;
use crate::app::flow::Start;
use crate::app::{App, Button, Prompting, Site};
use crate::facts::script::Pattern;
use crate::finding::{Certainty, Finding, Level, Message, Place};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    if app.machine.exhausted {
        return;
    }
    for button in app.buttons() {
        out.extend(grant(app, &button));
    }
    for site in &app.sites {
        out.extend(answer(app, site));
    }
}

/// A button whose data nobody fetches.
fn grant(app: &App<'_>, button: &Button) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let [scope] = button.scopes.texts.as_slice() else { return None };
    if button.scopes.unknown || !button.certain {
        return None;
    }
    let (api, _) = app.platform.apis.iter().find(|(_, row)| row.granted_by.as_deref() == Some(scope))?;
    let class = rules.classes.get(scope).map_or("", String::as_str);
    let declared = app.declares_on(&[scope], app.live.instances[button.instance as usize].unit);
    if declared || app.sites.iter().any(|site| fetches(app, site, scope, class)) {
        return None;
    }
    let (starts, unknown) = app.handlers(button, &rules.grant_events);
    if starts.is_empty() || unknown || starts.iter().any(|start| reads_event(app, start)) {
        return None;
    }
    let element = app.element(button.instance, button.node)?.name.clone();
    let message = Message::new("grant").with("element", element.clone());
    let message = message.with("scopes", scope.clone()).with("api", app.api_name(api));
    let hidden = hands_over(app, &starts);
    Some(finding(message, app.tag_place(button.instance, button.node)?, element, hidden))
}

/// Whether a call brings what a button asks for.
fn fetches(app: &App<'_>, site: &Site, scope: &str, class: &str) -> bool {
    let row = app.api(site);
    let kind = app.platform.personal.get(&site.api).map_or("", |row| row.class.as_str());
    row.granted_by.as_deref() == Some(scope) || (row.gives_user_data && row.granted_by.is_none() && kind == class)
}

/// Whether a handler looks at its event, which brings the data on some platforms.
fn reads_event(app: &App<'_>, start: &Start<'_>) -> bool {
    let code = app.machine.ctxs[start.ctx.0 as usize].code;
    let function = app.machine.code.function(code);
    let script = app.machine.code.file(code.file).script;
    let read = |param: &Pattern| !matches!(param, Pattern::Var(var) if !script.vars[*var as usize].read);
    function.uses_arguments || function.params.first().is_some_and(read)
}

/// Whether what the handlers run calls unknown code by a name that sounds like a module's: it may fetch the data.
fn hands_over(app: &App<'_>, starts: &[Start<'_>]) -> bool {
    let reach = app.reach(starts, |_| true);
    reach.is_unresolved(app)
}

/// A request whose answer nobody uses.
fn answer(app: &App<'_>, site: &Site) -> Option<Finding> {
    let row = app.api(site);
    let personal = app.platform.personal.get(&site.api)?;
    let asked: Vec<Prompting> = site.requests.iter().map(|request| app.prompting(app.request(*request))).collect();
    let asks = asked.iter().all(|asked| matches!(asked, Prompting::Asks(_)));
    if !(row.gives_user_data || (asks && personal.class == "identity")) || is_used(app, site) {
        return None;
    }
    let api = app.api_name(&site.api);
    let message = if row.gives_user_data {
        Message::new("answer")
    } else if app.sites.iter().any(|other| app.api(other).gives_user_data) {
        // The sheet was for what is fetched next; the code was not the point.
        return None;
    } else {
        let mut scopes: Vec<String> = asked
            .into_iter()
            .flat_map(|asked| if let Prompting::Asks(scopes) = asked { scopes } else { Vec::new() })
            .collect();
        scopes.sort();
        scopes.dedup();
        if scopes.iter().all(|scope| app.is_declared(&[scope], &site.requests)) {
            return None;
        }
        Message::new("code").with("scopes", scopes.join(", "))
    };
    Some(finding(message.with("api", api.clone()), app.expr_place(site.at), api, false))
}

/// Whether something is done with an answer, or may be where it cannot be seen.
fn is_used(app: &App<'_>, site: &Site) -> bool {
    let meta = &app.api(site).envelope_meta;
    let used = app.uses_of(site).any(|used| match used.how {
        UseKind::Read(name) => !meta.iter().any(|meta| meta == app.machine.atoms.text(name)),
        UseKind::Test => false,
        UseKind::Sink(_) | UseKind::Kept | UseKind::Escape => {
            let last = app.machine.heap.opaque_value(used.value).path.last();
            !matches!(last, Some(PathStep::Property(name)) if meta.iter().any(|meta| meta == app.machine.atoms.text(*name)))
        }
    });
    used || !site.requests.iter().all(|request| app.is_answer_ignored(*request))
}

fn finding(message: Message, place: Place, subject: String, hidden: bool) -> Finding {
    let level = if hidden { Level::Info } else { Level::Warning };
    let certainty = if hidden { Certainty::Likely } else { Certainty::Certain };
    Finding::new("unused-authorization", level, certainty, message, place, subject)
}
