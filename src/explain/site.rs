//! In: a run program and a line. Out: for each request and authorization button on it what is known, and for those that
//! nothing leads to, why. Never a finding of its own: those of the rules are put beside it.

use super::{At, ButtonView, CallView, Looker, RequestView};
use crate::analyse::CodeRef;
use crate::analyse::markup;
use crate::analyse::record::Site as ExprSite;
use crate::app::{App, is_request};
use crate::discover::path;
use crate::facts::script::{Expr, FnId, Script};
use crate::facts::template::NodeId;
use crate::finding::Message;
use crate::text::{Lines, Span};
use serde::Serialize;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its path, as given.
    pub file: String,
    /// 1-based.
    pub line: u32,
}

/// What is known about a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteView {
    /// The program's folder.
    pub program: String,
    /// The file.
    pub file: String,
    /// The line.
    pub line: u32,
    /// Why there is nothing to say: the file is not loaded, the program is not analysed.
    pub skipped: Option<String>,
    /// The budget ended the search somewhere.
    pub exhausted: bool,
    /// Requests that something leads to.
    pub requests: Vec<RequestView>,
    /// Authorization buttons.
    pub buttons: Vec<ButtonView>,
    /// Requests and buttons that nothing leads to.
    pub dead: Vec<Dead>,
    /// Calls whose target is not known.
    pub unresolved: Vec<CallView>,
    /// What the rules say about the line.
    pub findings: Vec<FindingView>,
}

/// A request or button that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dead {
    /// Where.
    pub at: At,
    /// As it is written.
    pub text: String,
    /// Why it does not count.
    pub why: String,
}

/// A finding at the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingView {
    /// The rule's id.
    pub rule: String,
    /// Its level.
    pub level: &'static str,
    /// Its certainty.
    pub certainty: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub at: At,
    /// A comment accepts it.
    pub suppressed: bool,
}

/// Explains a line; `None` when the file is no part of the program.
pub fn explain(app: &mut App<'_>, target: &Target, say: &dyn Fn(&Message) -> String) -> Option<SiteView> {
    let program = &app.model.program;
    let given = path::normalise(&target.file);
    let inside = path::join(&program.root, &target.file);
    let known = |file: &String| app.model.file(file).is_some() || program.files.contains(file);
    let file = [given, inside].into_iter().find(known)?;
    let mut view = SiteView {
        program: program.name.clone(),
        line: target.line,
        exhausted: app.machine.exhausted,
        file: file.clone(),
        ..SiteView::default()
    };
    let Some(id) = app.model.file(&file) else {
        view.skipped = Some(say(&Message::new("site-unloaded")));
        return Some(view);
    };
    let source = &app.model.files[id as usize];
    let lines = Lines::of(&source.text);
    let Some(line) = lines.line_span(&source.text, target.line) else {
        view.skipped = Some(say(&Message::new("site-lines").with("lines", lines.count().to_string())));
        return Some(view);
    };
    if source.facts.is_none() {
        view.skipped = Some(say(&Message::new("site-broken")));
        return Some(view);
    }
    let buttons = app.first_placements();
    let hidden = hidden_buttons(app, id, line);
    let looker = Looker::new(app, say);
    let here = |at: &At| at.file == file && at.line == target.line;
    if let Some(script) = source.script() {
        let calls = calls_on(script, line);
        let on = |site: &ExprSite| site.file == id && calls.contains(&site.expr);
        view.requests = looker.requests().into_iter().filter(|(site, _)| on(&site.at)).map(|(_, view)| view).collect();
        view.dead = calls.iter().filter_map(|expr| looker.dead(script, ExprSite { file: id, expr: *expr })).collect();
    }
    let shown = |button: &&crate::app::Button| {
        let place = app.tag_place(button.instance, button.node);
        place.is_some_and(|place| place.file == file && touches(place.span, line))
    };
    view.buttons = buttons.iter().filter(shown).filter_map(|button| looker.button(button)).collect();
    view.dead.extend(hidden.into_iter().map(|(span, text, why)| Dead {
        at: looker.at(&app.place(id, span)),
        text,
        why: say(&why),
    }));
    view.unresolved = looker.unresolved(here);
    Some(view)
}

/// Whether a span has a part on a line.
fn touches(span: Span, line: Span) -> bool {
    span.start <= line.end && line.start < span.end
}

/// The calls that begin on a line, or whose callee's last part, the name, stands on it.
fn calls_on(script: &Script, line: Span) -> Vec<u32> {
    let first = |start: u32| line.start <= start && start <= line.end;
    let named = |at: usize| match &script.body.exprs[at] {
        Expr::Call { callee, .. } => {
            first(script.body.spans[at].start) || first(script.body.spans[*callee as usize].end.saturating_sub(1))
        }
        _ => false,
    };
    (0..script.body.exprs.len()).filter(|at| named(*at)).map(|at| at as u32).collect()
}

