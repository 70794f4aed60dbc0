//! In: the lists into which the files of a bundle put their modules, and the ids by which modules ask for each other. Out:
//! the modules, each run once. A bundler's own loader is never run: it tells modules apart by keys of tables that grow
//! while it loops over them, which is more than can be followed in a program of hundreds of modules.

use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::EdgeKind;
use crate::analyse::language::exec::Frame;
use crate::analyse::platform::Machine;

/// Builtins behind the members of a loader, by the member's name.
const MEMBERS: &[(&str, &str)] = &[
    ("n", "[[loader.n]]"),
    ("d", "[[loader.d]]"),
    ("r", "[[loader.r]]"),
    ("t", "[[loader.t]]"),
    ("e", "[[loader.e]]"),
    ("O", "[[loader.O]]"),
    ("nmd", "[[itself]]"),
    ("hmd", "[[itself]]"),
];

impl<'a> Machine<'a> {
    /// The list of chunks that goes by this name, if it is one.
    pub(in crate::analyse) fn chunk_list(&mut self, name: Atom) -> Option<Set> {
        let text = self.atoms.text(name);
        if !self.embedder.names.chunk_lists.iter().any(|prefix| text.starts_with(&**prefix)) {
            return None;
        }
        let list = self.native(30, name.0, Kind::Chunks(name));
        Some(self.sets.one(Val::Object(list)))
    }

    /// A member of a loader, `require.n` and the like.
    pub(in crate::analyse) fn loader_member(&mut self, list: Atom, name: Atom) -> Set {
        let text = self.atoms.text(name);
        let member = MEMBERS.iter().find(|(member, _)| *member == text);
        let value = match (text, member) {
            (_, Some((_, builtin))) => {
                let builtin = self.atoms.intern(builtin);
                self.builtin(builtin)
            }
            ("m", _) => Val::Object(self.table(list)),
            ("c", _) => Val::Object(self.cache(list)),
            ("g", _) => Val::Object(self.lang.globals),
            _ => Val::Unknown,
        };
        self.sets.one(value)
    }

    fn table(&mut self, list: Atom) -> ObjId {
        self.native(31, list.0, Kind::Plain)
    }

    fn cache(&mut self, list: Atom) -> ObjId {
        self.native(32, list.0, Kind::Plain)
    }

    fn loader(&mut self, list: Atom) -> Set {
        let loader = self.native(33, list.0, Kind::Loader(list));
        self.sets.one(Val::Object(loader))
    }

    /// `list.push([chunks, modules, entries])`, several at once or one by one.
    pub(in crate::analyse) fn push_chunks(&mut self, frame: &Frame, id: u32, list: Set, chunks: &[Set]) -> Set {
        let part = |machine: &mut Self, chunk: ObjId, at: &str| {
            let at = machine.atoms.intern(at);
            machine.read_own(frame.ctx, chunk, at)
        };
        for at in 0..self.sets.values(list).len() {
            let Val::Object(list) = self.sets.values(list)[at] else { continue };
            let Kind::Chunks(list) = self.heap.get(list).kind else { continue };
            for chunk in chunks {
                for at in 0..self.sets.values(*chunk).len() {
                    let Val::Object(chunk) = self.sets.values(*chunk)[at] else { continue };
                    let (modules, entries) = (part(self, chunk, "1"), part(self, chunk, "2"));
                    self.add_chunk(frame, id, list, modules, entries);
                }
            }
        }
        Set::ANY_NUMBER
    }

    /// Takes modules in and runs those that start by themselves: `[[entry, chunks it needs …]]`, older `[entry]`, newer
    /// `function (require) { … }`.
    pub(in crate::analyse) fn add_chunk(
        &mut self,
        frame: &Frame,
        id: u32,
        list: Atom,
        modules: Set,
        entries: Set,
    ) -> Set {
        let table = self.table(list);
        self.copy_properties(frame, table, modules);
        self.wake();
        let mut last = Set::UNDEFINED;
        for at in 0..self.sets.values(entries).len() {
            let Val::Object(entries) = self.sets.values(entries)[at] else { continue };
            if self.heap.get(entries).kind != Kind::Array {
                let (entries, loader) = (self.sets.one(Val::Object(entries)), self.loader(list));
                last = self.apply(frame, id, entries, Set::UNDEFINED, &[loader], EdgeKind::Import);
                continue;
            }
            let entries = self.sets.one(Val::Object(entries));
            for entry in self.items(frame, entries) {
                for at in 0..self.sets.values(entry).len() {
                    let entry = match self.sets.values(entry)[at] {
                        Val::Object(needs) => {
                            let first = self.atoms.intern("0");
                            self.read_own(frame.ctx, needs, first)
                        }
                        entry => self.sets.one(entry),
                    };
                    last = self.load_modules(frame, id, list, entry);
                }
            }
        }
        last
    }

