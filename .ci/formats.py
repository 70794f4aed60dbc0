#!/usr/bin/env python3
"""In: a folder with reports `real.*` and `sample.*`, one per format, and the schemas and programs that read them. Out: whether each
reader finds in them what `--format json` says. Each check is then given reports damaged on purpose, and must refuse them."""
import collections
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

import cmarkgfm
import jsonschema
import junitparser
import xmlschema
from cmarkgfm.cmark import Options
from diff_cover.violationsreporters.java_violations_reporter import CheckstyleXmlDriver

here, schemas, modules, own_schema = map(pathlib.Path, sys.argv[1:])


def equal(want, got, what):
    assert want and want == got, f"{what}:\nwanted {want}\ngot    {got}"


def clean(text):
    """A control character ends what a line of text is: readers see a space for it."""
    return text.replace("\n", " ")


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
    return done.returncode, done.stdout + done.stderr


def valid(schema, value):
    errors = [f"{error.json_path}: {error.message}" for error in schema.iter_errors(value)]
    assert not errors, "\n".join(errors)


# SARIF: the standard's schema; Microsoft's validator, with GitHub's rules.
draft7 = jsonschema.Draft7Validator
sarif_schema = json.loads((schemas / "sarif-schema-2.1.0.json").read_text())
assert sarif_schema["$id"].endswith("/sarif-schema-2.1.0.json"), sarif_schema["$id"]


