"""CODEOWNERS patterns, held against the example and the syntax notes of GitHub's "About code owners"."""

from __future__ import annotations

import pytest

from phase_mirror.repository.globs import owners
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.owners import Ignored, OwnersPattern, Reach, covered
from phase_mirror.repository.limits import Limits

TIGHT = Limits(automaton_states=1)


@pytest.mark.parametrize(
    ("pattern", "matched", "missed"),
    [
        ("*", ["a", "a/b/c.txt", ".github/x"], []),
        ("**", ["a", "a/b/c.txt"], []),
        ("**/*", ["a", "a/b/c.txt"], []),
        ("*.js", ["app.js", "src/lib/app.js", "x.js/inside"], ["app.jsx", "app.JS"]),
        ("/*.js", ["app.js"], ["src/app.js"]),
        ("/build/logs/", ["build/logs/a", "build/logs/b/c"], ["build/logs", "x/build/logs/a"]),
        ("docs/*", ["docs/getting-started.md"], ["docs/build-app/troubleshooting.md", "src/docs/a.md"]),
        ("apps/", ["apps/a", "x/y/apps/b/c"], ["apps", "x/apps", "myapps/a"]),
        ("/docs/", ["docs/a", "docs/a/b"], ["x/docs/a", "docs"]),
        ("**/logs", ["build/logs/a", "scripts/logs/a", "deeply/nested/logs/a/b", "logs", "logs/a"], ["mylogs/a"]),
        ("/apps/github", ["apps/github", "apps/github/a/b"], ["apps/github2", "x/apps/github"]),
        ("docs/**", ["docs/a", "docs/a/b"], ["docs", "x/docs/a"]),
        ("docs/**/", ["docs/a", "docs/a/b"], ["docs"]),
        ("docs/**/*", ["docs/a", "docs/a/b"], ["docs"]),
        ("docs/**/*.md", ["docs/a.md", "docs/x/y/a.md"], ["docs/a.txt", "a.md"]),
        ("a/**/b", ["a/b", "a/x/y/b/c"], ["b", "a/xb"]),
        ("a/**/**/b", ["a/b", "a/x/y/b"], ["ab"]),
        ("/*", ["a"], ["a/b"]),
        ("/*/", ["a/b", "a/b/c"], ["a"]),
        ("*/", ["a/b", "x/a/b"], ["a"]),
        ("*/x", ["a/x", "a/x/y"], ["x", "a/b/x"]),
        ("a/*/c", ["a/b/c"], ["a/c", "a/b/x/c"]),
        ("a?c", ["abc", "x/abc"], ["ac", "abbc"]),
        ("a*b*c", ["abc", "axbxbyc"], ["ab", "a/b/c"]),
        ("a**b", ["ab", "axb"], ["a/b"]),
        ("README", ["README", "docs/README", "README/a"], ["readme", "README.md"]),
        ("docs/README", ["docs/README"], ["x/docs/README"]),
        (r"a\ b", ["a b", "x/a b"], ["a\\ b"]),
        (r"my\ docs/*", ["my docs/a"], ["my docs/a/b"]),
        (r"\*.js", ["*.js"], ["a.js"]),
        (r"\[x\]", ["[x]"], ["x"]),
        (r"a\/b", ["a/b"], ["x/a/b"]),
        ("a\\", ["a\\"], ["a"]),
        ("a//b", [], ["a/b", "a"]),
        ("a.b", ["a.b"], ["axb"]),
        ("a#b", ["a#b"], ["a"]),
    ],
)
def test_a_pattern_matches_as_documented(pattern, matched, missed):
    read = OwnersPattern(pattern)
    assert read.ignored is None
    assert [path for path in matched if not read.matches(path)] == []
    assert [path for path in missed if read.matches(path)] == []


@pytest.mark.parametrize("pattern", ["*", "/docs/", "docs/*", "**/logs", "*.js", "a/**/b?", r"a\ b", "/*", "*/", "a/b"])
def test_the_automaton_and_the_expression_agree(pattern):
    read = OwnersPattern(pattern)
    names = ("a", "b", "bx", "docs", "logs", "a b", "x.js")
    paths = [*names, *(f"{one}/{two}" for one in names for two in names)]
    paths += [f"{path}/{name}" for path in paths for name in names]
    assert [path for path in paths if read.matches(path) != read.automaton.accepts(path)] == []


