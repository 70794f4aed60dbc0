//! In: free names, and objects of the platform's. Out: what the platform has under them, and what calling it does.

use super::Machine;
use crate::analyse::domain::object::{Kind, Service};
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::language::embedder::Member;
use crate::analyse::language::exec::Frame;
use crate::analyse::language::native_names;

impl Machine<'_> {
    /// A free name of the platform's.
    pub(in crate::analyse) fn platform_global(&mut self, frame: &Frame, name: Atom) -> Option<Set> {
        if self.embedder.names.platform_objects.contains(&name) {
            let object = self.native(1, 0, Kind::Platform);
            return Some(self.sets.one(Val::Object(object)));
        }
        if let Some(host) = self.embedder.names.constructors.get(&name).copied() {
            if let Some(replaced) = self.replaced_constructor(frame, name) {
                return Some(replaced);
            }
            let object = self.native(2, name.0, Kind::Constructor(host));
            return Some(self.sets.one(Val::Object(object)));
        }
        let service = if name == self.embedder.names.get_app {
            Some(Service::GetApp)
        } else {
            (name == self.embedder.names.get_pages).then_some(Service::GetPages)
        };
        if let Some(service) = service {
            let object = self.native(5, service as u32, Kind::Global(service));
            return Some(self.sets.one(Val::Object(object)));
        }
        if self.embedder.names.bridges.iter().any(|(object, _)| *object == name) {
            let object = self.native(1, 0, Kind::Platform);
            return Some(self.sets.one(Val::Object(object)));
        }
        if self.is_element_maker(name) {
            return Some(self.named_builtin("[[element]]"));
        }
        self.constant_name(name).or_else(|| self.is_facade(name).then(|| self.facade_object()))
    }

    /// What a runtime has put in the place of `Page` and its like. The file that does it means the platform's own.
    fn replaced_constructor(&mut self, frame: &Frame, name: Atom) -> Option<Set> {
        let globals = self.lang.globals;
        let own = self.read_own(frame.ctx, globals, name);
        let elsewhere = |value: &Val| match value {
            Val::Object(object) => {
                matches!(self.heap.get(*object).kind, Kind::Function { code, .. } if code.file != frame.code.file)
            }
            _ => false,
        };
        let values = self.sets.values(own);
        (!values.is_empty() && values.iter().all(elsewhere)).then_some(own)
    }

    /// What an object of the platform's has under a name where the program has put nothing.
    pub(in crate::analyse) fn platform_member(&mut self, object: ObjId, kind: Kind, name: Atom) -> Member {
        match kind {
            Kind::Platform => Member::Is(self.api_member(name)),
            Kind::Api(api) => Member::Is(self.nested_api(api, name)),
            Kind::Adapted(api) => Member::Is(self.nested_adapted(api, name)),
            Kind::Instance(_) => {
                if self.embedder.names.set_data.contains(&name) {
                    let member = self.native(3, name.0, Kind::Member(name));
                    return Member::Is(self.sets.one(Val::Object(member)));
                }
                if name == self.embedder.names.emit {
                    return Member::Is(self.named_builtin("[[emit]]"));
                }
                Member::Methods(native_names::PLAIN)
            }
            _ if name == self.lang.names.prototype => Member::Is(self.sets.one(Val::Object(object))),
            _ => Member::Methods(native_names::FUNCTION),
        }
    }

    /// Calls an object of the platform's.
    pub(in crate::analyse) fn call_platform(
        &mut self,
        frame: &Frame,
        id: u32,
        object: ObjId,
        this: Set,
        args: &[Set],
    ) -> Set {
        match self.heap.get(object).kind {
            Kind::Api(api) => self.call_api(frame, id, api, args),
            Kind::Adapted(name) => self.call_adapted(frame, id, name, args),
            Kind::Constructor(host) => self.register(frame, id, host, args, None),
            Kind::Member(_) => self.set_data(frame, id, this, args),
            Kind::Global(Service::GetApp) => self.heap.read(self.embedder.app, frame.ctx),
            Kind::Global(Service::GetPages) => self.sets.one(Val::Object(self.embedder.pages)),
            _ => Set::EMPTY,
        }
    }
}
