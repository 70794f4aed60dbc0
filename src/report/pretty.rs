//! In: a report and the texts of its files. Out: what a person reads: what is wrong, the way that leads there, what to do.
//! The only place that draws with miette, which is given small cut windows and never a whole file: it fails on long lines,
//! passes escape sequences on, and counts columns in bytes.

use super::pen::Pen;
use super::window::{self, Mark, Window};
use super::wrap::{clean, width, wrap};
use super::{Located, Mending, Notice, Options, ProgramReport, Report, Sources, Summary, phrases};
use crate::catalog::{self, Lang};
use crate::error::Error;
use crate::finding::{Level, Place, Step, Witness};
use crate::locate::Places;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents};
use miette::{SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles};
use std::io::{self, Write};

/// A way of at most this many steps is drawn in the source, a longer one is listed.
const DRAWN_STEPS: usize = 6;
/// A step this many lines from the one before shares its window …
const NEAR_LINES: u32 = 4;
/// … which does not grow beyond this many.
const MOST_LINES: u32 = 14;

/// Writes the report.
pub(super) fn write(report: &Report, sources: &dyn Sources, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::of(options);
    let mut places = Places::new(sources);
    for program in report.programs.iter().filter(|program| !program.findings.is_empty()) {
        if report.programs.len() > 1 {
            heading(program, &pen, out)?;
        }
        for one in &program.findings {
            Drawing { one, mending: report.mending, pen: &pen, places: &mut places, out }.draw()?;
        }
    }
    if options.quiet {
        return Ok(());
    }
    let counts = report.summary();
    write_summary(&counts, options, out)?;
    if let Some(fixable) = phrases::fixable(&counts, options.lang) {
        pen.paragraph("", &fixable, out)?;
    }
    let first = report.worst().and_then(|worst| report.findings().find(|(_, one)| one.finding.level == worst));
    match first {
        Some((_, one)) => pen.paragraph("", &phrases::more(one.finding.rule, options.lang), out),
        None => Ok(()),
    }
}

/// Writes the counts by level, and the time.
pub(super) fn write_summary(counts: &Summary, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::of(options);
    let lines = wrap(&phrases::summary(counts, options.took, options.lang), pen.columns);
    lines.iter().try_for_each(|line| writeln!(out, "{}", pen.bold(line)))
}

/// Writes a notice as `level: text (file)`.
pub(super) fn write_notice(notice: &Notice, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::of(options);
    let word = phrases::notice(notice.level, options.lang);
    let file = notice.file.as_ref().map(|file| format!(" ({file})")).unwrap_or_default();
    let text =
        clean(&format!("{word}{}{}{file}", phrases::colon(options.lang), notice.say(options.texts, options.lang)));
    pen.titled(word, &pen.level(notice.level, word), &text, out)
}

/// Writes why the tool could not do its work, and what to do.
///
/// # Errors
/// Only those of `out`.
pub fn write_error(error: &Error, lang: Lang, color: bool, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen { color, links: false, columns, options: None };
    let (word, colon) = (phrases::level(Level::Error, lang), phrases::colon(lang));
    let (what, advice) = error.said(lang);
    pen.titled(word, &pen.level(Level::Error, word), &clean(&format!("{word}{colon}{what}")), out)?;
    pen.paragraph(&format!("  {}", phrases::help(lang)), &clean(&advice), out)
}

fn heading(program: &ProgramReport, pen: &Pen, out: &mut dyn Write) -> io::Result<()> {
    let lang = pen.lang();
    let name = if program.name.is_empty() { ".".to_owned() } else { clean(&program.name) };
    let about = phrases::program(&clean(&program.platform), program.guessed, program.files, lang);
    match pen.columns.checked_sub(width(&name) + width(&about) + 8) {
        Some(rest) => writeln!(out, "── {} ({about}) {}\n", pen.bold(&name), "─".repeat(rest)),
        None => {
            pen.paragraph("── ", &format!("{name} ({about})"), out)?;
            writeln!(out)
        }
    }
}

/// One finding on its way to the page.
struct Drawing<'a, 'b> {
    one: &'a Located,
    mending: Mending,
    pen: &'a Pen<'a>,
    places: &'a mut Places<'b>,
    out: &'a mut dyn Write,
}

