//! In: nothing. Out: nothing: what this rule finds shows only when all other findings are known (`src/suppress.rs`).

use crate::app::App;
use crate::finding::Finding;

pub(super) fn check(_: &mut App<'_>, _: &mut Vec<Finding>) {}