def sarif(file, findings, sources):
    log = json.loads(file.read_text())
    valid(draft7(sarif_schema, format_checker=draft7.FORMAT_CHECKER), log)
    shown = [one for one in log["runs"][0]["results"] if not one.get("suppressions")]
    equal([(f["rule"], f["message"]) for f in findings], [(one["ruleId"], one["message"]["text"].split("\nask later")[0]) for one in shown], "SARIF")
    if sources:
        multitool = modules / "@microsoft/sarif-multitool-linux/Sarif.Multitool"
        multitool.chmod(0o755)
        code, said = run(multitool, "validate", file, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--kind", "Fail")
        complaints = [line for line in said.splitlines() if re.search(r": (error|warning) ", line)]
        assert code == 0 and "completed successfully" in said and not complaints, said


# rdjson: reviewdog's schema; a validator that refuses unknown fields; and its columns, which count bytes.
rdjson_schema = json.loads((schemas / "rdjson.json").read_text())


def rdjson(file, findings, sources):
    root = json.loads(file.read_text())
    valid(jsonschema.Draft4Validator(rdjson_schema), root)
    code, said = run("node", modules / "@umbrelladocs/rdformat-validator/bin/rdformat-validator.js", "--strict", "--no-extra-fields", file)
    assert code == 0, said
    want = [(f["file"], f["rule"], f["level"].upper(), f["line"], f["endLine"], message(f)) for f in findings]
    got = [(d["location"]["path"], d["code"]["value"], d["severity"], *(d["location"]["range"][end]["line"] for end in ("start", "end")), d["message"])
           for d in root["diagnostics"]]
    equal(want, got, "rdjson")
    for finding, one in zip(findings, root["diagnostics"]):
        if text := sources.get(finding["file"]):
            equal(by_characters(text, finding), by_bytes(text, one["location"]["range"]), "rdjson: the text of the place")


def by_characters(text, place):
    lines = text.split("\n")
    begin, end = ((sum(len(one) + 1 for one in lines[: line - 1]) + column - 1) for line, column in
                  [(place["line"], place["column"]), (place["endLine"], place["endColumn"])])
    return text[begin:end]


def by_bytes(text, span):
    lines = text.encode().split(b"\n")
    begin, end = ((sum(len(one) + 1 for one in lines[: at["line"] - 1]) + at["column"] - 1) for at in (span["start"], span["end"]))
    return text.encode()[begin:end].decode()


# Checkstyle: diff-quality reads it.
def checkstyle(file, findings, sources):
    want = collections.defaultdict(list)
    for f in findings:
        want[f["file"]].append((f["line"], f"{f['level']}: {f['message']}"))
    read = CheckstyleXmlDriver().parse_reports([file.read_text()])
    equal(dict(want), {name: [tuple(one) for one in found] for name, found in read.items()}, "Checkstyle")
    errors = xml.parse(file).findall("file/error")
    equal([(str(f["column"]), f"consentry.{f['rule']}") for f in findings], [(one.get("column"), one.get("source")) for one in errors], "Checkstyle")


# JUnit: the schema of Jenkins' xUnit plugin; junitparser.
junit_schema = xmlschema.XMLSchema(schemas / "junit-10.xsd")


def junit(file, findings, sources):
    errors = [f"{error.path}: {error.reason}" for error in junit_schema.iter_errors(file)]
    assert not errors, "\n".join(errors)
    suites = junitparser.JUnitXml.fromfile(str(file))
    stated = [(suites.tests, suites.failures, suites.errors)] + [(one.tests, one.failures, one.errors, one.skipped) for one in suites]
    suites.update_statistics()
    for one in suites:
        one.update_statistics()
    counted = [(suites.tests, suites.failures, suites.errors)] + [(one.tests, one.failures, one.errors, one.skipped) for one in suites]
    equal(counted, stated, "JUnit: the counts")
    want = [(f["program"], f["file"], f"{f['rule']} {f['line']}:{f['column']}", f["level"], f["message"]) for f in findings]
    got = [(suite.name, case.classname, case.name, case.result[0].type, case.result[0].message) for suite in suites for case in suite if case.result]
    equal(want, got, "JUnit")
    assert all(len(suite) for suite in suites), "JUnit: an empty suite"


# GitLab: what its documentation asks of a report; no package has its schema.
def gitlab(file, findings, sources):
    issues = json.loads(file.read_text())
    assert isinstance(issues, list) and not file.read_bytes().startswith(b"\xef\xbb\xbf"), "GitLab wants an array and no byte order mark"
    for one in issues:
        path, begin = one["location"]["path"], one["location"]["lines"]["begin"]
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker"), one
        assert all(isinstance(one[key], str) and one[key] for key in ("description", "check_name", "fingerprint")), one
        assert isinstance(begin, int) and begin >= 1, one
        assert not path.startswith(("./", "/", "../")) and "\\" not in path and (not sources or (here / path).is_file()), one
    prints = [one["fingerprint"] for one in issues]
    assert len(set(prints)) == len(prints), f"GitLab: fingerprints are not unique: {prints}"
    severity = {"error": "major", "warning": "minor", "info": "info"}
    equal([(f["file"], f["line"], f["rule"], f["message"], severity[f["level"]]) for f in findings],
          [(one["location"]["path"], one["location"]["lines"]["begin"], one["check_name"], one["description"], one["severity"]) for one in issues], "GitLab")


# GitHub: the same annotations by @actions/core. It names properties in another order.
CORE = """
import * as core from "%s/@actions/core/lib/core.js";
import { readFileSync } from "node:fs";
for (const [level, text, at] of JSON.parse(readFileSync(0, "utf8"))) core[level](text, at);
"""


def github(file, findings, sources):
    say = {"error": "error", "warning": "warning", "info": "notice"}
    at = lambda f: {"startColumn": f["column"], "endColumn": f["endColumn"]} if f["line"] == f["endLine"] else {"endLine": f["endLine"]}
    given = [(say[f["level"]], message(f), {"title": f["rule"], "file": f["file"], "startLine": f["line"], **at(f)}) for f in findings]
    core = subprocess.run(["node", "--input-type=module", "-e", CORE % modules.resolve()], input=json.dumps(given), capture_output=True, text=True, check=True)
    equal([command(line) for line in core.stdout.splitlines()], [command(line) for line in file.read_text().split("\n")[:-1]], "GitHub")


def command(line):
    name, properties, text = re.fullmatch("::([a-z]+) (.*?)::(.*)", line).groups()
    return name, dict(one.split("=", 1) for one in properties.split(",")), text


def message(finding):
    return "\n".join(filter(None, [finding["message"], finding.get("help")]))


# Markdown: rendered by GitHub's own library.
class Table(html.parser.HTMLParser):
    """The text of the cells of each row, and where the links of the last one lead."""

    def __init__(self):
        super().__init__()
        self.rows, self.cell, self.tags = [], None, collections.Counter()

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.cell = ""
        if tag == "a" and self.cell is not None:
            self.cell += f"[{dict(attributes)['href']}]"

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.rows[-1].append(self.cell)
            self.cell = None


def markdown(file, findings, sources):
    page = Table()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(file.read_text(), Options.CMARK_OPT_UNSAFE))
    link = lambda f: f"[{f['clause']['url']}]" if f.get("clause") else ""
    plain = lambda text: clean(text.replace("`", ""))
    want = [[f["level"], f"{f['file']}:{f['line']}:{f['column']}", plain(f["message"]), link(f) + f["rule"]] for f in findings]
    equal(want, page.rows[1:], "Markdown")
    expected = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "details", "summary", "ul", "li"}
    assert page.tags.keys() <= expected, f"Markdown: {page.tags.keys() - expected} came out of a name"
    assert page.tags["details"] == 1 and page.tags["li"] >= 1, "Markdown: what to do is not folded away"


