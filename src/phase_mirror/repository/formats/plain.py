"""A positioned tree as plain data with positions: YAML 1.2 core types, so `off` and `2027-03-01` stay texts."""

from __future__ import annotations

import re

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.tree import PLAIN, Mapping, Scalar, Sequence, boolean_of, is_null

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.formats.tree import Node

    Path = tuple[str | int, ...]

_INTEGER = r"[-+]?[0-9]+"
_PREFIXED = r"0o[0-7]+|0x[0-9a-fA-F]+"
_FLOAT = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
_SPECIAL = r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
DEEPEST = 20
"""Nesting of a configuration; its own keys reach eight levels, and every place is kept by its whole path."""

MOST_VALUES = 50_000
"""Values of a configuration with its aliases visited."""

_LONGEST_NUMBER = 400
"""Digits beyond which a number stays a text; Python refuses to convert more than 4300, and nobody means them."""


def plain(document: Document) -> tuple[Any, dict[Path, Span], dict[Path, Span]]:
    """Return the value of a document and the places of its parts.

    Args:
        document: a configuration or another small file; larger ones are refused.

    Returns:
        The value (dict, list, str, int, float, bool, None); the spans of the values by key path; the spans of the keys
        by key path.

    Raises:
        UnreadableError: nested deeper than DEEPEST, or more than MOST_VALUES values.
    """
    spans: dict[Path, Span] = {}
    keys: dict[Path, Span] = {}

    def convert(node: Node, path: Path) -> Any:
        if len(path) > DEEPEST or len(spans) >= MOST_VALUES:
            bound = f"nested deeper than {DEEPEST} levels" if len(path) > DEEPEST else f"more than {MOST_VALUES} values"
            raise UnreadableError(f"no configuration: {bound}", where=str(document.span(node)))
        spans[path] = document.span(node)
        if isinstance(node, Mapping):
            for key, _ in node.entries:
                keys[*path, key.value] = document.span(key)
            return {key.value: convert(value, (*path, key.value)) for key, value in node.entries}
        if isinstance(node, Sequence):
            return [convert(item, (*path, number)) for number, item in enumerate(node.items)]
        return scalar_value(node) if isinstance(node, Scalar) else None

    return convert(document.root, ()), spans, keys


def scalar_value(node: Scalar) -> str | int | float | bool | None:
    """Return what a scalar denotes in the core schema (https://yaml.org/spec/1.2.2/#103-core-schema)."""
    if node.style != PLAIN:
        return node.value
    if is_null(node):
        return None
    flag = boolean_of(node)
    return _number(node.value) if flag is None else flag


def _number(text: str) -> str | int | float:
    """Return the number a plain text denotes, else the text itself."""
    if len(text) > _LONGEST_NUMBER or text[0] not in "-+.0123456789":
        return text
    if re.fullmatch(_INTEGER, text):
        return int(text)
    if re.fullmatch(_PREFIXED, text):
        return int(text, 0)
    if re.fullmatch(_FLOAT, text):
        return float(text)
    return float(text.replace(".", "")) if re.fullmatch(_SPECIAL, text) else text
