//! In: failures of requests. Out: failures that lead to the same request again without the user's doing: at once, through
//! a dialog that leaves no choice, or through pages that send the user to each other.

use super::choices::{self, Answer};
use super::pages::{self, Target};
use super::refusals::{asking, dialog, is_choice, is_no_refusal, questions};
use crate::analyse::CtxId;
use crate::analyse::record::{Edge, Guard, Meaning, Site as At};
use crate::app::flow::{Handler, Reach, Start};
use crate::app::state::{Keeping, Kept};
use crate::app::{App, Site, syntax};
use crate::finding::{Certainty, Finding, Level, Message, Step};
use crate::platform::Api;
use std::collections::{BTreeMap, BTreeSet};

/// How many pages in a row are followed.
const MAX_PAGES: u32 = 3;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        let found = asking(app, site, true).into_iter().find_map(|request| judge(app, site, request));
        out.extend(found);
    }
}

fn judge(app: &App<'_>, site: &Site, request: u32) -> Option<Finding> {
    let starts = app.failures(request);
    if starts.is_empty() {
        return None;
    }
    let row = app.api(site);
    let no_choice = no_choice(app, site, row, &starts);
    let search = Search { app, site, row, no_choice };
    let reach = app.reach_surely(&starts, |edge| search.passes(edge));
    if let Some(path) = search.again(&starts, &reach, &Keeping::default()) {
        let named = path.iter().find_map(|at| dialog(app, &app.machine.edges[*at as usize]));
        let message = match named {
            Some(dialog) => Message::new("dialog").with("dialog", app.api_name(dialog)),
            None => Message::new("message"),
        };
        return Some(search.finding(message, Level::Error, Certainty::Certain, &path));
    }
    let (page, path) = search.through_pages(&starts, &reach, &Keeping::default(), &mut Tried::default(), 0)?;
    let message = Message::new("pages").with("page", app.model.units[page as usize].name.clone());
    Some(search.finding(message, Level::Warning, Certainty::Likely, &path))
}

/// Whether tests leave room for a user who refused: none says that something else went wrong, or that it comes once.
fn goes_on(row: &Api, guards: &[Guard]) -> bool {
    !guards.iter().any(|guard| is_no_refusal(row, guard) || matches!(guard.meaning, Meaning::Once(_)))
}

/// The questions behind a refusal that leave no choice: one answer leads to the request, the other one, too, or back to the
/// question.
fn no_choice(app: &App<'_>, site: &Site, row: &Api, starts: &[Start<'_>]) -> BTreeSet<At> {
    let reach = app.reach_surely(starts, |edge| goes_on(row, &edge.guards));
    let asking = asking(app, site, true);
    let mut leading_back: Vec<Vec<Answer>> = Vec::new();
    let mut back: BTreeMap<At, BTreeSet<u32>> = BTreeMap::new();
    let mut targets = |ctx: CtxId, answers: &[Answer]| {
        let mut found: BTreeSet<u32> = asking.iter().copied().collect();
        for (test, _) in answers {
            found.extend(back.entry(*test).or_insert_with(|| questions(app, ctx, *test)).iter().copied());
        }
        found
    };
    for ctx in reach.contexts() {
        for edge in app.out_of(ctx).iter().map(|at| &app.machine.edges[*at as usize]) {
            let answers = if reach.holds(ctx, edge.site) { choices::of_edge(app, edge) } else { Vec::new() };
            if answers.is_empty() {
                continue;
            }
            let start = Start { ctx: edge.to, part: None, site: None, by: Handler::Event };
            let behind =
                app.reach_surely(&[start], |edge| goes_on(row, &edge.guards) && choices::of_edge(app, edge).is_empty());
            if targets(ctx, &answers).into_iter().any(|request| behind.makes(app, request)) {
                leading_back.push(answers);
            }
        }
        for request in app.requests_of(ctx) {
            let answers = choices::of_request(app, *request);
            if targets(ctx, &answers).contains(request) {
                leading_back.push(answers);
            }
        }
    }
    choices::without_choice(&leading_back)
}

/// Pages from which no way led back: how deep they were met, and what had been changed before.
type Tried = BTreeMap<u32, Vec<(u32, BTreeSet<Kept>)>>;

/// Whether it is known that a page leads nowhere: less was changed when it was tried, and no more pages had been passed.
fn is_tried(tried: &Tried, page: u32, depth: u32, changed: &Keeping) -> bool {
    let mut known = tried.get(&page).into_iter().flatten();
    known.any(|(before, kept)| *before <= depth && kept.is_subset(&changed.kept))
}

struct Search<'s, 'a> {
    app: &'s App<'a>,
    site: &'s Site,
    row: &'s Api,
    /// The questions that leave no choice.
    no_choice: BTreeSet<At>,
}

impl Search<'_, '_> {
    /// Whether a user who refused, and made no choice since, comes over an edge.
    fn passes(&self, edge: &Edge) -> bool {
        goes_on(self.row, &edge.guards) && self.is_unchosen(&choices::of_edge(self.app, edge))
    }

