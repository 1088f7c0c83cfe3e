"""What the table of keys is made of: types of values, keys, and the words for "weaker"."""

from __future__ import annotations

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_COUNT = 1_000_000
"""No count in the file may be larger; it guards against slips of the finger."""


class Kind(Record):
    """The type of a value."""


class Flag(Kind):
    """true or false."""


class Words(Kind):
    """One of some words."""

    words: tuple[str, ...]


class Text(Kind):
    """A text that is not empty.

    Attributes:
        form: `` for any, else `glob`, `day`, `regex`, `name`, `extends`: what the checker looks at besides.
        longest: in characters.
    """

    form: str = ""
    longest: int = 1000


class Whole(Kind):
    """A whole number within bounds, both included."""

    least: int = 0
    most: int = MOST_COUNT


class Number(Kind):
    """A number within bounds, both included."""

    least: float = 0.0
    most: float = 1.0


class Listed(Kind):
    """A list of values of one kind."""

    item: Kind
    longest: int = 1000


class Key(Record):
    """A key of a table.

    Attributes:
        name: as written in the file.
        kind: type of the value.
        doc: one sentence.
        default: what holds when the file is silent; None where nothing does.
        required: must stand in its table.
        weaker: which change of the value makes governance weaker: one of the words below, empty for none.
    """

    name: str
    kind: Kind
    doc: str
    default: Any = None
    required: bool = False
    weaker: str = ""


LESS, MORE = "less", "more"
"""A smaller or larger number; no number is the weakest."""
DOWN, UP = "down", "up"
"""A word that stands nearer the start, or the end, of its list; no word is the weakest."""
FALSE, TRUE = "false", "true"
"""The value itself, or its absence."""
ADDED, REMOVED = "added", "removed"
"""One more, or one less, entry of a list; REMOVED also of a table that makes demands by being there."""
LATER = "later"
"""A later day; no day is the latest."""
CHANGED = "changed"
"""Any change, and nobody can say in which direction."""


class Table(Kind):
    """A mapping with known keys.

    Attributes:
        keys: the keys that may stand in it.
        what: what a key is called in messages.
        otherwise: what to do about an unknown key that is like none of the known.
        refused: keys that are understood but refused, with the reason.
        prefix: keys that start with it are free behind it; empty without such keys.
        prefixed: the key that stands for them.
    """

    keys: tuple[Key, ...]
    what: str = "key"
    otherwise: str = ""
    refused: tuple[tuple[str, str], ...] = ()
    prefix: str = ""
    prefixed: Key | None = None


class Switch(Kind):
    """A table, or one word in its place, or false for `off`.

    Attributes:
        table: the long form.
        word: the key of the table that the word stands for.
        words: the words.
    """

    table: Table
    word: str
    words: tuple[str, ...]
