"""Markdown as far as rules ask: links, fences, headings and the anchors a link can lead to.

A light scanner in linear time and no renderer. Nothing inside code, comments or front matter is a link.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import partial

from phase_mirror.model.record import Record
from phase_mirror.model.span import Span
from phase_mirror.repository.formats.markdown_blocks import read_blocks
from phase_mirror.repository.formats.markdown_inline import LONGEST_TEXT, Inline, read_definitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from phase_mirror.repository.formats.markdown_inline import Definitions

_CODE = r"(`+)(?!`)(.+?)(?<!`)\1(?!`)"
_IMAGE = r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])"
_LINK = r"\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])"
_TAG = r"</?[A-Za-z][^<>]*>"
_UNDERSCORES = r"(?<!\w)(_{1,3})(?=\S)((?:[^_]|(?<=[^\W_])_+(?=[^\W_]))+)\1(?!\w)"
_MARKS = r"\\([!-/:-@\[-`{-~])|\*"


class Link(Record):
    """A link or image.

    Attributes:
        target: as written, without escapes: an address, a path, `#anchor`, or empty.
        text: what is shown, as source; alternative text of an image; empty for an HTML link. At most 1000 characters.
        span: of the whole construct.
        target_span: of the target alone; for a reference it lies in the definition, so several links can share one.
        is_image: an image. An image inside a link is listed before that link.
    """

    target: str
    text: str
    span: Span
    target_span: Span
    is_image: bool


class Fence(Record):
    """A fenced code block.

    Attributes:
        info: what stands behind the opening fence, such as `python`.
        text: the content without the indentation of the fence; every line ends in a line feed.
        line: 1-based line of the first line of content.
        span: from the opening fence to the end of the closing one.
    """

    info: str
    text: str
    line: int
    span: Span


class Heading(Record):
    """A heading.

    Attributes:
        level: 1 to 6.
        text: what is shown, without marks.
        anchor: the fragment GitHub gives it, numbered when an earlier heading has the same.
        span: of the heading's source text, without `#` marks or underline.
    """

    level: int
    text: str
    anchor: str
    span: Span


class Markdown(Record):
    """What a Markdown file holds.

    Attributes:
        path: of the file.
        links: in order of place; images and HTML ones too.
        fences: in order.
        headings: in order.
        anchors: every fragment a link can lead to: of the headings and of `id` and `name` in HTML.
    """

    path: str
    links: tuple[Link, ...]
    fences: tuple[Fence, ...]
    headings: tuple[Heading, ...]
    anchors: frozenset[str]


def read_markdown(path: str, text: str) -> Markdown:
    """Read a Markdown file; every text is one.

    Args:
        path: where it came from.
        text: its decoded text.
    """
    blocks = read_blocks(text)
    span = partial(_span, path, blocks.starts)

    definitions: Definitions = {}
    stretches = [(read_definitions(text, start, end, definitions), end) for start, end in blocks.stretches]
    links: list[Link] = []
    names: list[str] = []
    for start, end in stretches:
        inline = Inline(text, start, end, definitions)
        inline.read()
        names += inline.names
        links += [
            Link(
                each.target,
                each.text,
                span(each.start, each.end),
                span(each.target_start, each.target_end),
                each.is_image,
            )
            for each in inline.links
        ]
    fences = tuple(Fence(each.info, each.text, each.line, span(each.start, each.end)) for each in blocks.fences)
    headings = _headings(text, blocks.headings, span)
    anchors = frozenset(names).union(heading.anchor for heading in headings)
    return Markdown(path, tuple(links), fences, headings, anchors)


def _span(path: str, starts: list[int], start: int, end: int) -> Span:
    """Return the span between two offsets, given where each line starts."""
    first, last = bisect_right(starts, start), bisect_right(starts, end)
    return Span(path, first, start - starts[first - 1] + 1, last, end - starts[last - 1] + 1)


def _headings(text: str, found: list[tuple[int, int, int]], span: Callable[[int, int], Span]) -> tuple[Heading, ...]:
    """Return the headings with their anchors, equal ones numbered as GitHub does."""
    headings: list[Heading] = []
    used: dict[str, int] = {}
    for level, start, end in found:
        source = text[start : min(end, start + LONGEST_TEXT)]
        shown = _shown(source)
        slug = slug_of(shown)
        number = used.get(slug, 0)
        used[slug] = number + 1
        lead = len(source) - len(source.lstrip())
        anchor = f"{slug}-{number}" if number else slug
        headings.append(Heading(level, shown, anchor, span(start + lead, end)))
    return tuple(headings)


def _shown(source: str) -> str:
    """Return the text of a heading without marks: code and link texts stay, images and tags go."""
    parts = re.split(_CODE, source)  # text, backticks, code, text, ...
    for number in range(0, len(parts), 3):
        part = re.sub(_IMAGE, "", parts[number])
        part = re.sub(_TAG, "", re.sub(_LINK, r"\1", part))
        parts[number] = re.sub(_MARKS, r"\1", re.sub(_UNDERSCORES, r"\2", part))
    return " ".join("".join(part for number, part in enumerate(parts) if number % 3 != 1).split())


def slug_of(shown: str) -> str:
    """Return the anchor GitHub derives from a heading's text: lower case, letters, digits, `-`, `_`; blanks become `-`.

    Source: https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
    """
    return "".join(_kept(character) for character in shown.lower())


def _kept(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() or character in "-_" else "-" if character == " " else ""
    import unicodedata  # noqa: PLC0415 - only for headings beyond ASCII

    category = unicodedata.category(character)
    return character if category[0] in "LM" or category in {"Nd", "Pc"} else ""
