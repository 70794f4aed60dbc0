//! consentry reads a mini program and says where it breaks the platform's rules on asking users for their data.
//!
//! # The journey of a file
//!
//! ```text
//! folders       --discover-->  programs: a root, its kind, its files    nothing is read twice
//! bytes         --parse---->   Facts, one value per file                parallel, pure, the syntax tree dies here
//! Facts of all  --model---->   Model: pages, components, resolved imports
//! Model         --analyse-->   the program, run in the abstract: call graph, entry points, values
//! that run      --app------>   the words rules speak: requests, buttons, refusals, witness paths
//! App           --rules---->   Findings, raw
//! Findings      --verdict-->   levels, order, places, fingerprints, suppressions
//! Report        --report--->   text in one of the formats
//! ```
//!
//! [`session`] is this journey as one value; follow `session::check_files` to read it. What platforms do and what rules say is
//! data: `rules/`.
//!
//! # The modules
//!
//! In reading order, which is the order of dependence, too: a module uses only modules above it (`tests/architecture.rs`).
//!
//! - What everything speaks: `text` (spans, lines, columns), `message` (texts in two languages, by key), `error` (how the tool itself fails), `finding` (what a
//!   rule says), `rule_doc` (a rule page as a value), `platform` (what a wallet does, as a value), `framework` (what a framework makes of its
//!   sources, as a value: a new one is a table and models in `rules/frameworks/dialects`, a reader of its markup below `parse`, and a fixture).
//! - Files become facts: `facts` (what one file says), `parse` (source in, facts out; the only place that knows parsers),
//!   `discover` (the door to the disk, and what belongs to a program).
//! - Facts become a program: `model` (links them), `platform_guess` (for which platform it was written), `analyse` (runs it in the abstract: calls, values, promises, markup).
//! - A program becomes findings: `app` (answers for rules), `rules` (one file each, and the list).
//! - Findings become a report: `catalog` (messages in the reader's language), `locate` (lines, order, duplicates, fingerprints),
//!   `suppress` (comments to the tool), `report` (the formats), `explain` (why something is or is not a finding), `config` (the user's file), `verdict` (what counts, decided in
//!   one place), `baseline` (what was accepted earlier).
//! - The tool: `write` (files that go out), `git` (what has changed, and the index), `fix` (edits that fit together, and the
//!   texts after them), `session` (the journey; threads), `cli` (arguments in, exit code out).
//!
//! # Promises
//!
//! - The same input gives the same bytes, for any number of threads: nothing depends on hash order, time or place.
//! - No file can end a run: what cannot be read or understood becomes a finding, and budgets bound every search.
//! - When a search is cut short or a value is unknown, the finding says so (`likely`, `possible`); it is never rounded up.

pub mod text;
pub mod message;
pub mod error;
pub mod finding;
pub mod rule_doc;
pub mod platform;
pub mod framework;
pub mod facts;
pub mod parse;
pub mod discover;
pub mod model;
pub mod platform_guess;
pub mod analyse;
pub mod app;
pub mod rules;
pub mod catalog;
pub mod locate;
pub mod suppress;
pub mod report;
pub mod explain;
pub mod config;
pub mod verdict;
pub mod baseline;
pub mod write;
pub mod git;
pub mod fix;
pub mod session;
pub mod cli;
