//! In: `rules/frameworks/dialects`. Out: what a framework makes of its sources on our platforms, as a value: which names are the platform's
//! APIs, what its modules do, how events are spelt. Never a fact typed in here: each is a row or a model in that folder.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The JSON that `build.rs` made of a table.
macro_rules! table {
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/dialect-", $name, ".json"))
    };
}

/// The text of a model.
macro_rules! model {
    ($name:literal) => {
        ($name, include_str!(concat!("../rules/frameworks/dialects/models/", $name, ".js")))
    };
}

/// The tables, by name.
const TABLES: &[(&str, &str)] = &[
    ("uni-app-2", table!("uni-app-2")),
    ("uni-app-3", table!("uni-app-3")),
    ("mpx", table!("mpx")),
    ("taro-vue", table!("taro-vue")),
    ("taro-react", table!("taro-react")),
    ("remax", table!("remax")),
];

/// What stands in the place of modules: scripts that do what matters of what these do.
const MODELS: &[(&str, &str)] = &[
    model!("vue-2"),
    model!("vue-3"),
    model!("vuex"),
    model!("pinia"),
    model!("uni-hooks"),
    model!("mpx-core"),
    model!("taro"),
    model!("taro-vue"),
    model!("taro-react"),
    model!("react"),
    model!("remax"),
    model!("wrappers"),
    model!("ignored"),
];

/// What a model's path begins with.
const MODEL: &str = "model:";

/// A framework, in one of its major versions.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Framework {
    /// How its sources are told from those of its other versions.
    pub written: Written,
    /// Global objects that have the platform's APIs as members.
    pub api_objects: Vec<String>,
    /// APIs that are not the platform's own of that name.
    pub apis: BTreeMap<String, FacadeApi>,
    /// What a promise of an API gives.
    pub promise: Promised,
    /// Modules by their specifiers (`*` at the end stands for anything), and the model of each.
    pub modules: BTreeMap<String, String>,
    /// What the first script is called, without its extension; none: `main`.
    pub entry: Vec<String>,
    /// How markup is written.
    pub markup: Markup,
    /// What the program's constants are: a path of names (`process.env.TARO_ENV`) and a text.
    pub constants: BTreeMap<String, String>,
    /// Members of answers that are known: `api.member`, and the text.
    pub answers: BTreeMap<String, String>,
    /// The property by which boxes of reactive values are known.
    pub reference_mark: String,
    /// Names of the methods of all instances by which they call what their parent gave.
    pub emitters: Vec<String>,
    /// The member of an instance that has the components its view names.
    pub references: String,
    /// Names in comments of conditional compilation, and whether code under them is read.
    pub conditions: BTreeMap<String, bool>,
    /// What stands before the extension of a file that is for our platforms only: `.alipay`.
    pub suffixes: Vec<String>,
}

/// How the sources of a version of a framework are known.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Written {
    /// The framework, as `rules/frameworks` names it.
    pub framework: String,
    /// A file beside the one that sources begin with, and a key of it (`file#key`) that names the version.
    pub says: String,
    /// What it says then.
    pub said: String,
    /// Packages that sources of this version ask for, with the beginning of their versions: `vue@3`.
    pub packages: Vec<String>,
    /// What the first script holds.
    pub entry_holds: String,
    /// It is this version where nothing tells.
    pub otherwise: bool,
}

/// How the sources of each table are known.
pub fn written() -> Vec<(&'static str, Written)> {
    Framework::names().filter_map(|name| Some((name, Framework::named(name).ok()?.written))).collect()
}

/// An API of a framework.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct FacadeApi {
    /// The platform's API behind it; none: it does nothing here.
    pub api: Option<String>,
    /// The scopes it asks for whatever it is told.
    pub forced_scopes: Option<String>,
    /// The framework has parsed the answer: what a program reads is data.
    pub parsed: bool,
    /// It is not there.
    pub absent: bool,
    /// It is no function but this text.
    pub is: Option<String>,
    /// It gives this text at once.
    pub gives: Option<String>,
}

