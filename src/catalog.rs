//! In: a message by key. Out: a sentence in the reader's language. Never knows where the texts are kept: the rule pages and
//! word lists come through [`Catalog`].

use crate::finding::{Level, Message};
pub use crate::message::Lang;
use crate::message::Value;
use crate::rule_doc::FixKind;

/// What a table of rules says about one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    /// Its id.
    pub id: String,
    /// The level its findings have when certain.
    pub level: Level,
    /// That level in the recommended and in the strict preset; `None` when it is off there.
    pub presets: [Option<Level>; 2],
    /// Whether and how it mends what it finds.
    pub fix: FixKind,
    /// What is wrong, in a few words of the asked language.
    pub title: String,
    /// One sentence on what the rule wants.
    pub summary: String,
}

/// Where the words come from: rule pages and word lists.
pub trait Catalog: Sync {
    /// The template of a rule's message; placeholders look like `{name}`.
    fn message(&self, rule: &str, key: &str, lang: Lang) -> Option<&str>;
    /// The template of a word shared by all rules, such as what a step of a way does.
    fn word(&self, key: &str, lang: Lang) -> Option<&str>;
    /// The clause a rule guards: its text and its URL.
    fn policy(&self, rule: &str) -> Option<(&str, &str)>;
    /// A rule's whole page, in Markdown.
    fn page(&self, rule: &str) -> Option<&str>;
    /// Every rule, in the order of the list.
    fn rules(&self, lang: Lang) -> Vec<RuleRow>;
    /// The level of a rule's certain findings in the recommended or the strict preset; `None` when it is off there.
    fn preset_level(&self, rule: &str, _strict: bool) -> Option<Level> {
        self.rules(Lang::En).iter().find(|row| row.id == rule).map(|row| row.level)
    }
}

/// A rule's message as a sentence; English stands in for a missing translation, the key and its values for a missing text.
pub fn rule_message(texts: &dyn Catalog, rule: &str, message: &Message, lang: Lang) -> String {
    say(
        texts,
        texts.message(rule, message.key, lang).or_else(|| texts.message(rule, message.key, Lang::En)),
        message,
        lang,
    )
}

/// A shared word as a sentence; falls back like [`rule_message`].
pub fn word(texts: &dyn Catalog, message: &Message, lang: Lang) -> String {
    say(texts, texts.word(message.key, lang).or_else(|| texts.word(message.key, Lang::En)), message, lang)
}

/// What to do about a finding with this message: the rule's text `<key>-help`, else its text `help`.
pub fn help(texts: &dyn Catalog, rule: &str, message: &Message, lang: Lang) -> Option<String> {
    let own = format!("{}-help", message.key);
    let in_lang = |lang| texts.message(rule, &own, lang).or_else(|| texts.message(rule, "help", lang));
    in_lang(lang).or_else(|| in_lang(Lang::En)).map(|template| say(texts, Some(template), message, lang))
}

fn say(texts: &dyn Catalog, template: Option<&str>, message: &Message, lang: Lang) -> String {
    let inner = |inner: &Message| word(texts, inner, lang);
    match template {
        Some(template) => message.fill(template, &inner),
        None => {
            let values = message.with.iter().map(|(_, value)| match value {
                Value::Text(text) => text.clone(),
                Value::Words(message) => inner(message),
            });
            std::iter::once(message.key.to_owned()).chain(values).collect::<Vec<_>>().join(" ")
        }
    }
}
