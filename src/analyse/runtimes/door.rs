//! In: what the language asks of whatever surrounds a program. Out: the answers of run-times first, then of the platform: a run-time may
//! stand in the platform's place.

use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, OpaqueId, Set};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::record::{Meaning, UseKind};
use crate::analyse::language::embedder::{Embedder, Member};
use crate::analyse::language::exec::Frame;
use crate::analyse::language::native_names;
use crate::analyse::language::recording::RescueBy;
use crate::analyse::platform::Machine;
use crate::analyse::platform::sources::COMPILED;
use crate::analyse::platform::state::PlatformState;
use crate::platform::{Effect, Host};

impl<'a> Embedder<'a> for PlatformState<'a> {
    fn global(machine: &mut Machine<'a>, frame: &Frame, name: Atom) -> Option<Set> {
        machine.platform_global(frame, name).or_else(|| machine.chunk_list(name))
    }

    fn last_global(machine: &mut Machine<'a>, name: Atom) -> Option<Set> {
        machine.shim(name)
    }

    fn overriding_member(machine: &mut Machine<'a>, object: ObjId, name: Atom) -> Option<Set> {
        machine.shim(name).or_else(|| machine.known_better(object, name))
    }

    fn member(machine: &mut Machine<'a>, object: ObjId, kind: Kind, name: Atom) -> Member {
        match kind {
            Kind::Loader(_) if machine.is_native(name, native_names::FUNCTION) => {
                Member::Methods(native_names::FUNCTION)
            }
            Kind::Loader(list) => Member::Is(machine.loader_member(list, name)),
            Kind::Chunks(_) => Member::Methods(native_names::ARRAY),
            Kind::Facade => Member::Is(machine.facade_member(name)),
            Kind::Instance(_)
                if machine.is_frameworks_own(name) && !machine.embedder.names.set_data.contains(&name) =>
            {
                Member::Is(Set::UNKNOWN)
            }
            _ => machine.platform_member(object, kind, name),
        }
    }

    fn member_of_unknown(machine: &mut Machine<'a>, name: Atom) -> Option<Set> {
        machine.chunk_list(name)
    }

    fn makes_members(kind: Kind) -> bool {
        kind == Kind::Platform
    }

    fn made_member(machine: &mut Machine<'a>, name: Atom) -> Set {
        machine.api_member(name)
    }

    fn stands_for(machine: &Machine<'a>, object: ObjId) -> Option<OpaqueId> {
        machine.embedder.answers.get(&object).copied()
    }

    fn name_groups(machine: &Machine<'a>, name: Atom) -> u16 {
        let watched = if machine.embedder.names.private_fields.contains(&name) { native_names::WATCHED } else { 0 };
        watched | machine.framework_groups(name)
    }

    fn known_member_outside(machine: &mut Machine<'a>, value: OpaqueId, name: Atom) -> Option<Set> {
        machine.known_answer(value, name)
    }

    fn read(machine: &mut Machine<'a>, frame: &Frame, expr: u32, object: ObjId, values: Set) -> Set {
        match machine.heap.get(object).kind {
            Kind::Instance(_) => machine.opened(frame, expr, values),
            _ => values,
        }
    }

    fn writes_instead(
        machine: &mut Machine<'a>,
        frame: &Frame,
        expr: u32,
        object: ObjId,
        name: Atom,
        value: Set,
    ) -> bool {
        let is_done = machine.write_into_boxes(frame, expr, object, name, value);
        if !is_done {
            machine.note_write(frame, expr, object, name, value);
        }
        if machine.embedder.views.reactive.contains(&object) {
            // What a framework's instance has is what its view shows.
            let site = machine.site(frame, expr);
            machine.note_data_write(frame, site, object, (name, value), (&[Some(name)], value));
        }
        is_done
    }

    fn constant(machine: &mut Machine<'a>, frame: &Frame, holder: u32, name: Atom) -> Option<Set> {
        machine.constant(frame, holder, name)
    }

    fn imported(machine: &mut Machine<'a>, file: u32, import: u32, name: Atom) -> Option<Set> {
        machine.own_export(file, import, name)
    }

    fn call(machine: &mut Machine<'a>, frame: &Frame, id: u32, object: ObjId, this: Set, args: &[Set]) -> Set {
        let arg = |at: usize| args.get(at).copied();
        match machine.heap.get(object).kind {
            Kind::Shim(shim) => machine.call_shim(frame, id, shim, args),
            Kind::Hook(name) => machine.hook_into(frame, name, args),
            Kind::Chunks(list) => {
                let [modules, entries] = [1, 2].map(|at| arg(at).unwrap_or(Set::UNDEFINED));
                machine.add_chunk(frame, id, list, modules, entries)
            }
            Kind::Loader(list) => machine.load_modules(frame, id, list, arg(0).unwrap_or(Set::EMPTY)),
            _ => machine.call_platform(frame, id, object, this, args),
        }
    }

    fn call_by_summary(
        machine: &mut Machine<'a>,
        frame: &Frame,
        id: u32,
        code: CodeRef,
        this: Set,
        args: &[Set],
    ) -> Option<Set> {
        let effect = machine.effect(code)?;
        Some(machine.do_effect(frame, id, effect, this, args))
    }

    fn assigns(machine: &Machine<'a>, code: CodeRef) -> bool {
        machine.effect(code) == Some(Effect::Copy)
    }

    fn call_unknown(machine: &mut Machine<'a>, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Option<Set> {
        match machine.effect_of_absent(frame, id)? {
            Effect::Dispatch => machine.dispatch(frame, id, args),
            effect => Some(machine.do_effect(frame, id, effect, this, args)),
        }
    }

    fn called_unknown(machine: &mut Machine<'a>, frame: &Frame, id: u32, args: &[Set]) {
        machine.suspect_registration(frame, id, args);
    }

    fn call_builtin(
        machine: &mut Machine<'a>,
        frame: &Frame,
        id: u32,
        name: &str,
        this: Set,
        args: &[Set],
    ) -> Option<Set> {
        let first = args.first().copied().unwrap_or(Set::UNDEFINED);
        match name {
            "[[mixin]]" => Some(machine.mix_in(first)),
            "[[emit]]" => Some(machine.emit(frame, id, this, args)),
            "[[emit plainly]]" => Some(machine.emit_plainly(frame, id, this, args)),
            "[[handled]]" => {
                machine.handle(this);
                Some(Set::EMPTY)
            }
            "[[app]]" => Some(machine.register(frame, id, Host::App, args, Some(COMPILED))),
            "[[page]]" => Some(machine.register(frame, id, Host::Page, args, Some(COMPILED))),
            "[[component]]" => Some(machine.register(frame, id, Host::Component, args, Some(COMPILED))),
            "[[element]]" => Some(machine.show_element(frame, id, args)),
            "[[later]]" => Some(machine.keep(frame, id, args)),
            "[[select]]" => Some(machine.selected(frame, this, first)),
            "[[next]]" => Some(machine.next_tick(frame, id, this, first)),
            "[[chunks.push]]" => Some(machine.push_chunks(frame, id, this, args)),
            loader if loader.starts_with("[[loader.") => Some(machine.call_loader(frame, id, loader, this, args)),
            _ => None,
        }
    }

    fn construct(machine: &mut Machine<'a>, class: ObjId, code: CodeRef, args: &[Set]) -> Option<Set> {
        machine.is_machinery(class, code).then(|| machine.machinery_instance(args))
    }

    fn callback_names(machine: &Machine<'a>) -> [Atom; 3] {
        let names = &machine.embedder.names;
        [names.success, names.fail, names.complete]
    }

    fn is_data(machine: &Machine<'a>, name: Atom) -> bool {
        name == machine.embedder.names.data
    }

    fn writes_data(machine: &Machine<'a>, name: Atom) -> bool {
        machine.embedder.names.set_data.contains(&name)
    }

    fn meaning(machine: &mut Machine<'a>, frame: &mut Frame<'a>, test: u32, truthy: bool) -> Option<Meaning> {
        machine.meaning(frame, test, truthy)
    }

    fn meaning_of_case(machine: &Machine<'a>, frame: &Frame<'a>, case: u32, value: Set) -> Option<Meaning> {
        machine.meaning_of_case(frame, case, value)
    }

    fn reads_watched(machine: &mut Machine<'a>, frame: &Frame, expr: u32, object: Set) {
        machine.note_mixed(frame, expr, object);
    }

    fn writes(machine: &mut Machine<'a>, object: ObjId, name: Atom, value: Set) {
        machine.note_machinery(object, name, value);
    }

    fn writes_outside(machine: &mut Machine<'a>, value: OpaqueId, name: Atom) {
        machine.give(value, name);
    }

    fn is_watched(machine: &Machine<'a>, value: OpaqueId, how: UseKind) -> bool {
        machine.is_watched_use(value, how)
    }

    fn sink_into(machine: &mut Machine<'a>, frame: &Frame, id: u32, into: Atom, value: Set) {
        machine.sink_into(frame, id, into, value);
    }

    fn handled(machine: &mut Machine<'a>, reason: OpaqueId) {
        machine.note_handled(reason);
    }

    fn handed_on(machine: &mut Machine<'a>, reason: OpaqueId) {
        machine.note_handed_on(reason);
    }

    fn rescued(machine: &mut Machine<'a>, ctx: CtxId, reason: OpaqueId, by: RescueBy<'a>, place: usize) {
        machine.note_rescue(ctx, reason, by, place);
    }
}
