//! In: `rules/words.toml`, and texts of the same shape in rule pages. Out: messages by key, and sentences in English or Chinese.
//! Never knows who says them.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};

/// The language of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// One text in both languages, with `{placeholder}`s.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl Text {
    /// The text in `lang`, its placeholders open.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// A text of a rule page or of `rules/words.toml`, by key, with what fills its placeholders: said in a language only when shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message {
    /// Key of the text.
    pub key: &'static str,
    /// Placeholder names and what stands for them.
    pub with: Vec<(&'static str, Value)>,
}

/// What stands for a placeholder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// As it is: a name, a path, a number, somebody else's words.
    Text(String),
    /// A text of `rules/words.toml`.
    Words(Message),
}

impl Message {
    /// A message without placeholders.
    pub fn new(key: &'static str) -> Message {
        Message { key, with: Vec::new() }
    }

    /// Adds what stands for a placeholder.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Message {
        self.with.push((name, value.into()));
        self
    }

    /// The same with other words for what stands in it as it is: a report may have to write names in its own way.
    pub fn mapped(&self, how: &dyn Fn(&str) -> String) -> Message {
        let value = |(name, value): &(&'static str, Value)| match value {
            Value::Text(text) => (*name, Value::Text(how(text))),
            Value::Words(message) => (*name, Value::Words(message.mapped(how))),
        };
        Message { key: self.key, with: self.with.iter().map(value).collect() }
    }

    /// `template` with its placeholders filled; `word` says the words of `rules/words.toml`.
    pub fn fill(&self, template: &str, word: &dyn Fn(&Message) -> String) -> String {
        let value = |(name, value): &(&'static str, Value)| match value {
            Value::Text(text) => (*name, text.clone()),
            Value::Words(message) => (*name, word(message)),
        };
        fill(template, &self.with.iter().map(value).collect::<Vec<_>>())
    }
}

/// In English.
impl std::fmt::Display for Message {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(&Texts::of_words().unwrap_or_default().say(self, Lang::En))
    }
}

/// What went wrong can be said in the reader's language wherever it ends up: see [`Value::of_system`].
impl std::error::Error for Message {}

impl Value {
    /// What the system says about a file: in our words where we have them, and as it was given when it came from us.
    pub fn of_system(error: &io::Error) -> Value {
        if let Some(own) = error.get_ref().and_then(|inner| inner.downcast_ref::<Message>()) {
            return own.clone().into();
        }
        let key = match error.kind() {
            ErrorKind::NotFound => "system-absent",
            ErrorKind::PermissionDenied => "system-forbidden",
            ErrorKind::IsADirectory => "system-folder",
            ErrorKind::NotADirectory => "system-no-folder",
            ErrorKind::StorageFull => "system-full",
            ErrorKind::ReadOnlyFilesystem => "system-read-only",
            _ => return Value::Text(error.to_string()),
        };
        Message::new(key).into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::Text(text.clone())
    }
}

impl From<Message> for Value {
    fn from(message: Message) -> Value {
        Value::Words(message)
    }
}

/// Texts by key.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Texts(pub BTreeMap<String, Text>);

impl Texts {
    /// The words of `rules/words.toml`.
    ///
    /// # Errors
    /// A sentence naming what is wrong with `rules/words.toml`.
    pub fn of_words() -> Result<Texts, String> {
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/words.json"))).map_err(|error| error.to_string())
    }

    /// Texts from a TOML table `key = { en = "…", zh = "…" }`.
    ///
    /// # Errors
    /// The TOML error, or the first text that [`Texts::check`] finds wrong.
    pub fn parse(text: &str) -> Result<Texts, String> {
        let texts: Texts = toml::from_str(text).map_err(|error| error.to_string())?;
        texts.check()?;
        Ok(texts)
    }

    /// Sees that both languages exist and have the same placeholders.
    ///
    /// # Errors
    /// A sentence naming the first key for which that is not so.
    pub fn check(&self) -> Result<(), String> {
        for (key, text) in &self.0 {
            if text.en.trim().is_empty() || text.zh.trim().is_empty() {
                return Err(format!("text `{key}`: a language is empty"));
            }
            let (en, zh) = (placeholders(&text.en), placeholders(&text.zh));
            if en != zh {
                return Err(format!("text `{key}`: placeholders differ: en {en:?}, zh {zh:?}"));
            }
        }
        Ok(())
    }

