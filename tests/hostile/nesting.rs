//! What nests 100,000 deep or repeats as often. It is refused with a reason, or read.

use super::{besides, program};

const DEEP: usize = 100_000;

/// Whether the file was refused with the reason.
fn refused(file: &'static str, text: String) -> bool {
    let besides = besides(&program([(file, text)]));
    besides.iter().any(|line| line.starts_with(file) && line.contains("nested too deep"))
}

#[test]
fn scripts_that_nest_without_end_are_refused() {
    let around = |open: &str, middle: &str, close: &str| [&open.repeat(DEEP), middle, &close.repeat(DEEP)].concat();
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("f([", "", "])"),
        ("{f();", "", "}"),
        ("f({a:", "1", "})"),
        ("`${", "1", "}`"),
        ("function f(){", "", "}"),
        ("<a>", "", "</a>"),
        ("!", "1", ""),
        ("- ", "1", ""),
        ("typeof ", "1", ""),
        ("new ", "X", ""),
        ("a?b:", "c", ""),
        ("a=>", "1", ""),
        ("a=", "1", ""),
        ("a**", "1", ""),
        ("if(a)", ";", ""),
        ("if(a){}else ", ";", ""),
        ("if(a)b;else ", ";", ""),
        ("for(;;)", ";", ""),
        ("while(a)", ";", ""),
        ("with(a)", ";", ""),
        ("do ", ";", " while(1)"),
        ("a:", ";", ""),
    ] {
        assert!(refused("bad.js", format!("my.a();{}", around(open, middle, close))), "{open}");
    }
    for (open, middle) in [("A<", "B"), ("A<B,", "C"), ("A extends B?C:", "D"), ("keyof ", "D"), ("()=>", "D")] {
        assert!(refused("bad.ts", format!("my.a(); type X={}", around(open, middle, ""))), "{open}");
    }
}

#[test]
fn what_leans_left_is_read_or_refused() {
    for piece in ["+a", "&&a", "||a", "*a", ".b", "()", "[0]", "?.b", "``", ",a", " as b", "!"] {
        for many in [1_200, 9_000, DEEP] {
            besides(&program([("bad.ts", format!("x=a{}", piece.repeat(many)))]));
        }
    }
}

/// Names with dots stand for each other without any brackets.
#[test]
fn namespaces_and_short_names_of_100_000_parts() {
    for many in [100, 3_000, DEEP] {
        let parts = ".A".repeat(many);
        let text = format!("namespace A{parts} {{ export const a = 1; }}\nimport B = A{parts};\n");
        let besides = besides(&program([("bad.js", "require('./types');".to_owned()), ("types.ts", text)]));
        assert_eq!(besides.iter().any(|line| line.contains("nested too deep")), many > 100, "{many}");
    }
}

/// What the facts leave out is said.
#[test]
fn nothing_deep_is_left_out_in_silence() {
    let text = format!("{}my.getAuthCode({{ scopes: 'auth_user' }});", "if(a)".repeat(2_000));
    let besides = besides(&program([("bad.js", text)]));
    assert!(besides.iter().any(|line| line.contains("what lies deeper was not checked")), "{besides:?}");
}

#[test]
fn templates() {
    let twice = |open: &str, close: &str| [open.repeat(DEEP), close.repeat(DEEP)].concat();
    for text in [
        twice("<view>", "</view>"),
        twice("<view>", ""),
        twice("<", ""),
        twice("</", ""),
        twice("<!--", ""),
        twice("{{", ""),
        twice("{{'", ""),
        twice("{{a}}", ""),
        twice("&", ""),
        twice("<view onTap=\"nobody\"/>", ""),
        format!("<view a=\"{{{{{}}}}}\"/>", twice("(", ")")),
        format!("<view a=\"{{{{{}c}}}}\"/>", "a?b:".repeat(DEEP)),
        format!("<view a=\"{{{{a{}}}}}\"/>", ".b".repeat(DEEP)),
        format!("<view a=\"{{{{a{}}}}}\"/>", "&&b".repeat(DEEP)),
        format!("<view {}/>", "a=\"{{b}}\" ".repeat(DEEP)),
        format!("<view a:if=\"{{{{a}}}}\"/>{}", "<view a:elif=\"{{a}}\"/>".repeat(20_000)),
        twice("<view a:if=\"{{a}}\">", "").split_at(19 * 20_000).0.to_owned(),
        twice("<block a:for=\"{{a}}\">", "").split_at(21 * 5_000).0.to_owned(),
    ] {
        besides(&program([("bad.axml", text)]));
    }
}

#[test]
fn json() {
    for text in ["[".repeat(DEEP), "{\"a\":".repeat(DEEP), ",".repeat(DEEP), "/*".repeat(DEEP), "\"\\".repeat(DEEP)] {
        let besides = besides(&program([("bad.json", text)]));
        assert!(!besides.is_empty());
    }
}
