//! In: answers that tell by a property whether they hold any data, and how they are used. Out: answers whose data is read
//! while nothing ever looks at that property or at whether the data is there.

use crate::analyse::heap::PathStep;
use crate::analyse::record::{Use, UseKind};
use crate::app::{App, Site};
use crate::facts::script::{Expr, ExprId, Operator};
use crate::finding::{Certainty, Finding, Level, Message, Place, Step};
use crate::platform::Outcome;

/// An answer used unseen.
pub(super) struct Unchecked {
    /// What is wrong.
    pub(super) how: How,
    /// The property that is read.
    pub(super) field: String,
    /// Where.
    pub(super) read: Place,
}

/// How an answer is used unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Nothing looks at the property.
    Unseen,
    /// It is looked for where it never is.
    Elsewhere,
    /// It is held against a value of another type, which it never is.
    NeverFits,
}

/// The first read of an unchecked answer's data; `None` when something looks, or nothing is read.
pub(super) fn judge(app: &App<'_>, site: &Site) -> Option<Unchecked> {
    let row = app.api(site);
    let outcome = row.outcome.as_ref()?;
    let mut read: Option<Unchecked> = None;
    let (mut looks, mut looks_at_field, mut elsewhere) = (false, false, None);
    let (mut fits, mut never_fits) = (false, None);
    for used in app.uses_of(site) {
        if is_field(app, used, &row.envelope, outcome) {
            match compared(app, used) {
                Compared::WithNumber => never_fits = never_fits.or(Some(used)),
                Compared::Else => fits = true,
            }
        }
        match kind(app, used, &row.envelope, outcome) {
            Kind::Looks { at_field } => {
                looks = true;
                looks_at_field |= at_field;
            }
            Kind::LooksElsewhere => elsewhere = elsewhere.or(Some(used)),
            Kind::Reads(field) if read.is_none() => {
                read = Some(Unchecked { how: How::Unseen, field, read: app.use_place(used) });
            }
            Kind::Reads(_) | Kind::Nothing => {}
        }
    }
    if let Some(used) = never_fits.filter(|_| !fits) {
        return read.map(|read| Unchecked { how: How::NeverFits, read: app.use_place(used), ..read });
    }
    // Held against the good value there, it never is: the program does not go on.
    let decides = |used: &&Use| is_compared_with(app, used, &outcome.ok);
    if let Some(used) = elsewhere.filter(|used| !looks_at_field && (!looks || decides(used))) {
        return read.map(|read| Unchecked { how: How::Elsewhere, read: app.use_place(used), ..read });
    }
    read.filter(|_| !looks)
}

/// What a value is held against.
enum Compared {
    /// A number, strictly.
    WithNumber,
    /// Something else, or it is not a comparison.
    Else,
}

/// Whether a use tests the property itself, where it stands.
fn is_field(app: &App<'_>, used: &Use, envelope: &[String], outcome: &Outcome) -> bool {
    let path = &app.machine.heap.opaque_value(used.value).path;
    let text = outcome.ok.starts_with('\'');
    let whole = envelope.iter().map(String::as_str).chain([outcome.field.as_str()]);
    text && used.how == UseKind::Test
        && path.len() == envelope.len() + 1
        && path.iter().zip(whole).all(|(step, name)| step_is(app, *step, name))
}

/// What a tested value is held against.
fn compared(app: &App<'_>, used: &Use) -> Compared {
    let Some((other, text)) = other_side(app, used) else { return Compared::Else };
    let body = &app.machine.code.file(used.site.file).script.body;
    let strict = text.contains("===") || text.contains("!==");
    match body.exprs[other as usize] {
        Expr::Number(_) if strict => Compared::WithNumber,
        _ => Compared::Else,
    }
}

/// The other side of the comparison that a value stands in, and the text between the two.
fn other_side<'t>(app: &'t App<'_>, used: &Use) -> Option<(ExprId, &'t str)> {
    let body = &app.machine.code.file(used.site.file).script.body;
    let text = &app.model.files[used.site.file as usize].text;
    body.exprs.iter().find_map(|expr| {
        let Expr::Binary { how: Operator::Equal, left, right, .. } = expr else { return None };
        let other = [(*left, *right), (*right, *left)].into_iter().find(|(side, _)| *side == used.site.expr)?.1;
        let between = text.get(body.spans[*left as usize].end as usize..body.spans[*right as usize].start as usize)?;
        Some((other, between))
    })
}

/// Whether what a use reads is held against a value, written as a text or a number.
fn is_compared_with(app: &App<'_>, used: &Use, wanted: &str) -> bool {
    let Some((other, _)) = other_side(app, used) else { return false };
    let body = &app.machine.code.file(used.site.file).script.body;
    let wanted = wanted.trim_matches('\'');
    match &body.exprs[other as usize] {
        Expr::Str(name) => body.name(*name) == wanted,
        Expr::Number(number) => wanted.parse() == Ok(*number),
        _ => false,
    }
}

enum Kind {
    /// It looks whether there is data, at the property itself or otherwise.
    Looks { at_field: bool },
    /// It looks for the property where it is not.
    LooksElsewhere,
    /// It takes this property of the data.
    Reads(String),
    /// Neither.
    Nothing,
}

fn kind(app: &App<'_>, used: &Use, envelope: &[String], outcome: &Outcome) -> Kind {
    let path = &app.machine.heap.opaque_value(used.value).path;
    let opened =
        path.len() >= envelope.len() && path.iter().zip(envelope).all(|(step, name)| step_is(app, *step, name));
    match used.how {
        UseKind::Read(name) => {
            let name = app.machine.atoms.text(name);
            let at_field = name == outcome.field;
            if at_field && !opened && !envelope.is_empty() {
                Kind::LooksElsewhere
            } else if at_field || outcome.meta.iter().any(|meta| meta == name) {
                Kind::Looks { at_field }
            } else if opened && path.len() == envelope.len() {
                Kind::Reads(name.to_string())
            } else {
                Kind::Nothing
            }
        }
        // The answer itself is always there.
        UseKind::Test if opened && !path.is_empty() => Kind::Looks { at_field: false },
        // Unknown code may look.
        UseKind::Escape if path.len() <= envelope.len().max(1) => Kind::Looks { at_field: false },
        _ => Kind::Nothing,
    }
}

fn step_is(app: &App<'_>, step: PathStep, name: &str) -> bool {
    match step {
        PathStep::Property(known) => app.machine.atoms.text(known) == name,
        PathStep::Parsed => name == "parse()",
        PathStep::Text => false,
    }
}

/// The finding about a site.
pub(super) fn finding(app: &App<'_>, rule: &'static str, site: &Site, message: Message, read: Place) -> Finding {
    let api = app.api_name(&site.api);
    let message = message.with("api", api.clone());
    Finding::new(rule, Level::Warning, Certainty::Certain, message, app.expr_place(site.at), api)
        .with_related([Step { place: read, message: Message::new("step-used") }])
}

impl App<'_> {
    /// The uses of a site's answers, in order of their places.
    pub(super) fn uses_of(&self, site: &Site) -> impl Iterator<Item = &Use> {
        self.uses_of_requests(&site.requests)
    }

    /// The place of a use; where a value is taken apart there is none, so the function it happens in stands for it.
    pub(super) fn use_place(&self, used: &Use) -> Place {
        let body = &self.machine.code.file(used.site.file).script.body;
        match body.spans.get(used.site.expr as usize) {
            Some(span) => self.place(used.site.file, *span),
            None => {
                self.place(used.site.file, self.machine.code.function(self.machine.ctxs[used.ctx.0 as usize].code).span)
            }
        }
    }
}
