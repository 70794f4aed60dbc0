//! In: a name in the markup and its place. Out: what it stands for there: an item of a list, what a template was given, a
//! module of the markup, the data and props of the instance. Never evaluates more than that name.

use super::Machine;
use super::attribute_values::MAX_DEPTH;
use super::markup::{self, camel};
use super::record::Imported;
use super::sight::{At, Change, Sight, State};
use crate::analyse::domain::CtxId;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::facts::script::{Body, Expr, Key, Prop};
use crate::facts::template::{AttributeValue, Element};
use crate::model::view::View;
use std::rc::Rc;

/// The nearest node at or above each node of a view that names things: a list, or the use of a template; `u32::MAX` for none.
pub(super) fn naming(machine: &Machine<'_>, view: &View) -> Vec<u32> {
    let mut nearest: Vec<u32> = Vec::with_capacity(view.nodes.len());
    for node in 0..view.nodes.len() as u32 {
        let above = view.nodes[node as usize].parent.map_or(u32::MAX, |parent| nearest[parent as usize]);
        let names = view
            .element(machine.model, node)
            .is_some_and(|element| is_use(element) || markup::condition(machine, element, "for").is_some());
        nearest.push(if names { node } else { above });
    }
    nearest
}

fn is_use(element: &Element) -> bool {
    element.name == "template" && element.attribute("is").is_some()
}

