//! In: nothing. Out: the shapes of rows about programs, pages and components, and the functions the platform calls on them.
//! Never a row: those are in `rules/platforms`.

use serde::Deserialize;

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
    /// Options to mix in; the first names are those that converters keep.
    pub mixins: Vec<String>,
    /// How the components of converted programs declare what the parent gives.
    pub properties: Properties,
    /// How they call the parent's handlers.
    pub emit: Emit,
    /// Merges its first argument into the data and calls its second.
    pub set_data: Vec<String>,
    /// Global function that returns the app.
    pub get_app: String,
    /// Global function that returns the open pages.
    pub get_pages: String,
    /// Objects whose functions run when the observed data changes.
    pub observers: String,
    /// A path of the options that must be true for observers to run.
    pub observers_require: Option<String>,
    /// The attribute that names the method which is handed a component's instance.
    pub reference: String,
    /// The method that gives the component which a selector names.
    pub select: String,
    /// The attribute in which a framework lists the handlers behind its own one.
    pub event_list: String,
    /// A converter's handler in the place of all others.
    pub relay: Relay,
}

/// `onTap="handler" attribute-tap="login"` runs `login`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Relay {
    /// The handler of the markup.
    pub handler: String,
    /// What stands before the event, in lower case, in the name of the attribute that holds the program's handler.
    pub attribute: String,
}

/// `properties: { name: { value: … } }`, whose values stand among the view data, too.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Properties {
    /// The option, and the instance's member.
    pub option: String,
    /// The initial value.
    pub value: String,
}

/// `this.triggerEvent("name", detail)` calls what the parent gives as `onName` with `{ detail }`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Emit {
    /// The instance's method.
    pub method: String,
    /// What stands before the name of the event.
    pub prefix: String,
    /// The member of the handler's argument.
    pub detail: String,
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
    /// Runs only after the data or props of its instance have changed.
    pub updates: bool,
    /// The member of the instance that it is given, if it is given one.
    pub takes: Option<String>,
}
