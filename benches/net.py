"""In: the consentry binary, a folder of programs (the corpus), a folder with npm packages. Out: what it finds in all of them, counted,
beside what it found last time (`net.json`). Fails on a crash, a time-out, a fault of the tool, and where `--parse-all` finds
anything else than a usual run (counted where both were cut short by the budget). Other counts than last time are told; `--write` takes them over.

    npm install --ignore-scripts antd echarts three typescript lodash moment core-js vue react rxjs d3 mathjs webpack rollup @babel/core \\
        @babel/standalone @antv/f2 @dcloudio/uni-mp-alipay aws-sdk zrender date-fns dayjs
    python3 benches/net.py --consentry target/release/consentry --programs CORPUS --packages node_modules

Nothing of third parties is kept: programs go by a hash of their folder's name, packages by their names, and all else is numbers.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KEPT = Path(__file__).parent / "net.json"
# Seconds that one run may take; usual ones take a hundredth of it.
PATIENCE = 120
# Files of one package, and bytes of one file: much of many rather than all of a few.
MOST_FILES, MOST_BYTES = 150, 1_500_000
# Files that one page imports.
PER_PAGE = 10
# How a notice says that the budget ended the search.
CUT = "the search was cut short"
WORST = 5


def run(consentry, folder, *more):
    """Exit code, the report, and what was said to standard error."""
    command = [consentry, "check", "--format", "json", "--preset", "strict", "--fail-on", "never", *more, "."]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return "time-out", None, ""
    try:
        return ran.returncode, json.loads(ran.stdout), ran.stderr.decode(errors="replace")
    except json.JSONDecodeError:
        return ran.returncode, None, ran.stderr.decode(errors="replace")


def summary(code, report):
    """What is kept of a run: counts alone."""
    if report is None:
        return {"exit": code}
    rules = collections.Counter(finding["rule"] for finding in report["findings"])
    return {
        "exit": code,
        "files": report["summary"]["files"],
        "findings": dict(sorted(rules.items())),
        "notices": dict(sorted(collections.Counter(notice["level"] for notice in report["notices"]).items())),
    }


def faults(name, code, report, said):
    """What no run may do, whatever it is given."""
    if code == "time-out" or code not in (0, 1) and report is None and "no mini program" not in said:
        yield f"{name}: ended with {code}: {said.strip()[:300]}"
    if "panicked" in said or report and any(finding["rule"] == "internal-error" for finding in report["findings"]):
        yield f"{name}: a fault of the tool: {said.strip()[:300]}"


def differing(usual, whole):
    """The findings that one run has and the other has not: rule, place, words, ways."""
    def key(finding):
        return json.dumps({name: value for name, value in finding.items()}, sort_keys=True, ensure_ascii=False)

    one, other = ({key(finding) for finding in report["findings"]} if report else set() for report in (usual, whole))
    return sorted(one ^ other)


def check_program(consentry, folder):
    """A real program: as usual, and with everything parsed."""
    name = hashlib.sha256(folder.name.encode()).hexdigest()[:10]
    code, report, said = run(consentry, folder)
    whole_code, whole, whole_said = run(consentry, folder, "--parse-all")
    found = [*faults(name, code, report, said), *faults(name + " --parse-all", whole_code, whole, whole_said)]
    unequal = differing(report, whole)
    counts = summary(code, report)
    if unequal:
        rules = collections.Counter(json.loads(one)["rule"] for one in unequal)
        # Data that is parsed is run, too, and takes its part of a budget that is used up anyway.
        if report and whole and all(any(CUT in notice["message"] for notice in each["notices"]) for each in (report, whole)):
            counts["parse-all"] = dict(rules)
        else:
            found.append(f"{name} ({folder.name}): --parse-all differs in {len(unequal)} findings: {dict(rules)}")
    return name, counts, found


def packages_of(folder):
    """The files of each package, by its name: scripts that are not too large, spread over the package."""
    names = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith((".", "@"))]
    names += [path for scope in sorted(folder.glob("@*")) for path in sorted(scope.iterdir()) if path.is_dir()]
    for package in names:
        scripts = [path for path in sorted(package.rglob("*.js")) if path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_BYTES]
        if scripts:
            yield str(package.relative_to(folder)), package, scripts[:: -(-len(scripts) // MOST_FILES)]


def app_around(scripts, package, folder):
    """A program whose pages import a package's files and let anything be called in them: they are parsed, linked and run."""
    pages = []
    for first in range(0, len(scripts), PER_PAGE):
        page = f"pages/p{first // PER_PAGE}/index"
        lines = []
        for at, script in enumerate(scripts[first : first + PER_PAGE]):
            target = folder / "vendor" / script.relative_to(package)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(script, target)
            lines.append(f"import * as m{at} from '/vendor/{script.relative_to(package)}';\n")
        names = ", ".join(f"m{at}" for at in range(len(lines)))
        lines.append(f"const all = [{names}];\n")
        lines.append("Page({\n  onLoad() {\n    all.forEach((one) => Object.keys(one).forEach((key) => one[key](this, (res) => this.setData({ res }))));\n")
        lines.append("    all.forEach((one) => one.default && new one.default({ success: (res) => this.setData({ res }) }).run());\n  },\n")
        lines.append("  sign() {\n    my.getAuthCode({ scopes: 'auth_user', success: m0.default, fail: m0.run });\n  },\n});\n")
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{page}.js").write_text("".join(lines))
        (folder / f"{page}.axml").write_text("<view onTap=\"sign\">{{res}}</view>\n")
        pages.append(page)
    (folder / "app.json").write_text(json.dumps({"pages": pages}))
    (folder / "app.js").write_text("App({});\n")


