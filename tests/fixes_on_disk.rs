//! In: programs on the disk that resist. Out: whether `--fix` leaves files whole, says what it left alone, and does the rest.

use consentry::discover::memory::Memory;
use consentry::discover::{Files, Walk};
use consentry::report::Notice;
use consentry::session::{self, CheckOptions, Disposal, Mend};
#[cfg(unix)]
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;
use std::{env, fs, io, thread};

const SCRIPT: &str =
    "Page({\n  data: { granted: false },\n  onGrant() {\n    this.setData({ granted: true });\n  },\n});\n";
const MARKUP: &str = "<button open-type=\"getAuthorize\" scope=\"userInfo\" onGetAuthorize=\"onGrant\">Name</button>\n\
    <view>{{granted}}</view>\n<input placeholder=\"or type it\" />\n";

/// Paths and texts of a program with these pages.
fn program(pages: &[&str]) -> Vec<(String, String)> {
    let routes: Vec<String> = pages.iter().map(|page| format!("\"pages/{page}/index\"")).collect();
    let mut files = vec![
        ("app.json".to_owned(), format!("{{ \"pages\": [{}] }}\n", routes.join(", "))),
        ("app.js".to_owned(), "App({});\n".to_owned()),
    ];
    for page in pages {
        files.push((format!("pages/{page}/index.js"), SCRIPT.to_owned()));
        files.push((format!("pages/{page}/index.axml"), MARKUP.to_owned()));
    }
    files
}

struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(String, String)]) -> Folder {
        let folder = env::temp_dir().join(format!("consentry-fix-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Folder(folder)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).expect("a file")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn fix(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.args(["check", "--fix", "--unsafe-fixes", "--format", "concise", "."]).current_dir(folder);
    command.env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn is_mended(folder: &Folder, page: &str) -> [bool; 2] {
    let script = folder.text(&format!("pages/{page}/index.js")).contains("onAuthError() {");
    [folder.text(&format!("pages/{page}/index.axml")).contains("onError=\"onAuthError\""), script]
}

#[test]
fn a_read_only_file_stays_with_what_belongs_to_it_and_the_rest_is_done() {
    let folder = Folder::with("readonly", &program(&["a", "b"]));
    let file = folder.0.join("pages/a/index.js");
    let mut permissions = fs::metadata(&file).expect("metadata").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).expect("permissions");
    let output = fix(&folder.0).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("left as it is") && said.contains("pages/a/index.js"), "{said}");
    assert_eq!((is_mended(&folder, "a"), is_mended(&folder, "b")), ([false; 2], [true; 2]));
    assert!(String::from_utf8_lossy(&output.stdout).contains("pages/a/index.axml:1:1: error missing-on-error"));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_tree_is_not_written_through() {
    let outside = Folder::with("outside", &[("index.js".to_owned(), SCRIPT.to_owned())]);
    let folder = Folder::with("linked", &program(&["a", "b", "c"]));
    let linked = |page: &str, to: &Path| {
        let file = folder.0.join(format!("pages/{page}/index.js"));
        fs::remove_file(&file).expect("a file");
        std::os::unix::fs::symlink(to, file).expect("a link");
    };
    linked("a", &outside.0.join("index.js"));
    // Within the tree a link is followed.
    fs::write(folder.0.join("shared.js"), SCRIPT).expect("a file");
    linked("b", Path::new("../../shared.js"));
    let output = fix(&folder.0).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
    assert!(said.contains("pages/a/index.js") && said.contains("outside of the"), "{said}");
    assert_eq!(outside.text("index.js"), SCRIPT);
    assert_eq!(
        [is_mended(&folder, "a"), is_mended(&folder, "b"), is_mended(&folder, "c")],
        [[false; 2], [true; 2], [true; 2]]
    );
    // A folder that is named is one that is meant, wherever it lies.
    let named = Folder::with("named", &[]);
    fs::create_dir_all(&named.0).expect("a folder");
    std::os::unix::fs::symlink(&folder.0, named.0.join("program")).expect("a link");
    fs::write(folder.0.join("pages/c/index.axml"), MARKUP).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.args(["check", "--fix", "--unsafe-fixes", "program"]).current_dir(&named.0).stdin(Stdio::null());
    command.output().expect("it runs");
    assert!(is_mended(&folder, "c")[0]);
}

/// The signal of Ctrl-C by its name and number; where whoever runs the tests ignores it, as shells do for what runs behind, children
/// ignore it, too, and are sent the one that asks for an end.
fn ending() -> (&'static str, i32) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    if mask & 0b10 == 0 { ("-INT", 2) } else { ("-TERM", 15) }
}

/// As Ctrl-C does, where that is a signal.
fn interrupt(child: &mut std::process::Child) {
    if cfg!(unix) {
        let mut kill = Command::new("kill");
        kill.args([ending().0, &child.id().to_string()]).stderr(Stdio::null()).status().expect("kill");
    } else {
        child.kill().expect("a signal");
    }
}

#[test]
fn a_killed_run_leaves_whole_files() {
    let names: Vec<String> = (0..40).map(|number| format!("p{number}")).collect();
    let pages: Vec<&str> = names.iter().map(String::as_str).collect();
    let files = program(&pages);
    let done = Folder::with("done", &files);
    assert!(fix(&done.0).output().expect("it runs").status.success());
    let mut partly = 0;
    for round in 0..6 {
        let folder = Folder::with(&format!("killed-{round}"), &files);
        let mut child = fix(&folder.0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        // The first file that changes tells that the writing has begun: scripts go before the markup that names their methods.
        let first = folder.0.join("pages/p0/index.js");
        while fs::read_to_string(&first).expect("a file") == SCRIPT && child.try_wait().expect("a child").is_none() {
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(Duration::from_micros(300 * round));
        match round % 2 {
            0 => child.kill().expect("a signal"),
            _ => interrupt(&mut child),
        }
        child.wait().expect("its end");
        let (mut old, mut new) = (0, 0);
        for (path, text) in &files {
            let now = folder.text(path);
            old += usize::from(now == *text);
            new += usize::from(now != *text);
            assert!(now == *text || now == done.text(path), "{path} is neither old nor new:\n{now}");
        }
        partly += usize::from(old > 2 && new > 0);
        let half = |page: &String| is_mended(&folder, page) == [true, false];
        assert!(!names.iter().any(half), "no markup names a method that is not there");
        fix(&folder.0).output().expect("it runs");
        assert!(names.iter().all(|page| is_mended(&folder, page) == [true; 2]), "the next run completes it");
    }
    // On a machine that is slow to kill all may be done each time; then the test has shown nothing, but nothing wrong.
    eprintln!("{partly} of 6 runs were killed in the middle");
}

/// Names of files that were not there before.
#[cfg(unix)]
fn left_behind(folder: &Path, known: &[(String, String)]) -> Vec<String> {
    fn visit(folder: &Path, top: &Path, all: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => visit(&path, top, all),
                false => all.push(path.strip_prefix(top).expect("below").to_string_lossy().into_owned()),
            }
        }
    }
    let mut all = Vec::new();
    visit(folder, folder, &mut all);
    all.retain(|path| !known.iter().any(|(name, _)| name == path));
    all
}

/// How a run ended that was interrupted: by itself, or because of the signal.
#[cfg(unix)]
fn is_interrupted(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    let number = ending().1;
    let ended = status.code() == Some(128 + number) || status.signal() == Some(number);
    assert!(matches!(status.code(), Some(0 | 1)) || ended, "{status}");
    // Before it catches signals, and writes, it ends as any other process does.
    !matches!(status.code(), Some(0 | 1))
}

/// At many moments: from the start to the end, and most of them while files are replaced.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_whole_files_and_nothing_beside_them() {
    let names: Vec<String> = (0..120).map(|number| format!("p{number}")).collect();
    let files = program(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let done = Folder::with("uninterrupted", &files);
    let start = Instant::now();
    let sound = fix(&done.0).output().expect("it runs").status.code();
    let whole = start.elapsed();
    let (mut ended, mut partly) = (0, 0);
    for round in 0..24_u32 {
        let folder = Folder::with(&format!("interrupted-{round}"), &files);
        let mut child = fix(&folder.0).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        if round % 3 == 0 {
            thread::sleep(whole * round / 24);
        } else {
            let first = folder.0.join("pages/p0/index.js");
            while fs::read_to_string(&first).expect("a file") == SCRIPT && child.try_wait().expect("a child").is_none()
            {
                thread::sleep(Duration::from_micros(100));
            }
            thread::sleep(Duration::from_micros(u64::from(round) * 211));
        }
        interrupt(&mut child);
        let output = child.wait_with_output().expect("its end");
        let said = String::from_utf8_lossy(&output.stderr);
        let (interrupted, code) = (is_interrupted(output.status), output.status.code());
        assert!(interrupted || code == sound, "{code:?}: {said}");
        assert!(!interrupted || said.is_empty(), "{said}");
        let is_new = |(path, old): &&(String, String)| {
            let now = folder.text(path);
            assert!(now == *old || now == done.text(path), "{path} is neither old nor new:\n{now}");
            now != *old
        };
        let new = files.iter().filter(is_new).count();
        assert_eq!(left_behind(&folder.0, &files), Vec::<String>::new(), "beside them");
        assert!(code != sound || new == 240, "{new} files are new and it says that all is done");
        assert!(code.is_some() || new == 0, "{new} files are new and it does not heed signals");
        // What belongs together is written together.
        let half = |page: &String| matches!(is_mended(&folder, page), [true, false] | [false, true]);
        assert!(!names.iter().any(half), "a page is mended in half");
        ended += usize::from(interrupted);
        partly += usize::from(interrupted && new > 0);
    }
    assert!(ended > 0, "no run was interrupted, all were done in {whole:?}");
    eprintln!("{ended} of 24 runs were interrupted, {partly} of them while they wrote");
}

#[cfg(unix)]
#[test]
fn an_interrupted_report_or_baseline_is_the_old_one_or_the_new_one() {
    let names: Vec<String> = (0..60).map(|number| format!("p{number}")).collect();
    let mut files = program(&names.iter().map(String::as_str).collect::<Vec<_>>());
    files.push(("out.json".to_owned(), "[]\n".to_owned()));
    let folder = Folder::with("outputs", &files);
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
        command.args(args).current_dir(&folder.0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("it starts")
    };
    let out = folder.0.join("out.json");
    let now = || fs::read_to_string(&out).unwrap_or_default();
    let outputs = [
        (&["check", "--output", "json=out.json"][..], "[]\n"),
        // A baseline that is there must be one; none is there before the first.
        (&["baseline", "write", "--baseline", "out.json"], ""),
    ];
    for (args, old) in outputs {
        let reset = || match old {
            "" => drop(fs::remove_file(&out)),
            old => fs::write(&out, old).expect("a file"),
        };
        reset();
        let start = Instant::now();
        run(args).wait().expect("its end");
        let (whole, new) = (start.elapsed(), now());
        assert!(new.len() > 1_000, "{new}");
        let mut ended = 0;
        for round in 0..12 {
            reset();
            let mut child = run(args);
            // Writing comes last.
            thread::sleep(whole * (round + 2) / 12);
            interrupt(&mut child);
            let interrupted = is_interrupted(child.wait().expect("its end"));
            assert!(now() == old || now() == new, "neither old nor new: {}", now());
            assert!(interrupted || now() == new, "it says that it is written");
            assert_eq!(left_behind(&folder.0, &files), Vec::<String>::new());
            ended += usize::from(interrupted);
        }
        assert!(ended > 0, "no run of {args:?} was interrupted, all were done in {whole:?}");
    }
}

/// A pipe that nobody reads is waited for, and a signal ends that.
#[cfg(unix)]
#[test]
fn a_run_that_waits_for_a_reader_can_be_interrupted() {
    let folder = Folder::with("waiting", &program(&["a"]));
    assert!(Command::new("mkfifo").arg(folder.0.join("out")).status().expect("mkfifo").success());
    let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
    command.args(["check", "--format", "json", "--output", "json=out"]).current_dir(&folder.0).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    // The end of the report on standard output; then it writes the other one.
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    lines.map(|line| line.expect("a line")).find(|line| line == "}").expect("a report");
    thread::sleep(Duration::from_millis(200));
    assert!(child.try_wait().expect("a child").is_none(), "it waits");
    interrupt(&mut child);
    assert_eq!(child.wait().expect("its end").code(), Some(128 + ending().1));
}

/// Whoever is first, a fix over two files is in both or in neither.
#[test]
fn runs_at_once_do_not_tear_a_fix() {
    let names: Vec<String> = (0..20).map(|number| format!("p{number}")).collect();
    let pages: Vec<&str> = names.iter().map(String::as_str).collect();
    for round in 0..4 {
        let folder = Folder::with(&format!("at-once-{round}"), &program(&pages));
        let start = |_| fix(&folder.0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut runs: Vec<_> = (0..3).map(start).collect();
        runs.iter_mut().for_each(|run| _ = run.wait().expect("its end"));
        let torn: Vec<&String> = names.iter().filter(|page| is_mended(&folder, page) == [true, false]).collect();
        assert!(torn.is_empty(), "{torn:?}");
        fix(&folder.0).output().expect("it runs");
        assert!(names.iter().all(|page| is_mended(&folder, page) == [true; 2]), "the next run completes it");
    }
}

#[cfg(unix)]
#[test]
fn a_file_with_several_names_is_left_alone() {
    let folder = Folder::with("names", &program(&["a", "b"]));
    let (file, other) = (folder.0.join("pages/a/index.js"), folder.0.join("other"));
    fs::hard_link(&file, &other).expect("a link");
    let output = fix(&folder.0).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).replace("\n  ", " ");
    assert!(output.status.code() == Some(2) && said.contains("several names (hard links)"), "{said}");
    assert_eq!((is_mended(&folder, "a"), is_mended(&folder, "b")), ([false; 2], [true; 2]));
}

/// Files of which one is saved by somebody else after it was read for the first time.
struct Edited {
    files: Memory,
    path: &'static str,
    reads: AtomicUsize,
}

impl Files for Edited {
    fn base(&self) -> String {
        self.files.base()
    }
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let bytes = self.files.read(path)?;
        if path == self.path && self.reads.fetch_add(1, Ordering::SeqCst) > 0 {
            return Ok([b"// by somebody else\n".as_slice(), &bytes].concat());
        }
        Ok(bytes)
    }
    fn is_file(&self, path: &str) -> bool {
        self.files.is_file(path)
    }
    fn is_dir(&self, path: &str) -> bool {
        self.files.is_dir(path)
    }
    fn walk(&self, root: &str) -> Walk {
        self.files.walk(root)
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone_and_named() {
    let files = program(&["a", "b"]);
    let files = Memory::of(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let edited = Edited { files, path: "pages/a/index.js", reads: AtomicUsize::new(0) };
    let how = Mend { unsafe_too: true, disposal: Disposal::Show, only: None };
    let mended = session::mend_files(&edited, &[".".to_owned()], &CheckOptions::default(), &how).expect("a run");
    let changed: Vec<&str> = mended.changes.iter().map(|change| change.file.as_str()).collect();
    assert_eq!(changed, ["pages/b/index.axml", "pages/b/index.js"]);
    let is_named =
        |notice: &Notice| notice.text.key == "notice-fix-changed" && notice.file.as_deref() == Some("pages/a/index.js");
    assert!(mended.checked.report.notices.iter().any(is_named), "{:?}", mended.checked.report.notices);
}
