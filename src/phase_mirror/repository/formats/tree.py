"""The positioned tree that YAML, JSON and TOML are read into.

Scalars keep their text; what type the text denotes is asked with `boolean_of`, `number_of` or `text_of`, so that
`on` stays a key and `0755` a text.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = ""
"""Style of a scalar without quotes; the others are `'`, `"`, `|` and `>`, as in the source."""


class Node:
    """A value with its position: lines and columns from 1, the end exclusive."""

    __slots__ = ("column", "end_column", "end_line", "line")

    line: int
    column: int
    end_line: int
    end_column: int

    def get(self, *keys: str) -> Node | None:
        """Follow keys into nested mappings; None where one is missing or not a mapping."""
        node: Node | None = self
        for key in keys:
            node = node.entry(key) if isinstance(node, Mapping) else None
        return node

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node below it, keys included, in document order.

        A node reached by several aliases is yielded once.
        """
        seen: set[int] = set()
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            if isinstance(node, Sequence):
                stack.extend(reversed(node.items))
            elif isinstance(node, Mapping):
                for key, value in reversed(node.entries):
                    stack.append(value)
                    stack.append(key)

    def mappings(self) -> Iterator[Mapping]:
        """Yield this node and every node below it that is a mapping, each once, in no order."""
        seen: set[int] = set()
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, Mapping):
                yield node
                stack += [value for _, value in node.entries if not isinstance(value, Scalar)]
            elif isinstance(node, Sequence):
                stack += [item for item in node.items if not isinstance(item, Scalar)]


class Scalar(Node):
    """A text. `style` is PLAIN or the quote character of the source; JSON and TOML strings count as double-quoted."""

    __slots__ = ("style", "value")

    def __init__(self, value: str, style: str, line: int, column: int, end_line: int, end_column: int) -> None:
        self.value = value
        self.style = style
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column

    def __repr__(self) -> str:
        return f"Scalar({self.value!r}@{self.line}:{self.column})"


class Sequence(Node):
    """A list of nodes."""

    __slots__ = ("items",)

    def __init__(self, items: list[Node], line: int, column: int, end_line: int, end_column: int) -> None:
        self.items = items
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column

    def __repr__(self) -> str:
        return f"Sequence({self.items!r})"


class Mapping(Node):
    """Keys and values in document order; duplicate keys were refused by the reader."""

    __slots__ = ("_index", "entries")

    def __init__(
        self, entries: list[tuple[Scalar, Node]], line: int, column: int, end_line: int, end_column: int
    ) -> None:
        self.entries = entries
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self._index: dict[str, int] | None = None

    def entry(self, key: str) -> Node | None:
        """Return the value of a key, or None."""
        found = self._position(key)
        return None if found is None else self.entries[found][1]

    def key(self, key: str) -> Scalar | None:
        """Return the key itself as a node, for its position, or None."""
        found = self._position(key)
        return None if found is None else self.entries[found][0]

    def _position(self, key: str) -> int | None:
        if self._index is None:
            self._index = {name.value: number for number, (name, _) in enumerate(self.entries)}
        return self._index.get(key)

    def __repr__(self) -> str:
        return f"Mapping({self.entries!r})"


_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
_DIGITS = tuple("0123456789.")
_NULL = ("", "~", "null", "Null", "NULL")


def is_null(node: Node | None) -> bool:
    """Say whether a node is missing or a plain null of the YAML 1.2 core schema."""
    return node is None or (isinstance(node, Scalar) and node.style == PLAIN and node.value in _NULL)


def boolean_of(node: Node | None) -> bool | None:
    """Return the boolean of the YAML 1.2 core schema that a plain scalar denotes, else None."""
    if isinstance(node, Scalar) and node.style == PLAIN:
        if node.value in _TRUE:
            return True
        if node.value in _FALSE:
            return False
    return None


def number_of(node: Node | None) -> int | float | None:
    """Return the decimal number that a plain scalar denotes, else None."""
    if isinstance(node, Scalar) and node.style == PLAIN and node.value[-1:] in _DIGITS and "_" not in node.value:
        for kind in (int, float):  # a last digit keeps out `nan` and `infinity`, which Python would read
            try:
                return kind(node.value)
            except ValueError:
                continue
    return None


def text_of(node: Node | None) -> str | None:
    """Return the text of a scalar that is not null, else None."""
    return node.value if isinstance(node, Scalar) and not is_null(node) else None


def items_of(node: Node | None) -> list[Node]:
    """Return the items of a sequence, a single scalar as a list of one, and nothing for all else."""
    if isinstance(node, Sequence):
        return node.items
    return [node] if isinstance(node, Scalar) and not is_null(node) else []


def scalars_of(node: Node | None) -> list[Scalar]:
    """Return the scalars among `items_of`."""
    return [item for item in items_of(node) if isinstance(item, Scalar)]


def entries_of(node: Node | None) -> list[tuple[Scalar, Node]]:
    """Return the entries of a mapping, and nothing for all else."""
    return node.entries if isinstance(node, Mapping) else []