/// What a promise of an API gives when the API fails.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Promised {
    /// It rejects.
    #[default]
    Rejects,
    /// It always gives `[error, answer]`.
    Pair,
}

/// How markup is written.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Markup {
    /// Events that have another name on the platform.
    pub events: BTreeMap<String, String>,
    /// Whose markup it is like: `wechat`, `jsx`, or else Vue's.
    pub reader: String,
    /// Events may be spelt in any case.
    pub events_in_any_case: bool,
    /// Modules whose exports are native elements.
    pub native_modules: Vec<String>,
    /// Attributes whose values are what the code that runs gives, texts as well: elements may stand in code that never runs.
    pub evaluated: Vec<String>,
    /// Attributes that an element may have where an object is spread over it.
    pub spread: Vec<String>,
    /// Events are spelt in lower case; others never fire.
    pub events_in_lower_case: bool,
    /// What stands before an event's name in an attribute: `@`.
    pub event_prefix: String,
    /// The attribute that says what a button opens.
    pub open_type: String,
    /// Its values that the framework's compiler replaces.
    pub open_types: BTreeMap<String, OpenType>,
}

/// What a framework's compiler makes of a button.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpenType {
    /// Its `open-type` on the platform.
    pub value: String,
    /// Its scope there.
    pub scope: String,
    /// The event that tells of consent, as an attribute in the platform's words.
    pub event: String,
    /// What that attribute becomes.
    pub becomes: String,
    /// Other events that run the same handler.
    pub also: Vec<String>,
    /// Without a handler of that event nothing is replaced.
    pub needs_handler: bool,
}

impl Markup {
    /// What an attribute of an element in code is called on the platform.
    pub fn attribute(&self, name: &str) -> String {
        let Some(event) = name.strip_prefix("on").filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        else {
            return if name == "className" { "class" } else { name }.to_owned();
        };
        let mut letters = event.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
        let lower = event.to_ascii_lowercase();
        let key = if self.events_in_any_case { lower } else { format!("{first}{}", letters.as_str()) };
        let Some(own) = self.events.get(&key) else { return name.to_owned() };
        let mut letters = own.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("on{first}{}", letters.as_str())
    }
}

impl Framework {
    /// The framework of this name.
    ///
    /// # Errors
    /// A sentence when there is none, or its table cannot be read.
    pub fn named(name: &str) -> Result<Framework, String> {
        let found = TABLES.iter().find(|(known, _)| *known == name);
        let (_, text) = found.ok_or_else(|| format!("there is no framework `{name}`"))?;
        serde_json::from_str(text).map_err(|error| format!("framework table `{name}`: {error}"))
    }

    /// The names of all tables.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLES.iter().map(|(name, _)| *name)
    }

    /// The path of the model that stands for a module.
    pub fn model_of(&self, specifier: &str) -> Option<String> {
        let exact = self.modules.get(specifier);
        let begins = || {
            let rows = self.modules.iter().rev();
            rows.filter_map(|(row, model)| Some((row.strip_suffix('*')?, model)))
                .find(|(beginning, _)| specifier.starts_with(*beginning))
                .map(|(_, model)| model)
        };
        exact.or_else(begins).map(|model| format!("{MODEL}{model}.js"))
    }
}

/// The path of a model.
pub fn path_of(model: &str) -> String {
    format!("{MODEL}{model}.js")
}

/// Whether a path is a model's.
pub fn is_model(path: &str) -> bool {
    path.starts_with(MODEL)
}

/// A model's text.
pub fn model(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(MODEL)?.strip_suffix(".js")?;
    MODELS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_can_be_read_and_names_models_that_are_there() {
        for name in Framework::names() {
            let framework = Framework::named(name).expect("a table");
            for specifier in framework.modules.keys() {
                let path = framework.model_of(specifier).expect("a model");
                assert!(is_model(&path) && model(&path).is_some(), "{name}: {specifier}");
            }
        }
    }
}
