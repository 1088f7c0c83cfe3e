"""YAML with the position of every key and value, over libyaml's event parser.

Scalars keep their text (YAML 1.2 core types are asked for later), so `on` stays a key. Duplicate keys, keys that are
not scalars, a second document, nesting beyond the limit and recursive aliases are errors; an alias is the node it
names, visited under a budget, so an "alias bomb" cannot grow.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.document import Document
from phase_mirror.repository.formats.tree import PLAIN, Mapping, Node, Scalar, Sequence
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    from yaml._yaml import CParser as _Parser  # type: ignore[import-untyped,unused-ignore]

    COMPILED = True
except ImportError:  # no wheel with libyaml for this platform: the pure parser is slower, never wrong
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Parser(Reader, Scanner, Parser):  # type: ignore[no-redef]
        """The pure Python event parser of PyYAML."""

        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)

    COMPILED = False


_ODD_BREAKS = "\x85\u2028\u2029"
"""Line breaks of YAML 1.1, and so of libyaml, that no editor shows as such."""

_BLOCKS = ("|", ">")
"""Styles of block scalars."""


class MergeKeyError(UnreadableError):
    """A `<<` key where the reader of the file does not support merge keys."""


def read_yaml(path: str, text: str, *, merge_keys: bool = True, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read one YAML document.

    Args:
        path: where it came from, for positions and errors.
        text: its decoded text.
        merge_keys: False refuses `<<`, as GitHub does in workflows
            (https://github.com/actions/runner/issues/1182); True merges it.
        limits: bounds on nesting and on the nodes visited through aliases.

    Returns:
        The document; the root of an empty one is a null scalar.

    Raises:
        UnreadableError: not YAML, more than one document, a duplicate key, a recursive alias, a limit.
        MergeKeyError: a merge key where `merge_keys` is False.
    """
    builder = _Builder(path, text, merge_keys, limits)
    try:
        root = builder.build(_Parser(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        raise UnreadableError(f"not valid YAML: {error.problem or error.context}", where=where) from error
    except YAMLError as error:
        raise UnreadableError(f"not valid YAML: {str(error).splitlines()[0]}", where=path) from error
    except UnicodeEncodeError as error:
        raise UnreadableError("not valid YAML: half of a surrogate pair", where=path) from error
    if any(character in text for character in _ODD_BREAKS):
        _recount(root, text)
    return Document(path, text, root)


def _recount(root: Node, text: str) -> None:
    """Count lines as editors and GitHub do: YAML 1.1 breaks lines at three more characters.

    Without this, a comment that holds one would move every finding and exemption below it.
    """
    known = [0, *(match.end() for match in re.finditer(rf"\r\n|[\r\n{_ODD_BREAKS}]", text)), len(text)]
    wanted = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def moved(line: int, column: int) -> tuple[int, int]:
        offset = known[line - 1] + column - 1
        number = bisect_right(wanted, offset)
        return number, offset - wanted[number - 1] + 1

    for node in root.walk():
        node.line, node.column = moved(node.line, node.column)
        node.end_line, node.end_column = moved(node.end_line, node.end_column)


class _Builder:
    """Builds the tree from parser events.

    Attributes:
        reached: line and column of the end of the last value, where the block collections around it end.
    """

    def __init__(self, path: str, text: str, merge_keys: bool, limits: Limits) -> None:
        self.path = path
        self.text = text
        self.rows: list[str] = []
        self.reached = (1, 1)
        self.merge_keys = merge_keys
        self.limits = limits
        self.anchors: dict[str, Node] = {}
        self.sizes: dict[int, int] = {}
        self.open_anchors: set[str] = set()
        self.visited = 0

    def fail(self, what: str, mark: Any) -> UnreadableError:
        return UnreadableError(what, where=f"{self.path}:{mark.line + 1}:{mark.column + 1}")

    def build(self, parser: Any) -> Node:
        """Consume the stream and return the root."""
        root: Node | None = None
        next_event = parser.get_event
        while True:
            event = next_event()
            if isinstance(event, StreamEndEvent) or event is None:
                break
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self.fail("a second YAML document in one file", event.start_mark)
                root = self.node(next_event(), next_event, 0)
                end = next_event()
                if not isinstance(end, DocumentEndEvent):
                    raise self.fail("not valid YAML: text after the document", end.start_mark)
        return Scalar("", PLAIN, 1, 1, 1, 1) if root is None else root

    def node(self, event: Any, next_event: Any, depth: int) -> Node:
        """Build the node that an event starts; count what an alias would copy."""
        if depth > self.limits.nesting:
            raise self.fail(f"nested deeper than {self.limits.nesting} levels", event.start_mark)
        self.visited += 1
        if self.visited > self.limits.nodes:
            raise self.too_many(event)
        if type(event) is AliasEvent:
            return self.alias(event)
        if event.anchor is None:
            return self.value(event, next_event, depth)
        before = self.visited - 1
        self.open_anchors.add(event.anchor)
        built = self.value(event, next_event, depth)
        self.open_anchors.discard(event.anchor)
        self.anchors[event.anchor] = built
        self.sizes[id(built)] = self.visited - before
        return built

    def value(self, event: Any, next_event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            return self.scalar(event)
        if kind is SequenceStartEvent:
            return self.sequence(event, next_event, depth)
        if kind is MappingStartEvent:
            return self.mapping(event, next_event, depth)
        raise self.fail("not valid YAML: a value was expected", event.start_mark)

    def too_many(self, event: Any) -> UnreadableError:
        return self.fail(f"more than {self.limits.nodes} values once aliases are visited", event.start_mark)

    def alias(self, event: Any) -> Node:
        if event.anchor in self.open_anchors:
            raise self.fail(f"the alias '*{event.anchor}' contains itself", event.start_mark)
        target = self.anchors.get(event.anchor)
        if target is None:
            raise self.fail(f"the alias '*{event.anchor}' has no anchor before it", event.start_mark)
        self.visited += self.sizes[id(target)]
        self.reached = event.end_mark.line + 1, event.end_mark.column + 1
        if self.visited > self.limits.nodes:
            raise self.too_many(event)
        return target

    def row(self, number: int) -> str:
        """Return a line by its 0-based number, as the parser counts lines."""
        if not self.rows:
            self.rows = re.split(rf"\r\n|[\r\n{_ODD_BREAKS}]", self.text)
        return self.rows[number] if number < len(self.rows) else ""

    def scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark, event.end_mark
        style = event.style or PLAIN
        value = event.value
        line, column = start.line, start.column
        if value and style not in _BLOCKS and event.tag is None and event.anchor is None:  # nearly all of them
            end_line, end_column = self.reached = end.line + 1, end.column + 1
            return Scalar(value, style, line + 1, column + 1, end_line, end_column)
        if style in _BLOCKS:  # the parser's end mark of a block scalar lies behind the blank lines that follow it
            last = end.line if end.column else end.line - 1
            while last > line and not self.row(last).strip():
                last -= 1
            self.reached = last + 1, len(self.row(last)) + 1
            return Scalar(value, style, line + 1, column + 1, *self.reached)
        if event.anchor is not None or event.tag is not None:
            source = f"{style}{value}{style}"
            if start.line == end.line and self.row(line).endswith(source, column, end.column):
                column = end.column - len(source)  # the value without its anchor and tag
            if event.tag is not None and style == PLAIN and event.tag.endswith(":str"):
                style = '"'
        self.reached = end.line + 1, end.column + 1
        if not value and style == PLAIN and not self.row(line) and line >= len(self.rows):
            line, column = len(self.rows) - 1, len(self.rows[-1])  # at its end, the parser may count a line too many
            self.reached = line + 1, column + 1
        return Scalar(value, style, line + 1, column + 1, *self.reached)

    def bounds(self, start: Any, end: Any) -> tuple[int, int, int, int]:
        """Return the bounds of a collection: a block one ends with its last value."""
        if start.flow_style:
            self.reached = end.end_mark.line + 1, end.end_mark.column + 1
        return start.start_mark.line + 1, start.start_mark.column + 1, *self.reached

    def sequence(self, event: Any, next_event: Any, depth: int) -> Sequence:
        items: list[Node] = []
        child = next_event()
        while type(child) is not SequenceEndEvent:
            items.append(self.node(child, next_event, depth + 1))
            child = next_event()
        return Sequence(items, *self.bounds(event, child))

    def mapping(self, event: Any, next_event: Any, depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        merged: list[tuple[Scalar, Node]] = []
        seen: dict[str, Scalar] = {}
        child = next_event()
        while type(child) is not MappingEndEvent:
            key = self.node(child, next_event, depth + 1)
            if not isinstance(key, Scalar):
                raise self.fail("a key that is not a text", child.start_mark)
            value = self.node(next_event(), next_event, depth + 1)
            if key.value == "<<" and key.style == PLAIN:
                if not self.merge_keys:
                    raise MergeKeyError(
                        "merge keys (<<) are not supported by GitHub, the workflow is invalid",
                        where=f"{self.path}:{key.line}:{key.column}",
                        then="write the keys out; anchors and aliases do work",
                    )
                merged.extend(self.merge(value, child.start_mark))
            elif key.value in seen:
                raise self.fail(
                    f"the key '{key.value}' stands twice, first on line {seen[key.value].line}", child.start_mark
                )
            else:
                seen[key.value] = key
                entries.append((key, value))
            child = next_event()
        for key, value in merged:
            if key.value not in seen:
                seen[key.value] = key
                entries.append((key, value))
        return Mapping(entries, *self.bounds(event, child))

    def merge(self, value: Node, mark: Any) -> list[tuple[Scalar, Node]]:
        sources = value.items if isinstance(value, Sequence) else [value]
        found: list[tuple[Scalar, Node]] = []
        for source in sources:
            if not isinstance(source, Mapping):
                raise self.fail("a merge key (<<) whose value is not a mapping", mark)
            found.extend(source.entries)
            self.visited += len(source.entries)
        return found
