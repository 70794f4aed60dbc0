use super::*;
use crate::discover::path;
use std::io::{self, ErrorKind};

const RULES: [&str; 3] = ["launch-prompt", "missing-fail", "unparsed-response"];

type Files<'a> = &'a [(&'a str, &'a str)];

fn config(root: &str, files: Files) -> Result<Config, String> {
    let read = |path: &str, _: Option<&str>| {
        let found = files.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| io::Error::from(ErrorKind::NotFound))
    };
    of_program(root, &Source::Nearest, &read, &RULES).map_err(|error| error.to_string())
}

fn one(text: &str) -> Result<Config, String> {
    config("/p", &[("/p/consentry.toml", text)])
}

#[test]
fn what_is_not_known_is_refused_with_place_and_nearest_name() {
    for (text, want) in [
        ("platfrom = 'gcash'", "1:1`: there is no key `platfrom`; did you mean `platform`?"),
        ("zzz = 1", "1:1`: there is no key `zzz`; known are extends, platform, "),
        ("\nplatform = \"gcsh\"", "2:12`: `platform` cannot be \"gcsh\": it is one of \"alipay\", "),
        ("platform = \"gcsh\"", "did you mean \"gcash\"?"),
        ("preset = true", "1:10`: `preset` must be one of \"recommended\", \"strict\", and not of type boolean"),
        (
            "fail-on = \"fatal\"",
            "`fail-on` cannot be \"fatal\": it is one of \"error\", \"warning\", \"info\", \"never\"",
        ),
        ("[rules]\nmising-fail = \"off\"", "2:1`: there is no rule `mising-fail`; did you mean `missing-fail`?"),
        ("[rules]\nxyz = \"off\"", "`consentry rules` lists all rules"),
        (
            "[rules]\nmissing-fail = \"warn\"",
            "2:16`: `missing-fail` cannot be \"warn\": it is one of \"off\", \"info\", \"warning\", \"error\"; did you mean \"warning\"?",
        ),
        ("[rules]\nmissing-fail = 1", "`missing-fail` must be one of"),
        ("rules = []", "1:9`: `rules` must be a table, and not of type array"),
        ("ignore = \"a\"", "1:10`: `ignore` must be a list in `[ ]`, and not of type string"),
        ("ignore = [\"a\", \"{b\"]", "1:16`: "),
        ("ignore = [1]", "1:11`: `ignore` must be text in quotes"),
        ("[[overrides]]\npaths = [\"a\"]", "an override needs `paths` and `rules`"),
        ("[[overrides]]\npath = [\"a\"]\nrules = {}", "2:1`: there is no key `path`; did you mean `paths`?"),
        (
            "[[overrides]]\npaths = [\"a\"]\nrules = { launch-promt = \"off\" }",
            "3:11`: there is no rule `launch-promt`",
        ),
        ("[purposes]\nauth_user = 1", "2:13`: `purposes` must be a sentence or a list of pages"),
        ("[budget]\nsteps = 0", "2:9`: `steps` must be a whole number from 1 to 1000000000"),
        ("[budget]\nnesting = 4_000_000_000", "2:11`: `nesting` must be a whole number from 1 to 1000"),
        ("[budget]\nstepps = 1", "2:1`: there is no key `stepps`; did you mean `steps`?"),
        ("a = \n", "consentry.toml:1:"),
        ("lang = 'en'\nlang = 'zh'", "consentry.toml:2:1`: duplicate key"),
        ("extends = \"none.toml\"", "1:11`: cannot read `/p/none.toml`"),
        ("extends = \"consentry.toml\"", "1:11`: `extends` leads back to `/p/consentry.toml`"),
    ] {
        let error = one(text).expect_err(text);
        assert!(error.starts_with("cannot use the configuration `/p/consentry.toml:"), "{text}: {error}");
        assert!(error.contains(want), "{text}: {error}");
    }
}

