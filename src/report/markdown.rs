//! In: a report. Out: Markdown for a comment on a merge request: a sentence and a table. Never longer than such a comment
//! may be.

use super::wrap::steers;
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
    let what = cell(&one.message(options.texts, options.lang));
    writeln!(out, "| {} | {place} | {what} | {rule} |", level_name(finding.level))
}

/// What to do about each kind of finding, once, folded away.
fn helps(findings: &[&Located], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut helps: Vec<(&str, String)> =
        findings.iter().filter_map(|one| Some((one.finding.rule, one.help(options.texts, options.lang)?))).collect();
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
    let shown: String = name.chars().map(|c| if steers(c) { ' ' } else { c }).collect();
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let (fence, shown) = ("`".repeat(longest + 1), shown.replace('|', "\\|"));
    // A fence must not touch a backtick of the name.
    let edge = if shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    format!("{fence}{edge}{shown}{edge}{fence}")
}

/// A sentence for a table cell: one line, code spans kept, all other markup shown as written.
fn cell(text: &str) -> String {
    let spans = text.matches('`').count().is_multiple_of(2);
    let mut code = false;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '`' if spans => {
                code = !code;
                out.push('`');
            }
            '|' => out.push_str("\\|"),
            c if steers(c) => out.push(' '),
            '<' if !code => out.push_str("&lt;"),
            '&' if !code => out.push_str("&amp;"),
            '*' | '_' | '~' | '[' | ']' | '`' | '\\' if !code => out.extend(['\\', c]),
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
