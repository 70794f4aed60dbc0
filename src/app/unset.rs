//! In: a test and its outcome. Out: whether that outcome is possible while what the test looks at is not there yet. `if (!name)`
//! and `if (name == null)` ask for what is missing; `if (granted)` goes on with what somebody has put there.

use super::App;
use crate::analyse::CtxId;
use crate::analyse::record::Site;
use crate::analyse::value::Atom;
use crate::facts::script::{Expr, Operator, Pattern, Stmt, VarId};

/// How deep variables and calls are followed.
const MAX_DEPTH: u32 = 6;

impl App<'_> {
    /// Whether a test that some context makes can come out so before anything was kept. What cannot be told is taken for
    /// possible.
    pub fn holds_without(&self, ctx: CtxId, test: Site, truthy: bool) -> bool {
        self.lacks(ctx, test.expr, truthy, 0)
    }

    fn lacks(&self, ctx: CtxId, id: u32, truthy: bool, depth: u32) -> bool {
        let file = self.machine.ctxs[ctx.0 as usize].code.file;
        let code = self.machine.code.file(file);
        let exprs = &code.script.body.exprs;
        if depth > MAX_DEPTH {
            return true;
        }
        match &exprs[id as usize] {
            Expr::Not(inner) => self.lacks(ctx, *inner, !truthy, depth),
            Expr::Await(inner) | Expr::Assign { value: inner, .. } => self.lacks(ctx, *inner, truthy, depth),
            Expr::Logic { left, right, .. } => [left, right].iter().any(|id| self.lacks(ctx, **id, truthy, depth)),
            Expr::Conditional { then, otherwise, .. } => {
                [then, otherwise].iter().any(|id| self.lacks(ctx, **id, truthy, depth))
            }
            Expr::Binary { how: Operator::Equal, negated, left, right } => {
                let literal = [left, right].iter().find_map(|side| is_set(&exprs[**side as usize]));
                // Nothing equals what is not set, and differs from what is.
                literal.is_none_or(|set| set != (truthy != *negated))
            }
            Expr::Bool(value) => *value == truthy,
            Expr::Undefined | Expr::Null => !truthy,
            Expr::Member { name, .. } => !truthy || self.set_at_first(code.atoms[*name as usize]),
            Expr::Global(name) => !truthy || self.set_at_first(code.atoms[*name as usize]),
            Expr::Imported(..) => !truthy,
            Expr::Var(var) => self.variable_lacks(ctx, *var, truthy, depth),
            Expr::Call { .. } => self.call_lacks(ctx, Site { file, expr: id }, truthy, depth),
            _ => true,
        }
    }

    fn variable_lacks(&self, ctx: CtxId, var: VarId, truthy: bool, depth: u32) -> bool {
        let file = self.machine.ctxs[ctx.0 as usize].code.file;
        let code = self.machine.code.file(file);
        let owner = self.owner(ctx, code.script.vars[var as usize].owner);
        if let ([one], Some(owner)) = (self.assignments(file, var), owner)
            && let Expr::Assign { target, value, .. } = &code.script.body.exprs[*one as usize]
            && matches!(&**target, Pattern::Var(_))
        {
            return self.lacks(owner, *value, truthy, depth + 1);
        }
        !truthy
    }

    /// A call of known functions may give back each thing they return.
    fn call_lacks(&self, ctx: CtxId, site: Site, truthy: bool, depth: u32) -> bool {
        let mut known = false;
        for called in self.called(ctx, site) {
            let mut returned = Vec::new();
            returns(&self.machine.code.function(self.machine.ctxs[called.0 as usize].code).body, &mut returned);
            known |= !returned.is_empty();
            if returned.iter().any(|id| self.lacks(called, *id, truthy, depth + 1)) {
                return true;
            }
        }
        !known
    }

    /// Whether some instance's options declare a property of this name, themselves or in an object they hold, that is truthy.
    fn set_at_first(&self, name: Atom) -> bool {
        let truthy = |slot| {
            let set = self.machine.heap.peek(slot);
            self.machine.sets.truth(set) == (true, false)
        };
        let options = self.live.instances.iter().flat_map(|instance| instance.options.iter());
        options.map(|option| self.machine.heap.get(*option)).any(|option| {
            let held = option.properties().iter().flat_map(|(_, property)| {
                let values = self.machine.sets.objects(self.machine.heap.peek(property.slot));
                values.filter_map(|object| self.machine.heap.get(object).property(name))
            });
            option.property(name).into_iter().chain(held).any(|property| truthy(property.slot))
        })
    }
}

/// Whether a literal is something rather than nothing; `None` when that cannot be told: what is missing may be `false` as well.
fn is_set(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Undefined | Expr::Null => Some(false),
        Expr::Bool(true) => Some(true),
        _ => None,
    }
}

/// What statements return.
fn returns(stmts: &[Stmt], found: &mut Vec<u32>) {
    for stmt in stmts {
        if let Stmt::Return(Some(value)) = stmt {
            found.push(*value);
        }
        stmt.blocks().for_each(|block| returns(block, found));
    }
}
