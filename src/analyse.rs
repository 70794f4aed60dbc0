//! In: a model and a platform. Out: what the program does, as far as rules ask. The program is run in the abstract: every
//! hook, handler and listener that the platform may call is called, and what happens is remembered with the way there.

mod access;
mod apis;
mod branches;
pub mod budget;
mod builtins;
mod bundles;
mod calls;
mod classes;
pub mod code;
mod effects;
mod eval;
mod exec;
mod flags;
mod frameworks;
mod gather;
mod generators;
mod guards;
pub mod heap;
mod hooks;
pub mod hosts;
mod literals;
pub mod machine;
pub mod markup;
mod members;
mod methods;
mod modules;
mod names;
mod natives;
mod notes;
pub mod object;
mod promises;
pub mod record;
mod registered;
pub mod routes;
mod snippets;
mod unread;
pub mod value;
pub mod world;
mod wrapped;

/// A function of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeRef {
    /// Index of the file in the model.
    pub file: u32,
    /// Index of the function in the script.
    pub function: u32,
}

/// A context: a function with its surroundings, `this` and arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CtxId(pub u32);

impl CtxId {
    /// No context.
    pub const NONE: CtxId = CtxId(u32::MAX);
}
