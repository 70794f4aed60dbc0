//! In: the examples of the rule pages. Out: whether the tool says about them what the pages say; each page is a test.
//! With `BLESS=1` in the environment the `findings` and `fixed` blocks of a page are written anew: look at the difference.

use consentry::discover::memory::Memory;
use consentry::report::{Report, level_name};
use consentry::rule_doc::{Example, FixKind, Lang, RuleDoc};
use consentry::session::{self, CheckOptions, Checked, Disposal, Mend, Mended, Preset};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

datatest_stable::harness! { { test = page, root = "rules", pattern = r"^[a-z-]+\.md$" } }

fn page(path: &Path, text: String) -> datatest_stable::Result<()> {
    let doc = RuleDoc::parse(&text)?;
    let mut faults = String::new();
    let mut blessed = text.clone();
    let mut kinds = Vec::new();
    for example in &doc.bad {
        let preset = if doc.recommended { Preset::Recommended } else { Preset::Strict };
        let before = check(example, &options(example, preset));
        let found = say(&before.report, |rule| rule == doc.id);
        let own = before.report.findings().filter(|(_, one)| one.finding.rule == doc.id);
        kinds.extend(own.flat_map(|(_, one)| one.finding.fixes.iter().map(|fix| fix.safe)));
        let mended = mended(&doc, example, &options(example, preset));
        let mut differ = |what: &str, info: &str, want: Option<&str>, have: &str| {
            if want != Some(have) {
                let want = want.unwrap_or_default();
                writeln!(faults, "bad, line {}: {what}\n--- page\n{want}--- tool\n{have}", example.line)
                    .expect("a string");
                blessed = with_block(&blessed, example, info, have);
            }
        };
        differ("findings", "findings", example.findings.as_deref(), &found);
        let fixed: BTreeMap<&str, &str> = example.fixed.iter().map(|(file, text)| (&**file, &**text)).collect();
        for change in &mended.changes {
            let want = fixed.get(change.file.as_str()).copied();
            differ(&change.file, &format!("fixed={}", change.file), want, &change.after);
        }
        let changed = |file: &str| mended.changes.iter().any(|change| change.file == file);
        for file in fixed.keys().filter(|file| !changed(file)) {
            writeln!(faults, "bad, line {}: nothing is fixed in {file}", example.line)?;
        }
        faults += &worse(&doc, example, &before, &mended.checked);
    }
    let kind = match (kinds.is_empty(), kinds.contains(&true)) {
        (true, _) => FixKind::None,
        (false, false) => FixKind::Unsafe,
        (false, true) => FixKind::Safe,
    };
    if kind != doc.fix {
        writeln!(faults, "fix: the page says {:?}, its examples {kind:?}", doc.fix)?;
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

/// A bad example after all fixes of its own rule.
fn mended(doc: &RuleDoc, example: &Example, options: &CheckOptions) -> Mended {
    let how = Mend { unsafe_too: true, disposal: Disposal::Show, only: Some(&doc.id) };
    session::mend_files(&files(example), &[".".to_string()], options, &how).expect("an example can be mended")
}

/// Rules whose fix leaves the words to a person, and says so until they are there.
const UNFINISHED: [&str; 1] = ["missing-permission-desc"];

/// What the fix of the first rule brings to light: the button is one only now.
const REVEALS: [(&str, &str); 1] = [("foreign-dialect", "missing-on-error")];

/// What a fix made worse: a finding of its own that is still there, another one that was not there before.
fn worse(doc: &RuleDoc, example: &Example, before: &Checked, after: &Checked) -> String {
    let count =
        |checked: &Checked, rule: &str| checked.report.findings().filter(|(_, one)| one.finding.rule == rule).count();
    let fixable = |checked: &Checked| {
        let own = checked.report.findings().filter(|(_, one)| one.finding.rule == doc.id);
        own.filter(|(_, one)| !one.finding.fixes.is_empty()).count()
    };
    let mut faults = String::new();
    let gone = count(before, &doc.id) - count(after, &doc.id).min(count(before, &doc.id));
    if fixable(after) > 0 || gone < fixable(before) && !UNFINISHED.contains(&&*doc.id) {
        writeln!(faults, "bad, line {}: of {} only {gone} gone", example.line, fixable(before)).expect("a string");
    }
    for (_, one) in after.report.findings() {
        let rule = one.finding.rule;
        if count(after, rule) > count(before, rule) && !REVEALS.contains(&(&*doc.id, rule)) {
            writeln!(faults, "bad, line {}: new after the fix: {rule}", example.line).expect("a string");
        }
    }
    faults
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
    session::check_files(&files(example), &[".".to_string()], options).expect("an example can be checked")
}

/// The files of an example, completed.
fn files(example: &Example) -> Memory {
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
    files
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
    let ends = |line: &String| line.starts_with("## ") || line.starts_with("### ");
    // Blocks before may have grown or shrunk, so the heading is looked for and not counted.
    let heading = if example.title.is_empty() { "## Bad".to_string() } else { format!("### {}", example.title) };
    let start = lines.iter().position(|line| *line == heading).expect("the heading");
    // A block that is not there yet stands before the findings.
    let open = match lines[start..].iter().position(opens).filter(|at| !lines[start + 1..start + at].iter().any(ends)) {
        Some(at) => start + at,
        None => {
            let at = start + lines[start..].iter().position(|line| line.starts_with("```findings")).expect("findings");
            let path = info.strip_prefix("fixed=").expect("a fixed block");
            let language = path.rsplit('.').next().unwrap_or_default();
            lines.splice(at..at, [format!("```{language} {info}"), "```".to_string()]);
            at
        }
    };
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
