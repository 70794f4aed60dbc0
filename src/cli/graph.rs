//! In: what the tool believes about programs or a line. Out: it as text, JSON, or a picture for Graphviz. Never looks at a
//! program itself.

mod dot;
mod site;
mod text;

use super::view::View;
use super::{CLEAN, Env, Shown, args, config, known_platform, unless_closed};
use crate::error::Error;
use crate::explain::Graph;
use crate::finding::Level;
use crate::message::Message;
use crate::report::{Format, clean};
use crate::session::{self, CheckOptions};
use serde::Serialize;
use std::io::{self, BufWriter, Write};

/// Says the shared words.
type Say<'a> = &'a dyn Fn(&Message) -> String;

/// Shows what the tool believes about programs.
pub(super) fn run(args: &args::Graph, env: &Env, shown: &Shown, out: &mut dyn Write) -> Result<u8, Error> {
    if let Some(name) = &args.platform {
        known_platform(name)?;
    }
    let options = CheckOptions {
        platform: args.platform.clone(),
        config: config::source(&args.configured, env),
        clock: env.clock,
        ..CheckOptions::default()
    };
    let paths = [args.path.clone().unwrap_or_else(|| ".".to_owned())];
    let graphs = session::graph(&env.directory, &paths, &options, shown.lang)?;
    let mut out = BufWriter::new(out);
    let written = match args.format {
        args::GraphFormat::Text => plain(&mut out, |text| text::write(&graphs, &|message| shown.say(message), text)),
        args::GraphFormat::Json => json(&Programs { version: 1, programs: &graphs }, &mut out),
        args::GraphFormat::Dot => dot::write(&graphs, &mut out),
    };
    unless_closed(written.and_then(|()| out.flush()))?;
    Ok(CLEAN)
}

/// Explains a line instead of checking.
pub(super) fn explain_site(
    target: &crate::explain::Target,
    args: &args::Check,
    view: &View,
    options: &CheckOptions,
    shown: &Shown,
    out: &mut dyn Write,
) -> Result<u8, Error> {
    // What a level or certainty hides is still worth explaining.
    let mut options = options.clone();
    options.filter.level = Level::Info;
    let views = session::explain_site_files(view.files, &args.which.paths, target, &options, shown.lang)?;
    let mut out = BufWriter::new(out);
    let written = match args.format {
        Format::Json => json(&Sites { version: 1, sites: &views }, &mut out),
        _ => plain(&mut out, |text| site::write(&views, &|message| shown.say(message), text)),
    };
    unless_closed(written.and_then(|()| out.flush()))?;
    Ok(CLEAN)
}

#[derive(Serialize)]
struct Programs<'a> {
    version: u32,
    programs: &'a [Graph],
}

#[derive(Serialize)]
struct Sites<'a> {
    version: u32,
    sites: &'a [crate::explain::SiteView],
}

fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// Writes text with nothing in it that steers a terminal: names come from the programs.
fn plain(out: &mut dyn Write, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut text = Vec::new();
    write(&mut text)?;
    String::from_utf8_lossy(&text).lines().try_for_each(|line| writeln!(out, "{}", clean(line)))
}
