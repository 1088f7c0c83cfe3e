"""What the rules of the merge gate share."""

from __future__ import annotations

import pytest

from gate_harness import tree
from phase_mirror.model.levels import Confidence
from phase_mirror.model.policy import Policy
from phase_mirror.rules.protocol import Context
from phase_mirror.rules.required import Required
from rule_harness import check, rule_of

CI = ".github/workflows/ci.yml"
TEST = "on: pull_request\njobs:\n  test: {runs-on: x, steps: [{run: make}]}\n"


def ruleset(*contexts, include="~DEFAULT_BRANCH"):
    checks = [{"context": context, "integration_id": 15368} for context in contexts]
    return {
        "name": "main",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [include], "exclude": []}},
        "rules": [{"type": "required_status_checks", "parameters": {"required_status_checks": checks}}],
    }


def required(files, branch="main"):
    return Required(tree(files, branch=branch), Context(options={}, policy=Policy()))


def test_the_branch_under_change_is_judged():
    files = {".github/rulesets/a.json": ruleset("test", include="refs/heads/release"), CI: TEST}
    assert required(files).requirements() == []
    assert [need.name for need in required(files, branch=None).requirements()] == ["test"]


def test_a_check_that_two_layers_require_is_one():
    files = {".github/rulesets/a.json": ruleset("test"), ".github/rulesets/b.json": ruleset("test", "lint"), CI: TEST}
    assert [need.name for need in required(files).requirements()] == ["test", "lint"]


def test_bors_waits_on_its_own_branch():
    found = required({"bors.toml": 'status = ["test"]\n', CI: TEST})
    (need,) = found.requirements()
    assert need.occasion == "staging"
    assert found.own() == []


def test_the_callers_of_a_required_job_are_required_with_it():
    files = {
        ".github/rulesets/a.json": ruleset("all / lint"),
        CI: "on: pull_request\njobs:\n  all: {uses: ./.github/workflows/lint.yml}\n",
        ".github/workflows/lint.yml": "on: workflow_call\njobs:\n  lint: {runs-on: x, steps: []}\n",
    }
    found = required(files)
    assert found.required_jobs("main") == {(CI, "all"), (".github/workflows/lint.yml", "lint")}
    assert found.required_jobs("main") is found.required_jobs("main")


def test_an_unknown_name_may_be_the_required_one():
    text = TEST + "  any: {name: '${{ vars.A }}', runs-on: x, steps: []}\n"
    found = required({".github/rulesets/a.json": ruleset("test"), CI: text})
    (need,) = found.requirements()
    assert len(found.producers(need)) == 2
    assert found.literal_producers(need) == []


@pytest.mark.parametrize(
    ("text", "by_itself", "by_api"),
    [
        (TEST, False, False),
        (f"permissions: {{checks: write}}\n{TEST}", True, False),
        (f"permissions: write-all\n{TEST}", True, False),
        (TEST.replace("make", "gh api repos/a/b/statuses/1"), True, True),
        (TEST.replace("{run: make}", "{uses: dorny/test-reporter@v1}"), True, True),
    ],
)
def test_checks_made_by_hand_are_seen(text, by_itself, by_api):
    found = required({CI: text})
    assert (found.reports_by_itself, found.calls_checks_api) == (by_itself, by_api)


def test_a_gate_of_another_repository_beside_leaves_the_gate_unknown():
    other = {**ruleset("lint"), "source": "acme/other", "source_type": "Repository"}
    files = {".github/rulesets/a.json": ruleset("test"), "infra/rulesets/b.json": other, CI: TEST}
    alone = required({".github/rulesets/a.json": ruleset("test"), CI: TEST})
    assert alone.is_whole(alone.requirements()[0])
    beside = Required(tree(files, branch="main", slug="acme/app"), Context(options={}, policy=Policy()))
    assert not beside.is_whole(beside.requirements()[0])


@pytest.mark.parametrize("rule", ["MD-101", "MD-103", "MD-104", "MD-105"])
def test_a_workflow_that_cannot_be_read_takes_the_certainty(rule):
    gate = ruleset("test")
    gate["rules"].append({"type": "merge_queue", "parameters": {}})
    bad = {
        "MD-101": TEST.replace("{runs-on", "{name: Tests, runs-on"),
        "MD-103": TEST,
        "MD-104": TEST.replace("on: pull_request", "on: {pull_request: {paths: ['src/**']}}"),
        "MD-105": "on: pull_request\njobs:\n  a: {runs-on: x, steps: [{run: make}]}\n"
        "  test: {runs-on: x, needs: a, steps: [{run: echo}]}\n",
    }
    files = {".github/rulesets/a.json": gate, CI: bad[rule]}
    _, sure = check(rule_of(rule), tree(files, branch="main"))
    assert [finding.confidence for finding in sure] == [Confidence.HIGH]
    snapshot = tree({**files, ".github/workflows/broken.yml": "on: [\n"}, branch="main")
    _, unsure = check(rule_of(rule), snapshot)
    assert [finding.confidence for finding in unsure] == [Confidence.MEDIUM]


def test_the_lasting_identity_of_a_finding_knows_no_lines():
    files = {".github/rulesets/a.json": ruleset("test"), CI: TEST.replace("{runs-on", "{name: Tests, runs-on")}
    moved = {**files, CI: "# a comment\n" + files[CI]}
    (one,), (other,) = (check(rule_of("MD-101"), tree(each, branch="main"))[1] for each in (files, moved))
    assert [(side.locator, side.value) for side in one.evidence] == [(s.locator, s.value) for s in other.evidence]
