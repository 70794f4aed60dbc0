#!/usr/bin/env python3
"""In: the binary, the fixtures, `benches/` for a program that takes long, a folder to work in. Out: whether what a terminal shows is
what it should be. The terminal is a pseudo-terminal; what is written to it is drawn by pyte, a terminal emulator."""
import fcntl
import os
import pathlib
import re
import select
import struct
import subprocess
import sys
import termios
import time

import pyte
from wcwidth import wcswidth

binary, fixtures, benches, work = map(pathlib.Path, sys.argv[1:])
sys.path.insert(0, str(benches))
sys.dont_write_bytecode = True
import programs  # noqa: E402

OWN = ("CI", "NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK", "TERM_PROGRAM", "VTE_VERSION", "COLORTERM", "LANG", "LC_ALL", "LC_MESSAGES")


def run(args, folder, columns=80, tty=("out", "err"), wait=300, **env):
    """The exit code, what each stream got, and the screens of the terminal between what came in."""
    mine, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    surroundings = {key: value for key, value in os.environ.items() if key not in OWN} | {"TERM": "xterm-256color"} | env
    streams = {name: theirs if name in tty else subprocess.PIPE for name in ("out", "err")}
    child = subprocess.Popen([binary, *args], cwd=folder, stdin=theirs, stdout=streams["out"], stderr=streams["err"], env=surroundings)
    os.close(theirs)
    pipes = {pipe.fileno(): (name, []) for name, pipe in (("out", child.stdout), ("err", child.stderr)) if pipe}
    got, open_ones = {mine: ("terminal", []), **pipes}, {mine, *pipes}
    screen = pyte.Screen(columns, 50)
    stream, shown, patience = pyte.ByteStream(screen), [], time.monotonic() + wait
    while open_ones:
        assert time.monotonic() < patience, f"{args}: does not end"
        for file in select.select(sorted(open_ones), [], [], 1)[0]:
            try:
                data = os.read(file, 65536)
            except OSError:  # how a pseudo-terminal says that its other end is closed
                data = b""
            got[file][1].append(data)
            if not data:
                open_ones.discard(file)
            elif file == mine:
                stream.feed(data)
                shown.append([line.rstrip() for line in screen.display])
    os.close(mine)
    return child.wait(), {name: b"".join(parts).decode() for name, parts in got.values()}, shown


