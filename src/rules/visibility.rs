//! In: an element of a view. Out: the names of view data that decide whether it is seen, and how they must be.

use crate::analyse::conditions::Wanted;
use crate::analyse::value::{Atom, ObjId, Set};
use crate::app::App;
use crate::facts::script::{Body, Expr, ExprId, Logic};

/// A name of view data that decides about visibility.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gate {
    /// The instance whose data it is.
    pub(super) instance: u32,
    /// Its object.
    pub(super) object: ObjId,
    /// The name.
    pub(super) key: Atom,
    /// How it must be; `None`: compared with something.
    pub(super) truthy: Option<bool>,
}

impl Gate {
    /// Whether a value lets the element be seen for certain, and whether it may.
    pub(super) fn opens(&self, app: &App<'_>, value: Set) -> (bool, bool) {
        let (yes, no) = app.machine.sets.truth(value);
        match self.truthy {
            Some(true) => (!no, yes),
            Some(false) => (!yes, no),
            None => (false, true),
        }
    }
}

/// Everything that decides whether a node of an instance's view is seen, through the components it stands in.
pub(super) fn gates(app: &App<'_>, instance: u32, node: u32) -> Vec<Gate> {
    let mut found = Vec::new();
    for condition in app.conditions(instance, node) {
        let Some(element) = app.element(condition.instance, condition.node) else { continue };
        let value = element.attributes[condition.attribute].value.as_ref();
        let Some(snippet) = value.and_then(|value| value.expression()) else { continue };
        // Names inside a template are not the data's.
        if app.shown_node(condition.instance, condition.node).is_none_or(|shown| shown.templated) {
            continue;
        }
        let mut names = Vec::new();
        let truthy = match condition.wanted {
            Wanted::True => Some(true),
            Wanted::False => Some(false),
            Wanted::Displayed | Wanted::Listed => None,
        };
        collect(&snippet.body, snippet.root, truthy, &mut names);
        for (name, truthy) in names {
            let Some(key) = app.machine.atoms.find(&name) else { continue };
            let object = app.live.instances[condition.instance as usize].object;
            found.push(Gate { instance: condition.instance, object, key, truthy });
        }
    }
    found
}

fn collect(body: &Body, at: ExprId, wanted: Option<bool>, found: &mut Vec<(String, Option<bool>)>) {
    match &body.exprs[at as usize] {
        Expr::Not(inner) => collect(body, *inner, wanted.map(|wanted| !wanted), found),
        Expr::Logic { how: Logic::And, left, right } if wanted == Some(true) => {
            collect(body, *left, wanted, found);
            collect(body, *right, wanted, found);
        }
        Expr::Logic { how: Logic::Or, left, right } if wanted == Some(false) => {
            collect(body, *left, wanted, found);
            collect(body, *right, wanted, found);
        }
        Expr::Global(name) => found.push((body.name(*name).to_string(), wanted)),
        _ => {
            for at in crate::app::syntax::within(body, at) {
                if let Expr::Global(name) = body.exprs[at as usize] {
                    found.push((body.name(name).to_string(), None));
                }
            }
        }
    }
}
