//! In: the examples of the rule pages. Out: whether the tool says about them what the pages say; each page is a test.
//! With `BLESS=1` in the environment the `findings` and `fixed` blocks of a page are written anew: look at the difference.

use consentry::discover::memory::Memory;
use consentry::report::{Report, level_name};
use consentry::rule_doc::{Example, FixKind, Lang, RuleDoc};
use consentry::session::{self, CheckOptions, Checked, Preset};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

datatest_stable::harness! { { test = page, root = "rules", pattern = r"^[a-z-]+\.md$" } }

fn page(path: &Path, text: String) -> datatest_stable::Result<()> {
    let doc = RuleDoc::parse(&text)?;
    let mut faults = String::new();
    let mut blessed = text.clone();
    for example in &doc.bad {
        let (found, fixed) = judge_bad(&doc, example);
        let mut differ = |what: &str, info: &str, want: &str, have: &str| {
            if want != have {
                writeln!(faults, "bad, line {}: {what}\n--- page\n{want}--- tool\n{have}", example.line)
                    .expect("a string");
                blessed = with_block(&blessed, example, info, have);
            }
        };
        differ("findings", "findings", example.findings.as_deref().unwrap_or(""), &found);
        for (file, want) in &example.fixed {
            differ(file, &format!("fixed={file}"), want, &fixed[file]);
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &blessed)?;
        faults.clear();
    }
    for example in &doc.good {
        let options = options(example, Preset::Strict);
        let said = say(&check(example, &options).report, |_| true);
        if !said.is_empty() {
            writeln!(faults, "good, line {} ({}):\n{said}", example.line, example.title)?;
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Box::new(Faults(faults))) }
}

/// What the tool says about a bad example, and its files after the safe fixes.
fn judge_bad(doc: &RuleDoc, example: &Example) -> (String, BTreeMap<String, String>) {
    let preset = if doc.recommended { Preset::Recommended } else { Preset::Strict };
    let checked = check(example, &options(example, preset));
    let mut files: BTreeMap<String, String> = example.files.iter().cloned().collect();
    if doc.fix == FixKind::Auto {
        let own = checked.report.findings().filter(|(_, one)| one.finding.rule == doc.id);
        let fixes = own.flat_map(|(_, one)| &one.finding.fixes).filter(|fix| fix.safe);
        let mut edits: Vec<_> = fixes.flat_map(|fix| &fix.edits).collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.place.span.start));
        for edit in edits {
            let text = files.get_mut(&edit.place.file).expect("a file of the example");
            text.replace_range(edit.place.span.start as usize..edit.place.span.end as usize, &edit.text);
        }
    }
    (say(&checked.report, |rule| rule == doc.id), files)
}

fn options(example: &Example, preset: Preset) -> CheckOptions {
    CheckOptions {
        platform: example.platform.clone(),
        preset: Some(preset),
        threads: Some(1),
        ..CheckOptions::default()
    }
}

fn check(example: &Example, options: &CheckOptions) -> Checked {
    let mut files = Memory::of(example.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let missing = |files: &Memory, path: &str| !files.0.contains_key(path);
    if missing(&files, "app.json") && missing(&files, "plugin.json") {
        let mut pages: Vec<String> = Vec::new();
        for (path, _) in &example.files {
            let page = path.strip_suffix(".js").or_else(|| path.strip_suffix(".axml"));
            let page = page.filter(|page| page.starts_with("pages/") && !pages.iter().any(|known| known == page));
            pages.extend(page.map(String::from));
        }
        let manifest = serde_json::json!({ "pages": pages }).to_string();
        files.0.insert("app.json".to_string(), manifest.into_bytes());
    }
    if missing(&files, "app.js") && missing(&files, "app.ts") && missing(&files, "plugin.json") {
        files.0.insert("app.js".to_string(), b"App({});\n".to_vec());
    }
    session::check_files(&files, &[".".to_string()], options).expect("an example can be checked")
}

/// The findings of some rules as pages write them.
fn say(report: &Report, wanted: impl Fn(&str) -> bool) -> String {
    let texts = session::texts().expect("the pages can be read");
    let mut said = String::new();
    for (_, one) in report.findings().filter(|(_, one)| wanted(one.finding.rule)) {
        let (finding, at) = (&one.finding, one.range.start);
        let (file, level, rule) = (&finding.place.file, level_name(finding.level), finding.rule);
        let message = one.message(texts.as_ref(), Lang::En);
        writeln!(said, "{file}:{}:{} {level} {rule}: {message}", at.line, at.column).expect("a string");
    }
    said
}

/// The page with another content in one block of an example: the first with this info after the example's heading.
fn with_block(page: &str, example: &Example, info: &str, content: &str) -> String {
    let mut lines: Vec<String> = page.lines().map(String::from).collect();
    let opens =
        |line: &String| line.starts_with("```") && line.trim_start_matches('`').split(' ').any(|word| word == info);
    // Blocks before may have grown or shrunk, so the heading is looked for and not counted.
    let heading = if example.title.is_empty() { "## Bad".to_string() } else { format!("### {}", example.title) };
    let start = lines.iter().position(|line| *line == heading).expect("the heading");
    let open = start + lines[start..].iter().position(opens).expect("the block");
    let close = open + 1 + lines[open + 1..].iter().position(|line| line.starts_with("```")).expect("its end");
    lines.splice(open + 1..close, content.lines().map(String::from));
    lines.join("\n") + "\n"
}

/// What differs. The harness shows errors in their debug form, which is made readable here.
struct Faults(String);

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Faults {}
