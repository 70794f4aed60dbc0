//! In: a program's configuration. Out: how far its analysis goes. Never searches anything itself.

use crate::analyse::budget::{Budget, Limit};
use crate::config::Config;

/// The limits of the analysis, as configured.
pub(super) fn budget_of(config: &Config) -> Budget {
    let mut budget = Budget::default();
    let said = |key: &str| config.budget.get(key).map(|held| held.value);
    let small = |key: &str| said(key).map(|value| u32::try_from(value).unwrap_or(u32::MAX));
    budget.precise_steps = said("precise-steps").map_or(budget.precise_steps, Limit::fixed);
    budget.steps = said("steps").map_or(budget.steps, Limit::fixed);
    budget.contexts = small("contexts").unwrap_or(budget.contexts);
    budget.nesting = small("nesting").unwrap_or(budget.nesting);
    budget
}
