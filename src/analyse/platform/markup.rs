//! In: views and instances. Out: which method a handler names, what an expression in the markup may be, and the entries
//! that events start.

use super::Machine;
use super::conditions::may_be_there;
use super::entry_points::{Called, EntryPoint, EntryPointKind, Instance, LiveProgram, Stage, add_entry_point};
use super::lifecycle::{inherited, place_of};
use super::scopes;
use super::sight::{Sight, State};
use crate::analyse::domain::heap::Origin;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::language::exec::Frame;
use crate::facts::script::Expr;
use crate::facts::template::{Attribute, AttributeValue, Element, Part};
use crate::model::view::View;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// The handler attribute of an element, resolved.
#[derive(Clone, Debug)]
pub struct Handlers {
    /// The instance whose view it is.
    pub instance: u32,
    /// The node of the view.
    pub node: u32,
    /// Index of the attribute.
    pub attribute: u32,
    /// The event, without prefix: `Tap`.
    pub event: String,
    /// The names it may have, and whether a function of that name was found.
    pub names: Vec<(String, bool)>,
    /// Some name is not known.
    pub unknown: bool,
}

/// Resolves the handlers of an instance's view and starts what they name.
pub(super) fn start_handlers(machine: &mut Machine<'_>, live: &mut LiveProgram, id: u32) {
    let Some(unit) = live.instances[id as usize].unit else { return };
    let model = machine.model;
    let view = live.views.entry(unit).or_insert_with(|| View::of(model, unit));
    let look = live.looks.entry(unit).or_insert_with(|| Rc::new(Look::of(machine, unit, view))).clone();
    for bound in &look.bound {
        let Some(element) = live.views[&unit].element(model, bound.node) else { continue };
        let attribute = &element.attributes[bound.attribute as usize];
        start_handler(machine, live, id, bound.node, element, (bound.attribute, attribute), &bound.event, bound.custom);
    }
}

/// What a unit's view binds and places, whatever its instances are.
#[derive(Debug, Default)]
pub(super) struct Look {
    bound: Vec<Bound>,
    /// Nodes that place a component: the node and the component's unit.
    placed: Vec<(u32, u32)>,
    /// The nearest node at or above each that names things.
    pub(super) naming: Vec<u32>,
}

/// An attribute that binds an event.
#[derive(Debug)]
struct Bound {
    node: u32,
    attribute: u32,
    event: String,
    /// The element is a component's.
    custom: bool,
}

impl Look {
    fn of(machine: &Machine<'_>, unit: u32, view: &View) -> Look {
        let mut look = Look { naming: scopes::naming(machine, view), ..Look::default() };
        for node in 0..view.nodes.len() as u32 {
            let Some(element) = view.element(machine.model, node) else { continue };
            let component = machine.model.component(unit, &element.name);
            look.placed.extend(component.map(|component| (node, component)));
            let custom = component.is_some();
            for (attribute, facts) in element.attributes.iter().enumerate() {
                if custom && facts.name == machine.embedder.platform.instance.reference {
                    continue;
                }
                if let Some(event) = machine.event_of(&facts.name) {
                    look.bound.push(Bound { node, attribute: attribute as u32, event, custom });
                }
            }
        }
        look
    }
}

#[expect(clippy::too_many_arguments, reason = "one attribute of one element of one instance's view")]
fn start_handler(
    machine: &mut Machine<'_>,
    live: &mut LiveProgram,
    id: u32,
    node: u32,
    element: &Element,
    (index, attribute): (u32, &Attribute),
    event: &str,
    custom: bool,
) {
    let (Some(value), Some(unit)) = (&attribute.value, live.instances[id as usize].unit) else { return };
    // A framework's own events (`$emit`) are not followed from there to here: the user's doing, most of the time.
    let custom = custom && element.attribute(&machine.embedder.platform.instance.event_list).is_none();
    let event = Event::of(machine, &live.instances[id as usize], element, event);
    let piece = piece_of(machine, &live.views[&unit], node, value);
    let names = if piece.is_some() { Vec::new() } else { handler_names(machine, live, (id, node), attribute, value) };
    let mut handlers = Handlers {
        instance: id,
        node,
        attribute: index,
        event: event.name.to_string(),
        names: Vec::new(),
        unknown: false,
    };
    if let Some((name, function)) = piece {
        handlers.names.push((name.clone(), true));
        if !custom {
            start(machine, live, &event, &name, function, false);
        }
    }
    for name in names {
        match name {
            Some(name) => {
                let found = machine.atoms.intern(&name);
                let method = method(machine, event.object, found);
                handlers.names.push((name.clone(), method != Set::EMPTY));
                if !custom {
                    start(machine, live, &event, &name, method, false);
                }
            }
            None => {
                handlers.unknown = true;
                if !custom {
                    live.unnamed.insert((id, node, index));
                }
            }
        }
    }
    live.handlers.insert((id, node, index), handlers);
}

