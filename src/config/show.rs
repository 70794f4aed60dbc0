//! In: a configuration and a file. Out: what holds for the file and whence, as a list for people. Never a level of a finding:
//! doubt may still lower it.

use super::{Config, Held, Preset, Purpose, Setting, Severity};
use crate::report::{certainty_name, level_name};
use crate::texts::Lang;
use std::fmt::Display;

/// What a default is called.
const DEFAULT: &str = "default";

/// Lines `key = value   # whence`. `rules` are all rules, with the levels their pages give them; `name` shortens the path of
/// a configuration file.
pub fn show(config: &Config, file: &str, rules: &[(&str, Severity)], name: &dyn Fn(&str) -> String) -> String {
    let mut rows: Vec<(String, String)> = Vec::new();
    let from = |at: &super::Origin| format!("{}:{}:{}", name(&at.file), at.line, at.column);
    let preset = preset_name(config.preset());
    {
        let mut row = |key: &str, value: String, at: Option<String>| {
            rows.push((format!("{key} = {value}"), at.unwrap_or_else(|| DEFAULT.to_owned())));
        };
        let quoted = |text: &dyn Display| format!("\"{text}\"");
        let platform = config.platform.as_ref();
        let guessed = Some(format!("{DEFAULT}, unless the program speaks for another"));
        row("platform", quoted(&platform.map_or("alipay", |held| &held.value)), origin(platform, &from).or(guessed));
        row("preset", quoted(&preset), origin(config.preset.as_ref(), &from));
        let zh = config.lang.as_ref().is_some_and(|held| held.value == Lang::Zh);
        row("lang", quoted(&if zh { "zh" } else { "en" }), origin(config.lang.as_ref(), &from));
        let fail_on = config.fail_on.as_ref().map_or("error", |held| held.value.map_or("never", level_name));
        row("fail-on", quoted(&fail_on), origin(config.fail_on.as_ref(), &from));
        let certainty = config.min_certainty.as_ref().map_or("possible", |held| certainty_name(held.value));
        row("min-certainty", quoted(&certainty), origin(config.min_certainty.as_ref(), &from));
        let reason = if config.reason_required() { "required" } else { "optional" };
        row("suppression-reason", quoted(&reason), origin(config.reason_required.as_ref(), &from));
        let ignoring = config.ignoring(file);
        row("ignored", ignoring.is_some().to_string(), origin(ignoring, &from));
    }
    for (id, severity) in rules {
        let (value, at) = match config.setting(id, file) {
            Some(held) => (setting_name(held.value), from(&held.at)),
            None => (severity.preset.map_or("off", level_name), format!("preset {preset}")),
        };
        rows.push((format!("rules.{id} = \"{value}\""), at));
    }
    for (scope, held) in &config.purposes {
        let value = match &held.value {
            Purpose::Why(why) => format!("{why:?}"),
            Purpose::Pages(pages) => format!("{pages:?}"),
        };
        rows.push((format!("purposes.{scope} = {value}"), from(&held.at)));
    }
    rows.extend(config.budget.iter().map(|(key, held)| (format!("budget.{key} = {}", held.value), from(&held.at))));
    let width = rows.iter().map(|(left, _)| left.chars().count()).max().unwrap_or(0).min(60);
    let mut out = match config.files.as_slice() {
        [] => format!("# {file}: there is no {} in its folder or above\n", super::FILE),
        files => {
            let names: Vec<String> = files.iter().map(|file| name(file)).collect();
            format!("# {file}: from {}\n", names.join(", which extends "))
        }
    };
    for (left, at) in rows {
        let pad = " ".repeat(width.saturating_sub(left.chars().count()));
        out.push_str(&format!("{left}{pad}  # {at}\n"));
    }
    out
}

fn origin<T>(held: Option<&Held<T>>, from: &dyn Fn(&super::Origin) -> String) -> Option<String> {
    held.map(|held| from(&held.at))
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
