"""The automaton behind every glob."""

from __future__ import annotations

import pytest

from phase_mirror.repository.globs import language
from phase_mirror.repository.globs.language import (
    ANY,
    ANYTHING,
    DIRECTORIES,
    IN_SEGMENT,
    NOT_SLASH,
    ONE_IN_SEGMENT,
    SEGMENT,
    SLASH,
    SOMETHING,
    UNDECIDED,
    Automaton,
    Chars,
    Group,
    Part,
    literal,
)

A, B = literal("a"), literal("b")


def test_undecided_is_neither_true_nor_false():
    with pytest.raises(TypeError, match="compare with `is`"):
        bool(UNDECIDED)


def test_a_set_of_characters_has_its_members_or_all_others():
    assert Chars(frozenset("ab")).has("a")
    assert not Chars(frozenset("ab")).has("c")
    assert NOT_SLASH.has("a")
    assert not NOT_SLASH.has("/")
    assert ANY.has("\n")


@pytest.mark.parametrize(
    ("parts", "accepted", "refused"),
    [
        ([], [""], ["a"]),
        ([A], ["a"], ["", "b", "aa"]),
        ([Part(A.chars, 0)], ["", "a"], ["aa"]),
        ([Part(A.chars, 1, many=True)], ["a", "aaa"], ["", "ab"]),
        ([Part(A.chars, 0, many=True), B], ["b", "aab"], ["a", "ba"]),
        ([IN_SEGMENT], ["", "abc"], ["a/b"]),
        ([SEGMENT], ["abc"], ["", "a/b"]),
        ([ONE_IN_SEGMENT], ["a", "é"], ["", "/"]),
        ([ANYTHING], ["", "a/b"], []),
        ([SOMETHING], ["a/b"], [""]),
        ([DIRECTORIES, A], ["a", "x/a", "x/y/a"], ["xa", "a/x"]),
        ([A, Group((SLASH, B)), A], ["aa", "a/ba"], ["a/a", "ab"]),
        ([A, Group((Group((SLASH, B)), A))], ["a", "aa", "a/ba"], ["a/b"]),
    ],
)
def test_parts_say_what_a_text_is_made_of(parts, accepted, refused):
    automaton = Automaton([parts])
    assert [text for text in accepted if not automaton.accepts(text)] == []
    assert [text for text in refused if automaton.accepts(text)] == []


def test_the_verdict_is_told_the_numbers_of_all_patterns_that_match():
    seen = []
    automaton = Automaton([[A], [B], [IN_SEGMENT]], lambda matching: seen.append(list(matching)) or False)
    assert not automaton.accepts("a")
    assert not automaton.accepts("b")
    assert not automaton.accepts("a/")
    assert seen == [[2], [0, 2], [1, 2], []]


def test_no_pattern_accepts_nothing():
    assert not Automaton([]).accepts("")
    assert not Automaton([]).accepts("a")


def test_a_state_says_whether_its_answer_can_still_change():
    automaton = Automaton([[A]])
    assert automaton.verdict_at(0) == (False, False)
    after = automaton.step(0, "a")
    assert automaton.verdict_at(after) == (True, False)
    dead = automaton.step(after, "a")
    assert automaton.verdict_at(dead) == (False, True)
    assert automaton.step(dead, "x") == dead


def test_steps_are_remembered_and_cost_nothing_again():
    automaton = Automaton([[SEGMENT, SLASH, A]])
    assert automaton.accepts("dir/a")
    work = automaton.work
    assert automaton.accepts("dir/a")
    assert automaton.work == work


def test_the_alphabet_holds_every_set_that_is_told_apart():
    assert Automaton([[A, IN_SEGMENT], [DIRECTORIES]]).alphabets() == {A.chars, NOT_SLASH, ANY, SLASH.chars}


def test_hard_patterns_cost_one_step_a_character():
    parts = [part for _ in range(20) for part in (IN_SEGMENT, A)]
    automaton = Automaton([[*parts, B]])
    assert not automaton.accepts("a" * 20_000)
    assert automaton.work < 50_000


@pytest.mark.parametrize("bound", ["_MOST_STATES", "_MOST_STORED"])
def test_an_automaton_that_grows_too_large_forgets_and_answers_on(monkeypatch, bound):
    monkeypatch.setattr(language, bound, 5)
    automaton = Automaton([[IN_SEGMENT, A, ONE_IN_SEGMENT, ONE_IN_SEGMENT], [SEGMENT, SLASH, B]])
    texts = [f"{one}{two}{three}" for one in "abx" for two in "abx" for three in "abx"]
    assert [text for text in texts if automaton.accepts(text)] == [text for text in texts if text[0] == "a"]
    assert [text for text in ("a/b", "x/b", "x/a", "b") if automaton.accepts(text)] == ["a/b", "x/b"]
    assert automaton.stored < 40
