//! Programs in which everything leads to everything: what rules look through must not grow with the power of what there is.
//! Each of these took minutes, or all of the memory, where it did.

use super::{besides, checked, program, shown};
use consentry::report::Format;

/// A text for each number, one after the other.
fn each(many: usize, one: impl Fn(usize) -> String) -> String {
    (0..many).map(one).collect()
}

/// Pages on which a refusal leads to every other page, which asks as well.
#[test]
fn pages_that_all_send_the_user_to_each_other() {
    const PAGES: usize = 24;
    let names = each(PAGES, |at| format!(",\"p{at}\""));
    let onward = each(PAGES, |at| format!("my.redirectTo({{ url: '/p{at}' }});"));
    let mut all = program([("app.json", format!(r#"{{"pages":["sound","bad"{names}]}}"#))]);
    for at in 0..PAGES {
        let page = format!(
            "Page({{ onLoad() {{ my.getAuthCode({{ scopes: 'auth_user', success: (r) => this.setData({{ r }}), fail() {{ {onward} }} }}); }} }});"
        );
        all.0.insert(format!("p{at}.js"), page.into_bytes());
        all.0.insert(format!("p{at}.axml"), b"<view />".to_vec());
    }
    let loops = besides(&all).iter().filter(|line| line.contains(" reprompt-loop ")).count();
    assert_eq!(loops, PAGES);
}

/// Requests whose failures all run the same long chain of methods, each of which keeps something.
#[test]
fn refusals_that_all_lead_to_the_same_code() {
    const MANY: usize = 150;
    let asks = each(MANY, |_| {
        "my.getAuthCode({ scopes: 'auth_user', success: (r) => this.setData({ r }), fail: () => this.m0() });\n".into()
    });
    let methods = each(MANY, |at| format!("m{at}() {{ this.m{}(); this.setData({{ kept{at}: 1 }}); }},\n", at + 1));
    let page = format!("Page({{ onLoad() {{ {asks} }},\n{methods} m{MANY}() {{}} }});");
    let prompts = besides(&program([("bad.js", page)]));
    assert_eq!(prompts.iter().filter(|line| line.contains(" lifecycle-prompt ")).count(), MANY);
}

/// Requests for different things, one behind the other: each is compared with those before it.
#[test]
fn prompts_in_a_row() {
    const MANY: usize = 300;
    let apis = ["getLocation", "chooseImage", "scan", "getClipboard", "startRecord"];
    let asks =
        each(MANY, |at| format!("my.{}({{ success: (r) => this.setData({{ r{at}: r }}) }});\n", apis[at % apis.len()]));
    let page = format!("Page({{ onLoad() {{ {asks} }} }});");
    let bursts = besides(&program([("bad.js", page), ("consentry.toml", "preset = 'strict'".into())]));
    assert!(bursts.iter().filter(|line| line.contains(" prompt-burst ")).count() > MANY / 2, "{}", bursts.len());
}

/// A way of many steps is told from both its ends; the ways to a chain's links would otherwise hold the square of its length.
#[test]
fn ways_through_hundreds_of_functions() {
    let methods = each(300, |at| format!("m{at}() {{ this.m{}(); }},\n", at + 1));
    let page = format!(
        "Page({{ onLoad() {{ this.m0(); }},\n{methods} m300() {{ my.getAuthCode({{ scopes: 'auth_user' }}); }} }});"
    );
    let found = checked(&program([("bad.js", page)]));
    let (_, long) = found.report.findings().find(|(_, one)| one.finding.rule == "lifecycle-prompt").unwrap();
    let steps = &long.finding.witnesses[0].steps;
    // The entry, 64 of the 301 calls, what stands for the others, and the request.
    assert_eq!(steps.len(), 1 + 64 + 1 + 1);
    let said = shown(&found, Format::Json);
    assert!(said.contains("237 more steps"), "{}", steps.len());
}

/// Files that include each other so often that not each copy can be looked at: each pair of place and file is, once.
#[test]
fn what_is_included_often_is_seen_once() {
    let button = r#"<button open-type="getAuthorize" scope="userInfo" />"#;
    let mut all = program([("bad.axml", r#"<include src="./part0.axml" />"#)]);
    for at in 0..12 {
        let next = format!(r#"<include src="./part{}.axml" />"#, at + 1);
        all.0.insert(format!("part{at}.axml"), next.repeat(6).into_bytes());
    }
    all.0.insert("part12.axml".into(), button.into());
    let said = shown(&checked(&all), Format::Concise);
    assert!(said.contains("part12.axml:1:1: error missing-on-error"), "{said}");
    let around = format!(
        r#"<template name="t"><view><template is="t" />{button}</view></template><template is="t" /><include src="./bad.axml" />"#
    );
    let said = shown(&checked(&program([("bad.axml", around)])), Format::Concise);
    assert!(said.contains("error missing-on-error"), "{said}");
}
