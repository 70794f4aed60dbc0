//! In: files and what they import. Out: modules loaded once, with ES and CommonJS exports joined as bundlers join them.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::record::EdgeKind;
use crate::facts::script::Exported;

/// A module that was loaded.
#[derive(Clone, Copy, Debug)]
pub(in crate::analyse) struct Loaded {
    /// The run of its body.
    pub ctx: CtxId,
    /// CommonJS `module`.
    module: ObjId,
    /// What it was given as `exports`.
    exports: ObjId,
    /// What `import * as` gives.
    namespace: ObjId,
}

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Loads a file on behalf of nobody: the platform does it.
    pub fn load(&mut self, file: u32) -> Option<CtxId> {
        self.code.files.get(file as usize)?.as_ref()?;
        Some(self.loaded(file).ctx)
    }

    fn loaded(&mut self, file: u32) -> Loaded {
        if let Some(loaded) = self.lang.files[file as usize] {
            self.ensure(loaded.ctx);
            return loaded;
        }
        let module = self.heap.object(Kind::Plain);
        let exports = self.heap.object(Kind::Plain);
        let namespace = self.heap.object(Kind::Namespace(file));
        let exports_set = self.sets.one(Val::Object(exports));
        self.define(module, self.lang.names.exports, exports_set);
        let code = CodeRef { file, function: 0 };
        let ctx = self.context(code, CtxId::NONE, exports_set, &[], CtxId::NONE, 0);
        let loaded = Loaded { ctx, module, exports, namespace };
        self.lang.files[file as usize] = Some(loaded);
        self.ensure(ctx);
        loaded
    }

    /// Before a module's first statement: the modules it imports are loaded.
    pub(super) fn start_module(&mut self, frame: &mut Frame<'a>) {
        let file = frame.code.file;
        let script = self.code.file(file).script;
        for (at, import) in script.imports.iter().enumerate() {
            if import.types_only {
                continue;
            }
            if let Some(to) = self.import_target(file, at as u32) {
                let loaded = self.loaded(to);
                let site = self.site(frame, 0);
                self.edge(frame.ctx, site, loaded.ctx, EdgeKind::Import, &[]);
            }
        }
    }

    fn import_target(&self, file: u32, import: u32) -> Option<u32> {
        let script = self.code.file(file).script;
        let source = script.body.name(script.imports[import as usize].source);
        let target = self.model.resolve_script(file, source)?;
        self.code.files[target as usize].as_ref().map(|_| target)
    }

    /// A name bound by `import`.
    pub(super) fn imported(&mut self, frame: &Frame, import: u32, name: Atom) -> Set {
        match self.import_target(frame.code.file, import) {
            Some(target) => self.export(frame.ctx, target, name),
            None => E::imported(self, frame.code.file, import, name).unwrap_or(Set::UNKNOWN),
        }
    }

    /// `import * as`.
    pub(super) fn namespace(&mut self, frame: &Frame, import: u32) -> Set {
        match self.import_target(frame.code.file, import) {
            Some(target) => self.namespace_of(target),
            None => Set::UNKNOWN,
        }
    }

    pub(in crate::analyse) fn namespace_of(&mut self, file: u32) -> Set {
        let namespace = self.loaded(file).namespace;
        self.sets.one(Val::Object(namespace))
    }

    /// Export `name` of a file.
    pub(in crate::analyse) fn export(&mut self, reader: CtxId, file: u32, name: Atom) -> Set {
        let found = self.export_within(reader, file, name, &mut Vec::new());
        if found != Set::EMPTY {
            return found;
        }
        let found = self.of_default(reader, file, name);
        if found == Set::EMPTY { Set::UNDEFINED } else { found }
    }

    /// What a module that exports nothing but a default has under a name there: older compilers of mini programs hand the
    /// default out as the whole module, and `import { name }` of it works.
    fn of_default(&mut self, reader: CtxId, file: u32, name: Atom) -> Set {
        let code = self.code.file(file);
        let default = self.lang.names.default;
        let only = code.script.exports.iter().all(|(export, _)| code.atoms[*export as usize] == default);
        if !only || code.script.exports.is_empty() || !code.script.star_exports.is_empty() || name == default {
            return Set::EMPTY;
        }
        let whole = self.export_within(reader, file, default, &mut Vec::new());
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(whole).len() {
            let Val::Object(object) = self.sets.values(whole)[at] else { continue };
            let value = self.read_own(reader, object, name);
            found = self.sets.join(found, value);
        }
        found
    }

    /// `seen` are the files that were asked already, and for which name: files may hand on each other's.
    fn export_within(&mut self, reader: CtxId, file: u32, name: Atom, seen: &mut Vec<(u32, Atom)>) -> Set {
        if seen.contains(&(file, name)) {
            return Set::EMPTY;
        }
        seen.push((file, name));
        let loaded = self.loaded(file);
        let code = self.code.file(file);
        let mut found = Set::EMPTY;
        for (export, what) in &code.script.exports {
            if code.atoms[*export as usize] != name {
                continue;
            }
            let value = match what {
                Exported::Var(var) => {
                    let slot = self.captured_slot(loaded.ctx, file, *var);
                    self.heap.read(slot, reader)
                }
                Exported::Imported(import, original) => match self.import_target(file, *import) {
                    Some(target) => self.export_within(reader, target, code.atoms[*original as usize], seen),
                    None => E::imported(self, file, *import, code.atoms[*original as usize]).unwrap_or(Set::UNKNOWN),
                },
                Exported::Namespace(import) => match self.import_target(file, *import) {
                    Some(target) => self.namespace_of(target),
                    None => Set::UNKNOWN,
                },
            };
            found = self.sets.join(found, value);
        }
        if found != Set::EMPTY {
            return found;
        }
        for (import, alias) in &code.script.star_exports {
            let Some(target) = self.import_target(file, *import) else {
                match E::imported(self, file, *import, name) {
                    Some(value) if alias.is_none() => return value,
                    _ => continue,
                }
            };
            let value = match alias {
                None if name != self.lang.names.default => self.export_within(reader, target, name, seen),
                Some(alias) if code.atoms[*alias as usize] == name => self.namespace_of(target),
                _ => continue,
            };
            if value != Set::EMPTY {
                return value;
            }
        }
        self.common_export(reader, loaded, name)
    }

    /// What CommonJS put under a name; `default` is the whole unless the module marked itself an ES module.
    fn common_export(&mut self, reader: CtxId, loaded: Loaded, name: Atom) -> Set {
        let whole = self.read_own(reader, loaded.module, self.lang.names.exports);
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(whole).len() {
            let Val::Object(object) = self.sets.values(whole)[at] else { continue };
            let value = self.read_own(reader, object, name);
            found = self.sets.join(found, value);
            for proto in self.heap.get(object).protos.clone() {
                let value = self.read_own(reader, proto, name);
                found = self.sets.join(found, value);
            }
        }
        let is_module = self.code.file(self.ctxs[loaded.ctx.0 as usize].code.file).script.is_module;
        if found == Set::EMPTY && name == self.lang.names.default && !is_module { whole } else { found }
    }

    /// Makes every export of a file a property of its namespace object.
    pub(super) fn export_all(&mut self, reader: CtxId, file: u32, namespace: ObjId) {
        let code = self.code.file(file);
        for (export, _) in &code.script.exports {
            let name = code.atoms[*export as usize];
            let value = self.export(reader, file, name);
            self.define(namespace, name, value);
        }
        for (import, _) in &code.script.star_exports {
            if let Some(target) = self.import_target(file, *import)
                && target != file
            {
                let other = self.loaded(target).namespace;
                if other != namespace && self.heap.get(other).properties().is_empty() {
                    self.export_all(reader, target, other);
                }
                for (name, property) in self.heap.get(other).properties().to_vec() {
                    let value = self.heap.peek(property.slot);
                    self.define(namespace, name, value);
                }
            }
        }
        let loaded = self.loaded(file);
        let whole = self.read_own(reader, loaded.module, self.lang.names.exports);
        for at in 0..self.sets.values(whole).len() {
            if let Val::Object(object) = self.sets.values(whole)[at] {
                for (name, property) in self.heap.get(object).properties().to_vec() {
                    let value = self.heap.read(property.slot, reader);
                    self.define(namespace, name, value);
                }
            }
        }
    }

    /// `require`, `module` and `exports`, which are a file's own.
    pub(super) fn module_name(&mut self, frame: &Frame, name: Atom) -> Option<Set> {
        let text = self.atoms.text(name);
        match text {
            "require" => {
                let require = self.native(5, 2, Kind::Require);
                Some(self.sets.one(Val::Object(require)))
            }
            "module" | "exports" => {
                let loaded = self.lang.files[frame.code.file as usize]?;
                let object = if text == "module" { loaded.module } else { loaded.exports };
                Some(self.sets.one(Val::Object(object)))
            }
            _ => None,
        }
    }

    /// `require(source)`: the module's `exports`, with ES exports as properties.
    pub(super) fn require(&mut self, frame: &Frame, expr: u32, source: Set) -> Set {
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(source).len() {
            let target = match self.sets.values(source)[at] {
                Val::Str(atom) => self.model.resolve_script(frame.code.file, self.atoms.text(atom)),
                _ => None,
            };
            let target = target.filter(|target| self.code.files[*target as usize].is_some());
            let value = match target {
                Some(target) => {
                    let loaded = self.loaded(target);
                    let site = self.site(frame, expr);
                    self.edge(frame.ctx, site, loaded.ctx, EdgeKind::Import, &frame.guards);
                    let es = self.code.file(target).script;
                    if es.is_module {
                        self.sets.one(Val::Object(loaded.namespace))
                    } else {
                        self.read_own(frame.ctx, loaded.module, self.lang.names.exports)
                    }
                }
                None => Set::UNKNOWN,
            };
            found = self.sets.join(found, value);
        }
        found
    }

    /// `import(source)`: a promise of the namespace.
    pub(super) fn dynamic_import(&mut self, frame: &Frame, expr: u32, source: Set) -> Set {
        let module = self.require(frame, expr, source);
        let promise = self.allocate(frame.ctx, expr, 3, Kind::Promise);
        self.define(promise, self.lang.names.result, module);
        self.sets.one(Val::Object(promise))
    }
}
