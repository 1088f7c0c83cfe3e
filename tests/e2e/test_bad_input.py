"""Broken, hostile and odd repositories through the real command line: clear words, and the rest is judged."""

import json
import os
import time
from pathlib import Path

import pytest

from cli_harness import CLEAN, INJECTED, analyze, cli, items
from repository_harness import commit, git, make_repository, write

FLOW = ".github/workflows/ci.yml"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
BROKEN = {
    "broken": ("on: [push\n", "not valid YAML"),
    "recursive": ("on: push\njobs: &j {a: *j}\n", "contains itself"),
    "alias-bomb": (BOMB + CLEAN, "once aliases are visited"),
    "fifty-megabytes": ("#" * (50 * 1024 * 1024), "larger than 5 MB"),
    "binary": (bytes(range(256)) * 10, "not UTF-8"),
    "null-characters": ("on: push\0\njobs: {}\n", "a binary file"),
    "latin-1": ("on: push # é\njobs: {}\n".encode("latin-1"), "not UTF-8"),
    "empty": ("", "not a workflow"),
    "only-comments": ("# nothing\n", "not a workflow"),
    "a-list": ("- on\n", "not a workflow"),
    "deep": ("a: " + "{b: " * 150 + "c" + "}" * 150 + "\n", "nest"),
}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "repository"


def unreadable(report):
    return {entry["path"]: entry["reason"] for entry in report["meta"]["unreadable"]}


def test_every_broken_file_is_listed_and_the_rest_is_judged(folder):
    files = {f".github/workflows/{name}.yml": text for name, (text, _) in BROKEN.items()}
    write(folder, {**files, FLOW: INJECTED})
    _, report = analyze(folder, code=1)
    found = unreadable(report)
    assert sorted(found) == sorted(files)
    for name, (_, reason) in BROKEN.items():
        assert reason in found[f".github/workflows/{name}.yml"], name
    assert len(items(report, "MD-203")) == 1


def test_a_byte_order_mark_and_other_line_ends_are_read(folder):
    write(
        folder,
        {
            ".github/workflows/bom.yml": b"\xef\xbb\xbf" + INJECTED.encode(),
            ".github/workflows/crlf.yml": INJECTED.replace("\n", "\r\n"),
            ".github/workflows/both.yml": b"\xef\xbb\xbf" + INJECTED.replace("\n", "\r\n").encode(),
            ".github/workflows/utf16.yml": INJECTED.encode("utf-16"),
        },
    )
    _, report = analyze(folder, code=1)
    places = [(item["evidence"][1]["path"], item["evidence"][1]["line"]) for item in items(report, "MD-203")]
    assert sorted(places) == [(f".github/workflows/{name}.yml", 7) for name in ("bom", "both", "crlf", "utf16")]
    assert unreadable(report) == {}


def test_reusable_workflows_that_call_one_another_in_a_circle(folder):
    call = "on: [push, pull_request, workflow_call]\njobs:\n  x:\n    uses: ./.github/workflows/{}.yml\n"
    ring = {f".github/workflows/{one}.yml": call.format(other) for one, other in (("a", "b"), ("b", "c"), ("c", "a"))}
    gate = {
        "required_status_checks": {"strict": False, "contexts": ["x / x / x"]},
        "enforce_admins": True,
        "required_pull_request_reviews": None,
        "restrictions": None,
    }
    write(
        folder,
        {**ring, ".github/workflows/self.yml": call.format("self"), ".github/branch-protection.json": json.dumps(gate)},
    )
    code, report = analyze(folder)
    assert code in {0, 1}
    assert report["meta"]["evaluationErrors"] == []


