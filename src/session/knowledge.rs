//! In: the rule pages and word lists compiled into the tool. Out: them as texts for reports.

use crate::error::Error;
use crate::finding::Level;
use crate::rule_doc::RuleDoc;
use crate::rules::RULES;
use crate::texts::{Lang, RuleRow, Texts};
use crate::words;
use std::collections::BTreeMap;

struct Knowledge {
    docs: BTreeMap<&'static str, (RuleDoc, &'static str)>,
    words: words::Texts,
}

/// The words of all rules.
///
/// # Errors
/// When a page compiled into the tool is broken.
pub fn texts() -> Result<Box<dyn Texts>, Error> {
    let broken = |reason: String| Error::Knowledge { what: "rule page".to_string(), reason };
    let mut docs = BTreeMap::new();
    for rule in RULES {
        docs.insert(rule.id, (rule.doc().map_err(broken)?, rule.page));
    }
    let words = words::Texts::of_routes().map_err(broken)?;
    Ok(Box::new(Knowledge { docs, words }))
}

impl Texts for Knowledge {
    fn message(&self, rule: &str, key: &str, lang: Lang) -> Option<&str> {
        let text = self.docs.get(rule)?.0.messages.0.get(key)?;
        Some(text.in_lang(lang))
    }

    fn word(&self, key: &str, lang: Lang) -> Option<&str> {
        Some(self.words.0.get(key)?.in_lang(lang))
    }

    fn policy(&self, rule: &str) -> Option<(&str, &str)> {
        let clause = self.docs.get(rule)?.0.clause()?;
        Some((clause.says.as_str(), clause.url.as_str()))
    }

    fn page(&self, rule: &str) -> Option<&str> {
        self.docs.get(rule).map(|(_, page)| *page)
    }

    fn rules(&self, lang: Lang) -> Vec<RuleRow> {
        let row = |rule: &crate::rules::Rule| {
            let (doc, _) = self.docs.get(rule.id)?;
            Some(RuleRow {
                id: rule.id.to_string(),
                level: doc.severity,
                title: doc.title.in_lang(lang).to_string(),
                summary: doc.summary.clone(),
            })
        };
        RULES.iter().filter_map(row).collect()
    }

    fn preset_level(&self, rule: &str, strict: bool) -> Option<Level> {
        let (doc, _) = self.docs.get(rule)?;
        if strict { Some(doc.strict) } else { doc.recommended.then_some(doc.severity) }
    }
}