@pytest.mark.parametrize(
    ("pattern", "kind", "reason"),
    [
        ("", Ignored.EMPTY, "there is no pattern"),
        ("!docs/", Ignored.NEGATION, "`!` does not negate"),
        ("[ab].txt", Ignored.CHARACTER_RANGE, "not character ranges"),
        ("a]", Ignored.CHARACTER_RANGE, "not character ranges"),
        (r"\#a", Ignored.ESCAPED_HASH, "escaped `#`"),
        ("a/***", Ignored.ASTERISKS, "three asterisks"),
        ("/", Ignored.NEVER_MATCHES, "`*` matches all of them"),
    ],
)
def test_what_github_ignores_matches_nothing_and_says_why(pattern, kind, reason):
    read = OwnersPattern(pattern)
    assert read.ignored is kind
    assert reason in read.problem
    assert not read.matches("a")
    assert not read.automaton.accepts("a")
    assert covered(read, []) is True


def test_a_pattern_that_is_too_long_is_not_read():
    long = OwnersPattern("a" * 5000)
    assert (long.too_long, long.problem, long.matches("a" * 5000)) == (True, None, False)
    assert covered(long, [OwnersPattern("a/")]) is UNDECIDED
    assert covered(OwnersPattern("a/"), [long]) is UNDECIDED
    assert covered(long, [OwnersPattern("*")]) is True


@pytest.mark.parametrize(
    ("pattern", "reach", "everything", "literal"),
    [
        ("*", Reach.INSIDE, True, False),
        ("/**", Reach.INSIDE, True, False),
        ("/*", Reach.DIRECT, False, False),
        ("docs/*", Reach.DIRECT, False, True),
        ("/docs/", Reach.INSIDE, False, True),
        ("/docs/a", Reach.ENTRY, False, True),
        ("docs", Reach.ENTRY, False, False),
        ("/a?", Reach.ENTRY, False, False),
        ("/a*", Reach.ENTRY, False, False),
    ],
)
def test_a_pattern_says_what_it_takes(pattern, reach, everything, literal):
    read = OwnersPattern(pattern)
    assert (read.reach, read.everything, read.is_literal) == (reach, everything, literal)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("*", "docs/", True),
        ("docs/", "docs/", True),
        ("/docs/", "/docs/api/", True),
        ("/docs/", "/docs/*", True),
        ("/docs", "/docs", True),
        ("/docs", "/docs/", True),
        ("/docs/", "/docs", False),
        ("docs/", "/docs/", True),
        ("/docs/", "docs/", False),
        ("docs/*", "docs/*.md", False),
        ("/docs/", "docs/*.md", True),
        ("*.md", "docs/*.md", True),
        ("*.md", "docs/", False),
        ("**/api/", "/src/api/", True),
        ("a*", "ab*", True),
        ("ab*", "a*", False),
        ("/a/*/c", "/a/b/c", True),
        ("a//b", "a//b", True),
        ("/x", "a//b", True),
        ("docs/*", "docs/**", False),
    ],
)
def test_one_pattern_may_hold_all_that_another_matches(wide, narrow, expected):
    assert OwnersPattern(wide).subsumes(OwnersPattern(narrow)) is expected


def test_several_patterns_may_cover_one_together():
    pattern = OwnersPattern("/a/")
    direct, deeper = OwnersPattern("/a/*"), OwnersPattern("/a/*/")
    assert covered(pattern, [direct]) is False
    assert covered(pattern, [direct, deeper]) is True
    assert covered(pattern, [direct, deeper, OwnersPattern("!x")]) is True
    assert covered(pattern, [OwnersPattern("!x")]) is False


def test_the_limit_leaves_the_question_open():
    assert OwnersPattern("a*b*c*").subsumes(OwnersPattern("a?b?c?d"), TIGHT) is UNDECIDED


def test_no_pattern_makes_matching_slow():
    hard = OwnersPattern("/" + "a*" * 60 + "b/**/" + "*a" * 60 + "/c")
    assert not hard.matches("a" * 3000 + "b/" + "a/" * 1500 + "d")


def test_samples_match_their_pattern():
    for text in ("*", "/*", "docs/", "docs/*", "*.js", "a?/**/b*", "/a/b", "**/x/**"):
        pattern = OwnersPattern(text)
        samples = owners._samples(pattern)
        assert samples
        assert all(pattern.matches(path) for path in samples)


def test_a_pattern_shows_what_was_written():
    assert repr(OwnersPattern(r"a\ b/")) == r"OwnersPattern('a\\ b/')"
