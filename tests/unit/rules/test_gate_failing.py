"""What a step means for the colour of its job."""

from __future__ import annotations

import pytest

from gate_harness import tree
from phase_mirror.rules.failing import Weight, judged_steps

PATH = ".github/workflows/ci.yml"


def judged(steps, *, event="pull_request", job="runs-on: ubuntu-latest", top=""):
    """Return what each step of one job means."""
    body = "".join(f"      - {step}\n" for step in steps)
    files = {PATH: f"on: pull_request\n{top}jobs:\n  test:\n    {job}\n    steps:\n{body}"}
    workflow = tree(files).workflows[PATH]
    return judged_steps(workflow, workflow.jobs["test"], event)


def weight(script, **setting):
    """Return what a script means."""
    text = "|\n" + "".join(f"          {line}\n" for line in script.splitlines())
    (only,) = judged([f"run: {text}"], **setting)
    return only.weight


@pytest.mark.parametrize(
    "script",
    [
        "make test",
        "make lint && make test",
        "make lint || make test",
        "make lint || exit 1",
        "make lint || { echo failed; exit 1; }",
        "make test | tee log",
        "true || make test",
        "(make test)",
        "exit 1",
        "exit -1",
        "exit $status",
        "[ -f file ]",
        "test -f file && echo there",
        "if make test; then exit 1; fi",
        'version=$(./version)\necho "$version"',
        "version=`./version`",
        "set +e\nmake test",
        "set +e\nmake test\nexit $?",
        "set +e\nmake clean\nset -e\nmake test\necho done",
        "set +o errexit\nset -o errexit\nmake test\necho done",
        "eval $COMMAND || true",
        "trap 'exit 0' ERR\nmake test || true",
        ". ./environment || true",
        "case $x in a) make test;; esac",
        "$COMMAND",
        "${{ inputs.command }}",
        "pip install . && true",
        "echo 'never closed",
        "for shard in 1 2; do make test; done",
    ],
)
def test_a_script_that_may_fail_decides(script):
    assert weight(script) is Weight.DECIDES


@pytest.mark.parametrize(
    "script",
    [
        "make test || true",
        "make test || :",
        "make test || echo failed",
        "make test || exit 0",
        "make lint && make test || true",
        "make test | tee log || true",
        "{ make lint; make test; } || true",
        "( make lint && make test ) || true",
        "set +e\nmake test\necho done",
        "set +o errexit\nmake test\ntrue",
        "set +ex\nmake test\nexit 0",
        "sudo make test || true",
        "npm ci\nnpm test || true",
    ],
)
def test_a_script_whose_failure_is_hidden_is_tolerated(script):
    assert weight(script) is Weight.TOLERATED


@pytest.mark.parametrize(
    "script",
    [
        "echo done",
        "printf '%s\\n' done >> file",
        "true",
        "# nothing",
        "exit 0",
        "set -euo pipefail\necho done",
        "export A=1\necho $A",
        'if [ "$A" = 1 ]; then echo one; else echo other; fi',
        "if [[ $A == 1 ]] && [[ $B == 2 ]]; then\n  echo both\n  exit 0\nfi",
        'if ! [ "$A" = 1 ]; then\n  echo no\nelif grep -q x file; then\n  echo x\nfi',
        'echo "$(make test)"',
    ],
)
def test_a_script_that_cannot_fail_prints(script):
    assert weight(script) is Weight.PRINTS


@pytest.mark.parametrize(
    "script",
    ["npm ci", "pip install --upgrade tox", "sudo apt-get install -y jq", "mkdir -p build\ncd build", "uv sync"],
)
def test_an_installation_prepares(script):
    assert weight(script) is Weight.INSTALLS


def test_an_installation_of_the_tree_itself_decides():
    assert weight("pip install -e .") is Weight.DECIDES
    assert weight("pip install ./plugin") is Weight.DECIDES


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("uses: actions/checkout@v4", Weight.PREPARES),
        ("uses: actions/setup-node@v4", Weight.PREPARES),
        ("uses: docker/setup-buildx-action@v3", Weight.PREPARES),
        ("uses: pnpm/action-setup@v4", Weight.PREPARES),
        ("uses: step-security/harden-runner@v2", Weight.PREPARES),
        ("uses: ./.github/actions/setup", Weight.PREPARES),
        ("uses: ./.github/actions/test", Weight.DECIDES),
        ("uses: actions/dependency-review-action@v4", Weight.DECIDES),
        ("uses: acme/checkout@v1", Weight.DECIDES),
        ("uses: docker://alpine:3", Weight.DECIDES),
        ("uses: ${{ inputs.action }}", Weight.DECIDES),
    ],
)
def test_an_action_decides_unless_it_is_known_to_prepare(step, expected):
    (only,) = judged([step])
    assert only.weight is expected


def test_continue_on_error_hides_a_failure_where_it_says_so_plainly():
    steps = judged(
        [
            "{run: make test, continue-on-error: true}",
            "{run: make test, continue-on-error: '${{ matrix.new }}'}",
            "{run: make test, continue-on-error: false}",
            "{run: echo done, continue-on-error: true}",
            "{uses: acme/scan@v1, continue-on-error: true}",
        ]
    )
    weights = [each.weight for each in steps]
    assert weights == [Weight.TOLERATED, Weight.DECIDES, Weight.DECIDES, Weight.PRINTS, Weight.TOLERATED]
    assert steps[0].why == "`continue-on-error`"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("github.event_name == 'push'", Weight.IDLE),
        ("false", Weight.IDLE),
        ("failure()", Weight.IDLE),
        ("${{ failure() }}", Weight.IDLE),
        ("cancelled()", Weight.IDLE),
        ("failure() && steps.a.outcome == 'failure'", Weight.DECIDES),
        ("always()", Weight.DECIDES),
        ("github.event_name == 'pull_request'", Weight.DECIDES),
        ("what ever", Weight.DECIDES),
    ],
)
def test_a_step_that_does_not_run_is_idle(condition, expected):
    (only,) = judged([f'{{if: "{condition}", run: make test}}'])
    assert only.weight is expected


def test_a_step_after_a_failure_may_speak_of_the_jobs_that_are_needed():
    (only,) = judged(["{if: failure(), run: exit 1}"], job="runs-on: ubuntu-latest\n    needs: other")
    assert only.weight is Weight.DECIDES


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"job": "runs-on: windows-latest"}, Weight.DECIDES),
        ({"job": "runs-on: [self-hosted, linux]"}, Weight.PRINTS),
        ({"job": "runs-on: ${{ matrix.os }}"}, Weight.DECIDES),
        ({"job": "name: test"}, Weight.DECIDES),
        ({"job": "runs-on: windows-latest\n    defaults: {run: {shell: bash}}"}, Weight.PRINTS),
        ({"top": "defaults: {run: {shell: pwsh}}\n"}, Weight.DECIDES),
        ({"top": "defaults: {run: {shell: sh}}\n"}, Weight.PRINTS),
        ({"top": "defaults: {run: {working-directory: src}}\n"}, Weight.PRINTS),
    ],
)
def test_a_script_is_read_where_the_shell_is_known(setting, expected):
    assert weight("echo done", **setting) is expected


def test_the_words_that_hide_a_failure_are_named():
    (only,) = judged(["run: npm audit || echo found"])
    assert only.why == "`|| echo found`"
