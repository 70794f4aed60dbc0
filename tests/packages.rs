//! In: the files that packages are made of. Out: whether they name the same version, platforms and repository. Never builds one:
//! `.ci/packages` does.

use serde_json::Value;
use std::collections::BTreeSet;
use std::{fs, path::Path};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What `npm/platforms.json` says of each platform.
fn platforms() -> Vec<Value> {
    json("npm/platforms.json").as_array().expect("a list").clone()
}

/// The words of `text` that begin with `prefix`, without it, up to the first character that is in no version or target.
fn after<'a>(text: &'a str, prefix: &str) -> Vec<&'a str> {
    let end =
        |rest: &'a str| rest.find(|c: char| !c.is_ascii_alphanumeric() && !".-_".contains(c)).unwrap_or(rest.len());
    text.split(prefix).skip(1).map(|rest| &rest[..end(rest)]).collect()
}

#[test]
fn every_package_has_the_version_of_the_crate() {
    let main = json("package.json");
    assert_eq!(main["version"], VERSION);
    for (name, version) in main["optionalDependencies"].as_object().expect("a table") {
        assert_eq!(version, VERSION, "package.json: {name}");
    }
    // maturin takes it from Cargo.toml then.
    let python: toml::Table = toml::from_str(&read("pyproject.toml")).expect("pyproject.toml");
    let dynamic = python["project"]["dynamic"].as_array().expect("a list");
    assert!(dynamic.iter().any(|field| field.as_str() == Some("version")));
    assert!(read("CHANGELOG.md").contains(&format!("\n## [{VERSION}]")), "CHANGELOG.md has no part for {VERSION}");
}

#[test]
fn what_users_copy_names_the_version_of_the_crate() {
    let mut found = 0;
    for path in ["README.md", "editors/README.md", ".gitlab/consentry.yml"] {
        let text = read(path);
        for prefix in ["consentry@v", "consentry@0", "consentry==", "rev: v", "/consentry/v", "CONSENTRY_VERSION: \""] {
            for version in after(&text, prefix) {
                let version = if prefix.ends_with('0') { format!("0{version}") } else { version.to_owned() };
                assert_eq!(version, VERSION, "{path}: after `{prefix}`");
                found += 1;
            }
        }
    }
    assert!(found >= 5, "the places where the version stands are not found any more");
}

#[test]
fn packages_and_the_release_name_the_same_platforms() {
    let targets: BTreeSet<String> =
        platforms().iter().map(|one| one["target"].as_str().expect("a target").to_owned()).collect();
    let release = read(".github/workflows/release.yml");
    let built: BTreeSet<String> = after(&release, "- { target: ").into_iter().map(String::from).collect();
    assert_eq!(built, targets, "release.yml and npm/platforms.json");

    let names: BTreeSet<String> = platforms()
        .iter()
        .map(|one| {
            let of = |key: &str| one[key].as_str().unwrap_or_default();
            let libc = if of("libc") == "musl" { "-musl" } else { "" };
            format!("@consentry/cli-{}-{}{libc}", of("os"), of("cpu"))
        })
        .collect();
    let main = json("package.json");
    let asked: BTreeSet<String> = main["optionalDependencies"].as_object().expect("a table").keys().cloned().collect();
    assert_eq!(asked, names, "package.json and npm/platforms.json");
}

#[test]
fn everything_names_the_repository_of_the_crate() {
    let repository = env!("CARGO_PKG_REPOSITORY");
    assert_eq!(json("package.json")["repository"]["url"], format!("git+{repository}.git"));
    let python: toml::Table = toml::from_str(&read("pyproject.toml")).expect("pyproject.toml");
    assert_eq!(python["project"]["urls"]["Repository"].as_str(), Some(repository));
    let slug = repository.strip_prefix("https://github.com/").expect("a repository of GitHub");
    let readme = read("README.md");
    assert!(readme.contains(&format!("uses: {slug}@v{VERSION}")), "README.md: the action");
    assert!(readme.contains(&format!("repo: {repository}\n")), "README.md: pre-commit");
    let template = format!("https://raw.githubusercontent.com/{slug}/v{VERSION}/.gitlab/consentry.yml");
    assert!(readme.contains(&template) && read(".gitlab/consentry.yml").contains(&template), "the GitLab template");
}

#[test]
fn archives_have_the_names_that_binstall_asks_for() {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).expect("Cargo.toml");
    let meta = &manifest["package"]["metadata"]["binstall"];
    let of = |table: &toml::Value, key: &str| table[key].as_str().expect("a text").to_owned();
    let base = "{ repo }/releases/download/v{ version }/consentry-{ target }";
    assert_eq!(of(meta, "pkg-url"), format!("{base}.tar.gz"));
    assert_eq!(of(meta, "bin-dir"), "consentry-{ target }/{ bin }{ binary-ext }");
    let windows: Vec<String> = platforms()
        .iter()
        .filter(|one| one["os"] == "win32")
        .map(|one| one["target"].as_str().expect("a target").to_owned())
        .collect();
    let overrides = meta["overrides"].as_table().expect("a table");
    assert_eq!(overrides.keys().cloned().collect::<Vec<_>>(), windows);
    for (_, one) in overrides {
        assert_eq!((of(one, "pkg-url"), of(one, "pkg-fmt")), (format!("{base}.zip"), "zip".to_owned()));
    }
    let pack = read(".github/pack");
    assert!(
        pack.contains("name=\"consentry-$target\"") && pack.contains("/$name.tar.gz") && pack.contains("/$name.zip")
    );
}

/// The scripts of a workflow or action: what stands behind `run:`, in its line or indented below it.
fn scripts(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if inside.is_some_and(|run| indent > run || line.trim().is_empty()) {
            found.last_mut().expect("a script").push_str(&format!("{line}\n"));
            continue;
        }
        inside = None;
        let key = line.trim_start().trim_start_matches("- ");
        if let Some(script) = key.strip_prefix("run:") {
            inside = Some(line.len() - key.len());
            found.push(format!("{script}\n"));
        }
    }
    found
}

#[test]
fn what_others_say_is_no_part_of_a_script_and_tools_are_pinned() {
    let mut seen = 0;
    for path in ["action.yml", ".github/workflows/release.yml"] {
        let text = read(path);
        for script in scripts(&text) {
            seen += 1;
            // An expression is put into the text of a script before a shell reads it; `env` hands it over as a value.
            assert!(!script.contains("${{"), "{path}: {script}");
            for tool in ["npm@1", "npx ", "pipx run uv", "pipx run maturin"] {
                assert!(!script.contains(tool), "{path}: `{tool}` is not pinned: {script}");
            }
        }
        for (_, used) in text.lines().filter_map(|line| line.split_once("uses: ")) {
            let (_, commit) = used.split_once('@').expect("a version");
            let commit = commit.split(' ').next().expect("a commit");
            assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{path}: {used}");
        }
    }
    assert!(seen > 8, "the scripts are not found any more");
    let release = read(".github/workflows/release.yml");
    assert!(release.contains("\npermissions: {}\n") && release.contains("attest-build-provenance@"));
    for line in release.lines().map(str::trim).filter(|line| line.ends_with(": write")) {
        assert!(["contents: write", "id-token: write", "attestations: write"].contains(&line), "{line}");
    }
}
