"""How a required check that nobody reports is explained."""

from __future__ import annotations

import pytest

from gate_harness import tree
from phase_mirror.repository.workflows.checks import checks_of
from phase_mirror.repository.workflows.reach import Occasion
from phase_mirror.rules.near_check import nearest_check

CALLED = ".github/workflows/called.yml"


def near(name, jobs, *, on="pull_request", called="", taken=(), others=""):
    """Return the explanation of a name by the jobs of a workflow called CI."""
    files = {".github/workflows/ci.yml": f"name: CI\non: {on}\njobs:\n{jobs}"}
    if called:
        files[CALLED] = f"name: Called\non: workflow_call\njobs:\n{called}"
    if others:
        files[".github/workflows/0.yml"] = others
    checks = checks_of(tree(files, branch="main"), Occasion.PULL_REQUEST, "main")
    return nearest_check(name, checks, taken)


CALL = f"  checks: {{uses: ./{CALLED}}}\n"
MATRIX = "  test: {runs-on: x, strategy: {matrix: {v: [1, 2]}}, steps: []}\n"


@pytest.mark.parametrize(
    ("name", "jobs", "called", "kind"),
    [
        ("test", "  test: {name: Unit tests, runs-on: x, steps: []}\n", "", "job-id"),
        ("kcov", "  kcov: {name: Coverage / kcov, runs-on: x, steps: []}\n", "", "job-id"),
        ("checks / lint", CALL, "  lint: {name: Style / all, runs-on: x, steps: []}\n", "job-id"),
        ("checks", CALL, "  lint: {runs-on: x, steps: []}\n", "callee"),
        ("checks", "  checks: {uses: acme/flows/.github/workflows/a.yml@v1}\n", "", "callee"),
        ("checks / lint", CALL, "  lint: {name: Style, runs-on: x, steps: []}\n", "job-id"),
        ("Test", "  test: {runs-on: x, steps: []}\n", "", "case"),
        ("CI / test", "  test: {runs-on: x, steps: []}\n", "", "workflow-prefix"),
        ("Called / lint", CALL, "  lint: {runs-on: x, steps: []}\n", "workflow-prefix"),
        ("lint", CALL, "  lint: {runs-on: x, steps: []}\n", "caller-prefix"),
        ("checks / test", "  test: {runs-on: x, steps: []}\n", "", "caller-prefix"),
        ("test", MATRIX, "", "matrix-suffix"),
        ("test (1)", "  test: {runs-on: x, steps: []}\n", "", "matrix-suffix"),
        ("test (3)", MATRIX, "", "matrix-value"),
        ("tests", "  test: {runs-on: x, steps: []}\n", "", "renamed"),
    ],
)
def test_each_kind_of_slip_is_named(name, jobs, called, kind):
    found = near(name, jobs, called=called)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("name", "jobs"),
    [
        ("deploy", "  test: {runs-on: x, steps: []}\n"),
        ("test (1", "  test: {runs-on: x, steps: []}\n"),
        ("x" * 500, "  test: {runs-on: x, steps: []}\n"),
        ("tests", "  test: {name: '${{ vars.NAME }}', runs-on: x, steps: []}\n"),
    ],
)
def test_what_is_not_near_is_not_explained(name, jobs):
    assert near(name, jobs) is None


def test_brackets_in_a_name_are_not_a_suffix():
    jobs = "  test: {name: Test (all), runs-on: x, strategy: {matrix: {v: [1]}}, steps: []}\n"
    assert near("Test", jobs) is None
    found = near("Test (all)", jobs)
    assert found is not None
    assert found.kind == "matrix-suffix"


def test_a_job_that_is_required_itself_was_not_renamed():
    jobs = "  test: {runs-on: x, steps: []}\n"
    assert near("tests", jobs, taken=["test"]) is None


def test_a_job_that_starts_is_nearer_than_one_that_does_not():
    others = "name: A\non: workflow_dispatch\njobs:\n  test: {name: Elsewhere, runs-on: x, steps: []}\n"
    found = near("test", "  test: {name: Here, runs-on: x, steps: []}\n", others=others)
    assert found is not None
    assert found.check.name.literal == "Here"


def test_the_most_alike_name_wins():
    jobs = "  integration: {runs-on: x, steps: []}\n  integration-tests: {runs-on: x, steps: []}\n"
    found = near("integration-test", jobs)
    assert found is not None
    assert found.check.name.literal == "integration-tests"