    /// A message as a sentence.
    pub fn say(&self, message: &Message, lang: Lang) -> String {
        message.fill(self.get(message.key, lang), &|inner| self.say(inner, lang))
    }

    /// The text of `key` in `lang`, its placeholders open; the key itself when there is none, so that a report still
    /// shows something (the tests of the rules see that it does not happen).
    pub fn get<'a>(&'a self, key: &'a str, lang: Lang) -> &'a str {
        self.0.get(key).map_or(key, |text| text.in_lang(lang))
    }
}

/// The names between braces, each once.
pub fn placeholders(text: &str) -> BTreeSet<&str> {
    pieces(text).filter_map(|piece| piece.err()).collect()
}

/// `template` with its placeholders replaced by the values of these names; one without a value stays as it is.
/// Values are not searched for placeholders again.
pub fn fill(template: &str, with: &[(&str, String)]) -> String {
    pieces(template)
        .map(|piece| match piece {
            Ok(text) => text.to_string(),
            Err(name) => {
                let value = with.iter().find(|(known, _)| *known == name);
                value.map_or_else(|| format!("{{{name}}}"), |(_, value)| value.clone())
            }
        })
        .collect()
}

/// A template as plain text (`Ok`) and placeholder names (`Err`); a name is lower case with `-`.
fn pieces(mut text: &str) -> impl Iterator<Item = Result<&str, &str>> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        if let Some((name, rest)) = text.strip_prefix('{').and_then(|inside| inside.split_once('}'))
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        {
            text = rest;
            return Some(Err(name));
        }
        let end = text.char_indices().skip(1).find(|(_, c)| *c == '{').map_or(text.len(), |(at, _)| at);
        let (plain, rest) = text.split_at(end);
        text = rest;
        Some(Ok(plain))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_and_filled_once() {
        let cases = [
            ("calls `{name}`", "calls `{key}`"),
            ("{name}{key}", "{key}v"),
            ("{{ {name} }} {Other} {} {", "{{ {key} }} {Other} {} {"),
            ("{unknown} 弹窗{key}", "{unknown} 弹窗v"),
            ("", ""),
        ];
        for (template, wanted) in cases {
            assert_eq!(fill(template, &[("name", "{key}".into()), ("key", "v".into())]), wanted, "{template}");
        }
        assert_eq!(placeholders("{b} {a} {{b}}").into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn texts_must_agree_in_both_languages() {
        assert!(Texts::parse("a = { en = 'x {y}', zh = '{y}' }").is_ok());
        for wrong in [
            "a = { en = '{x}', zh = 'x' }",
            "a = { en = 'x', zh = ' ' }",
            "a = { en = 'x' }",
            "a = { en = 'x', zh = 'x', fr = 'x' }",
        ] {
            assert!(Texts::parse(wrong).is_err(), "accepted: {wrong}");
        }
    }

    #[test]
    fn messages_hold_messages() {
        let inner = Message::new("config-wanted-text");
        let outer = Message::new("config-type").with("key", "{wanted}").with("wanted", inner).with("found", "integer");
        let words = Texts::of_words().expect("rules/words.toml");
        assert_eq!(words.say(&outer, Lang::En), "`{wanted}` must be text in quotes, and not of type integer");
        assert_eq!(words.say(&outer, Lang::Zh), "`{wanted}` 应为加引号的文本，而不是 integer 类型");
    }

    #[test]
    fn what_we_say_about_a_file_stays_ours() {
        let own = Message::new("system-utf8");
        for (error, want) in [
            (io::Error::new(ErrorKind::InvalidData, own.clone()), own.into()),
            (io::Error::from(ErrorKind::NotFound), Message::new("system-absent").into()),
            (io::Error::other("strange"), Value::from("strange")),
        ] {
            assert_eq!(Value::of_system(&error), want);
        }
    }

    #[test]
    fn the_words_are_sound() {
        let words = Texts::of_words().expect("rules/words.toml");
        words.check().expect("sound words");
        assert_eq!(fill(words.get("step-call", Lang::En), &[("name", "f".into())]), "calls `f`");
        assert_eq!(words.get("no-such-key", Lang::Zh), "no-such-key");
    }
}
