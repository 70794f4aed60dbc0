//! In: a script. Out: an object literal of it as JSON, with its places. What is no literal is `Other`.

use crate::facts::manifest::{Json, Member, Value};
use crate::facts::script::{Expr, ExprId, Key, Prop, Script};
use crate::text::Span;

/// How deep literals are followed.
const MAX_DEPTH: u32 = 32;

/// The first object literal with a list under `key`.
pub(super) fn listing(script: &Script, key: &str) -> Option<Json> {
    let objects =
        (0..script.body.exprs.len() as ExprId).filter(|id| matches!(script.body.exprs[*id as usize], Expr::Object(_)));
    // Children stand before their parents: the outermost comes last.
    let lists = |id: ExprId| {
        Some(json(script, id, 0)).filter(|json| json.get(key).is_some_and(|list| !list.items().is_empty()))
    };
    objects.rev().find_map(lists)
}

fn json(script: &Script, id: ExprId, depth: u32) -> Json {
    let body = &script.body;
    let span = body.spans[id as usize];
    let deeper = |id: ExprId| json(script, id, depth + 1);
    let value = match &body.exprs[id as usize] {
        _ if depth > MAX_DEPTH => Value::Other,
        Expr::Str(name) => Value::String(body.name(*name).to_owned()),
        Expr::Bool(value) => Value::Bool(*value),
        Expr::Number(value) => Value::Number(*value),
        Expr::Null => Value::Null,
        Expr::Array(items) => Value::Array(items.iter().filter_map(|(item, _)| *item).map(deeper).collect()),
        Expr::Object(props) => Value::Object(props.iter().filter_map(|prop| member(script, prop, depth)).collect()),
        _ => Value::Other,
    };
    Json { value, span }
}

fn member(script: &Script, prop: &Prop, depth: u32) -> Option<Member> {
    let Prop::Value(Key::Name(key), value, span) = prop else { return None };
    let key_span: Span = *span;
    Some(Member { key: script.body.name(*key).to_owned(), key_span, value: json(script, *value, depth + 1) })
}
