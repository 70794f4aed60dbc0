//! In: requests for the user's data. Out: those whose failure (the user's refusal among them) nobody handles.

use super::edits::{self, Page, Shape, last_member};
use super::stubs::{self, Voice};
use crate::app::{App, Failure, Prompting, Site, written_property};
use crate::facts::script::{Expr, ExprId, Key, Prop, Script};
use crate::finding::{Certainty, Finding, Fix, Level, Message};
use crate::text::Span;
use std::collections::BTreeMap;

/// The message of a refusal that rejects a promise which nobody catches.
const REJECTED: &str = "interactive-rejected";

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    let mut known = Known::default();
    let mut told: Vec<(&Site, Finding)> = Vec::new();
    for site in &app.sites {
        told.extend(judge(app, site, &mut known).map(|finding| (site, finding)));
    }
    let rejecting = rejecting(app, &told);
    let is_within_another = |site: &Site, finding: &Finding| {
        finding.message.key == REJECTED
            && rejecting.get(&site.at.file).is_some_and(|nested| nested.holds(place(app, site)))
    };
    out.extend(
        told.into_iter().filter(|(site, finding)| !is_within_another(site, finding)).map(|(_, finding)| finding),
    );
}

/// The requests of each file that are told because their refusal rejects a promise. What is asked within the answer to one of
/// them rejects the same promise mostly: who catches it catches both, so it is said once.
fn rejecting(app: &App<'_>, told: &[(&Site, Finding)]) -> BTreeMap<u32, Nested> {
    let mut spans: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
    for (site, _) in told.iter().filter(|(_, finding)| finding.message.key == REJECTED) {
        spans.entry(site.at.file).or_default().push(place(app, site));
    }
    spans.into_iter().map(|(file, spans)| (file, Nested::new(spans))).collect()
}

fn only_rejects(app: &App<'_>, site: &Site) -> bool {
    let mut failures = site.requests.iter().map(|request| app.failure(*request)).filter(|failure| failure.is_missing());
    failures.next() == Some(Failure::Rejected) && failures.all(|failure| failure == Failure::Rejected)
}

fn place(app: &App<'_>, site: &Site) -> Span {
    app.script(site.at.file).map_or_else(Span::default, |script| script.body.spans[site.at.expr as usize])
}

fn judge<'a>(app: &'a App<'_>, site: &Site, known: &mut Known<'a>) -> Option<Finding> {
    let row = app.api(site);
    let asks = row.asks == crate::platform::Asks::Authorization;
    if !asks && !row.gives_user_data {
        return None;
    }
    let missing = |request: &&u32| app.failure(**request).is_missing();
    let missing: Vec<u32> = site.requests.iter().filter(missing).copied().collect();
    let prompts: Vec<Prompting> = missing.iter().map(|request| app.prompting(app.request(*request))).collect();
    if missing.is_empty() {
        return None;
    }
    let interactive = prompts.iter().any(|prompting| matches!(prompting, Prompting::Asks(_)));
    let unknown = prompts.contains(&Prompting::Unknown);
    let rejects = only_rejects(app, site);
    let (key, level, certainty) = match (row.gives_user_data, interactive, unknown) {
        // Nobody is asked here, and the callback sees the error.
        (_, false, false) if rejects => return None,
        (true, ..) => ("data", Level::Error, Certainty::Certain),
        (_, true, _) => ("interactive", Level::Error, Certainty::Certain),
        (_, _, true) => ("interactive", Level::Warning, Certainty::Possible),
        _ => ("silent", Level::Info, Certainty::Certain),
    };
    let key = if rejects { REJECTED } else { key };
    let api = app.api_name(&site.api);
    // The words of the stub are for somebody who was asked.
    let fix = if key == "silent" { None } else { answered(app, site, known) };
    let message = Message::new(key).with("api", api.clone());
    Some(Finding::new("missing-fail", level, certainty, message, app.expr_place(site.at), api).with_fixes(fix))
}

/// Adds a callback for the failure beside a callback for success that is written out. Within a promise's executor the failure is
/// for whoever waits for the promise.
fn answered<'a>(app: &'a App<'_>, site: &Site, known: &mut Known<'a>) -> Option<Fix> {
    let keys = &app.platform.callbacks;
    let script = app.script(site.at.file)?;
    let Expr::Call { args, .. } = script.body.exprs.get(site.at.expr as usize)? else { return None };
    let with_success = |(arg, _): &&(ExprId, bool)| written_property(script, *arg, &keys.success).is_some();
    let object = args.iter().find(with_success)?.0;
    let Expr::Object(props) = &script.body.exprs[object as usize] else { return None };
    let named =
        |prop: &Prop, key: &str| matches!(prop, Prop::Value(Key::Name(name), ..) if script.body.name(*name) == key);
    let more = |prop: &Prop| matches!(prop, Prop::Spread(_)) || named(prop, &keys.fail);
    if props.iter().any(more) || known.in_executor(script, site) {
        return None;
    }
    let file = &app.model.files[site.at.file as usize];
    let success = props.iter().find(|prop| named(prop, &keys.success))?;
    let shape = Shape::of(script, &file.text, success)?;
    let page = known.pages.entry(site.at.file).or_insert_with(|| Page::of(&file.text)).as_ref()?;
    let lines = stubs::handler(app, &mut known.voice, page, shape, &keys.fail);
    let edits = page.member(script.body.spans[object as usize], last_member(script, props), &lines)?;
    let message = Message::new("fix").with("callback", keys.fail.clone());
    Some(Fix { message, safe: false, edits: edits::placed(&file.path, edits) })
}

/// What is worked out once for all findings.
#[derive(Default)]
struct Known<'a> {
    voice: Voice,
    /// How each file is written.
    pages: BTreeMap<u32, Option<Page<'a>>>,
    /// Of each file: the functions given to `new Promise`.
    executors: BTreeMap<u32, Nested>,
}

impl Known<'_> {
    /// Whether a call lies in a function that is given to `new Promise`.
    fn in_executor(&mut self, script: &Script, site: &Site) -> bool {
        let executors = self.executors.entry(site.at.file).or_insert_with(|| Nested::new(executors(script)));
        executors.holds(script.body.spans[site.at.expr as usize])
    }
}

/// Pieces of a file that lie within each other or apart: where each begins, and how far those that begin there or before reach.
struct Nested(Vec<(u32, u32)>);

impl Nested {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort();
        let mut farthest = 0;
        let reach = |span: &Span| {
            farthest = span.end.max(farthest);
            (span.start, farthest)
        };
        Self(spans.iter().map(reach).collect())
    }

    /// Whether a piece that begins before this place reaches over its end.
    fn holds(&self, place: Span) -> bool {
        let before = self.0.partition_point(|(start, _)| *start < place.start);
        before.checked_sub(1).is_some_and(|last| self.0[last].1 >= place.end)
    }
}

fn executors(script: &Script) -> Vec<Span> {
    let body = &script.body;
    let given = body.exprs.iter().filter_map(|expr| match expr {
        Expr::New { callee, args } => match body.exprs[*callee as usize] {
            Expr::Global(name) if body.name(name) == "Promise" => Some(args),
            _ => None,
        },
        _ => None,
    });
    given.flatten().map(|(arg, _)| body.spans[*arg as usize]).collect()
}
