"""Mergify and its conditions."""

from __future__ import annotations

import pytest

from gate_harness import contexts, only, quoted, tree

PATH = ".mergify.yml"

RULES = """
queue_rules:
  - name: default
    queue_conditions:
      - base=main
      - check-success=build
      - "#approved-reviews-by>=2"
    merge_conditions:
      - check-success = 'lint (3.12)'
merge_protections:
  - name: gate
    if:
      - base = release
    success_conditions:
      - check-success=@github-actions/build
      - status-success~=^test
pull_request_rules:
  - name: merge it
    conditions:
      - check-success=ci
      - "#approved-reviews-by>1"
      - base!=gh-pages
    actions: {queue: {name: default}}
  - name: label it
    conditions: [check-success=other]
    actions: {label: {add: [x]}}
  - name: off
    disabled: {reason: broken}
    conditions: [check-success=ci]
    actions: {merge: {}}
"""


def conditions(*lines, key="conditions"):
    """Return the gate of one merging rule with these conditions."""
    listed = "".join(f"      - {line}\n" for line in lines)
    return only({PATH: f"pull_request_rules:\n  - name: r\n    {key}:\n{listed}    actions: {{merge: {{}}}}\n"})


def test_queues_protections_and_merging_rules():
    gates = tree({PATH: RULES}).gates
    assert [(gate.name, gate.locator, gate.enforcement.value) for gate in gates] == [
        ("default", "queue_rules[default]", "active"),
        ("gate", "merge_protections[gate]", "active"),
        ("merge it", "pull_request_rules[merge it]", "active"),
        ("off", "pull_request_rules[off]", "disabled"),
    ]
    queue, protection, rule, _ = gates
    assert contexts(queue) == ["build", "lint (3.12)"]
    assert quoted(queue, queue.checks[1].span) == "lint (3.12)"
    assert queue.merge_queue is not None
    assert queue.reviews is not None
    assert queue.reviews.count is not None
    assert queue.reviews.count.value == 2
    assert queue.applies_to("main", None) is True
    assert queue.applies_to("dev", None) is False
    assert [(check.context, check.integration, check.app) for check in protection.checks] == [
        ("build", 15368, "github-actions"),
        ("^test", None, ""),
    ]
    assert protection.checks[1].accepts("test (1)") is True
    assert protection.applies_to("release", None) is True
    assert protection.applies_to("main", None) is False
    assert rule.reviews is not None
    assert rule.reviews.count is not None
    assert rule.reviews.count.value == 2
    assert rule.applies_to("gh-pages", None) is False
    assert rule.applies_to("main", None) is True
    assert {gate.kind for gate in gates} == {"mergify"}


def test_the_first_file_counts_and_extends_makes_it_partial():
    files = {".mergify/config.yml": "extends: other\nqueue_rules:\n  - {name: a, conditions: [check-success=x]}\n"}
    gate = only({**files, ".github/mergify.yml": RULES})
    assert (gate.path, gate.partial) == (".mergify/config.yml", True)


def test_what_is_no_rule_is_listed():
    snapshot = tree({PATH: "queue_rules: [text]\npull_request_rules:\n  - conditions: []\n    actions: {merge: {}}\n"})
    assert [gate.name for gate in snapshot.gates] == [""]
    assert snapshot.unreadable[PATH].reason == "a rule is a mapping"
    assert not tree({PATH: "{}"}).gates


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["or: [check-success=a, check-success=b]"], []),
        (["or: [check-success=a, check-neutral=a, check-skipped=a]"], ["a"]),
        (["and: [check-success=a, {or: [check-success=b, status-success=b]}]"], ["a", "b"]),
        (["not: check-failure=a"], []),
        (["not: {not: check-success=a}"], ["a"]),
        (["-check-success=a"], []),
        (["not: [check-success!=a]"], ["a"]),
        (["not: {or: [check-success!=a, check-success!=b]}"], ["a", "b"]),
        (["'check-success={{ name }}'"], []),
        (["check-neutral=a"], []),
        (["'#check-success>=3'"], []),
        (["check-success"], []),
        (["??"], []),
        (["nand: [check-success=a]"], []),
        (["{and: [check-success=a], or: []}"], []),
    ],
)
def test_checks_without_which_no_merge_can_happen(lines, names):
    assert contexts(conditions(*lines)) == names


@pytest.mark.parametrize(
    ("lines", "main", "dev"),
    [
        (["base=main"], True, False),
        (["base~=^(main|dev)$"], True, True),
        (["base!~=x"], True, True),
        (["-base~=^dev"], True, False),
        (["or: [base=main, base=dev]"], True, True),
        (["or: [base=main, label=x]"], None, None),
        (["or: [{and: [base=main]}, base=dev]"], None, None),
        (["base=main", "base~=^ma"], None, False),
        (["base*=ma*"], None, None),
        (["label=x"], True, True),
    ],
)
def test_the_branches_of_a_rule(lines, main, dev):
    gate = conditions(*lines)
    assert gate.applies_to("main", "main") is main
    assert gate.applies_to("dev", "main") is dev


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("'#approved-reviews-by>=1'", 1),
        ("'#approved-reviews-by=3'", 3),
        ("'#approved-reviews-by>1'", 2),
        ("'#approved-reviews-by<2'", None),
        ("'#approved-reviews-by>=many'", None),
        ("approved-reviews-by=@team", None),
        ("'#approved-reviews-by>=0'", None),
    ],
)
def test_the_least_number_of_reviews(line, count):
    reviews = conditions(line).reviews
    assert (reviews.count.value if reviews else None) == count


def test_nesting_has_an_end():
    deep = "check-success=a"
    for _ in range(14):
        deep = "{and: [" + deep + ", label=x]}"
    assert contexts(conditions(deep)) == []
    negated = "base=main"
    for _ in range(14):
        negated = "{or: [" + negated + ", base=dev]}"
    assert conditions(negated).applies_to("main", "main") is None