#[test]
fn every_key_is_read() {
    let config =
        one("platform = 'gcash'\npreset = 'strict'\nlang = 'zh'\nfail-on = 'never'\nmin-certainty = 'likely'\n\
        suppression-reason = 'required'\nignore = ['vendor/', '!vendor/own/**']\n[rules]\nmissing-fail = 'error'\n\
        [[overrides]]\npaths = ['pages/demo/**']\nrules = { missing-fail = 'off' }\n\
        [purposes]\nauth_user = 'card'\nphoneNumber = ['pages/me/index']\n[budget]\nsteps = 1_000\n")
        .expect("a configuration");
    assert_eq!(config.platform.as_ref().map(|held| held.value.as_str()), Some("gcash"));
    assert_eq!((config.preset(), config.reason_required()), (Preset::Strict, true));
    assert_eq!(config.lang.as_ref().map(|held| held.value), Some(Lang::Zh));
    assert_eq!(config.fail_on.as_ref().map(|held| held.value), Some(None));
    assert_eq!(config.min_certainty.as_ref().map(|held| held.value), Some(Certainty::Likely));
    assert_eq!(config.purposes["phoneNumber"].value, Purpose::Pages(vec!["pages/me/index".into()]));
    assert_eq!(config.budget["steps"].value, 1000);
    for (file, ignored) in
        [("/p/vendor/a.js", true), ("vendor/a.js", true), ("/p/a.js", false), ("/q/vendor/a.js", false)]
    {
        assert_eq!(config.ignores(file), ignored, "{file}");
    }
}

#[test]
fn the_nearest_file_counts_and_bases_are_merged_under_it() {
    let files = [
        ("/r/consentry.toml", "platform = 'tng'"),
        (
            "/r/a/consentry.toml",
            "extends = '../shared/base.toml'\nignore = ['own/']\n[rules]\nmissing-fail = 'info'\n[[overrides]]\npaths = ['x/']\nrules = { launch-prompt = 'info' }",
        ),
        (
            "/r/shared/base.toml",
            "extends = 'root.toml'\nplatform = 'dana'\nignore = ['gen/']\n[rules]\nmissing-fail = 'off'\nlaunch-prompt = 'warning'\n[[overrides]]\npaths = ['x/']\nrules = { launch-prompt = 'off', missing-fail = 'error' }",
        ),
        ("/r/shared/root.toml", "lang = 'zh'\nplatform = 'qi'"),
    ];
    let a = config("/r/a/client", &files).expect("a");
    assert_eq!(a.files, ["/r/a/consentry.toml", "/r/shared/base.toml", "/r/shared/root.toml"]);
    assert_eq!(
        a.platform.as_ref().map(|held| (held.value.as_str(), held.at.to_string())),
        Some(("dana", "/r/shared/base.toml:2:12".into()))
    );
    assert_eq!(a.lang.as_ref().map(|held| held.value), Some(Lang::Zh));
    assert!(a.ignores("/r/a/gen/x.js") && a.ignores("/r/a/own/x.js") && !a.ignores("/r/shared/gen/x.js"));
    let setting = |rule, file| a.setting(rule, file).map(|held| held.value);
    assert_eq!(setting("missing-fail", "/r/a/y.js"), Some(Setting::Level(Level::Info)));
    assert_eq!(setting("missing-fail", "/r/a/x/y.js"), Some(Setting::Level(Level::Error)));
    assert_eq!(setting("launch-prompt", "/r/a/x/y.js"), Some(Setting::Level(Level::Info)));
    assert_eq!(setting("unparsed-response", "/r/a/x/y.js"), None);
    assert_eq!(config("/r/b", &files).expect("b").platform.map(|held| held.value), Some("tng".into()));
    assert_eq!(config("/q", &files).expect("none"), Config::default());
}

#[test]
fn cycles_end() {
    let files = [("/p/consentry.toml", "extends = 'b.toml'"), ("/p/b.toml", "\nextends = './consentry.toml'")];
    let error = config("/p", &files).expect_err("a cycle");
    assert!(error.contains("/p/b.toml:2:11`: `extends` leads back"), "{error}");
}

