//! Names of files, scopes, values and configured words that are markup, commands or ends of texts to somebody who reads a report. Each
//! format is read back by its reader: nothing that a program says is anything but text there.

use super::{checked, program, shown};
use consentry::report::{self, Format, Located, Options, Report};
use consentry::session::texts;
use pulldown_cmark::{Event, Options as Grammar, Parser, Tag};
use serde_json::Value;

/// What means something to one of the readers.
const HOSTILE: [&str; 18] = [
    "``<img src=https://evil.example/x.png>[Approved](https://evil.example) @octocat",
    "`<b>b</b>` ``` `[a](b)",
    "[a][b] ![c](d) <e@f.example> https://evil.example www.evil.example #1 !2 $x$ :tada:",
    "a|b\\|c\\\\|d | e",
    "</code></details><script>x</script>",
    "&lt;&#60;&amp;",
    "::stop-commands::hello",
    "\u{3000}::add-mask::secret",
    "word ::warning file=app.js::gone",
    "##[add-mask]secret",
    "###[group]x",
    "##vso[task.complete result=Succeeded;]x",
    "##teamcity[buildStatus status='SUCCESS']",
    "%0A::error::x%0D%25",
    "]]><a b=\"c\" d='e'><!-- -->",
    "\u{1b}[2J\u{1b}]0;t\u{7}\u{202e}\u{9b}31m\r\n::error::x",
    "{0} {scope} {{x}} %s",
    "\"\\\", \"level\": \"note\\u0023",
];

