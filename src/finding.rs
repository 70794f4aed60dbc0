//! In: what a rule saw. Out: a finding as a value: rule, level, certainty, place, and the witness paths that lead there.
//! Never knows how a finding is shown.

pub use crate::message::Message;
use crate::text::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// A reviewer may object.
    Warning,
    /// A reviewer will object.
    Error,
}

/// How sure the analysis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// A name matched, a value stayed unknown, or a budget ended the search.
    Possible,
    /// One step rests on a named heuristic.
    Likely,
    /// Every step was resolved.
    Certain,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path relative to the working directory, with `/`.
    pub file: String,
    /// Bytes of its decoded text.
    pub span: Span,
}

/// One step of a witness path, in a developer's words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What happens there; a key of `rules/words.toml`.
    pub message: Message,
}

/// A witness path in words: from an entry point (a hook, a handler) to the place of a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    /// What starts it, e.g. `App.onLaunch` or `pages/me/index onShow`.
    pub entry: String,
    /// From the entry to the place.
    pub steps: Vec<Step>,
}

/// A replacement of a span of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced (empty span: an insertion).
    pub place: Place,
    /// By what.
    pub text: String,
}

/// A set of edits that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    /// What it does; a key of the rule page's messages.
    pub message: Message,
    /// Whether behaviour is certain to become what was meant.
    pub safe: bool,
    /// Edits, not overlapping.
    pub edits: Vec<Edit>,
}

/// A breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad.
    pub level: Level,
    /// How sure.
    pub certainty: Certainty,
    /// What is wrong; a key of the rule page's messages.
    pub message: Message,
    /// Where.
    pub place: Place,
    /// What stands there, short, for people and for the fingerprint: an API name, an element.
    pub subject: String,
    /// The witness paths that lead there, first the one that the message names; empty when the place speaks for itself.
    pub witnesses: Vec<Witness>,
    /// Other places that belong to it.
    pub related: Vec<Step>,
    /// How to mend it by machine.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// A finding whose place speaks for itself.
    pub fn new(
        rule: &'static str,
        level: Level,
        certainty: Certainty,
        message: Message,
        place: Place,
        subject: impl Into<String>,
    ) -> Finding {
        let subject = subject.into();
        let (witnesses, related, fixes) = (Vec::new(), Vec::new(), Vec::new());
        Finding { rule, level, certainty, message, place, subject, witnesses, related, fixes }
    }

    /// With the witness paths that lead there, first the one that the message names.
    pub fn with_witnesses(self, witnesses: impl IntoIterator<Item = Witness>) -> Finding {
        Finding { witnesses: witnesses.into_iter().collect(), ..self }
    }

    /// With other places that belong to it.
    pub fn with_related(self, related: impl IntoIterator<Item = Step>) -> Finding {
        Finding { related: related.into_iter().collect(), ..self }
    }

    /// With what mends it.
    pub fn with_fixes(self, fixes: impl IntoIterator<Item = Fix>) -> Finding {
        Finding { fixes: fixes.into_iter().collect(), ..self }
    }
}
