//! In: the contexts and edges of a run. Out: the functions that lead to requests and how, and the calls that lead nowhere.

use super::{At, CallView, EdgeView, FunctionView, Looker, RequestView};
use crate::analyse::record::EdgeKind;
use crate::analyse::record::Site as ExprSite;
use crate::analyse::{CodeRef, CtxId};
use crate::app::Site;
use crate::facts::script::Expr;
use crate::report::clean;
use std::collections::{BTreeMap, BTreeSet};

impl Looker<'_, '_> {
    /// The functions on the ways to these requests, in order of files, and the edges between them.
    pub(super) fn calls(&self, requests: &[(&Site, RequestView)]) -> (Vec<FunctionView>, Vec<EdgeView>) {
        let machine = &self.app.machine;
        let ctx_of = |request: &u32| self.app.request(*request).ctx;
        let ends = requests.iter().flat_map(|(site, _)| site.requests.iter().map(ctx_of));
        let reached = self.leading_to(ends.collect());
        let code = |ctx: CtxId| machine.ctxs[ctx.0 as usize].code;
        let codes: BTreeSet<CodeRef> = reached.iter().map(|ctx| code(*ctx)).collect();
        let number: BTreeMap<CodeRef, usize> = codes.iter().enumerate().map(|(at, code)| (*code, at)).collect();
        let mut functions: Vec<FunctionView> = codes.iter().map(|code| self.function(*code, number[code])).collect();
        for (at, entry) in self.app.live.entry_points.iter().enumerate() {
            if let Some(function) = reached.contains(&entry.ctx).then(|| number[&code(entry.ctx)]) {
                functions[function].entries.push(at);
            }
        }
        for (at, (site, _)) in requests.iter().enumerate() {
            let makers: BTreeSet<CodeRef> = site.requests.iter().map(|request| code(ctx_of(request))).collect();
            makers.iter().for_each(|maker| functions[number[maker]].requests.push(at));
        }
        let inner = machine.edges.iter().filter(|edge| reached.contains(&edge.from) && reached.contains(&edge.to));
        let edges: BTreeSet<EdgeView> = inner
            .map(|edge| EdgeView {
                from: number[&code(edge.from)],
                to: number[&code(edge.to)],
                at: self.at(&self.app.expr_place(edge.site)),
                kind: edge_name(edge.kind),
                sure: match edge.kind {
                    EdgeKind::Guess => "guessed",
                    EdgeKind::Unresolved => "assumed",
                    _ => "resolved",
                },
            })
            .collect();
        (functions, edges.into_iter().collect())
    }

    /// The contexts from which these can be reached, with them.
    fn leading_to(&self, ends: BTreeSet<CtxId>) -> BTreeSet<CtxId> {
        let mut into: BTreeMap<CtxId, Vec<CtxId>> = BTreeMap::new();
        for edge in self.app.machine.edges.iter().filter(|edge| edge.from != CtxId::NONE) {
            into.entry(edge.to).or_default().push(edge.from);
        }
        let mut queue: Vec<CtxId> = ends.iter().copied().collect();
        let mut reached = ends;
        while let Some(ctx) = queue.pop() {
            for from in into.get(&ctx).into_iter().flatten() {
                if reached.insert(*from) {
                    queue.push(*from);
                }
            }
        }
        reached
    }

    fn function(&self, code: CodeRef, id: usize) -> FunctionView {
        FunctionView {
            id,
            name: self.function_name(code),
            at: self.at(&self.app.place(code.file, self.app.machine.code.function(code).span)),
            entries: Vec::new(),
            requests: Vec::new(),
        }
    }

    pub(super) fn function_name(&self, code: CodeRef) -> String {
        let name = self.app.machine.code.function(code).name;
        name.map(|name| clean(self.app.machine.code.file(code.file).script.body.name(name))).unwrap_or_default()
    }

    /// Calls whose target is not known, in order of their places.
    pub(super) fn unresolved(&self, wanted: impl Fn(&At) -> bool) -> Vec<CallView> {
        let sites: BTreeSet<ExprSite> = self.app.machine.unresolved.iter().map(|call| call.site).collect();
        let call = |site: ExprSite| CallView { at: self.at(&self.app.expr_place(site)), text: self.callee(site) };
        let found: BTreeSet<CallView> = sites.into_iter().map(call).filter(|call| wanted(&call.at)).collect();
        found.into_iter().collect()
    }

    /// What a call calls, as it is written; other expressions whole.
    pub(super) fn callee(&self, site: ExprSite) -> String {
        let script = self.app.machine.code.file(site.file).script;
        match script.body.exprs.get(site.expr as usize) {
            Some(Expr::Call { callee, .. } | Expr::New { callee, .. }) => {
                self.source(ExprSite { file: site.file, expr: *callee })
            }
            _ => self.source(site),
        }
    }
}

fn edge_name(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Call | EdgeKind::Unresolved | EdgeKind::Guess => "call",
        EdgeKind::Import => "import",
        EdgeKind::Callback(..) => "callback",
        EdgeKind::Then => "then",
        EdgeKind::Catch => "catch",
        EdgeKind::Timer => "timer",
        EdgeKind::Iteration => "iteration",
        EdgeKind::Accessor => "accessor",
        EdgeKind::Update => "update",
        EdgeKind::Event(_) => "event",
    }
}