/// The function of code in the markup, and the code.
fn piece_of(machine: &mut Machine<'_>, view: &View, node: u32, value: &AttributeValue) -> Option<(String, Set)> {
    let file = view.nodes[node as usize].file;
    if let [Part::Prop(element, name, _)] = value.parts.as_slice() {
        let given = machine.given_to(file, *element, name);
        let functions = machine.sets.filter(given, |value| matches!(value, Val::Object(_)));
        return (functions != Set::EMPTY).then(|| (name.clone(), functions));
    }
    let [Part::Handler(function, span)] = value.parts.as_slice() else { return None };
    let code = span.of(&machine.model.files[file as usize].text).trim().to_string();
    Some((code, machine.piece(file, *function)))
}

/// The names a handler attribute may hold; `None` for one that is not known.
fn handler_names(
    machine: &mut Machine<'_>,
    live: &LiveProgram,
    (instance, node): (u32, u32),
    attribute: &Attribute,
    value: &AttributeValue,
) -> Vec<Option<String>> {
    let unit = live.instances[instance as usize].unit;
    let view = unit.and_then(|unit| live.views.get(&unit));
    let Some(element) = view.and_then(|view| view.element(machine.model, node)) else { return Vec::new() };
    if let Some(listed) = listed_handlers(machine, element) {
        return listed.into_iter().map(Some).collect();
    }
    let value = relayed(machine, element, attribute, value).unwrap_or(value);
    let set = machine.seen(Sight::of(live, State::Ever), instance, node, value);
    let mut names = Vec::new();
    for value in machine.sets.values(set).to_vec() {
        match value {
            Val::Str(atom) => {
                let name = machine.atoms.text(atom).trim().to_string();
                if !name.is_empty() {
                    names.push(Some(name));
                }
            }
            Val::Undefined | Val::Null | Val::Bool(_) | Val::Number(_) => {}
            _ => names.push(None),
        }
    }
    names.dedup();
    names
}

/// What a converter's handler, the same for all events, hands on to: `onTap="antmoveAction" data-antmove-tap="login"`.
fn relayed<'e>(
    machine: &Machine<'_>,
    element: &'e Element,
    attribute: &Attribute,
    value: &AttributeValue,
) -> Option<&'e AttributeValue> {
    let relay = &machine.embedder.platform.instance.relay;
    if value.literal() != Some(relay.handler.as_str()) {
        return None;
    }
    let event = machine.event_of(&attribute.name)?.to_ascii_lowercase();
    element.attribute(&format!("{}{event}", relay.attribute))?.value.as_ref()
}

/// A framework's list of handlers, `[['tap', [['login', [...]]]]]`: the names stand first in the inner lists.
fn listed_handlers(machine: &Machine<'_>, element: &Element) -> Option<Vec<String>> {
    let list = element.attribute(&machine.embedder.platform.instance.event_list)?;
    let snippet = list.value.as_ref()?.expression()?;
    let body = &snippet.body;
    let items = |id: u32| match &body.exprs[id as usize] {
        Expr::Array(items) => items.iter().filter_map(|(item, _)| *item).collect(),
        _ => Vec::new(),
    };
    let mut names = Vec::new();
    for event in items(snippet.root) {
        for handler in items(event).into_iter().skip(1).flat_map(&items) {
            if let Some(Expr::Str(name)) = items(handler).first().map(|first| &body.exprs[*first as usize]) {
                names.push(body.name(*name).to_string());
            }
        }
    }
    (!names.is_empty()).then_some(names)
}