/// A program in which a text stands wherever a report may take it from; whether it can be a file's name, too.
fn asked(text: &str) -> Report {
    let quoted = Value::from(text).to_string();
    let script = format!(
        "const s = {quoted};\nPage({{ onLoad() {{ my.getAuthCode({{ scopes: {quoted}, success() {{}} }}); my[s]({{}}); }} }}); // {text}\n"
    );
    let markup =
        "<button open-type=\"getAuthorize\" scope=\"userInfo\" onGetAuthorize=\"none\"/>\n<view onTap=\"x\"/>\n";
    let escaped = text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let mut files = program([
        ("bad.js", script),
        (
            "bad.axml",
            format!("{markup}<button open-type=\"getAuthorize\" scope=\"{escaped}\" onGetAuthorize=\"{escaped}\"/>"),
        ),
    ]);
    let name = text.replace('/', "-");
    let page = Value::from(name.as_str()).to_string();
    files.0.insert("app.json".into(), format!(r#"{{"pages":["sound","bad",{page},{quoted}]}}"#).into());
    files.0.insert(format!("{name}.js"), b"Page({ onLoad() { my.getAuthCode({ scopes: 'nope' }) } })".to_vec());
    files.0.insert(format!("{name}.axml"), markup.into());
    files.0.insert("bad.json".into(), format!(r#"{{"usingComponents":{{"a":{quoted},{quoted}:"../../x"}}}}"#).into());
    let toml = quoted.replace("\\u001b", "\\u001B").replace('\u{7f}', "");
    files.0.insert("consentry.toml".into(), format!("preset = \"strict\"\n[purposes]\n{toml} = {toml}\n").into());
    let report = checked(&files).report;
    assert!(report.findings().count() > 4, "{text}");
    report
}

/// The report in a format, for a terminal of some width.
fn document(report: &Report, format: Format, width: usize) -> String {
    let texts = texts().unwrap();
    let sources = checked(&program::<&str>([])).sources;
    let mut out = Vec::new();
    let options = Options { width, ..Options::plain(format, texts.as_ref()) };
    report::write(report, sources.as_ref(), &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What is said beside it.
fn notices(report: &Report, width: usize) -> String {
    let texts = texts().unwrap();
    let mut out = Vec::new();
    let options = Options { width, ..Options::plain(Format::Pretty, texts.as_ref()) };
    report::write_notices(report, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The command that GitHub's runner finds in a line of a log: `::name key=value,…::data` where a line begins, `##[name key=value;…]data`
/// anywhere; what compares as nothing is not there. Azure's and TeamCity's are found anywhere.
fn command(line: &str) -> Option<String> {
    let visible: String =
        line.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{ad}')).collect();
    let mark = ["##vso[", "##teamcity[", "##["].iter().find(|mark| visible.contains(*mark));
    if let Some(mark) = mark {
        return Some((*mark).to_owned());
    }
    let rest = visible.trim_start().strip_prefix("::")?;
    let (info, _) = rest.split_once("::")?;
    Some(info.split(' ').next().unwrap_or(info).to_lowercase())
}

#[test]
fn no_line_is_a_command_to_a_runner() {
    for text in HOSTILE {
        let report = asked(text);
        for (name, format) in Format::ALL {
            for width in [40, 57, 80, 120] {
                for line in (document(&report, format, width) + &notices(&report, width)).lines() {
                    match command(line) {
                        Some(found) if format == Format::Github => {
                            assert!(["error", "warning", "notice"].contains(&found.as_str()), "{name}: {line}");
                        }
                        found => assert_eq!(found, None, "{name}, {width}: {line}"),
                    }
                }
            }
        }
        let github = document(&report, Format::Github, 80);
        let commands: Vec<&str> = github.lines().filter(|line| line.starts_with("::")).collect();
        assert_eq!(commands.len(), report.findings().count());
        for (line, (_, one)) in commands.iter().zip(report.findings()) {
            let (info, _) = line[2..].split_once("::").unwrap();
            let properties: Vec<(&str, &str)> =
                info.split_once(' ').unwrap().1.split(',').map(|one| one.split_once('=').unwrap()).collect();
            let keys = properties
                .iter()
                .all(|(key, _)| ["file", "line", "col", "endColumn", "endLine", "title"].contains(key));
            let (file, rule) = (properties[0].1, properties.last().unwrap().1);
            assert!(keys && rule == one.finding.rule, "{line}");
            let file = file.replace("%3A", ":").replace("%2C", ",").replace("%0A", "\n").replace("%25", "%");
            let plain = !one.finding.place.file.contains("##") && !one.finding.place.file.contains(char::is_control);
            assert!(!plain || file == one.finding.place.file.replace('\u{202e}', "\u{fffd}"), "{line}");
        }
    }
}

#[test]
fn markdown_is_a_sentence_a_table_and_what_to_do() {
    for text in HOSTILE {
        let report = asked(text);
        let said = document(&report, Format::Markdown, 80);
        let (mut rows, mut cells, mut code) = (0, 0, 0);
        let mut details = Vec::new();
        for event in
            Parser::new_ext(&said, Grammar::ENABLE_TABLES | Grammar::ENABLE_STRIKETHROUGH | Grammar::ENABLE_MATH)
        {
            match event {
                Event::Start(Tag::TableRow) => rows += 1,
                Event::Start(Tag::TableCell) => cells += 1,
                Event::Code(_) => code += 1,
                Event::Html(html) | Event::InlineHtml(html) => details.push(html.trim().to_owned()),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let known = |(_, one): (_, &Located)| {
                        texts().unwrap().policy(one.finding.rule).is_some_and(|(_, url)| *url == *dest_url)
                    };
                    assert!(report.findings().any(known), "{dest_url}: {said}");
                }
                Event::Start(
                    tag @ (Tag::Image { .. } | Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::CodeBlock(_)),
                ) => panic!("{tag:?}: {said}"),
                Event::InlineMath(math) | Event::DisplayMath(math) => panic!("{math}: {said}"),
                Event::Text(words) => {
                    for (at, _) in words.match_indices('@') {
                        assert!(words[at + 1..].starts_with('\u{2060}'), "{words}: {said}");
                    }
                    assert!(!words.contains("://") && !words.contains("www."), "{words}: {said}");
                }
                _ => {}
            }
        }
        let findings = report.findings().count();
        assert_eq!((rows, cells), (findings, 4 * findings + 4), "{said}");
        assert!(code > 2 * findings, "{said}");
        details.retain(|html| !html.starts_with("<details><summary>") && html != "</details>");
        assert!(details.is_empty(), "{details:?}: {said}");
        // Reviewdog shows its messages as Markdown, too.
        let diagnostics: Value = serde_json::from_str(&document(&report, Format::Rdjson, 80)).unwrap();
        for one in diagnostics["diagnostics"].as_array().unwrap() {
            for event in Parser::new(one["message"].as_str().unwrap()) {
                let markup = matches!(
                    event,
                    Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. } | Tag::Link { .. })
                );
                assert!(!markup, "{event:?} {one}");
            }
        }
    }
}

/// A checked program with a text in a scope.
fn checked_of(text: &str) -> consentry::session::Checked {
    let quoted = Value::from(text).to_string();
    let script = format!("Page({{ onLoad() {{ my.getAuthCode({{ scopes: {quoted}, success() {{}} }}); }} }});\n");
    checked(&program([("bad.js", script)]))
}

#[test]
fn documents_hold_the_texts_as_they_are() {
    for text in HOSTILE {
        let report = asked(text);
        let files: Vec<&str> = report.findings().map(|(_, one)| one.finding.place.file.as_str()).collect();
        let document = |format| document(&report, format, 80);
        let json = |format| serde_json::from_str::<Value>(&document(format)).unwrap();
        let list = |value: &Value, path: &str| -> Vec<String> {
            value
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one.pointer(path).unwrap().as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(list(&json(Format::Json)["findings"], "/file"), files);
        assert_eq!(list(&json(Format::Gitlab), "/location/path"), files);
        assert_eq!(list(&json(Format::Rdjson)["diagnostics"], "/location/path"), files);
        let sarif = json(Format::Sarif);
        let rules: Vec<&str> = report.findings().map(|(_, one)| one.finding.rule).collect();
        assert_eq!(list(&sarif["runs"][0]["results"], "/ruleId"), rules);
        for format in [Format::Junit, Format::Checkstyle] {
            let said = document(format);
            let (elements, attribute): (&str, &str) = match format {
                Format::Junit => ("testcase", "file"),
                _ => ("file", "name"),
            };
            let mut reader = quick_xml::Reader::from_str(&said);
            let mut found = Vec::new();
            loop {
                match reader.read_event().unwrap_or_else(|error| panic!("{error}: {said}")) {
                    quick_xml::events::Event::Eof => break,
                    quick_xml::events::Event::Start(tag) if tag.name().as_ref() == elements => {
                        let value = tag.try_get_attribute(attribute).unwrap().unwrap();
                        found.push(value.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned());
                    }
                    quick_xml::events::Event::Comment(_) | quick_xml::events::Event::CData(_) => panic!("{said}"),
                    _ => {}
                }
            }
            let wanted: Vec<String> =
                files.iter().map(|file| file.replace(['\u{1b}', '\u{7}', '\u{9b}'], "\u{fffd}")).collect();
            let all = |names: &[String]| names.iter().cloned().collect::<std::collections::BTreeSet<String>>();
            assert_eq!(all(&found), all(&wanted), "{said}");
        }
    }
}

#[test]
fn no_character_steers_a_terminal() {
    for text in HOSTILE {
        for (format, found) in
            [Format::Pretty, Format::Concise].map(|format| (format, shown(&checked_of(text), format)))
        {
            let steers = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}');
            assert!(!found.contains(steers), "{format:?}: {found}");
        }
    }
}
