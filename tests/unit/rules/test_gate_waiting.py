"""What a job that waits for others makes of their results."""

from __future__ import annotations

import pytest

from gate_harness import tree
from phase_mirror.rules.waiting import needed_jobs, reads_of, runs_after, sums_up

PATH = ".github/workflows/ci.yml"
OTHERS = (
    "  lint: {runs-on: x, steps: []}\n  test: {runs-on: x, needs: lint, steps: []}\n  build: {runs-on: x, steps: []}\n"
)


def workflow(text, *, needs="[test, build]"):
    """Return a workflow with a job `green` that needs others."""
    body = f"on: pull_request\njobs:\n{OTHERS}  green:\n    needs: {needs}\n    runs-on: x\n{text}"
    return tree({PATH: body}).workflows[PATH]


def green(text, **setting):
    return workflow(text, **setting).jobs["green"]


def with_condition(condition):
    return green(f"    if: {condition}\n    steps: []\n")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("always()", True),
        ("${{ always() }}", True),
        ("'${{ !cancelled() }}'", True),
        ("failure()", True),
        ("success() || failure()", True),
        ("always() && github.event_name == 'pull_request'", True),
        ("always() && github.event_name == 'push'", False),
        ("github.event_name == 'pull_request'", False),
        ("'${{ !failure() && !cancelled() }}'", False),
        ("always() && needs.test.result == 'success'", False),
        ("always() && needs.test.result != 'failure'", False),
        ("always() && needs.build.result == 'success'", None),
        ("\"${{ always() && !contains(needs.*.result, 'failure') }}\"", False),
        ("always() && contains(needs.*.result, 'failure')", True),
        ("always() && contains(needs.*.result, 'cancelled')", None),
        ("always() && contains(needs.*.result)", None),
        ("always() && needs.test.outputs.run == 'true'", None),
        ("always() && (needs.build.result == 'skipped' || success())", None),
        ("always() && !(needs.build.result == 'skipped')", None),
        ("always() && what ever", None),
        ("before ${{ always() }}", None),
        ("''", False),
    ],
)
def test_whether_a_job_runs_after_a_failure_hangs_on_its_condition(condition, expected):
    flow = workflow(f"    if: {condition}\n    steps: []\n")
    assert runs_after(flow.jobs["green"], flow.jobs["test"], "pull_request") is expected


def test_a_job_without_condition_does_not_run_after_a_failure():
    flow = workflow("    steps: []\n")
    assert runs_after(flow.jobs["green"], flow.jobs["test"], "pull_request") is False


def test_a_job_further_back_fails_without_a_result_of_its_own():
    flow = workflow("    if: always() && needs.test.result == 'success'\n    steps: []\n")
    assert runs_after(flow.jobs["green"], flow.jobs["lint"], "pull_request") is None


def test_needed_jobs_are_found_through_others():
    flow = workflow("    steps: []\n", needs="[test, gone]")
    assert list(needed_jobs(flow, flow.jobs["green"])) == ["test", "lint"]


def test_a_circle_of_needs_ends():
    flow = tree(
        {PATH: "on: push\njobs:\n  a: {runs-on: x, needs: b, steps: []}\n  b: {runs-on: x, needs: a, steps: []}\n"}
    )
    jobs = flow.workflows[PATH].jobs
    assert list(needed_jobs(flow.workflows[PATH], jobs["a"])) == ["b"]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{if: needs.test.result == 'failure', run: exit 1}", [("test", "result", True)]),
        ("{if: needs.test.result != 'success', run: exit 1}", [("test", "result", False)]),
        ("{if: \"contains(needs.*.result, 'failure')\", run: exit 1}", [("*", "result", True)]),
        ("{if: \"contains(needs.test.result, 'failure')\", run: exit 1}", [("test", "result", True)]),
        (
            "{if: needs.a.result == 'failure' || needs.b.result == 'cancelled', run: exit 1}",
            [("b", "result", True), ("a", "result", True)],
        ),
        ("{run: 'test \"${{ needs.test.result }}\" = success'}", [("test", "result", False)]),
        ("{run: 'test \"${{ needs.test.result }}\" = failure'}", [("test", "result", True)]),
        ("{run: '[[ ${{ needs.test.result }} == \"cancelled\" ]]'}", [("test", "result", True)]),
        ("{run: 'echo ${{ toJSON(needs) }}'}", [("", "", False)]),
        ("{run: 'echo ${{ needs.test.outputs.version }}'}", [("test", "outputs", False)]),
        ("{run: 'echo needs nothing'}", []),
        ("{run: 'echo ${{ needs. }}'}", []),
        ("{run: 'echo ${{ github.needs }}'}", []),
    ],
)
def test_the_reads_of_a_job_are_found_in_its_texts(step, expected):
    job = green(f"    steps:\n      - {step}\n")
    found = [(read.other, read.part, read.awaits_failure) for read in reads_of(job)]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{run: 'test ${{ needs.test.result }} = success'}", True),
        ("{run: 'jq . <<< ''${{ toJSON(needs) }}'''}", True),
        ("{uses: re-actors/alls-green@v1}", True),
        ("{run: 'echo ${{ needs.test.outputs.version }}'}", False),
        ("{run: make test}", False),
    ],
)
def test_a_job_that_reads_results_sums_up(step, expected):
    assert sums_up(green(f"    steps:\n      - {step}\n")) is expected
