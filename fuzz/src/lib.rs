//! In: any bytes. Out: nothing, or a panic that says which promise is broken. What `fuzz_targets/` runs at length and
//! `tests/hostile` with kept inputs; each target says what its bytes mean.

mod bundle;
mod config;
mod facts;
mod program;
mod promises;
mod suppressions;

pub use config::config;
pub use facts::{axml, expression, json, script_facts};
pub use program::{fix_application, whole_check};
pub use suppressions::suppressions;

/// A target: nothing comes of sound bytes.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: [(&str, Target); 8] = [
    ("axml", axml),
    ("config", config),
    ("expression", expression),
    ("fix_application", fix_application),
    ("json", json),
    ("script_facts", script_facts),
    ("suppressions", suppressions),
    ("whole_check", whole_check),
];
