//! In: the arguments. Out: what is asked for, as values. The only place that uses clap, and where the help texts stand.

use crate::config::Preset;
use crate::explain::Target;
use crate::finding::{Certainty, Level};
use crate::report::Format;
use crate::texts::Lang;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;

const ABOUT: &str = "Finds where a mini program breaks the platform's rules on asking users for their data.";

const LONG_ABOUT: &str = "Finds where a mini program breaks the platform's rules on asking users for their data: \
requests at launch, missing ways out for users who refuse, answers read wrongly.

consentry reads the source (.axml, .js, .ts, .json), follows every way from the platform's hooks and the user's taps to \
the requests, and shows the way with each finding. It runs no code and sends nothing anywhere.";

const EXAMPLES: &str = "\
Examples:
  consentry check                   every mini program under this folder
  consentry explain launch-prompt   why a rule exists, bad and good code
  consentry rules                   all rules
  consentry init                    a short configuration, explained
  consentry baseline write          accept what is there; only new findings count";

const CHECK_EXAMPLES: &str = "\
Examples:
  consentry check                     every mini program under this folder
  consentry check client/ wallet/     those under two folders
  consentry check pages/me/index.js   what concerns one file of a program
  consentry check --platform gcash    for another wallet of the family
  consentry check --format github     annotations in a workflow of GitHub
  consentry check --output sarif=out.sarif --output json=out.json
                                      for people here, for programs in files
  consentry check --baseline consentry-baseline.json   only what is new
  consentry check --only launch-prompt,missing-on-error --fail-on warning

Exit codes:
  0  nothing at or above --fail-on was found
  1  something was
  2  the tool could not do its work: a wrong flag, a path that cannot be read

Results go to standard output; notices, timings and errors to standard error. \
Colour is off when the output is no terminal and when NO_COLOR is set. \
A file is always judged within its whole program; only its own findings are shown. \
The formats and files of the output do not change the exit code.";

const BASELINE_EXAMPLES: &str = "\
Examples:
  consentry baseline write            accept what is found today
  consentry check --baseline consentry-baseline.json
                                      fail only for what is new
  consentry baseline prune            forget what is mended

A finding is known by what stands there, not by where: lines, files and folders may move and code may be formatted. An \
entry stands for as many findings as its count says. Keep the file under version control.";

const GRAPH_EXAMPLES: &str = "\
Examples:
  consentry graph                     the program in this folder
  consentry graph client --format dot | dot -Tsvg > graph.svg
                                      a picture, drawn by Graphviz
  consentry graph --format json       everything, for programs

The picture has the functions that lead to requests. What the analysis only assumes (a function handed to code that is not \
there to read) or guesses (a name that is not known) is marked, and calls without a known target are listed.";

const INIT_EXAMPLES: &str = "\
Examples:
  consentry init          consentry.toml in this folder
  consentry init client   in another folder

An existing file is left as it is. The nearest consentry.toml in a program's folder or above holds for the program; with \
`extends` it builds on another one.";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "consentry", bin_name = "consentry", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub(super) struct Parsed {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to use colour.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help = "auto, always or never [default: auto]",
        hide_default_value = true
    )]
    pub(super) color: Color,
}

