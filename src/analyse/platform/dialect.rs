//! In: the framework in whose words a program is written. Out: the names and rows of its table as atoms, and what was found out about
//! the program in its terms. Never decides anything.

use crate::analyse::domain::value::{Atom, Atoms, ObjId};
use crate::framework::Framework;
use crate::model::Model;
use rustc_hash::FxHashMap;

/// What is known of the framework in whose words a program is written.
pub(in crate::analyse) struct Dialect {
    pub(in crate::analyse) framework: Framework,
    /// The property by which a box of a reactive value is known.
    pub(in crate::analyse) mark: Atom,
    pub(in crate::analyse) references: Atom,
    pub(in crate::analyse) emitters: Vec<Atom>,
    pub(in crate::analyse) computed: Atom,
    pub(in crate::analyse) setup: Atom,
    pub(in crate::analyse) extends: Atom,
    pub(in crate::analyse) otherwise: Atom,
    pub(in crate::analyse) defaults: Atom,
    pub(in crate::analyse) own_props: Atom,
    /// Paths of names and the text that each stands for, by their last name.
    pub(in crate::analyse) constants: FxHashMap<Atom, Vec<(Vec<Atom>, Atom)>>,
    /// Members of answers whose values are known: the API and the member.
    pub(in crate::analyse) answers: FxHashMap<(Atom, Atom), Atom>,
    /// What elements in code are given, by file and number.
    pub(in crate::analyse) elements: FxHashMap<(u32, u32), ObjId>,
    /// The members of instances that are a box, by the box.
    pub(in crate::analyse) boxes: FxHashMap<ObjId, Vec<(ObjId, Atom)>>,
}

impl Dialect {
    /// That of a program; `None` when it is in the platform's own words.
    pub(in crate::analyse) fn of(model: &Model, atoms: &mut Atoms) -> Option<Dialect> {
        let framework = Framework::named(model.program.dialect?).ok()?;
        let mut constants: FxHashMap<Atom, Vec<(Vec<Atom>, Atom)>> = FxHashMap::default();
        for (path, value) in &framework.constants {
            let mut names: Vec<Atom> = path.split('.').map(|name| atoms.intern(name)).collect();
            let Some(last) = names.pop() else { continue };
            constants.entry(last).or_default().push((names, atoms.intern(value)));
        }
        let answers = framework.answers.iter().filter_map(|(path, value)| {
            let (api, member) = path.split_once('.')?;
            Some(((atoms.intern(api), atoms.intern(member)), atoms.intern(value)))
        });
        Some(Dialect {
            answers: answers.collect(),
            mark: atoms.intern(&framework.reference_mark),
            references: atoms.intern(&framework.references),
            emitters: framework.emitters.iter().map(|name| atoms.intern(name)).collect(),
            computed: atoms.intern("computed"),
            setup: atoms.intern("setup"),
            extends: atoms.intern("extends"),
            otherwise: atoms.intern("default"),
            defaults: atoms.intern("propDefaults"),
            own_props: atoms.intern("$props"),
            constants,
            boxes: FxHashMap::default(),
            elements: FxHashMap::default(),
            framework,
        })
    }
}
