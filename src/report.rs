//! In: the settled findings of a run. Out: the report as a value, and as text in one of the formats. Never decides what is
//! a finding, and never knows the time: the same report gives the same bytes.

mod checkstyle;
mod concise;
mod diff;
mod github;
mod gitlab;
mod json;
mod junit;
mod logged;
mod markdown;
mod page;
mod pen;
mod phrases;
mod pretty;
mod rdjson;
mod sarif;
mod statistics;
mod uri;
mod window;
mod wrap;
mod xml;

pub use crate::locate::{Acceptance, Located, Sources, Suppressed};
pub use diff::write as write_diff;
pub use page::{write as write_page, write_rules};
pub use pretty::write_error;
pub use statistics::write as write_statistics;
pub(crate) use wrap::{clean, width, wrap};

use crate::app::Coverage;
use crate::catalog::{self, Catalog, Lang};
use crate::finding::{Certainty, Fix, Level, Message};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::Duration;

/// The words of the notice that says what of a program was not judged.
pub const GAPS: &str = "notice-gaps";

/// Where the tool lives.
const HOME: &str = "https://crates.io/crates/consentry";

/// All that a run has to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// In the order of their paths.
    pub programs: Vec<ProgramReport>,
    /// What is worth knowing besides findings.
    pub notices: Vec<Notice>,
    /// Findings that were taken out because nobody wanted to see so many.
    pub left_out: usize,
    /// How long the parts took, when somebody wants to know.
    pub timings: Option<Timings>,
    /// What became of fixes, and which ones are wanted.
    pub mending: Mending,
    /// Files or folders could not be read while programs were looked for.
    pub unreadable: bool,
}

/// What a run does about fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mending {
    /// Fixes that a person must look at are wanted, too.
    pub unsafe_too: bool,
    /// How many findings were mended; `None` when none was to be.
    pub fixed: Option<usize>,
}

impl Mending {
    /// Whether a fix is wanted.
    pub fn wants(self, fix: &Fix) -> bool {
        fix.safe || self.unsafe_too
    }
}

/// One mini program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProgramReport {
    /// Its folder relative to the working directory, or what else people call it by.
    pub name: String,
    /// The platform it was checked for.
    pub platform: String,
    /// Nobody named the platform: the program speaks for it.
    pub guessed: bool,
    /// Files read.
    pub files: usize,
    /// Those of them that the user wants to see findings about.
    pub reported: usize,
    /// Bytes read.
    pub bytes: u64,
    /// In order of file, line, column and rule.
    pub findings: Vec<Located>,
    /// What its configuration says about the lowest level that makes a run fail; `None` inside for never.
    pub fail_on: Option<Option<Level>>,
    /// What was found and is not held against the program, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// Set when it could not be judged at all.
    pub unjudged: Option<Unjudged>,
    /// How much of it was judged.
    pub coverage: Coverage,
    /// Whether its configuration says that a run over it fails when something was not judged.
    pub fail_on_incomplete: bool,
}

/// A program that could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unjudged {
    /// A program: a run over it is never clean.
    Program,
    /// What a tool has made of a program: a run over nothing else is never clean.
    Output,
}

/// Something to know that is no finding. At level error a part of the work could not be done, and the run ends with exit
/// code 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// What it says, in the shared words.
    pub text: Message,
    /// The file or folder it is about.
    pub file: Option<String>,
}

/// How long the parts of a run took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Name and duration of each part, in the order of the work.
    pub phases: Vec<(&'static str, Duration)>,
    /// From start to end; less than the sum of the parts when they ran side by side.
    pub wall: Duration,
}

/// Counts over a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level info.
    pub infos: usize,
    /// Files with findings.
    pub files_with_findings: usize,
    /// Programs checked.
    pub programs: usize,
    /// Files read.
    pub files: usize,
    /// Bytes read.
    pub bytes: u64,
    /// Findings that comments or the baseline accept.
    pub suppressed: usize,
    /// Findings that were taken out because nobody wanted to see so many.
    pub left_out: usize,
    /// Findings with a fix that is wanted.
    pub fixable: usize,
    /// Findings with no fix but such as a person must look at, where those are not wanted.
    pub fixable_unsafe: usize,
    /// Findings mended in this run; `None` when none was to be.
    pub fixed: Option<usize>,
}

impl Report {
    /// All findings in order, each with its program.
    pub fn findings(&self) -> impl Iterator<Item = (&ProgramReport, &Located)> {
        self.programs.iter().flat_map(|program| program.findings.iter().map(move |finding| (program, finding)))
    }

    /// The counts.
    pub fn summary(&self) -> Summary {
        let count = |level| self.findings().filter(|(_, one)| one.finding.level == level).count();
        let files: BTreeSet<&str> = self.findings().map(|(_, one)| one.finding.place.file.as_str()).collect();
        let fixable = self.findings().filter(|(_, one)| one.finding.fixes.iter().any(|fix| self.mending.wants(fix)));
        let fixable = fixable.count();
        let with_fix = self.findings().filter(|(_, one)| !one.finding.fixes.is_empty()).count();
        Summary {
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            infos: count(Level::Info),
            files_with_findings: files.len(),
            programs: self.programs.len(),
            files: self.programs.iter().map(|program| program.files).sum(),
            bytes: self.programs.iter().map(|program| program.bytes).sum(),
            suppressed: self.programs.iter().map(|program| program.suppressed.len()).sum(),
            left_out: self.left_out,
            fixable,
            fixable_unsafe: with_fix - fixable,
            fixed: self.mending.fixed,
        }
    }

