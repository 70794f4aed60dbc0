//! In: small trees of frameworks' sources, output and broken manifests. Out: that none of them passes for a program that was
//! judged.

use std::collections::BTreeSet;

use super::super::tests::{found, roots, tree};
use super::super::{Refused, frameworks};

#[test]
fn output_of_frameworks() {
    assert_eq!(frameworks::all().len(), {
        let tables = std::fs::read_dir("rules/frameworks").expect("tables").flatten();
        tables.filter(|entry| entry.path().extension().is_some_and(|kind| kind == "toml")).count()
    });
    let taro = r#"base.axml=<template name="taro_tmpl"></template>"#;
    let commented = r#"pages/a/a.axml=<!-- <template is="taro_tmpl"/> --><view/>"#;
    let native = r#"app.json={"pages":["pages/a/a","pages/b/b"]}"#;
    let page = r#"pages/a/a.axml=<import src="/base.axml"/><template is="taro_tmpl" data="{{root}}"/>"#;
    let remax = r#"pages/a/a.axml=<template name="TPL_view"/><template is="{{'TPL_' + tid}}"/>"#;
    let uni = r#"pages/a/a.axml=<view data-event-opts="{{x}}"/>"#;
    for (files, refused, framework) in [
        (&["app.json", taro, page][..], Some("base.axml"), None),
        (&["app.json", page], Some("pages/a/a.axml"), None),
        (&["app.json", remax], Some("pages/a/a.axml"), None),
        (&[native, taro, page, "pages/b/b.axml=<view/>"], None, None),
        (&["app.json", taro, "pages/a/a.axml=<view/>"], None, None),
        (&["app.json", commented], None, None),
        (&["app.json", uni], None, Some("uni-app")),
        (&["app.json", "pages/a/a.axml", "common/vendor.js"], None, Some("uni-app")),
        (&["app.json", "pages/a/a.axml", "__antmove/api/index.js"], None, Some("antmove")),
        (&["app.json", "pages/a/a.axml=<template name=\"TPL_x\"/>"], None, None),
    ] {
        let discovery = found(&tree(files), &[]);
        let program = &discovery.programs[0];
        let generated = program.refused.as_ref().map(Refused::file);
        assert_eq!((generated, program.framework), (refused, framework), "{files:?}");
    }
}

/// What was found, each with the file that shows why it is not judged.
fn refusals(files: &[&'static str]) -> Vec<(String, Option<String>)> {
    let programs = found(&tree(files), &[]).programs.into_iter();
    programs.map(|one| (one.name, one.refused.map(|refused| refused.file().to_owned()))).collect()
}

#[test]
fn sources_of_frameworks() {
    const PAGES: &str = r#"pages.json={ "pages": [ // first
        { "path": "pages/a/a" }] }"#;
    const TARO: &str = r#"package.json={"dependencies":{"@tarojs/taro":"3"}}"#;
    type Way<'a> = (&'a str, &'a [&'static str], &'a [(&'a str, Option<&'a str>)]);
    let ways: &[Way<'_>] = &[
        ("uni-app", &[PAGES, "manifest.json", "pages/a/a.vue"], &[(".", None)]),
        ("no pages", &["app.json", "pages.json={}", "manifest.json", "a.axml"], &[(".", None)]),
        ("Taro", &[TARO, "src/app.config.ts", "src/app.tsx"], &[("src", None)]),
        ("Taro 2", &[TARO, "rn_temp/app.js", "rn_temp/app.json", "src/app.jsx"], &[("src", None)]),
        ("no Taro", &["package.json={}", "app.json", "app.js", "pages/a/a.axml"], &[(".", None)]),
        ("mpx", &["src/app.mpx", "src/pages/a.mpx"], &[("src", None)]),
        ("a stray template", &[TARO, "src/app.config.ts", "src/icons/i.axml"], &[("src", None)]),
        ("a stray program", &[PAGES, "manifest.json", "wxParse/app.json", "wxParse/x.axml"], &[(".", None)]),
        (
            "beside a program",
            &[TARO, "src/app.config.ts", "mini/app.json", "mini/pages/a/a.axml"],
            &[("mini", None), ("src", None)],
        ),
        (
            "with its build",
            &[
                PAGES,
                "manifest.json",
                "unpackage/dist/build/mp-alipay/app.json",
                "unpackage/dist/build/mp-alipay/pages/a/a.axml",
            ],
            &[("unpackage/dist/build/mp-alipay", None)],
        ),
        (
            "with a build that says nothing",
            &[TARO, "src/app.tsx", "dist/app.json", "dist/pages/a/a.axml=<template is=\"taro_tmpl\"/>"],
            &[("src", None)],
        ),
        (
            "with a build for others",
            &[
                PAGES,
                "manifest.json",
                "unpackage/dist/dev/mp-weixin/app.json",
                "unpackage/dist/dev/mp-weixin/pages/a/a.js",
            ],
            &[(".", None)],
        ),
        (
            "in its own words",
            &["package.json={\"devDependencies\":{\"@morjs/cli\":\"1\"}}", "src/app.json", "src/app.ts", "src/x.axml"],
            &[("src", None)],
        ),
    ];
    for (name, files, expected) in ways {
        let expected: Vec<_> =
            expected.iter().map(|(root, why)| ((*root).to_owned(), why.map(str::to_owned))).collect();
        assert_eq!(refusals(files), expected, "{name}");
    }
    let files = tree(&[TARO, "src/app.config.ts", "src/a.tsx", "mini/app.json", "mini/pages/a/a.axml"]);
    assert_eq!(roots(&found(&files, &["src"])), ["src"]);
    assert_eq!(roots(&found(&files, &["src/a.tsx"])), ["src"]);
    let vue = tree(&[PAGES, "manifest.json", "pages/a/a.vue"]);
    let part = found(&vue, &["pages/a/a.vue"]);
    assert_eq!((roots(&part), part.shown.clone()), (vec!["."], Some(BTreeSet::from(["pages/a/a.vue".to_owned()]))));
}

#[test]
fn a_broken_manifest_is_no_reason_to_leave_a_program_out() {
    for (manifest, refused) in [
        (r#"b/app.json={"pages" ["p"]}"#, true),
        (r#"b/app.json={"pages": "p"}"#, true),
        ("b/app.json=", true),
        (r#"b/app.json={"expo": {}}"#, false),
        (r#"b/app.json={"pages": ["p"],}"#, false),
    ] {
        let files = tree(&["a/app.json", "a/pages/a/a.axml", manifest, "b/p.axml"]);
        let found = found(&files, &[]);
        let one = found.programs.iter().find(|program| program.name == "b");
        assert_eq!(one.is_some_and(|one| one.refused.is_some()), refused, "{manifest}");
    }
    // A page of this name, and other tools' files of this name.
    let page = tree(&["app.json={\"pages\":[\"pages/app\"]}", "pages/app.axml", "pages/app.json=x"]);
    assert_eq!(roots(&found(&page, &[])), ["."]);
    assert_eq!(roots(&found(&tree(&["app.json", "a.axml", "tool/app.json=x", "tool/t.js"]), &[])), ["."]);
}
