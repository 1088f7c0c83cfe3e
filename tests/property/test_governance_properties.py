"""MD-407 and MD-409 on whatever trees there may be: no crash, and nothing lost where nothing changed."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from phase_mirror.app.configuration import exemptions_of, weakenings_of
from phase_mirror.model.levels import RuleOutcome
from phase_mirror.model.policy import Policy
from phase_mirror.rules import md_407, md_409
from rule_harness import check, snapshot_of

LINES = st.sampled_from(
    [
        *(
            "* @a",
            "/x/ @a @b",
            "/x/",
            "*.py @c",
            "docs/ @d # phase-mirror: ignore[MD-401] y",
            "[S]",
            "/y/ @a,@b",
            "# z",
            "",
        ),
        *("# phase-mirror: ignore[MD-402] until=2020-01-01", "**/*x*/** @e", "/.github/ @@owner", "\\# @x", "/x"),
    ]
)
OWNERS = st.lists(LINES, max_size=6).map("\n".join)
OTHER = {"context": "o", "integration_id": 15368}
RULE = st.sampled_from(
    [
        {
            "type": "pull_request",
            "parameters": {"required_approving_review_count": 2, "require_code_owner_review": True},
        },
        {"type": "pull_request", "parameters": {"required_approving_review_count": 0}},
        {
            "type": "required_status_checks",
            "parameters": {"required_status_checks": [{"context": "m"}, {"context": "n"}]},
        },
        {"type": "required_status_checks", "parameters": {"required_status_checks": [OTHER]}},
        {"type": "non_fast_forward"},
        {"type": "merge_queue"},
        {"type": "workflows", "parameters": {"workflows": [{"path": "a.yml"}]}},
        {"type": 7},
    ]
)
ADMIN, TEAM = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}, {"actor_type": "Team"}
RULESET = st.fixed_dictionaries(
    {
        "name": st.just("r"),
        "target": st.just("branch"),
        "enforcement": st.sampled_from(["active", "evaluate", "disabled", "?"]),
        "conditions": st.sampled_from(["~DEFAULT_BRANCH", "~ALL", "refs/heads/main", "refs/heads/other", "["]).map(
            lambda branch: {"ref_name": {"include": [branch], "exclude": []}}
        ),
        "bypass_actors": st.sampled_from([[], [ADMIN], [TEAM]]),
        "rules": st.lists(RULE, max_size=3),
    }
).map(json.dumps)
FLOW = st.builds(
    "on: {}\njobs:\n  {}:\n    runs-on: x\n{}    steps:\n      - run: {}\n".format,
    st.sampled_from(["pull_request", "[push, merge_group]", "workflow_call", "{pull_request: {paths: [a]}}", "[", ""]),
    st.sampled_from(["m", "n", "o"]),
    st.sampled_from(["", "    if: false\n", "    needs: [m]\n", "    continue-on-error: true\n"]),
    st.sampled_from(
        ["make", "phase-mirror analyze", "phase-mirror analyze || true", "phase-mirror analyze --dry-run", "'"]
    ),
)
CONFIG = st.sampled_from(
    [
        "",
        "extends: strict\n",
        "rules: {MD-203: off}\n",
        "a: 1\n",
        "[",
        "exemptions: [{rule: MD-004, path: '**'}]\n",
        "claims: [x]\n",
    ]
)
TREES = st.fixed_dictionaries(
    {"x/a.py": st.just(""), "docs/b": st.just("")},
    optional={
        ".github/CODEOWNERS": OWNERS,
        "CODEOWNERS": OWNERS,
        ".github/rulesets/r.json": RULESET,
        ".github/rulesets/s.json": RULESET,
        ".github/workflows/w.yml": FLOW,
        ".github/workflows/v.yml": FLOW,
        ".phase-mirror.yml": CONFIG,
    },
)
BRANCHES = st.sampled_from([None, "main"])


def judged(head, base, before, branch):
    head, base, before = (snapshot_of(files, default_branch=branch) for files in (head, base, before))
    return check(md_409, head, base=base, extra=weakenings_of(head, base, before), policy=Policy())


@settings(max_examples=120, deadline=None)
@given(TREES, TREES, TREES, BRANCHES)
def test_every_finding_shows_a_side_and_what_to_do(head, base, before, branch):
    outcome, found = judged(head, base, before, branch)
    assert (outcome is RuleOutcome.FINDINGS) is bool(found)
    for finding in found:
        assert finding.evidence
        assert finding.remediation.endswith(".")
        for side in finding.evidence:
            tree = base if side.tree == "base" else head
            assert side.span.path in tree or side.span.path == ".phase-mirror.yml"


@settings(max_examples=60, deadline=None)
@given(TREES, TREES, BRANCHES)
def test_a_change_that_leaves_everything_as_it_was_loses_nothing(tree, other, branch):
    assert judged(tree, tree, tree, branch)[1] == []
    assert judged(other, tree, other, branch)[1] == []  # an old branch that has changed nothing since


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_exemptions_are_judged_on_every_tree(tree):
    facts = snapshot_of(tree)
    _, found = check(md_407, facts, extra=exemptions_of(facts), policy=Policy())
    for finding in found:
        assert finding.primary.span.path in tree
