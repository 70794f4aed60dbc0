//! In: statements and expressions of JavaScript. Out: their values, and the effects of running them. Never knows which names a
//! platform has.

mod access;
mod branches;
mod builtins;
pub(super) mod calls;
mod classes;
mod eval;
pub(super) mod exec;
mod flags;
pub(super) mod gather;
mod generators;
mod literals;
mod members;
mod methods;
pub(super) mod modules;
pub(super) mod names;
pub(super) mod natives;
mod notes;
mod promises;
pub(super) mod unread;
