"""Branch patterns of rulesets and branch protections: Ruby's fnmatch with FNM_PATHNAME, as GitHub documents it."""

from __future__ import annotations

import pytest

from phase_mirror.repository.globs.refs import RefPattern


@pytest.mark.parametrize(
    ("pattern", "branch"),
    [
        ("main", "main"),
        ("*", "main"),
        ("*release*", "my-release-1"),
        ("qa/*", "qa/foo"),
        ("qa/**/*", "qa/foo/bar/foobar/hello-world"),
        ("qa/**/*", "qa/foo"),
        ("qa**/**/*", "qa-x/foo/bar"),
        ("**/**/*", "a"),
        ("**/fix", "fix"),
        ("**/fix", "a/b/fix"),
        ("release-?.?", "release-1.0"),
        ("v[0-9].x", "v3.x"),
        ("v[13-5]", "v4"),
        ("[a-]x", "-x"),
        ("[-a]x", "-x"),
        ("x]", "x]"),
        ("{a,b}", "{a,b}"),
        ("refs/heads/main", "main"),
        ("refs/heads/release/*", "release/1.0"),
        ("refs/heads/**/*", "a/b/c"),
        ("refs/heads/**/*", "a"),
        ("refs/*/main", "main"),
    ],
)
def test_a_pattern_names_a_branch(pattern, branch):
    read = RefPattern(pattern)
    assert read.problem is None
    assert read.matches(branch, "main")


@pytest.mark.parametrize(
    ("pattern", "branch"),
    [
        ("main", "Main"),
        ("main", "maintenance"),
        ("*", "feature/a"),
        ("*release*", "release/1"),
        ("qa/*", "qa/foo/bar"),
        ("qa/**", "qa/foo/bar"),
        ("qa**", "qa/foo"),
        ("a?b", "a/b"),
        ("a??b", "axb"),
        ("a[.-0]b", "a/b"),
        ("[z-a]", "m"),
        ("{a,b}", "a"),
        ("refs/heads/main", "refs/heads/main"),
        ("refs/tags/*", "main"),
        ("", "main"),
    ],
)
def test_wildcards_stay_within_a_segment_and_case_counts(pattern, branch):
    assert not RefPattern(pattern).matches(branch, "main")


def test_the_default_branch_is_named_only_when_it_is_known():
    default = RefPattern("~DEFAULT_BRANCH")
    assert default.matches("trunk", "trunk")
    assert not default.matches("main", "trunk")
    assert not default.matches("main", None)


def test_all_names_every_branch():
    assert RefPattern("~ALL").matches("any/branch", None)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("~all", "`~all` is neither `~ALL` nor `~DEFAULT_BRANCH`"),
        ("a\\*b", "GitHub does not support backslashes in these patterns"),
        ("[^a]", "GitHub does not support complemented sets in these patterns"),
        ("[!a]", "GitHub does not support complemented sets in these patterns"),
        ("[ab", "`[` is never closed, or the list is empty"),
        ("[]", "`[` is never closed, or the list is empty"),
        ("[é]", "a list of other than ASCII characters is not compared"),
        ("a" * 2000, "the pattern is too long"),
    ],
)
def test_what_github_does_not_support_matches_no_branch(pattern, reason):
    read = RefPattern(pattern)
    assert read.problem == reason
    assert not read.matches("a", "a")
    assert not read.matches(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("main", True), ("refs/heads/a", True), ("~ALL", False), ("a*", False), ("a?", False), ("[a]", False)],
)
def test_a_literal_pattern_names_one_branch(pattern, expected):
    assert RefPattern(pattern).is_literal is expected


def test_a_pattern_is_read_once_and_asked_often():
    read = RefPattern("release/*")
    assert [read.matches(name, None) for name in ("release/1", "release/2", "main")] == [True, True, False]
    assert repr(read) == "RefPattern('release/*')"
