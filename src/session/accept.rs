//! In: a report and a baseline. Out: the report without what the baseline accepts. Knows how paths of both belong together; how
//! findings are matched is not decided here.

use crate::baseline::{self, Entry, Ground};
use crate::discover::Files;
use crate::discover::path::{join, within};
use crate::finding::{Level, Message};
use crate::report::{Notice, Report};

/// A baseline as read from its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The file, as the user calls it.
    pub file: String,
    /// The absolute folder of the file, from which its paths count.
    pub folder: String,
    /// What it lists.
    pub entries: Vec<Entry>,
}

impl Accepted {
    /// Takes what it accepts out of a report's findings. When the report is about `everything`, a notice tells what is mended.
    pub(super) fn apply(&self, report: &mut Report, files: &dyn Files, ran: &dyn Fn(&str) -> bool, everything: bool) {
        let fixed = self.grounded(files, ran, |ground| baseline::apply(report, &self.entries, ground).fixed);
        if everything && !fixed.is_empty() && !report.incomplete() && !report.unjudged() {
            let count: usize = fixed.iter().map(|entry| entry.count).sum();
            let message = Message::new("notice-mended").with("count", count.to_string());
            let file = Some(self.file.clone());
            report.notices.push(Notice { level: Level::Info, text: message, file });
        }
    }

    /// Does something that needs to know how paths belong together. `ran` says whether a rule took part.
    pub fn grounded<T>(&self, files: &dyn Files, ran: &dyn Fn(&str) -> bool, mut act: impl FnMut(&Ground) -> T) -> T {
        let here = files.base();
        let path = |path: &str| {
            let whole = join(&here, path);
            match within(&self.folder, &whole) {
                Some("") => ".".to_owned(),
                Some(inside) => inside.to_owned(),
                None => path.to_owned(),
            }
        };
        let exists = |file: &str| files.is_file(&join(&self.folder, file));
        act(&Ground { path: &path, exists: &exists, ran })
    }
}
