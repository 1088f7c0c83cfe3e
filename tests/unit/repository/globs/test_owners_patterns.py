"""CODEOWNERS patterns match what GitHub's documentation says, one fact a case."""

import pytest

from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.owners import Ignored, OwnersPattern, covered
from phase_mirror.repository.globs.path_index import PathIndex
from phase_mirror.repository.limits import Limits

FACTS = [
    ("*", "a", True),
    ("*", "a/b/c", True),
    ("*.js", "a.js", True),
    ("*.js", "deep/down/a.js", True),
    ("*.js", "a.jsx", False),
    ("/build/logs/", "build/logs/a", True),
    ("/build/logs/", "build/logs/deep/a", True),
    ("/build/logs/", "sub/build/logs/a", False),
    ("docs/*", "docs/a.md", True),
    ("docs/*", "docs/deep/a.md", False),
    ("docs/*", "sub/docs/a.md", False),
    ("apps/", "apps/a", True),
    ("apps/", "sub/apps/deep/a", True),
    ("apps/", "apps", False),
    ("/docs/", "docs/deep/a", True),
    ("/docs/", "sub/docs/a", False),
    ("/scripts/", "scripts/a.sh", True),
    ("**/logs", "logs/a", True),
    ("**/logs", "build/logs/a", True),
    ("**/logs", "deeply/nested/logs/a", True),
    ("/apps/github", "apps/github", True),
    ("/apps/github", "apps/github/a", True),
    ("/apps/github", "apps/githubs", False),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b", True),
    ("a/**/b", "z/a/b", False),
    ("docs/**", "docs/deep/a", True),
    ("docs/**", "docs", False),
    ("/*", "a", True),
    ("/*", "a/b", False),
    ("a?c", "abc", True),
    ("a?c", "a/c", False),
    (r"my\ docs/", "my docs/a", True),
    (r"a\*b", "a*b", True),
    (r"a\*b", "axb", False),
    ("README.md", "readme.md", False),
    ("README.md", "sub/README.md", True),
    ("a**b", "axxb", True),
    ("a**b", "a/b", False),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), FACTS)
def test_a_pattern_matches_as_documented(pattern, path, expected):
    assert OwnersPattern(pattern).matches(path) is expected
    assert (PathIndex([path, "other/file"]).files(OwnersPattern(pattern)).count(path) == 1) is expected
    assert OwnersPattern(pattern).automaton.accepts(path) is expected


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("", Ignored.EMPTY),
        ("!a", Ignored.NEGATION),
        ("*.[ch]", Ignored.CHARACTER_RANGE),
        (r"\#a", Ignored.ESCAPED_HASH),
        ("a/***", Ignored.ASTERISKS),
        ("/", Ignored.NEVER_MATCHES),
    ],
)
def test_what_github_does_not_read_matches_nothing(pattern, kind):
    found = OwnersPattern(pattern)
    assert (found.ignored, found.matches("a")) == (kind, False)
    assert found.problem
    assert PathIndex(["a"]).dead(found) is True


def test_an_escaped_bracket_is_read():
    assert OwnersPattern(r"\[a\]").matches("[a]")


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*", "/src/", True),
        ("/src/", "/src/a.c", True),
        ("/src", "/src/deep/*", True),
        ("src/*", "/src/", False),
        ("*.js", "/src/*.js", True),
        ("/src/*.js", "*.js", False),
        ("**/a", "/x/a", True),
        ("docs/", "/docs/*", True),
        ("/docs/", "docs/", False),
    ],
)
def test_one_pattern_subsumes_another_for_every_possible_path(wide, narrow, expected):
    assert OwnersPattern(wide).subsumes(OwnersPattern(narrow)) is expected


def test_two_patterns_may_cover_what_none_does_alone():
    one, two = OwnersPattern("/a/*"), OwnersPattern("/a/*/")
    assert covered(OwnersPattern("/a/"), [one, two]) is True


def test_a_search_is_given_up_at_its_limit():
    wide, narrow = OwnersPattern("/a/*b*c*d"), OwnersPattern("/a/*b*c*d*d")
    assert covered(narrow, [wide], Limits(automaton_states=1)) is UNDECIDED
    assert OwnersPattern("*").subsumes(OwnersPattern("a" * 5000)) is True
    assert covered(OwnersPattern("a" * 5000), [OwnersPattern("/b")]) is UNDECIDED


def test_patterns_know_their_form():
    assert OwnersPattern("**").everything
    assert OwnersPattern("/a/b").is_literal
    assert not OwnersPattern("a").is_literal
    assert repr(OwnersPattern("a")) == "OwnersPattern('a')"
