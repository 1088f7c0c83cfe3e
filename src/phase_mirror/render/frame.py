"""Source excerpts for a terminal: a line with its number, and the span underlined below it."""

from __future__ import annotations

from phase_mirror.render.escape import BREAK, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Evidence
    from phase_mirror.model.span import Span

TAB = "    "
"""What a tab becomes, wherever it stands: the underline must not depend on the terminal's tab stops."""
CUT = "..."
"""Stands where a long line was cut, and behind the underline of a span that goes on in further lines."""
WIDEST = 160
"""Terminal columns of a source line that are shown; a longer one is cut around its span."""
BEFORE = 40
"""Characters kept before the span when a line is cut."""


def width(text: str) -> int:
    """Return how many columns of a terminal a text fills (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    import unicodedata  # noqa: PLC0415 - few excerpts need it

    columns = 0
    for character in text:
        if character == BREAK or unicodedata.category(character) in {"Mn", "Me"}:
            continue
        columns += 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
    return columns


def excerpt_of(side: Evidence) -> tuple[str, str] | None:
    """Return the source line of a side and the underline below it, both safe to print; None without an excerpt."""
    span = side.span
    if side.excerpt is None or span is None or not side.excerpt.value.strip():
        return None
    text = side.excerpt.value.rstrip()
    start, end = _marked(side, span, text)
    head_cut = side.excerpt_column > 1
    if len(text) > WIDEST:
        left = max(0, start - BEFORE)
        text, start, end, head_cut = text[left:], start - left, end - left, head_cut or left > 0
        if len(text) > WIDEST:
            text, end = text[:WIDEST] + CUT, min(end, WIDEST)
            start = min(start, end)
    prefix = CUT if head_cut else ""
    before, marked = _shown(text[:start]), _shown(text[start:end])
    line = prefix + before + marked + _shown(text[end:])
    more = CUT if span.end_line > span.line else ""
    return line, " " * (len(prefix) + width(before)) + "^" * max(1, width(marked)) + more


def _shown(text: str) -> str:
    return visible(text.replace("\t", TAB))


def _marked(side: Evidence, span: Span, text: str) -> tuple[int, int]:
    """Return where the span begins and ends in the excerpt.

    Redaction replaces text by marks of another length, so the columns of the file only hint at the place; the span's
    own redacted text is looked for, and what is not found is cut to the excerpt.
    """
    start = span.column - side.excerpt_column
    end = span.end_column - side.excerpt_column if span.end_line == span.line else len(text)
    snippet = side.snippet.value.rstrip() if side.snippet is not None else ""
    if side.excerpt is not None and side.excerpt.hits and snippet:
        places = [at for at in range(len(text)) if text.startswith(snippet, at)]
        if places:
            start = min(places, key=lambda at: abs(at - start))
            end = start + len(snippet)
    start = max(0, min(start, len(text)))
    return start, max(start, min(end, len(text)))
