"""The pipeline from end to end: modes, strictness, cache, baselines, the event of GitHub."""

import json
import subprocess
import sys

import pytest

from cli_harness import CLEAN, INJECTED, analyze, cli, environment, items, reasons
from repository_harness import commit, git, make_repository, write

FLOW = ".github/workflows/triage.yml"
CONFIG = ".phase-mirror.yml"
VARYING = ("run_id", "timestamp")
MEDIUM = "# phase-mirror: ignore[MD-204]\n"
"""An exemption without a reason: one medium finding of MD-407."""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "repository"
    make_repository(folder, {FLOW: CLEAN, "CODEOWNERS": "* @acme/all\n"})
    return folder


def feature(folder, files):
    git(folder, "switch", "--quiet", "-c", "feature")
    write(folder, files)
    return commit(folder)


def alike(report):
    """Return a report without what varies."""
    return {**report, "meta": {key: value for key, value in report["meta"].items() if key not in VARYING}}


# -- the same tree ----------------------------------------------------------------------------------------------------


def test_the_same_tree_gives_the_same_bytes(folder):
    feature(folder, {FLOW: INJECTED, "CODEOWNERS": "/x @acme/all\n"})
    for shape in ("json", "sarif", "markdown", "github", "terminal"):
        words = ("analyze", folder, "--base", "main", "--no-cache", "--format", shape)
        first, second = (cli(*words, home=folder.parent, PYTHONHASHSEED=seed)[1] for seed in ("1", "2"))
        if shape == "json":
            first, second = (json.dumps(alike(json.loads(text))) for text in (first, second))
        if shape != "sarif":
            assert first == second
        else:
            one, two = (json.loads(text)["runs"][0]["results"] for text in (first, second))
            assert one == two


def test_a_work_tree_and_its_commit_say_the_same(folder):
    feature(folder, {FLOW: INJECTED})
    _, tree = analyze(folder, "--no-cache", code=1)
    _, made = analyze(folder, "--no-cache", "--ref", "feature", code=1)
    assert tree["items"] == made["items"]


def test_a_finding_keeps_its_identity_when_lines_move(folder):
    feature(folder, {FLOW: INJECTED})
    before = items(analyze(folder, code=1)[1])[0]
    write(folder, {FLOW: "# a line\n\n" + INJECTED.replace("    runs-on", "    timeout-minutes: 5\n    runs-on")})
    after = items(analyze(folder, code=1)[1])[0]
    assert before["id"] == after["id"]
    assert before["evidence"][1]["line"] + 3 == after["evidence"][1]["line"]


# -- new and pre-existing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["local", "pull_request", "merge_group", "drift"])
def test_every_mode_with_a_base_tells_new_from_old(folder, mode):
    write(folder, {FLOW: INJECTED})
    commit(folder)
    feature(folder, {"README.md": "x"})
    _, report = analyze(folder, "--base", "main", "--mode", mode, code=0)
    assert [item["status"] for item in items(report)] == ["pre-existing"]
    assert report["summary"]["by_status"]["pre-existing"] == 1
    assert reasons(report) == ["pre_existing"]
    assert report["machine_decision"]["outcome"] == "warn"


def test_modes_without_a_base_count_everything_and_calibration_never_blocks(folder):
    write(folder, {FLOW: INJECTED})
    for mode, code in (("local", 1), ("drift", 1), ("calibration", 0)):
        found, report = analyze(folder, "--mode", mode)
        assert (mode, found) == (mode, code)
        assert items(report, "MD-203", "new")
    assert "calibration_mode" in reasons(report)


def test_a_dry_run_warns_and_says_so(folder):
    feature(folder, {FLOW: INJECTED})
    _, report = analyze(folder, "--base", "main", "--dry-run", code=0)
    assert report["machine_decision"]["outcome"] == "warn"
    assert report["machine_decision"]["reason"] == "Dry run: it only warns, although the findings block."
    assert report["meta"]["dry_run"]


@pytest.mark.parametrize(("number", "strict", "code"), [(6, False, 0), (5, True, 0), (6, True, 1), (11, False, 1)])
def test_strict_runs_have_strict_limits(folder, number, strict, code):
    write(folder, {CONFIG: "rules: {MD-407: blocking}\n"})
    commit(folder)
    feature(folder, {"CODEOWNERS": MEDIUM * number + "* @acme/all\n"})
    flags = ["--strict"] if strict else []
    _, report = analyze(folder, "--base", "main", *flags, code=code)
    assert len(items(report, "MD-407", "new")) == number
    assert report["meta"]["strict"] is strict


