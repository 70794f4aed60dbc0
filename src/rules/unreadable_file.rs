//! In: files that could not be read or decoded. Out: one finding each: nothing in them was judged.

use crate::app::App;
use crate::finding::{Certainty, Finding, Level, Message};
use crate::model::SourceFile;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for (at, file) in app.model.files.iter().enumerate() {
        if !is_unreadable(file) {
            continue;
        }
        for problem in file.problems.iter().filter(|problem| problem.fatal) {
            out.push(Finding {
                rule: "unreadable-file",
                level: Level::Warning,
                certainty: Certainty::Certain,
                message: Message::new("message").with("problem", problem.message.clone()),
                place: app.place(at as u32, problem.span),
                subject: file.path.clone(),
                routes: Vec::new(),
                related: Vec::new(),
                fixes: Vec::new(),
            });
        }
    }
}

/// Whether a file has no text at all although something is wrong with it: it could not be read or decoded.
pub(super) fn is_unreadable(file: &SourceFile) -> bool {
    file.text.is_empty() && file.facts.is_none() && file.problems.iter().any(|problem| problem.fatal)
}
