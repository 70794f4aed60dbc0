//! In: everything that asks the user, and the entries that lead to it. Out: requests that come right after another one, or
//! together with it, without a step of the user in between.

use super::choices::{self, Answer};
use super::paths::{self, End, Paths, Together};
use super::refusals::questions;
use super::scopes;
use super::timing::{self, is_started_by};
use crate::analyse::CtxId;
use crate::analyse::entry_points::{EntryPoint, EntryPointKind};
use crate::analyse::record::Site;
use crate::analyse::witness_paths::{self, WitnessPath};
use crate::app::{App, Button, Prompting};
use crate::finding::{Certainty, Finding, Level, Message, Place, Step};
use crate::platform::Asks;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Something that asks the user, as one entry leads to it.
struct Prompt {
    /// The request.
    request: u32,
    /// The API's name.
    api: String,
    /// The API or the resource behind it, and the scopes: what is asked for.
    what: (String, Vec<String>),
    /// The witness path.
    path: WitnessPath,
}

/// What one entry leads to without a step of the user in between: the entry and the last step.
type Flow = (u32, Option<LastStep>);

/// A step of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LastStep {
    /// An edge to the callback of a question.
    Callback(u32),
    /// A test on an answer.
    Answer(Site),
}

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let buttons = app.buttons();
    let flows = flows(app);
    let mut found = Vec::new();
    let mut paths = Paths::default();
    for ((entry, step), prompts) in &flows {
        let grant = step.is_none().then(|| granted(app, &buttons, &app.live.entry_points[*entry as usize])).flatten();
        for prompt in prompts {
            let finding = after(app, &mut paths, prompt, prompts)
                .or_else(|| grant.as_ref().and_then(|(scopes, classes)| after_grant(app, prompt, scopes, classes)));
            found.extend(finding);
        }
    }
    let known: BTreeSet<Place> = found.iter().map(|finding: &Finding| finding.place.clone()).collect();
    let mut beside = together(app, &flows, &at_launch(app, &flows), Certainty::Certain);
    for (hooks, sure) in on_pages(app, &flows) {
        beside.extend(together(app, &flows, &hooks, sure));
    }
    let mut told = known;
    found.extend(beside.into_iter().filter(|finding| told.insert(finding.place.clone())));
    out.append(&mut found);
}

/// All prompts by the flow they belong to.
fn flows(app: &App<'_>) -> BTreeMap<Flow, Vec<Prompt>> {
    let mut flows: BTreeMap<Flow, Vec<Prompt>> = BTreeMap::new();
    for site in &app.sites {
        let device = app.api(site).asks == Asks::Device;
        let mut asked: Vec<String> = Vec::new();
        let asks = |request: &u32| match app.prompting(app.request(*request)) {
            _ if timing::is_one_of_many(app, *request) => None,
            Prompting::Asks(scopes) => Some(scopes),
            _ if device => Some(Vec::new()),
            _ => None,
        };
        let requests: Vec<u32> =
            site.requests.iter().copied().filter(|at| asks(at).map(|all| asked.extend(all)).is_some()).collect();
        asked.sort();
        asked.dedup();
        for path in app.witness_paths(&requests, |entry| !entry.leaving && !entry.guessed) {
            if witness_paths::certainty(&app.machine, &app.live, &path) != Certainty::Certain {
                continue;
            }
            let last = path.edges.last().map(|edge| app.machine.edges[*edge as usize].to);
            let ctx = last.unwrap_or(app.live.entry_points[path.entry as usize].ctx);
            let Some(request) = requests.iter().copied().find(|at| app.request(*at).ctx == ctx) else { continue };
            let step = last_step(app, &path, request);
            let what = app.api(site).resource.clone().unwrap_or_else(|| site.api.clone());
            let prompt = Prompt { request, api: site.api.clone(), what: (what, asked.clone()), path };
            flows.entry((prompt.path.entry, step)).or_default().push(prompt);
        }
    }
    flows
}

