"""What a job holds: its token along calls, and the secrets it reads."""

from __future__ import annotations

import pytest

from phase_mirror.rules.authority import authority_of, secrets_in
from phase_mirror.rules.taint import runs
from workflow_harness import tree


def held(top, job="", on="pull_request_target", **files):
    text = f"on: {on}\n{top}jobs:\n  a:\n    runs-on: x\n{job}    steps:\n      - run: make\n"
    return authority_of(runs(tree({"a.yml": text, **files}))[-1])


@pytest.mark.parametrize(
    ("top", "job", "words"),
    [
        ("", "", "a token whose permissions the repository's settings decide"),
        ("permissions: {}\n", "", ""),
        ("permissions: read-all\n", "", ""),
        ("permissions: write-all\n", "", "a token that can write everything"),
        ("permissions: {issues: write}\n", "", "a token with `issues: write`"),
        ("permissions: write-all\n", "    permissions: {contents: read}\n", ""),
        (
            "permissions: {}\n",
            "    env: {A: '${{ secrets.A }}', B: '${{ secrets.B }}', C: '${{ secrets.c }}', D: '${{ secrets.D }}'}\n",
            "the secrets `A`, `B`, `C` and others",
        ),
        ("permissions: {}\nenv: {A: '${{ secrets.A }}'}\n", "", "the secret `A`"),
    ],
)
def test_the_words_say_what_is_held(top, job, words):
    assert held(top, job).words() == words


def test_a_pull_request_of_a_fork_holds_nothing():
    found = held("permissions: write-all\nenv: {A: '${{ secrets.A }}'}\n", on="pull_request")
    assert (found.writes, found.strong, found.certain, found.possible) == ([], False, False, False)


@pytest.mark.parametrize(
    ("top", "strong", "certain", "possible"),
    [
        ("permissions: {contents: write}\n", True, True, True),
        ("permissions: {issues: write}\n", False, True, True),
        ("permissions: {contents: read}\n", False, False, False),
        ("", False, False, True),
    ],
)
def test_strength_and_certainty(top, strong, certain, possible):
    found = held(top)
    assert (found.strong, found.certain, found.possible) == (strong, certain, possible)


def test_a_called_job_without_permissions_has_the_token_of_its_caller():
    files = {
        "a.yml": "on: issues\npermissions: {contents: write}\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n",
        "b.yml": "on: workflow_call\njobs:\n  b:\n    runs-on: x\n    steps: [{run: make}]\n",
    }
    found = authority_of(runs(tree(files))[-1])
    assert found.writes == ["contents"]
    assert [side.span.path for side in found.evidence("jobs.b")] == [".github/workflows/a.yml"]


def test_the_evidence_of_everything_does_not_list_the_scopes():
    (side,) = held("permissions: write-all\n").evidence("jobs.a")
    assert side.value == "write-all"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("${{ secrets.A }}${{ secrets['b'] }}", ["A", "B"]),
        ("${{ secrets.A || secrets.A }}", ["A"]),
        ("${{ secrets.GITHUB_TOKEN }}", []),
        ("${{ secrets[matrix.name] }} ${{ toJSON(secrets) }} ${{ secrets.* }} ${{ broken( }} secrets.A", []),
    ],
)
def test_secrets_are_read_from_expressions(text, names):
    assert secrets_in(text) == names
