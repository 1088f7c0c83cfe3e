"""MD-407 and MD-409 with what the composition root gives them beside the facts."""

from phase_mirror.app.configuration import exemptions_of, weakenings_of
from phase_mirror.model.levels import Confidence, RuleOutcome, Severity
from phase_mirror.model.policy import Policy, TextAt
from phase_mirror.model.span import Span
from phase_mirror.repository.globs.path_index import PathIndex
from phase_mirror.rules import md_407, md_409
from phase_mirror.rules.governance import counted, listed
from phase_mirror.rules.own_calls import own_calls
from rule_harness import check, snapshot_of

CONFIG = ".phase-mirror.yml"
FLOW = ".github/workflows/mirror.yml"


def expired(text, path=CONFIG):
    tree = snapshot_of({path: text})
    outcome, found = check(md_407, tree, extra=exemptions_of(tree), policy=Policy())
    return outcome, [(finding.title, str(finding.primary.span)) for finding in found]


def weakened(base, head, before=None, policy=None, path=""):
    base, head = snapshot_of(base), snapshot_of(head)
    before = before and snapshot_of(before)
    extra = weakenings_of(head, base, before or base, path)
    outcome, found = check(md_409, head, base=base, extra=extra, policy=policy or Policy())
    return outcome, found


def said(found):
    return [(finding.severity.value, finding.title) for finding in found]


# -- MD-407 -----------------------------------------------------------------------------------------------------------


def test_exemptions_of_the_configuration_that_are_over_or_give_no_reason():
    outcome, found = expired(
        "exemptions:\n"
        "  - {rule: MD-101, path: 'a/**', reason: fine, expires: 2026-11-24}\n"
        "  - {rule: MD-101, path: 'b/**', reason: fine, expires: 2026-11-23}\n"
        "  - {rule: MD-001, path: 'c/**'}\n"
        "  - {rule: MD-101, path: 'd/**', expires: 2020-01-01}\n"
    )
    assert outcome is RuleOutcome.FINDINGS
    assert found == [
        ("The exemption of MD-101 for 'b/**' is over", f"{CONFIG}:3:5"),
        ("The exemption of MD-001 for 'c/**' gives no reason", f"{CONFIG}:4:5"),
        ("The exemption of MD-101 for 'd/**' is over", f"{CONFIG}:5:5"),
    ]


def test_exemptions_that_hold_are_clean_and_none_are_not_applicable():
    assert expired("exemptions: [{rule: MD-101, path: a, reason: fine}]\n") == (RuleOutcome.CLEAN, [])
    assert expired("exemptions: []\n") == (RuleOutcome.NOT_APPLICABLE, [])
    assert expired("exemptions: [\n")[0] is RuleOutcome.NOT_APPLICABLE  # invalid: somebody else says so


# -- MD-409: the configuration ----------------------------------------------------------------------------------------


def test_without_a_base_it_is_not_available():
    assert check(md_409, snapshot_of({CONFIG: "rules: {MD-203: off}\n"}))[0] is RuleOutcome.NOT_AVAILABLE


def test_one_finding_for_each_setting_that_is_weaker():
    outcome, found = weakened(
        {CONFIG: "policy: {gate: {reviews: 2, code_owner_review: true}}\nclaims: [a]\n"},
        {CONFIG: "policy: {gate: {reviews: 1, code_owner_review: true}}\nbreaker: {max_blocks_per_hour: 1}\n"},
    )
    assert outcome is RuleOutcome.FINDINGS
    assert said(found) == [
        ("high", "'policy.gate.reviews' goes from '2' to '1'"),
        ("high", "'claims' loses 'a'"),
        ("high", "'breaker.max_blocks_per_hour' goes from '10' to '1'"),
    ]
    assert [(side.tree, side.value) for side in found[0].evidence] == [("base", "2"), ("", "1")]
    assert [side.tree for side in found[1].evidence] == ["base"]
    assert [side.tree for side in found[2].evidence] == [""]


