//! In: nothing. Out: what a run knows of view data beside its values: what was written, what stands for a part of it, what markup
//! imports. Never reads markup.

use super::record::Imported;
use crate::analyse::domain::value::{Atom, ObjId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What is known of views.
#[derive(Debug, Default)]
pub struct Views {
    /// The keys that are written, by the instance; with `None` that any is.
    pub(in crate::analyse) changed: FxHashSet<(ObjId, Option<Atom>)>,
    /// What stands for an object of view data of which parts were written, by the data and the key.
    pub(in crate::analyse) patches: FxHashMap<(ObjId, Atom), ObjId>,
    /// Instances whose own properties are what their view shows.
    pub(in crate::analyse) reactive: FxHashSet<ObjId>,
    /// The modules that files of markup import.
    pub(in crate::analyse) imported: FxHashMap<u32, Rc<[Imported]>>,
    /// The one assignment of each variable that somebody asked about, by its file.
    pub(in crate::analyse) given_once: FxHashMap<(u32, u32), Option<u32>>,
    /// The view data that was read, while somebody wants to know.
    pub reads: Option<BTreeSet<(ObjId, Atom)>>,
}