impl Parsed {
    /// Reads the arguments, the program's name first. Help and version come back as errors, as clap has it.
    pub(super) fn of(args: &[OsString]) -> Result<Parsed, clap::Error> {
        Parsed::try_parse_from(args)
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check mini programs and show what is wrong
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Show a rule's page: why it exists, bad and good code, limits
    Explain(Explain),
    /// List the rules
    Rules(Rules),
    /// Accept today's findings, so that only new ones count
    #[command(after_help = BASELINE_EXAMPLES)]
    Baseline(Baseline),
    /// Show what the tool believes about a program: entries, requests and the ways to them, calls not resolved
    #[command(after_help = GRAPH_EXAMPLES)]
    Graph(Graph),
    /// Write a short configuration file with comments
    #[command(after_help = INIT_EXAMPLES)]
    Init(Init),
}

/// `consentry check`.
#[derive(Args, Debug)]
pub(super) struct Check {
    /// Folders or files to check [default: the current folder]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    /// The wallet whose rules apply, such as alipay, gcash, alipay-plus, dana, tng [default: from the configuration, else alipay]
    #[arg(long, value_name = "NAME")]
    pub(super) platform: Option<String>,
    /// recommended, or strict: every rule [default: from the configuration, else recommended]
    #[arg(long, value_enum, value_name = "PRESET", hide_possible_values = true)]
    pub(super) preset: Option<PresetArg>,
    /// pretty or concise for people; json, sarif, github, gitlab, junit, checkstyle, rdjson or markdown for what reads on
    #[arg(long, value_name = "FORMAT", default_value = "pretty", value_parser = format)]
    pub(super) format: Format,
    /// Write a report to a file, too, in any format (repeat for several); the file is replaced as a whole
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub(super) output: Vec<Output>,
    /// Count only findings this file does not list; `consentry baseline write` makes it
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<String>,
    /// Show what is configured for a file, and where, instead of checking
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "output", "baseline"])]
    pub(super) print_config: Option<String>,
    /// Show why a request or authorization button on a line is a finding or not, instead of checking; as text, or with --format json
    #[arg(long, value_name = "FILE:LINE", value_parser = target, conflicts_with_all = ["output", "baseline", "print_config"])]
    pub(super) explain_site: Option<Target>,
    /// The lowest level that makes the exit code 1: error, warning, info, or never [default: from the configuration, else error]
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true)]
    pub(super) fail_on: Option<FailOn>,
    /// Show only these rules, whatever the preset (repeat, or separate by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) only: Vec<String>,
    /// Leave these rules out (repeat, or separate by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) skip: Vec<String>,
    /// Leave out findings less sure than this: certain (every step resolved), likely, possible [default: from the configuration, else possible]
    #[arg(long, value_enum, value_name = "CERTAINTY", hide_possible_values = true)]
    pub(super) min_certainty: Option<CertaintyArg>,
    /// Language of the messages: en or zh [default: from the configuration, else en]
    #[arg(long, value_enum, value_name = "LANG", hide_possible_values = true)]
    pub(super) lang: Option<LangArg>,
    /// Worker threads [default: one per core]; the output does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Write to standard error how long each part took, and how much was read
    #[arg(long)]
    pub(super) timings: bool,
}

/// `consentry graph`.
#[derive(Args, Debug)]
pub(super) struct Graph {
    /// Folder of the program [default: the current folder]
    #[arg(value_name = "PATH")]
    pub(super) path: Option<String>,
    /// text for people, json for programs, dot for Graphviz
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    pub(super) format: GraphFormat,
    /// The wallet whose rules apply [default: from the configuration, else alipay]
    #[arg(long, value_name = "NAME")]
    pub(super) platform: Option<String>,
    /// Language of the steps: en or zh
    #[arg(long, value_enum, value_name = "LANG", default_value = "en", hide_possible_values = true)]
    pub(super) lang: LangArg,
}

/// `--format` of `graph`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum GraphFormat {
    Text,
    Json,
    Dot,
}

/// `consentry explain`.
#[derive(Args, Debug)]
pub(super) struct Explain {
    /// The rule's id, as findings show it in brackets
    #[arg(value_name = "RULE")]
    pub(super) rule: String,
    /// Language: en or zh
    #[arg(long, value_enum, value_name = "LANG", default_value = "en", hide_possible_values = true)]
    pub(super) lang: LangArg,
}

/// `consentry rules`.
#[derive(Args, Debug)]
pub(super) struct Rules {
    /// pretty for people, json for programs
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "pretty", hide_possible_values = true)]
    pub(super) format: RulesFormat,
    /// Language: en or zh
    #[arg(long, value_enum, value_name = "LANG", default_value = "en", hide_possible_values = true)]
    pub(super) lang: LangArg,
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether to use colour on a stream. What is said on the command line goes before the environment.
    pub(super) fn wanted(self, terminal: bool, no_color: bool) -> bool {
        match self {
            Color::Auto => terminal && !no_color,
            Color::Always => true,
            Color::Never => false,
        }
    }
}

