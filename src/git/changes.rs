//! In: what the index and a commit hold, as git lists them, and the disk. Out: which files of the work tree differ from the commit.
//! git is never asked to look into files: it would run the filters that a repository names.

use super::blobs::Blobs;
use crate::discover::FILE_BYTES;
use crate::discover::path::join;
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::Result;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// A time as the index has it: seconds and nanoseconds.
type Time = (i64, i64);

/// What the index knows about the file it was filled from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stat {
    changed: Time,
    modified: Time,
    /// Its lower 32 bits.
    size: u32,
}

/// A file of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Tracked {
    object: String,
    mode: String,
    /// `None` where git did not say it in the words that are known.
    stat: Option<Stat>,
    /// Whether the work tree is not meant to hold it (a sparse checkout).
    is_left_out: bool,
}

/// Paths of the work tree that differ from the commit, from the top. `listed` is what `ls-files --stage --debug -z` says, `raw` what
/// `diff-index --cached --raw -z` says about the commit, `index` the file of the index, for its time.
pub(super) fn differing(listed: &[u8], raw: &[u8], top: &str, index: &Path, blobs: &Blobs) -> Vec<String> {
    let tracked = tracked(listed);
    let written = fs::metadata(index).ok().map(|meta| stat(&meta).modified);
    let mut wanted: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for (path, entry) in &tracked {
        // Another repository's files are its own affair.
        if entry.mode != "160000" && !entry.is_left_out && !is_as_in_index(Path::new(&join(top, path)), entry, written)
        {
            wanted.insert(path, Some(&entry.object));
        }
    }
    let mut parts = raw.split(|byte| *byte == 0).map(std::str::from_utf8);
    // `:<old mode> <new mode> <old object> <new object> <status>`, then the path.
    while let (Some(head), Some(path)) = (parts.next(), parts.next()) {
        let (Ok(head), Ok(path)) = (head, path) else { continue };
        let fields: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
        let [before, after, object, ..] = fields[..] else { continue };
        if before != "160000" && after != "160000" {
            wanted.insert(path, (before != "000000").then_some(object));
        }
    }
    let differs = |(path, object): &(&str, Option<&str>)| {
        let file = join(top, path);
        match (fs::symlink_metadata(&file), object) {
            // It is gone, perhaps with a folder in its place.
            (Err(_), object) => object.is_some(),
            (Ok(meta), object) if meta.is_dir() => object.is_some(),
            (Ok(_), None) => true,
            (Ok(meta), Some(object)) => !same(Path::new(&file), &meta, object, blobs).unwrap_or(false),
        }
    };
    wanted.into_iter().filter(differs).map(|(path, _)| path.to_owned()).collect()
}

/// Whether a file is certainly what the index holds: nothing about it has changed since, and it was not written in the moment in
/// which the index was.
fn is_as_in_index(file: &Path, entry: &Tracked, written: Option<Time>) -> bool {
    let Some(known) = entry.stat else { return false };
    fs::symlink_metadata(file).is_ok_and(|meta| {
        let now = stat(&meta);
        now == Stat { changed: if cfg!(unix) { known.changed } else { now.changed }, ..known }
            && written.is_some_and(|written| known.modified < written)
    })
}

fn stat(meta: &Metadata) -> Stat {
    #[cfg(unix)]
    let changed = {
        use std::os::unix::fs::MetadataExt;
        (meta.ctime(), meta.ctime_nsec())
    };
    #[cfg(not(unix))]
    let changed = Time::default();
    let modified = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let modified = (i64::try_from(modified.as_secs()).unwrap_or(0), i64::from(modified.subsec_nanos()));
    #[expect(clippy::cast_possible_truncation, reason = "the index has no more of it")]
    Stat { changed, modified, size: meta.len() as u32 }
}

