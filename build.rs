//! In: the knowledge in `rules/` (front matter of the rule pages, words, platform tables), which people write as TOML.
//! Out: the same values as JSON in `OUT_DIR`, which `src/` includes. Reading the TOML at every start took more
//! instructions than checking a small program. Never changes, merges or judges a value: the tool and its tests do.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let rules = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", rules.display());
    write(&out.join("words.json"), &json(&read(&rules.join("words.toml")), "words.toml"));
    for table in files(&rules.join("platforms"), "toml") {
        write(&out.join(format!("platform-{}.json", stem(&table))), &json(&read(&table), &stem(&table)));
    }
    let mut levels = serde_json::Map::new();
    for page in files(&rules, "md") {
        let text = read(&page);
        let front = text.strip_prefix("+++\n").and_then(|after| after.split_once("\n+++\n")).map(|(front, _)| front);
        let Some(front) = front else { continue };
        let front = json(front, &stem(&page));
        levels.insert(stem(&page), serde_json::json!([front["severity"], front["strict"]]));
        write(&out.join(format!("rule-{}.json", stem(&page))), &front);
    }
    write(&out.join("levels.json"), &levels.into());
}

/// The files of a folder with this extension, in the order of their names.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

fn stem(file: &Path) -> String {
    file.file_stem().expect("a file's path").to_string_lossy().into_owned()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display())).replace("\r\n", "\n")
}

fn json(text: &str, name: &str) -> serde_json::Value {
    toml::from_str(text).unwrap_or_else(|error| panic!("rules/{name}: {error}"))
}

fn write(file: &Path, value: &serde_json::Value) {
    fs::write(file, value.to_string()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}