def test_an_added_exemption_is_a_weakening():
    entry = "exemptions: [{rule: MD-203, path: 'x/**', reason: fine}]\n"
    assert said(weakened({CONFIG: "version: 1\n"}, {CONFIG: entry})[1]) == [("high", "'exemptions' gets 'MD-203 x/**'")]
    assert weakened({CONFIG: entry}, {CONFIG: "version: 1\n"}) == (RuleOutcome.CLEAN, [])


def test_a_value_without_an_order_is_low():
    _, found = weakened({CONFIG: "policy: {gate: {branch: a}}\n"}, {CONFIG: "policy: {gate: {branch: b}}\n"})
    assert [finding.severity for finding in found] == [Severity.LOW]
    assert "nobody can say whether it is weaker" in found[0].message


def test_the_first_configuration_is_held_against_the_defaults():
    assert said(weakened({"a": ""}, {CONFIG: "extends: minimal\n"})[1]) == [
        ("high", "'extends' goes from 'standard' to 'minimal'")
    ]
    assert weakened({"a": ""}, {CONFIG: "extends: strict\n"})[0] is RuleOutcome.NOT_APPLICABLE


def test_a_preset_change_that_stands_nowhere_is_shown_at_the_file():
    _, found = weakened({CONFIG: "extends: strict\n"}, {CONFIG: "version: 1\n"})
    assert said(found) == [("high", "'extends' goes from 'strict' to 'standard'")]


def test_what_is_no_weaker_than_at_the_merge_base_is_not_blamed():
    tip, old = {CONFIG: "policy: {gate: {reviews: 2}}\n"}, {CONFIG: "policy: {gate: {reviews: 1}}\n"}
    assert weakened(tip, old, before=old) == (RuleOutcome.CLEAN, [])
    assert said(weakened(tip, {CONFIG: "version: 1\n"}, before=old)[1]) == [("high", "'policy.gate' loses 'declared'")]


def test_an_invalid_configuration_is_shown_with_its_first_mistake():
    _, found = weakened({CONFIG: "version: 1\n"}, {CONFIG: "a: 1\nb: 2\n"})
    (finding,) = found
    assert str(finding.primary.span) == f"{CONFIG}:1:1"
    assert "unknown key 'a'" in finding.message
    assert "unknown key 'b'" in finding.message
    _, found = weakened({"a": ""}, {CONFIG: "a: [\n"})
    assert "not valid YAML" in found[0].message


def test_the_repair_of_an_invalid_configuration_is_silent_whatever_it_says():
    assert weakened({CONFIG: "a: 1\n"}, {CONFIG: "extends: minimal\n"}) == (RuleOutcome.CLEAN, [])
    assert weakened({CONFIG: "a: 1\n"}, {CONFIG: "a: 1\n"}) == (RuleOutcome.CLEAN, [])
    assert weakened({CONFIG: "a: 1\n"}, {CONFIG: "a: 1\n"}, before={CONFIG: "version: 1\n"})[0] is RuleOutcome.FINDINGS


def test_the_named_configuration_is_the_one_that_counts():
    base, head = {"conf/x.yml": "extends: strict\n", CONFIG: "a: 1\n"}, {"conf/x.yml": "version: 1\n"}
    assert len(weakened(base, head, path="conf/x.yml")[1]) == 1
    assert weakened({"a": ""}, {"a": ""}, path="conf/x.yml")[0] is RuleOutcome.NOT_APPLICABLE


# -- MD-409: owners, calls --------------------------------------------------------------------------------------------


def test_sensitive_paths_of_the_policy_are_governing():
    base, head = {"CODEOWNERS": "* @a\n", "infra/x": ""}, {"CODEOWNERS": "* @a\n/infra/\n", "infra/x": ""}
    policy = Policy(sensitive_paths=(TextAt("infra/**", Span.of_file(CONFIG)),))
    assert [each.confidence for each in weakened(base, head)[1]] == [Confidence.MEDIUM]
    assert [each.confidence for each in weakened(base, head, policy=policy)[1]] == [Confidence.HIGH]


