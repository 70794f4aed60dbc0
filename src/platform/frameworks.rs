//! In: nothing. Out: the shapes of rows about what compilers, converters and frameworks bring with them. Never a row: those are in
//! `rules/platforms`.

use super::hosts::Host;
use serde::Deserialize;
use std::collections::BTreeMap;

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

/// A function of a compiler, a converter or a library whose effect is known.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Helper {
    /// Its own name.
    pub function: String,
    /// What the path of its file has in it.
    pub within: String,
    /// Only where its code is not there to read: programs have functions of this name, too.
    pub absent: bool,
    /// Its effect.
    pub does: Effect,
}

/// What a [`Helper`] does.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Gives the properties of the later arguments to the first and returns it, as `Object.assign` does.
    Copy,
    /// Returns the first argument.
    First,
    /// Returns the first argument, a function; as a generator, it awaits what it yields.
    Async,
    /// Calls its fourth argument, an `async` function, with the first as `this` and the second as arguments.
    Await,
    /// Runs its second argument, which returns what is to be done as `[4, promise]` and `[2, value]`.
    Generate,
    /// Returns what runs compiled generators, with short names.
    Generator,
    /// Keeps the functions among its arguments, those in options, too, and calls them some time.
    Keep,
    /// Runs the function that its first argument names, among the options that classes which are not there to read were made
    /// with.
    Dispatch,
    /// Nothing that matters.
    #[default]
    Nothing,
}

/// A framework's function whose effect is known: it makes a host of (an object within) its argument, or calls it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Shim {
    /// The function's name.
    pub function: String,
    /// What it makes of its argument.
    pub host: Host,
    /// The framework (as discovery names it) in whose output the function has this meaning.
    pub framework: String,
}
