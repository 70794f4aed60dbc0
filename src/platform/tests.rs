//! In: the compiled tables. Out: whether they are sound and say what the wallets document.

use super::*;
use serde_json::json;

#[test]
fn the_silent_scopes_of_each_wallet_are_those_its_documentation_names() {
    let sets: [(&str, &[&str]); 8] = [
        ("alipay", &["auth_base"]),
        ("gcash", &["auth_base"]),
        ("alipay-plus", &["User_Base_Info", "auth_base"]),
        ("dana", &["auth_base"]),
        ("tng", &["BASE_USER_INFO", "auth_base"]),
        ("qi", &["HASH_LOGIN_ID", "USER_ID", "USER_LOGIN_ID", "auth_base"]),
        ("taobao", &["auth_base"]),
        ("dingtalk", &["auth_base"]),
    ];
    assert_eq!(sets.map(|(name, _)| name).to_vec(), Platform::names().collect::<Vec<_>>());
    for (name, silent) in sets {
        let platform = Platform::named(name).expect(name);
        let found: Vec<_> = platform.scopes.iter().filter(|(_, scope)| scope.silent).map(|(name, _)| name).collect();
        assert_eq!(found, silent, "{name}");
        assert_eq!((platform.name.as_str(), platform.is_silent("never heard of")), (name, None));
    }
}

#[test]
fn every_wallet_keeps_the_base_and_authorize_is_taobaos() {
    for name in Platform::names() {
        let platform = Platform::named(name).expect(name);
        let asks = if name == "dingtalk" { Asks::Nothing } else { Asks::Authorization };
        assert_eq!(platform.apis["getAuthCode"].asks, asks, "{name}");
        assert_eq!(platform.apis["getOpenUserInfo"].envelope, ["response", "parse()", "response"], "{name}");
        assert_eq!(platform.markup.auth_button.error_event, "Error", "{name}");
        assert_eq!(platform.apis["authorize"].dialect.as_deref(), Some("taobao"), "{name}");
        assert!(platform.policy.unknown_scopes_interactive, "{name}");
    }
    assert!(Platform::named("nowhere").is_err_and(|error| error.contains("alipay")));
}

#[test]
fn a_misspelt_key_is_an_error_at_every_level() {
    for text in [
        "nmae = 'x'",
        "[apis.f]\nask = 'device'",
        "[apis.f]\nasks = 'politely'",
        "[scopes.s]\nsilnet = true",
        "hooks = [{ hsot = 'app' }]",
        "[markup]\nelement = []",
        "[markup.auth-button]\nvalues = ''",
        "[policy]\nre-prompt = ''",
        "[sinks.f]\ninto = 'the void'",
        "[privacy-consent]\nlistens = ''",
    ] {
        assert!(toml::from_str::<Platform>(text).is_err(), "accepted: {text}");
    }
}

#[test]
fn a_wallet_changes_rows_key_by_key() {
    let mut under = json!({"a": [1], "apis": {"f": {"asks": "device", "setting": "s"}}});
    overlay(&mut under, json!({"a": [2], "apis": {"f": {"setting": "t"}, "g": {}}}));
    assert_eq!(under, json!({"a": [2], "apis": {"f": {"asks": "device", "setting": "t"}, "g": {}}}));
}

#[test]
fn every_row_says_where_it_comes_from_and_when_somebody_looked() {
    for (name, _) in TABLES {
        let table: toml::Table = source(name).parse().expect(name);
        assert_source(name, &table);
        for key in ["apis", "scopes", "permissions", "private-fields", "personal", "sinks", "secrets"] {
            for (row, value) in table.get(key).and_then(toml::Value::as_table).into_iter().flatten() {
                assert_source(&format!("{name} {key}.{row}"), value.as_table().expect("a row is a table"));
            }
        }
        for key in ["permission-text", "privacy-consent", "agreement", "refusal", "secret-names", "session", "facade"] {
            if let Some(section) = table.get(key).and_then(toml::Value::as_table) {
                assert_source(&format!("{name} {key}"), section);
            }
        }
        for key in ["hooks", "shims", "shim-hooks", "bridges", "signs", "helpers"] {
            for row in table.get(key).and_then(toml::Value::as_array).into_iter().flatten() {
                assert_source(&format!("{name} {key} {row}"), row.as_table().expect("a row is a table"));
            }
        }
    }
}

/// A table as it was written.
fn source(name: &str) -> String {
    let path = format!("{}/rules/platforms/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect(&path)
}

fn assert_source(place: &str, row: &toml::Table) {
    let text = |key: &str| row.get(key).and_then(toml::Value::as_str).unwrap_or("");
    assert!(!text("source").is_empty(), "{place}: no source");
    let shape: String = text("checked").chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00", "{place}: `checked` is no ISO date");
}

#[test]
fn rows_stand_in_order_of_their_names() {
    for (name, _) in TABLES {
        for section in source(name)
            .split("\n[")
            .filter(|section| !section.starts_with("instance]") && !section.starts_with("markup"))
        {
            let rows = section.lines().filter_map(|line| Some(line.split_once(" = {")?.0.trim_matches('"')));
            assert!(rows.is_sorted(), "{name}: rows of [{} are not sorted", section.lines().next().unwrap_or(""));
        }
        let platform = Platform::named(name).expect(name);
        for hooks in [&platform.hooks, &platform.shim_hooks] {
            let keys = hooks.iter().map(|hook| (format!("{:?}", hook.host), hook.name.as_str()));
            assert!(keys.is_sorted_by(|a, b| a < b), "{name}: hooks are not sorted or not unique");
        }
        let own = Marks::all().expect("marks").into_iter().find(|own| own.name == *name).expect(name);
        assert!(
            own.signs.is_sorted_by_key(|sign| (sign.kind as u8, sign.name.clone())),
            "{name}: signs are not sorted"
        );
        assert_eq!(platform.signs, own.signs, "{name}: signs are its own");
        let markup = &platform.markup;
        let lists = [&platform.sync_apis, &markup.elements, &markup.dialog_words, &markup.backdrop_words];
        assert!(lists.into_iter().all(|list| list.is_sorted_by(|a, b| a < b)), "{name}: a list is not sorted");
        assert!(
            !platform.sync_apis.iter().any(|api| platform.apis.contains_key(api)),
            "{name}: both synchronous and a row"
        );
    }
}

#[test]
fn rows_about_the_same_api_agree() {
    for name in Platform::names() {
        let platform = Platform::named(name).expect(name);
        for (key, permission) in &platform.permissions {
            for api in &permission.apis {
                let known = platform.apis.get(api).is_none_or(|row| row.permission.contains(key));
                assert!(known, "{name}: `{api}` needs `{key}` in one table only");
            }
        }
        assert!(
            platform.apis.contains_key(&platform.privacy_consent.listen),
            "{name}: the consent listener has no row"
        );
        let button = &platform.markup.auth_button;
        assert!(button.scopes.iter().all(|scope| button.classes.contains_key(scope)), "{name}: a scope has no class");
        let blanket: Vec<_> = platform.scopes.iter().filter(|(_, scope)| scope.blanket).map(|(name, _)| name).collect();
        assert_eq!(blanket, if name == "taobao" { vec!["*"] } else { vec![] }, "{name}");
        let lists = [&platform.agreement.words, &platform.refusal.fields, &platform.session.fields];
        assert!(lists.into_iter().all(|list| list.is_sorted_by(|a, b| a < b)), "{name}: a list is not sorted");
    }
}
