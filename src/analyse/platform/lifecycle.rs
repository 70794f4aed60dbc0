//! In: a machine. Out: its program brought to life: the app, pages and components with their data, and every entry the
//! platform may call, run to the end. Entries know whether the user's doing is needed.

use super::Machine;
use super::entry_points::{Called, EntryPoint, EntryPointKind, Instance, LiveProgram, Stage, add_entry_point};
use super::hooks::{Hooks, start_hooked, start_hooks};
use super::record::Registration;
use super::registrations::Registered;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::limits::{LimitKind, LimitPlace};
use crate::analyse::language::calls::only_called_so;
use crate::platform::Host;
use crate::text::Span;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Rounds of registering, starting and running; each may reveal more (a component placed by a component).
const MAX_ROUNDS: usize = 12;

/// Runs a program.
pub fn run(machine: &mut Machine<'_>) -> LiveProgram {
    let mut live = LiveProgram::of(Registered::of(machine));
    let hooks = Hooks::of(machine);
    load_scripts(machine, &mut live);
    // First what the platform does by itself; then the user comes.
    rounds(machine, &mut live, &hooks, |_, _| false);
    machine.user_acts();
    live.stage = Stage::Late;
    rounds(machine, &mut live, &hooks, |machine, live| {
        if live.stage == Stage::Late {
            if super::markup::start_unnamed(machine, live) {
                return true;
            }
            machine.supposes();
            live.stage = Stage::Supposing;
        }
        machine.feed()
    });
    machine.sum_up_limits();
    for (unit, _) in live.views.iter().filter(|(_, view)| view.cut) {
        machine.limits.note(LimitKind::Elements, LimitPlace::Unit(*unit));
    }
    live
}

/// Registers, starts and runs until nothing changes and `more` has nothing more to do.
fn rounds(
    machine: &mut Machine<'_>,
    live: &mut LiveProgram,
    hooks: &Hooks<'_>,
    mut more: impl FnMut(&mut Machine<'_>, &mut LiveProgram) -> bool,
) {
    for round in 1..=MAX_ROUNDS {
        machine.run_to_fixpoint();
        super::sources::register_exports(machine);
        live.registered.update(machine);
        machine.adopt_suspects(&live.registered);
        let before = extent(machine, live);
        live.registered.update(machine);
        make_app(machine, live);
        make_pages(machine, live);
        let mut at = 0;
        while at < live.instances.len() {
            refresh(machine, live, at as u32);
            start_hooks(machine, live, hooks, at as u32);
            super::markup::start_handlers(machine, live, at as u32);
            place_components(machine, live, at as u32);
            at += 1;
        }
        add_listeners(machine, live);
        start_hooked(machine, live);
        machine.run_to_fixpoint();
        if before == extent(machine, live) && !more(machine, live) {
            break;
        }
        if round == MAX_ROUNDS {
            machine.limits.note(LimitKind::Rounds, LimitPlace::Program);
        }
    }
}

fn extent(machine: &Machine<'_>, live: &LiveProgram) -> [usize; 5] {
    let values = machine.embedder.views.changed.len();
    [live.instances.len(), live.entry_points.len(), machine.ctxs.len(), machine.embedder.registrations.len(), values]
}

fn load_scripts(machine: &mut Machine<'_>, live: &mut LiveProgram) {
    let mut loaded = BTreeSet::new();
    let mut load = |machine: &mut Machine<'_>, file: u32, unit: Option<u32>, launch: bool| {
        let Some(ctx) = machine.load(file) else { return };
        if !loaded.insert(ctx) {
            return;
        }
        live.entry_points.push(EntryPoint {
            kind: EntryPointKind::Module,
            name: String::new(),
            event: String::new(),
            unit,
            automatic: true,
            repeats: false,
            leaving: false,
            launch,
            ctx,
            place: (file, Span::default()),
            guessed: false,
            update: false,
        });
    };
    for app in [machine.model.script, machine.model.app].into_iter().flatten() {
        load(machine, app, None, true);
    }
    for (id, unit) in machine.model.units.iter().enumerate() {
        if let Some(script) = unit.script {
            load(machine, script, Some(id as u32), unit.launch);
        }
    }
}

