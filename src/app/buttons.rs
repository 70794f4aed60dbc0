//! In: views. Out: authorization buttons, with their scopes, handlers, and what stands around them.

use super::App;
use crate::analyse::CodeRef;
use crate::analyse::markup;
use crate::analyse::object::Kind;
use crate::analyse::sight::{Sight, State};
use crate::analyse::value::{Atom, ObjId, Set, Val};
use crate::facts::template::{Attribute, Element, NodeId};
use crate::finding::Place;
use crate::model::view::{Shown, View};
use std::collections::{BTreeMap, BTreeSet};

/// A live authorization button, or a component that carries one.
#[derive(Clone, Debug)]
pub struct Button {
    /// The instance whose view it is.
    pub instance: u32,
    /// The node of the view.
    pub node: u32,
    /// Its unit.
    pub unit: u32,
    /// The values of its scope attribute.
    pub scopes: Known,
    /// It certainly is an authorization button (its open type is not one of several).
    pub certain: bool,
}

/// The texts a value may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Those that are known, the empty text left out.
    pub texts: Vec<String>,
    /// There may be others.
    pub unknown: bool,
    /// The attribute is missing.
    pub missing: bool,
}

impl App<'_> {
    /// The texts an attribute of an element may be.
    pub fn texts(&mut self, instance: u32, node: u32, attribute: Option<&Attribute>) -> Known {
        let Some(attribute) = attribute else { return Known { missing: true, ..Known::default() } };
        let Some(value) = &attribute.value else { return Known::default() };
        let set = self.machine.seen(Sight::of(&self.live, State::Ever), instance, node, value);
        let mut known = Known::default();
        for value in self.machine.sets.values(set) {
            match value {
                Val::Str(atom) => {
                    let text = self.machine.atoms.text(*atom);
                    if !text.trim().is_empty() {
                        known.texts.push(text.to_string());
                    }
                }
                Val::Undefined | Val::Null | Val::Bool(_) | Val::Number(_) | Val::AnyBool | Val::AnyNumber => {}
                _ => known.unknown = true,
            }
        }
        known
    }

    /// The element of a view's node.
    pub fn element(&self, instance: u32, node: u32) -> Option<&Element> {
        let unit = self.live.instances[instance as usize].unit?;
        self.live.views.get(&unit)?.element(self.model, node)
    }

    /// A node of an instance's view.
    pub fn shown_node(&self, instance: u32, node: u32) -> Option<Shown> {
        let unit = self.live.instances[instance as usize].unit?;
        self.live.views.get(&unit)?.nodes.get(node as usize).copied()
    }

    /// The place of an element: its start tag.
    pub fn tag_place(&self, instance: u32, node: u32) -> Option<Place> {
        let unit = self.live.instances[instance as usize].unit?;
        let shown = self.live.views.get(&unit)?.nodes[node as usize];
        let element = self.element(instance, node)?;
        Some(self.place(shown.file, element.tag))
    }

    /// The authorization buttons of the program, in order of instances and nodes: one for each page and component on which an
    /// element stands, for each has data and handlers of its own; [`App::first_placements`] has each place once. An element whose open
    /// type is the authorization value counts, whatever its tag: components hand it on. Inside such a component the
    /// values come from outside, so only the outer element speaks for it.
    pub fn buttons(&mut self) -> Vec<Button> {
        if let Some(known) = &self.known_buttons {
            return known.clone();
        }
        let found = self.find_buttons();
        self.known_buttons = Some(found.clone());
        found
    }

    /// The first of the buttons of each place.
    pub fn first_placements(&mut self) -> Vec<Button> {
        let mut places = BTreeSet::new();
        let mut buttons = self.buttons();
        buttons.retain(|button| places.insert(self.written_at(button)));
        buttons
    }

    /// Where a button is written: the file, and the node in its template.
    pub fn written_at(&self, button: &Button) -> (u32, NodeId) {
        let shown = self.live.views[&button.unit].nodes[button.node as usize];
        (shown.file, shown.node)
    }

    /// The nodes of each unit's view whose elements are wanted.
    pub fn nodes_of_views(&self, wanted: impl Fn(&Element) -> bool) -> BTreeMap<u32, Vec<u32>> {
        let nodes = |view: &View| {
            let wanted = |node: &u32| view.element(self.model, *node).is_some_and(&wanted);
            (0..view.nodes.len() as u32).filter(wanted).collect()
        };
        self.live.views.iter().map(|(unit, view)| (*unit, nodes(view))).collect()
    }

    fn find_buttons(&mut self) -> Vec<Button> {
        let mut found: Vec<Button> = Vec::new();
        let open_type = &self.platform.markup.auth_button.open_type;
        // Few elements open anything, and a unit may have many instances.
        let opening = self.nodes_of_views(|element| element.attribute(open_type).is_some());
        for instance in 0..self.live.instances.len() as u32 {
            let Some(unit) = self.live.instances[instance as usize].unit else { continue };
            for &node in opening.get(&unit).into_iter().flatten() {
                found.extend(self.button(instance, node, unit));
            }
        }
        found
    }

    fn button(&mut self, instance: u32, node: u32, unit: u32) -> Option<Button> {
        let rules = &self.platform.markup.auth_button;
        let element = self.element(instance, node)?.clone();
        let open_type = element.attribute(&rules.open_type)?;
        // A native element reads what is spelt as documented or in camel case.
        let native = self.platform.markup.elements.contains(&element.name);
        if native && open_type.name != rules.open_type && open_type.name != markup::camel(&rules.open_type) {
            return None;
        }
        if self.forwarded(instance, open_type) {
            return None;
        }
        let values = self.texts(instance, node, Some(open_type));
        if !values.texts.iter().any(|text| text.trim() == rules.value) {
            return None;
        }
        if !markup::shown(&mut self.machine, &self.live, instance, node) {
            return None;
        }
        let scopes = self.texts(instance, node, element.attribute(&rules.scope));
        Some(Button { instance, node, unit, scopes, certain: values.texts.len() == 1 && !values.unknown })
    }

    /// Whether an element only hands on what its own component was given, and what places the component speaks for it: that has an
    /// open type of its own.
    fn forwarded(&self, instance: u32, open_type: &Attribute) -> bool {
        let Some(snippet) = open_type.value.as_ref().and_then(|value| value.expression()) else { return false };
        let wanted = &self.platform.markup.auth_button.open_type;
        let plain = |name: &str| name.to_ascii_lowercase().replace('-', "");
        let facts = &self.live.instances[instance as usize];
        if !snippet.body.names.iter().any(|name| plain(name) == plain(wanted)) {
            return false;
        }
        let given = |(owner, nodes): &(u32, Vec<u32>)| {
            let element = |node: &u32| self.element(*owner, *node);
            nodes.is_empty() || nodes.iter().filter_map(element).any(|element| element.attribute(wanted).is_some())
        };
        facts.shim.is_some() || facts.placed.as_ref().is_some_and(given)
    }

    /// Whether an element has, for an item of the lists it stands in for which it asks, no handler of this event.
    pub fn lacks_for_an_item(&mut self, button: &Button, event: &str) -> bool {
        let rules = &self.platform.markup.auth_button;
        let Some(element) = self.element(button.instance, button.node).cloned() else { return false };
        let bound = element.attributes.iter().find(|own| self.machine.event_of(&own.name).as_deref() == Some(event));
        let Some(bound) = bound.and_then(|own| own.value.as_ref()) else { return false };
        let open_type = element.attribute(&rules.open_type).and_then(|own| own.value.as_ref());
        if bound.literal().is_some() {
            return false;
        }
        self.items_at(button.instance, button.node, State::Ever).into_iter().filter(|items| !items.is_empty()).any(|items| {
            let sight = Sight { live: &self.live, state: State::Ever, items: &items, placed: None };
            let asks = open_type.is_none_or(|open_type| {
                let set = self.machine.seen(sight, button.instance, button.node, open_type);
                let text = |value: &Val| matches!(value, Val::Str(text) if self.machine.atoms.text(*text).trim() == rules.value);
                self.machine.sets.values(set).iter().any(text)
            });
            let set = self.machine.seen(sight, button.instance, button.node, bound);
            let (may, _) = self.machine.sets.truth(set);
            asks && !may
        })
    }
}

