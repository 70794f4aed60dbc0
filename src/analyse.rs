//! In: a model and a platform. Out: what the program does, as far as rules ask. The program is run in the abstract: every
//! hook, handler and listener that the platform may call is called, and what happens is remembered with the way there.
//!
//! # The rooms
//!
//! In the order of dependence: a room uses only rooms above it (`tests/architecture.rs`).
//!
//! - `domain`: values, sets of them, objects. Nothing here knows JavaScript or a platform.
//! - `engine`: calling contexts, the work list, the budget, the records of a run.
//! - `language`: JavaScript: statements, expressions, calls, members, classes, promises, builtins, modules.
//! - `platform`: the app, pages and components with their hooks, APIs, markup, events, witness paths.
//! - `runtimes`: what bundlers, converters and frameworks add.
//!
//! # Words
//!
//! Terms of static analysis are used as the field uses them. These are special, or narrower here:
//!
//! | word | means | example |
//! |---|---|---|
//! | allocation site | where an object is made; an object is one site in one calling context | each `{}` of a loop is one object |
//! | atom | a name or string, stored once, compared as a number | `onLoad` |
//! | calling context | a function with its closure, `this` and arguments | `login(a)` and `login(b)` are two |
//! | call graph | contexts and the edges between them; an edge says how (call, callback, promise) | `onLoad` → `login` |
//! | edge guard | a test that dominates a call, with its outcome | `if (!token) login()` |
//! | entry point | where the platform starts code | `Page.onLoad`, a tap |
//! | escape | a value is handed to unknown code, which may call it | `track(function () { … })` |
//! | exhausted | the budget ended the search: certainty falls | a program of 100,000 functions |
//! | facade | an object of a framework that hands on the platform's APIs | `uni` |
//! | frame | a context while it runs: its locals, and which tests hold | |
//! | hook | a function that the platform calls by its name | `onShow` |
//! | host | what a hook belongs to: the app, a page, a component | `Page({…})` |
//! | instance | an app, page or component at run time | a component placed twice is two |
//! | merged context | all calls of a function in one context: widening, when contexts grow too many | recursion |
//! | opaque value | an unknown value of known origin, and the path read from it | `res.code` of an answer |
//! | placement | an element of a page's markup that makes a component | `<login-box/>` |
//! | points-to set | the values that something may have; stored once, compared as a number | `{undefined, "a"}` |
//! | registration | a call that makes an app, page or component | `Component({…})` |
//! | request | a call of an API, in one context | `my.getAuthCode(…)` |
//! | rescue | somebody deals with the failure of a request | `.catch(…)` |
//! | root | a function outside all others: it pays for the steps inside | a module of a bundle |
//! | shim | a framework's function that makes pages | `createPage(…)` |
//! | sink | where data of users becomes visible | `console.log(phone)` |
//! | slot | a variable or property in the heap: its set grows, its readers run again | |
//! | starved | a context that met a value nothing has given yet | the result of a call that never returns |
//! | summary | the known effect of a library's function, taken instead of running it | `_asyncToGenerator` |
//! | unit | a page or component of the model, with its files | `pages/index/index` |
//! | unknown code | a callee that is not there to read; its call is a havoc | `require('left-pad')` |
//! | unresolved | a call whose callee is unknown | |
//! | witness path | the shortest chain of edges from an entry point to a place | `onLoad` → `login` → `my.getAuthCode` |

mod domain;
mod engine;
mod language;
mod platform;
mod runtimes;

pub use domain::{CodeRef, CtxId};
pub use domain::{heap, object, value};
pub use engine::{budget, code, limits, machine};
pub use platform::Machine;
pub use platform::{conditions, entry_points, lifecycle, markup, sight, witness_paths};

/// What a run leaves.
pub mod record {
    pub use super::engine::record::*;
    pub use super::language::choices::Settlement;
    pub use super::language::recording::RescueBy;
    pub use super::platform::record::*;
}
