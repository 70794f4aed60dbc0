//! Bytes that are no text, or text in other clothes, and names that mean something to JavaScript.

use super::{besides, checked, program};

#[test]
fn any_one_byte_and_none() {
    for byte in 0..=255u8 {
        let files = ["bad.js", "bad.ts", "bad.axml", "bad.json"].map(|file| (file, vec![byte]));
        besides(&program(files));
    }
    besides(&program(["bad.js", "bad.axml", "bad.json", "bad.acss"].map(|file| (file, ""))));
}

#[test]
fn encodings_are_read_or_refused_with_a_reason() {
    let source = "// 授权登录，获取用户信息\nPage({ onLoad() { my.getAuthCode({ scopes: 'auth_user', success() {}, fail() {} }); } });\n";
    let wide = |unit: fn(u16) -> [u8; 2], mark: &[u8]| {
        [mark, &source.encode_utf16().flat_map(unit).collect::<Vec<u8>>()].concat()
    };
    for bytes in [
        wide(u16::to_le_bytes, &[0xFF, 0xFE]),
        wide(u16::to_be_bytes, &[0xFE, 0xFF]),
        [&[0xEF, 0xBB, 0xBF], source.as_bytes()].concat(),
    ] {
        let besides = besides(&program([("bad.js", bytes)]));
        assert!(besides.iter().any(|line| line.starts_with("bad.js:2:19: ")), "{besides:?}");
    }
    // One NUL is a slip, many are no text; bytes that are no UTF-8 are said to be replaced.
    for (bytes, said) in [
        ([source.as_bytes(), b"\0"].concat(), "bad.js:"),
        (source.bytes().flat_map(|byte| [byte, 0, 0, 0]).collect(), "not text"),
        ([source.as_bytes(), &[0xC3, 0x28, 0xFF]].concat(), "not valid UTF-8"),
    ] {
        let besides = besides(&program([("bad.js", bytes)]));
        assert!(besides.iter().any(|line| line.contains(said)), "{said}: {besides:?}");
    }
}

#[test]
fn names_javascript_knows_are_names() {
    let files = program([
        ("app.json", r#"{"__proto__":[],"pages":["sound","bad","__proto__","constructor","toString/valueOf"]}"#),
        (
            "bad.json",
            r#"{"__proto__":{"usingComponents":{"x":"./y"}},"usingComponents":{"constructor":"./bad","__proto__":"./bad"}}"#,
        ),
        (
            "bad.axml",
            "<constructor /><__proto__ onTap=\"__proto__\"/><view onTap=\"constructor\" onTap=\"hasOwnProperty\" />",
        ),
        (
            "bad.js",
            "var o = {}; o.__proto__ = o; o['__proto__']['__proto__'] = o; o.constructor.constructor('x')();\n\
             Object.prototype.toString = function () { return this.toString() };\n\
             Page({ __proto__: { onLoad() {} }, constructor: 1, hasOwnProperty() {}, ['__proto__']() {} });",
        ),
        ("constructor.js", "Page(Page.constructor.prototype);"),
        ("__proto__.js", "Page(Object.create(null));"),
    ]);
    checked(&files);
}

#[test]
fn circles_end() {
    besides(&program([
        ("bad.js", "import './b'; import a from './bad'; export default a; export * from './b'; Page(a);"),
        (
            "b.js",
            "import x from './bad'; export * from './b'; export * from './bad'; export default x; require('./b')(require);",
        ),
        (
            "bad.axml",
            "<import src=\"./bad.axml\"/><include src=\"./bad.axml\"/><template name=\"t\"><template is=\"t\"/></template>\
             <template is=\"t\"/><template name=\"u\"><template is=\"{{x}}\" data=\"{{...u}}\"/></template><me />",
        ),
        ("bad.json", r#"{"component":true,"usingComponents":{"me":"./bad","you":"./sound"}}"#),
        ("sound.json", r#"{"component":true,"usingComponents":{"me":"./bad","you":"./sound"}}"#),
        ("sound.axml", "<me><you><me /></you></me>"),
    ]));
}

#[test]
fn components_within_themselves_end() {
    let uses = r#"{"component":true,"usingComponents":{"one":"/one","two":"/two"}}"#;
    let nest = |depth: usize| format!("{}{}", "<one><two>".repeat(depth), "</two></one>".repeat(depth));
    let component =
        "Component({ didMount() { my.getAuthCode({ scopes: 'auth_user', fail() {} }); }, methods: { go() {} } });";
    besides(&program([
        ("bad.json", uses.to_owned()),
        ("bad.axml", nest(8)),
        ("one.json", uses.to_owned()),
        ("one.axml", format!("{}<one a:if=\"{{{{a}}}}\"><slot /></one>", nest(4))),
        ("one.js", component.to_owned()),
        ("two.json", uses.to_owned()),
        ("two.axml", format!("<two a:for=\"{{{{b}}}}\">{}</two>", nest(4))),
        ("two.js", component.to_owned()),
    ]));
}

#[test]
fn functions_that_call_themselves_end() {
    for text in [
        "function f() { return f() + f(); } Page({ onLoad: f });",
        "const f = g => g(g); f(f); Page({ onLoad() { f(h => [h(h), h(f), f(h)]); } });",
        "const y = f => (x => x(x))(x => f(z => x(x)(z))); Page({ onLoad() { y(s => n => s(s(n)))(1); } });",
        "class A { get a() { return new A().a; } set a(v) { this.a = v; } } Page({ onLoad() { new A().a = new A().a; } });",
        "Page({ onLoad() { this.setData({}, () => this.onLoad()); this.onLoad(); setTimeout(this.onLoad, 0); } });",
        "async function f() { await f().then(f).catch(f).finally(f); } Page({ onShow: f });",
        "var a = []; a.push(a); a.forEach(function g() { a.map(g); a.reduce(g, a); }); Page({ onLoad() { a.forEach(a.forEach); } });",
        "var o = new Proxy({}, { get: (t, k, r) => r[k] }); Page({ onLoad() { o.a.b.c(); } });",
    ] {
        besides(&program([("bad.js", text)]));
    }
}