def costly(paths):
    return PathIndex(paths, most_trials=1)


def test_owners_that_cannot_be_compared_in_time(monkeypatch):
    monkeypatch.setattr("phase_mirror.rules.lost_owners.PathIndex", costly)
    files = {f"a{n}/b{n}/c{n}": "" for n in range(50)}
    _, found = weakened({"CODEOWNERS": "**/*1* @a\n", **files}, {"CODEOWNERS": "**/*2* @a\n", **files})
    assert said(found) == [("high", "What the change to CODEOWNERS does to the owners cannot be worked out")]
    assert found[0].confidence is Confidence.MEDIUM


def test_an_owners_file_that_cannot_be_read_is_somebody_elses_finding():
    base = snapshot_of({"CODEOWNERS": "* @a\n"})
    head = snapshot_of({"CODEOWNERS": b"\xff\xfe\x00"})
    assert check(md_409, head, base=base) == (RuleOutcome.CLEAN, [])


def calls(run, on="pull_request", more=""):
    text = f"on: {on}\njobs:\n  m:\n    runs-on: x\n    steps:\n      - {run}\n{more}"
    return own_calls(snapshot_of({FLOW: text}))


def test_which_commands_are_calls():
    for run in (
        "run: phase-mirror analyze",
        "run: ./bin/phase-mirror analyze --strict",
        "run: uvx phase-mirror@1.2 analyze .",
        "run: pipx run phase-mirror==1.2 analyze",
        "run: python -m phase_mirror analyze",
        "run: cd x && phase-mirror analyze",
        "uses: acme/phase-mirror-action@v1",
    ):
        assert len(calls(run)) == 1, run
    for run in (
        "run: phase-mirror rules",
        "run: pip install phase-mirror",
        "run: make",
        "uses: ./phase-mirror",
        "uses: a/b@v1",
    ):
        assert calls(run) == [], run


def test_what_swallows_a_failure():
    for run, swallowed in (
        ("phase-mirror analyze", False),
        ("phase-mirror analyze || true", True),
        ("phase-mirror analyze || exit 0", True),
        ("phase-mirror analyze || echo failed", True),
        ("phase-mirror analyze || exit", True),
        ("phase-mirror analyze || exit 3", False),
        ("phase-mirror analyze || false", False),
        ("phase-mirror analyze | cat", True),
        ("phase-mirror analyze && make", False),
    ):
        (call,) = calls(f"run: {run}")
        assert bool(call.swallowed) is swallowed, run
    (call,) = calls("run: phase-mirror analyze\n        continue-on-error: ${{ inputs.x }}")
    assert call.swallowed


def test_callers_that_call_one_another_in_a_circle_end():
    jobs = "jobs:\n  a:\n    uses: ./.github/workflows/mirror.yml\n  b:\n    steps: [{run: phase-mirror analyze}]\n"
    (call,) = own_calls(snapshot_of({FLOW: "on: workflow_call\n" + jobs}))
    assert call.events == {}


def test_a_job_that_calls_a_remote_workflow_of_ours():
    uses = "phase-mirror/phase-mirror/.github/workflows/gate.yml@v1"
    text = f"on: merge_group\njobs:\n  m:\n    uses: {uses}\n    with: {{strict: true}}\n"
    (call,) = own_calls(snapshot_of({FLOW: text}))
    assert (call.step, set(call.events), call.what[1:]) == (None, {"merge_group"}, ("strict=true",))


def test_lists_in_sentences():
    assert [listed(list(text)) for text in ("", "a", "ab", "abc", "aab", "abcdefg")] == [
        *("", "a", "a and b", "a, b and c", "a and b", "a, b, c, d, e and 2 more"),
    ]
    assert [counted(number, "file", "files") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