def check_package(consentry, name, package, scripts):
    with tempfile.TemporaryDirectory(prefix="net-") as folder:
        app_around(scripts, package, Path(folder))
        code, report, said = run(consentry, folder, "--parse-all")
    version = json.loads((package / "package.json").read_text()).get("version", "?") if (package / "package.json").exists() else "?"
    return f"{name}@{version}", summary(code, report), list(faults(name, code, report, said))


def compared(kept, new):
    """How two summaries differ, one line for each tree."""
    for tree in sorted(set(kept) | set(new)):
        if kept.get(tree) != new.get(tree):
            yield f"{tree}: was {json.dumps(kept.get(tree))}\n{' ' * len(tree)}   is {json.dumps(new.get(tree))}"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--consentry", required=True, type=lambda path: str(Path(path).resolve()))
    options.add_argument("--programs", type=Path)
    options.add_argument("--packages", type=Path)
    options.add_argument("--write", action="store_true", help="take the new counts over")
    options.add_argument("--jobs", type=int, default=2)
    options = options.parse_args()
    work = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        if options.programs:
            folders = [path for path in sorted(options.programs.iterdir()) if path.is_dir()]
            work += [("programs", pool.submit(check_program, options.consentry, folder)) for folder in folders]
        if options.packages:
            trees = packages_of(options.packages)
            work += [("packages", pool.submit(check_package, options.consentry, *tree)) for tree in trees]
        done = [(kind, future.result()) for kind, future in work]
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    bad = [fault for _, (_, _, found) in done for fault in found]
    for kind in ("programs", "packages"):
        new = {name: counts for one, (name, counts, _) in done if one == kind}
        if not new:
            continue
        files = sum(counts.get("files", 0) for counts in new.values())
        findings = sum(sum(counts.get("findings", {}).values()) for counts in new.values())
        changes = list(compared(kept.get(kind, {}), new))
        print(f"{kind}: {len(new)} trees, {files} files, {findings} findings; {len(changes)} differ from last time")
        print("\n".join(changes[: 4 * WORST]))
        kept[kind] = new
    print(f"{len(bad)} faults")
    print("\n".join(bad))
    if options.write and not bad:
        lines = [f'  "{kind}": {{\n' + ",\n".join(f"    {json.dumps(tree)}: {json.dumps(counts)}" for tree, counts in sorted(kept[kind].items())) + "\n  }" for kind in sorted(kept)]
        KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return 1 if bad else 0


sys.exit(main())
