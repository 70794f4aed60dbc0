//! In: the command line. Out: the same with Chinese words, which are data: `rules/help/commands.zh.toml`. Only asked for when help
//! or a mistake is shown: nothing else has words of the command line.

use crate::report::{width, wrap};
use clap::{Arg, ArgAction, Command};
use serde::Deserialize;
use std::collections::BTreeMap;

const TEXTS: &str = include_str!("../../../rules/help/commands.zh.toml");
const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// The words.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Chinese {
    commands: BTreeMap<String, String>,
    arguments: BTreeMap<String, String>,
    after: BTreeMap<String, String>,
    phrases: BTreeMap<String, String>,
}

impl Chinese {
    /// The words as compiled in; `None` when they are broken, which a test sees.
    pub(in crate::cli) fn read() -> Option<Chinese> {
        toml::from_str(TEXTS).ok()
    }

    /// The command line in Chinese.
    pub(in crate::cli) fn command(&self, command: Command) -> Command {
        let command = self.worded(command, "");
        command.disable_version_flag(true).arg(self.flag("version", 'V', ArgAction::Version))
    }

    /// What the parser of arguments says, in Chinese as far as its phrases are known, in lines of at most `columns`: clap knows no
    /// break but at spaces.
    pub(in crate::cli) fn said(&self, text: &str, columns: usize) -> String {
        let text = self.phrases.iter().fold(text.to_owned(), |text, (phrase, words)| text.replace(phrase, words));
        text.split('\n').map(|line| broken(line, columns)).collect::<Vec<_>>().join("\n")
    }

    /// The words of an argument: those for this command, else those for all.
    fn argument(&self, path: &str, id: &str) -> Option<&String> {
        let name = id.replace('_', "-");
        self.arguments.get(&format!("{path}.{name}")).or_else(|| self.arguments.get(&name))
    }

    /// `path` is the command's name with those above it, without the tool's own.
    fn worded(&self, mut command: Command, path: &str) -> Command {
        let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
        for id in ids {
            command = command.mut_arg(&id, |arg| {
                let heading = if arg.is_positional() { "参数" } else { "选项" };
                let words = self.argument(path, &id).cloned();
                let arg = arg.help_heading(heading);
                words.into_iter().fold(arg, |arg, words| arg.help(words))
            });
        }
        let names: Vec<String> = command.get_subcommands().map(|part| part.get_name().to_owned()).collect();
        for name in names {
            let inner = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
            command = command.mut_subcommand(&name, |part| self.worded(part, &inner));
        }
        let key = if path.is_empty() { "consentry" } else { path };
        if let Some(words) = self.commands.get(key) {
            command = command.about(words.split("\n\n").next().unwrap_or(words).to_owned()).long_about(words.clone());
        }
        if let Some(words) = self.after.get(key) {
            command = command.after_help(words.clone());
        }
        let command = command.subcommand_help_heading("命令").subcommand_value_name("命令").help_template(TEMPLATE);
        command.disable_help_flag(true).arg(self.flag("help", 'h', ArgAction::Help))
    }

    fn flag(&self, name: &'static str, short: char, action: ArgAction) -> Arg {
        let arg = Arg::new(name).short(short).long(name).action(action).help_heading("选项");
        self.arguments.get(name).cloned().into_iter().fold(arg, |arg, words| arg.help(words))
    }
}

/// A line in lines, whose words stay in their column: they begin behind the last wide space.
fn broken(line: &str, columns: usize) -> String {
    let end = line.rfind("  ").map_or(0, |at| at + 2);
    let (head, words) = line.split_at(end);
    let hang = width(&plain(head));
    if words.contains('\u{1b}') || hang + width(words) <= columns || hang > columns / 2 {
        return line.to_owned();
    }
    let lines = wrap(words, columns - hang);
    format!("{head}{}", lines.join(&format!("\n{}", " ".repeat(hang))))
}

/// A text without its colours.
fn plain(text: &str) -> String {
    let parts = text.split('\u{1b}').enumerate();
    parts.map(|(at, part)| if at == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Lang;

    fn missing(chinese: &Chinese, command: &Command, path: &str) -> Vec<String> {
        let key = if path.is_empty() { "consentry" } else { path };
        let own = (!chinese.commands.contains_key(key)).then(|| key.to_owned());
        let arguments = command.get_arguments().map(|arg| arg.get_id().as_str());
        let without = arguments.filter(|id| chinese.argument(path, id).is_none()).map(|id| format!("{path}.{id}"));
        let mut all: Vec<String> = own.into_iter().chain(without).collect();
        for part in command.get_subcommands() {
            let inner =
                if path.is_empty() { part.get_name().to_owned() } else { format!("{path} {}", part.get_name()) };
            all.extend(missing(chinese, part, &inner));
        }
        all
    }

    #[test]
    fn everything_has_chinese_words() {
        let chinese = Chinese::read().unwrap();
        assert_eq!(missing(&chinese, &super::super::command(Lang::En), ""), Vec::<String>::new());
        chinese.command(super::super::command(Lang::En)).debug_assert();
    }

    #[test]
    fn long_lines_keep_their_column() {
        let line = "  \u{1b}[1mgraph\u{1b}[0m  显示工具的理解";
        assert_eq!(broken(line, 20), "  \u{1b}[1mgraph\u{1b}[0m  显示工具的\n         理解");
        assert_eq!(broken(line, 30), line);
        assert_eq!(broken("中文字符好的", 8), "中文字符\n好的");
    }

    #[test]
    fn mistakes_are_told_in_chinese() {
        let said = Chinese::read()
            .unwrap()
            .said("error: unexpected argument '--stagd' found\n\n  tip: a similar argument exists: '--staged'", 80);
        assert_eq!(said, "错误：无法识别的参数 '--stagd'\n\n  提示：相近的参数：'--staged'");
    }
}
