"""A decoded text file and the positioned tree read from it."""

from __future__ import annotations

from phase_mirror.errors import UnreadableError
from phase_mirror.model.span import Span
from phase_mirror.repository.formats.tree import PLAIN, Node, Scalar


class Text:
    """A decoded file: `text` without byte order mark, `lines` without their line ends."""

    __slots__ = ("_lines", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """Return the lines, split at LF, CRLF and CR alone, as the YAML reader counts them."""
        if self._lines is None:
            self._lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._lines

    def line(self, number: int) -> str:
        """Return a line by its 1-based number; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def span_of_line(self, number: int) -> Span:
        """Return the span of a line without its indentation and trailing blanks."""
        line = self.line(number)
        start = len(line) - len(line.lstrip()) + 1
        return Span(self.path, number, start, number, max(start, len(line.rstrip()) + 1))


class Document(Text):
    """A decoded file with its tree."""

    __slots__ = ("root",)

    def __init__(self, path: str, text: str, root: Node) -> None:
        super().__init__(path, text)
        self.root = root

    def span(self, node: Node) -> Span:
        """Return the span of a node."""
        return Span(self.path, node.line, node.column, node.end_line, node.end_column)

    def span_within(self, scalar: Scalar, start: int, length: int) -> Span:
        """Return the span of a part of a scalar's value, such as an expression inside a `run` script.

        Args:
            scalar: a scalar of this document.
            start: offset of the part in the value (characters).
            length: its length (characters).

        Returns:
            The exact span where the source repeats the value literally; else the span of the whole scalar.
        """
        part = scalar.value[start : start + length].split("\n", 1)[0]
        if not part:
            return self.span(scalar)
        before = scalar.value[:start]
        row = before.count("\n")
        if scalar.style in {"|", ">"}:
            found = self._in_block(scalar, before, part, row)
        else:
            found = self._in_line(scalar, before, part) if row == 0 else None
        return found or self.span(scalar)

    def _in_block(self, scalar: Scalar, before: str, part: str, row: int) -> Span | None:
        """Find a part of a block scalar: the rows follow the header line; folded ones are searched forward."""
        first = scalar.line + 1 + row
        reach = 1 if scalar.style == "|" else max(1, scalar.end_line - first + 1)
        offset = len(before) - (before.rfind("\n") + 1)
        for number in range(first, first + reach):
            line = self.line(number)
            indent = len(line) - len(line.lstrip()) if scalar.style == ">" else self._indentation(scalar)
            wanted = indent + offset if scalar.style == "|" else 0
            at = line.find(part, min(wanted, len(line)))
            if at < 0:  # with an indentation indicator, the first line may be indented deeper than the block
                at = line.find(part)
            if at >= 0:
                return Span(self.path, number, at + 1, number, at + 1 + len(part))
        return None

    def _indentation(self, scalar: Scalar) -> int:
        """Return the indentation of a block scalar: that of its first line that is not blank."""
        for number in range(scalar.line + 1, min(scalar.end_line, len(self.lines)) + 1):
            line = self.line(number)
            if line.strip():
                return len(line) - len(line.lstrip(" "))
        return 0

    def _in_line(self, scalar: Scalar, before: str, part: str) -> Span | None:
        quote = 0 if scalar.style == PLAIN else 1
        line = self.line(scalar.line)
        at = line.find(part, min(scalar.column - 1 + quote + len(before), len(line)))
        if at < 0:
            at = line.find(part, scalar.column - 1)
        if at < 0:
            return None
        return Span(self.path, scalar.line, at + 1, scalar.line, at + 1 + len(part))


def decode(path: str, data: bytes) -> str:
    """Return the text of a file: UTF-8, a byte order mark removed, UTF-16 by its mark.

    Raises:
        UnreadableError: binary, or not in one of these encodings.
    """
    try:
        if data.startswith(b"\xef\xbb\xbf"):
            text = data[3:].decode("utf-8")
        elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"not UTF-8 text: byte {error.start} cannot be decoded", where=path, then="save the file as UTF-8"
        ) from error
    if "\0" in text:
        raise UnreadableError("a binary file: it holds a null character", where=path, then="save the file as UTF-8")
    return text
