//! In: scripts. Out: texts that are secrets: by their form, or by the name they are given.

use crate::app::App;
use crate::facts::script::{Expr, ExprId, Key, Pattern, Prop, Script};
use crate::finding::{Certainty, Finding, Level, Message};
use std::collections::BTreeSet;

pub(super) fn check(app: &App<'_>, out: &mut Vec<Finding>) {
    for (file, source) in app.model.reached() {
        let Some(script) = source.script().filter(|_| !source.package) else { continue };
        let mut inner = BTreeSet::new();
        for (at, expr) in script.body.exprs.iter().enumerate().rev() {
            // Parents stand behind their parts: a template speaks for its first piece.
            let text = match expr {
                Expr::Template(parts) => {
                    inner.extend(parts.first().copied());
                    parts.first().and_then(|part| literal(script, *part))
                }
                Expr::Str(_) if !inner.contains(&(at as ExprId)) => literal(script, at as ExprId),
                _ => None,
            };
            if let Some(name) = text.and_then(|text| by_form(app, text)) {
                out.push(finding(app, file, at as ExprId, name, Certainty::Certain));
            }
        }
        for (name, value) in named(script) {
            let secret = literal(script, value).is_some_and(|text| by_name(app, &name, text));
            if secret {
                out.push(finding(app, file, value, name, Certainty::Likely));
            }
        }
    }
}

fn literal(script: &Script, expr: ExprId) -> Option<&str> {
    match script.body.exprs[expr as usize] {
        Expr::Str(name) => Some(script.body.name(name)),
        _ => None,
    }
}

/// The mark of a text that is a secret by its beginning.
fn by_form(app: &App<'_>, text: &str) -> Option<String> {
    let text = text.trim();
    let fits = |mark: &str, shortest: usize| {
        let headed = mark.starts_with('-');
        text.starts_with(mark) && text.chars().count() >= shortest && (headed || text.chars().all(is_key_char))
    };
    let (mark, _) = app.platform.secrets.iter().find(|(mark, row)| fits(mark, row.shortest))?;
    Some(if mark.starts_with('-') { mark.clone() } else { format!("{mark}…") })
}

/// Whether a name promises a secret and the text looks like one.
fn by_name(app: &App<'_>, name: &str, text: &str) -> bool {
    let rules = &app.platform.secret_names;
    let plain: String = name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect();
    let lower = text.to_lowercase();
    rules.names.contains(&plain)
        && text.chars().count() >= rules.shortest
        && text.chars().all(is_key_char)
        && text.contains(|c: char| c.is_ascii_digit())
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && !rules.placeholders.iter().any(|part| lower.contains(part.as_str()))
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-' | '.')
}

/// Names and the values they are given: of variables, properties and defaults.
fn named(script: &Script) -> Vec<(String, ExprId)> {
    let name = |name: u32| script.body.name(name).to_string();
    let target = |pattern: &Pattern| match pattern {
        Pattern::Var(var) => Some(name(script.vars[*var as usize].name)),
        Pattern::Global(global) => Some(name(*global)),
        Pattern::Place(place) => match script.body.exprs[*place as usize] {
            Expr::Member { name: member, .. } => Some(name(member)),
            _ => None,
        },
        _ => None,
    };
    let mut found = Vec::new();
    for expr in &script.body.exprs {
        match expr {
            Expr::Assign { target: to, value, .. } => found.extend(target(to).map(|name| (name, *value))),
            Expr::Object(props) => found.extend(props.iter().filter_map(|prop| match prop {
                Prop::Value(Key::Name(key), value, _) => Some((name(*key), *value)),
                _ => None,
            })),
            _ => {}
        }
    }
    for function in &script.functions {
        found.extend(function.params.iter().filter_map(|param| match param {
            Pattern::Default(inner, value) => target(inner).map(|name| (name, *value)),
            _ => None,
        }));
    }
    found
}

fn finding(app: &App<'_>, file: u32, expr: ExprId, name: String, certainty: Certainty) -> Finding {
    let site = crate::analyse::record::Site { file, expr };
    let message = Message::new("secret").with("name", name.clone());
    Finding::new("personal-data-exposure", Level::Error, certainty, message, app.expr_place(site), name)
}