    /// Keeps the findings of level error alone, and of the notices those that say what could not be done; `strict` asks for all
    /// of each program to be judged.
    pub fn keep_errors(&mut self, strict: bool) {
        for program in &mut self.programs {
            program.findings.retain(|one| one.finding.level == Level::Error);
        }
        let least = if self.unjudged() { Level::Warning } else { Level::Error };
        let gaps = self.has_gaps(strict);
        self.notices.retain(|notice| notice.level >= least || gaps && notice.text.key == GAPS);
    }

    /// Keeps the first `most` findings.
    pub fn keep_first(&mut self, most: usize) {
        let mut room = most;
        for program in &mut self.programs {
            let kept = program.findings.len().min(room);
            self.left_out += program.findings.split_off(kept).len();
            room -= kept;
        }
    }

    /// The gravest finding's level.
    pub fn worst(&self) -> Option<Level> {
        self.findings().map(|(_, one)| one.finding.level).max()
    }

    /// Whether a part of the work could not be done.
    pub fn incomplete(&self) -> bool {
        self.notices.iter().any(|notice| notice.level == Level::Error)
    }

    /// Whether something was not judged, in a program that `strict` or its configuration asks for all of.
    pub fn has_gaps(&self, strict: bool) -> bool {
        let gaps = |program: &ProgramReport| program.unjudged.is_some() || !program.coverage.is_complete();
        let asked = |program: &&ProgramReport| strict || program.fail_on_incomplete;
        self.programs.iter().filter(asked).any(|program| self.unreadable || gaps(program))
    }

    /// Whether nobody may take this report for a yes, for a program was not judged.
    pub fn unjudged(&self) -> bool {
        let all = || self.programs.iter().all(|program| program.unjudged.is_some());
        let program = |program: &ProgramReport| program.unjudged == Some(Unjudged::Program);
        !self.programs.is_empty() && all() || self.programs.iter().any(program)
    }
}

impl Notice {
    /// The notice in a language, without its file.
    pub fn say(&self, texts: &dyn Catalog, lang: Lang) -> String {
        catalog::word(texts, &self.text, lang)
    }
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people: source, ways, help.
    #[default]
    Pretty,
    /// One line per finding.
    Concise,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands that become annotations on GitHub.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML, for test reports.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// Reviewdog's diagnostic format.
    Rdjson,
    /// A comment on a merge request.
    Markdown,
}

impl Format {
    /// All formats, each with the name that flags and files use.
    pub const ALL: [(&'static str, Format); 10] = [
        ("pretty", Format::Pretty),
        ("concise", Format::Concise),
        ("json", Format::Json),
        ("sarif", Format::Sarif),
        ("github", Format::Github),
        ("gitlab", Format::Gitlab),
        ("junit", Format::Junit),
        ("checkstyle", Format::Checkstyle),
        ("rdjson", Format::Rdjson),
        ("markdown", Format::Markdown),
    ];

    /// The format of this name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }
}

/// How a report is shown.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The format.
    pub format: Format,
    /// Whether to use colours.
    pub color: bool,
    /// Whether to use terminal hyperlinks.
    pub links: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to leave out the closing summary.
    pub quiet: bool,
    /// How long the run took, for the summary; `None` where the same report must give the same bytes.
    pub took: Option<Duration>,
    /// The language of messages.
    pub lang: Lang,
    /// The messages.
    pub texts: &'a dyn Catalog,
}

impl<'a> Options<'a> {
    /// For whatever is no terminal: English, 80 columns, without colours and links.
    pub fn plain(format: Format, texts: &'a dyn Catalog) -> Options<'a> {
        Options { format, color: false, links: false, width: 80, quiet: false, took: None, lang: Lang::En, texts }
    }
}

/// Writes the report in the asked format.
///
/// # Errors
/// Only those of `out`.
pub fn write(report: &Report, sources: &dyn Sources, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    match options.format {
        Format::Pretty => pretty::write(report, sources, options, out),
        Format::Concise => concise::write(report, options, out),
        Format::Json => json::write(report, sources, options, out),
        Format::Sarif => sarif::write(report, sources, options, out),
        Format::Github => github::write(report, options, out),
        Format::Gitlab => gitlab::write(report, options, out),
        Format::Junit => junit::write(report, options, out),
        Format::Checkstyle => checkstyle::write(report, options, out),
        Format::Rdjson => rdjson::write(report, sources, options, out),
        Format::Markdown => markdown::write(report, options, out),
    }
}

/// Writes the notices, for people, whatever the format of the report.
///
/// # Errors
/// Only those of `out`.
pub fn write_notices(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    report.notices.iter().try_for_each(|notice| pretty::write_notice(notice, options, out))
}

/// Writes how long the parts took, one per line, and what was read.
///
/// # Errors
/// Only those of `out`.
pub fn write_timings(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let Some(timings) = &report.timings else { return Ok(()) };
    let line = |name: &str, time: Duration| format!("{name:<10}{:>10.2} ms", time.as_secs_f64() * 1000.0);
    for (name, time) in &timings.phases {
        writeln!(out, "{}", line(name, *time))?;
    }
    let Summary { files, bytes, programs, .. } = report.summary();
    let counts = [("programs", programs.to_string()), ("files", files.to_string()), ("bytes", bytes.to_string())];
    let message =
        counts.into_iter().fold(Message::new("said-timings"), |message, (name, count)| message.with(name, count));
    writeln!(out, "{}   {}", line("wall", timings.wall), catalog::word(options.texts, &message, options.lang))
}

/// A level's name as formats and flags spell it.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "info",
    }
}

/// Who may apply a fix, as formats spell it.
fn applicability(fix: &Fix) -> &'static str {
    if fix.safe { "safe" } else { "unsafe" }
}

/// A certainty's name as formats and flags spell it.
pub fn certainty_name(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely",
        Certainty::Possible => "possible",
    }
}

#[cfg(test)]
mod tests;
