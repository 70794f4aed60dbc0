//! In: the API calls of a run. Out: one site per place and API, with its scopes, what it asks of the user, who leads to it
//! and whether its failure is handled.

use super::App;
use super::effect::Effect;
use super::flow::Handler;
use super::index::Index;
use crate::analyse::Machine;
use crate::analyse::entry_points::EntryPoint;
use crate::analyse::heap::Origin;
use crate::analyse::object::Kind;
use crate::analyse::record::{self, EdgeKind, Request, Rescue, Use, UseKind};
use crate::analyse::value::{Atom, ObjId, Set, Val};
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::platform::{Api, Asks};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Lists that were looked through, with how deep they lay.
type Lists = rustc_hash::FxHashSet<(ObjId, u32)>;

/// The calls of one API at one place, however many contexts make them.
#[derive(Clone, Debug)]
pub struct Site {
    /// The place.
    pub at: record::Site,
    /// The API's name.
    pub api: String,
    /// Indices of the requests.
    pub requests: Vec<u32>,
}

/// Whether a request shows the user a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompting {
    /// Never: every scope is silent, or the API asks nothing.
    Silent,
    /// It does, for these scopes.
    Asks(Vec<String>),
    /// Its scopes are not known.
    Unknown,
}

/// How a request's failure is dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// In every context.
    Handled,
    /// Not at all in some context.
    Missing,
    /// A callback only rejects a promise, and nobody who is known catches that.
    Rejected,
    /// Its options are not known.
    Unknown,
}

impl Failure {
    /// Whether nobody deals with it.
    pub fn is_missing(self) -> bool {
        matches!(self, Self::Missing | Self::Rejected)
    }
}

/// Groups the requests that something leads to.
pub(super) fn sites(machine: &Machine<'_>, index: &Index) -> Vec<Site> {
    let mut groups: BTreeMap<(u32, u32, Atom), Vec<u32>> = BTreeMap::new();
    for (at, request) in machine.embedder.requests.iter().enumerate() {
        groups.entry((request.site.file, request.site.expr, request.api)).or_default().push(at as u32);
    }
    let mut sites = Vec::new();
    for ((file, expr, api), requests) in groups {
        let name = machine.atoms.text(api);
        if !machine.embedder.platform.apis.contains_key(name) {
            continue;
        }
        let alive = |request: &u32| index.is_live(machine.embedder.requests[*request as usize].ctx);
        let requests: Vec<u32> = requests.into_iter().filter(alive).collect();
        if !requests.is_empty() {
            sites.push(Site { at: record::Site { file, expr }, api: name.to_string(), requests });
        }
    }
    sites
}