def test_a_chain_of_calls_and_a_matrix_beyond_the_limits(folder):
    call = "on: [pull_request, workflow_call]\njobs:\n  j:\n    uses: ./.github/workflows/w{}.yml\n"
    chain = {f".github/workflows/w{number}.yml": call.format(number + 1) for number in range(60)}
    values = ", ".join(map(str, range(400)))
    matrix = CLEAN.replace(
        "    steps:", f"    strategy: {{matrix: {{a: [{values}], b: [{values}], c: [{values}]}}}}\n    steps:"
    )
    expression = INJECTED.replace("github.event.issue.title", "(" * 5000 + "github.event.issue.title" + ")" * 5000)
    write(folder, {**chain, ".github/workflows/m.yml": matrix, ".github/workflows/e.yml": expression, FLOW: INJECTED})
    started = time.monotonic()
    _, report = analyze(folder, code=1)
    assert time.monotonic() - started < 20
    assert report["meta"]["evaluationErrors"] == []


def test_links_out_and_in_a_circle_are_listed(folder, tmp_path):
    (tmp_path / "outside.yml").write_text("TOP-SECRET: 1\n")
    make_repository(
        folder,
        {
            ".github/workflows/out.yml": tmp_path / "outside.yml",
            ".github/workflows/up.yml": Path("../../../outside.yml"),
            ".github/workflows/round.yml": Path("round.yml"),
            ".github/workflows/gone.yml": Path("nowhere.yml"),
            FLOW: INJECTED,
        },
    )
    _, report = analyze(folder, code=1)
    found = unreadable(report)
    assert (
        found[".github/workflows/out.yml"]
        == found[".github/workflows/up.yml"]
        == "a symbolic link out of the repository"
    )
    assert found[".github/workflows/round.yml"] == "a symbolic link in a circle"
    assert ".github/workflows/gone.yml" in found


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_files_that_may_not_be_read_are_listed(folder):
    write(folder, {FLOW: INJECTED, ".github/workflows/mine.yml": CLEAN})
    (folder / ".github/workflows/mine.yml").chmod(0)
    _, report = analyze(folder, code=1)
    assert unreadable(report) == {".github/workflows/mine.yml": "cannot be read: Permission denied"}


# -- what is no repository --------------------------------------------------------------------------------------------


def test_a_path_that_is_nothing_or_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    for name, what in (("nowhere", "no such directory"), ("file", "not a directory")):
        code, out, err = cli("analyze", tmp_path / name, home=tmp_path)
        assert (code, out) == (2, b"")
        assert err.decode() == f"phase-mirror: error: {tmp_path / name}: {what} (name the root of a repository)\n"


def test_a_folder_that_is_no_repository_is_analyzed_as_it_is(folder):
    write(folder, {FLOW: INJECTED, ".gitignore": "ignored/\n", "ignored/.github/workflows/x.yml": "on: [\n"})
    _, report = analyze(folder, code=1)
    assert report["meta"]["commit"] == ""
    code, _, err = cli("analyze", folder, "--base", "main", home=folder.parent)
    assert code == 2
    assert b"--ref and --base need a git repository" in err


def test_empty_folders_and_repositories(folder):
    folder.mkdir()
    _, report = analyze(folder, code=0)
    assert report["machine_decision"]["outcome"] == "pass"
    git(folder, "init", "--quiet")
    _, report = analyze(folder, code=0)
    assert (report["meta"]["commit"], report["items"]) == ("", [])
    for flag in ("--base", "--ref"):
        code, _, err = cli("analyze", folder, flag, "main", home=folder.parent)
        assert code == 2
        assert b"there is no commit 'main'" in err


def test_a_damaged_repository_is_told(folder):
    make_repository(folder, {FLOW: CLEAN})
    (folder / ".git/HEAD").write_text("nonsense")
    code, out, err = cli("analyze", folder, home=folder.parent)
    assert (code, out) == (2, b"")
    assert b"not a git repository" in err


