"""The filter patterns of GitHub Actions, for branches, tags and paths.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
A workflow with a pattern that GitHub cannot read (such as `c++/**`) is refused whole and never runs.
"""

from __future__ import annotations

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.globs.language import (
    ANYTHING,
    DIRECTORIES,
    IN_SEGMENT,
    Automaton,
    Chars,
    Part,
    literal,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from phase_mirror.repository.globs.language import Group

_SPECIAL = "*?+[]!\\"
_LONGEST = 4_096
"""The longest pattern that is read (characters): no path in a checkout is longer."""
_LONGEST_TOGETHER = 100_000
"""The most characters of all patterns of one filter; the largest seen in the field are a third of it."""


class FilterPattern:
    r"""One pattern of a `branches`, `tags` or `paths` filter.

    `*` stays within a segment, `**` crosses slashes (and `**/` at the start of a segment also stands for nothing),
    `?` makes the character before it optional, `+` repeats it, `[]` is one letter or digit of a list, `\` takes the
    next special character as it is, and a leading `!` takes matches of earlier patterns back. The whole name must
    match; case counts.

    Attributes:
        text: the pattern as written.
        negative: it starts with `!`.
        parts: what it is made of, without the `!`.
        problem: why it cannot be read, or None. What the vendor does not document is such a reason too.
    """

    __slots__ = ("_automaton", "negative", "parts", "problem", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.negative = text.startswith("!")
        reader = _Reader(text[1:] if self.negative else text)
        self.parts: tuple[Part | Group, ...] = tuple(reader.parts)
        self.problem = (
            UnreadableError(
                f"the filter pattern {text!r} cannot be read: {reader.problem}",
                then="escape special characters with a backslash",
            )
            if reader.problem
            else None
        )
        self._automaton: Automaton | None = None

    def matches(self, name: str) -> bool:
        """Say whether the pattern, its `!` aside, matches a whole name; one that cannot be read matches nothing."""
        if self.problem is not None:
            return False
        if self._automaton is None:
            self._automaton = Automaton([self.parts])
        return self._automaton.accepts(name)

    def __repr__(self) -> str:
        return f"FilterPattern({self.text!r})"


class FilterSet:
    """One filter key of an event: `branches`, `tags`, `paths`, or one of the same with `-ignore`.

    A filter without patterns is no filter.

    Args:
        patterns: the patterns in the order written; the last one that matches decides.
        ignore: whether the key ends with `-ignore`: what a pattern matches is then held back.

    Attributes:
        problem: why the filter as a whole cannot be read, or None. GitHub documents `!` only for filters without
            `-ignore`, and reports of what it does there differ.
    """

    __slots__ = ("_automaton", "ignore", "patterns", "problem")

    def __init__(self, patterns: Iterable[str], ignore: bool = False) -> None:
        self.patterns = tuple(FilterPattern(text) for text in patterns)
        self.ignore = ignore
        self.problem = next((pattern.problem for pattern in self.patterns if pattern.problem), None)
        negative = next((pattern.text for pattern in self.patterns if pattern.negative), None)
        if ignore and negative is not None and self.problem is None:
            self.problem = UnreadableError(
                f"the pattern {negative!r} stands under an `-ignore` filter, where `!` has no documented meaning",
                then="use the filter without `-ignore`, with `!` before what it should leave out",
            )
        if sum(len(pattern.text) for pattern in self.patterns) > _LONGEST_TOGETHER:
            self.problem = UnreadableError("the filter is too large to be compared")
        self._automaton: Automaton | None = None

    @property
    def unfiltered(self) -> bool:
        """Whether there is no pattern at all, so that everything is let through."""
        return not self.patterns

    @property
    def automaton(self) -> Automaton:
        """The names let through, as one automaton over all patterns."""
        if self._automaton is None:
            self._automaton = Automaton([pattern.parts for pattern in self.patterns], self._verdict)
        return self._automaton

    def _verdict(self, matching: Sequence[int]) -> bool:
        """Decide from the numbers of the patterns that match."""
        if not self.patterns:
            return True
        if self.ignore:
            return not matching
        return bool(matching) and not self.patterns[matching[-1]].negative

    def matches(self, name: str) -> bool:
        """Say whether the filter lets a branch, tag or changed path through.

        A filter that cannot be read lets everything through, so that nothing is held against it: ask `problem` first.
        """
        return self.problem is not None or self.automaton.accepts(name)

    def __repr__(self) -> str:
        return f"FilterSet({[pattern.text for pattern in self.patterns]!r}, ignore={self.ignore})"


def includes(filter_set: FilterSet | None, name: str) -> bool:
    """Say whether a filter lets a name through; no filter lets every name through."""
    return filter_set is None or filter_set.matches(name)


class _Reader:
    """Reads one pattern from left to right into parts, until the first thing that has no documented meaning."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[Part | Group] = []
        self.problem = "it is empty"
        if text:
            self.problem = "" if len(text) <= _LONGEST else "it is too long"
        self.repeatable = False
        at = 0
        while at < len(text) and not self.problem:
            at = self._next(at)

    def _next(self, at: int) -> int:
        """Read what starts at an offset and return the offset after it."""
        char = self.text[at]
        if char == "*":
            return self._star(at)
        if char in "?+":
            return self._repeat(at, char)
        if char == "[":
            return self._list(at)
        if char == "\\":
            return self._escape(at)
        return self._one(literal(char), at + 1)

    def _one(self, part: Part, after: int) -> int:
        self.parts.append(part)
        self.repeatable = True
        return after

    def _star(self, at: int) -> int:
        self.repeatable = False
        if not self.text.startswith("**", at):
            self.parts.append(IN_SEGMENT)
            return at + 1
        if self.text.startswith("**/", at) and (at == 0 or self.text[at - 1] == "/"):
            self.parts.append(DIRECTORIES)
            return at + 3
        self.parts.append(ANYTHING)
        return at + len(self.text[at:]) - len(self.text[at:].lstrip("*"))

    def _repeat(self, at: int, char: str) -> int:
        before = self.parts[-1] if self.repeatable else None
        if not isinstance(before, Part):
            self.problem = f"`{char}` repeats the character before it, and there is none that can be repeated"
            return at
        self.parts[-1] = Part(before.chars, 0) if char == "?" else Part(before.chars, 1, many=True)
        self.repeatable = False
        return at + 1

    def _escape(self, at: int) -> int:
        char = self.text[at + 1 : at + 2]
        if not char or char not in _SPECIAL:
            self.problem = "the backslash is not before a special character"
            return at
        return self._one(literal(char), at + 2)

    def _list(self, at: int) -> int:
        end = self.text.find("]", at)
        if end < 0:
            self.problem = "`[` is never closed"
            return at
        members = _members(self.text[at + 1 : end])
        if not members:
            self.problem = "`[]` takes letters, digits and ranges of one kind of them"
            return at
        return self._one(Part(Chars(members)), end + 1)


def _members(text: str) -> frozenset[str]:
    """Return the characters of a bracket list; empty when it holds anything but letters, digits, `_` and ranges."""
    members: set[str] = set()
    at = 0
    while at < len(text):
        first = last = text[at]
        if text[at + 1 : at + 2] == "-":
            last = text[at + 2 : at + 3]
            at += 2
            if not _ascending(first, last):
                return frozenset()
        elif not (first == "_" or (first.isascii() and first.isalnum())):
            return frozenset()
        members.update(map(chr, range(ord(first), ord(last) + 1)))
        at += 1
    return frozenset(members)


def _ascending(first: str, last: str) -> bool:
    """Say whether two characters span a range of capital letters, of small letters or of digits."""
    return any(low <= first <= last <= high for low, high in ("AZ", "az", "09"))
