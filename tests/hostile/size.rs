//! Much of everything: time grows with the input and not with its square. Each of these took minutes where it did.

use super::tool::Folder;
use super::{KNOWN, besides, checked, program, shown};
use consentry::report::{self, Format, Options};
use consentry::session;
use std::fmt::Write;
use std::io::{self, BufRead, BufReader, Read};
use std::process::Child;

/// A finding of its own wherever it stands.
const IDLE: &str = "<!-- consentry-ignore missing-fail: no -->";

#[test]
fn a_line_of_five_megabytes_and_a_file_that_is_too_long() {
    let line = format!("my.getAuthCode({{scopes:'auth_user'}});function never(){{{}}}", "f(1);".repeat(1_000_000));
    assert!(besides(&program([("bad.js", line)])).iter().any(|line| line.starts_with("bad.js:1:")));
    let long = vec![b' '; (16 << 20) + 1];
    for file in ["bad.js", "bad.axml", "bad.json"] {
        let besides = besides(&program([(file, long.clone())]));
        assert!(besides.iter().any(|line| line.starts_with(file) && line.contains("`file-bytes`")), "{besides:?}");
    }
    let mut small = program([("bad.js", "Page({}); // long enough to be over the limit, ".repeat(4))]);
    small.0.insert("consentry.toml".into(), b"[budget]\nfile-bytes = 150\n".to_vec());
    let said = shown(&checked(&small), Format::Concise);
    assert!(said.contains("bad.js:1:1: warning unreadable-file") && said.contains("more than 150"), "{said}");
}

