#!/usr/bin/env python3
"""Runs the steps of action.yml and the job of .gitlab/consentry.yml as they stand, in bash, on two programs each: one clean,
one with findings. Expressions are the few that stand there; another one is an error. `uses` steps are named and left out."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

import yaml

root = pathlib.Path(__file__).resolve().parent.parent
work = pathlib.Path(sys.argv[1])
action = yaml.safe_load((root / "action.yml").read_text())
(job,) = yaml.safe_load((root / ".gitlab/consentry.yml").read_text()).values()
expected = [line for line in (root / "fixtures/promise-chain/expected.txt").read_text().splitlines() if line[0] != "#"]


def bash(script, folder, env, check=False):
    done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=folder, env={**os.environ, **env}, capture_output=True, text=True)
    if check:
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done


def evaluate(text, inputs, outputs):
    """The text with its expressions filled in."""

    def value(match):
        name = match[1].strip()
        if name == "github.action_path":
            return str(root)
        if found := re.fullmatch(r"inputs\.([\w-]+)", name):
            return inputs[found[1]]
        if found := re.fullmatch(r"steps\.([\w-]+)\.outputs\.([\w-]+)", name):
            return outputs[found[1]].get(found[2], "")
        raise AssertionError(f"an expression that nothing here knows: {name}")

    return re.sub(r"\$\{\{(.*?)\}\}", value, text)


def wanted(step, inputs):
    """Whether its condition holds."""
    if "if" not in step:
        return True
    name, literal = re.fullmatch(r"inputs\.([\w-]+) == '(\w*)'", step["if"]).groups()
    return inputs[name] == literal


def run_action(name, folder, given):
    """Its exit code, log, outputs, summary, and the values of the upload that was left out."""
    inputs = {key: given.get(key, one["default"]) for key, one in action["inputs"].items()}
    assert given.keys() <= inputs.keys(), given
    temp = work / f"runner-{name}"
    temp.mkdir()
    outputs, uploads, log, code = {}, [], "", 0
    for number, step in enumerate(action["runs"]["steps"]):
        if not wanted(step, inputs):
            continue
        if "uses" in step:
            print(f"action, {name}: not run here: {step['uses']}")
            uploads.append({key: evaluate(text, inputs, outputs) for key, text in step["with"].items()})
            continue
        files = {one: temp / f"{number}-{one}" for one in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        env = {key: evaluate(text, inputs, outputs) for key, text in step.get("env", {}).items()}
        env |= {"RUNNER_TEMP": str(temp)} | {key: str(file) for key, file in files.items()}
        assert "${{" not in step["run"], "values come by env, not by pasting"
        done = bash(step["run"], folder, env)
        log, code = log + done.stdout + done.stderr, done.returncode
        if "id" in step:
            outputs[step["id"]] = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
            outputs[step["id"]]["summary"] = files["GITHUB_STEP_SUMMARY"].read_text()
        if code:
            break
    return code, log, {key: evaluate(one["value"], {}, outputs) for key, one in action["outputs"].items()}, outputs["check"]["summary"], uploads


def place(result):
    where = result["locations"][0]["physicalLocation"]
    start = where["region"]
    return f"{where['artifactLocation']['uri']}:{start['startLine']}:{start['startColumn']} {result['level']} {result['ruleId']}"


def checkout(name, program):
    folder = work / name
    shutil.copytree(root / "fixtures" / program, folder)
    return folder


# The action.
bad = checkout("action-bad", "promise-chain")
code, log, outputs, summary, (upload,) = run_action("findings", bad, {})
assert code == 1, log
(where, level, rule) = expected[0].split()
file, line, _ = where.split(":")
assert re.search(rf"^::{level} file={file},line={line},.*title={rule}::", log, re.M), log
assert rule in summary, summary
assert outputs["exit-code"] == "1" and upload == {"sarif_file": outputs["sarif"], "category": "consentry"}
sarif = json.loads(pathlib.Path(outputs["sarif"]).read_text())
assert [place(one) for one in sarif["runs"][0]["results"]] == expected, sarif["runs"][0]["results"]

code, log, outputs, _, uploads = run_action("clean", checkout("action-clean", "shop"), {})
assert (code, outputs["exit-code"], len(uploads)) == (0, "0", 1), log

code, log, outputs, _, uploads = run_action(
    "inputs", work, {"paths": "action-bad\naction-clean\n", "args": "--fail-on never  --lang zh", "upload-sarif": "false"}
)
assert (code, uploads) == (0, []) and f"::{level} file=action-bad/{file}" in log, log

code, log, *_ = run_action("wrong", bad, {"args": "--no-such-flag"})
assert code == 2 and "--no-such-flag" in log, log
print("action: its steps run, with findings, clean, with inputs, with a wrong flag")

# The GitLab job. `npm install --global` goes to a folder of its own, which the image has on its path.
for name, program, want in [("gitlab-bad", "promise-chain", 1), ("gitlab-clean", "shop", 0)]:
    folder, prefix = checkout(name, program), work / f"{name}-global"
    env = {**job["variables"], "npm_config_prefix": str(prefix), "PATH": f"{prefix}/bin:{os.environ['PATH']}"}
    *before, check = job["script"]
    for command in before:
        bash(command, folder, env, check=True)
    done = bash(check, folder, env)
    assert done.returncode == want, done.stdout + done.stderr
    reports = {kind: folder / file for kind, file in job["artifacts"]["reports"].items()}
    quality = json.loads(reports["codequality"].read_text())
    found = [f"{one['location']['path']}:{one['location']['lines']['begin']} {one['check_name']}" for one in quality]
    assert found == ([f"{file}:{line} {rule}"] if want else []), quality
    cases = xml.parse(reports["junit"]).findall(".//failure")
    assert len(cases) == len(found), reports["junit"].read_text()
print("GitLab: the job runs, with findings and clean")