fn make_app(machine: &mut Machine<'_>, live: &mut LiveProgram) {
    for at in 0..machine.embedder.registrations.len() {
        let registration = machine.embedder.registrations[at];
        if registration.host == Host::App {
            let id = instance(machine, live, None, None, at as u32, &registration);
            let object = live.instances[id as usize].object;
            let set = machine.sets.one(Val::Object(object));
            let app = machine.embedder.app;
            machine.heap.add(&mut machine.sets, app, set);
        }
    }
}

fn make_pages(machine: &mut Machine<'_>, live: &mut LiveProgram) {
    for at in 0..live.registered.unit_of.len() {
        let registration = machine.embedder.registrations[at];
        let Some(unit) = live.registered.unit_of[at] else { continue };
        let facts = &machine.model.units[unit as usize];
        let library = machine.model.pages().next().is_none();
        if registration.host != Host::App && (facts.page || library) {
            let id = instance(machine, live, Some(unit), None, at as u32, &registration);
            let object = live.instances[id as usize].object;
            let set = machine.sets.one(Val::Object(object));
            let pages = machine.embedder.pages;
            machine.heap.add_wildcard(&mut machine.sets, pages, set);
        }
    }
}

/// The instance made of a registration, in this place.
fn instance(
    machine: &mut Machine<'_>,
    live: &mut LiveProgram,
    unit: Option<u32>,
    owner: Option<u32>,
    number: u32,
    registration: &Registration,
) -> u32 {
    let key = (unit, owner, number);
    if let Some(known) = live.made.get(&key).copied() {
        // The options may have been found only now: `Page(getApp().wrap({…}))` runs before the app is there.
        prepare(machine, live, known, registration);
        return known;
    }
    let id = live.instances.len() as u32;
    let object = machine.native(20, id, crate::analyse::domain::object::Kind::Instance(registration.host));
    let launch = match (unit, owner) {
        (None, _) => true,
        (Some(_), Some(owner)) => live.instances[owner as usize].launch,
        (Some(unit), None) => machine.model.units[unit as usize].launch,
    };
    live.made.insert(key, id);
    if let Some(unit) = unit {
        live.first.entry(unit).or_insert(id);
    }
    live.instances.push(Instance {
        object,
        host: registration.host,
        unit,
        placed: owner.map(|owner| (owner, Vec::new())),
        launch,
        options: Vec::new(),
        shim: registration.shim,
        supposed: registration.supposed,
        declared: Vec::new(),
        open: false,
        late: live.stage == Stage::Late,
    });
    if registration.shim.is_some() {
        machine.embedder.views.reactive.insert(object);
    }
    prepare(machine, live, id, registration);
    id
}

/// Gives an instance its methods and data.
fn prepare(machine: &mut Machine<'_>, live: &mut LiveProgram, id: u32, registration: &Registration) {
    let given = match registration.shim {
        Some(_) => machine.sets.join(registration.options, machine.embedder.mixed_in),
        None => registration.options,
    };
    let options = all_options(machine, given);
    let known = |value: &Val| !matches!(value, Val::Unknown | Val::Opaque(_));
    live.instances[id as usize].open = options.is_empty() || !machine.sets.values(given).iter().all(known);
    let object = live.instances[id as usize].object;
    let data = machine.native(21, id, crate::analyse::domain::object::Kind::Plain);
    let props = machine.native(22, id, crate::analyse::domain::object::Kind::Plain);
    for (name, holder) in [(machine.embedder.names.data, data), (machine.embedder.names.props, props)] {
        let set = machine.sets.one(Val::Object(holder));
        machine.define(object, name, set);
    }
    live.instances[id as usize].options = options.clone();
    for option in options {
        let methods = machine.read_own(CtxId::NONE, option, machine.embedder.names.methods);
        machine.set_protos(object, methods);
        let own = machine.sets.one(Val::Object(option));
        machine.set_protos(object, own);
    }
    refresh(machine, live, id);
}

