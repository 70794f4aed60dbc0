//! In: how large a program is. Out: how far its analysis goes. Never counts anything itself.

/// A limit that grows with the program: one that is large because it has many pages must not be looked at less closely than
/// its parts would be on their own. It grows in proportion, so that twice the program takes twice the time at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What every program has.
    pub base: u64,
    /// More for each outermost function of a file (in a bundle: each module).
    pub function: u64,
    /// More for each page and component.
    pub unit: u64,
}

impl Limit {
    /// The same for every program.
    pub fn fixed(steps: u64) -> Limit {
        Limit { base: steps, function: 0, unit: 0 }
    }

    /// The limit for a program of so many outermost functions and units.
    pub(super) fn of(self, functions: u64, units: u64) -> u64 {
        let function = self.function.saturating_mul(functions);
        self.base.saturating_add(function).saturating_add(self.unit.saturating_mul(units))
    }
}

/// Limits, so that no program can hang the tool. Steps are evaluated expressions.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// After this many steps new contexts are merged.
    pub precise_steps: Limit,
    /// After this many steps nothing more runs.
    pub steps: Limit,
    /// Steps that one outermost function of a file (in a bundle: a module) may take, with all functions inside it, before
    /// contexts of these are merged: what a library does over and over needs not be told apart. After many times as much its
    /// functions are taken for unknown code.
    pub share: Limit,
    /// Contexts of one function before further ones are merged.
    pub contexts: u32,
    /// Contexts that one place may make of one function before further ones are merged: a place that runs again with more
    /// values would otherwise make a new one each time.
    pub contexts_per_site: u32,
    /// How often one context runs at most.
    pub runs: u32,
    /// Calls within calls before a callee waits in the queue instead.
    pub nesting: u32,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            precise_steps: Limit { base: 10_000_000, function: 1_000, unit: 5_000 },
            steps: Limit { base: 20_000_000, function: 2_000, unit: 10_000 },
            share: Limit { base: 20_000, function: 0, unit: 200 },
            contexts: 400,
            contexts_per_site: 12,
            runs: 400,
            nesting: 120,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_program_has_as_much_for_each_part_as_a_small_one() {
        let limit = Budget::default().steps;
        let (one, ten) = (limit.of(700, 50), limit.of(7_000, 500));
        assert!(ten > one && ten <= one * 10, "{one} {ten}");
        // Pages of four functions that lead to a request through shared modules take 125 steps each, their component as many.
        assert!(Budget::default().precise_steps.of(1_600 * 4, 1_601) > 1_600 * 250);
        assert_eq!(Limit::fixed(7).of(1_000, 1_000), 7);
        assert_eq!(limit.of(u64::MAX, u64::MAX), u64::MAX);
    }
}
