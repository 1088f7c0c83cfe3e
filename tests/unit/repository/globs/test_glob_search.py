"""The search for the shortest possible path."""

from __future__ import annotations

import pytest

from phase_mirror.repository.globs import search
from phase_mirror.repository.globs.filters import FilterPattern
from phase_mirror.repository.globs.language import UNDECIDED, Automaton, Chars
from phase_mirror.repository.globs.search import representatives, shortest
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits


def path(*patterns: str, limits: Limits = DEFAULT_LIMITS):
    """Return the shortest path that matches all patterns, but none that starts with `!`."""
    read = [FilterPattern(text) for text in patterns]
    wanted = [not pattern.negative for pattern in read]
    return shortest([Automaton([pattern.parts]) for pattern in read], wanted, limits)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ((), "a"),
        (("**",), "a"),
        (("**/*.md",), ".md"),
        (("*/**",), "a/a"),
        (("*", "!a"), "b"),
        (("*", "![a-zA-Z0-9_]"), "-"),
        (("docs/**", "!docs/*"), "docs/a/a"),
        (("*.md", "*.js"), None),
        (("a*", "!a**"), None),
        (("**", "!*", "!*/**"), None),
        (("v[0-9]+", "!v0+"), "v1"),
        (("main",), "main"),
    ],
)
def test_the_shortest_path_is_found_or_proved_away(patterns, expected):
    assert path(*patterns) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (".", None),
        ("..", None),
        ("...", "..."),
        ("./a", None),
        ("a/..", None),
        ("a/../b", None),
        ("a/.b", "a/.b"),
        ("..a", "..a"),
        ("/a", None),
        ("a/", None),
        ("a//b", None),
        (".+", "..."),
        ("\x01", None),
    ],
)
def test_a_path_is_one_that_a_tree_can_hold(pattern, expected):
    assert path(pattern) == expected


@pytest.mark.parametrize("states", [1, 5])
def test_the_search_is_given_up_at_the_limit_of_states(states):
    assert path("a/b/c/d/e/f/g/h", limits=Limits(automaton_states=states)) is UNDECIDED


def test_the_search_is_given_up_when_moves_or_states_cost_too_much(monkeypatch):
    monkeypatch.setattr(search, "WORK_PER_STATE", 0)
    assert path("a*b*c*d") is UNDECIDED
    monkeypatch.undo()
    monkeypatch.setattr(search, "_MOST_STORED", 3)
    assert path("a*b*c*d") is UNDECIDED


def test_work_done_before_is_not_held_against_the_search():
    automaton = Automaton([FilterPattern("a*b").parts])
    for number in range(200):
        automaton.accepts(f"a{number}b")
    automaton.work += DEFAULT_LIMITS.automaton_states * search.WORK_PER_STATE
    assert shortest([automaton], [True], DEFAULT_LIMITS) == "ab"


def test_one_character_stands_for_all_that_no_set_tells_apart():
    assert representatives([Chars(frozenset("bcd")), Chars(frozenset("d"))]) == ["a", "b", "d", ".", "/"]
    assert representatives([]) == ["a", ".", "/"]
    assert representatives([Chars(frozenset("/.")), Chars(frozenset("/"), negated=True)]) == ["a", ".", "/"]


def test_another_character_is_found_when_all_pleasant_ones_are_taken():
    assert representatives([Chars(frozenset(search._NICE + "à"))]) == ["a", ".", "/", "á"]
