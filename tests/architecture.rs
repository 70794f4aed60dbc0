//! In: the sources as text. Out: whether they keep the order that `src/lib.rs` declares, whether each library stays behind
//! its door, and whether files have names that say something. Never compiles anything.

use std::collections::BTreeMap;
use std::{fs, path::Path};

/// Libraries and the parts of `src/` that may name them. A path that ends in `/` is a folder.
const DOORS: &[(&str, &[&str])] = &[
    // Trees and positions of a parser die where facts are made.
    ("swc_ecma_parser", &["parse/script.rs", "parse/script/"]),
    ("swc_ecma_ast", &["parse/script.rs", "parse/script/"]),
    ("swc_atoms", &["parse/script.rs", "parse/script/"]),
    ("swc_common", &["parse/script.rs", "parse/script/"]),
    ("quick_xml", &["parse/template.rs", "parse/template/"]),
    ("encoding_rs", &["parse/decode.rs"]),
    // Drawing for people.
    ("miette", &["report/pretty.rs"]),
    ("unicode_width", &["report/wrap.rs"]),
    ("clap", &["cli.rs", "cli/"]),
    ("clap_complete", &["cli/generate.rs", "cli/args.rs"]),
    ("clap_mangen", &["cli/generate.rs"]),
    ("indicatif", &["cli/progress.rs"]),
    ("similar", &["report/diff.rs"]),
    // Threads: over programs, and over the files of one program.
    ("rayon", &["session.rs", "session/", "model/load.rs"]),
    // The disk: one door in, one door out.
    ("std::fs", &["discover/disk.rs", "discover/fence.rs", "git/", "write.rs", "write/", "main.rs"]),
    ("rustix", &["write/"]),
    ("walkdir", &["discover/disk.rs"]),
    ("ignore", &["discover/ignored.rs", "config/globs.rs"]),
    ("toml", &["cli/args/chinese.rs", "config/read.rs", "platform.rs", "platform/", "rule_doc.rs", "message.rs"]),
    // The process it runs in.
    ("std::env", &["main.rs"]),
    ("std::process", &["main.rs", "git.rs", "git/"]),
    ("terminal_size", &["main.rs"]),
    ("mimalloc", &["main.rs"]),
    ("signal_hook", &["main.rs"]),
];

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "common", "misc", "manager"];

/// Lines a file may have, and folders where it is more, with the reason.
const LONGEST: usize = 400;
const LONGER: [(&str, usize); 1] = [
    // The abstract machine: one `impl` whose parts call each other at every turn.
    ("analyse/", 600),
];

/// Every source below `src/`: its path from there, and its text.
fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, prefix: &str, into: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let name = format!("{prefix}{}", path.file_name().and_then(|name| name.to_str()).expect("a plain name"));
            if path.is_dir() {
                walk(&path, &format!("{name}/"), into);
            } else if name.ends_with(".rs") {
                into.insert(name, fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    let mut sources = BTreeMap::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut sources);
    assert!(sources.len() > 50, "the sources were not found");
    sources
}

/// The code that ships: without comments, and without tests, which stand last in their file. Tests may use what they like.
fn shipped(path: &str, text: &str) -> String {
    if path.ends_with("tests.rs") {
        return String::new();
    }
    let code = text.lines().take_while(|line| *line != "#[cfg(test)]");
    code.map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// Places of a name (or a path of names) that stands as a whole and is used as a path, `name::`, or brought in, `use name;`.
fn names<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    code.match_indices(name).map(|(at, _)| at).filter(move |&at| !code[..at].ends_with(is_part)).filter(move |&at| {
        let rest = &code[at + name.len()..];
        rest.starts_with("::") || rest.starts_with(';') && code[..at].ends_with("use ")
    })
}

fn modules(lib: &str) -> Vec<&str> {
    lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect()
}

