//! In: values of tests on an error code. Out: how they compare, where that can be told.

use crate::facts::script::Operator;

/// A value, as far as tests on an error code need it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known {
    /// The error of a failure.
    Error,
    Number(f64),
    Text(String),
    Bool(bool),
    Nothing,
    Unknown,
}

/// Whether a value counts as true.
pub(super) fn truth(value: &Known) -> Option<bool> {
    match value {
        Known::Error => Some(true),
        Known::Number(number) => Some(*number != 0.0),
        Known::Text(text) => Some(!text.is_empty()),
        Known::Bool(value) => Some(*value),
        Known::Nothing => Some(false),
        Known::Unknown => None,
    }
}

/// Whether two values are equal, loosely: codes are written as numbers and as texts.
pub(super) fn equal(a: &Known, b: &Known) -> Option<bool> {
    let number = |value: &Known| match value {
        Known::Number(number) => Some(*number),
        Known::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    match (a, b) {
        (Known::Unknown, _) | (_, Known::Unknown) => None,
        (Known::Error, _) | (_, Known::Error) => None,
        (Known::Nothing, other) | (other, Known::Nothing) => Some(*other == Known::Nothing),
        (Known::Bool(a), Known::Bool(b)) => Some(a == b),
        // A text that is no number, held against a code: another property of the error is meant.
        _ => Some(number(a)? == number(b)?),
    }
}

/// How two values compare.
pub(super) fn compare(how: Operator, a: &Known, b: &Known) -> Option<bool> {
    let (Known::Number(x), Known::Number(y)) = (a, b) else {
        return (how == Operator::Equal).then(|| equal(a, b)).flatten();
    };
    match how {
        Operator::Equal => Some(x == y),
        Operator::Less => Some(x < y),
        Operator::LessOrEqual => Some(x <= y),
        Operator::Greater => Some(x > y),
        Operator::GreaterOrEqual => Some(x >= y),
        _ => None,
    }
}
