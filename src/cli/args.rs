//! In: the arguments. Out: what is asked for, as values. The only place that uses clap, and where the help texts stand.

use crate::finding::{Certainty, Level};
use crate::report::Format;
use crate::rule_doc::Preset;
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
  consentry rules                   all rules";

const CHECK_EXAMPLES: &str = "\
Examples:
  consentry check                     every mini program under this folder
  consentry check client/ wallet/     those under two folders
  consentry check pages/me/index.js   what concerns one file of a program
  consentry check --platform gcash    for another wallet of the family
  consentry check --format json       for other programs to read
  consentry check --only launch-prompt,missing-on-error --fail-on warning

Exit codes:
  0  nothing at or above --fail-on was found
  1  something was
  2  the tool could not do its work: a wrong flag, a path that cannot be read

Results go to standard output; notices, timings and errors to standard error. \
Colour is off when the output is no terminal and when NO_COLOR is set. \
A file is always judged within its whole program; only its own findings are shown.";

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
    /// recommended, or strict: every rule
    #[arg(long, value_enum, value_name = "PRESET", default_value = "recommended", hide_possible_values = true)]
    pub(super) preset: PresetArg,
    /// pretty for people, concise for one line per finding, json for programs
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "pretty", hide_possible_values = true)]
    pub(super) format: FormatArg,
    /// The lowest level that makes the exit code 1: error, warning, info, or never
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "error", hide_possible_values = true)]
    pub(super) fail_on: FailOn,
    /// Show only these rules, whatever the preset (repeat, or separate by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) only: Vec<String>,
    /// Leave these rules out (repeat, or separate by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) skip: Vec<String>,
    /// Leave out findings less sure than this: certain (every step resolved), likely, possible
    #[arg(long, value_enum, value_name = "CERTAINTY", default_value = "possible", hide_possible_values = true)]
    pub(super) min_certainty: CertaintyArg,
    /// Language of the messages: en or zh
    #[arg(long, value_enum, value_name = "LANG", default_value = "en", hide_possible_values = true)]
    pub(super) lang: LangArg,
    /// Worker threads [default: one per core]; the output does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Write to standard error how long each part took, and how much was read
    #[arg(long)]
    pub(super) timings: bool,
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

/// `--format` of `check`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FormatArg {
    Pretty,
    Concise,
    Json,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Pretty => Format::Pretty,
            FormatArg::Concise => Format::Concise,
            FormatArg::Json => Format::Json,
        }
    }
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
