//! In: a test, or code that runs. Out: what a program keeps (properties, view data, variables, its storage) that the test
//! reads, or that the code changes. Compared by name: good enough to say that code does not touch what a test looks at.

use super::{App, syntax};
use crate::analyse::CtxId;
use crate::analyse::record::{EdgeKind, Request, Site};
use crate::analyse::value::Val;
use crate::facts::script::{Body, Expr, Key, Pattern, Stmt, VarId};
use crate::platform::Storage;
use std::collections::BTreeSet;

mod writes;

/// How deep calls and variables are followed.
const MAX_DEPTH: u32 = 6;

/// Where a program keeps something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// A property, view data, or a global.
    Name(String),
    /// A variable of a file.
    Variable(u32, VarId),
    /// The program's storage, under a key.
    Stored(String),
    /// All of the storage, or under a key that is not known.
    Storage,
}

/// What a test reads, or code changes.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    /// What is known.
    pub kept: BTreeSet<Kept>,
    /// Something came from outside or could not be followed.
    pub unknown: bool,
}

impl Keeping {
    /// Whether something changed here may be read there.
    pub fn touches(&self, read: &Keeping) -> bool {
        let stored = |kept: &Kept| matches!(kept, Kept::Stored(_) | Kept::Storage);
        let all = self.kept.contains(&Kept::Storage) && read.kept.iter().any(stored);
        let any = read.kept.contains(&Kept::Storage) && self.kept.iter().any(stored);
        all || any || self.kept.intersection(&read.kept).next().is_some()
    }
}

/// What a chain of properties starts from.
enum Root {
    /// Something the program has.
    Own,
    /// It is all said already: a key of the storage.
    Said,
    /// From outside, or not followed.
    Outside,
}

