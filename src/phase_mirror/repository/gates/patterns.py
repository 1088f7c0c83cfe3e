"""Patterns for check names and branches: SQL `LIKE` (Bors) and a plain part of regular expressions (Mergify).

The patterns come from the repository, so nothing is handed to `re`: both become one automaton that takes one step for
each character. What a pattern says beyond the part understood here is unknown, never guessed.
"""

from __future__ import annotations

from itertools import product

from phase_mirror.repository.globs.language import ANY, ANYTHING, Automaton, Chars, Part, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ALTERNATIVES = 64
_LONGEST = 500
_META = frozenset("()[]{}|*+?^$\\.")
_CLASSES = {
    "d": frozenset("0123456789"),
    "w": frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
    "s": frozenset(" \t\n\r\f\v"),
}


class _UnknownError(Exception):
    """The pattern says more than is understood here."""


def like_matches(pattern: str, name: str) -> bool | None:
    """Say whether SQL `LIKE` accepts a name: `%` is anything, `_` one character, a backslash quotes.

    Bors compares its `status` entries so (https://github.com/bors-ng/bors-ng, `lib/database/status.ex`).

    Returns:
        None for a pattern longer than is sensible.
    """
    if len(pattern) > _LONGEST:
        return None
    parts: list[Part] = []
    characters = iter(pattern)
    for char in characters:
        if char == "%":
            parts.append(ANYTHING)
        elif char == "_":
            parts.append(Part(ANY))
        else:
            parts.append(literal(next(characters, "\\") if char == "\\" else char))
    return Automaton([parts]).accepts(name)


def regex_matches(pattern: str, name: str) -> bool | None:
    r"""Say whether a regular expression is found in a name, as `re.search` would.

    Understood are literals, `.`, classes, `\d \w \s`, the quantifiers `* + ?` behind one character, anchors at the
    ends, and alternatives in groups that are not nested.

    Returns:
        None for anything else.
    """
    if len(pattern) > _LONGEST:
        return None
    try:
        return Automaton([_parts(text) for text in _alternatives(pattern)]).accepts(name)
    except _UnknownError:
        return None


def _alternatives(pattern: str) -> list[str]:
    """Return the pattern without groups and `|`: one text for each way through it."""
    found: list[str] = []
    for branch in _split(pattern):
        choices = [_split(text) if grouped else [text] for grouped, text in _groups(branch)]
        for chosen in product(*choices):
            found.append("".join(chosen))
            if len(found) > _MOST_ALTERNATIVES:
                raise _UnknownError
    return found


def _pieces(pattern: str) -> Iterator[str]:
    """Yield single characters, an escaped character together with its backslash, a class as a whole."""
    at = 0
    while at < len(pattern):
        size = 1
        if pattern[at] == "\\":
            size = 2
        elif pattern[at] == "[":
            end = pattern.find("]", at + 2)
            if end < 0:
                raise _UnknownError
            size = end - at + 1
        yield pattern[at : at + size]
        at += size


def _split(pattern: str) -> list[str]:
    """Split at the `|` that stand outside groups."""
    parts, depth = [""], 0
    for piece in _pieces(pattern):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _groups(branch: str) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of one alternative: (is it a group, its text)."""
    text, depth = "", 0
    for piece in _pieces(branch):
        if piece in {"(", ")"}:
            depth += 1 if piece == "(" else -1
            if depth not in {0, 1}:
                raise _UnknownError
            yield depth == 0, _inside(text) if depth == 0 else text
            text = ""
        elif not text and depth == 0 and piece in {"*", "+", "?", "{"}:
            raise _UnknownError  # a quantifier behind a group, or behind nothing
        else:
            text += piece
    if depth:
        raise _UnknownError
    yield False, text


def _inside(group: str) -> str:
    """Return the text of a group without `?:`; other extensions are not understood."""
    group = group.removeprefix("?:")
    if group.startswith("?"):
        raise _UnknownError
    return group


def _parts(text: str) -> list[Part]:
    """Return one alternative as parts, with anything around it where it is not anchored."""
    pieces = list(_pieces(text))
    before = [] if pieces[:1] == ["^"] else [ANYTHING]
    after = [] if pieces[-1:] == ["$"] else [ANYTHING]
    middle: list[Part] = []
    for piece in pieces[0 if before else 1 : len(pieces) if after else -1]:
        if piece in {"*", "+", "?"}:
            if not middle or middle[-1].many or middle[-1].least == 0:
                raise _UnknownError
            chars = middle.pop().chars
            middle.append(Part(chars, 1 if piece == "+" else 0, many=piece != "?"))
        else:
            middle.append(Part(_chars(piece)))
    return [*before, *middle, *after]


def _chars(piece: str) -> Chars:
    """Return the characters one piece stands for."""
    if piece == ".":
        return Chars(frozenset("\n"), negated=True)
    if piece.startswith("["):
        return _class(piece[1:-1])
    if piece.startswith("\\"):
        char = piece[1:]
        if char in _CLASSES:
            return Chars(_CLASSES[char])
        if not char or char.isalnum():
            raise _UnknownError
        return Chars(frozenset(char))
    if piece in _META:
        raise _UnknownError
    return Chars(frozenset(piece))


def _class(inside: str) -> Chars:
    negated = inside.startswith("^")
    inside = inside[1:] if negated else inside
    if not inside.isascii() or not inside or "\\" in inside:
        raise _UnknownError
    members: set[str] = set()
    at = 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            members.update(map(chr, range(ord(inside[at]), ord(inside[at + 2]) + 1)))
            at += 3
        else:
            members.add(inside[at])
            at += 1
    return Chars(frozenset(members), negated)
