//! In: a path as written and the file it stands in. Out: the files it may mean, best first. Never looks whether they exist.

use crate::discover::{Program, path};

/// Script extensions; a TypeScript source goes before the JavaScript compiled from it.
pub(super) const SCRIPTS: [&str; 8] = ["ts", "js", "mjs", "cjs", "tsx", "jsx", "vue", "mpx"];
/// Extensions of components of one file.
pub(super) const COMPONENTS: [&str; 2] = ["vue", "mpx"];

/// Extensions of scripts with elements in their code.
pub(super) const IN_CODE: [&str; 4] = ["tsx", "jsx", "ts", "js"];

/// The base name of a component of one file.
pub(super) fn without_extension(file: &str) -> Option<&str> {
    COMPONENTS.iter().find_map(|extension| file.strip_suffix(*extension)?.strip_suffix('.'))
}

/// Script files that `specifier` may mean.
pub(super) fn scripts(program: &Program, from: &str, specifier: &str) -> Vec<String> {
    let mut found = Vec::new();
    for base in bases(program, from, specifier) {
        script_files(&base, &mut found);
    }
    found
}

/// Template files that `source` may mean.
pub(super) fn templates(program: &Program, from: &str, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for base in bases(program, from, source).into_iter().chain(here(from, source)) {
        if path::extension(&base) == "axml" {
            found.push(base);
        } else {
            found.push(format!("{base}.axml"));
            found.push(format!("{base}/index.axml"));
        }
    }
    found
}

/// Base names (without extension) of the component that a `usingComponents` path may mean.
pub(super) fn components(program: &Program, from: &str, specifier: &str) -> Vec<String> {
    if specifier.contains("://") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let of_script = || {
        let written = program.dialect.is_some().then_some(&IN_CODE).into_iter().flatten();
        written.copied().find_map(|extension| specifier.strip_suffix(extension)?.strip_suffix('.'))
    };
    let specifier = without_extension(specifier).or_else(of_script).unwrap_or(specifier);
    for base in bases(program, from, specifier).into_iter().chain(here(from, specifier)) {
        found.push(base.clone());
        found.push(format!("{base}/index"));
    }
    found
}

/// Paths written without a leading dot are tried beside the file as well.
fn here(from: &str, specifier: &str) -> Option<String> {
    let bare = !specifier.starts_with('.') && !specifier.starts_with('/');
    bare.then(|| path::join(path::parent(from).unwrap_or(""), specifier))
}

/// Script files of a page or component with this base name.
pub(super) fn scripts_of_unit(base: &str) -> Vec<String> {
    SCRIPTS.iter().map(|extension| format!("{base}.{extension}")).collect()
}

/// Script files at a path whose extension may be left out.
pub(super) fn scripts_at(base: &str) -> Vec<String> {
    let mut found = Vec::new();
    script_files(base, &mut found);
    found
}

fn script_files(base: &str, found: &mut Vec<String>) {
    if base.ends_with(".sjs") {
        found.push(base.to_string());
    }
    let stem = SCRIPTS.iter().find_map(|extension| base.strip_suffix(&format!(".{extension}")));
    if let Some(stem) = stem {
        if base.ends_with(".js") {
            found.push(format!("{stem}.ts"));
        }
        found.push(base.to_string());
    }
    found.extend(SCRIPTS.iter().map(|extension| format!("{base}.{extension}")));
    found.extend(SCRIPTS.iter().map(|extension| format!("{base}/index.{extension}")));
}

/// The paths, without extension, that a written path may stand for.
fn bases(program: &Program, from: &str, specifier: &str) -> Vec<String> {
    let specifier = specifier.split(['?', '#']).next().unwrap_or("");
    let folder = path::parent(from).unwrap_or("");
    if specifier.is_empty() {
        return Vec::new();
    }
    if specifier.starts_with('.') {
        return vec![path::join(folder, specifier)];
    }
    let mut found = Vec::new();
    if !from.contains("node_modules/") {
        found.extend(aliased(program, specifier));
    }
    // What bundlers take for the sources' root without being told; no package can have this name.
    if let Some(inside) = specifier.strip_prefix("@/") {
        return found.into_iter().chain(["src", ""].map(|sources| root_of(program, sources, inside))).collect();
    }
    if let Some(absolute) = specifier.strip_prefix('/') {
        found.push(path::join(&program.root, absolute));
        return found;
    }
    found.extend(packages(program, folder, specifier));
    // Frameworks' projects name their own folders so, in a configuration that is code: `@utils/x`, `~/x`.
    let named = program.dialect.and_then(|_| specifier.strip_prefix(['@', '~'])).filter(|inside| inside.contains('/'));
    found.extend(
        named
            .into_iter()
            .flat_map(|inside| ["", "src"].map(|sources| root_of(program, sources, inside.trim_start_matches('/')))),
    );
    found.push(path::join(&program.root, specifier));
    found
}

fn root_of(program: &Program, sources: &str, inside: &str) -> String {
    path::join(&path::join(&program.root, sources), inside)
}

fn aliased(program: &Program, specifier: &str) -> impl Iterator<Item = String> {
    program.aliases.iter().filter_map(move |(key, target)| {
        let rest = match key.strip_suffix('*') {
            Some(prefix) => specifier.strip_prefix(prefix)?,
            None if key == specifier => "",
            None => return None,
        };
        Some(path::join(&program.root, &target.replace('*', rest)))
    })
}

/// `node_modules` folders from the file upwards, to the working directory.
fn packages(program: &Program, folder: &str, specifier: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = Some(folder);
    while let Some(folder) = at {
        if path::name(folder) != "node_modules" {
            found.push(path::join(folder, &format!("node_modules/{specifier}")));
        }
        at = path::parent(folder).filter(|parent| *parent != folder);
    }
    let root = path::join("", &format!("node_modules/{specifier}"));
    if !found.contains(&root) && !path::is_absolute(&program.root) {
        found.push(root);
    }
    found
}
