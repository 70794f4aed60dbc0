//! In: a program's files. Out: which framework wrote them, and whether they can be judged. Never follows code.

use crate::parse::decode;

use super::frameworks::Framework;
use super::path::{extension, join, name, within};
use super::{FILE_BYTES, Files, Refused};

/// What was found out about a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recognised {
    /// One template draws all of it.
    pub(super) generated: Option<Refused>,
    /// A framework whose output can be judged.
    pub(super) framework: Option<&'static str>,
}

/// How many templates are looked at where nothing is odd: a framework marks all of them.
const PROBES: usize = 3;

/// The framework that wrote the program at `root` with these `pages` and `sources`: one whose output cannot be judged, for
/// every page is drawn by one template, or one whose output can.
pub(super) fn recognise(
    files: &dyn Files,
    known: &[Framework],
    root: &str,
    pages: &[String],
    sources: &[String],
) -> Recognised {
    let of_pages = pages.iter().map(|page| join(root, &format!("{page}.axml")));
    let mut templates: Vec<String> = of_pages.filter(|path| sources.binary_search(path).is_ok()).collect();
    if templates.is_empty() {
        templates = sources.iter().filter(|path| extension(path) == "axml").cloned().collect();
    }
    let bases = sources.iter().filter(|path| name(path) == "base.axml");
    let mut marked = None;
    let mut generated: Option<Refused> = None;
    let mut is_generic = true;
    for (at, path) in templates.iter().enumerate() {
        // One page of its own is enough to be judged, and all of them are needed to be not.
        if at >= PROBES && !(is_generic && generated.is_some()) {
            break;
        }
        let Some(text) = markup(files, path) else { continue };
        match generic(known, &text) {
            Some((framework, mark)) if is_generic => {
                generated.get_or_insert_with(|| Refused::Generated { framework, file: path.clone(), mark });
            }
            Some(_) => {}
            None if name(path) == "base.axml" => {}
            None => is_generic = false,
        }
        marked = marked.or_else(|| mark(known, &text));
    }
    if let Some(mut generated) = generated.filter(|_| is_generic) {
        // Where the template itself is says more than who uses it.
        let base = bases.filter_map(|path| Some((path, generic(known, &markup(files, path)?)?))).next();
        if let Some((path, (framework, mark))) = base {
            generated = Refused::Generated { framework, file: path.clone(), mark };
        }
        return Recognised { generated: Some(generated), framework: None };
    }
    let marked = marked.or_else(|| bases.filter_map(|path| mark(known, &markup(files, path)?)).next());
    Recognised { generated: None, framework: marked.or_else(|| left(known, root, sources)) }
}

/// A template without its comments.
fn markup(files: &dyn Files, path: &str) -> Option<String> {
    let text = decode::decode(&files.read_within(path, FILE_BYTES).ok()?).text;
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, behind)| behind);
    }
    kept.push_str(rest);
    Some(kept)
}

/// The framework whose one template this markup defines or uses, and what shows it.
fn generic(known: &[Framework], text: &str) -> Option<(&'static str, String)> {
    known.iter().find_map(|framework| {
        let all = |marks: &[String]| marks.iter().all(|mark| text.contains(mark.as_str()));
        let found = framework.generic.iter().find(|generic| all(&generic.template))?;
        Some((framework.name, found.template.get(1).cloned().unwrap_or_default()))
    })
}

/// The framework whose mark this markup has.
fn mark(known: &[Framework], text: &str) -> Option<&'static str> {
    let has = |framework: &&Framework| {
        framework.marks.iter().any(|mark| !mark.template.is_empty() && text.contains(mark.template.as_str()))
    };
    known.iter().find(has).map(|framework| framework.name)
}

/// The framework that left a file or a folder.
fn left(known: &[Framework], root: &str, sources: &[String]) -> Option<&'static str> {
    let holds = |mark: &str| {
        let here = |path: &String| {
            within(root, path).is_some_and(|inside| inside == mark || (mark.ends_with('/') && inside.starts_with(mark)))
        };
        !mark.is_empty() && sources.iter().any(here)
    };
    let found = known.iter().find(|framework| framework.marks.iter().any(|mark| holds(&mark.left)));
    found.map(|framework| framework.name)
}
