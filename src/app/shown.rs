//! In: nodes of views and the data they read. Out: whether a node may be seen in a state of the program, what must hold for it,
//! what brings it without the user's doing, and whether two nodes are ever seen together: one judge for all rules.

mod tries;

pub use tries::Mentioned;

use super::App;
use crate::analyse::CtxId;
use crate::analyse::conditions::{self, Condition, Wanted};
use crate::analyse::entry_points::{EntryPoint, Instance};
use crate::analyse::record::{EdgeKind, Site};
use crate::analyse::sight::{Change, Item, Sight, State};
use crate::analyse::value::{Atom, ObjId, Set, Val};
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::facts::script::Expr;
use crate::facts::template::{AttributeValue, Part};
use crate::model::view::View;
use std::collections::{BTreeMap, BTreeSet};

/// How deep components and slots are gone through for the conditions around a node.
const MAX_DEPTH: u32 = 8;
/// Calls that write data which are tried in pairs.
const MAX_PAIRED: usize = 16;
/// Items of lists that are looked at one by one.
const MAX_ITEMS: u32 = 64;

/// How a node comes to be seen without the user's doing.
#[derive(Clone, Debug)]
pub enum Opening {
    /// Nothing ever hides it.
    Always,
    /// What must hold does so with the data that is declared; one of its conditions.
    First(Condition),
    /// A write of view data brings it.
    Write {
        /// The write: an index of the machine's writes.
        write: u32,
        /// How the platform gets there.
        path: WitnessPath,
        /// With what it writes, everything that must hold does.
        sure: bool,
    },
}

/// Writes of one call: the context, the place, the instance.
type Call = (CtxId, Site, ObjId);

