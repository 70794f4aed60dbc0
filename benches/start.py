"""In: the consentry binary, a mini program and one of its files. Out: a Markdown table: what starting costs beyond an empty Rust program,
and beyond the check itself (as `--timings` says it), for what an editor or a hook runs at a save. Runs are interleaved; the least of each.

    python3 benches/start.py --consentry target/release/consentry --program PROGRAM --file pages/index/index.js
"""

import argparse
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

def empty(folder: Path) -> Path:
    """An empty Rust program, as cargo would build it for a release."""
    source = folder / "empty.rs"
    source.write_text("fn main() {}\n")
    subprocess.run(["rustc", "-O", "-o", folder / "empty", source], check=True)
    return folder / "empty"


def run(command: list[str], folder: Path, text: bytes) -> tuple[float, float, float]:
    """Milliseconds by the clock, of processor time, and of the check as the run itself says."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(text)
        given.seek(0)
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=given, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        errors = said.read().decode()
    assert process.returncode in (0, 1), f"{command}: {errors}"
    wall = re.search(r"^wall +([\d.]+) ms", errors, re.M)
    return took * 1000, (usage.ru_utime + usage.ru_stime) * 1000, float(wall[1]) if wall else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--consentry", type=Path, required=True)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--file", required=True, help="as seen from the program")
    parser.add_argument("--rounds", type=int, default=41)
    args = parser.parse_args()
    text = (args.program / args.file).read_bytes()
    binary = str(args.consentry.resolve())
    check = [binary, "check", "--format", "concise", "--timings"]
    with tempfile.TemporaryDirectory() as scratch:
        commands = {
            "an empty Rust program": [str(empty(Path(scratch)))],
            "`--version`": [binary, "--version"],
            "`explain launch-prompt`": [binary, "explain", "launch-prompt"],
            "`check FILE`": [*check, args.file],
            "`check --stdin-filename FILE`": [*check, "--stdin-filename", args.file],
        }
        # Nothing to do but start: what is left is knowledge that is read at each start.
        small = Path(scratch) / "small"
        (small / "a").mkdir(parents=True)
        for name, content in {"app.json": '{"pages": ["a/a"]}', "a/a.js": "Page({});\n", "a/a.axml": "<view />\n"}.items():
            (small / name).write_text(content)
        folders = {"`check FILE` of an empty program": small}
        commands["`check FILE` of an empty program"] = [*check, "a/a.js"]
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
        for _ in range(args.rounds):
            for name, command in commands.items():
                taken[name].append(run(command, folders.get(name, args.program), text))
    # The least: a machine that does other work adds to what is measured and never takes away.
    least = lambda name, what: min(map(what, taken[name]))
    base = least("an empty Rust program", lambda one: one[0])
    print("| | clock | processor | the check by `--timings` | beyond an empty program | and beyond the check |\n| --- | --- | --- | --- | --- | --- |")
    for name in commands:
        clock, processor, wall = (least(name, lambda one, at=at: one[at]) for at in range(3))
        start = least(name, lambda one: one[0] - one[2]) - base
        print(f"| {name} | {clock:.1f} ms | {processor:.1f} ms | {wall:.1f} ms | {clock - base:.1f} ms | {start:.1f} ms |")


if __name__ == "__main__":
    main()
