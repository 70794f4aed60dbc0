//! In: the arguments. Out: what is asked for, as values. The only place that uses clap, and where the help texts stand.

mod check;
mod chinese;
mod fixes;

pub(super) use check::{Check, Configured, FailOn, Output, Which};
pub(super) use chinese::Chinese;
pub(super) use fixes::Fixes;

use crate::catalog::Lang;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
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
  consentry baseline write          accept what is there; only new findings count
  consentry help config             a page; others are suppressions, baseline, ci, editor, fixes";

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

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  consentry completions bash > ~/.local/share/bash-completion/completions/consentry
  consentry completions zsh > ~/.zfunc/_consentry
  consentry completions fish > ~/.config/fish/completions/consentry.fish
  consentry completions powershell >> $PROFILE";

const MAN_EXAMPLES: &str = "\
Examples:
  consentry man > ~/.local/share/man/man1/consentry.1";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "consentry", bin_name = "consentry", version = env!("CONSENTRY_VERSION"), about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
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
    /// Language of all that is said: en or zh [default: from the configuration, else the surroundings, else en]
    #[arg(long, global = true, value_enum, value_name = "LANG", hide_possible_values = true)]
    pub(super) lang: Option<LangArg>,
}

/// The command line as clap has it, in a language.
pub(super) fn command(lang: Lang) -> clap::Command {
    let chinese = if lang == Lang::Zh { Chinese::read() } else { None };
    chinese.into_iter().fold(Parsed::command(), |command, chinese| chinese.command(command))
}

impl Parsed {
    /// Reads the arguments, the program's name first. Help and version come back as errors, as clap has it; in Chinese when
    /// `lang` or the arguments ask for it.
    pub(super) fn of(args: &[OsString], lang: Lang) -> Result<Parsed, Refused> {
        let refused = match Parsed::try_parse_from(args) {
            Ok(parsed) => return Ok(parsed),
            Err(refused) => refused,
        };
        let color = Color::asked(args);
        let chinese = if asked(args).unwrap_or(lang) == Lang::Zh { Chinese::read() } else { None };
        // Once more, with the other words: nothing else needs them.
        let again =
            chinese.as_ref().and_then(|chinese| chinese.command(Parsed::command()).try_get_matches_from(args).err());
        Err(Refused { error: again.unwrap_or(refused), chinese, color })
    }
}

/// Why there are no arguments to work with: help is asked for, or something is wrong with them.
pub(super) struct Refused {
    /// As clap has it.
    pub(super) error: clap::Error,
    /// The words for it.
    pub(super) chinese: Option<Chinese>,
    /// When to use colour for them.
    pub(super) color: Color,
}

/// The language that arguments ask for, which could not be read as a whole.
fn asked(args: &[OsString]) -> Option<Lang> {
    match value(args, "--lang")? {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// The value of a flag in arguments that could not be read as a whole.
fn value<'a>(args: &'a [OsString], flag: &str) -> Option<&'a str> {
    let words: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let apart = words.windows(2).find(|pair| pair[0] == flag).map(|pair| pair[1]);
    apart.or_else(|| words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('=')))
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check mini programs and show what is wrong
    #[command(after_help = check::EXAMPLES)]
    Check(Box<Check>),
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
    /// Show a page about config, suppressions, baseline, ci, editor or fixes
    Help(Help),
    /// Write a completion script for a shell to standard output
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(Completions),
    /// Write the manual page to standard output
    #[command(after_help = MAN_EXAMPLES)]
    Man,
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
    /// The wallet whose rules apply [default: from the configuration, else what the program speaks for, else alipay]
    #[arg(long, value_name = "NAME")]
    pub(super) platform: Option<String>,
    /// Which configuration holds.
    #[command(flatten)]
    pub(super) configured: Configured,
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
}

/// `consentry rules`.
#[derive(Args, Debug)]
pub(super) struct Rules {
    /// pretty for people, json for programs
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "pretty", hide_possible_values = true)]
    pub(super) format: RulesFormat,
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// What arguments ask for that could not be read as a whole.
    fn asked(args: &[OsString]) -> Color {
        value(args, "--color").and_then(|word| Color::from_str(word, false).ok()).unwrap_or(Color::Auto)
    }

    /// Whether to use colour on a stream. What is said on the command line goes before the environment.
    pub(super) fn wanted(self, terminal: bool, said: Option<bool>) -> bool {
        match self {
            Color::Auto => said.unwrap_or(terminal),
            Color::Always => true,
            Color::Never => false,
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
    /// The wallet whose rules apply [default: from the configuration, else what the program speaks for, else alipay]
    #[arg(long, value_name = "NAME")]
    pub(super) platform: Option<String>,
    /// Which configuration holds.
    #[command(flatten)]
    pub(super) configured: Configured,
}

/// `consentry help`.
#[derive(Args, Debug)]
pub(super) struct Help {
    /// config, suppressions, baseline, ci, editor or fixes; without one, the commands
    #[arg(value_name = "TOPIC")]
    pub(super) topic: Option<String>,
}

/// `consentry completions`.
#[derive(Args, Debug)]
pub(super) struct Completions {
    /// bash, zsh, fish, powershell or elvish
    #[arg(value_enum, value_name = "SHELL", hide_possible_values = true)]
    pub(super) shell: clap_complete::Shell,
}

/// `consentry init`.
#[derive(Args, Debug)]
pub(super) struct Init {
    /// The folder of the new file [default: the current folder]
    #[arg(value_name = "FOLDER")]
    pub(super) folder: Option<String>,
}

/// `--format` of `rules`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RulesFormat {
    Pretty,
    Json,
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

/// A value as the command line spells it.
pub(super) fn word(value: Option<impl ValueEnum>) -> Option<String> {
    Some(value?.to_possible_value()?.get_name().to_owned())
}
