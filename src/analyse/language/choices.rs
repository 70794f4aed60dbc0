//! In: promises that are settled and waited for. Out: what their outcomes depend on, kept for rules: a question's answer may come
//! through promises and functions of the program's own.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{ObjId, Set, Val};
use crate::analyse::engine::record::{Guard, Site};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of promises and what settles them.
#[derive(Debug, Default)]
pub struct Choices {
    /// Where promises are settled: with what, and under which tests.
    pub settled: BTreeMap<Settlement, (Set, Box<[Guard]>)>,
    /// Where promises are waited for: the context, `await` or the call of `then`, the promise.
    pub waits: BTreeSet<(CtxId, Site, ObjId)>,
    /// A promise that `then` made, and the one it follows.
    pub follows: BTreeSet<(ObjId, ObjId)>,
}

/// A place that settles a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settlement {
    /// The promise.
    pub promise: ObjId,
    /// It is resolved, not rejected.
    pub resolved: bool,
    /// The context.
    pub ctx: CtxId,
    /// The call.
    pub site: Site,
}

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Remembers where promises are waited for.
    pub(super) fn note_wait(&mut self, frame: &Frame, id: u32, value: Set) {
        let site = Site { file: frame.code.file, expr: id };
        for at in 0..self.sets.values(value).len() {
            if let Val::Object(promise) = self.sets.values(value)[at]
                && self.heap.get(promise).kind == Kind::Promise
            {
                self.lang.choices.waits.insert((frame.ctx, site, promise));
            }
        }
    }

    /// Remembers what a promise is settled with, and under which tests.
    pub(super) fn note_settlement(&mut self, frame: &Frame, id: u32, promise: Set, value: Set, resolved: bool) {
        let site = Site { file: frame.code.file, expr: id };
        for at in 0..self.sets.values(promise).len() {
            if let Val::Object(promise) = self.sets.values(promise)[at] {
                let place = Settlement { promise, resolved, ctx: frame.ctx, site };
                self.lang.choices.settled.insert(place, (value, frame.guards.clone().into()));
            }
        }
    }
}
