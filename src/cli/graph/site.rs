//! In: what is known about a line. Out: it as text: each request and button, why it counts or does not, and the findings.

use super::text::{button, request};
use crate::explain::{FindingView, RequestView, SiteView};
use std::io::{self, Write};

pub(super) fn write(views: &[SiteView], out: &mut dyn Write) -> io::Result<()> {
    for (at, view) in views.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        site(view, out)?;
    }
    Ok(())
}

fn site(view: &SiteView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}:{} in program {}", view.file, view.line, view.program)?;
    if let Some(why) = &view.skipped {
        return writeln!(out, "\n  {why}");
    }
    if view.exhausted {
        writeln!(out, "  the budget ended the search: this is not all")?;
    }
    for one in &view.requests {
        writeln!(out)?;
        request(one, "  ", out)?;
        remarks(one).into_iter().try_for_each(|remark| writeln!(out, "    so: {remark}"))?;
    }
    for one in &view.buttons {
        writeln!(out)?;
        button(one, "  ", out)?;
    }
    for one in &view.dead {
        writeln!(out, "\n  {}  {}\n    does not count: {}", one.at, one.text, one.why)?;
    }
    if !view.unresolved.is_empty() {
        writeln!(out, "\n  calls that could not be resolved")?;
        view.unresolved.iter().try_for_each(|call| writeln!(out, "    {}  {}", call.at, call.text))?;
    }
    if view.requests.is_empty() && view.buttons.is_empty() && view.dead.is_empty() {
        writeln!(out, "\n  no request and no authorization button stands on this line")?;
    }
    findings(&view.findings, out)
}

fn findings(findings: &[FindingView], out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return writeln!(out, "\n  no rule has a finding here");
    }
    writeln!(out, "\n  findings")?;
    for one in findings {
        let accepted = if one.suppressed { ", accepted by a comment" } else { "" };
        writeln!(out, "    {}  {}[{}] {} ({}{accepted})", one.at, one.level, one.rule, one.message, one.certainty)?;
    }
    Ok(())
}

/// What the facts of a request mean for the rules about when and how to ask.
fn remarks(one: &RequestView) -> Vec<String> {
    let mut remarks = Vec::new();
    let automatic = || one.ways.iter().filter(|way| way.entry.automatic && way.prompting == worst(one));
    let open = automatic().filter(|way| !way.closed && !way.entry.leaving).count();
    if one.prompting == "silent" || one.prompting == "data" {
        remarks.push("it shows no sheet, so it does not matter when it runs".to_string());
    } else if open > 0 {
        let ways = if open == 1 { "an automatic way leads" } else { "automatic ways lead" };
        remarks.push(format!("{ways} to the prompt: it comes without the user's doing"));
    } else if automatic().any(|way| way.closed) {
        remarks.push("every automatic way is closed by a test that what is asked for is granted".to_string());
    } else if automatic().next().is_some() {
        remarks.push("the only automatic ways run when the page or program is left".to_string());
    } else {
        remarks.push("no automatic way leads here: it waits for the user".to_string());
    }
    match one.failure {
        "handled" => remarks.push("its failure is handled wherever it is made".to_string()),
        "missing" => remarks.push("nobody handles its failure on some way".to_string()),
        _ => remarks.push("whether its failure is handled is not known: its options are not known".to_string()),
    }
    remarks
}

/// The kind of ways that rules look at: those of the gravest requests made here.
fn worst(one: &RequestView) -> &'static str {
    ["asks", "unknown"].into_iter().find(|kind| one.ways.iter().any(|way| way.prompting == *kind)).unwrap_or("silent")
}
