"""In: the consentry binary, a mini program and one of its files. Out: a Markdown table: what starting costs beyond an empty Rust program,
and beyond the work itself (as `--timings` says it), for what an editor or a hook runs at a save. Runs are interleaved; medians.

    python3 benches/start.py --consentry target/release/consentry --program PROGRAM --file pages/index/index.js
"""

import argparse
import os
import re
import statistics
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
    """Milliseconds by the clock, of processor time, and of the work as the run itself says."""
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
    phases = re.findall(r"^([a-z]+) +([\d.]+) ms", errors, re.M)
    return took * 1000, (usage.ru_utime + usage.ru_stime) * 1000, sum(float(ms) for phase, ms in phases if phase != "wall")


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
    middle = [{name: statistics.median(one[at] for one in all_of) for name, all_of in taken.items()} for at in range(3)]
    clock, processor, phases = middle
    beyond = {name: statistics.median(one[0] - one[2] for one in all_of) for name, all_of in taken.items()}
    base = clock["an empty Rust program"]
    print("| | clock | processor | work by `--timings` | start: clock less own work, less the empty program |\n| --- | --- | --- | --- | --- |")
    for name in commands:
        print(f"| {name} | {clock[name]:.1f} ms | {processor[name]:.1f} ms | {phases[name]:.1f} ms | {beyond[name] - base:.1f} ms |")


if __name__ == "__main__":
    main()