# What each check must refuse: a pattern and what it is replaced by, in the report.
DAMAGES = {
    sarif: [('"startLine": 4', '"startLine": -4'), ('"level": "error"', '"level": "fatal"'), ('"ruleId": "[a-z-]+"', '"ruleId": "x"')],
    rdjson: [('"severity": "ERROR"', '"severity": "FATAL"'), ('"column": (\\d)', '"column": 1\\1'), ('"path": "', '"path": "./'), ('"code"', '"Code"')],
    checkstyle: [('line="', 'line="1'), ('column="', 'column="1'), ('severity="[a-z]+"', 'severity="x"'), ("&lt;", "<"), ("</file>", "")],
    junit: [('tests="', 'tests="9'), ("<failure", "<fail"), ('failures="', 'failures="9'), ("&lt;", "<"), ('type="', 'kind="')],
    gitlab: [('"major"', '"bad"'), ('"path": "', '"path": "./'), ('"begin": ', '"begin": -'), ('"fingerprint": "[^"]+"', '"fingerprint": "1"'), (r"^\[", "{")],
    github: [("%25", "%"), ("%2C", ","), ("%0A", " "), ("col=", "column="), ("::error", "::warning")],
    markdown: [("\\\\\\|", "|"), ("^\\| (error|warning) .*\n", ""), ("^\\| --- .*\n", ""), ("</details>", "</details><img>"), ("`launch-prompt`\\]", "]")],
}


def refuses(check, file, findings, sources, pattern, by):
    """Whether the check sees the damage; the made-up report has no sources to compare with."""
    text = file.read_text()
    damaged = file.with_name(f"damaged{file.suffix}")
    damaged.write_text(re.sub(pattern, by, text, flags=re.M))
    try:
        check(damaged, findings, sources)
    except Exception:  # whatever a reader says to a broken report
        return True
    return False


def main():
    for check in DAMAGES:
        refused = {damage: 0 for damage in DAMAGES[check]}
        for name in ("sample", "real"):
            findings = json.loads((here / f"{name}.json").read_text())["findings"]
            sources = {f["file"]: (here / f["file"]).read_text() for f in findings} if name == "real" else {}
            report = here / f"{name}.{check.__name__}"
            check(report, findings, sources)
            for damage in refused:
                refused[damage] += refuses(check, report, findings, sources, *damage)
        unseen = [damage for damage, times in refused.items() if not times]
        assert not unseen, f"{check.__name__}: does not see these replacements: {unseen}"
        print(f"{check.__name__}: read as meant, {len(refused)} kinds of damage refused")
    jsonschema.Draft202012Validator.check_schema(json.loads(own_schema.read_text()))
    print(f"{own_schema.name}: a valid JSON schema")


main()
