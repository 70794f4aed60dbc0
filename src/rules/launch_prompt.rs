//! In: requests and the hooks that lead to them. Out: a sheet at launch.

use super::timing::{Timing, report};
use crate::app::App;
use crate::finding::{Finding, Level};

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    report(app, "launch-prompt", Level::Error, Timing::Launch, out);
}
