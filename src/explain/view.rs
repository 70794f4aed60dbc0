//! In: entries, requests, ways, buttons and handlers of a run. Out: each as a value with lines, columns and words.

use super::{
    ButtonView, EntryView, GuardView, HandlerView, Looker, NameView, RequestView, StepView, WitnessView, kind_name,
};
use crate::analyse::entry_points::EntryPoint;
use crate::analyse::markup::Handlers;
use crate::analyse::record::Site as Expr;
use crate::analyse::record::{Guard, Meaning};
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::{Button, Failure, Prompting, Site, is_request};
use crate::finding::{Message, Step};
use crate::platform::Asks;
use crate::report::{certainty_name, clean};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of source text that are shown at most.
const MOST_TEXT: usize = 80;

impl Looker<'_, '_> {
    /// The requests that a rule may look at, in order of their places.
    pub(super) fn requests(&self) -> Vec<(&Site, RequestView)> {
        let wanted = |site: &&Site| is_request(self.app.api(site));
        let mut found: Vec<_> = self.app.sites.iter().filter(wanted).map(|site| (site, self.request(site))).collect();
        found.sort_by(|a, b| (&a.1.at, &a.1.api).cmp(&(&b.1.at, &b.1.api)));
        found
    }

    pub(super) fn request(&self, site: &Site) -> RequestView {
        let app = self.app;
        let (mut groups, mut asked, mut scopes) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        for request in &site.requests {
            let prompting = app.prompting(app.request(*request));
            scopes.extend(app.scopes(app.request(*request)));
            let name = prompting_name(&prompting);
            groups.entry(name).or_insert_with(Vec::new).push(*request);
            if let Prompting::Asks(scopes) = prompting {
                asked.extend(scopes);
            }
        }
        // The names stand in the alphabet as rules look at them: asking first, then what asks for nobody knows what.
        let mut ways: Vec<WitnessView> = Vec::new();
        for name in ["asks", "unknown", "silent"] {
            let requests = groups.get(name).map_or(&[][..], Vec::as_slice);
            ways.extend(self.ways(site, name, requests));
        }
        ways.sort_by_key(|way| (way.closed, !way.entry.automatic, way.entry.leaving));
        let worst =
            ["asks", "unknown", "silent"].into_iter().find(|name| groups.contains_key(name)).unwrap_or("silent");
        let row = app.api(site);
        RequestView {
            api: app.api_name(&site.api),
            at: self.at(&app.expr_place(site.at)),
            prompting: match row.asks {
                Asks::Authorization => worst,
                Asks::Device => "device",
                Asks::Nothing => "data",
            },
            asked: asked.into_iter().collect(),
            unknown_scopes: scopes.contains(&None),
            scopes: scopes.into_iter().flatten().collect(),
            failure: self.failure(site),
            ways,
        }
    }