def plain(text):
    """The text without links, colours and carriage returns."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\", "", text)).replace("\r", "")


def progress():
    """The line is there while a long run lasts and only then, where somebody watches; the report is the same with and without."""
    pages, took = 400, 0.0
    while took < 2:
        # It takes as long as it has pages.
        pages = int(pages * 2.5 / took) if took else pages
        programs.generate(work / f"pages{pages}", pages)
        start = time.monotonic()
        code, without, _ = run(["check", "."], work / f"pages{pages}", tty=())
        took = time.monotonic() - start
    folder, said = work / f"pages{pages}", re.compile(r"^\S checking \((\d+)s\)$")
    assert without["terminal"] == "" and "checking" not in without["err"], without["err"]

    watched, streams, screens = run(["check", "."], folder, tty=("err",))
    lines = [match for screen in screens if (match := said.match(screen[0]))]
    assert len(lines) >= 3, f"no progress in {took:.1f} s: {streams['terminal']!r}"
    assert int(lines[0][1]) >= 1, f"it is there after {lines[0][1]} s"
    assert len({match[0] for match in lines}) >= 3, f"it does not move: {lines}"
    assert (watched, streams["out"]) == (code, without["out"]), "the report is another one when progress is shown"
    assert "\n".join(screens[-1]).split() == without["err"].split(), f"the line is left on the screen: {screens[-1]}"

    _, streams, screens = run(["baseline", "write"], folder, tty=("err",), LANG="zh_CN.UTF-8")
    assert any(re.match(r"^\S 正 ?在 ?检 ?查", screen[0]) for screen in screens), streams["terminal"]
    for args, env in [([], {"CI": "true"}), ([], {"TERM": "dumb"}), (["--quiet"], {})]:
        _, streams, _ = run(["check", *args, "."], folder, tty=("err",), **env)
        assert "checking" not in streams["terminal"], (args, env, streams["terminal"])
    _, streams, _ = run(["check", "."], fixtures / "shop", tty=("err",))
    assert "checking" not in streams["terminal"], "progress of a short run"
    print(f"progress: {len(lines)} times in {took:.1f} s, then gone; not off a terminal, in CI, with TERM=dumb or --quiet, nor in a short run")


def colors():
    """Colours where they are wanted."""
    bad = fixtures / "promise-chain"
    colored = lambda args, tty, **env: "\x1b[" in "".join(run([*args, "."], bad, tty=tty, **env)[1].values())
    terminal, check = ("out", "err"), ["check"]
    for want, args, tty, env in [
        (True, check, terminal, {}),
        (False, check, (), {}),
        (False, check, terminal, {"NO_COLOR": "1"}),
        (True, check, terminal, {"NO_COLOR": ""}),
        (False, check, terminal, {"TERM": "dumb"}),
        (True, check, (), {"FORCE_COLOR": "1"}),
        (True, check, (), {"FORCE_COLOR": "1", "NO_COLOR": "1"}),
        (False, check, terminal, {"FORCE_COLOR": "0"}),
        (True, [*check, "--color", "always"], (), {"NO_COLOR": "1"}),
        (False, [*check, "--color", "never"], terminal, {"FORCE_COLOR": "1"}),
        (False, [*check, "--no-such-flag", "--color=never"], terminal, {}),
        (True, [*check, "--no-such-flag"], terminal, {}),
        (False, [*check, "--no-such-flag"], (), {}),
    ]:
        assert colored(args, tty, **env) is want, f"colours are {'not ' * want}there: {args} on {tty} with {env}"
    with_color, without = (run(["check", "--color", color, "."], bad, tty=())[1]["out"] for color in ("always", "never"))
    assert plain(with_color) == without, "colours change the text"
    print("colours: on terminals, and as NO_COLOR, FORCE_COLOR, TERM and --color say")


def links():
    """Links where the terminal is known to show them."""
    bad, link = fixtures / "promise-chain", "\x1b]8;;https://"
    for want, tty, env in [
        (False, ("out", "err"), {}),
        (True, ("out", "err"), {"TERM_PROGRAM": "vscode"}),
        (True, ("out", "err"), {"VTE_VERSION": "6003"}),
        (False, ("out", "err"), {"TERM_PROGRAM": "vscode", "NO_COLOR": "1"}),
        (False, (), {"TERM_PROGRAM": "vscode"}),
        (False, (), {"TERM_PROGRAM": "vscode", "FORCE_COLOR": "1"}),
    ]:
        text = "".join(run(["check", "."], bad, tty=tty, **env)[1].values())
        assert (link in text) is want, f"links are {'not ' * want}there: on {tty} with {env}"
    print("links: where the terminal shows them")


def widths():
    """Lines fit, except a path or an address, which would be of no use in two pieces."""
    whole = re.compile(r"^ *[╭│]?─\[(\S| (?=\S))+\]$|^ *https://\S+$")
    commands = [["check", "."], ["check", "--statistics", "."], ["rules"], ["check", "--help"], ["check", "nowhere"], ["help", "ci"]]
    lines = 0
    for lang in ("en", "zh"):
        for columns in (40, 80, 200):
            for args in commands:
                if args[-1] in ("--help", "ci") and columns == 40:
                    continue  # clap and code keep to wider lines
                _, streams, _ = run(args, fixtures, columns, tty=("out",), LANG="zh_CN.UTF-8" if lang == "zh" else "C.UTF-8")
                text = plain(streams["terminal"]).split("\n")
                lines += len(text)
                wide = [line for line in text if wcswidth(line) > columns and not whole.match(line)]
                assert not wide, f"{args} in {lang}: wider than {columns}: {wide[:3]}"
                assert len(text) > 3 or args[-1] == "nowhere", f"{args} says {text}"
                assert lang == "en" or args[-1] == "nowhere" or re.search("[\u4e00-\u9fff]", streams["terminal"]), f"{args}: no Chinese"
    print(f"widths: {lines} lines fit 40, 80 and 200 columns, in English and Chinese")


def alignment():
    """What is written under a place stands under it, also behind wide characters and tabs: as the emulator draws it."""
    program = work / "wide"
    (program / "p").mkdir(parents=True)
    (program / "app.json").write_text('{"pages": ["p/p"]}')
    (program / "p/p.axml").write_text("<view/>\n")
    (program / "p/p.js").write_text("Page({\n\tonLoad() { /* 中文，全角 */ my.getAuthCode({ scopes: 'auth_user', success() {} }); },\n});\n")
    seen = 0
    for lang in ("en", "zh"):
        _, _, screens = run(["check", "--lang", lang, "--only", "missing-fail", "."], program, columns=120, tty=("out", "err"))
        for line, under in zip(screens[-1], screens[-1][1:]):
            if "my.getAuthCode({" in line:
                start, mark = line.index("my.getAuthCode({"), re.search("[─┬]+", under).start()
                assert wcswidth(line[:start]) == wcswidth(under[:mark]), f"{lang}: not under its place:\n{line}\n{under}"
                seen += 1
    assert seen >= 2, "the place is not shown"
    print("alignment: marks stand under their places behind wide characters and tabs")


progress()
colors()
links()
widths()
alignment()
