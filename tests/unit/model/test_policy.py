import pytest

from phase_mirror.model.day import is_day
from phase_mirror.model.exemption import Exemption, concerns
from phase_mirror.model.nearest import LONGEST, did_you_mean, nearest
from phase_mirror.model.policy import Policy, TextAt, TokenCeiling
from phase_mirror.model.span import Span

HERE = Span("p.yml", 3, 1, 3, 9)
THERE = Span("p.yml", 4, 1, 4, 9)


def test_nothing_is_declared_by_default():
    assert Policy() == Policy(None, None, None, (), ())


@pytest.mark.parametrize(
    ("scope", "level", "allowed"),
    [
        ("contents", "read", True),
        ("contents", "none", True),
        ("contents", "write", False),
        ("packages", "none", True),
        ("packages", "read", False),
    ],
)
def test_a_ceiling_allows_what_is_not_wider(scope, level, allowed):
    ceiling = TokenCeiling(HERE, {"contents": TextAt("read", THERE)})
    assert ceiling.allows(scope, level) is allowed
    assert ceiling.span_of(scope) == (THERE if scope == "contents" else HERE)


@pytest.mark.parametrize(
    ("rule_id", "path", "today", "covers"),
    [
        ("MD-204", "docs/a/b.yml", "2026-01-01", True),
        ("MD-204", "docs/a", "2027-03-01", True),
        ("MD-204", "docs/a", "2027-03-02", False),
        ("MD-204", "src/a", "2026-01-01", False),
        ("MD-203", "docs/a", "2026-01-01", False),
    ],
)
def test_an_exemption_covers_a_rule_below_a_path_until_it_expires(rule_id, path, today, covers):
    exemption = Exemption("MD-204", "docs/**", HERE, expires="2027-03-01")
    assert exemption.covers(rule_id, path, today) is covers


def test_an_exemption_of_a_family_covers_all_its_rules():
    assert Exemption("MD-002", "**", HERE).covers("MD-204", "a", "2026-01-01")
    assert not Exemption("MD-002", "**", HERE).covers("MD-301", "a", "2026-01-01")
    assert not concerns("MD-20", "MD-204")


def test_an_exemption_without_a_day_never_expires_and_a_wrong_day_always_has():
    assert not Exemption("MD-204", "**", HERE).expired("9999-12-31")
    assert Exemption("MD-204", "**", HERE, expires="soon").expired("2026-01-01")


@pytest.mark.parametrize("text", ["2027-03-01", "2024-02-29", "2000-02-29", "1999-12-31", "2026-04-30"])
def test_days(text):
    assert is_day(text)


NO_DAYS = """2027-3-1 2027-13-01 2027-00-01 2027-02-29 1900-02-29 2027-04-31 2027-01-00 0000-01-01 2027/03/01
2027-03-01T 20270301 2027-W09-1 \u0662\u0660\u0662\u0667-\u0660\u0663-\u0660\u0661 tomorrow!!"""


@pytest.mark.parametrize("text", ["", *NO_DAYS.split()])
def test_no_days(text):
    assert not is_day(text)


def test_the_nearest_word():
    assert nearest("merge-grup", ["pull_request", "merge_group"]) == "merge_group"
    assert nearest("MD-20", ["MD-204", "MD-401"]) == "MD-204"
    assert nearest("zzz", ["merge_group"]) == ""
    assert nearest("a" * (LONGEST + 1), ["a" * (LONGEST + 1)]) == ""
    assert did_you_mean("hihg", ["high", "low"]) == "did you mean 'high'?"
    assert did_you_mean("zzz", ["high", "low"]) == "known are: high, low"
    assert did_you_mean("zzz", ["high", "low"], "see: list") == "see: list"
