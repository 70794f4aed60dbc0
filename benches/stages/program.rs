//! In: programs in memory. Out: how long it takes to link them, to run them and to ask all rules. Each step holds the one before:
//! `link` reads the files that `read` reads, `rules` runs the program as `analysis` does; the difference is its own share.

use crate::input::{self, Held};
use consentry::analyse::budget::Budget;
use consentry::app;
use consentry::discover::{FILE_BYTES, Files};
use consentry::model::{self, Model, Parsing};
use consentry::parse;
use consentry::platform::Platform;
use consentry::rules::RULES;
use divan::Bencher;
use std::time::Duration;

/// What is measured: a fixture, all fixtures, generated programs by their pages.
const PROGRAMS: [&str; 4] = ["shop", "all fixtures", "100 pages", "1000 pages"];

fn programs(name: &str) -> Vec<Held> {
    match name.strip_suffix(" pages") {
        Some(pages) => vec![input::generated(pages.parse().expect("a number of pages"))],
        None => input::held(if name == "all fixtures" { "" } else { name }),
    }
}

fn load(held: &Held) -> Model {
    model::load(&held.files, &held.program, Parsing::Needed, FILE_BYTES, || Duration::ZERO).0
}

fn platform() -> Platform {
    Platform::named("alipay").expect("the default platform")
}

#[divan::bench(args = PROGRAMS, max_time = 3)]
fn read(bencher: Bencher, name: &str) {
    let programs = programs(name);
    let needed: Vec<(String, Vec<u8>)> = programs
        .iter()
        .flat_map(|held| load(held).files.into_iter().map(move |file| (held, file.path)))
        .map(|(held, path)| (path.clone(), held.files.read(&path).expect("a file that was loaded")))
        .collect();
    bencher.bench(|| needed.iter().for_each(|(path, bytes)| drop(parse::file(path, bytes))));
}

#[divan::bench(args = PROGRAMS, max_time = 3)]
fn link(bencher: Bencher, name: &str) {
    let programs = programs(name);
    bencher.bench(|| programs.iter().map(load).collect::<Vec<_>>());
}

#[divan::bench(args = PROGRAMS, max_time = 3)]
fn analysis(bencher: Bencher, name: &str) {
    let models: Vec<Model> = programs(name).iter().map(load).collect();
    let platform = platform();
    bencher.bench(|| {
        let run = |model| app::with_app(model, &platform, Vec::new(), Budget::default(), |app| app.sites.len());
        models.iter().map(run).sum::<usize>()
    });
}

#[divan::bench(args = PROGRAMS, max_time = 3)]
fn rules(bencher: Bencher, name: &str) {
    let models: Vec<Model> = programs(name).iter().map(load).collect();
    let platform = platform();
    bencher.bench(|| {
        let run = |model| {
            app::with_app(model, &platform, Vec::new(), Budget::default(), |mut app| {
                let mut findings = Vec::new();
                RULES.iter().for_each(|rule| (rule.check)(&mut app, &mut findings));
                findings.len()
            })
        };
        models.iter().map(run).sum::<usize>()
    });
}
