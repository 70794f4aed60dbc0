//! In: a folder in a git repository. Out: which files have changed, and the index as a file system. The only place that runs
//! another program: the `git` on the path, which knows about worktrees, hooks and the index of a commit under way. Never
//! changes anything in the repository, and never has git run what the repository names (SECURITY.md, "git").

mod blobs;
mod changes;
mod index;

pub use index::Index;

use crate::discover::path::{join, normalise};
use crate::error::Error;
use crate::message::{Message, Value};
use blobs::Blobs;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Settings that change what names on the command line mean to git; ours mean what they say.
const PATHSPECS: [&str; 4] =
    ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"];

/// What a repository may have git do on the way: run a command about changed files, run hooks, take a folder of the work tree for a
/// repository of its own, open connections, write to the index. None of it is needed here.
const OFF: [&str; 5] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "safe.bareRepository=explicit",
    "protocol.allow=never",
    "diff.autoRefreshIndex=false",
];

/// How the index is compared with a commit: paths as they are, whatever is configured, and never the work tree.
const DIFF: [&str; 6] =
    ["diff-index", "--cached", "-z", "--no-renames", "--ita-invisible-in-index", "--ignore-submodules=all"];

/// A repository as seen from a folder of its work tree.
#[derive(Clone, Debug)]
pub struct Repository {
    folder: PathBuf,
    /// The absolute folder of the work tree.
    top: String,
    /// The file of the index.
    index: PathBuf,
}

/// Files that have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Their absolute paths; what was deleted is among them.
    pub files: BTreeSet<String>,
    /// Since when, for people; `None` when it is what the next commit would bring.
    pub since: Option<String>,
}

impl Repository {
    /// The repository that the absolute `folder` lies in.
    ///
    /// # Errors
    /// When there is none, or no git.
    pub fn at(folder: &Path) -> Result<Repository, Error> {
        let mut here = Repository { folder: folder.to_owned(), top: String::new(), index: PathBuf::new() };
        let said = here.ask(["rev-parse", "--is-inside-work-tree", "--show-cdup", "--git-path", "index"])?;
        let said = String::from_utf8_lossy(&said);
        let mut lines = said.lines();
        if lines.next() != Some("true") {
            return Err(outside(Message::new("git-outside")));
        }
        let name = normalise(&folder.to_string_lossy());
        here.top = join(&name, lines.next().unwrap_or(""));
        here.index = folder.join(lines.next().unwrap_or(""));
        Ok(here)
    }

    /// What the next commit would bring.
    ///
    /// # Errors
    /// When git cannot say.
    pub fn staged(&self) -> Result<Changed, Error> {
        let from = match self.commit("HEAD")? {
            Some(commit) => commit,
            None => self.nothing()?,
        };
        let said = self.ask(DIFF.into_iter().chain(["--name-only", from.as_str(), "--"]))?;
        Ok(Changed { files: self.absolute(&said), since: None })
    }

    /// What differs between the work tree and where the current branch left `since`: changes that are committed, staged or
    /// neither, and new files. Without `since`, the branch it follows counts, and when it follows none, the last commit.
    ///
    /// # Errors
    /// When there is no such revision, or nothing it has in common with the current one.
    pub fn changed(&self, since: Option<&str>) -> Result<Changed, Error> {
        let has_commit = self.commit("HEAD")?.is_some();
        let (name, from) = match since {
            Some(name) => {
                let commit = self.commit(name)?.ok_or_else(|| unknown_revision(name))?;
                let base = if has_commit { self.fork(&commit)?.ok_or_else(|| no_fork(name))? } else { commit };
                (name, Some(base))
            }
            None if !has_commit => ("the beginning", None),
            None => self.upstream()?,
        };
        let from = from.map_or_else(|| self.nothing(), Ok)?;
        let raw = self.ask(DIFF.into_iter().chain(["--raw", "--no-abbrev", from.as_str(), "--"]))?;
        let listed = self.ask(["ls-files", "--stage", "--debug", "-z", "--full-name", "--", ":/"])?;
        let differing = changes::differing(&listed, &raw, &self.top, &self.index, &self.blobs());
        let mut files: BTreeSet<String> = differing.iter().map(|path| join(&self.top, path)).collect();
        files.extend(self.absolute(&self.untracked(&[])?));
        Ok(Changed { files, since: Some(name.to_owned()) })
    }

    /// What the next commit would leave behind, as a file system.
    ///
    /// # Errors
    /// When git cannot say.
    pub fn index(&self) -> Result<Index, Error> {
        let entries = self.ask(["ls-files", "--stage", "-z", "--full-name", "--", ":/"])?;
        // A folder with nothing of the index in it is named as one, so that nobody walks through it.
        let untracked = self.untracked(&["--directory"])?;
        Ok(Index::of(self, &entries, self.absolute_with_folders(&untracked)))
    }

    /// The tree with nothing in it.
    fn nothing(&self) -> Result<String, Error> {
        Ok(line(&self.ask(["hash-object", "-t", "tree", "--stdin"])?))
    }

