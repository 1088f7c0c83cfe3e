"""JSON with the position of every key and value, and on request its lenient forms with comments (JSONC, JSON5).

Strict: RFC 8259 as Python's own reader takes it, without `NaN` and `Infinity`. Lenient, as in `renovate.json5` or
`devcontainer.json`: comments, a trailing comma, single quotes, keys without quotes, and numbers such as `+1`, `.5` and
`0x1F` (https://spec.json5.org). In both, a duplicate key is an error, as tools differ on which of the two counts.
"""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # the stubs leave scanstring out

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.document import Document
from phase_mirror.repository.formats.tree import PLAIN, Mapping, Node, Scalar, Sequence
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits

_BREAK = re.compile(r"\r\n|\r|\n")
_BLANKS = frozenset(" \t\r\n")
_STRICT_SPACE = re.compile(r"[ \t\r\n]*")
_STRICT_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_LENIENT_SPACE = r"(?:[\s\ufeff]+|//[^\r\n\u2028\u2029]*|/\*.*?\*/)*"
_LENIENT_PLAIN = (
    r"true|false|null|[-+]?(?:0[xX][0-9a-fA-F]+|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
)
_LENIENT_STRING = r"'([^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*)'|\"([^\"\\\r\n]*(?:\\(?:\r\n|.)[^\"\\\r\n]*)*)\""
_LENIENT_ESCAPE = r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(\r\n|.))"
_LENIENT_KEY = r"[^\W0-9][\w$]*|\$[\w$]*"
_NAMED_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_CONTINUED = ("\n", "\r", "\r\n", "\u2028", "\u2029")


def read_json(path: str, text: str, *, limits: Limits = DEFAULT_LIMITS, lenient: bool = False) -> Document:
    """Read one JSON value.

    Args:
        path: where it came from, for positions and errors.
        text: its decoded text.
        limits: bounds on nesting and on the number of keys and values.
        lenient: takes comments and the other liberties of JSON5, too.

    Returns:
        The document. Strings are double-quoted scalars, in whatever quotes they stand; numbers, `true`, `false`, `null`
        and keys without quotes are plain ones with their source text as value.

    Raises:
        UnreadableError: not JSON, a duplicate key, text after the value, a limit; `where` is `path:line:column`.
    """
    reader = _LenientReader(path, text, limits) if lenient else _Reader(path, text, limits)
    root = reader.value(0)
    end = reader.skip()
    if end < len(text):
        raise reader.fail(f"not valid {reader.grammar}: {_shown(text, end)} after the value", end)
    return Document(path, text, root)


def _shown(text: str, at: int) -> str:
    """Return what stands at an offset, for an error."""
    return f"{text[at]!r}" if at < len(text) else "the end of the file"