/// An options set with the mixins of each, methods of the later ones behind.
fn all_options(machine: &mut Machine<'_>, options: Set) -> Vec<ObjId> {
    let mut found: Vec<ObjId> = Vec::new();
    let mut queue: Vec<Val> = machine.sets.values(options).to_vec();
    let mut at = 0;
    while at < queue.len() && at < 1_000 {
        let value = queue[at];
        at += 1;
        let Val::Object(object) = value else { continue };
        let kind = machine.heap.get(object).kind;
        if matches!(
            kind,
            crate::analyse::domain::object::Kind::Function { .. } | crate::analyse::domain::object::Kind::Class
        ) {
            continue;
        }
        if found.contains(&object) {
            continue;
        }
        found.push(object);
        let extended = super::sources::extended(machine, object);
        queue.extend(machine.sets.values(extended).to_vec());
        for name in 0..machine.embedder.names.mixins.len() {
            let mixins = machine.read_own(CtxId::NONE, object, machine.embedder.names.mixins[name]);
            for holder in machine.sets.values(mixins).to_vec() {
                if let Val::Object(list) = holder {
                    let items = machine.all_items(CtxId::NONE, list);
                    queue.extend(machine.sets.values(items).to_vec());
                }
            }
        }
    }
    found
}

/// Data and props that options declare; options may have gained some since.
fn refresh(machine: &mut Machine<'_>, live: &mut LiveProgram, id: u32) {
    let instance = live.instances[id as usize].clone();
    let data = machine.native(21, id, crate::analyse::domain::object::Kind::Plain);
    let props = machine.native(22, id, crate::analyse::domain::object::Kind::Plain);
    let this = machine.sets.one(Val::Object(instance.object));
    if instance.shim.is_some() {
        share(machine, instance.object);
    }
    let mut declared: Vec<ObjId> = Vec::new();
    let mut open = instance.open;
    for option in instance.options {
        open |= machine.heap.get(option).open || machine.heap.get(option).wildcard.is_some();
        let own = machine.read_own(CtxId::NONE, option, machine.embedder.names.data);
        let mut values = machine.sets.values(own).to_vec();
        for ctx in machine.start_all(own, this, &[], CtxId::NONE) {
            let result = machine.ctxs[ctx.0 as usize].result;
            let result = machine.heap.peek(result);
            values.extend(machine.sets.values(result).to_vec());
        }
        for value in values {
            open |= matches!(value, Val::Unknown | Val::Opaque(_));
            if let Val::Object(from) = value {
                if !declared.contains(&from) {
                    declared.push(from);
                }
                copy(machine, from, data);
                if instance.shim.is_some() {
                    copy(machine, from, instance.object);
                }
            }
        }
        let defaults = machine.read_own(CtxId::NONE, option, machine.embedder.names.props);
        // A framework's own words for them say more than values.
        let defaults = if instance.shim == Some(super::sources::COMPILED) { Set::EMPTY } else { defaults };
        for value in machine.sets.values(defaults).to_vec() {
            if let Val::Object(from) = value {
                copy(machine, from, props);
            }
        }
        declare_properties(machine, option, instance.object, (data, props));
    }
    if instance.shim == Some(super::sources::COMPILED) {
        super::sources::refresh(machine, live, id, (data, props));
    }
    live.instances[id as usize].declared = declared;
    live.instances[id as usize].open = open;
    machine.wake();
}

