"""Inline exemptions: `# phase-mirror: ignore[MD-204] reason until=2027-03-01`.

One that shares its line with something speaks of that line; one that stands alone speaks of the next line that is not
a comment. JSON has no comments: exempt what stands there in the configuration.
"""

from __future__ import annotations

import re

from phase_mirror.model.day import is_day
from phase_mirror.model.exemption import concerns, is_expired
from phase_mirror.model.record import Record
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.formats.document import Text

MARKER = "phase-mirror:"

_SLASHES = ("//",)
_OPENERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((".md", ".markdown", ".html", ".htm", ".xml"), ("<!--",)),
    **dict.fromkeys((".tf", ".tfvars", ".hcl"), ("#", "//")),
    **dict.fromkeys((".go", ".js", ".mjs", ".ts", ".mod", ".rs", ".json5", ".jsonc"), _SLASHES),
    ".json": (),
}
"""What starts a comment, by the end of the file's name; `#` for all others."""


class InlineExemption(Record):
    """One inline exemption.

    Attributes:
        span: the comment.
        rules: rule ids and family codes as written.
        reason: why; empty when none is given, which MD-407 reports.
        expires: the text after `until=`, empty without one; one that is no day never holds.
        target: the line it speaks of, 0 when nothing follows.
        problem: what is wrong with the way it is written, else empty.
    """

    span: Span
    rules: tuple[str, ...]
    reason: str
    expires: str
    target: int
    problem: str = ""

    def expired(self, today: str) -> bool:
        """Say whether it no longer holds on a day (`YYYY-MM-DD`, UTC)."""
        return is_expired(self.expires, today)

    def covers(self, rule_id: str, line: int, today: str) -> bool:
        """Say whether it suppresses a finding of a rule whose primary evidence starts on a line of this file."""
        named = any(concerns(word, rule_id) for word in self.rules)
        return named and line == self.target and not self.expired(today)


def inline_exemptions(text: Text) -> tuple[InlineExemption, ...]:
    """Return the inline exemptions of a file, in order of line."""
    if MARKER not in text.text:
        return ()
    openers = _openers(text.path)
    found: list[InlineExemption] = []
    following = 0  # the nearest line below that is neither blank nor a comment; upwards, so that it is found once
    for number in range(len(text.lines), 0, -1):
        line = text.line(number)
        exemption = _read(text, number, openers, following) if MARKER in line else None
        if exemption:
            found.append(exemption)
        bare = line.strip()
        if bare and not bare.startswith(openers):
            following = number
    return tuple(reversed(found))


def _openers(path: str) -> tuple[str, ...]:
    name = path.rpartition("/")[2]
    return _OPENERS.get(f".{name.rpartition('.')[2].lower()}", ("#",))


def _read(text: Text, number: int, openers: tuple[str, ...], following: int) -> InlineExemption | None:
    """Return the exemption of a line, None when its marker is not at the start of a comment."""
    line = text.line(number)
    at = line.find(MARKER)
    start, opener = _comment_start(line[:at], openers)
    order = line[at + len(MARKER) :].strip()
    if not opener or not re.match(r"ignore\b", order):
        return None
    rest = order.removeprefix("ignore").partition("-->")[0] if opener == "<!--" else order.removeprefix("ignore")
    words = re.match(r"\s*\[([^\]]*)\]", rest)
    rules = tuple(word.strip() for word in words[1].split(",") if word.strip()) if words else ()
    reason, expires = _reason(rest[words.end() :] if words else rest)
    alone = not line[:start].strip()
    return InlineExemption(
        span=Span(text.path, number, start + 1, number, len(line.rstrip()) + 1),
        rules=rules,
        reason=reason,
        expires=expires,
        target=following if alone else number,
        problem=_problem(rules, expires),
    )


def _comment_start(before: str, openers: tuple[str, ...]) -> tuple[int, str]:
    """Return where the comment that ends in the marker begins, and with what; an empty text when it is none."""
    bare = before.rstrip()
    for opener in openers:
        if bare.endswith(opener):
            start = len(bare.rstrip("#")) if opener == "#" else len(bare) - len(opener)
            if opener == "<!--" or start == 0 or bare[start - 1].isspace():
                return start, opener
    return 0, ""


def _reason(rest: str) -> tuple[str, str]:
    """Return the reason and the last day of the text behind the brackets."""
    until = re.search(r"(?:^|\s)until=(\S*)", rest)
    if until:
        rest = f"{rest[: until.start()]} {rest[until.end() :].strip()}"
    return rest.strip().lstrip(":- ").strip(), until[1] if until else ""


def _problem(rules: tuple[str, ...], expires: str) -> str:
    if not rules:
        return "it names no rule: write ignore[MD-204]"
    return f"'{expires}' is no day: write until=2027-03-01" if expires and not is_day(expires) else ""
