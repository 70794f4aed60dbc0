//! In: a rule page in Markdown. Out: the page for a terminal: headings, wrapped text, indented code. Never a browser: what is
//! not used on rule pages is passed on as written.

use super::phrases;
use super::wrap::{clean, width, wrap};
use crate::catalog::{Lang, RuleRow};
use crate::rule_doc::RuleDoc;
use std::io::{self, Write};

/// The last column of a table is not narrower than this.
pub(super) const NARROWEST: usize = 20;

/// The heading of a page's Chinese part.
const CHINESE: &str = "## 中文";

/// How text is painted.
struct Ink {
    color: bool,
    columns: usize,
}

/// Writes a rule page for reading. In Chinese, the Chinese part of the page comes first and the examples follow.
///
/// # Errors
/// Only those of `out`.
pub fn write(rule: &str, page: &str, lang: Lang, color: bool, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink { color, columns: columns.clamp(40, 100) };
    writeln!(out, "{}\n", ink.bold(rule))?;
    if let Ok(doc) = RuleDoc::parse(page) {
        head(&doc, lang, &ink, out)?;
    }
    let (body, chinese) = parts(page);
    match (lang, chinese) {
        (Lang::Zh, Some(chinese)) => {
            blocks(chinese, lang, &ink, out)?;
            let examples: Vec<&str> = sections(body).filter(|part| part.contains("```")).collect();
            examples.iter().try_for_each(|part| blocks(part, lang, &ink, out))
        }
        _ => blocks(body, lang, &ink, out),
    }
}

/// What the front matter says: title, levels, fix, clauses.
fn head(doc: &RuleDoc, lang: Lang, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let said = phrases::rule_head(doc.recommended.then_some(doc.severity), doc.strict, doc.fix, lang);
    let mut rows = vec![(said.title, doc.title.in_lang(lang)), (said.level, &said.levels), (said.fix, said.fixes)];
    for (at, clause) in doc.policy.iter().enumerate() {
        rows.extend([(if at == 0 { said.clause } else { "" }, clause.says(lang)), ("", &clause.url)]);
    }
    let first = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    for (name, text) in rows {
        // An address stays whole, so that it can be opened.
        let address = text.starts_with("https://");
        let room = if address { usize::MAX } else { ink.columns.saturating_sub(4 + first) };
        for (index, line) in wrap(&clean(text), room).iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let line = if address { ink.dim(line) } else { line.clone() };
            writeln!(out, "  {}{}  {line}", ink.dim(name), " ".repeat(first - width(name)))?;
        }
    }
    writeln!(out)
}

/// Writes the rules as a table: id, level in each preset, how it is mended, title.
///
/// # Errors
/// Only those of `out`.
pub fn write_rules(rules: &[RuleRow], lang: Lang, color: bool, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink { color, columns: columns.clamp(40, 140) };
    let heads = phrases::rule_table(lang);
    let row = |rule: &RuleRow| {
        let [recommended, strict] = rule.presets.map(|level| phrases::preset_level(level, lang));
        [rule.id.clone(), recommended.to_owned(), strict.to_owned(), phrases::fix_word(rule.fix, lang).to_owned()]
    };
    let rows: Vec<([String; 4], &str)> = rules.iter().map(|rule| (row(rule), rule.title.as_str())).collect();
    let widest =
        |column: usize| rows.iter().map(|(cells, _)| width(&cells[column])).chain([width(heads[column])]).max();
    let widths = [0, 1, 2, 3].map(|column| widest(column).unwrap_or(0));
    let begin: usize = widths.iter().map(|width| width + 2).sum();
    if ink.columns < begin + NARROWEST {
        return rows.iter().try_for_each(|(cells, title)| stacked(cells, title, heads, &ink, out));
    }
    let line = |cells: [&str; 4], bold: bool| -> String {
        let padded = |(at, cell): (usize, &&str)| {
            let text = if at == 0 && bold { ink.bold(cell) } else { (*cell).to_owned() };
            format!("{text}{}  ", " ".repeat(widths[at] - width(cell)))
        };
        cells.iter().enumerate().map(padded).collect()
    };
    writeln!(out, "{}", ink.dim(&format!("{}{}", line([heads[0], heads[1], heads[2], heads[3]], false), heads[4])))?;
    for (cells, title) in &rows {
        for (index, text) in wrap(&clean(title), ink.columns.saturating_sub(begin)).iter().enumerate() {
            let left = if index == 0 { line(cells.each_ref().map(String::as_str), true) } else { " ".repeat(begin) };
            writeln!(out, "{left}{text}")?;
        }
    }
    Ok(())
}

