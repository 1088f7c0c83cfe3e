"""What the rules about gates say when an input is missing, which no fixture can show."""

from __future__ import annotations

import pytest

from gate_harness import tree
from phase_mirror.model.levels import Confidence, RuleOutcome
from phase_mirror.rules.protocol import NotAvailable
from rule_harness import Context, check, policy_of, rule_of

RULESET = {
    "name": "main",
    "target": "branch",
    "enforcement": "active",
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "rules": [{"type": "pull_request", "parameters": {"require_code_owner_review": True}}],
}
POLICY = "policy:\n  gate: {reviews: 1}\n"


@pytest.mark.parametrize(
    ("files", "branch", "reason"),
    [
        ({}, "main", "no file declares a merge gate of GitHub, so what enforces the policy cannot be seen"),
        ({"bors.toml": 'status = ["ci"]\n'}, "main", "no file declares a merge gate of GitHub"),
        ({".github/rulesets/a.json": RULESET}, None, "the branch of policy.gate is not known"),
        (
            {".github/rulesets/a.json": {**RULESET, "source_type": "Organization"}},
            "main",
            "no file surely declares the gate of 'main'",
        ),
    ],
)
def test_a_gate_that_cannot_be_seen_is_not_weak(files, branch, reason):
    rule = rule_of("MD-102")
    snapshot = tree({".phase-mirror.yml": POLICY, **files}, branch=branch)
    verdict = rule.check(snapshot, Context(options={}, policy=policy_of(snapshot)))
    assert isinstance(verdict, NotAvailable)
    assert verdict.reason.startswith(reason)


def test_a_glob_without_a_branch_is_not_available():
    snapshot = tree(
        {".phase-mirror.yml": 'policy:\n  gate: {branch: "release/*"}\n', ".github/rulesets/a.json": RULESET},
        branch="main",
    )
    assert check(rule_of("MD-102"), snapshot) == (RuleOutcome.NOT_AVAILABLE, [])


def test_a_policy_that_asks_for_nothing_is_held():
    snapshot = tree(
        {
            ".phase-mirror.yml": "policy:\n  gate: {reviews: 0, merge_queue: false}\n",
            ".github/rulesets/a.json": RULESET,
        },
        branch="main",
    )
    assert check(rule_of("MD-102"), snapshot) == (RuleOutcome.CLEAN, [])


@pytest.mark.parametrize(
    ("branch", "include", "confidence"),
    [
        ("main", "~DEFAULT_BRANCH", Confidence.HIGH),
        (None, "~DEFAULT_BRANCH", Confidence.HIGH),
        (None, "refs/heads/main", Confidence.MEDIUM),
        ("main", "refs/heads/release", Confidence.MEDIUM),
    ],
)
def test_the_owners_of_another_branch_are_not_seen(branch, include, confidence):
    ruleset = {**RULESET, "conditions": {"ref_name": {"include": [include], "exclude": []}}}
    _, findings = check(rule_of("MD-108"), tree({".github/rulesets/a.json": ruleset}, branch=branch))
    assert [finding.confidence for finding in findings] == [confidence]


def test_a_branch_that_is_assumed_is_inferred():
    body = {"enforce_admins": True, "required_pull_request_reviews": {"require_code_owner_reviews": True}}
    _, findings = check(rule_of("MD-108"), tree({".github/branch-protection.json": body}, branch="main"))
    assert [finding.confidence for finding in findings] == [Confidence.MEDIUM]


def test_owners_that_cannot_be_read_are_unknown():
    files = {".github/rulesets/a.json": RULESET, "CODEOWNERS": "* @acme/core\0\n"}
    assert check(rule_of("MD-108"), tree(files, branch="main")) == (RuleOutcome.CLEAN, [])


def test_a_file_that_is_too_large_has_no_owners():
    line = "/src/ @acme/core # " + "x" * 1000 + "\n"
    files = {".github/rulesets/a.json": RULESET, "CODEOWNERS": line * 3200}
    _, findings = check(rule_of("MD-108"), tree(files, branch="main"))
    assert [finding.evidence[1].note for finding in findings] == ["is too large, so GitHub ignores it whole"]


def test_the_lack_of_owners_is_one_finding_a_file():
    body = "{required_pull_request_reviews: {require_code_owner_reviews: true}}"
    asf = f"github:\n  protected_branches:\n    main: {body}\n    dev: {body}\n"
    _, findings = check(rule_of("MD-108"), tree({".asf.yaml": asf}, branch="main"))
    assert len(findings) == 1
