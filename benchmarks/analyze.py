"""Times `phase-mirror analyze` as a whole process against zizmor, in pairs, and prints medians, ratios and peak memory.

Usage: python benchmarks/analyze.py [--runs N] [REPOSITORY ...]

Without repositories three are generated, of about 10, 37 and 60 workflows (the last among 2,000 files). Both tools
read the same tree offline and write JSON to nowhere. `cold` runs without the cache of findings, `warm` with it; the
files are in the page cache in both. The two tools take turns, so that a busy machine slows both, and the ratio is the
median of the ratios of the pairs.

zizmor is taken from the PATH, from beside the interpreter, or from ZIZMOR (`make bench` installs it from its package).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

RULES = "MD-001,MD-002"
"""Workflow and gate rules: the part of the catalogue whose inputs zizmor reads too."""
SIZES = ((10, 200), (37, 800), (60, 2000))
"""Workflows and files of the generated repositories."""

WORKFLOW = """name: Workflow {number}
on:
  pull_request:
    branches: [main]
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  test:
    name: test {number}
    runs-on: ${{{{ matrix.os }}}}
    strategy:
      matrix:
        os: [ubuntu-latest, macos-latest, windows-latest]
        python: ["3.11", "3.12", "3.13"]
    steps:
      - uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3 # v4.2.2
        with:
          persist-credentials: false
      - uses: actions/setup-python@8f4b7f84864484a7bf31766abe9204da3cbe65b4 # v5.6.0
        with:
          python-version: ${{{{ matrix.python }}}}
      - name: Install
        run: |
          python -m pip install --upgrade pip
          pip install -r requirements.txt
      - name: Test
        env:
          TITLE: ${{{{ github.event.pull_request.title }}}}
        run: |
          echo "$TITLE"
          if [ "$RUNNER_OS" = Linux ]; then make test; else make check; fi
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3 # v4.2.2
      - run: make lint
  gate:
    if: always()
    needs: [test, lint]
    runs-on: ubuntu-latest
    steps:
      - run: test "${{{{ contains(needs.*.result, 'failure') }}}}" = false
"""


def generate(folder: Path, workflows: int, files: int) -> Path:
    """Write a git repository of a size and return its folder."""
    root = folder / f"{workflows}-workflows"
    (root / ".github" / "workflows").mkdir(parents=True)
    for number in range(workflows):
        (root / ".github" / "workflows" / f"w{number}.yml").write_text(WORKFLOW.format(number=number))
    (root / ".github" / "CODEOWNERS").write_text("* @example/all\n/.github/ @example/platform\n")
    for number in range(files - workflows):
        path = root / "src" / f"part{number % 40}" / f"file{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    (root / "Makefile").write_text("test check lint:\n\ttrue\n")
    (root / "requirements.txt").write_text("")
    for command in (("init", "-q"), ("add", "-A"), ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a")):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    return root


def run_once(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return wall time in milliseconds and peak resident memory in MB of one run."""
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    spent = (time.perf_counter() - before) * 1000
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in range(20):
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return spent, usage.ru_maxrss / 1024


def pair(
    ours: list[str], theirs: list[str], environment: dict[str, str], runs: int
) -> tuple[float, float, float, float]:
    """Run two commands in turns; return both medians (ms), the median ratio, and our peak memory (MB)."""
    run_once(ours, environment)
    run_once(theirs, environment)
    first, second, memory = [], [], 0.0
    for number in range(runs):
        order = (ours, theirs) if number % 2 else (theirs, ours)
        spent = {id(command): run_once(command, environment) for command in order}
        first.append(spent[id(ours)][0])
        second.append(spent[id(theirs)][0])
        memory = max(memory, spent[id(ours)][1])
    ratio = median(one / other for one, other in zip(first, second, strict=True))
    return median(first), median(second), ratio, memory


def find_zizmor() -> str:
    """Return the command of zizmor."""
    beside = Path(sys.executable).with_name("zizmor")
    found = os.environ.get("ZIZMOR") or (str(beside) if beside.exists() else shutil.which("zizmor"))
    if not found:
        raise SystemExit("zizmor is missing: pip install zizmor, or name it in ZIZMOR")
    return found


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--runs", type=int, default=15)
    arguments.add_argument("repositories", nargs="*", type=Path)
    options = arguments.parse_args()
    ours = str(Path(sys.executable).with_name("phase-mirror"))
    zizmor = find_zizmor()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PHASE_MIRROR_DATA_DIR": str(Path(folder) / "data"), "HOME": folder}
        environment.pop("GITHUB_ACTIONS", None)
        roots = options.repositories or [generate(Path(folder), *size) for size in SIZES]
        print("| repository | workflows | files | phase-mirror | zizmor | ratio | peak memory |")
        print("|---|---|---|---|---|---|---|")
        for root in roots:
            workflows = len(list((root / ".github" / "workflows").glob("*.y*ml")))
            listing = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=True)
            files = listing.stdout.count(b"\0")
            theirs = [zizmor, "--offline", "--no-progress", "--format", "json", "--no-exit-codes", str(root)]
            for state, flags in (("cold", ["--no-cache"]), ("warm", [])):
                mine = [ours, "analyze", "--rules", RULES, "--format", "json", *flags, str(root)]
                one, other, ratio, memory = pair(mine, theirs, environment, options.runs)
                print(
                    f"| {root.name}, {state} | {workflows} | {files} | {one:.0f} ms | {other:.0f} ms | {ratio:.2f} "
                    f"| {memory:.0f} MB |",
                    flush=True,
                )
        bare = [sys.executable, "-c", "pass"]
        one, other, ratio, _ = pair([ours, "--version"], bare, environment, options.runs * 2)
        print(f"\n`--version`: {one:.0f} ms, bare interpreter: {other:.0f} ms, ratio {ratio:.2f}")
    print(f"{options.runs} pairs each, medians.")


if __name__ == "__main__":
    main()
