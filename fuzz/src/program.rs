//! In: a bundle that is a program. Out: whether its check ends, holds together and can be shown in every format, and whether
//! mending it keeps its promises.

use super::bundle::{self, Bundle};
use super::facts::within;
use super::promises;
use consentry::catalog::{Catalog, Lang};
use consentry::finding::Place;
use consentry::platform::Platform;
use consentry::report::{self, Format, Options};
use consentry::session::{self, CheckOptions, Checked, Parsing, Preset};

/// A check of a program: on one thread and on two, shown in every format.
pub fn whole_check(bytes: &[u8]) {
    let bundle = bundle::read(bytes);
    let options = options(&bundle);
    let Ok(one) = session::check_files(&bundle.files, &[], &options) else {
        let again = session::check_files(&bundle.files, &[], &options);
        return assert!(again.is_err(), "refused once: {:?}", bundle.files);
    };
    let shown = shown(&one);
    assert!(!one.report.incomplete(), "{:?}\n{:?}", one.report.notices, bundle.files);
    places(&one);
    let two = CheckOptions { threads: Some(2), ..options };
    let two = session::check_files(&bundle.files, &[], &two).expect("it could be checked before");
    assert!(one.report == two.report, "another report from two threads: {:?}", bundle.files);
    readable(&shown);
}

/// What `--fix --unsafe-fixes` makes of a program.
pub fn fix_application(bytes: &[u8]) {
    let bundle = bundle::read(bytes);
    let options = options(&bundle);
    if session::check_files(&bundle.files, &[], &options).is_ok()
        && let Err(fault) = promises::broken(&bundle.files, &options)
    {
        panic!("{fault}\n{:?}", bundle.files);
    }
}

fn options(bundle: &Bundle) -> CheckOptions {
    let choice = bundle.choice;
    let platforms: Vec<&str> = Platform::names().collect();
    CheckOptions {
        preset: Some(if choice & 1 == 0 { Preset::Strict } else { Preset::Recommended }),
        parsing: if choice & 2 == 0 { Parsing::default() } else { Parsing::All },
        platform: platforms.get((choice >> 2) % (platforms.len() * 2)).map(|name| (*name).to_owned()),
        threads: Some(1),
        ..CheckOptions::default()
    }
}

/// The report in every format.
fn shown(checked: &Checked) -> Vec<(Format, Vec<u8>)> {
    thread_local! {
        static TEXTS: Box<dyn Catalog> = session::texts().expect("the pages are sound");
    }
    TEXTS.with(|texts| shown_with(checked, texts.as_ref()))
}

fn shown_with(checked: &Checked, texts: &dyn Catalog) -> Vec<(Format, Vec<u8>)> {
    let one = |(_, format): (&str, Format)| {
        let options = Options {
            color: true,
            links: true,
            lang: if format == Format::Concise { Lang::Zh } else { Lang::En },
            ..Options::plain(format, texts)
        };
        let mut out = Vec::new();
        report::write(&checked.report, checked.sources.as_ref(), &options, &mut out).expect("memory takes everything");
        report::write_notices(&checked.report, &options, &mut Vec::new()).expect("memory takes everything");
        (format, out)
    };
    Format::ALL.into_iter().map(one).collect()
}

/// What is for machines can be read by them.
fn readable(shown: &[(Format, Vec<u8>)]) {
    for (format, bytes) in shown {
        let text = std::str::from_utf8(bytes).expect("a report is UTF-8");
        match format {
            Format::Json | Format::Sarif | Format::Gitlab | Format::Rdjson => {
                serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|fault| panic!("{fault}: {text}"));
            }
            Format::Junit | Format::Checkstyle => {
                let mut reader = quick_xml::Reader::from_str(text);
                while reader.read_event().unwrap_or_else(|fault| panic!("{fault}: {text}"))
                    != quick_xml::events::Event::Eof
                {}
            }
            _ => {}
        }
    }
}

/// Every place a finding names lies in the text of its file.
fn places(checked: &Checked) {
    let place = |place: &Place, what: &dyn std::fmt::Debug| {
        if let Some(text) = checked.sources.text(&place.file) {
            within(&text, place.span, what);
        }
    };
    for (_, one) in checked.report.findings() {
        let finding = &one.finding;
        place(&finding.place, finding);
        let steps = finding.witnesses.iter().flat_map(|witness| &witness.steps).chain(&finding.related);
        steps.for_each(|step| place(&step.place, step));
        finding.fixes.iter().flat_map(|fix| &fix.edits).for_each(|edit| place(&edit.place, edit));
    }
}
