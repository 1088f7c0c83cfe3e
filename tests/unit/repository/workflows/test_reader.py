"""What is read of workflows and local actions, and what GitHub would refuse."""

import pytest

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.yaml import read_yaml
from phase_mirror.repository.workflows.facts import LOCAL, REMOTE
from phase_mirror.repository.workflows.reader import inputs_of, read_action, read_workflow
from workflow_harness import CI, tree, workflow_of

WORKFLOW = """
name: CI
on:
  pull_request:
    branches: [main]
  push:
jobs:
  test:
    name: Tests
    needs: [lint, build]
    if: github.actor != 'x'
    strategy: {matrix: {v: [1]}}
    steps:
      - uses: actions/checkout@v4
      - id: run
        run: make
        if: always()
        continue-on-error: true
      - name: Set up
        uses: ./.github/actions/setup
        with: {Version: 3, empty: }
      - not a step
      - uses: ${{ vars.action }}
        continue-on-error: ${{ matrix.v }}
  call:
    needs: test
    uses: acme/app/.github/workflows/x.yml@v1
  broken: 1
"""


def unreadable(files, path=CI):
    """Return why a file of a tree is unreadable."""
    snapshot = tree(files)
    assert path not in snapshot.workflows
    return snapshot.unreadable[path]


def test_a_workflow_has_its_name_triggers_and_jobs():
    workflow = workflow_of(WORKFLOW)
    assert workflow.title == workflow.name.value == "CI"
    assert list(workflow.triggers) == ["pull_request", "push"]
    assert workflow.triggers["push"].node is None
    assert workflow.triggers["pull_request"].node.get("branches") is not None
    assert list(workflow.jobs) == ["test", "call"]


def test_a_job_has_its_name_needs_condition_matrix_and_steps():
    job = workflow_of(WORKFLOW).jobs["test"]
    assert (job.id, job.key.value, job.name.value) == ("test", "test", "Tests")
    assert [need.value for need in job.needs] == ["lint", "build"]
    assert job.condition == "github.actor != 'x'"
    assert job.matrix is not None
    assert [step.number for step in job.steps] == [0, 1, 2, 3]
    assert [step.label for step in job.steps] == ["actions/checkout", "run", "Set up", "${{ vars.action }}"]
    assert job.uses is None


def test_a_step_has_its_action_script_inputs_and_tolerance():
    checkout, run, setup, dynamic = workflow_of(WORKFLOW).jobs["test"].steps
    assert (checkout.reference.slug, checkout.reference.kind, checkout.run) == ("actions/checkout", REMOTE, None)
    assert (run.id, run.run.value, run.condition, run.tolerated) == ("run", "make", "always()", True)
    assert setup.reference.kind == LOCAL
    assert (setup.input("version"), setup.input("empty"), setup.input("other")) == ("3", None, None)
    assert checkout.input("version") is None
    assert checkout.tolerated is False
    assert (dynamic.reference, dynamic.tolerated, dynamic.id) == (None, None, "")


def test_a_caller_has_the_workflow_it_calls():
    job = workflow_of(WORKFLOW).jobs["call"]
    assert job.reference.is_workflow
    assert job.steps == ()
    assert [need.value for need in job.needs] == ["test"]


def test_positions_are_those_of_the_source():
    workflow = workflow_of(WORKFLOW)
    assert str(workflow.span(workflow.jobs["test"].name)) == f"{CI}:9:11"


@pytest.mark.parametrize(
    ("on", "events"),
    [
        ("push", ["push"]),
        ("[push, pull_request]", ["push", "pull_request"]),
        ("{push: , 'schedule': [{cron: x}]}", ["push", "schedule"]),
    ],
)
def test_on_is_a_key_whatever_its_form(on, events):
    workflow = workflow_of(f"on: {on}\njobs: {{a: {{}}}}")
    assert list(workflow.triggers) == events
    assert workflow.title == CI


@pytest.mark.parametrize("key", ["'on'", '"on"'])
def test_on_may_be_quoted(key):
    assert list(workflow_of(f"{key}: push\njobs: {{a: {{}}}}").triggers) == ["push"]


