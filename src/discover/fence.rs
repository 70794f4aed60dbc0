//! In: folders and files as somebody gave them. Out: whether a path, after all links, lies in them or in the work trees around them.
//! Links are followed step by step, and no step is made on what lies outside. Never opens a file.

use super::Reach;
use super::path::{join, normalise};
use rustc_hash::FxHashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// More links than any system follows.
const MOST_LINKS: usize = 64;
/// Files that make a folder a program: where a part of it is given, the program is meant.
const MANIFESTS: [&str; 3] = ["app.json", "plugin.json", "mini.project.json"];

/// The folders and files that may be read.
#[derive(Clone, Debug, Default)]
pub(super) struct Fence {
    trees: Vec<Tree>,
    /// Where folders lie: most files are asked for in folders that others were asked for in.
    #[expect(clippy::disallowed_types, reason = "only looked up: no answer depends on which thread came first")]
    known: Arc<std::sync::Mutex<FxHashMap<PathBuf, Option<PathBuf>>>>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Tree {
    /// As it is called.
    named: PathBuf,
    /// As it is without links.
    real: PathBuf,
}

impl Fence {
    /// Around what is `given`, seen from the absolute folder `base`: it, and the nearest work tree around it; where there is none, the
    /// program it lies in and the base, if it lies there.
    pub(super) fn around(base: &Path, given: &[String]) -> Fence {
        let from = normalise(&base.to_string_lossy());
        let here = [String::new()];
        let mut fence = Fence::default();
        for path in if given.is_empty() { &here[..] } else { given } {
            let path = normalise(path);
            let named = if path.is_empty() { base.to_owned() } else { base.join(&path) };
            let real = fs::canonicalize(&named).ok();
            fence.add(&named);
            let tops: Vec<PathBuf> = [Some(PathBuf::from(join(&from, &path))), real].into_iter().flatten().collect();
            let tops: Vec<PathBuf> = tops.iter().filter_map(|path| above(path, &[".git"])).collect();
            tops.iter().for_each(|top| fence.add(top));
            if tops.is_empty() {
                above(&named, &MANIFESTS).iter().for_each(|program| fence.add(program));
                // The root of a file system is no work tree.
                if named.starts_with(base) && base.parent().is_some() {
                    fence.add(base);
                }
            }
        }
        fence
    }

    fn add(&mut self, named: &Path) {
        let Ok(real) = fs::canonicalize(named) else { return };
        let tree = Tree { named: PathBuf::from(normalise(&named.to_string_lossy())), real };
        let tree = if named.to_str().is_some() { tree } else { Tree { named: named.to_owned(), ..tree } };
        if !self.trees.contains(&tree) {
            self.trees.push(tree);
        }
    }

    /// Where an absolute path without `..` leads.
    pub(super) fn reach(&self, path: &Path) -> Reach {
        let Some((start, rest)) = self.start(path) else { return Reach::Elsewhere };
        let folder = rest.parent().filter(|_| rest.file_name().is_some());
        let Some(folder) = folder else { return Reach::Inside };
        let at = path.parent().unwrap_or(path);
        let known = self.known.lock().ok().and_then(|known| known.get(at).cloned());
        let real = known.unwrap_or_else(|| {
            let real = self.followed(start, folder);
            if let Ok(mut known) = self.known.lock() {
                known.insert(at.to_owned(), real.clone());
            }
            real
        });
        let inside = real.and_then(|real| self.followed(&real, Path::new(rest.file_name().unwrap_or_default())));
        if inside.is_some() { Reach::Inside } else { Reach::Linked }
    }

    /// The tree that a path is called a part of, without its links, and the rest of the path.
    fn start<'a>(&'a self, path: &'a Path) -> Option<(&'a Path, &'a Path)> {
        let named = |tree: &'a Tree| Some((tree.real.as_path(), path.strip_prefix(&tree.named).ok()?));
        let real = |tree: &'a Tree| Some((tree.real.as_path(), path.strip_prefix(&tree.real).ok()?));
        self.trees.iter().find_map(named).or_else(|| self.trees.iter().find_map(real))
    }

    fn holds(&self, real: &Path) -> bool {
        self.trees.iter().any(|tree| real.starts_with(&tree.real))
    }

    /// Whether a path without links lies in a tree or on the way to one.
    fn leads_on(&self, real: &Path) -> bool {
        self.trees.iter().any(|tree| real.starts_with(&tree.real) || tree.real.starts_with(real))
    }

