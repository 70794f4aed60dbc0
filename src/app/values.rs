//! In: values of a run. Out: what they hold, looked into as far as objects nest: texts, and values from outside.
//! Never runs anything.

use super::App;
use crate::analyse::CtxId;
use crate::analyse::heap::{Opaque, Origin, PathStep};
use crate::analyse::object::Kind;
use crate::analyse::record::{Request, Site, Use, UseKind};
use crate::analyse::value::{ObjId, OpaqueId, Set, Val};

/// How deep objects are looked into.
const MAX_DEPTH: u32 = 4;

impl App<'_> {
    /// The values from outside among some values and in the objects they hold.
    pub fn opaques_in(&self, values: &[Val]) -> Vec<OpaqueId> {
        let mut found = Vec::new();
        self.visit(values, &mut |value| {
            if let Val::Opaque(opaque) = value {
                found.push(opaque);
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The texts among some values and in the objects they hold.
    pub fn texts_in(&self, values: &[Val]) -> Vec<&str> {
        let mut found = Vec::new();
        self.visit(values, &mut |value| {
            if let Val::Str(text) = value {
                found.push(self.machine.atoms.text(text));
            }
        });
        found
    }

    /// Whether something among these values is not known.
    pub fn has_unknown(&self, values: &[Val]) -> bool {
        values.iter().any(|value| matches!(value, Val::Unknown | Val::Opaque(_)))
    }

    fn visit(&self, values: &[Val], seen: &mut impl FnMut(Val)) {
        let mut known: Vec<ObjId> = Vec::new();
        let mut queue: Vec<(Val, u32)> = values.iter().map(|value| (*value, 0)).collect();
        while let Some((value, depth)) = queue.pop() {
            seen(value);
            let Val::Object(object) = value else { continue };
            if depth >= MAX_DEPTH || known.len() > 200 || known.contains(&object) {
                continue;
            }
            known.push(object);
            let facts = self.machine.heap.get(object);
            match facts.kind {
                Kind::Json(inner) => queue.push((Val::Object(inner), depth + 1)),
                Kind::Plain | Kind::Array => {
                    let slots = facts.properties().iter().map(|(_, property)| property.slot).chain(facts.wildcard);
                    for slot in slots {
                        let inner = self.machine.sets.values(self.machine.heap.peek(slot));
                        queue.extend(inner.iter().map(|value| (*value, depth + 1)));
                    }
                }
                _ => {}
            }
        }
    }

    /// What an option of a request may be; empty when no name of the program is spelt like it.
    pub fn option(&self, request: &Request, key: &str) -> Vec<Val> {
        let under =
            |key: &str| self.machine.atoms.find(key).map(|key| self.option_values(request, key)).unwrap_or_default();
        let found = under(key);
        let is_given = |values: &Vec<Val>| values.iter().any(|value| *value != Val::Undefined);
        if is_given(&found) {
            return found;
        }
        let others = self.platform.option_names.get(key).into_iter().flatten();
        others.map(|other| under(other)).find(is_given).unwrap_or(found)
    }

    /// What the arguments of a request may be.
    pub fn arguments(&self, request: &Request) -> Vec<Val> {
        let values = |set: &Set| self.machine.sets.values(*set).to_vec();
        request.args.iter().flat_map(values).collect()
    }

    /// The uses of the answers of some requests, in order of their contexts and places.
    pub fn uses_of_requests(&self, requests: &[u32]) -> impl Iterator<Item = &Use> {
        let mut found: Vec<u32> = requests.iter().flat_map(|request| self.index.uses_of(*request)).copied().collect();
        found.sort_unstable();
        found.into_iter().map(|at| &self.machine.uses[at as usize])
    }

    /// The requests whose answers a context tests at a place.
    pub fn answers_tested(&self, ctx: CtxId, site: Site) -> impl Iterator<Item = u32> {
        let uses = &self.machine.uses;
        let first = uses.partition_point(|used| (used.ctx, used.site) < (ctx, site));
        let here = uses[first..].iter().take_while(move |used| (used.ctx, used.site) == (ctx, site));
        let tested = here.filter(|used| used.how == UseKind::Test);
        tested.filter_map(|used| match self.machine.heap.opaque_value(used.value).origin {
            Origin::Result(request) => Some(request),
            _ => None,
        })
    }

    /// The request whose answer a value is (part of), and the names on the way into it.
    pub fn answered(&self, value: OpaqueId) -> Option<(u32, Vec<&str>)> {
        let Opaque { origin: Origin::Result(request), path } = self.machine.heap.opaque_value(value) else {
            return None;
        };
        let names = path.iter().filter_map(|step| match step {
            PathStep::Property(name) => Some(self.machine.atoms.text(*name)),
            PathStep::Parsed | PathStep::Text => None,
        });
        Some((*request, names.collect()))
    }
}
