"""What the change makes unreadable gives no verdict; what was so before is listed; links stay inside the tree."""

import json
import os
import time
from pathlib import Path

import pytest

from cli_harness import CLEAN, INJECTED, analyze, cli, items, outcome_of, reasons
from repository_harness import commit, git, make_repository, write

FLOW = ".github/workflows/ci.yml"
GATE = ".github/rulesets/main.json"
RULESET = json.dumps(
    {
        "name": "main",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~ALL"], "exclude": []}},
        "rules": [{"type": "pull_request", "parameters": {"required_approving_review_count": 1}}],
    }
)


def change(folder, base, head):
    make_repository(folder, base)
    git(folder, "switch", "--quiet", "-c", "feature")
    for name in head:
        if (folder / name).is_symlink():
            (folder / name).unlink()
    write(folder, head)
    commit(folder)
    return folder


UNREADABLE = {
    "not YAML": "on: [push\n",
    "a tab": "on:\n\tpush: {}\n",
    "two documents": CLEAN + "---\n" + CLEAN,
    "duplicate keys": CLEAN + CLEAN,
    "merge keys": "x: &x {a: b}\n" + CLEAN + "y: {<<: *x}\n",
    "too large": CLEAN + "#" * (5 * 1024 * 1024 + 1) + "\n",
    "too deep": CLEAN + "deep: " + "[" * 200 + "]" * 200 + "\n",
    "not text": b"\xff\x00\xfe" + CLEAN.encode(),
    "Latin-1": CLEAN.encode() + b"# \xe9\n",
    "no mapping": "- on: push\n",
    "no jobs": "on: push\n",
    "an alias bomb": "a: &a [1, 1, 1, 1, 1, 1, 1, 1]\n"
    + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + CLEAN,
    "a recursive alias": "a: &a [*a]\n" + CLEAN,
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_workflow_that_the_change_makes_unreadable_gives_no_verdict(tmp_path, what):
    folder = change(tmp_path / "repository", {FLOW: CLEAN}, {FLOW: UNREADABLE[what]})
    _, report = analyze(folder, "--base", "main", code=3)
    (entry,) = report["meta"]["unreadable"]
    assert (entry["path"], entry["touched"]) == (FLOW, True)
    assert entry["reason"]
    decision = report["machine_decision"]
    assert (decision["outcome"], decision["incomplete"], decision["degraded"]) == ("block", True, True)
    assert reasons(report)[0] == "unreadable_change"
    assert decision["reason"].startswith(f"{FLOW} was changed and cannot be read: ")


@pytest.mark.parametrize("what", ["not YAML", "too large", "a recursive alias"])
def test_what_was_unreadable_before_is_listed_and_the_rest_is_judged(tmp_path, what):
    other = ".github/workflows/other.yml"
    folder = change(tmp_path / "repository", {FLOW: UNREADABLE[what]}, {other: INJECTED})
    _, report = analyze(folder, "--base", "main", code=1)
    assert [(entry["path"], entry["touched"]) for entry in report["meta"]["unreadable"]] == [(FLOW, False)]
    assert items(report, "MD-203", "new")


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (GATE, RULESET, RULESET[:-1]),
        (".github/settings.yml", "branches: []\n", "branches: [\n"),
        ("CODEOWNERS", "* @acme/all\n", b"* @acme/all\n\xff\xfe\x00"),
        (".asf.yaml", "github: {protected_branches: {main: {}}}\n", "github: {protected_branches: {main: {}}\n"),
    ],
)
def test_a_gate_or_codeowners_that_the_change_makes_unreadable_gives_no_verdict(tmp_path, path, before, after):
    folder = change(tmp_path / "repository", {FLOW: CLEAN, path: before}, {path: after})
    _, report = analyze(folder, "--base", "main", code=3)
    assert [(entry["path"], entry["touched"]) for entry in report["meta"]["unreadable"]] == [(path, True)]


@pytest.mark.parametrize(("path", "text"), [(GATE, RULESET), (FLOW, CLEAN.replace("make", "phase-mirror analyze"))])
def test_the_rule_about_the_change_alone_sees_what_cannot_be_read(tmp_path, path, text):
    folder = change(tmp_path / "repository", {path: text}, {path: text + "x: [\n"})
    _, report = analyze(folder, "--base", "main", "--rules", "MD-409", code=3)
    assert outcome_of(report, "MD-409") == "clean"


def test_a_gate_that_the_change_makes_unrecognizable_is_taken_away(tmp_path):
    folder = change(tmp_path / "repository", {FLOW: CLEAN, GATE: RULESET}, {GATE: "[" * 300})
    _, report = analyze(folder, "--base", "main", code=1)
    assert [item["title"] for item in items(report)] == [f"The gate of the default branch in {GATE} is taken away"]


def test_a_block_stands_beside_what_cannot_be_read(tmp_path):
    files = {FLOW: "on: [\n", ".github/workflows/t.yml": INJECTED}
    folder = change(tmp_path / "repository", {FLOW: CLEAN}, files)
    _, report = analyze(folder, "--base", "main", code=1)
    assert not report["machine_decision"]["incomplete"]
    assert reasons(report)[0] == "unreadable_change"


def test_a_dry_run_warns_where_no_verdict_could_be_given(tmp_path):
    folder = change(tmp_path / "repository", {FLOW: CLEAN}, {FLOW: "on: [\n"})
    code, report = analyze(folder, "--base", "main", "--dry-run")
    assert (code, report["machine_decision"]["outcome"]) == (3, "warn")


