//! In: names of fixtures, numbers of pages. Out: texts and programs to measure with. Never anything random or from outside
//! the repository.

use consentry::discover::disk::Disk;
use consentry::discover::memory::Memory;
use consentry::discover::{self, Files, Program};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Pages that share the modules of a chain.
const AREA: usize = 100;

/// The fixtures on disk.
pub(crate) fn fixtures() -> Disk {
    Disk::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures"))
}

/// One file of the fixtures.
pub(crate) fn fixture(path: &str) -> String {
    let bytes = fixtures().read(path).expect("a fixture");
    String::from_utf8(bytes).expect("a fixture in UTF-8")
}

/// All files of the fixtures with this extension that are UTF-8.
pub(crate) fn all(extension: &str) -> Vec<String> {
    let disk = fixtures();
    let paths = disk.walk("").files.into_iter().filter(|path| path.rsplit('.').next() == Some(extension));
    let texts: Vec<String> = paths.filter_map(|path| String::from_utf8(disk.read(&path).ok()?).ok()).collect();
    assert!(!texts.is_empty(), "no fixture ends in .{extension}");
    texts
}

/// A program and the files it consists of, held in memory, so that no disk is measured.
pub(crate) struct Held {
    pub(crate) files: Memory,
    pub(crate) program: Program,
}

/// Fixture programs by folder; all of them for `""`.
pub(crate) fn held(folder: &str) -> Vec<Held> {
    let disk = fixtures();
    let found = discover::programs(&disk, &[folder.to_string()]).expect("a fixture program");
    let held = found.programs.into_iter().map(|program| {
        let read = |path: &String| Some((path.clone(), disk.read(path).ok()?));
        Held { files: Memory(disk.walk(&program.root).files.iter().filter_map(read).collect()), program }
    });
    held.collect()
}

/// A program of so many pages, made as `benches/programs.py` makes it.
pub(crate) fn generated(pages: usize) -> Held {
    let files = Memory(program_files(pages));
    let program = discover::programs(&files, &[]).expect("a program").programs.remove(0);
    Held { files, program }
}

fn program_files(pages: usize) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut put = |path: String, text: String| files.insert(path, text.into_bytes());
    put("app.json".into(), manifest(pages));
    put("app.js".into(), "App({ onLaunch() { this.started = Date.now(); } });\n".into());
    put("components/card/card.js".into(), include_str!("../program/card.js").into());
    put("components/card/card.json".into(), r#"{ "component": true }"#.into());
    put("components/card/card.axml".into(), include_str!("../program/card.axml").into());
    for area in 0..pages.div_ceil(AREA) {
        for (at, [next, call]) in [["step1", "step1"], ["step2", "step2"], ["request", "ask"]].into_iter().enumerate() {
            let values = [("next", next), ("at", &at.to_string()), ("call", call)];
            put(format!("lib/area{area}/step{at}.js"), fill(include_str!("../program/step.js"), &values));
        }
        put(format!("lib/area{area}/request.js"), include_str!("../program/request.js").into());
    }
    for page in 0..pages {
        let (number, area) = (page.to_string(), (page / AREA).to_string());
        let automatic = if page % 10 == 9 { "this.login();" } else { "" };
        let values = [("number", &*number), ("area", &*area), ("automatic", automatic)];
        put(format!("pages/page{page}/page{page}.js"), fill(include_str!("../program/page.js"), &values));
        put(format!("pages/page{page}/page{page}.axml"), fill(include_str!("../program/page.axml"), &values));
    }
    files
}

/// The `app.json` of a program of so many pages.
pub(crate) fn manifest(pages: usize) -> String {
    let routes: Vec<String> = (0..pages).map(|page| format!("\"pages/page{page}/page{page}\"")).collect();
    format!("{{\"pages\": [{}], \"usingComponents\": {{\"card\": \"/components/card/card\"}}}}", routes.join(", "))
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_string(), |text, (key, value)| text.replace(&format!("@{key}@"), value))
}
