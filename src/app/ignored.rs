//! In: a request. Out: whether its source throws the answer away: the callback has no name for it, and nobody waits for a
//! value. Kept apart from values: an answer that is stored and read much later counts as used.

use super::App;
use crate::analyse::object::Kind;
use crate::analyse::record::Site;
use crate::analyse::value::{ObjId, Val};
use crate::facts::script::{Expr, Pattern};

impl App<'_> {
    /// Whether nothing in the source takes a request's answer.
    pub fn is_answer_ignored(&self, request: u32) -> bool {
        let facts = self.request(request);
        let keys = [self.machine.embedder.names.success, self.machine.embedder.names.complete];
        let callbacks: Vec<Val> = keys.iter().flat_map(|key| self.option_values(facts, *key)).collect();
        let ignores = |value: &Val| match value {
            Val::Object(function) => self.ignores_argument(*function),
            Val::Undefined | Val::Null => true,
            _ => false,
        };
        // Some APIs take a callback behind their options.
        let plain = facts.args.len() < 2;
        let handed = callbacks.iter().any(|value| matches!(value, Val::Object(_)));
        plain && callbacks.iter().all(ignores) && (handed || self.is_value_dropped(facts.ctx, facts.site))
    }

    fn ignores_argument(&self, function: ObjId) -> bool {
        let Kind::Function { code, .. } = self.machine.heap.get(function).kind else { return false };
        let function = self.machine.code.function(code);
        let script = self.machine.code.file(code.file).script;
        let unread = |param: &Pattern| matches!(param, Pattern::Var(var) if !script.vars[*var as usize].read);
        !function.uses_arguments && function.params.first().is_none_or(unread)
    }

    /// Whether a call, or waiting for it, is a statement of its own.
    fn is_value_dropped(&self, ctx: crate::analyse::CtxId, call: Site) -> bool {
        let exprs = &self.machine.code.file(call.file).script.body.exprs;
        let waits = exprs.iter().position(|expr| matches!(expr, Expr::Await(inner) if *inner == call.expr));
        let waits = waits.map(|at| Site { file: call.file, expr: at as u32 });
        self.is_dropped(ctx, call) || waits.is_some_and(|site| self.is_dropped(ctx, site))
    }
}