    /// Whether none of these answers is a choice of the user's own.
    fn is_unchosen(&self, answers: &[Answer]) -> bool {
        let strict = self.app.platform.policy.reprompt == "settings-only";
        strict || answers.iter().all(|(test, _)| self.no_choice.contains(test))
    }

    /// The edges from a start back to the request; `before` was changed on the way to the starts.
    fn again(&self, starts: &[Start<'_>], reach: &Reach, before: &Keeping) -> Option<Vec<u32>> {
        // Asking again for something silent is what a program should do.
        asking(self.app, self.site, true).into_iter().find_map(|request| {
            if !reach.makes(self.app, request) {
                return None;
            }
            let answers = choices::of_request(self.app, request);
            let request = self.app.request(request);
            let path = reach.edges_to(self.app, request.ctx);
            let place = (request.ctx, request.site.expr);
            let open = self.is_unchosen(&answers) && self.open(starts, &path, place, &request.guards, before);
            open.then_some(path)
        })
    }

    /// Whether nothing on a path ends it: no error code, no choice, no counter or flag that the path itself changes.
    fn open(
        &self,
        starts: &[Start<'_>],
        path: &[u32],
        (ctx, expr): (CtxId, u32),
        guards: &[Guard],
        before: &Keeping,
    ) -> bool {
        if !goes_on(self.row, guards) {
            return false;
        }
        let mut changed = before.clone();
        self.changes(starts, path, ctx, expr, &mut changed);
        let edges = path.iter().map(|at| &self.app.machine.edges[*at as usize]);
        let mut tests = edges.flat_map(|edge| edge.guards.iter().map(|guard| (edge.from, guard)));
        tests.all(|(ctx, guard)| self.holds_again(ctx, guard, &changed))
            && guards.iter().all(|guard| self.holds_again(ctx, guard, &changed))
    }

    /// Whether a test comes out the same way again after these changes.
    fn holds_again(&self, ctx: CtxId, guard: &Guard, changed: &Keeping) -> bool {
        if guard.meaning != Meaning::Plain {
            return true;
        }
        let strict = self.app.platform.policy.reprompt == "settings-only";
        if self.no_choice.contains(&guard.site) || (strict && is_choice(self.app, ctx, guard)) {
            return true;
        }
        let read = self.app.reads(ctx, guard.site);
        !read.unknown && !changed.touches(&read)
    }

    /// What a path changes before it comes to an expression of its last context.
    fn changes(&self, starts: &[Start<'_>], path: &[u32], last: CtxId, expr: u32, changed: &mut Keeping) {
        let app = self.app;
        let first = path.first().map_or(last, |at| app.machine.edges[*at as usize].from);
        for start in starts.iter().filter(|start| start.ctx == first) {
            let file = app.machine.ctxs[start.ctx.0 as usize].code.file;
            let own = match start.part {
                Some(part) => syntax::exprs(&app.machine.code.file(file).script.body, part),
                None => app.own_exprs(start.ctx),
            };
            changed.kept.extend(app.writes(start.ctx, &own).kept);
        }
        for edge in path.iter().map(|at| &app.machine.edges[*at as usize]) {
            let own = app.own_exprs(edge.to);
            // What comes after the request has not happened yet.
            let own: Vec<u32> = own.into_iter().filter(|id| edge.to != last || *id < expr).collect();
            changed.kept.extend(app.writes(edge.to, &own).kept);
        }
    }

    /// The first page on a way through pages that leads back to the request, and the edges to the first navigation.
    fn through_pages(
        &self,
        starts: &[Start<'_>],
        reach: &Reach,
        before: &Keeping,
        tried: &mut Tried,
        depth: u32,
    ) -> Option<(u32, Vec<u32>)> {
        let app = self.app;
        for request in reach.requests(app) {
            let [Target::Page(page)] = pages::targets(app, request)[..] else { continue };
            let chosen = !self.is_unchosen(&choices::of_request(app, request));
            let request = app.request(request);
            let path = reach.edges_to(app, request.ctx);
            if chosen || !self.open(starts, &path, (request.ctx, request.site.expr), &request.guards, before) {
                continue;
            }
            let mut changed = before.clone();
            self.changes(starts, &path, request.ctx, request.site.expr, &mut changed);
            if is_tried(tried, page, depth, &changed) {
                continue;
            }
            let starts: Vec<Start<'_>> = app.page_starts(page);
            let next = app.reach_surely(&starts, |edge| self.passes(edge));
            let back = self.again(&starts, &next, &changed).is_some()
                || (depth < MAX_PAGES && self.through_pages(&starts, &next, &changed, tried, depth + 1).is_some());
            if back {
                return Some((page, path));
            }
            tried.entry(page).or_default().push((depth, changed.kept));
        }
        None
    }

    fn finding(&self, message: Message, level: Level, certainty: Certainty, path: &[u32]) -> Finding {
        let app = self.app;
        let api = app.api_name(&self.site.api);
        let step = |at: &u32| Step {
            place: app.expr_place(app.machine.edges[*at as usize].site),
            message: app.edge_message(*at),
        };
        let message = message.with("api", api.clone());
        Finding::new("reprompt-loop", level, certainty, message, app.expr_place(self.site.at), api)
            .with_related(path.iter().map(step))
    }
}
