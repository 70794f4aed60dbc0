#!/usr/bin/env python3
"""Makes what the fuzz targets start from, out of what is in the repository anyway: inputs from `fixtures/`, from the examples
of the rule pages and from `tests/hostile/seeds/` into `corpus/`, and words from `rules/platforms/` into `dictionaries/`."""

import hashlib
import pathlib
import re
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
# Larger inputs are slow to bend; those of programs hold several files.
LARGEST_FILE = 6_000
LARGEST_PROGRAM = 9_000

SYNTAX = {
    "axml": ["<", "</", "/>", "<!--", "-->", "{{", "}}", "a:if=\"", "a:elif=\"", "a:else", "a:for=\"{{", "<import src=\"", "<include src=\"", "<template name=\"",
             "<template is=\"", "<import-sjs name=\"", "<slot", "catchTap=\"", "&amp;", "&#x4e2d;", "<![CDATA[", "]]>", "consentry-ignore "],
    "expression": ["...", "?.", "??", "=>", "${", "`", "'", ": ", "||", "&&", "===", "typeof ", "/x/g", "/*", "*/", "//", "\\u{61}", "中"],
    "json": ["{", "}", "[", "]", "\"", "'", "//", "/*", "*/", "\\u4e2d", "\\ud83d", "\\x41", "true", "false", "null", "1e999", "__proto__"],
    "script": ["function ", "async ", "await ", "=>", "class A extends ", "import ", " from '", "export default ", "export * from '", "require('", "import(", "new ",
               "this.", "super.", "yield ", "...", "?.", "??=", "**=", "`${", "#x", "static {", "get ", "set ", "try{", "}catch(e){", "}finally{", "switch(a){case ",
               "for(const a of ", "for await(", "label:", "break ", "continue ", "</a>", "@x ", "enum A {", "namespace A {", "interface A {", "as const", "<T>", "/*", "*/",
               "//", "\\u{", "\\n", "consentry-ignore ", "consentry-ignore-file ", "Page({", "App({", "Component({", "Promise.all([", ".then(", ".catch(", "success(", "fail("],
    "config": ["platform = \"", "preset = \"strict\"", "lang = \"zh\"", "fail-on = \"", "min-certainty = \"", "reason-required = true", "[rules]", "[[overrides]]", "[budget]",
               "[purposes]", "ignore = [\"", "paths = [\"", "extends = \"", "steps = ", "contexts = ", "file-bytes = ", "**/", "!", "{a,b}", "[a-z]", "consentry.toml"],
    "suppressions": ["consentry-ignore ", "consentry-ignore-file ", "consentry-ignore-next-line ", "// ", "/* ", " */", "<!-- ", " -->", ", ", ": ", "missing-fail",
                     "launch-prompt", "undefined-handler", "unused-suppression"],
    "bundle": ["\n@@ app.json\n", "\n@@ app.js\n", "\n@@ bad.json\n", "\n@@ bad.axml\n", "\n@@ sound.js\n", "\n@@ consentry.toml\n", "\n@@ node_modules/a/index.js\n"],
}


def platform_words():
    """Names that platform tables hold: APIs, hooks, elements, scopes."""
    found = set()

    def visit(value):
        if isinstance(value, str):
            if re.fullmatch(r"[A-Za-z][\w.-]{2,30}", value):
                found.add(value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                if key not in ("source", "checked", "title"):
                    visit(inner)
        elif isinstance(value, list):
            for inner in value:
                visit(inner)

    for table in sorted((ROOT / "rules/platforms").glob("*.toml")):
        visit(tomllib.loads(table.read_text()))
    return sorted(found)


def rule_ids():
    return sorted(page.stem for page in (ROOT / "rules").glob("*.md") if page.stem != "README")


def write_dictionaries():
    platform, rules = platform_words(), rule_ids()
    calls = [f"my.{word}(" for word in platform if re.fullmatch(r"[a-z]\w+", word)][:400]
    program = SYNTAX["script"] + SYNTAX["axml"] + SYNTAX["bundle"] + calls + platform
    words = {
        "axml": SYNTAX["axml"] + SYNTAX["expression"] + platform,
        "config": SYNTAX["config"] + rules + SYNTAX["bundle"],
        "expression": SYNTAX["expression"],
        "fix_application": program,
        "json": SYNTAX["json"] + platform,
        "script_facts": SYNTAX["script"],
        "suppressions": SYNTAX["suppressions"] + rules,
        "whole_check": program,
    }
    folder = HERE / "dictionaries"
    folder.mkdir(exist_ok=True)
    for target, entries in words.items():
        quoted = ("".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word.encode()) for word in dict.fromkeys(entries))
        (folder / target).write_text("".join(f'"{word}"\n' for word in quoted))


