"""What every glob of ours is made of, and the automaton that answers for it in linear time.

A pattern becomes a sequence of parts. Several patterns become one automaton, built while it is used, so that no text
and no pattern can make matching slow: one step for each character, whatever the pattern says.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_MOST_STATES = 20_000
_MOST_STORED = 500_000
"""States, and their sizes together, before an automaton forgets them and starts anew. They bound memory (about 30 MB),
not what it can say."""


class Undecided(Enum):
    """The answer to an exact question that was given up at a limit."""

    UNDECIDED = "undecided"

    def __bool__(self) -> bool:
        raise TypeError("UNDECIDED is neither true nor false: compare with `is`")


UNDECIDED = Undecided.UNDECIDED


class Chars(Record):
    """A set of characters: the members, or all others when negated."""

    members: frozenset[str]
    negated: bool = False

    def has(self, char: str) -> bool:
        """Say whether a character is in the set."""
        return (char in self.members) != self.negated


ANY = Chars(frozenset(), negated=True)
NOT_SLASH = Chars(frozenset("/"), negated=True)


class Part(Record):
    """One set of characters and how often it stands: `least` (0 or 1) times, or `many` more."""

    chars: Chars
    least: int = 1
    many: bool = False


class Group(Record):
    """Parts that stand together once or not at all."""

    parts: tuple[Part, ...]


@lru_cache(maxsize=1024)
def literal(char: str) -> Part:
    """Return the part that is one character."""
    return Part(Chars(frozenset(char)))


SLASH = literal("/")
ANYTHING = Part(ANY, 0, many=True)
SOMETHING = Part(ANY, 1, many=True)
IN_SEGMENT = Part(NOT_SLASH, 0, many=True)
SEGMENT = Part(NOT_SLASH, 1, many=True)
ONE_IN_SEGMENT = Part(NOT_SLASH)
DIRECTORIES = Group((ANYTHING, SLASH))
"""Any number of whole directories, none included: `**/` at the start of a segment."""


class Automaton:
    """Several patterns as one deterministic automaton whose states are made when they are first reached.

    Args:
        patterns: the parts of each pattern.
        verdict: from the numbers of the patterns that match, ascending, to the answer.

    Attributes:
        accepting: the answer of each state made so far; 0 is the state before the first character.
        work: how many moves have been weighed so far, for callers that set a budget.
        stored: the sizes of the states made so far, together.
    """

    __slots__ = (
        "_ends",
        "_ids",
        "_moves",
        "_prefixes",
        "_rows",
        "_sets",
        "_skips",
        "accepting",
        "stored",
        "verdict",
        "work",
    )

    def __init__(
        self, patterns: Sequence[Sequence[Part | Group]], verdict: Callable[[Sequence[int]], bool] = bool
    ) -> None:
        self.verdict = verdict
        self.work = 0
        self._moves: list[list[tuple[Chars, int]]] = []
        self._skips: list[list[int]] = []
        self._ends: dict[int, int] = {}
        starts = []
        for number, parts in enumerate(patterns):
            starts.append(self._state())
            self._ends[self._chain(starts[-1], parts)] = number
        self._forget(self._reach(starts))

    def _forget(self, first: frozenset[int]) -> None:
        """Forget all states but the first."""
        self._sets = [first]
        self._ids = {first: 0}
        self._rows: list[dict[str, int]] = [{}]
        self.accepting = [self._accepts(first)]
        self._prefixes: dict[str, int] = {"": 0}
        self.stored = len(first)

    def _state(self) -> int:
        self._moves.append([])
        self._skips.append([])
        return len(self._skips) - 1

    def _reach(self, states: Iterable[int]) -> frozenset[int]:
        """Return states and all that are reached from them without a character."""
        found = set(states)
        stack = list(found)
        while stack:
            for after in self._skips[stack.pop()]:
                if after not in found:
                    found.add(after)
                    stack.append(after)
        return frozenset(found)

    def _chain(self, state: int, parts: Iterable[Part | Group]) -> int:
        """Append the parts after a state and return the state where they end."""
        for part in parts:
            after = self._state()
            if isinstance(part, Group):
                self._skips[state].append(after)
                self._skips[self._chain(state, part.parts)].append(after)
            else:
                if part.least == 0:
                    self._skips[state].append(after)
                if part.many:
                    self._moves[after].append((part.chars, after))
                if part.least == 1 or not part.many:
                    self._moves[state].append((part.chars, after))
            state = after
        return state

    def _accepts(self, states: frozenset[int]) -> bool:
        ends = self._ends
        return self.verdict(sorted(ends[state] for state in states if state in ends))

    def step(self, state: int, char: str) -> int:
        """Return the state after one more character."""
        row = self._rows[state]
        after = row.get(char)
        if after is not None:
            return after
        found: set[int] = set()
        for inner in self._sets[state]:
            moves = self._moves[inner]
            self.work += 1 + len(moves)
            for chars, target in moves:
                if (char in chars.members) != chars.negated:
                    found.add(target)
        key = self._reach(found)
        after = self._ids.get(key)
        if after is None:
            after = self._ids[key] = len(self._sets)
            self._sets.append(key)
            self.stored += len(key)
            self._rows.append({})
            self.accepting.append(self._accepts(key))
        row[char] = after
        return after

    def accepts(self, text: str) -> bool:
        """Return the answer for one text; the state after a directory is kept for the next path in it."""
        if max(len(self._sets), len(self._prefixes)) > _MOST_STATES or self.stored > _MOST_STORED:
            self._forget(self._sets[0])
        cut = text.rfind("/") + 1
        folder = text[:cut]
        state = self._prefixes.get(folder)
        if state is None:
            state = self._prefixes[folder] = self._run(0, folder)
        return self.accepting[self._run(state, text[cut:])]

    def _run(self, state: int, text: str) -> int:
        rows = self._rows
        for char in text:
            after = rows[state].get(char)
            state = self.step(state, char) if after is None else after
        return state

    def verdict_at(self, state: int) -> tuple[bool, bool]:
        """Return the answer of a state, and whether no further character can change it."""
        return self.accepting[state], not self._sets[state]

    def alphabets(self) -> set[Chars]:
        """Return every set of characters that the patterns tell apart."""
        return {chars for moves in self._moves for chars, _ in moves}
