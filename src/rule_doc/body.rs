//! In: a rule page below its front matter. Out: its sections and examples. Never interprets what an example holds.

use super::Example;

/// The headings, in the order in which they stand; `Bad` and `Good` may come several times.
const HEADINGS: [&str; 5] = ["Why", "Bad", "Good", "Limits", "中文"];

/// The parts of a page's body.
#[derive(Default)]
pub(super) struct Body {
    pub(super) summary: String,
    pub(super) why: String,
    pub(super) bad: Vec<Example>,
    pub(super) good: Vec<Example>,
    pub(super) limits: String,
    pub(super) chinese: String,
}

/// A stretch of lines under one heading, the heading's own line number (1-based) with it.
struct Section<'a> {
    heading: &'a str,
    line: usize,
    lines: Vec<(usize, &'a str)>,
}

/// Reads the body; `offset` lines of the page stand before it.
pub(super) fn parse(text: &str, offset: usize) -> Result<Body, String> {
    let mut body = Body::default();
    let mut last = None;
    for section in sections(text, offset) {
        if section.heading.is_empty() {
            body.summary = prose(&section.lines);
            continue;
        }
        let Some(rank) = HEADINGS.iter().position(|heading| *heading == section.heading) else {
            return Err(format!("line {}: `## {}` is none of {HEADINGS:?}", section.line, section.heading));
        };
        if last.is_some_and(|last| last > rank) || (last == Some(rank) && rank != 1 && rank != 2) {
            return Err(format!("line {}: `## {}` stands out of order", section.line, section.heading));
        }
        last = Some(rank);
        match rank {
            0 => body.why = prose(&section.lines),
            1 => body.bad.extend(examples(&section)?),
            2 => body.good.extend(examples(&section)?),
            3 => body.limits = prose(&section.lines),
            _ => body.chinese = prose(&section.lines),
        }
    }
    complete(&body)?;
    Ok(body)
}

/// Sees that no text is missing.
fn complete(body: &Body) -> Result<(), String> {
    let texts =
        [(&body.summary, "first paragraph"), (&body.why, "Why"), (&body.limits, "Limits"), (&body.chinese, "中文")];
    match texts.into_iter().find(|(text, _)| text.is_empty()) {
        Some((_, name)) => Err(format!("the page has no {name}")),
        None => Ok(()),
    }
}

/// Splits at `## ` headings outside code fences.
fn sections(text: &str, offset: usize) -> Vec<Section<'_>> {
    let mut sections = vec![Section { heading: "", line: offset + 1, lines: Vec::new() }];
    let mut fence: Option<&str> = None;
    for (at, line) in text.lines().enumerate() {
        let number = offset + at + 1;
        match fence {
            Some(open) if line.trim_end() == open => fence = None,
            Some(_) => {}
            None => fence = fence_of(line),
        }
        match line.strip_prefix("## ") {
            Some(heading) if fence.is_none() => {
                sections.push(Section { heading: heading.trim(), line: number, lines: Vec::new() })
            }
            _ => sections.last_mut().expect("never empty").lines.push((number, line)),
        }
    }
    sections
}

/// The backticks that open a fence on this line.
fn fence_of(line: &str) -> Option<&str> {
    let ticks = line.len() - line.trim_start_matches('`').len();
    (ticks >= 3).then(|| &line[..ticks])
}

/// The lines as one text without empty lines around it.
fn prose(lines: &[(usize, &str)]) -> String {
    lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n").trim().to_string()
}

/// The examples of a section: one before the first `###`, if it holds files, and one for each `###`.
fn examples(section: &Section<'_>) -> Result<Vec<Example>, String> {
    let mut found = vec![Example { line: section.line, ..Example::default() }];
    let mut lines = section.lines.iter();
    while let Some((number, line)) = lines.next() {
        if let Some(title) = line.strip_prefix("### ") {
            found.push(Example { title: title.trim().to_string(), line: *number, ..Example::default() });
        } else if let Some(open) = fence_of(line) {
            let mut content = String::new();
            loop {
                match lines.next() {
                    Some((_, line)) if line.trim_end() == open => break,
                    Some((_, line)) => content.extend([line, "\n"]),
                    None => return Err(format!("line {number}: the code fence is not closed")),
                }
            }
            let example = found.last_mut().expect("never empty");
            block(example, &line[open.len()..], content).map_err(|error| format!("line {number}: {error}"))?;
        }
    }
    found.retain(|example| !(example.title.is_empty() && example.files.is_empty()));
    match found.iter().find(|example| example.files.is_empty()) {
        Some(empty) => Err(format!("line {}: the example `{}` has no files", empty.line, empty.title)),
        None => Ok(found),
    }
}

/// Adds a code block to its example; `info` follows the backticks.
fn block(example: &mut Example, info: &str, content: String) -> Result<(), String> {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or("");
    if language == "findings" {
        return match example.findings.replace(content) {
            None => Ok(()),
            Some(_) => Err("a second `findings` block in one example".into()),
        };
    }
    let mut placed = false;
    for word in words {
        let (key, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is no `key=value`"))?;
        let list = match key {
            "file" => &mut example.files,
            "fixed" => &mut example.fixed,
            "platform" => {
                example.platform = Some(value.to_string());
                continue;
            }
            _ => return Err(format!("`{key}` is none of file, fixed, platform")),
        };
        let inside = !value.is_empty() && value.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if !inside || list.iter().any(|(path, _)| path == value) {
            return Err(format!("`{value}` is no path inside the program, or stands there twice"));
        }
        list.push((value.to_string(), content.clone()));
        placed = true;
    }
    if placed { Ok(()) } else { Err("a code block without `file=`".into()) }
}
