//! In: pieces of text. Out: the same in colour, linked and wrapped, as the terminal allows. Never decides what is said.

use super::Options;
use super::wrap::{clean, width, wrap};
use crate::catalog::Lang;
use crate::finding::Level;
use std::io::{self, Write};

/// Colours, links and width.
pub(super) struct Pen<'a> {
    pub(super) color: bool,
    pub(super) links: bool,
    pub(super) columns: usize,
    pub(super) options: Option<&'a Options<'a>>,
}

impl<'a> Pen<'a> {
    pub(super) fn of(options: &'a Options<'a>) -> Pen<'a> {
        Pen {
            color: options.color,
            links: options.links,
            columns: options.width.clamp(40, 120),
            options: Some(options),
        }
    }

    pub(super) fn lang(&self) -> Lang {
        self.options.map_or(Lang::En, |options| options.lang)
    }

    pub(super) fn paint(&self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(super) fn level(&self, level: Level, text: &str) -> String {
        let code = match level {
            Level::Error => "1;31",
            Level::Warning => "1;33",
            Level::Info => "1;36",
        };
        self.paint(code, text)
    }

    pub(super) fn link(&self, url: Option<&str>, text: &str) -> String {
        match url {
            Some(url) if self.links => format!("\u{1b}]8;;{}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\", clean(url)),
            _ => text.to_owned(),
        }
    }

    /// A wrapped paragraph whose beginning `plain` is replaced by `painted`; the rest of its lines is indented by two.
    pub(super) fn titled(&self, plain: &str, painted: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        for (index, line) in wrap(text, self.columns - 2).iter().enumerate() {
            match (index, line.strip_prefix(plain)) {
                (0, Some(rest)) => writeln!(out, "{painted}{}", self.bold(rest))?,
                (0, None) => writeln!(out, "{}", self.bold(line))?,
                _ => writeln!(out, "  {}", self.bold(line))?,
            }
        }
        Ok(())
    }

    /// A wrapped paragraph behind a painted beginning.
    pub(super) fn paragraph(&self, begin: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let indent = width(begin);
        for (index, line) in wrap(text, self.columns.saturating_sub(indent)).iter().enumerate() {
            let begin = if index == 0 { self.paint("36", begin) } else { " ".repeat(indent) };
            writeln!(out, "{begin}{line}")?;
        }
        Ok(())
    }
}