impl Machine<'_> {
    /// What a free name of the markup stands for.
    pub(super) fn name_at(&mut self, sight: Sight<'_>, at: At, name: &str) -> Set {
        let live = sight.live;
        let Some(unit) = live.instances[at.instance as usize].unit else { return Set::UNKNOWN };
        let Some(view) = live.views.get(&unit) else { return Set::UNKNOWN };
        if let Some(module) = self.module_in(view.nodes[at.node as usize].file, name) {
            return module;
        }
        let Some(look) = live.looks.get(&unit).cloned() else { return Set::UNKNOWN };
        let mut next = if at.own { Some(at.node) } else { view.nodes[at.node as usize].parent };
        while let Some(here) = next.map(|node| look.naming[node as usize]).filter(|here| *here != u32::MAX) {
            let Some(element) = view.element(self.model, here) else { break };
            let list = markup::condition(self, element, "for").and_then(|list| list.value.as_ref());
            let place = At { node: here, own: false, ..at };
            if let Some(found) = list.and_then(|list| self.in_list(sight, place, element, list, name)) {
                return found;
            }
            if here != at.node && is_use(element) {
                return self.given_to_template(sight, At { node: here, own: true, ..at }, element, name);
            }
            next = view.nodes[here as usize].parent;
        }
        self.data_at(sight, at, name)
    }

    /// The item or the number of a list, when it is called so.
    fn in_list(
        &mut self,
        sight: Sight<'_>,
        at: At,
        element: &Element,
        list: &AttributeValue,
        name: &str,
    ) -> Option<Set> {
        let called = |machine: &Self, directive: &str, usual: &str| {
            let own = markup::condition(machine, element, directive).and_then(|own| own.value.as_ref()?.literal());
            own.unwrap_or(usual) == name
        };
        let number = sight.items.iter().find(|item| (item.instance, item.node) == (at.instance, at.node));
        let number = number.map(|item| self.sets.one(Val::Number(f64::from(item.number).to_bits())));
        if called(self, "for-index", "index") {
            return Some(number.unwrap_or(Set::ANY_NUMBER));
        }
        if !called(self, "for-item", "item") {
            return None;
        }
        let list = self.value_at(sight, At { depth: at.depth + 1, ..at }, list);
        Some(match number {
            Some(number) => self.index_in(list, number, sight.state),
            None => self.items_in(list, sight.state),
        })
    }

    /// What the use of a template gives it under a name.
    fn given_to_template(&mut self, sight: Sight<'_>, at: At, element: &Element, name: &str) -> Set {
        let at = At { depth: at.depth + 1, ..at };
        let Some(data) = element.attribute("data").and_then(|data| data.value.as_ref()) else { return Set::UNDEFINED };
        let Some(snippet) = data.expression() else { return Set::UNKNOWN };
        let body = &snippet.body;
        match &body.exprs[snippet.root as usize] {
            Expr::Object(props) => self.given_as(sight, at, body, props, name),
            // `{{item}}` and `{{a, b}}` give things under their own names.
            Expr::Global(given) if body.name(*given) == name => self.name_at(sight, at, name),
            Expr::Sequence(parts) => {
                let given = |part: &&u32| match &body.exprs[**part as usize] {
                    Expr::Global(given) => body.name(*given) == name,
                    _ => false,
                };
                parts.iter().find(given).map_or(Set::UNDEFINED, |part| self.snippet(sight, at, body, *part))
            }
            Expr::Global(_) => Set::UNDEFINED,
            _ => Set::UNKNOWN,
        }
    }

    fn given_as(&mut self, sight: Sight<'_>, at: At, body: &Body, props: &[Prop], name: &str) -> Set {
        let mut found = Set::EMPTY;
        for prop in props.iter().rev() {
            match prop {
                Prop::Value(Key::Name(key), value, _) if body.name(*key) == name => {
                    let value = self.snippet(sight, at, body, *value);
                    return self.sets.join(found, value);
                }
                Prop::Spread(value) => {
                    let from = self.snippet(sight, at, body, *value);
                    let atom = self.atoms.intern(name);
                    let value = self.member_in(from, atom, sight.state);
                    let given = self.sets.filter(value, |value| *value != Val::Undefined);
                    found = self.sets.join(found, given);
                    if value != Set::EMPTY && given == value {
                        return found;
                    }
                }
                _ => {}
            }
        }
        self.sets.join(found, Set::UNDEFINED)
    }

    /// What a module of the markup has that this name stands for.
    fn module_in(&mut self, file: u32, name: &str) -> Option<Set> {
        let imported = match self.embedder.views.imported.get(&file) {
            Some(known) => known.clone(),
            None => {
                let found: Rc<[Imported]> = self.modules_of(file).into();
                self.embedder.views.imported.insert(file, found.clone());
                found
            }
        };
        let imported = imported.iter().find(|imported| *imported.name == *name)?;
        self.load(imported.module)?;
        let default = self.lang.names.default;
        let own = self.export(CtxId::NONE, imported.module, default);
        let whole = match own {
            Set::UNDEFINED => self.namespace_of(imported.module),
            own => own,
        };
        let Some(member) = &imported.member else { return Some(whole) };
        let member = self.atoms.intern(member);
        Some(self.member_in(whole, member, State::Ever))
    }

    fn modules_of(&self, file: u32) -> Vec<Imported> {
        let mut found = Vec::new();
        let template = self.model.files[file as usize].template();
        let elements = template.into_iter().flat_map(|template| template.elements());
        for (_, element) in elements.filter(|(_, element)| element.name == "import-sjs") {
            let (Some(name), Some(from)) = (element.literal("name"), element.literal("from")) else { continue };
            let Some(module) = self.model.resolve_script(file, from) else { continue };
            match name.trim().strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                None => found.push(Imported { name: name.trim().into(), module, member: None }),
                Some(parts) => found.extend(parts.split(',').map(|part| {
                    let (member, own) = part.split_once(':').unwrap_or((part, part));
                    Imported { name: own.trim().into(), module, member: Some(member.trim().into()) }
                })),
            }
        }
        found
    }

    /// A name of an instance's data or props.
    pub(super) fn data_at(&mut self, sight: Sight<'_>, at: At, name: &str) -> Set {
        let instance = &sight.live.instances[at.instance as usize];
        let (object, shim) = (instance.object, instance.shim.is_some());
        let atom = self.atoms.intern(name);
        if let Some(constant) = self.constant_name(atom) {
            return constant;
        }
        if let Some(read) = &mut self.embedder.views.reads {
            read.insert((object, atom));
        }
        let mut found = match sight.state {
            State::First(changes) => self.declared(sight, at, atom, changes),
            state => {
                let holders = self.read_own(CtxId::NONE, object, self.embedder.names.data);
                let mut found = self.held_in(holders, atom, state);
                if shim {
                    // Frameworks show what the instance itself has.
                    let own = self.heap.get(object).property(atom);
                    let own = own.map_or(Set::EMPTY, |own| self.slot_in(own.slot, state));
                    found = self.sets.join(found, own);
                }
                found
            }
        };
        if !matches!(sight.state, State::First(_)) {
            found = self.worked_out(object, atom, found, sight.state);
        }
        let given = match shim {
            true => None,
            false => self.given_by_owner(sight, at, name),
        };
        let given = given.unwrap_or_else(|| {
            let holders = self.read_own(CtxId::NONE, object, self.embedder.names.props);
            self.held_in(holders, atom, sight.state)
        });
        found = self.sets.join(found, given);
        match (found == Set::EMPTY, shim || instance.open) {
            (true, true) => Set::UNKNOWN,
            (true, false) => Set::UNDEFINED,
            _ => found,
        }
    }

    /// What objects hold under a name, nothing if they do not have it.
    fn held_in(&mut self, holders: Set, name: Atom, state: State<'_>) -> Set {
        let mut found = Set::EMPTY;
        for holder in self.sets.objects(holders).collect::<Vec<_>>() {
            let (value, open) = self.looked_up(holder, name, state);
            found = self.sets.join(found, value);
            if open {
                found = self.sets.join(found, Set::UNKNOWN);
            }
        }
        found
    }

    /// What is declared for a data key, with these changes made to it.
    fn declared(&mut self, sight: Sight<'_>, at: At, name: Atom, changes: &[Change]) -> Set {
        let instance = &sight.live.instances[at.instance as usize];
        let mut found = Set::EMPTY;
        for holder in &instance.declared {
            let (value, open) = self.looked_up(*holder, name, sight.state);
            found = if open && value == Set::EMPTY { Set::UNKNOWN } else { value };
            if found != Set::EMPTY {
                break;
            }
        }
        if found == Set::EMPTY && self.embedder.dialect.is_some() {
            let holders = self.read_own(CtxId::NONE, instance.object, self.embedder.names.data);
            found = self.held_in(holders, name, sight.state);
        }
        found = self.worked_out(instance.object, name, found, sight.state);
        for change in changes.iter().filter(|change| change.object == instance.object) {
            match change.path.split_first() {
                Some((Some(key), [])) if *key == name => found = change.value,
                Some((Some(key), rest)) if *key == name => found = self.changed(found, rest, change.value),
                _ => {}
            }
        }
        found
    }

    /// What a framework's boxes hold, and what it works out.
    fn worked_out(&mut self, object: ObjId, name: Atom, found: Set, state: State<'_>) -> Set {
        let mut found = self.peek_opened(found, state);
        if found == Set::EMPTY && self.embedder.dialect.is_some() {
            found = self.peek_accessed(object, name, state);
            found = self.peek_opened(found, state);
        }
        found
    }

    /// A value with a part of it changed.
    fn changed(&mut self, before: Set, path: &[Option<Atom>], value: Set) -> Set {
        let Some((name, rest)) = path.split_first() else { return value };
        let object = self.heap.object(Kind::Plain);
        self.put_behind(object, before);
        match name {
            Some(name) => {
                let part = self.held_in(before, *name, State::Early);
                let part = self.changed(part, rest, value);
                self.define(object, *name, part);
            }
            None => self.heap.open(object),
        }
        self.sets.one(Val::Object(object))
    }

    /// What the nodes that place a component give it under a name, its default where they do not; `None` when it is not known who
    /// places it.
    fn given_by_owner(&mut self, sight: Sight<'_>, at: At, name: &str) -> Option<Set> {
        let instance = &sight.live.instances[at.instance as usize];
        let (owner, nodes) = instance.placed.as_ref().filter(|(_, nodes)| !nodes.is_empty())?;
        let owner_unit = sight.live.instances[*owner as usize].unit?;
        let view = sight.live.views.get(&owner_unit)?;
        if at.depth >= MAX_DEPTH {
            return Some(Set::UNKNOWN);
        }
        let mut found = Set::EMPTY;
        let one = sight.placed.filter(|(placed, _)| *placed == at.instance).map(|(_, node)| node);
        for node in nodes.iter().filter(|node| one.is_none_or(|one| one == **node)) {
            let element = view.element(self.model, *node)?;
            let passed = element.attributes.iter().rev().find(|attribute| camel(&attribute.name) == name);
            let value = match passed {
                Some(attribute) if self.event_of(&attribute.name).is_some() => Set::EMPTY,
                Some(attribute) => match &attribute.value {
                    Some(value) => {
                        let place = At { instance: *owner, node: *node, own: true, script: None, depth: at.depth + 1 };
                        self.value_at(sight, place, value)
                    }
                    None => self.sets.one(Val::Bool(true)),
                },
                None => self.declared_default(&instance.options, name),
            };
            found = self.sets.join(found, value);
        }
        Some(found)
    }

    /// The default that a component's options declare for a prop.
    fn declared_default(&mut self, options: &[ObjId], name: &str) -> Set {
        let name = self.atoms.intern(name);
        for option in options {
            for (holder, nested) in [(self.embedder.names.props, false), (self.embedder.names.properties, true)] {
                let held = self.read_own(CtxId::NONE, *option, holder);
                for holder in self.sets.objects(held).collect::<Vec<_>>() {
                    let own = self.read_own(CtxId::NONE, holder, name);
                    if own == Set::EMPTY {
                        continue;
                    }
                    if !nested {
                        return own;
                    }
                    let rows: Vec<ObjId> = self.sets.objects(own).collect();
                    let of_row = |machine: &mut Self, row| {
                        machine.read_own(CtxId::NONE, row, machine.embedder.names.property_value)
                    };
                    let mut values = rows.into_iter().map(|row| of_row(self, row));
                    // `show: Boolean` begins with what its type has for nothing.
                    return values.find(|value| *value != Set::EMPTY).unwrap_or(Set::UNDEFINED);
                }
            }
        }
        Set::EMPTY
    }
}
