//! In: a configuration and a file. Out: what holds for the file and whence, as a list for people. Never a level of a finding:
//! doubt may still lower it.

use super::{Config, Held, Origin, Preset, Purpose, Setting, Severity, Source};
use crate::catalog::Lang;
use crate::message::Message;
use crate::report::{certainty_name, level_name};
use std::collections::BTreeMap;
use std::fmt::Display;

/// What the surroundings of a configuration say.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Where the configuration comes from.
    pub source: &'a Source,
    /// Keys that the command line has values for, which go before those of files.
    pub flags: &'a BTreeMap<&'static str, String>,
    /// The language where nothing says one.
    pub lang: Lang,
    /// Shortens the path of a configuration file.
    pub name: &'a dyn Fn(&str) -> String,
    /// Says the shared words.
    pub say: &'a dyn Fn(&Message) -> String,
}

/// Lines `key = value   # whence`. `rules` are all rules, with the levels their pages give them.
pub fn show(config: &Config, file: &str, rules: &[(&str, Severity)], around: &Around) -> String {
    let mut rows = single(config, file, around);
    for (id, severity) in rules {
        let (value, at) = match config.setting(id, file) {
            Some(held) => (setting_name(held.value), around.whence(&held.at)),
            None => {
                let preset = Message::new("shown-preset").with("preset", preset_name(around.preset(config)));
                (severity.preset.map_or("off", level_name), (around.say)(&preset))
            }
        };
        rows.push((format!("rules.{id} = \"{value}\""), at));
    }
    for (scope, held) in &config.purposes {
        let value = match &held.value {
            Purpose::Why(why) => format!("{why:?}"),
            Purpose::Pages(pages) => format!("{pages:?}"),
        };
        rows.push((format!("purposes.{scope} = {value}"), around.whence(&held.at)));
    }
    let budget = config.budget.iter();
    rows.extend(budget.map(|(key, held)| (format!("budget.{key} = {}", held.value), around.whence(&held.at))));
    let width = rows.iter().map(|(left, _)| left.chars().count()).max().unwrap_or(0).min(60);
    let mut out = format!("# {}: {}\n", (around.name)(file), around.files(config));
    for (left, at) in rows {
        let pad = " ".repeat(width.saturating_sub(left.chars().count()));
        out.push_str(&format!("{left}{pad}  # {at}\n"));
    }
    out
}

/// The keys that have one value.
fn single(config: &Config, file: &str, around: &Around) -> Vec<(String, String)> {
    let row = |key: &'static str, value: &dyn Display, at: Option<&Origin>, otherwise: &'static str| {
        let origin = || at.map_or_else(|| (around.say)(&Message::new(otherwise)), |at| around.whence(at));
        match around.flags.get(key) {
            Some(value) => (format!("{key} = \"{value}\""), format!("--{key}")),
            None => (format!("{key} = \"{value}\""), origin()),
        }
    };
    let said = |held: Option<&Held<String>>| held.map_or("alipay", |held| &held.value).to_owned();
    let lang = config.lang.as_ref().map_or(around.lang, |held| held.value);
    let fail_on = config.fail_on.as_ref().map_or("error", |held| held.value.map_or("never", level_name));
    let whole = if config.fail_on_incomplete.as_ref().is_some_and(|held| held.value) { "yes" } else { "no" };
    let certainty = config.min_certainty.as_ref().map_or("possible", |held| certainty_name(held.value));
    let reason = if config.reason_required() { "required" } else { "optional" };
    let ignoring = config.ignoring(file);
    let ignored = at(ignoring).map_or_else(|| (around.say)(&Message::new(DEFAULT)), |at| around.whence(at));
    vec![
        row("platform", &said(config.platform.as_ref()), at(config.platform.as_ref()), "shown-guessed"),
        row("preset", &preset_name(config.preset()), at(config.preset.as_ref()), DEFAULT),
        row("lang", &if lang == Lang::Zh { "zh" } else { "en" }, at(config.lang.as_ref()), "shown-surroundings"),
        row("fail-on", &fail_on, at(config.fail_on.as_ref()), DEFAULT),
        row("fail-on-incomplete", &whole, at(config.fail_on_incomplete.as_ref()), DEFAULT),
        row("min-certainty", &certainty, at(config.min_certainty.as_ref()), DEFAULT),
        row("suppression-reason", &reason, at(config.reason_required.as_ref()), DEFAULT),
        (format!("ignored = {}", ignoring.is_some()), ignored),
    ]
}

/// What a default is called.
const DEFAULT: &str = "shown-default";

impl Around<'_> {
    fn whence(&self, at: &Origin) -> String {
        format!("{}:{}:{}", (self.name)(&at.file), at.line, at.column)
    }

    /// The preset in force.
    fn preset(&self, config: &Config) -> Preset {
        match self.flags.get("preset").map(String::as_str) {
            Some("strict") => Preset::Strict,
            Some(_) => Preset::Recommended,
            None => config.preset(),
        }
    }

    /// The files that a configuration was read from.
    fn files(&self, config: &Config) -> String {
        let names: Vec<String> = config.files.iter().map(|file| (self.name)(file)).collect();
        let message = match names.split_first() {
            None if *self.source == Source::Nothing => Message::new("shown-off"),
            None => Message::new("shown-none").with("file", super::FILE),
            Some((own, [])) => Message::new("shown-from").with("file", own),
            Some((own, others)) => {
                Message::new("shown-from-extends").with("file", own).with("others", others.join(", "))
            }
        };
        (self.say)(&message)
    }
}

fn at<T>(held: Option<&Held<T>>) -> Option<&Origin> {
    held.map(|held| &held.at)
}

fn preset_name(preset: Preset) -> &'static str {
    match preset {
        Preset::Recommended => "recommended",
        Preset::Strict => "strict",
    }
}

fn setting_name(setting: Setting) -> &'static str {
    match setting {
        Setting::Off => "off",
        Setting::Level(level) => level_name(level),
    }
}