impl Looker<'_, '_> {
    /// The calls of the program's own scripts that look like requests and are none, in order of their places.
    pub(super) fn unreached(&self) -> Vec<Dead> {
        let mut found = Vec::new();
        for (file, source) in self.app.model.files.iter().enumerate().filter(|(_, source)| !source.package) {
            let Some(script) = source.script() else { continue };
            let site = |expr| ExprSite { file: file as u32, expr: expr as u32 };
            found.extend((0..script.body.exprs.len()).filter_map(|expr| self.dead(script, site(expr))));
        }
        found.sort_by(|a: &Dead, b: &Dead| a.at.cmp(&b.at));
        found
    }

    /// Why a call that looks like a request is none.
    fn dead(&self, script: &Script, site: ExprSite) -> Option<Dead> {
        let app = self.app;
        let Expr::Call { callee, .. } = script.body.exprs.get(site.expr as usize)? else { return None };
        let name = match &script.body.exprs[*callee as usize] {
            Expr::Member { name, .. } => script.body.name(*name),
            Expr::Index { index, .. } => match &script.body.exprs[*index as usize] {
                Expr::Str(name) => script.body.name(*name),
                _ => return None,
            },
            _ => return None,
        };
        if !app.platform.apis.get(name).is_some_and(is_request) || app.sites.iter().any(|known| known.at == site) {
            return None;
        }
        // A call of the program's own function of that name is no request, and counts as what it is.
        if app.machine.edges.iter().any(|edge| edge.site == site) {
            return None;
        }
        let at = self.at(&app.expr_place(site));
        Some(Dead { at, text: self.callee(site), why: (self.say)(&self.why_dead(script, site)) })
    }

    fn why_dead(&self, script: &Script, site: ExprSite) -> Message {
        let machine = &self.app.machine;
        if machine.embedder.requests.iter().any(|request| request.site == site) {
            return Message::new("site-unmet");
        }
        let runs = |function: FnId| machine.ctxs.iter().any(|ctx| ctx.code == CodeRef { file: site.file, function });
        let span = script.body.spans[site.expr as usize];
        let around = script.functions.iter().enumerate().filter(|(id, one)| *id == 0 || one.span.contains(span));
        let innermost = around.min_by_key(|(id, one)| if *id == 0 { u32::MAX } else { one.span.end - one.span.start });
        let mut function = innermost.map_or(0, |(id, _)| id as FnId);
        if runs(function) {
            return match machine.unresolved.iter().any(|call| call.site == site) {
                true => Message::new("site-unknown-target"),
                false => Message::new("site-not-here"),
            };
        }
        // The outermost function that nothing calls is the reason for those inside it.
        while function != 0 && !runs(script.functions[function as usize].parent) {
            function = script.functions[function as usize].parent;
        }
        if function == 0 {
            return Message::new("site-never-loaded");
        }
        let code = CodeRef { file: site.file, function };
        let at = self.at(&self.app.place(site.file, script.functions[function as usize].span));
        match self.function_name(code).as_str() {
            "" => Message::new("site-function-nameless").with("place", at.to_string()),
            name => Message::new("site-function").with("name", name).with("place", at.to_string()),
        }
    }
}

/// Elements on a line that have an open type but are no authorization buttons: the tag, what is written, and why.
fn hidden_buttons(app: &mut App<'_>, file: u32, line: Span) -> Vec<(Span, String, Message)> {
    let Some(template) = app.model.files[file as usize].template() else { return Vec::new() };
    let rules = &app.platform.markup.auth_button;
    let known: Vec<(u32, NodeId)> = app.buttons().iter().map(|button| shown_node(app, button)).collect();
    let mut found = Vec::new();
    for (node, element) in template.elements() {
        let Some(open_type) = element.attribute(&rules.open_type) else { continue };
        if !touches(element.tag, line) || known.contains(&(file, node)) {
            continue;
        }
        let text = format!("<{}>", element.name);
        let views = app.live.instances.iter().enumerate().filter_map(|(at, instance)| {
            let nodes = &app.live.views.get(&instance.unit?)?.nodes;
            let here = nodes.iter().position(|shown| (shown.file, shown.node) == (file, node))?;
            Some((at as u32, here as u32))
        });
        let Some((instance, here)) = views.collect::<Vec<_>>().first().copied() else {
            found.push((element.tag, text, Message::new("site-unshown")));
            continue;
        };
        let values = app.texts(instance, here, Some(open_type));
        let why = if !values.texts.iter().any(|text| text.trim() == rules.value) && !values.unknown {
            Message::new("site-other-type")
                .with("name", &open_type.name)
                .with("values", values.texts.join("`, `"))
                .with("wanted", &rules.value)
        } else if !markup::shown(&mut app.machine, &app.live, instance, here) {
            Message::new("site-false")
        } else if values.unknown {
            Message::new("site-unknown-type").with("name", &open_type.name)
        } else {
            Message::new("site-handed-on").with("name", &open_type.name)
        };
        found.push((element.tag, text, why));
    }
    found
}

/// The file and node a button is written at.
fn shown_node(app: &App<'_>, button: &crate::app::Button) -> (u32, NodeId) {
    let shown = app.live.views[&button.unit].nodes[button.node as usize];
    (shown.file, shown.node)
}
