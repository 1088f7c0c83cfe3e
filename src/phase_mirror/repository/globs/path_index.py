"""Which files does each CODEOWNERS pattern match, without trying every pattern on every file.

The sorted paths are read once into directories (each a stretch of the sorted list) and a register of names. A pattern
then walks down from the root as long as its segments say where, and behind a `**` starts from the entries whose name
fits its last segment. What remains to be tried is counted, and given up at a limit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.owners import DEEP, ONE, STAR, Reach, compile_segments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from phase_mirror.repository.globs.language import Undecided
    from phase_mirror.repository.globs.owners import OwnersPattern, Segment

Stretch = tuple[int, int]
"""A stretch of the sorted paths: first and behind last."""

MOST_TRIALS = 30_000_000
"""Names and paths tried against a wildcard before the index answers UNDECIDED; about ten seconds."""
_TRIALS_TO_COMPILE = 300
"""What compiling one regular expression costs, in trials."""
_MOST_KEPT = 2_000_000
"""Entries kept by name pattern before they are forgotten; bounds memory (about 16 MB)."""


class Entry:
    """A file or directory: its path, its name and its stretch of the sorted paths."""

    __slots__ = ("children", "first", "is_file", "last", "path")

    def __init__(self, path: str, first: int, *, is_file: bool) -> None:
        self.path = path
        self.first = first
        self.last = first + 1
        self.is_file = is_file
        self.children: dict[str, Entry] = _CHILDLESS if is_file else {}


_CHILDLESS: dict[str, Entry] = {}
"""Shared by all files, which are most of the entries; never written to."""


class PathIndex:
    """An index over the files of one tree.

    Args:
        paths: the files, relative to the root; order and repetition do not matter.
        most_trials: the budget of trials over the life of the index.

    Attributes:
        paths: the files, sorted.
        root: the directory that holds all.
        trials: trials spent so far.
    """

    def __init__(self, paths: Iterable[str], most_trials: int = MOST_TRIALS) -> None:
        self.paths = sorted(set(paths))
        self.trials = 0
        self.most_trials = most_trials
        self.root = Entry("", 0, is_file=False)
        self.root.last = len(self.paths)
        self._named: dict[str, list[Entry]] = {}
        self._fill()
        self._names = sorted(self._named)
        self._backwards = sorted(name[::-1] for name in self._named)
        self._fitting: dict[Segment, list[Entry]] = {}
        self._kept = 0

    def _fill(self) -> None:
        """Read the sorted paths into entries; a directory ends where a path without its prefix stands."""
        open_entries = [self.root]
        folders: list[str] = []
        for number, path in enumerate(self.paths):
            *parents, name = path.split("/")
            same = 0
            for one, other in zip(parents, folders, strict=False):
                if one != other:
                    break
                same += 1
            for entry in open_entries[same + 1 :]:
                entry.last = number
            del open_entries[same + 1 :]
            for depth in range(same, len(parents)):
                open_entries.append(self._enter(open_entries[-1], parents[depth], number, is_file=False))
            folders = parents
            self._enter(open_entries[-1], name, number, is_file=True)
        for entry in open_entries[1:]:
            entry.last = len(self.paths)

    def _enter(self, parent: Entry, name: str, number: int, *, is_file: bool) -> Entry:
        path = f"{parent.path}/{name}" if parent.path else name
        entry = Entry(path, number, is_file=is_file)
        parent.children[name] = entry
        self._named.setdefault(name, []).append(entry)
        return entry

    def stretches(self, pattern: OwnersPattern) -> list[Stretch] | Undecided:
        """Return the files that a pattern matches, as ascending stretches of `paths` that do not touch.

        UNDECIDED once the budget of trials is spent.
        """
        if pattern.ignored is not None:
            return []
        if pattern.everything:
            return _merged([(0, len(self.paths))])
        if self.trials > self.most_trials or pattern.too_long:
            return UNDECIDED
        found: list[Stretch] = []
        for entry in self._entries(pattern):
            if pattern.reach is Reach.DIRECT:
                found.extend((child.first, child.last) for child in entry.children.values() if child.is_file)
                self.trials += len(entry.children)
            elif pattern.reach is Reach.ENTRY or not entry.is_file:
                found.append((entry.first, entry.last))
            if self.trials > self.most_trials:
                break
        return UNDECIDED if self.trials > self.most_trials else _merged(found)

    def files(self, pattern: OwnersPattern) -> list[str] | Undecided:
        """Return the files that a pattern matches, sorted; UNDECIDED as in `stretches`."""
        stretches = self.stretches(pattern)
        if stretches is UNDECIDED:
            return UNDECIDED
        return [path for first, last in stretches for path in self.paths[first:last]]

    def dead(self, pattern: OwnersPattern) -> bool | Undecided:
        """Say whether a pattern matches no file."""
        stretches = self.stretches(pattern)
        return UNDECIDED if stretches is UNDECIDED else not stretches

    def _entries(self, pattern: OwnersPattern) -> Iterator[Entry]:
        """Yield the entries that the segments of a pattern lead to."""
        segments = pattern.segments
        head = segments.index(DEEP) if DEEP in segments else len(segments)
        bases = self._walk([self.root], segments[:head])
        yield from bases if head == len(segments) else self._behind_deep(bases, segments)

    def _walk(self, entries: Iterable[Entry], segments: Sequence[Segment]) -> list[Entry]:
        """Follow segments without `**` down from some entries."""
        current = list(entries)
        for segment in segments:
            if not any(token in {STAR, ONE} for token in segment):
                name = "".join(token[1:] for token in segment)
                current = [entry.children[name] for entry in current if name in entry.children]
                self.trials += len(current)
                continue
            fits = self._compiled([segment])
            below: list[Entry] = []
            for entry in current:
                self.trials += len(entry.children)
                below.extend(child for name, child in entry.children.items() if fits(name))
                if self.trials > self.most_trials:
                    return below
            current = below
        return current

    def _behind_deep(self, bases: Sequence[Entry], segments: Sequence[Segment]) -> Iterator[Entry]:
        """Yield the entries below some directories whose whole path fits, starting from those whose name fits."""
        candidates = self._with_name(segments[-1])
        simple = segments == (DEEP, segments[-1])
        fits = None if simple else self._compiled(segments)
        for base in bases:
            low = bisect_left(candidates, base.first, key=_first_of)
            high = bisect_left(candidates, base.last, key=_first_of)
            self.trials += high - low
            for entry in candidates[low:high]:
                if fits is None or fits(entry.path):
                    yield entry
            if self.trials > self.most_trials:
                return

    def _with_name(self, segment: Segment) -> list[Entry]:
        """Return the entries whose name fits a segment, in order of their stretch."""
        found = self._fitting.get(segment)
        if found is None:
            names = self._names_near(segment)
            self.trials += len(names)
            if any(token in {STAR, ONE} for token in segment):
                fits = self._compiled([segment])
                known = max((token[1:] for token in segment if token.startswith("=")), key=len, default="")
                names = [name for name in names if known in name and fits(name)]
            found = sorted((entry for name in names for entry in self._named[name]), key=_first_of)
            self._kept += len(found)
            if self._kept > _MOST_KEPT:
                self._fitting.clear()
                self._kept = len(found)
            self._fitting[segment] = found
        return found

    def _compiled(self, segments: Sequence[Segment]) -> Callable[[str], object]:
        """Return the question whether a whole path, or name, fits segments."""
        self.trials += _TRIALS_TO_COMPILE
        return compile_segments(segments, r"\Z").match

    def _names_near(self, segment: Segment) -> Sequence[str]:
        """Return the names that share the literal start, or the literal end, of a segment."""
        if not segment:
            return ()
        if segment[0].startswith("="):
            literal = segment[0][1:]
            if len(segment) == 1:
                return (literal,) if literal in self._named else ()
            return _starting(self._names, literal)
        if segment[-1].startswith("="):
            return [name[::-1] for name in _starting(self._backwards, segment[-1][:0:-1])]
        return self._names


def _starting(names: Sequence[str], prefix: str) -> Sequence[str]:
    """Return the sorted names that start with a prefix."""
    low = bisect_left(names, prefix)
    return names[low : bisect_right(names, prefix, lo=low, key=lambda name: name[: len(prefix)])]


def _first_of(entry: Entry) -> int:
    return entry.first


def _merged(stretches: list[Stretch]) -> list[Stretch]:
    """Return stretches in order, overlapping and touching ones joined."""
    merged: list[Stretch] = []
    for first, last in sorted(stretches):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        elif first < last:
            merged.append((first, last))
    return merged