#[test]
fn levels_keep_what_doubt_took() {
    let config = one("[rules]\nmissing-fail = 'error'\nlaunch-prompt = 'off'\nunparsed-response = 'info'")
        .expect("a configuration");
    let level = |rule, found, base, preset| config.level(rule, "/p/a.js", found, Severity { base, preset });
    use Level::{Error, Info, Warning};
    assert_eq!(level("missing-fail", Warning, Warning, None), Some(Error));
    assert_eq!(level("missing-fail", Info, Warning, Some(Warning)), Some(Warning));
    assert_eq!(level("launch-prompt", Error, Error, Some(Error)), None);
    assert_eq!(level("unparsed-response", Error, Error, Some(Error)), Some(Info));
    assert_eq!(level("other", Warning, Error, Some(Error)), Some(Warning));
    assert_eq!(level("other", Warning, Warning, None), None);
    assert_eq!(level("other", Info, Info, Some(Warning)), Some(Warning));
}

#[test]
fn what_holds_is_shown_with_its_origin() {
    let config = one(
        "platform = 'gcash'\nignore = ['gen/']\n[[overrides]]\npaths = ['demo/']\nrules = { missing-fail = 'off' }",
    )
    .expect("a configuration");
    let rules = RULES.map(|id| (id, Severity { base: Level::Error, preset: Some(Level::Error) }));
    let short = |file: &str| path::name(file).to_owned();
    let words = crate::message::Texts::of_words().expect("rules/words.toml");
    let shown = |config: &Config, file: &str, flags: &[(&'static str, &str)]| {
        let flags = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let say = |message: &Message| words.say(message, Lang::En);
        show(
            config,
            file,
            &rules,
            &Around { source: &Source::Nearest, flags: &flags, lang: Lang::Zh, name: &short, say: &say },
        )
    };
    let text = shown(&config, "/p/demo/a.js", &[]);
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned();
    assert_eq!(text.lines().next(), Some("# a.js: from consentry.toml"));
    for (start, end) in [
        ("platform = \"gcash\"", "# consentry.toml:1:12"),
        ("preset = \"recommended\"", "# default"),
        ("ignored = false", "# default"),
        ("rules.missing-fail = \"off\"", "# consentry.toml:5:11"),
        ("rules.launch-prompt = \"error\"", "# preset recommended"),
    ] {
        assert!(line(start).ends_with(end), "{start}: {text}");
    }
    assert!(shown(&config, "/p/gen/a.js", &[]).contains("ignored = true"));
    assert!(shown(&Config::default(), "a.js", &[]).starts_with("# a.js: there is no consentry.toml"));
    let flagged = shown(&config, "a.js", &[("preset", "strict"), ("platform", "tng")]);
    let line = |start: &str| flagged.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned();
    assert!(
        line("preset = \"strict\"").ends_with("# --preset") && line("platform = \"tng\"").ends_with("# --platform")
    );
    assert!(
        line("rules.launch-prompt").ends_with("# preset strict") && line("lang = \"zh\"").ends_with("surroundings")
    );
}

#[test]
fn the_template_is_sound_with_and_without_its_comments() {
    for template in [Lang::En, Lang::Zh].map(template) {
        assert!(one(template).is_ok_and(|config| config.reason_required()));
        let code = |line: &str| line.contains(" = ") && !line.contains('`') || line.starts_with("# [[");
        let all: Vec<&str> =
            template.lines().map(|line| line.strip_prefix("# ").filter(|_| code(line)).unwrap_or(line)).collect();
        let config = one(&all.join("\n")).unwrap_or_else(|error| panic!("{error}\n{}", all.join("\n")));
        assert_eq!((config.overrides.len(), config.purposes.len(), config.rules.len()), (1, 3, 1));
        for key in keys::KEYS.iter().filter(|key| !["extends", "lang", "min-certainty", "budget"].contains(&key.name)) {
            assert!(template.contains(key.name), "{}", key.name);
        }
    }
    let values = |lang| template(lang).lines().filter(|line| !line.starts_with('#')).collect::<String>();
    assert_eq!(values(Lang::En), values(Lang::Zh));
}
