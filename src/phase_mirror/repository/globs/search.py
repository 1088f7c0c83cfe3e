"""The shortest possible path with a property, or the proof that none exists."""

from __future__ import annotations

from phase_mirror.repository.globs.language import UNDECIDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from phase_mirror.repository.globs.language import Automaton, Chars, Undecided
    from phase_mirror.repository.limits import Limits

    State = tuple[int, tuple[int, ...]]

_NICE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
"""The characters that a made-up path prefers, best first."""
WORK_PER_STATE = 500
"""Moves weighed per state of the limit: a state of a set of real filters costs far fewer."""
_MOST_STORED = 1_000_000
"""Sizes of the states of all automata together; bounds memory (about 60 MB)."""

_START, _DOT, _DOTS, _INSIDE, _BROKEN = range(5)


def shortest(automata: Sequence[Automaton], wanted: Sequence[bool], limits: Limits) -> str | Undecided | None:
    """Search a relative path that automata answer as wanted, breadth first.

    A path here has no empty segment (so no leading, trailing or double slash), no segment `.` or `..`, and no control
    character.

    Args:
        automata: the questions asked of the path.
        wanted: the answer wanted of each.
        limits: `automaton_states` bounds the states visited, and 500 times it the moves weighed.

    Returns:
        The shortest such path, None when there is none, UNDECIDED when the limit was reached before.
    """
    alphabet = representatives(chars for automaton in automata for chars in automaton.alphabets())
    budget = limits.automaton_states * WORK_PER_STATE + sum(automaton.work for automaton in automata)
    first: State = (_START, (0,) * len(automata))
    came: dict[State, tuple[State, str] | None] = {first: None}
    layer = [first]
    steps = 0
    while layer:
        below = []
        for state in layer:
            shape, places = state
            for char in alphabet:
                after_shape = _shape(shape, char)
                if after_shape == _BROKEN:
                    continue
                after = (after_shape, tuple(a.step(place, char) for a, place in zip(automata, places, strict=True)))
                steps += 1
                if after in came:
                    continue
                came[after] = (state, char)
                verdicts = [automaton.verdict_at(place) for automaton, place in zip(automata, after[1], strict=True)]
                if after_shape == _INSIDE and all(map(_as_wanted, verdicts, wanted)):
                    return _spell(after, came)
                if not any(final and now != want for (now, final), want in zip(verdicts, wanted, strict=True)):
                    below.append(after)
            if (
                len(came) > limits.automaton_states
                or sum(a.work for a in automata) + steps > budget
                or sum(a.stored for a in automata) > _MOST_STORED
            ):
                return UNDECIDED
        layer = below
    return None


def _as_wanted(verdict: tuple[bool, bool], want: bool) -> bool:
    return verdict[0] == want


def _shape(shape: int, char: str) -> int:
    """Return where a path stands after a character: at the start of a segment, in its dots, inside it, or nowhere."""
    if char == "/":
        return _START if shape == _INSIDE else _BROKEN
    if char == "." and shape in {_START, _DOT}:
        return shape + 1
    return _INSIDE


def _spell(state: State, came: dict[State, tuple[State, str] | None]) -> str:
    """Return the text that led to a state."""
    text = []
    link = came[state]
    while link is not None:
        text.append(link[1])
        link = came[link[0]]
    return "".join(reversed(text))


def representatives(sets: Iterable[Chars]) -> list[str]:
    """Return one character for each class that the sets do not tell apart, the pleasant ones first.

    Two characters behave alike when the same sets mention them; all that no set mentions are one class.
    """
    mentions: dict[str, list[int]] = {}
    for number, chars in enumerate(set(sets)):
        for char in chars.members:
            mentions.setdefault(char, []).append(number)
    classes: dict[tuple[int, ...], str] = {}
    for char in sorted((char for char in mentions if char not in "/." and _plausible(char)), key=_order):
        classes.setdefault(tuple(mentions[char]), char)
    other = next((char for char in _NICE if char not in mentions), None)
    if other is None:
        other = next(chr(code) for code in range(0x00E0, 0x110000) if chr(code) not in mentions)
    classes.setdefault((), other)
    # Slashes and dots have rules of their own in a path, so they never stand for other characters.
    return sorted({*classes.values(), "/", "."}, key=_order)


def _plausible(char: str) -> bool:
    return char >= " " and char != "\x7f"


def _order(char: str) -> tuple[int, str]:
    place = _NICE.find(char)
    return (place if place >= 0 else len(_NICE), char)
