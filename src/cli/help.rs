//! In: a topic. Out: its page for the terminal. The pages are data: `rules/help/`.

use super::{CLEAN, Shown, args, unless_closed};
use crate::catalog::Lang;
use crate::error::{Error, nearest};
use crate::report::write_page;
use std::io::Write;

macro_rules! topic {
    ($name:literal) => {
        Topic {
            name: $name,
            en: include_str!(concat!("../../rules/help/", $name, ".md")),
            zh: include_str!(concat!("../../rules/help/", $name, ".zh.md")),
        }
    };
}

/// A page in both languages.
pub(super) struct Topic {
    pub(super) name: &'static str,
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

/// All pages.
pub(super) const TOPICS: [Topic; 6] =
    [topic!("config"), topic!("suppressions"), topic!("baseline"), topic!("ci"), topic!("editor"), topic!("fixes")];

/// Shows the page.
pub(super) fn run(args: &args::Help, shown: &Shown, out: &mut dyn Write) -> Result<u8, Error> {
    let Some(name) = &args.topic else {
        let text = args::command(shown.lang).render_long_help();
        let text = if shown.color { text.ansi().to_string() } else { text.to_string() };
        unless_closed(out.write_all(text.as_bytes()))?;
        return Ok(CLEAN);
    };
    let topic = TOPICS.iter().find(|topic| topic.name == name).ok_or_else(|| unknown(name))?;
    let page = match shown.lang {
        Lang::En => topic.en,
        Lang::Zh => topic.zh,
    };
    // The first line is the title; the page has both languages apart, so that none is chosen here.
    let (title, body) = page.split_once('\n').unwrap_or((page, ""));
    unless_closed(write_page(
        title.trim_start_matches("# "),
        body.trim_start(),
        Lang::En,
        shown.color,
        shown.width,
        out,
    ))?;
    Ok(CLEAN)
}

fn unknown(name: &str) -> Error {
    let names = TOPICS.iter().map(|topic| topic.name);
    let known = names.clone().collect::<Vec<_>>().join(", ");
    Error::UnknownTopic { name: name.to_owned(), nearest: nearest(name, names), known }
}
