//! In: tests of flags on the way to a place, and what is written on that way. Out: guards that say "this happens once": the
//! flag is tested, set before going on, and set back nowhere.

use super::Machine;
use super::embedder::Embedder;
use super::exec::Frame;
use crate::analyse::domain::CtxId;
use crate::analyse::domain::value::{Atom, ObjId, Set};
use crate::analyse::engine::record::{Guard, Meaning, Site};
use crate::facts::script::{Assign, Expr, Key, Logic, Operator, Pattern, Prop, Stmt};

/// A flag that was tested on the way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flag {
    /// The test.
    test: u32,
    /// The flag: a variable or a member.
    place: u32,
    /// What it was.
    truthy: bool,
    /// What it is called, and the objects that may hold it; `None` for a variable.
    held: Option<(Atom, Set)>,
}

/// A property that was given a value which is true or false for sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    object: ObjId,
    name: Atom,
    truthy: bool,
}

/// Writes of one context that whoever calls it hears of.
const MAX_WRITTEN: usize = 48;

/// How much held at some point: what came later is dropped by [`Frame::release`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    guards: usize,
    flags: usize,
}

impl Frame<'_> {
    /// What holds now.
    pub(super) fn held(&self) -> Held {
        Held { guards: self.guards.len(), flags: self.flags.len() }
    }

    /// Leaves a block that always runs: what was tested in it is over, but what happens once there happens once.
    pub(super) fn leave(&mut self, held: Held) {
        let from = held.guards.min(self.guards.len());
        let mut at = from;
        for guard in from..self.guards.len() {
            if matches!(self.guards[guard].meaning, Meaning::Once(_)) {
                self.guards[at] = self.guards[guard];
                at += 1;
            }
        }
        self.guards.truncate(at);
        self.flags.truncate(held.flags);
    }

    /// Forgets what has come to hold since.
    pub(super) fn release(&mut self, held: Held) {
        self.guards.truncate(held.guards);
        self.flags.truncate(held.flags);
    }
}