/// The method of an instance that a handler names.
pub(in crate::analyse) fn method(machine: &mut Machine<'_>, instance: ObjId, name: Atom) -> Set {
    let value = inherited(machine, instance, name);
    machine.sets.filter(value, |value| matches!(value, Val::Object(_) | Val::Unknown | Val::Opaque(_)))
}

/// An event of one element of one instance's view.
struct Event<'e> {
    name: &'e str,
    /// The platform fires it without the user's doing.
    automatic: bool,
    object: ObjId,
    unit: Option<u32>,
    launch: bool,
}

impl<'e> Event<'e> {
    fn of(machine: &Machine<'_>, instance: &Instance, element: &Element, name: &'e str) -> Event<'e> {
        let markup = &machine.embedder.platform.markup;
        let automatic = markup.is_automatic(&element.name, name);
        // What comes from elsewhere comes when the page has been open for a while.
        let launch = instance.launch && automatic && !markup.is_foreign(&element.name, name);
        Event { name, automatic, object: instance.object, unit: instance.unit, launch }
    }
}

fn start(machine: &mut Machine<'_>, live: &mut LiveProgram, event: &Event<'_>, name: &str, method: Set, guessed: bool) {
    if !event.automatic && live.stage == Stage::Early {
        return;
    }
    let this = machine.sets.one(Val::Object(event.object));
    let argument = machine.outside(Origin::Event);
    let place = place_of(machine, method);
    // Code in the markup is handed the names that the markup gives values, too.
    let mut arguments = vec![argument];
    arguments.resize(if machine.embedder.dialect.is_some() { 6 } else { 1 }, Set::UNKNOWN);
    for ctx in machine.start_all(method, this, &arguments, CtxId::NONE) {
        let called = Called { automatic: event.automatic, launch: event.launch, guessed };
        add_entry_point(live, (ctx, EntryPointKind::Event, event.unit), (name, event.name), called, || EntryPoint {
            kind: EntryPointKind::Event,
            name: name.to_string(),
            event: event.name.to_string(),
            unit: event.unit,
            automatic: event.automatic,
            repeats: false,
            leaving: false,
            launch: event.launch,
            ctx,
            place,
            guessed,
            update: false,
        });
    }
}

/// A handler whose name is not known may be any method that nothing else leads to.
/// Whether there was any new one.
pub(super) fn start_unnamed(machine: &mut Machine<'_>, live: &mut LiveProgram) -> bool {
    let known = live.guessed.len();
    let called: FxHashSet<CodeRef> = machine.ctxs.iter().map(|ctx| ctx.code).collect();
    for (id, node, index) in std::mem::take(&mut live.unnamed) {
        let unit = live.instances[id as usize].unit;
        let Some(view) = unit.and_then(|unit| live.views.get(&unit)) else { continue };
        let Some(element) = view.element(machine.model, node) else { continue };
        if !live.guessed.insert(id) {
            continue;
        }
        let name = machine.event_of(&element.attributes[index as usize].name).unwrap_or_default();
        let event = Event::of(machine, &live.instances[id as usize], element, &name);
        for option in live.instances[id as usize].options.clone() {
            let methods = machine.read_own(CtxId::NONE, option, machine.embedder.names.methods);
            for holder in machine.sets.objects(methods).chain([option]).collect::<Vec<_>>() {
                for (name, property) in machine.heap.get(holder).properties().to_vec() {
                    let value = machine.heap.peek(property.slot);
                    let code = |object| match machine.heap.get(object).kind {
                        Kind::Function { code, .. } => Some(code),
                        _ => None,
                    };
                    let called_already =
                        machine.sets.objects(value).filter_map(code).any(|code| called.contains(&code));
                    if value != Set::EMPTY && !called_already && !machine.embedder.names.hooks.contains(&name) {
                        let text = machine.atoms.text(name).to_string();
                        start(machine, live, &event, &text, value, true);
                    }
                }
            }
        }
    }
    live.guessed.len() > known
}

