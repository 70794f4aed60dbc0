//! In: a model and a platform. Out: what the program does, as far as rules ask. The program is run in the abstract: every
//! hook, handler and listener that the platform may call is called, and what happens is remembered with the way there.
//!
//! # The rooms
//!
//! In the order of dependence: a room uses only rooms above it (`tests/architecture.rs`).
//!
//! - `domain`: values, sets of them, objects. Nothing here knows JavaScript or a platform.
//! - `engine`: contexts, the list of what must run again, the budget, the records of a run.
//! - `language`: JavaScript: statements, expressions, calls, members, classes, promises, builtins, modules.
//! - `platform`: the app, pages and components with their hooks, APIs, markup, events, ways.
//! - `runtimes`: what bundlers, converters and frameworks add.

mod domain;
mod engine;
mod language;
mod platform;
mod runtimes;

pub use domain::{CodeRef, CtxId};
pub use domain::{heap, object, value};
pub use engine::{budget, code, limits, machine, record};
pub use platform::{hosts, markup, routes, world};
