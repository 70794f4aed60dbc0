//! In: the text of a rule page (`rules/<id>.md`). Out: the page as a value: metadata, messages, sections, examples.
//! Never runs an example and never says anything the page does not.

mod body;

use crate::finding::Level;
pub use crate::message::{Lang, Text, Texts, fill};
use serde::Deserialize;

/// A rule page.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleDoc {
    /// Also the name of the file.
    pub id: String,
    /// What is wrong, as a noun phrase.
    pub title: Text,
    /// Level of a certain finding: in preset `recommended`, or in `strict` when `recommended` leaves the rule out.
    /// The findings of the page's bad examples have this level at most.
    pub severity: Level,
    /// Whether preset `recommended` has the rule; `strict` has every rule.
    pub recommended: bool,
    /// Level of a certain finding in preset `strict`.
    pub strict: Level,
    /// First version that has the rule.
    pub since: String,
    /// Whether and how the rule mends what it finds.
    pub fix: FixKind,
    /// What the levels of certainty mean for this rule, when that needs saying.
    pub certainty: Option<String>,
    /// The published clauses behind the rule, the most important first; empty only for rules about unreadable files.
    pub policy: Vec<Clause>,
    /// The rule's messages.
    pub messages: Texts,
    /// The first paragraph: one sentence.
    pub summary: String,
    /// Text under `## Why`.
    pub why: String,
    /// Examples under `## Bad` headings.
    pub bad: Vec<Example>,
    /// Examples under `## Good` headings.
    pub good: Vec<Example>,
    /// Text under `## Limits`.
    pub limits: String,
    /// Text under `## 中文`: summary, why and remedy.
    pub chinese: String,
}

/// Whether a rule mends what it finds.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum FixKind {
    /// It does not.
    #[default]
    None,
    /// It proposes edits that a person must look at.
    Unsafe,
    /// Some of its edits, or all, need nobody's judgement.
    Safe,
}

impl FixKind {
    /// Its name, as pages and formats spell it.
    pub fn name(self) -> &'static str {
        match self {
            FixKind::None => "none",
            FixKind::Unsafe => "unsafe",
            FixKind::Safe => "safe",
        }
    }
}

/// A published rule of the platform, paraphrased.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Clause {
    /// In English.
    pub says: String,
    /// In Chinese.
    pub says_zh: String,
    /// Where it is published.
    pub url: String,
    /// ISO date on which somebody looked.
    pub checked: String,
}

impl Clause {
    /// The clause in `lang`.
    pub fn says(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.says,
            Lang::Zh => &self.says_zh,
        }
    }
}

/// A set of files, and what the rule says about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// Its `###` heading; empty when it has none.
    pub title: String,
    /// 1-based line of the page on which it starts.
    pub line: usize,
    /// Paths from the program's root, and contents, in page order.
    pub files: Vec<(String, String)>,
    /// Contents of the `findings` block: lines `path:line:column level rule: message`.
    pub findings: Option<String>,
    /// The platform it is for, when not the default.
    pub platform: Option<String>,
    /// Files as they are after every fix of the rule, unsafe ones too, in page order.
    pub fixed: Vec<(String, String)>,
}

/// The front matter as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Front {
    id: String,
    title: String,
    title_zh: String,
    severity: String,
    strict: Option<String>,
    since: String,
    fix: FixKind,
    certainty: Option<String>,
    policy: Vec<Clause>,
    messages: Texts,
}

impl RuleDoc {
    /// Reads a page.
    ///
    /// # Errors
    /// A sentence saying what is wrong and, where that helps, on which line of the page.
    pub fn parse(text: &str) -> Result<RuleDoc, String> {
        let after = text.strip_prefix("+++\n").ok_or("the page does not begin with `+++`")?;
        let (front, body) = after.split_once("\n+++\n").ok_or("the front matter is not closed by `+++`")?;
        let front_lines = front.lines().count() + 2;
        let front: Front = toml::from_str(front).map_err(|error| format!("front matter: {error}"))?;
        front.messages.check()?;
        RuleDoc::of(front, body, front_lines)
    }

    /// Reads a page whose front matter `build.rs` made JSON of.
    ///
    /// # Errors
    /// As [`RuleDoc::parse`]; the messages are not checked again.
    pub fn compiled(front: &str, page: &str) -> Result<RuleDoc, String> {
        let (toml, body) = page.split_once("\n+++\n").ok_or("the front matter is not closed by `+++`")?;
        let front: Front = serde_json::from_str(front).map_err(|error| format!("front matter: {error}"))?;
        RuleDoc::of(front, body, toml.lines().count() + 1)
    }

    fn of(front: Front, body: &str, front_lines: usize) -> Result<RuleDoc, String> {
        let (recommended, strict) = levels(&front.severity, front.strict.as_deref())?;
        let body = body::parse(body, front_lines)?;
        Ok(RuleDoc {
            id: front.id,
            title: Text { en: front.title, zh: front.title_zh },
            severity: recommended.unwrap_or(strict),
            recommended: recommended.is_some(),
            strict,
            since: front.since,
            fix: front.fix,
            certainty: front.certainty,
            policy: front.policy,
            messages: front.messages,
            summary: body.summary,
            why: body.why,
            bad: body.bad,
            good: body.good,
            limits: body.limits,
            chinese: body.chinese,
        })
    }

