//! In: requests and the hooks that lead to them. Out: a sheet from another page's or component's hook.

use super::timing::{Timing, report};
use crate::app::App;
use crate::finding::{Finding, Level};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    report(app, "lifecycle-prompt", Level::Warning, Timing::Lifecycle, out);
}
