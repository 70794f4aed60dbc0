//! Code that the language calls without being told to: accessors and traps that ask, where an object is spread, taken apart or
//! read. What is asked there has a place, so that rules can speak of it.

use super::{besides, program};

const ASKING: &[(&str, &str)] = &[
    (
        "a trap that asks",
        "const p = new Proxy({}, { get(t, k) { ASK } }); Page({ onLoad() { p.x; my.chooseImage({}); } });",
    ),
    ("a trap that is an interface", "const p = new Proxy({}, { get: API }); Page({ onLoad() { p.x; } });"),
    (
        "an accessor that is an interface",
        "const o = {}; Object.defineProperty(o, 'a', { get: API }); Page({ onLoad() { const c = { ...o }; } });",
    ),
    ("an accessor that is spread", "const o = { get a() { ASK } }; Page({ onLoad() { const c = { ...o }; } });"),
    ("an accessor that is assigned", "const o = { get a() { ASK } }; Page({ onLoad() { Object.assign({}, o); } });"),
    ("an accessor that is taken apart", "const o = { get a() { ASK } }; Page({ onLoad() { const { a } = o; } });"),
    (
        "an accessor in a list",
        "const o = []; Object.defineProperty(o, 0, { get: API }); Page({ onLoad() { const [a] = o; } });",
    ),
    (
        "an accessor of a parameter",
        "const o = { get a() { ASK } }; const f = ({ a }) => {}; Page({ onLoad() { f(o); } });",
    ),
    (
        "an accessor for a module",
        "import f from './takes'; const o = { get a() { ASK } }; Page({ onLoad() { f(o); } });",
    ),
    (
        "an accessor of a class",
        "class A { get a() { ASK } } class B extends A { m() { return super.a; } } Page({ onLoad() { new B().m(); } });",
    ),
];

#[test]
fn what_an_accessor_asks_has_a_place() {
    let requests = [
        ("my.getLocation({});", "my.getLocation"),
        ("my.getAuthCode({ scopes: 'auth_user' });", "my.getAuthCode"),
        ("my.getClipboard({});", "my.getClipboard"),
    ];
    for (what, script) in ASKING {
        for (ask, api) in requests {
            let files = [
                ("consentry.toml", "preset = \"strict\"\n".to_owned()),
                ("takes.js", "export default function ({ a }) {}\n".to_owned()),
                ("bad.js", script.replace("ASK", ask).replace("API", api)),
            ];
            let found = besides(&program(files));
            assert!(api != "my.getAuthCode" || !found.is_empty(), "{what}: nothing is found");
        }
    }
}
