//! In: what a platform's table says. Out: what it does to a program: the app, pages and components with their hooks, APIs, markup,
//! events, ways. Never names an API itself.

mod apis;
mod guards;
mod hooks;
pub mod hosts;
pub mod markup;
mod registered;
pub mod routes;
mod snippets;
pub mod world;
mod wrapped;