impl App<'_> {
    /// Everything that must hold for a node to be seen, from the inside out, through the components and slots it stands in.
    pub fn conditions(&self, instance: u32, node: u32) -> Vec<Condition> {
        self.conditions_at(instance, node, None)
    }

    /// The same for the component that stands at this node of its owner's view.
    pub fn conditions_at(&self, instance: u32, node: u32, placed_at: Option<u32>) -> Vec<Condition> {
        let mut found = Vec::new();
        let (mut instance, mut node, mut placed_at) = (instance, node, placed_at);
        for _ in 0..MAX_DEPTH {
            let placed = self.live.instances[instance as usize].placed.as_ref();
            let outer = placed.and_then(|(outer, nodes)| Some((*outer, placed_at.or(nodes.first().copied())?)));
            let known = found.len();
            self.conditions_within(instance, node, &mut found, 0);
            let through = outer.map(|(_, at)| (instance, at));
            found[known..].iter_mut().for_each(|condition| condition.through = condition.through.or(through));
            let Some((outer, at)) = outer else { break };
            (instance, node, placed_at) = (outer, at, None);
        }
        found
    }

    /// The nodes that place an instance's component; `None` for a page.
    pub fn placed_at(&self, instance: u32) -> Vec<Option<u32>> {
        match &self.live.instances[instance as usize].placed {
            Some((_, nodes)) if !nodes.is_empty() => nodes.iter().copied().map(Some).collect(),
            _ => vec![None],
        }
    }

    /// What must hold within one view.
    fn conditions_within(&self, instance: u32, node: u32, found: &mut Vec<Condition>, depth: u32) {
        let unit = self.live.instances[instance as usize].unit;
        let Some(view) = unit.and_then(|unit| self.live.views.get(&unit)) else { return };
        let mut inside = node;
        for at in std::iter::once(node).chain(view.ancestors(node)) {
            let Some(element) = self.element(instance, at) else { continue };
            found.extend(conditions::of_node(&self.machine, &self.live, instance, at));
            let slot = self.slot_for(instance, view, inside, at).filter(|_| depth < MAX_DEPTH);
            for (attribute, facts) in element.attributes.iter().enumerate() {
                // A component that has a place for what it holds decides by itself when that is seen.
                let wanted = self.visibility(&facts.name).filter(|wanted| slot.is_none() || *wanted != Wanted::True);
                found.extend(wanted.map(|wanted| Condition { instance, node: at, attribute, wanted, through: None }));
            }
            if let Some((inner, slot)) = slot {
                let known = found.len();
                self.conditions_within(inner, slot, found, depth + 1);
                let through = Some((inner, at));
                found[known..].iter_mut().for_each(|condition| condition.through = condition.through.or(through));
            }
            inside = at;
        }
    }

    /// Whether an attribute decides about whether its element is seen.
    pub fn hides_or_shows(&self, name: &str) -> bool {
        let directive = |prefix: &String| matches!(name.strip_prefix(prefix.as_str()), Some("if" | "elif" | "else"));
        self.platform.markup.directive_prefixes.iter().any(directive)
            || self.visibility(name).is_some_and(|wanted| wanted != Wanted::Displayed)
    }

    /// How an attribute must come out for its element to be seen, if it decides about that.
    fn visibility(&self, name: &str) -> Option<Wanted> {
        if name == "style" {
            return Some(Wanted::Displayed);
        }
        let plain = |name: &str| name.to_ascii_lowercase().replace('-', "");
        let name = plain(name);
        self.platform.markup.visibility_attributes.iter().find_map(|row| match row.strip_prefix('!') {
            Some(hides) => (plain(hides) == name).then_some(Wanted::False),
            None => (plain(row) == name).then_some(Wanted::True),
        })
    }

    /// Where a component that stands at `at` shows what is written inside it: its instance and the one `<slot>` for the child
    /// `inside`.
    pub fn slot_for(&self, instance: u32, view: &View, inside: u32, at: u32) -> Option<(u32, u32)> {
        if view.nodes[inside as usize].parent != Some(at) {
            return None;
        }
        let placed_here =
            |made: &Instance| made.placed.as_ref().is_some_and(|(o, nodes)| *o == instance && nodes.contains(&at));
        let inner = *self.placed_in(instance).iter().find(|at| placed_here(&self.live.instances[**at as usize]))?;
        let unit = self.live.instances[inner as usize].unit?;
        let name = self.element(instance, inside).and_then(|child| child.literal("slot")).unwrap_or("");
        let nodes = 0..self.live.views.get(&unit)?.nodes.len() as u32;
        let mut slots = nodes.filter(|at| {
            let slot = self.element(inner, *at).filter(|element| element.name == "slot");
            slot.is_some_and(|slot| slot.literal("name").unwrap_or("") == name)
        });
        let slot = slots.next()?;
        slots.next().is_none().then_some((inner, slot))
    }

    /// Whether all conditions may hold in a state, and whether they must.
    pub fn hold(&mut self, conditions: &[Condition], state: State<'_>) -> (bool, bool) {
        self.hold_at(conditions, state, &[])
    }

    /// The same for these items of lists.
    fn hold_at(&mut self, conditions: &[Condition], state: State<'_>, items: &[Item]) -> (bool, bool) {
        let sight = Sight { live: &self.live, state, items, placed: None };
        let mut all = (true, true);
        for condition in conditions {
            let (may, may_not) = self.machine.comes_out(sight, condition);
            all = (all.0 && may, all.1 && may && !may_not);
        }
        all
    }

    /// The attribute of a condition.
    pub fn condition_value(&self, condition: &Condition) -> Option<&AttributeValue> {
        self.element(condition.instance, condition.node)?.attributes.get(condition.attribute)?.value.as_ref()
    }

    /// A condition that is nothing but a name or its opposite: the name, and how it must be.
    pub fn flag_of(&self, condition: &Condition) -> Option<(String, bool)> {
        let snippet = self.condition_value(condition)?.expression()?;
        let wanted = match condition.wanted {
            Wanted::True => true,
            Wanted::False => false,
            Wanted::Displayed | Wanted::Listed => return None,
        };
        let exprs = &snippet.body.exprs;
        let (name, wanted) = match &exprs[snippet.root as usize] {
            Expr::Not(inner) => (&exprs[*inner as usize], !wanted),
            expr => (expr, wanted),
        };
        match name {
            Expr::Global(name) => Some((snippet.body.name(*name).to_string(), wanted)),
            _ => None,
        }
    }

    /// What the data that a condition reads may ever be.
    pub fn data_behind(&mut self, condition: &Condition) -> Vec<Val> {
        let one = std::slice::from_ref(condition);
        let (.., read) = self.watched(|app| (app.hold(one, State::Ever), app.hold(one, State::First(&[]))));
        let names = [self.machine.embedder.names.data, self.machine.embedder.names.props];
        let sets = &self.machine.sets;
        let holders = read.iter().flat_map(|(object, key)| names.map(|holder| (self.own(*object, holder), *key)));
        let values = holders.flat_map(|(held, key)| sets.objects(held).map(move |holder| (holder, key)));
        values.flat_map(|(holder, key)| sets.values(self.own(holder, key))).copied().collect()
    }

    /// Whether a condition reads no data.
    fn is_constant(&self, condition: &Condition) -> bool {
        let Some(value) = self.condition_value(condition) else { return true };
        value.parts.iter().all(|part| match part {
            Part::Text(_) => true,
            Part::Expression(Some(snippet), _) => {
                !snippet.body.exprs.iter().any(|expr| matches!(expr, Expr::Global(_)))
            }
            Part::Expression(None, _) | Part::Handler(..) | Part::Prop(..) => false,
        })
    }

    /// How a node under these conditions comes to be seen without the user's doing; `None` when it does not.
    pub fn opening(&mut self, conditions: &[Condition]) -> Option<Opening> {
        let (first, early, read) =
            self.watched(|app| (app.hold(conditions, State::First(&[])), app.hold(conditions, State::Early)));
        let ((_, at_first), (may, _)) = (first, early);
        let by_item = !at_first && self.hold_for_an_item(conditions, State::First(&[]));
        if at_first || by_item {
            let told = conditions.iter().find(|condition| !self.is_constant(condition)).copied();
            return Some(told.map_or(Opening::Always, Opening::First));
        }
        if !may {
            return None;
        }
        let mut best: Option<Opening> = None;
        let mut others: Vec<(Call, Vec<u32>, Vec<Change>)> = Vec::new();
        for (call, writes) in self.calls_that_write(&read) {
            let changes = self.early_changes(&writes);
            if changes.is_empty() {
                continue;
            }
            let (may, must) = self.hold(conditions, State::First(&changes));
            let must = must || (may && self.hold_for_an_item(conditions, State::First(&changes)));
            if !may || (best.is_some() && !must) {
                others.push((call, writes, changes));
                continue;
            }
            let Some(path) = self.automatic_path(call) else { continue };
            best = Some(Opening::Write { write: writes[0], path, sure: must });
            if must {
                break;
            }
        }
        best.or_else(|| self.opening_of_two(conditions, others))
    }

    /// Two writes that bring a node together: each what the other one still hides.
    fn opening_of_two(
        &mut self,
        conditions: &[Condition],
        calls: Vec<(Call, Vec<u32>, Vec<Change>)>,
    ) -> Option<Opening> {
        let automatic = calls.into_iter().filter_map(|(call, writes, changes)| {
            let path = self.automatic_path(call)?;
            Some((writes, changes, path))
        });
        let automatic: Vec<(Vec<u32>, Vec<Change>, WitnessPath)> = automatic.take(MAX_PAIRED).collect();
        for (_, first, _) in &automatic {
            for (writes, second, path) in &automatic {
                let changes: Vec<Change> = first.iter().chain(second).cloned().collect();
                if self.hold(conditions, State::First(&changes)).0 {
                    return Some(Opening::Write { write: writes[0], path: path.clone(), sure: false });
                }
            }
        }
        None
    }

    /// Whether all conditions must hold for some item of the lists around the innermost of them.
    fn hold_for_an_item(&mut self, conditions: &[Condition], state: State<'_>) -> bool {
        let Some(innermost) = conditions.first().copied() else { return false };
        let items = self.items_at(innermost.instance, innermost.node, state);
        items.iter().any(|items| !items.is_empty() && self.hold_at(conditions, state, items).1)
    }

    /// Runs something that looks at views, and tells what data was read.
    pub(super) fn watched<T>(&mut self, look: impl FnOnce(&mut Self) -> (T, T)) -> (T, T, BTreeSet<(ObjId, Atom)>) {
        self.machine.embedder.views.reads = Some(BTreeSet::new());
        let (first, second) = look(self);
        (first, second, self.machine.embedder.views.reads.take().unwrap_or_default())
    }

    /// The calls that write one of these keys, with their writes, those of these keys first.
    fn calls_that_write(&self, keys: &BTreeSet<(ObjId, Atom)>) -> Vec<(Call, Vec<u32>)> {
        let mut calls: BTreeMap<Call, Vec<u32>> = BTreeMap::new();
        for (object, key) in keys {
            for at in self.index.writes_to(*object, *key) {
                let write = &self.machine.embedder.writes[*at as usize];
                calls.entry((write.ctx, write.site, write.instance)).or_default().push(*at);
            }
        }
        for ((ctx, site, instance), writes) in &mut calls {
            for at in self.index.writes_of(*ctx) {
                let write = &self.machine.embedder.writes[*at as usize];
                if (write.site, write.instance) == (*site, *instance) && !writes.contains(at) {
                    writes.push(*at);
                }
            }
        }
        calls.into_iter().collect()
    }

    /// What some writes changed before the user had done anything.
    fn early_changes(&mut self, writes: &[u32]) -> Vec<Change> {
        let change = |at: &u32| {
            let value = self.machine.early_write(*at);
            let write = &self.machine.embedder.writes[*at as usize];
            (value != Set::EMPTY).then(|| Change { object: write.instance, path: write.path.to_vec(), value })
        };
        writes.iter().filter_map(change).collect()
    }

    /// How the platform gets to a call that writes, without a step of the user.
    fn automatic_path(&self, (ctx, site, _): Call) -> Option<WitnessPath> {
        let open = |at: &&u32| {
            let write = &self.machine.embedder.writes[**at as usize];
            write.site == site && witness_paths::may_prompt(&write.guards)
        };
        self.index.writes_of(ctx).iter().find(open)?;
        let wanted = |entry: &EntryPoint| entry.automatic && !entry.leaving;
        let paths = self.witness_paths.to(&self.machine, &self.live, &[ctx], wanted, witness_paths::may_prompt);
        paths.into_iter().find(|path| !path.edges.iter().any(|edge| self.is_user_step(*edge)))
    }

    /// Whether a context runs with an instance as its `this`, arrow functions with that of what is around them.
    pub fn runs_on(&self, ctx: CtxId, instance: ObjId) -> bool {
        let mut at = ctx;
        while at != CtxId::NONE {
            let facts = &self.machine.ctxs[at.0 as usize];
            if self.machine.code.function(facts.code).arrow {
                at = facts.env;
                continue;
            }
            return self.machine.sets.values(facts.this) == [Val::Object(instance)];
        }
        false
    }

    /// Whether an edge is the user's answer to a question of the program's own.
    pub fn is_user_step(&self, edge: u32) -> bool {
        match self.machine.edges[edge as usize].kind {
            EdgeKind::Callback(api, _) | EdgeKind::Event(api) => {
                self.platform.user_steps.iter().any(|step| step == self.machine.atoms.text(api))
            }
            _ => false,
        }
    }

    /// The items of the lists around a node, one by one: one empty list of items where there are none, or they are not known.
    pub fn items_at(&mut self, instance: u32, node: u32, state: State<'_>) -> Vec<Vec<Item>> {
        let Some(unit) = self.live.instances[instance as usize].unit else { return vec![Vec::new()] };
        let around: Vec<u32> = std::iter::once(node).chain(self.live.views[&unit].ancestors(node)).collect();
        let mut found: Vec<Vec<Item>> = vec![Vec::new()];
        for node in around.into_iter().rev() {
            let mut next = Vec::new();
            for items in found {
                let sight = Sight { live: &self.live, state, items: &items, placed: None };
                match self.machine.list_at(sight, instance, node).filter(|length| *length <= MAX_ITEMS) {
                    Some(length) => next.extend((0..length).map(|number| {
                        let item = Item { instance, node, number };
                        items.iter().copied().chain([item]).collect()
                    })),
                    None => next.push(items),
                }
            }
            found = next;
            if found.len() > MAX_ITEMS as usize {
                return vec![Vec::new()];
            }
        }
        found
    }

    /// Whether one thing brings two nodes together: they are both seen from the beginning, or one call that writes data shows
    /// both.
    pub fn come_together(&mut self, one: &[Condition], other: &[Condition]) -> bool {
        let both: Vec<Condition> = one.iter().chain(other).copied().collect();
        let (first, _, read) = self.watched(|app| (app.hold(&both, State::First(&[])), app.hold(&both, State::Ever)));
        if first.1 {
            return true;
        }
        self.calls_that_write(&read).into_iter().any(|(_, writes)| {
            let change = |at: &u32| {
                let write = &self.machine.embedder.writes[*at as usize];
                Change { object: write.instance, path: write.path.to_vec(), value: write.written }
            };
            let changes: Vec<Change> = writes.iter().map(change).collect();
            self.hold(&both, State::First(&changes)).1
        })
    }
}