    /// A reader of objects.
    fn blobs(&self) -> Blobs {
        let folder = self.folder.clone();
        Blobs::of(move || command(&folder))
    }

    /// The commit that a name stands for.
    fn commit(&self, name: &str) -> Result<Option<String>, Error> {
        // What begins with a dash would be taken for an option.
        if name.starts_with('-') {
            return Ok(None);
        }
        let peeled = format!("{name}^{{commit}}");
        Ok(self.perhaps(["rev-parse", "--verify", "--quiet", peeled.as_str()])?.map(|said| line(&said)))
    }

    /// Where the current branch and `commit` parted.
    fn fork(&self, commit: &str) -> Result<Option<String>, Error> {
        Ok(self.perhaps(["merge-base", commit, "HEAD"])?.map(|said| line(&said)))
    }

    /// The last commit that the branch has in common with the one it follows; the current one when it follows none.
    fn upstream(&self) -> Result<(&'static str, Option<String>), Error> {
        let followed = self.commit("@{upstream}")?;
        if let Some(fork) = followed.map(|commit| self.fork(&commit)).transpose()?.flatten() {
            return Ok(("the upstream branch", Some(fork)));
        }
        Ok(("HEAD", Some("HEAD".to_owned())))
    }

    /// New files that no ignore file names.
    fn untracked(&self, more: &[&str]) -> Result<Vec<u8>, Error> {
        let ask = ["ls-files", "--others", "--exclude-standard", "-z", "--full-name"];
        self.ask(ask.into_iter().chain(more.iter().copied()).chain(["--", ":/"]))
    }

    /// Paths as git lists them, from the top and with a zero behind each, as absolute ones. No program has files whose names
    /// are not UTF-8.
    fn absolute(&self, listed: &[u8]) -> BTreeSet<String> {
        listed.split(|byte| *byte == 0).filter_map(|path| self.path(path)).collect()
    }

    /// As [`Repository::absolute`], where folders end in `/`.
    fn absolute_with_folders(&self, listed: &[u8]) -> BTreeSet<String> {
        let path = |listed: &[u8]| {
            let path = self.path(listed)?;
            Some(if listed.ends_with(b"/") { format!("{path}/") } else { path })
        };
        listed.split(|byte| *byte == 0).filter_map(path).collect()
    }

    fn path(&self, listed: &[u8]) -> Option<String> {
        let path = std::str::from_utf8(listed).ok().filter(|path| !path.is_empty())?;
        Some(join(&self.top, path))
    }

    /// What git answers.
    fn ask<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Result<Vec<u8>, Error> {
        let output = self.output(args)?;
        if output.status.success() { Ok(output.stdout) } else { Err(refusal(&output.stderr)) }
    }

    /// What git answers, where a silent failure means no.
    fn perhaps<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Result<Option<Vec<u8>>, Error> {
        let output = self.output(args)?;
        match (output.status.success(), output.stderr.is_empty() || output.status.code() == Some(128)) {
            (true, _) => Ok(Some(output.stdout)),
            (false, true) => Ok(None),
            (false, false) => Err(refusal(&output.stderr)),
        }
    }

    fn output<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Result<std::process::Output, Error> {
        command(&self.folder).args(args).output().map_err(|error| not_run(&error))
    }
}

/// `git`, in a folder, with the surroundings of the process: in a hook they name the index of the commit under way.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).stdin(Stdio::null()).arg("--no-pager");
    OFF.iter().for_each(|off| _ = command.args(["-c", off]));
    // The words of errors, and no writing to the index as a favour: a commit may hold its lock.
    command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    // Objects that are not here are not fetched; where git is too old to know the first, no way to fetch them is allowed, which the
    // repository's own `protocol.<name>.allow` cannot change.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "none").env("GIT_TERMINAL_PROMPT", "0");
    for name in PATHSPECS {
        command.env_remove(name);
    }
    command
}

fn line(said: &[u8]) -> String {
    String::from_utf8_lossy(said).trim_end().to_owned()
}

fn outside(reason: Message) -> Error {
    Error::Git { reason, advice: Message::new("do-repository") }
}

fn not_run(error: &std::io::Error) -> Error {
    let reason = match error.kind() {
        ErrorKind::NotFound => Message::new("git-absent"),
        _ => Message::new("git-start").with("reason", Value::of_system(error)),
    };
    Error::Git { reason, advice: Message::new("do-git") }
}

fn refusal(said: &[u8]) -> Error {
    let said = String::from_utf8_lossy(said);
    outside(match said.lines().find(|line| !line.trim().is_empty()) {
        Some(first) => Message::new("git-said").with("said", first.trim_start_matches("fatal: ")),
        None => Message::new("git-silent"),
    })
}

fn unknown_revision(name: &str) -> Error {
    Error::Git { reason: Message::new("git-no-revision").with("name", name), advice: Message::new("do-revision") }
}

fn no_fork(name: &str) -> Error {
    Error::Git { reason: Message::new("git-no-fork").with("name", name), advice: Message::new("do-fetch") }
}
