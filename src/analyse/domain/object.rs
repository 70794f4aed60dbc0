//! In: properties, as they are written. Out: an object: what it is, its properties in order, its prototypes.

use super::value::{Atom, ObjId};
use super::{CodeRef, CtxId};
use crate::platform::Host;
use rustc_hash::FxHashMap;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// An object literal or instance.
    Plain,
    /// An array; items of unknown index are the wildcard.
    Array,
    /// A function with the context it was written in.
    Function {
        /// The function.
        code: CodeRef,
        /// Where it was written.
        env: CtxId,
    },
    /// `f.bind(this, …)`: the target, `this` and the first arguments are properties of the object.
    Bound,
    /// A class.
    Class,
    /// A promise: its results and rejections are two slots.
    Promise,
    /// `JSON.stringify` of an object.
    Json(ObjId),
    /// A function of the language, by name: a global function or a method that takes its receiver as `this`.
    Builtin(Atom),
    /// The object that carries the platform's APIs.
    Platform,
    /// One API, by name.
    Api(Atom),
    /// A framework's own of that name, which may be another API.
    Adapted(Atom),
    /// A function that registers an app, a page …
    Constructor(Host),
    /// A function that makes a host of a framework's options.
    Shim(u32),
    /// Something of a page's or component's own: `setData` and the like.
    Member(Atom),
    /// `require`.
    Require,
    /// `getApp`, `getCurrentPages`.
    Global(Service),
    /// An app, page or component at run time.
    Instance(Host),
    /// The namespace of a module.
    Namespace(u32),
    /// The list, of this name, into which the files of a bundle put their modules.
    Chunks(Atom),
    /// What the modules of such a list are given as `require`.
    Loader(Atom),
    /// The object through which a framework hands on the platform's APIs.
    Facade,
    /// A framework's function that takes a callback for this hook.
    Hook(Atom),
    /// `new Proxy(target, handler)`.
    Proxy,
    /// `new Map()`, `new Set()`: values are the wildcard.
    Collection,
}

/// Global functions with an effect of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Service {
    GetApp,
    GetPages,
}

/// A place that holds values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub u32);

/// A property: a slot and, possibly, accessors.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its values.
    pub slot: SlotId,
    /// Called to read it.
    pub getter: Option<ObjId>,
    /// Called to write it.
    pub setter: Option<ObjId>,
    /// The object has it from the beginning: its literal says so.
    pub sure: bool,
}

/// An object.
#[derive(Debug)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    pub(in crate::analyse) names: Vec<(Atom, Property)>,
    pub(in crate::analyse) index: Option<Box<FxHashMap<Atom, u32>>>,
    /// Values under names that are not known.
    pub wildcard: Option<SlotId>,
    /// Values under any name, kept once somebody has asked for them.
    pub(in crate::analyse) all: Option<SlotId>,
    /// Where properties are looked for next, in order.
    pub protos: Vec<ObjId>,
    /// It was handed to unknown code: it may have more properties than seen.
    pub open: bool,
}

/// From how many properties on an index is kept.
const INDEXED: usize = 12;

impl Object {
    /// The own property of this name.
    pub fn property(&self, name: Atom) -> Option<Property> {
        match &self.index {
            None => self.names.iter().find(|(known, _)| *known == name).map(|(_, property)| *property),
            Some(index) => index.get(&name).map(|at| self.names[*at as usize].1),
        }
    }

    /// The own properties in order of creation.
    pub fn properties(&self) -> &[(Atom, Property)] {
        &self.names
    }

    pub(in crate::analyse) fn insert(&mut self, name: Atom, property: Property) {
        self.names.push((name, property));
        match &mut self.index {
            Some(index) => drop(index.insert(name, self.names.len() as u32 - 1)),
            None if self.names.len() >= INDEXED => {
                let numbered = self.names.iter().enumerate().map(|(at, (name, _))| (*name, at as u32));
                self.index = Some(Box::new(numbered.collect()));
            }
            None => {}
        }
    }

    pub(super) fn property_mut(&mut self, name: Atom) -> Option<&mut Property> {
        self.names.iter_mut().find(|(known, _)| *known == name).map(|(_, property)| property)
    }
}
