//! In: what the configuration declares that data is needed for, and what the program asks for. Out: declarations of no use.

use crate::app::{App, Idle};
use crate::finding::{Certainty, Finding, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for (purpose, idle) in app.idle_purposes() {
        let message = match idle {
            Idle::NeverAsked => Message::new("message"),
            Idle::NoPage(page) => Message::new("page").with("page", page),
        };
        let message = message.with("subject", purpose.subject.clone());
        let place = purpose.place;
        out.push(Finding::new("unused-purpose", Level::Warning, Certainty::Certain, message, place, purpose.subject));
    }
}
