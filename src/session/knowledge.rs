//! In: the rule pages and word lists compiled into the tool. Out: them as texts for reports. A page is read when somebody
//! asks for it: most runs speak of few rules.

#![allow(clippy::disallowed_types, reason = "a field that is filled when first asked for; nothing global")]

use crate::catalog::{Catalog, Lang, RuleRow};
use crate::error::Error;
use crate::finding::Level;
use crate::message;
use crate::rule_doc::{RuleDoc, levels};
use crate::rules::RULES;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What the pages say of presets: `severity` and `strict` by rule, made by `build.rs`.
const LEVELS: &str = include_str!(concat!(env!("OUT_DIR"), "/levels.json"));

struct Knowledge {
    /// In the order of [`RULES`].
    docs: Vec<OnceLock<RuleDoc>>,
    /// The levels in `recommended` and in `strict`.
    levels: BTreeMap<&'static str, (Option<Level>, Level)>,
    words: OnceLock<message::Texts>,
}

/// The words of all rules.
///
/// # Errors
/// When what is compiled into the tool is broken.
pub fn texts() -> Result<Box<dyn Catalog>, Error> {
    let broken = |reason: String| Error::Knowledge { what: "rule page".to_string(), reason };
    let said: BTreeMap<&'static str, (&'static str, Option<&'static str>)> =
        serde_json::from_str(LEVELS).map_err(|error| broken(error.to_string()))?;
    let mut known = BTreeMap::new();
    for rule in RULES {
        let (severity, strict) = said.get(rule.id).ok_or_else(|| broken(format!("`{}` has no page", rule.id)))?;
        known.insert(rule.id, levels(severity, *strict).map_err(broken)?);
    }
    let docs = RULES.iter().map(|_| OnceLock::new()).collect();
    Ok(Box::new(Knowledge { docs, levels: known, words: OnceLock::new() }))
}

impl Knowledge {
    fn doc(&self, rule: &str) -> Option<&RuleDoc> {
        let at = RULES.iter().position(|known| known.id == rule)?;
        Some(self.docs[at].get_or_init(|| RULES[at].doc().expect("tests/conventions.rs reads every page")))
    }
}

impl Catalog for Knowledge {
    fn message(&self, rule: &str, key: &str, lang: Lang) -> Option<&str> {
        let text = self.doc(rule)?.messages.0.get(key)?;
        Some(text.in_lang(lang))
    }

    fn word(&self, key: &str, lang: Lang) -> Option<&str> {
        let read = || message::Texts::of_words().expect("src/message.rs reads the words in its tests");
        Some(self.words.get_or_init(read).0.get(key)?.in_lang(lang))
    }

    fn policy(&self, rule: &str) -> Option<(&str, &str)> {
        let clause = self.doc(rule)?.clause()?;
        Some((clause.says.as_str(), clause.url.as_str()))
    }

    fn page(&self, rule: &str) -> Option<&str> {
        RULES.iter().find(|known| known.id == rule).map(|known| known.page)
    }

    fn rules(&self, lang: Lang) -> Vec<RuleRow> {
        let row = |rule: &crate::rules::Rule| {
            let doc = self.doc(rule.id)?;
            Some(RuleRow {
                id: rule.id.to_string(),
                level: doc.severity,
                presets: [doc.recommended.then_some(doc.severity), Some(doc.strict)],
                fix: doc.fix,
                title: doc.title.in_lang(lang).to_string(),
                summary: doc.summary.clone(),
            })
        };
        RULES.iter().filter_map(row).collect()
    }

    fn preset_level(&self, rule: &str, strict: bool) -> Option<Level> {
        let (recommended, level) = self.levels.get(rule)?;
        if strict { Some(*level) } else { *recommended }
    }
}
