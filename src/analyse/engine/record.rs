//! In: nothing. Out: what a run of a program leaves: its edges, requests, writes and uses, each with its place. Never runs
//! anything.

use crate::analyse::domain::CtxId;
use crate::analyse::domain::value::{Atom, ObjId, OpaqueId, Set};
use crate::facts::script::Stmt;

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

/// A call of an API.
#[derive(Clone, Debug)]
pub struct Request {
    /// The context that makes it.
    pub ctx: CtxId,
    /// The call.
    pub site: Site,
    /// The API.
    pub api: Atom,
    /// Its arguments.
    pub args: Vec<Set>,
    /// What held.
    pub guards: Box<[Guard]>,
    /// Code that is not there to read got the promise, or nobody minds its rejection; see [`Rescue`] for who deals with it.
    pub rejection_handled: bool,
    /// Its error is what a promise of the program's own was rejected with, or was thrown again.
    pub handed_on: bool,
    /// A callback of it gets the result or the error, whichever it is.
    pub either: bool,
    /// Its answer holds the user's data: uses of it are remembered.
    pub tracked: bool,
}

/// A write to an instance's view data.
#[derive(Clone, Debug)]
pub struct DataWrite {
    /// The context that makes it.
    pub ctx: CtxId,
    /// The call.
    pub site: Site,
    /// The instance.
    pub instance: ObjId,
    /// The first segment of the key.
    pub key: Atom,
    /// What is written.
    pub value: Set,
    /// What held.
    pub guards: Box<[Guard]>,
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
    /// It is handed to unknown code.
    Escape,
    /// It decides which way the program goes: a test, a comparison, `?.`, a default.
    Test,
}

/// Somebody deals with the failure of a request, which came there as the rejection of a promise.
#[derive(Clone, Copy, Debug)]
pub struct Rescue<'a> {
    /// The request.
    pub request: u32,
    /// The context that deals with it.
    pub ctx: CtxId,
    /// How.
    pub by: RescueBy<'a>,
}

/// Where a rejection arrives.
#[derive(Clone, Copy, Debug)]
pub enum RescueBy<'a> {
    /// The callback handed over at this place.
    Callback(Site),
    /// A `catch` block.
    Block(&'a [Stmt]),
}

/// An app, page or component registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Registration {
    /// The context that makes it.
    pub ctx: CtxId,
    /// The call.
    pub site: Site,
    /// What it makes.
    pub host: crate::platform::Host,
    /// The options.
    pub options: Set,
    /// The framework's function that made it, if any.
    pub shim: Option<u32>,
    /// Only supposed: unknown code was handed an object with hooks.
    pub supposed: bool,
}

/// A function registered to run on an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listener {
    /// The context that registers it.
    pub ctx: CtxId,
    /// Where.
    pub site: Site,
    /// The API.
    pub api: Atom,
    /// Whether it runs without the user's doing.
    pub automatic: bool,
    /// Whether it is no API but unknown code.
    pub unread: bool,
    /// What runs.
    pub runs: CtxId,
}

/// A call whose target is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unresolved {
    /// The context.
    pub ctx: CtxId,
    /// The call.
    pub site: Site,
}
