//! In: code that runs. Out: what a program keeps that the code changes. Never follows a call: callers name the contexts.

use super::{Keeping, Kept};
use crate::analyse::CtxId;
use crate::analyse::record::Site;
use crate::app::App;
use crate::facts::script::{Expr, Key, Pattern, Prop};
use crate::platform::Storage;

impl App<'_> {
    /// What some expressions of a context change.
    pub fn writes(&self, ctx: CtxId, exprs: &[u32]) -> Keeping {
        let file = self.machine.ctxs[ctx.0 as usize].code.file;
        let body = &self.machine.code.file(file).script.body;
        let mut found = Keeping::default();
        for id in exprs {
            let site = Site { file, expr: *id };
            match &body.exprs[*id as usize] {
                Expr::Assign { target, value, .. } => {
                    self.written(file, target, &mut found);
                    // `this.data = { asked: true }` changes what stands under the names inside.
                    if let Expr::Object(props) = &body.exprs[*value as usize] {
                        found.kept.extend(props.iter().filter_map(|prop| match prop {
                            Prop::Value(Key::Name(name), ..) => Some(Kept::Name(body.name(*name).to_string())),
                            _ => None,
                        }));
                    }
                }
                Expr::Unary(inner) => match &body.exprs[*inner as usize] {
                    Expr::Var(var) => self.written(file, &Pattern::Var(*var), &mut found),
                    Expr::Member { .. } => self.written(file, &Pattern::Place(*inner), &mut found),
                    _ => {}
                },
                Expr::Call { .. } => {
                    let done = self.index.writes_of(ctx).iter().map(|at| &self.machine.embedder.writes[*at as usize]);
                    let ours = done.filter(|write| write.site == site);
                    found.kept.extend(ours.map(|write| Kept::Name(self.machine.atoms.text(write.key).to_string())));
                    for request in self.requests_at(ctx, site) {
                        if self.storage(request) == Some(Storage::Write) {
                            found.kept.extend(self.stored(request));
                        }
                    }
                    found.unknown |= self.is_unresolved(ctx, site);
                }
                _ => {}
            }
        }
        found
    }

    fn written(&self, file: u32, pattern: &Pattern, found: &mut Keeping) {
        let body = &self.machine.code.file(file).script.body;
        match pattern {
            Pattern::Var(var) => drop(found.kept.insert(Kept::Variable(file, *var))),
            Pattern::Global(name) => drop(found.kept.insert(Kept::Name(body.name(*name).to_string()))),
            Pattern::Place(place) => match &body.exprs[*place as usize] {
                Expr::Member { name, .. } => drop(found.kept.insert(Kept::Name(body.name(*name).to_string()))),
                Expr::Index { index, .. } => match &body.exprs[*index as usize] {
                    Expr::Str(name) => drop(found.kept.insert(Kept::Name(body.name(*name).to_string()))),
                    _ => found.unknown = true,
                },
                _ => {}
            },
            Pattern::Object(props, rest) => {
                props.iter().for_each(|(_, pattern)| self.written(file, pattern, found));
                rest.iter().for_each(|rest| self.written(file, rest, found));
            }
            Pattern::Array(items, _) => items.iter().flatten().for_each(|item| self.written(file, item, found)),
            Pattern::Default(pattern, _) => self.written(file, pattern, found),
        }
    }
}
