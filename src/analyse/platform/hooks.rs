//! In: instances and the platform's hooks. Out: the entries of the hooks that their options define, and of what runs when
//! data changes. Never decides which instances there are.

use super::Machine;
use super::entry_points::{Called, EntryPoint, EntryPointKind, Instance, LiveProgram, Stage, add_entry_point};
use super::lifecycle::{inherited, place_of};
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::Origin;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::platform::{Hook, Host};
use crate::text::Span;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// A function handed to a framework to be run as a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analyse) struct Hooked {
    /// The context that hands it over.
    pub ctx: CtxId,
    /// The hook.
    pub name: Atom,
    /// What runs.
    pub function: Set,
}

/// The platform's hooks in order, those of frameworks last, found by the first name of their paths: an options object
/// defines few of them.
#[derive(Debug)]
pub(super) struct Hooks<'a> {
    rows: Vec<Row<'a>>,
    by_name: FxHashMap<Atom, Vec<u32>>,
}

#[derive(Debug)]
struct Row<'a> {
    hook: &'a Hook,
    path: Rc<[Atom]>,
    requires: Option<Rc<[Atom]>>,
    /// The member of the instance that it is given.
    takes: Option<Atom>,
    /// Only what a framework makes has it.
    shim: bool,
}

impl<'a> Hooks<'a> {
    pub(super) fn of(machine: &mut Machine<'a>) -> Hooks<'a> {
        let platform = machine.embedder.platform;
        let mut hooks = Hooks { rows: Vec::new(), by_name: FxHashMap::default() };
        let own = platform.hooks.iter().map(|hook| (hook, false));
        for (hook, shim) in own.chain(platform.shim_hooks.iter().map(|hook| (hook, true))) {
            let mut path = |text: &str| text.split('.').map(|name| machine.atoms.intern(name)).collect::<Rc<[Atom]>>();
            let row = Row {
                hook,
                path: path(&hook.name),
                requires: hook.requires.as_deref().map(&mut path),
                takes: None,
                shim,
            };
            let row = Row { takes: hook.takes.as_deref().map(|takes| machine.atoms.intern(takes)), ..row };
            hooks.by_name.entry(row.path[0]).or_default().push(hooks.rows.len() as u32);
            hooks.rows.push(row);
        }
        hooks
    }

    /// Numbers of the rows that an options object may define: it, what it inherits from, or its methods have the first name.
    fn defined_by(&self, machine: &mut Machine<'_>, option: ObjId) -> Vec<u32> {
        let mut holders = vec![option];
        let methods = machine.read_own(CtxId::NONE, option, machine.embedder.names.methods);
        holders.extend(machine.sets.objects(methods));
        let mut rows = Vec::new();
        let mut at = 0;
        while let Some(holder) = holders.get(at).copied() {
            at += 1;
            let facts = machine.heap.get(holder);
            if facts.wildcard.is_some_and(|slot| machine.heap.peek(slot) != Set::EMPTY) {
                return (0..self.rows.len() as u32).collect();
            }
            for (name, _) in facts.properties() {
                rows.extend(self.by_name.get(name).into_iter().flatten().copied());
            }
            for proto in &facts.protos {
                if !holders.contains(proto) {
                    holders.push(*proto);
                }
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// Starts every hook of an instance that its options (and each mixin's) define.
pub(super) fn start_hooks(machine: &mut Machine<'_>, live: &mut LiveProgram, hooks: &Hooks<'_>, id: u32) {
    let instance = live.instances[id as usize].clone();
    let this = machine.sets.one(Val::Object(instance.object));
    let page_as_component = instance.host == Host::Component && instance.placed.is_none();
    let mut defined: Vec<(u32, ObjId)> = Vec::new();
    for option in &instance.options {
        defined.extend(hooks.defined_by(machine, *option).into_iter().map(|row| (row, *option)));
    }
    // In the order of the rows; the options of each as they are.
    defined.sort_by_key(|(row, _)| *row);
    for (row, option) in defined {
        let Row { hook, path, requires, takes, shim } = &hooks.rows[row as usize];
        let fits = hook.host == instance.host || (page_as_component && hook.host == Host::Page);
        if !fits
            || (*shim && instance.shim.is_none())
            || !requires.as_ref().is_none_or(|path| is_set(machine, option, path))
            || (live.stage == Stage::Early && (!hook.automatic || hook.leaving))
            || (live.stage == Stage::Early && hook.updates && !has_changed(machine, &instance, None))
        {
            continue;
        }
        if let Some((function, place)) = functions_at(machine, option, path) {
            let argument = match takes {
                Some(member) => machine.read_own(CtxId::NONE, instance.object, *member),
                None => machine.outside(Origin::Event),
            };
            for ctx in machine.start_all(function, this, &[argument], CtxId::NONE) {
                add_hook(live, &instance, hook, ctx, place);
            }
        }
    }
    start_observers(machine, live, &instance, this);
    if instance.shim.is_some() {
        start_watchers(machine, live, &instance, this);
    }
}

/// Starts what a framework's options run when data changes. Only what runs at once, too, runs without the user's doing:
/// data changes for many reasons.
fn start_watchers(machine: &mut Machine<'_>, live: &mut LiveProgram, instance: &Instance, this: Set) {
    let names = &machine.embedder.platform.facade.watch;
    let [option, handler, immediate] =
        [&names.option, &names.handler, &names.immediate].map(|name| machine.atoms.intern(name));
    for options in &instance.options {
        let watched = machine.read_own(CtxId::NONE, *options, option);
        for holder in machine.sets.values(watched).to_vec() {
            let Val::Object(holder) = holder else { continue };
            for (key, property) in machine.heap.get(holder).properties().to_vec() {
                let mut function = machine.heap.peek(property.slot);
                let mut at_once = false;
                for value in machine.sets.values(function).to_vec() {
                    let Val::Object(more) = value else { continue };
                    let own = machine.read_own(CtxId::NONE, more, handler);
                    function = machine.sets.join(function, own);
                    let own = machine.read_own(CtxId::NONE, more, immediate);
                    at_once |= machine.sets.truth(own).0;
                }
                start_observer(machine, live, instance, (key, function), this, (at_once, Set::UNKNOWN));
            }
        }
    }
}

/// Starts a function that runs when data of this key changes.
fn start_observer(
    machine: &mut Machine<'_>,
    live: &mut LiveProgram,
    instance: &Instance,
    (key, function): (Atom, Set),
    this: Set,
    (automatic, value): (bool, Set),
) {
    let automatic = automatic && live.stage != Stage::Late;
    let place = place_of(machine, function);
    let launch = automatic && instance.launch;
    for ctx in machine.start_all(function, this, &[value], CtxId::NONE) {
        let name = machine.atoms.text(key);
        let called = Called { automatic, launch, guessed: false };
        add_entry_point(live, (ctx, EntryPointKind::Observer, instance.unit), (name, ""), called, || EntryPoint {
            kind: EntryPointKind::Observer,
            name: name.to_string(),
            event: String::new(),
            unit: instance.unit,
            automatic,
            repeats: false,
            leaving: false,
            launch,
            ctx,
            place,
            guessed: false,
            update: true,
        });
    }
}

/// Starts the functions that instances handed to their framework for a hook (`onLoad(callback)` in `setup`).
pub(super) fn start_hooked(machine: &mut Machine<'_>, live: &mut LiveProgram) {
    let platform = machine.embedder.platform;
    live.registered.update(machine);
    for at in 0..machine.embedder.hooked.len() {
        let hooked = machine.embedder.hooked[at];
        let unit = live.registered.unit(machine, hooked.ctx);
        let host = match unit.map(|unit| machine.model.units[unit as usize].page) {
            None => Host::App,
            Some(true) => Host::Page,
            Some(false) => Host::Component,
        };
        let name = machine.atoms.text(hooked.name);
        let mut rows = platform.shim_hooks.iter().chain(&platform.hooks).filter(|hook| hook.name == name);
        // A component may take a hook of the page it stands on.
        let Some(hook) = rows.clone().find(|hook| hook.host == host).or_else(|| rows.next()) else { continue };
        let mine = |instance: &&Instance| instance.unit == unit && (unit.is_some() || instance.host == Host::App);
        let Some(instance) = live.instances.iter().find(mine).cloned() else { continue };
        let this = machine.sets.one(Val::Object(instance.object));
        let argument = machine.outside(Origin::Event);
        let place = place_of(machine, hooked.function);
        for ctx in machine.start_all(hooked.function, this, &[argument], CtxId::NONE) {
            add_hook(live, &instance, hook, ctx, place);
        }
    }
}

fn add_hook(live: &mut LiveProgram, instance: &Instance, hook: &Hook, ctx: CtxId, place: (u32, Span)) {
    let kind = EntryPointKind::Hook(instance.host);
    let launch = instance.launch && !hook.leaving && !instance.late;
    let automatic = hook.automatic && !instance.late;
    let called = Called { automatic, launch, guessed: false };
    add_entry_point(live, (ctx, kind, instance.unit), (&hook.name, ""), called, || EntryPoint {
        kind,
        name: hook.name.clone(),
        event: String::new(),
        unit: instance.unit,
        automatic,
        repeats: hook.repeats,
        leaving: hook.leaving,
        launch,
        ctx,
        place,
        guessed: false,
        update: hook.updates || hook.takes.is_some(),
    });
}

fn start_observers(machine: &mut Machine<'_>, live: &mut LiveProgram, instance: &Instance, this: Set) {
    if !observes(machine, instance) {
        return;
    }
    for option in &instance.options {
        let observers = machine.read_own(CtxId::NONE, *option, machine.embedder.names.observers);
        for holder in machine.sets.values(observers).to_vec() {
            let Val::Object(holder) = holder else { continue };
            for (key, property) in machine.heap.get(holder).properties().to_vec() {
                let function = machine.heap.peek(property.slot);
                let Some(value) = observed(machine, live, instance, key) else { continue };
                start_observer(machine, live, instance, (key, function), this, (true, value));
            }
        }
    }
}

/// Whether an instance's observers run at all. A converter's run-time, which knows properties instead of props, runs them anyway.
fn observes(machine: &mut Machine<'_>, instance: &Instance) -> bool {
    let Some(path) = machine.embedder.platform.instance.observers_require.clone() else { return true };
    let path: Vec<Atom> = path.split('.').map(|name| machine.atoms.intern(name)).collect();
    let properties = machine.embedder.names.properties;
    let converted = |machine: &mut Machine<'_>, option: &ObjId| {
        machine.read_own(CtxId::NONE, *option, properties) != Set::EMPTY || machine.heap.get(*option).open
    };
    instance.shim.is_some()
        || instance.options.iter().any(|option| is_set(machine, *option, &path) || converted(machine, option))
}

/// What an observer of this key is given: what its first key may be. `None` while nothing has changed that.
fn observed(machine: &mut Machine<'_>, live: &LiveProgram, instance: &Instance, key: Atom) -> Option<Set> {
    let text = machine.atoms.text(key).to_string();
    let mut first = None;
    let mut changed = false;
    for (number, part) in text.split(',').enumerate() {
        let name = part.trim().split(['.', '[']).next().unwrap_or("");
        let whole = name.len() == part.trim().len();
        let name = Some(name).filter(|name| !name.is_empty() && !name.contains('*'));
        let name = name.map(|name| machine.atoms.intern(name));
        changed |= has_changed(machine, instance, name);
        if number == 0 && whole {
            first = name;
        }
    }
    if live.stage == Stage::Early && !changed {
        return None;
    }
    let Some(name) = first else { return Some(Set::UNKNOWN) };
    let mut found = Set::EMPTY;
    for holder in [machine.embedder.names.data, machine.embedder.names.props] {
        let held = machine.read_own(CtxId::NONE, instance.object, holder);
        for holder in machine.sets.objects(held).collect::<Vec<_>>() {
            let value = inherited(machine, holder, name);
            found = machine.sets.join(found, value);
        }
    }
    Some(if found == Set::EMPTY { Set::UNKNOWN } else { found })
}

/// Whether data of this key (any, for `None`) has been written, or a prop may be one of several things.
fn has_changed(machine: &mut Machine<'_>, instance: &Instance, key: Option<Atom>) -> bool {
    if machine.embedder.views.changed.contains(&(instance.object, key)) {
        return true;
    }
    let props = machine.read_own(CtxId::NONE, instance.object, machine.embedder.names.props);
    let holders: Vec<ObjId> = machine.sets.objects(props).collect();
    let several = |machine: &Machine<'_>, set: Set| {
        let one =
            |value: &Val| !matches!(value, Val::Unknown | Val::Opaque(_) | Val::Text | Val::AnyNumber | Val::AnyBool);
        let values = machine.sets.values(set);
        values.len() > 1 || !values.iter().all(one)
    };
    holders.into_iter().any(|holder| {
        let own = machine.heap.get(holder).properties().iter();
        let slots: Vec<_> =
            own.filter(|(name, _)| key.is_none_or(|key| key == *name)).map(|(_, own)| own.slot).collect();
        slots.into_iter().any(|slot| several(machine, machine.heap.peek(slot)))
    })
}

/// Whether an option may be true.
fn is_set(machine: &mut Machine<'_>, option: ObjId, path: &[Atom]) -> bool {
    functions_at(machine, option, path).is_some_and(|(value, _)| machine.sets.truth(value).0)
}

/// The functions under a dotted path of an options object, with their place. Options' prototypes count: a page may be
/// an instance of a class.
fn functions_at(machine: &mut Machine<'_>, option: ObjId, path: &[Atom]) -> Option<(Set, (u32, Span))> {
    let mut found = machine.sets.one(Val::Object(option));
    for (at, name) in path.iter().copied().enumerate() {
        let mut next = Set::EMPTY;
        for holder in 0..machine.sets.values(found).len() {
            let Val::Object(holder) = machine.sets.values(found)[holder] else { continue };
            let value = inherited(machine, holder, name);
            next = machine.sets.join(next, value);
            if at == 0 && value == Set::EMPTY {
                let methods = machine.read_own(CtxId::NONE, holder, machine.embedder.names.methods);
                for at in 0..machine.sets.values(methods).len() {
                    if let Val::Object(methods) = machine.sets.values(methods)[at] {
                        let value = inherited(machine, methods, name);
                        next = machine.sets.join(next, value);
                    }
                }
            }
        }
        found = next;
    }
    (found != Set::EMPTY).then(|| (found, place_of(machine, found)))
}
