"""The blocks of a Markdown file: fences, headings, and the stretches of text in which links can stand.

A light reading of CommonMark (https://spec.commonmark.org/0.31.2/#container-blocks) and of GitHub's dialect, one pass
over the lines: quotes and list items are known by their markers and indentation alone. Left out as no text of the
document are fences, indented code, comments, raw HTML of scripts, styles and `pre`, and front matter.
"""

from __future__ import annotations

import re

from phase_mirror.model.record import Record

_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTE = re.compile(r" {0,3}>(?: {0,3}>)* ?")
_MARKER = re.compile(r"[ \t]*(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]+|$)")
_MOST_MARKERS = 10
"""List items opened on one line; more are text, so that a line is read in linear time."""

_RULE = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_CLOSING = re.compile(r"(?:^|[ \t])#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RAW = re.compile(r"<(?:(!--)|(script|style|pre|textarea)(?=[\s>]|$))", re.IGNORECASE)
_FRONT = re.compile(r"(?:---)[ \t]*$")


class Fence(Record):
    """A fenced code block, as offsets into the text.

    Attributes:
        info: what stands behind the opening fence, such as `python`.
        text: the content without the indentation of the fence; every line ends in a line feed.
        line: 1-based line of the first line of content.
        start: offset of the opening fence.
        end: offset behind the closing fence.
    """

    info: str
    text: str
    line: int
    start: int
    end: int


class Blocks(Record):
    """What one pass over the lines finds.

    Attributes:
        starts: offset of every line.
        fences: in order.
        headings: level, start and end of the heading's own text.
        stretches: start and end of each stretch of text, headings included.
    """

    starts: list[int]
    fences: list[Fence]
    headings: list[tuple[int, int, int]]
    stretches: list[tuple[int, int]]


def read_blocks(text: str) -> Blocks:
    """Return the blocks of a Markdown text."""
    reader = _Reader(text)
    reader.read()
    return Blocks(reader.starts[:-1], reader.fences, reader.headings, reader.stretches)


class _Reader:
    """Goes over the lines once.

    Attributes:
        offsets: columns at which the content of the open list items stands, outermost first.
        opened: start of the stretch of text that is open, None when there is none.
        plain: the open stretch is a paragraph, which an underline would make a heading.
        blank: the line before is blank, a heading or code, so that indented code can start.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text)), len(text)]
        self.fences: list[Fence] = []
        self.headings: list[tuple[int, int, int]] = []
        self.stretches: list[tuple[int, int]] = []
        self.offsets: list[int] = []
        self.opened: int | None = None
        self.reached = 0
        self.plain = False
        self.blank = True

    def line(self, number: int) -> str:
        return self.text[self.starts[number] : self.starts[number + 1]].rstrip("\r\n")

    def read(self) -> None:
        last = len(self.starts) - 1
        number = self.front(last)
        while number < last:
            number = self.block(number, last)
        self.close()

    def front(self, last: int) -> int:
        """Return the first line behind the front matter."""
        if _FRONT.match(self.line(0)):
            for number in range(1, last):
                if _FRONT.match(self.line(number)):
                    return number + 1
        return 0

    def close(self) -> None:
        """End the open stretch of text."""
        if self.opened is not None:
            self.stretches.append((self.opened, self.reached))
        self.opened = None
        self.plain = False

    def block(self, number: int, last: int) -> int:
        """Read a line, or the whole of the fence or raw HTML it opens; return the first line behind it."""
        line = self.line(number)
        quote = _QUOTE.match(line)
        at = quote.end() if quote else 0
        if not line[at:].strip():
            self.close()
            self.blank = True
            return number + 1
        indent = _width(line, at)
        while self.offsets and indent < self.offsets[-1]:
            self.offsets.pop()
        if self.blank and indent >= (self.offsets[-1] if self.offsets else 0) + 4:
            self.close()
            return number + 1
        underlined = self.plain and _UNDERLINE.match(line, at)
        if underlined and self.opened is not None:
            self.headings.append((1 if underlined[1][0] == "=" else 2, self.opened, self.reached))
            self.close()
            self.blank = True
            return number + 1
        if _RULE.match(line, at):
            self.close()
            self.blank = True
            return number + 1
        marked, at = self.markers(line, at)
        return self.content(number, last, line, at, marked=marked or quote is not None)

    def markers(self, line: str, at: int) -> tuple[bool, int]:
        """Step over list markers; return whether there were any, and where the content starts."""
        marked = 0
        while marked < _MOST_MARKERS and not _RULE.match(line, at) and (match := _MARKER.match(line, at)):
            marked += 1
            at = match.end()
            self.offsets.append(len(line[:at].expandtabs(4)))
        if marked:
            self.close()
        return marked > 0, at + len(line[at:]) - len(line[at:].lstrip(" \t"))

    def content(self, number: int, last: int, line: str, at: int, *, marked: bool) -> int:
        start = self.starts[number] + at
        fence = _FENCE.match(line, at)
        if fence:
            self.close()
            self.blank = True
            return self.fence(number, last, at, fence)
        raw = _RAW.match(line, at)
        if raw:
            self.close()
            return self.raw(number, last, at, raw)
        heading = _HEADING.match(line, at)
        if heading:
            self.close()
            inside = line[heading.end() :].rstrip()
            end = self.starts[number] + heading.end() + len(_CLOSING.sub("", inside).rstrip())
            self.headings.append((len(heading[1]), self.starts[number] + heading.end(), end))
            self.stretches.append((self.starts[number] + heading.end(), end))
            self.blank = True
            return number + 1
        if self.opened is None:
            self.opened = start
            self.plain = not marked
        self.reached = self.starts[number] + len(line.rstrip())
        self.blank = False
        return number + 1

    def fence(self, number: int, last: int, at: int, opening: re.Match[str]) -> int:
        """Read a fence up to its end, or to the end of the quote or list item around it."""
        marks, info = (opening[1], opening[2]) if opening[1] else (opening[3], opening[4])
        closing = re.compile(rf"[ \t]*{re.escape(marks[0])}{{{len(marks)},}}[ \t]*$")
        quoted = _QUOTE.match(self.line(number)) is not None
        offset = self.offsets[-1] if self.offsets else 0
        indent = len(self.line(number)[:at].expandtabs(4))
        rows: list[str] = []
        row = number + 1
        end = self.starts[number] + len(self.line(number))
        while row < last:
            line = self.line(row)
            quote = _QUOTE.match(line) if quoted else None
            begin = quote.end() if quote else 0
            if (quoted and quote is None) or (line[begin:].strip() and _width(line, begin) < offset):
                break
            row += 1
            end = self.starts[row - 1] + len(line)
            if closing.match(line, begin):
                break
            spare = len(line[begin:]) - len(line[begin:].lstrip(" \t"))
            rows.append(line[begin + min(spare, max(0, indent - begin)) :] + "\n")
        self.fences.append(Fence(info.strip(), "".join(rows), number + 2, self.starts[number] + at, end))
        return row

    def raw(self, number: int, last: int, at: int, opening: re.Match[str]) -> int:
        """Step over raw HTML; what follows its end on the same line is text again."""
        closing = re.compile("-->" if opening[1] else rf"</{opening[2]}\s*>", re.IGNORECASE)
        begin = at + len(opening[0])
        for row in range(number, last):
            line = self.line(row)
            found = closing.search(line, begin)
            begin = 0
            if found:
                rest = found.end()
                if line[rest:].strip():
                    self.opened = self.starts[row] + rest
                    self.reached = self.starts[row] + len(line.rstrip())
                self.blank = False
                return row + 1
        return last


def _width(line: str, at: int) -> int:
    """Return the column at which the text of a line behind an offset starts, tabs counted as four."""
    return len(line[: at + len(line[at:]) - len(line[at:].lstrip(" \t"))].expandtabs(4))
