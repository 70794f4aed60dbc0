//! In: instances and entries, as they are found. Out: the program at run time, each of them once.

use super::markup::{Handlers, Look};
use super::registrations::Registered;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::value::ObjId;
use crate::model::view::View;
use crate::platform::Host;
use crate::text::Span;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What starts code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryPointKind {
    /// A hook of the app, a page or a component.
    Hook(Host),
    /// A script is loaded.
    Module,
    /// A listener of an API.
    Listener,
    /// Unknown code calls what it was given.
    UnknownCode,
    /// An event of the markup.
    Event,
    /// Observed data changed.
    Observer,
}

/// A place where the platform starts code.
#[derive(Clone, Debug)]
pub struct EntryPoint {
    /// What it is.
    pub kind: EntryPointKind,
    /// Name of the hook, event handler, API or observed key.
    pub name: String,
    /// For events: the event.
    pub event: String,
    /// The unit it belongs to; `None` for the app.
    pub unit: Option<u32>,
    /// It runs without the user's doing.
    pub automatic: bool,
    /// It runs again and again.
    pub repeats: bool,
    /// It runs when the unit is left.
    pub leaving: bool,
    /// It runs at launch: of the app, the launch page or what stands on it.
    pub launch: bool,
    /// What it runs.
    pub ctx: CtxId,
    /// Where it is written.
    pub place: (u32, Span),
    /// Reached by a guess: the handler's name is not known.
    pub guessed: bool,
    /// It runs because data has changed.
    pub update: bool,
}

/// An app, page or component at run time.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its object.
    pub object: ObjId,
    /// What it is.
    pub host: Host,
    /// Its unit; `None` for the app.
    pub unit: Option<u32>,
    /// For components: the instance whose view places it, and the nodes there that do.
    pub placed: Option<(u32, Vec<u32>)>,
    /// It is there when the program opens.
    pub launch: bool,
    /// The options it was made of.
    pub options: Vec<ObjId>,
    /// A framework made it.
    pub shim: Option<u32>,
    /// That it is one is only supposed.
    pub supposed: bool,
    /// What its options declare as its data.
    pub declared: Vec<ObjId>,
    /// It may have data that was not seen: its options, or their data, come from elsewhere.
    pub open: bool,
    /// Only what the user does brings it.
    pub late: bool,
}

/// How far the run of a program is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// Only what the platform does by itself happens.
    #[default]
    Early,
    /// The user does things.
    Late,
    /// Values that do not exist are taken for unknown.
    Supposing,
}

/// The program at run time.
#[derive(Debug, Default)]
pub struct LiveProgram {
    /// The app, the pages, and the components as they are placed.
    pub instances: Vec<Instance>,
    /// Every entry.
    pub entry_points: Vec<EntryPoint>,
    /// The views of the units.
    pub views: BTreeMap<u32, View>,
    /// Handlers of the views, by instance, node and attribute.
    pub handlers: BTreeMap<(u32, u32, u32), Handlers>,
    /// What the units' views bind and place.
    pub(super) looks: BTreeMap<u32, Rc<Look>>,
    /// By unit, owner and registration, the instance.
    pub(super) made: BTreeMap<(Option<u32>, Option<u32>, u32), u32>,
    /// The entries of each context, kind and unit.
    known: FxHashMap<(CtxId, EntryPointKind, Option<u32>), Vec<u32>>,
    /// How far its run is.
    pub(super) stage: Stage,
    /// Handlers whose names are not known: the instance, the node and the attribute.
    pub(super) unnamed: BTreeSet<(u32, u32, u32)>,
    /// Instances whose methods were tried for them.
    pub(super) guessed: BTreeSet<u32>,
    /// The first instance of each unit.
    pub(in crate::analyse) first: FxHashMap<u32, u32>,
    pub(super) registered: Registered,
}

impl LiveProgram {
    /// A program of which only the registrations are known so far.
    pub(super) fn of(registered: Registered) -> LiveProgram {
        LiveProgram { registered, ..LiveProgram::default() }
    }

    /// The handlers of one element.
    pub fn handlers_at(&self, instance: u32, node: u32) -> impl Iterator<Item = &Handlers> {
        self.handlers.range((instance, node, 0)..=(instance, node, u32::MAX)).map(|(_, handlers)| handlers)
    }
}

/// How an entry is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Called {
    /// Without the user's doing.
    pub(super) automatic: bool,
    /// At launch.
    pub(super) launch: bool,
    /// By a guess.
    pub(super) guessed: bool,
}

/// Adds an entry unless it is known; then it may run at launch after all, or be no guess after all. `name` is its name and, for
/// one of the markup, its event: what one event leads to says nothing about another one.
pub(super) fn add_entry_point(
    live: &mut LiveProgram,
    key: (CtxId, EntryPointKind, Option<u32>),
    name: (&str, &str),
    called: Called,
    make: impl FnOnce() -> EntryPoint,
) {
    let numbers = live.known.entry(key).or_default();
    let is_same = |known: &EntryPoint| (known.name.as_str(), known.event.as_str()) == name;
    match numbers.iter().find(|number| is_same(&live.entry_points[**number as usize])) {
        Some(at) => {
            let known = &mut live.entry_points[*at as usize];
            known.automatic |= called.automatic;
            known.launch |= called.launch;
            known.guessed &= called.guessed;
        }
        None => {
            numbers.push(live.entry_points.len() as u32);
            live.entry_points.push(make());
        }
    }
}
