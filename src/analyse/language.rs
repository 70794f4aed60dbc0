//! In: statements and expressions of JavaScript. Out: their values, and the effects of running them. Never knows which names a
//! platform has.

mod branches;
mod builtins;
pub(super) mod calls;
mod classes;
mod eval;
pub(super) mod exec;
mod failures;
mod flags;
mod generators;
mod literals;
mod members;
mod methods;
pub(super) mod modules;
pub(super) mod names;
pub(super) mod native_names;
mod promises;
mod properties;
pub(super) mod property_cache;
mod recording;
pub(super) mod unknown_callee;
