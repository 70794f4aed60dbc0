//! In: nothing. Out: what a script says: its functions, lowered to a small language with resolved names.
//! Never an swc type, never a global's meaning: `my`, `Page` and `require` are free names here.
//!
//! The language keeps what an analysis needs (values, calls, order, branches) and drops the rest (types, labels, JSX).

use crate::text::Span;

/// Index into [`Script::functions`]; 0 is the file's own body.
pub type FnId = u32;
/// Index into [`Body::exprs`].
pub type ExprId = u32;
/// Index into [`Script::vars`].
pub type VarId = u32;
/// Index into [`Body::names`]: identifiers, property keys and string literals of one file.
pub type Name = u32;

/// Expressions of one file with their places and the names they use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// The expressions; children stand before their parents.
    pub exprs: Vec<Expr>,
    /// The place of each expression.
    pub spans: Vec<Span>,
    /// Names and strings, each once.
    pub names: Vec<Box<str>>,
}

/// One expression on its own (the inside of `{{ }}`); its free names are the template's data.
#[derive(Clone, Debug, PartialEq)]
pub struct Snippet {
    /// Its parts.
    pub body: Body,
    /// The whole.
    pub root: ExprId,
}

/// A script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// Expressions of all functions.
    pub body: Body,
    /// `[0]` is the file itself.
    pub functions: Vec<Function>,
    /// Every declared variable and parameter.
    pub vars: Vec<Var>,
    /// What is imported by `import … from`, `export … from` and `export * from`.
    pub imports: Vec<Import>,
    /// `export * from`: indices into `imports`; with a name for `export * as name from`.
    pub star_exports: Vec<(u32, Option<Name>)>,
    /// `export { local as name }` and exported declarations.
    pub exports: Vec<(Name, Exported)>,
    /// Whether the file uses `import` or `export`.
    pub is_module: bool,
}

/// What an export name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exported {
    /// A variable of the file.
    Var(VarId),
    /// Something of import `.0` named `.1` (`default` for the default).
    Imported(u32, Name),
    /// A whole imported namespace.
    Namespace(u32),
}

/// A module named in an `import` or `export … from`.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The specifier as written.
    pub source: Name,
    /// Its place, quotes included.
    pub span: Span,
    /// TypeScript `import type`: no value comes from it.
    pub types_only: bool,
}

/// A variable or parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Var {
    /// Its name.
    pub name: Name,
    /// The function it belongs to (block scopes are folded into their function, each `let` keeping its own variable).
    pub owner: FnId,
    /// Position among the owner's variables.
    pub slot: u32,
    /// Read or written by a function inside the owner.
    pub captured: bool,
    /// Written by a function inside the owner.
    pub written_inside: bool,
    /// Read anywhere.
    pub read: bool,
    /// Declared without a value: `undefined` until written.
    pub bare: bool,
}

/// A function, method, accessor, class constructor, or the file's own body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Function {
    /// Its own name, or that of the variable or property it is written to.
    pub name: Option<Name>,
    /// The whole function.
    pub span: Span,
    /// The function it is written in; itself for the file's body.
    pub parent: FnId,
    /// Parameters in order.
    pub params: Vec<Pattern>,
    /// The last parameter collects the rest.
    pub rest: bool,
    /// `=>`: `this` and `arguments` are the parent's.
    pub arrow: bool,
    /// `async`.
    pub is_async: bool,
    /// `function*`.
    pub generator: bool,
    /// How many variables it owns.
    pub slots: u32,
    /// The variables it owns, by slot.
    pub vars: Vec<VarId>,
    /// `this` or `super` occurs in it or in an arrow function inside it.
    pub uses_this: bool,
    /// The name `arguments` occurs in it.
    pub uses_arguments: bool,
    /// Function declarations, which exist before the first statement runs.
    pub hoisted: Vec<(VarId, FnId)>,
    /// What it does.
    pub body: Vec<Stmt>,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are JavaScript's own")]
