//! In: nothing. Out: what a program asks of its platform: requests, writes of view data, registrations, listeners. Never runs
//! anything.

use crate::analyse::domain::CtxId;
use crate::analyse::domain::value::{Atom, ObjId, Set};
use crate::analyse::engine::record::{Guard, Site};
use crate::analyse::language::recording::RescueBy;

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
    /// Unknown code got the promise, or nobody minds its rejection; see [`Rescue`] for who deals with it.
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
    /// What the key's value becomes.
    pub value: Set,
    /// The segments of the key; `None` for one that is not known.
    pub path: Box<[Option<Atom>]>,
    /// What is written there.
    pub written: Set,
    /// What held.
    pub guards: Box<[Guard]>,
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

/// A name that a file of markup gives a module.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The name.
    pub name: Box<str>,
    /// The module.
    pub module: u32,
    /// For `{ a: b }`, the member that it stands for.
    pub member: Option<Box<str>>,
}
