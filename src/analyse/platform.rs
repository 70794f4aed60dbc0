//! In: what a platform's table says. Out: what it does to a program: the app, pages and components with their hooks, APIs, markup,
//! events, witness paths. Never names an API itself.

use state::PlatformState;

mod apis;
mod attribute_values;
mod changes;
pub mod conditions;
mod dialect;
pub mod entry_points;
mod facade;
mod globals;
mod guards;
pub(super) mod hooks;
pub mod lifecycle;
pub mod markup;
pub(super) mod names;
mod pure;
pub(super) mod record;
mod registrations;
mod scopes;
pub mod sight;
pub(super) mod sources;
mod stages;
pub(super) mod state;
mod supposed_registrations;
mod uses;
mod views;
pub mod witness_paths;

/// A machine that runs a mini program on a platform.
pub type Machine<'a> = crate::analyse::language::Machine<'a, PlatformState<'a>>;
