//! In: what happens while the program runs. Out: the records that rules read, each once: edges, rescues, and uses of values
//! from outside.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, OpaqueId, Set, Val};
use crate::analyse::engine::record::{Edge, EdgeKind, Guard, Site, Use, UseKind};
use crate::facts::script::Stmt;

/// Where a rejection arrives.
#[derive(Clone, Copy, Debug)]
pub enum RescueBy<'a> {
    /// The callback handed over at this place.
    Callback(Site),
    /// A `catch` block.
    Block(&'a [Stmt]),
}

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Puts the uses that were noted in order, once everything has run.
    pub fn order_uses(&mut self) {
        // There may be hundreds of thousands, so each is compared as one number. A context's places are all in one file.
        let number = |used: Use| {
            let (how, name) = match used.how {
                UseKind::Read(name) => (0, name.0),
                UseKind::Sink(name) => (1, name.0),
                UseKind::Escape => (2, 0),
                UseKind::Kept => (2, 1),
                UseKind::Test => (3, 0),
            };
            let place = u128::from(used.ctx.0) << 98 | u128::from(used.site.expr) << 66;
            (place | u128::from(used.value.0) << 34 | how << 32 | u128::from(name), used)
        };
        let mut uses: Vec<(u128, Use)> = std::mem::take(&mut self.used).into_iter().map(number).collect();
        uses.sort_unstable_by_key(|(number, _)| *number);
        self.uses = uses.into_iter().map(|(_, used)| used).collect();
    }

    /// Notes that one context leads to another.
    pub(super) fn edge(&mut self, from: CtxId, site: Site, to: CtxId, kind: EdgeKind, guards: &[Guard]) {
        if from == CtxId::NONE {
            return;
        }
        match self.edge_index.get(&(from, site.expr, to, kind)) {
            // Values only gain, so what a later run says of the tests is truer: a flag that is never set so far is no test.
            Some(known) => {
                let known = &mut self.edges[*known as usize];
                if *known.guards != *guards {
                    known.guards = guards.into();
                }
            }
            None => {
                self.edge_index.insert((from, site.expr, to, kind), self.edges.len() as u32);
                self.edges.push(Edge { from, site, to, kind, guards: guards.into() });
            }
        }
    }

    /// Notes that the rejections among these reasons arrive here.
    pub(super) fn rescue(&mut self, ctx: CtxId, reasons: Set, by: RescueBy<'a>) {
        let key = match by {
            RescueBy::Callback(site) => site.expr as usize,
            RescueBy::Block(stmts) => stmts.as_ptr().addr(),
        };
        for at in 0..self.sets.values(reasons).len() {
            match self.sets.values(reasons)[at] {
                Val::Opaque(reason) => E::rescued(self, ctx, reason, by, key),
                // `reject({ message: '…', error })`
                Val::Object(wrapped) if self.heap.get(wrapped).kind == Kind::Plain => {
                    for (_, property) in self.heap.get(wrapped).properties().to_vec() {
                        for value in self.sets.values(self.heap.peek(property.slot)).to_vec() {
                            if let Val::Opaque(reason) = value {
                                E::rescued(self, ctx, reason, by, key);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes that values from outside are used whole.
    pub(super) fn sink(&mut self, frame: &Frame, expr: u32, value: Set) {
        let site = self.site(frame, expr);
        for at in 0..self.sets.values(value).len() {
            if let Val::Opaque(opaque) = self.sets.values(value)[at] {
                self.use_of(frame.ctx, site, opaque, UseKind::Sink(Atom(0)));
            }
        }
    }

    /// Notes that whole values from outside are kept in a property.
    pub(super) fn kept(&mut self, frame: &Frame, expr: u32, value: Set) {
        for at in 0..self.sets.values(value).len() {
            if let Val::Opaque(opaque) = self.sets.values(value)[at]
                && self.heap.opaque_value(opaque).path.is_empty()
            {
                let site = self.site(frame, expr);
                self.use_of(frame.ctx, site, opaque, UseKind::Kept);
            }
        }
    }

    /// Notes that values from outside decide which way the program goes.
    pub(super) fn tested(&mut self, frame: &Frame, expr: u32, value: Set) {
        let site = self.site(frame, expr);
        for at in 0..self.sets.values(value).len() {
            if let Val::Opaque(opaque) = self.sets.values(value)[at] {
                self.use_of(frame.ctx, site, opaque, UseKind::Test);
            }
        }
    }

    pub(in crate::analyse) fn use_of(&mut self, ctx: CtxId, site: Site, value: OpaqueId, how: UseKind) {
        if E::is_watched(self, value, how) {
            self.used.insert(Use { ctx, site, value, how });
        }
    }
}