    /// The message of this key in `lang`, its placeholders open; the key itself when the page has none.
    pub fn message<'a>(&'a self, key: &'a str, lang: Lang) -> &'a str {
        self.messages.get(key, lang)
    }

    /// The clause a finding cites; `None` for rules that rest on none.
    pub fn clause(&self) -> Option<&Clause> {
        self.policy.first()
    }
}

/// The levels in presets `recommended` (`None`: it leaves the rule out) and `strict`, from what the page says.
///
/// # Errors
/// A sentence on what is wrong with them.
pub fn levels(severity: &str, strict: Option<&str>) -> Result<(Option<Level>, Level), String> {
    let recommended = if severity == "off" { None } else { Some(level(severity)?) };
    let strict = strict.map(level).transpose()?.or(recommended);
    Ok((recommended, strict.ok_or("a rule with severity `off` must name its level in `strict`")?))
}

/// A level by its name.
fn level(name: &str) -> Result<Level, String> {
    match name {
        "error" => Ok(Level::Error),
        "warning" => Ok(Level::Warning),
        "info" => Ok(Level::Info),
        other => Err(format!("level `{other}` is none of error, warning, info")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "+++\nid = \"x\"\ntitle = \"t\"\ntitle-zh = \"题\"\nseverity = \"error\"\nsince = \"0.1.0\"\nfix = \"none\"\npolicy = []\n\
        [messages]\nmessage = { en = \"bad {api}\", zh = \"{api} 错\" }\n+++\n\nOne sentence,\nin two lines.\n\n## Why\nBecause.\n\n## Bad\n\
        ```axml file=pages/a/a.axml platform=tng\n<view />\n```\nand\n````findings\npages/a/a.axml:1:1 error x: bad f\n````\n\
        ### Second\n```js file=app.js\nApp({});\n\n```\n```js fixed=app.js\nApp();\n```\n## Good\n```js file=app.js\n```\n\n## Limits\nNone.\n\n## 中文\n说明。\n";

    #[test]
    fn a_page_becomes_a_value() {
        let doc = RuleDoc::parse(PAGE).expect("page");
        assert_eq!(
            (doc.summary.as_str(), doc.why.as_str(), doc.limits.as_str(), doc.chinese.as_str()),
            ("One sentence,\nin two lines.", "Because.", "None.", "说明。")
        );
        assert_eq!(fill(doc.message("message", Lang::Zh), &[("api", "f".into())]), "f 错");
        assert_eq!((doc.bad.len(), doc.good.len()), (2, 1));
        let (first, second) = (&doc.bad[0], &doc.bad[1]);
        assert_eq!(first.files, [("pages/a/a.axml".into(), "<view />\n".into())]);
        assert_eq!(first.platform.as_deref(), Some("tng"));
        assert_eq!(first.findings.as_deref(), Some("pages/a/a.axml:1:1 error x: bad f\n"));
        assert_eq!(PAGE.lines().nth(first.line - 1), Some("## Bad"));
        assert_eq!((second.title.as_str(), second.findings.as_deref()), ("Second", None));
        assert_eq!(second.files, [("app.js".into(), "App({});\n\n".into())]);
        assert_eq!(second.fixed, [("app.js".into(), "App();\n".into())]);
        assert_eq!(doc.good[0].files, [("app.js".into(), String::new())]);
    }

    #[test]
    fn levels_of_presets() {
        let cases = [
            ("severity = \"error\"", Some((Level::Error, true, Level::Error))),
            ("severity = \"info\"\nstrict = \"warning\"", Some((Level::Info, true, Level::Warning))),
            ("severity = \"off\"\nstrict = \"warning\"", Some((Level::Warning, false, Level::Warning))),
            ("severity = \"off\"", None),
            ("severity = \"error\"\nstrict = \"off\"", None),
        ];
        for (front, expected) in cases {
            let doc = RuleDoc::parse(&PAGE.replacen("severity = \"error\"", front, 1));
            assert_eq!(doc.ok().map(|doc| (doc.severity, doc.recommended, doc.strict)), expected, "{front}");
        }
    }

    #[test]
    fn a_page_with_a_fault_is_refused() {
        let faults = [
            ("+++\nid", "id"),
            ("severity = \"error\"", "severity = \"fatal\""),
            ("{api} 错", "错"),
            ("policy = []", "polcy = []"),
            ("\nOne sentence,\nin two lines.\n", ""),
            ("## Limits", "## Limit"),
            ("## Why\nBecause.\n\n", ""),
            ("## 中文", "## Why"),
            ("```js file=app.js\n```", "```js\n```"),
            ("```js file=app.js\n```", "```js file=../app.js\n```"),
            ("```js file=app.js\n```", "```js file=app.js"),
            ("platform=tng", "plat=tng"),
            ("### Second\n```js", "### Second\n```axml file=app.js\n```\n```js"),
        ];
        for (right, wrong) in faults {
            assert!(PAGE.contains(right), "{right}");
            assert!(RuleDoc::parse(&PAGE.replacen(right, wrong, 1)).is_err(), "accepted: {wrong:?} for {right:?}");
        }
    }
}
