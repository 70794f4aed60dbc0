//! In: a test and its outcome. Out: what that outcome means for a prompt, where it is known.

use super::Machine;
use crate::analyse::domain::heap::{Origin, PathStep};
use crate::analyse::domain::value::{Set, Val};
use crate::analyse::engine::record::Meaning;
use crate::analyse::language::exec::Frame;
use crate::facts::script::{Expr, Logic, Operator};

impl<'a> Machine<'a> {
    /// What `test` coming out `truthy` means.
    pub(in crate::analyse) fn meaning(&mut self, frame: &mut Frame<'a>, test: u32, truthy: bool) -> Option<Meaning> {
        match self.code.expr(frame.code.file, test) {
            Expr::Not(inner) => self.meaning(frame, *inner, !truthy),
            Expr::Logic { how: Logic::And, left, right } if truthy => {
                self.meaning(frame, *left, true).or_else(|| self.meaning(frame, *right, true))
            }
            Expr::Logic { how: Logic::Or, left, right } if !truthy => {
                self.meaning(frame, *left, false).or_else(|| self.meaning(frame, *right, false))
            }
            Expr::Binary { how: Operator::Equal, negated, left, right } => {
                self.equality(frame, *left, *right, truthy != *negated)
            }
            Expr::Member { .. } | Expr::Index { .. } | Expr::Var(_) => {
                let value = self.quiet_eval(frame, test);
                self.setting(value).map(|key| if truthy { Meaning::Granted(key) } else { Meaning::NotGranted(key) })
            }
            _ => None,
        }
    }

    /// `left == right` came out `equal`.
    fn equality(&mut self, frame: &mut Frame<'a>, left: u32, right: u32, equal: bool) -> Option<Meaning> {
        for (value, literal) in [(left, right), (right, left)] {
            match *self.code.expr(frame.code.file, literal) {
                Expr::Bool(wanted) => {
                    let value = self.quiet_eval(frame, value);
                    if let Some(key) = self.setting(value) {
                        let granted = wanted == equal;
                        // `!== true` leaves `undefined`: not granted either way.
                        return Some(if granted { Meaning::Granted(key) } else { Meaning::NotGranted(key) });
                    }
                }
                Expr::Number(number) => {
                    let value = self.quiet_eval(frame, value);
                    if equal && self.is_error_code(value) {
                        return Some(Meaning::Code(number.to_bits()));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// What it means that a value is what a case of a `switch` names: an error code, or the user's answer to a question.
    pub(in crate::analyse) fn meaning_of_case(&self, frame: &Frame<'a>, case: u32, value: Set) -> Option<Meaning> {
        match self.code.expr(frame.code.file, case) {
            Expr::Number(code) if self.is_error_code(value) => Some(Meaning::Code(code.to_bits())),
            _ => {
                let is_answer = |value: &Val| match value {
                    Val::Opaque(opaque) => self.is_answer(self.heap.opaque_value(*opaque).origin),
                    _ => false,
                };
                self.sets.values(value).iter().any(is_answer).then_some(Meaning::Plain)
            }
        }
    }

    /// Evaluates an expression again; contexts and edges it makes are known already.
    fn quiet_eval(&mut self, frame: &mut Frame<'a>, expr: u32) -> Set {
        self.eval(frame, expr)
    }

    /// The setting a value tells of: `authSetting.<key>` of some answer.
    fn setting(&self, value: Set) -> Option<crate::analyse::domain::value::Atom> {
        self.sets.values(value).iter().find_map(|value| {
            let Val::Opaque(opaque) = value else { return None };
            let opaque = self.heap.opaque_value(*opaque);
            match (opaque.origin, opaque.path.as_slice()) {
                (Origin::Result(_), [.., PathStep::Property(holder), PathStep::Property(key)])
                    if self.atoms.text(*holder) == self.embedder.platform.setting_key =>
                {
                    Some(*key)
                }
                _ => None,
            }
        })
    }

    fn is_error_code(&self, value: Set) -> bool {
        self.sets.values(value).iter().any(|value| {
            let Val::Opaque(opaque) = value else { return false };
            let opaque = self.heap.opaque_value(*opaque);
            matches!(opaque.origin, Origin::Error(_) | Origin::Rejection(_)) && opaque.path.len() == 1
        })
    }
}
