//! In: small trees. Out: that the programs in them are found. The disk only where links are the matter.

use super::disk::Disk;
use super::memory::Memory;
use super::overlay::Overlay;
use super::*;

const APP: &str = r#"{ "pages": ["pages/a/a"] }"#;

/// Paths of one word each; an `app.json` lists one page, unless the path is written `path=text`.
pub(super) fn tree(paths: &[&'static str]) -> Memory {
    let file = |path: &'static str| match path.split_once('=') {
        Some((path, text)) => (path, text),
        None if path.ends_with("app.json") => (path, APP),
        None => (path, ""),
    };
    Memory::of(paths.iter().map(|path| file(path)))
}

pub(super) fn found(files: &dyn Files, paths: &[&str]) -> Discovery {
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    programs(files, &paths).expect("programs")
}

pub(super) fn roots(discovery: &Discovery) -> Vec<&str> {
    discovery.programs.iter().map(|program| program.name.as_str()).collect()
}

#[test]
fn roots_of_many_trees() {
    let ways: &[(&str, &[&'static str], &[&str])] = &[
        ("plain", &["app.json", "pages/a/a.axml"], &["."]),
        ("monorepo", &["x/app.json", "x/p.axml", "y/app.json", "z/a.js"], &["x", "y"]),
        ("a page named app", &["app.json", "p.axml", "pages/list/app.json={\"usingComponents\":{}}"], &["."]),
        ("packages only", &["app.json={\"subPackages\":[{\"root\":\"p\",\"pages\":[\"a\"]}]}"], &["."]),
        ("comments", &["app.json=// x\n{ pages: ['a',], }"], &["."]),
        (
            "in packages",
            &["app.json", "node_modules/x/app.json", "miniprogram_npm/x/app.json", ".tea/app.json"],
            &["."],
        ),
        (
            "another platform's",
            &["src/app.json", "src/a.wxml", "dist/alipay/app.json", "dist/alipay/a.axml"],
            &["dist/alipay"],
        ),
        (
            "output only",
            &[
                "pages.json",
                "unpackage/dist/dev/mp-alipay/app.json",
                "unpackage/dist/build/mp-alipay/app.json",
                "unpackage/dist/dev/mp-weixin/app.json",
                "unpackage/dist/dev/mp-weixin/a.wxml",
            ],
            &["unpackage/dist/build/mp-alipay", "unpackage/dist/dev/mp-alipay"],
        ),
        (
            "ignored output only",
            &[".gitignore=unpackage/", "unpackage/dist/dev/mp-alipay/app.json"],
            &["unpackage/dist/dev/mp-alipay"],
        ),
        (
            "output beside source",
            &["src/app.json", "src/pages/a/a.axml", "dist/app.json", "dist/pages/a/a.axml"],
            &["src"],
        ),
        ("output in its source", &["app.json", "pages/a/a.axml", "dist/app.json", "dist/pages/a/a.axml"], &["."]),
        (
            "another program in dist",
            &["demo/app.json={\"pages\":[\"x\"]}", "demo/x.axml", "dist/app.json", "dist/pages/a/a.axml"],
            &["demo", "dist"],
        ),
        ("ignored but tracked", &[".gitignore=app.json", "app.json", "a.axml"], &["."]),
        ("ignored folder", &[".gitignore=/old", "app.json", "old/app.json"], &["."]),
        ("ignored for us", &[".consentryignore=old", "app.json", "old/app.json"], &["."]),
        ("root named", &["mini.project.json={\"miniprogramRoot\":\"./client\"}", "client/app.json"], &["client"]),
        (
            "plugin",
            &[
                "mini.project.json={\"compileType\":\"plugin\",\"miniprogramRoot\":\"m\",\"pluginRoot\":\"p\"}",
                "m/app.json",
                "p/plugin.json={\"main\":\"index\"}",
            ],
            &["m", "p"],
        ),
        ("another tool's plugin", &["app.json", "tool/plugin.json={\"main\":\"index\"}"], &["."]),
    ];
    for (name, files, expected) in ways {
        assert_eq!(roots(&found(&tree(files), &[])), *expected, "{name}");
    }
}

#[test]
fn files_of_a_program() {
    let files = tree(&[
        "app.json",
        "app.js",
        "a.png",
        "pages/a/a.axml",
        "pages/a/a.sjs",
        "dist/lib/x.js",
        "node_modules/y/index.js",
        "demo/app.json={\"pages\":[\"b\"]}",
        "demo/b.axml",
        ".gitignore=*.log.js\n/gen",
        "x.log.js",
        "gen/g.js",
        "build/app.json",
        "build/pages/a/a.axml",
        "sub/.gitignore=secret.ts",
        "sub/secret.ts",
        "secret.ts",
        ".eslintrc.js",
    ]);
    let discovery = found(&files, &["."]);
    let program = &discovery.programs[0];
    assert_eq!(program.files, ["app.js", "app.json", "dist/lib/x.js", "pages/a/a.axml", "pages/a/a.sjs", "secret.ts"]);
    assert_eq!(discovery.notices, [Notice::Copy { path: "build".into(), source: String::new() }]);
    assert_eq!(discovery.programs[1].files, ["demo/app.json", "demo/b.axml"]);
    assert_eq!((roots(&discovery), discovery.shown.clone()), (vec![".", "demo"], None));
    assert_eq!(roots(&found(&files, &["build", "./demo/"])), ["build", "demo"]);
    assert_eq!(files.walk("node_modules/y").files, ["node_modules/y/index.js"]);
    assert_eq!(files.walk("gen").files, ["gen/g.js"]);
}

#[test]
fn a_part_stands_for_its_program() {
    let files =
        tree(&["x/app.json", "x/pages/a/a.axml", "x/pages/a/a.js", "y/app.json", "y/b.js", "z/c.js", "x/readme.md"]);
    for (given, expected, shown) in [
        (&["x/pages/a/a.js"][..], &["x"][..], Some(&["x/pages/a/a.js"][..])),
        (&["/x/pages/a/a.js"], &["x"], Some(&["x/pages/a/a.js"])),
        (&["/x/pages/a/a.js", "x/readme.md", "z/c.js"], &["x"], Some(&["x/pages/a/a.js"])),
        (&["z/c.js"], &[], None),
        (&["x/pages"], &["x"], Some(&["x/pages/a/a.axml", "x/pages/a/a.js"])),
        (&["x/pages/a/a.js", "x"], &["x"], None),
        (&["y", "x/app.json"], &["x", "y"], Some(&["x/app.json", "y/app.json", "y/b.js"])),
    ] {
        let discovery = found(&files, given);
        let wanted = shown.map(|files| files.iter().map(|file| (*file).to_owned()).collect());
        assert_eq!((roots(&discovery), discovery.shown.clone()), (expected.to_vec(), wanted), "{given:?}");
    }
}

#[test]
fn nothing_to_check_is_said() {
    let files = tree(&[
        "empty/readme.md",
        "wx/app.json",
        "wx/a.wxml",
        "no/app.json={\"window\":{}}",
        "uni/pages.json",
        "uni/manifest.json",
        "lost/mini.project.json={\"miniprogramRoot\":\"out\"}",
    ]);
    for (path, expected) in [
        ("nowhere", "there is no file or folder `nowhere`"),
        ("empty", "there is no mini program under `empty`: it holds no app.json"),
        ("wx", "there is no mini program under `wx`: the program in `wx` is another platform's, it has no .axml files"),
        ("no", "there is no mini program under `no`: `no/app.json` lists no `pages`"),
        (
            "lost",
            "there is no mini program under `lost`: `lost/mini.project.json` names `lost/out` as its root, which has no app.json",
        ),
    ] {
        let error = programs(&files, &[path.to_owned()]).expect_err(path);
        assert_eq!(error.to_string(), expected);
    }
    for (path, expected) in [
        ("empty/readme.md", "`empty/readme.md` is no source file of a mini program and was left out"),
        ("uni/pages.json", "`uni/pages.json` belongs to no mini program and was left out"),
    ] {
        let notices: Vec<String> =
            found(&files, &[path]).notices.iter().map(|notice| notice.words().to_string()).collect();
        assert_eq!(notices, [expected]);
    }
    let beside = tree(&["docs/a.md", "miniprogram/app.json", "other/app.json"]);
    let error = programs(&beside, &["docs".to_owned()]).expect_err("docs");
    let Error::NoProgram { near, .. } = error else { panic!("{error:?}") };
    assert_eq!(near.as_deref(), Some("miniprogram"));
    let library = tree(&["src/button/index.axml", "src/button/index.js"]);
    let discovery = found(&library, &["src"]);
    assert_eq!(discovery.programs[0].kind, ProgramKind::Library);
    assert_eq!(discovery.notices, [Notice::Library { path: "src".into() }]);
}

#[test]
fn projects_and_aliases() {
    let project = r#"mini.project.json={"format":2,"miniprogramRoot":"src","compileOptions":{"resolveAlias":{"@/*":"/*","@u/*":"./src/utils/*","@c/*":"components/*","up/*":"../x/*"}}}"#;
    let files = tree(&[project, "src/app.json", "src/utils/a.js", "src/components/b.js"]);
    let wanted = [("@c/*", "components/*"), ("@u/*", "utils/*"), ("@/*", "*")];
    for (given, project) in [("", "mini.project.json"), ("src", "mini.project.json"), ("/src", "mini.project.json")] {
        let discovery = found(&files, &[given]);
        let program = &discovery.programs[0];
        let aliases: Vec<_> = program.aliases.iter().map(|(key, target)| (key.as_str(), target.as_str())).collect();
        assert_eq!((program.project.as_deref(), &aliases[..]), (Some(project), &wanted[..]), "{given}");
    }
}

#[test]
fn aliases_of_typed_projects() {
    let paths = r#"tsconfig.json={ "compilerOptions": { /* as bundlers do */ "paths": { "@api/*": ["src/api/*", "src/mock/*"], "far": ["../x"], } } }"#;
    let base = r#"jsconfig.json={ "compilerOptions": { "baseUrl": "src", "paths": { "@u/*": ["./utils/*"] } } }"#;
    let extends = r#"src/tsconfig.json={ "extends": "../tsconfig.base" }"#;
    let extended = r#"tsconfig.base.json={ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"] } } }"#;
    for (files, wanted) in [
        (&[paths][..], &[("@api/*", "api/*"), ("@api/*", "mock/*")][..]),
        (&[base], &[("@u/*", "utils/*"), ("*", "*")]),
        (&[extends, extended], &[("@/*", "*")]),
        (&[paths, "src/mini.project.json={\"resolveAlias\":{\"@api/*\":\"/own/*\"}}"], &[("@api/*", "own/*")]),
    ] {
        let all: Vec<&str> = files.iter().copied().chain(["src/app.json", "src/api/a.ts"]).collect();
        let discovery = found(&tree(&all), &[""]);
        let aliases = &discovery.programs[0].aliases;
        let aliases: Vec<_> = aliases.iter().map(|(key, target)| (key.as_str(), target.as_str())).collect();
        assert_eq!(aliases, wanted, "{files:?}");
    }
}

#[test]
fn an_overlay_stands_before_what_is_below() {
    let under = tree(&["app.json", "pages/a/a.js=old", ".gitignore=gen"]);
    let buffers = [("pages/a/a.js", "new"), ("pages/b/b.js", "b"), ("gen/c.js", ""), ("node_modules/d.js", "")];
    let over = Overlay { under: &under, files: Memory::of(buffers).0 };
    assert_eq!(over.read("pages/a/a.js").expect("file"), b"new");
    assert_eq!(found(&over, &[]).programs[0].files, ["app.json", "pages/a/a.js", "pages/b/b.js"]);
    assert_eq!(over.read("/pages/a/a.js").expect("the same file"), b"new");
    assert!(over.is_file("gen/c.js") && over.is_dir("pages/b") && !over.is_file("pages"));
}

#[test]
fn the_disk_is_walked_as_the_memory_is() {
    let files = [
        (".gitignore", "*.log.js\nout\n!keep.log.js\n"),
        (".consentryignore", "*.min.js\n"),
        (".hidden/a.js", ""),
        ("!first.log.js", ""),
        ("#b/.gitignore", "c.js"),
        ("#b/!c.js", ""),
        ("#b/c.js", ""),
        ("#b/d/c.js", ""),
        ("-/.gitignore", "*"),
        ("-/.consentryignore", "!x.js"),
        ("-/!.js", ""),
        ("-/x.js", ""),
        ("a.min.js", ""),
        ("keep.log.js", ""),
        ("out/x.js", ""),
        ("z/.a.js", ""),
        ("z/.gitignore", "y.js"),
        ("z/.z/.gitignore", ""),
        ("z/y.js", ""),
        ("z/z.js", ""),
        ("zz/y.js", ""),
        ("zz/app.log.js", ""),
    ];
    let top = std::env::temp_dir().join(format!("consentry-walk-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&top);
    for (path, text) in files {
        let path = top.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let walked = Disk::new(&top).walk("").files;
    assert_eq!(walked, Memory::of(files).walk("").files);
    assert_eq!(walked, ["#b/!c.js", "-/x.js", "keep.log.js", "z/z.js", "zz/y.js"]);
    std::fs::remove_dir_all(&top).unwrap();
}

#[cfg(unix)]
#[test]
fn links_on_the_disk() {
    use std::fs;
    use std::os::unix::fs::symlink;
    let top = std::env::temp_dir().join(format!("consentry-links-{}", std::process::id()));
    let _ = fs::remove_dir_all(&top);
    fs::create_dir_all(top.join("w/app/pages/a")).unwrap();
    fs::create_dir_all(top.join("w/shared")).unwrap();
    fs::create_dir_all(top.join("outside")).unwrap();
    for (path, text) in
        [("w/app/app.json", APP), ("w/app/pages/a/a.js", ""), ("w/shared/s.js", ""), ("outside/o.js", "")]
    {
        fs::write(top.join(path), text).unwrap();
    }
    symlink("..", top.join("w/app/loop")).unwrap();
    symlink("../shared", top.join("w/app/shared")).unwrap();
    symlink("../../outside", top.join("w/app/outside")).unwrap();
    symlink("../../outside/o.js", top.join("w/app/o.js")).unwrap();
    symlink("nothing", top.join("w/app/gone.js")).unwrap();
    let discovery = found(&Disk::new(top.join("w")), &[]);
    assert_eq!(roots(&discovery), ["app"]);
    assert_eq!(discovery.programs[0].files, ["app/app.json", "app/pages/a/a.js", "app/shared/s.js"]);
    let told = |path: &str| {
        let what = Message::new("system-outside").into();
        Notice::Unreadable { path: path.to_owned(), what }
    };
    assert_eq!(discovery.notices, [told("app/o.js"), told("app/outside")]);
    fs::write(top.join("outside/app.json"), APP).unwrap();
    fs::create_dir_all(top.join("w/other")).unwrap();
    fs::write(top.join("w/other/a.axml"), "").unwrap();
    symlink("../../outside/app.json", top.join("w/other/app.json")).unwrap();
    let programs = found(&Disk::new(top.join("w")), &[]).programs;
    assert_eq!(programs.iter().map(|one| one.refused.is_some()).collect::<Vec<_>>(), [false, true]);
    fs::remove_dir_all(top.join("w/other")).unwrap();
    let inside = Disk::new(top.join("w/app/pages"));
    let part = found(&inside, &["a/a.js"]);
    assert_eq!((roots(&part), part.shown.clone()), (vec![".."], Some(BTreeSet::from(["../pages/a/a.js".to_owned()]))));
    assert!(inside.read("../pages/a/a.js").is_ok());
    fs::remove_dir_all(&top).unwrap();
}
