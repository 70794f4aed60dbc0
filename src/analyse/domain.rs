//! In: values, as a run of the program meets them. Out: sets of them, and objects whose properties hold such sets. Never knows
//! JavaScript or a platform.

pub mod heap;
pub mod object;
pub mod value;

/// A function of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeRef {
    /// Index of the file in the model.
    pub file: u32,
    /// Index of the function in the script.
    pub function: u32,
}

/// A context: a function with its surroundings, `this` and arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CtxId(pub u32);

impl CtxId {
    /// No context.
    pub const NONE: CtxId = CtxId(u32::MAX);
}
