//! A fault of the tool while it mends: it is told, what it struck is as it was, and the rest is done.

use super::*;
use crate::catalog::Lang;
use crate::discover::{Walk, disk::Disk};
use crate::fix::{Chosen, Outcome};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

const SCRIPT: &str =
    "Page({\n  data: { granted: false },\n  onGrant() {\n    this.setData({ granted: true });\n  },\n});\n";
const MARKUP: &str = "<button open-type=\"getAuthorize\" scope=\"userInfo\" onGetAuthorize=\"onGrant\">Name</button>\n\
    <view>{{granted}}</view>\n<input placeholder=\"or type it\" />\n";
const STRUCK: &str = "pages/b/index.js";

/// Three pages, each with a fix that changes its script and its markup.
fn program() -> Vec<(String, &'static str)> {
    let pages = "{ \"pages\": [\"pages/a/index\", \"pages/b/index\", \"pages/c/index\"] }\n";
    let mut files = vec![("app.json".to_owned(), pages), ("app.js".to_owned(), "App({});\n")];
    for page in ["a", "b", "c"] {
        files.push((format!("pages/{page}/index.js"), SCRIPT));
        files.push((format!("pages/{page}/index.axml"), MARKUP));
    }
    files
}

/// The program on the disk, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("consentry-mend-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in program() {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Folder(folder)
    }

    /// The files that are not as they were, and those that were not there.
    fn changed(&self) -> Vec<String> {
        fn visit(folder: &Path, top: &Path, all: &mut Vec<String>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                match path.is_dir() {
                    true => visit(&path, top, all),
                    false => all.push(path.strip_prefix(top).expect("below").to_string_lossy().replace('\\', "/")),
                }
            }
        }
        let (old, mut all) = (program(), Vec::new());
        visit(&self.0, &self.0, &mut all);
        let text = |path: &str| fs::read_to_string(self.0.join(path)).expect("a text");
        all.retain(|path| !old.iter().any(|(name, old)| name == path && *old == text(path)));
        all.sort();
        all
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn mended(apply: Apply, files: &dyn Files) -> Mended {
    let interrupts = Interrupts::default();
    let how = Mend { unsafe_too: true, disposal: Disposal::Write(&interrupts), only: None };
    mend_by(apply, files, &[".".to_owned()], &CheckOptions::default(), &how).expect("a report")
}

fn said(mended: &Mended) -> Vec<String> {
    let texts = crate::session::texts().expect("texts");
    let say = |one: &Notice| format!("{:?} {:?} {}", one.file, one.level, one.say(texts.as_ref(), Lang::En));
    mended.checked.report.notices.iter().map(say).collect()
}

/// How many findings are left in each file.
fn left(mended: &Mended) -> Vec<&str> {
    let mut files: Vec<&str> =
        mended.checked.report.findings().map(|(_, one)| one.finding.place.file.as_str()).collect();
    files.dedup();
    files
}

/// What one file did not survive: the others are mended, and it is left alone with all that belongs to it.
fn only_one_is_struck(mended: &Mended, folder: &Folder, words: &str) {
    let others = ["pages/a/index.axml", "pages/a/index.js", "pages/c/index.axml", "pages/c/index.js"];
    assert_eq!(folder.changed(), others);
    assert_eq!(mended.changes.iter().map(|one| one.file.as_str()).collect::<Vec<_>>(), others);
    assert_eq!(left(mended), ["pages/b/index.axml"]);
    assert!(mended.checked.report.incomplete());
    let said = said(mended);
    let start = format!("Some({STRUCK:?}) Error left alone, the tool itself failed while mending it: {words}");
    assert!(said.iter().any(|one| one.starts_with(&start) && one.contains("please report this")), "{said:?}");
}

#[test]
fn all_are_mended_where_nothing_fails() {
    let folder = Folder::new("sound");
    let mended = mended(fix::apply, &Disk::new(&folder.0));
    assert_eq!((folder.changed().len(), left(&mended), mended.checked.report.incomplete()), (6, Vec::new(), false));
}

#[test]
fn a_fault_while_the_fixes_of_one_file_are_applied() {
    fn broken(chosen: &[Chosen], text: &dyn Fn(&str) -> Option<Arc<str>>) -> Outcome {
        fix::apply(chosen, &|file| {
            assert!(file != STRUCK, "the ink ran out");
            text(file)
        })
    }
    let folder = Folder::new("applied");
    only_one_is_struck(&mended(broken, &Disk::new(&folder.0)), &folder, "the ink ran out");
}

/// A disk of which a call fails: the reading of one file, or the walk, the second time.
struct Broken<'a> {
    disk: Disk,
    at: &'a str,
    calls: AtomicUsize,
}

impl Broken<'_> {
    fn new<'a>(folder: &Folder, at: &'a str) -> Broken<'a> {
        Broken { disk: Disk::new(&folder.0), at, calls: AtomicUsize::new(0) }
    }

    fn called(&self, what: &str) {
        assert!(what != self.at || self.calls.fetch_add(1, Ordering::SeqCst) != 1, "the disk caught fire");
    }
}

impl Files for Broken<'_> {
    fn base(&self) -> String {
        self.disk.base()
    }

    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        self.called(path);
        self.disk.read(path)
    }

    fn is_file(&self, path: &str) -> bool {
        self.disk.is_file(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.disk.is_dir(path)
    }

    fn walk(&self, root: &str) -> Walk {
        self.called("a walk");
        self.disk.walk(root)
    }
}

#[test]
fn a_fault_while_a_file_is_opened_to_be_mended() {
    let folder = Folder::new("opened");
    only_one_is_struck(&mended(fix::apply, &Broken::new(&folder, STRUCK)), &folder, "the disk caught fire");
}

#[test]
fn a_fault_of_the_whole_leaves_everything_and_tells_what_was_found() {
    let folder = Folder::new("whole");
    let mended = mended(fix::apply, &Broken::new(&folder, "a walk"));
    assert_eq!((folder.changed(), mended.changes.len()), (Vec::new(), 0));
    assert_eq!(left(&mended), ["pages/a/index.axml", "pages/b/index.axml", "pages/c/index.axml"]);
    assert!(mended.checked.report.incomplete() && mended.checked.report.mending.fixed == Some(0));
    let said = said(&mended);
    let words = "the tool itself failed: the disk caught fire";
    assert!(said.iter().any(|one| one.starts_with("None Error") && one.contains(words)), "{said:?}");
}

/// The struck file is mended first, and is too much in the round after that.
#[test]
fn what_was_mended_of_a_file_before_the_fault_is_not_written() {
    fn late(chosen: &[Chosen], text: &dyn Fn(&str) -> Option<Arc<str>>) -> Outcome {
        if text(STRUCK).is_some_and(|text| text.contains("onAuthError")) {
            let failed = [(STRUCK.to_owned(), "the second page burnt".to_owned())].into();
            return Outcome { failed, ..Outcome::default() };
        }
        let at = chosen.iter().position(|one| one.files().contains(STRUCK)).unwrap_or(0);
        fix::apply(&chosen[at..chosen.len().min(at + 1)], text)
    }
    let folder = Folder::new("late");
    only_one_is_struck(&mended(late, &Disk::new(&folder.0)), &folder, "the second page burnt");
}
