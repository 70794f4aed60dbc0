//! In: components written in a framework's words. Out: their instances as the framework makes them: what `setup` gives back, computed
//! members, what the parent gives, boxes of reactive values that are opened where they are read. Never a framework's name.

use super::Machine;
use super::entry_points::LiveProgram;
use super::lifecycle::inherited;
use super::record::Registration;
use super::sight::State;
use crate::analyse::domain::heap::Origin;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, OpaqueId, Set, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::record::{EdgeKind, Site};
use crate::analyse::language::exec::Frame;
use crate::facts::script::Expr;
use crate::framework;
use crate::platform::Host;

/// What models import from this tool: functions with an effect of their own, and hooks.
const OWN: &str = "consentry";
const OWN_HOOKS: &str = "consentry/hooks";
const OWN_FACADE: &str = "consentry/facade";

/// What code with elements calls for each, and the export that shows a page.
const ELEMENT: &str = "__element";
const PAGE: &str = "__page";
/// The function of a model that shows a component that is a class.
const MOUNT: (&str, &str) = ("react", "mount");

/// What stands in the place of the number of a framework's function that made an instance: the framework's compiler did.
pub(in crate::analyse) const COMPILED: u32 = u32::MAX;

/// Registers what files export as the app, a page or a component.
pub(super) fn register_exports(machine: &mut Machine<'_>) {
    if machine.embedder.dialect.is_none() {
        return;
    }
    let model = machine.model;
    let units = model.units.iter().filter_map(|unit| {
        let script = unit.script.filter(|script| model.files[*script as usize].is_component())?;
        Some((script, if unit.page { Host::Page } else { Host::Component }))
    });
    for (file, host) in model.app.map(|file| (file, Host::App)).into_iter().chain(units) {
        let Some(ctx) = machine.load(file) else { continue };
        let exported = if machine.has_elements_in_code() {
            exported_page(machine, file, host)
        } else {
            machine.export(CtxId::NONE, file, machine.lang.names.default)
        };
        let options = machine.sets.filter(exported, |value| matches!(value, Val::Object(_)));
        if options == Set::EMPTY {
            continue;
        }
        let is_same = |known: &&mut Registration| known.ctx == ctx && known.host == host;
        match machine.embedder.registrations.iter_mut().find(is_same) {
            Some(known) => known.options = machine.sets.join(known.options, options),
            None => machine.embedder.registrations.push(Registration {
                ctx,
                site: Site { file, expr: 0 },
                host,
                options,
                shim: Some(COMPILED),
                supposed: false,
            }),
        }
    }
}

/// The options of a file with elements in its code: a page shows its default export; a component is shown where elements name it.
fn exported_page(machine: &mut Machine<'_>, file: u32, host: Host) -> Set {
    if host == Host::Component {
        let nothing = machine.native(55, file, Kind::Plain);
        return machine.sets.one(Val::Object(nothing));
    }
    let page = machine.atoms.intern(PAGE);
    machine.export(CtxId::NONE, file, page)
}

/// What options extend.
pub(super) fn extended(machine: &mut Machine<'_>, option: ObjId) -> Set {
    let Some(name) = machine.embedder.dialect.as_ref().map(|dialect| dialect.extends) else { return Set::EMPTY };
    machine.read_own(CtxId::NONE, option, name)
}