/// A row of a table that would be too wide: one below the other.
fn stacked(cells: &[String; 4], title: &str, heads: [&str; 5], ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", ink.bold(&cells[0]))?;
    let said: Vec<String> = (1..4).map(|at| format!("{}: {}", heads[at], cells[at])).collect();
    for text in [said.join("  "), clean(title)] {
        for line in wrap(&text, ink.columns - 2) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// The page without its front matter: what stands before the Chinese heading and after it, and the Chinese part.
fn parts(page: &str) -> (&str, Option<&str>) {
    let body = body(page);
    match body.find(CHINESE) {
        Some(at) => (&body[..at], Some(body[at + CHINESE.len()..].trim_start_matches(|c| c != '\n'))),
        None => (body, None),
    }
}

/// The page without its front matter.
pub(super) fn body(page: &str) -> &str {
    let whole = page.trim_start_matches('\u{feff}');
    match whole.strip_prefix("+++") {
        Some(rest) => rest.find("\n+++").map_or(whole, |end| rest[end + 4..].trim_start_matches('\n')),
        None => whole,
    }
}

/// The text cut before every second-level heading outside code.
fn sections(body: &str) -> impl Iterator<Item = &str> {
    let mut cuts = vec![0];
    let (mut at, mut code) = (0, false);
    for line in body.split_inclusive('\n') {
        code ^= line.trim_start().starts_with("```");
        if !code && line.starts_with("## ") {
            cuts.push(at);
        }
        at += line.len();
    }
    cuts.push(body.len());
    (0..cuts.len() - 1).map(move |index| &body[cuts[index]..cuts[index + 1]])
}

fn blocks(text: &str, lang: Lang, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let mut paragraph = String::new();
    let mut fence: Option<usize> = None;
    let mut said = false;
    for line in text.lines() {
        let ticks = line.trim_start().chars().take_while(|c| *c == '`').count();
        if let Some(open) = fence {
            if ticks >= open && line.trim().chars().all(|c| c == '`') {
                fence = None;
                writeln!(out)?;
            } else if said {
                // What the tool says is no code: it may be broken into lines.
                for (index, part) in wrap(&clean(line), ink.columns.saturating_sub(6)).iter().enumerate() {
                    writeln!(out, "    {}{part}", if index == 0 { "" } else { "  " })?;
                }
            } else {
                writeln!(out, "    {}", ink.code(&clean(&line.replace('\t', "  "))))?;
            }
        } else if ticks >= 3 {
            flush(&mut paragraph, ink, out)?;
            fence = Some(ticks);
            said = line.trim_matches('`').trim() == "findings";
            if let Some(file) = line.split_whitespace().find_map(|word| word.strip_prefix("file=")) {
                writeln!(out, "    {}", ink.dim(&clean(file)))?;
            }
        } else if let Some(heading) = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim()) {
            flush(&mut paragraph, ink, out)?;
            let indent = if line.starts_with("###") { "  " } else { "" };
            writeln!(out, "{indent}{}", ink.bold(&clean(phrases::section(heading, lang))))?;
        } else if line.trim().is_empty() {
            flush(&mut paragraph, ink, out)?;
        } else {
            if is_item(line) {
                flush_line(&mut paragraph, ink, out)?;
            }
            join(&mut paragraph, line.trim_end());
        }
    }
    flush(&mut paragraph, ink, out)
}

/// Joins a source line to its paragraph; between Chinese characters without a space.
fn join(paragraph: &mut String, line: &str) {
    let line = if paragraph.is_empty() { line } else { line.trim_start() };
    let chinese = |c: Option<char>| c.is_some_and(|c| c >= '\u{2e80}');
    let within_chinese = chinese(paragraph.chars().last()) && chinese(line.chars().next());
    if !paragraph.is_empty() && !within_chinese {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

fn is_item(line: &str) -> bool {
    let text = line.trim_start();
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    text.starts_with("- ") || text.starts_with("* ") || (number.len() < text.len() && number.starts_with(". "))
}

/// Writes the paragraph and an empty line.
fn flush(paragraph: &mut String, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    if paragraph.is_empty() {
        return Ok(());
    }
    flush_line(paragraph, ink, out)?;
    writeln!(out)
}

fn flush_line(paragraph: &mut String, ink: &Ink, out: &mut dyn Write) -> io::Result<()> {
    let text = clean(&std::mem::take(paragraph));
    if text.is_empty() {
        return Ok(());
    }
    let body = text.trim_start();
    let hang = if is_item(body) { body.find(' ').map_or(0, |at| at + 1) } else { 0 };
    let outer = 2 + (text.len() - body.len());
    for (index, line) in wrap(body, ink.columns.saturating_sub(outer + hang)).iter().enumerate() {
        let indent = if index == 0 { outer } else { outer + hang };
        writeln!(out, "{}{}", " ".repeat(indent), line)?;
    }
    Ok(())
}

impl Ink {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn code(&self, text: &str) -> String {
        self.paint("36", text)
    }

    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "+++\nid = \"x\"\n+++\n\nFirst sentence\nof it.\n\n## Why\n- one two three four five six seven eight nine ten\n- b\n\n## Bad\n\n### One\n```axml file=a.axml\n<a>\n\u{1b}[31m\n## no heading\n```\n```findings\na.axml:1:1 error x: it is said in more words than fit\n```\n\n## 中文\n第一句\n话。\n";

    fn shown(lang: Lang) -> String {
        let mut out = Vec::new();
        write("x", PAGE, lang, false, 40, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_page_reads_well() {
        let want = "x\n\n  First sentence of it.\n\nWhy\n  - one two three four five six seven\n    eight nine ten\n  - b\n\nBad\n  One\n    a.axml\n    <a>\n    \u{fffd}[31m\n    ## no heading\n\n    a.axml:1:1 error x: it is said in\n      more words than fit\n\n";
        assert_eq!(shown(Lang::En), want);
    }

    #[test]
    fn chinese_comes_with_the_examples() {
        let text = shown(Lang::Zh);
        assert!(text.starts_with("x\n\n  第一句话。\n\n错误示例\n  One\n"), "{text}");
        assert!(!text.contains("First"));
    }
}
