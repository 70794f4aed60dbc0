//! Values that hold, stand for, inherit from or wait for themselves: `this.f = this.f.bind(this)` is enough. Nothing follows
//! them for ever, and what stands behind them is still found.

use super::{besides, program};

/// Methods of a page; `ASK` is a request, which stands in the first line.
const CIRCLES: &[(&str, &str)] = &[
    ("a bound handler", "tap() { ASK }, onLoad() { this.tap = this.tap.bind(this); }"),
    ("a bound listener", "f() { ASK }, onLoad() { this.f = this.f.bind(this); my.onAppShow(this.f); }"),
    ("a bound timer", "f() { ASK }, onLoad() { this.f = this.f.bind(this); setTimeout(this.f, 1); }"),
    (
        "two that are bound to each other",
        "f() { ASK }, onLoad() { this.g = this.f.bind(this); this.f = this.g.bind(this); my.onAppShow(this.g); }",
    ),
    (
        "everything bound",
        "f() { ASK }, tap() {}, onLoad() { for (const k in this) this[k] = this[k].bind(this); my.onAppShow(this.f); }",
    ),
    (
        "a class that extends itself",
        "onLoad() { ASK let A = class { m() {} }; for (let i = 0; i < 4; i++) A = class extends A { n() { super.m(); } }; new A().n(); }",
    ),
    (
        "a class that constructs itself",
        "onLoad() { ASK let A = class { q = 1 }; for (let i = 0; i < 4; i++) A = class extends A { constructor() { super(); } }; new A(); }",
    ),
    ("a bound constructor", "onLoad() { ASK let F = function () {}; F = F.bind(F); F = F.bind(F); new F(); F(); }"),
    (
        "a proxy of itself",
        "onLoad() { ASK let p = function () {}; for (let i = 0; i < 3; i++) p = new Proxy(p, {}); new p(); p(); p.a.b(); }",
    ),
    (
        "a trap that reads through itself",
        "onLoad() { ASK let p = {}; p = new Proxy(p, { get(t, k) { return p[k]; } }); p.a(); new p(); }",
    ),
    (
        "a promise of itself",
        "onLoad() { let r; let p = new Promise((a) => { r = a; }); r(p); p = p.then(() => p); p.then(() => { ASK }); }",
    ),
    (
        "promises that wait for each other",
        "async onLoad() { ASK const all = []; const make = (n) => new Promise((r) => r(all[n % this.k])); MAKE all[this.k].then((x) => x); await Promise.all(all); }",
    ),
    (
        "functions that are bound to each other",
        "onLoad() { ASK const all = [() => 1]; const make = (n) => all[n % this.k].bind(this); MAKE all[this.k](); my.onAppShow(all[this.k]); new all[this.k](); }",
    ),
    (
        "classes that extend each other",
        "onLoad() { ASK const all = [class { m() {} }]; const make = (n) => class extends (all[n % this.k]) { m() { super.m(); } }; MAKE new all[this.k]().m(); }",
    ),
    (
        "objects that inherit from each other",
        "onLoad() { ASK const all = [{ m() {} }]; const make = (n) => Object.create(all[n % this.k]); MAKE all[this.k].m(); all[this.k].n.o(); }",
    ),
    (
        "classes whose members are each other",
        "onLoad() { ASK let A = class { constructor() {} }, B = class { constructor() {} }; for (let i = 0; i < 4; i++) { for (const k in A) { B[k] = A; A[k] = B; } A[this.k] = B; B[this.k] = A; } new A(); new B(); A(); }",
    ),
    (
        "objects that are each other's prototypes",
        "onLoad() { ASK const all = []; const make = (n) => { const o = { n }; all.forEach((p) => { Object.setPrototypeOf(o, p); Object.setPrototypeOf(p, o); }); return o; }; MAKE for (const o of all) { my.getAuthCode(o); this.setData(o); Page(o); Object.setPrototypeOf(this, o); } }",
    ),
    (
        "lists in themselves",
        "onLoad() { ASK const all = []; const make = (n) => [all, ...all, all[n % this.k]]; MAKE this.setData({ all }); my.request({ data: all.flat(9) }); }",
    ),
    (
        "an object in itself",
        "onLoad() { ASK const o = {}; o.o = o; Object.assign(o, o); this.setData(o); my.request({ data: { ...o } }); JSON.parse(JSON.stringify(o)); }",
    ),
    (
        "a prototype of itself",
        "onLoad() { ASK const a = {}, b = {}; Object.setPrototypeOf(a, b); Object.setPrototypeOf(b, a); a.x(); for (const k in a) a[k](); }",
    ),
    (
        "a getter of itself",
        "onLoad() { ASK const o = { get a() { return this.a; }, set a(v) { this.a = v; } }; o.a = o.a; o.a(); }",
    ),
    (
        "a call of itself",
        "onLoad() { ASK const c = Function.prototype.call; c.call(c, c); let g = c.bind(c); g = g.bind(g, g); g(g); const d = (...a) => d.apply(d, [d, ...a]); d(d); }",
    ),
    (
        "an api in the place of itself",
        "onLoad() { ASK for (const k in my) { const o = my[k]; my[k] = my[k].bind(my); my[k] = (...a) => o.apply(my, a); my[k] = new Proxy(my[k], {}); } }",
    ),
];

#[test]
fn values_in_circles_end_and_hide_nothing() {
    let ask = "my.getAuthCode({ scopes: 'auth_user', success: (a) => this.setData({ a }) });";
    let make: String = (0..20).map(|number| format!("all.push(make({number})); ")).collect();
    for (name, methods) in CIRCLES {
        let script = format!("Page({{ {} }});\n", methods.replace("ASK", ask).replace("MAKE", &make));
        let found =
            besides(&program([("bad.js", script.as_str()), ("bad.axml", "<view onTap=\"tap\">{{o.o}}</view>\n")]));
        assert!(
            found.iter().any(|line| line.starts_with("bad.js:1:") && line.contains(" missing-fail ")),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn hosts_in_the_place_of_themselves_end() {
    let app = "const P = Page; Page = (o) => { o.onLoad = o.onLoad.bind(o); Page = Page.bind(null); return P(o); }; Page = Page.bind(Page);
        App = App.bind(App); App({ onLaunch() { my.getAuthCode({ scopes: 'auth_user' }); this.onLaunch = this.onLaunch.bind(this); this.onLaunch(); } });";
    let found = besides(&program([("bad.js", app)]));
    assert!(found.iter().any(|line| line.starts_with("bad.js:2:")), "{found:?}");
}
