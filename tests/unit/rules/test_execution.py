"""Which steps run what lies in a directory, and where an outsider's tree lies."""

from __future__ import annotations

import pytest

from phase_mirror.repository.workflows.facts import LOCAL
from phase_mirror.rules.execution import executed
from phase_mirror.rules.foreign_tree import Workspace, refuses, working_directory
from phase_mirror.rules.taint import places, runs
from workflow_harness import tree, workflow_of


def step_of(text):
    body = "\n".join(" " * 10 + line for line in text.splitlines())
    return (
        workflow_of(f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n{body}\n").jobs["a"].steps[0]
    )


def ran(script, directory=""):
    return [(act.what.strip("`"), act.path) for act in executed(step_of(script), directory)]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("make test", [("make test", "")]),
        ("make -C app test", [("make test", "app")]),
        ("cd app && make", [("make", "app")]),
        ("cd $HOME\nmake", [("make", None)]),
        ("(cd app; make)", [("make", None)]),
        ("cd a b\nmake", [("make", None)]),
        ("sudo ./x.sh --fast", [("./x.sh", "x.sh")]),
        ("scripts/x.sh", [("scripts/x.sh", "scripts/x.sh")]),
        ("/usr/bin/x; ~/x; $TOOL/x; echo ok; cat ./x", []),
        ("bash -e ci/x.sh; sh x.sh; source env.sh; . ./env", [
            ("bash ci/x.sh", "ci/x.sh"), ("sh x.sh", "x.sh"), ("source env.sh", "env.sh"), (". ./env", "env"),
        ]),
        ("bash -c 'echo'; node -e 'x'; python3 -c 'x'; python -; node; bash $FILE; ruby tool", []),
        ("node a.js\npython3 -u b.py\nbun install\nbun x y", [
            ("node a.js", "a.js"), ("python3 b.py", "b.py"), ("bun install", ""),
        ]),
        ("python -m pytest tests\npython -m pip install .\npython -m http.server\npython -m", [
            ("pytest tests", ""), ("pip install .", ""),
        ]),
        ("pip install -r requirements/dev.txt", [("pip install -r requirements/dev.txt", "requirements/dev.txt")]),
        ("pip install -e .[dev]\nuv pip install ./lib", [("pip install .[dev]", ""), ("uv pip install ./lib", "lib")]),
        ("pip install black\npip download .\npip install -t ./out black\nuv tool install x", []),
        ("npm ci; npm --prefix web run build; npm publish; npm ci --ignore-scripts", [
            ("npm ci", ""), ("npm run", "web"),
        ]),
        ("yarn; yarn --frozen-lockfile; yarn cache clean", [("yarn", ""), ("yarn", "")]),
        ("cargo test --all; cargo fmt; cargo install x", [("cargo test", "")]),
        ("go test ./...; go build; go run example.com/x@v1", [("go test", "")]),
        ("docker compose up -d; docker compose ps; docker build .", [("docker-compose up", "")]),
        ("tox -e docs; make --version", [("tox", "")]),
        ("make --directory $DIR all", [("make all", None)]),
        ("cp ../base/x.sh . ; ./x.sh; curl -o y.sh https://e; ./y.sh; echo > z.sh; ./z.sh", []),
        ("git show base:x.sh > x.sh\n./x.sh", []),
    ],
)  # fmt: skip
def test_a_command_runs_what_it_surely_runs(script, found):
    assert ran(script) == found


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("{uses: ./lint}", [("the action `./lint`", "lint")]),
        ("{uses: $/lint}", []),
        ("{uses: actions/setup-node@v4}", []),
        ("{uses: pre-commit/action@v3}", [("`pre-commit/action`", "")]),
        ("{uses: cypress-io/github-action@v6, with: {working-directory: web}}",
         [("`cypress-io/github-action`", "web")]),
        ("{uses: ruby/setup-ruby@v1}", []),
        ("{uses: ruby/setup-ruby@v1, with: {bundler-cache: true}}", [("`bundle install` of `ruby/setup-ruby`", "")]),
        ("{uses: actions/github-script@v7, with: {script: 'x = 1'}}", []),
        ("{uses: actions/github-script@v7, with: {script: [1]}}", []),
        ("""{uses: actions/github-script@v7, with: {script: "require('fs'); require('./a.js'); require('./open"}}""",
         [("the script `./a.js`", "a.js")]),
        ("""{uses: actions/github-script@v7, with: {script: "require(`${process.env.GITHUB_WORKSPACE}/b`)"}}""",
         [("the script `./b`", "b")]),
        ("{name: nothing}", []),
    ],
)  # fmt: skip
def test_an_action_runs_what_it_is_known_to_run(step, found):
    workflow = workflow_of(f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {step}\n")
    assert [(act.what, act.path) for act in executed(workflow.jobs["a"].steps[0], "")] == found


def foreign(steps, event="issue_comment", top=""):
    """Return what each act runs and whose tree it lies in."""
    text = f"on: {event}\n{top}jobs:\n  a:\n    runs-on: x\n    steps:\n" + "".join(
        f"      - {step}\n" for step in steps
    )
    snapshot = tree({"a.yml": text})
    (run,) = runs(snapshot)
    workspace, found = Workspace(), []
    for place in places(snapshot, run):
        found += [(act.what.strip("`"), held.words) for act, held in workspace.follow(place, working_directory(place))]
    return found


HEAD = "the head of a pull request"
OWN = "{uses: actions/checkout@v4, with: {path: own}}"


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (["run: make"], []),
        (["run: gh pr checkout 1 && make"], [("make", HEAD)]),
        (["run: make; gh pr checkout 1"], []),
        (["run: git pull origin pull/1/head; make"], [("make", HEAD)]),
        (["run: git fetch origin +refs/pull/1/merge; make"], []),
        (["run: git fetch origin pull/1/merge; git checkout FETCH_HEAD; make"], [("make", HEAD)]),
        (["run: git checkout main; make"], []),
        (["run: gh pr checkout 1", "run: git switch main; make"], []),
        (["run: gh pr checkout 1", "uses: actions/checkout@v4", "run: make"], []),
        (["run: gh pr checkout 1", OWN, "{run: make, working-directory: own}"], []),
        (["run: gh pr checkout 1", "{run: make, working-directory: '${{ inputs.x }}'}"], [("make", HEAD)]),
        (["run: gh pr checkout 1", OWN, "{run: make, working-directory: $X}"], []),
        (["run: gh pr checkout 1", "{uses: actions/checkout@v4, with: {path: $X}}", "run: make"], []),
        (["{uses: actions/download-artifact@v4, with: {path: out, run-id: '7'}}", "run: out/x"], []),
        (["{uses: actions/download-artifact@v4, with: {path: out}}", "run: out/x"], []),
        (["{uses: actions/checkout@v4, with: {ref: [1]}}", "run: make"], []),
    ],
)  # fmt: skip
def test_the_innermost_and_latest_tree_counts(steps, found):
    assert foreign(steps) == found