#[test]
fn an_app_of_100_000_pages() {
    let pages: String = (0..100_000).fold(String::new(), |mut pages, at| {
        let _ = write!(pages, ",\"p{at}\"");
        pages
    });
    let besides = besides(&program([("app.json", format!(r#"{{"pages":["sound"{pages}]}}"#))]));
    // One finding per file and cause, with how many there are.
    let want = "app.json:1:19: warning unreadable-file `p0` and 99999 more are named here but do not exist";
    assert_eq!(besides[0], want);
    assert_eq!(besides.len(), 2, "{besides:?}");
}

#[test]
fn many_components_aliases_and_names() {
    let list = |many: usize, one: &dyn Fn(usize) -> String| (0..many).map(one).collect::<Vec<_>>().join(",");
    let components = list(5_000, &|at| format!(r#""c{at}":"/c{at}""#));
    let aliases = list(5_000, &|at| format!(r#""a{at}/*":"/a{at}/*""#));
    let pages = list(200, &|at| format!("\"p{at}\""));
    let app =
        format!(r#"{{"pages":["sound",{pages}],"usingComponents":{{{components}}},"resolveAlias":{{{aliases}}}}}"#);
    besides(&program([("app.json", app), ("bad.json", format!(r#"{{"usingComponents":{{{components}}}}}"#))]));
}

/// Steps are for code: what a table holds must not use up what the page below it needs.
#[test]
fn a_table_hides_nothing() {
    let rows = (0..60_000).fold(String::new(), |mut rows, at| {
        let _ = write!(rows, "k{at}: ['town {at}', {at}],");
        rows
    });
    let page = "Page({ onLoad() { this.setData({ town: table.k1 }); my.getAuthCode({ scopes: 'auth_user' }); } });";
    let besides = besides(&program([("bad.js", format!("const table = {{{rows}}};\n{page}\n"))]));
    assert!(
        besides.iter().any(|line| line.starts_with("bad.js:2:") && line.contains("lifecycle-prompt")),
        "{besides:?}"
    );
}

#[test]
fn findings_by_the_ten_thousand() {
    let checked = checked(&program([("bad.axml", IDLE.repeat(20_001))]));
    assert!(checked.report.findings().count() > 20_000);
    for (name, format) in Format::ALL {
        assert!(!shown(&checked, format).is_empty(), "{name}");
    }
}

/// One finding for a file and a cause, with how many there are.
#[test]
fn faults_by_the_ten_thousand() {
    let checked = checked(&program([("bad.axml", "{{ ".repeat(20_000))]));
    assert!(shown(&checked, Format::Concise).contains("the same 19999 more times in this file"));
}

/// The end of a run of which nobody reads standard output any more; what it said on standard error.
fn silent_end(mut child: Child) -> (Option<i32>, String) {
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}

/// Ten templates with 100,000 comments that suppress nothing, each a finding of its own. Without optimisation this takes about 20 seconds a run, and 1.5 GB.
#[test]
fn a_million_findings() {
    let folder = Folder::new("million");
    let pages: Vec<String> = (0..10).map(|page| format!("p{page}")).collect();
    folder.write("app.json", &format!("{{\"pages\":[\"sound\",\"{}\"]}}", pages.join("\",\"")));
    for page in &pages {
        folder.write(format!("{page}.js"), "Page({});\n");
        folder.write(format!("{page}.axml"), &IDLE.repeat(100_000));
    }
    let run = |format: &str| folder.command(&["--format", format]).spawn().unwrap();
    // Every one of them, in order, and the known one before them.
    let mut child = run("concise");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().starts_with(KNOWN));
    for (number, line) in (0..1_000_000).zip(lines.by_ref()) {
        let (page, column) = (number / 100_000, number % 100_000 * IDLE.len() + 1);
        let want = format!("p{page}.axml:1:{column}: warning unused-suppression ");
        assert!(line.starts_with(&want), "{line} instead of {want}");
    }
    let more = lines.count();
    assert_eq!((more, silent_end(child)), (0, (Some(1), String::new())));
    // Somebody who wants to see the first lines is not kept waiting for the others.
    let mut child = run("json");
    let first: Vec<String> = BufReader::new(child.stdout.take().unwrap()).lines().take(9).map(Result::unwrap).collect();
    assert!(first.join("").contains(r#""findings": [    {"#), "{first:?}");
    assert_eq!(silent_end(child), (Some(1), String::new()));
}

/// Takes some bytes and no more, and counts how often it is asked after that.
struct Head {
    left: usize,
    refused: usize,
}

impl io::Write for Head {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.left);
        self.left -= taken;
        if taken > 0 {
            return Ok(taken);
        }
        self.refused += 1;
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn nothing_is_made_for_a_reader_that_has_gone() {
    let checked = checked(&program([("bad.axml", IDLE.repeat(1_000))]));
    let texts = session::texts().unwrap();
    for (name, format) in Format::ALL {
        let (options, mut head) = (Options::plain(format, texts.as_ref()), Head { left: 1_000, refused: 0 });
        let written = report::write(&checked.report, checked.sources.as_ref(), &options, &mut head);
        assert_eq!(written.map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe), "{name}");
        assert_eq!(head.refused, 1, "{name}");
    }
}

#[test]
fn buttons_by_the_thousand() {
    let one = |scope: &str| {
        format!("<button open-type=\"getAuthorize\" scope=\"{scope}\" onGetAuthorize=\"go\">x</button>\n")
    };
    let alternating = [one("userInfo"), one("phoneNumber")].concat().repeat(1_000);
    for text in [one("userInfo").repeat(2_000), alternating] {
        let files = [("bad.axml", text), ("bad.js", "Page({ go() {} });\n".to_owned())];
        let checked = checked(&program(files));
        assert!(checked.report.findings().count() >= 2_000);
    }
}

#[test]
fn many_requests_and_many_comments() {
    let requests = "my.getAuthCode({scopes:'nope'});".repeat(1_000);
    besides(&program([("bad.js", format!("Page({{onLoad(){{{requests}}}}})"))]));
    let comments = "// consentry-ignore missing-fail: no\n".repeat(5_000);
    besides(&program([("bad.js", format!("{comments}Page({{}})"))]));
    let comments = "<!-- consentry-ignore missing-fail: no -->".repeat(5_000);
    besides(&program([("bad.axml", comments)]));
}

#[test]
fn patterns_that_make_others_run_away() {
    let stars = ["*a".repeat(500), "**/".repeat(100), "{a,b}".repeat(50), "[a-z]*".repeat(200), "?".repeat(2_000)];
    for pattern in &stars {
        let config = format!("ignore = [\"{pattern}b\"]\n");
        let mut files = program([("bad.js", "Page({})")]);
        files.0.insert("consentry.toml".into(), config.into());
        files.0.insert(".gitignore".into(), stars.join("\n").into());
        files.0.insert(format!("{}.js", "a".repeat(300)), b"x".to_vec());
        // A pattern may be refused, with its place; it may not take its time.
        if let Ok(checked) = session::check_files(&files, &[], &Default::default()) {
            assert!(!checked.report.incomplete());
        }
    }
}
