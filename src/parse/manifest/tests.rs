//! In: texts that look like JSON. Out: that they are read as meant. Never a real program's file.

use super::*;

fn shown(json: &Json) -> String {
    match &json.value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|it| format!("{}:{}", it.key, shown(&it.value))).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Other => "?".into(),
    }
}

#[test]
fn lenient_files_are_read_in_silence() {
    for (text, expected) in [
        (r#"{"pages": ["a", "b"], "n": -1.5e2, "t": true, "z": null}"#, r#"{pages:["a","b"],n:-150,t:true,z:null}"#),
        ("// first\n{ /* a */ 'pages': ['x',], window: {}, // end\n }\n// last", r#"{pages:["x"],window:{}}"#),
        (r#"{"a": 1, "a": 2}"#, "{a:1,a:2}"),
        (r#""\u4e2d\ud83d\ude00\n\/""#, "\"中😀\\n/\""),
        ("[1/*x*/,2//y\n]", "[1,2]"),
        ("\r\n[]\t", "[]"),
    ] {
        let (json, problems) = read(text);
        assert_eq!((json.as_ref().map(shown).as_deref(), problems), (Some(expected), vec![]), "{text}");
    }
}

#[test]
fn mistakes_are_said_and_the_rest_is_kept() {
    for (text, expected, said) in [
        ("{\"pages\": [\"a\", \"b\"", Some(r#"{pages:["a","b"]}"#), "this bracket is never closed"),
        ("{\"pages\": [\"a\", \"b", Some(r#"{pages:["a","b"]}"#), "this string is never closed"),
        ("{\"a\": 1 \"b\": 2}", Some("{a:1,b:2}"), "expected `,` or `}` here"),
        ("{\"a\": \"x\n, \"b\": 2}", Some(r#"{a:"x",b:2}"#), "this string is never closed"),
        ("{\"a\": undefined, \"b\": 2}", Some("{a:?,b:2}"), "`undefined` is not a JSON value"),
        ("{\"a\": , \"b\": 2}", Some("{a:?,b:2}"), "this key has no value"),
        ("{\"a\", \"b\": 2}", Some("{b:2}"), "this key has no value"),
        ("{\"a\": [1, 2}, \"b\": 2}", Some("{a:[1,2],b:2}"), "expected `]` here"),
        ("[1,,2]", Some("[1,2]"), "there is nothing before this comma"),
        ("{} x", Some("{}"), "nothing may follow the value"),
        ("[1] /* open", Some("[1]"), "this comment is never closed"),
        ("[\"\\ud83dx\"]", Some("[\"\u{FFFD}x\"]"), "this escape names no character"),
        ("", None, "the file is empty"),
        ("module.exports = {}", None, "`module.exports` is not a JSON value"),
    ] {
        let (json, problems) = read(text);
        assert_eq!(json.as_ref().map(shown).as_deref(), expected, "{text}");
        assert_eq!(problems.first().map(|problem| problem.message.to_string()).as_deref(), Some(said), "{text}");
        assert_eq!(problems.iter().all(|problem| problem.fatal), expected.is_none(), "{text}");
    }
}

#[test]
fn every_part_knows_its_place() {
    let text = "{ \"名\": [ 'x', 12 ] }";
    let json = read(text).0.expect("value");
    let member = &json.members()[0];
    assert_eq!([json.span.of(text), member.key_span.of(text)], [text, "\"名\""]);
    let places: Vec<_> = member.value.items().iter().map(|item| item.span.of(text)).collect();
    assert_eq!((member.value.span.of(text), places), ("[ 'x', 12 ]", vec!["'x'", "12"]));
}

#[test]
fn hostile_files_end() {
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "[,".repeat(100_000), "}".repeat(100_000)] {
        assert!(!read(&text).1.is_empty());
    }
    let wide = format!("[{}]", "{\"a\":\"b\"},".repeat(100_000));
    let (json, problems) = read(&wide);
    assert_eq!((json.map(|json| json.items().len()), problems), (Some(100_000), vec![]));
    let bad = "{a b c : ] } \" ' \\ 中 /* //".repeat(3);
    for (end, _) in bad.char_indices() {
        read(&bad[..end]);
    }
}