/// The last step of the user on a path: the callback of a question, or a test on the answer that a promise brought.
fn last_step(app: &App<'_>, path: &WitnessPath, request: u32) -> Option<LastStep> {
    let edges = |at: usize| &app.machine.edges[path.edges[at] as usize];
    let called = (0..path.edges.len()).rev().find(|at| timing::is_answer_callback(app, edges(*at)));
    let newer = |(test, _): &Answer, ctx| {
        let asked_by = |question: u32| called.is_some_and(|at| edges(at).site == app.request(question).site);
        !questions(app, ctx, *test).into_iter().any(asked_by)
    };
    let behind = called.map_or(0, |at| at + 1);
    let mut answers: Vec<(Answer, CtxId)> = Vec::new();
    for at in behind..path.edges.len() {
        answers.extend(choices::of_edge(app, edges(at)).into_iter().map(|answer| (answer, edges(at).from)));
    }
    let ctx = app.request(request).ctx;
    answers.extend(choices::of_request(app, request).into_iter().map(|answer| (answer, ctx)));
    let last = answers.into_iter().rev().find(|(answer, ctx)| newer(answer, *ctx));
    last.map(|((test, _), _)| LastStep::Answer(test)).or(called.map(|at| LastStep::Callback(path.edges[at])))
}

/// The prompt that comes right before this one in its flow.
fn after<'a>(app: &App<'a>, paths: &mut Paths<'a>, prompt: &Prompt, prompts: &[Prompt]) -> Option<Finding> {
    let (request, path) = (app.request(prompt.request), &prompt.path);
    let this = End { path, site: request.site, guards: &request.guards };
    let mut best: Option<(&Prompt, bool)> = None;
    for other in prompts.iter().filter(|other| other.what != prompt.what) {
        let (request, path) = (app.request(other.request), &other.path);
        let that = End { path, site: request.site, guards: &request.guards };
        if let Together::Both(Ordering::Greater, tested) = paths::compare(app, paths, &this, &that) {
            // The nearest one is the one that shares most of the path.
            let shared =
                |one: &Prompt| one.path.edges.iter().zip(&prompt.path.edges).take_while(|(a, b)| a == b).count();
            if best.is_none_or(|(known, _)| shared(other) >= shared(known)) {
                best = Some((other, tested));
            }
        }
    }
    let (first, tested) = best?;
    let message = Message::new("chained").with("first", app.api_name(&first.api));
    let related = app.expr_place(app.request(first.request).site);
    let step = Step { place: related, message: Message::new("step-request").with("api", app.api_name(&first.api)) };
    Some(finding(app, prompt, message, if tested { Certainty::Likely } else { Certainty::Certain }, vec![step]))
}

/// The scopes and classes of data of the buttons whose grant an entry handles; `None` for other entries.
fn granted(app: &App<'_>, buttons: &[Button], entry: &EntryPoint) -> Option<(String, Vec<String>)> {
    let rules = &app.platform.markup.auth_button;
    let ours = buttons.iter().filter(|button| is_started_by(app, entry, button, &rules.grant_events));
    let mut scopes: Vec<String> = ours.flat_map(|button| button.scopes.texts.iter().cloned()).collect();
    scopes.sort();
    scopes.dedup();
    let classes = scopes.iter().filter_map(|scope| rules.classes.get(scope).cloned()).collect();
    (!scopes.is_empty()).then(|| (scopes.join(", "), classes))
}

/// A prompt right after a grant. The same data asked for again is `duplicate-prompt`'s.
fn after_grant(app: &App<'_>, prompt: &Prompt, scopes: &str, classes: &[String]) -> Option<Finding> {
    let class = |scope: &String| app.platform.scopes.get(scope).map(|row| row.class.clone());
    if prompt.what.1.iter().filter_map(class).any(|class| classes.iter().any(|known| scopes::meet(&class, known))) {
        return None;
    }
    if timing::after_failure(app, &prompt.path) {
        return None;
    }
    let message = Message::new("after-grant").with("scopes", scopes);
    let request = app.request(prompt.request);
    let edges = prompt.path.edges.iter().flat_map(|edge| app.machine.edges[*edge as usize].guards.iter());
    let tested = edges.chain(request.guards.iter()).any(|guard| !app.looks_at_answer(guard));
    Some(finding(app, prompt, message, if tested { Certainty::Likely } else { Certainty::Certain }, Vec::new()))
}