    /// `require(ids)` in a bundle. An id that is not known gives anything, and runs nothing.
    pub(in crate::analyse) fn load_modules(&mut self, frame: &Frame, id: u32, list: Atom, ids: Set) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(ids).len() {
            let key = self.sets.values(ids)[at];
            let exports = match self.property_name(key) {
                Some(name) if !matches!(key, Val::Undefined | Val::Null) => self.load_module(frame, id, list, name),
                _ => Set::UNKNOWN,
            };
            found = self.sets.join(found, exports);
        }
        found
    }

    fn load_module(&mut self, frame: &Frame, id: u32, list: Atom, name: Atom) -> Set {
        let table = self.table(list);
        let code = self.read_own(frame.ctx, table, name);
        if code == Set::EMPTY {
            return if self.starve(frame.ctx) { Set::UNKNOWN } else { Set::EMPTY };
        }
        let module = self.module_record(list, name);
        let own = self.native(34, module.number(), Kind::Plain);
        let own = self.sets.one(Val::Object(own));
        let args = [self.sets.one(Val::Object(module)), own, self.loader(list)];
        self.apply(frame, id, code, own, &args, EdgeKind::Import);
        let exports = self.read_own(frame.ctx, module, self.lang.names.exports);
        self.replaced(exports, own)
    }

    /// What a module gives: `module.exports = …` takes the place of the object it was given, unless it used that one, too.
    fn replaced(&mut self, exports: Set, own: Set) -> Set {
        let Some(Val::Object(given)) = self.sets.single(own) else { return exports };
        let used = self
            .heap
            .get(given)
            .properties()
            .iter()
            .any(|(_, property)| property.getter.is_some() || self.heap.peek(property.slot) != Set::EMPTY);
        if exports == own || used {
            return exports;
        }
        self.without(exports, given)
    }

    /// The `module` of an id.
    fn module_record(&mut self, list: Atom, name: Atom) -> ObjId {
        let cache = self.cache(list);
        let known = self.heap.property(cache, name).slot;
        if let Some(Val::Object(module)) = self.sets.single(self.heap.peek(known)) {
            return module;
        }
        let module = self.heap.object(Kind::Plain);
        let exports = self.native(34, module.number(), Kind::Plain);
        let exports = self.sets.one(Val::Object(exports));
        self.define(module, self.lang.names.exports, exports);
        let key = self.sets.one(Val::Str(name));
        for own in ["i", "id"] {
            let own = self.atoms.intern(own);
            self.define(module, own, key);
        }
        let set = self.sets.one(Val::Object(module));
        self.define(cache, name, set);
        module
    }

    /// Calls a member of a loader.
    pub(in crate::analyse) fn call_loader(
        &mut self,
        frame: &Frame,
        id: u32,
        member: &str,
        this: Set,
        args: &[Set],
    ) -> Set {
        let arg = |at: usize| args.get(at).copied().unwrap_or(Set::UNDEFINED);
        match member {
            "[[loader.n]]" => self.default_getter(frame, id, arg(0)),
            "[[loader.d]]" => {
                self.define_exports(frame, arg(0), arg(1), arg(2));
                Set::UNDEFINED
            }
            "[[loader.r]]" => {
                let (mark, yes) = (self.atoms.intern("__esModule"), self.sets.one(Val::Bool(true)));
                for at in 0..self.sets.values(arg(0)).len() {
                    if let Val::Object(exports) = self.sets.values(arg(0))[at] {
                        self.define(exports, mark, yes);
                    }
                }
                Set::UNDEFINED
            }
            // The lowest bit of the mode says whether the value is an id.
            "[[loader.t]]" => match (self.sets.single(arg(1)), self.sets.single(this)) {
                (Some(Val::Number(mode)), Some(Val::Object(loader))) if f64::from_bits(mode) % 2.0 != 0.0 => {
                    let loader = self.sets.one(Val::Object(loader));
                    self.apply(frame, id, loader, Set::UNDEFINED, &args[..1], EdgeKind::Import)
                }
                _ => arg(0),
            },
            "[[loader.e]]" => self.ready_promise(frame, id, Set::UNDEFINED, true),
            // `require.O(result, chunks, start)`: once the chunks are there.
            _ if arg(2) != Set::UNDEFINED => self.apply(frame, id, arg(2), Set::UNDEFINED, &[], EdgeKind::Import),
            _ => arg(0),
        }
    }

    /// `require.n(module)`: a function that gives the module's default, which also stands under `a`.
    fn default_getter(&mut self, frame: &Frame, id: u32, module: Set) -> Set {
        let mark = self.atoms.intern("__esModule");
        let mut default = Set::EMPTY;
        for at in 0..self.sets.values(module).len() {
            let one = self.sets.values(module)[at];
            let one = self.sets.one(one);
            let marked = self.get(frame, id, one, mark);
            let (marked, plain) = self.sets.truth(marked);
            if marked {
                let value = self.get(frame, id, one, self.lang.names.default);
                default = self.sets.join(default, value);
            }
            if plain || !marked {
                default = self.sets.join(default, one);
            }
        }
        let getter = self.allocate(frame.ctx, id, 90, Kind::Bound);
        let itself = self.atoms.intern("[[itself]]");
        let itself = self.builtin(itself);
        let itself = self.sets.one(itself);
        self.define(getter, self.lang.names.target, itself);
        self.define(getter, self.lang.names.bound_this, Set::UNDEFINED);
        self.define(getter, self.lang.names.bound_arg[0], default);
        let short = self.atoms.intern("a");
        self.define(getter, short, default);
        self.sets.one(Val::Object(getter))
    }

    /// `require.d(exports, name, getter)`, newer `require.d(exports, { name: getter })`.
    fn define_exports(&mut self, frame: &Frame, exports: Set, names: Set, getter: Set) {
        let mut getters: Vec<(Atom, Set)> = Vec::new();
        for at in 0..self.sets.values(names).len() {
            match self.sets.values(names)[at] {
                Val::Object(all) => {
                    for (name, property) in self.heap.get(all).properties().to_vec() {
                        getters.push((name, self.heap.read(property.slot, frame.ctx)));
                    }
                }
                name => getters.extend(self.property_name(name).map(|name| (name, getter))),
            }
        }
        for at in 0..self.sets.values(exports).len() {
            let Val::Object(exports) = self.sets.values(exports)[at] else { continue };
            for (name, getter) in &getters {
                for value in self.sets.values(*getter) {
                    if let Val::Object(getter) = value {
                        self.heap.accessor(exports, *name, Some(*getter), None);
                    }
                }
            }
        }
        self.wake();
    }
}