impl App<'_> {
    /// The table's row of a site's API.
    pub fn api(&self, site: &Site) -> &Api {
        &self.platform.apis[&site.api]
    }

    /// A request of a site.
    pub fn request(&self, request: u32) -> &Request {
        &self.machine.embedder.requests[request as usize]
    }

    /// What an object holds under a key, or else the nearest on each branch of its prototypes.
    fn peek(&self, object: ObjId, key: Atom, found: &mut Vec<Val>) {
        let (heap, sets) = (&self.machine.heap, &self.machine.sets);
        let before = found.len();
        let mut open = false;
        heap.search(object, |object| {
            let known = found.len();
            found.extend(heap.held(object, key).iter().flat_map(|set| sets.values(*set)));
            let nothing = found.len() == known;
            open |= nothing && object.open;
            ControlFlow::<(), bool>::Continue(nothing)
        });
        if open && found.len() == before {
            found.push(Val::Unknown);
        }
    }

    /// The scope values a request asks for; `None` among them for one that is not known.
    pub fn scopes(&self, request: &Request) -> BTreeSet<Option<String>> {
        let row = self.platform.apis.get(self.machine.atoms.text(request.api));
        let Some((row, key)) = row.and_then(|row| Some((row, row.scopes.as_ref()?))) else { return BTreeSet::new() };
        let mut found = BTreeSet::new();
        let values = self.option(request, key);
        let mut lists = Lists::default();
        for value in values {
            self.scope_values(value, &mut found, (&mut lists, 0));
        }
        if found.is_empty() {
            found.extend(row.default_scopes.iter().cloned().map(Some));
        }
        found
    }

    /// The scopes a request may ask for at once: one list for each value its option may have.
    pub fn scope_lists(&self, request: &Request) -> Vec<BTreeSet<Option<String>>> {
        let row = self.platform.apis.get(self.machine.atoms.text(request.api));
        let Some((row, key)) = row.and_then(|row| Some((row, row.scopes.as_ref()?))) else { return Vec::new() };
        let list = |value: &Val| {
            let mut found = BTreeSet::new();
            self.scope_values(*value, &mut found, (&mut Lists::default(), 0));
            found
        };
        let mut lists: Vec<_> = self.option(request, key).iter().map(list).filter(|list| !list.is_empty()).collect();
        if lists.is_empty() && !row.default_scopes.is_empty() {
            lists.push(row.default_scopes.iter().cloned().map(Some).collect());
        }
        lists
    }

    /// What an option of a request may be, value by value.
    pub fn option_values(&self, request: &Request, key: Atom) -> Vec<Val> {
        let options = request.args.first().copied().unwrap_or(Set::EMPTY);
        let mut found = Vec::new();
        for value in self.machine.sets.values(options) {
            match value {
                Val::Object(object) => self.peek(*object, key, &mut found),
                Val::Unknown | Val::Opaque(_) => found.push(Val::Unknown),
                _ => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn scope_values(&self, value: Val, found: &mut BTreeSet<Option<String>>, (lists, depth): (&mut Lists, u32)) {
        match value {
            Val::Str(atom) => {
                let text = self.machine.atoms.text(atom);
                // One string may name several, with commas, though no documentation allows it.
                found.extend(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(|t| Some(t.to_string())));
            }
            Val::Object(object) if depth < 2 => {
                let facts = self.machine.heap.get(object);
                if facts.kind != Kind::Array {
                    found.insert(None);
                    return;
                }
                // A list may be in many others, and in itself.
                if !lists.insert((object, depth)) {
                    return;
                }
                let slots = facts.properties().iter().map(|(_, property)| property.slot).chain(facts.wildcard);
                for slot in slots {
                    for value in self.machine.sets.values(self.machine.heap.peek(slot)) {
                        self.scope_values(*value, found, (&mut *lists, depth + 1));
                    }
                }
            }
            Val::Undefined | Val::Null | Val::Number(_) | Val::Bool(_) => {}
            _ => {
                found.insert(None);
            }
        }
    }

    /// Whether a request shows a sheet.
    pub fn prompting(&self, request: &Request) -> Prompting {
        let Some(row) = self.platform.apis.get(self.machine.atoms.text(request.api)) else { return Prompting::Silent };
        if row.asks != Asks::Authorization {
            return Prompting::Silent;
        }
        let scopes = self.scopes(request);
        let asks = |scope: &String| {
            !self.platform.is_silent(scope).unwrap_or(!self.platform.policy.unknown_scopes_interactive)
        };
        let asked: Vec<String> = scopes.iter().flatten().filter(|scope| asks(scope)).cloned().collect();
        if !asked.is_empty() {
            return Prompting::Asks(asked);
        }
        if scopes.contains(&None) { Prompting::Unknown } else { Prompting::Silent }
    }

    /// The witness paths from entry points of a kind to requests of a site.
    pub fn witness_paths(&self, requests: &[u32], wanted: impl Fn(&EntryPoint) -> bool) -> Vec<WitnessPath> {
        let open = |request: &&u32| witness_paths::may_prompt(&self.request(**request).guards);
        let targets: Vec<_> = requests.iter().filter(open).map(|request| self.request(*request).ctx).collect();
        let mut ways = self.witness_paths.to(&self.machine, &self.live, &targets, wanted, witness_paths::may_prompt);
        let early = |ctx: crate::analyse::CtxId| {
            let mut made = requests.iter().filter(|request| self.request(**request).ctx == ctx);
            made.any(|request| self.machine.is_early_request(*request))
        };
        ways.retain(|way| {
            let entry = &self.live.entry_points[way.entry as usize];
            let last = way.edges.last().map_or(entry.ctx, |edge| self.machine.edges[*edge as usize].to);
            !entry.update || !entry.automatic || early(last)
        });
        ways
    }

    /// Whether somebody deals with a request's failure.
    pub fn failure(&self, number: u32) -> Failure {
        let request = self.request(number);
        let options = request.args.first().copied().unwrap_or(Set::EMPTY);
        let fail = self.option_values(request, self.machine.embedder.names.fail);
        // Whoever catches it may be among what a search that was cut short did not get to.
        let hands_on = request.handed_on && !self.machine.exhausted && self.only_hands_on(request);
        if fail.iter().any(|v| self.is_known_function(*v) && !hands_on && !self.hands_on_rejection(*v)) {
            return Failure::Handled;
        }
        // One callback for both outcomes: it must tell them apart, or hand over what it got.
        if request.either && (!request.handed_on || self.machine.exhausted) && self.is_looked_at(number) {
            return Failure::Handled;
        }
        if request.rejection_handled || self.is_rescued(number) {
            return Failure::Handled;
        }
        let unknown = |value: &Val| matches!(value, Val::Unknown | Val::Opaque(_));
        if fail.iter().any(unknown) || self.machine.sets.values(options).iter().any(unknown) {
            return Failure::Unknown;
        }
        // A callback that did anything else would have been taken for an answer above.
        if fail.iter().any(|value| self.is_known_function(*value)) { Failure::Rejected } else { Failure::Missing }
    }

    /// Whether somebody who gets the rejection of a request does anything but hand it on.
    fn is_rescued(&self, request: u32) -> bool {
        let rescues = self.index.rescues_of(request);
        let ends = |rescue: &Rescue| {
            let starts = self.rescue_starts(rescue);
            starts.is_empty() || starts.iter().any(|start| self.effect(start) != Effect::HandsOn)
        };
        let mut rescues = rescues.iter().map(|at| &self.machine.embedder.rescues[*at as usize]);
        if self.request(request).handed_on { rescues.any(ends) } else { rescues.next().is_some() }
    }

    /// Whether all that the failure callbacks of a request do is to reject a promise with the error.
    fn only_hands_on(&self, request: &Request) -> bool {
        let key = EdgeKind::Callback(request.api, self.machine.embedder.names.fail);
        let starts = self.started_by(request.ctx, request.site, key, Handler::Option);
        !starts.is_empty() && starts.iter().all(|start| self.effect(start) == Effect::HandsOn)
    }

    /// Whether a function only rejects a promise: then it depends on who waits for that.
    fn hands_on_rejection(&self, value: Val) -> bool {
        let Val::Object(object) = value else { return false };
        let facts = self.machine.heap.get(object);
        let target = facts.property(self.machine.lang.names.target).filter(|_| facts.kind == Kind::Bound);
        target.is_some_and(|target| {
            let targets = self.machine.sets.values(self.machine.heap.peek(target.slot));
            targets.iter().any(|target| match target {
                Val::Object(target) => match self.machine.heap.get(*target).kind {
                    Kind::Builtin(name) => self.machine.atoms.text(name) == "[[reject]]",
                    _ => false,
                },
                _ => false,
            })
        })
    }

    fn is_known_function(&self, value: Val) -> bool {
        matches!(value, Val::Object(_)) && self.is_callable(value)
    }

    /// Whether anything in a request's answer is tested, or all of it is handed to the view or to code that is not there.
    fn is_looked_at(&self, request: u32) -> bool {
        let looked_at = || {
            let told = |used: &&Use| {
                let value = self.machine.heap.opaque_value(used.value);
                match used.how {
                    UseKind::Test => !value.path.is_empty(),
                    UseKind::Sink(into) => value.path.is_empty() && into == self.machine.embedder.names.data,
                    UseKind::Escape => value.path.is_empty(),
                    UseKind::Read(_) | UseKind::Kept => false,
                }
            };
            let answer = |used: &Use| match self.machine.heap.opaque_value(used.value).origin {
                Origin::Result(request) => Some(request),
                _ => None,
            };
            self.machine.uses.iter().filter(told).filter_map(answer).collect()
        };
        self.looked_at.get_or_init(looked_at).contains(&request)
    }

    /// Whether a test looks at what an interface for the user's data answered.
    pub fn looks_at_answer(&self, guard: &record::Guard) -> bool {
        let spans = &self.machine.code.file(guard.site.file).script.body.spans;
        let Some(test) = spans.get(guard.site.expr as usize) else { return false };
        let answers = self.answer_uses[&guard.site.file].get_or_init(|| self.answer_uses_in(guard.site.file));
        let first = answers.partition_point(|span| span.start < test.start);
        answers[first..].iter().take_while(|span| span.start <= test.end).any(|span| test.contains(*span))
    }

    /// Where a file uses what interfaces for the user's data answered, in order.
    fn answer_uses_in(&self, file: u32) -> Vec<Span> {
        let spans = &self.machine.code.file(file).script.body.spans;
        let here =
            self.machine.uses.iter().filter(|used| {
                used.site.file == file && self.is_answer(self.machine.heap.opaque_value(used.value).origin)
            });
        let mut found: Vec<Span> = here.filter_map(|used| spans.get(used.site.expr as usize).copied()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn is_answer(&self, origin: Origin) -> bool {
        let (Origin::Result(request) | Origin::Error(request) | Origin::Rejection(request)) = origin else {
            return false;
        };
        let api = self.machine.atoms.text(self.request(request).api);
        self.platform.apis.get(api).is_some_and(|row| row.gives_user_data || row.asks == Asks::Authorization)
    }
}