/// Uses of a module that stands below the user in the order, as `file -> module`.
fn upward(order: &[&str], sources: &BTreeMap<String, String>) -> Vec<String> {
    let place = |name: &str| order.iter().position(|module| *module == name);
    let mut edges = Vec::new();
    for (path, text) in sources {
        let own = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
        let Some(own_place) = place(own) else {
            assert!(matches!(own, "lib" | "main"), "src/{path} is in no module that lib.rs names");
            continue;
        };
        let code = shipped(path, text);
        for at in names(&code, "crate") {
            let rest = &code[at + "crate::".len()..];
            let used = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
            match place(used) {
                Some(used_place) if used_place <= own_place => {}
                Some(_) => edges.push(format!("src/{path} -> {used}")),
                None => edges.push(format!("src/{path} -> crate::{used} (write one `use crate::module` per module)")),
            }
        }
    }
    edges.sort();
    edges.dedup();
    edges
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let sources = sources();
    let edges = upward(&modules(&sources["lib.rs"]), &sources);
    assert!(edges.is_empty(), "against the order of src/lib.rs:\n{}", edges.join("\n"));
}

#[test]
fn an_upward_use_is_seen() {
    let files = [
        ("a.rs", "use crate::b::X; // no\n"),
        ("a/part.rs", "// crate::b::X\nfn f() { crate::a::g() }\n"),
        ("b.rs", "use crate::a;\nuse crate::a::Y;\n#[cfg(test)]\nmod tests { use crate::c::Z; }\n"),
        ("c/tests.rs", "use crate::d::X;\n"),
        ("c/x.rs", "use crate::{a, b};\n"),
    ];
    let sources = files.map(|(path, text)| (path.to_string(), text.to_string())).into();
    let edges = upward(&["a", "b", "c", "d"], &sources);
    let expected = ["src/a.rs -> b", "src/c/x.rs -> crate:: (write one `use crate::module` per module)"];
    assert_eq!(edges, expected);
}

/// Uses of a room of `src/analyse` that stands below the user in the order, as `room -> room`.
fn upward_in_analyse(order: &[&str], sources: &BTreeMap<String, String>) -> Vec<String> {
    let place = |name: &str| order.iter().position(|room| *room == name);
    let mut edges = Vec::new();
    for (path, text) in sources {
        let Some(inner) = path.strip_prefix("analyse/") else { continue };
        let own = inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs");
        let own_place = place(own).unwrap_or_else(|| panic!("src/{path} is in no room that src/analyse.rs names"));
        let code = shipped(path, text);
        assert!(!code.contains("super::super"), "src/{path}: write `crate::analyse::room`, so that this test sees it");
        for at in names(&code, "crate::analyse") {
            let rest = &code[at + "crate::analyse::".len()..];
            let used = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
            if place(used).is_none_or(|used_place| used_place > own_place) {
                edges.push(format!("{own} -> {used}"));
            }
        }
    }
    edges.sort();
    edges.dedup();
    edges
}

fn rooms(analyse: &str) -> Vec<&str> {
    analyse.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect()
}

#[test]
fn a_room_of_analyse_uses_only_rooms_above_it() {
    let sources = sources();
    let order = rooms(&sources["analyse.rs"]);
    assert!(order.len() > 3, "the rooms were not found");
    let edges = upward_in_analyse(&order, &sources);
    assert!(edges.is_empty(), "against the order of src/analyse.rs:\n{}", edges.join("\n"));
    for room in order {
        assert!(
            sources["analyse.rs"].contains(&format!("//! - `{room}`: ")),
            "src/analyse.rs does not explain `{room}`"
        );
    }
}

/// Methods of the machine that are defined in one room only, by name, with that room.
fn machine_methods(sources: &BTreeMap<String, String>) -> BTreeMap<String, Option<&str>> {
    let mut found: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for (path, text) in sources {
        let Some((room, _)) = path.strip_prefix("analyse/").and_then(|inner| inner.split_once('/')) else { continue };
        let code = shipped(path, text);
        for (at, _) in code.match_indices("fn ") {
            let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = found.entry(name).or_insert(Some(room));
            if *known != Some(room) {
                *known = None;
            }
        }
    }
    found
}

