//! In: the text of one configuration file. Out: what it says, with places. Never another file: `extends` is only read.

use super::keys::{BUDGET, KEYS, Key, Kind, OVERRIDE, settings};
use super::{Config, Globs, Held, Origin, Override, Preset, Purpose, Setting, error};
use crate::catalog::Lang;
use crate::error::{Error, nearest};
use crate::finding::{Certainty, Level};
use crate::message::Message;
use crate::text::Lines;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) config: Config,
    pub(super) extends: Option<Held<String>>,
}

/// Reads `text`. `folder` is what patterns are relative to; `rules` are the ids of all rules.
pub(super) fn read(file: &str, text: &str, folder: &str, rules: &[&str]) -> Result<Layer, Error> {
    let mut reader = Reader { file, text, folder, rules, lines: Lines::of(text), layer: Layer::default() };
    let table = DeTable::parse(text).map_err(|broken| {
        let at = reader.origin(broken.span().unwrap_or(0..0));
        error(&at, Message::new("config-toml").with("reason", broken.message().trim().replace('\n', ", ")))
    })?;
    for (name, value) in table.get_ref() {
        reader.key(name, value)?;
    }
    reader.layer.config.files.push(file.to_owned());
    Ok(reader.layer)
}

/// What is said about a key that does not exist, and about such a rule.
const KEY: [&str; 2] = ["config-near", "config-known"];
const RULE: [&str; 2] = ["config-near-rule", "config-known-rule"];

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    folder: &'a str,
    rules: &'a [&'a str],
    lines: Lines,
    layer: Layer,
}

type Value<'i> = Spanned<DeValue<'i>>;
type Name<'i> = Spanned<std::borrow::Cow<'i, str>>;

