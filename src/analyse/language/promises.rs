//! In: promises. Out: what they result in, what they reject with, and who handles that.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use super::recording::RescueBy;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{ObjId, Set, Val};
use crate::analyse::engine::record::EdgeKind;

/// Promises that are looked through for one.
const MAX_PROMISES: usize = 64;

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// What `await value` gives; with `here`, a rejection is thrown at this place.
    pub(super) fn awaited(&mut self, frame: &mut Frame<'a>, value: Set, here: bool) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(value).len() {
            let part = self.sets.values(value)[at];
            let Val::Object(object) = part else {
                let single = self.sets.one(part);
                found = self.sets.join(found, single);
                continue;
            };
            match self.heap.get(object).kind {
                Kind::Promise => {
                    let (result, reason) = self.settled(frame.ctx, object);
                    found = self.sets.join(found, result);
                    if reason != Set::EMPTY {
                        self.throw_async(frame, reason, here);
                    }
                }
                _ => {
                    let single = self.sets.one(part);
                    found = self.sets.join(found, single);
                }
            }
        }
        found
    }

    fn throw_async(&mut self, frame: &mut Frame<'a>, reason: Set, here: bool) {
        if here {
            self.throw(frame, reason);
        } else {
            let rejection = self.ctxs[frame.ctx.0 as usize].rejection;
            self.heap.add(&mut self.sets, rejection, reason);
        }
    }

    /// A promise's results and rejections, promises among the results looked through, each once: they may wait for each
    /// other.
    pub(super) fn settled(&mut self, reader: CtxId, first: ObjId) -> (Set, Set) {
        let (mut result, mut reason) = (Set::EMPTY, Set::EMPTY);
        let mut promises = vec![first];
        let mut next = 0;
        while let Some(promise) = promises.get(next).copied() {
            next += 1;
            let raw = self.read_own(reader, promise, self.lang.names.result);
            let why = self.read_own(reader, promise, self.lang.names.reason);
            reason = self.sets.join(reason, why);
            for at in 0..self.sets.values(raw).len() {
                let value = self.sets.values(raw)[at];
                match value {
                    // One that waits for itself stays a value: what it waits for besides may not be known yet.
                    Val::Object(inner)
                        if inner != promise && inner != first && self.heap.get(inner).kind == Kind::Promise =>
                    {
                        if !promises.contains(&inner) {
                            promises.push(inner);
                        }
                    }
                    value => {
                        let single = self.sets.one(value);
                        result = self.sets.join(result, single);
                    }
                }
            }
            if promises.len() > MAX_PROMISES {
                self.heap.cut = true;
                return (self.sets.join(result, Set::UNKNOWN), reason);
            }
        }
        (result, reason)
    }

    /// Somebody deals with these rejections.
    pub(in crate::analyse) fn handle(&mut self, reason: Set) {
        for at in 0..self.sets.values(reason).len() {
            if let Val::Opaque(reason) = self.sets.values(reason)[at] {
                E::handled(self, reason);
            }
        }
    }

    /// A promise is rejected with these: who deals with the errors of requests among them depends on who waits for it.
    pub(super) fn hand_on(&mut self, reason: Set) {
        for at in 0..self.sets.values(reason).len() {
            if let Val::Opaque(reason) = self.sets.values(reason)[at] {
                E::handed_on(self, reason);
            }
        }
    }

    /// Whoever got hold of this promise deals with its rejection.
    pub(super) fn handle_promise(&mut self, reader: CtxId, promise: ObjId) {
        let (_, reason) = self.settled(reader, promise);
        self.handle(reason);
    }

    /// `promise.then(f, g)`, `.catch(g)`, `.finally(f)`.
    pub(in crate::analyse) fn then(
        &mut self,
        frame: &Frame,
        id: u32,
        this: Set,
        done: Set,
        failed: Set,
        finally: bool,
    ) -> Set {
        let next = self.allocate(frame.scope, id, 20, Kind::Promise);
        for at in 0..self.sets.values(this).len() {
            let Val::Object(promise) = self.sets.values(this)[at] else { continue };
            if self.heap.get(promise).kind != Kind::Promise {
                continue;
            }
            let (result, reason) = self.settled(frame.ctx, promise);
            self.lang.choices.waits.insert((frame.ctx, self.site(frame, id), promise));
            self.lang.choices.follows.insert((next, promise));
            if finally {
                self.apply(frame, id, done, Set::UNDEFINED, &[], EdgeKind::Then);
                self.define(next, self.lang.names.result, result);
                self.define(next, self.lang.names.reason, reason);
                continue;
            }
            let callable = |machine: &Self, set: Set| {
                machine.sets.values(set).iter().any(|v| matches!(v, Val::Object(_) | Val::Unknown | Val::Opaque(_)))
            };
            if callable(self, done) {
                if result != Set::EMPTY {
                    let value = self.apply(frame, id, done, Set::UNDEFINED, &[result], EdgeKind::Then);
                    self.define(next, self.lang.names.result, value);
                }
            } else {
                self.define(next, self.lang.names.result, result);
            }
            if callable(self, failed) {
                if self.only_reject(failed) {
                    self.hand_on(reason);
                }
                let site = self.site(frame, id);
                self.rescue(frame.ctx, reason, RescueBy::Callback(site));
                let reason = if reason == Set::EMPTY { Set::UNKNOWN } else { reason };
                let value = self.apply(frame, id, failed, Set::UNDEFINED, &[reason], EdgeKind::Catch);
                self.define(next, self.lang.names.result, value);
            } else if reason != Set::EMPTY {
                self.define(next, self.lang.names.reason, reason);
            }
        }
        self.sets.one(Val::Object(next))
    }

    /// `new Promise(executor)`.
    pub(super) fn new_promise(&mut self, frame: &Frame, id: u32, executor: Set) -> Set {
        let promise = self.allocate(frame.scope, id, 21, Kind::Promise);
        self.lang.executors.insert(promise, frame.ctx);
        let resolve = self.settler(promise, "[[resolve]]");
        let reject = self.settler(promise, "[[reject]]");
        self.apply(frame, id, executor, Set::UNDEFINED, &[resolve, reject], EdgeKind::Call);
        self.sets.one(Val::Object(promise))
    }

    /// The function that resolves or rejects one promise: a builtin bound to it.
    fn settler(&mut self, promise: ObjId, name: &str) -> Set {
        let name = self.atoms.intern(name);
        let class = if self.atoms.text(name) == "[[resolve]]" { 7 } else { 8 };
        let bound = self.native(class, promise.number(), Kind::Bound);
        let target = self.builtin(name);
        let target = self.sets.one(target);
        let this = self.sets.one(Val::Object(promise));
        self.define(bound, self.lang.names.target, target);
        self.define(bound, self.lang.names.bound_this, this);
        self.sets.one(Val::Object(bound))
    }

    /// `Promise.all` and its relatives: results come back as an array, or one of them.
    pub(in crate::analyse) fn gather(&mut self, frame: &Frame, id: u32, list: Set, array: bool, settled: bool) -> Set {
        let promise = self.allocate(frame.scope, id, 22, Kind::Promise);
        let results = self.allocate(frame.scope, id, 23, Kind::Array);
        for at in 0..self.sets.values(list).len() {
            let Val::Object(list) = self.sets.values(list)[at] else { continue };
            let properties = self.heap.get(list).properties().to_vec();
            for (name, property) in properties {
                let value = self.heap.read(property.slot, frame.ctx);
                let (result, reason) = self.settle_all(frame, value);
                let target = if array { results } else { promise };
                let name = if array { name } else { self.lang.names.result };
                self.define(target, name, result);
                self.gather_reason(promise, reason, settled);
            }
            let any = self.heap.wildcard(list);
            let any = self.heap.read(any, frame.ctx);
            let (result, reason) = self.settle_all(frame, any);
            if result != Set::EMPTY {
                if array {
                    self.heap.add_wildcard(&mut self.sets, results, result);
                } else {
                    self.define(promise, self.lang.names.result, result);
                }
            }
            self.gather_reason(promise, reason, settled);
        }
        if array {
            let results = self.sets.one(Val::Object(results));
            self.define(promise, self.lang.names.result, results);
        }
        self.sets.one(Val::Object(promise))
    }

    fn gather_reason(&mut self, promise: ObjId, reason: Set, settled: bool) {
        if settled {
            self.handle(reason);
        } else if reason != Set::EMPTY {
            self.define(promise, self.lang.names.reason, reason);
        }
    }

    fn settle_all(&mut self, frame: &Frame, value: Set) -> (Set, Set) {
        let mut all = (Set::EMPTY, Set::EMPTY);
        for at in 0..self.sets.values(value).len() {
            let value = self.sets.values(value)[at];
            let (result, reason) = match value {
                Val::Object(promise) if self.heap.get(promise).kind == Kind::Promise => {
                    self.settled(frame.ctx, promise)
                }
                value => (self.sets.one(value), Set::EMPTY),
            };
            all = (self.sets.join(all.0, result), self.sets.join(all.1, reason));
        }
        all
    }
}
