//! In: places of calls. Out: how their options are written. Never a value: what is written elsewhere is not looked up,
//! but for a variable's own assignments in the same file.

use super::App;
use crate::analyse::record::Site;
use crate::facts::script::{Expr, ExprId, Key, Pattern, Prop, Script};
use crate::text::Span;

/// From more APIs on a call is taken for a framework's table.
const MOST_APIS: usize = 8;
/// The same for a call that finds its function by name.
const FEW_APIS: usize = 3;

impl App<'_> {
    /// A script by its file number; `None` for other files.
    pub fn script(&self, file: u32) -> Option<&Script> {
        self.model.files.get(file as usize)?.script()
    }

    /// The expression written for an option of a call: `my.api({ key: <this> })`.
    pub fn written_option(&self, call: Site, key: &str) -> Option<ExprId> {
        let script = self.script(call.file)?;
        let Expr::Call { args, .. } = script.body.exprs.get(call.expr as usize)? else { return None };
        // Bridges have the name first.
        args.iter().take(2).find_map(|(arg, _)| written_property(script, *arg, key))
    }

    /// Whether a call stands for so many APIs that it is a framework's own and says nothing about the program.
    pub fn is_dispatcher(&self, call: Site) -> bool {
        let here = self.index.requests_at(call).iter().map(|request| self.request(*request).api);
        let count = here.collect::<std::collections::BTreeSet<_>>().len();
        count > if self.is_named_at_run_time(call) { FEW_APIS } else { MOST_APIS }
    }

    /// Whether a call finds its function by an index: `my[name](options)`.
    fn is_named_at_run_time(&self, call: Site) -> bool {
        let Some(script) = self.script(call.file) else { return false };
        let Expr::Call { callee, .. } = script.body.exprs[call.expr as usize] else { return false };
        let function = match script.body.exprs[callee as usize] {
            // `my[name].apply(my, options)`
            Expr::Member { object, .. } => object,
            _ => callee,
        };
        matches!(script.body.exprs[function as usize], Expr::Index { .. })
    }

    /// Where the texts that make up an expression are written: the expression itself and, for a variable, its assignments.
    pub fn written_parts(&self, file: u32, expr: ExprId) -> Vec<Span> {
        let Some(script) = self.script(file) else { return Vec::new() };
        let mut spans = vec![script.body.spans[expr as usize]];
        if let Expr::Var(var) = script.body.exprs[expr as usize] {
            spans.extend(script.body.exprs.iter().filter_map(|expr| match expr {
                Expr::Assign { target, value, .. } if **target == Pattern::Var(var) => {
                    Some(script.body.spans[*value as usize])
                }
                _ => None,
            }));
        }
        spans
    }
}

/// The value written for a property of an object literal.
pub fn written_property(script: &Script, object: ExprId, key: &str) -> Option<ExprId> {
    let Expr::Object(props) = script.body.exprs.get(object as usize)? else { return None };
    props.iter().rev().find_map(|prop| match prop {
        Prop::Value(Key::Name(name), value, _) if script.body.name(*name) == key => Some(*value),
        _ => None,
    })
}