/// Whether a file holds what an object does, whatever its line ends: git may be told to change them on the way.
fn same(file: &Path, meta: &Metadata, object: &str, blobs: &Blobs) -> Result<bool> {
    let size = blobs.size(object)?;
    if meta.is_symlink() {
        let target = fs::read_link(file)?;
        return Ok(size <= FILE_BYTES && target.to_str().map(str::as_bytes) == Some(&blobs.read(object, FILE_BYTES)?));
    }
    // What is no file or more than is ever read counts as changed.
    if !meta.is_file() || size > FILE_BYTES || meta.len() > FILE_BYTES {
        return Ok(false);
    }
    let (held, here) = (blobs.read(object, FILE_BYTES)?, fs::read(file)?);
    let ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte != b'\r').copied().collect::<Vec<u8>>();
    Ok(held == here || ends(&held) == ends(&here))
}

/// `<mode> <object> <stage>\t<path>`, a zero, and lines about the file it was filled from. No program has files whose names are not
/// UTF-8.
fn tracked(listed: &[u8]) -> BTreeMap<String, Tracked> {
    let mut found = BTreeMap::new();
    let mut parts = listed.split(|byte| *byte == 0);
    let mut head = parts.next().unwrap_or_default();
    for part in parts {
        let (about, next) = part.split_at(lines_about(part));
        let entry = std::str::from_utf8(head).ok().and_then(|head| head.split_once('\t')).and_then(|(fields, path)| {
            let mut fields = fields.split(' ').map(str::to_owned);
            let (mode, object) = (fields.next()?, fields.next()?);
            let (stat, is_left_out) = (read_stat(about), is_left_out(about));
            Some((path.to_owned(), Tracked { object, mode, stat, is_left_out }))
        });
        if let Some((path, entry)) = entry {
            found.entry(path).or_insert(entry);
        }
        head = next;
    }
    found
}

/// How long the lines about a file are, each of which begins with two spaces; the next file's follow.
fn lines_about(text: &[u8]) -> usize {
    let mut end = 0;
    while text[end..].starts_with(b"  ") {
        end += text[end..].iter().position(|byte| *byte == b'\n').map_or(text.len() - end, |at| at + 1);
    }
    end
}

/// `ctime: 1:2`, `mtime: 1:2`, `size: 3`, among others; `None` when one of them is missing.
fn read_stat(about: &[u8]) -> Option<Stat> {
    let words: Vec<&str> = std::str::from_utf8(about).ok()?.split_whitespace().collect();
    let said = |key: &str| words.iter().position(|word| *word == key).and_then(|at| words.get(at + 1));
    let time = |key: &str| {
        let (seconds, nanos) = said(key)?.split_once(':')?;
        Some((seconds.parse().ok()?, nanos.parse().ok()?))
    };
    Some(Stat { changed: time("ctime:")?, modified: time("mtime:")?, size: said("size:")?.parse().ok()? })
}

/// `flags: 40000000`, among others.
fn is_left_out(about: &[u8]) -> bool {
    let text = String::from_utf8_lossy(about);
    let flags = text.split_whitespace().skip_while(|word| *word != "flags:").nth(1);
    flags.and_then(|flags| u32::from_str_radix(flags, 16).ok()).is_some_and(|flags| flags & 1 << 30 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_lists_is_read() {
        let listed = b"100644 abc 0\ta b.js\0  ctime: 1:2\n  mtime: 3:4\n  dev: 5\tino: 6\n  uid: 0\tgid: 0\n  size: 7\tflags: 0\n\
            120000 def 0\tlink\0  ctime: odd\n  size: 1\tflags: 40004000\n100644 ghi 0\t\xff\0  size: 1\tflags: 0\n";
        let stat = Stat { changed: (1, 2), modified: (3, 4), size: 7 };
        let entry = |object: &str, mode: &str, stat: Option<Stat>| {
            let is_left_out = stat.is_none();
            Tracked { object: object.into(), mode: mode.into(), stat, is_left_out }
        };
        let wanted =
            [("a b.js".into(), entry("abc", "100644", Some(stat))), ("link".into(), entry("def", "120000", None))];
        assert_eq!(tracked(listed), BTreeMap::from(wanted));
    }
}
