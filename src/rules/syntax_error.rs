//! In: problems met while parsing. Out: files, or parts of them, that are not what their name says.

use super::internal_error;
use crate::app::App;
use crate::finding::{Certainty, Finding, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for (at, file) in app.model.reached() {
        if file.package || super::unreadable_file::is_unreadable(file) {
            continue;
        }
        for problem in &file.problems {
            if internal_error::is_internal(problem) {
                continue;
            }
            let key = if problem.fatal { "message-fatal" } else { "message" };
            out.push(Finding {
                rule: "syntax-error",
                level: Level::Warning,
                certainty: Certainty::Certain,
                message: Message::new(key).with("problem", problem.message.clone()),
                place: app.place(at, problem.span),
                subject: problem.message.clone(),
                routes: Vec::new(),
                related: Vec::new(),
                fixes: Vec::new(),
            });
        }
    }
}
