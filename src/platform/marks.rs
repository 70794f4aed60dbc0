//! In: a platform's own table. Out: what in it tells its programs from those of other platforms. Never a row it inherits, and
//! nothing else of the table: it is read for every program of which nobody says the platform.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Something in a program that tells for which platform it was written.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sign {
    /// What it is.
    pub kind: SignKind,
    /// The host, package, `object.member` or word (in lower case).
    pub name: String,
}

/// The kinds of [`Sign`].
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum SignKind {
    /// A host of the wallet, in a text; hosts below it count as well.
    Host,
    /// A package that is imported.
    Package,
    /// A member of an object that carries APIs.
    Member,
    /// A word in a text, which counts only beside other signs.
    #[default]
    Word,
}

/// What tells the programs of a platform.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "kebab-case")]
pub struct Marks {
    /// The platform's id.
    pub name: String,
    /// See [`super::Platform::general`].
    pub general: bool,
    /// See [`super::Platform::signs`].
    pub signs: Vec<Sign>,
    /// See [`super::Platform::api_objects`].
    pub api_objects: Vec<String>,
    /// Its own scopes.
    pub scopes: BTreeMap<String, MarkedScope>,
    /// Its own APIs.
    pub apis: BTreeMap<String, MarkedApi>,
}

/// What of a scope matters here.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "kebab-case")]
pub struct MarkedScope {
    /// See [`super::Scope::common`].
    pub common: bool,
}

/// What of an API matters here.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "kebab-case")]
pub struct MarkedApi {
    /// See [`super::Api::scopes`].
    pub scopes: Option<String>,
}

/// The marks of all tables by the platform's id, made by `build.rs`.
const MARKS: &str = include_str!(concat!(env!("OUT_DIR"), "/platform-marks.json"));

impl Marks {
    /// Those of every platform, in the order of [`super::TABLES`].
    ///
    /// # Errors
    /// The marks cannot be read.
    pub fn all() -> Result<Vec<Marks>, String> {
        let mut marks: BTreeMap<String, Marks> =
            serde_json::from_str(MARKS).map_err(|error| format!("marks of the platforms: {error}"))?;
        Ok(super::Platform::names().filter_map(|name| marks.remove(name)).collect())
    }
}
