"""In: a folder of programs (the corpus), folders with the other tools and with packages to vendor, the consentry binary.
Out: Markdown tables: how long each tool takes over the same files, as a ratio in interleaved runs, its peak memory, and how
many scripts it looked at. Never measures a tool that fails: its cell says so.

    cd TOOLS && npm install oxlint @biomejs/biome eslint @ast-grep/cli && python3 -m venv v && v/bin/pip install semgrep
    cd PACKAGES && npm install --ignore-scripts aws-sdk echarts zrender three antd date-fns dayjs mathjs moment lodash rxjs @babel/standalone
    python3 benches/compare.py --tools TOOLS --packages PACKAGES --programs CORPUS --consentry target/release/consentry
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# Copied whole, so that nobody has chosen which files: about 11,000 scripts with 115 MB.
PACKAGES = ("aws-sdk", "echarts", "zrender", "three", "antd", "date-fns", "dayjs", "mathjs", "moment", "lodash", "rxjs", "@babel/standalone")
VENDOR_FILES, VENDOR_BYTES = 10_000, 100_000_000
# What the program uses of them, each in one of its scripts.
USED = ("echarts/dist/echarts.common.js", "dayjs/dayjs.min.js", "lodash/debounce.js")
# Seconds after which a tool is stopped.
PATIENCE = 300.0
SEMGREP = """rules:
- {id: ask, languages: [js], severity: WARNING, message: asks, pattern: "my.getAuthCode(...)"}
"""
ESLINT = "export default [{ files: ['**/*.js'], rules: { 'no-debugger': 'error' } }];\n"


def vendored(folder: Path, program: Path, packages: Path) -> None:
    """The program with real packages in its `libs/`, as programs without a packager have them; some of them are used."""
    shutil.copytree(program, folder, ignore=shutil.ignore_patterns(".*"))
    files, size = 0, 0
    for package in PACKAGES:
        for source in sorted((packages / package).rglob("*.js")):
            inside = source.relative_to(packages)
            if source.is_symlink() or not source.is_file() or "node_modules" in inside.parts:
                continue
            target = folder / "libs" / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            files, size = files + 1, size + source.stat().st_size
    if files < VENDOR_FILES or size < VENDOR_BYTES:
        sys.exit(f"only {files} files with {size} bytes: is a package missing?")
    pages = json.loads((folder / "app.json").read_text(encoding="utf-8"))["pages"]
    for page, name in zip(pages, USED):
        script = folder / f"{page}.js"
        up = "../" * page.count("/")
        script.write_text(f"const used = require('{up}libs/{name}');\nused;\n" + script.read_text(encoding="utf-8"), encoding="utf-8")


def run(command: list[str], folder: Path) -> tuple[float, float, int, int]:
    """Seconds, seconds of processor time, peak memory in bytes, exit code."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    patience = threading.Timer(PATIENCE, process.kill)
    patience.start()
    _, status, usage = os.wait4(process.pid, 0)
    patience.cancel()
    work = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, work, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


def tools(args: argparse.Namespace, scratch: Path) -> dict[str, list[str]]:
    bins = args.tools / "node_modules/.bin"
    # What npm puts into `.bin` for Biome is a script that starts this; oxlint has only the script.
    biome = next((args.tools / "node_modules/@biomejs").glob("cli-*/biome"), bins / "biome")
    (scratch / "eslint.config.mjs").write_text(ESLINT)
    (scratch / "rule.yml").write_text(SEMGREP)
    consentry = [str(args.consentry.resolve()), "check", "--format", "concise", "."]
    found = {
        "consentry": consentry,
        "consentry --parse-all": [*consentry, "--parse-all"],
        "oxlint": [str(bins / "oxlint"), "--no-ignore", "-A", "all", "-D", "no-debugger", "."],
        "biome": [str(biome), "lint", "--only=suspicious/noDebugger", "--files-max-size=20000000", "."],
        "ast-grep": [str(bins / "ast-grep"), "run", "--no-ignore", "vcs", "-p", "my.getAuthCode($$$)", "-l", "js", "."],
        "eslint": [str(bins / "eslint"), "--no-ignore", "-c", str(scratch / "eslint.config.mjs"), "."],
        "semgrep": [str(args.tools / "v/bin/semgrep"), "scan", "--metrics=off", "--disable-version-check",
                    "--no-git-ignore", "--max-target-bytes=0", "-q", "-c", str(scratch / "rule.yml"), "."],
        "node -e 0": ["node", "-e", "0"],
    }
    return {name: command for name, command in found.items() if name.split()[0] not in args.without}


# How each tool says which files it looked at: one more argument, and what to read in its output.
LISTS = {
    "oxlint": (["--debug=files"], lambda text: text.splitlines()),
    "biome": (["--verbose"], lambda text: re.findall(r"^ *- (.+\.js)$", text, re.M)),
    "ast-grep": (["--inspect", "entity"], lambda text: re.findall(r"^sg: entity\|file\|(.+): language=", text, re.M)),
    "eslint": (["-f", "json"], lambda text: [one["filePath"] for one in json.loads(text)]),
    "semgrep": (["--json"], lambda text: json.loads(text)["paths"]["scanned"]),
}


