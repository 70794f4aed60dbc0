//! In: signals, told through two flags by whoever catches them. Out: whether the process may end at once, and which signal came
//! while it might not. Never catches a signal and never ends anything itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Lets files become whole before a signal ends the process. Copies speak of the same process.
#[derive(Clone, Debug)]
pub struct Interrupts {
    at_once: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Default for Interrupts {
    fn default() -> Interrupts {
        Interrupts { at_once: Arc::new(AtomicBool::new(true)), signal: Arc::default() }
    }
}

impl Interrupts {
    /// Whether a signal ends the process at once. Whoever catches one that does not sets this, so that the next one does.
    pub fn at_once(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.at_once)
    }

    /// Where whoever catches a signal puts its number; 0 as long as none came.
    pub fn signal(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.signal)
    }

    /// The number of a signal that came while the process could not end. Whoever sees it leaves everything else undone.
    pub fn came(&self) -> Option<u8> {
        // A signal's number fits: there are fewer than 128.
        u8::try_from(self.signal.load(Ordering::SeqCst)).ok().filter(|signal| *signal > 0)
    }

    /// Does work that must not be cut off.
    pub(super) fn wait_for<T>(&self, work: impl FnOnce() -> T) -> T {
        struct Busy<'a>(&'a AtomicBool);
        impl Drop for Busy<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        self.at_once.store(false, Ordering::SeqCst);
        let _busy = Busy(&self.at_once);
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn a_signal_waits_for_the_work_and_no_longer() {
        let interrupts = Interrupts::default();
        let (at_once, signal) = (interrupts.at_once(), interrupts.signal());
        let ends = || at_once.load(Ordering::SeqCst);
        assert!(ends() && interrupts.came().is_none());
        let before = interrupts.wait_for(|| {
            let before = ends();
            signal.store(2, Ordering::SeqCst);
            at_once.store(true, Ordering::SeqCst);
            (before, ends())
        });
        assert_eq!((before, ends(), interrupts.came()), ((false, true), true, Some(2)));
        // A fault in the work does not make the process deaf.
        assert!(catch_unwind(AssertUnwindSafe(|| interrupts.wait_for(|| panic!("a fault")))).is_err());
        assert!(ends());
    }
}
