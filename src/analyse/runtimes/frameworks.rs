//! In: names that a framework's run-time gives things. Out: what they do to a program, where that is known better than
//! from running their source: what makes pages, what hands on the platform's APIs, what is the framework's own business.

use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::record::EdgeKind;
use crate::analyse::language::exec::Frame;
use crate::analyse::language::native_names;
use crate::analyse::platform::Machine;
use crate::analyse::platform::hooks::Hooked;
use crate::platform::Host;

impl<'a> Machine<'a> {
    /// What bundlers and frameworks put under a name, where its effect is known better than its source.
    pub(in crate::analyse) fn known_better(&mut self, object: ObjId, name: Atom) -> Option<Set> {
        let kind = self.heap.get(object).kind;
        let builtin = match kind {
            Kind::Platform => return self.chunk_list(name),
            Kind::Plain if object == self.lang.globals => return self.chunk_list(name),
            Kind::Plain => return self.facade(object, name).or_else(|| self.generators(object, name)),
            Kind::Chunks(_) if self.atoms.text(name) == "push" => "[[chunks.push]]",
            Kind::Function { code, .. } => {
                let builtin = match self.atoms.text(name) {
                    // `Vue.extend(options)`, `Vue.mixin(options)`
                    "extend" => "[[itself]]",
                    "mixin" => "[[mixin]]",
                    _ => return None,
                };
                if !self.is_machinery(object, code) {
                    return None;
                }
                builtin
            }
            _ => return None,
        };
        Some(self.named_builtin(builtin))
    }

    /// A member of the run-time of compiled generators, wherever it was loaded from.
    fn generators(&mut self, object: ObjId, name: Atom) -> Option<Set> {
        if !self.is_native(name, native_names::GENERATOR) || !self.has(object, self.lang.names.is_generator) {
            return None;
        }
        let builtin = format!("regeneratorRuntime.{}", self.atoms.text(name));
        Some(self.named_builtin(&builtin))
    }

    fn has(&self, object: ObjId, name: Atom) -> bool {
        let property = self.heap.get(object).property(name);
        property.is_some_and(|own| own.getter.is_some() || self.heap.peek(own.slot) != Set::EMPTY)
    }

    /// The object through which a framework hands on the platform's APIs, or a function that takes a hook: members of what
    /// the framework's run-time exports.
    fn facade(&mut self, object: ObjId, name: Atom) -> Option<Set> {
        for at in 0..self.embedder.names.facades.len() {
            let (member, beside) = self.embedder.names.facades[at];
            if member == name && self.has(object, beside) {
                let facade = self.native(50, 0, Kind::Facade);
                return Some(self.sets.one(Val::Object(facade)));
            }
        }
        let hook = *self.embedder.names.composed.get(&name)?;
        if !self.embedder.names.composes.is_some_and(|beside| self.has(object, beside)) {
            return None;
        }
        let function = self.native(51, hook.0, Kind::Hook(hook));
        Some(self.sets.one(Val::Object(function)))
    }

    /// A member of such an object: the API it stands for, or something of the framework's own.
    pub(in crate::analyse) fn facade_member(&mut self, name: Atom) -> Set {
        if let Some(adapted) = self.adapted_member(name) {
            return adapted;
        }
        if self.is_frameworks_own(name) {
            return Set::UNKNOWN;
        }
        let api = self.embedder.platform.facade.names.get(self.atoms.text(name)).cloned();
        let api = api.map_or(name, |api| self.atoms.intern(&api));
        self.api_member(api)
    }

    /// `onLoad(callback)` of a framework.
    pub(in crate::analyse) fn hook_into(&mut self, frame: &Frame, name: Atom, args: &[Set]) -> Set {
        let hooked = Hooked { ctx: frame.ctx, name, function: args.first().copied().unwrap_or(Set::EMPTY) };
        if !self.embedder.hooked.contains(&hooked) {
            self.embedder.hooked.push(hooked);
        }
        Set::UNDEFINED
    }

    /// `Vue.mixin(options)`: options of every instance.
    pub(in crate::analyse) fn mix_in(&mut self, options: Set) -> Set {
        self.embedder.mixed_in = self.sets.join(self.embedder.mixed_in, options);
        Set::UNKNOWN
    }

    /// `this.$nextTick(callback)`.
    pub(in crate::analyse) fn next_tick(&mut self, frame: &Frame, id: u32, this: Set, callback: Set) -> Set {
        self.apply(frame, id, callback, this, &[], EdgeKind::Timer);
        self.ready_promise(frame, id, Set::UNDEFINED, true)
    }

