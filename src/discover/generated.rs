//! In: a program's files. Out: which framework wrote them, and whether they can be judged. Never follows code.

use crate::parse::decode;

use super::path::{extension, join, name, within};
use super::{FILE_BYTES, Files};

/// A framework's output that says nothing about single buttons: one generic template draws them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The framework's name.
    pub framework: &'static str,
    /// The file that shows it.
    pub evidence: String,
    /// What that file holds.
    pub mark: &'static str,
}

/// What the templates of such output hold: all of it.
const REFUSED: [(&str, &[&str]); 5] = [
    ("Taro", &["<template", "name=\"taro_tmpl\""]),
    ("Taro", &["<template", "is=\"taro_tmpl\""]),
    ("Remax", &["<template", "name=\"REMAX_TPL"]),
    ("Remax", &["<template", "is=\"REMAX_TPL"]),
    ("Remax", &["<template", "name=\"TPL_", "is=\"{{'TPL_"]),
];

/// What the templates of other frameworks hold. Their output keeps each element and each handler.
const MARKS: [(&str, &str); 4] =
    [("uni-app", "data-event-opts="), ("uni-app", "vue-id="), ("mpx", "__mpx"), ("Taro 1 or 2", "$taroCompReady")];

/// Files and folders that other frameworks and converters leave.
const LEFT: [(&str, &str); 5] = [
    ("antmove", "__antmove/"),
    ("wx2my", "wx2my.js"),
    ("Taro 1 or 2", "npm/_tarojs/"),
    ("uni-app", "common/vendor.js"),
    ("mpx", "mpx.config.js"),
];

/// How many templates are looked at: a framework marks all of them.
const PROBES: usize = 3;

/// The framework that wrote the program at `root` with these `pages` and `sources`: one whose output cannot be judged, or
/// one whose output can.
pub(super) fn recognise(
    files: &dyn Files,
    root: &str,
    pages: &[String],
    sources: &[String],
) -> (Option<Generated>, Option<&'static str>) {
    let of_pages = pages.iter().map(|page| join(root, &format!("{page}.axml")));
    let pages: Vec<String> = of_pages.filter(|path| sources.binary_search(path).is_ok()).take(PROBES).collect();
    let bases = sources.iter().filter(|path| name(path) == "base.axml");
    let any = sources.iter().filter(|path| extension(path) == "axml").take(if pages.is_empty() { PROBES } else { 0 });
    let mut marked = None;
    for path in bases.chain(&pages).chain(any) {
        let Ok(bytes) = files.read_within(path, FILE_BYTES) else { continue };
        let text = decode::decode(&bytes).text;
        let refused = REFUSED.iter().find(|(_, marks)| marks.iter().all(|mark| text.contains(mark)));
        if let Some((framework, marks)) = refused {
            let mark = marks.get(1).copied().unwrap_or_default();
            return (Some(Generated { framework, evidence: path.clone(), mark }), None);
        }
        let mark = MARKS.iter().find(|(_, mark)| text.contains(mark));
        marked = marked.or(mark.map(|(framework, _)| *framework));
    }
    (None, marked.or_else(|| left(root, sources)))
}

fn left(root: &str, sources: &[String]) -> Option<&'static str> {
    let holds = |mark: &str| {
        let here = |path: &String| {
            within(root, path).is_some_and(|inside| inside == mark || (mark.ends_with('/') && inside.starts_with(mark)))
        };
        sources.iter().any(here)
    };
    LEFT.iter().find(|(_, mark)| holds(mark)).map(|(framework, _)| *framework)
}
