//! In: `app.json` and the manifests of pages and components. Out: what they register, with places.

use crate::discover::path;
use crate::facts::manifest::Json;
use crate::text::Span;
use std::collections::BTreeSet;

/// The pages `app.json` names, each once, relative to the root, the launch page marked.
pub(super) fn pages(app: &Json) -> Vec<(String, Span, bool)> {
    let mut found: Vec<(String, Span, bool)> = Vec::new();
    let mut known = BTreeSet::new();
    let mut add = |root: &str, page: &Json| {
        // Frameworks say more of a page than its path.
        let Some(route) = page.text().or_else(|| page.get("path")?.text()) else { return };
        let route = super::resolve::without_extension(route).unwrap_or(route);
        let route = path::normalise(&format!("{root}/{}", route.trim_start_matches('/')));
        let route = route.trim_start_matches('/').to_string();
        if !route.is_empty() && known.insert(route.clone()) {
            found.push((route, page.span, false));
        }
    };
    app.get("pages").into_iter().flat_map(Json::items).for_each(|page| add("", page));
    for key in ["subPackages", "subpackages"] {
        for package in app.get(key).into_iter().flat_map(Json::items) {
            let root = package.get("root").and_then(Json::text).unwrap_or("");
            package.get("pages").into_iter().flat_map(Json::items).for_each(|page| add(root, page));
        }
    }
    let entry = app.get("entryPagePath").and_then(Json::text).map(|entry| entry.trim_start_matches('/'));
    let launch = entry.and_then(|entry| found.iter().position(|(route, ..)| route == entry)).unwrap_or(0);
    if let Some(page) = found.get_mut(launch) {
        page.2 = true;
    }
    found
}

/// The pages and components a `plugin.json` offers.
pub(super) fn plugin_units(plugin: &Json) -> Vec<(String, Span, bool)> {
    let mut found = Vec::new();
    let pages = plugin.get("pages").map(|pages| (pages.items().iter().collect::<Vec<_>>(), pages.members()));
    if let Some((items, members)) = pages {
        found.extend(
            items.into_iter().chain(members.iter().map(|m| &m.value)).filter_map(|p| Some((p, p.text()?, true))),
        );
    }
    if let Some(components) = plugin.get("publicComponents") {
        let values = components.members().iter().map(|member| &member.value).chain(components.items());
        found.extend(values.filter_map(|component| Some((component, component.text()?, false))));
    }
    let clean = |text: &str| path::normalise(text.trim_start_matches('/'));
    found.into_iter().map(|(json, text, page)| (clean(text), json.span, page)).collect()
}

/// The `usingComponents` of a manifest: tag and path as written.
pub(super) fn components(manifest: &Json) -> Vec<(String, String)> {
    let named = manifest.using_components().into_iter();
    named.filter_map(|(tag, path)| Some((tag.to_string(), path.text()?.to_string()))).collect()
}
