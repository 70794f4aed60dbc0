//! In: answers that only the server can decrypt, and how they are used. Out: reads of what is not in them, and attempts to
//! decrypt them in the program.

use crate::analyse::record::{Use, UseKind};
use crate::app::{App, Site};
use crate::facts::script::Expr;
use crate::finding::{Certainty, Finding, Level, Message, Place};
use std::collections::BTreeSet;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in app.sites.iter().filter(|site| !app.api(site).sealed.is_empty()) {
        let mut places: BTreeSet<Place> = BTreeSet::new();
        for used in app.uses_of(site) {
            let place = app.use_place(used);
            if let Some(finding) = judge(app, site, used, place.clone()).filter(|_| places.insert(place)) {
                out.push(finding);
            }
        }
    }
}

fn judge(app: &App<'_>, site: &Site, used: &Use, place: Place) -> Option<Finding> {
    let (message, subject, certainty) = match used.how {
        UseKind::Read(name) => {
            let field = app.machine.atoms.text(name);
            let legal = app.api(site).sealed.iter().any(|known| known == field);
            if legal || is_method(app, used) || super::unparsed_response::is_text_member(field) {
                return None;
            }
            (Message::new("message").with("field", field), field.to_string(), Certainty::Certain)
        }
        UseKind::Escape => {
            let function = decrypts(app, used)?;
            (Message::new("decrypted").with("function", function.clone()), function, Certainty::Likely)
        }
        UseKind::Sink(_) | UseKind::Kept | UseKind::Test => return None,
    };
    let level = if certainty == Certainty::Certain { Level::Error } else { Level::Warning };
    let message = message.with("api", app.api_name(&site.api));
    Some(Finding::new("phone-read-on-client", level, certainty, message, place, subject))
}

/// Whether the property is read to be called: `res.hasOwnProperty('response')`.
fn is_method(app: &App<'_>, used: &Use) -> bool {
    let exprs = &app.machine.code.file(used.site.file).script.body.exprs;
    exprs.iter().any(|expr| matches!(expr, Expr::Call { callee, .. } if *callee == used.site.expr))
}

/// The function an answer is handed to, as it is written, when its name says that it decrypts.
fn decrypts(app: &App<'_>, used: &Use) -> Option<String> {
    let script = app.machine.code.file(used.site.file).script;
    let (Expr::Call { callee, .. } | Expr::New { callee, .. }) = script.body.exprs.get(used.site.expr as usize)? else {
        return None;
    };
    let text = script.body.spans[*callee as usize].of(&app.model.files[used.site.file as usize].text);
    (text.len() <= 60 && text.to_ascii_lowercase().contains("decrypt")).then(|| text.to_string())
}
