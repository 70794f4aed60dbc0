//! In: graphs. Out: them as text for people, one section for each kind of thing.

use super::Say;
use crate::explain::{
    ButtonView, CallView, EntryView, Graph, GuardView, HandlerView, NameView, RequestView, UnitView, WitnessView,
};
use crate::message::Message;
use crate::report::width;
use std::io::{self, Write};

pub(super) fn write(graphs: &[Graph], say: Say, out: &mut dyn Write) -> io::Result<()> {
    for (at, graph) in graphs.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        program(graph, say, out)?;
    }
    Ok(())
}

fn program(graph: &Graph, say: Say, out: &mut dyn Write) -> io::Result<()> {
    if let Some(why) = &graph.skipped {
        let message = Message::new("graph-skipped").with("program", &graph.program).with("why", why);
        return writeln!(out, "{}", say(&message));
    }
    let head = Message::new("graph-program").with("program", &graph.program).with("platform", &graph.platform);
    writeln!(out, "{}", say(&head.with("files", graph.files.to_string())))?;
    if graph.exhausted {
        writeln!(out, "  {}", say(&Message::new("graph-exhausted")))?;
    }
    section("graph-units", &graph.units, say, out, |one, out| unit(one, say, out))?;
    section("graph-entries", &graph.entries, say, out, |entry, out| {
        writeln!(out, "  {}  {}  ({})", entry.at, entry.name, traits(entry, say).join(", "))
    })?;
    section("graph-requests", &graph.requests, say, out, |one, out| request(one, "  ", say, out))?;
    section("graph-unreached", &graph.unreached, say, out, |one, out| {
        writeln!(out, "  {}  {}: {}", one.at, one.text, one.why)
    })?;
    section("graph-buttons", &graph.buttons, say, out, |one, out| button(one, "  ", say, out))?;
    section("graph-handlers", &graph.handlers, say, out, |one, out| handler(one, "  ", say, out))?;
    section("graph-unresolved", &graph.unresolved, say, out, call)?;
    section("graph-unloaded", &graph.not_loaded, say, out, |file, out| writeln!(out, "  {file}"))
}

/// `title` is a text with a place for the number of items.
fn section<T>(
    title: &'static str,
    items: &[T],
    say: Say,
    out: &mut dyn Write,
    item: impl Fn(&T, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let message = Message::new(title);
    let message = match items.len() {
        0 => message.with("count", Message::new("graph-none")),
        count => message.with("count", count.to_string()),
    };
    writeln!(out, "\n{}", say(&message))?;
    items.iter().try_for_each(|one| item(one, out))
}

fn unit(unit: &UnitView, say: Say, out: &mut dyn Write) -> io::Result<()> {
    let kind = match (unit.page, unit.launch) {
        (false, _) => "graph-component",
        (true, false) => "graph-page",
        (true, true) => "graph-page-launch",
    };
    writeln!(out, "  {}", say(&Message::new(kind).with("name", &unit.name)))?;
    for (tag, name) in &unit.components {
        writeln!(out, "    {}", say(&Message::new("graph-tag").with("tag", tag).with("name", name)))?;
    }
    let foreign = |tag: &String| say(&Message::new("graph-foreign").with("tag", tag));
    unit.foreign.iter().try_for_each(|tag| writeln!(out, "    {}", foreign(tag)))
}

fn call(call: &CallView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {}  {}", call.at, call.text)
}

/// What kind of entry it is, in words.
fn traits(entry: &EntryView, say: Say) -> Vec<String> {
    let kind = match entry.kind {
        "hook" => "graph-kind-hook",
        "module" => "graph-kind-module",
        "listener" => "graph-kind-listener",
        "observer" => "graph-kind-observer",
        _ => "graph-kind-event",
    };
    let all = [
        (true, kind),
        (entry.automatic, "graph-automatic"),
        (!entry.automatic, "graph-user"),
        (entry.launch, "graph-launch"),
        (entry.repeats, "graph-repeats"),
        (entry.leaving, "graph-leaving"),
        (entry.guessed, "graph-guessed"),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, word)| say(&Message::new(word))).collect()
}

