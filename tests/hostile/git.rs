//! A repository that has git run commands: every setting that git documents as running one, every hook, and folders of the work tree
//! that are repositories themselves. `--staged`, `--changed` and `--since` run none of them, write nothing, and find what is there.
//! Without git on the path nothing is tested here; `.ci/run` sees to it.

#![cfg(unix)]

use super::tool::{Folder, ended};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// Settings whose value is a command (`git help config`), as the sections of a configuration file; `CMD` stands for it.
const SETTINGS: &str = r#"
[core]
	fsmonitor = CMD
	untrackedCache = true
	sshCommand = CMD
	gitProxy = CMD
	askPass = CMD
	editor = CMD
	pager = CMD
	alternateRefsCommand = CMD
	hooksPath = HOOKS
[credential]
	helper = !CMD
[credential "https://example.invalid"]
	helper = !CMD
[diff]
	external = CMD
	autoRefreshIndex = true
	tool = x
	guitool = x
[diff "x"]
	command = CMD
	textconv = CMD
	cachetextconv = true
[difftool "x"]
	cmd = CMD
	path = CMD
[filter "x"]
	clean = CMD
	smudge = CMD
	required = true
[filter "a=b"]
	clean = CMD
	smudge = CMD
[filter "p"]
	process = CMD
[merge]
	tool = x
[merge "x"]
	driver = CMD
[mergetool "x"]
	cmd = CMD
	path = CMD
[gpg]
	program = CMD
[gpg "ssh"]
	program = CMD
	defaultKeyCommand = CMD
[gpg "x509"]
	program = CMD
[log]
	showSignature = true
[interactive]
	diffFilter = CMD
[sequence]
	editor = CMD
[alias]
	ls-files = !CMD
	rev-parse = !CMD
	diff-index = !CMD
[pager]
	ls-files = CMD
	rev-parse = CMD
	diff-index = CMD
	cat-file = CMD
	diff = CMD
[trailer "x"]
	command = CMD
	cmd = CMD
[tar "x"]
	command = CMD
[browser "x"]
	cmd = CMD
[man "x"]
	cmd = CMD
[guitool "x"]
	cmd = CMD
[uploadpack]
	packObjectsHook = CMD
[imap]
	tunnel = CMD
[instaweb]
	httpd = CMD
[sendemail]
	toCmd = CMD
	ccCmd = CMD
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[protocol "file"]
	allow = always
[remote "lazy"]
	url = ext::CMD %S
	promisor = true
	partialCloneFilter = blob:none
	uploadpack = CMD
	receivepack = CMD
[remote "ssh"]
	url = ssh://example.invalid/x
	promisor = true
[remote "helper"]
	url = x
	vcs = x
	promisor = true
[submodule "sub"]
	url = ./x
	update = !CMD
	active = true
[submodule]
	recurse = true
[extensions]
	partialClone = lazy
"#;

/// Hooks that `githooks` names for what happens in a repository.
const HOOKS: [&str; 12] = [
    "post-index-change",
    "fsmonitor-watchman",
    "reference-transaction",
    "pre-auto-gc",
    "post-checkout",
    "pre-commit",
    "post-rewrite",
    "post-merge",
    "pre-push",
    "update",
    "proc-receive",
    "push-to-checkout",
];

const BAD: &str = "Page({ ask() { my.getAuthCode({ scopes: 'auth_user', success() {} }); } });\n";

struct Trap {
    folder: Folder,
    command: String,
    hooks: String,
    ran: std::path::PathBuf,
}

impl Trap {
    /// A committed program, a change, and a command that leaves a trace.
    fn new(name: &str) -> Option<Trap> {
        let folder = Folder::new(name);
        let tools = folder.0.join(".tools");
        let (ran, hooks) = (tools.join("ran"), tools.join("hooks"));
        fs::create_dir_all(&hooks).unwrap();
        let command = tools.join("command");
        let script = format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\n[ $# = 0 ] && exec cat\nexit 1\n", ran.display());
        for file in HOOKS.iter().map(|hook| hooks.join(hook)).chain([command.clone()]) {
            fs::write(&file, &script).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let text = |path: &Path| path.display().to_string();
        let trap = Trap { command: text(&command), hooks: text(&hooks), folder, ran };
        if git(&trap.folder.0).arg("--version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "no git on the path");
            return None;
        }
        trap.folder.write(".gitignore", ".tools\n");
        trap.folder
            .write(".gitattributes", "*.js filter=x diff=x merge=x\n*.json filter=a=b\n*.axml filter=p diff=x\n");
        trap.git(&["init", "-q", "-b", "main"]);
        trap.git(&["add", "-A"]);
        trap.git(&["commit", "-q", "-m", "first"]);
        Some(trap)
    }

    fn git(&self, args: &[&str]) {
        let said = git(&self.folder.0).args(args).output().unwrap();
        assert!(said.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&said.stderr));
    }

    /// The commands that ran since this was last asked.
    fn ran(&self) -> String {
        let said = fs::read_to_string(&self.ran).unwrap_or_default();
        let _ = fs::remove_file(&self.ran);
        said
    }

    fn settings(&self) -> String {
        SETTINGS.replace("CMD", &self.command).replace("HOOKS", &self.hooks)
    }
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "a").env(format!("GIT_{who}_EMAIL"), "a@example.org");
    }
    command
}

