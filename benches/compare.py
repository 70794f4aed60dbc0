"""In: a folder of programs (the corpus), a folder with the other tools installed by npm and pip, the consentry binary.
Out: a Markdown table: how long each tool takes over the same files, as a ratio in interleaved runs, and its peak memory.
Never measures a tool that fails: its cell says so.

    npm install oxlint @biomejs/biome eslint @ast-grep/cli antd echarts three typescript rxjs lodash moment core-js date-fns @mui/icons-material
    python3 -m venv v && v/bin/pip install semgrep
    python3 benches/compare.py --tools FOLDER --programs CORPUS --consentry target/release/consentry
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import programs  # noqa: E402

VENDOR_FILES, VENDOR_BYTES, PAGES = 10_000, 100_000_000, 60
# Seconds after which a tool is stopped.
PATIENCE = 60.0
SEMGREP = """rules:
- {id: ask, languages: [js], severity: WARNING, message: asks, pattern: "my.getAuthCode(...)"}
"""
ESLINT = "export default [{ files: ['**/*.js'], rules: { 'no-debugger': 'error' } }];\n"


def vendored(folder: Path, packages: Path) -> None:
    """A program whose `vendor/` holds real packages; two of them are used."""
    programs.generate(folder, PAGES)
    files, size = 0, 0
    for source in sorted(packages.rglob("*.js")):
        if files >= VENDOR_FILES:
            break
        length = source.stat().st_size
        # The mean must be about 10 kB, so that both numbers are reached together.
        if source.is_symlink() or not 2_000 < length < 60_000 or size + length > VENDOR_BYTES * (files + 1) / VENDOR_FILES + 3_000_000:
            continue
        target = folder / "vendor" / source.relative_to(packages)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        files, size = files + 1, size + length
    for number, name in ((0, "lodash/debounce"), (1, "lodash/throttle")):
        page = folder / f"pages/page{number}/page{number}.js"
        if (folder / f"vendor/{name}.js").exists():
            page.write_text(f"const used = require('../../vendor/{name}');\nused(() => 1);\n" + page.read_text())
    print(f"vendored: {files} files, {size / 1e6:.0f} MB", file=sys.stderr)


def run(command: list[str], folder: Path) -> tuple[float, int, int]:
    """Seconds, peak memory in bytes, exit code."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    patience = threading.Timer(PATIENCE, process.kill)
    patience.start()
    _, status, usage = os.wait4(process.pid, 0)
    patience.cancel()
    return time.perf_counter() - start, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


def tools(args: argparse.Namespace, scratch: Path) -> dict[str, list[str]]:
    bins = args.tools / "node_modules/.bin"
    (scratch / "eslint.config.mjs").write_text(ESLINT)
    (scratch / "rule.yml").write_text(SEMGREP)
    consentry = [str(args.consentry.resolve()), "check", "--format", "concise", "."]
    found = {
        "consentry": consentry,
        "consentry --parse-all": [*consentry, "--parse-all"],
        "oxlint": [str(bins / "oxlint"), "--no-ignore", "-A", "all", "-D", "no-debugger", "."],
        "biome": [str(bins / "biome"), "lint", "--only=suspicious/noDebugger", "--files-max-size=20000000", "."],
        "ast-grep": [str(bins / "ast-grep"), "run", "--no-ignore", "vcs", "-p", "my.getAuthCode($$$)", "-l", "js", "."],
        "eslint": [str(bins / "eslint"), "--no-ignore", "-c", str(scratch / "eslint.config.mjs"), "."],
        "semgrep": [str(args.tools / "v/bin/semgrep"), "scan", "--metrics=off", "--disable-version-check",
                    "--no-git-ignore", "--max-target-bytes=0", "-q", "-c", str(scratch / "rule.yml"), "."],
    }
    return {name: command for name, command in found.items() if name.split()[0] not in args.without}


def table(title: str, folder: Path, commands: dict[str, list[str]], rounds: int, slow: float) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    peak: dict[str, int] = {}
    for turn in range(rounds):
        for name, command in commands.items():
            # Who was slow once, or failed, is not asked seven times.
            if turn and (not seconds[name] or seconds[name][0] > slow):
                continue
            took, memory, code = run(command, folder)
            if code in (0, 1):
                seconds[name].append(took)
                peak[name] = max(peak.get(name, 0), memory)
    base = statistics.median(seconds["consentry"])
    print(f"\n### {title}\n\n| tool | median | times consentry | runs | peak memory |\n| --- | --- | --- | --- | --- |")
    for name, taken in seconds.items():
        if taken:
            middle = statistics.median(taken)
            print(f"| {name} | {middle * 1000:.0f} ms | {middle / base:.2f} | {len(taken)} | {peak[name] / 1e6:.0f} MB |")
        else:
            print(f"| {name} | failed, or over {PATIENCE:.0f} s | | | |")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--consentry", type=Path, required=True)
    parser.add_argument("--typical", default="12123456__miniprogram", help="a program among them")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--slow", type=float, default=20.0, help="seconds after which a tool runs only once")
    parser.add_argument("--without", nargs="*", default=[])
    args = parser.parse_args()
    args.tools = args.tools.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        commands = tools(args, scratch)
        table("One typical program", args.programs / args.typical, commands, args.rounds, args.slow)
        table("All programs in one tree", args.programs, commands, args.rounds, args.slow)
        vendored(scratch / "vendored", args.tools / "node_modules")
        table("A program with many vendored files", scratch / "vendored", commands, args.rounds, args.slow)


if __name__ == "__main__":
    main()
