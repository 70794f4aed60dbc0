//! In: a program in a temporary folder, and the real tool that watches it. Out: whether it checks again when a file has changed,
//! and only then: not because of what it writes itself.

#![expect(clippy::unwrap_used, reason = "a step that fails is a test that fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PAGE: &str = "Page({ ask() { my.getAuthCode({ scopes: 'auth_user', success() {} }); } });\n";
const REPORT: &str = "out.json";
const LOG: &str = "log.txt";

/// A tool that watches a program of one page; it ends with the test.
struct Watch {
    folder: PathBuf,
    child: Option<Child>,
}

impl Watch {
    fn program(name: &str, page: &str) -> Watch {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("watch-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let watch = Watch { folder, child: None };
        watch.save("app.json", r#"{"pages":["me"]}"#);
        watch.save("me.axml", "<view onTap=\"ask\"/>\n<view onTap=\"more\"/>\n");
        watch.save("me.js", page);
        watch
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_consentry"));
        command.args(args).current_dir(&self.folder).env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn start(&mut self, args: &[&str]) {
        let output = format!("json={REPORT}");
        let all = [&["check", "--watch", "--lang", "en", "--output", &output], args].concat();
        let log = fs::File::create(self.folder.join(LOG)).unwrap();
        self.child = Some(self.command(&all).stderr(log).spawn().unwrap());
    }

    /// As a whole: a look in between would find a file that is not written yet.
    fn save(&self, file: &str, text: &str) {
        let part = self.folder.join("part.tmp");
        fs::write(&part, text).unwrap();
        fs::rename(part, self.folder.join(file)).unwrap();
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap_or_default()
    }

    /// How often a check has ended.
    fn checks(&self) -> usize {
        self.text(LOG).matches("Ctrl-C").count()
    }

    /// Waits for a check to end, and for it to be the last one.
    fn wait(&self, count: usize) {
        let patience = Instant::now() + Duration::from_secs(60);
        while self.checks() < count && Instant::now() < patience {
            sleep(Duration::from_millis(50));
        }
        assert_eq!(self.checks(), count, "{}", self.text(LOG));
    }

    /// The rules and lines of what is found now, and how many findings are accepted.
    fn found(&self) -> (Vec<(String, u64)>, usize) {
        let report: serde_json::Value = serde_json::from_str(&self.text(REPORT)).unwrap();
        let list = |name: &str| report[name].as_array().unwrap().clone();
        let one = |one: &serde_json::Value| (one["rule"].as_str().unwrap().to_owned(), one["line"].as_u64().unwrap());
        (list("findings").iter().map(one).collect(), list("suppressed").len())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_change_is_checked_once() {
    let mut watch = Watch::program("once", PAGE);
    watch.start(&[]);
    watch.wait(1);
    sleep(Duration::from_millis(1500));
    watch.wait(1);
    watch.save("me.js", &format!("\n\n{PAGE}"));
    watch.wait(2);
    let said = watch.text(LOG);
    let again = said.find("a file has changed").unwrap_or(0);
    assert!(
        again > said.find("Ctrl-C").unwrap() && again < said.rfind("Ctrl-C").unwrap(),
        "said between two checks: {said}"
    );
    assert!(watch.found().0.iter().all(|(_, line)| *line == 3) && !watch.found().0.is_empty(), "{:?}", watch.found());
}

#[test]
fn what_the_baseline_accepts_stays_silent_and_a_new_baseline_holds_at_once() {
    const FILE: &str = "consentry-baseline.json";
    let page = |lines: &str, methods: &[&str]| format!("{lines}Page({{\n{}}});\n", methods.join(""));
    let ask = "  ask() { my.getAuthCode({ scopes: 'auth_user', success() {} }); },\n";
    let more = "  more() { my.getPhoneNumber({ success() {} }); },\n";
    let sound = "  ask() {},\n";
    let mut watch = Watch::program("baseline", &page("", &[ask, "  more() {},\n"]));
    let baseline = |watch: &Watch, action: &str| {
        assert!(watch.command(&["baseline", action, "--baseline", FILE]).status().unwrap().success());
    };
    baseline(&watch, "write");
    watch.start(&["--preset", "recommended", "--baseline", FILE]);
    watch.wait(1);
    let (none, accepted) = watch.found();
    assert!(none.is_empty() && accepted > 0, "{none:?}, {accepted} accepted");
    // It moves with every save, and stays silent.
    for (count, lines) in [(2, "\n"), (3, "// one\n// two\n"), (4, "")] {
        watch.save("me.js", &page(lines, &[ask, "  more() {},\n"]));
        watch.wait(count);
        assert_eq!(watch.found(), (Vec::new(), accepted), "after {lines:?}");
    }
    // What is new shows, and nothing else does.
    watch.save("me.js", &page("", &[ask, more]));
    watch.wait(5);
    let (new, still) = watch.found();
    assert!(
        !new.is_empty() && new.iter().all(|(_, line)| *line == 3) && still == accepted,
        "{new:?}, {still} accepted"
    );
    // Accepted in another terminal, it is silent at once: no source was saved.
    baseline(&watch, "write");
    watch.wait(6);
    assert_eq!(watch.found(), (Vec::new(), accepted + new.len()));
    // What is mended and forgotten is new when it comes again.
    watch.save("me.js", &page("", &[sound, more]));
    watch.wait(7);
    assert_eq!(watch.found(), (Vec::new(), new.len()));
    assert!(watch.text(LOG).contains("baseline prune"), "it says what can be forgotten: {}", watch.text(LOG));
    baseline(&watch, "prune");
    watch.wait(8);
    watch.save("me.js", &page("", &[ask, more]));
    watch.wait(9);
    let (again, still) = watch.found();
    assert!(again.len() == accepted && again.iter().all(|(_, line)| *line == 2) && still == new.len(), "{again:?}");
    // One that cannot be used, in the middle of a merge, is told and ends nothing; neither does one that is gone.
    let whole = watch.text(FILE);
    watch.save(FILE, &format!("<<<<<<< ours\n{whole}"));
    watch.wait(10);
    assert!(watch.text(LOG).contains("cannot use the baseline"), "{}", watch.text(LOG));
    fs::remove_file(watch.folder.join(FILE)).unwrap();
    watch.wait(11);
    assert!(watch.text(LOG).contains("there is no such"), "{}", watch.text(LOG));
    watch.save(FILE, &whole);
    watch.wait(12);
    assert_eq!(watch.found(), (again, still));
}
