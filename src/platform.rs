//! In: `rules/platforms/*.toml`. Out: a wallet's platform as a value: its APIs, scopes, hooks, events and policies.
//! Never a fact typed in here: what the platform does is a row in those files, read with their `extends` merged. Each row says
//! where it comes from and when somebody looked (`source`, `checked`), for people: `build.rs` leaves that out.

mod data;
mod frameworks;
mod hosts;
mod marks;

pub use data::*;
pub use frameworks::*;
pub use hosts::*;
pub use marks::*;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The JSON that `build.rs` made of a table.
macro_rules! table {
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/platform-", $name, ".json"))
    };
}

/// The tables compiled into the tool, by name; the first is the default.
pub const TABLES: &[(&str, &str)] = &[
    ("alipay", table!("alipay")),
    ("gcash", table!("gcash")),
    ("alipay-plus", table!("alipay-plus")),
    ("dana", table!("dana")),
    ("tng", table!("tng")),
    ("qi", table!("qi")),
    ("taobao", table!("taobao")),
    ("dingtalk", table!("dingtalk")),
];

/// A platform.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Platform {
    /// Its id, as given to `--platform`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The platform this one differs from.
    pub extends: Option<String>,
    /// It stands for the platforms of its family that have no table.
    pub general: bool,
    /// What in a program tells that it was written for this platform.
    pub signs: Vec<Sign>,
    /// Global objects that carry the APIs (`my`).
    pub api_objects: Vec<String>,
    /// Other names of options, by the documented one.
    pub option_names: BTreeMap<String, Vec<String>>,
    /// Global objects and members that call an API by name: `object.member('name', options, callback)`.
    pub bridges: Vec<Bridge>,
    /// The property of an answer under which settings stand: `authSetting`.
    pub setting_key: String,
    /// The option keys of callbacks.
    pub callbacks: Callbacks,
    /// APIs that matter, by name. APIs without a row answer asynchronously through their callbacks.
    pub apis: BTreeMap<String, Api>,
    /// APIs that return at once; what is not named here returns a promise.
    pub sync_apis: Vec<String>,
    /// Scopes of the interactive APIs, by value.
    pub scopes: BTreeMap<String, Scope>,
    /// What creates an app, a page, a component, by global name.
    pub constructors: BTreeMap<String, Constructor>,
    /// Methods every page or component instance has.
    pub instance: Instance,
    /// Lifecycle hooks.
    pub hooks: Vec<Hook>,
    /// Markup: directives, events, the authorization button.
    pub markup: Markup,
    /// Functions of compilers and converters whose effect is known better than their source.
    pub helpers: Vec<Helper>,
    /// Constructors of frameworks' own machinery, which leads nowhere a program's author could change: `framework.Name`.
    pub machinery: Vec<String>,
    /// Methods by which such a constructor is known where its name is lost: `framework.method`.
    pub machinery_methods: Vec<String>,
    /// How a framework hands on the platform's APIs and hooks.
    pub facade: Facade,
    /// Beginnings of the names of the lists into which the files of a bundle put their modules.
    pub chunk_lists: Vec<String>,
    /// Functions of frameworks whose effect is known better than their source.
    pub shims: Vec<Shim>,
    /// What the frameworks of [`Platform::shims`] call on their own in what they make; `host` names what it was made into.
    pub shim_hooks: Vec<Hook>,
    /// APIs whose answer is a step of the user: what follows was asked for.
    pub user_steps: Vec<String>,
    /// APIs that show a dialog with one button.
    pub notices: Vec<String>,
    /// What the wallet allows where wallets differ.
    pub policy: Policy,
    /// Device permissions that `app.json` describes, by key.
    pub permissions: BTreeMap<String, Permission>,
    /// Where and how they are described.
    pub permission_text: PermissionText,
    /// The program's own privacy consent.
    pub privacy_consent: PrivacyConsent,
    /// Boxes with which users agree to terms.
    pub agreement: Agreement,
    /// What a user who refused can still do.
    pub refusal: Refusal,
    /// Properties that are no basic information, by name.
    pub private_fields: BTreeMap<String, PrivateField>,
    /// Which part of an API's answer is data of the user, by API.
    pub personal: BTreeMap<String, Personal>,
    /// Where data of users becomes visible, by API or global function.
    pub sinks: BTreeMap<String, Sink>,
    /// Texts that are secrets, by their beginning.
    pub secrets: BTreeMap<String, Secret>,
    /// Names whose texts are secrets.
    pub secret_names: SecretNames,
    /// What a server answers when it only opens a session.
    pub session: Session,
    /// Code that fixes write.
    pub stub: Stub,
}

