//! In: `rules/words.toml`, and texts of the same shape in rule pages. Out: sentences in English or Chinese.
//! Never knows who says them.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

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

/// Texts by key.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Texts(pub BTreeMap<String, Text>);

impl Texts {
    /// The words of route steps and entries.
    ///
    /// # Errors
    /// A sentence naming what is wrong with `rules/words.toml`.
    pub fn of_routes() -> Result<Texts, String> {
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
    fn the_words_of_routes_are_sound() {
        let words = Texts::of_routes().expect("rules/words.toml");
        words.check().expect("sound words");
        assert_eq!(fill(words.get("step-call", Lang::En), &[("name", "f".into())]), "calls `f`");
        assert_eq!(words.get("no-such-key", Lang::Zh), "no-such-key");
    }
}