impl App<'_> {
    /// What options declare for a data key before anything runs: `None` when nothing does.
    pub fn initial_data(&self, instance: u32, name: &str) -> Option<Set> {
        let (sets, names) = (&self.machine.sets, &self.machine.embedder.names);
        let name = self.machine.atoms.find(name)?;
        let options = self.live.instances[instance as usize].options.iter();
        let holders = options.flat_map(|option| [names.data, names.props].map(|holder| self.own(*option, holder)));
        holders.flat_map(|held| sets.objects(held)).map(|data| self.own(data, name)).find(|set| *set != Set::EMPTY)
    }

    /// What an object's own property holds.
    pub(super) fn own(&self, object: ObjId, name: Atom) -> Set {
        let property = self.machine.heap.get(object).property(name);
        property.map_or(Set::EMPTY, |property| self.machine.heap.peek(property.slot))
    }

    /// Whether an instance may have methods that were not seen: its options come from unknown code.
    pub fn may_have_more_methods(&self, instance: u32) -> bool {
        let mut queue = self.live.instances[instance as usize].options.clone();
        let methods = self.machine.embedder.names.methods;
        let mut at = 0;
        while at < queue.len() && at < 64 {
            let facts = self.machine.heap.get(queue[at]);
            at += 1;
            if facts.open
                || facts.wildcard.is_some_and(|slot| !self.machine.sets.values(self.machine.heap.peek(slot)).is_empty())
            {
                return true;
            }
            if let Some(property) = facts.property(methods) {
                for value in self.machine.sets.values(self.machine.heap.peek(property.slot)) {
                    match value {
                        Val::Object(object) if !queue.contains(object) => queue.push(*object),
                        Val::Unknown | Val::Opaque(_) => return true,
                        _ => {}
                    }
                }
            }
        }
        false
    }

    /// The functions an instance has as methods of this name.
    pub fn method_codes(&self, instance: u32, name: &str) -> Vec<CodeRef> {
        let Some(name) = self.machine.atoms.find(name) else { return Vec::new() };
        let mut queue = vec![self.live.instances[instance as usize].object];
        let mut found = Vec::new();
        let mut at = 0;
        while at < queue.len() && at < 64 {
            let facts = self.machine.heap.get(queue[at]);
            at += 1;
            queue.extend(facts.protos.iter().copied().filter(|proto| !queue.contains(proto)).collect::<Vec<_>>());
            let Some(property) = facts.property(name) else { continue };
            for value in self.machine.sets.values(self.machine.heap.peek(property.slot)) {
                let Val::Object(function) = value else { continue };
                if let Kind::Function { code, .. } = self.machine.heap.get(*function).kind {
                    found.push(code);
                }
            }
        }
        found
    }

    /// Whether the objects of methods that an instance's options carry have a method of this name.
    pub fn in_methods(&self, instance: u32, name: &str) -> bool {
        let (sets, methods) = (&self.machine.sets, self.machine.embedder.names.methods);
        let Some(name) = self.machine.atoms.find(name) else { return false };
        let options = self.live.instances[instance as usize].options.iter();
        let holders = options.flat_map(|option| sets.objects(self.own(*option, methods)));
        holders.flat_map(|holder| sets.values(self.own(holder, name))).any(|value| self.is_callable(*value))
    }

    /// The names of an instance's methods.
    pub fn method_names(&self, instance: u32) -> Vec<String> {
        let mut names = Vec::new();
        let methods = self.machine.embedder.names.methods;
        let mut queue = self.live.instances[instance as usize].options.clone();
        let mut at = 0;
        while at < queue.len() && at < 64 {
            let facts = self.machine.heap.get(queue[at]);
            at += 1;
            for (name, property) in facts.properties() {
                let held = self.machine.heap.peek(property.slot);
                if self.machine.sets.values(held).iter().any(|value| self.is_callable(*value)) {
                    names.push(self.machine.atoms.text(*name).to_string());
                }
                if *name == methods {
                    let fresh: Vec<_> =
                        self.machine.sets.objects(held).filter(|object| !queue.contains(object)).collect();
                    queue.extend(fresh);
                }
            }
        }
        names
    }
}