def bundle(files, choice=0):
    return bytes([choice]) + b"".join(b"\n@@ " + path.encode() + b"\n" + data for path, data in sorted(files.items()))


def manifest_for(files):
    """The manifest that an example of a rule page leaves out, as tests/rule_pages.rs completes it."""
    if "app.json" not in files and "plugin.json" not in files:
        pages = sorted({path.rsplit(".", 1)[0] for path in files if path.startswith("pages/") and path.endswith((".js", ".axml"))})
        files["app.json"] = ('{"pages": [' + ", ".join(f'"{page}"' for page in pages) + "]}").encode()
    return files


def examples():
    """The programs of the rule pages."""
    for page in sorted((ROOT / "rules").glob("*.md")):
        for section in re.split(r"^### ", page.read_text(), flags=re.M)[1:]:
            blocks = re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", section, flags=re.M | re.S)
            if blocks:
                yield manifest_for({path: text.encode() for path, text in blocks})


def fixtures():
    """The programs of the fixtures that are small, as wholes; of the others each page alone."""
    for folder in sorted((ROOT / "fixtures").iterdir()):
        if not folder.is_dir():
            continue
        files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        files = {path: data for path, data in files.items() if path.endswith((".js", ".ts", ".axml", ".json", ".sjs", ".toml"))}
        if sum(map(len, files.values())) <= LARGEST_PROGRAM:
            yield files
            continue
        for path in files:
            stem = path.rsplit(".", 1)[0]
            if path.endswith(".axml") and f"{stem}.js" in files:
                names = {f"{stem}.{kind}": f"bad.{kind}" for kind in ("js", "json", "axml")}
                yield {name: files[old] for old, name in names.items() if old in files}


def sources(*kinds):
    for folder in ("fixtures", "tests/cli", "tests/cli-config"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in kinds and path.stat().st_size <= LARGEST_FILE:
                yield path.read_bytes()
    for files in examples():
        for path, data in files.items():
            if path.endswith(kinds):
                yield data


def write_corpus():
    scripts, markup = list(sources(".js", ".ts", ".sjs")), list(sources(".axml"))
    inside = [b"\0" + found.encode() for data in markup for found in re.findall(r"\{\{(.*?)\}\}", data.decode(errors="replace"), flags=re.S)]
    values = [b"\0" + found.encode() for data in scripts for found in re.findall(r"(?:=|return) (.{3,200}?);", data.decode(errors="replace"))]
    programs = [bundle(files, choice) for files in [*fixtures(), *examples()] if sum(map(len, files.values())) <= LARGEST_PROGRAM for choice in (0,)]
    commented = b"// consentry-ignore missing-fail: known\n"
    corpus = {
        "axml": markup,
        "config": [b"\0@@ consentry.toml\n" + data for data in sources(".toml")],
        "expression": inside + values,
        "fix_application": programs,
        "json": list(sources(".json")),
        "script_facts": scripts,
        "suppressions": [b"\0" + data for data in scripts if b"consentry-" in data] + [b"\1" + data for data in markup if b"consentry-" in data]
        + [b"\0" + commented + data for data in scripts[:40]] + [b"\3<!-- consentry-ignore undefined-handler -->" + data for data in markup[:40]],
        "whole_check": programs,
    }
    for target, inputs in corpus.items():
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        kept = ROOT / "tests/hostile/seeds" / target
        inputs += [path.read_bytes() for path in sorted(kept.glob("*")) if path.is_file()]
        for data in inputs:
            (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


write_dictionaries()
write_corpus()
