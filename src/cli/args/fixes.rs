//! In: the flags of `check` that speak about fixes. Out: them as values.

use clap::Args;

/// What to do about fixes.
#[derive(Args, Clone, Copy, Debug)]
pub(in crate::cli) struct Fixes {
    /// Mend what can be mended without a person's judgement, and show what is left
    #[arg(long, conflicts_with_all = ["staged", "stdin_filename"])]
    pub(in crate::cli) fix: bool,
    /// Take fixes, too, that a person must look at: with --fix they are applied, else counted
    #[arg(long)]
    pub(in crate::cli) unsafe_fixes: bool,
    /// Show what --fix would change, as a patch, and change nothing; exit code 1 when there is something
    #[arg(long, conflicts_with_all = ["fix", "output", "format"])]
    pub(in crate::cli) diff: bool,
}
