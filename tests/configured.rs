//! In: small programs with configurations, comments and baselines. Out: whether what users may say about findings holds from end to
//! end: one configuration per program, findings in JSON, a baseline after moving and formatting.

use consentry::baseline;
use consentry::config::Source;
use consentry::discover::memory::Memory;
use consentry::report::Report;
use consentry::session::{self, Accepted, CheckOptions};

const PAGE: &str = "Page({\n  ask() {\n    my.getAuthCode({ scopes: 'auth_user', success() {} });\n  },\n});\n";
const MARKUP: &str = "<view onTap=\"ask\">Sign in</view>\n";

/// A program in a folder: a page that asks without `fail`, and a location without its description.
fn program(folder: &str) -> Vec<(String, String)> {
    [("app.json", "{ \"pages\": [\"p/p\"] }\n"), ("app.js", "App({});\n"), ("p/p.js", PAGE), ("p/p.axml", MARKUP)]
        .map(|(path, text)| (format!("{folder}/{path}"), text.to_owned()))
        .into()
}

fn memory(files: &[(String, String)]) -> Memory {
    Memory::of(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn check(files: &Memory, options: &CheckOptions) -> Report {
    session::check_files(files, &[".".to_owned()], options).expect("a check").report
}

/// Findings as `file rule level`.
fn found(report: &Report) -> Vec<String> {
    let one = |(_, one): (_, &consentry::report::Located)| {
        format!("{} {} {:?}", one.finding.place.file, one.finding.rule, one.finding.level)
    };
    report.findings().map(one).collect()
}

#[test]
fn each_program_of_a_monorepo_has_its_own_configuration() {
    let mut files: Vec<(String, String)> = ["shop", "admin", "demo"].iter().flat_map(|name| program(name)).collect();
    for (path, text) in [
        ("consentry.toml", "platform = 'alipay'\n[rules]\nmissing-fail = 'warning'\n"),
        (
            "shop/consentry.toml",
            "extends = '../consentry.toml'\nfail-on = 'warning'\n[[overrides]]\npaths = ['p/**']\nrules = { missing-fail = 'info' }\n",
        ),
        ("demo/consentry.toml", "platform = 'gcash'\nignore = ['p/']\n"),
    ] {
        files.push((path.to_owned(), text.to_owned()));
    }
    let report = check(&memory(&files), &CheckOptions::default());
    assert_eq!(found(&report), ["admin/p/p.js missing-fail Warning", "shop/p/p.js missing-fail Info"]);
    let of = |name: &str| report.programs.iter().find(|program| program.name == name).expect(name);
    assert_eq!((of("demo").platform.as_str(), of("shop").platform.as_str()), ("gcash", "alipay"));
    assert!(of("shop").fail_on.is_some() && of("admin").fail_on.is_none());
    let none = CheckOptions { config: Source::Nothing, ..CheckOptions::default() };
    assert_eq!(found(&check(&memory(&files), &none)).len(), 3);
}

#[test]
fn a_finding_in_json_is_let_stand_by_the_configuration() {
    let mut files = program("shop");
    files[0].1 = "{ \"pages\": [\"p/p\", \"gone/gone\"] }\n".to_owned();
    let rules =
        |report: &Report| found(report).iter().filter(|one| one.contains("app.json")).cloned().collect::<Vec<_>>();
    assert_eq!(rules(&check(&memory(&files), &CheckOptions::default())), ["shop/app.json unreadable-file Warning"]);
    let config = "[[overrides]]\npaths = ['app.json']\nrules = { unreadable-file = 'off' }\n";
    files.push(("shop/consentry.toml".to_owned(), config.to_owned()));
    assert!(rules(&check(&memory(&files), &CheckOptions::default())).is_empty());
}

#[test]
fn a_baseline_survives_moved_lines_renamed_folders_and_formatting() {
    let before = memory(&program("shop"));
    let report = check(&before, &CheckOptions::default());
    let empty = Accepted { file: "base.json".into(), folder: "/".into(), entries: Vec::new() };
    let entries = empty.grounded(&before, &|_| true, |ground| baseline::of_report(&report, &[], ground));
    assert_eq!((found(&report).len(), entries.len()), (1, 1));
    let options = CheckOptions { baseline: Some(Accepted { entries, ..empty }), ..CheckOptions::default() };
    let formatted = "// moved\n\nPage({\n\task() {\n\t\tmy.getAuthCode({\n\t\t\tscopes: \"auth_user\",\n\t\t\tsuccess() {},\n\t\t});\n\t},\n});\n";
    let twice = "Page({\n  ask() {\n    my.getAuthCode({ scopes: 'auth_user', success() {} });\n  },\n  again() {\n    my.getAuthCode({ scopes: 'auth_user', success() {} });\n  },\n});\n";
    for (folder, page, markup, left, accepted) in [
        ("shop", PAGE, MARKUP, 0, 1),
        ("shop", formatted, MARKUP, 0, 1),
        ("store/client", formatted, MARKUP, 0, 1),
        ("shop", twice, "<view onTap=\"ask\" onLongTap=\"again\" />\n", 1, 1),
    ] {
        let mut files = program(folder);
        files[2].1 = page.to_owned();
        files[3].1 = markup.to_owned();
        let report = check(&memory(&files), &options);
        assert_eq!((found(&report).len(), report.summary().suppressed), (left, accepted), "{folder} {page}");
    }
    let mut mended = program("shop");
    mended[2].1 = "Page({});\n".to_owned();
    mended[3].1 = "<view>Sign in</view>\n".to_owned();
    let report = check(&memory(&mended), &options);
    assert!(report.notices.iter().any(|notice| notice.text.key == "notice-mended"), "{:?}", report.notices);
}
