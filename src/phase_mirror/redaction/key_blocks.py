"""Private keys in PEM blocks, whole or in part.

1. Between `BEGIN` and `END` everything is masked.
2. After a `BEGIN` that is never closed, the lines of base64 that follow.
3. Before an `END` that was never opened, the lines of base64 in front of it.
4. A line that is nothing but base64, as long as a line of a key and as mixed: the middle of a block. Only the mark of
   a certificate or a public key in front of it tells that it is none.

The marks `BEGIN` and `END` alone are no secret. Format: https://www.rfc-editor.org/rfc/rfc7468 .
"""

from __future__ import annotations

import functools
import re

from phase_mirror.redaction.values import is_key_material

TYPE_CHECKING = False
if TYPE_CHECKING:
    Span = tuple[int, int, str]

NAME = "private-key"
LEAST = 16
"""Characters of base64 that make a block more than an example."""
FULL = 40
"""Characters of every line but the last, at the least."""
SHORTEST_LINE = 60
"""Of the middle of a block: lines have 64 characters, of OpenSSH 70, of OpenPGP 60, 64 or 76."""

_DECOR = r"[ \t>#*|\"',;-]*+"
"""What stands around the lines of a block in YAML, quotations, comments, source code and differences."""
_BODY = r"[A-Za-z0-9+/=\\]"
"""Base64, and the backslashes of a block in a string of source code."""
_HEADER = r"(?:Proc-Type|DEK-Info|Version|Comment|Hash): [^\n]*+"
"""https://www.rfc-editor.org/rfc/rfc1421#section-4.6 and rfc4880#section-6.2 ."""


@functools.cache
def _marks() -> re.Pattern[str]:
    return re.compile(r"-----(BEGIN|END) (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----")


@functools.cache
def _rest() -> re.Pattern[str]:
    """Return the expression of what follows a beginning: the rest of its line, headers, full lines and a short one."""
    end = r"(?=\r?\n|\Z)"
    same = rf"{_DECOR}{_BODY}*+(?:[ ]++{_BODY}{{20,}}+)*+{_DECOR}"
    headers = rf"(?:\r?\n{_DECOR}(?:{_HEADER})?{end})*+"
    return re.compile(
        rf"{same}{headers}(?:\r?\n{_DECOR}{_BODY}{{40,}}+{_DECOR}{end})*+(?:\r?\n{_DECOR}{_BODY}{{2,}}+{_DECOR}{end})?"
    )


@functools.cache
def _own_line() -> re.Pattern[str]:
    return re.compile(rf"{_DECOR}({_BODY}*+){_DECOR}\r?")


_LONG = r"[ \t>#*|\"',-]*+([A-Za-z0-9+/]{60,80}+={0,2}+)(?=(?:\\n)?[ \t\"',;+\\]*+\r?(?:\n|\Z))"


@functools.cache
def _long_lines() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the expressions of a first and of every other line of nothing but base64."""
    return re.compile(_LONG), re.compile(r"\n(?=[ \t>#*|\"',-]{0,40}+[A-Za-z0-9+/]{60})" + _LONG)


def key_blocks(text: str) -> list[Span]:
    """Return where private keys stand: start, end and name of each.

    Args:
        text: any text.
    """
    found = _blocks(text) if "PRIVATE KEY" in text else []
    if len(text) >= SHORTEST_LINE:
        first, other = _long_lines()
        matches = [first.match(text), *other.finditer(text)]
        lines = [(match.start(1), match.end(1), NAME) for match in matches if match and is_key_material(match[1])]
        found += _without_public(text, lines) if lines and "-----BEGIN " in text else lines
    return found


def _blocks(text: str) -> list[Span]:
    found: list[Span] = []
    opened: re.Match[str] | None = None
    closed = 0
    for mark in _marks().finditer(text):
        if mark[1] == "BEGIN":
            if opened is not None:
                found.extend(_after(text, opened, mark.start()))
            opened = mark
        elif opened is not None:
            if _has_body(text[opened.end() : mark.start()]):
                found.append((opened.start(), mark.end(), NAME))
            opened, closed = None, mark.end()
        else:
            found.extend(_before(text, mark, closed))
            closed = mark.end()
    if opened is not None:
        found.extend(_after(text, opened, len(text)))
    return found


def _without_public(text: str, lines: list[Span]) -> list[Span]:
    """Leave out the lines of certificates and public keys, told by the mark in front of them."""
    marks = [(mark.end(), mark[1] == "BEGIN" and "PRIVATE" not in mark[0]) for mark in _any_marks().finditer(text)]
    kept: list[Span] = []
    number = 0
    for line in lines:
        while number < len(marks) and marks[number][0] <= line[0]:
            number += 1
        if number == 0 or not marks[number - 1][1]:
            kept.append(line)
    return kept


@functools.cache
def _any_marks() -> re.Pattern[str]:
    return re.compile(r"-----(BEGIN|END) [A-Z0-9 ]{1,40}-----")


def _has_body(text: str) -> bool:
    """Return whether a run of base64 is long enough to be one; no placeholder, no variable."""
    return any(len(run) >= LEAST for run in re.findall(r"[A-Za-z0-9+/=]+", text))


def _after(text: str, mark: re.Match[str], limit: int) -> list[Span]:
    rest = _rest().match(text, mark.end(), limit)
    end = rest.end() if rest else mark.end()
    while text[end - 1] in " \t\r\n>#*|\"',;-" and end > mark.end():
        end -= 1
    return [(mark.start(), end, NAME)] if _has_body(text[mark.end() : end]) else []


def _before(text: str, mark: re.Match[str], limit: int) -> list[Span]:
    """Go back line by line for as long as lines are full of base64; only the last may be short."""
    start = end = mark.start()
    shortest = 0
    while end > limit:
        line_start = max(text.rfind("\n", limit, end) + 1, limit)
        line = _own_line().fullmatch(text, line_start, end)
        if line is None and end == mark.start():  # the block stands in one line, behind something else
            run = re.match(f"{_BODY}*+", text[line_start:end][::-1])
            start = end - len(run[0]) if run and len(run[0]) >= LEAST else start
        if line is None or len(line[1]) < shortest or (not line[1] and end != mark.start()):
            break
        if line[1]:
            start, shortest = line.start(1), FULL
        end = line_start - 1
    return [(start, mark.end(), NAME)] if _has_body(text[start : mark.start()]) else []