/// What a converted component declares that its parent gives: it stands among its data, too.
fn declare_properties(machine: &mut Machine<'_>, option: ObjId, instance: ObjId, (data, props): (ObjId, ObjId)) {
    let (member, value) = (machine.embedder.names.properties, machine.embedder.names.property_value);
    let declared = machine.read_own(CtxId::NONE, option, member);
    for holder in machine.sets.values(declared).to_vec() {
        let Val::Object(holder) = holder else { continue };
        let given = machine.sets.one(Val::Object(props));
        machine.set_protos(data, given);
        machine.define(instance, member, given);
        for (name, property) in machine.heap.get(holder).properties().to_vec() {
            let rows = machine.heap.peek(property.slot);
            let mut initial = Set::EMPTY;
            for row in machine.sets.values(rows).to_vec() {
                if let Val::Object(row) = row {
                    let own = machine.read_own(CtxId::NONE, row, value);
                    initial = machine.sets.join(initial, own);
                }
            }
            // `show: Boolean` begins with what its type has for nothing.
            machine.define(props, name, if initial == Set::EMPTY { Set::UNDEFINED } else { initial });
        }
    }
}

/// What the program gives to all instances of a framework (`Vue.prototype.$login = …`), without the framework's own.
fn share(machine: &mut Machine<'_>, object: ObjId) {
    let shared = machine.shared();
    let set = machine.sets.one(Val::Object(shared));
    machine.set_protos(object, set);
    for at in 0..machine.embedder.names.ticks.len() {
        let next = machine.atoms.intern("[[next]]");
        let next = machine.builtin(next);
        let next = machine.sets.one(next);
        machine.define(shared, machine.embedder.names.ticks[at], next);
    }
    for (prototype, method) in machine.embedder.machinery.clone() {
        for (name, property) in machine.heap.get(prototype).properties().to_vec() {
            let value = machine.heap.peek(property.slot);
            if value != Set::EMPTY && !machine.same_part(value, method) {
                machine.define(shared, name, value);
            }
        }
    }
}

fn copy(machine: &mut Machine<'_>, from: ObjId, to: ObjId) {
    if from == to || !machine.spend(machine.heap.get(from).properties().len()) {
        return;
    }
    let mut copied = machine.lang.copied.remove(&(from, to)).unwrap_or_default();
    let mut at = 0;
    while let Some((name, property)) = machine.heap.get(from).properties().get(at).copied() {
        let value = machine.heap.peek(property.slot);
        if copied.is_new(at, value) {
            machine.define(to, name, value);
        }
        at += 1;
    }
    machine.lang.copied.insert((from, to), copied);
    if let Some(slot) = machine.heap.get(from).wildcard {
        let value = machine.heap.peek(slot);
        if value != Set::EMPTY {
            machine.heap.add_wildcard(&mut machine.sets, to, value);
        }
    }
    if machine.heap.get(from).open {
        machine.heap.open(to);
    }
}

/// A property as of now, of the object or of the first of its prototypes that has it.
pub(super) fn inherited(machine: &mut Machine<'_>, object: ObjId, name: Atom) -> Set {
    let Machine { heap, sets, code, .. } = machine;
    let found = heap.search(object, |object| {
        let [own, any] = heap.held(object, name);
        let any = only_called_so(sets, heap, code, any, name);
        match sets.join(own, any) {
            Set::EMPTY => ControlFlow::Continue(true),
            found => ControlFlow::Break(found),
        }
    });
    found.unwrap_or(Set::EMPTY)
}

/// Where the first function of a set is written.
pub(super) fn place_of(machine: &mut Machine<'_>, functions: Set) -> (u32, Span) {
    let mut values = machine.sets.values(functions).to_vec();
    let mut at = 0;
    while let Some(value) = values.get(at).copied() {
        at += 1;
        let Val::Object(object) = value else { continue };
        match machine.heap.get(object).kind {
            crate::analyse::domain::object::Kind::Function { code, .. } => {
                return (code.file, machine.code.function(code).span);
            }
            crate::analyse::domain::object::Kind::Bound => {
                let target = machine.read_own(CtxId::NONE, object, machine.lang.names.target);
                let targets = machine.sets.values(target).iter().filter(|target| !values.contains(target)).copied();
                let targets: Vec<Val> = targets.collect();
                values.extend(targets);
            }
            _ => {}
        }
    }
    (0, Span::default())
}

