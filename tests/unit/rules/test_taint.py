"""How what an outsider writes travels to a step."""

from __future__ import annotations

import textwrap

import pytest

from phase_mirror.rules.gating import Access
from phase_mirror.rules.taint import places, runs
from phase_mirror.rules.untrusted import flows
from workflow_harness import tree


def reaching(text, **files):
    """Return what the last step's `run` gives away: the paths with their certainty."""
    snapshot = tree({"a.yml": textwrap.dedent(text), **files})
    found = []
    for run in runs(snapshot):
        for place in places(snapshot, run):
            script = place.step.run
            if script is None or "LAST" not in script.value:
                continue
            for _, _, inner in flows(script.value):
                found += [(s.text.path, s.certain) for flow in inner for s in place.scope.sources(flow)]
    return found


TITLE = "${{ github.event.issue.title }}"


@pytest.mark.parametrize(
    ("where", "step"),
    [
        ("", f"{{run: 'LAST ${{{{ env.T }}}}', env: {{T: '{TITLE}'}}}}"),
        (f"    env: {{T: '{TITLE}'}}\n", "{run: 'LAST ${{ env.t }}'}"),
    ],
)
def test_the_environment_of_a_step_and_of_a_job_carries_it(where, step):
    text = f"on: issues\njobs:\n  a:\n    runs-on: x\n{where}    steps:\n      - {step}\n"
    assert reaching(text) == [("github.event.issue.title", True)]


def test_an_inner_variable_hides_an_outer_one():
    text = f"""
    on: issues
    env: {{T: '{TITLE}'}}
    jobs:
      a:
        runs-on: x
        env: {{T: fixed}}
        steps:
          - run: LAST ${{{{ env.T }}}} ${{{{ env.OTHER }}}}
    """
    assert reaching(text) == []


@pytest.mark.parametrize(
    "script",
    [
        f'echo "t={TITLE}" >> "$GITHUB_OUTPUT"',
        f"echo t={TITLE} >> $GITHUB_OUTPUT",
        f'echo "::set-output name=t::{TITLE}"',
    ],
)
def test_an_output_that_a_step_plainly_assigns_carries_it(script):
    text = f"on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - id: s\n        run: |\n          {script}\n"
    text += "      - run: LAST ${{ steps.s.outputs.t }} ${{ steps.s.outputs.u }} ${{ steps.z.outputs.t }}\n"
    assert reaching(text) == [("github.event.issue.title", False)]


def test_an_output_made_of_something_else_carries_nothing():
    text = (
        "on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {id: s, run: echo t=$(date) >> $GITHUB_OUTPUT}\n"
    )
    assert reaching(text + "      - run: LAST ${{ steps.s.outputs.t }}\n") == []


@pytest.mark.parametrize(
    "step",
    [
        "uses: xt0rted/pull-request-comment-branch@v2",
        "{uses: actions/github-script@v7, with: {script: \"core.setOutput('head_sha', pr.data.head.sha)\"}}",
        "run: echo head_sha=$(gh pr view 1 --json headRefOid) >> $GITHUB_OUTPUT",
    ],
)
def test_a_head_commit_that_is_looked_up_is_an_outsiders(step):
    step = step if step.startswith("{") else "{" + step.replace('"', "'") + "}"
    text = f"on: issue_comment\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {step[:1]}id: s, {step[1:]}\n"
    text += "      - run: LAST ${{ steps.s.outputs.head_sha }} ${{ steps.s.outputs.other }}\n"
    assert reaching(text) == [("steps.s.outputs.head_sha", False)]


CALLED = "on: {workflow_call: {inputs: {t: {type: string}}}}\njobs:\n  b:\n    runs-on: x\n    steps:\n"


def test_an_input_of_a_called_workflow_carries_it_and_the_callers_environment_does_not():
    text = f"on: issues\nenv: {{T: '{TITLE}'}}\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"
    text += f"    with: {{t: '{TITLE}'}}\n"
    called = CALLED + "      - run: LAST ${{ inputs.t }} ${{ env.T }} ${{ inputs.u }}\n"
    assert reaching(text, **{"b.yml": called}) == [("github.event.issue.title", True)]


def test_an_own_action_sees_inputs_and_the_variables_of_its_caller():
    text = f"on: issues\nenv: {{T: '{TITLE}'}}\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    text += f"      - uses: ./act\n        with: {{t: '{TITLE}'}}\n"
    action = (
        "runs:\n  using: composite\n  steps:\n    - run: LAST ${{ inputs.t }} ${{ env.T }} ${{ needs.a.outputs.b }}\n"
    )
    assert reaching(text, **{"act/action.yml": action}) == [("github.event.issue.title", True)] * 2


def test_calls_in_a_circle_end():
    again = "on: [issues, workflow_call]\njobs:\n  a:\n    uses: ./.github/workflows/a.yml\n"
    action = "runs:\n  using: composite\n  steps:\n    - uses: ./act\n    - run: LAST\n"
    assert reaching(again) == []
    text = "on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: ./act\n"
    assert reaching(text, **{"act/action.yml": action}) == []


def test_closed_jobs_and_steps_are_not_reached():
    text = """
    on: [issues, push]
    jobs:
      a: {runs-on: x, if: github.actor == 'me', steps: [{run: LAST}]}
      b:
        runs-on: x
        steps:
          - {run: one, if: github.actor == 'me'}
          - {run: two}
    """
    snapshot = tree({"a.yml": textwrap.dedent(text)})
    found = [(place.step.run.value, place.access) for run in runs(snapshot) for place in places(snapshot, run)]
    assert found == [("two", Access.OPEN)]
