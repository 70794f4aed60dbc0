//! In: places of calls. Out: how their options are written. Never a value: what is written elsewhere is not looked up,
//! but for a variable's own assignments in the same file.

use super::App;
use crate::analyse::record::Site;
use crate::facts::script::{Exported, Expr, ExprId, Key, Operator, Pattern, Prop, Script};
use crate::text::Span;

/// How deep variables, properties and imports are followed.
const MAX_DEPTH: u32 = 8;
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

    /// How a text begins that is put together where it is written: `'http://a/b?c=' + d`, a template, or a variable, property or
    /// import that holds one.
    pub fn written_start(&self, file: u32, expr: ExprId) -> Option<String> {
        self.start_of(file, expr, 0)
    }

    fn start_of(&self, file: u32, expr: ExprId, depth: u32) -> Option<String> {
        let script = self.script(file).filter(|_| depth < MAX_DEPTH)?;
        let body = &script.body;
        match &body.exprs[expr as usize] {
            Expr::Str(name) => Some(body.name(*name).to_owned()),
            Expr::Template(parts) => {
                let first = self.start_of(file, *parts.first()?, depth + 1)?;
                let second = parts.get(1).filter(|_| first.is_empty());
                second.map_or(Some(first), |second| self.start_of(file, *second, depth + 1))
            }
            Expr::Binary { how: Operator::Add, left, .. } => self.start_of(file, *left, depth + 1),
            Expr::Var(_) | Expr::Imported(..) => {
                let (file, value) = self.written_value(file, expr)?;
                self.start_of(file, value, depth + 1)
            }
            Expr::Member { object, name, .. } => {
                let (file_of_object, object) = self.written_value(file, *object)?;
                let value = written_property(self.script(file_of_object)?, object, body.name(*name))?;
                self.start_of(file_of_object, value, depth + 1)
            }
            _ => None,
        }
    }

    /// The one value written for a variable, or for the variable that an import names.
    fn written_value(&self, file: u32, expr: ExprId) -> Option<(u32, ExprId)> {
        let script = self.script(file)?;
        let (file, var) = match script.body.exprs[expr as usize] {
            Expr::Var(var) => (file, var),
            Expr::Imported(import, name) => {
                let source = script.body.name(script.imports.get(import as usize)?.source);
                let other = self.model.resolve_script(file, source)?;
                let exports = self.script(other)?;
                let wanted = script.body.name(name);
                let var = exports.exports.iter().find_map(|(known, exported)| match exported {
                    Exported::Var(var) if exports.body.name(*known) == wanted => Some(*var),
                    _ => None,
                })?;
                (other, var)
            }
            _ => return None,
        };
        let [one] = self.assignments(file, var) else { return None };
        match &self.script(file)?.body.exprs[*one as usize] {
            Expr::Assign { target, value, .. } if **target == Pattern::Var(var) => Some((file, *value)),
            _ => None,
        }
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
