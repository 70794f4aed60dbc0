//! What a disk can hold besides files, and what surrounds a process. Through the real tool, in temporary folders.

#![cfg(unix)]

use super::tool::{Folder, ended};
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn pipes_and_devices_are_not_waited_for() {
    let folder = Folder::new("pipes");
    fs::remove_file(folder.0.join("bad.axml")).unwrap();
    folder.write("bad.js", "import 'packed'; import './pipe'; Page({});");
    for file in ["bad.axml", "bad.json", "pipe.js", ".gitignore", ".consentryignore", "mini.project.json"] {
        pipe(&folder.0.join(file));
    }
    fs::create_dir_all(folder.0.join("node_modules/packed")).unwrap();
    pipe(&folder.0.join("node_modules/packed/package.json"));
    symlink("/dev/zero", folder.0.join("zero.js")).unwrap();
    symlink("/dev/tty", folder.0.join("tty.json")).unwrap();
    folder.known();
    pipe(&folder.0.join("consentry.toml"));
    let (code, _, err) = folder.check(&[]);
    assert!(code == 2 && err.contains("consentry.toml") && err.contains("pipe"), "{code}: {err}");
    let lone = Folder::new("lone-pipe");
    fs::remove_file(lone.0.join("app.json")).unwrap();
    pipe(&lone.0.join("app.json"));
    assert_eq!(lone.check(&["app.json"]).0, 2);
}

#[test]
fn links_in_circles_and_out_of_the_tree() {
    let folder = Folder::new("links");
    fs::create_dir_all(folder.0.join("deep/er")).unwrap();
    symlink("..", folder.0.join("deep/up")).unwrap();
    symlink("../../deep", folder.0.join("deep/er/again")).unwrap();
    symlink("self.js", folder.0.join("self.js")).unwrap();
    symlink("/", folder.0.join("root")).unwrap();
    symlink("nowhere", folder.0.join("dangling.json")).unwrap();
    folder.known();
}

#[test]
fn names_of_all_kinds() {
    let folder = Folder::new("names");
    let long = ["a".repeat(100), "b".repeat(100), "c".repeat(100), "d".repeat(100)].join("/");
    let names = [
        "with space",
        "quote'\"",
        "new\nline",
        "页面/首页",
        "per%cent#hash?",
        "-flag",
        "semi;colon",
        "back\\slash",
        &long,
    ];
    for name in names {
        folder.write(format!("{name}.js"), "Page({ onLoad() { my.getAuthCode({ scopes: 'nope' }) } });");
        folder.write(format!("{name}.axml"), "<view />");
    }
    let pages: Vec<String> = names.iter().map(|name| serde_json::Value::from(*name).to_string()).collect();
    folder.write("app.json", &format!("{{\"pages\":[\"sound\",{}]}}", pages.join(",")));
    fs::write(folder.0.join(OsStr::from_bytes(b"no-\xff-utf8.js")), "Page({})").unwrap();
    let said = folder.known();
    for shown in [
        "with space.js:1:",
        "quote'\".js:1:",
        "new line.js:1:",
        "页面/首页.js:1:",
        "-flag.js:1:",
        &format!("{long}.js:1:"),
    ] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    assert!(said.contains("not UTF-8"), "{said}");
    for format in ["json", "sarif", "junit", "gitlab", "github", "markdown", "rdjson", "checkstyle"] {
        assert!(folder.check(&["--format", format]).0 <= 1);
    }
}

/// The owner of everything can read everything: then only the outcome without a crash counts.
#[test]
fn what_may_not_be_read_is_told() {
    let folder = Folder::new("locked");
    fs::create_dir_all(folder.0.join("closed")).unwrap();
    let lock =
        |path: &str, mode: u32| fs::set_permissions(folder.0.join(path), fs::Permissions::from_mode(mode)).unwrap();
    lock("bad.js", 0);
    lock("closed", 0);
    let is_owner_of_all = fs::read(folder.0.join("bad.js")).is_ok();
    let said = folder.known();
    lock("closed", 0o755);
    assert!(
        is_owner_of_all || said.contains("bad.js:1:1: warning unreadable-file") && said.contains("`closed`"),
        "{said}"
    );
    // A folder in the place of a file, too.
    let folder = Folder::new("folder-as-file");
    for file in ["bad.js", "bad.json", ".gitignore"] {
        let _ = fs::remove_file(folder.0.join(file));
        fs::create_dir_all(folder.0.join(file)).unwrap();
    }
    folder.known();
}

#[test]
fn a_sparse_file_of_gigabytes_is_not_read() {
    let folder = Folder::new("sparse");
    for file in ["bad.js", "bad.json", "sound.axml"] {
        fs::File::create(folder.0.join(file)).unwrap().set_len(5 << 30).unwrap();
    }
    let said = folder.known();
    assert_eq!(said.matches("`file-bytes`").count(), 3, "{said}");
    // Where so much is allowed, it is read and told to be no text.
    folder.write("consentry.toml", "[budget]\nfile-bytes = 200_000_000\n");
    for file in ["bad.js", "bad.json", "sound.axml"] {
        fs::File::create(folder.0.join(file)).unwrap().set_len(100 << 20).unwrap();
    }
    let said = folder.known();
    assert_eq!(said.matches("not text").count(), 3, "{said}");
    fs::File::create(folder.0.join("app.json")).unwrap().set_len(5 << 30).unwrap();
    let (code, _, err) = folder.check(&[]);
    assert!(code == 2 || err.contains("app.json"), "{code}: {err}");
}

#[test]
fn a_reader_that_goes_away_and_a_full_disk() {
    let folder = Folder::new("closed");
    folder.write("bad.axml", &"<view>{{ </view>\n".repeat(20_000));
    for format in ["pretty", "json", "sarif", "concise"] {
        let mut child = folder.command(&["--format", format]).spawn().unwrap();
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let Output { status, stderr, .. } = child.wait_with_output().unwrap();
        let said = String::from_utf8(stderr).unwrap();
        assert!(status.code().is_some_and(|code| code <= 1) && !said.contains("panic"), "{format}: {status} {said}");
    }
    if Path::new("/dev/full").exists() {
        let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        let mut command = folder.command(&["--format", "json"]);
        command.stdout(full());
        let (code, _, err) = ended(command);
        assert!(code == 2 && err.contains("the disk is full"), "{code}: {err}");
        let mut command = folder.command(&[]);
        command.stdout(full()).stderr(full());
        assert_eq!(ended(command).0, 2);
    }
}

#[test]
fn poor_surroundings_change_nothing() {
    let folder = Folder::new("poor");
    let (_, want, _) = folder.check(&["--format", "json"]);
    let mut bare = folder.command(&["--format", "json"]);
    bare.env_clear();
    assert_eq!(ended(bare).1, want);
    for (name, value) in [
        ("HOME", "/nonexistent"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LC_ALL", "\u{7f}"),
        ("TERM", "dumb"),
        ("COLUMNS", "1"),
        ("RAYON_NUM_THREADS", "0"),
    ] {
        let mut command = folder.command(&["--format", "json"]);
        command.env(name, value);
        assert_eq!(ended(command).1, want, "{name}={value}");
    }
    for threads in ["1", "64"] {
        assert_eq!(folder.check(&["--format", "json", "--threads", threads]).1, want);
    }
}
