//! In: what the configuration declares that data is needed for, and what the program asks for. Out: declarations of no use.

use crate::app::{App, Idle};
use crate::finding::{Certainty, Finding, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for (purpose, idle) in app.idle_purposes() {
        let message = match idle {
            Idle::NeverAsked => Message::new("message"),
            Idle::NoPage(page) => Message::new("page").with("page", page),
        };
        out.push(Finding {
            rule: "unused-purpose",
            level: Level::Warning,
            certainty: Certainty::Certain,
            message: message.with("subject", purpose.subject.clone()),
            place: purpose.place,
            subject: purpose.subject,
            routes: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
        });
    }
}