pub enum Stmt {
    Expr(ExprId),
    Return(Option<ExprId>),
    Throw(ExprId),
    If {
        test: ExprId,
        then: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    /// `for(;;)`, `while`, `do`: `init` is a statement before it.
    Loop {
        test: Option<ExprId>,
        update: Option<ExprId>,
        body: Vec<Stmt>,
        at_least_once: bool,
        own: Vec<VarId>,
    },
    /// `for … of` (`values`) and `for … in` (keys). Each round has variables of its `own`, as far as functions keep them.
    ForEach {
        target: Pattern,
        iterable: ExprId,
        values: bool,
        body: Vec<Stmt>,
        own: Vec<VarId>,
    },
    Try {
        body: Vec<Stmt>,
        catch: Option<(Option<Pattern>, Vec<Stmt>)>,
        finally: Vec<Stmt>,
    },
    /// Each case: its test (`None` for `default`) and its statements.
    Switch {
        on: ExprId,
        cases: Vec<(Option<ExprId>, Vec<Stmt>)>,
    },
    /// `break`, and `continue`, which goes `on` with the loop.
    Jump {
        on: bool,
    },
    Block(Vec<Stmt>),
}

impl Stmt {
    /// The lists of statements inside it, as they are written.
    pub fn blocks(&self) -> impl Iterator<Item = &[Stmt]> {
        let (blocks, cases): ([&[Stmt]; 3], &[_]) = match self {
            Stmt::If { then, otherwise, .. } => ([then, otherwise, &[]], &[]),
            Stmt::Loop { body, .. } | Stmt::ForEach { body, .. } | Stmt::Block(body) => ([body, &[], &[]], &[]),
            Stmt::Try { body, catch, finally } => {
                let handler = catch.as_ref().map_or(&[][..], |(_, handler)| handler);
                ([body, handler, finally], &[])
            }
            Stmt::Switch { cases, .. } => ([&[]; 3], cases),
            Stmt::Expr(_) | Stmt::Return(_) | Stmt::Throw(_) | Stmt::Jump { .. } => ([&[]; 3], &[]),
        };
        blocks.into_iter().chain(cases.iter().map(|(_, body)| body.as_slice()))
    }
}

/// Where a value goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// A variable.
    Var(VarId),
    /// An undeclared name.
    Global(Name),
    /// A property: the expression is a `Member` or `Index`.
    Place(ExprId),
    /// `{ key: pattern = default, … }`, with the rest's pattern.
    Object(Vec<(Key, Pattern)>, Option<Box<Pattern>>),
    /// `[a, , b, …rest]`; the last one is the rest when the flag is set.
    Array(Vec<Option<Pattern>>, bool),
    /// `pattern = default`.
    Default(Box<Pattern>, ExprId),
}

/// A property key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Written out: `a`, `'a'`, `1`.
    Name(Name),
    /// `[expression]`.
    Computed(ExprId),
}

/// A member of an object literal or class.
#[derive(Clone, Debug, PartialEq)]
pub enum Prop {
    /// `key: value`, a method, or a class member; with the key's place.
    Value(Key, ExprId, Span),
    /// `get key() {}`.
    Getter(Key, FnId, Span),
    /// `set key(v) {}`.
    Setter(Key, FnId, Span),
    /// `...value`.
    Spread(ExprId),
}

/// A class: its constructor is a function whose body starts with the field initialisers.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// `extends`.
    pub parent: Option<ExprId>,
    /// `None` when the class declares none.
    pub constructor: Option<FnId>,
    /// Methods and accessors of the prototype.
    pub members: Vec<Prop>,
    /// Static members.
    pub statics: Vec<Prop>,
    /// Instance fields; their values are evaluated with `this` the new object: each is a function of no parameters.
    pub fields: Vec<(Key, FnId)>,
    /// Decorators, applied to the class in order.
    pub decorators: Vec<ExprId>,
}

/// An operator between two values of which only the kind of result matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are JavaScript's own")]
pub enum Operator {
    Add,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    InstanceOf,
    /// Numbers in, a number out.
    Arithmetic,
}

/// `&&`, `||`, `??`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are JavaScript's own")]
pub enum Logic {
    And,
    Or,
    Nullish,
}

/// How a value is assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assign {
    /// `=`.
    Plain,
    /// `+=` and the other arithmetic ones.
    Operator(Operator),
    /// `&&=`, `||=`, `??=`.
    Logic(Logic),
    /// The first value of a declaration.
    Init,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are JavaScript's own")]
pub enum Expr {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Str(Name),
    Regex,
    Var(VarId),
    Global(Name),
    /// A name bound by import `.0`: its export `.1` (`default` for the default).
    Imported(u32, Name),
    /// The namespace of import `.0`.
    Namespace(u32),
    This,
    Super,
    Arguments,
    /// String pieces and values in order.
    Template(Vec<ExprId>),
    Object(Vec<Prop>),
    /// Items (`None` for a hole) and whether each is spread.
    Array(Vec<(Option<ExprId>, bool)>),
    Function(FnId),
    Class(Box<Class>),
    Member {
        object: ExprId,
        name: Name,
        optional: bool,
    },
    Index {
        object: ExprId,
        index: ExprId,
        optional: bool,
    },
    /// Arguments with whether each is spread.
    Call {
        callee: ExprId,
        args: Vec<(ExprId, bool)>,
        optional: bool,
    },
    New {
        callee: ExprId,
        args: Vec<(ExprId, bool)>,
    },
    Assign {
        target: Box<Pattern>,
        how: Assign,
        value: ExprId,
    },
    Conditional {
        test: ExprId,
        then: ExprId,
        otherwise: ExprId,
    },
    Logic {
        how: Logic,
        left: ExprId,
        right: ExprId,
    },
    Not(ExprId),
    TypeOf(ExprId),
    /// `void`, `delete`, `-`, `+`, `~`, `++`, `--`: evaluated, result unknown (`void` gives undefined).
    Unary(ExprId),
    Void(ExprId),
    Binary {
        how: Operator,
        negated: bool,
        left: ExprId,
        right: ExprId,
    },
    Sequence(Vec<ExprId>),
    Await(ExprId),
    Yield {
        value: Option<ExprId>,
        delegate: bool,
    },
    /// `import(x)`.
    DynamicImport(ExprId),
    /// Anything else, with the parts that are evaluated.
    Other(Vec<ExprId>),
}

impl Body {
    /// The text of a name.
    pub fn name(&self, name: Name) -> &str {
        self.names.get(name as usize).map_or("", |name| name)
    }
}
