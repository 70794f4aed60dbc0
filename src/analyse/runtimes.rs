//! In: what converters, bundlers and frameworks bring along. Out: what it does to a program, known better than from running it.
//! Never names a framework itself.

mod bundles;
mod door;
mod frameworks;
mod summaries;
