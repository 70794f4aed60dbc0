//! In: authorization buttons and the values of their scope. Out: values that the platform does not know.

use super::combined_scopes::named;
use crate::app::{App, Button};
use crate::error::distance;
use crate::facts::script::Expr;
use crate::facts::template::{Attribute, Part};
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message};
use crate::text::Span;

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    for button in app.buttons() {
        for text in &button.scopes.texts {
            out.extend(judge(app, &button, text));
        }
    }
}

fn judge(app: &App<'_>, button: &Button, text: &str) -> Option<Finding> {
    let rules = &app.platform.markup.auth_button;
    let legal = &rules.scopes;
    if legal.iter().any(|scope| scope == text) || named(text, legal).len() > 1 {
        return None;
    }
    let element = app.element(button.instance, button.node)?;
    let attribute = element.attribute(&rules.scope)?;
    let file = app.live.views.get(&button.unit)?.nodes[button.node as usize].file;
    let spelt = legal.iter().find(|scope| plain(scope) == plain(text));
    let similar = spelt.or_else(|| legal.iter().find(|scope| distance(scope, text) <= 2));
    let undocumented = rules.undocumented_scopes.iter().any(|scope| scope == text);
    let (key, level) = match (similar, undocumented) {
        (Some(_), false) => ("similar", Level::Error),
        (_, true) => ("undocumented", Level::Warning),
        (None, false) => ("unknown", Level::Warning),
    };
    let mut message = Message::new(key).with("scope", text).with("element", element.name.clone());
    if key == "similar" {
        message = message.with("similar", similar.cloned().unwrap_or_default());
    } else if key == "unknown" {
        message = message.with("known", legal.join(", "));
    }
    let edit = spelt.filter(|_| key == "similar").and_then(|scope| Some((written_at(attribute, text)?, scope)));
    let fix = edit.map(|(span, scope)| Fix {
        message: Message::new("help"),
        safe: true,
        edits: vec![Edit { place: app.place(file, span), text: scope.clone() }],
    });
    let certainty = if button.certain { Certainty::Certain } else { Certainty::Possible };
    Some(
        Finding::new("invalid-scope", level, certainty, message, app.place(file, attribute.name_span), text)
            .with_fixes(fix),
    )
}

/// A scope without case, spaces, `-` and `_`.
fn plain(scope: &str) -> String {
    scope.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// Where an attribute says this text itself: its whole value, or a string in its expression.
pub(super) fn written_at(attribute: &Attribute, text: &str) -> Option<Span> {
    let value = attribute.value.as_ref()?;
    if value.literal() == Some(text) {
        return Some(value.span);
    }
    let [Part::Expression(Some(snippet), _)] = value.parts.as_slice() else { return None };
    let body = &snippet.body;
    let at = body.exprs.iter().position(|expr| matches!(expr, Expr::Str(name) if body.name(*name) == text))?;
    let span = body.spans[at];
    // Without its quotes; escapes would make it longer.
    let whole = (span.end - span.start) as usize == text.len() + 2;
    whole.then_some(Span { start: span.start + 1, end: span.end - 1 })
}