/// The components an instance's view places: the unit, the nodes, and whether one of them may be there at first.
pub(super) fn placed_components(machine: &mut Machine<'_>, live: &LiveProgram, id: u32) -> Vec<(u32, Vec<u32>, bool)> {
    let Some(unit) = live.instances[id as usize].unit else { return Vec::new() };
    let Some(look) = live.looks.get(&unit) else { return Vec::new() };
    let mut found: Vec<(u32, Vec<u32>, bool)> = Vec::new();
    for &(at, component) in &look.placed {
        let shown = shown(machine, live, id, at);
        if !shown && live.stage == Stage::Early {
            continue;
        }
        match found.iter_mut().find(|(known, ..)| *known == component) {
            Some((_, nodes, launch)) => {
                nodes.push(at);
                *launch |= shown;
            }
            None => found.push((component, vec![at], shown)),
        }
    }
    found
}

/// Whether a node may ever be on the screen.
pub fn shown(machine: &mut Machine<'_>, live: &LiveProgram, instance: u32, node: u32) -> bool {
    may_be_there(machine, Sight::of(live, State::Ever), instance, node)
}

/// A directive of an element (`if`, `elif`, `else`, `for`) under any of the platform's prefixes.
pub fn condition<'e>(machine: &Machine<'_>, element: &'e Element, directive: &str) -> Option<&'e Attribute> {
    let prefixes = &machine.embedder.platform.markup.directive_prefixes;
    prefixes.iter().find_map(|prefix| {
        element.attributes.iter().find(|attribute| attribute.name.strip_prefix(prefix.as_str()) == Some(directive))
    })
}

/// Gives a component what the nodes that place it pass: values, and the owner's methods for `onX`.
pub(super) fn give_props(machine: &mut Machine<'_>, live: &mut LiveProgram, owner: u32, component: u32, nodes: &[u32]) {
    let Some(unit) = live.instances[owner as usize].unit else { return };
    let object = live.instances[component as usize].object;
    let owner_object = live.instances[owner as usize].object;
    let props = machine.read_own(CtxId::NONE, object, machine.embedder.names.props);
    let Some(Val::Object(props)) = machine.sets.values(props).first().copied() else { return };
    let reference = machine.embedder.platform.instance.reference.clone();
    for node in nodes {
        let Some(element) = live.views[&unit].element(machine.model, *node) else { continue };
        let selectors = element.attributes.iter().filter_map(selectors).flatten();
        make_selectable(machine, (owner, owner_object), selectors, object);
        for attribute in &element.attributes {
            let Some(value) = &attribute.value else { continue };
            if attribute.name == reference && machine.embedder.dialect.is_some() {
                if let Some(name) = value.literal() {
                    super::sources::name_component(machine, owner_object, name, object);
                }
                continue;
            }
            if attribute.name == reference {
                hand_over(machine, live, (owner, *node), value, object);
                continue;
            }
            let piece = piece_of(machine, &live.views[&unit], *node, value);
            let set = if let Some((_, function)) = piece {
                bound_methods(machine, owner_object, function)
            } else if machine.event_of(&attribute.name).is_some() {
                let mut methods = Set::EMPTY;
                for name in handler_names(machine, live, (owner, *node), attribute, value).into_iter().flatten() {
                    let name = machine.atoms.intern(&name);
                    let found = method(machine, owner_object, name);
                    let bound = bound_methods(machine, owner_object, found);
                    methods = machine.sets.join(methods, bound);
                }
                methods
            } else {
                machine.seen(Sight::of(live, State::Ever), owner, *node, value)
            };
            if set != Set::EMPTY {
                let name = machine.atoms.intern(&camel(&attribute.name));
                machine.define(props, name, set);
            }
        }
    }
    machine.wake();
}

/// What selects an element by an attribute: `#id`, and `.name` for each name of its `class`.
fn selectors(attribute: &Attribute) -> Option<impl Iterator<Item = String>> {
    let mark = match attribute.name.as_str() {
        "id" => '#',
        "class" => '.',
        _ => return None,
    };
    let names = attribute.value.as_ref()?.literal()?;
    Some(names.split_ascii_whitespace().map(move |name| format!("{mark}{name}")))
}

