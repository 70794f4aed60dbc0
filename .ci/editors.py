#!/usr/bin/env python3
"""In: the repository, the binary, a program, and what Vim and JetBrains made of it (`.ci/editors` ran them). Out: whether each recipe shows
what `--format json` says, also after each save. Paths with a space, Chinese and characters outside the basic plane are in the program."""
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

root, work, program, binary, modules = map(pathlib.Path, sys.argv[1:])
read = lambda name: json.loads((work / name).read_text(encoding="utf-8"))
LEVELS = {1: "error", 2: "warning", 3: "info"}


def findings(report):
    return [(f["file"], f["line"], f["column"], f["level"], f["rule"], f["message"]) for f in report["findings"]]


def check():
    """What the tool says now."""
    done = subprocess.run([binary, "check", "--format", "json"], cwd=program, capture_output=True)
    return findings(json.loads(done.stdout))


def equal(editor, want, got):
    assert want == got, f"{editor}:\nwanted {want}\ngot    {got}"
    print(f"{editor}: {len(want)} findings at their places")


def problems(line):
    """What the editor shows, in our terms: it counts from 0 and knows absolute paths. It sorts by nothing."""
    return [(os.path.relpath(one["path"], program), one["range"]["start"]["line"] + 1, one["range"]["start"]["character"] + 1,
             LEVELS[one["severity"]], one["code"], one["message"]) for one in json.loads(line)]


def collector(tasks, label):
    return subprocess.Popen(["node", root / ".ci/problems.cjs", tasks, label, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "NODE_PATH": str(modules)})


def vscode_once(tasks):
    task = next(one for one in json.loads(tasks.read_text())["tasks"] if one["label"] == "consentry")
    done = subprocess.run([binary, *task["args"]], cwd=program, capture_output=True, text=True)
    shown, _ = collector(tasks, "consentry").communicate(done.stdout)
    equal("VS Code, by hand", check(), problems(shown))


class Watch:
    """The task that runs in the background, on a terminal as VS Code starts it, and the editor that reads it."""

    def __init__(self, tasks, label, lang):
        task = next(one for one in json.loads(tasks.read_text())["tasks"] if one["label"] == label)
        assert task["command"] == "consentry" and task["isBackground"] and task["runOptions"]["runOn"] == "folderOpen", task
        self.mine, theirs = os.openpty()
        self.editor, self.rest = collector(tasks, label), ""
        self.task = subprocess.Popen([binary, *task["args"]], cwd=program, stdin=theirs, stdout=theirs, stderr=theirs,
                                     env={**os.environ, "LANG": lang, "LC_ALL": "", "TERM": "xterm-256color"})
        os.close(theirs)

    def shown(self):
        """The problems after the next check."""
        patience = time.monotonic() + 120
        while not select.select([self.editor.stdout], [], [], 0.05)[0]:
            assert time.monotonic() < patience, f"no check ends: {self.rest}"
            if select.select([self.mine], [], [], 0.05)[0]:
                *lines, self.rest = (self.rest + os.read(self.mine, 65536).decode()).split("\r\n")
                for line in lines:
                    # As on the screen: without what steers it, and a line that was written over is its last state.
                    self.editor.stdin.write(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).rpartition("\r")[2] + "\n")
                self.editor.stdin.flush()
        return problems(self.editor.stdout.readline())

    def end(self):
        self.task.send_signal(signal.SIGKILL)
        self.editor.stdin.close()
        self.task.wait()
        self.editor.wait()
        os.close(self.mine)


def vscode_on_save(tasks, label, lang):
    page = program / "pages/a/a.js"
    before = page.read_text(encoding="utf-8")
    watch = Watch(tasks, label, lang)
    try:
        equal(f"VS Code, {tasks.name}: the folder is opened", in_language(lang), watch.shown())
        page.write_text("\n\n" + before.replace("success() {}", "success() {}, fail() { my.showToast({ content: 'later' }); }"), encoding="utf-8")
        after = watch.shown()
        equal(f"VS Code, {tasks.name}: mended and saved", in_language(lang), after)
        page.write_text(before, encoding="utf-8")
        again = watch.shown()
        equal(f"VS Code, {tasks.name}: broken and saved", in_language(lang), again)
        assert len(again) > len(after), (after, again)
    finally:
        watch.end()
        page.write_text(before, encoding="utf-8")