/// Gives an instance what its framework makes of its options.
pub(super) fn refresh(machine: &mut Machine<'_>, live: &LiveProgram, id: u32, (data, props): (ObjId, ObjId)) {
    let instance = live.instances[id as usize].clone();
    let Some(dialect) = &machine.embedder.dialect else { return };
    let (computed, setup, references, own_props) =
        (dialect.computed, dialect.setup, dialect.references, dialect.own_props);
    let (otherwise, defaults) = (dialect.otherwise, dialect.defaults);
    let this = machine.sets.one(Val::Object(instance.object));
    let given = machine.sets.one(Val::Object(props));
    let getters = machine.native(24, id, Kind::Plain);
    let named = machine.native(25, id, Kind::Plain);
    let context = context_of(machine, id, this);
    for (name, holder) in [(references, named), (own_props, props)] {
        let holder = machine.sets.one(Val::Object(holder));
        machine.define(instance.object, name, holder);
    }
    for option in instance.options {
        let declared = machine.read_own(CtxId::NONE, option, machine.embedder.names.props);
        declare(machine, declared, props, this, otherwise);
        let values = machine.read_own(CtxId::NONE, option, defaults);
        for holder in machine.sets.objects(values).collect::<Vec<_>>() {
            for (name, property) in machine.heap.get(holder).properties().to_vec() {
                let value = machine.heap.peek(property.slot);
                machine.define(props, name, value);
            }
        }
        let members = machine.read_own(CtxId::NONE, option, computed);
        for holder in machine.sets.objects(members).collect::<Vec<_>>() {
            compute(machine, holder, getters);
        }
        let function = machine.read_own(CtxId::NONE, option, setup);
        for ctx in machine.start_all(function, this, &[given, context], CtxId::NONE) {
            let result = machine.ctxs[ctx.0 as usize].result;
            let result = machine.heap.peek(result);
            let objects = machine.sets.filter(result, |value| matches!(value, Val::Object(_)));
            machine.set_protos(instance.object, objects);
            machine.set_protos(data, objects);
            for holder in machine.sets.objects(objects).collect::<Vec<_>>() {
                remember_boxes(machine, holder, instance.object);
            }
        }
    }
    for holder in [getters, props] {
        let holder = machine.sets.one(Val::Object(holder));
        machine.set_protos(instance.object, holder);
    }
    let shared = machine.shared();
    let emit = machine.named_builtin("[[emit plainly]]");
    for at in 0..machine.embedder.dialect.as_ref().map_or(0, |dialect| dialect.emitters.len()) {
        let Some(name) = machine.embedder.dialect.as_ref().map(|dialect| dialect.emitters[at]) else { continue };
        machine.define(shared, name, emit);
    }
}

/// What `setup` is handed second: functions that belong to the instance.
fn context_of(machine: &mut Machine<'_>, id: u32, this: Set) -> Set {
    let context = machine.native(26, id, Kind::Plain);
    let emit = machine.native(27, id, Kind::Bound);
    let target = machine.named_builtin("[[emit plainly]]");
    machine.define(emit, machine.lang.names.target, target);
    machine.define(emit, machine.lang.names.bound_this, this);
    let emit = machine.sets.one(Val::Object(emit));
    let nothing = machine.named_builtin("[[itself]]");
    for (name, value) in [("emit", emit), ("expose", nothing), ("attrs", Set::UNKNOWN), ("slots", Set::UNKNOWN)] {
        let name = machine.atoms.intern(name);
        machine.define(context, name, value);
    }
    machine.sets.one(Val::Object(context))
}

/// What a component declares that its parent gives: a list of names, or names with what holds when it gives nothing.
fn declare(machine: &mut Machine<'_>, declared: Set, props: ObjId, this: Set, otherwise: Atom) {
    for holder in machine.sets.objects(declared).collect::<Vec<_>>() {
        if machine.heap.get(holder).kind == Kind::Array {
            let items = machine.all_items(CtxId::NONE, holder);
            for item in machine.sets.values(items).to_vec() {
                if let Val::Str(name) = item {
                    machine.define(props, name, Set::UNDEFINED);
                }
            }
            continue;
        }
        for (name, property) in machine.heap.get(holder).properties().to_vec() {
            let rows = machine.heap.peek(property.slot);
            let mut initial = Set::EMPTY;
            for row in machine.sets.objects(rows).collect::<Vec<_>>() {
                if machine.heap.get(row).kind != Kind::Plain {
                    continue;
                }
                let value = machine.read_own(CtxId::NONE, row, otherwise);
                let made = started(machine, value, this);
                let own = machine.sets.filter(value, |value| !matches!(value, Val::Object(_)));
                let value = if made == Set::EMPTY { own } else { made };
                initial = machine.sets.join(initial, value);
            }
            machine.define(props, name, if initial == Set::EMPTY { Set::UNDEFINED } else { initial });
        }
    }
}

