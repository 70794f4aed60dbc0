//! In: the table of configuration keys and the rule pages. Out: `rules/consentry.schema.json`, for editors. The test writes the
//! file when it is out of date, and fails so that somebody looks at it.

use consentry::config::schema;
use consentry::rule_doc::RuleDoc;
use std::{fs, path::Path};

#[test]
fn the_schema_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut pages: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(&folder).expect("rules/") {
        let path = entry.expect("entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".md") && name != "README.md" {
            let doc = RuleDoc::parse(&fs::read_to_string(&path).expect("page")).expect("a sound page");
            pages.push((doc.id, doc.title.en));
        }
    }
    pages.sort();
    let rules: Vec<(&str, &str)> = pages.iter().map(|(id, title)| (id.as_str(), title.as_str())).collect();
    let want = serde_json::to_string_pretty(&schema(&rules)).expect("JSON") + "\n";
    let file = folder.join("consentry.schema.json");
    if fs::read_to_string(&file).is_ok_and(|found| found == want) {
        return;
    }
    fs::write(&file, want).expect("the schema");
    panic!("rules/consentry.schema.json was out of date and is written anew: look at the difference and keep it");
}
