"""Explains a CODEOWNERS pattern that matches no file by the path it was most likely meant for."""

from __future__ import annotations

import re

from phase_mirror.model.nearest import LONGEST
from phase_mirror.model.record import Record
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.owners import DEEP, ONE, STAR, OwnersPattern, Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from phase_mirror.repository.globs.path_index import PathIndex

ALIKE = 0.84
"""How alike (0 to 1, difflib's ratio) two names must be to be taken for one that was mistyped or renamed."""
_SHORTEST = 4
"""A shorter name is near too many others (characters)."""
_MOST_SIBLINGS = 2_000
"""Names of one directory that are compared with a missing one."""


class Near(Record):
    """What a dead pattern was most likely meant to be.

    Attributes:
        pattern: the pattern that would match, such as `/src/app/`.
        path: one file that it matches.
        why: a clause that says how the two differ.
    """

    pattern: str
    path: str
    why: str


class NearPaths:
    """Searches explanations in one tree.

    Args:
        index: the files.
        known: the texts of all patterns of the file; what has a line of its own was not renamed.
    """

    def __init__(self, index: PathIndex, known: Sequence[str]) -> None:
        self.index = index
        self.known = {text.strip("/") for text in known}
        self._folded: dict[str, list[str]] | None = None

    def explain(self, pattern: OwnersPattern) -> Near | None:
        """Return the best explanation of a pattern that matches nothing, None when nothing is near."""
        for text, why in _rewritten(pattern):
            path = self._first(text)
            if path:
                return Near(text, path, why)
        literal = literal_path(pattern)
        return (self._case(literal) or self._anchored(literal) or self._misspelled(literal)) if literal else None

    def _first(self, text: str) -> str:
        """Return the first file that a pattern matches, empty without one."""
        stretches = self.index.stretches(OwnersPattern(text))
        return "" if stretches is UNDECIDED or not stretches else self.index.paths[stretches[0][0]]

    def _near(self, literal: str, why: str) -> Near | None:
        """Return an explanation by an existing path, unless that path has a line of its own."""
        if literal in self.known:
            return None
        text = "/" + re.sub(r"([ \\*?\[\]#])", r"\\\1", literal)
        path = self._first(text)
        return Near(text if path == literal else text + "/", path, why) if path else None

    def _case(self, literal: str) -> Near | None:
        """Explain by a path that differs in case alone."""
        if self._folded is None:
            self._folded = {}
            for path in self.index.paths:
                for entry in _prefixes(path):
                    self._folded.setdefault(entry.lower(), [])
                    if entry not in self._folded[entry.lower()]:
                        self._folded[entry.lower()].append(entry)
        found = self._folded.get(literal.lower(), [])
        return self._near(found[0], f"the path is '{found[0]}', and case counts") if len(found) == 1 else None

    def _anchored(self, literal: str) -> Near | None:
        """Explain by the only path that ends with all of a pattern that is bound to the root."""
        if "/" not in literal:
            return None
        path = self._first(f"**/{literal}")
        if not path:
            return None
        end = path.find(f"/{literal}") + 1 + len(literal)
        where = path[:end]
        stretches = self.index.stretches(OwnersPattern(f"**/{literal}"))
        inside = self.index.stretches(OwnersPattern(f"/{where}"))
        if stretches != inside:
            return None
        return self._near(where, f"a slash inside a pattern binds it to the root, and the path is '{where}'")

    def _misspelled(self, literal: str) -> Near | None:
        """Explain by the one name beside the first missing part that is nearly the same."""
        parts = literal.split("/")
        entry = self.index.root
        for place, part in enumerate(parts):
            below = entry.children.get(part)
            if below is not None:
                entry = below
                continue
            rest = parts[place + 1 :]
            folder = "/".join(parts[:place])
            for name in _alike(part, list(entry.children)):
                near = self._near("/".join(filter(None, (folder, name, *rest))), f"'{name}' exists, '{part}' does not")
                if near:
                    return near
            return None
        return None


def literal_path(pattern: OwnersPattern) -> str:
    """Return the path that a pattern names, without its trailing `/`, `/*` or `/**`; empty when it has wildcards."""
    segments = [segment for number, segment in enumerate(pattern.segments) if number or segment is not DEEP]
    if any(segment is DEEP or STAR in segment or ONE in segment for segment in segments):
        return ""
    return "/".join("".join(token[1:] for token in segment) for segment in segments)


def literal_start(pattern: OwnersPattern) -> str:
    """Return the directories that a pattern bound to the root names before its first wildcard."""
    names = []
    for segment in pattern.segments:
        if segment is DEEP or STAR in segment or ONE in segment:
            break
        names.append("".join(token[1:] for token in segment))
    return "/".join(names)


def _prefixes(path: str) -> Iterator[str]:
    """Yield a path and every directory it lies in."""
    end = len(path)
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)


def _rewritten(pattern: OwnersPattern) -> Iterator[tuple[str, str]]:
    """Yield what a pattern would be, were it written in the language of CODEOWNERS, and why it is not."""
    text = pattern.text
    if text.startswith("./"):
        yield text[1:], "no path starts with './'; '/' is the root"
    if "//" in text:
        yield re.sub("/{2,}", "/", text), "no path holds two slashes in a row"
    if re.search(r"\\\w", text):
        yield re.sub(r"\\(?=\w)", "/", text), "a backslash escapes the next character; '/' separates directories"
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'`":
        yield text[1:-1], "quotes are taken literally"
    braces = re.search(r"\{([^{},]*),[^{}]*\}", text)
    if braces:
        yield text.replace(braces[0], braces[1]), "'{a,b}' is taken literally, so every alternative needs its own line"
    if text.endswith("/") and pattern.reach is Reach.INSIDE:
        yield text.rstrip("/"), "a trailing slash matches directories alone, and this is a file"


def _alike(part: str, names: list[str]) -> list[str]:
    """Return the names nearly like a missing one, best first; none when two are equally near."""
    if not _SHORTEST <= len(part) <= LONGEST or len(names) > _MOST_SIBLINGS:
        return []
    from difflib import SequenceMatcher  # noqa: PLC0415 - only a dead pattern pays for it

    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(part)
    scored = []
    for name in names:
        matcher.set_seq1(name)
        if _digits(name) == _digits(part) and matcher.real_quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            scored.append((matcher.ratio(), name))
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    return [name for _, name in scored]


def _digits(name: str) -> list[str]:
    """Return the numbers in a name: `api-v1` is not a misspelling of `api-v2`."""
    return re.findall(r"\d+", name)
