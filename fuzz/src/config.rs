//! In: a configuration, and what it extends. Out: whether it is read or refused with a place, and its patterns answer.

use super::bundle;
use consentry::config::{self, FILE};
use consentry::discover::Files;
use consentry::error::Error;
use std::io;

/// A bundle of configurations; the first is `bad.js` by its name, and as good as any.
pub fn config(bytes: &[u8]) {
    let mut files = bundle::read(bytes).files;
    let own = files.0.remove("bad.js").unwrap_or_default();
    files.0.entry(FILE.to_owned()).or_insert(own);
    let read = |path: &str, _: Option<&str>| {
        let bytes = files.read(path)?;
        String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
    };
    let rules = consentry::rules::ids();
    let load = || config::load(&format!("/{FILE}"), "/", &read, &rules);
    match (load(), load()) {
        (Ok(one), Ok(other)) => {
            assert!(one == other, "read differently: {files:?}");
            for file in ["/a.js", "/pages/index/index.axml", "/页/a b.js", "/", ""] {
                let ignored = one.ignores(file);
                assert!(ignored == other.ignores(file));
                for rule in &rules {
                    assert!(one.setting(rule, file) == other.setting(rule, file));
                }
            }
        }
        (Err(one), Err(other)) => {
            assert!(one.to_string() == other.to_string());
            assert!(
                matches!(
                    one,
                    Error::Config { .. }
                        | Error::Unreadable { .. }
                        | Error::UnknownRule { .. }
                        | Error::UnknownPlatform { .. }
                ),
                "{one}"
            );
        }
        _ => panic!("read once and refused once: {files:?}"),
    }
}
