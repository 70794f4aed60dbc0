//! In: calls of functions that compilers, converters and libraries bring along, known by their names. Out: their effect, which is known
//! better than from running them, or known although they are not there to read.

use crate::analyse::domain::CodeRef;
use crate::analyse::domain::heap::Origin;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, Set, Val};
use crate::analyse::engine::record::EdgeKind;
use crate::analyse::language::calls::is_options;
use crate::analyse::language::exec::Frame;
use crate::analyse::language::unknown_callee::is_callable;
use crate::analyse::platform::Machine;
use crate::analyse::platform::record::Listener;
use crate::facts::script::Expr;
use crate::platform::{Effect, Listens};

/// Values looked through for functions that a call keeps.
const MAX_KEPT: usize = 400;

impl Machine<'_> {
    /// What a compiler's or converter's function does, where that is known.
    pub(in crate::analyse) fn effect(&self, code: CodeRef) -> Option<Effect> {
        let file = self.code.file(code.file);
        let name = file.atoms[self.code.function(code).name? as usize];
        let helper = &self.embedder.platform.helpers[*self.embedder.names.helpers.get(&name)? as usize];
        let is_there = !helper.absent && self.model.files[code.file as usize].path.contains(&helper.within);
        is_there.then_some(helper.does)
    }

    /// What a function does whose code is not there, by the name it is called with; one that a module is, by the module's.
    pub(in crate::analyse) fn effect_of_absent(&mut self, frame: &Frame, id: u32) -> Option<Effect> {
        let mut name = self.called_name(frame, id)?;
        let exprs = &frame.file.script.body.exprs;
        if let Expr::Call { callee, .. } = exprs[id as usize]
            && let Expr::Imported(import, _) = exprs[callee as usize]
            && name == self.lang.names.default
        {
            let source = self.atom(frame, frame.file.script.imports[import as usize].source);
            let last = self.atoms.text(source).rsplit(['/', '.']).next().unwrap_or_default().to_string();
            name = self.atoms.intern(&last);
        }
        let starts = |(beginning, row): &(Box<str>, u32)| {
            let rest = self.atoms.text(name).strip_prefix(&**beginning)?;
            rest.starts_with(|first: char| first.is_ascii_uppercase()).then_some(*row)
        };
        let row = self
            .embedder
            .names
            .helpers
            .get(&name)
            .copied()
            .or_else(|| self.embedder.names.beginnings.iter().find_map(starts))?;
        let helper = &self.embedder.platform.helpers[row as usize];
        helper.within.is_empty().then_some(helper.does)
    }

    pub(in crate::analyse) fn do_effect(
        &mut self,
        frame: &Frame,
        id: u32,
        effect: Effect,
        this: Set,
        args: &[Set],
    ) -> Set {
        let arg = |at: usize| args.get(at).copied().unwrap_or(Set::UNDEFINED);
        match effect {
            Effect::Copy => self.call_builtin(frame, id, self.lang.names.assign, this, args),
            Effect::First => arg(0),
            Effect::Async => {
                self.is_run_as_async(arg(0));
                arg(0)
            }
            Effect::Await => self.run_async(frame, id, args),
            Effect::Generate => self.generate(frame, id, arg(0), arg(1)),
            Effect::Generator => self.generator_machine(),
            Effect::Keep => match self.told_by(frame, id, this) {
                Some(api) => self.keep_for(frame, id, api, args),
                None => self.keep(frame, id, args),
            },
            Effect::Dispatch => self.dispatch(frame, id, args).unwrap_or(Set::UNKNOWN),
            Effect::Nothing => Set::UNDEFINED,
        }
    }

    /// `store.dispatch('login')` where the store's class is not there to read: runs what the options of such classes hold
    /// under that name; `None` where they hold nothing.
    pub(super) fn dispatch(&mut self, frame: &Frame, id: u32, args: &[Set]) -> Option<Set> {
        let (name, more) = args.split_first()?;
        let options = self.options_of_absent();
        let slot = self.heap.wildcard(options);
        let held = self.heap.read(slot, frame.ctx);
        let mut found = Set::EMPTY;
        for at in 0..self.sets.values(*name).len() {
            let Val::Str(name) = self.sets.values(*name)[at] else { continue };
            // `user/login` is `login` of the part `user`.
            let last = self.atoms.text(name).rsplit('/').next().unwrap_or_default().to_owned();
            let name = self.atoms.intern(&last);
            let actions = self.functions_named(frame, held, name);
            found = self.sets.join(found, actions);
        }
        if found == Set::EMPTY {
            return None;
        }
        let mut given = vec![Set::UNKNOWN];
        given.extend_from_slice(more);
        Some(self.apply(frame, id, found, Set::UNKNOWN, &given, EdgeKind::Call))
    }

    /// The functions of a name in these objects and in the objects they hold.
    fn functions_named(&mut self, frame: &Frame, values: Set, wanted: Atom) -> Set {
        let mut named = Set::EMPTY;
        self.held_within(frame, values, |machine, name, held| {
            if name == wanted {
                named = machine.sets.join(named, held);
            }
        });
        let heap = &self.heap;
        self.sets.filter(named, |value| is_callable(heap, *value))
    }

    /// What tells the listener of something that an API gave, `connectSocket.onMessage`; `None` where it follows from the user.
    fn told_by(&mut self, frame: &Frame, id: u32, this: Set) -> Option<Atom> {
        let giver = self.sets.values(this).iter().find_map(|value| {
            let answer = match value {
                Val::Opaque(opaque) => *opaque,
                Val::Object(object) => *self.embedder.answers.get(object)?,
                _ => return None,
            };
            match self.heap.opaque_value(answer).origin {
                Origin::Result(request) => Some(self.embedder.requests[request as usize].api),
                _ => None,
            }
        })?;
        let method = self.called_name(frame, id)?;
        let full = format!("{}.{}", self.atoms.text(giver), self.atoms.text(method));
        let row = self.embedder.platform.apis.get(&full).and_then(|row| row.listens);
        (row != Some(Listens::User)).then(|| self.atoms.intern(&full))
    }

    /// A listener of something that an API gave: the platform tells it.
    fn keep_for(&mut self, frame: &Frame, id: u32, api: Atom, args: &[Set]) -> Set {
        for arg in args {
            let functions = self.functions_within(frame, *arg);
            self.tell(frame, id, api, functions);
        }
        Set::UNDEFINED
    }

    /// A call that keeps functions for later: listeners, actions of a store. What it gives may be one of them.
    pub(in crate::analyse) fn keep(&mut self, frame: &Frame, id: u32, args: &[Set]) -> Set {
        let (site, name) = (self.site(frame, id), self.called_name(frame, id));
        let Some(api) = name else { return Set::UNKNOWN };
        let mut result = Set::UNKNOWN;
        for arg in args {
            let functions = self.functions_within(frame, *arg);
            for runs in self.start_all(functions, Set::UNKNOWN, &[Set::UNKNOWN], frame.ctx) {
                self.add_listener(Listener { ctx: frame.ctx, site, api, automatic: false, unread: true, runs });
            }
            let outside = self.sets.filter(*arg, |value| matches!(value, Val::Opaque(_)));
            self.escape(frame, id, outside);
            let heap = &self.heap;
            let kept = self.sets.filter(*arg, |value| is_callable(heap, *value) || is_options(heap, *value));
            result = self.sets.join(result, kept);
        }
        result
    }

    /// The functions among these values and in the objects among them.
    fn functions_within(&mut self, frame: &Frame, values: Set) -> Set {
        let held = self.held_within(frame, values, |_, _, _| {});
        let heap = &self.heap;
        let functions: Vec<Val> = held.into_iter().filter(|value| is_callable(heap, *value)).collect();
        self.sets.of(functions)
    }

    /// These values and all that the objects and lists among them hold, however deep; `see` is shown what they hold by name.
    fn held_within(&mut self, frame: &Frame, values: Set, mut see: impl FnMut(&mut Self, Atom, Set)) -> Vec<Val> {
        let mut queue: Vec<Val> = self.sets.values(values).to_vec();
        let mut at = 0;
        while let Some(value) = queue.get(at).copied() {
            at += 1;
            let Val::Object(object) = value else { continue };
            if !matches!(self.heap.get(object).kind, Kind::Plain | Kind::Array) {
                continue;
            }
            let own = self.heap.get(object).properties().len();
            if queue.len() + own > MAX_KEPT || !self.spend(own) {
                continue;
            }
            for property in 0..own {
                let (name, property) = self.heap.get(object).properties()[property];
                let held = self.heap.read(property.slot, frame.ctx);
                see(self, name, held);
                let new: Vec<Val> =
                    self.sets.values(held).iter().filter(|value| !queue.contains(value)).copied().collect();
                queue.extend(new);
            }
        }
        queue
    }
}
