//! In: faults of this tool met while reading files. Out: one finding each, asking for a report.

use crate::app::App;
use crate::facts::Problem;
use crate::finding::{Certainty, Finding, Level, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for (at, file) in app.model.files.iter().enumerate() {
        for problem in file.problems.iter().filter(|problem| is_internal(problem)) {
            let message = Message::new("message").with("problem", problem.message.clone());
            let place = app.place(at as u32, problem.span);
            out.push(Finding::new("internal-error", Level::Error, Certainty::Certain, message, place, &file.path));
        }
    }
}

/// Whether a problem is this tool's own fault.
pub(super) fn is_internal(problem: &Problem) -> bool {
    problem.message.key == crate::parse::INTERNAL
}
