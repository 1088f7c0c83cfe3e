"""Keys that look like required checks and stand where nothing reads them."""

from __future__ import annotations

from phase_mirror.repository.gates.model import IgnoredKey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.gates.fields import Fields

CHECK_KEYS = frozenset(
    {
        "required_status_checks",
        "required_checks",
        "required_contexts",
        "required_status_check_contexts",
        "status_checks",
        "contexts",
    }
)
"""Keys by which people mean required checks. `checks` and `strict` alone are too common to mean it everywhere."""

_INSIDE = frozenset({"checks", "strict"})
"""Keys that mean required checks where a protected branch is described, and only there."""

_DEEPEST = 12


def stray_keys(field: Fields, read: frozenset[str], reason: str, *, inside: bool = False) -> tuple[IgnoredKey, ...]:
    """Return the required-check keys below a place that nothing reads.

    Args:
        field: where to look.
        read: key paths below it that are read, such as `required_status_checks.contexts`; `*` stands for any one key
            that is not itself such a key. Nothing is looked for below a path that is read to its end.
        reason: why the others are not read.
        inside: the place describes one protected branch, so `checks` and `strict` count too.
    """
    keys = CHECK_KEYS | _INSIDE if inside else CHECK_KEYS
    paths = frozenset(tuple(path.split(".")) for path in read)
    return tuple(_walk(field, paths, keys, reason, ()))


def _walk(
    field: Fields, read: frozenset[tuple[str, ...]], keys: frozenset[str], reason: str, path: tuple[str, ...]
) -> Iterator[IgnoredKey]:
    if len(path) > _DEEPEST:
        return
    for key, value in field.entries():
        below = (*path, key)
        fitting = [known for known in read if _starts(known, below)]
        if fitting:
            if any(len(known) > len(below) for known in fitting):
                yield from _walk(value, read, keys, reason, below)
        elif key in keys:
            if _says_something(value):
                yield IgnoredKey(key, value.span, value.locator, reason)
        elif value.is_mapping:
            yield from _walk(value, read, keys, reason, below)


def _says_something(value: Fields) -> bool:
    """Say whether a value asks for anything; an empty list has no effect wherever it stands."""
    if value.is_list:
        return bool(value.items())
    return not value.is_null and not (value.is_mapping and not list(value.entries()))


def _starts(known: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(known) >= len(path) and all(
        part == key or (part == "*" and key not in CHECK_KEYS) for part, key in zip(known, path, strict=False)
    )