impl Drawing<'_, '_> {
    fn draw(&mut self) -> io::Result<()> {
        let finding = &self.one.finding;
        self.title()?;
        let (steps, arrival) = self.way();
        let mut marks = vec![Mark { span: finding.place.span, label: arrival.unwrap_or_default(), tall: true }];
        let drawn = if steps.len() > DRAWN_STEPS { Vec::new() } else { self.groups(&steps) };
        let mut drawn = drawn.as_slice();
        // What happens right beside the place is said there.
        if let Some(((file, last), before)) = drawn.split_last()
            && *file == finding.place.file
            && last.iter().all(|mark| self.near(&finding.place, mark, NEAR_LINES))
        {
            marks.extend(last.iter().cloned());
            drawn = before;
        }
        self.snippets(&[(finding.place.file.clone(), marks)], finding.level)?;
        if let Some(witness) = finding.witnesses.first() {
            let lang = self.pen.lang();
            self.pen.paragraph(
                "  → ",
                &clean(&phrases::starts_at(&witness.entry, witness.steps.len(), lang)),
                self.out,
            )?;
            if steps.len() > DRAWN_STEPS { self.list(witness)? } else { self.snippets(drawn, Level::Info)? }
        }
        self.related()?;
        self.other_routes()?;
        if let Some(help) = self.pen.options.and_then(|options| self.one.help(options.texts, options.lang)) {
            self.pen.paragraph(&format!("  {}", phrases::help(self.pen.lang())), &clean(&help), self.out)?;
        }
        writeln!(self.out)
    }

    fn title(&mut self) -> io::Result<()> {
        let Some(options) = self.pen.options else { return Ok(()) };
        let finding = &self.one.finding;
        let plain = format!("{}[{}]", phrases::level(finding.level, options.lang), finding.rule);
        let url = options.texts.policy(finding.rule).map(|(_, url)| url);
        let painted = self.pen.link(url, &self.pen.level(finding.level, &plain));
        let doubt = phrases::doubt(finding.certainty, options.lang);
        let fixable = if finding.fixes.iter().any(|fix| self.mending.wants(fix)) { " [*]" } else { "" };
        let text = clean(&format!("{plain}{fixable}{doubt}: {}", self.one.message(options.texts, options.lang)));
        self.pen.titled(&plain, &painted, &text, self.out)
    }

    /// The steps of the first way with their words, without the last when it is the place itself, and that one's words.
    fn way(&self) -> (Vec<(Place, String)>, Option<String>) {
        let Some(witness) = self.one.finding.witnesses.first() else { return (Vec::new(), None) };
        let numbered = witness.steps.len() > 1;
        let words = |(index, step): (usize, &Step)| {
            let words = self.words(step);
            (step.place.clone(), if numbered { format!("{}. {words}", index + 1) } else { words })
        };
        let mut steps: Vec<_> = witness.steps.iter().enumerate().map(words).collect();
        let place = &self.one.finding.place;
        let arrives = |step: &(Place, String)| step.0.file == place.file && step.0.span.start == place.span.start;
        let arrival = steps.pop_if(|step| arrives(step)).map(|(_, words)| words);
        (steps, arrival)
    }

    fn words(&self, step: &Step) -> String {
        self.pen
            .options
            .map(|options| clean(&catalog::word(options.texts, &step.message, options.lang)))
            .unwrap_or_default()
    }

    fn near(&mut self, place: &Place, mark: &Mark, most_lines: u32) -> bool {
        let room = self.pen.columns - 10;
        self.places.file(&place.file).is_some_and(|file| window::near(&file, place.span, mark.span, room, most_lines))
    }

    /// Neighbouring steps that are near each other share a window; the order stays.
    fn groups(&mut self, steps: &[(Place, String)]) -> Vec<(String, Vec<Mark>)> {
        let mut groups: Vec<(String, Vec<Mark>)> = Vec::new();
        for (place, words) in steps {
            let mark = Mark { span: place.span, label: words.clone(), tall: false };
            let joins = groups.last().is_some_and(|(file, marks)| {
                *file == place.file
                    && marks.last().is_some_and(|mark| self.near(place, mark, NEAR_LINES))
                    && marks.iter().all(|mark| self.near(place, mark, MOST_LINES))
            });
            match groups.last_mut() {
                Some((_, marks)) if joins => marks.push(mark),
                _ => groups.push((place.file.clone(), vec![mark])),
            }
        }
        groups
    }

