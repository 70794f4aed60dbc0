//! In: a call or button that leaves the user without an answer. Out: code that gives one, for a person to complete. The words
//! are those of the platform table, in the language that the program's pages speak.

use super::edits::{Lines, Page, Shape, last_member};
use crate::analyse::value::Val;
use crate::app::{App, written_property};
use crate::facts::script::{Expr, ExprId, Key, Pattern, Prop, Script};
use crate::platform::Host;
use crate::text::Span;

/// The language of a program's users, once somebody has asked for it.
#[derive(Default)]
pub(super) struct Voice(Option<bool>);

impl Voice {
    /// Whether the program's pages are written for Chinese readers.
    fn is_chinese(&mut self, app: &App<'_>) -> bool {
        let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let mut pages = app.model.files.iter().filter(|file| file.template().is_some());
        *self.0.get_or_insert_with(|| pages.any(|file| file.text.contains(chinese)))
    }
}

/// A function that says something to a user who refused.
pub(super) fn handler(app: &App<'_>, voice: &mut Voice, page: &Page, shape: Shape, name: &str) -> Lines {
    let stub = &app.platform.stub;
    let (todo, said) = match voice.is_chinese(app) {
        true => (&stub.todo.zh, &stub.refused.zh),
        false => (&stub.todo.en, &stub.refused.en),
    };
    let notice = stub.notice.replace("{text}", &page.quoted(said));
    vec![shape.open(name), format!("\t// TODO: {todo}"), format!("\t{}", page.statement(&notice)), "}".to_owned()]
}

/// A new method of a page or component: the file, the edits and the method's name. `None` when its methods are not written out
/// in one object literal.
pub(super) fn method(
    app: &App<'_>,
    voice: &mut Voice,
    instance: u32,
    name: &str,
) -> Option<(u32, Vec<(Span, String)>)> {
    let (file, object) = methods_of(app, instance)?;
    let script = app.script(file)?;
    let text = &app.model.files[file as usize].text;
    let page = Page::of(text)?;
    let Expr::Object(props) = &script.body.exprs[object as usize] else { return None };
    let taken = |prop: &Prop| match prop {
        Prop::Value(Key::Name(known), ..) | Prop::Getter(Key::Name(known), ..) | Prop::Setter(Key::Name(known), ..) => {
            script.body.name(*known) == name
        }
        _ => false,
    };
    if props.iter().any(taken) {
        return None;
    }
    let shapes: Vec<Shape> = props.iter().filter_map(|prop| Shape::of(script, text, prop)).collect();
    let plain = shapes.contains(&Shape::Function) && !shapes.contains(&Shape::Method);
    let shape = if plain { Shape::Function } else { Shape::Method };
    let last = last_member(script, props);
    if last.is_none() && !props.is_empty() {
        return None;
    }
    let lines = handler(app, voice, &page, shape, name);
    Some((file, page.member(script.body.spans[object as usize], last, &lines)?))
}

/// The object literal that holds a page's or component's methods.
fn methods_of(app: &App<'_>, instance: u32) -> Option<(u32, ExprId)> {
    let facts = &app.live.instances[instance as usize];
    let ours =
        |set| app.machine.sets.values(set).iter().any(|v| matches!(v, Val::Object(o) if facts.options.contains(o)));
    let mut registrations = app.machine.embedder.registrations.iter().filter(|registration| ours(registration.options));
    let registration = registrations.next().filter(|registration| registration.shim.is_none())?;
    let file = registration.site.file;
    // A framework's own file makes every page; what is added there is not the page's.
    if app.model.units[facts.unit? as usize].script != Some(file) {
        return None;
    }
    let script = app.script(file)?;
    let Expr::Call { args, .. } = script.body.exprs.get(registration.site.expr as usize)? else { return None };
    let options = literal(script, args.first()?.0)?;
    match facts.host {
        Host::Page => Some((file, options)),
        Host::Component => {
            let methods = written_property(script, options, &app.platform.instance.methods)?;
            Some((file, literal(script, methods)?))
        }
        _ => None,
    }
}

/// An object literal, or the one that a variable was made with.
fn literal(script: &Script, expr: ExprId) -> Option<ExprId> {
    match script.body.exprs[expr as usize] {
        Expr::Object(_) => Some(expr),
        Expr::Var(var) => {
            let mut values = script.body.exprs.iter().filter_map(|expr| match expr {
                Expr::Assign { target, value, .. } if **target == Pattern::Var(var) => Some(*value),
                _ => None,
            });
            let value = values.next()?;
            let only = values.next().is_none() && matches!(script.body.exprs[value as usize], Expr::Object(_));
            only.then_some(value)
        }
        _ => None,
    }
}
