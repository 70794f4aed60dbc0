//! In: nothing. Out: the values in which entries, requests, ways, buttons and handlers are described. Never looks at a program.

use serde::Serialize;

/// A place for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct At {
    /// Path relative to the working directory.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A place where the platform starts code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryView {
    /// What it is called.
    pub name: String,
    /// `hook`, `module`, `listener`, `event` or `observer`.
    pub kind: &'static str,
    /// It runs without the user's doing.
    pub automatic: bool,
    /// It runs again and again.
    pub repeats: bool,
    /// It runs when the unit is left.
    pub leaving: bool,
    /// It runs at launch.
    pub launch: bool,
    /// The handler's name is not known.
    pub guessed: bool,
    /// Where.
    pub at: At,
}

/// One step of a way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// Where.
    pub at: At,
    /// What happens there.
    pub text: String,
}

/// A test on a way that has to come out one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GuardView {
    /// Where.
    pub at: At,
    /// The test as it is written.
    pub test: String,
    /// Its outcome.
    pub outcome: bool,
    /// What the outcome tells; `None` when the tool knows nothing about it.
    pub meaning: Option<String>,
}

/// The shortest way from an entry to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WitnessView {
    /// Where it starts.
    pub entry: EntryView,
    /// What the request shows on this way: `asks`, `unknown`, or `silent`.
    pub prompting: &'static str,
    /// `certain`, `likely` or `possible`.
    pub certainty: &'static str,
    /// A test on it excludes the prompt: what is asked for is granted already.
    pub closed: bool,
    /// From the entry to the request.
    pub steps: Vec<StepView>,
    /// What holds on the way, in its order.
    pub guards: Vec<GuardView>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// The API as it is written.
    pub api: String,
    /// Where.
    pub at: At,
    /// `asks`, `unknown` (its scopes are not known), `silent`, `device` or `data`.
    pub prompting: &'static str,
    /// The scopes that show a sheet.
    pub asked: Vec<String>,
    /// All scopes that are known.
    pub scopes: Vec<String>,
    /// There may be others.
    pub unknown_scopes: bool,
    /// `handled`, `missing` or `unknown`.
    pub failure: &'static str,
    /// The ways that lead there, the automatic ones first.
    pub ways: Vec<WitnessView>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CallView {
    /// Where.
    pub at: At,
    /// What is called, as it is written.
    pub text: String,
}

/// A handler's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NameView {
    /// The name.
    pub name: String,
    /// A function of this name was found.
    pub resolved: bool,
}

/// An attribute that binds an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct HandlerView {
    /// Where.
    pub at: At,
    /// The attribute: `onTap`.
    pub event: String,
    /// The names it may have.
    pub names: Vec<NameView>,
    /// Some name is not known.
    pub unknown: bool,
}

/// An authorization button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ButtonView {
    /// The element.
    pub element: String,
    /// Where.
    pub at: At,
    /// The scopes that are known.
    pub scopes: Vec<String>,
    /// There may be others.
    pub unknown_scopes: bool,
    /// Its open type is known for certain.
    pub certain: bool,
    /// Its handlers.
    pub handlers: Vec<HandlerView>,
}