impl<'a, E: Embedder<'a>> Machine<'a, E> {
    /// Notes the flags among what `test` looks at, which came out `truthy`.
    pub(super) fn note_flags(&mut self, frame: &mut Frame<'a>, test: u32, truthy: bool) {
        self.flags_within(frame, test, test, truthy);
    }

    fn flags_within(&mut self, frame: &mut Frame<'a>, test: u32, part: u32, truthy: bool) {
        match self.code.expr(frame.code.file, part) {
            Expr::Not(inner) => self.flags_within(frame, test, *inner, !truthy),
            Expr::Logic { how, left, right } if (*how == Logic::And) == truthy && *how != Logic::Nullish => {
                self.flags_within(frame, test, *left, truthy);
                self.flags_within(frame, test, *right, truthy);
            }
            Expr::Binary { how: Operator::Equal, negated, left, right } => {
                let equal = truthy != *negated;
                for (place, literal) in [(*left, *right), (*right, *left)] {
                    if let Expr::Bool(wanted) = self.code.expr(frame.code.file, literal) {
                        self.flags_within(frame, test, place, *wanted == equal);
                    }
                }
            }
            Expr::Member { .. } => self.note_flag(frame, Flag { test, place: part, truthy, held: None }),
            Expr::Var(var) => {
                self.note_flag(frame, Flag { test, place: part, truthy, held: None });
                // A copy of a flag: `const { asked } = this`, `const asked = this.asked`.
                match self.copied_from(frame.code.file, *var) {
                    Some((place, None)) => self.note_flag(frame, Flag { test, place, truthy, held: None }),
                    Some((holder, Some(name))) => {
                        let objects = self.eval(frame, holder);
                        frame.flags.push(Flag { test, place: part, truthy, held: Some((name, objects)) });
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }

    fn note_flag(&mut self, frame: &mut Frame<'a>, flag: Flag) {
        let held = match *self.code.expr(frame.code.file, flag.place) {
            Expr::Member { object, name, .. } => {
                let objects = self.eval(frame, object);
                Some((self.atom(frame, name), objects))
            }
            _ => None,
        };
        frame.flags.push(Flag { held, ..flag });
    }

    /// The member that a variable is a copy of, or the holder and the name of it, where it is given a value just once.
    fn copied_from(&self, file: u32, var: u32) -> Option<(u32, Option<Atom>)> {
        let body = &self.code.file(file).script.body;
        let mut found = None;
        for expr in &body.exprs {
            let Expr::Assign { target, how, value } = expr else { continue };
            let given = match &**target {
                Pattern::Var(known) if *known == var => match body.exprs[*value as usize] {
                    Expr::Member { .. } => (*value, None),
                    _ => return None,
                },
                Pattern::Object(props, None) => {
                    let is_it = |pattern: &Pattern| matches!(pattern, Pattern::Var(known) if *known == var);
                    let Some((Key::Name(name), _)) = props.iter().find(|(_, pattern)| is_it(pattern)) else { continue };
                    (*value, Some(self.code.file(file).atoms[*name as usize]))
                }
                _ => continue,
            };
            if found.is_some() || *how != Assign::Init {
                return None;
            }
            found = Some(given);
        }
        found
    }

    /// Notes that a property was written, for flags of whatever runs and of whoever called it.
    pub(super) fn note_written(&mut self, object: ObjId, name: Atom, value: Set) {
        let (yes, no) = self.sets.truth(value);
        let written = Written { object, name, truthy: yes };
        if yes != no && self.lang.written.len() < MAX_WRITTEN && !self.lang.written.contains(&written) {
            self.lang.written.push(written);
        }
    }

    /// What was written since sets flags that were tested on the way here; what always runs, callers hear of.
    pub(super) fn settle_written(&mut self, frame: &mut Frame<'a>) {
        for written in std::mem::take(&mut self.lang.written) {
            for at in 0..frame.flags.len() {
                let flag = frame.flags[at];
                let is_it = flag.held.is_some_and(|(name, objects)| {
                    name == written.name && self.sets.objects(objects).any(|object| object == written.object)
                });
                if is_it && flag.truthy != written.truthy {
                    self.once(frame, flag);
                }
            }
            let only_once = frame.guards.iter().all(|guard| matches!(guard.meaning, Meaning::Once(_)));
            if only_once && frame.tries == 0 && frame.written.len() < MAX_WRITTEN && !frame.written.contains(&written) {
                frame.written.push(written);
            }
        }
    }

    /// A context was called: what it always writes is written here.
    pub(super) fn hear_of_written(&mut self, ctx: CtxId) {
        let Some(written) = self.lang.always_written.get(&ctx) else { return };
        for written in written.iter().copied() {
            if self.lang.written.len() < MAX_WRITTEN && !self.lang.written.contains(&written) {
                self.lang.written.push(written);
            }
        }
    }

    /// A place was written: whether that sets a flag which was tested on the way here.
    pub(super) fn set_flag(&mut self, frame: &mut Frame<'a>, target: &Pattern, value: Set) {
        let Some(set) = self.one_truth(frame, value) else { return };
        for at in 0..frame.flags.len() {
            let flag = frame.flags[at];
            let same = match target {
                Pattern::Var(var) => {
                    matches!(self.code.expr(frame.code.file, flag.place), Expr::Var(other) if other == var)
                }
                Pattern::Place(place) => self.same_place(frame.code.file, *place, flag.place),
                _ => false,
            };
            if same && flag.truthy != set {
                self.once(frame, flag);
            }
        }
    }

    /// View data was written: the same for flags that are kept there.
    pub(super) fn set_data_flags(&mut self, frame: &mut Frame<'a>, callee: u32, args: &'a [(u32, bool)]) {
        let file = frame.code.file;
        let (false, Some(changes)) = (frame.flags.is_empty(), self.data_changes(file, callee, args)) else { return };
        for at in 0..frame.flags.len() {
            let flag = frame.flags[at];
            let Expr::Member { object, name, .. } = *self.code.expr(file, flag.place) else { continue };
            let Expr::Member { name: holder, .. } = *self.code.expr(file, object) else { continue };
            if !E::is_data(self, self.code.file(file).atoms[holder as usize]) {
                continue;
            }
            let key = self.code.file(file).atoms[name as usize];
            if self.literal_under(file, changes, key) == Some(!flag.truthy) {
                self.once(frame, flag);
            }
        }
    }

    fn once(&mut self, frame: &mut Frame<'a>, flag: Flag) {
        let file = frame.code.file;
        let copied = flag.held.map(|(name, _)| name);
        let Some(name) = copied.or_else(|| self.last_name(file, flag.place)) else { return };
        if frame.guards.iter().any(|guard| guard.meaning == Meaning::Once(name) && guard.site.expr == flag.test) {
            return;
        }
        let key = (file, flag.place, flag.truthy);
        let set_back = match self.lang.set_back.get(&key) {
            Some(known) => *known,
            None => {
                let found = self.is_set_back(file, flag, name);
                self.lang.set_back.insert(key, found);
                found
            }
        };
        if !set_back {
            let site = Site { file, expr: flag.test };
            frame.guards.push(Guard { site, truthy: flag.truthy, meaning: Meaning::Once(name) });
        }
    }

    fn one_truth(&self, frame: &Frame, value: Set) -> Option<bool> {
        let (yes, no) = self.sets.truth(value);
        (!frame.flags.is_empty() && yes != no).then_some(yes)
    }

    /// The changes that `setData({…})` is handed, when they are written there.
    fn data_changes(&self, file: u32, callee: u32, args: &[(u32, bool)]) -> Option<&'a [Prop]> {
        let Expr::Member { name, .. } = self.code.expr(file, callee) else { return None };
        let Expr::Object(props) = self.code.expr(file, args.first()?.0) else { return None };
        E::writes_data(self, self.code.file(file).atoms[*name as usize]).then_some(props)
    }

    fn literal_under(&self, file: u32, props: &[Prop], key: Atom) -> Option<bool> {
        props.iter().find_map(|prop| match prop {
            Prop::Value(Key::Name(name), value, _) if self.code.file(file).atoms[*name as usize] == key => {
                self.literal_truth(file, *value)
            }
            _ => None,
        })
    }

    fn literal_truth(&self, file: u32, value: u32) -> Option<bool> {
        match self.code.expr(file, value) {
            Expr::Bool(value) => Some(*value),
            Expr::Number(value) => Some(*value != 0.0),
            Expr::Undefined | Expr::Null => Some(false),
            Expr::Str(name) => Some(self.code.file(file).atoms[*name as usize] != Atom(0)),
            Expr::Not(inner) => self.literal_truth(file, *inner).map(|value| !value),
            _ => None,
        }
    }

    fn last_name(&self, file: u32, place: u32) -> Option<Atom> {
        let code = self.code.file(file);
        match self.code.expr(file, place) {
            Expr::Member { name, .. } => Some(code.atoms[*name as usize]),
            Expr::Var(var) => Some(code.atoms[code.script.vars[*var as usize].name as usize]),
            _ => None,
        }
    }

    /// Whether two expressions are written the same: `this.a.b`, `getApp().a`.
    fn same_place(&self, file: u32, a: u32, b: u32) -> bool {
        match (self.code.expr(file, a), self.code.expr(file, b)) {
            (Expr::Member { object: a, name: x, .. }, Expr::Member { object: b, name: y, .. }) => {
                x == y && self.same_place(file, *a, *b)
            }
            (Expr::This, Expr::This) => true,
            (Expr::Var(a), Expr::Var(b)) => a == b,
            (Expr::Global(a), Expr::Global(b)) => a == b,
            (Expr::Imported(a, x), Expr::Imported(b, y)) => (a, x) == (b, y),
            (Expr::Call { callee: a, args: x, .. }, Expr::Call { callee: b, args: y, .. }) => {
                x.is_empty() && y.is_empty() && self.same_place(file, *a, *b)
            }
            _ => false,
        }
    }

    /// Whether a place of this name is somewhere given what the flag was before: then it comes again.
    fn is_set_back(&self, file: u32, flag: Flag, name: Atom) -> bool {
        if let (Expr::Var(var), None) = (self.code.expr(file, flag.place), flag.held) {
            return self.writes_back(file, flag, |pattern| matches!(pattern, Pattern::Var(other) if other == var));
        }
        // What is kept in the instance is its own file's; anything else may be written anywhere.
        let own = self.is_own(file, flag.place);
        let scripts = (0..self.code.files.len() as u32)
            .filter(|other| self.code.files[*other as usize].is_some() && (!own || *other == file));
        scripts.into_iter().any(|file| {
            let named = |place: &Pattern| match place {
                Pattern::Place(place) => self.last_name(file, *place) == Some(name),
                _ => false,
            };
            self.writes_back(file, flag, named) || self.data_back(file, flag, name)
        })
    }

    /// Whether a place lies in `this`.
    fn is_own(&self, file: u32, place: u32) -> bool {
        match self.code.expr(file, place) {
            Expr::Member { object, .. } => self.is_own(file, *object),
            Expr::This => true,
            _ => false,
        }
    }

    fn writes_back(&self, file: u32, flag: Flag, ours: impl Fn(&Pattern) -> bool) -> bool {
        self.code.file(file).script.body.exprs.iter().any(|expr| match expr {
            Expr::Assign { target, how: Assign::Plain, value } => {
                ours(target) && self.literal_truth(file, *value) != Some(!flag.truthy)
            }
            _ => false,
        })
    }

    fn data_back(&self, file: u32, flag: Flag, name: Atom) -> bool {
        self.code.file(file).script.body.exprs.iter().any(|expr| match expr {
            Expr::Call { callee, args, .. } => self
                .data_changes(file, *callee, args)
                .is_some_and(|changes| self.literal_under(file, changes, name) == Some(flag.truthy)),
            _ => false,
        })
    }
}

/// Whether nothing comes after these statements in their function.
pub(in crate::analyse) fn leaves(stmts: &[Stmt]) -> bool {
    match stmts.last() {
        Some(Stmt::Return(_) | Stmt::Throw(_) | Stmt::Jump { .. }) => true,
        Some(Stmt::Block(stmts)) => leaves(stmts),
        _ => false,
    }
}
