//! In: a place of a view and a state of the program. Out: what an attribute's value may be there. Nothing of the program's own
//! is started but functions of modules that the markup calls itself, and nobody waits for more.

use super::Machine;
use super::entry_points::LiveProgram;
use super::markup;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::Site;
use crate::facts::template::{AttributeValue, Part};

/// When a view is looked at.
#[derive(Clone, Copy, Debug)]
pub enum State<'s> {
    /// With the data that is declared, and these changes of it.
    First(&'s [Change]),
    /// With all that its data may be before the user has done anything.
    Early,
    /// With all that its data may ever be.
    Ever,
}

/// A change of an instance's view data.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The instance's object.
    pub object: ObjId,
    /// The names on the way to what changes, the key first; `None` for one that is not known.
    pub path: Vec<Option<Atom>>,
    /// What it becomes.
    pub value: Set,
}

/// An item of a list, when the items are looked at one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The instance whose view it is.
    pub instance: u32,
    /// The node that is there once for each item.
    pub node: u32,
    /// The number of the item.
    pub number: u32,
}

/// A program as it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'s> {
    /// Its instances and views.
    pub live: &'s LiveProgram,
    /// When.
    pub state: State<'s>,
    /// The items that lists are at.
    pub items: &'s [Item],
    /// Which of the nodes that place a component it is looked at through: the component's instance and the node.
    pub placed: Option<(u32, u32)>,
}

impl<'s> Sight<'s> {
    /// A program in a state, all items of its lists at once.
    pub fn of(live: &'s LiveProgram, state: State<'s>) -> Sight<'s> {
        Sight { live, state, items: &[], placed: None }
    }
}

/// A place in a view whose names are looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    /// The instance whose view it is.
    pub(super) instance: u32,
    /// The node.
    pub(super) node: u32,
    /// What the node itself names for its children and attributes counts: not for the list that it goes through.
    pub(super) own: bool,
    /// It is in this file of a script, whose free names are not the data's.
    pub(super) script: Option<u32>,
    /// How many templates and components were left on the way here.
    pub(super) depth: u32,
}

impl Machine<'_> {
    /// The event an attribute binds, without its prefix (`Tap` for `onTap`); `None` for other attributes.
    pub fn event_of(&self, attribute: &str) -> Option<String> {
        let first = attribute.as_bytes().first();
        let prefixes = self.embedder.platform.markup.event_prefixes.iter();
        // Most attributes bind nothing, which their first letter tells.
        prefixes.filter(|prefix| prefix.as_bytes().first() == first).find_map(|prefix| {
            let event = attribute.strip_prefix(prefix.as_str())?;
            event.starts_with(|c: char| c.is_ascii_uppercase()).then(|| event.to_string())
        })
    }

    /// What an attribute's value may be.
    pub fn seen(&mut self, sight: Sight<'_>, instance: u32, node: u32, value: &AttributeValue) -> Set {
        self.value_at(sight, At { instance, node, own: true, script: None, depth: 0 }, value)
    }

    /// What an expression in a method of an instance may be, as far as it reads the instance's data and props.
    pub fn test_value(&mut self, sight: Sight<'_>, instance: u32, test: Site) -> Set {
        let at = At { instance, node: 0, own: false, script: Some(test.file), depth: 0 };
        let code = self.code;
        self.snippet(sight, at, &code.file(test.file).script.body, test.expr)
    }

    pub(super) fn value_at(&mut self, sight: Sight<'_>, at: At, value: &AttributeValue) -> Set {
        let mut text: Option<Set> = None;
        for part in &value.parts {
            let set = match part {
                Part::Text(part) => {
                    let atom = self.atoms.intern(part);
                    self.sets.one(Val::Str(atom))
                }
                Part::Expression(Some(snippet), _) => self.snippet(sight, at, &snippet.body, snippet.root),
                Part::Prop(element, name, _) => {
                    let unit = sight.live.instances[at.instance as usize].unit;
                    let file = unit.and_then(|unit| self.model.units[unit as usize].template);
                    file.map_or(Set::UNKNOWN, |file| self.given_to(file, *element, name))
                }
                Part::Expression(None, _) | Part::Handler(..) => Set::UNKNOWN,
            };
            text = Some(match text {
                None => set,
                Some(before) => self.add(before, set),
            });
        }
        text.unwrap_or_else(|| {
            let empty = self.atoms.intern("");
            self.sets.one(Val::Str(empty))
        })
    }

    /// Whether a list may have items, and whether it may have none.
    pub(super) fn lists(&mut self, sight: Sight<'_>, instance: u32, node: u32, list: &AttributeValue) -> (bool, bool) {
        if sight.items.iter().any(|item| (item.instance, item.node) == (instance, node)) {
            return (true, false);
        }
        let list = self.value_at(sight, At { instance, node, own: false, script: None, depth: 0 }, list);
        let mut found = (false, false);
        for value in self.sets.values(list).to_vec() {
            let (some, none) = match value {
                Val::Object(object) => match self.length_of(object, sight.state) {
                    Some(length) => (length > 0, length == 0),
                    None => (true, true),
                },
                Val::Undefined | Val::Null | Val::Bool(_) | Val::AnyBool => (false, true),
                Val::Number(bits) => (f64::from_bits(bits) >= 1.0, f64::from_bits(bits) < 1.0),
                Val::Str(text) => (!self.atoms.text(text).is_empty(), self.atoms.text(text).is_empty()),
                _ => (true, true),
            };
            found = (found.0 || some, found.1 || none);
        }
        found
    }

    /// How many items the list has that a node goes through; `None` when it goes through none, or it is not known.
    pub fn list_at(&mut self, sight: Sight<'_>, instance: u32, node: u32) -> Option<u32> {
        let unit = sight.live.instances[instance as usize].unit?;
        let element = sight.live.views.get(&unit)?.element(self.model, node)?;
        let list = markup::condition(self, element, "for")?.value.as_ref()?;
        let list = self.value_at(sight, At { instance, node, own: false, script: None, depth: 0 }, list);
        let Val::Object(list) = self.sets.single(list)? else { return None };
        self.length_of(list, sight.state)
    }
}
