//! In: answers that tell by a property whether they hold any data, and how they are used. Out: answers whose data is read
//! while nothing ever looks at that property or at whether the data is there.

use crate::analyse::heap::PathStep;
use crate::analyse::record::{Use, UseKind};
use crate::app::{App, Site};
use crate::finding::{Certainty, Finding, Level, Message, Place, Step};
use crate::platform::Outcome;

/// An answer used unseen.
pub(super) struct Unchecked {
    /// The property that is read.
    pub(super) field: String,
    /// Where.
    pub(super) read: Place,
}

/// The first read of an unchecked answer's data; `None` when something looks, or nothing is read.
pub(super) fn judge(app: &App<'_>, site: &Site) -> Option<Unchecked> {
    let row = app.api(site);
    let outcome = row.outcome.as_ref()?;
    let mut read: Option<Unchecked> = None;
    for used in app.uses_of(site) {
        match kind(app, used, &row.envelope, outcome) {
            Kind::Looks => return None,
            Kind::Reads(field) if read.is_none() => read = Some(Unchecked { field, read: app.use_place(used) }),
            Kind::Reads(_) | Kind::Nothing => {}
        }
    }
    read
}

enum Kind {
    /// It looks whether there is data.
    Looks,
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
            if name == outcome.field || outcome.meta.iter().any(|meta| meta == name) {
                Kind::Looks
            } else if opened && path.len() == envelope.len() {
                Kind::Reads(name.to_string())
            } else {
                Kind::Nothing
            }
        }
        // The answer itself is always there.
        UseKind::Test if opened && !path.is_empty() => Kind::Looks,
        // Unknown code may look.
        UseKind::Escape if path.len() <= envelope.len().max(1) => Kind::Looks,
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