def in_language(lang):
    done = subprocess.run([binary, "check", "--format", "json"], cwd=program, capture_output=True, env={**os.environ, "LANG": lang, "LC_ALL": ""})
    return findings(json.loads(done.stdout))


def in_bytes(file, line, column):
    """Vim counts bytes."""
    text = (program / file).read_text(encoding="utf-8").split("\n")[line - 1]
    return len(text[: column - 1].encode()) + 1


def vim(editor):
    """By hand; then after each of two saves, of which the first mends a finding and the second brings it back."""
    at = lambda want, columns=in_bytes: [(f, l, columns(f, l, c), level[0], f"{rule} {text}") for f, l, c, level, rule, text in want]
    lists = lambda name: [(f["file"], f["line"], f["col"], f["type"].lower(), f["text"]) for f in read(f"{editor}-{name}.json") if f["valid"]]
    assert all(not one["vcol"] for one in read(f"{editor}-make.json"))
    want = findings(read("want.json"))
    equal(f"{editor}, :make", at(want), lists("make"))
    assert any(rule == "missing-fail" for *_, rule, _ in want)
    equal(f"{editor}, mended and saved", [one for one in at(want) if "missing-fail" not in one[4]], lists("mended"))
    equal(f"{editor}, broken and saved", at(want), lists("broken"))
    # The short recipe of `consentry help editor` has the file that is saved, and columns of its own.
    one_file = [one for one in want if one[0] == "pages/a/a.js"]
    equal(f"{editor}, the recipe of `help editor`", [one[:2] + one[3:] for one in at(one_file)], [one[:2] + one[3:] for one in lists("help")])


def jetbrains():
    """Its macros stand for these patterns; it starts the watcher with the path of the file that was saved."""
    options = {o.get("name"): o for o in xml.parse(root / "editors/jetbrains/watchers.xml").find("TaskOptions").findall("option")}
    page = program / "pages/a/a.js"
    arguments = options["arguments"].get("value").split(" ")
    assert arguments[-1] == "$FilePath$" and options["program"].get("value") == "consentry", arguments
    regexp = options["outputFilters"].find("array/FilterInfo/option[@name='regExp']").get("value")
    for macro, pattern in {"FILE_PATH": r"((?:[A-Za-z]:)?[^:]+)", "LINE": r"(\d+)", "COLUMN": r"(\d+)", "MESSAGE": "(.*)"}.items():
        regexp = regexp.replace(f"${macro}$", pattern)
    for state in ("", "\n\n"):
        before = page.read_text(encoding="utf-8")
        page.write_text(state + before, encoding="utf-8")
        run = lambda *args: subprocess.run([binary, *args], cwd=program, capture_output=True, text=True).stdout
        lines = run(*arguments[:-1], str(page)).splitlines()
        want = findings(json.loads(run("check", "--format", "json", str(page))))
        page.write_text(before, encoding="utf-8")
        got = [m.groups() for m in map(re.compile(regexp).fullmatch, lines) if m]
        assert want
        equal("JetBrains, saved", [(f, str(l), str(c), f"{level} {rule} {text}") for f, l, c, level, rule, text in want], got)


def main():
    want = findings(read("want.json"))
    assert len(want) >= 4 and {one[3] for one in want} >= {"error", "warning"}, want
    tasks = root / "editors/vscode/tasks.json"
    vscode_once(tasks)
    vscode_on_save(tasks, "consentry: on save", "C.UTF-8")
    vscode_on_save(tasks, "consentry: on save", "zh_CN.UTF-8")
    vscode_on_save(work / "help.json", "consentry", "C.UTF-8")
    for editor in ("vim", "nvim"):
        vim(editor)
    jetbrains()
    blocks = [re.findall("^```(?:json|vim)\n(.*?)^```$", (root / f"rules/help/editor{lang}.md").read_text(), re.M | re.S) for lang in ("", ".zh")]
    assert len(blocks[0]) == 2 and blocks[0] == blocks[1], "the recipes of `consentry help editor` differ between the languages"


main()
