//! In: the atom table. Out: the names the language itself looks for, as atoms.

use crate::analyse::domain::value::{Atom, Atoms};

/// Atoms of names with a meaning.
#[derive(Debug)]
#[allow(missing_docs, reason = "each field is the name it says")]
pub struct Names {
    pub prototype: Atom,
    pub constructor: Atom,
    pub length: Atom,
    pub default: Atom,
    pub exports: Atom,
    pub key: Atom,
    pub value: Atom,
    pub get: Atom,
    pub set: Atom,
    /// Slots of promises.
    pub result: Atom,
    pub reason: Atom,
    /// Parts of bound functions and proxies.
    pub target: Atom,
    pub bound_this: Atom,
    pub bound_arg: [Atom; 4],
    pub handler: Atom,
    /// Parts of classes.
    pub parent: Atom,
    pub body: Atom,
    pub assign: Atom,
    /// Where data of users becomes visible.
    pub console: Atom,
    /// A function of the run-time of compiled generators.
    pub is_generator: Atom,
}

impl Names {
    /// Interns them.
    pub fn new(atoms: &mut Atoms) -> Names {
        let mut atom = |text: &str| atoms.intern(text);
        Names {
            prototype: atom("prototype"),
            constructor: atom("constructor"),
            length: atom("length"),
            default: atom("default"),
            exports: atom("exports"),
            key: atom("key"),
            value: atom("value"),
            get: atom("get"),
            set: atom("set"),
            result: atom("[[result]]"),
            reason: atom("[[reason]]"),
            target: atom("[[target]]"),
            bound_this: atom("[[this]]"),
            bound_arg: [atom("[[0]]"), atom("[[1]]"), atom("[[2]]"), atom("[[3]]")],
            handler: atom("[[handler]]"),
            parent: atom("[[parent]]"),
            body: atom("[[body]]"),
            assign: atom("Object.assign"),
            console: atom("console"),
            is_generator: atom("isGeneratorFunction"),
        }
    }
}
