"""The glob of our own configuration: one dialect for paths, branches, actions and check names.

`*` and `?` stay inside one part, `**` as a whole part stands for any number of parts, a trailing `/` means everything
below. Patterns are anchored at both ends and case counts. Time is bounded by pattern length times text length, so no
pattern can be slow on purpose. (GitHub's own filters and CODEOWNERS have dialects of their own; they are not this.)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def matches(pattern: str, text: str) -> bool:
    """Say whether a glob matches a text.

    Args:
        pattern: such as `docs/**`, `release/*`, `**/*.md` or `docs/`.
        text: a path, branch or name, parts separated by `/`, without a leading `/`.
    """
    parts = pattern.removeprefix("/").split("/")
    if parts[-1] == "":
        parts[-1] = "**"
    if parts[-1] == "**" and len(parts) > 1:  # `docs/**` is what lies below docs, not docs itself
        parts.insert(-1, "*")
    return _wild(parts, text.split("/"), "**", _part_matches)


def matches_any(patterns: Sequence[str], text: str) -> bool:
    """Say whether one of several globs matches a text."""
    return any(matches(pattern, text) for pattern in patterns)


def _part_matches(pattern: str, name: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return pattern == name
    return _wild(pattern, name, "*", _character_matches)


def _character_matches(pattern: str, character: str) -> bool:
    return pattern in {"?", character}


def _wild(pattern: Sequence[str], text: Sequence[str], star: str, equal: Callable[[str, str], bool]) -> bool:
    """Match items against a pattern in which one item, `star`, stands for any number of items.

    On a mismatch only the last star is given one more item, which is enough and keeps the time a product.
    """
    at = here = 0
    last_star, resume = -1, 0
    while here < len(text):
        if at < len(pattern) and pattern[at] == star:
            last_star, resume = at, here
            at += 1
        elif at < len(pattern) and equal(pattern[at], text[here]):
            at += 1
            here += 1
        elif last_star >= 0:
            resume += 1
            at, here = last_star + 1, resume
        else:
            return False
    return all(item == star for item in pattern[at:])
