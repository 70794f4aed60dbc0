//! In: what is known about a line. Out: it as text: each request and button, why it counts or does not, and the findings.

use super::Say;
use super::text::{button, request};
use crate::explain::{FindingView, RequestView, SiteView};
use crate::message::Message;
use std::io::{self, Write};

pub(super) fn write(views: &[SiteView], say: Say, out: &mut dyn Write) -> io::Result<()> {
    for (at, view) in views.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        site(view, say, out)?;
    }
    Ok(())
}

fn site(view: &SiteView, say: Say, out: &mut dyn Write) -> io::Result<()> {
    let word = |key| say(&Message::new(key));
    let head = Message::new("site-head").with("file", &view.file).with("line", view.line.to_string());
    writeln!(out, "{}", say(&head.with("program", &view.program)))?;
    if let Some(why) = &view.skipped {
        return writeln!(out, "\n  {why}");
    }
    if view.exhausted {
        writeln!(out, "  {}", word("graph-exhausted"))?;
    }
    for one in &view.requests {
        writeln!(out)?;
        request(one, "  ", say, out)?;
        let so = |remark: &'static str| say(&Message::new("site-so").with("remark", Message::new(remark)));
        remarks(one).into_iter().try_for_each(|remark| writeln!(out, "    {}", so(remark)))?;
    }
    for one in &view.buttons {
        writeln!(out)?;
        button(one, "  ", say, out)?;
    }
    for one in &view.dead {
        let why = say(&Message::new("site-dead").with("why", &one.why));
        writeln!(out, "\n  {}  {}\n    {why}", one.at, one.text)?;
    }
    if !view.unresolved.is_empty() {
        writeln!(out, "\n  {}", word("site-unresolved"))?;
        view.unresolved.iter().try_for_each(|call| writeln!(out, "    {}  {}", call.at, call.text))?;
    }
    if view.requests.is_empty() && view.buttons.is_empty() && view.dead.is_empty() {
        writeln!(out, "\n  {}", word("site-nothing"))?;
    }
    findings(&view.findings, say, out)
}

fn findings(findings: &[FindingView], say: Say, out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return writeln!(out, "\n  {}", say(&Message::new("site-no-finding")));
    }
    writeln!(out, "\n  {}", say(&Message::new("site-findings")))?;
    for one in findings {
        let sure = match one.suppressed {
            true => say(&Message::new("site-accepted").with("certainty", one.certainty)),
            false => one.certainty.to_owned(),
        };
        writeln!(out, "    {}  {}[{}] {} ({sure})", one.at, one.level, one.rule, one.message)?;
    }
    Ok(())
}

/// What the facts of a request mean for the rules about when and how to ask.
fn remarks(one: &RequestView) -> [&'static str; 2] {
    let automatic = || one.ways.iter().filter(|way| way.entry.automatic && way.prompting == worst(one));
    let open = automatic().filter(|way| !way.closed && !way.entry.leaving).count();
    let when = match open {
        _ if one.prompting == "silent" || one.prompting == "data" => "site-silent",
        1 => "site-one-way",
        2.. => "site-ways",
        0 if automatic().any(|way| way.closed) => "site-closed",
        0 if automatic().next().is_some() => "site-leaving",
        0 => "site-waits",
    };
    let failure = match one.failure {
        "handled" => "site-failure-handled",
        "missing" => "site-failure-missing",
        _ => "site-failure-unknown",
    };
    [when, failure]
}

/// The kind of ways that rules look at: those of the gravest requests made here.
fn worst(one: &RequestView) -> &'static str {
    ["asks", "unknown"].into_iter().find(|kind| one.ways.iter().any(|way| way.prompting == *kind)).unwrap_or("silent")
}
