//! In: a program in a temporary folder, and the real tool that watches it. Out: whether it checks again when a file has changed,
//! and only then: not because of what it writes itself.

#![expect(clippy::unwrap_used, reason = "a step that fails is a test that fails")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PAGE: &str = "Page({ ask() { my.getAuthCode({ scopes: 'auth_user', success() {} }); } });\n";

/// How often a check has ended.
fn checks(log: &Path) -> usize {
    fs::read_to_string(log).unwrap().matches("Ctrl-C").count()
}

#[test]
fn a_change_is_checked_once() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("watch-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("app.json"), r#"{"pages":["me"]}"#).unwrap();
    fs::write(folder.join("me.axml"), "<view onTap=\"ask\"/>\n").unwrap();
    fs::write(folder.join("me.js"), PAGE).unwrap();
    let log = folder.join("log.txt");
    let mut child = Command::new(env!("CARGO_BIN_EXE_consentry"))
        .args(["check", "--watch", "--lang", "en", "--output", "json=out.json"])
        .current_dir(&folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    let reaches = |count: usize| {
        while checks(&log) < count && Instant::now() < patience {
            sleep(Duration::from_millis(50));
        }
        checks(&log) == count
    };
    let first = reaches(1);
    sleep(Duration::from_millis(1500));
    let quiet = checks(&log);
    fs::write(folder.join("me.js"), format!("\n\n{PAGE}")).unwrap();
    let second = reaches(2);
    let report = fs::read_to_string(folder.join("out.json")).unwrap_or_default();
    let said = fs::read_to_string(&log).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(first && second && quiet == 1, "first {first}, without a change {quiet}, second {second}");
    let again = said.find("a file has changed").unwrap_or(0);
    assert!(
        again > said.find("Ctrl-C").unwrap() && again < said.rfind("Ctrl-C").unwrap(),
        "said between two checks: {said}"
    );
    assert!(report.contains("\"line\": 3"), "{report}");
}