def test_the_working_directory_of_a_job_and_a_workflow_count():
    top = "defaults: {run: {working-directory: pr}}\n"
    checkout = "{uses: actions/checkout@v4, with: {path: pr, ref: 'refs/pull/${{ github.event.issue.number }}/head'}}"
    assert foreign([checkout, "run: make"], top=top) == [("make", "the head of the pull request")]
    assert foreign([checkout, "run: make"]) == []


HASH = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"


@pytest.mark.parametrize(
    ("uses", "event", "refused"),
    [
        ("actions/checkout@v4", "pull_request_target", True),
        ("actions/checkout@v2", "workflow_run", True),
        ("actions/checkout@main", "pull_request_target", True),
        ("actions/checkout@v1", "pull_request_target", False),
        ("actions/checkout@v4", "issue_comment", False),
        ("actions/checkout@v4.2.2", "pull_request_target", False),
        ("actions/checkout@v4.4.0", "pull_request_target", True),
        ("actions/checkout@v6.0.3", "pull_request_target", False),
        ("actions/checkout@v6.1", "pull_request_target", True),
        ("actions/checkout@v8.0.0", "pull_request_target", True),
        ("actions/checkout@some-branch", "pull_request_target", None),
        (f"actions/checkout@{HASH}", "pull_request_target", None),
        (f"actions/checkout@{HASH} # v4", "pull_request_target", None),
        (f"actions/checkout@{HASH} # v4.2.2", "pull_request_target", False),
        (f"actions/checkout@{HASH} # v7", "pull_request_target", True),
        ("actions/checkout@v7\n        with: {allow-unsafe-pr-checkout: true}", "pull_request_target", False),
        (
            "actions/checkout@v7\n        with: {allow-unsafe-pr-checkout: '${{ inputs.x }}'}",
            "pull_request_target",
            None,
        ),
    ],
)
def test_a_release_of_checkout_refuses_the_code_of_forks(uses, event, refused):
    snapshot = tree({"a.yml": f"on: {event}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {uses}\n"})
    (run,) = runs(snapshot)
    (place,) = places(snapshot, run)
    assert refuses(place) is refused


def test_steps_of_a_parallel_group_are_steps():
    workflow = workflow_of(
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: one\n      - parallel:\n"
        "          - run: two\n          - uses: ./three\n      - run: four\n"
    )
    steps = workflow.jobs["a"].steps
    assert [step.number for step in steps] == [0, 1, 2, 3]
    assert steps[2].reference.kind == LOCAL
