//! In: paths that an import may mean. Out: which of them cannot be there, by what their folders list. Most are not there: an
//! import is tried with one ending after the other, and asking for each took ten times as many calls of the system.

use crate::discover::Files;
use rustc_hash::{FxHashMap, FxHashSet};

/// What folders list, in lower case; `None` where that cannot be told.
#[derive(Debug, Default)]
pub(super) struct Listed(FxHashMap<String, Option<FxHashSet<String>>>);

impl Listed {
    /// Whether a file may be there. File systems differ in which names they take for the same, so only what is another name
    /// for all of them counts as absent.
    pub(super) fn may_have(&mut self, files: &dyn Files, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !name.is_ascii() {
            return true;
        }
        self.list(files, folder);
        let listed = self.0.get(folder).and_then(Option::as_ref);
        listed.is_none_or(|names| names.contains(&name.to_ascii_lowercase()))
    }

    /// Lists a folder, once; one that cannot be there is not asked for: packages are looked for beside every folder on the
    /// way up.
    fn list(&mut self, files: &dyn Files, folder: &str) {
        if self.0.contains_key(folder) {
            return;
        }
        let name = folder.rsplit('/').next().unwrap_or(folder);
        // What an absolute path begins with has no folder above it.
        let has_folder_above = folder.contains('/') && !folder.starts_with('/') && !folder.contains(':');
        let may_be_there = !has_folder_above || matches!(name, "" | "." | "..") || self.may_have(files, folder);
        let names = if may_be_there { files.names(folder) } else { Some(Vec::new()) };
        let names = names.map(|names| names.into_iter().map(|name| name.to_lowercase()).collect());
        self.0.insert(folder.to_string(), names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::disk::Disk;

    #[test]
    fn only_what_no_file_system_could_mean_is_absent() {
        let disk = Disk::new(env!("CARGO_MANIFEST_DIR"));
        let mut listed = Listed::default();
        let mut may = |path: &str| listed.may_have(&disk, path);
        assert!(may("Cargo.toml") && may("cargo.TOML") && may("src/lib.rs"));
        assert!(may("src/\u{e9}.rs"), "composed or not, a file system may take it for another");
        assert!(!may("src/lib.ts") && !may("absent/lib.rs") && !may("src/absent/deep/down/lib.rs"));
        assert!(may("src/../Cargo.toml") && may("./src/lib.rs") && may("src/model/../model/listed.rs"));
        let above = concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/listed.rs").replace('\\', "/");
        assert!(may(&above), "not all that is above an absolute path is below the base");
        // What cannot be listed is asked for.
        let memory = crate::discover::memory::Memory::of([("a/b.js", "")]);
        assert!(Listed::default().may_have(&memory, "a/c.js"));
    }
}
