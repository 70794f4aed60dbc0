//! In: the `[purposes]` of a configuration. Out: them as the rules know them, with their places; and the findings about them
//! that hold for all programs which share the configuration. Never another key.

use super::Judged;
use crate::app::Purpose;
use crate::config::{self, Config, Origin};
use crate::discover::{FILE_BYTES, Files, path};
use crate::finding::Place;
use crate::text::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rule whose findings are about the configuration itself.
const RULE: &str = "unused-purpose";

/// A configuration's path as findings name it: as the files of the program are named, absolute or seen from the base.
fn shown(base: &str, root: &str, file: &str) -> String {
    if path::is_absolute(root) { file.to_string() } else { path::relative(base, file) }
}

/// The declarations of a configuration that holds for the program at `root`, and the text of the file they stand in, by its
/// path as findings name it.
pub(super) fn of(config: &Config, files: &dyn Files, root: &str) -> (Vec<Purpose>, BTreeMap<String, Arc<str>>) {
    let mut texts: BTreeMap<String, Arc<str>> = BTreeMap::new();
    let mut found = Vec::new();
    for (subject, held) in &config.purposes {
        let file = shown(&files.base(), root, &held.at.file);
        if !texts.contains_key(&file) {
            let bytes = files.read_named(&held.at.file, FILE_BYTES).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_string();
            texts.insert(file.clone(), text.into());
        }
        let pages = match &held.value {
            config::Purpose::Why(_) => Vec::new(),
            config::Purpose::Pages(pages) => {
                pages.iter().map(|page| page.trim_start_matches('/').to_string()).collect()
            }
        };
        let place = Place { span: key_at(&texts[&file], &held.at), file };
        found.push(Purpose { subject: subject.clone(), pages, place });
    }
    (found, texts)
}

/// The key that stands at a place.
fn key_at(text: &str, at: &Origin) -> Span {
    let above: usize = text.split_inclusive('\n').take(at.line as usize - 1).map(str::len).sum();
    let line = text[above..].lines().next().unwrap_or("");
    let before: usize = line.chars().take(at.column as usize - 1).map(char::len_utf8).sum();
    let key = &line[before..];
    let quoted = key.chars().next().filter(|c| matches!(c, '"' | '\''));
    let length = match quoted {
        Some(quote) => key[1..].find(quote).map_or(key.len(), |end| end + 2),
        None => key.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(key.len()),
    };
    Span::new(above + before, above + before + length)
}

/// Keeps, once, what is found about the declarations of a file in every program that it holds for; and nothing about a file
/// that may hold for programs which were not checked. `whole`: all of each program was asked for.
pub(super) fn of_all_programs(judged: &mut [Judged], files: &dyn Files, given: &[String], whole: bool) {
    let base = files.base();
    let covers = |folder: &str| given.iter().any(|given| path::within(&path::join(&base, given), folder).is_some());
    let of_file = |one: &Judged, file: &str| one.config.as_deref() == Some(file);
    for at in 0..judged.len() {
        let Some(file) = judged[at].config.clone() else { continue };
        let folder = path::parent(&file).unwrap_or("");
        let whole = whole && (covers(folder) || path::join(&base, &judged[at].root) == folder);
        let shown = shown(&base, &judged[at].root, &file);
        let others: Vec<usize> =
            (0..judged.len()).filter(|other| *other != at && of_file(&judged[*other], &file)).collect();
        let mut kept = std::mem::take(&mut judged[at].report.findings);
        kept.retain(|one| {
            let same = |other: &usize| {
                let findings = &judged[*other].report.findings;
                findings.iter().any(|other| other.finding.rule == RULE && other.finding == one.finding)
            };
            // What an earlier program has kept was found in all of them.
            let (before, behind): (Vec<usize>, Vec<usize>) = others.iter().partition(|other| **other < at);
            one.finding.rule != RULE
                || (whole && one.finding.place.file == shown && before.is_empty() && behind.iter().all(same))
        });
        judged[at].report.findings = kept;
    }
}
