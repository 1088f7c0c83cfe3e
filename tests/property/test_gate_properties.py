"""Gate files of any shape are read without a crash, and the rules about gates answer."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gate_harness import tree
from phase_mirror.model.policy import CountAt, FlagAt, GatePolicy, Policy, TextAt
from phase_mirror.model.span import Span
from phase_mirror.repository.gates.union import effective, protected_branches
from rule_harness import Context, rule_of

KEYS = (
    "name",
    "branches",
    "protection",
    "protected_branches",
    "rulesets",
    "github",
    "main",
    "required_status_checks",
    "strict",
    "contexts",
    "checks",
    "context",
    "enforce_admins",
    "required_pull_request_reviews",
    "require_code_owner_reviews",
    "restrictions",
    "rules",
    "type",
    "parameters",
    "conditions",
    "ref_name",
    "include",
    "enforcement",
    "bypass_actors",
    "queue_rules",
    "pull_request_rules",
    "actions",
    "merge",
    "status",
)
WORDS = (
    *(
        "main",
        "active",
        "disabled",
        "required_status_checks",
        "pull_request",
        "~DEFAULT_BRANCH",
        "~ALL",
        "refs/heads/*",
    ),
    *("check-success=a", "-base~=^(", "#approved-reviews-by>=1", "", "<x>", "\u2028"),
)
LEAVES = st.one_of(st.sampled_from(WORDS), st.booleans(), st.none(), st.integers(-2, 15368))
TREES = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(st.sampled_from(KEYS), below, min_size=1, max_size=5)
    ),
    max_leaves=20,
)
PLACES = st.sampled_from(
    (
        ".github/rulesets/main.json",
        ".github/branch-protection.json",
        ".github/settings.yml",
        ".asf.yaml",
        ".mergify.yml",
        "CODEOWNERS",
        ".github/repos/app.yml",
    )
)
HERE = Span(".phase-mirror.yml", 1, 1, 1, 2)
POLICY = Policy(
    gate=GatePolicy(
        HERE,
        checks=(TextAt("a", HERE),),
        reviews=CountAt(1, HERE),
        code_owner_review=FlagAt(True, HERE),
        linear_history=FlagAt(True, HERE),
        merge_queue=FlagAt(True, HERE),
        admin_bypass=FlagAt(False, HERE),
    )
)


@settings(max_examples=150, deadline=None)
@given(files=st.dictionaries(PLACES, TREES.map(json.dumps), min_size=1, max_size=3))
def test_any_gate_file_is_read_and_judged(files):
    snapshot = tree(files, slug="acme/app", branch="main")
    gates = snapshot.gates
    for branch in [*protected_branches(gates, "main"), "main"]:
        found = effective(gates, branch, "main")
        assert set(found.layers) <= set(gates)
    for rule_id in ("MD-102", "MD-106", "MD-108"):
        verdict = rule_of(rule_id).check(snapshot, Context(options={}, policy=POLICY))
        for finding in verdict if isinstance(verdict, list) else []:
            assert finding.primary.span is not None
            assert finding.message
            assert finding.remediation