/// What functions give that are called with `this` alone.
fn started(machine: &mut Machine<'_>, functions: Set, this: Set) -> Set {
    let mut found = Set::EMPTY;
    for ctx in machine.start_all(functions, this, &[], CtxId::NONE) {
        let result = machine.ctxs[ctx.0 as usize].result;
        let result = machine.heap.peek(result);
        found = machine.sets.join(found, result);
    }
    found
}

/// `computed: { name() {}, other: { get() {}, set(v) {} } }` as accessors of an object.
fn compute(machine: &mut Machine<'_>, holder: ObjId, getters: ObjId) {
    let (get, set) = (machine.lang.names.get, machine.lang.names.set);
    for (name, property) in machine.heap.get(holder).properties().to_vec() {
        let values = machine.heap.peek(property.slot);
        for value in machine.sets.objects(values).collect::<Vec<_>>() {
            match machine.heap.get(value).kind {
                Kind::Function { .. } | Kind::Bound => has_accessor(machine, getters, name, Some(value), None),
                Kind::Plain => {
                    let [get, set] = [get, set].map(|name| {
                        let functions = machine.read_own(CtxId::NONE, value, name);
                        machine.sets.objects(functions).next()
                    });
                    has_accessor(machine, getters, name, get, set);
                }
                _ => {}
            }
        }
        if machine.sets.values(values).iter().any(|value| matches!(value, Val::Unknown | Val::Opaque(_))) {
            machine.define(getters, name, Set::UNKNOWN);
        }
    }
}

fn has_accessor(machine: &mut Machine<'_>, object: ObjId, name: Atom, get: Option<ObjId>, set: Option<ObjId>) {
    let known = machine.heap.get(object).property(name);
    if known.is_none_or(|known| known.getter.is_none() && get.is_some() || known.setter.is_none() && set.is_some()) {
        machine.heap.accessor(object, name, get, set);
    }
}

/// Remembers which members of an instance are boxes.
fn remember_boxes(machine: &mut Machine<'_>, holder: ObjId, instance: ObjId) {
    for (name, property) in machine.heap.get(holder).properties().to_vec() {
        let values = machine.heap.peek(property.slot);
        for object in machine.sets.objects(values).collect::<Vec<_>>() {
            if machine.is_box(object)
                && let Some(dialect) = &mut machine.embedder.dialect
            {
                let members = dialect.boxes.entry(object).or_default();
                if !members.contains(&(instance, name)) {
                    members.push((instance, name));
                }
            }
        }
    }
}

/// A component that a view names: its owner finds it under that name.
pub(super) fn name_component(machine: &mut Machine<'_>, owner: ObjId, name: &str, component: ObjId) {
    let Some(references) = machine.embedder.dialect.as_ref().map(|dialect| dialect.references) else { return };
    let component = machine.sets.one(Val::Object(component));
    let name = machine.atoms.intern(name);
    let holders = machine.read_own(CtxId::NONE, owner, references);
    for holder in machine.sets.objects(holders).collect::<Vec<_>>() {
        machine.define(holder, name, component);
    }
    let own = inherited(machine, owner, name);
    for object in machine.sets.objects(own).collect::<Vec<_>>() {
        if machine.is_box(object) {
            machine.define(object, machine.lang.names.value, component);
        }
    }
}

impl<'a> Machine<'a> {
    /// Whether the program's elements stand in its code.
    pub(in crate::analyse) fn has_elements_in_code(&self) -> bool {
        self.embedder.dialect.as_ref().is_some_and(|dialect| dialect.framework.markup.reader == "jsx")
    }

