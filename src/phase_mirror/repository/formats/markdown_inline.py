"""The links inside a stretch of Markdown text, in linear time.

Sources: https://spec.commonmark.org/0.31.2/#inlines and https://github.github.com/gfm/#autolinks-extension-
"""

from __future__ import annotations

import re

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_TEXT = 1000
"""Characters kept of a link's text; a reference's label may not be longer
(https://spec.commonmark.org/0.31.2/#link-label)."""

_TOKEN = re.compile(r"\\.|`+|<!--|<|!?\[|\]|(?<![A-Za-z0-9/])https?://", re.DOTALL)
_DESTINATION = r"<([^<>\n\\]*+(?:\\.[^<>\n\\]*+)*+)>|((?![<])(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))++)"
_TITLE = r""""[^"\\]*+(?:\\.[^"\\]*+)*+"|'[^'\\]*+(?:\\.[^'\\]*+)*+'|\([^()\\]*+(?:\\.[^()\\]*+)*+\)"""
_INLINE = re.compile(rf"\(\s*+(?:{_DESTINATION})?(?:\s++(?:{_TITLE}))?\s*+\)", re.DOTALL)
_LABEL = re.compile(r"\[([^\[\]\\]*+(?:\\.[^\[\]\\]*+)*+)\]", re.DOTALL)
_DEFINITION = re.compile(
    r"[ \t>]*\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:[ \t]*(?:<([^<>\n]*)>|([^\s<]\S*))"
    rf"(?:[ \t]+(?:{_TITLE}))?[ \t]*(?:\r\n|\r|\n|$)",
    re.DOTALL,
)
_URI = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
_BARE = re.compile(r"https?://[^\s<>\"`\\\[\]|]+")
_TAG = re.compile(
    r"<([A-Za-z][A-Za-z0-9-]*+)((?:\s++[^\s\"'=<>`/]++(?:\s*+=\s*+(?:[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+)*+)\s*+/?>"
)
_ATTRIBUTE = re.compile(r"\s+([^\s\"'=<>`/]+)(?:\s*=\s*(?:([^\s\"'=<>`]+)|'([^']*)'|\"([^\"]*)\"))?")
_BEHIND = frozenset("?!.,:*_~'\";")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class Found(Record):
    """A link as offsets into the text.

    Attributes:
        target: the destination, without escapes and angle brackets.
        text: what is shown: source of the link text, alternative text of an image; empty for an HTML link.
        start: offset of the whole construct.
        end: offset behind it.
        target_start: offset of the destination; for a reference, in its definition.
        target_end: offset behind the destination.
        is_image: an image and not a link.
        is_bare: an address without any mark-up, which counts only outside of links.
    """

    target: str
    text: str
    start: int
    end: int
    target_start: int
    target_end: int
    is_image: bool = False
    is_bare: bool = False


Definitions = dict[str, tuple[int, int]]
"""Where the destination of each reference stands, by normalized label."""


def read_definitions(text: str, start: int, end: int, known: Definitions) -> int:
    """Read the link reference definitions a stretch begins with; return where the rest starts.

    The first definition of a label counts.
    """
    while (match := _DEFINITION.match(text, start, end)) and len(match[1]) <= LONGEST_TEXT:
        group = 2 if match[2] is not None else 3
        known.setdefault(normalized(match[1]), match.span(group))
        start = match.end()
    return start


def normalized(label: str) -> str:
    """Return a label as references are compared: case folded, blanks as one space."""
    return " ".join(label.casefold().split())


