//! In: `rules/`. Out: whether every page keeps the shape that `rules/README.md` describes. Never runs a rule.

use consentry::finding::Level;
use consentry::message::{Text, Texts};
use consentry::platform::Platform;
use consentry::rule_doc::{Example, FixKind, RuleDoc};
use std::fs;
use std::path::{Path, PathBuf};

/// Rules about the tool and the files rather than the policy: they cite no clause.
const ABOUT_FILES: [&str; 6] = [
    "internal-error",
    "invalid-suppression",
    "syntax-error",
    "unreadable-file",
    "unused-purpose",
    "unused-suppression",
];

/// Where clauses may be cited from: the platforms' own sites, and the repository of their documentation.
const OFFICIAL: [&str; 6] = [
    "https://docs.alipay.com/",
    "https://github.com/AlipayDocs/open-docs/blob/",
    "https://miniprogram.alipay.com/docs/",
    "https://miniprogram.gcash.com/docs/",
    "https://open.fliggy.com/docs/",
    "https://opendocs.alipay.com/",
];

fn pages() -> Vec<(String, RuleDoc)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("rules/")
        .filter_map(|entry| {
            entry.expect("entry").file_name().into_string().expect("name").strip_suffix(".md").map(String::from)
        })
        .filter(|name| name != "README")
        .collect();
    names.sort();
    assert!(!names.is_empty());
    let read = |name: String| {
        let text = fs::read_to_string(folder.join(format!("{name}.md"))).expect("page");
        let doc = RuleDoc::parse(&text).unwrap_or_else(|error| panic!("{name}.md: {error}"));
        (name, doc)
    };
    names.into_iter().map(read).collect()
}

/// A text that can stand in a sentence: lower case (or a name in backticks or a placeholder) first, no full stop last.
fn is_phrase(text: &str) -> bool {
    let starts = text.chars().next().is_some_and(|c| !c.is_uppercase() && !c.is_whitespace());
    // Chinese has no case: a name such as `Promise` may stand first.
    (starts || is_chinese(text)) && !text.ends_with(['.', '。', '！', '!', ' '])
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn assert_phrases<'a>(place: &str, texts: impl IntoIterator<Item = (&'a str, &'a Text)>) {
    for (key, text) in texts {
        assert!(is_phrase(&text.en) && is_phrase(&text.zh), "{place}: `{key}` begins in upper case or has a full stop");
        assert!(!is_chinese(&text.en) && is_chinese(&text.zh), "{place}: `{key}` is not in its language");
    }
}

#[test]
fn ids_are_file_names_and_metadata_is_whole() {
    for (name, doc) in pages() {
        assert_eq!(doc.id, name);
        assert!(doc.since.split('.').filter(|part| part.parse::<u32>().is_ok()).count() == 3, "{name}: since");
        assert_eq!(
            doc.policy.is_empty(),
            ABOUT_FILES.contains(&name.as_str()),
            "{name}: a clause is missing, or one too many"
        );
        for clause in &doc.policy {
            assert!(clause.url.starts_with("https://") && clause.checked.len() == 10, "{name}: {clause:?}");
            assert!(
                OFFICIAL.iter().any(|site| clause.url.starts_with(site)),
                "{name}: not an official page: {}",
                clause.url
            );
            let repository = clause.url.strip_prefix("https://github.com/AlipayDocs/open-docs/blob/");
            let pinned = |rest: &str| rest.split('/').next().is_some_and(|commit| commit.len() == 40);
            assert!(
                repository.is_none_or(pinned),
                "{name}: a page of a repository is cited by its commit: {}",
                clause.url
            );
            assert!(is_phrase(&clause.says) && is_phrase(&clause.says_zh), "{name}: {clause:?}");
        }
    }
}

#[test]
fn texts_are_phrases_in_their_language() {
    for (name, doc) in pages() {
        assert_phrases(&name, [("title", &doc.title)]);
        assert_phrases(&name, doc.messages.0.iter().map(|(key, text)| (key.as_str(), text)));
        assert!(doc.messages.0.contains_key("help"), "{name}: no help");
        assert!(doc.messages.0.keys().len() > 1, "{name}: no message");
        let sentence = doc.summary.replace("`my.", "`my").replace('\n', " ");
        assert!(
            sentence.ends_with('.') && !sentence.trim_end_matches('.').contains(". "),
            "{name}: the first paragraph is not one sentence"
        );
        assert!(doc.chinese.split("\n\n").count() >= 3, "{name}: the Chinese text lacks summary, why or remedy");
    }
    let words = Texts::of_words().expect("rules/words.toml");
    assert_phrases("words.toml", words.0.iter().map(|(key, text)| (key.as_str(), text)));
    assert!(words.0.keys().all(|key| KINDS_OF_WORDS.iter().any(|kind| key.starts_with(kind))));
}

