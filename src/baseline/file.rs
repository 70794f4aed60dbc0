//! In: the text of a baseline file. Out: its entries, and back. The same entries give the same bytes, one line for each, so that
//! merges go well.

use crate::message::{Message, Value};
use serde::{Deserialize, Serialize};

/// Findings that are known: all of one kind at one place.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The program's folder, from that of the baseline.
    pub program: String,
    /// The file, likewise; a help for people and for telling equal findings apart.
    pub file: String,
    /// The rule's id.
    pub rule: String,
    /// The functions around it.
    #[serde(default)]
    pub symbol: String,
    /// What stands there, for people.
    #[serde(default)]
    pub subject: String,
    /// What stands there, for matching.
    pub identity: String,
    /// How many there are.
    pub count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Root {
    version: u32,
    findings: Vec<Entry>,
}

/// Reads a baseline.
///
/// # Errors
/// What is wrong, with line and column where known.
pub fn parse(text: &str) -> Result<Vec<Entry>, Value> {
    let root: Root = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
    match root.version {
        1 => Ok(root.findings),
        other => Err(Message::new("system-version").with("version", other.to_string()).into()),
    }
}

/// Writes a baseline.
pub fn render(entries: &[Entry]) -> String {
    let lines: Vec<String> = joined(entries.to_vec())
        .iter()
        .map(|entry| format!("    {}", serde_json::to_string(entry).expect("text and numbers are JSON")))
        .collect();
    let end = if lines.is_empty() { "" } else { "\n  " };
    let begin = if lines.is_empty() { "" } else { "\n" };
    format!("{{\n  \"version\": 1,\n  \"findings\": [{begin}{}{end}]\n}}\n", lines.join(",\n"))
}

/// Sorted, and equal entries as one.
pub(super) fn joined(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort();
    let mut out: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match out.last_mut() {
            Some(last) if Entry { count: 0, ..last.clone() } == (Entry { count: 0, ..entry.clone() }) => {
                last.count += entry.count;
            }
            _ => out.push(entry),
        }
    }
    out
}
