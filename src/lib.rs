//! consentry reads a mini program and says where it breaks the platform's rules on asking users for their data.
//!
//! The journey of a file, and the modules in that order. A module uses only modules above it (`tests/architecture.rs`):
//!
//! ```text
//! disk --discover--> programs and their files
//! bytes --parse--> Facts             per file, parallel, pure
//! Facts* --model--> Model            one program: pages, components, templates, resolved modules
//! Model + Platform --analyse--> App  abstract execution: who reaches which request, with which values
//! App --rules--> Finding*            per rule
//! Finding* --settle--> Report        levels, order, fingerprints
//! Report --report--> text            pretty, concise, json
//! ```

pub mod text;
pub mod error;
pub mod words;
pub mod rule_doc;
pub mod platform;
pub mod facts;
pub mod parse;
pub mod discover;
pub mod model;
pub mod analyse;
pub mod finding;
pub mod app;
pub mod rules;
pub mod texts;
pub mod settle;
pub mod suppress;
pub mod report;
pub mod explain;
pub mod config;
pub mod verdict;
pub mod baseline;
pub mod write;
pub mod session;
pub mod cli;
