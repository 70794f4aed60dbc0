use super::*;
use crate::facts::script::{Exported, Key, Prop};

fn script(text: &str) -> Script {
    let (script, problems, _) = read(text, false);
    assert_eq!(problems, []);
    script.expect("a script")
}

#[test]
fn names_resolve_to_their_declarations() {
    let script = script(
        "import a, {b as c} from './x'; let d = 1; export {d as e}; export default function f(g) { return d + g + c + h }",
    );
    let names: Vec<_> = script.vars.iter().map(|var| script.body.name(var.name)).collect();
    assert_eq!(names, ["d", "f", "g"]);
    let exports: Vec<_> = script.exports.iter().map(|(name, to)| (script.body.name(*name), *to)).collect();
    assert_eq!(exports, [("e", Exported::Var(0)), ("default", Exported::Var(1))]);
    assert!(script.vars[0].captured && !script.vars[2].captured);
    assert!(script.body.exprs.iter().any(|expr| matches!(expr, Expr::Global(name) if script.body.name(*name) == "h")));
}

#[test]
fn places_are_bytes_from_zero() {
    let text = "// 中文\nPage({ onLoad() { my.getAuthCode({}) } })";
    let script = script(text);
    let call = script.body.exprs.iter().position(|expr| matches!(expr, Expr::Call { .. })).expect("a call");
    assert_eq!(script.body.spans[call].of(text), "my.getAuthCode({})");
}

#[test]
fn typescript_and_broken_files_are_told_apart() {
    assert!(read("const a: string = 'x' as any", true).0.is_some());
    assert!(read("const a: string = 'x'; enum E { A = 'auth_user' }", false).0.is_some(), "TypeScript in a .js file");
    let (none, problems, _) = read("Page({ onLoad() { ", false);
    assert!(none.is_none() && problems.len() == 1, "{problems:?}");
    let deep = "(".repeat(100_000);
    assert!(read(&deep, false).1[0].message.key.contains("deep"));
    assert!(read(&format!("x = {}1", "!".repeat(100_000)), false).1[0].message.key.contains("deep"));
}

#[test]
fn long_chains_do_not_recurse() {
    let sum = format!("x = {}1", "a + ".repeat(5_000));
    assert!(script(&sum).body.exprs.len() > 5_000);
}

#[test]
fn snippets_read_paths_objects_and_conditions() {
    let at = |text: &str| {
        let found = expression(text, Span::new(0, text.len()));
        found.map(|snippet| {
            (
                snippet.body.exprs[snippet.root as usize].clone(),
                snippet.body.spans[snippet.root as usize].of(text).to_string(),
            )
        })
    };
    assert!(matches!(at(" a.b "), Some((Expr::Member { .. }, text)) if text == "a.b"));
    assert!(matches!(at("ok ? 'x' : ''"), Some((Expr::Conditional { .. }, text)) if text == "ok ? 'x' : ''"));
    let Some((Expr::Object(props), _)) = at("...item, on: 'x'") else { panic!("an object") };
    assert!(matches!(props[..], [Prop::Spread(_), Prop::Value(Key::Name(_), ..)]));
    assert!(at("a b").is_none() && at("").is_none());
}

#[test]
fn directives_are_found_only_at_the_beginning_of_a_comment() {
    let text =
        "// consentry-ignore launch-prompt: asked for\nf() // see consentry-ignore\n/* consentry-ignore-file x */";
    let (_, _, directives) = read(text, false);
    let texts: Vec<_> = directives.iter().map(|directive| directive.text.as_str()).collect();
    assert_eq!(texts, ["consentry-ignore launch-prompt: asked for", "consentry-ignore-file x"]);
}
