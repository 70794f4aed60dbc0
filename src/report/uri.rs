//! In: a path as findings name it. Out: a URI reference. Never asks the disk.

use crate::discover::path::is_absolute;

/// The path as a URI reference: relative paths stay relative, absolute ones become `file:` URIs.
pub(super) fn of(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let encoded: Vec<String> = path.split('/').map(segment).collect();
    let joined = encoded.join("/");
    match (is_absolute(path), path.starts_with('/')) {
        (true, true) => format!("file://{joined}"),
        (true, false) => format!("file:///{joined}"),
        (false, _) => joined,
    }
}

/// One part of a path: all but unreserved characters percent-encoded, byte by byte.
fn segment(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        for (path, want) in [
            ("pages/me/index.js", "pages/me/index.js"),
            ("./a b/100%.js", "a%20b/100%25.js"),
            ("页/x?#[].js", "%E9%A1%B5/x%3F%23%5B%5D.js"),
            ("c:d.js", "c%3Ad.js"),
            ("../up.js", "../up.js"),
            ("/srv/a b.js", "file:///srv/a%20b.js"),
            ("C:/x.js", "file:///C%3A/x.js"),
        ] {
            assert_eq!(of(path), want);
        }
    }
}