    /// Whether a free name is what such code calls for each element.
    pub(in crate::analyse) fn is_element_maker(&self, name: Atom) -> bool {
        self.has_elements_in_code() && self.atoms.text(name) == ELEMENT
    }

    /// An element is shown: what it is given is kept, and its component runs.
    pub(in crate::analyse) fn show_element(&mut self, frame: &Frame, id: u32, args: &[Set]) -> Set {
        let arg = |at: usize| args.get(at).copied().unwrap_or(Set::UNDEFINED);
        let (number, component, given) = (arg(0), arg(1), arg(2));
        if let Some(Val::Number(bits)) = self.sets.single(number)
            && f64::from_bits(bits) >= 0.0
        {
            let key = (frame.code.file, f64::from_bits(bits) as u32);
            let known = self.embedder.dialect.as_ref().and_then(|dialect| dialect.elements.get(&key)).copied();
            let element = known.unwrap_or_else(|| self.heap.object(Kind::Plain));
            if let Some(dialect) = &mut self.embedder.dialect {
                dialect.elements.insert(key, element);
            }
            self.copy_except(frame, element, given, &[], false);
        }
        for value in self.sets.values(component).to_vec() {
            let Val::Object(object) = value else { continue };
            let one = self.sets.one(value);
            match self.heap.get(object).kind {
                Kind::Function { .. } | Kind::Bound => {
                    self.apply(frame, id, one, Set::UNDEFINED, &[given], EdgeKind::Call);
                }
                Kind::Class => {
                    let model = self.model.file(&framework::path_of(MOUNT.0));
                    let name = self.atoms.intern(MOUNT.1);
                    let mount = model.map_or(Set::EMPTY, |file| self.export(frame.ctx, file, name));
                    self.apply(frame, id, mount, Set::UNDEFINED, &[one, given], EdgeKind::Call);
                }
                _ => {}
            }
        }
        let shown = self.allocate(frame.ctx, id, 64, Kind::Plain);
        self.sets.one(Val::Object(shown))
    }

    /// What an element in a file's code is given under a name, as of now.
    pub(in crate::analyse) fn given_to(&mut self, file: u32, node: u32, name: &str) -> Set {
        let Some(dialect) = &self.embedder.dialect else { return Set::UNKNOWN };
        let element = dialect.elements.get(&(file, node)).copied();
        let Some(element) = element else { return Set::EMPTY };
        let name = self.atoms.intern(name);
        let held = inherited(self, element, name);
        if self.heap.get(element).open { self.sets.join(held, Set::UNKNOWN) } else { held }
    }

    /// Whether events are spelt in lower case there.
    pub fn has_events_in_lower_case(&self) -> bool {
        self.embedder.dialect.as_ref().is_some_and(|dialect| dialect.framework.markup.events_in_lower_case)
    }

    /// What stands before an event's name in markup of the framework in whose words the program is written.
    pub fn event_prefix(&self) -> Option<&str> {
        let prefix = &self.embedder.dialect.as_ref()?.framework.markup.event_prefix;
        (!prefix.is_empty()).then_some(prefix)
    }

    /// Whether an object is a box of a reactive value.
    pub(in crate::analyse) fn is_box(&self, object: ObjId) -> bool {
        let Some(dialect) = &self.embedder.dialect else { return false };
        let facts = self.heap.get(object);
        facts.kind == Kind::Plain && facts.property(dialect.mark).is_some()
    }

    /// What boxes among values hold, and the other values.
    pub(in crate::analyse) fn opened(&mut self, frame: &Frame, expr: u32, values: Set) -> Set {
        if self.embedder.dialect.is_none() || !self.sets.objects(values).any(|object| self.is_box(object)) {
            return values;
        }
        let mut found = Set::EMPTY;
        for value in self.sets.values(values).to_vec() {
            let part = match value {
                Val::Object(object) if self.is_box(object) => self.get_of(frame, expr, value, self.lang.names.value),
                _ => self.sets.one(value),
            };
            found = self.sets.join(found, part);
        }
        found
    }

