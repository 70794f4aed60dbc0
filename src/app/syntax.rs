//! In: statements. Out: the expressions written in them, without those of the functions written inside. Never a value.

use crate::facts::script::{Body, Class, Expr, ExprId, Key, Pattern, Prop, Stmt};

/// The expressions of some statements, nested functions left out (the expression that makes one is there).
pub fn exprs(body: &Body, stmts: &[Stmt]) -> Vec<ExprId> {
    let mut found = Vec::new();
    for stmt in stmts {
        of_stmt(body, stmt, &mut found);
    }
    found
}

/// An expression and its parts, nested functions left out.
pub fn within(body: &Body, expr: ExprId) -> Vec<ExprId> {
    let mut found = Vec::new();
    of_expr(body, expr, &mut found);
    found
}

fn of_stmt(body: &Body, stmt: &Stmt, found: &mut Vec<ExprId>) {
    let mut all = |exprs: &[Option<ExprId>]| exprs.iter().flatten().for_each(|expr| of_expr(body, *expr, found));
    match stmt {
        Stmt::Expr(expr) | Stmt::Throw(expr) => all(&[Some(*expr)]),
        Stmt::Return(expr) => all(&[*expr]),
        Stmt::If { test, then, otherwise } => {
            all(&[Some(*test)]);
            then.iter().chain(otherwise).for_each(|stmt| of_stmt(body, stmt, found));
        }
        Stmt::Loop { test, update, body: inner, .. } => {
            all(&[*test, *update]);
            inner.iter().for_each(|stmt| of_stmt(body, stmt, found));
        }
        Stmt::ForEach { target, iterable, body: inner, .. } => {
            all(&[Some(*iterable)]);
            of_pattern(body, target, found);
            inner.iter().for_each(|stmt| of_stmt(body, stmt, found));
        }
        Stmt::Try { body: inner, catch, finally } => {
            let caught = catch.iter().flat_map(|(_, stmts)| stmts);
            inner.iter().chain(caught).chain(finally).for_each(|stmt| of_stmt(body, stmt, found));
        }
        Stmt::Switch { on, cases } => {
            all(&[Some(*on)]);
            for (test, stmts) in cases {
                test.iter().for_each(|test| of_expr(body, *test, found));
                stmts.iter().for_each(|stmt| of_stmt(body, stmt, found));
            }
        }
        Stmt::Jump { .. } => {}
        Stmt::Block(stmts) => stmts.iter().for_each(|stmt| of_stmt(body, stmt, found)),
    }
}

fn of_pattern(body: &Body, pattern: &Pattern, found: &mut Vec<ExprId>) {
    match pattern {
        Pattern::Var(_) | Pattern::Global(_) => {}
        Pattern::Place(expr) => of_expr(body, *expr, found),
        Pattern::Object(props, rest) => {
            for (key, pattern) in props {
                of_key(body, *key, found);
                of_pattern(body, pattern, found);
            }
            rest.iter().for_each(|rest| of_pattern(body, rest, found));
        }
        Pattern::Array(items, _) => items.iter().flatten().for_each(|item| of_pattern(body, item, found)),
        Pattern::Default(pattern, default) => {
            of_pattern(body, pattern, found);
            of_expr(body, *default, found);
        }
    }
}

fn of_key(body: &Body, key: Key, found: &mut Vec<ExprId>) {
    if let Key::Computed(expr) = key {
        of_expr(body, expr, found);
    }
}

fn of_expr(body: &Body, id: ExprId, found: &mut Vec<ExprId>) {
    found.push(id);
    let mut all = |exprs: &[ExprId]| exprs.iter().for_each(|expr| of_expr(body, *expr, found));
    match &body.exprs[id as usize] {
        Expr::Template(parts) | Expr::Sequence(parts) | Expr::Other(parts) => all(parts),
        Expr::Object(props) => of_props(body, props, found),
        Expr::Array(items) => items.iter().filter_map(|(item, _)| *item).for_each(|item| of_expr(body, item, found)),
        Expr::Class(class) => of_class(body, class, found),
        Expr::Member { object, .. } => all(&[*object]),
        Expr::Index { object, index, .. } => all(&[*object, *index]),
        Expr::Call { callee, args, .. } | Expr::New { callee, args } => {
            all(&[*callee]);
            args.iter().for_each(|(arg, _)| of_expr(body, *arg, found));
        }
        Expr::Assign { target, value, .. } => {
            of_pattern(body, target, found);
            of_expr(body, *value, found);
        }
        Expr::Conditional { test, then, otherwise } => all(&[*test, *then, *otherwise]),
        Expr::Logic { left, right, .. } | Expr::Binary { left, right, .. } => all(&[*left, *right]),
        Expr::Not(inner)
        | Expr::TypeOf(inner)
        | Expr::Unary(inner)
        | Expr::Void(inner)
        | Expr::Await(inner)
        | Expr::DynamicImport(inner) => all(&[*inner]),
        Expr::Yield { value, .. } => value.iter().for_each(|value| of_expr(body, *value, found)),
        _ => {}
    }
}

fn of_props(body: &Body, props: &[Prop], found: &mut Vec<ExprId>) {
    for prop in props {
        match prop {
            Prop::Value(key, value, _) => {
                of_key(body, *key, found);
                of_expr(body, *value, found);
            }
            Prop::Getter(key, ..) | Prop::Setter(key, ..) => of_key(body, *key, found),
            Prop::Spread(value) => of_expr(body, *value, found),
        }
    }
}

fn of_class(body: &Body, class: &Class, found: &mut Vec<ExprId>) {
    class.parent.iter().chain(&class.decorators).for_each(|expr| of_expr(body, *expr, found));
    of_props(body, &class.members, found);
    of_props(body, &class.statics, found);
}

#[cfg(test)]
mod tests {
    use super::exprs;
    use crate::facts::Facts;
    use crate::facts::script::Expr;
    use crate::parse;

    #[test]
    fn expressions_end_at_nested_functions() {
        for (text, calls) in [
            ("a(); if (b()) { c(); } else d();", 4),
            ("a(() => b());", 1),
            ("try { a(); } catch (e) { b(); } finally { c(); }", 3),
            ("switch (a()) { case b(): c(); }", 3),
            ("x = { [a()]: b(), ...c() }; function f() { d(); }", 3),
        ] {
            let (_, parsed) = parse::file("a.js", text.as_bytes());
            let Some(Facts::Script(script)) = &parsed.facts else { panic!("{text}") };
            let found = exprs(&script.body, &script.functions[0].body);
            let is_call = |id: &&u32| matches!(script.body.exprs[**id as usize], Expr::Call { .. });
            assert_eq!(found.iter().filter(is_call).count(), calls, "{text}");
        }
    }
}
