//! In: a page. Out: what stands on it, where its links lead, and whether there is anything to do.

use crate::analyse::markup::Handlers;
use crate::analyse::value::Val;
use crate::app::App;
use crate::discover::path;
use crate::facts::template::Element;
use crate::model::view::View;
use std::collections::BTreeSet;

/// Where something leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A page of the program.
    Page(u32),
    /// It is not known.
    Unknown,
}

/// The page an instance stands on; `None` when it is no page that the platform opens.
pub(super) fn page_of(app: &App<'_>, instance: u32) -> Option<u32> {
    let mut at = instance;
    for _ in 0..16 {
        let facts = &app.live.instances[at as usize];
        match &facts.placed {
            Some((owner, _)) => at = *owner,
            None => return facts.unit.filter(|unit| app.model.units[*unit as usize].page),
        }
    }
    None
}

/// The page and the components on it, whether or not they may be seen at first.
pub(super) fn units_on(app: &App<'_>, page: u32) -> Vec<u32> {
    let mut found = vec![page];
    let mut known = BTreeSet::from([page]);
    let mut at = 0;
    while at < found.len() {
        let unit = found[at];
        at += 1;
        for element in elements(app, unit) {
            let component = app.model.component(unit, &element.name);
            found.extend(component.filter(|component| known.insert(*component)));
        }
    }
    found
}

/// The elements of a unit's view.
pub(super) fn elements<'a>(app: &'a App<'_>, unit: u32) -> Vec<&'a Element> {
    let of = |view: &View| (0..view.nodes.len() as u32).filter_map(|node| view.element(app.model, node)).collect();
    match app.live.views.get(&unit) {
        Some(view) => of(view),
        None => of(&View::of(app.model, unit)),
    }
}

/// Whether a page is on the tab bar, from which the rest of the program can always be reached.
pub(super) fn is_tab(app: &App<'_>, page: u32) -> bool {
    let manifest = app.model.manifest.and_then(|file| app.model.files[file as usize].manifest());
    manifest.is_some_and(|manifest| manifest.tab_pages().contains(&app.model.units[page as usize].name.as_str()))
}

/// Where a URL leads, as written in a file.
pub(super) fn target(app: &App<'_>, from: u32, url: &str) -> Target {
    let text = url.split('?').next().unwrap_or("").trim();
    let from = &app.model.files[from as usize].path;
    let witness = match text.strip_prefix('/') {
        Some(absolute) => absolute.to_string(),
        None => {
            let beside = path::join(from.rsplit_once('/').map_or("", |(folder, _)| folder), text);
            path::within(&app.model.program.root, &beside).unwrap_or(&beside).to_string()
        }
    };
    let page = [app.page(&witness), app.page(text)].into_iter().flatten().min();
    page.map_or(Target::Unknown, Target::Page)
}

/// Where a request leads; nowhere unless its API navigates.
pub(super) fn targets(app: &App<'_>, request: u32) -> Vec<Target> {
    let facts = app.request(request);
    if !app.platform.apis.get(app.machine.atoms.text(facts.api)).is_some_and(|row| row.navigates) {
        return Vec::new();
    }
    let values = app.option(facts, &app.platform.refusal.link_target);
    let each = |value: &Val| match value {
        Val::Str(text) => target(app, facts.site.file, app.machine.atoms.text(*text)),
        _ => Target::Unknown,
    };
    if values.is_empty() { vec![Target::Unknown] } else { values.iter().map(each).collect() }
}

/// The handlers of gestures on a page, authorization left out.
pub(super) fn gestures<'a>(app: &'a App<'_>, units: &[u32]) -> Vec<&'a Handlers> {
    let rules = &app.platform.markup.auth_button;
    let asks = |handlers: &Handlers| {
        let element = app.element(handlers.instance, handlers.node);
        let open_type = element.and_then(|element| element.attribute(&rules.open_type)).and_then(|a| a.value.as_ref());
        // Another open type is something else to do; one that is not known may be this one.
        open_type.is_some_and(|value| value.literal().is_none_or(|text| text.trim() == rules.value))
    };
    let answer = |event: &String| *event == rules.error_event || rules.grant_events.contains(event);
    let automatic = |handlers: &Handlers| {
        let element = app.element(handlers.instance, handlers.node).map_or("", |element| element.name.as_str());
        app.platform.markup.is_automatic(element, &handlers.event)
    };
    let wanted = |handlers: &&Handlers| !answer(&handlers.event) && !asks(handlers) && !automatic(handlers);
    let instances: BTreeSet<u32> = units.iter().flat_map(|unit| app.instances_of(*unit)).copied().collect();
    instances.into_iter().flat_map(|instance| app.handlers_in(instance)).filter(wanted).collect()
}

/// Whether there is a field among the elements of these units.
pub(super) fn has_field(app: &App<'_>, units: &[u32]) -> bool {
    let fields = &app.platform.refusal.fields;
    units.iter().any(|unit| elements(app, *unit).iter().any(|element| fields.contains(&element.name)))
}

/// Whether a page is more than a text: a field, something to tap, or a tab.
pub(super) fn offers_something(app: &App<'_>, page: u32) -> bool {
    let units = units_on(app, page);
    let link = |element: &&Element| element.name == app.platform.refusal.link;
    is_tab(app, page)
        || has_field(app, &units)
        || !gestures(app, &units).is_empty()
        || units.iter().any(|unit| elements(app, *unit).iter().any(link))
}