# -- the budget -------------------------------------------------------------------------------------------------------


def test_a_spent_time_budget_gives_no_verdict(tmp_path):
    """Path filters of a size that compares slowly, and a budget of the base that allows a tenth of a second."""
    slow = "on:\n  pull_request:\n    paths:\n" + "".join(f"      - '**/{'*a' * 30}{n}/**'\n" for n in range(40))
    steps = "\n".join(f'      - run: echo "${{{{ github.event.issue.title || {n} }}}}"' for n in range(9000))
    files = {
        ".github/workflows/a.yml": slow + CLEAN.partition("\n")[2],
        FLOW: INJECTED.partition("      - run")[0] + steps,
    }
    folder = change(tmp_path / "repository", {".phase-mirror.yml": "budget: {seconds: 0.1}\n"}, files)
    started = time.monotonic()
    code, report = analyze(folder, "--base", "main")
    assert time.monotonic() - started < 30
    late = [run["id"] for run in report["meta"]["rules"] if "time budget" in run.get("reason", "")]
    assert late
    assert "budget_exhausted" in reasons(report)
    assert code in {1, 3}


def test_the_size_of_files_is_the_budget_of_the_base(tmp_path):
    text = CLEAN + "#" * 3000 + "\n"
    base = {".phase-mirror.yml": "budget: {file_megabytes: 0.002}\n", FLOW: CLEAN}
    folder = change(tmp_path / "repository", base, {FLOW: text, ".phase-mirror.yml": "budget: {file_megabytes: 5}\n"})
    _, report = analyze(folder, "--base", "main", code=3)
    assert report["meta"]["unreadable"][0]["reason"] == f"larger than 0.002 MB ({len(text)} bytes)"


# -- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", ["{outside}/secret.yml", "../secret.yml", "../../../secret.yml", "/proc/self/environ", "/dev/zero"]
)
def test_a_link_out_of_the_tree_is_not_followed(tmp_path, target):
    (tmp_path / "secret.yml").write_text(CLEAN.replace("make", "TOP-SECRET"))
    link = Path(target.format(outside=tmp_path))
    head = {".github/workflows/link.yml": link, "CODEOWNERS": link, ".github/rulesets/x.json": link}
    folder = change(tmp_path / "repository", {FLOW: CLEAN}, head)
    for more in ((), ("--ref", "feature")):
        code, out, err = cli(
            "analyze", folder, "--base", "main", *more, "--format", "json", home=tmp_path, PROBE="TOP-SECRET"
        )
        assert code == 3, err
        assert b"TOP-SECRET" not in out + err
        found = {entry["path"]: entry["reason"] for entry in json.loads(out)["meta"]["unreadable"]}
        assert found["CODEOWNERS"] == "a symbolic link out of the repository"


def test_a_link_inside_the_tree_is_read(tmp_path):
    files = {"shared/t.yml": INJECTED, ".github/workflows/t.yml": Path("../../shared/t.yml")}
    folder = change(tmp_path / "repository", {FLOW: CLEAN}, files)
    for more in ((), ("--ref", "feature")):
        _, report = analyze(folder, "--base", "main", *more, code=1)
        assert [item["evidence"][1]["path"] for item in items(report, "MD-203")] == [".github/workflows/t.yml"]


def test_links_in_a_circle_and_folders_behind_links(tmp_path):
    head = {
        ".github/workflows/a.yml": Path("b.yml"),
        ".github/workflows/b.yml": Path("a.yml"),
        ".github/workflows/self.yml": Path("self.yml"),
        "CODEOWNERS": Path(".git/config"),
        "loop": Path("."),
    }
    folder = change(tmp_path / "repository", {FLOW: CLEAN}, head)
    _, report = analyze(folder, "--base", "main", code=3)
    found = {entry["path"]: entry["reason"] for entry in report["meta"]["unreadable"]}
    assert found[".github/workflows/a.yml"] == found[".github/workflows/self.yml"] == "a symbolic link in a circle"
    assert found["CODEOWNERS"] == "a symbolic link into git's own folder"


def test_a_workflow_folder_that_is_a_link_has_no_workflows(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/t.yml").write_text(INJECTED)
    folder = change(tmp_path / "repository", {"README.md": "x"}, {".github/workflows": tmp_path / "outside"})
    _, report = analyze(folder, "--base", "main", code=0)
    assert outcome_of(report, "MD-203") == "not_applicable"


def test_what_is_no_regular_file_does_not_hang(tmp_path):
    folder = tmp_path / "plain"
    write(folder, {FLOW: CLEAN})
    os.mkfifo(folder / ".github/workflows/pipe.yml")
    os.mkfifo(folder / "CODEOWNERS")
    _, report = analyze(folder, code=0)
    assert outcome_of(report, "MD-203") == "not_applicable"


def test_a_submodule_is_not_entered(tmp_path):
    inner = tmp_path / "inner"
    make_repository(inner, {".github/workflows/t.yml": INJECTED})
    folder = tmp_path / "repository"
    make_repository(folder, {FLOW: CLEAN})
    git(folder, "submodule", "--quiet", "add", f"file://{inner}", "sub")
    git(folder, "submodule", "--quiet", "add", f"file://{inner}", ".github/workflows/x.yml")
    commit(folder)
    for more in ((), ("--ref", "main")):
        _, report = analyze(folder, *more, code=0)
        assert [entry["reason"] for entry in report["meta"]["unreadable"]] in (["a submodule"], ["a directory"])
        assert items(report, "MD-203") == []