/// `--preset`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PresetArg {
    Recommended,
    Strict,
}

impl From<PresetArg> for Preset {
    fn from(preset: PresetArg) -> Preset {
        match preset {
            PresetArg::Recommended => Preset::Recommended,
            PresetArg::Strict => Preset::Strict,
        }
    }
}

/// `consentry baseline`.
#[derive(Args, Debug)]
pub(super) struct Baseline {
    /// What to do with it
    #[command(subcommand)]
    pub(super) action: BaselineAction,
}

/// `write` or `prune`.
#[derive(Debug, Subcommand)]
pub(super) enum BaselineAction {
    /// Accept all findings of today; entries of programs that are not looked at stay
    Write(BaselineFile),
    /// Forget entries whose findings are mended, and note where the others are now
    Prune(BaselineFile),
}

/// The arguments both have.
#[derive(Args, Debug)]
pub(super) struct BaselineFile {
    /// Folders to check [default: the current folder]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    /// The file
    #[arg(long, value_name = "FILE", default_value = crate::baseline::FILE)]
    pub(super) baseline: String,
    /// The wallet whose rules apply [default: from the configuration, else alipay]
    #[arg(long, value_name = "NAME")]
    pub(super) platform: Option<String>,
}

/// `consentry init`.
#[derive(Args, Debug)]
pub(super) struct Init {
    /// The folder of the new file [default: the current folder]
    #[arg(value_name = "FOLDER")]
    pub(super) folder: Option<String>,
}

/// `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    /// How.
    pub(super) format: Format,
    /// Where.
    pub(super) file: String,
}

fn format(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| {
        let names = Format::ALL.map(|(name, _)| name);
        let near = crate::error::nearest(name, names).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        format!("known are {}{near}", names.join(", "))
    })
}

fn output(text: &str) -> Result<Output, String> {
    let (name, file) = text.split_once('=').ok_or("write it as FORMAT=FILE, such as sarif=out.sarif")?;
    if file.is_empty() {
        return Err("the name of the file is missing after `=`".into());
    }
    Ok(Output { format: format(name)?, file: file.to_owned() })
}

/// `FILE:LINE`; a column behind it, as findings have one, does not matter.
fn target(text: &str) -> Result<Target, String> {
    let wrong = || "write it as FILE:LINE, such as pages/me/index.js:12".to_string();
    let number = |part: &str| part.parse::<u32>().ok().filter(|line| *line > 0);
    let (rest, last) = text.rsplit_once(':').ok_or_else(wrong)?;
    let last = number(last).ok_or_else(wrong)?;
    let with_column = rest.rsplit_once(':').and_then(|(file, line)| Some((file, number(line)?)));
    let (file, line) = with_column.unwrap_or((rest, last));
    if file.is_empty() { Err(wrong()) } else { Ok(Target { file: file.to_owned(), line }) }
}

/// `--format` of `rules`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RulesFormat {
    Pretty,
    Json,
}

/// `--fail-on`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// The lowest level that counts; `None` when none does.
    pub(super) fn level(self) -> Option<Level> {
        match self {
            FailOn::Error => Some(Level::Error),
            FailOn::Warning => Some(Level::Warning),
            FailOn::Info => Some(Level::Info),
            FailOn::Never => None,
        }
    }
}

/// `--min-certainty`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum CertaintyArg {
    Certain,
    Likely,
    Possible,
}

impl From<CertaintyArg> for Certainty {
    fn from(certainty: CertaintyArg) -> Certainty {
        match certainty {
            CertaintyArg::Certain => Certainty::Certain,
            CertaintyArg::Likely => Certainty::Likely,
            CertaintyArg::Possible => Certainty::Possible,
        }
    }
}

/// `--lang`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LangArg {
    En,
    Zh,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::En => Lang::En,
            LangArg::Zh => Lang::Zh,
        }
    }
}
