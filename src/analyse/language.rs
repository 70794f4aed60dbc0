//! In: statements and expressions of JavaScript. Out: their values, and the effects of running them. Never knows which names a
//! platform has.

mod branches;
mod builtin_table;
mod builtins;
pub(super) mod calls;
pub(super) mod choices;
mod classes;
pub(super) mod embedder;
mod eval;
pub(super) mod exec;
mod failures;
mod flags;
mod generators;
pub(super) mod interpreter;
mod literals;
mod loops;
mod members;
mod methods;
pub(super) mod modules;
pub(super) mod names;
pub(super) mod native_names;
mod promises;
mod properties;
pub(super) mod property_cache;
pub(super) mod recording;
mod stand_ins;
pub(super) mod unknown_callee;

/// A machine that runs JavaScript inside of `E`.
pub(super) type Machine<'a, E> = super::engine::machine::Machine<'a, interpreter::Interpreter, E>;
