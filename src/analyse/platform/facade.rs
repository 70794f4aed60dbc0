//! In: members of the object through which a framework hands on the platform's APIs, and calls of them. Out: what they are here: another
//! API, other scopes, a parsed answer, another promise. What they are is the framework's table.

use super::Machine;
use crate::analyse::domain::heap::Origin;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, Set, Val};
use crate::analyse::language::exec::Frame;
use crate::framework::Promised;

/// How a call of an API differs from the platform's own.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::analyse) struct How {
    /// The answer is parsed.
    pub(in crate::analyse) parsed: bool,
    /// The promise gives `[error, answer]`.
    pub(in crate::analyse) pair: bool,
    /// It is called by its name: functions behind the options get either outcome.
    pub(in crate::analyse) bridged: bool,
}

impl Machine<'_> {
    /// Whether a free name is such an object.
    pub(in crate::analyse) fn is_facade(&self, name: Atom) -> bool {
        let text = self.atoms.text(name);
        self.embedder
            .dialect
            .as_ref()
            .is_some_and(|dialect| dialect.framework.api_objects.iter().any(|own| own == text))
    }

    /// The object.
    pub(in crate::analyse) fn facade_object(&mut self) -> Set {
        let facade = self.native(50, 0, Kind::Facade);
        self.sets.one(Val::Object(facade))
    }

    /// A member of it, in sources: each has a row or is the platform's own of that name.
    pub(in crate::analyse) fn adapted_member(&mut self, name: Atom) -> Option<Set> {
        self.embedder.dialect.as_ref()?;
        if self.is_frameworks_own(name) {
            return Some(Set::UNKNOWN);
        }
        let row = self.embedder.dialect.as_ref().and_then(|dialect| dialect.framework.apis.get(self.atoms.text(name)));
        let (absent, is) = row.map_or((false, None), |row| (row.absent, row.is.clone()));
        if let Some(text) = is {
            let text = self.atoms.intern(&text);
            return Some(self.sets.one(Val::Str(text)));
        }
        if absent {
            return Some(Set::UNDEFINED);
        }
        let adapted = self.native(52, name.0, Kind::Adapted(name));
        Some(self.sets.one(Val::Object(adapted)))
    }

    /// A member of such a member: APIs may stand in groups.
    pub(in crate::analyse) fn nested_adapted(&mut self, group: Atom, name: Atom) -> Set {
        let full = format!("{}.{}", self.atoms.text(group), self.atoms.text(name));
        let full = self.atoms.intern(&full);
        if matches!(self.atoms.text(name), "call" | "apply" | "bind") {
            return self.nested_api(group, name);
        }
        self.adapted_member(full).unwrap_or(Set::UNKNOWN)
    }

    /// Calls one.
    pub(in crate::analyse) fn call_adapted(&mut self, frame: &Frame, id: u32, name: Atom, args: &[Set]) -> Set {
        let Some(dialect) = &self.embedder.dialect else { return Set::UNKNOWN };
        let row = dialect.framework.apis.get(self.atoms.text(name)).cloned().unwrap_or_default();
        let pair = dialect.framework.promise == Promised::Pair;
        if let Some(text) = row.gives {
            let text = self.atoms.intern(&text);
            return self.sets.one(Val::Str(text));
        }
        let how = How { parsed: row.parsed, pair, bridged: false };
        let api = row.api.map_or(name, |api| self.atoms.intern(&api));
        let mut args = args.to_vec();
        if let Some(scopes) = row.forced_scopes {
            let key = self.embedder.platform.apis.get(self.atoms.text(api)).and_then(|row| row.scopes.clone());
            let key = self.atoms.intern(&key.unwrap_or_default());
            let options = self.allocate(frame.ctx, id, 62, Kind::Plain);
            if let Some(given) = args.first().copied() {
                self.copy_except(frame, options, given, &[key], true);
            }
            let scopes = self.atoms.intern(&scopes);
            let scopes = self.sets.one(Val::Str(scopes));
            self.define(options, key, scopes);
            let options = self.sets.one(Val::Object(options));
            args.splice(..args.len().min(1), [options]);
        }
        self.call_api_so(frame, id, api, &args, how)
    }

    /// What a promise gives that never rejects: `[error, answer]`. Who looks at the error deals with it.
    pub(in crate::analyse) fn pair(&mut self, frame: &Frame, id: u32, request: u32, answer: Set) -> Set {
        let list = self.allocate(frame.ctx, id, 63, Kind::Array);
        let error = self.outside(Origin::Error(request));
        let look = self.native(53, request, Kind::Bound);
        let target = self.named_builtin("[[handled]]");
        self.define(look, self.lang.names.target, target);
        self.define(look, self.lang.names.bound_this, error);
        let first = self.atoms.number(0);
        self.heap.accessor(list, first, Some(look), None);
        let nothing = self.sets.one(Val::Null);
        let either = self.sets.join(error, nothing);
        self.define(list, first, either);
        self.write_index(list, 1, answer);
        self.sets.one(Val::Object(list))
    }

    /// Whether a name belongs to the framework by its spelling: `$nextTick`.
    pub(in crate::analyse) fn is_frameworks_own(&self, name: Atom) -> bool {
        self.embedder.names.own_prefix.as_ref().is_some_and(|prefix| self.atoms.text(name).starts_with(&**prefix))
    }
}
