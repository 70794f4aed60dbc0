//! In: small programs in memory. Out: whether what is said about them is so.

use super::{Graph, SiteView, Target};
use crate::catalog::Lang;
use crate::discover::memory::Memory;
use crate::session::{CheckOptions, explain_site_files, graph_files};

const PAGE: &str = "import { gone } from './gone';
Page({
  onShow() {
    my.getSetting({ success: (res) => {
      if (res.authSetting.userInfo === true) this.ask();
    } });
    helper.run(1);
    if (!my.getStorageSync({ key: 'k' }).data) my.getAuthCode({ scopes: ['auth_base'] });
  },
  tap() { this.ask(); },
  ask() {
    my.getAuthCode({ scopes: ['auth_user'], fail() {} });
  },
  getLocation() {},
  onHide() { this.getLocation(); },
  never() { my.getAuthCode({ scopes: 'auth_user' }); },
});
";

fn files() -> Memory {
    Memory::of([
        ("app.json", r#"{"pages": ["p/p"]}"#),
        ("app.js", "App({});"),
        ("p/p.js", PAGE),
        ("p/p.json", "{}"),
        (
            "p/p.axml",
            "<view onTap=\"tap\" onLongTap=\"lost\" />\n<button open-type=\"getAuthorize\" scope=\"userInfo\" onError=\"tap\" />\n\
             <button a:if=\"{{false}}\" open-type=\"getAuthorize\" scope=\"userInfo\" />\n",
        ),
        ("p/unused.js", "my.getAuthCode({});"),
    ])
}

fn options() -> CheckOptions {
    CheckOptions { threads: Some(1), ..CheckOptions::default() }
}

fn graph() -> Graph {
    graph_files(&files(), &[], &options(), Lang::En).expect("a graph").remove(0)
}

fn site(file: &str, line: u32) -> SiteView {
    let target = Target { file: file.into(), line };
    explain_site_files(&files(), &[], &target, &options(), Lang::En).expect("a view").remove(0)
}

#[test]
fn a_graph_says_what_is_known_and_what_is_not() {
    let graph = graph();
    let entries: Vec<&str> = graph.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert!(entries.contains(&"p/p onShow") && entries.contains(&"p/p tap"), "{entries:?}");
    let names: Vec<_> =
        graph.handlers.iter().flat_map(|one| &one.names).map(|n| (n.name.as_str(), n.resolved)).collect();
    assert_eq!(names, [("tap", true), ("lost", false), ("tap", true)]);
    assert!(
        graph.unresolved.iter().any(|call| call.text == "helper.run" && call.at.line == 7),
        "{:?}",
        graph.unresolved
    );
    assert_eq!(graph.not_loaded, ["p/unused.js"]);
    let dead: Vec<_> = graph.unreached.iter().map(|one| (one.at.line, one.text.as_str())).collect();
    assert_eq!(dead, [(16, "my.getAuthCode")]);
    let asks: Vec<_> = graph.requests.iter().map(|one| (one.at.line, one.prompting, one.failure)).collect();
    assert!(asks.contains(&(12, "asks", "handled")) && asks.contains(&(8, "silent", "missing")), "{asks:?}");
    let from = graph.functions.iter().find(|one| one.name == "tap").expect("tap leads to a request").id;
    let to = graph.functions.iter().find(|one| one.name == "ask").expect("ask").id;
    assert!(graph.edges.iter().any(|edge| (edge.from, edge.to, edge.sure) == (from, to, "resolved")));
    assert_eq!(graph, self::graph(), "the same program, another graph");
}

#[test]
fn a_request_is_explained_with_its_ways_and_guards() {
    let view = site("p/p.js", 12);
    let ways = &view.requests[0].ways;
    let hook = ways.iter().find(|way| way.entry.automatic).expect("a way from the hook");
    assert!(hook.closed, "{hook:?}");
    assert_eq!(hook.guards[0].test, "res.authSetting.userInfo === true");
    assert_eq!(hook.guards[0].meaning.as_deref(), Some("`userInfo` is granted"));
    assert!(ways.iter().any(|way| way.entry.name == "p/p tap" && !way.closed));
    assert!(view.findings.iter().all(|one| !one.rule.contains("prompt")), "{:?}", view.findings);
    let silent = site("p/p.js", 8);
    assert_eq!(silent.requests[0].scopes, ["auth_base"]);
    assert_eq!(silent.requests[0].ways[0].guards[0].test, "!my.getStorageSync({ key: 'k' }).data");
}

#[test]
fn what_does_not_count_says_why() {
    let never = site("p/p.js", 16);
    assert!(never.requests.is_empty());
    assert_eq!(never.dead[0].why, "the function `never` at p/p.js:16:3 is never called");
    let button = site("p/p.axml", 2);
    assert_eq!((button.buttons[0].scopes.as_slice(), button.dead.len()), (&["userInfo".to_string()][..], 0));
    let hidden = site("p/p.axml", 3);
    assert_eq!(hidden.dead[0].why, "a condition around it is always false");
    assert!(site("p/unused.js", 1).skipped.is_some_and(|why| why.contains("loads this file")));
    assert!(site("p/p.js", 99).skipped.is_some_and(|why| why.contains("18 lines")));
}
