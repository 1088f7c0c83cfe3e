"""Filter and ref patterns match what GitHub's cheat sheets say."""

import pytest

from phase_mirror.repository.globs.coverage import Gap, complementary, overlap, uncovered
from phase_mirror.repository.globs.filters import FilterPattern, FilterSet, includes
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.refs import RefPattern
from phase_mirror.repository.limits import Limits


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("feature/*", "feature/a", True),
        ("feature/*", "feature/a/b", False),
        ("feature/**", "feature/a/b", True),
        ("*", "main", True),
        ("*", "a/b", False),
        ("**", "a/b", True),
        ("v2*", "v2.0", True),
        ("v[12].[0-9]+.[0-9]+", "v1.10.1", True),
        ("v[12].[0-9]+.[0-9]+", "v3.0.0", False),
        ("*.jsx?", "page.js", True),
        ("*.jsx?", "page.jsx", True),
        ("**.js", "a/b.js", True),
        ("docs/**/*.md", "docs/a.md", True),
        ("docs/**/*.md", "docs/x/y/a.md", True),
        ("**/README.md", "README.md", True),
        ("**/*src/**", "a/my-src/b.js", True),
        (r"a\*b", "a*b", True),
        ("Docs/*", "docs/a", False),
    ],
)
def test_a_filter_pattern_matches_as_documented(pattern, name, expected):
    assert FilterPattern(pattern).matches(name) is expected


@pytest.mark.parametrize("pattern", ["", "c++/**", "[a", "[]", "[z-a]", "[a/b]", "a\\b", "+a", "**?", "a" * 5000])
def test_what_has_no_documented_meaning_is_a_problem(pattern):
    assert FilterPattern(pattern).problem is not None
    assert not FilterPattern(pattern).matches(pattern)
    assert FilterSet([pattern]).matches("anything")


def test_the_last_pattern_that_matches_decides():
    paths = FilterSet(["src/**", "!src/docs/**", "src/docs/keep"])
    assert [paths.matches(path) for path in ("src/a", "src/docs/a", "src/docs/keep", "b")] == [True, False, True, False]


def test_ignored_paths_are_held_back_and_negation_there_is_unknown():
    assert not FilterSet(["docs/**"], ignore=True).matches("docs/a")
    assert FilterSet(["docs/**", "!docs/a"], ignore=True).problem is not None
    assert FilterSet(["a" * 4000] * 30).problem is not None
    assert FilterSet([]).unfiltered
    assert FilterSet([]).matches("a")
    assert includes(None, "a")
    assert not includes(FilterSet(["b"]), "a")
    assert repr(FilterSet(["b"])) == "FilterSet(['b'], ignore=False)"
    assert repr(FilterPattern("b")) == "FilterPattern('b')"


def test_a_gap_is_a_tracked_file_before_a_possible_path():
    filters = [FilterSet(["src/**"]), FilterSet(["docs/**"])]
    assert uncovered(filters, ["src/a", "README.md"]) == Gap("README.md", tracked=True)
    found = uncovered(filters, ["src/a"])
    assert isinstance(found, Gap)
    assert not found.tracked
    assert not any(one.matches(found.path) for one in filters)


def test_complements_leave_no_gap():
    one, other = FilterSet(["src/**"]), FilterSet(["src/**"], ignore=True)
    assert complementary(one, other) is True
    assert overlap(one, other) is False
    assert overlap(one, FilterSet(["src/*.c"])) is True
    assert complementary(FilterSet(["**.md", "!a"]), FilterSet(["**"])) is True
    assert uncovered([FilterSet([])], ["a"]) is None


def test_what_hangs_on_an_unreadable_filter_is_undecided():
    bad = FilterSet(["[a"])
    assert uncovered([bad, FilterSet(["src/**"])], []) is UNDECIDED
    assert uncovered([bad, FilterSet(["**"])], []) is None
    assert overlap(bad, FilterSet(["**"])) is UNDECIDED
    assert complementary(FilterSet(["*a*b*c*"]), FilterSet(["*b*"]), Limits(automaton_states=1)) is not True


@pytest.mark.parametrize(
    ("pattern", "branch", "expected"),
    [
        ("~ALL", "a", True),
        ("~DEFAULT_BRANCH", "main", True),
        ("~DEFAULT_BRANCH", "a", False),
        ("refs/heads/main", "main", True),
        ("main", "main", True),
        ("release/*", "release/1", True),
        ("release/*", "release/1/2", False),
        ("release/**/*", "release/1/2", True),
        ("v?", "v1", True),
        ("v[0-9]", "v1", True),
        ("v[-a]", "v-", True),
        ("v[0-9]", "va", False),
        ("Main", "main", False),
    ],
)
def test_a_ref_pattern_names_branches_as_documented(pattern, branch, expected):
    assert RefPattern(pattern).matches(branch, "main") is expected


@pytest.mark.parametrize("pattern", ["~OTHER", "a\\b", "[a", "[]", "[!a]", "[é]", "a" * 2000])
def test_an_unsupported_ref_pattern_names_nothing(pattern):
    assert RefPattern(pattern).problem
    assert not RefPattern(pattern).matches("a", None)
    assert RefPattern("main").is_literal
    assert repr(RefPattern("a")) == "RefPattern('a')"
