//! In: a thousand findings. Out: how long it takes to write them in each format.

use crate::input;
use consentry::report::{self, Format, Options, Sources};
use consentry::session::{self, CheckOptions, Checked};
use divan::Bencher;

const FINDINGS: usize = 1_000;

/// A check of the fixtures, its findings repeated until there are enough.
fn checked() -> Checked {
    let options = CheckOptions { threads: Some(1), ..CheckOptions::default() };
    let mut checked = session::check_files(&input::fixtures(), &[], &options).expect("the fixtures can be checked");
    let found = checked.report.findings().count();
    assert!(found > 50, "the fixtures have findings");
    for program in &mut checked.report.programs {
        let once = program.findings.clone();
        let again = once.iter().flat_map(|one| std::iter::repeat_n(one.clone(), FINDINGS.div_ceil(found)));
        program.findings = again.collect();
    }
    checked.report.keep_first(FINDINGS);
    checked
}

#[divan::bench(args = Format::ALL.map(|(name, _)| name), max_time = 1)]
fn render(bencher: Bencher, name: &str) {
    let Checked { report, sources } = checked();
    assert_eq!(report.findings().count(), FINDINGS);
    let texts = session::texts().expect("the rule pages");
    let options = Options {
        color: true,
        links: true,
        width: 100,
        ..Options::plain(Format::named(name).expect("a format"), texts.as_ref())
    };
    let sources: &dyn Sources = sources.as_ref();
    bencher.bench_local(|| {
        let mut out = Vec::new();
        report::write(&report, sources, &options, &mut out).expect("memory takes everything");
        out
    });
}
