//! In: nothing. Out: the shapes of rows about consent, refusal and the user's data. Never a row: those are in `rules/platforms`.

use crate::message::Text;
use serde::Deserialize;

/// How an answer tells whether it holds any data.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Outcome {
    /// The property.
    pub field: String,
    /// Its value when there is data, as it is written in a script.
    pub ok: String,
    /// Properties beside it that tell of a failure as well.
    pub meta: Vec<String>,
}

/// What an API does with what the program stores, under the key that its option `key` names.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Storage {
    /// It gives it back.
    Read,
    /// It changes or removes it; without a key, all of it.
    Write,
}

/// A device permission that `app.json` describes.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Permission {
    /// The APIs that need it.
    pub apis: Vec<String>,
    /// The option that decides whether they do; empty: they always do.
    pub option: String,
    /// The value, in that option's list, that needs it; without the option every value is allowed.
    pub value: String,
}

/// How `app.json` describes permissions.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PermissionText {
    /// The platforms whose documentation has it.
    pub platforms: Vec<String>,
    /// The key of all descriptions.
    pub section: String,
    /// The key of the purpose within one.
    pub text: String,
    /// Characters below which a text says nothing.
    pub shortest: usize,
    /// Whole texts, in lower case, that say nothing.
    pub placeholders: Vec<String>,
}

/// The program's own privacy consent.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PrivacyConsent {
    /// The platforms whose documentation has it.
    pub platforms: Vec<String>,
    /// The key of `app.json` that turns it on.
    pub switch: String,
    /// Other platforms' spellings of that key.
    pub foreign_switches: Vec<String>,
    /// The API that registers the listener, whose first parameter takes the answer.
    pub listen: String,
    /// The answer's property that tells the choice.
    pub answer: String,
    /// Its value for consent.
    pub agree: String,
    /// Its value for a refusal.
    pub refuse: String,
    /// The answer's property that names the consent button's id.
    pub button: String,
    /// That button's `open-type`.
    pub open_type: String,
}

/// Boxes with which users agree to terms.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Agreement {
    /// Elements that can be ticked.
    pub elements: Vec<String>,
    /// Attributes that tick them.
    pub attributes: Vec<String>,
    /// Words that tell of an agreement: whole words in Latin letters, any place in Chinese.
    pub words: Vec<String>,
}

/// What a user who refused can still do.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refusal {
    /// Elements in which data can be given by hand.
    pub fields: Vec<String>,
    /// The element that leads to another page.
    pub link: String,
    /// Its attribute, and the option of the APIs that lead to one, that names the page.
    pub link_target: String,
    /// Values of `error` after which no prompt comes any more.
    pub remembered_codes: Vec<i64>,
    /// APIs that lead to the settings.
    pub settings_apis: Vec<String>,
    /// Words of a text that tells of them, in lower case.
    pub settings_words: Vec<String>,
}

/// A property of a user that is no basic information.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PrivateField {
    /// Kind of data, as in [`super::Scope::class`].
    pub class: String,
}

/// What of an API's answer is data of the user.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Personal {
    /// Kind of data, as in [`super::Scope::class`], or `location`, `health`.
    pub class: String,
    /// Properties of the answer; empty: all of it.
    pub fields: Vec<String>,
}

/// Where data of users becomes visible.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// A log.
    #[default]
    Console,
    /// The phone's storage.
    Storage,
    /// A URL.
    Url,
    /// A request; in the open when its URL is not encrypted.
    Network,
}

/// A function that makes data visible.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sink {
    /// Where.
    pub into: Exposure,
    /// Its name is a path from a global object, not an API of the platform.
    pub global: bool,
    /// The options that are looked at; empty: every argument.
    pub options: Vec<String>,
}

/// A text that is a secret by its beginning.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Secret {
    /// Characters below which it is none.
    pub shortest: usize,
}

/// Names whose texts are secrets.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SecretNames {
    /// In lower case, without `_` and `-`.
    pub names: Vec<String>,
    /// Parts, in lower case, of texts that are none.
    pub placeholders: Vec<String>,
    /// Characters below which a text is none.
    pub shortest: usize,
}

/// A server's answer that only opens a session.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Session {
    /// Its properties.
    pub fields: Vec<String>,
    /// Properties that hold all of them.
    pub whole: Vec<String>,
}

/// Code that fixes write where a user gets no answer.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stub {
    /// The name of a new handler of a refusal.
    pub handler: String,
    /// A statement, without its end, that shows `{text}`, a string literal.
    pub notice: String,
    /// What it shows, in the language of the program's users.
    pub refused: Text,
    /// What is left to do for the developer, behind `TODO: `.
    pub todo: Text,
}
