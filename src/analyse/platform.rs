//! In: what a platform's table says. Out: what it does to a program: the app, pages and components with their hooks, APIs, markup,
//! events, witness paths. Never names an API itself.

mod apis;
mod attribute_values;
pub mod entry_points;
mod guards;
mod hooks;
pub mod lifecycle;
pub mod markup;
mod registrations;
mod supposed_registrations;
pub mod witness_paths;