    /// `inside`, from the folder `real`, without links; `None` when it leads out. What is not there leads nowhere.
    fn followed(&self, real: &Path, inside: &Path) -> Option<PathBuf> {
        let (mut real, mut links) = (real.to_owned(), 0);
        let mut steps: Vec<OsString> = steps(inside);
        while let Some(step) = steps.pop() {
            if step == ".." {
                real.pop();
                continue;
            }
            let next = real.join(&step);
            if !self.leads_on(&next) {
                return None;
            }
            let is_link = fs::symlink_metadata(&next).is_ok_and(|meta| meta.is_symlink());
            let Some(target) = is_link.then(|| fs::read_link(&next)).transpose().ok()? else {
                real = next;
                continue;
            };
            links += 1;
            if links > MOST_LINKS {
                // Nobody can open that.
                break;
            }
            if target.is_absolute() {
                // As the trees are spelled.
                real = real.ancestors().last().map(Path::to_owned)?;
            }
            steps.extend(self::steps(&target));
        }
        self.holds(&real).then_some(real)
    }
}

/// The parts of a path, last one first.
fn steps(path: &Path) -> Vec<OsString> {
    let step = |part: Component| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    };
    path.components().rev().filter_map(step).collect()
}

/// The nearest folder from `path` upwards that holds one of `names`.
fn above(path: &Path, names: &[&str]) -> Option<PathBuf> {
    let holds = |folder: &&Path| names.iter().any(|name| fs::symlink_metadata(folder.join(name)).is_ok());
    path.ancestors().find(holds).map(Path::to_owned)
}

/// Whether a file that is asked for by its absolute name would, through a link, be one outside of the folder `base` and of the work
/// tree around it. What is called by a name outside is what somebody asks for.
pub fn leads_out(base: &Path, path: &Path) -> bool {
    let named = path.to_str().map_or_else(|| path.to_owned(), |path| PathBuf::from(normalise(path)));
    Fence::around(base, &[]).reach(&named) == Reach::Linked
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_are_followed_as_far_as_they_stay() {
        use std::os::unix::fs::symlink;
        let top = std::env::temp_dir().join(format!("consentry-fence-{}", std::process::id()));
        let _ = fs::remove_dir_all(&top);
        for folder in ["work/.git", "work/app/pages", "work/kit", "outside/deep"] {
            fs::create_dir_all(top.join(folder)).unwrap();
        }
        let top = fs::canonicalize(&top).unwrap();
        fs::write(top.join("work/kit/a.js"), "").unwrap();
        fs::write(top.join("outside/a.js"), "").unwrap();
        for (link, target) in [
            ("work/app/kit", "../kit"),
            ("work/app/out", "../../outside"),
            ("work/app/twice", "out"),
            ("work/app/back", "../../outside/../work/kit"),
            ("work/app/round", "../../outside/home/a.js"),
            ("work/app/self.js", "self.js"),
            ("work/app/none.js", "missing/x.js"),
            ("work/app/gone.js", "../../nowhere/x.js"),
            ("outside/home", "../work/kit"),
            ("again", "work/app"),
        ] {
            symlink(target, top.join(link)).unwrap();
        }
        symlink(top.join("work/kit/a.js"), top.join("work/app/whole.js")).unwrap();
        symlink("/etc/passwd", top.join("work/app/etc.js")).unwrap();
        let app = top.join("work/app");
        for (fence, called) in [
            (Fence::around(&app, &[]), &app),
            (Fence::around(&top, &["work/app".to_owned()]), &app),
            (Fence::around(&top, &["again".to_owned()]), &top.join("again")),
        ] {
            for (path, reach) in [
                ("pages", Reach::Inside),
                ("pages/none.js", Reach::Inside),
                ("kit/a.js", Reach::Inside),
                ("whole.js", Reach::Inside),
                ("none.js", Reach::Inside),
                ("out", Reach::Linked),
                ("out/a.js", Reach::Linked),
                ("twice/a.js", Reach::Linked),
                // Nobody looks at what lies outside, not even for a way back.
                ("back/a.js", Reach::Linked),
                ("round", Reach::Linked),
                ("etc.js", Reach::Linked),
                ("self.js", Reach::Inside),
                ("gone.js", Reach::Linked),
            ] {
                assert_eq!(fence.reach(&called.join(path)), reach, "{path}");
            }
            assert_eq!(fence.reach(&top.join("outside/a.js")), Reach::Elsewhere);
            assert_eq!(fence.reach(Path::new("/proc/kmsg")), Reach::Elsewhere);
            assert_eq!(fence.reach(&top.join("work/kit/a.js")), Reach::Inside);
        }
        // Without a work tree, what is given and where it is given from.
        fs::remove_dir(top.join("work/.git")).unwrap();
        let kit = top.join("work/kit/a.js");
        assert_eq!(Fence::around(&app, &[]).reach(&kit), Reach::Elsewhere);
        assert_eq!(Fence::around(&top.join("work"), &["app".to_owned()]).reach(&kit), Reach::Inside);
        assert_eq!(Fence::around(&top.join("outside"), &["../work/app".to_owned()]).reach(&kit), Reach::Elsewhere);
        assert!(leads_out(&app, &app.join("etc.js")) && !leads_out(&app, Path::new("/etc/passwd")));
        fs::remove_dir_all(&top).unwrap();
    }
}
