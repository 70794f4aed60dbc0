//! In: problems met while parsing. Out: files, or parts of them, that are not what their name says.

use super::internal_error;
use crate::app::App;
use crate::finding::{Certainty, Finding, Level, Message};
use crate::message::{Lang, Texts};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    // A subject is part of a fingerprint: the same in every language of a report.
    let mut words: Option<Texts> = None;
    for (at, file) in app.model.reached() {
        if file.package || super::unreadable_file::is_unreadable(file) {
            continue;
        }
        for problem in &file.problems {
            if internal_error::is_internal(problem) {
                continue;
            }
            let words = words.get_or_insert_with(|| Texts::of_words().unwrap_or_default());
            let key = if problem.fatal { "message-fatal" } else { "message" };
            let message = Message::new(key).with("problem", problem.message.clone());
            let place = app.place(at, problem.span);
            let subject = words.say(&problem.message, Lang::En);
            out.push(Finding::new("syntax-error", Level::Warning, Certainty::Certain, message, place, subject));
        }
    }
}
