//! In: nothing. Out: what JavaScript asks of whatever surrounds a program: the one door from the language to the rooms above it. Never
//! says what the answers are: [`Embedder`] is implemented where platforms and run-times are known.

use super::Machine;
use super::exec::Frame;
use super::recording::RescueBy;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, OpaqueId, Set};
use crate::analyse::domain::{CodeRef, CtxId};
use crate::analyse::engine::record::{Meaning, UseKind};

/// What an object of the embedder's has under a name.
pub enum Member {
    /// These values.
    Is(Set),
    /// The language's methods of these groups, see `native_names`.
    Methods(u16),
}

/// What surrounds a program: objects, functions and names of its own, and what it wants to know.
pub trait Embedder<'a>: Sized {
    /// A free name that nothing in the program can change.
    fn global(machine: &mut Machine<'a, Self>, frame: &Frame, name: Atom) -> Option<Set>;

    /// A free name that neither the program nor the language has.
    fn last_global(machine: &mut Machine<'a, Self>, name: Atom) -> Option<Set>;

    /// What an object has under a name, whatever the program has put there.
    fn overriding_member(machine: &mut Machine<'a, Self>, object: ObjId, name: Atom) -> Option<Set>;

    /// What an object of the embedder's has under a name where the program has put nothing.
    fn member(machine: &mut Machine<'a, Self>, object: ObjId, kind: Kind, name: Atom) -> Member;

    /// A member of a value that is not known.
    fn member_of_unknown(machine: &mut Machine<'a, Self>, name: Atom) -> Option<Set>;

    /// Whether objects of this kind make their members when asked, so that copies of them have to ask, too.
    fn makes_members(kind: Kind) -> bool;

    /// What such an object makes.
    fn made_member(machine: &mut Machine<'a, Self>, name: Atom) -> Set;

    /// The value from outside whose members an object has besides its own.
    fn stands_for(machine: &Machine<'a, Self>, object: ObjId) -> Option<OpaqueId>;

    /// Groups of `native_names` that are the embedder's: [`super::native_names::WATCHED`] and those behind it.
    fn name_groups(machine: &Machine<'a, Self>, name: Atom) -> u16;

    /// What a member of a value from outside is, where that is known.
    fn known_member_outside(machine: &mut Machine<'a, Self>, value: OpaqueId, name: Atom) -> Option<Set>;

    /// What reading a member of an object gives that holds these values.
    fn read(machine: &mut Machine<'a, Self>, frame: &Frame, expr: u32, object: ObjId, values: Set) -> Set;

    /// A property of an object is about to be written; whether that is done.
    fn writes_instead(
        machine: &mut Machine<'a, Self>,
        frame: &Frame,
        expr: u32,
        object: ObjId,
        name: Atom,
        value: Set,
    ) -> bool;

    /// What a member of the expression `holder` is, whatever the program does.
    fn constant(machine: &mut Machine<'a, Self>, frame: &Frame, holder: u32, name: Atom) -> Option<Set>;

    /// What a file imports that is no file.
    fn imported(machine: &mut Machine<'a, Self>, file: u32, import: u32, name: Atom) -> Option<Set>;

    /// Calls an object of the embedder's.
    fn call(machine: &mut Machine<'a, Self>, frame: &Frame, id: u32, object: ObjId, this: Set, args: &[Set]) -> Set;

    /// Calls a function of the program whose summary is known, instead of running it.
    fn call_by_summary(
        machine: &mut Machine<'a, Self>,
        frame: &Frame,
        id: u32,
        code: CodeRef,
        this: Set,
        args: &[Set],
    ) -> Option<Set>;

    /// Whether a function's summary is that of `Object.assign`.
    fn assigns(machine: &Machine<'a, Self>, code: CodeRef) -> bool;

    /// Calls unknown code of which the summary is known all the same.
    fn call_unknown(machine: &mut Machine<'a, Self>, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Option<Set>;

    /// Unknown code was called with these.
    fn called_unknown(machine: &mut Machine<'a, Self>, frame: &Frame, id: u32, args: &[Set]);

    /// Calls a builtin that the language does not have.
    fn call_builtin(
        machine: &mut Machine<'a, Self>,
        frame: &Frame,
        id: u32,
        name: &str,
        this: Set,
        args: &[Set],
    ) -> Option<Set>;

    /// What `new` gives for a function of the program, instead of running it.
    fn construct(machine: &mut Machine<'a, Self>, class: ObjId, code: CodeRef, args: &[Set]) -> Option<Set>;

    /// Names under which functions are called back, whatever the object is: with what was asked for, with a failure, with
    /// either.
    fn callback_names(machine: &Machine<'a, Self>) -> [Atom; 3];

    /// The property that `this.data` is, and whether a method of this name writes there.
    fn is_data(machine: &Machine<'a, Self>, name: Atom) -> bool;

    /// Whether a method of this name writes there.
    fn writes_data(machine: &Machine<'a, Self>, name: Atom) -> bool;

    /// What a test's outcome means, where that is known.
    fn meaning(machine: &mut Machine<'a, Self>, frame: &mut Frame<'a>, test: u32, truthy: bool) -> Option<Meaning>;

    /// What it means that a value is what a case of a `switch` names; `None` where nobody asks.
    fn meaning_of_case(machine: &Machine<'a, Self>, frame: &Frame<'a>, case: u32, value: Set) -> Option<Meaning>;

    /// A watched name is read from these values.
    fn reads_watched(machine: &mut Machine<'a, Self>, frame: &Frame, expr: u32, object: Set);

    /// A property of an object is written.
    fn writes(machine: &mut Machine<'a, Self>, object: ObjId, name: Atom, value: Set);

    /// A property of a value from outside is written.
    fn writes_outside(machine: &mut Machine<'a, Self>, value: OpaqueId, name: Atom);

    /// Whether such a use of a value from outside is to be remembered.
    fn is_watched(machine: &Machine<'a, Self>, value: OpaqueId, how: UseKind) -> bool;

    /// Values are handed where they become visible.
    fn sink_into(machine: &mut Machine<'a, Self>, frame: &Frame, id: u32, into: Atom, value: Set);

    /// Somebody deals with this rejection.
    fn handled(machine: &mut Machine<'a, Self>, reason: OpaqueId);

    /// A promise of the program's own is rejected with this.
    fn handed_on(machine: &mut Machine<'a, Self>, reason: OpaqueId);

    /// A rejection arrives at the place of this number.
    fn rescued(machine: &mut Machine<'a, Self>, ctx: CtxId, reason: OpaqueId, by: RescueBy<'a>, place: usize);
}
