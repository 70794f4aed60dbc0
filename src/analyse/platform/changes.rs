//! In: a write of view data (`setData`). Out: the instance's data with it, what it is known to have written where. A write of a
//! part stands before what was there; nothing that is declared is changed.

use super::Machine;
use super::record::DataWrite;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::Site;
use crate::analyse::language::exec::Frame;
use crate::analyse::language::native_names;

impl Machine<'_> {
    /// One key of what `setData` is given: `a`, or the way to a part of it, `a.b[0]`.
    pub(super) fn write_data(&mut self, frame: &Frame, site: Site, instance: ObjId, name: Atom, value: Set) {
        let text = self.atoms.text(name).to_string();
        let segments = text.split(['.', '[', ']']).filter(|segment| !segment.is_empty());
        let path: Vec<Option<Atom>> = segments.map(|segment| Some(self.atoms.intern(segment))).collect();
        let Some((Some(key), rest)) = path.split_first() else { return };
        let data = self.read_own(frame.ctx, instance, self.embedder.names.data);
        let whole = match rest.first() {
            None => value,
            Some(next) => {
                let mut parts = Set::EMPTY;
                for holder in self.sets.objects(data).collect::<Vec<_>>() {
                    let part = self.patch(frame, site, holder, (*key, *next));
                    self.write_part(frame, site, part, rest, value);
                    let part = self.sets.one(Val::Object(part));
                    parts = self.sets.join(parts, part);
                }
                parts
            }
        };
        self.set(frame, site.expr, data, *key, whole);
        let whole = if rest.is_empty() { value } else { Set::UNKNOWN };
        self.note_data_write(frame, site, instance, (name, whole), (&path, value));
    }

    /// What stands for an object of which a part is written: what is read from it besides is what was there.
    fn patch(&mut self, frame: &Frame, site: Site, holder: ObjId, (key, next): (Atom, Option<Atom>)) -> ObjId {
        let before = self.read_own(frame.ctx, holder, key);
        let item = next.is_some_and(|next| self.is_native(next, native_names::INDEX));
        let patch = match self.embedder.views.patches.get(&(holder, key)) {
            Some(known) => *known,
            None => {
                let patch = self.heap.object(if item { Kind::Array } else { Kind::Plain });
                self.embedder.views.patches.insert((holder, key), patch);
                patch
            }
        };
        let before = self.sets.filter(before, |value| *value != Val::Object(patch));
        self.set_protos(patch, before);
        let own = self.sets.one(Val::Object(patch));
        let holder = self.sets.one(Val::Object(holder));
        self.set(frame, site.expr, holder, key, own);
        patch
    }

    fn write_part(&mut self, frame: &Frame, site: Site, object: ObjId, path: &[Option<Atom>], value: Set) {
        match path {
            [Some(last)] => {
                let object = self.sets.one(Val::Object(object));
                self.set(frame, site.expr, object, *last, value);
            }
            [Some(name), rest @ ..] => {
                let next = rest.first().copied().flatten();
                let before = self.read_own(frame.ctx, object, *name);
                if before == Set::EMPTY {
                    // What is changed inside is what was there.
                    let behind: Vec<ObjId> = self.heap.get(object).protos.clone();
                    for behind in behind {
                        let inner = self.read_own(frame.ctx, behind, *name);
                        self.define(object, *name, inner);
                    }
                }
                let part = self.patch(frame, site, object, (*name, next));
                self.write_part(frame, site, part, rest, value);
            }
            _ => self.heap.open(object),
        }
    }

    /// Notes a write of view data, under a name that is all of its key.
    pub(in crate::analyse) fn note_data_write(
        &mut self,
        frame: &Frame,
        site: Site,
        instance: ObjId,
        (name, value): (Atom, Set),
        (path, written): (&[Option<Atom>], Set),
    ) {
        let Some(Some(key)) = path.first().copied() else { return };
        self.embedder.views.changed.insert((instance, Some(key)));
        self.embedder.views.changed.insert((instance, None));
        let index = (frame.ctx, site.expr, instance, name);
        match self.embedder.write_index.get(&index).copied() {
            Some(known) => {
                let known = &mut self.embedder.writes[known as usize];
                known.value = self.sets.join(known.value, value);
                known.written = self.sets.join(known.written, written);
                known.guards = frame.guards.as_slice().into();
            }
            None => {
                self.embedder.write_index.insert(index, self.embedder.writes.len() as u32);
                let guards = frame.guards.as_slice().into();
                let path = path.into();
                self.embedder.writes.push(DataWrite {
                    ctx: frame.ctx,
                    site,
                    instance,
                    key,
                    value,
                    path,
                    written,
                    guards,
                });
            }
        }
    }
}