impl Reader<'_> {
    fn origin(&self, span: Range<usize>) -> Origin {
        let position = self.lines.position(self.text, span.start as u32);
        Origin { file: self.file.to_owned(), line: position.line, column: position.column }
    }

    fn held<T>(&self, value: T, at: Range<usize>) -> Held<T> {
        Held { value, at: self.origin(at) }
    }

    fn key(&mut self, name: &Name, value: &Value) -> Result<(), Error> {
        let known = || KEYS.iter().map(|key| key.name);
        let Some(key) = KEYS.iter().find(|key| key.name == name.get_ref().as_ref()) else {
            return Err(self.unknown(KEY, name, known().collect()));
        };
        match key.kind {
            Kind::OneOf(words) => {
                let word = self.word(value, key.name, &words())?;
                self.choose(key, word, value.span());
            }
            Kind::Path => self.layer.extends = Some(self.held(self.string(value, key.name)?, value.span())),
            Kind::Globs => {
                let globs = self.globs(value, key.name)?;
                self.layer.config.ignore.push(globs);
            }
            Kind::Rules => self.layer.config.rules = self.levels(value, key.name)?,
            Kind::Overrides => self.overrides(value)?,
            Kind::Purposes => self.purposes(value)?,
            Kind::Budget => self.budget(value)?,
        }
        Ok(())
    }

    /// Keeps a word of the table of keys. A word that is none of a key's own stands for its last one.
    fn choose(&mut self, key: &Key, word: &str, at: Range<usize>) {
        let at = self.origin(at);
        let config = &mut self.layer.config;
        match key.name {
            "platform" => config.platform = Some(Held { value: word.to_owned(), at }),
            "preset" => {
                let value = if word == "strict" { Preset::Strict } else { Preset::Recommended };
                config.preset = Some(Held { value, at });
            }
            "lang" => config.lang = Some(Held { value: if word == "zh" { Lang::Zh } else { Lang::En }, at }),
            "fail-on" => config.fail_on = Some(Held { value: level(word), at }),
            "fail-on-incomplete" => config.fail_on_incomplete = Some(Held { value: word == "yes", at }),
            "min-certainty" => {
                let value = match word {
                    "certain" => Certainty::Certain,
                    "likely" => Certainty::Likely,
                    _ => Certainty::Possible,
                };
                config.min_certainty = Some(Held { value, at });
            }
            _ => config.reason_required = Some(Held { value: word == "required", at }),
        }
    }

    fn overrides(&mut self, value: &Value) -> Result<(), Error> {
        for item in self.array(value, "overrides")? {
            let table = self.table(item, "overrides")?;
            let get = |wanted: &str| table.iter().find(|(name, _)| name.get_ref().as_ref() == wanted);
            if let Some((name, _)) = table.iter().find(|(name, _)| !OVERRIDE.contains(&name.get_ref().as_ref())) {
                return Err(self.unknown(KEY, name, OVERRIDE.to_vec()));
            }
            let (Some((_, paths)), Some((_, rules))) = (get("paths"), get("rules")) else {
                return Err(error(&self.origin(item.span()), Message::new("config-override")));
            };
            let one = Override { paths: self.globs(paths, "paths")?, rules: self.levels(rules, "rules")? };
            self.layer.config.overrides.push(one);
        }
        Ok(())
    }

    fn purposes(&mut self, value: &Value) -> Result<(), Error> {
        for (scope, value) in self.table(value, "purposes")? {
            let purpose = match value.get_ref() {
                DeValue::String(why) if !why.trim().is_empty() => Purpose::Why(why.to_string()),
                DeValue::Array(_) => Purpose::Pages(self.strings(value, "purposes")?),
                _ => return Err(self.wrong(value, "purposes", Message::new("config-wanted-purpose"))),
            };
            let held = self.held(purpose, scope.span());
            self.layer.config.purposes.insert(scope.get_ref().to_string(), held);
        }
        Ok(())
    }

    fn budget(&mut self, value: &Value) -> Result<(), Error> {
        for (name, value) in self.table(value, "budget")? {
            let Some((key, _, most)) = BUDGET.iter().find(|(key, ..)| name.get_ref().as_ref() == *key) else {
                return Err(self.unknown(KEY, name, BUDGET.iter().map(|(key, ..)| *key).collect()));
            };
            let number = value.get_ref().as_integer();
            let number = number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
            let Some(number) = number.filter(|number| (1..=*most).contains(number)) else {
                return Err(self.wrong(
                    value,
                    key,
                    Message::new("config-wanted-number").with("most", most.to_string()),
                ));
            };
            let held = self.held(number, value.span());
            self.layer.config.budget.insert(key, held);
        }
        Ok(())
    }

    fn levels(&self, value: &Value, key: &str) -> Result<BTreeMap<String, Held<Setting>>, Error> {
        let mut out = BTreeMap::new();
        for (rule, value) in self.table(value, key)? {
            if !self.rules.contains(&rule.get_ref().as_ref()) {
                return Err(self.unknown(RULE, rule, self.rules.to_vec()));
            }
            let word = self.word(value, rule.get_ref(), &settings())?;
            let setting = level(word).map_or(Setting::Off, Setting::Level);
            out.insert(rule.get_ref().to_string(), self.held(setting, rule.span()));
        }
        Ok(out)
    }

    fn globs(&self, value: &Value, key: &str) -> Result<Held<Globs>, Error> {
        let globs = Globs::new(self.strings(value, key)?, self.folder).map_err(|(at, reason)| {
            let item = value.get_ref().as_array().and_then(|items| items.get(at));
            error(&self.origin(item.map_or(value.span(), Spanned::span)), reason)
        })?;
        Ok(self.held(globs, value.span()))
    }

    fn strings(&self, value: &Value, key: &str) -> Result<Vec<String>, Error> {
        self.array(value, key)?.iter().map(|item| self.string(item, key)).collect()
    }

    fn string(&self, value: &Value, key: &str) -> Result<String, Error> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text.to_string()),
            _ => Err(self.wrong(value, key, Message::new("config-wanted-text"))),
        }
    }

    fn array<'v, 'i>(&self, value: &'v Value<'i>, key: &str) -> Result<&'v [Value<'i>], Error> {
        let items = value.get_ref().as_array();
        items.map(|items| &**items).ok_or_else(|| self.wrong(value, key, Message::new("config-wanted-list")))
    }

    fn table<'v, 'i>(&self, value: &'v Value<'i>, key: &str) -> Result<&'v DeTable<'i>, Error> {
        value.get_ref().as_table().ok_or_else(|| self.wrong(value, key, Message::new("config-wanted-table")))
    }

    fn word(&self, value: &Value, key: &str, words: &[&'static str]) -> Result<&'static str, Error> {
        let word = value.get_ref().as_str();
        if let Some(known) = words.iter().find(|known| word == Some(**known)) {
            return Ok(known);
        }
        let known = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        let Some(word) = word else {
            return Err(self.wrong(value, key, Message::new("config-wanted-word").with("known", known)));
        };
        let reason = match nearest(word, words.iter().copied()) {
            Some(near) => Message::new("config-word-near").with("nearest", near),
            None => Message::new("config-word"),
        };
        let reason = reason.with("key", key).with("word", word).with("known", known);
        Err(error(&self.origin(value.span()), reason))
    }

    fn wrong(&self, value: &Value, key: &str, wanted: Message) -> Error {
        let found = value.get_ref().type_str();
        let reason = Message::new("config-type").with("key", key).with("wanted", wanted).with("found", found);
        error(&self.origin(value.span()), reason)
    }

    /// A name that is none of `known`; `what` has the words for it, with the nearest one and without.
    fn unknown(&self, what: [&'static str; 2], name: &Name, known: Vec<&str>) -> Error {
        let word = name.get_ref().as_ref();
        let reason = match nearest(word, known.iter().copied()) {
            Some(near) => Message::new(what[0]).with("nearest", near),
            None => Message::new(what[1]).with("known", known.join(", ")),
        };
        error(&self.origin(name.span()), reason.with("name", word))
    }
}

fn level(word: &str) -> Option<Level> {
    match word {
        "error" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        "info" => Some(Level::Info),
        _ => None,
    }
}
