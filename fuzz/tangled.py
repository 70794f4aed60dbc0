"""Programs of values that hold, call, extend, bind and wait for each other at random, run by the real tool:

    python3 fuzz/tangled.py TOOL [PROGRAMS [FIRST]]

Prints those that crash it or take longer than LIMIT seconds, and leaves them in a temporary folder; the exit code is 1 then.
The same numbers give the same programs.
"""

import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LIMIT = 20
PLACES = "this.a this.b b c d e this.data all t all[0] all[this.k] d.x e.y".split()
VALUES = PLACES + "getApp() my this Page".split()
# `A`, `B` and `C` stand for places or values; what is written to is a place.
STATEMENTS = """
A = B; | A = B.bind(C); | A = new Proxy(B, C); | A = new Proxy(B, { get(t, k) { return C[k]; } });
A = class extends B { m() { super.m(C); } }; | A = class extends B { q = C; constructor() { super(C); this.m(); } };
A = new B(C); | A(B, C); | A.m(B); | A.m = B; | A[this.k] = B; | A = B[this.k];
for (const k in A) { B[k] = A[k]; } | for (const k in A) { B[k] = A[k].bind(C); } | for (const o of A) { o(C); B = o; }
A = () => B; | A = (...z) => B(...z, C); | A = function (z) { return z(B) || C; }; | A = { ...B, m: C }; | A = [...B, C];
A = Object.assign(B, C); | Object.setPrototypeOf(A, B); | A = Object.create(B); | A = new Promise((r, j) => { r(B); j(C); });
A = B.then(() => C); | A = B.then(C, C).catch(B); | A = await B; | A = Promise.all([B, C]);
A = JSON.stringify(B); | A = JSON.parse(B); | this.setData({ a: A, ["b" + this.k]: B }); | this.setData(A);
my.onAppShow(A); | setTimeout(A, 10, B); | A.forEach(B); | A = B.map(C); | A = B.reduce(C, B); | A = B.concat(C).flat(9);
A.push(B); | my.request({ data: A, success: B, fail: C }); | my[A](B); | my.getAuthCode(A); | A = my.getAuthCode({ scopes: B });
A = B.call(C, B); | A = B.apply(C, B); | Object.defineProperty(A, "m", { get() { return B; }, set(z) { A = z; } });
A = B ? C : A; | while (A) { A = B(A); } | try { A(); } catch (z) { A = z; throw z; } | A = B + C; | ({ m: A, ...A } = C);
[A, ...A] = C; | A = `${B}${C}`; | A = Reflect.apply(B, C, B); | A = Reflect.construct(B, C); | A = new Map([[B, C]]);
A.set(B, C); | A = B.get(C); | Page(A); | getApp().g = A; | getCurrentPages()[0].onLoad(A); | arguments[0] = A;
A = async () => { await B; return C; }; | A = function* () { yield B; yield* C; }; | A = B.next(); | A = require(B);
"""
STATEMENTS = [one.strip() for line in STATEMENTS.strip().splitlines() for one in line.split(" | ")]


def script(chance):
    def some(count):
        lines = []
        for _ in range(count):
            names = {"A": chance.choice(PLACES), "B": chance.choice(PLACES if "B = " in (line := chance.choice(STATEMENTS)) else VALUES)}
            names["C"] = chance.choice(VALUES)
            lines.append("".join(names.get(part, part) for part in split(line)))
        return " ".join(lines)

    size = chance.choice([4, 8, 16, 30])
    return (
        "let b = () => 1, c = {}, d = [], e = class { m() {} }, all = [b, c, d, e], t = {};\n"
        f"const make = async function (z) {{ {some(size // 2)} return b; }};\n"
        f"Page({{ async onLoad(q) {{ {some(size)} make(b); make(c); await make(1); }},\n"
        f"  async tap(event) {{ {some(size)} this.onLoad(event); }}, async m() {{ {some(3)} }}, data: {{ a: 1 }} }});\n"
    )


def split(line):
    """The statement in parts, placeholders alone: capital letters that are no part of a word."""
    parts, word = [], ""
    for char in line:
        if char.isalnum() or char == "_":
            word += char
        else:
            parts += [word, char]
            word = ""
    return [part for part in parts + [word] if part]


def run(tool, folder, number):
    chance = random.Random(number)
    root = folder / str(number)
    (root / "a").mkdir(parents=True)
    (root / "app.json").write_text('{ "pages": ["a/a", "a/b"] }')
    (root / "app.js").write_text("App({ m() {}, g: null });\n")
    for page in "ab":
        (root / "a" / f"{page}.js").write_text(script(chance))
        (root / "a" / f"{page}.axml").write_text('<view a:if="{{a.b}}" onTap="tap" onLongTap="{{a}}">{{b + a}}</view>\n')
    start = time.monotonic()
    command = [tool, "check", "--threads", "1", "--preset", "strict", "--format", "json", "."]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=LIMIT)
        code, said = done.returncode, done.stderr
        wrong = done.stdout.count('"syntax-error"')
    except subprocess.TimeoutExpired:
        code, said, wrong = "too long", "", 0
    took = time.monotonic() - start
    if code in (0, 1):
        shutil.rmtree(root)
    else:
        print(f"{number}: {code} after {took:.1f} s: {said.strip()[-200:]} ({root})", flush=True)
    return code in (0, 1), took, wrong


def main():
    tool = str(Path(sys.argv[1]).resolve())
    programs = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    folder = Path(tempfile.mkdtemp(prefix="tangled-"))
    with ThreadPoolExecutor() as workers:
        results = list(workers.map(lambda number: run(tool, folder, number), range(first, first + programs)))
    took = sorted(seconds for _, seconds, _ in results)
    failed = sum(not fine for fine, _, _ in results)
    unread = sum(wrong > 0 for _, _, wrong in results)
    print(f"{programs} programs, {failed} failed, {unread} not read; median {took[len(took) // 2]:.2f} s, longest {took[-1]:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