impl App<'_> {
    /// What a test that some context makes reads.
    pub fn reads(&self, ctx: CtxId, test: Site) -> Keeping {
        let mut found = Keeping::default();
        self.read(ctx, test.expr, &mut found, 0);
        found
    }

    fn read(&self, ctx: CtxId, id: u32, found: &mut Keeping, depth: u32) {
        let file = self.machine.ctxs[ctx.0 as usize].code.file;
        let body = &self.machine.code.file(file).script.body;
        if depth > MAX_DEPTH {
            found.unknown = true;
            return;
        }
        let mut each = |ids: &[u32]| ids.iter().for_each(|id| self.read(ctx, *id, found, depth));
        match &body.exprs[id as usize] {
            Expr::Undefined
            | Expr::Null
            | Expr::Bool(_)
            | Expr::Number(_)
            | Expr::Str(_)
            | Expr::Regex
            | Expr::This => {}
            Expr::Not(inner) | Expr::TypeOf(inner) | Expr::Unary(inner) | Expr::Void(inner) | Expr::Await(inner) => {
                each(&[*inner]);
            }
            Expr::Binary { left, right, .. } | Expr::Logic { left, right, .. } => each(&[*left, *right]),
            Expr::Conditional { test, then, otherwise } => each(&[*test, *then, *otherwise]),
            Expr::Template(parts) | Expr::Sequence(parts) => each(parts),
            Expr::Var(var) => {
                found.unknown |= matches!(self.variable(ctx, *var, found, depth), Root::Outside);
            }
            Expr::Global(name) | Expr::Imported(_, name) => {
                found.kept.insert(Kept::Name(body.name(*name).to_string()));
            }
            Expr::Member { .. } | Expr::Index { .. } | Expr::Call { .. } | Expr::Assign { .. } => {
                found.unknown |= matches!(self.root(ctx, id, found, depth), Root::Outside);
            }
            _ => found.unknown = true,
        }
    }

    /// Reads a chain of properties from its root on.
    fn root(&self, ctx: CtxId, id: u32, found: &mut Keeping, depth: u32) -> Root {
        let file = self.machine.ctxs[ctx.0 as usize].code.file;
        let body = &self.machine.code.file(file).script.body;
        if depth > MAX_DEPTH {
            return Root::Outside;
        }
        match &body.exprs[id as usize] {
            Expr::This | Expr::Global(_) | Expr::Imported(..) | Expr::Namespace(_) | Expr::Super => Root::Own,
            Expr::Var(var) => self.variable(ctx, *var, found, depth),
            Expr::Await(inner) => self.root(ctx, *inner, found, depth),
            Expr::Assign { value, .. } => self.root(ctx, *value, found, depth),
            Expr::Logic { left, right, .. } => {
                match (self.root(ctx, *left, found, depth), self.root(ctx, *right, found, depth)) {
                    (Root::Outside, _) | (_, Root::Outside) => Root::Outside,
                    (Root::Own, _) => Root::Own,
                    (Root::Said, _) => Root::Said,
                }
            }
            Expr::Object(_) | Expr::Array(_) => Root::Own,
            Expr::Member { object, name, .. } => {
                let root = self.root(ctx, *object, found, depth);
                self.step(root, body.name(*name), found)
            }
            Expr::Index { object, index, .. } => {
                let root = self.root(ctx, *object, found, depth);
                match &body.exprs[*index as usize] {
                    Expr::Str(name) => self.step(root, body.name(*name), found),
                    Expr::Number(_) => root,
                    _ => Root::Outside,
                }
            }
            Expr::Call { callee, args, .. } => {
                let args: Vec<u32> = args.iter().map(|(arg, _)| *arg).collect();
                self.call_root(ctx, id, *callee, &args, found, depth)
            }
            _ => Root::Outside,
        }
    }

    /// One more property of a chain. The holders of view data and props stand for nothing by themselves.
    fn step(&self, root: Root, name: &str, found: &mut Keeping) -> Root {
        let names = &self.platform.instance;
        if matches!(root, Root::Own) && name != names.data && name != names.props {
            found.kept.insert(Kept::Name(name.to_string()));
        }
        root
    }

    fn call_root(&self, ctx: CtxId, id: u32, callee: u32, args: &[u32], found: &mut Keeping, depth: u32) -> Root {
        let file = self.machine.ctxs[ctx.0 as usize].code.file;
        let body = &self.machine.code.file(file).script.body;
        let site = Site { file, expr: id };
        let mut requests = self.requests_at(ctx, site).peekable();
        if requests.peek().is_some() {
            let mut root = Root::Said;
            for request in requests {
                let name = self.machine.atoms.text(request.api);
                match self.storage(request) {
                    Some(Storage::Read) => found.kept.extend(self.stored(request)),
                    // What the phone is does not depend on the user's answer.
                    _ if self.platform.sync_apis.iter().any(|sync| sync == name) => {}
                    _ => root = Root::Outside,
                }
            }
            return root;
        }
        if let Expr::Global(name) = &body.exprs[callee as usize] {
            let name = body.name(*name);
            if name == self.platform.instance.get_app || name == self.platform.instance.get_pages {
                return Root::Own;
            }
        }
        if self.is_unresolved(ctx, site) {
            return Root::Outside;
        }
        let called: Vec<CtxId> = self.called(ctx, site).collect();
        if called.is_empty() {
            // A method of the language: what it is called on and with.
            if let Expr::Member { object, .. } = &body.exprs[callee as usize] {
                self.read(ctx, *object, found, depth);
            }
            args.iter().for_each(|arg| self.read(ctx, *arg, found, depth));
            return Root::Said;
        }
        called.iter().for_each(|callee| self.read_body(*callee, found, depth + 1));
        Root::Own
    }

    /// What a function's result depends on.
    fn read_body(&self, ctx: CtxId, found: &mut Keeping, depth: u32) {
        let function = self.machine.code.function(self.machine.ctxs[ctx.0 as usize].code);
        let mut wanted = Vec::new();
        deciding(&function.body, &mut wanted);
        wanted.iter().for_each(|expr| self.read(ctx, *expr, found, depth));
    }

    /// What a variable stands for: its own place, and where its values come from.
    fn variable(&self, ctx: CtxId, var: VarId, found: &mut Keeping, depth: u32) -> Root {
        let file = self.machine.ctxs[ctx.0 as usize].code.file;
        let code = self.machine.code.file(file);
        let facts = &code.script.vars[var as usize];
        if !found.kept.insert(Kept::Variable(file, var)) {
            return Root::Own;
        }
        let Some(owner) = self.owner(ctx, facts.owner) else { return Root::Outside };
        let function = &code.script.functions[facts.owner as usize];
        if let Some(at) = function.params.iter().position(|param| in_pattern(param, var)) {
            let args = &self.machine.ctxs[owner.0 as usize].args;
            let Some(set) = args.get(at) else { return Root::Own };
            let outside = |value: &Val| {
                matches!(value, Val::Opaque(_) | Val::Unknown | Val::Text | Val::AnyNumber | Val::AnyBool)
            };
            return if self.machine.sets.values(*set).iter().any(outside) { Root::Outside } else { Root::Own };
        }
        let mut root = Root::Own;
        for expr in self.assignments(file, var) {
            let Expr::Assign { target, value, .. } = &code.script.body.exprs[*expr as usize] else { continue };
            let from = match &**target {
                Pattern::Var(_) => self.value_root(owner, *value, found, depth + 1),
                target => {
                    let from = self.root(owner, *value, found, depth + 1);
                    let key =
                        key_of(&code.script.body, target, var).map(|name| code.script.body.name(name).to_string());
                    if let (Root::Own, Some(key)) = (&from, key) {
                        found.kept.insert(Kept::Name(key));
                    }
                    from
                }
            };
            match from {
                Root::Outside => return Root::Outside,
                Root::Said => root = Root::Said,
                Root::Own => {}
            }
        }
        root
    }

    /// What a variable's value is taken from; a test stands for what it reads.
    fn value_root(&self, ctx: CtxId, id: u32, found: &mut Keeping, depth: u32) -> Root {
        let file = self.machine.ctxs[ctx.0 as usize].code.file;
        match &self.machine.code.file(file).script.body.exprs[id as usize] {
            Expr::Not(_) | Expr::Binary { .. } | Expr::Conditional { .. } | Expr::TypeOf(_) | Expr::Unary(_) => {
                self.read(ctx, id, found, depth);
                Root::Said
            }
            Expr::Undefined | Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) | Expr::Function(_) => {
                Root::Own
            }
            _ => self.root(ctx, id, found, depth),
        }
    }

    /// The context that owns a function's variables, from a context inside it.
    pub(super) fn owner(&self, mut ctx: CtxId, function: u32) -> Option<CtxId> {
        while ctx != CtxId::NONE {
            let facts = &self.machine.ctxs[ctx.0 as usize];
            if facts.code.function == function {
                return Some(self.machine.running(ctx));
            }
            ctx = facts.env;
        }
        None
    }

    /// The keys of the storage a request names.
    fn stored(&self, request: &Request) -> BTreeSet<Kept> {
        let mut found = BTreeSet::new();
        // Some call it with the key itself and not with options.
        let first = request.args.first().map_or(&[][..], |set| self.machine.sets.values(*set));
        let plain = first.iter().copied().filter(|value| matches!(value, Val::Str(_)));
        for value in self.option_values(request, self.machine.lang.names.key).into_iter().chain(plain) {
            found.insert(match value {
                Val::Str(atom) => Kept::Stored(self.machine.atoms.text(atom).to_string()),
                _ => Kept::Storage,
            });
        }
        if found.is_empty() {
            found.insert(Kept::Storage);
        }
        found
    }

    /// What a request does with the program's storage. The synchronous APIs have no rows of their own.
    pub fn storage(&self, request: &Request) -> Option<Storage> {
        let name = self.machine.atoms.text(request.api);
        self.platform.apis.get(name.strip_suffix("Sync").unwrap_or(name))?.storage
    }

    /// The requests a context makes at a place.
    pub fn requests_at(&self, ctx: CtxId, site: Site) -> impl Iterator<Item = &Request> {
        self.request_ids_at(ctx, site).map(|at| self.request(at))
    }

    /// The same as indices.
    pub fn request_ids_at(&self, ctx: CtxId, site: Site) -> impl Iterator<Item = u32> {
        let made = self.index.requests_at(site).iter().copied();
        made.filter(move |at| self.request(*at).ctx == ctx)
    }

    /// Whether it is not known what a context calls at a place.
    pub fn is_unresolved(&self, ctx: CtxId, site: Site) -> bool {
        self.machine.unresolved.contains(&crate::analyse::record::Unresolved { ctx, site })
    }

    /// The contexts a context calls at a place.
    pub fn called(&self, ctx: CtxId, site: Site) -> impl Iterator<Item = CtxId> {
        let edges = self.index.edges_at(ctx, site).map(|at| &self.machine.edges[at as usize]);
        edges.filter(|edge| edge.kind == EdgeKind::Call).map(|edge| edge.to)
    }

    /// The expressions of a context's own code.
    pub fn own_exprs(&self, ctx: CtxId) -> Vec<u32> {
        let code = self.machine.ctxs[ctx.0 as usize].code;
        syntax::exprs(&self.machine.code.file(code.file).script.body, &self.machine.code.function(code).body)
    }
}

