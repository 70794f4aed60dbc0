//! In: nothing. Out: the shapes of rows about programs, pages and components, and the functions the platform calls on them.
//! Never a row: those are in `rules/platforms`.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The kinds of things a constructor makes.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// The program.
    App,
    /// A page.
    #[default]
    Page,
    /// A component.
    Component,
    /// Options mixed into pages and components.
    Mixin,
}

/// A global function that registers an options object.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Constructor {
    /// What it makes.
    pub host: Host,
}

/// Names on instances of pages and components.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Instance {
    /// The initial and current view data.
    pub data: String,
    /// Values given by the parent.
    pub props: String,
    /// A component's methods.
    pub methods: String,
    /// Options to mix in.
    pub mixins: String,
    /// Merges its first argument into the data and calls its second.
    pub set_data: Vec<String>,
    /// Global function that returns the app.
    pub get_app: String,
    /// Global function that returns the open pages.
    pub get_pages: String,
    /// Objects whose functions run when the observed data changes.
    pub observers: String,
    /// The attribute that names the method which is handed a component's instance.
    pub reference: String,
    /// The attribute in which a framework lists the handlers behind its own one.
    pub event_list: String,
}

/// A function the platform calls on its own.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Hook {
    /// Of which host.
    pub host: Host,
    /// Property path within the options, e.g. `onLoad`, `events.onShow`, `lifetimes.attached`.
    pub name: String,
    /// Runs without the user's doing.
    pub automatic: bool,
    /// Runs again whenever the program or page is shown.
    pub repeats: bool,
    /// Runs when the program or page is left, so it does not stand before the user's first step.
    pub leaving: bool,
    /// A path of the options that must be true for it to run.
    pub requires: Option<String>,
    #[allow(missing_docs, reason = "see Source")]
    pub source: String,
    #[allow(missing_docs, reason = "see Source")]
    pub checked: String,
}

/// How a framework's run-time hands on the platform's APIs and hooks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Facade {
    /// The framework (as discovery names it).
    pub framework: String,
    /// What its run-time exports that has the platform's APIs as members.
    pub members: Vec<FacadeMember>,
    /// The APIs that go by another name there.
    pub names: BTreeMap<String, String>,
    /// An export beside which functions stand that take a callback for a hook.
    pub composes: String,
    /// Names that begin like this are the framework's own.
    pub own_prefix: String,
    /// The option whose functions run when data changes.
    pub watch: Watch,
    /// Methods of instances that call back once the view is drawn.
    pub ticks: Vec<String>,
    #[allow(missing_docs, reason = "see Source")]
    pub source: String,
    #[allow(missing_docs, reason = "see Source")]
    pub checked: String,
}

/// How options say what runs when data changes: `option: { key: function }` or `option: { key: { handler: function } }`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Watch {
    /// The option.
    pub option: String,
    /// The function, where more is said.
    pub handler: String,
    /// Whether it runs at once, too.
    pub immediate: String,
}

/// An export of a framework's run-time, and another one by which the run-time is known.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct FacadeMember {
    /// The export.
    pub name: String,
    /// The other one.
    pub beside: String,
}
