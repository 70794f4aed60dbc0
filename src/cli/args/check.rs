//! In: the arguments of `check`. Out: what is asked for, as values.

use super::Fixes;
use crate::config::Preset;
use crate::explain::Target;
use crate::finding::{Certainty, Level};
use crate::report::Format;
use clap::{Args, ValueEnum};

pub(super) const EXAMPLES: &str = "\
Examples:
  consentry check                     every mini program under this folder
  consentry check client/ wallet/     those under two folders
  consentry check pages/me/index.js   what concerns one file of a program
  consentry check --staged            what concerns the next commit, as it is staged
  consentry check --changed --since origin/main
                                      what concerns a branch
  consentry check --platform gcash    for another wallet of the family
  consentry check --format github     annotations in a workflow of GitHub
  consentry check --output sarif=out.sarif --output json=out.json
                                      for people here, for programs in files
  consentry check --baseline consentry-baseline.json   only what is new
  consentry check --only launch-prompt,missing-on-error --fail-on warning
  consentry check --diff --unsafe-fixes                what fixes would change
  consentry check --fix               apply the safe ones, show what is left

Exit codes:
  0  nothing at or above --fail-on was found; with --fix: is left; with --diff: nothing would change
  1  something was, is, would
  2  the tool could not do its work: a wrong flag, a path that cannot be read;
     or nothing was found, and a program could not be judged

Results go to standard output; notices, timings and errors to standard error. \
Colour is off when the output is no terminal and when NO_COLOR is set, and on with FORCE_COLOR. \
A file is always judged within its whole program; findings that stand in it, or whose way leads through it, are shown. \
The formats and files of the output do not change the exit code.";

/// `consentry check`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Check {
    /// What is looked at.
    #[command(flatten)]
    pub(in crate::cli) which: Which,
    /// The wallet whose rules apply, such as alipay, gcash, alipay-plus, dana, tng [default: from the configuration, else alipay]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) platform: Option<String>,
    /// Which configuration holds.
    #[command(flatten)]
    pub(in crate::cli) configured: Configured,
    /// recommended, or strict: every rule [default: from the configuration, else recommended]
    #[arg(long, value_enum, value_name = "PRESET", hide_possible_values = true)]
    pub(in crate::cli) preset: Option<PresetArg>,
    /// pretty or concise for people; json, sarif, github, gitlab, junit, checkstyle, rdjson or markdown for what reads on
    #[arg(long, value_name = "FORMAT", default_value = "pretty", value_parser = format)]
    pub(in crate::cli) format: Format,
    /// Show how many findings each rule has instead of the findings; pretty, concise or json
    #[arg(long)]
    pub(in crate::cli) statistics: bool,
    /// Show at most so many findings; those left out still count for the exit code
    #[arg(long, value_name = "N")]
    pub(in crate::cli) max_findings: Option<usize>,
    /// Show errors only, without notices and summary; what is left out still counts for the exit code
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
    /// Write a report to a file, too, in any format (repeat for several); the file is replaced as a whole
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub(in crate::cli) output: Vec<Output>,
    /// Count only findings this file does not list; `consentry baseline write` makes it
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<String>,
    /// Check again each time a file has changed, until Ctrl-C
    #[arg(long, conflicts_with_all = ["staged", "stdin_filename", "print_config", "explain_site"])]
    pub(in crate::cli) watch: bool,
    /// What to do about fixes.
    #[command(flatten)]
    pub(in crate::cli) fixes: Fixes,
    /// Show what is configured for a file, and where, instead of checking
    #[arg(long, value_name = "FILE", conflicts_with_all = ["which", "output", "baseline", "fix", "diff"])]
    pub(in crate::cli) print_config: Option<String>,
    /// Show why a request or authorization button on a line is a finding or not, instead of checking; as text, or with --format json
    #[arg(long, value_name = "FILE:LINE", value_parser = target, conflicts_with_all = ["output", "baseline", "print_config", "fix", "diff"])]
    pub(in crate::cli) explain_site: Option<Target>,
    /// The lowest level that makes the exit code 1: error, warning, info, or never [default: from the configuration, else error]
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true)]
    pub(in crate::cli) fail_on: Option<FailOn>,
    /// Exit with code 2 when something of a program was not judged: a limit was met, a package or file is not there, nothing leads to a request [default: from the configuration, else no]
    #[arg(long)]
    pub(in crate::cli) fail_on_incomplete: bool,
    /// Show only these rules, whatever the preset (repeat, or separate by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(in crate::cli) only: Vec<String>,
    /// Leave these rules out (repeat, or separate by commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(in crate::cli) skip: Vec<String>,
    /// Leave out findings less sure than this: certain (every step resolved), likely, possible [default: from the configuration, else possible]
    #[arg(long, value_enum, value_name = "CERTAINTY", hide_possible_values = true)]
    pub(in crate::cli) min_certainty: Option<CertaintyArg>,
    /// Worker threads [default: one per core]; the output does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(in crate::cli) threads: Option<u16>,
    /// Write to standard error how long each part took, and how much was read
    #[arg(long)]
    pub(in crate::cli) timings: bool,
    /// Parse every source file, even those nothing leads to and large ones that only hold data; the findings are the same
    #[arg(long)]
    pub(in crate::cli) parse_all: bool,
}

/// Which files are looked at, and which of them findings are shown about.
#[derive(Args, Debug, Default)]
#[group(id = "which", multiple = true)]
pub(in crate::cli) struct Which {
    /// Folders or files to check [default: the current folder]
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<String>,
    /// Show what concerns the files of the next commit, and judge them as they are staged
    #[arg(long, conflicts_with_all = ["changed", "since", "stdin_filename"])]
    pub(in crate::cli) staged: bool,
    /// Show what concerns files that differ from the upstream branch, else from the last commit, and new ones
    #[arg(long, conflicts_with = "stdin_filename")]
    pub(in crate::cli) changed: bool,
    /// Show what concerns files changed since the branch left this revision; implies --changed
    #[arg(long, value_name = "REF", conflicts_with = "stdin_filename")]
    pub(in crate::cli) since: Option<String>,
    /// Read standard input as the content of this file, which need not be saved, and show what concerns it
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub(in crate::cli) stdin_filename: Option<String>,
}

/// Which configuration holds.
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct Configured {
    /// Use this configuration, whose patterns then count from here [default: the nearest consentry.toml of each program]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(in crate::cli) config: Option<String>,
    /// Use no configuration file
    #[arg(long)]
    pub(in crate::cli) no_config: bool,
}

/// `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Output {
    /// How.
    pub(in crate::cli) format: Format,
    /// Where.
    pub(in crate::cli) file: String,
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

/// `--fail-on`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// The lowest level that counts; `None` when none does.
    pub(in crate::cli) fn level(self) -> Option<Level> {
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
pub(in crate::cli) enum CertaintyArg {
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

/// `--preset`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum PresetArg {
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
