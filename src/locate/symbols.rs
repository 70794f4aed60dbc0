//! In: facts of one file and a place in it. Out: the named functions around the place. Never a line number: it is what
//! stays the same when code moves.

use crate::facts::Facts;
use crate::text::Span;

/// The names of the functions around `span`, outermost first, joined by `/`; empty outside all functions and in files
/// that have none.
pub fn symbol(facts: &Facts, span: Span) -> String {
    let Facts::Script(script) = facts else { return String::new() };
    let mut around: Vec<_> = script.functions.iter().skip(1).filter(|function| function.span.contains(span)).collect();
    around.sort_by_key(|function| std::cmp::Reverse(function.span.end - function.span.start));
    let names = around.iter().filter_map(|function| function.name).map(|name| script.body.name(name));
    names.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::script;

    #[test]
    fn the_named_functions_around_a_place() {
        let text =
            "ask(0); Page({ onLoad() { ask(1); load(() => ask(2)); } });\nconst f = () => { function g() { ask(3) } }";
        let facts = Facts::Script(script::read(text, false).0.expect("a script"));
        for (needle, want) in [("ask(0)", ""), ("ask(1)", "onLoad"), ("ask(2)", "onLoad"), ("ask(3)", "f/g")] {
            let at = text.find(needle).expect("needle");
            assert_eq!(symbol(&facts, Span::new(at, at + needle.len())), want, "{needle}");
        }
    }
}