    /// The same in a state, for markup: a computed value is worked out.
    pub(in crate::analyse) fn peek_opened(&mut self, values: Set, state: State<'_>) -> Set {
        if self.embedder.dialect.is_none() || !self.sets.objects(values).any(|object| self.is_box(object)) {
            return values;
        }
        let mut found = Set::EMPTY;
        for value in self.sets.values(values).to_vec() {
            let part = match value {
                Val::Object(object) if self.is_box(object) => self.peek_accessed(object, self.lang.names.value, state),
                _ => self.sets.one(value),
            };
            found = self.sets.join(found, part);
        }
        found
    }

    /// A member in a state, worked out where it is an accessor; `EMPTY` when there is none.
    pub(in crate::analyse) fn peek_accessed(&mut self, object: ObjId, name: Atom, state: State<'_>) -> Set {
        let this = self.sets.one(Val::Object(object));
        let mut holders = vec![object];
        let mut at = 0;
        while let Some(holder) = holders.get(at).copied().filter(|_| at < 24) {
            at += 1;
            if let Some(property) = self.heap.get(holder).property(name) {
                let held = self.slot_in(property.slot, state);
                let got = match property.getter {
                    Some(getter) => {
                        let getter = self.sets.one(Val::Object(getter));
                        started(self, getter, this)
                    }
                    None => Set::EMPTY,
                };
                let found = self.sets.join(held, got);
                if found != Set::EMPTY || property.getter.is_some() {
                    return if found == Set::EMPTY { Set::UNKNOWN } else { found };
                }
            }
            let above: Vec<ObjId> = self.heap.get(holder).protos.to_vec();
            holders.extend(above.into_iter().filter(|proto| *proto != object));
        }
        Set::EMPTY
    }

    /// Writes into the boxes that a member of an instance is; whether it is any.
    pub(in crate::analyse) fn write_into_boxes(
        &mut self,
        frame: &Frame,
        expr: u32,
        object: ObjId,
        name: Atom,
        value: Set,
    ) -> bool {
        if self.embedder.dialect.is_none() || !matches!(self.heap.get(object).kind, Kind::Instance(_)) {
            return false;
        }
        let held = inherited(self, object, name);
        let boxes = self.sets.objects(held).filter(|object| self.is_box(*object)).collect::<Vec<_>>();
        for held in &boxes {
            let held = self.sets.one(Val::Object(*held));
            self.set(frame, expr, held, self.lang.names.value, value);
        }
        !boxes.is_empty()
    }

    /// Notes that what a view shows is written: a member of an instance, or a box that is one.
    pub(in crate::analyse) fn note_write(&mut self, frame: &Frame, expr: u32, object: ObjId, name: Atom, value: Set) {
        let Some(dialect) = &self.embedder.dialect else { return };
        let members = match self.heap.get(object).kind {
            Kind::Instance(_) => vec![(object, name)],
            _ if name == self.lang.names.value => dialect.boxes.get(&object).cloned().unwrap_or_default(),
            _ => return,
        };
        let site = self.site(frame, expr);
        for (instance, key) in members {
            if instance == object {
                let data = self.read_own(frame.ctx, instance, self.embedder.names.data);
                for data in self.sets.objects(data).collect::<Vec<_>>() {
                    if data != object && self.heap.get(data).property(key).is_some() {
                        self.define(data, key, value);
                    }
                }
            }
            self.note_data_write(frame, site, instance, (key, value), (&[Some(key)], value));
        }
    }