def looked_at(name: str, command: list[str], folder: Path) -> str:
    """How many scripts, and how many bytes of them, a tool looked at; for consentry, files of all kinds."""
    more, read = LISTS.get(name, (["--format", "json"], None))
    if name.startswith("consentry"):
        command = [part for part in command if part not in ("--format", "concise")]
    elif read is None:
        return ""
    # ast-grep writes its list to standard error, which says other things at the others.
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE} if name == "ast-grep" else {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    if name == "biome":
        streams["stderr"] = subprocess.STDOUT
    try:
        process = subprocess.run([*command[:-1], *more, "."] if command[-1] == "." else [*command, *more], cwd=folder, timeout=PATIENCE, check=False, **streams)
    except subprocess.TimeoutExpired:
        return "not said in time"
    text = (process.stdout or process.stderr or b"").decode("utf-8", "replace")
    if read is None:
        summary = json.loads(text)["summary"]
        return f"{summary['files']} files of all kinds, {summary['bytes'] / 1e6:.1f} MB"
    listed = {os.path.normpath(folder / path) for path in read(text) if path.endswith(".js")}
    sizes = [os.path.getsize(path) for path in listed if os.path.isfile(path)]
    return f"{len(sizes)} scripts, {sum(sizes) / 1e6:.1f} MB"


def versions(commands: dict[str, list[str]]) -> None:
    said = []
    for name, command in commands.items():
        if name != "consentry --parse-all":
            text = subprocess.run([command[0], "--version"], capture_output=True, text=True, check=False).stdout
            said.append(f"{name.split()[0]} {' '.join(re.findall(r'[0-9][0-9.]+[0-9]', text)[:1])}")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{'; '.join(said)}. {os.cpu_count()} cores, load {load}.")


def table(title: str, folder: Path, commands: dict[str, list[str]], args: argparse.Namespace) -> None:
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    peak: dict[str, int] = {}
    start = time.perf_counter()
    for turn in range(args.rounds):
        # Who runs behind a tool that leaves a cold cache and a hot processor is slower: each round begins with another one.
        first = turn % len(commands)
        turns = list(commands.items())
        for name, command in turns[first:] + turns[:first]:
            # Who was slow once, or failed, is not asked seven times.
            if turn and (not taken[name] or taken[name][0][0] > args.slow):
                continue
            took, work, memory, code = run(command, folder)
            if code in (0, 1):
                taken[name].append((took, work))
                peak[name] = max(peak.get(name, 0), memory)
    scripts = [path for path in folder.rglob("*.js") if path.is_file()]
    size = sum(path.stat().st_size for path in scripts)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\n### {title}\n\n{len(scripts)} scripts, {size / 1e6:.1f} MB; {time.perf_counter() - start:.0f} s, load at the end {load}\n")
    print("| tool | median | times consentry | in each round | processor time | times consentry | runs | peak memory | looked at |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    own = taken["consentry"]
    wall, work = (statistics.median(one[at] for one in own) for at in (0, 1))
    for name, runs in taken.items():
        if not runs:
            print(f"| {name} | failed, or over {PATIENCE:.0f} s | | | | | | | |")
            continue
        middle, middle_work = (statistics.median(one[at] for one in runs) for at in (0, 1))
        # In each round the two ran soon after each other, on a machine as busy.
        ratio = statistics.median(one[0] / base[0] for one, base in zip(runs, own))
        told = looked_at(name, commands[name], folder)
        print(f"| {name} | {middle * 1000:.0f} ms | {middle / wall:.2f} | {ratio:.2f} | {middle_work * 1000:.0f} ms | {middle_work / work:.2f} "
              f"| {len(runs)} | {peak[name] / 1e6:.0f} MB | {told} |")
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--packages", type=Path, help="where the packages to vendor were installed; else with the tools")
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--consentry", type=Path, required=True)
    parser.add_argument("--typical", default="12123456__miniprogram", help="a program among them")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--slow", type=float, default=20.0, help="seconds after which a tool runs only once")
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--only", choices=("typical", "all", "vendored"), nargs="*", default=("typical", "all", "vendored"))
    args = parser.parse_args()
    args.tools, args.programs = args.tools.resolve(), args.programs.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        commands = tools(args, scratch)
        versions(commands)
        if "typical" in args.only:
            table("One typical program", args.programs / args.typical, commands, args)
        if "all" in args.only:
            table("All programs in one tree", args.programs, commands, args)
        if "vendored" in args.only:
            vendored(scratch / "vendored", args.programs / args.typical, (args.packages or args.tools) / "node_modules")
            table("A program with many vendored files", scratch / "vendored", commands, args)


if __name__ == "__main__":
    main()
