"""Runs the real command line in a process of its own, with nothing of the tester's environment."""

import json
import os
import subprocess
import sys

SECONDS = 60
KEPT = ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "COVERAGE_FILE", "COV_CORE_SOURCE")
"""Variables a child needs to be the same program, measured when the parent is."""

INJECTED = """on: issues
permissions: {issues: write}
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - run: ./triage.sh "${{ github.event.issue.title }}"
"""
"""A workflow that MD-203 blocks."""

CLEAN = """on: push
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""


def environment(home, **more):
    """Return the environment of a run: its own home, so that its cache is its own."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "HOME": str(home), "LC_ALL": "C.UTF-8", **{name: str(value) for name, value in more.items()}}


def cli(*arguments, home, cwd=None, prefix=(), **variables):
    """Run a command; return the exit code and both outputs as bytes."""
    command = [*prefix, sys.executable, "-m", "phase_mirror", *map(str, arguments)]
    done = subprocess.run(
        command, env=environment(home, **variables), cwd=cwd, capture_output=True, timeout=SECONDS, check=False
    )
    return done.returncode, done.stdout, done.stderr


def analyze(folder, *arguments, home=None, code=None, **variables):
    """Analyze a folder and return the exit code and the report; `code` is asserted where given."""
    home = home or folder.parent / "home"
    home.mkdir(exist_ok=True)
    found, out, err = cli("analyze", folder, "--format", "json", *arguments, home=home, **variables)
    assert code is None or found == code, (found, out[-3000:].decode(), err.decode())
    assert out, err.decode()
    return found, json.loads(out)


def items(report, rule=None, status=None):
    """Return the items of a rule and a status."""
    return [item for item in report["items"] if rule in {None, item["rule_id"]} and status in {None, item["status"]}]


def outcome_of(report, rule):
    """Return what became of a rule."""
    return next(run["outcome"] for run in report["meta"]["rules"] if run["id"] == rule)


def reasons(report):
    """Return the codes of the decision's reasons."""
    return [reason["code"] for reason in report["machine_decision"]["reasons"]]
