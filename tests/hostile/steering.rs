//! Text that steers a terminal, a log or a page: it never leaves the tool as it is, wherever it stands.

use super::{checked, program, shown};
use consentry::report::Format;

/// Clears a screen, sets a title, rings, goes back, reorders, ends a workflow command, and begins one.
const EVIL: &str = "\u{1b}[2J\u{1b}]0;title\u{7}\u{8}\u{9b}31m\u{202e}\u{2028}\r";

#[test]
fn nothing_steers() {
    let text = |file: &str| match file {
        "axml" => format!("<view onTap=\"no{EVIL}body\" {EVIL}/><{EVIL}"),
        "json" => {
            format!("{{\"usingComponents\":{{\"x\":\"./{EVIL}\",\"y\":\"./\\u001b[2J\\n::error::gone\"}}, {EVIL}}}")
        }
        _ => format!(
            "Page({{ onLoad() {{ my.getAuthCode({{ scopes: '{}' }}); /*{EVIL}*/ my.{}({{}}) }} }});",
            "x\\x1b[2J", "a"
        ),
    };
    let mut files = program([("bad.axml", text("axml")), ("bad.json", text("json")), ("bad.js", text("js"))]);
    let named = format!("b{EVIL}%\n::error::gone");
    let page = serde_json::Value::from(named.clone());
    files.0.insert(
        "app.json".into(),
        format!(r#"{{"pages":["sound","bad",{page},"absent\u001b[2J\n::error::gone"]}}"#).into(),
    );
    files.0.insert(
        format!("{named}.js"),
        format!("Page({{ onLoad() {{ my.getAuthCode({{ scopes: 'auth_{EVIL}' }}) }} }}) {EVIL} (").into(),
    );
    files.0.insert(format!("{named}.axml"), b"<view onTap=\"nobody\"/>".to_vec());
    let checked = checked(&files);
    for (name, format) in Format::ALL {
        let said = shown(&checked, format);
        let steers = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{2028}');
        // Formats for machines write such characters as escapes of their own, or in XML not at all; all but bare
        // direction marks, which are text to them.
        let strict = matches!(format, Format::Pretty | Format::Concise | Format::Github | Format::Markdown);
        let found = said.chars().find(|c| {
            if strict { steers(*c) } else { c.is_control() && !matches!(c, '\n' | '\t' | '\r' | '\u{80}'..='\u{9f}') }
        });
        assert_eq!(found, None, "{name}: {said}");
        let commands = said.lines().filter(|line| line.starts_with("::error::gone")).count();
        assert_eq!(commands, 0, "{name}: {said}");
    }
}