/// What the keys of `rules/words.toml` begin with.
const KINDS_OF_WORDS: [&str; 16] = [
    "config-", "do-", "entry-", "error-", "gap-", "git-", "graph-", "none-", "notice-", "problem-", "refused-",
    "said-", "shown-", "site-", "step-", "system-",
];

/// The code that ships, by file: without tests, which stand last.
fn shipped() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("src/") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                walk(&path, into);
            } else if !path.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).expect("source");
                let code = text.split("\n#[cfg(test)]").next().unwrap_or("").to_string();
                into.push((path, code));
            }
        }
    }
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files
}

/// A key without a text would be shown as it is.
#[test]
fn every_word_that_code_uses_is_in_the_list() {
    let words = Texts::of_words().expect("rules/words.toml");
    let mut missing = Vec::new();
    for (path, code) in shipped() {
        for literal in code.split('"').filter(|part| KINDS_OF_WORDS.iter().any(|kind| part.starts_with(kind))) {
            let is_key = literal.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !literal.ends_with('-');
            if is_key && !words.0.contains_key(literal) {
                missing.push(format!("{}: {literal}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "not in rules/words.toml: {missing:#?}");
}

/// A text that nothing says is out of date, and nobody would see it.
#[test]
fn every_word_of_the_list_is_used() {
    let code: String = shipped().into_iter().map(|(_, code)| code).collect();
    let words = Texts::of_words().expect("rules/words.toml");
    let idle: Vec<&String> = words.0.keys().filter(|key| !code.contains(&format!("\"{key}\""))).collect();
    assert!(idle.is_empty(), "in rules/words.toml, and nothing says it: {idle:#?}");
}

#[test]
fn every_rule_has_two_bad_and_two_good_examples() {
    for (name, doc) in pages() {
        let faults = if name == "internal-error" { 0 } else { 2 };
        assert!(doc.bad.len() >= faults && doc.good.len() >= 2, "{name}: too few examples");
        for example in doc.bad.iter().chain(&doc.good) {
            let known = |platform: &str| Platform::names().any(|name| name == platform);
            assert!(example.platform.as_deref().is_none_or(known), "{name}.md:{}: platform", example.line);
        }
        for example in &doc.bad {
            assert_findings(&name, &doc, example);
        }
        assert!(doc.good.iter().all(|example| example.findings.is_none()), "{name}: a good example has findings");
        // Which examples have one is for `tests/rule_pages.rs` to say.
        assert_eq!(doc.fix == FixKind::None, doc.bad.iter().all(|bad| bad.fixed.is_empty()), "{name}: fix and fixed");
    }
}

/// Every line is `path:line:column level rule: message`, at a place inside a file of the example.
fn assert_findings(name: &str, doc: &RuleDoc, example: &Example) {
    let place = format!("{name}.md:{}", example.line);
    let findings = example.findings.as_deref().unwrap_or_else(|| panic!("{place}: no findings"));
    assert!(!findings.trim().is_empty(), "{place}: no findings");
    for line in findings.lines() {
        let (at, rest) = line.split_once(' ').unwrap_or_else(|| panic!("{place}: {line}"));
        let (level, rest) = rest.split_once(' ').unwrap_or_else(|| panic!("{place}: {line}"));
        let message =
            rest.strip_prefix(&format!("{name}: ")).unwrap_or_else(|| panic!("{place}: another rule: {line}"));
        let levels = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "info")];
        let highest = levels.iter().find(|(_, name)| *name == level).unwrap_or_else(|| panic!("{place}: {level}")).0;
        assert!(highest <= doc.severity && is_phrase(message), "{place}: {line}");
        let [file, row, column] = at.split(':').collect::<Vec<_>>()[..] else { panic!("{place}: {at}") };
        let text =
            &example.files.iter().find(|(path, _)| path == file).unwrap_or_else(|| panic!("{place}: no {file}")).1;
        let number = |text: &str| text.parse::<usize>().expect("a number") - 1;
        let width = text.lines().nth(number(row)).unwrap_or_else(|| panic!("{place}: {at}")).chars().count();
        assert!(number(column) <= width, "{place}: {at}");
    }
}

#[test]
fn every_table_is_compiled_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/platforms");
    let mut files: Vec<String> = fs::read_dir(folder)
        .expect("rules/platforms/")
        .filter_map(|entry| {
            entry.expect("entry").file_name().into_string().expect("name").strip_suffix(".toml").map(String::from)
        })
        .collect();
    files.sort();
    let mut names: Vec<_> = Platform::names().map(String::from).collect();
    names.sort();
    assert_eq!(files, names, "a table is not compiled in, or its file is gone");
}

#[test]
fn words_stand_in_order_of_their_keys() {
    let sorted = |text: &str| {
        let keys = text.lines().filter_map(|line| line.split_once(" = {")).map(|(key, _)| key);
        keys.collect::<Vec<_>>().is_sorted()
    };
    assert!(sorted(include_str!("../rules/words.toml")), "words.toml is not sorted");
}
