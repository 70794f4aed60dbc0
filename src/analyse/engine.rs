//! In: functions and the calls between them. Out: contexts, each run until nothing changes, within a budget, and records of
//! what they did. Never knows what a statement does.

pub mod budget;
pub mod code;
pub mod limits;
pub mod machine;
pub(super) mod record;
pub(super) mod rounds;
