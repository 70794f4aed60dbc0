//! In: answers that come in an envelope, and how they are used. Out: answers used without opening it.

use super::edits;
use crate::analyse::heap::PathStep;
use crate::analyse::record::{Use, UseKind};
use crate::app::{App, Site};
use crate::facts::script::Expr;
use crate::finding::{Certainty, Finding, Fix, Level, Message, Step};
use crate::platform::{Api, Outcome};
use crate::text::Span;

/// The step of an envelope that is `JSON.parse`.
const PARSE: &str = "parse()";
/// An answer read at more places is better parsed once, by hand.
const MOST_READS: usize = 3;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for site in &app.sites {
        if !app.api(site).envelope.is_empty() {
            out.extend(judge(app, site));
        }
    }
}

/// How a use stands to the envelope.
#[derive(PartialEq)]
enum Verdict {
    /// One more layer is opened, or only the envelope's own fields are looked at.
    Opening,
    /// The data itself is reached.
    Opened,
    /// A field is read too early.
    Misread(String),
    /// What is no text is parsed.
    Misparsed,
    /// The closed envelope is handed on.
    HandedOn,
}

fn judge(app: &App<'_>, site: &Site) -> Option<Finding> {
    let uses: Vec<(&Use, Verdict)> = app.uses_of(site).map(|used| (used, verdict(app, site, used))).collect();
    if uses.iter().any(|(_, verdict)| *verdict == Verdict::Opened) || writes_envelope(app, site) {
        return None;
    }
    let misparsed = uses.iter().find(|(_, verdict)| *verdict == Verdict::Misparsed).map(|(used, _)| *used);
    if let Some(used) = misparsed {
        return Some(finding(app, site, Message::new("misparsed"), Certainty::Certain, used));
    }
    let misread = uses.iter().find_map(|(used, verdict)| match verdict {
        Verdict::Misread(field) => Some((*used, field.clone())),
        _ => None,
    });
    // What unknown code was given, too, may be opened there.
    let escapes = uses.iter().any(|(used, _)| used.how == UseKind::Escape);
    let given_away =
        |(used, verdict): &&(&Use, Verdict)| *verdict == Verdict::HandedOn && !(escapes && used.how == UseKind::Kept);
    let handed_on = uses.iter().find(given_away).map(|(used, _)| *used);
    let (used, field, certainty) = match (misread, handed_on) {
        (Some((used, field)), _) => (used, field, Certainty::Certain),
        (None, Some(used)) => (used, app.api(site).envelope[0].clone(), Certainty::Likely),
        (None, None) => return None,
    };
    let parsed = |used: &Use| app.machine.heap.opaque_value(used.value).path.contains(&PathStep::Parsed);
    let skipped = parsed(used);
    let key = if skipped { "inner-skipped" } else { "unparsed" };
    let fix = if skipped { opened(app, site, &uses) } else { unwrapped(app, site, &uses) };
    Some(finding(app, site, Message::new(key).with("field", field), certainty, used).with_fixes(fix))
}

fn finding(app: &App<'_>, site: &Site, message: Message, certainty: Certainty, used: &Use) -> Finding {
    let api = app.api_name(&site.api);
    let message = message.with("api", api.clone());
    Finding::new("unparsed-response", Level::Error, certainty, message, app.expr_place(site.at), api)
        .with_related([Step { place: app.use_place(used), message: Message::new("step-used") }])
}

/// Whether the program puts something in the place of the envelope: `res.response = JSON.parse(res.response)`.
fn writes_envelope(app: &App<'_>, site: &Site) -> bool {
    let atom = |name: &str| app.machine.atoms.find(name);
    let field = app.api(site).envelope.iter().find(|step| *step != PARSE);
    let Some((api, field)) = atom(&site.api).zip(field.and_then(|field| atom(field))) else { return false };
    app.machine.embedder.given.contains(&(api, field))
}

/// Takes the inner layer where the answer is parsed, when that stands in the call once and nothing else of the outer one is read.
fn opened(app: &App<'_>, site: &Site, uses: &[(&Use, Verdict)]) -> Option<Fix> {
    let row = app.api(site);
    let parse = row.envelope.iter().position(|step| step == PARSE)?;
    let (outer, inner) = row.envelope.split_at(parse + 1);
    let meta = |used: &Use| match used.how {
        UseKind::Read(name) => row.envelope_meta.iter().any(|meta| meta == app.machine.atoms.text(name)),
        _ => false,
    };
    if uses.iter().any(|(used, _)| taken(app, used).len() == outer.len() && meta(used)) {
        return None;
    }
    let script = app.script(site.at.file)?;
    let body = &script.body;
    let whole = body.spans[site.at.expr as usize];
    let field = outer.get(parse.checked_sub(1)?)?;
    // What is written within the call stands before it, without a gap.
    let within = (0..site.at.expr as usize).rev().take_while(|at| whole.contains(body.spans[*at]));
    let mut parses = within.filter(|at| {
        let Expr::Call { callee, args, .. } = &body.exprs[*at] else { return false };
        let is = |expr: u32, field: &str| match &body.exprs[expr as usize] {
            Expr::Member { name, .. } => body.name(*name) == field,
            _ => false,
        };
        is(*callee, "parse") && args.first().is_some_and(|(arg, _)| is(*arg, field))
    });
    let end = body.spans[parses.next()?].end;
    if parses.next().is_some() {
        return None;
    }
    Some(mended(app, site, vec![(Span { start: end, end }, format!(".{}", inner.join(".")))]))
}

