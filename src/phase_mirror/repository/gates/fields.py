"""Typed reading of positioned mappings: values with their place, and a note for what has the wrong type."""

from __future__ import annotations

from phase_mirror.errors import UnreadableError
from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import (
    Mapping,
    Scalar,
    Sequence,
    boolean_of,
    entries_of,
    is_null,
    number_of,
    text_of,
)
from phase_mirror.repository.gates.model import Count, Flag, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot

_WORDS = {"true": True, "false": False}


class Fields(Record):
    """A node of a gate file, its place, and where complaints go.

    A value of the wrong type is listed under `unreadable` with its position and then left out; the rest is read.

    Attributes:
        snapshot: takes the complaints.
        document: the file.
        node: the node; None when the file has none at this place.
        locator: the structural place of the node.
        key: the key that leads to the node, for its position; None for the root and for items.
    """

    snapshot: Snapshot
    document: Document
    node: Node | None
    locator: str = ""
    key: Scalar | None = None

    @property
    def span(self) -> Span:
        """Return the place: of the key where there is one, else of the node, else of the file."""
        node = self.key if self.key is not None else self.node
        return self.document.span(node if node is not None else self.document.root)

    @property
    def is_null(self) -> bool:
        """Say whether the node is missing or null."""
        return is_null(self.node)

    @property
    def is_mapping(self) -> bool:
        """Say whether the node is a mapping."""
        return isinstance(self.node, Mapping)

    @property
    def is_list(self) -> bool:
        """Say whether the node is a list."""
        return isinstance(self.node, Sequence)

    def has(self, key: str) -> bool:
        """Say whether a key stands in the mapping, null or not."""
        return isinstance(self.node, Mapping) and self.node.key(key) is not None

    def at(self, key: str) -> Fields:
        """Return what stands under a key."""
        locator = f"{self.locator}.{key}" if self.locator else key
        if not isinstance(self.node, Mapping):
            return self.replace(node=None, locator=locator, key=None)
        return self.replace(node=self.node.entry(key), locator=locator, key=self.node.key(key))

    def entries(self) -> Iterator[tuple[str, Fields]]:
        """Yield key and value of a mapping in document order."""
        for key, value in entries_of(self.node):
            locator = f"{self.locator}.{key.value}" if self.locator else key.value
            yield key.value, self.replace(node=value, locator=locator, key=key)

    def items(self) -> list[Fields]:
        """Return the items of a list; one item for a single text; nothing for null.

        A mapping where a list belongs is complained about. An item is located by its number until `labelled`.
        """
        if isinstance(self.node, Sequence):
            nodes = self.node.items
        elif isinstance(self.node, Mapping):
            self.complain("a list is expected here")
            nodes = []
        else:
            nodes = [] if self.node is None or self.is_null else [self.node]
        return [
            self.replace(node=node, locator=f"{self.locator}[{number}]", key=None) for number, node in enumerate(nodes)
        ]

    def labelled(self, label: str) -> Fields:
        """Return an item located by a name instead of its number, so that its place survives insertions."""
        return self.replace(locator=f"{self.locator.rpartition('[')[0]}[{label}]")

    def text(self, key: str = "") -> str | None:
        """Return a text, here or under a key; None without one."""
        return text_of(self.at(key).node if key else self.node)

    def word(self, key: str) -> Word | None:
        """Return the text under a key with its place."""
        field = self.at(key)
        value = field.text()
        if value is None or field.node is None:
            return None
        return Word(value, self.document.span(field.node), field.locator)

    def flag(self, key: str) -> Flag | None:
        """Return the boolean under a key; null is false; `{"enabled": true}`, as the API answers, is read too."""
        field = self.at(key)
        if field.node is None:
            return None
        if isinstance(field.node, Mapping) and field.has("enabled"):
            return field.flag("enabled")
        value = False if field.is_null else boolean_of(field.node)
        if value is None and isinstance(field.node, Scalar):
            value = _WORDS.get(field.node.value.strip().lower())
        if value is None:
            field.complain(f"'{key}' must be true or false")
            return None
        return Flag(value, self.document.span(field.node), field.locator)

    def count(self, key: str) -> Count | None:
        """Return the whole number under a key, quoted or not."""
        field = self.at(key)
        if field.is_null or field.node is None:
            return None
        value = whole_number(field.node)
        if value is None:
            field.complain(f"'{key}' must be a whole number")
            return None
        return Count(value, self.document.span(field.node), field.locator)

    def complain(self, what: str) -> None:
        """List the file under `unreadable` with the place of this node."""
        place = self.span
        where = f"{self.document.path}:{place.line}:{place.column}"
        self.snapshot.refuse(self.document.path, UnreadableError(what, where=where))


def whole_number(node: Node | None) -> int | None:
    """Return the whole number that a scalar denotes, quoted or not, else None."""
    value = number_of(node)
    if isinstance(value, int):
        return value
    digits = node.value.strip() if isinstance(node, Scalar) and value is None else ""
    bare = digits.removeprefix("-")
    return int(digits) if bare.isascii() and bare.isdigit() and len(bare) < 20 else None
