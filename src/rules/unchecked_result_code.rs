//! In: answers that come in an envelope with a result code. Out: those whose data is read and whose code is not.

use super::unchecked::{self, How};
use crate::app::App;
use crate::finding::{Finding, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in app.sites.iter().filter(|site| !app.api(site).envelope.is_empty()) {
        if let Some(found) = unchecked::judge(app, site) {
            out.push(unchecked::finding(app, "unchecked-result-code", site, message(found.how), found.read));
        }
    }
}

fn message(how: How) -> Message {
    Message::new(match how {
        How::Unseen => "message",
        How::Elsewhere => "elsewhere",
        How::NeverFits => "never-fits",
    })
}