def test_modes_and_branches_of_the_configuration(folder):
    config = "modes:\n  merge_group: {max: {high: 1}}\n  'branch:release/*': {max: {high: 0}}\n"
    write(folder, {CONFIG: config})
    base = commit(folder)
    feature(folder, {FLOW: INJECTED})
    path = folder.parent / "event.json"
    for branch, code in (("main", 0), ("release/1", 1)):
        path.write_text(json.dumps({"merge_group": {"base_sha": base, "base_ref": f"refs/heads/{branch}"}}))
        event = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": path}
        _, report = analyze(folder, code=code, **event)
        assert report["meta"]["mode"] == "merge_group"
    _, report = analyze(folder, "--mode", "merge_group", "--base", base, code=0)


def test_the_event_brings_base_branch_and_repository(folder):
    base = git(folder, "rev-parse", "main")
    feature(folder, {FLOW: INJECTED})
    path = folder.parent / "event.json"
    path.write_text(json.dumps({"pull_request": {"base": {"sha": base, "ref": "main"}}}))
    event = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": path,
        "GITHUB_REPOSITORY": "acme/app",
    }
    _, report = analyze(folder, code=1, **event)
    meta = report["meta"]
    assert (meta["mode"], meta["base"], meta["repository"]) == ("pull_request", base, "acme/app")
    path.write_text("{")  # the payload is broken: the flag says it
    _, report = analyze(folder, "--base", "main", code=1, **event)
    assert report["meta"]["base"] == base


def test_push_and_schedule(folder):
    write(folder, {FLOW: INJECTED})
    for name, mode in (("push", "local"), ("schedule", "drift"), ("workflow_dispatch", "local")):
        _, report = analyze(folder, code=1, GITHUB_ACTIONS="true", GITHUB_EVENT_NAME=name)
        assert report["meta"]["mode"] == mode


# -- selections and baselines -----------------------------------------------------------------------------------------


def test_rules_and_families_are_selected(folder):
    write(folder, {FLOW: INJECTED, "CODEOWNERS": MEDIUM})
    found = {
        words: {run["id"] for run in analyze(folder, *words)[1]["meta"]["rules"] if run["outcome"] == "findings"}
        for words in (("--rules", "MD-203"), ("--rules", "MD-004,MD-203"), ("--ignore", "MD-002"), ())
    }
    assert list(found.values()) == [{"MD-203"}, {"MD-203", "MD-407"}, {"MD-407"}, {"MD-203", "MD-407"}]


def test_an_adoption_baseline_makes_what_is_there_pre_existing(folder):
    write(folder, {FLOW: INJECTED})
    path = folder.parent / "baseline.json"
    analyze(folder, "--write-baseline", path, code=1)
    assert path.stat().st_mode & 0o777 == 0o600
    _, report = analyze(folder, "--baseline", path, code=0)
    assert [item["status"] for item in items(report)] == ["pre-existing"]
    step = INJECTED.splitlines(keepends=True)[-1]
    write(folder, {FLOW: INJECTED + step})
    _, report = analyze(folder, "--baseline", path, code=1)
    assert sorted(item["status"] for item in items(report)) == ["new", "pre-existing"]
    assert list(folder.parent.glob("baseline.json.*")) == []


def test_findings_less_sure_than_asked_for_are_left_out(folder):
    feature(folder, {"x/a": "", "CODEOWNERS": "* @acme/all\n/x/\n"})
    _, report = analyze(folder, "--base", "main", code=0)
    assert [item["confidence"] for item in items(report)] == ["medium"]
    _, report = analyze(folder, "--base", "main", "--min-confidence", "high", code=0)
    assert items(report) == []


# -- the cache --------------------------------------------------------------------------------------------------------


def cached(folder):
    cache = folder.parent / "home/.cache/phase-mirror"
    return sorted(path for path in cache.iterdir() if len(path.name) == 64) if cache.exists() else []


