"""Every `uses:` with its comment; which local actions are the repository's own; what looks like a version."""

import pytest

from phase_mirror.repository.workflows.uses import is_version, use_sites
from rule_harness import snapshot_of
from workflow_harness import tree

ACTION = "name: a\nruns:\n  using: composite\n  steps:\n    - uses: {uses}\n"


def workflow(*uses):
    steps = "".join(f"      - uses: {each}\n" for each in uses)
    return f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}"


def sites(*uses):
    return list(use_sites(tree({".github/workflows/a.yml": workflow(*uses)})))


@pytest.mark.parametrize(
    ("use", "comment"),
    [
        ("a/b@v1 # v1.2.3", "v1.2.3"),
        ("a/b@v1   #v1 # twice", "v1 # twice"),
        ('"a/b@v1" # quoted', "quoted"),
        ("a/b@v1", ""),
        ("a/b@v1#no", ""),
    ],
)
def test_the_comment_behind_a_use_is_read(use, comment):
    (site,) = sites(use)
    assert site.comment == comment
    assert (site.comment_span == site.span) is (comment == "")


def test_a_comment_span_begins_at_its_mark_and_ends_with_its_text():
    (site,) = sites("a/b@v1 # v1.2  ")
    span = site.comment_span
    assert site.document.line(span.line)[span.column - 1 : span.end_column - 1] == "# v1.2"


def test_steps_callers_and_own_actions_are_all_found():
    caller = "on: push\njobs:\n  c:\n    uses: a/flows/.github/workflows/x.yml@v1\n"
    files = {
        ".github/workflows/a.yml": workflow("a/b@v1", "${{ x }}"),
        ".github/workflows/b.yml": caller,
        ".github/actions/x/action.yml": ACTION.format(uses="a/c@v1"),
    }
    found = [(site.action, site.locator, type(site.node).__name__) for site in use_sites(tree(files))]
    assert found == [
        ("a/b", "jobs.a.steps[a/b].uses", "Mapping"),
        ("a/flows/.github/workflows/x.yml", "jobs.c.uses", "Mapping"),
        ("a/c", "runs.steps[a/c].uses", "Mapping"),
    ]


def test_an_action_elsewhere_is_own_only_when_something_own_uses_it():
    files = {
        ".github/workflows/a.yml": workflow("./tools/x"),
        "action.yml": ACTION.format(uses="a/b@v1"),
        "tools/x/action.yml": ACTION.format(uses="./tools/y"),
        "tools/y/action.yaml": ACTION.format(uses="./tools/x"),
        "tests/data/action.yml": ACTION.format(uses="a/b@v1"),
    }
    assert list(snapshot_of({path: text.encode() for path, text in files.items()}).actions) == [
        "action.yml",
        "tools/x/action.yml",
        "tools/y/action.yaml",
    ]


@pytest.mark.parametrize("ref", ["v1", "1", "v1.2", "1.2.3", "v1.0.0-rc.1", "release/v1", "1.2.3+build"])
def test_version_tags_look_like_versions(ref):
    assert is_version(ref)


@pytest.mark.parametrize("ref", ["main", "v", "stable", "", "version-1"])
def test_other_refs_do_not_look_like_versions(ref):
    assert not is_version(ref)