def test_anchors_and_aliases_work():
    workflow = workflow_of("on: push\njobs:\n  a: &a {steps: &s [{run: x}]}\n  b: *a\n  c: {steps: *s}\n")
    assert [job.steps[0].run.value for job in workflow.jobs.values()] == ["x", "x", "x"]


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("- a", "not a workflow: the file is not a mapping", 1),
        ("", "not a workflow: the file is not a mapping", 1),
        ("on: push", "not a workflow: it has no jobs", 1),
        ("on: push\njobs: {}", "not a workflow: it has no jobs", 1),
        ("on: push\njobs: []", "not a workflow: it has no jobs", 1),
        ("jobs: {a: {}}", "not a workflow: it has no 'on', so no event triggers it", 1),
        ("on:\njobs: {a: {}}", "not a workflow: it has no 'on', so no event triggers it", 1),
        ("true: push\njobs: {a: {}}", "not a workflow: it has no 'on', so no event triggers it", 1),
        ("on: push\njobs: {a: {}}\non: pull_request", "the key 'on' stands twice, first on line 1", 3),
        ("on: push\njobs: {}\nJobs: {a: {}}", "not a workflow: it has no jobs", 1),
        (
            "on: push\nenv: {a: 1}\nEnv: {b: 1}\njobs: {a: {}}",
            "the key 'Env' stands twice for GitHub: 'env' is on line 2",
            3,
        ),
        ("on: push\njobs: {a: {env: {A: 1, a: 2}}}", "the key 'a' stands twice for GitHub: 'A' is on line 2", 2),
        ("on: push\njobs: {a: {}, A: {}}", "the key 'A' stands twice for GitHub: 'a' is on line 2", 2),
        (
            "x: &x {a: 1}\non: push\njobs:\n  a:\n    <<: *x\n",
            "merge keys (<<) are not supported by GitHub, the workflow is invalid",
            5,
        ),
        ("on: push\njobs: {a: {}}\n---\non: push\n", "a second YAML document in one file", 3),
        ("on: [push\n", "not valid YAML: did not find expected ',' or ']'", 2),
    ],
)
def test_what_github_refuses_is_unreadable_with_its_place(text, why, line):
    found = unreadable({"ci.yml": text})
    assert (found.reason, found.line) == (why, line)


def test_a_merge_key_makes_a_workflow_unreadable_whoever_reads_it_first():
    snapshot = tree({"ci.yml": "x: &x {a: 1}\non: push\njobs: {a: {<<: *x}}\n"})
    assert snapshot.document(CI) is None
    assert snapshot.workflows == {}


def test_merge_keys_work_in_other_files():
    snapshot = tree({"sub/a.yml": "x: &x {a: 1}\ny: {<<: *x}\n"})
    assert snapshot.document("sub/a.yml").root.get("y", "a").value == "1"
    assert snapshot.unreadable == {}


def test_one_unreadable_workflow_leaves_the_others():
    snapshot = tree({"ci.yml": "[", "ok.yaml": "on: push\njobs: {a: {}}"})
    assert list(snapshot.workflows) == [".github/workflows/ok.yaml"]


def test_an_action_has_its_steps():
    text = "runs:\n  using: composite\n  steps:\n    - run: x\n    - uses: a/b@v1\n"
    action = read_action(read_yaml("tools/x/action.yml", text))
    assert (action.directory, action.using, [step.label for step in action.steps]) == (
        "tools/x",
        "composite",
        ["run", "a/b"],
    )
    assert str(action.span(action.steps[0].run)) == "tools/x/action.yml:4:12"


def test_an_action_at_the_root_and_one_without_steps():
    action = read_action(read_yaml("action.yml", "runs: {using: node20, main: index.js}"))
    assert (action.directory, action.using, action.steps) == ("", "node20", ())
    assert read_action(read_yaml("action.yml", "runs: {}")).using == ""


@pytest.mark.parametrize("text", ["", "[]", "name: x", "runs: docker"])
def test_what_is_no_action_is_refused(text):
    with pytest.raises(UnreadableError, match="not an action: it has no 'runs'"):
        read_action(read_yaml("action.yml", text))


def test_inputs_are_those_of_an_event():
    workflow = read_workflow(
        read_yaml(CI, "on: {workflow_call: {inputs: {a: {type: string}, b: }}, push: }\njobs: {a: {}}")
    )
    assert [key.value for key, _ in inputs_of(workflow, "workflow_call")] == ["a", "b"]
    assert inputs_of(workflow, "workflow_dispatch") == []
    assert inputs_of(workflow, "push") == []