class _Reader:
    """Reads forward only, so that lines are counted once.

    Attributes:
        at: offset of the first character that is not consumed.
        line: 1-based line of the last place asked for.
    """

    grammar = "JSON"

    def __init__(self, path: str, text: str, limits: Limits) -> None:
        self.path = path
        self.text = text
        self.limits = limits
        self.at = 0
        self.line = 1
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text)), len(text) + 1]
        self.visited = 0

    # -- places -------------------------------------------------------------------------------------------------------

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset at or behind the last one asked for."""
        starts, line = self.starts, self.line
        while starts[line] <= offset:
            line += 1
        self.line = line
        return line, offset - starts[line - 1] + 1

    def fail(self, what: str, offset: int) -> UnreadableError:
        line, column = self.place(offset)
        return UnreadableError(what, where=f"{self.path}:{line}:{column}")

    def expected(self, what: str, offset: int) -> UnreadableError:
        return self.fail(f"not valid {self.grammar}: {_shown(self.text, offset)} where {what} was expected", offset)

    # -- tokens, which the lenient reader overrides --------------------------------------------------------------------

    def skip(self) -> int:
        """Step over white space and return the offset behind it."""
        if self.text[self.at : self.at + 1] in _BLANKS:
            self.at = _STRICT_SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]  # matches the empty text
        return self.at

    def string(self, start: int) -> tuple[str, int] | None:
        """Return the value of the string at an offset and the offset behind it, None when there is no string."""
        if not self.text.startswith('"', start):
            return None
        try:
            return scanstring(self.text, start + 1, True)  # type: ignore[no-any-return]  # the stubs leave it out
        except JSONDecodeError as error:
            reason = error.msg.partition(" starting")[0].removesuffix(" at").lower()
            raise self.fail(f"not valid {self.grammar}: {reason}", max(start, error.pos)) from error

    def plain(self, start: int) -> int:
        """Return the offset behind the number or word at an offset, the offset itself when there is none."""
        match = _STRICT_PLAIN.match(self.text, start)
        return match.end() if match else start

    def bare_key(self, start: int) -> int:
        """Return the offset behind a key without quotes: strict JSON has none."""
        return start

    trailing_comma = False

    # -- values -------------------------------------------------------------------------------------------------------

    def count(self, start: int) -> None:
        self.visited += 1
        if self.visited > self.limits.nodes:
            raise self.fail(f"more than {self.limits.nodes} keys and values", start)

    def value(self, depth: int) -> Node:
        """Read the value that comes next; `depth` counts the collections around it."""
        start = self.skip()
        self.count(start)
        if depth > self.limits.nesting:
            raise self.fail(f"nested deeper than {self.limits.nesting} levels", start)
        character = self.text[start : start + 1]
        if character == "{":
            return self.mapping(start, depth)
        if character == "[":
            return self.sequence(start, depth)
        found = self.scalar(start)
        if found is None:
            raise self.expected("a value", start)
        return found

    def scalar(self, start: int) -> Scalar | None:
        string = self.string(start)
        if string is not None:
            return self.placed(string[0], '"', start, string[1])
        end = self.plain(start)
        return self.placed(self.text[start:end], PLAIN, start, end) if end > start else None

    def placed(self, value: str, style: str, start: int, end: int) -> Scalar:
        line, column = self.place(start)
        self.at = end
        if end < self.starts[line]:
            return Scalar(value, style, line, column, line, column + end - start)
        return Scalar(value, style, line, column, *self.place(end))

    def sequence(self, start: int, depth: int) -> Sequence:
        line, column = self.place(start)
        items: list[Node] = []
        self.at = start + 1
        while not self.closes("]", items):
            items.append(self.value(depth + 1))
        return Sequence(items, line, column, *self.place(self.at))

    def mapping(self, start: int, depth: int) -> Mapping:
        line, column = self.place(start)
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, int] = {}
        self.at = start + 1
        while not self.closes("}", entries):
            key = self.key(seen)
            colon = self.skip()
            if not self.text.startswith(":", colon):
                raise self.expected("':'", colon)
            self.at = colon + 1
            entries.append((key, self.value(depth + 1)))
        return Mapping(entries, line, column, *self.place(self.at))

    def closes(self, bracket: str, before: list[Node] | list[tuple[Scalar, Node]]) -> bool:
        """Step over the comma behind the values before, and over the closing bracket; say whether it was there."""
        at = self.skip()
        if self.text.startswith(bracket, at):
            self.at = at + 1
            return True
        if before:
            if not self.text.startswith(",", at):
                raise self.expected(f"',' or '{bracket}'", at)
            self.at = at + 1
            at = self.skip()
            if self.trailing_comma and self.text.startswith(bracket, at):
                self.at = at + 1
                return True
        return False

    def key(self, seen: dict[str, int]) -> Scalar:
        start = self.skip()
        self.count(start)
        string = self.string(start)
        if string is not None:
            key = self.placed(string[0], '"', start, string[1])
        else:
            end = self.bare_key(start)
            if end == start:
                raise self.expected("a key", start)
            key = self.placed(self.text[start:end], PLAIN, start, end)
        if key.value in seen:
            what = f"the key '{key.value}' stands twice, first on line {seen[key.value]}"
            raise UnreadableError(what, where=f"{self.path}:{key.line}:{key.column}")
        seen[key.value] = key.line
        return key


class _LenientReader(_Reader):
    """Takes comments, a trailing comma, single quotes, keys without quotes and the numbers of JSON5."""

    grammar = "JSON5"
    trailing_comma = True

    def __init__(self, path: str, text: str, limits: Limits) -> None:
        super().__init__(path, text, limits)
        self.space = re.compile(_LENIENT_SPACE, re.DOTALL)
        self.literal = re.compile(_LENIENT_STRING, re.DOTALL)
        self.escape = re.compile(_LENIENT_ESCAPE, re.DOTALL)
        self.word = re.compile(_LENIENT_PLAIN)
        self.name = re.compile(_LENIENT_KEY)

    def skip(self) -> int:
        match = self.space.match(self.text, self.at)
        self.at = match.end() if match else self.at
        if self.text.startswith("/*", self.at):
            raise self.fail("not valid JSON5: a comment that is not closed", self.at)
        return self.at

    def string(self, start: int) -> tuple[str, int] | None:
        if not self.text.startswith(('"', "'"), start):
            return None
        match = self.literal.match(self.text, start)
        if match is None:
            raise self.fail("not valid JSON5: unterminated string", start)
        body: str = match[1] if match[1] is not None else match[2]
        if "\\" in body:
            body = _joined(self.escape.sub(_unescaped, body))
        return body, match.end()

    def plain(self, start: int) -> int:
        match = self.word.match(self.text, start)
        return match.end() if match else start

    def bare_key(self, start: int) -> int:
        match = self.name.match(self.text, start)
        return match.end() if match else start


def _unescaped(match: re.Match[str]) -> str:
    """Return what an escape of JSON5 stands for; an unknown one is the character itself."""
    digits = match[1] or match[2]
    if digits:
        return chr(int(digits, 16))
    return "" if match[3] in _CONTINUED else _NAMED_ESCAPES.get(match[3], match[3])


def _joined(text: str) -> str:
    """Return a text with the two halves of each character beyond 16 bits put together; lone halves stay."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
