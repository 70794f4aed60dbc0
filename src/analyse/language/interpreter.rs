//! In: contexts of functions of scripts. Out: their runs: the transfer function that the engine asks for, and what it keeps
//! between runs.

use super::Machine;
use super::choices::Choices;
use super::embedder::Embedder;
use super::modules::Loaded;
use super::names::Names;
use super::property_cache::Gathered;
use super::stand_ins::StandIns;
use crate::analyse::domain::heap::{Copied, Heap, SlotId};
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, Atoms, ObjId, Set};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::machine::Transfer;
use crate::analyse::engine::record::Site;
use rustc_hash::{FxHashMap, FxHashSet};

/// JavaScript, while a program runs.
pub struct Interpreter {
    /// Names the language itself looks for.
    pub names: Names,
    pub(super) files: Vec<Option<Loaded>>,
    pub(in crate::analyse) globals: ObjId,
    pub(super) homes: FxHashMap<CodeRef, Set>,
    /// Where each class is written, and in which context.
    pub(super) classes: FxHashMap<ObjId, (Site, CtxId)>,
    /// Generators that a compiler wrote for `async` functions: they await what they yield.
    pub(super) async_generators: FxHashSet<CodeRef>,
    /// Which of the language's own things each name is, by its number; 0 for a name nobody has asked about.
    pub(super) natives_of: Vec<u16>,
    /// The row of each builtin that was called.
    pub(super) builtins: FxHashMap<Atom, Option<usize>>,
    /// Members of global objects, by both names: their full name when their effect is known.
    pub(super) statics: FxHashMap<(Atom, Atom), Option<Atom>>,
    /// What was copied from one object to another.
    pub(in crate::analyse) copied: FxHashMap<(ObjId, ObjId), Copied>,
    /// What sets of many values hold under a name.
    pub(super) gathered: Vec<Gathered>,
    /// They by the set and the name.
    pub(super) gathered_index: FxHashMap<(Set, Atom), u32>,
    /// Whether a flag is somewhere given back what it was: by file, place and what it was. Their text says so, however often
    /// they run.
    pub(super) set_back: FxHashMap<(u32, u32, bool), bool>,
    /// Properties written since the code that runs last looked, see `flags`.
    pub(super) written: Vec<super::flags::Written>,
    /// What contexts always write.
    pub(super) always_written: FxHashMap<CtxId, Vec<super::flags::Written>>,
    /// What strings put together give.
    pub(super) sums: FxHashMap<(Set, Set), Set>,
    /// The failures whose callback each context is.
    pub(super) failing: FxHashMap<CtxId, SlotId>,
    /// The contexts that made promises with `new Promise`.
    pub(super) executors: FxHashMap<ObjId, CtxId>,
    /// What settles promises.
    pub choices: Choices,
    /// Proxies and bound functions being looked through by the code that runs.
    pub(super) stand_ins: StandIns,
}

impl Interpreter {
    /// An interpreter of so many files that has run nothing yet.
    pub(in crate::analyse) fn new(atoms: &mut Atoms, heap: &mut Heap, files: usize) -> Interpreter {
        Interpreter {
            names: Names::new(atoms),
            files: (0..files).map(|_| None).collect(),
            globals: heap.object(Kind::Plain),
            homes: FxHashMap::default(),
            classes: FxHashMap::default(),
            async_generators: FxHashSet::default(),
            natives_of: Vec::new(),
            builtins: FxHashMap::default(),
            statics: FxHashMap::default(),
            copied: FxHashMap::default(),
            gathered: Vec::new(),
            gathered_index: FxHashMap::default(),
            set_back: FxHashMap::default(),
            written: Vec::new(),
            always_written: FxHashMap::default(),
            sums: FxHashMap::default(),
            failing: FxHashMap::default(),
            executors: FxHashMap::default(),
            choices: Choices::default(),
            stand_ins: StandIns::default(),
        }
    }
}

impl<'a, E: Embedder<'a>> Transfer<'a, E> for Interpreter {
    fn execute(machine: &mut Machine<'a, E>, ctx: CtxId) {
        let uses = machine.lang.stand_ins.set_aside();
        let written = std::mem::take(&mut machine.lang.written);
        machine.execute(ctx);
        machine.lang.written = written;
        machine.lang.stand_ins.take_up(uses);
    }
}
