//! In: temporary repositories, made with the real git. Out: whether `--staged`, `--changed` and standard input show what they
//! should, and inside real hooks, too. Without git on the path nothing is tested here, which is said; `.ci/run` sees to it.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a step that fails is a test that fails; no git is said")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A request at launch, behind a call: the launch is in one file and the request in another.
const APP: &str = "import { login } from './api/login';\nApp({ onLaunch() { login(); } });\n";
const LOGIN: &str = "export function login() {\n  my.getAuthCode({ scopes: 'auth_user', success() {}, fail() { my.showToast({ content: '1' }); } });\n}\n";
const QUIET: &str = "export function login() {}\n";
/// Something wrong of its own.
const PAGE: &str = "Page({ ask() { my.getAuthCode({ scopes: 'auth_user', success() {} }); } });\n";
const FIXED: &str = "Page({ ask() { my.getAuthCode({ scopes: 'auth_user', success() {}, fail() { my.showToast({ content: '1' }); } }); } });\n";

/// A folder of its own that is gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("git-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// A repository with a program that has one committed finding, behind a call.
    fn program(name: &str) -> Option<Folder> {
        let folder = Folder::new(name);
        if folder.git_or_none("init -q -b main").is_none() {
            // In CI everything must be tested.
            assert!(std::env::var_os("CI").is_none(), "no git on the path");
            eprintln!("no git on the path: {name} was not tested");
            return None;
        }
        folder.write("app.json", r#"{"pages":["pages/me/me"]}"#);
        folder.write("app.js", APP);
        folder.write("api/login.js", LOGIN);
        folder.write("pages/me/me.axml", "<view onTap=\"ask\"/>\n");
        folder.write("pages/me/me.js", FIXED);
        folder.git("add -A");
        folder.git("commit -q -m first");
        Some(folder)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn git_or_none(&self, args: &str) -> Option<Output> {
        surroundings(Command::new("git").args(args.split(' ')).current_dir(&self.0)).output().ok()
    }

    fn git(&self, args: &str) -> String {
        let output = self.git_or_none(args).expect("git");
        assert!(output.status.success(), "git {args}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `consentry check` says: places and rules, then the notes, and the exit code.
    fn check(&self, args: &[&str]) -> Said {
        Said::of(&self.0, args, "")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The same for everyone: no settings of this machine, a name for commits, no surrounding hook.
fn surroundings(command: &mut Command) -> &mut Command {
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX", "LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("NO_COLOR", "1");
    command.env("GIT_AUTHOR_NAME", "a").env("GIT_AUTHOR_EMAIL", "a@example.org");
    command.env("GIT_COMMITTER_NAME", "a").env("GIT_COMMITTER_EMAIL", "a@example.org")
}

#[derive(Debug)]
struct Said {
    findings: Vec<String>,
    notes: String,
    code: Option<i32>,
}

impl Said {
    fn of(folder: &Path, args: &[&str], input: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
        command.args(["check", "--format", "concise"]).args(args).current_dir(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = surroundings(&mut command).spawn().unwrap();
        // A run that reads nothing may be over by now.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        // `file:line:column: level rule message`
        let place = |line: &str| {
            let (place, rest) = line.split_once(": ")?;
            Some(format!("{} {}", place.split(':').next()?, rest.split(' ').nth(1)?))
        };
        Said {
            findings: out.lines().filter_map(place).collect(),
            notes: String::from_utf8(output.stderr).unwrap().replace("\n  ", " "),
            code: output.status.code(),
        }
    }

    #[track_caller]
    fn is(&self, findings: &[&str], note: &str, code: i32) {
        assert_eq!(self.findings, findings, "{self:?}");
        assert!(self.notes.contains(note), "{note}: {self:?}");
        assert_eq!(self.code, Some(code), "{self:?}");
    }
}

const LAUNCH: &str = "api/login.js launch-prompt";
const NO_FAIL: &str = "pages/me/me.js missing-fail";

#[test]
fn what_is_staged_is_judged_as_it_is_staged() {
    let Some(folder) = Folder::program("staged") else { return };
    folder.check(&["--staged"]).is(&[], "nothing is staged", 0);
    // Worse in the work tree than in the index, and the other way round.
    folder.write("pages/me/me.js", PAGE);
    folder.check(&["--staged"]).is(&[], "nothing is staged", 0);
    folder.git("add -A");
    folder.check(&["--staged"]).is(&[NO_FAIL], "analysed 5 files, reporting on 1", 1);
    folder.write("pages/me/me.js", FIXED);
    folder.check(&["--staged"]).is(&[NO_FAIL], "", 1);
    folder.check(&["--staged", "pages"]).is(&[NO_FAIL], "", 1);
    folder.check(&["--staged", "api"]).is(&[], "none of the changed files (1)", 0);
    fs::remove_file(folder.0.join("pages/me/me.js")).unwrap();
    folder.check(&["--staged"]).is(&[NO_FAIL], "", 1);
    // From a folder inside, paths count from there.
    let said = Said::of(&folder.0.join("pages"), &["--staged"], "");
    said.is(&["../pages/me/me.js missing-fail"], "analysed 5 files", 1);
    // The whole program without it: what is only in the work tree is not there.
    folder.write("pages/me/me.js", FIXED);
    folder.git("add -A");
    folder.write("api/login.js", QUIET);
    folder.write("app.js", &format!("{APP}// staged\n"));
    folder.git("add app.js");
    folder.check(&["--staged"]).is(&[LAUNCH], "reporting on 1", 1);
    folder.check(&["--changed"]).is(&[], "reporting on 2", 0);
}

#[test]
fn a_changed_file_on_the_way_is_enough() {
    let Some(folder) = Folder::program("way") else { return };
    folder.write("app.js", &format!("{APP}\n"));
    folder.check(&["--changed"]).is(&[LAUNCH], "analysed 5 files, reporting on 1", 1);
    folder.check(&["app.js"]).is(&[LAUNCH], "analysed 5 files, reporting on 1", 1);
    folder.check(&["pages/me/me.js"]).is(&[], "analysed 5 files, reporting on 1", 0);
    let absolute = folder.0.join("app.js");
    folder.check(&[absolute.to_str().unwrap(), "README.md"]).is(&[], "there is no file or folder `README.md`", 2);
    folder.write("README.md", "");
    folder.check(&[absolute.to_str().unwrap(), "README.md"]).is(&[LAUNCH], "`README.md` lies in `.`", 1);
    folder.check(&["README.md"]).is(&[], "`README.md` lies in `.`", 0);
}

#[test]
fn the_index_alone_decides_what_there_is() {
    let Some(folder) = Folder::program("index") else { return };
    // Not added: the import leads nowhere.
    folder.write("api/other.js", LOGIN);
    folder.write("app.js", &APP.replace("api/login", "api/other"));
    folder.git("add app.js");
    folder.check(&["--staged"]).is(&[], "reporting on 1", 0);
    folder.check(&["--changed"]).is(&["api/other.js launch-prompt"], "reporting on 2", 1);
    folder.git("add api/other.js");
    folder.check(&["--staged"]).is(&["api/other.js launch-prompt"], "reporting on 2", 1);
    // Taken out of the index and still on the disk; then only in the index.
    folder.git("rm -q --cached api/other.js");
    folder.check(&["--staged"]).is(&[], "reporting on 1", 0);
    folder.git("add api/other.js");
    fs::remove_dir_all(folder.0.join("api")).unwrap();
    folder.check(&["--staged"]).is(&["api/other.js launch-prompt"], "reporting on 2", 1);
    // Packages are not in the index, and are the disk's.
    folder.write(".gitignore", "node_modules\n");
    folder.write("node_modules/kit/index.js", LOGIN);
    folder.write("app.js", &APP.replace("./api/login", "kit"));
    folder.git("add -A");
    let said = folder.check(&["--staged", "--explain-site", "app.js:2"]);
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[test]
fn names_of_all_kinds_renamed_and_deleted() {
    let Some(folder) = Folder::program("names") else { return };
    let names = ["pages/我的 页/a b.js", "pages/me/quote\"s.js", "pages/me/tab\there.js"];
    let newline = cfg!(unix).then_some("pages/me/line\nend.js");
    for name in names.iter().chain(&newline) {
        folder.write(name, PAGE);
        folder.write(&name.replace(".js", ".axml"), "<view onTap=\"ask\"/>\n");
    }
    let pages: Vec<String> =
        names.iter().chain(&newline).map(|name| format!("{:?}", name.trim_end_matches(".js"))).collect();
    folder.write("app.json", &format!("{{\"pages\":[\"pages/me/me\",{}]}}", pages.join(",")));
    folder.git("add -A");
    let staged = folder.check(&["--staged"]);
    assert_eq!((staged.findings.len() >= 3, staged.code), (true, Some(1)), "{staged:?}");
    let wanted = format!("reporting on {}", 7 + 2 * newline.iter().count());
    assert!(staged.notes.contains(&wanted), "{staged:?}");
    folder.git("commit -q -m names");
    folder.git("mv pages/me/me.js pages/me/moved.js");
    folder.git("rm -q api/login.js");
    // What is gone may be missed anywhere in the program: all of it matters.
    for mode in ["--staged", "--changed"] {
        let said = folder.check(&[mode]);
        assert_eq!((said.findings.len() >= 3, said.code), (true, Some(1)), "{said:?}");
        assert!(said.notes.contains("is imported and not there"), "{said:?}");
    }
}

#[test]
fn a_configuration_matters_to_all_of_its_programs() {
    let Some(folder) = Folder::program("configuration") else { return };
    folder.write("pages/me/me.js", PAGE);
    folder.git("commit -q -a -m page");
    folder.write("consentry.toml", "preset = \"strict\"\n");
    folder.git("add -A");
    for mode in ["--staged", "--changed"] {
        let said = folder.check(&[mode]);
        assert!(said.findings.contains(&NO_FAIL.to_owned()), "{said:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_linked_folder_is_followed_in_the_index() {
    let Some(folder) = Folder::program("linked") else { return };
    folder.git("mv pages real");
    std::os::unix::fs::symlink("real", folder.0.join("pages")).unwrap();
    folder.git("add -A");
    folder.git("commit -q -m linked");
    folder.write("real/me/me.js", PAGE);
    folder.git("add -A");
    let said = folder.check(&["--staged"]);
    assert_eq!(said.findings, [NO_FAIL], "{said:?}");
    // What is in the work tree is not what is staged.
    folder.write("real/me/me.js", "Page({});");
    assert_eq!(folder.check(&["--staged"]).findings, [NO_FAIL]);
}

#[test]
fn a_branch_is_compared_with_where_it_began() {
    let Some(folder) = Folder::program("branch") else { return };
    folder.git("checkout -q -b feature");
    folder.write("pages/me/me.js", PAGE);
    folder.git("commit -q -a -m page");
    folder.git("checkout -q main");
    folder.write("app.js", &format!("{APP}// main went on\n"));
    folder.git("commit -q -a -m on");
    folder.git("checkout -q feature");
    folder.check(&["--changed"]).is(&[], "nothing has changed since HEAD", 0);
    folder.check(&["--since", "main"]).is(&[NO_FAIL], "reporting on 1", 1);
    folder.check(&["--changed", "--since", "main"]).is(&[NO_FAIL], "reporting on 1", 1);
    folder.git("branch -q --set-upstream-to main");
    folder.check(&["--changed"]).is(&[NO_FAIL], "reporting on 1", 1);
    folder.check(&["--since", "mian"]).is(&[], "there is no revision `mian`", 2);
    folder.check(&["--since=--output=x"]).is(&[], "there is no revision `--output=x`", 2);
    folder.git("checkout -q --orphan alone");
    folder.git("commit -q -m alone");
    folder.check(&["--since", "main"]).is(&[], "no commit in common", 2);
}

#[test]
fn without_commits_repository_or_git() {
    let folder = Folder::new("none");
    folder.write("app.json", r#"{"pages":["me"]}"#);
    folder.write("me.js", PAGE);
    folder.write("me.axml", "<view onTap=\"ask\"/>\n");
    let absent = surroundings(Command::new(env!("CARGO_BIN_EXE_consentry")).args(["check", "--staged"]))
        .current_dir(&folder.0)
        .env("PATH", "")
        .output()
        .unwrap();
    assert_eq!(absent.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&absent.stderr).contains("there is no `git` on the path"), "{absent:?}");
    // The target folder of this project lies in its repository: a boundary keeps git from looking there.
    let ceiling = folder.0.parent().unwrap().to_owned();
    let outside = surroundings(Command::new(env!("CARGO_BIN_EXE_consentry")).args(["check", "--changed"]))
        .current_dir(&folder.0)
        .env("GIT_CEILING_DIRECTORIES", &ceiling)
        .output()
        .unwrap();
    assert_eq!(outside.status.code(), Some(2));
    if folder.git_or_none("init -q -b main").is_none() {
        return;
    }
    assert!(String::from_utf8_lossy(&outside.stderr).contains("not a git repository"), "{outside:?}");
    folder.check(&["--changed"]).is(&["me.js missing-fail"], "reporting on 3", 1);
    folder.check(&["--staged"]).is(&[], "nothing is staged", 0);
    folder.write("mine.js", PAGE);
    folder.git("add me.js me.axml app.json");
    folder.check(&["--staged"]).is(&["me.js missing-fail"], "analysed 3 files, reporting on 3", 1);
    let inside = Said::of(&folder.0.join(".git"), &["--staged"], "");
    inside.is(&[], "not in the work tree", 2);
}

/// Commits with a hook in place; `false` when the hook stopped it.
#[cfg(unix)]
fn commits(folder: &Folder, at: &Path, args: &[&str]) -> bool {
    let output =
        surroundings(Command::new("git").args(["commit", "-q", "-m", "x"]).args(args).current_dir(at)).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || said.contains("reporting on"), "{}: {said}", folder.0.display());
    output.status.success()
}

#[cfg(unix)]
#[test]
fn hooks_see_the_commit_under_way() {
    use std::os::unix::fs::PermissionsExt;
    let Some(folder) = Folder::program("hooks") else { return };
    let hook = folder.0.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\nexec '{}' check --staged\n", env!("CARGO_BIN_EXE_consentry"))).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    // Nothing is staged before: `-a` and a named file make an index of their own.
    folder.write("pages/me/me.js", PAGE);
    assert!(!commits(&folder, &folder.0, &["-a"]));
    assert!(!commits(&folder, &folder.0, &["pages/me/me.js"]));
    assert!(!commits(&folder, &folder.0.join("pages"), &["me/me.js"]));
    // The bad file stays out of this commit.
    folder.git("add pages/me/me.js");
    folder.write("pages/me/me.axml", "<view onTap=\"ask\">1</view>\n");
    assert!(commits(&folder, &folder.0, &["pages/me/me.axml"]));
    assert!(!commits(&folder, &folder.0, &[]));
    // Another work tree of the same repository.
    folder.git("reset -q --hard");
    folder.git("worktree add -q other -b other");
    let other = folder.0.join("other");
    folder.write("other/pages/me/me.js", PAGE);
    assert!(!commits(&folder, &other, &["-a"]));
    folder.write("other/pages/me/me.js", &format!("{FIXED}\n"));
    assert!(commits(&folder, &other, &["-a"]));
}

#[test]
fn a_buffer_stands_before_the_disk() {
    let folder = Folder::new("buffer");
    folder.write("app.json", r#"{"pages":["me"]}"#);
    folder.write("me.js", FIXED);
    folder.write("me.axml", "<view onTap=\"ask\"/>\n");
    let ask = |args: &[&str], text: &str| Said::of(&folder.0, args, text);
    ask(&["--stdin-filename", "me.js"], PAGE).is(&["me.js missing-fail"], "reporting on 1", 1);
    ask(&["--stdin-filename", "./me.js"], FIXED).is(&[], "reporting on 1", 0);
    let absolute = folder.0.join("me.js");
    ask(&["--stdin-filename", absolute.to_str().unwrap()], PAGE).is(&["me.js missing-fail"], "", 1);
    // A file that is not saved yet, and one that is no part of a program.
    let with = r#"{"pages":["me","new"]}"#;
    folder.write("app.json", with);
    folder.write("new.axml", "<view onTap=\"ask\"/>\n");
    ask(&["--stdin-filename", "new.js"], PAGE).is(&["new.js missing-fail"], "", 1);
    ask(&["--stdin-filename", "stray.js"], PAGE).is(&[], "no mini program uses", 0);
    ask(&["--stdin-filename", "notes.txt"], PAGE).is(&[], "is of a kind that nothing is read from", 0);
    let other = r#"{"pages":["other"]}"#;
    ask(&["--stdin-filename", "app.json"], other).is(&["app.json unreadable-file"], "reporting on 1", 0);
    ask(&["--stdin-filename", "me.js", "."], PAGE).is(&[], "cannot be used with", 2);
    ask(&["--stdin-filename", "me.js", "--staged"], PAGE).is(&[], "cannot be used with", 2);
}

#[test]
fn a_baseline_accepts_the_same_in_every_mode() {
    let Some(folder) = Folder::program("baseline") else { return };
    folder.write("pages/me/me.js", PAGE);
    folder.git("commit -q -a -m old");
    let written = surroundings(Command::new(env!("CARGO_BIN_EXE_consentry")).args(["baseline", "write"]))
        .current_dir(&folder.0)
        .output()
        .unwrap();
    assert!(written.status.success(), "{written:?}");
    folder.git("add -A");
    folder.git("commit -q -m baseline");
    let with = |args: &[&str]| folder.check(&[&["--baseline", "consentry-baseline.json"], args].concat());
    with(&[]).is(&[], "", 0);
    // Moved lines, then the same again in another file: the entry is spent on the old one although that is not shown.
    folder.write("pages/me/me.js", &format!("\n\n{PAGE}"));
    folder.git("add -A");
    for mode in [&["--staged"][..], &["--changed"], &["pages/me/me.js"], &[]] {
        with(mode).is(&[], "", 0);
    }
    folder.git("commit -q -m moved");
    folder.write("pages/me/new.js", PAGE);
    folder.write("pages/me/new.axml", "<view onTap=\"ask\"/>\n");
    folder.write("app.json", r#"{"pages":["pages/me/me","pages/me/new"]}"#);
    folder.git("add -A");
    for mode in [&["--staged"][..], &["--changed"], &["pages/me/new.js"], &[]] {
        with(mode).is(&["pages/me/new.js missing-fail"], "", 1);
    }
    let said =
        Said::of(&folder.0, &["--baseline", "consentry-baseline.json", "--stdin-filename", "pages/me/new.js"], PAGE);
    said.is(&["pages/me/new.js missing-fail"], "", 1);
}
