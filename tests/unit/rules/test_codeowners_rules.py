"""What the fixtures cannot show of the CODEOWNERS rules: limits, unreadable files, links."""

import pytest

from phase_mirror.model.levels import RuleOutcome
from phase_mirror.repository.codeowners import read_codeowners
from phase_mirror.repository.globs.owners import OwnersPattern
from phase_mirror.repository.globs.path_index import PathIndex
from phase_mirror.repository.limits import Limits
from phase_mirror.rules.near_path import NearPaths, literal_path, literal_start
from rule_harness import check, rule_of, snapshot_of

RULES = ["MD-401", "MD-402", "MD-403", "MD-404", "MD-408"]


@pytest.mark.parametrize("rule_id", RULES)
def test_the_examples_of_a_rule_show_it(rule_id):
    rule = rule_of(rule_id)
    assert check(rule, snapshot_of(dict(rule.META.example_bad)))[0] is RuleOutcome.FINDINGS
    assert check(rule, snapshot_of(dict(rule.META.example_good)))[0] is RuleOutcome.CLEAN


@pytest.mark.parametrize("rule_id", RULES)
def test_a_file_that_cannot_be_read_is_not_available(rule_id):
    snapshot = snapshot_of({"CODEOWNERS": b"\xff\xfe\x00\xd8"})
    assert check(rule_of(rule_id), snapshot)[0] in {RuleOutcome.NOT_AVAILABLE, RuleOutcome.NOT_APPLICABLE}


def test_a_file_over_the_limit_is_one_finding_of_one_rule():
    snapshot = snapshot_of({"CODEOWNERS": "* @acme/all\n"})
    snapshot.__dict__["codeowners"] = read_codeowners("CODEOWNERS", "* @acme/all\n", Limits(codeowners_bytes=3))
    outcomes = {rule_id: check(rule_of(rule_id), snapshot) for rule_id in RULES}
    (finding,) = outcomes.pop("MD-404")[1]
    assert finding.title == "CODEOWNERS is too large and ignored whole"
    assert {outcome for outcome, _ in outcomes.values()} == {RuleOutcome.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("/src/paymnets/", "/src/payments/"),
        ("/SRC/payments", "/src/payments/"),
        ("/src/payments-v2", None),
        ("/api-v2/", None),
        ("/src/known", None),
        ("/x", None),
        ("lib", None),
        ("payments/card.py", "/src/payments/card.py"),
    ],
)
def test_a_near_path_explains_a_pattern(text, pattern):
    index = PathIndex(["src/payments/card.py", "src/knowns/a.py", "api-v1/a.py"])
    near = NearPaths(index, ["/src/knowns"]).explain(OwnersPattern(text))
    assert (near and near.pattern) == pattern


def test_the_literal_part_of_a_pattern():
    assert [literal_path(OwnersPattern(text)) for text in ("a", "/a/b/", "/a/*", "/a/*/b")] == ["a", "a/b", "a", ""]
    assert [literal_start(OwnersPattern(text)) for text in ("a", "/a/*/b", "/a/b")] == ["", "a", "a/b"]