class Inline:
    """Reads one stretch of text.

    Args:
        text: the whole file.
        start: offset of the stretch.
        end: offset behind it.
        definitions: of the whole file.
    """

    def __init__(self, text: str, start: int, end: int, definitions: Definitions) -> None:
        self.text = text
        self.at = start
        self.end = end
        self.definitions = definitions
        self.links: list[Found] = []
        self.names: list[str] = []
        self.openers: list[tuple[int, bool]] = []
        self.floor = 0
        self.runs: dict[int, int] | None = None
        self.comments = True

    def read(self) -> None:
        """Collect `links`, in order of their ends, and `names`, the anchors that HTML tags set."""
        while token := _TOKEN.search(self.text, self.at, self.end):
            start = token.start()
            self.at = token.end()
            mark = token[0]
            if mark[0] == "\\":
                continue
            if mark[0] == "`":
                self.code(start, len(mark))
            elif mark == "<!--":
                self.comment()
            elif mark == "<":
                self.angle(start)
            elif mark[-1] == "[":
                self.openers.append((start, mark[0] == "!"))
            elif mark == "]":
                self.bracket(start)
            elif mark[0] == "h":
                self.bare(start)

    def code(self, start: int, length: int) -> None:
        """Step over a code span; a run of backticks without its equal is text."""
        if self.runs is None:
            self.runs = {}
            last: dict[int, int] = {}
            for run in re.finditer("`+", self.text[self.at - length : self.end]):
                size = run.end() - run.start()
                place = self.at - length + run.start()
                if size in last:
                    self.runs[last[size]] = place
                last[size] = place
        closing = self.runs.get(start)
        if closing is not None:
            self.at = closing + length

    def comment(self) -> None:
        """Step over a comment; one that is not closed is text, and so are all that follow it."""
        closing = self.text.find("-->", self.at, self.end) if self.comments else -1
        self.comments = closing >= 0
        if closing >= 0:
            self.at = closing + 3

    def angle(self, start: int) -> None:
        """Read an address in angle brackets or an HTML tag."""
        match = _URI.match(self.text, start, self.end)
        if match:
            self.links.append(Found(match[1], match[1], start, match.end(), *match.span(1)))
            self.at = match.end()
            return
        match = _TAG.match(self.text, start, self.end)
        if match is None:
            return
        self.at = match.end()
        tag = match[1].lower()
        wanted = {"a": "href", "img": "src"}.get(tag)
        values = dict(_attributes(self.text, *match.span(2)))
        for name in ("id", "name") if tag == "a" else ("id",):
            if name in values:
                self.names.append(values[name][0])
        if wanted and wanted in values:
            target, place, behind = values[wanted]
            shown = values["alt"][0] if "alt" in values else ""
            self.links.append(Found(target, shown, start, match.end(), place, behind, is_image=tag == "img"))

    def bracket(self, close: int) -> None:
        """Close the innermost opening bracket: a link where a destination, or a label with a definition, follows."""
        if not self.openers:
            return
        start, is_image = self.openers.pop()
        outside = len(self.openers) < self.floor
        self.floor = min(self.floor, len(self.openers))
        if outside and not is_image:
            return  # links do not contain links
        text = self.text[start + 1 + is_image : min(close, start + LONGEST_TEXT)]
        link = self.inline(close) or self.reference(close, text if close - start <= LONGEST_TEXT else "")
        if link is None:
            return
        target, end, place = link
        while self.links and self.links[-1].is_bare and self.links[-1].start > start:
            self.links.pop()
        self.links.append(Found(target, text, start, end, *place, is_image=is_image))
        self.at = end
        if not is_image:
            self.floor = len(self.openers)

    def inline(self, close: int) -> tuple[str, int, tuple[int, int]] | None:
        """Return target, end and place of the target of `(...)` behind a closing bracket."""
        match = _INLINE.match(self.text, close + 1, self.end)
        if match is None:
            return None
        group = 1 if match[1] is not None else 2
        place = match.span(group) if match[group] is not None else (close + 2, close + 2)
        return _unescaped(match[group] or ""), match.end(), place

    def reference(self, close: int, text: str) -> tuple[str, int, tuple[int, int]] | None:
        """Return the same of a label that has a definition: `[label]` behind the bracket, or the text itself."""
        if not self.definitions:
            return None
        end = close + 1
        label = text
        match = _LABEL.match(self.text, end, min(self.end, end + LONGEST_TEXT))
        if match:
            end = match.end()
            label = match[1] if match[1].strip() else text
        place = self.definitions.get(normalized(label))
        return None if place is None else (_unescaped(self.text[slice(*place)]), end, place)

    def bare(self, start: int) -> None:
        """Read an address that stands in the text, without the punctuation and unpaired `)` behind it."""
        match = _BARE.match(self.text, start, self.end)
        if match is None:
            return
        address = match[0]
        surplus = address.count(")") - address.count("(")
        length = len(address)
        while address[length - 1] in _BEHIND or (address[length - 1] == ")" and surplus > 0):
            surplus -= address[length - 1] == ")"
            length -= 1
        self.at = start + length
        self.links.append(Found(address[:length], address[:length], start, self.at, start, self.at, is_bare=True))


def _attributes(text: str, start: int, end: int) -> Iterator[tuple[str, tuple[str, int, int]]]:
    """Yield the attributes of a tag, last first so that the first of a name counts, with the places of their values."""
    for match in reversed(list(_ATTRIBUTE.finditer(text, start, end))):
        for group in (2, 3, 4):
            if match[group] is not None:
                yield match[1].lower(), (match[group].replace("&amp;", "&"), *match.span(group))


def _unescaped(target: str) -> str:
    """Return a destination without backslash escapes and with `&amp;` resolved."""
    return _ESCAPED.sub(r"\1", target).replace("&amp;", "&") if "\\" in target or "&" in target else target