    /// The text that a path of names stands for in this framework's builds.
    pub(in crate::analyse) fn constant(&mut self, frame: &Frame, holder: u32, name: Atom) -> Option<Set> {
        let rows = self.embedder.dialect.as_ref()?.constants.get(&name)?;
        let exprs = &frame.file.script.body.exprs;
        let is_path = |path: &[Atom]| {
            let mut at = holder;
            for (left, wanted) in path.iter().enumerate().rev() {
                at = match &exprs[at as usize] {
                    Expr::Member { object, name, .. } if self.atom(frame, *name) == *wanted && left > 0 => *object,
                    Expr::Global(name) if self.atom(frame, *name) == *wanted && left == 0 => return true,
                    _ => return false,
                };
            }
            false
        };
        let value = rows.iter().find(|(path, _)| is_path(path)).map(|(_, value)| *value)?;
        Some(self.sets.one(Val::Str(value)))
    }

    /// The text that a free name stands for.
    pub(in crate::analyse) fn constant_name(&mut self, name: Atom) -> Option<Set> {
        let rows = self.embedder.dialect.as_ref()?.constants.get(&name)?;
        let value = rows.iter().find(|(path, _)| path.is_empty()).map(|(_, value)| *value)?;
        Some(self.sets.one(Val::Str(value)))
    }

    /// What a member of an answer is, where that is the same for each program.
    pub(in crate::analyse) fn known_answer(&mut self, answer: OpaqueId, name: Atom) -> Option<Set> {
        let dialect = self.embedder.dialect.as_ref()?;
        let opaque = self.heap.opaque_value(answer);
        let Origin::Result(request) = opaque.origin else { return None };
        let api = self.embedder.requests[request as usize].api;
        let value = dialect.answers.get(&(api, name)).filter(|_| opaque.path.is_empty())?;
        Some(self.sets.one(Val::Str(*value)))
    }

    /// `this.$emit("name", value)`: what the parent gives is called with the values as they are.
    pub(in crate::analyse) fn emit_plainly(&mut self, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Set {
        let events = args.first().copied().unwrap_or(Set::EMPTY);
        let given = self.get(frame, id, this, self.embedder.names.props);
        for event in self.sets.values(events).to_vec() {
            let Val::Str(name) = event else { continue };
            let text = self.atoms.text(name);
            let events = self.embedder.dialect.as_ref().map(|dialect| &dialect.framework.markup.events);
            let text = events.and_then(|events| events.get(text)).map_or(text, |event| event.as_str());
            let name = super::markup::handler_of(&self.embedder.platform.instance.emit.prefix, text);
            let name = self.atoms.intern(&name);
            let handlers = self.get(frame, id, given, name);
            let handlers = self.sets.filter(handlers, |value| matches!(value, Val::Object(_)));
            if handlers != Set::EMPTY {
                self.apply(frame, id, handlers, Set::UNDEFINED, args.get(1..).unwrap_or(&[]), EdgeKind::Call);
            }
        }
        Set::UNDEFINED
    }

    /// What a model imports from the tool itself.
    pub(in crate::analyse) fn own_export(&mut self, file: u32, import: u32, name: Atom) -> Option<Set> {
        if !framework::is_model(&self.model.files[file as usize].path) {
            return None;
        }
        let script = self.code.file(file).script;
        match script.body.name(script.imports[import as usize].source) {
            OWN_HOOKS => {
                let hook = *self.embedder.names.composed.get(&name)?;
                let function = self.native(51, hook.0, Kind::Hook(hook));
                Some(self.sets.one(Val::Object(function)))
            }
            OWN_FACADE => self.adapted_member(name),
            OWN if self.atoms.text(name) == "facade" => Some(self.facade_object()),
            OWN if self.atoms.text(name) == "shared" => {
                let shared = self.shared();
                Some(self.sets.one(Val::Object(shared)))
            }
            OWN => {
                let builtin = format!("[[{}]]", self.atoms.text(name));
                Some(self.named_builtin(&builtin))
            }
            _ => None,
        }
    }

    /// The function that code in the markup is.
    pub(in crate::analyse) fn piece(&mut self, file: u32, function: u32) -> Set {
        let Some(env) = self.load(file) else { return Set::EMPTY };
        self.closure(env, CodeRef { file, function })
    }
}