/// Lets a component be found by these selectors with the owner's method for that.
fn make_selectable(
    machine: &mut Machine<'_>,
    (owner, object): (u32, ObjId),
    selectors: impl Iterator<Item = String>,
    component: ObjId,
) {
    let mut selectors = selectors.peekable();
    if machine.embedder.platform.instance.select.is_empty() || selectors.peek().is_none() {
        return;
    }
    let found = machine.native(57, owner, Kind::Plain);
    let component = machine.sets.one(Val::Object(component));
    for selector in selectors {
        let selector = machine.atoms.intern(&selector);
        machine.define(found, selector, component);
    }
    let function = machine.native(58, owner, Kind::Bound);
    let target = machine.named_builtin("[[select]]");
    let found = machine.sets.one(Val::Object(found));
    machine.define(function, machine.lang.names.target, target);
    machine.define(function, machine.lang.names.bound_this, found);
    let method = machine.atoms.intern(&machine.embedder.platform.instance.select);
    let function = machine.sets.one(Val::Object(function));
    machine.define(object, method, function);
}

impl Machine<'_> {
    /// `this.$selectComponent('#card')`, of the components that selectors name. What none has is not there yet; in the end it
    /// is taken for unknown.
    pub(in crate::analyse) fn selected(&mut self, frame: &Frame, components: Set, selector: Set) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(selector).len() {
            let Val::Str(selector) = self.sets.values(selector)[at] else { continue };
            // `.list #card` stands within another element.
            let last = self.atoms.text(selector).rsplit([' ', '>']).next().unwrap_or_default().to_owned();
            let name = self.atoms.intern(&last);
            for at in 0..self.sets.values(components).len() {
                if let Val::Object(components) = self.sets.values(components)[at] {
                    let component = self.read_own(frame.ctx, components, name);
                    found = self.sets.join(found, component);
                }
            }
        }
        let is_known = self.sets.values(selector).iter().all(|value| matches!(value, Val::Str(_)));
        if !is_known || found == Set::EMPTY && self.starve(frame.ctx) { Set::UNKNOWN } else { found }
    }
}

/// `ref="save"`: the owner's method is handed the component.
fn hand_over(
    machine: &mut Machine<'_>,
    live: &LiveProgram,
    (owner, node): (u32, u32),
    value: &AttributeValue,
    component: ObjId,
) {
    let owner_object = live.instances[owner as usize].object;
    let names = machine.seen(Sight::of(live, State::Ever), owner, node, value);
    let this = machine.sets.one(Val::Object(owner_object));
    let argument = machine.sets.one(Val::Object(component));
    for name in machine.sets.values(names).to_vec() {
        if let Val::Str(name) = name {
            let found = method(machine, owner_object, name);
            machine.start_all(found, this, &[argument], CtxId::NONE);
        }
    }
}

/// Methods that keep their owner as `this` when a component calls them.
fn bound_methods(machine: &mut Machine<'_>, owner: ObjId, methods: Set) -> Set {
    let this = machine.sets.one(Val::Object(owner));
    let mut bound = Vec::new();
    for value in machine.sets.values(methods).to_vec() {
        match value {
            Val::Object(function) => {
                let object = machine.native(23, function.number(), crate::analyse::domain::object::Kind::Bound);
                let target = machine.sets.one(Val::Object(function));
                machine.define(object, machine.lang.names.target, target);
                machine.define(object, machine.lang.names.bound_this, this);
                bound.push(Val::Object(object));
            }
            value => bound.push(value),
        }
    }
    machine.sets.of(bound)
}

/// The name under which a component is given the handler of an event it makes: `onGetUser` for `get-user` and `on`.
pub(in crate::analyse) fn handler_of(prefix: &str, event: &str) -> String {
    camel(&format!("{prefix}-{}", event.replace(':', "-")))
}

/// `show-login` as the component reads it: `showLogin`.
pub fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let mut text = parts.next().unwrap_or("").to_string();
    for part in parts {
        let mut chars = part.chars();
        text.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        text.push_str(chars.as_str());
    }
    text
}
