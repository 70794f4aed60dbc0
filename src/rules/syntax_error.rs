//! In: problems met while parsing. Out: files, or parts of them, that are not what their name says.

use super::internal_error;
use crate::app::App;
use crate::facts::Problem;
use crate::finding::{Certainty, Finding, Level, Message};
use crate::message::{Lang, Texts};
use std::collections::BTreeMap;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    // A subject is part of a fingerprint: the same in every language of a report.
    let mut words: Option<Texts> = None;
    for (at, file) in app.model.reached() {
        if file.package || super::unreadable_file::is_unreadable(file) {
            continue;
        }
        // What is wrong in one way in many places is one mistake to look for, and mostly one to mend.
        let mut causes: BTreeMap<&str, (&Problem, usize)> = BTreeMap::new();
        for problem in file.problems.iter().filter(|problem| !internal_error::is_internal(problem)) {
            causes.entry(problem.message.key).or_insert((problem, 0)).1 += 1;
        }
        for (problem, count) in causes.into_values() {
            let words = words.get_or_insert_with(|| Texts::of_words().unwrap_or_default());
            let key = match (problem.fatal, count) {
                (true, 1) => "message-fatal",
                (false, 1) => "message",
                (true, _) => "message-fatal-more",
                (false, _) => "message-more",
            };
            let message = Message::new(key).with("problem", problem.message.clone());
            let message = if count > 1 { message.with("others", (count - 1).to_string()) } else { message };
            let place = app.place(at, problem.span);
            let subject = words.say(&problem.message, Lang::En);
            out.push(Finding::new("syntax-error", Level::Warning, Certainty::Certain, message, place, subject));
        }
    }
}
