//! In: graphs. Out: them as text for people, one section for each kind of thing.

use crate::explain::{ButtonView, CallView, EntryView, Graph, GuardView, HandlerView, RequestView, UnitView, WayView};
use std::io::{self, Write};

pub(super) fn write(graphs: &[Graph], out: &mut dyn Write) -> io::Result<()> {
    for (at, graph) in graphs.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        program(graph, out)?;
    }
    Ok(())
}

fn program(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    if let Some(why) = &graph.skipped {
        return writeln!(out, "program {}: {why}", graph.program);
    }
    writeln!(out, "program {} ({}, files read: {})", graph.program, graph.platform, graph.files)?;
    if graph.exhausted {
        writeln!(out, "  the budget ended the search: this is not all")?;
    }
    section("units", &graph.units, out, unit)?;
    section("entries", &graph.entries, out, |entry, out| {
        writeln!(out, "  {}  {}  ({})", entry.at, entry.name, traits(entry))
    })?;
    section("requests", &graph.requests, out, |one, out| request(one, "  ", out))?;
    section("requests that nothing leads to", &graph.unreached, out, |one, out| {
        writeln!(out, "  {}  {}: {}", one.at, one.text, one.why)
    })?;
    section("authorization buttons", &graph.buttons, out, |one, out| button(one, "  ", out))?;
    section("handlers", &graph.handlers, out, |one, out| handler(one, "  ", out))?;
    section("unresolved calls", &graph.unresolved, out, call)?;
    section("files that nothing loads", &graph.not_loaded, out, |file, out| writeln!(out, "  {file}"))
}

fn section<T>(
    title: &str,
    items: &[T],
    out: &mut dyn Write,
    item: impl Fn(&T, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    writeln!(out, "\n{title}: {}", if items.is_empty() { "none".to_string() } else { items.len().to_string() })?;
    items.iter().try_for_each(|one| item(one, out))
}

fn unit(unit: &UnitView, out: &mut dyn Write) -> io::Result<()> {
    let kind = if unit.page { "page" } else { "component" };
    let launch = if unit.launch { "  (launch)" } else { "" };
    writeln!(out, "  {kind} {}{launch}", unit.name)?;
    for (tag, name) in &unit.components {
        writeln!(out, "    <{tag}> is {name}")?;
    }
    unit.foreign.iter().try_for_each(|tag| writeln!(out, "    <{tag}> is not there to read"))
}

fn call(call: &CallView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {}  {}", call.at, call.text)
}

/// What kind of entry it is, in words.
pub(super) fn traits(entry: &EntryView) -> String {
    let mut words = vec![entry.kind, if entry.automatic { "automatic" } else { "the user's doing" }];
    let more = [
        (entry.launch, "at launch"),
        (entry.repeats, "repeats"),
        (entry.leaving, "on leaving"),
        (entry.guessed, "handler guessed"),
    ];
    words.extend(more.into_iter().filter(|(is, _)| *is).map(|(_, word)| word));
    words.join(", ")
}

/// A request with its values and the ways to it.
pub(super) fn request(one: &RequestView, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{indent}{}  {}", one.at, one.api)?;
    let prompting = match one.prompting {
        "asks" => format!("asks the user for {}", one.asked.join(", ")),
        "unknown" => "may ask the user: its scopes are not known".to_string(),
        "silent" => "silent: no scope of it shows a sheet".to_string(),
        "device" => "asks for the device".to_string(),
        _ => "asks nobody, and gives the user's data".to_string(),
    };
    writeln!(out, "{indent}  prompting  {prompting}")?;
    if !one.scopes.is_empty() || one.unknown_scopes {
        writeln!(out, "{indent}  scopes     {}", values(&one.scopes, one.unknown_scopes))?;
    }
    writeln!(out, "{indent}  failure    {}", one.failure)?;
    one.ways.iter().try_for_each(|one| way(one, indent, out))
}

/// Values that are known, and whether there may be others.
pub(super) fn values(known: &[String], unknown: bool) -> String {
    let mut all: Vec<&str> = known.iter().map(String::as_str).collect();
    if unknown {
        all.push("(and what is not known)");
    }
    if all.is_empty() { "none".to_string() } else { all.join(", ") }
}

fn way(way: &WayView, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let shows = match way.prompting {
        "silent" => ", silent",
        "unknown" => ", scopes not known",
        _ => "",
    };
    let closed = if way.closed { ", closed: what is asked for is granted already" } else { "" };
    writeln!(out, "{indent}  from {}  ({}, {}{shows}{closed})", way.entry.name, traits(&way.entry), way.certainty)?;
    for step in &way.steps {
        writeln!(out, "{indent}    {}  {}", step.at, step.text)?;
    }
    way.guards.iter().try_for_each(|one| guard(one, indent, out))
}

fn guard(guard: &GuardView, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let meaning = guard.meaning.as_ref().map(|meaning| format!(": {meaning}")).unwrap_or_default();
    writeln!(out, "{indent}    when `{}` is {} at {}{meaning}", guard.test, guard.outcome, guard.at)
}

/// An authorization button with its handlers.
pub(super) fn button(one: &ButtonView, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let sure = if one.certain { "" } else { "  (its open type may be another)" };
    writeln!(out, "{indent}{}  <{}>{sure}", one.at, one.element)?;
    writeln!(out, "{indent}  scopes     {}", values(&one.scopes, one.unknown_scopes))?;
    let deeper = format!("{indent}  ");
    one.handlers.iter().try_for_each(|one| handler(one, &deeper, out))
}

fn handler(one: &HandlerView, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    let name = |name: &crate::explain::NameView| match name.resolved {
        true => name.name.clone(),
        false => format!("{} (no such function)", name.name),
    };
    let names: Vec<String> = one.names.iter().map(name).collect();
    writeln!(out, "{indent}{}  {} = {}", one.at, one.event, values(&names, one.unknown))
}
