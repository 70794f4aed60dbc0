//! In: `/`-separated paths as text. Out: the same, joined, split, compared. Never asks the disk.

/// Whether `path` starts at the root of a file system.
pub fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path.get(1..3).is_some_and(|drive| drive == ":/")
}

/// The one spelling of a path: no `.`, no `..` but at the front, no double or last `/`; `""` is the base itself.
pub fn normalise(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

/// `path` as seen from `folder`, normalised; an absolute `path` stays what it is.
pub fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() || is_absolute(path) { normalise(path) } else { normalise(&format!("{folder}/{path}")) }
}

/// `inside`, a path within `folder`, as seen from where `folder` is; both are normalised already.
pub fn below(folder: &str, inside: &str) -> String {
    match (folder, inside) {
        ("", _) => inside.to_owned(),
        (_, "") => folder.to_owned(),
        _ => [folder.strip_suffix('/').unwrap_or(folder), inside].join("/"),
    }
}

/// The folder that holds `path`, up to the base (`""`) or the root of the file system; `None` above that.
pub fn parent(path: &str) -> Option<&str> {
    match path.rfind('/') {
        Some(0) if path.len() > 1 => Some("/"),
        Some(0) => None,
        Some(at) => path.get(..at),
        None if path.is_empty() || path == ".." => None,
        None => Some(""),
    }
}

/// The last part of a path.
pub fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What follows the last `.` of the name, or `""`.
pub fn extension(path: &str) -> &str {
    name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// `path` as seen from `folder` when it lies in it (`""` when it is the folder). Both are normalised.
pub fn within<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder == path {
        return Some("");
    }
    if folder.is_empty() {
        return (!is_absolute(path) && path != ".." && !path.starts_with("../")).then_some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if folder.ends_with('/') { Some(rest) } else { rest.strip_prefix('/') }
}

/// How an absolute `path` is written from the absolute folder `base`, climbing with `..` where it must.
pub fn relative(base: &str, path: &str) -> String {
    let mut from = base;
    let mut climbs = String::new();
    loop {
        if let Some(rest) = within(from, path) {
            return normalise(&format!("{climbs}{rest}"));
        }
        match parent(from) {
            Some(above) => from = above,
            None => return path.to_owned(),
        }
        climbs.push_str("../");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        for (given, expected) in [
            (".", ""),
            ("./a//b/./c/", "a/b/c"),
            ("a/../../b", "../b"),
            ("../../x/..", "../.."),
            ("/a/../../b", "/b"),
            ("/", "/"),
        ] {
            assert_eq!(normalise(given), expected, "{given}");
        }
        assert_eq!(join("a/b", "../c.js"), "a/c.js");
        assert_eq!(join("..", "pages/x"), "../pages/x");
        for (folder, inside) in [("", "a"), ("a", ""), ("", ""), ("a", "b/c"), ("/", "a"), ("/a", "b"), ("..", "a")] {
            assert_eq!(below(folder, inside), join(folder, inside), "{folder} {inside}");
        }
    }

    #[test]
    fn folders_and_what_lies_in_them() {
        assert_eq!(
            [parent("a/b"), parent("a"), parent(""), parent("/a"), parent("/")],
            [Some("a"), Some(""), None, Some("/"), None]
        );
        for (folder, path, expected) in [
            ("a", "a/b", Some("b")),
            ("a", "ab", None),
            ("", "a/b", Some("a/b")),
            ("", "../a", None),
            ("..", "../a", Some("a")),
            ("/", "/a", Some("a")),
            ("a", "a", Some("")),
        ] {
            assert_eq!(within(folder, path), expected, "{folder} {path}");
        }
        for (path, expected) in [("/w/app", ".."), ("/w/app/pages/x", "x"), ("/w/app/u", "../u"), ("/v", "../../../v")]
        {
            assert_eq!(relative("/w/app/pages", path), expected, "{path}");
        }
    }
}
