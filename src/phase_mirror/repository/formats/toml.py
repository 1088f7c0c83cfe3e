"""TOML with the position of every key and value.

What a document says is decided by `tomllib` alone; a scanner beside it notes where each key and value stands. Where the
two disagree about a place (they never should), the value takes the place of the table or key around it.
"""

from __future__ import annotations

import re

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.document import Document
from phase_mirror.repository.formats.tree import PLAIN, Mapping, Node, Scalar, Sequence
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Path = tuple[str | int, ...]
    Place = tuple[int, int, int, int]

_GAP = r"(?:[ \t\r\n]+|#[^\n]*)*"
_PART = r"""[ \t]*([A-Za-z0-9_-]+|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\n]*')[ \t]*"""
_STRING = (
    r'"""[^"\\]*+(?:(?:\\.|"{1,2}(?!"))[^"\\]*+)*+"{3,5}'
    r"|'''[^']*+(?:'{1,2}(?!')[^']*+)*+'{3,5}"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'[^'\n]*'"
)
_WORD = r"[^\s,\[\]{}#]+(?:[ ][0-9]{2}:[^\s,\[\]{}#]+)?"
_SAID_AT = r" \(at (?:line (\d+), column (\d+)|end of document)\)$"
_LONGEST_NUMBER = 1024
"""Bits beyond which an integer is shown in hexadecimal: Python refuses to print more than 4300 digits."""


