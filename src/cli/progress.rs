//! In: a long piece of work. Out: a line on the terminal that moves while it lasts. Never there for short work, and never where
//! nobody watches: standard error is no terminal, or a pipeline's.

use crate::catalog::Lang;
use crate::session::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Most runs are over before anybody wonders.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line moves.
const BEAT: Duration = Duration::from_millis(100);

/// Does `work` and shows how far it is, unless that is not `wanted`; it is given where to say so.
pub(super) fn during<T>(wanted: bool, lang: Lang, work: impl FnOnce(Option<Arc<Progress>>) -> T) -> T {
    if !wanted {
        return work(None);
    }
    let progress = Arc::new(Progress::default());
    let (going, gone) = channel();
    let shown = Arc::clone(&progress);
    let line = std::thread::spawn(move || show(&shown, lang, &gone));
    let result = work(Some(progress));
    drop(going);
    // The line is gone before anything else is written; had it failed, there would be nothing to say about it.
    let _ = line.join();
    result
}

/// Draws the line until the work is done.
fn show(progress: &Progress, lang: Lang, gone: &Receiver<()>) {
    let lasts = |time| gone.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
    if !lasts(PATIENCE) {
        return;
    }
    let bar = ProgressBar::new_spinner().with_elapsed(PATIENCE);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    loop {
        let (done, all) = (progress.done.load(Relaxed), progress.programs.load(Relaxed));
        bar.set_message(words(done, all, lang));
        bar.tick();
        if !lasts(BEAT) {
            break;
        }
    }
    bar.finish_and_clear();
}

fn words(done: usize, all: usize, lang: Lang) -> String {
    match (all, lang) {
        (0, Lang::En) => "looking for mini programs".to_owned(),
        (0, Lang::Zh) => "正在查找小程序".to_owned(),
        (1, Lang::En) => "checking".to_owned(),
        (1, Lang::Zh) => "正在检查".to_owned(),
        (_, Lang::En) => format!("checking, {done} of {all} programs done"),
        (_, Lang::Zh) => format!("正在检查，已完成 {done}/{all} 个小程序"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_it_is() {
        for (done, all, want) in [(0, 0, "looking"), (0, 1, "checking"), (2, 5, "2 of 5")] {
            assert!(words(done, all, Lang::En).contains(want));
        }
        assert!(words(2, 5, Lang::Zh).contains("2/5"));
    }
}
