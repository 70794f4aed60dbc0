//! In: a program that was run in the abstract. Out: the words rules speak: requests, their scopes, the witness paths to
//! them, authorization buttons, handlers. Never a finding.

mod buttons;
mod coverage;
pub mod effect;
pub mod flow;
pub mod state;
mod ignored;
mod index;
mod unset;
mod outcome;
mod purposes;
mod requests;
pub mod shown;
mod source;
mod steps;
pub mod syntax;
mod values;

pub use buttons::{Button, Known};
pub use coverage::{Coverage, Limit, Part, is_request};
pub use purposes::{Idle, Purpose};
pub use requests::{Failure, Prompting, Site};
pub use source::written_property;

use crate::analyse::CtxId;
use crate::analyse::Machine;
use crate::analyse::budget::Budget;
use crate::analyse::code::Code;
use crate::analyse::entry_points::LiveProgram;
use crate::analyse::lifecycle;
use crate::analyse::object::Kind;
use crate::analyse::value::Atoms;
use crate::analyse::witness_paths::WitnessPaths;
use crate::facts::script::{Expr, ExprId, VarId};
use crate::finding::Place;
use crate::model::Model;
use crate::platform::Platform;
use crate::text::Span;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// A program that was run.
pub struct App<'a> {
    /// The program, linked.
    pub model: &'a Model,
    /// The platform it was run on.
    pub platform: &'a Platform,
    /// What happened.
    pub machine: Machine<'a>,
    /// Its instances and entries.
    pub live: LiveProgram,
    /// Paths from entry points to contexts.
    pub witness_paths: WitnessPaths,
    /// All of it, by what it is looked up by.
    pub(crate) index: index::Index,
    /// The requests, one for each place and API, in order of their places.
    pub sites: Vec<Site>,
    /// The values given to each variable of a file, once somebody has asked for them.
    assignments: FxHashMap<u32, OnceCell<FxHashMap<VarId, Vec<ExprId>>>>,
    /// Where a file uses what interfaces for the user's data answered, once somebody has asked for it.
    answer_uses: FxHashMap<u32, OnceCell<Vec<Span>>>,
    /// The requests whose answers are tested or shown, once somebody has asked for them.
    looked_at: OnceCell<BTreeSet<u32>>,
    /// The authorization buttons, once a rule has asked for them.
    known_buttons: Option<Vec<Button>>,
    /// What the configuration declares that data is needed for.
    pub purposes: Vec<Purpose>,
}

/// Runs a program and hands the result to `judge`. `purposes` are what its configuration declares.
pub fn with_app<T>(
    model: &Model,
    platform: &Platform,
    purposes: Vec<Purpose>,
    budget: Budget,
    judge: impl FnOnce(App<'_>) -> T,
) -> T {
    let mut atoms = Atoms::new();
    let code = Code::link(model, &mut atoms);
    let mut machine = Machine::new(model, platform, &code, atoms, budget);
    let live = lifecycle::run(&mut machine);
    machine.order_uses();
    let witness_paths = WitnessPaths::of(&machine, &live);
    let index = index::Index::of(&machine, &live);
    let sites = requests::sites(&machine, &index);
    let assignments = (0..code.files.len() as u32).map(|file| (file, OnceCell::new())).collect();
    let answer_uses = (0..code.files.len() as u32).map(|file| (file, OnceCell::new())).collect();
    let known_buttons = None;
    judge(App {
        model,
        platform,
        machine,
        live,
        witness_paths,
        index,
        sites,
        assignments,
        answer_uses,
        looked_at: OnceCell::new(),
        known_buttons,
        purposes,
    })
}

impl App<'_> {
    /// The assignments that give a variable its values, in order.
    pub(crate) fn assignments(&self, file: u32, var: VarId) -> &[ExprId] {
        let body = &self.machine.code.file(file).script.body;
        let index = || {
            let mut index: FxHashMap<VarId, Vec<ExprId>> = FxHashMap::default();
            for (at, expr) in body.exprs.iter().enumerate() {
                if let Expr::Assign { target, .. } = expr {
                    state::variables(target, &mut |var| index.entry(var).or_default().push(at as ExprId));
                }
            }
            index
        };
        self.assignments[&file].get_or_init(index).get(&var).map_or(&[], Vec::as_slice)
    }

    /// A place in one of the program's files.
    pub fn place(&self, file: u32, span: Span) -> Place {
        Place { file: self.model.files[file as usize].path.clone(), span }
    }

    /// Whether any entry at all leads to a context.
    pub fn is_live(&self, ctx: CtxId) -> bool {
        self.index.is_live(ctx)
    }

    /// The place of an expression.
    pub fn expr_place(&self, site: crate::analyse::record::Site) -> Place {
        let spans = &self.machine.code.file(site.file).script.body.spans;
        let span = spans.get(site.expr as usize).copied().unwrap_or_default();
        self.place(site.file, span)
    }

    /// Whether a value is a function.
    pub fn is_callable(&self, value: crate::analyse::value::Val) -> bool {
        use crate::analyse::value::Val;
        match value {
            Val::Object(object) => matches!(
                self.machine.heap.get(object).kind,
                Kind::Function { .. } | Kind::Bound | Kind::Builtin(_) | Kind::Proxy | Kind::Class | Kind::Api(_)
            ),
            Val::Unknown | Val::Opaque(_) => true,
            _ => false,
        }
    }
}
