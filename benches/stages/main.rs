//! In: the fixtures, and programs made from `benches/program/`. Out: how long each step of the journey takes, so that a change
//! shows where it costs. One binary, so that it is linked once. `cargo bench` runs all of it, `cargo bench -- facts` a part.

#![allow(clippy::disallowed_types, reason = "what `divan::bench` expands to; nothing here has state of its own")]

mod input;
mod parse;
mod program;
mod report;

// As the tool itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As deep as the tool's own threads: parsing and running recurse.
const STACK: usize = 256 << 20;

fn main() {
    // One thread: what is measured is work, not how well it is shared out.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK);
    pool.build().expect("a thread").install(divan::main);
}
