"""Who owns every file of a tree, worked out once for all rules of a CODEOWNERS file."""

from __future__ import annotations

from phase_mirror.repository.globs.language import UNDECIDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.codeowners import Codeowners, OwnerRule
    from phase_mirror.repository.globs.language import Undecided
    from phase_mirror.repository.globs.path_index import PathIndex, Stretch

_NOBODY = -1


class Ownership:
    """The files of a tree under the rules of a CODEOWNERS file; rules are named by their place in `codeowners.rules`.

    Attributes:
        decided: False when a pattern could not be tried within the budget of the index; then who owns a file is known
            only where a later rule decides.
    """

    def __init__(self, codeowners: Codeowners, index: PathIndex) -> None:
        self.codeowners = codeowners
        self.index = index
        self._stretches = [index.stretches(rule.pattern) for rule in codeowners.rules]
        self.decided = not any(stretches is UNDECIDED for stretches in self._stretches)
        self._deciding = self._decide()
        self._inside: dict[Stretch, frozenset[int]] = {}
        self._counts = [0] * len(codeowners.rules)
        for number in self._deciding:
            if number != _NOBODY:
                self._counts[number] += 1

    def _decide(self) -> list[int]:
        """Return the deciding rule of each path: later rules first, each taking what is still free.

        `free[i]` leads to the first free place at or behind i, so that nothing is visited twice.
        """
        size = len(self.index.paths)
        deciding = [_NOBODY] * size
        free = list(range(size + 1))
        for number in range(len(self._stretches) - 1, -1, -1):
            stretches = self._stretches[number]
            if stretches is UNDECIDED:
                continue
            for first, last in stretches:
                place = _next_free(free, first)
                while place < last:
                    deciding[place] = number
                    free[place] = place + 1
                    place = _next_free(free, place + 1)
        return deciding

    def stretches(self, number: int) -> list[Stretch] | Undecided:
        """Return the stretches of `index.paths` that a rule's pattern matches."""
        return self._stretches[number]

    def matched(self, number: int) -> int | Undecided:
        """Return how many files a rule's pattern matches."""
        stretches = self._stretches[number]
        if stretches is UNDECIDED:
            return UNDECIDED
        return sum(last - first for first, last in stretches)

    def decides(self, number: int) -> int:
        """Return for how many files a rule is the last that matches."""
        return self._counts[number]

    def takers(self, number: int) -> list[int]:
        """Return the later rules that decide about files which a rule's pattern matches, ascending."""
        stretches = self._stretches[number]
        if stretches is UNDECIDED:
            return []
        found: set[int] = set()
        for stretch in stretches:
            inside = self._inside.get(stretch)
            if inside is None:
                inside = self._inside[stretch] = frozenset(self._deciding[stretch[0] : stretch[1]])
            found |= inside
        return sorted(found - {number, _NOBODY})

    def rule_of(self, place: int) -> OwnerRule | None:
        """Return the rule that decides about a file, by its place in `index.paths`; None where none matches."""
        number = self._deciding[place]
        return None if number == _NOBODY else self.codeowners.rules[number]

    def unowned(self) -> list[str]:
        """Return the files that no rule matches, or whose deciding rule names nobody."""
        rules = self.codeowners.rules
        return [
            path
            for path, number in zip(self.index.paths, self._deciding, strict=True)
            if number == _NOBODY or not rules[number].owners
        ]


def _next_free(free: list[int], place: int) -> int:
    """Return the first free place at or behind a place, shortening the way for the next one who asks."""
    root = place
    while free[root] != root:
        root = free[root]
    while free[place] != root:
        free[place], place = root, free[place]
    return root