    /// `this.triggerEvent("name", detail)`.
    pub(in crate::analyse) fn emit(&mut self, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Set {
        let events = args.first().copied().unwrap_or(Set::EMPTY);
        let detail = args.get(1).copied().unwrap_or(Set::UNDEFINED);
        let event = self.allocate(frame.ctx, id, 32, Kind::Plain);
        self.define(event, self.embedder.names.detail, detail);
        self.heap.open(event);
        let event = self.sets.one(Val::Object(event));
        let given = self.get(frame, id, this, self.embedder.names.props);
        for event_name in self.sets.values(events).to_vec() {
            let Val::Str(name) = event_name else { continue };
            let name = crate::analyse::platform::markup::handler_of(
                &self.embedder.platform.instance.emit.prefix,
                self.atoms.text(name),
            );
            let name = self.atoms.intern(&name);
            let handlers = self.get(frame, id, given, name);
            let handlers = self.sets.filter(handlers, |value| matches!(value, Val::Object(_)));
            if handlers != Set::EMPTY {
                self.apply(frame, id, handlers, Set::UNDEFINED, &[event], EdgeKind::Call);
            }
        }
        Set::UNDEFINED
    }

    /// Calls a framework's function.
    pub(in crate::analyse) fn call_shim(&mut self, frame: &Frame, id: u32, shim: u32, args: &[Set]) -> Set {
        let host = self.embedder.platform.shims[shim as usize].host;
        let mut args = args.to_vec();
        if let Some(options) = args.first_mut() {
            *options = self.default_of(frame, id, *options);
        }
        self.register(frame, id, host, &args, Some(shim));
        if host != Host::App {
            return Set::UNKNOWN;
        }
        let app = self.native(41, shim, Kind::Plain);
        let config = self.native(42, shim, Kind::Plain);
        let shared = self.shared();
        let mixin = self.named_builtin("[[mixin]]");
        for (holder, name, value) in [(app, "config", config), (config, "globalProperties", shared)] {
            let name = self.atoms.intern(name);
            let value = self.sets.one(Val::Object(value));
            self.define(holder, name, value);
            self.heap.open(holder);
        }
        let name = self.atoms.intern("mixin");
        self.define(app, name, mixin);
        self.sets.one(Val::Object(app))
    }

    /// A component handed over as the module that exports it.
    fn default_of(&mut self, frame: &Frame, id: u32, options: Set) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(options).len() {
            let value = self.sets.values(options)[at];
            let one = self.sets.one(value);
            let inner = match value {
                Val::Object(object) if self.has(object, self.lang.names.default) => {
                    self.get(frame, id, one, self.lang.names.default)
                }
                _ => one,
            };
            found = self.sets.join(found, inner);
        }
        found
    }

    /// A framework's function of this name, where its effect is known better than its source.
    pub(in crate::analyse) fn shim(&mut self, name: Atom) -> Option<Set> {
        let framework = self.model.program.framework?;
        if !self.is_native(name, native_names::OVERRIDDEN) {
            return None;
        }
        let shim = *self.embedder.names.shims.get(&name)?;
        if self.embedder.platform.shims[shim as usize].framework != framework {
            return None;
        }
        let function = self.native(11, shim, Kind::Shim(shim));
        Some(self.sets.one(Val::Object(function)))
    }

    /// Groups of `native_names` that a name belongs to for a framework's sake.
    pub(super) fn framework_groups(&self, name: Atom) -> u16 {
        let names = &self.embedder.names;
        let beside = names.facades.iter().any(|(member, _)| *member == name)
            || names.composed.contains_key(&name)
            || matches!(self.atoms.text(name), "extend" | "mixin");
        match (names.shims.contains_key(&name), beside) {
            (true, _) => native_names::OVERRIDDEN | native_names::BESIDE,
            (false, true) => native_names::BESIDE,
            (false, false) => 0,
        }
    }

    /// Remembers the prototype that a framework gives this method.
    pub(super) fn note_machinery(&mut self, object: ObjId, name: Atom, value: Set) {
        let known = |machine: &Self| machine.embedder.machinery.iter().any(|(known, _)| *known == object);
        if self.embedder.names.machinery_methods.contains(&name) && !known(self) {
            self.embedder.machinery.push((object, value));
        }
    }

    /// Whether a function is a framework's own constructor.
    pub(in crate::analyse) fn is_machinery(&mut self, class: ObjId, code: CodeRef) -> bool {
        let name = self.code.function(code).name;
        if name
            .is_some_and(|name| self.embedder.names.machinery.contains(&self.code.file(code.file).atoms[name as usize]))
        {
            return true;
        }
        if self.embedder.machinery.is_empty() {
            return false;
        }
        let prototypes = self.read_own(CtxId::NONE, class, self.lang.names.prototype);
        let known = |object: ObjId| self.embedder.machinery.iter().any(|(known, _)| *known == object);
        self.sets.values(prototypes).iter().any(|prototype| {
            let Val::Object(prototype) = prototype else { return false };
            known(*prototype) || self.heap.get(*prototype).protos.iter().any(|above| known(*above))
        })
    }

    /// What a framework makes of options: it has what they have, and more.
    pub(in crate::analyse) fn machinery_instance(&mut self, args: &[Set]) -> Set {
        let given = args.first().copied().unwrap_or(Set::EMPTY);
        let heap = &self.heap;
        let options = self.sets.filter(given, |value| crate::analyse::language::calls::is_options(heap, *value));
        self.sets.join(Set::UNKNOWN, options)
    }
}