/// Hands over every variable to which a pattern gives a value.
pub(crate) fn variables(pattern: &Pattern, found: &mut impl FnMut(VarId)) {
    match pattern {
        Pattern::Var(var) => found(*var),
        Pattern::Global(_) | Pattern::Place(_) => {}
        Pattern::Object(props, rest) => {
            props.iter().for_each(|(_, pattern)| variables(pattern, found));
            rest.iter().for_each(|rest| variables(rest, found));
        }
        Pattern::Array(items, _) => items.iter().flatten().for_each(|item| variables(item, found)),
        Pattern::Default(pattern, _) => variables(pattern, found),
    }
}

/// Whether a pattern gives a variable its value.
pub(crate) fn in_pattern(pattern: &Pattern, var: VarId) -> bool {
    match pattern {
        Pattern::Var(known) => *known == var,
        Pattern::Global(_) | Pattern::Place(_) => false,
        Pattern::Object(props, rest) => {
            props.iter().any(|(_, pattern)| in_pattern(pattern, var)) || rest.iter().any(|rest| in_pattern(rest, var))
        }
        Pattern::Array(items, _) => items.iter().flatten().any(|item| in_pattern(item, var)),
        Pattern::Default(pattern, _) => in_pattern(pattern, var),
    }
}

/// The property under which a pattern finds a variable's value.
fn key_of(body: &Body, pattern: &Pattern, var: VarId) -> Option<u32> {
    let Pattern::Object(props, _) = pattern else { return None };
    props.iter().find(|(_, pattern)| in_pattern(pattern, var)).and_then(|(key, pattern)| {
        match (key, key_of(body, pattern, var)) {
            (_, Some(inner)) => Some(inner),
            (Key::Name(name), None) => Some(*name),
            (Key::Computed(key), None) => match body.exprs[*key as usize] {
                Expr::Str(name) => Some(name),
                _ => None,
            },
        }
    })
}

/// The expressions that decide about a function's result: what it returns, and its tests.
fn deciding(stmts: &[Stmt], found: &mut Vec<u32>) {
    for stmt in stmts {
        match stmt {
            Stmt::Return(Some(value)) => found.push(*value),
            Stmt::If { test: decides, .. } | Stmt::Switch { on: decides, .. } => found.push(*decides),
            _ => {}
        }
        stmt.blocks().for_each(|block| deciding(block, found));
    }
}
