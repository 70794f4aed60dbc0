//! In: calls that give the phone number. Out: those made where the user may not have granted it.

use super::ungranted;
use crate::app::App;
use crate::finding::Finding;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    ungranted::report(app, "ungranted-phone-number", "contact", out);
}
