import time

import pytest

from phase_mirror.model.glob import matches, matches_any


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("docs/**", "docs/a"),
        ("docs/**", "docs/a/b.md"),
        ("docs/", "docs/a/b.md"),
        ("/docs/", "docs/a"),
        ("**", "a/b"),
        ("**/*.md", "a.md"),
        ("**/*.md", "a/b/c.md"),
        ("a/**/b", "a/b"),
        ("a/**/b", "a/x/y/b"),
        ("**/docs/**", "docs/a"),
        ("actions/*", "actions/checkout"),
        ("release/*", "release/1.2"),
        ("*", "main"),
        ("?.md", "a.md"),
        ("a*b*c", "aXbYc"),
        ("*a*", "a"),
        ("codecov/*", "codecov/project"),
    ],
)
def test_matches(pattern, text):
    assert matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("docs/**", "docs"),
        ("docs/**", "docs2/a"),
        ("docs/", "docs"),
        ("*.md", "a/b.md"),
        ("release/*", "release/1/2"),
        ("release/*", "pre/release/1"),
        ("Docs/**", "docs/a"),
        ("?", "ab"),
        ("a*b", "aXc"),
        ("[a]", "a"),
        ("a/**/b", "a/x"),
    ],
)
def test_does_not_match(pattern, text):
    assert not matches(pattern, text)


def test_any_of_several():
    assert matches_any(("a", "b/*"), "b/c")
    assert not matches_any((), "b/c")


def test_a_hostile_pattern_is_not_slow():
    start = time.process_time()
    assert not matches("*a" * 400 + "b", "a" * 4000)
    assert not matches("**/a/" * 100 + "b", "a/" * 2000 + "c")
    assert time.process_time() - start < 5
