//! In: the list of rules. Out: a table or JSON.

use super::{CLEAN, Shown, args, unless_closed};
use crate::catalog::RuleRow;
use crate::error::Error;
use crate::report::{level_name, write_rules};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    level: &'static str,
    recommended: Option<&'static str>,
    strict: Option<&'static str>,
    title: &'a str,
    summary: &'a str,
    fix: &'static str,
    clause: Option<Clause<'a>>,
}

#[derive(Serialize)]
struct Clause<'a> {
    text: &'a str,
    url: &'a str,
}

/// Lists the rules.
pub(super) fn run(args: &args::Rules, shown: &Shown, out: &mut dyn Write) -> Result<u8, Error> {
    let lang = shown.lang;
    let rules = shown.texts.rules(lang);
    unless_closed(match args.format {
        args::RulesFormat::Pretty => write_rules(&rules, lang, shown.color, shown.width, out),
        args::RulesFormat::Json => json(&rules, shown, out),
    })?;
    Ok(CLEAN)
}

fn json(rules: &[RuleRow], shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
    let row = |rule: &'_ RuleRow| -> serde_json::Value {
        let clause = shown.texts.policy(&rule.id).map(|(text, url)| Clause { text, url });
        serde_json::json!(Row {
            id: &rule.id,
            level: level_name(rule.level),
            recommended: rule.presets[0].map(level_name),
            strict: rule.presets[1].map(level_name),
            title: &rule.title,
            summary: &rule.summary,
            fix: rule.fix.name(),
            clause
        })
    };
    serde_json::to_writer_pretty(&mut *out, &rules.iter().map(row).collect::<Vec<_>>())?;
    writeln!(out)
}
