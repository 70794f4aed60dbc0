//! In: texts. Out: how long it takes to look through them and to read them. `small` is every fixture of a kind, one after the
//! other; `large` is one text of some hundred kilobytes.

use crate::input;
use consentry::parse::{data, manifest, script, template};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

/// More brackets than the guard lets through, behind everything else: it looks through the whole text and no parser follows.
const TOO_DEEP: usize = 1_100;

fn bytes(texts: &[String]) -> BytesCount {
    BytesCount::new(texts.iter().map(String::len).sum::<usize>())
}

/// Runs `read` over all texts.
fn over(bencher: Bencher, texts: &[String], read: impl Fn(&str) + Sync) {
    bencher.counter(bytes(texts)).bench(|| texts.iter().for_each(|text| read(black_box(text))));
}

fn large_template() -> Vec<String> {
    vec![input::all("axml").join("\n").repeat(10)]
}

fn large_script() -> Vec<String> {
    vec![input::fixture("uni-webpack/common/vendor.js").repeat(50)]
}

/// What runs over a text before a parser sees it.
mod mask {
    use super::{Bencher, TOO_DEEP, data, input, large_script, large_template, over, script, template};

    #[divan::bench]
    fn template_small(bencher: Bencher) {
        over(bencher, &input::all("axml"), |text| drop(template::masked(text)));
    }

    #[divan::bench]
    fn template_large(bencher: Bencher) {
        over(bencher, &large_template(), |text| drop(template::masked(text)));
    }

    #[divan::bench]
    fn guard_large(bencher: Bencher) {
        let mut texts = large_script();
        texts[0].push_str(&"[".repeat(TOO_DEEP));
        let (facts, problems, _) = script::read(&texts[0], false);
        let last = problems[0].span.start as usize;
        assert!(facts.is_none() && last + TOO_DEEP > texts[0].len(), "the guard reads to the end and refuses");
        over(bencher, &texts, |text| drop(script::read(text, false)));
    }

    #[divan::bench]
    fn data_large(bencher: Bencher) {
        let texts = [input::fixture("data-files/data/cities.js").repeat(20)];
        over(bencher, &texts, |text| assert!(data::is_data(text.as_bytes())));
    }
}

mod axml {
    use super::{Bencher, input, large_template, over, template};

    #[divan::bench]
    fn small(bencher: Bencher) {
        over(bencher, &input::all("axml"), |text| drop(template::read(text)));
    }

    #[divan::bench]
    fn large(bencher: Bencher) {
        over(bencher, &large_template(), |text| drop(template::read(text)));
    }
}

mod facts {
    use super::{Bencher, input, large_script, over, script};

    #[divan::bench]
    fn small(bencher: Bencher) {
        over(bencher, &input::all("js"), |text| drop(script::read(text, false)));
    }

    #[divan::bench]
    fn large(bencher: Bencher) {
        let texts = large_script();
        assert!(script::read(&texts[0], false).0.is_some(), "it is a script");
        over(bencher, &texts, |text| drop(script::read(text, false)));
    }

    #[divan::bench]
    fn typescript(bencher: Bencher) {
        over(bencher, &input::all("ts"), |text| drop(script::read(text, true)));
    }
}

mod json {
    use super::{Bencher, input, manifest, over};

    #[divan::bench]
    fn small(bencher: Bencher) {
        over(bencher, &input::all("json"), |text| drop(manifest::read(text)));
    }

    #[divan::bench]
    fn large(bencher: Bencher) {
        over(bencher, &[input::manifest(10_000)], |text| drop(manifest::read(text)));
    }
}
