//! In: nothing. Out: a JSON value whose every part knows its place. Never interprets a key.

use crate::text::Span;

/// A JSON value with its place (bytes of the decoded text).
#[derive(Clone, Debug, PartialEq)]
pub struct Json {
    /// The value.
    pub value: Value,
    /// From its first to its last character.
    pub span: Span,
}

/// The kinds of JSON values; what a lenient file holds beyond JSON (a call, a name) is `Other`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are JSON's own")]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    Array(Vec<Json>),
    /// In source order; a repeated key is kept.
    Object(Vec<Member>),
    Other,
}

/// One `"key": value` of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, unescaped.
    pub key: String,
    /// The key's place, quotes included.
    pub key_span: Span,
    /// Its value.
    pub value: Json,
}

impl Json {
    /// The value under `key` of an object (the last one wins, as in JavaScript).
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The value down a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Json> {
        path.iter().try_fold(self, |json, key| json.get(key))
    }

    /// An object's members; empty for other values.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// An array's items; empty for other values.
    pub fn items(&self) -> &[Json] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The components a manifest names: tag and path.
    pub fn using_components(&self) -> Vec<(&str, &Json)> {
        let members = self.get("usingComponents").map(Json::members).unwrap_or_default();
        members.iter().map(|member| (member.key.as_str(), &member.value)).collect()
    }

    /// The pages on a program's tab bar, as written.
    pub fn tab_pages(&self) -> Vec<&str> {
        let tabs = self.at(&["tabBar", "items"]).or_else(|| self.at(&["tabBar", "list"]));
        let tabs = tabs.map(Json::items).unwrap_or_default().iter();
        tabs.filter_map(|tab| tab.get("pagePath")?.text()).map(|page| page.trim_start_matches('/')).collect()
    }

    /// A string's text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A boolean's value.
    pub fn bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }
}
