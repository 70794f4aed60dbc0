//! In: one file's bytes. Out: its facts and problems. Never looks at another file; a panic inside stays inside.

pub mod decode;
pub mod manifest;
pub mod script;
pub mod template;