    fn failure(&self, site: &Site) -> &'static str {
        let all: Vec<Failure> = site.requests.iter().map(|at| self.app.failure(*at)).collect();
        match () {
            () if all.iter().any(|failure| failure.is_missing()) => "missing",
            () if all.contains(&Failure::Unknown) => "unknown",
            () => "handled",
        }
    }

    /// The open ways to these requests, then those of other entries that only lead there with the setting granted.
    fn ways(&self, site: &Site, prompting: &'static str, requests: &[u32]) -> Vec<WitnessView> {
        if requests.is_empty() {
            return Vec::new();
        }
        let app = self.app;
        let open = app.witness_paths(requests, |_| true);
        let known: BTreeSet<u32> = open.iter().map(|way| way.entry).collect();
        let targets: Vec<_> = requests.iter().map(|request| app.request(*request).ctx).collect();
        let closed = app.witness_paths.to(&app.machine, &app.live, &targets, |_| true, |_| true);
        let closed = closed.into_iter().filter(|way| !known.contains(&way.entry));
        let mut views: Vec<WitnessView> = Vec::new();
        for (way, closed) in open.into_iter().map(|way| (way, false)).chain(closed.map(|way| (way, true))) {
            let view = self.way(site, prompting, requests, &way, closed);
            if !views.contains(&view) {
                views.push(view);
            }
        }
        views
    }

    fn way(
        &self,
        site: &Site,
        prompting: &'static str,
        requests: &[u32],
        way: &WitnessPath,
        closed: bool,
    ) -> WitnessView {
        let app = self.app;
        let entry = &app.live.entry_points[way.entry as usize];
        let end = way.edges.last().map_or(entry.ctx, |edge| app.machine.edges[*edge as usize].to);
        let ends = |at: &&u32| {
            let request = app.request(**at);
            request.ctx == end && (closed || witness_paths::may_prompt(&request.guards))
        };
        let last = requests.iter().find(ends).map_or(&[][..], |at| &app.request(*at).guards);
        let edges = way.edges.iter().flat_map(|edge| app.machine.edges[*edge as usize].guards.iter());
        let mut guards: Vec<GuardView> = Vec::new();
        for guard in edges.chain(last).map(|guard| self.guard(guard)) {
            if !guards.contains(&guard) {
                guards.push(guard);
            }
        }
        // Words of the last step: a silent request asks nobody.
        let api = app.api_name(&site.api);
        let message = Message::new(if prompting == "silent" { "step-call" } else { "step-request" });
        let message = message.with(if prompting == "silent" { "name" } else { "api" }, api);
        let witness = app.witness(way, Step { place: app.expr_place(site.at), message });
        let step = |step: &Step| StepView { at: self.at(&step.place), text: clean(&(self.say)(&step.message)) };
        WitnessView {
            entry: self.entry(entry),
            prompting,
            certainty: certainty_name(witness_paths::certainty(&app.machine, &app.live, way)),
            closed,
            steps: witness.steps.iter().map(step).collect(),
            guards,
        }
    }

    pub(super) fn entry(&self, entry: &EntryPoint) -> EntryView {
        EntryView {
            name: clean(&self.app.entry_name(entry)),
            kind: kind_name(entry.kind),
            automatic: entry.automatic,
            repeats: entry.repeats,
            leaving: entry.leaving,
            launch: entry.launch,
            guessed: entry.guessed,
            at: self.at(&self.app.place(entry.place.0, entry.place.1)),
        }
    }

    fn guard(&self, guard: &Guard) -> GuardView {
        let atoms = &self.app.machine.atoms;
        let meaning = match guard.meaning {
            Meaning::Plain if self.app.looks_at_answer(guard) => Some(Message::new("graph-answer")),
            Meaning::Plain => None,
            Meaning::Granted(key) => Some(Message::new("graph-granted").with("key", atoms.text(key))),
            Meaning::NotGranted(key) => Some(Message::new("graph-not-granted").with("key", atoms.text(key))),
            Meaning::Once(flag) => Some(Message::new("graph-once").with("key", atoms.text(flag))),
            Meaning::Code(bits) => Some(Message::new("graph-code").with("code", f64::from_bits(bits).to_string())),
        };
        GuardView {
            at: self.at(&self.app.expr_place(guard.site)),
            test: self.source(guard.site),
            outcome: guard.truthy,
            meaning: meaning.map(|meaning| clean(&(self.say)(&meaning))),
        }
    }

    /// The text of an expression on one line, cut when it is long.
    pub(super) fn source(&self, site: Expr) -> String {
        let place = self.app.expr_place(site);
        let text = place.span.of(&self.app.model.files[site.file as usize].text);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut short: String = words.chars().take(MOST_TEXT).collect();
        if short.len() < words.len() {
            short.push('…');
        }
        clean(&short)
    }

    pub(super) fn button(&self, button: &Button) -> Option<ButtonView> {
        let element = self.app.element(button.instance, button.node)?;
        let mut scopes = button.scopes.texts.clone();
        scopes.sort();
        scopes.dedup();
        Some(ButtonView {
            element: element.name.clone(),
            at: self.at(&self.app.tag_place(button.instance, button.node)?),
            scopes,
            unknown_scopes: button.scopes.unknown,
            certain: button.certain,
            handlers: self.handlers(|one| one.instance == button.instance && one.node == button.node),
        })
    }

    /// Handlers in order of their places, each once however many instances have it.
    pub(super) fn handlers(&self, wanted: impl Fn(&Handlers) -> bool) -> Vec<HandlerView> {
        let found = self.app.live.handlers.values().filter(|handlers| wanted(handlers));
        let found: BTreeSet<HandlerView> = found.filter_map(|handlers| self.handler(handlers)).collect();
        found.into_iter().collect()
    }

    fn handler(&self, handlers: &Handlers) -> Option<HandlerView> {
        let unit = self.app.live.instances[handlers.instance as usize].unit?;
        let shown = self.app.live.views.get(&unit)?.nodes[handlers.node as usize];
        let attribute =
            self.app.element(handlers.instance, handlers.node)?.attributes.get(handlers.attribute as usize)?;
        let name = |(name, resolved): &(String, bool)| NameView { name: clean(name), resolved: *resolved };
        Some(HandlerView {
            at: self.at(&self.app.place(shown.file, attribute.span)),
            event: attribute.name.clone(),
            names: handlers.names.iter().map(name).collect(),
            unknown: handlers.unknown,
        })
    }
}

fn prompting_name(prompting: &Prompting) -> &'static str {
    match prompting {
        Prompting::Asks(_) => "asks",
        Prompting::Unknown => "unknown",
        Prompting::Silent => "silent",
    }
}
