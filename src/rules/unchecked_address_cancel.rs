//! In: answers that tell of a choice the user may not have made. Out: those whose data is read and whose status is not.

use super::unchecked;
use crate::app::App;
use crate::finding::{Finding, Message};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in app.sites.iter().filter(|site| app.api(site).envelope.is_empty()) {
        if let Some(found) = unchecked::judge(app, site) {
            let message = Message::new("message").with("field", found.field);
            out.push(unchecked::finding(app, "unchecked-address-cancel", site, message, found.read));
        }
    }
}