/// Calls of methods of the machine that a room below defines, as `file -> room: method`.
fn upward_calls(order: &[&str], sources: &BTreeMap<String, String>) -> Vec<String> {
    let place = |name: &str| order.iter().position(|room| *room == name);
    let methods = machine_methods(sources);
    let mut calls = Vec::new();
    for (path, text) in sources {
        let Some((own, _)) = path.strip_prefix("analyse/").and_then(|inner| inner.split_once('/')) else { continue };
        let code = shipped(path, text).replace(char::is_whitespace, " ");
        for receiver in ["self", "machine"] {
            for (at, _) in code.match_indices(receiver) {
                let Some(rest) = code[at + receiver.len()..].trim_start().strip_prefix('.') else { continue };
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if let (true, Some(Some(of))) = (rest[name.len()..].starts_with('('), methods.get(&name))
                    && place(of) > place(own)
                {
                    calls.push(format!("src/{path} -> {of}: {name}"));
                }
            }
        }
    }
    calls.sort();
    calls.dedup();
    calls
}

#[test]
fn a_room_of_analyse_calls_no_method_of_a_room_below() {
    let sources = sources();
    let calls = upward_calls(&rooms(&sources["analyse.rs"]), &sources);
    assert!(calls.is_empty(), "only through a door (`Transfer`, `Embedder`):\n{}", calls.join("\n"));
}

#[test]
fn an_upward_call_is_seen() {
    let files = [
        ("analyse/a/x.rs", "fn own() { self.own(); machine\n    .upper(1); self.both() } // self.upper()\n"),
        ("analyse/b/x.rs", "fn upper() { self.own() }\nfn both() {}\n"),
        ("analyse/c/x.rs", "fn both() { self.upper() }\n"),
    ];
    let sources = files.map(|(path, text)| (path.to_string(), text.to_string())).into();
    assert_eq!(upward_calls(&["a", "b", "c"], &sources), ["src/analyse/a/x.rs -> b: upper"]);
}

#[test]
fn an_upward_use_in_analyse_is_seen() {
    let files = [
        ("analyse/a/x.rs", "use crate::analyse::b::X;\n"),
        ("analyse/b.rs", "use crate::analyse::a;\nuse crate::analyse::b::Y; // crate::analyse::c::Z\n"),
        ("analyse/b/x.rs", "fn f() { crate::analyse::value::g() }\n"),
        ("model.rs", "use crate::analyse::c::X;\n"),
    ];
    let sources = files.map(|(path, text)| (path.to_string(), text.to_string())).into();
    assert_eq!(upward_in_analyse(&["a", "b", "c"], &sources), ["a -> b", "b -> value"]);
}

#[test]
fn lib_explains_every_module() {
    let sources = sources();
    let lib = &sources["lib.rs"];
    for module in modules(lib) {
        let named = lib.lines().any(|line| line.starts_with("//!") && line.contains(&format!("`{module}`")));
        assert!(named, "src/lib.rs does not say what `{module}` is for");
    }
}

#[test]
fn libraries_stay_behind_their_doors() {
    let mut breaches = Vec::new();
    for (path, text) in sources() {
        let code = shipped(&path, &text);
        if code.contains("use std::{") {
            breaches.push(format!("src/{path}: write one `use std::module` per module, so that this test sees them"));
        }
        for (library, doors) in DOORS {
            let open = doors.iter().any(|door| path == *door || door.ends_with('/') && path.starts_with(door));
            if !open && names(&code, library).next().is_some() {
                breaches.push(format!("src/{path} names {library}, which belongs in {}", doors.join(", ")));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn files_have_a_head_a_name_and_an_end() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let stem = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".rs");
        if EMPTY_NAMES.contains(&stem) {
            faults.push(format!("src/{path}: the name says nothing"));
        }
        let head = text.lines().next().unwrap_or("");
        if !head.starts_with("//! ") && stem != "tests" {
            faults.push(format!("src/{path}: no `//!` line says what comes in and goes out"));
        }
        let limit = LONGER.iter().find(|(folder, _)| path.starts_with(folder)).map_or(LONGEST, |(_, limit)| *limit);
        let lines = text.lines().count();
        if lines > limit {
            faults.push(format!("src/{path}: {lines} lines, at most {limit}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