    fn snippets(&mut self, groups: &[(String, Vec<Mark>)], level: Level) -> io::Result<()> {
        let mut sheet = Sheet::default();
        for (path, marks) in groups {
            match self.places.file(path) {
                Some(file) => sheet.add(window::window(path, &file, marks, self.pen.columns)),
                None => {
                    let words: Vec<&str> =
                        marks.iter().map(|mark| mark.label.as_str()).filter(|label| !label.is_empty()).collect();
                    let words = if words.is_empty() { String::new() } else { format!(": {}", words.join("; ")) };
                    self.pen.paragraph("   ─ ", &clean(&format!("{path}{words}")), self.out)?;
                }
            }
        }
        if sheet.windows.is_empty() {
            return Ok(());
        }
        let mut text = String::new();
        handler(self.pen, level).render_report(&mut text, &sheet).map_err(io::Error::other)?;
        // miette begins with the diagnostic's message, which is empty here: the title is ours.
        self.out.write_all(text.strip_prefix('\n').unwrap_or(&text).as_bytes())
    }

    /// A long way: one line per step.
    fn list(&mut self, witness: &Witness) -> io::Result<()> {
        for (index, step) in witness.steps.iter().enumerate() {
            let at = self.places.range(&step.place).start;
            let begin = format!("    {:>2}. ", index + 1);
            let text = format!("{}:{}:{}  {}", clean(&step.place.file), at.line, at.column, self.words(step));
            self.pen.paragraph(&begin, &text, self.out)?;
        }
        Ok(())
    }

    fn related(&mut self) -> io::Result<()> {
        let finding = &self.one.finding;
        if finding.related.is_empty() {
            return Ok(());
        }
        self.pen.paragraph("  → ", phrases::related(self.pen.lang()), self.out)?;
        let steps: Vec<_> =
            finding.related.iter().take(DRAWN_STEPS).map(|step| (step.place.clone(), self.words(step))).collect();
        let groups = self.groups(&steps);
        self.snippets(&groups, Level::Info)
    }

    fn other_routes(&mut self) -> io::Result<()> {
        let lang = self.pen.lang();
        for witness in self.one.finding.witnesses.iter().skip(1) {
            let at = witness.steps.first().map(|step| {
                let start = self.places.range(&step.place).start;
                format!(" ({}:{}:{})", step.place.file, start.line, start.column)
            });
            let text = format!("{}{}", phrases::also_from(&witness.entry, lang), at.unwrap_or_default());
            self.pen.paragraph("  → ", &clean(&text), self.out)?;
        }
        match self.one.witnesses_left_out {
            0 => Ok(()),
            count => self.pen.paragraph("  → ", &phrases::more_witnesses(count, lang), self.out),
        }
    }
}

fn handler(pen: &Pen, level: Level) -> GraphicalReportHandler {
    let mut styles = if pen.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    styles.highlights = vec![match level {
        Level::Error => styles.error,
        Level::Warning => styles.warning,
        Level::Info => styles.help,
    }];
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
    GraphicalReportHandler::new_themed(theme)
        .without_primary_span_start()
        .with_wrap_lines(false)
        .with_links(false)
        .with_context_lines(0)
        .with_width(pen.columns)
}

/// Windows one behind the other, as one text for miette: it draws them in this order and, since no span crosses a gap,
/// never joins two.
#[derive(Debug, Default)]
struct Sheet {
    windows: Vec<(usize, Window)>,
    labels: Vec<LabeledSpan>,
}

impl Sheet {
    fn add(&mut self, window: Window) {
        let base = self.windows.last().map_or(0, |(base, last)| base + last.text.len() + 2);
        for (range, label) in &window.marks {
            let label = Some(label.clone()).filter(|label| !label.is_empty());
            self.labels.push(LabeledSpan::new(label, base + range.start, range.len()));
        }
        self.windows.push((base, window));
    }
}

impl SourceCode for Sheet {
    /// The whole window the span lies in, whatever context is asked for: it was cut to what should be seen.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inside = |(base, window): &&(usize, Window)| {
            *base <= span.offset() && span.offset() + span.len() <= base + window.text.len()
        };
        let (base, window) = self.windows.iter().find(inside).ok_or(MietteError::OutOfBounds)?;
        let (all, lines) = (SourceSpan::from((*base, window.text.len())), window.text.lines().count());
        let line = window.first_line as usize - 1;
        Ok(Box::new(MietteSpanContents::new_named(window.name.clone(), window.text.as_bytes(), all, line, 0, lines)))
    }
}

impl std::fmt::Display for Sheet {
    fn fmt(&self, _: &mut std::fmt::Formatter) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Sheet {}

impl Diagnostic for Sheet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
