//! In: a platform's table. Out: what surrounds a program while it runs: its requests, registrations, listeners and writes of
//! view data, and what its framework has set up.

use super::Machine;
use super::dialect::Dialect;
use super::hooks::Hooked;
use super::names::Names;
use super::record::{DataWrite, Listener, Registration, Request, Rescue};
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::{Heap, SlotId};
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, Atoms, ObjId, OpaqueId, Set};
use crate::analyse::engine::budget::Budget;
use crate::analyse::engine::code::Code;
use crate::analyse::engine::machine::Program;
use crate::analyse::engine::record::Site;
use crate::analyse::language::interpreter::Interpreter;
use crate::model::Model;
use crate::platform::Platform;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// A platform, while a program runs on it.
pub struct PlatformState<'a> {
    /// What its APIs mean.
    pub platform: &'a Platform,
    /// Names it gives things.
    pub names: Names,
    /// All API calls.
    pub requests: Vec<Request>,
    /// All writes to view data.
    pub writes: Vec<DataWrite>,
    /// Where a private field is read from a value that may also come from elsewhere than one answer.
    pub mixed: BTreeSet<Site>,
    /// Fields that the program itself writes into answers: the API and the name.
    pub given: BTreeSet<(Atom, Atom)>,
    /// Who deals with which rejection.
    pub rescues: Vec<Rescue<'a>>,
    /// All registrations.
    pub registrations: Vec<Registration>,
    /// Calls that may be registrations.
    pub(in crate::analyse) suspects: Vec<Registration>,
    /// All listeners.
    pub listeners: Vec<Listener>,
    /// What `getApp()` gives.
    pub(in crate::analyse) app: SlotId,
    /// What `getCurrentPages()` gives: an array of all pages.
    pub(in crate::analyse) pages: ObjId,
    /// Prototypes of frameworks' own constructors, and a method of each.
    pub(in crate::analyse) machinery: Vec<(ObjId, Set)>,
    /// Functions that wait for a hook.
    pub(in crate::analyse) hooked: Vec<Hooked>,
    /// The framework in whose words the program is written.
    pub(in crate::analyse) dialect: Option<Dialect>,
    /// Options mixed into every instance.
    pub(in crate::analyse) mixed_in: Set,
    /// Promises of APIs that no table knows, with their answers: such an API may as well have answered at once.
    pub(in crate::analyse) answers: FxHashMap<ObjId, OpaqueId>,
    /// What is known of views.
    pub views: super::views::Views,
    pub(super) stages: super::stages::Stages,
    pub(super) request_index: FxHashMap<(CtxId, u32, Atom), u32>,
    pub(super) write_index: FxHashMap<(CtxId, u32, ObjId, Atom), u32>,
    pub(in crate::analyse) rescue_index: FxHashSet<(u32, CtxId, usize)>,
}

impl<'a> Machine<'a> {
    /// A machine that has run nothing of this program yet.
    pub fn new(
        model: &'a Model,
        platform: &'a Platform,
        code: &'a Code<'a>,
        mut atoms: Atoms,
        budget: Budget,
    ) -> Machine<'a> {
        let mut heap = Heap::default();
        let lang = Interpreter::new(&mut atoms, &mut heap, code.files.len());
        let embedder = PlatformState {
            platform,
            names: Names::new(&mut atoms, platform, model.program.framework, model.program.dialect.is_some()),
            pages: heap.object(Kind::Array),
            app: heap.slot(),
            requests: Vec::new(),
            writes: Vec::new(),
            mixed: BTreeSet::default(),
            given: BTreeSet::default(),
            rescues: Vec::new(),
            registrations: Vec::new(),
            suspects: Vec::new(),
            listeners: Vec::new(),
            machinery: Vec::new(),
            hooked: Vec::new(),
            dialect: Dialect::of(model, &mut atoms),
            mixed_in: Set::EMPTY,
            answers: FxHashMap::default(),
            views: Default::default(),
            stages: Default::default(),
            request_index: FxHashMap::default(),
            write_index: FxHashMap::default(),
            rescue_index: FxHashSet::default(),
        };
        Machine::of(Program { model, code, atoms, heap }, budget, lang, embedder)
    }
}