/// Makes the components an instance's view places.
fn place_components(machine: &mut Machine<'_>, live: &mut LiveProgram, id: u32) {
    let instance = live.instances[id as usize].clone();
    let Some(unit) = instance.unit else { return };
    let placed = super::markup::placed_components(machine, live, id);
    for (component, nodes, launch) in placed {
        if component == unit || nodes.is_empty() {
            continue;
        }
        let numbers = live.registered.of_unit.get(&component).cloned().unwrap_or_default();
        for number in numbers {
            let registration = machine.embedder.registrations[number as usize];
            let owner = owner_key(machine, live, id, component);
            let made = self::instance(machine, live, Some(component), Some(owner), number, &registration);
            let made_instance = &mut live.instances[made as usize];
            made_instance.launch |= launch && instance.launch && live.stage != Stage::Late;
            if let Some((owner, known)) = &mut made_instance.placed
                && *owner == id
            {
                known.clone_from(&nodes);
            }
            super::markup::give_props(machine, live, id, made, &nodes);
        }
    }
}

/// Components of packages have one instance for all places: they are many, and seldom what matters.
fn owner_key(machine: &Machine<'_>, live: &LiveProgram, owner: u32, component: u32) -> u32 {
    let script = machine.model.units[component as usize].script;
    let package = script.is_some_and(|file| machine.model.files[file as usize].package);
    if !package {
        // One instance for each unit that places it, however often that unit itself is placed.
        let placing = &live.instances[owner as usize];
        let first = placing.placed.as_ref().and_then(|_| live.first.get(&placing.unit?));
        return first.copied().unwrap_or(owner);
    }
    let first = live.first.get(&component).map(|first| &live.instances[*first as usize]);
    first.and_then(|other| other.placed.as_ref()).map_or(owner, |(owner, _)| *owner)
}

fn add_listeners(machine: &mut Machine<'_>, live: &mut LiveProgram) {
    for at in 0..machine.embedder.listeners.len() {
        let listener = machine.embedder.listeners[at];
        let span = machine.code.file(listener.site.file).script.body.spans[listener.site.expr as usize];
        // What a model keeps for later is told by what runs then.
        let runs = machine.ctxs[listener.runs.0 as usize].code;
        let place = match crate::framework::is_model(&machine.model.files[listener.site.file as usize].path) {
            true => (runs.file, machine.code.function(runs).span),
            false => (listener.site.file, span),
        };
        let name = machine.atoms.text(listener.api);
        let kind = if listener.unread { EntryPointKind::UnknownCode } else { EntryPointKind::Listener };
        let key = (listener.runs, kind, None);
        let called = Called { automatic: listener.automatic, launch: listener.automatic, guessed: false };
        add_entry_point(live, key, (name, ""), called, || EntryPoint {
            kind,
            name: name.to_string(),
            event: String::new(),
            unit: None,
            automatic: listener.automatic,
            repeats: listener.automatic,
            leaving: false,
            launch: listener.automatic,
            ctx: listener.runs,
            place,
            guessed: false,
            update: false,
        });
    }
}

impl Machine<'_> {
    /// What all instances that a framework makes have in common.
    pub(in crate::analyse) fn shared(&mut self) -> ObjId {
        self.native(40, 0, Kind::Plain)
    }

    /// Whether functions of both sets are written in the same part of a file (in a bundle: the same module).
    pub(in crate::analyse) fn same_part(&self, a: Set, b: Set) -> bool {
        let part = |value: &Val| match value {
            Val::Object(object) => match self.heap.get(*object).kind {
                Kind::Function { code, .. } => {
                    Some((code.file, self.code.file(code.file).roots[code.function as usize]))
                }
                _ => None,
            },
            _ => None,
        };
        let parts: Vec<_> = self.sets.values(a).iter().filter_map(part).collect();
        self.sets.values(b).iter().filter_map(part).any(|part| parts.contains(&part))
    }
}