/// A way to call an API by name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Bridge {
    /// The global object.
    pub object: String,
    /// Its method.
    pub member: String,
}

/// The option keys under which an API finds its callbacks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Callbacks {
    /// Called with the result.
    pub success: String,
    /// Called with the error.
    pub fail: String,
    /// Called with either.
    pub complete: String,
}

/// What an API asks of the user.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Asks {
    /// Nothing.
    #[default]
    Nothing,
    /// An authorization sheet, unless every scope is silent.
    Authorization,
    /// A device permission or picker (location, camera, album, contacts …).
    Device,
}

/// One API.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Api {
    /// What it shows to the user.
    pub asks: Asks,
    /// The option that names the scopes.
    pub scopes: Option<String>,
    /// The scopes when the option is not given.
    pub default_scopes: Vec<String>,
    /// It hands out the user's data, so its failure must be handled.
    pub gives_user_data: bool,
    /// The steps from the result to the data: property names, and `parse()` for `JSON.parse`; empty when the result is plain.
    pub envelope: Vec<String>,
    /// Result properties that may be read before the envelope is opened (error codes).
    pub envelope_meta: Vec<String>,
    /// The property of the answer (behind the envelope) that tells whether there is any data.
    pub outcome: Option<Outcome>,
    /// The scope value of the authorization button that grants it.
    pub granted_by: Option<String>,
    /// The key under which `authSetting` tells whether it is granted.
    pub setting: Option<String>,
    /// `app.json` permission keys that describe it.
    pub permission: Vec<String>,
    /// The resource of the device it asks for, where several APIs ask for the same.
    pub resource: Option<String>,
    /// Values of `error` (or of the answer's `code`) that tell of a refusal or a missing grant.
    pub refusal_codes: Vec<i64>,
    /// The value of `error` when the user has tapped the sheet away.
    pub cancel_code: Option<i64>,
    /// Values of `error` after which asking again is no pressure: the network failed, not the user.
    pub network_codes: Vec<i64>,
    /// Calls the functions it is given whenever something happens: `automatic` (the app comes to the front), `event` or `user`.
    pub listens: Option<Listens>,
    /// It leads to the page named by its `url` option.
    pub navigates: bool,
    /// It takes the page away that is open.
    pub replaces: bool,
    /// It closes the program or leaves the page.
    pub leaves: bool,
    /// It closes the program.
    pub closes: bool,
    /// Why it should not be used any more, and what to use instead; empty: nothing is wrong with it.
    pub deprecated: Option<String>,
    /// The platform it belongs to, when programs call it elsewhere as well.
    pub dialect: Option<String>,
    /// Its answer is encrypted for the server: the only properties a program may read.
    pub sealed: Vec<String>,
    /// It reads or writes what the program stores; so does the API of its name with `Sync` behind it.
    pub storage: Option<Storage>,
    /// The user sees nothing new of it.
    pub invisible: bool,
}

/// When a registered listener runs.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Listens {
    /// Without the user's doing, whenever the app is shown.
    Automatic,
    /// On an event that nobody causes by hand, as long as the listener is there.
    Event,
    /// When the user does something.
    User,
}

/// A scope.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scope {
    /// No sheet is shown for it.
    pub silent: bool,
    /// It stands for every scope the program may ask for.
    pub blanket: bool,
    /// Platforms of other families have it as well, so that it says little about the program's own.
    pub common: bool,
    /// `identity`, `basic`, `contact`, `real-identity`, `financial`, `messaging`, `business`, `device`, `all`.
    pub class: String,
}

/// What markup means.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Markup {
    /// Prefixes of directives (`a:`), the native one first.
    pub directive_prefixes: Vec<String>,
    /// Prefixes of event attributes (`on`, `catch` …), followed by an upper-case letter.
    pub event_prefixes: Vec<String>,
    /// Events of native elements that fire without a gesture (`load`, `appear`, `message` …): `element.event` or `*.event`.
    pub automatic_events: Vec<String>,
    /// Events of native elements that are no gesture but follow from elsewhere (a web-view's message).
    pub foreign_events: Vec<String>,
    /// Native element names.
    pub elements: Vec<String>,
    /// Words that mark an element, class or id as a dialog.
    pub dialog_words: Vec<String>,
    /// Names of elements that are dialogs.
    pub dialog_elements: Vec<String>,
    /// Words that mark an element, class or id as the empty sheet laid over a page behind a dialog.
    pub backdrop_words: Vec<String>,
    /// Elements of which one is seen at a time.
    pub steps: Vec<String>,
    /// Attributes that show or hide an element besides `a:if`.
    pub visibility_attributes: Vec<String>,
    /// The authorization button.
    pub auth_button: AuthButton,
}