/// Parses the answer at each place that reads it, when these are few and name it plainly.
fn unwrapped(app: &App<'_>, site: &Site, uses: &[(&Use, Verdict)]) -> Option<Fix> {
    let row = app.api(site);
    let body = &app.script(site.at.file)?.body;
    let text = &app.model.files[site.at.file as usize].text;
    let mut edits: Vec<(Span, String)> = Vec::new();
    for (used, verdict) in uses {
        match verdict {
            // The result code stands in the envelope, too: left where it is, it would never fit again.
            Verdict::Opening if !is_inner(app, row, used) => continue,
            Verdict::Opening if used.site.file == site.at.file => {}
            Verdict::Misread(_) if taken(app, used).is_empty() && used.site.file == site.at.file => {}
            _ => return None,
        }
        let Expr::Member { object, .. } = body.exprs.get(used.site.expr as usize)? else { return None };
        let span = body.spans[*object as usize];
        if !matches!(body.exprs[*object as usize], Expr::Var(_)) {
            return None;
        }
        let open = |inside: String, step: &String| {
            if step == PARSE { format!("JSON.parse({inside})") } else { format!("{inside}.{step}") }
        };
        edits.push((span, row.envelope.iter().fold(span.of(text).to_owned(), open)));
    }
    edits.sort();
    edits.dedup();
    (1..=MOST_READS).contains(&edits.len()).then(|| mended(app, site, edits))
}

/// Whether a field that is read from the closed envelope stands in it.
fn is_inner(app: &App<'_>, row: &Api, used: &Use) -> bool {
    let UseKind::Read(name) = used.how else { return false };
    let name = app.machine.atoms.text(name);
    let inner = |outcome: &Outcome| outcome.field == name || outcome.meta.iter().any(|meta| meta == name);
    taken(app, used).is_empty() && row.outcome.as_ref().is_some_and(inner)
}

fn mended(app: &App<'_>, site: &Site, edits: Vec<(Span, String)>) -> Fix {
    let file = &app.model.files[site.at.file as usize].path;
    Fix { message: Message::new("help"), safe: false, edits: edits::placed(file, edits) }
}

/// The way from the answer to a value, in the words of the envelope.
fn taken(app: &App<'_>, used: &Use) -> Vec<String> {
    let step = |step: &PathStep| match step {
        PathStep::Property(name) => app.machine.atoms.text(*name).to_string(),
        PathStep::Parsed => PARSE.to_string(),
        PathStep::Text => "text()".to_string(),
    };
    app.machine.heap.opaque_value(used.value).path.iter().map(step).collect()
}

fn verdict(app: &App<'_>, site: &Site, used: &Use) -> Verdict {
    let row = app.api(site);
    let taken = taken(app, used);
    let common = taken.iter().zip(&row.envelope).take_while(|(a, b)| a == b).count();
    if common == row.envelope.len() {
        return Verdict::Opened;
    }
    if common < taken.len() {
        let texts = taken.iter().any(|step| step == "text()");
        let parsed = taken[common] == PARSE && !texts && !matches!(used.how, UseKind::Test);
        return if parsed { Verdict::Misparsed } else { Verdict::Opening };
    }
    match used.how {
        UseKind::Read(name) => {
            let name = app.machine.atoms.text(name);
            if name == row.envelope[common] {
                // The last layer is opened by this very read.
                return if common + 1 == row.envelope.len() { Verdict::Opened } else { Verdict::Opening };
            }
            if row.envelope_meta.iter().any(|meta| meta == name) || is_text_member(name) {
                return Verdict::Opening;
            }
            Verdict::Misread(name.to_string())
        }
        // A log line is no use of the data.
        UseKind::Sink(into) if app.machine.atoms.text(into) == "console" => Verdict::Opening,
        UseKind::Sink(_) | UseKind::Kept => Verdict::HandedOn,
        UseKind::Escape | UseKind::Test => Verdict::Opening,
    }
}

/// Whether a text has a member of this name, so that reading it opens nothing.
pub(super) fn is_text_member(name: &str) -> bool {
    ["replace", "length", "trim", "toString", "slice", "substring", "split"].contains(&name)
}
