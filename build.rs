//! In: the knowledge in `rules/` (front matter of the rule pages, words, platform tables), which people write as TOML.
//! Out: the same values as JSON in `OUT_DIR`, which `src/` includes. Reading the TOML at every start took more
//! instructions than checking a small program; where a platform's rows come from, which only people read, is left out. And the
//! version with its commit. Never changes, merges or judges a value: the tool and its tests do.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let rules = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", rules.display());
    write(&out.join("words.json"), &json(&read(&rules.join("words.toml")), "words.toml"));
    write(&out.join("conditions.json"), &json(&read(&rules.join("conditions.toml")), "conditions.toml"));
    let mut words = std::collections::BTreeSet::new();
    let mut marks = serde_json::Map::new();
    for table in files(&rules.join("platforms"), "toml") {
        let mut rows = json(&read(&table), &stem(&table));
        leave_out_sources(&mut rows);
        words.extend(words_of(&rows));
        marks.insert(stem(&table), marks_of(&rows));
        write(&out.join(format!("platform-{}.json", stem(&table))), &rows);
    }
    write(&out.join("platform-marks.json"), &marks.into());
    let frameworks = files(&rules.join("frameworks"), "toml").into_iter().map(|table| {
        let mut rows = json(&read(&table), &stem(&table));
        leave_out_sources(&mut rows);
        rows
    });
    write(&out.join("frameworks.json"), &frameworks.collect());
    for table in files(&rules.join("frameworks/dialects"), "toml") {
        let mut rows = json(&read(&table), &stem(&table));
        leave_out_sources(&mut rows);
        write(&out.join(format!("dialect-{}.json", stem(&table))), &rows);
    }
    let words: Vec<String> = words.into_iter().collect();
    fs::write(out.join("platform-words.txt"), words.join("\n")).expect("OUT_DIR is writable");
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
    println!("cargo::rustc-env=CONSENTRY_VERSION={}", version());
}

/// The version, with the commit it was built from where that can be known: from the note that `cargo package` leaves, else from
/// git. Not in builds for development, where it would mean building everything anew after each commit.
fn version() -> String {
    let version = env::var("CARGO_PKG_VERSION").expect("cargo sets it");
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let optimised = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = packaged(&folder).or_else(|| optimised.then(|| checked_out(&folder)).flatten());
    match commit.as_deref().and_then(|commit| commit.get(..9)) {
        Some(commit) => format!("{version} ({commit})"),
        None => version,
    }
}

fn packaged(folder: &Path) -> Option<String> {
    let note = fs::read_to_string(folder.join(".cargo_vcs_info.json")).ok()?;
    let note: serde_json::Value = serde_json::from_str(&note).ok()?;
    Some(note["git"]["sha1"].as_str()?.to_owned())
}

fn checked_out(folder: &Path) -> Option<String> {
    // Without this, a source archive unpacked in somebody's repository would take its commit for ours.
    folder.join(".git").exists().then_some(())?;
    let ask = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(folder).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    println!("cargo::rerun-if-changed={}", folder.join(ask(&["rev-parse", "--git-path", "logs/HEAD"])?).display());
    ask(&["rev-parse", "HEAD"])
}

/// The words by which code that matters is known: APIs, scopes, secrets.
fn words_of(rows: &serde_json::Value) -> Vec<String> {
    let keys =
        |table: &serde_json::Value| table.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect();
    let texts = |list: &serde_json::Value| {
        list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(String::from)).collect::<Vec<_>>()
    };
    let tables: [Vec<String>; 3] = [keys(&rows["apis"]), keys(&rows["scopes"]), keys(&rows["secrets"])];
    let lists = [texts(&rows["secret-names"]["names"]), texts(&rows["markup"]["auth-button"]["scopes"])];
    tables.into_iter().chain(lists).flatten().filter(|word| word.len() > 2).collect()
}

/// What of a table tells its programs from those of other platforms (`platform::Marks`): it is read at most starts, the
/// tables as wholes are not.
fn marks_of(rows: &serde_json::Value) -> serde_json::Value {
    let pick = |rows: &serde_json::Value, keys: &[&str]| {
        let kept = rows.as_object().into_iter().flatten().filter(|(key, _)| keys.contains(&key.as_str()));
        serde_json::Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
    };
    let mut marks = pick(rows, &["name", "general", "signs", "api-objects", "scopes", "apis"]);
    for (table, keys) in [("scopes", ["common"]), ("apis", ["scopes"])] {
        let Some(rows) = marks.get_mut(table).and_then(serde_json::Value::as_object_mut) else { continue };
        rows.values_mut().for_each(|row| *row = pick(row, &keys));
        // An API that takes no scopes tells nothing.
        rows.retain(|_, row| table != "apis" || row.as_object().is_some_and(|row| !row.is_empty()));
    }
    marks
}

/// Takes out where each row comes from and when somebody looked: that is for people, who read the table itself.
fn leave_out_sources(rows: &mut serde_json::Value) {
    match rows {
        serde_json::Value::Object(row) => {
            if row.contains_key("checked") {
                row.retain(|key, _| key != "source" && key != "checked");
            }
            row.values_mut().for_each(leave_out_sources);
        }
        serde_json::Value::Array(rows) => rows.iter_mut().for_each(leave_out_sources),
        _ => {}
    }
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
