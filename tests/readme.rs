//! In: the rules and their pages. Out: whether the tables in `README.md` and `rules/README.md` say the same.
//! With `BLESS=1` in the environment the tables are written anew: look at the difference.

use consentry::finding::Level;
use consentry::report::level_name;
use consentry::rule_doc::{FixKind, RuleDoc};
use consentry::rules::RULES;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::{fs, path::Path};

/// The page whose every sentence has its row in `rules/README.md`.
const POLICY: &str = "https://miniprogram.alipay.com/docs/miniprogram/mpdev/api_openapi_obtainbasicmemberinformation";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page by its id, whether or not its rule exists.
fn pages() -> BTreeMap<String, RuleDoc> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let names = fs::read_dir(folder).expect("rules/").map(|entry| entry.expect("entry").file_name());
    let ids = names.filter_map(|name| name.to_str()?.strip_suffix(".md").map(String::from));
    ids.filter(|id| id != "README")
        .map(|id| {
            let doc = RuleDoc::parse(&read(&format!("rules/{id}.md")));
            let doc = doc.unwrap_or_else(|error| panic!("rules/{id}.md: {error}"));
            (id, doc)
        })
        .collect()
}

/// The text of `path` between `<!-- name -->` and `<!-- /name -->`.
fn between<'a>(path: &str, text: &'a str, name: &str) -> &'a str {
    let after = text.split_once(&format!("<!-- {name} -->\n")).map(|(_, after)| after);
    let inner = after.and_then(|after| after.split_once(&format!("<!-- /{name} -->"))).map(|(inner, _)| inner);
    inner.unwrap_or_else(|| panic!("{path} has no <!-- {name} --> … <!-- /{name} -->"))
}

/// Checks, or writes, what stands between two marks.
fn assert_between(path: &str, name: &str, wanted: &str) {
    let text = read(path);
    let found = between(path, &text, name);
    if found == wanted {
        return;
    }
    if std::env::var_os("BLESS").is_some() {
        let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let text = text.replacen(&format!("{open}{found}{close}"), &format!("{open}{wanted}{close}"), 1);
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), text).expect("a file that can be written");
        return;
    }
    let missing: Vec<_> = wanted.lines().filter(|line| !found.contains(line)).collect();
    let surplus: Vec<_> = found.lines().filter(|line| !wanted.contains(line)).collect();
    panic!("{path}, `{name}`: run `BLESS=1 cargo test --test readme`\nmissing: {missing:#?}\nsurplus: {surplus:#?}");
}

fn level(on: bool, level: Level) -> &'static str {
    if on { level_name(level) } else { "–" }
}

#[test]
fn the_readme_lists_every_rule() {
    let mut table =
        String::from("\n| rule | `recommended` | `strict` | fix | what it says |\n| --- | --- | --- | --- | --- |\n");
    for rule in RULES {
        let doc = rule.doc().expect("a page");
        let fix = match doc.fix {
            FixKind::None => "–",
            FixKind::Unsafe => "unsafe",
            FixKind::Safe => "safe",
        };
        let (id, recommended, strict) = (rule.id, level(doc.recommended, doc.severity), level(true, doc.strict));
        let summary = doc.summary.replace('\n', " ").replace('|', "\\|");
        writeln!(table, "| [{id}](rules/{id}.md) | {recommended} | {strict} | {fix} | {summary} |").expect("a string");
    }
    table.push('\n');
    assert_between("README.md", "rules", &table);
}

#[test]
fn a_file_of_rules_is_named_in_the_list() {
    let list = read("src/rules.rs");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    for entry in fs::read_dir(folder).expect("src/rules/") {
        let name = entry.expect("entry").file_name().into_string().expect("a plain name");
        let module = name.trim_end_matches(".rs");
        let rule = format!("    {module} \"{}\",", module.replace('_', "-"));
        let shared = format!("mod {module};");
        let named = list.lines().any(|line| line == rule || line == shared);
        assert!(named, "src/rules/{name} is neither a rule nor something rules share");
    }
}

/// The ids a row of a table links to.
fn linked(row: &str) -> impl Iterator<Item = &str> {
    row.split("](").skip(1).filter_map(|rest| rest.split_once(".md)").map(|(id, _)| id))
}

#[test]
fn every_sentence_of_the_policy_has_rules_or_says_why_not() {
    let (text, pages) = (read("rules/README.md"), pages());
    let rows: Vec<_> =
        between("rules/README.md", &text, "policy").lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.len() > 20, "the table of sentences is gone");
    let mut covered = BTreeSet::new();
    for row in rows.iter().skip(2) {
        let ids: Vec<_> = linked(row).collect();
        assert!(!ids.is_empty() || row.contains("cannot be seen in source: "), "neither a rule nor a reason: {row}");
        for id in ids {
            assert!(pages.contains_key(id), "no page rules/{id}.md: {row}");
            covered.insert(id);
        }
    }
    for (id, doc) in &pages {
        let cites = doc.policy.iter().any(|clause| clause.url == POLICY);
        assert!(!cites || covered.contains(id.as_str()), "{id} cites the policy page, but no sentence names it");
    }
}

#[test]
fn the_rules_readme_lists_other_clauses_and_what_is_planned() {
    // One test, so that two threads never write the same file.
    other_clauses_are_listed_with_their_rules();
    pages_without_a_rule_are_listed_as_planned();
}

fn other_clauses_are_listed_with_their_rules() {
    let mut clauses: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (id, doc) in pages() {
        for clause in doc.policy.into_iter().filter(|clause| clause.url != POLICY) {
            clauses.entry((clause.url, clause.says)).or_default().push(format!("[{id}]({id}.md)"));
        }
    }
    let mut table = String::from("\n| clause | rules |\n| --- | --- |\n");
    for ((url, says), rules) in clauses {
        writeln!(table, "| {} ([page]({url})) | {} |", says.replace('|', "\\|"), rules.join(", ")).expect("a string");
    }
    table.push('\n');
    assert_between("rules/README.md", "clauses", &table);
}

fn pages_without_a_rule_are_listed_as_planned() {
    let has_rule = |id: &str| RULES.iter().any(|rule| rule.id == id);
    let pages = pages();
    let planned: Vec<_> = pages.keys().filter(|id| !has_rule(id)).map(|id| format!("[{id}]({id}.md)")).collect();
    let list = if planned.is_empty() { "None.\n".to_string() } else { format!("{}.\n", planned.join(",\n")) };
    assert_between("rules/README.md", "planned", &list);
    assert!(RULES.iter().all(|rule| pages.contains_key(rule.id)), "a rule without a page");
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len(), "a rule is listed twice");
}

#[test]
fn links_between_files_lead_somewhere() {
    for path in ["README.md", "rules/README.md", "fixtures/README.md", "editors/README.md"] {
        let (text, folder) = (read(path), Path::new(path).parent().expect("a file stands in a folder"));
        for rest in text.split("](").skip(1) {
            let target = rest.split([')', '#']).next().unwrap_or("");
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
            assert!(target.is_empty() || target.contains("://") || file.exists(), "{path}: no {target}");
        }
    }
}
