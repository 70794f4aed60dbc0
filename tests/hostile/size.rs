//! Much of everything: time grows with the input and not with its square. Each of these took minutes where it did.

use super::{besides, checked, program, shown};
use consentry::report::Format;
use std::fmt::Write;

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
    assert_eq!(besides.len(), 100_000);
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

#[test]
fn findings_by_the_ten_thousand() {
    let checked = checked(&program([("bad.axml", "{{ ".repeat(20_000))]));
    assert!(checked.report.findings().count() > 20_000);
    for (name, format) in Format::ALL {
        assert!(!shown(&checked, format).is_empty(), "{name}");
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
        if let Ok(checked) = consentry::session::check_files(&files, &[], &Default::default()) {
            assert!(!checked.report.incomplete());
        }
    }
}