def test_a_hit_gives_the_same_report(folder):
    feature(folder, {FLOW: INJECTED, "bad.txt": "x", ".github/workflows/b.yml": CLEAN})
    _, cold = analyze(folder, "--base", "main", code=1)
    (entry,) = cached(folder)
    before = entry.stat().st_mtime_ns
    _, warm = analyze(folder, "--base", "main", code=1)
    assert alike(cold) == alike(warm)
    assert cold["meta"]["run_id"] != warm["meta"]["run_id"]
    assert cached(folder)[0].stat().st_mtime_ns == before
    _, fresh = analyze(folder, "--base", "main", "--no-cache", code=1)
    assert alike(fresh) == alike(cold)


def test_whatever_decides_a_report_is_part_of_the_entry(folder):
    feature(folder, {FLOW: INJECTED})
    counts = []
    for words in ((), ("--strict",), ("--rules", "MD-203"), ("--base", "main"), ("--mode", "drift"), ("--ref", "main")):
        analyze(folder, *words)
        counts.append(len(cached(folder)))
    assert counts == [1, 2, 3, 4, 5, 6]
    write(folder, {FLOW: CLEAN})
    assert items(analyze(folder, code=0)[1]) == []
    write(folder, {".github/workflows/new.yml": INJECTED})  # not even tracked
    analyze(folder, code=1)
    (folder / ".github/workflows/new.yml").unlink()
    analyze(folder, code=0)
    write(folder, {CONFIG: "rules: {MD-203: off}\n"})
    analyze(folder, code=0)
    write(folder, {FLOW: INJECTED})
    analyze(folder, code=0)
    (folder / CONFIG).unlink()
    analyze(folder, code=1)


def test_a_new_tip_of_the_base_is_noticed(folder):
    write(folder, {FLOW: INJECTED})
    commit(folder)
    feature(folder, {"README.md": "x"})
    analyze(folder, "--base", "main", code=0)
    git(folder, "switch", "--quiet", "main")
    write(folder, {CONFIG: "modes: {local: {max: {high: 0}}}\nrules: {MD-203: off}\n"})
    commit(folder)
    git(folder, "switch", "--quiet", "feature")
    _, report = analyze(folder, "--base", "main", code=0)
    assert items(report) == []


def test_entries_that_somebody_else_wrote_are_ignored(folder):
    feature(folder, {FLOW: INJECTED})
    _, cold = analyze(folder, code=1)
    (entry,) = cached(folder)
    data = entry.read_bytes()
    for forged in (data.replace(b'"block"', b'"pass" '), data[:100], b"", b"x" * 65, data.partition(b"\n")[2]):
        entry.write_bytes(forged)
        _, report = analyze(folder, code=1)
        assert alike(report) == alike(cold)
    key = entry.parent / "key"
    entry.write_bytes(data)
    key.write_bytes(b"k" * 32)
    assert alike(analyze(folder, code=1)[1]) == alike(cold)
    key.chmod(0o644)
    assert alike(analyze(folder, code=1)[1]) == alike(cold)


def test_without_a_cache_nothing_is_written(folder):
    analyze(folder, "--no-cache", code=0)
    assert not (folder.parent / "home/.cache").exists()
    assert cli("analyze", folder, home="", cwd=folder)[0] == 0  # no home: nowhere to keep anything
    assert not (folder / ".cache").exists()


def test_an_incomplete_run_is_not_kept(folder):
    feature(folder, {FLOW: "on: [\n"})
    analyze(folder, "--base", "main", code=3)
    assert cached(folder) == []


def test_runs_side_by_side(folder):
    feature(folder, {FLOW: INJECTED})
    home = folder.parent / "home"
    home.mkdir()
    command = [sys.executable, "-m", "phase_mirror", "analyze", str(folder), "--base", "main", "--format", "json"]
    runs = [subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE) for _ in range(4)]
    outputs = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [1] * 4
    assert len({json.dumps(alike(json.loads(text))) for text in outputs}) == 1
    assert len(cached(folder)) == 1
    assert [path.name for path in cached(folder)[0].parent.iterdir() if "." in path.name] == []


def test_a_cache_that_cannot_be_used_is_no_error(folder):
    (folder.parent / "home").mkdir()
    (folder.parent / "home/.cache").write_text("a file")
    analyze(folder, code=0)
