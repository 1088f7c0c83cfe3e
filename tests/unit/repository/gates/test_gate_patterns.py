"""Patterns of check names and branches."""

from __future__ import annotations

import pytest

from phase_mirror.repository.gates.patterns import like_matches, regex_matches


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("build", "build", True),
        ("build", "builds", False),
        ("build%", "build (linux)", True),
        ("%linux%", "build (linux)", True),
        ("b_ild", "build", True),
        ("b\\_ild", "build", False),
        ("b\\_ild", "b_ild", True),
        ("100\\%", "100%", True),
        ("end\\", "end\\", True),
        ("%" * 600, "x", None),
    ],
)
def test_like(pattern, name, expected):
    assert like_matches(pattern, name) is expected


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("^test", "test-unit", True),
        ("^test$", "test-unit", False),
        ("unit", "test-unit", True),
        ("^test-(a|b)$", "test-b", True),
        ("^test-(?:a|b)$", "test-c", False),
        ("^(main|release/.*)$", "release/1.0", True),
        ("^(main|release/.*)$", "dev", False),
        (r"^v\d+\.\d+$", "v1.20", True),
        (r"^v\d+\.\d+$", "v1x20", False),
        ("^v[0-9]+$", "v12", True),
        ("^[^/]+$", "a/b", False),
        ("^colou?r$", "color", True),
        ("a|b", "xbx", True),
        ("^$", "", True),
        ("", "anything", True),
        ("^.$", "\n", False),
        ("^(a)?$", "a", None),
        ("^a{2}$", "aa", None),
        ("^((a|b)c)$", "ac", None),
        ("(?i)main", "MAIN", None),
        ("a**", "a", None),
        ("*a", "a", None),
        ("[a", "a", None),
        (r"\bmain\b", "main", None),
        ("a$b", "a$b", None),
        ("[é]", "é", None),
        ("(a", "a", None),
        ("a)", "a", None),
        ("(a|b|c|d|e)(a|b|c|d|e)(a|b|c|d|e)", "abc", None),
        ("x" * 600, "x", None),
    ],
)
def test_regex(pattern, name, expected):
    assert regex_matches(pattern, name) is expected


def test_a_hostile_expression_takes_no_time():
    assert regex_matches("^" + ".*a" * 100 + "$", "a" * 3000 + "b") is False