/// The authorization button.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct AuthButton {
    /// Attribute that says what a button opens.
    pub open_type: String,
    /// Its value for an authorization button.
    pub value: String,
    /// Attribute that names the data.
    pub scope: String,
    /// Its legal values.
    pub scopes: Vec<String>,
    /// Values seen in the wild that no documentation names.
    pub undocumented_scopes: Vec<String>,
    /// The class of the data behind each scope (see [`Scope::class`]).
    pub classes: BTreeMap<String, String>,
    /// Events that tell of consent.
    pub grant_events: Vec<String>,
    /// Event that tells of refusal.
    pub error_event: String,
    /// Events that come before the user's answer.
    pub early_events: Vec<String>,
    /// The native element that can ask.
    pub element: String,
    /// Values of the open type on other platforms, and the scope each stands for here.
    pub foreign_open_types: BTreeMap<String, String>,
    /// Values, in any case, that no platform has and that are written where the authorization value is meant.
    pub mistaken_open_types: Vec<String>,
    /// Prefixes of event attributes on other platforms, the longest first.
    pub foreign_prefixes: Vec<String>,
}

/// What wallets decide differently.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// `user-driven`: the sheet may come again when the user starts the action again; `settings-only`: never again.
    pub reprompt: String,
    /// Whether one request may mix basic and contact scopes.
    pub combined_scopes_allowed: bool,
    /// Scopes no table knows are taken for interactive.
    pub unknown_scopes_interactive: bool,
}

impl Markup {
    /// Whether an event of an element (`Load` of `web-view`) fires without a gesture.
    pub fn is_automatic(&self, element: &str, event: &str) -> bool {
        is_among(&self.automatic_events, element, event) || self.is_foreign(element, event)
    }

    /// Whether an event of an element comes from elsewhere (`Message` of `web-view`).
    pub fn is_foreign(&self, element: &str, event: &str) -> bool {
        is_among(&self.foreign_events, element, event)
    }
}

/// Whether rows such as `image.Load` and `*.Appear` name an event of an element.
fn is_among(rows: &[String], element: &str, event: &str) -> bool {
    let names_it =
        |row: &String| row.strip_suffix(event).is_some_and(|tag| tag == "*." || tag.strip_suffix('.') == Some(element));
    rows.iter().any(names_it)
}

impl Platform {
    /// The platform of this name, its ancestors merged in.
    ///
    /// # Errors
    /// A sentence naming the nearest known platform when there is none of this name, or the row that cannot be read.
    pub fn named(name: &str) -> Result<Platform, String> {
        let broken = |error: serde_json::Error| format!("platform table `{name}`: {error}");
        // The default extends nothing, so it needs no merging.
        if let Some((_, text)) = TABLES.first().filter(|(first, _)| *first == name) {
            return serde_json::from_str(text).map_err(broken);
        }
        let merged = merged_table(name, 0)?;
        serde_json::from_value(merged).map_err(broken)
    }

    /// The names of all platforms, the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLES.iter().map(|(name, _)| *name)
    }

    /// Whether no sheet appears for this scope value; `None` when no row knows it.
    pub fn is_silent(&self, scope: &str) -> Option<bool> {
        self.scopes.get(scope).map(|scope| scope.silent)
    }
}

/// The table `name` over the one it extends; `depth` ends cycles.
fn merged_table(name: &str, depth: usize) -> Result<Value, String> {
    let own: Value = serde_json::from_str(table(name)?).map_err(|error| format!("platform table `{name}`: {error}"))?;
    match own.get("extends").and_then(Value::as_str) {
        Some(base) if depth < 8 => {
            let mut table = merged_table(base, depth + 1)?;
            // They tell this platform from the one it extends.
            for key in ["signs", "general"] {
                table.as_object_mut().and_then(|table| table.remove(key));
            }
            overlay(&mut table, own);
            Ok(table)
        }
        _ => Ok(own),
    }
}

/// The text of the table `name`.
fn table(name: &str) -> Result<&'static str, String> {
    let found = TABLES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let known = || Platform::names().collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| format!("there is no platform `{name}`; known are {}", known()))
}

/// Writes `over` over `under`: tables merge key by key, everything else replaces.
fn overlay(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                overlay(under.entry(key).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

#[cfg(test)]
mod tests;
