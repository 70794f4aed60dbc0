//! In: names of files and folders, and `.gitignore` texts. Out: what a walk leaves out. Never opens anything itself.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::path::{self, below, join, parent, within};
use super::{BuildFolder, FILE_BYTES, Files, Walk};

/// Folders no source lives in: packages (read only when a program refers to them), and what archives leave behind.
const LEFT_OUT: [&str; 3] = ["node_modules", "miniprogram_npm", "__MACOSX"];
/// Folders tools write to.
const BUILD: [&str; 3] = ["build", "dist", "unpackage"];
/// Files that say which files to leave out; a later one has the last word.
pub(super) const IGNORE_FILES: [&str; 2] = [".gitignore", ".consentryignore"];
/// Files that make a folder a program: some repositories track them although they ignore them (they hold an id).
const MANIFESTS: [&str; 3] = ["app.json", "mini.project.json", "plugin.json"];

/// What a walk does with a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Walks into it.
    Enter,
    /// Leaves it out.
    Leave,
    /// Leaves it out, but says that it is there.
    SetAside {
        /// Whether an ignore file names it, too.
        ignored: bool,
    },
}

/// The ignore files in force at one place of a walk, outermost first, by absolute folder.
pub(super) struct Gate {
    stack: Vec<(String, Gitignore)>,
    in_build: bool,
}

impl Gate {
    /// The gate at the absolute folder `root`: ignore files above it count up to the repository's top, else up to the
    /// base, unless they ignore `root` itself, which the user then asked for by name.
    pub(super) fn at(files: &dyn Files, root: &str) -> Gate {
        let mut folders = Vec::new();
        let mut above = parent(root);
        let has_git = |folder: &str| files.is_dir(&join(folder, ".git")) || files.is_file(&join(folder, ".git"));
        let mut reached_top = has_git(root);
        while let Some(folder) = above.filter(|_| !reached_top) {
            folders.push(folder);
            reached_top = has_git(folder);
            above = parent(folder);
        }
        if !reached_top {
            folders.retain(|folder| within(&files.base(), folder).is_some());
        }
        let in_build = root.split('/').any(|part| BUILD.contains(&part));
        let mut gate = Gate { stack: Vec::new(), in_build };
        for folder in folders.iter().rev() {
            gate.enter(files, folder);
        }
        let mut inside = Some(root);
        while let Some(folder) = inside {
            if gate.ignores(folder, true) {
                gate.stack.clear();
            }
            inside = parent(folder);
        }
        gate
    }

    /// Takes the ignore files of the absolute `folder` into force, and those of folders it does not lie in out of it.
    pub(super) fn enter(&mut self, files: &dyn Files, folder: &str) {
        self.enter_with(files, folder, &IGNORE_FILES);
    }

    /// The same where it is known which of [`IGNORE_FILES`] may be there; they come in that order.
    pub(super) fn enter_with(&mut self, files: &dyn Files, folder: &str, names: &[&str]) {
        self.stack.retain(|(above, _)| above != folder && within(above, folder).is_some());
        let mut builder = GitignoreBuilder::new("");
        let mut any = false;
        for name in names {
            let Ok(bytes) = files.read_within(&below(folder, name), FILE_BYTES) else { continue };
            for line in String::from_utf8_lossy(&bytes).trim_start_matches('\u{FEFF}').lines() {
                // A line that is no pattern ignores nothing, as in git.
                any |= builder.add_line(None, line).is_ok();
            }
        }
        if let Some(rules) = builder.build().ok().filter(|_| any) {
            self.stack.push((folder.to_owned(), rules));
        }
    }

    fn ignores(&self, path: &str, is_folder: bool) -> bool {
        for (folder, rules) in self.stack.iter().rev() {
            let Some(inside) = within(folder, path).filter(|inside| !inside.is_empty()) else { continue };
            match rules.matched(inside, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        false
    }

    /// Whether a walk lists the file at the absolute `path`.
    pub(super) fn takes_file(&self, path: &str) -> bool {
        let name = path::name(path);
        !name.starts_with('.') && (MANIFESTS.contains(&name) || !self.ignores(path, false))
    }

    /// What a walk does with the folder at the absolute `path`.
    pub(super) fn folder(&self, path: &str) -> Verdict {
        let name = path::name(path);
        if name.starts_with('.') || LEFT_OUT.contains(&name) {
            return Verdict::Leave;
        }
        let ignored = self.ignores(path, true);
        match (BUILD.contains(&name) && !self.in_build, ignored) {
            (true, ignored) => Verdict::SetAside { ignored },
            (false, true) => Verdict::Leave,
            (false, false) => Verdict::Enter,
        }
    }

    /// Asks about the folder `path` (absolute: `absolute`) and notes it when it is set aside; true to walk into it.
    pub(super) fn opens(&self, absolute: &str, path: &str, walk: &mut Walk) -> bool {
        match self.folder(absolute) {
            Verdict::Enter => true,
            Verdict::Leave => false,
            Verdict::SetAside { ignored } => {
                walk.builds.push(BuildFolder { path: path.to_owned(), ignored });
                false
            }
        }
    }
}

/// Whether a walk of `files` from `root` would come to the file `path`, were it there.
pub fn lists(files: &dyn Files, root: &str, path: &str) -> bool {
    let Some(inside) = within(root, path) else { return false };
    let mut folder = join(&files.base(), root);
    let mut gate = Gate::at(files, &folder);
    gate.enter(files, &folder);
    let parts: Vec<&str> = inside.split('/').collect();
    let Some((_, folders)) = parts.split_last() else { return false };
    for part in folders {
        folder = join(&folder, part);
        if gate.folder(&folder) != Verdict::Enter {
            return false;
        }
        gate.enter(files, &folder);
    }
    inside.is_empty() || gate.takes_file(&join(&files.base(), path))
}
