//! In: the scripts of a model. Out: the same scripts with their names made atoms and their captured variables numbered.

use crate::analyse::domain::CodeRef;
use crate::analyse::domain::value::{Atom, Atoms};
use crate::facts::script::{Body, Expr, ExprId, Function, Prop, Script, Stmt};
use crate::model::Model;

/// All scripts, by the model's file number; other files have none.
pub struct Code<'a> {
    /// One per file of the model that something leads to: what else was parsed must change nothing, neither limits that grow
    /// with the program nor the order of names.
    pub files: Vec<Option<File<'a>>>,
}

/// One script.
pub struct File<'a> {
    /// Its facts.
    pub script: &'a Script,
    /// The atom of each of its names.
    pub atoms: Vec<Atom>,
    /// For each variable its number among its owner's captured variables.
    pub captured: Vec<u32>,
    captured_counts: Vec<u32>,
    /// For each function whether it gives back a new object with methods: each place that calls it has its own.
    pub makers: Vec<bool>,
    /// For each function the outermost function around it, below the file's body: in a bundle, the module it belongs to.
    pub roots: Vec<u32>,
}

impl<'a> Code<'a> {
    /// Links the scripts of a model.
    pub fn link(model: &'a Model, atoms: &mut Atoms) -> Code<'a> {
        let file = |file: &'a crate::model::SourceFile| {
            let script = file.script().filter(|_| file.reached)?;
            let names = script.body.names.iter().map(|name| atoms.intern(name)).collect();
            let mut counts = vec![0; script.functions.len()];
            let captured = script.vars.iter().map(|var| {
                let count = &mut counts[var.owner as usize];
                let number = *count;
                *count += u32::from(var.captured);
                number
            });
            let captured = captured.collect();
            let mut roots: Vec<u32> = Vec::with_capacity(script.functions.len());
            for (id, function) in script.functions.iter().enumerate() {
                // Functions stand after the one they are written in.
                let outermost = function.parent == 0 || function.parent as usize >= id;
                roots.push(if outermost { id as u32 } else { roots[function.parent as usize] });
            }
            // Each place that calls a model has what it makes for itself.
            let model = crate::framework::is_model(&file.path);
            let makes = |function: &Function| model || makes(&script.body, &function.body);
            let makers = script.functions.iter().map(makes).collect();
            Some(File { script, atoms: names, captured, captured_counts: counts, makers, roots })
        };
        Code { files: model.files.iter().map(file).collect() }
    }

    /// A script by its file number.
    ///
    /// # Panics
    /// When the file is no script: code references are made of scripts only.
    pub fn file(&self, file: u32) -> &File<'a> {
        self.files[file as usize].as_ref().expect("code references name scripts")
    }

    /// How many functions stand outside all others of their files.
    pub fn outermost(&self) -> usize {
        let own = |file: &File<'a>| file.roots.iter().enumerate().filter(|(id, root)| *id as u32 == **root).count();
        self.files.iter().flatten().map(own).sum()
    }

    /// A function.
    pub fn function(&self, code: CodeRef) -> &'a Function {
        &self.file(code.file).script.functions[code.function as usize]
    }

    /// An expression.
    pub fn expr(&self, file: u32, expr: u32) -> &'a Expr {
        &self.file(file).script.body.exprs[expr as usize]
    }

    /// How many variables of a function are used by functions inside it.
    pub fn captured_count(&self, code: CodeRef) -> u32 {
        self.file(code.file).captured_counts[code.function as usize]
    }
}

/// Whether one of these statements, not counting functions inside them, returns an object literal with methods.
fn makes(body: &Body, stmts: &[Stmt]) -> bool {
    let returns_one = |stmt: &Stmt| matches!(stmt, Stmt::Return(Some(value)) if has_methods(body, *value, 0));
    stmts.iter().any(|stmt| returns_one(stmt) || stmt.blocks().any(|block| makes(body, block)))
}

fn has_methods(body: &Body, expr: ExprId, depth: u32) -> bool {
    let Expr::Object(props) = &body.exprs[expr as usize] else { return false };
    props.iter().any(|prop| match prop {
        Prop::Value(_, value, _) => {
            matches!(body.exprs[*value as usize], Expr::Function(_))
                || depth < 3 && has_methods(body, *value, depth + 1)
        }
        Prop::Getter(..) | Prop::Setter(..) => true,
        Prop::Spread(_) => false,
    })
}
