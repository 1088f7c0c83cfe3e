"""Finds what must not leave the process and puts marks in its place.

1. Collect hits: tokens by shape (`patterns`), keys in PEM blocks (`key_blocks`), values of assignments (`assignments`),
   custom patterns, and addresses where asked for.
2. Leave out what lies inside marks of an earlier run. Hits that overlap become one.
3. Put `[redacted:<name>]` in the place of each.
4. Again, until nothing is found: a mark is another neighbour than the secret was, and what was redacted once must stay
   as it is when it is redacted again. What is not done after `MOST_PASSES` was made to keep us busy: the words around
   its hits are masked, and if that still is not enough the whole text.
"""

from __future__ import annotations

import re

from phase_mirror.model.redacted import RedactedText
from phase_mirror.redaction.assignments import assignments
from phase_mirror.redaction.key_blocks import key_blocks
from phase_mirror.redaction.patterns import PATTERNS, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Span = tuple[int, int, str]

MOST_PASSES = 6
GENERIC = frozenset({"assignment", "url-password", "url-token"})
"""Names that say less than that of a token which they overlap."""
OWN_NAMES = frozenset({pattern.name for pattern in PATTERNS} | GENERIC | {"email", "ipv4", "ipv6", "text"})
_LAST: Span = (1 << 62, 1 << 62, "")


class Redactor:
    """Masks secrets.

    E-mail and IP addresses are not masked by default: CODEOWNERS names owners by e-mail, and versions look like IPv4.

    Args:
        custom: name and regular expression of each custom pattern; the whole match is masked.
        addresses: mask e-mail and IP addresses too.

    Raises:
        ConfigurationError: a custom pattern is no regular expression, or could take more than linear time.
    """

    def __init__(self, custom: Iterable[tuple[str, str]] = (), *, addresses: bool = False) -> None:
        self.addresses = addresses
        self.custom: tuple[tuple[str, re.Pattern[str]], ...] = ()
        pairs = tuple(custom)
        if pairs:
            from phase_mirror.redaction.custom import compiled  # noqa: PLC0415 - most configurations have none

            self.custom = tuple((name, compiled(name, regex)) for name, regex in pairs)
        self.names = OWN_NAMES | {name for name, _ in pairs}

    def redact(self, text: str) -> RedactedText:
        """Return a text without its secrets, in time linear in its length.

        Args:
            text: any text; a text redacted before comes back as it is, without hits.
        """
        hits = 0
        value = text
        for _ in range(MOST_PASSES):
            spans = self._spans(value)
            if not spans:
                return RedactedText(value, hits)
            hits += len(spans)
            value = _masked(value, spans)
        value = _masked(value, _words(value, self._spans(value)))
        return RedactedText("[redacted:text]" if self._spans(value) else value, hits)

    def _spans(self, text: str) -> list[Span]:
        """Return hits in order, none overlapping another."""
        found = tokens(text)
        found += key_blocks(text)
        found += assignments(text)
        for name, expression in self.custom:
            found += [(match.start(), match.end(), name) for match in expression.finditer(text)]
        if self.addresses:
            from phase_mirror.redaction.addresses import addresses  # noqa: PLC0415 - not the default

            found += addresses(text)
        return _merged(found, self._marks(text)) if found else found

    def _marks(self, text: str) -> list[Span]:
        if "[redacted:" not in text:
            return []
        return [
            (match.start(), match.end(), "")
            for match in re.finditer(r"\[redacted:([a-z0-9-]{1,60})\]", text)
            if match[1] in self.names
        ]


def _merged(found: list[Span], marks: list[Span]) -> list[Span]:
    """Return what overlaps as one; left out is what holds no hit, or nothing but marks."""
    merged: list[Span] = []
    start, end, name, marked = -1, -1, "", 0
    for next_start, next_end, next_name in [*sorted(found + marks), _LAST]:
        if next_start < end:
            end = max(end, next_end)
            name = next_name if next_name and (not name or name in GENERIC) else name
        else:
            if name and end - start > marked:
                merged.append((start, end, name))
            start, end, name, marked = next_start, next_end, next_name, 0
        marked += 0 if next_name else next_end - next_start
    return merged


def _words(text: str, spans: list[Span]) -> list[Span]:
    """Return the words, between blanks, that hits stand in."""
    words: list[Span] = []
    word = re.compile(r"\S*")
    at = 0
    for start, end, name in spans:
        if start < at:
            continue
        before = word.match(text[at:start][::-1])
        after = word.match(text, end)
        at = after.end() if after else end
        words.append((start - (before.end() if before else 0), at, name))
    return words


def _masked(text: str, spans: list[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, name in spans:
        pieces += (text[at:start], f"[redacted:{name}]")
        at = end
    return "".join((*pieces, text[at:]))