def test_a_damaged_object_is_listed(folder):
    make_repository(folder, {FLOW: INJECTED, ".github/workflows/b.yml": CLEAN})
    name = git(folder, "rev-parse", "HEAD:.github/workflows/b.yml")
    (folder / ".git/objects" / name[:2] / name[2:]).unlink()
    _, report = analyze(folder, "--ref", "HEAD", code=1)
    assert unreadable(report) == {".github/workflows/b.yml": "its object is not in this clone"}


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "", "HEAD:README.md", "a b"])
def test_a_mistyped_base_is_the_users_error(folder, ref):
    make_repository(folder, {FLOW: CLEAN})
    code, out, _ = cli("analyze", folder, f"--base={ref}", home=folder.parent)
    assert (code, out) == (2, b"") if ref else code == 0


def test_a_folder_of_a_repository_and_a_bare_one(folder, tmp_path):
    make_repository(folder, {FLOW: INJECTED, "sub/README.md": "x", "sub/.github/workflows/x.yml": INJECTED})
    _, report = analyze(folder / "sub", code=0)
    assert report["items"] == []  # what lies above is not shown
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), str(tmp_path / "bare.git"))
    _, report = analyze(tmp_path / "bare.git", code=1)
    assert len(report["items"]) == 1


def test_a_shallow_clone_is_analyzed(folder, tmp_path):
    make_repository(folder, {FLOW: CLEAN})
    write(folder, {FLOW: INJECTED})
    commit(folder)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{folder}", str(clone))
    _, report = analyze(clone, code=1)
    assert report["meta"]["notices"] == []
    _, report = analyze(clone, "--base", "HEAD~1", code=1)
    assert "fetch it: git fetch" in report["meta"]["notices"][0]


def test_a_hundred_thousand_files(folder):
    folder.mkdir()
    git(folder, "init", "--quiet")
    lines = ["commit refs/heads/main", "committer A <a@example.org> 0 +0000", "data 0", ""]
    lines += [f"M 100644 inline {FLOW}", f"data {len(INJECTED)}", INJECTED]
    owners = "* @acme/all\n/d7/ @acme/seven\n"
    lines += ["M 100644 inline CODEOWNERS", f"data {len(owners)}", owners, "M 100644 inline d0/f0", "data 1", "x"]
    blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    git(folder, "hash-object", "-w", "--stdin", data=b"")
    lines += [f"M 100644 {blob} d{n % 100}/s{n % 1000}/f{n}" for n in range(100_000)]
    git(folder, "fast-import", "--quiet", data=("\n".join(lines) + "\n").encode())
    started = time.monotonic()
    _, report = analyze(folder, "--ref", "main", code=1)
    assert time.monotonic() - started < 15
    assert len(items(report, "MD-203")) == 1


# -- the command line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rules", "MD-4009"], "there is no rule 'MD-4009' (did you mean 'MD-409'?)"),
        (["--ignore", "MD-0001"], "there is no rule 'MD-0001'"),
        (["--rules", "md-203"], "there is no rule 'md-203' (did you mean 'MD-203'?)"),
        (["--mode", "pull-request"], "did you mean pull_request?"),
        (["--format", "jsn"], "did you mean json?"),
        (["--strickt"], "did you mean --strict?"),
        (["--baseline", "/nonexistent/b.json"], "/nonexistent/b.json: cannot be read: No such file or directory"),
        (["--config", "/nonexistent/c.yml"], "/nonexistent/c.yml: cannot be read: No such file or directory"),
        (["--output", "/nonexistent/r.json"], "/nonexistent/r.json: cannot write: No such file or directory"),
    ],
)
def test_mistakes_of_the_command_line_exit_2_with_the_nearest_match(folder, words, said):
    write(folder, {FLOW: CLEAN})
    code, out, err = cli("analyze", folder, *words, home=folder.parent)
    assert (code, out) == (2, b"")
    assert said in err.decode()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"phase_mirror_baseline": 2, "findings": {}}', '{"phase_mirror_baseline": 1}']
)
def test_a_baseline_that_is_none(folder, text):
    write(folder, {FLOW: CLEAN})
    (folder.parent / "b.json").write_text(text)
    code, out, err = cli("analyze", folder, "--baseline", folder.parent / "b.json", home=folder.parent)
    assert (code, out) == (2, b"")
    assert b"baseline" in err
