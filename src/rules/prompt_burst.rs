//! Not yet.
use crate::app::App;
use crate::finding::Finding;
pub(super) fn check(_: &mut App<'_>, _: &mut Vec<Finding>) {}