/// Every file below a folder but what the command leaves, with its bytes.
fn held(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.unwrap().into_path()).filter(|path| path.is_file());
    files.map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

#[test]
fn no_command_of_a_repository_runs_and_nothing_is_written() {
    let Some(trap) = Trap::new("git-commands") else { return };
    let folder = &trap.folder;
    let (config, text) = (folder.0.join(".git/config"), trap.settings());
    let own = fs::read_to_string(&config).unwrap();
    fs::write(&config, own.replace("repositoryformatversion = 0", "repositoryformatversion = 1") + &text).unwrap();
    // Times are no longer those of the index, and one file is not what it was.
    for file in ["app.json", "app.js", "sound.js", "sound.axml"] {
        fs::write(folder.0.join(file), fs::read(folder.0.join(file)).unwrap()).unwrap();
    }
    folder.write("bad.axml", "<view onTap=\"ask\" />\n");
    folder.write("bad.js", BAD);
    // The trap works: git on its own runs what is planted.
    let _ = git(&folder.0).args(["diff", "HEAD"]).output().unwrap();
    let _ = git(&folder.0).args(["status"]).output().unwrap();
    let ran = trap.ran();
    assert!(ran.contains("/command ") && ran.contains("post-index-change"), "{ran}");
    // As a commit with the planted filters would have it.
    let added = git(&folder.0).args(["-c", "core.fsmonitor=false", "add", "bad.js", "bad.axml"]).output().unwrap();
    assert!(added.status.success(), "{added:?}");
    fs::write(folder.0.join("app.js"), fs::read(folder.0.join("app.js")).unwrap()).unwrap();
    trap.ran();
    let before = held(&folder.0);
    for args in [&["--staged"][..], &["--changed"], &["--since", "HEAD"], &["--since", "main"]] {
        let (code, out, err) = folder.check(&[args, &["--format", "concise"]].concat());
        assert_eq!(trap.ran(), "", "{args:?}");
        assert!(code == 1 && out.contains("bad.js:1:16: ") && !out.contains("app.js"), "{args:?} {code}: {out}{err}");
        assert!(held(&folder.0) == before, "{args:?} wrote something");
    }
    // An object that is not here is not fetched; the file is told about.
    let blob = git(&folder.0).args(["rev-parse", ":bad.js"]).output().unwrap();
    let blob = String::from_utf8(blob.stdout).unwrap();
    let (first, rest) = blob.trim_end().split_at(2);
    fs::remove_file(folder.0.join(".git/objects").join(first).join(rest)).unwrap();
    let _ = git(&folder.0).args(["cat-file", "-p", blob.trim_end()]).output().unwrap();
    assert_ne!(trap.ran(), "", "git on its own fetches");
    let (_, out, _) = folder.check(&["--staged", "--format", "concise"]);
    assert_eq!(trap.ran(), "");
    assert!(out.contains("bad.js:1:1: warning unreadable-file"), "{out}");
}

#[test]
fn a_folder_that_is_a_repository_itself_is_not_taken_for_one() {
    let Some(trap) = Trap::new("git-bare") else { return };
    let folder = &trap.folder;
    let core = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n";
    for (file, text) in [
        ("mini/HEAD", "ref: refs/heads/main\n"),
        ("mini/config", &(core.to_owned() + &trap.settings())),
        ("mini/objects/keep", ""),
        ("mini/refs/keep", ""),
        ("mini/app.json", r#"{"pages":["bad"]}"#),
        ("mini/bad.js", BAD),
        ("mini/bad.axml", "<view onTap=\"ask\" />\n"),
    ] {
        folder.write(file, text);
    }
    trap.git(&["add", "-A"]);
    let inside = folder.0.join("mini");
    let _ = git(&inside).args(["status"]).output().unwrap();
    assert!(trap.ran().contains("/command "), "the trap does not work");
    for how in ["--staged", "--changed"] {
        let mut command = folder.command(&[how]);
        command.current_dir(&inside);
        let (code, _, err) = ended(command);
        assert_eq!(trap.ran(), "", "{how}");
        assert!(code == 2 && err.contains("bare repository"), "{how} {code}: {err}");
        // From the repository itself it is a folder like any other.
        let (code, out, err) = folder.check(&[how, "--format", "concise"]);
        assert_eq!(trap.ran(), "", "{how}");
        assert!(code == 1 && out.contains("mini/bad.js:1:16: "), "{how} {code}: {out}{err}");
    }
}
