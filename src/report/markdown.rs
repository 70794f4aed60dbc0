//! In: a report. Out: Markdown for a comment on a merge request: a sentence and a table. Never longer than such a comment
//! may be.

use super::wrap::{calm, steers};
use super::{Located, Options, Report, level_name, phrases};
use std::io::{self, Write};

/// Findings in the table; what comes after is counted. A comment may have some 65,000 characters.
const MOST: usize = 100;

/// Writes the comment.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### consentry\n\n{}", phrases::summary(&report.summary(), None, options.lang))?;
    let findings: Vec<&Located> = report.findings().map(|(_, one)| one).collect();
    if findings.is_empty() {
        return Ok(());
    }
    let [level, place, what, rule] = phrases::columns(options.lang);
    writeln!(out, "\n| {level} | {place} | {what} | {rule} |\n| --- | --- | --- | --- |")?;
    findings.iter().take(MOST).try_for_each(|one| row(one, options, out))?;
    if findings.len() > MOST {
        writeln!(out, "\n{}", phrases::left_out(findings.len() - MOST, options.lang))?;
    }
    helps(&findings, options, out)
}

fn row(one: &Located, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let (finding, line) = (&one.finding, one.range.start.line);
    let rule = match options.texts.policy(finding.rule) {
        Some((_, url)) => format!("[`{}`]({url})", finding.rule),
        None => format!("`{}`", finding.rule),
    };
    let place = code(&format!("{}:{line}:{}", finding.place.file, one.range.start.column));
    let what = cell(&one.marked(options.texts, options.lang).0);
    writeln!(out, "| {} | {place} | {what} | {rule} |", level_name(finding.level))
}

/// What to do about each kind of finding, once, folded away.
fn helps(findings: &[&Located], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut helps: Vec<(&str, String)> = findings
        .iter()
        .filter_map(|one| Some((one.finding.rule, one.marked(options.texts, options.lang).1?)))
        .collect();
    helps.sort();
    helps.dedup();
    if helps.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n<details><summary>{}</summary>\n", phrases::to_do(options.lang))?;
    helps.iter().try_for_each(|(rule, help)| writeln!(out, "- `{rule}`: {}", cell(help)))?;
    writeln!(out, "\n</details>")
}

/// A name for a table cell, as code: nothing in it is markup, a mention of somebody or a link.
fn code(name: &str) -> String {
    let shown: String = calm(name).chars().map(|c| if steers(c) { ' ' } else { c }).collect();
    // An escape of its own before the one for a table.
    let shown = if shown.is_empty() { " ".to_owned() } else { shown.replace("\\|", "\\\u{2060}|") };
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let (fence, shown) = ("`".repeat(longest + 1), shown.replace('|', "\\|"));
    // A fence must not touch a backtick of the name.
    let edge = if shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    format!("{fence}{edge}{shown}{edge}{fence}")
}

/// A sentence for a table cell: one line, code spans kept (what a program says stands in them and ends none), all other markup shown as
/// written, and nobody mentioned.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // The last part is no code when its beginning is not followed by an end.
    let parts: Vec<&str> = text.split('`').collect();
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 && at + 1 < parts.len() {
            out.push_str(&code(part));
        } else {
            out.push_str(if at % 2 == 1 { "\\`" } else { "" });
            out.push_str(&words(part));
        }
    }
    out
}

/// Text outside of code, nothing of which is markup.
fn words(text: &str) -> String {
    let text = calm(text).replace("://", ":\u{2060}//").replace("www.", "www\u{2060}.");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if steers(c) => out.push(' '),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '|' | '*' | '_' | '~' | '[' | ']' | '\\' | '!' | '$' => out.extend(['\\', c]),
            // A mention, a number of an issue, an emoji.
            '@' | '#' => out.extend([c, '\u{2060}']),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_code_and_show_markup() {
        for (text, want) in [
            ("`my.x(a|b)` asks", "`my.x(a\\|b)` asks"),
            ("<b> *x* _y_ [z]", "&lt;b> \\*x\\* \\_y\\_ \\[z\\]"),
            ("ask @me, #1", "ask @\u{2060}me, #\u{2060}1"),
            ("``", "` `"),
            ("&amp; ~~x~~ `&amp; ~~x~~`", "&amp;amp; \\~\\~x\\~\\~ `&amp; ~~x~~`"),
            ("`<button>` asks", "`<button>` asks"),
            ("a\nb ` c", "a b \\` c"),
        ] {
            assert_eq!(cell(text), want);
        }
    }

    #[test]
    fn names_are_code() {
        for (name, want) in [
            ("a|b/@c#1.js", "`a\\|b/@c#1.js`"),
            ("a`b``c.js", "```a`b``c.js```"),
            ("a.js`", "`` a.js` ``"),
            ("a\nb", "`a b`"),
        ] {
            assert_eq!(code(name), want);
        }
    }
}