/// The entry points that ask at launch.
fn at_launch(app: &App<'_>, flows: &BTreeMap<Flow, Vec<Prompt>>) -> Vec<u32> {
    by_themselves(app, flows).filter(|entry| app.live.entry_points[*entry as usize].launch).collect()
}

/// The entry points that ask without the user's doing.
fn by_themselves<'f>(app: &'f App<'_>, flows: &'f BTreeMap<Flow, Vec<Prompt>>) -> impl Iterator<Item = u32> + 'f {
    let entries = flows.keys().filter(|(_, step)| step.is_none()).map(|(entry, _)| *entry);
    entries.filter(|entry| {
        let entry = &app.live.entry_points[*entry as usize];
        entry.automatic && !entry.leaving
    })
}

/// The hooks that ask when a page is opened, for each page; whether a component's hook runs then is only likely.
fn on_pages(app: &App<'_>, flows: &BTreeMap<Flow, Vec<Prompt>>) -> Vec<(Vec<u32>, Certainty)> {
    let mut pages: BTreeMap<u32, (Vec<u32>, Certainty)> = BTreeMap::new();
    for entry in by_themselves(app, flows) {
        let facts = &app.live.entry_points[entry as usize];
        let (EntryPointKind::Hook(_), Some(unit)) = (facts.kind, facts.unit) else { continue };
        for page in app.pages_of(unit) {
            let (hooks, sure) = pages.entry(page).or_insert((Vec::new(), Certainty::Certain));
            hooks.push(entry);
            *sure = if unit == page { *sure } else { Certainty::Likely };
        }
    }
    pages.into_values().collect()
}

/// Prompts of different hooks that run together.
fn together(app: &App<'_>, flows: &BTreeMap<Flow, Vec<Prompt>>, hooks: &[u32], sure: Certainty) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut known = BTreeSet::new();
    // The first prompt of the hooks before, and the first of them that asks for something else than that one: one of the two is
    // the first that asks for something else than any other prompt.
    let mut earlier: Vec<(u32, &Prompt)> = Vec::new();
    for later in hooks {
        let prompts = &flows[&(*later, None)];
        for prompt in prompts {
            let Some((other, first)) = earlier.iter().copied().find(|(_, first)| first.what != prompt.what) else {
                continue;
            };
            let name = |entry: u32| app.entry_name(&app.live.entry_points[entry as usize]);
            let message = Message::new("together")
                .with("entry", name(*later))
                .with("first", app.api_name(&first.api))
                .with("other", name(other));
            let related = app.expr_place(app.request(first.request).site);
            let step =
                Step { place: related, message: Message::new("step-request").with("api", app.api_name(&first.api)) };
            let one = finding(app, prompt, message, sure, vec![step]);
            if known.insert(one.place.clone()) {
                found.push(one);
            }
        }
        for prompt in prompts {
            if earlier.len() < 2 && earlier.iter().all(|(_, first)| first.what != prompt.what) {
                earlier.push((*later, prompt));
            }
        }
    }
    found
}

fn finding(app: &App<'_>, prompt: &Prompt, message: Message, certainty: Certainty, related: Vec<Step>) -> Finding {
    let api = app.api_name(&prompt.api);
    let place = app.expr_place(app.request(prompt.request).site);
    let last = Step { place: place.clone(), message: Message::new("step-request").with("api", api.clone()) };
    let message = message.with("api", api.clone());
    Finding::new("prompt-burst", Level::Warning, certainty, message, place, api)
        .with_witnesses([app.witness(&prompt.path, last)])
        .with_related(related)
}