def read_toml(path: str, text: str, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read one TOML document.

    Args:
        path: where it came from, for positions and errors.
        text: its decoded text.
        limits: bounds on nesting and on the number of keys and values.

    Returns:
        The document. Strings are double-quoted scalars; booleans, numbers, dates and times are plain ones in canonical
        form. A table reaches from its header to the end of its last value.

    Raises:
        UnreadableError: not TOML, a limit; `where` is `path:line:column` where the place is known.
    """
    import tomllib  # noqa: PLC0415 - 4 ms, only where there is TOML

    places = _Places(path, text, limits)
    try:
        places.scan()
        data = tomllib.loads(text)
    except RecursionError as error:
        raise UnreadableError("nested too deep to be read", where=path) from error
    except ValueError as error:  # TOMLDecodeError, and a plain one for a number of too many digits
        raise _invalid(path, text, str(error)) from error
    return Document(path, text, _Tree(places).build(data))


def _invalid(path: str, text: str, said: str) -> UnreadableError:
    """Return the error of `tomllib` with its position as ours."""
    match = re.search(_SAID_AT, said)
    if match is None:
        return UnreadableError(f"not valid TOML: {said}", where=path)
    line, column = match[1], match[2]
    if line is None:
        rows = text.split("\n")
        line, column = str(len(rows)), str(len(rows[-1]) + 1)
    what = said[: match.start()]
    return UnreadableError(f"not valid TOML: {what[:1].lower()}{what[1:]}", where=f"{path}:{line}:{column}")


class _Places:
    """Notes where keys and values stand; stops at what it does not know, which `tomllib` then refuses.

    Attributes:
        keys: place of every key by its path; indexes of arrays count as parts.
        values: place of every value by its path; of a table, of its header.
    """

    def __init__(self, path: str, text: str, limits: Limits) -> None:
        self.path = path
        self.text = text
        self.limits = limits
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.arrays: dict[Path, int] = {}
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
        self.line = 1
        self.gap = re.compile(_GAP)
        self.blanks = re.compile("[ \t]*")
        self.part = re.compile(_PART)
        self.string = re.compile(_STRING, re.DOTALL)
        self.word = re.compile(_WORD)

    def point(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, which is mostly behind the last one asked for."""
        line = self.line if self.starts[self.line - 1] <= offset else 1
        while self.starts[line] <= offset:
            line += 1
        self.line = line
        return line, offset - self.starts[line - 1] + 1

    def place(self, start: int, end: int) -> Place:
        line, column = self.point(start)
        return (line, column, *self.point(end))

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Step over what a pattern matches here; say whether it was more than nothing."""
        match = pattern.match(self.text, self.at)
        if match is None or match.end() == self.at:
            return False
        self.at = match.end()
        return True

    def takes(self, literal: str) -> bool:
        """Step over a literal; say whether it was there."""
        found = self.text.startswith(literal, self.at)
        if found:
            self.at += len(literal)
        return found

    def note(self, path: Path, place: Place) -> None:
        """Keep the place of a value.

        Raises:
            UnreadableError: too deep, or too many.
        """
        if len(path) > self.limits.nesting:
            what = f"nested deeper than {self.limits.nesting} levels"
            raise UnreadableError(what, where=f"{self.path}:{place[0]}:{place[1]}")
        self.values.setdefault(path, place)
        if len(self.values) + len(self.keys) > self.limits.nodes:
            what = f"more than {self.limits.nodes} keys and values"
            raise UnreadableError(what, where=f"{self.path}:{place[0]}:{place[1]}")

    def scan(self) -> None:
        """Note the places of the whole document: headers, and the pairs that follow each."""
        table: Path | None = ()
        while table is not None:
            self.skip(self.gap)
            if self.at >= len(self.text):
                return
            start = self.at
            if self.takes("["):
                table = self.header(start, repeated=self.takes("["))
            elif not self.pair(table):
                return

    def header(self, start: int, *, repeated: bool) -> Path | None:
        """Read a table's header and return the path of the table, None where it is not one."""
        path: Path = ()
        parts = self.dotted()
        if not parts or not self.takes("]]" if repeated else "]"):
            return None
        whole = self.place(start, self.at)
        for number, (name, place) in enumerate(parts, 1):
            path = (*path, name)
            self.keys.setdefault(path, place)
            self.note(path, whole)
            if repeated and number == len(parts):
                self.arrays[path] = self.arrays.get(path, 0) + 1
            if path in self.arrays:
                path = (*path, self.arrays[path] - 1)
                self.note(path, whole)
        return path

    def dotted(self) -> list[tuple[str, Place]]:
        """Read the parts of a key with their places; nothing where there is none."""
        parts: list[tuple[str, Place]] = []
        while match := self.part.match(self.text, self.at):
            parts.append((_bare(match[1]), self.place(match.start(1), match.end(1))))
            if len(parts) > self.limits.nesting:
                line, column = parts[-1][1][:2]
                what = f"nested deeper than {self.limits.nesting} levels"
                raise UnreadableError(what, where=f"{self.path}:{line}:{column}")
            self.at = match.end()
            if not self.takes("."):
                return parts
        return []

    def pair(self, table: Path) -> bool:
        """Read a key and its value; say whether they were there."""
        parts = self.dotted()
        if not parts or not self.takes("="):
            return False
        path = table
        for name, place in parts:
            path = (*path, name)
            self.keys.setdefault(path, place)
            if len(path) < len(table) + len(parts):
                self.note(path, place)
        self.skip(self.blanks)
        return self.value(path)

    def value(self, path: Path) -> bool:
        """Read a value; say whether there was one."""
        start = self.at
        if self.takes("["):
            return self.collection(path, start, "]")
        if self.takes("{"):
            return self.collection(path, start, "}")
        if not self.skip(self.string) and not self.skip(self.word):
            return False
        self.note(path, self.place(start, self.at))
        return True

    def collection(self, path: Path, start: int, closing: str) -> bool:
        """Read an array or an inline table behind its opening bracket; say whether it is whole."""
        self.note(path, (*self.point(start), *self.point(start + 1)))
        number = 0
        while True:
            self.skip(self.gap)
            if self.takes(closing):
                self.values[path] = (*self.values[path][:2], *self.point(self.at))
                return True
            if not (self.value((*path, number)) if closing == "]" else self.pair(path)):
                return False
            number += 1
            self.skip(self.gap)
            if not self.takes(",") and not self.text.startswith(closing, self.at):
                return False


def _bare(part: str) -> str:
    """Return a part of a key without its quotes."""
    if part[0] == '"' and "\\" in part:
        import tomllib  # noqa: PLC0415 - hardly any key has an escape

        try:
            return next(iter(tomllib.loads(f"{part}=0")))
        except tomllib.TOMLDecodeError:
            return part
    return part[1:-1] if part[0] in "\"'" else part


class _Tree:
    """Turns what `tomllib` read into nodes."""

    def __init__(self, places: _Places) -> None:
        self.places = places

    def build(self, data: dict[str, Any]) -> Node:
        """Return the root, which spans the whole text."""
        places = self.places
        root = self.node(data, (), (1, 1, 1, 1))
        root.end_line, root.end_column = places.point(len(places.text))
        return root

    def node(self, value: Any, path: Path, around: Place) -> Node:
        """Return the node of a value; `around` is its place when no better one is known."""
        place = self.places.values.get(path, around)
        self.places.note(path, place)
        if isinstance(value, dict):
            entries: list[tuple[Scalar, Node]] = []
            for name, inner in value.items():
                inside = (*path, name)
                spot = self.places.keys.get(inside, place)
                entries.append((Scalar(name, '"', *spot), self.node(inner, inside, spot)))
            return Mapping(entries, *_stretched(place, [node for _, node in entries]))
        if isinstance(value, list):
            items = [self.node(inner, (*path, number), place) for number, inner in enumerate(value)]
            return Sequence(items, *_stretched(place, items))
        if isinstance(value, str):
            return Scalar(value, '"', *place)
        return Scalar(_canonical(value), PLAIN, *place)


def _stretched(place: Place, inside: list[Node]) -> Place:
    """Return a place drawn out to the end of the last value inside."""
    return (*place[:2], *max([place[2:], *((node.end_line, node.end_column) for node in inside)]))


def _canonical(value: Any) -> str:
    """Return a value that is not a text as the core schema of YAML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _LONGEST_NUMBER else hex(value)
    if isinstance(value, float):
        said = repr(value)
        return said.replace("inf", ".inf").replace("nan", ".nan")
    return str(value.isoformat())
