//! In: the sources of a framework. Out: in which version of its words they are written, when that can be read. Never parses a script.

use super::path::{join, parent};
use super::sources::Source;
use super::{FILE_BYTES, Files, read_json};
use crate::facts::manifest::Json;
use crate::framework::{self, Written};
use crate::parse::decode;

/// The table of the framework that reads these sources; `None` when none does.
pub(super) fn of(files: &dyn Files, source: &Source) -> Option<&'static str> {
    let tables: Vec<(&'static str, Written)> =
        framework::written().into_iter().filter(|(_, written)| written.framework == source.framework).collect();
    let folder = parent(&source.entry).unwrap_or("");
    let said = tables.iter().find(|(_, written)| {
        let Some((file, key)) = written.says.split_once('#') else { return false };
        let json = read_json(files, &join(folder, file));
        json.as_ref().and_then(|json| json.get(key)?.text()).is_some_and(|text| text == written.said)
    });
    let asked = || {
        let package =
            [folder, &source.project].iter().find_map(|folder| read_json(files, &join(folder, "package.json")));
        tables.iter().find(|(_, written)| package.as_ref().is_some_and(|package| asks_for(package, written)))
    };
    let holds = || {
        tables
            .iter()
            .find(|(_, written)| !written.entry_holds.is_empty() && starts_with(files, folder, &written.entry_holds))
    };
    let found = said.or_else(asked).or_else(holds).or_else(|| tables.iter().find(|(_, written)| written.otherwise));
    found.map(|(name, _)| *name)
}

/// Whether a `package.json` asks for the version of a package that a table names.
fn asks_for(package: &Json, written: &Written) -> bool {
    written.packages.iter().any(|wanted| {
        let Some((name, version)) = wanted.rsplit_once('@') else { return false };
        let lists = ["dependencies", "devDependencies"].iter().filter_map(|list| package.get(list)?.get(name)?.text());
        lists
            .map(|text| text.trim_start_matches(['^', '~', '=', 'v', '>', '<', ' ']))
            .any(|text| text.starts_with(version))
    })
}

/// Whether the script that sources begin with holds a text.
fn starts_with(files: &dyn Files, folder: &str, wanted: &str) -> bool {
    ["main.js", "main.ts"].iter().any(|name| {
        let bytes = files.read_within(&join(folder, name), FILE_BYTES);
        bytes.is_ok_and(|bytes| decode::decode(&bytes).text.contains(wanted))
    })
}
