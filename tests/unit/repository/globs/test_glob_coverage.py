"""Whether some change runs no workflow at all."""

from __future__ import annotations

import pytest

from phase_mirror.repository.globs.coverage import Gap, complementary, overlap, uncovered
from phase_mirror.repository.globs.filters import FilterSet
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.limits import Limits

TIGHT = Limits(automaton_states=1)
UNREADABLE = FilterSet(["c++/**"])


def paths(*patterns: str) -> FilterSet:
    return FilterSet(patterns)


def ignored(*patterns: str) -> FilterSet:
    return FilterSet(patterns, ignore=True)


@pytest.mark.parametrize(
    ("filters", "gap"),
    [
        ([paths("src/**")], "a"),
        ([ignored("docs/**")], "docs/a"),
        ([paths("**")], None),
        ([paths("*", "*/**")], None),
        ([paths("**", "!docs/**")], "docs/a"),
        ([paths("**", "!docs/**"), paths("docs/*")], "docs/a/a"),
        ([paths("**.md"), ignored("**/*.md")], None),
        ([paths("docs/**"), ignored("docs/*")], None),
        ([paths("docs/*"), ignored("docs/**")], "docs/a/a"),
        ([ignored("**.md"), ignored("docs/**")], "docs/.md"),
        ([ignored("a"), ignored("b")], None),
        ([paths("!a")], "a"),
        ([], "a"),
        ([FilterSet([])], None),
        ([paths("a"), FilterSet([], ignore=True)], None),
    ],
)
def test_a_possible_path_outside_the_union_is_found(filters, gap):
    found = uncovered(filters, ())
    assert found == (None if gap is None else Gap(gap, tracked=False))


def test_the_first_tracked_file_outside_the_union_is_preferred():
    filters = [paths("src/**"), ignored("docs/**", "src/**")]
    assert uncovered(filters, ["src/a", "lib/b", "docs/z", "docs/a"]) == Gap("docs/z", tracked=True)
    assert uncovered(filters, ["src/a", "lib/b"]) == Gap("docs/a", tracked=False)


@pytest.mark.parametrize("patterns", [("docs/**", "*.md"), ("*.md", "docs/**")])
def test_the_usual_pair_is_known_without_a_search(patterns):
    assert uncovered([paths("docs/**", "*.md"), ignored(*patterns)], ["a"], TIGHT) is None


def test_a_pair_that_differs_is_searched():
    assert uncovered([paths("docs/**"), ignored("docs/**", "*.md")], ["README.md"]) == Gap("README.md", tracked=True)


def test_an_unreadable_filter_leaves_the_answer_open_unless_the_others_cover_everything():
    assert uncovered([UNREADABLE], ["a"]) is UNDECIDED
    assert uncovered([UNREADABLE, paths("a")], ["b"]) is UNDECIDED
    assert uncovered([UNREADABLE, paths("**")], ["b"]) is None
    assert uncovered([UNREADABLE, paths("*", "*/**")], ["b"], TIGHT) is UNDECIDED


def test_a_search_that_is_given_up_decides_nothing():
    assert uncovered([paths("**.md", "**.js")], ["a.md"], Limits(automaton_states=0)) is UNDECIDED
    assert uncovered([ignored("a/b/c/d/e/f")], [], TIGHT) is UNDECIDED


def test_too_much_work_on_tracked_files_decides_nothing():
    assert uncovered([paths("*a*b*c")], ["xaxbxc", "abc"], Limits(automaton_states=0)) is UNDECIDED


def test_filters_overlap_when_one_path_passes_both():
    assert overlap(paths("docs/**"), paths("**.md")) is True
    assert overlap(paths("docs/*"), paths("src/**")) is False
    assert overlap(paths("docs/**"), ignored("docs/**")) is False
    assert overlap(paths("a"), UNREADABLE) is UNDECIDED
    assert overlap(UNREADABLE, paths("a")) is UNDECIDED
    assert overlap(paths("a/b/c/d"), paths("a/*/c/d"), TIGHT) is UNDECIDED


def test_filters_are_complementary_when_every_path_passes_one():
    assert complementary(paths("docs/**"), ignored("docs/**")) is True
    assert complementary(paths("*"), paths("*/**")) is True
    assert complementary(paths("docs/**"), ignored("docs/**", "*.md")) is False
    assert complementary(paths("docs/**"), UNREADABLE) is UNDECIDED
