//! In: nothing. Out: what a run of a program leaves: edges, uses and unresolved calls, each with its place. Never runs anything.

use crate::analyse::domain::CtxId;
use crate::analyse::domain::value::{Atom, OpaqueId};

/// Where something is written: a file and an expression of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// Index of the file in the model.
    pub file: u32,
    /// The expression.
    pub expr: u32,
}

/// How one context leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A call.
    Call,
    /// A module is loaded.
    Import,
    /// An API answers through the callback of this option key.
    Callback(Atom, Atom),
    /// A promise is settled.
    Then,
    /// A promise is rejected.
    Catch,
    /// A timer runs.
    Timer,
    /// Handed to a function of the language that calls it (`forEach`).
    Iteration,
    /// A getter or setter.
    Accessor,
    /// Handed to unknown code, assumed to call it.
    Unresolved,
    /// Called by a name that is not known.
    Guess,
    /// An instance's observer or view update.
    Update,
    /// The platform tells of something (a listener of this API): no doing of the user's.
    Event(Atom),
}

/// One context leads to another.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The context that does it.
    pub from: CtxId,
    /// Where.
    pub site: Site,
    /// What it leads to.
    pub to: CtxId,
    /// How.
    pub kind: EdgeKind,
    /// What held on the way: tests and their outcome.
    pub guards: Box<[Guard]>,
}

/// A test that had to come out one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guard {
    /// The test.
    pub site: Site,
    /// Its outcome.
    pub truthy: bool,
    /// What the outcome means, where it is known.
    pub meaning: Meaning,
}

/// What a guard tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Nothing known.
    Plain,
    /// The user has granted this setting.
    Granted(Atom),
    /// The user has not granted this setting.
    NotGranted(Atom),
    /// A flag of this name was not set yet, and is set on the way.
    Once(Atom),
    /// The error code was this number.
    Code(u64),
}

/// A use of a value that came from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Use {
    /// The context.
    pub ctx: CtxId,
    /// Where.
    pub site: Site,
    /// The value.
    pub value: OpaqueId,
    /// How.
    pub how: UseKind,
}

/// How a value from outside is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseKind {
    /// A property is read.
    Read(Atom),
    /// It is handed to an API, put into view data, or joined to a text.
    Sink(Atom),
    /// It is kept in a property of an object.
    Kept,
    /// It is handed to unknown code.
    Escape,
    /// It decides which way the program goes: a test, a comparison, `?.`, a default.
    Test,
}

/// A call whose target is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unresolved {
    /// The context.
    pub ctx: CtxId,
    /// The call.
    pub site: Site,
}