/// The rows below a request or a button: what each is about, in a column, and what holds.
fn rows(rows: &[(&'static str, String)], indent: &str, say: Say, out: &mut dyn Write) -> io::Result<()> {
    const COLUMN: usize = 9;
    rows.iter().try_for_each(|(name, value)| {
        let name = say(&Message::new(name));
        writeln!(out, "{indent}  {name}{}  {value}", " ".repeat(COLUMN.saturating_sub(width(&name))))
    })
}

/// A request with its values and the ways to it.
pub(super) fn request(one: &RequestView, indent: &str, say: Say, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{indent}{}  {}", one.at, one.api)?;
    let prompting = match one.prompting {
        "asks" => Message::new("graph-asks").with("scopes", one.asked.join(", ")),
        "unknown" => Message::new("graph-may-ask"),
        "silent" => Message::new("graph-silent"),
        "device" => Message::new("graph-device"),
        _ => Message::new("graph-data"),
    };
    let failure = match one.failure {
        "handled" => "graph-handled",
        "missing" => "graph-missing",
        _ => "graph-unknown",
    };
    let mut all = vec![("graph-prompting", say(&prompting))];
    if !one.scopes.is_empty() || one.unknown_scopes {
        all.push(("graph-scopes", values(&one.scopes, one.unknown_scopes, say)));
    }
    all.push(("graph-failure", say(&Message::new(failure))));
    rows(&all, indent, say, out)?;
    one.ways.iter().try_for_each(|one| way(one, indent, say, out))
}

/// Values that are known, and whether there may be others.
fn values(known: &[String], unknown: bool, say: Say) -> String {
    let mut all = known.to_vec();
    if unknown {
        all.push(say(&Message::new("graph-and-unknown")));
    }
    if all.is_empty() { say(&Message::new("graph-none")) } else { all.join(", ") }
}

fn way(way: &WitnessView, indent: &str, say: Say, out: &mut dyn Write) -> io::Result<()> {
    let mut words = traits(&way.entry, say);
    words.push(way.certainty.to_owned());
    let shows = match way.prompting {
        "silent" => Some("graph-way-silent"),
        "unknown" => Some("graph-way-unknown"),
        _ => None,
    };
    let more = shows.into_iter().chain(way.closed.then_some("graph-closed"));
    words.extend(more.map(|word| say(&Message::new(word))));
    let from = say(&Message::new("graph-from").with("entry", &way.entry.name));
    writeln!(out, "{indent}  {from}  ({})", words.join(", "))?;
    for step in &way.steps {
        writeln!(out, "{indent}    {}  {}", step.at, step.text)?;
    }
    way.guards.iter().try_for_each(|one| guard(one, indent, say, out))
}

fn guard(guard: &GuardView, indent: &str, say: Say, out: &mut dyn Write) -> io::Result<()> {
    let message = match &guard.meaning {
        Some(meaning) => Message::new("graph-when-meaning").with("meaning", meaning),
        None => Message::new("graph-when"),
    };
    let message = message.with("test", &guard.test).with("outcome", guard.outcome.to_string());
    writeln!(out, "{indent}    {}", say(&message.with("place", guard.at.to_string())))
}

/// An authorization button with its handlers.
pub(super) fn button(one: &ButtonView, indent: &str, say: Say, out: &mut dyn Write) -> io::Result<()> {
    let sure = if one.certain { String::new() } else { format!("  {}", say(&Message::new("graph-button-unsure"))) };
    writeln!(out, "{indent}{}  <{}>{sure}", one.at, one.element)?;
    rows(&[("graph-scopes", values(&one.scopes, one.unknown_scopes, say))], indent, say, out)?;
    let deeper = format!("{indent}  ");
    one.handlers.iter().try_for_each(|one| handler(one, &deeper, say, out))
}

fn handler(one: &HandlerView, indent: &str, say: Say, out: &mut dyn Write) -> io::Result<()> {
    let name = |name: &NameView| match name.resolved {
        true => name.name.clone(),
        false => say(&Message::new("graph-no-function").with("name", &name.name)),
    };
    let names: Vec<String> = one.names.iter().map(name).collect();
    writeln!(out, "{indent}{}  {} = {}", one.at, one.event, values(&names, one.unknown, say))
}
