"""The commands of a `run` script, as far as they can be read without running it.

A small reader of the POSIX shell: words with their places, what joins the commands, what they write to. Where the
script goes beyond it (a function, a `case`, a quote that is never closed), reading stops and says so: unknown stays
unknown.

Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

from __future__ import annotations

from functools import lru_cache

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENERS = frozenset({"if", "while", "until", "{"})
_MIDDLES = frozenset({"then", "elif", "else", "do", "!", "time"})
_CLOSERS = frozenset({"fi", "done", "}"})
_UNREAD = frozenset({"case", "select", "function"})
_BEFORE_COMMAND = _OPENERS | _MIDDLES
_KEYWORDS = _OPENERS | _MIDDLES | _CLOSERS | _UNREAD | {"for"}
_WRAPPERS = {
    "sudo": "CDRTUghprtu",
    "env": "CSu",
    "exec": "a",
    "command": "",
    "nohup": "",
    "nice": "n",
    "xvfb-run": "efnpsw",
    "time": "fo",
}
"""Commands whose first word that is no option is itself a command, and their one-letter options that take a value."""

_BREAKS = "\n;&|"
_GLOBS = "*?[{~"


class Word(Record):
    """One word of a command.

    Attributes:
        text: without quotes.
        start: offset in the script (characters).
        length: in the script, quotes included (characters).
        literal: nothing in it is left for the shell or an expression to fill in.
    """

    text: str
    start: int
    length: int
    literal: bool


class Command(Record):
    """One simple command.

    Attributes:
        words: the command and its arguments, without assignments and wrappers such as `sudo`.
        writes: the targets of `>` and `>>`.
        start: offset of its first word in the script, assignments and wrappers included, or of its first target when
            it has no words (characters).
        depth: how many blocks and subshells it stands in.
        before: what joins it to the command before: `&&`, `||`, `|`, or an empty text.
        after: what joins it to the next one.
    """

    words: tuple[Word, ...]
    writes: tuple[Word, ...]
    start: int
    depth: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """Return the command, empty when the shell must fill it in."""
        return self.words[0].text if self.words and self.words[0].literal else ""


class Script(Record):
    """The commands of a script; `complete` is False where reading stopped before its end."""

    commands: tuple[Command, ...]
    complete: bool


@lru_cache(maxsize=1024)
def read_script(text: str) -> Script:
    """Return the commands of a script; every text can be read. Kept, as several rules read the same scripts."""
    reader = _Reader(text)
    complete = reader.read()
    return Script(tuple(reader.commands), complete)


class _Unreadable(Exception):  # noqa: N818 - a way out of the loop, never seen outside
    """Beyond this reader."""


class _Reader:
    """Reads a script from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.commands: list[Command] = []
        self.words: list[Word] = []
        self.writes: list[Word] = []
        self.heredocs: list[tuple[str, bool]] = []
        self.redirect = ""
        self.depth = 0
        self.joined = ""

    def read(self) -> bool:
        """Read everything; False where reading stopped."""
        try:
            while self.at < len(self.text):
                self._step(self.text[self.at])
            self._end("")
        except _Unreadable:
            return False
        return True

    def _step(self, char: str) -> None:
        if char in " \t\r" or self.text.startswith("\\\n", self.at):
            self.at += 2 if char == "\\" else 1
        elif char == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif char in _BREAKS:
            self._break(char)
        elif char in "()":
            self._parenthesis(char)
        elif char in "<>":
            self._redirect(char)
        else:
            start = self.at
            self._word()
            if self.at == start + 2 and self.words and self.words[-1] == Word("[[", start, 2, literal=True):
                self._test()

    def _break(self, char: str) -> None:
        if self.text.startswith("&>", self.at):
            self.at += 1
            return
        double = char in "&|" and self.text.startswith(char * 2, self.at)
        self.at += 2 if double else 1
        self._end(char * 2 if double else char if char == "|" else "")
        if char == "\n":
            self._skip_heredocs()

    def _parenthesis(self, char: str) -> None:
        if char == "(" and not all(word.text in _BEFORE_COMMAND for word in self.words):
            raise _Unreadable  # a function, or something newer than this reader
        self._end("")
        self.depth = max(0, self.depth + (1 if char == "(" else -1))
        self.at += 1

    def _redirect(self, char: str) -> None:
        end = self.at
        while end < len(self.text) and self.text[end] in "<>&|-":
            end += 1
        sign = self.text[self.at : end]
        if self.text.startswith("(", end):
            start, self.at = self.at, self._balanced(end, "(", ")")
            self._take(Word(self.text[start : self.at], start, self.at - start, literal=False))
            return
        if sign == ">" and self.text.startswith("|", end):
            end += 1  # `>|` writes over what is there
        self.at = end
        if self.words and self.words[-1].text.isdigit() and self._touches(self.words[-1], sign):
            self.words.pop()  # the number of a stream, as in `2>&1`
        self.redirect = "<" if char == "<" else ">"
        if sign.startswith("<<") and sign != "<<<":
            self.redirect = sign
        elif "&" in sign:
            self.redirect = "" if sign.endswith("-") else "&"  # `2>&-` closes a stream: no word belongs to it

    def _touches(self, word: Word, sign: str) -> bool:
        return word.start + word.length == self.at - len(sign)

    def _word(self) -> None:
        start, literal = self.at, True
        chars: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in " \t\r\n;&|()<>":
                if char != "(" or not chars or not chars[-1].endswith("="):
                    break
                self.at = self._balanced(self.at, "(", ")")  # an array
                literal = False
                continue
            text, fixed = self._piece(char)
            chars.append(text)
            literal = literal and fixed
        text = "".join(chars)
        self._take(Word(text, start, self.at - start, literal or text in {"[", "[["}))

    def _test(self) -> None:
        """Read on to `]]` behind a `[[`: what joins commands elsewhere, or writes to files, compares words here."""
        if len(self.words) > 1 and self.words[-2].text not in _KEYWORDS:
            return
        while self.words[-1].text != "]]":
            if self.at >= len(self.text):
                raise _Unreadable
            if self.text[self.at] in " \t\r\n;&|()<>":
                self.at += 1
            elif self.text.startswith("\\\n", self.at):
                self.at += 2
            else:
                self._word()

    def _piece(self, char: str) -> tuple[str, bool]:
        """Read one character or quoted stretch of a word; say whether it is fixed."""
        if char == "\\":
            self.at = min(self.at + 2, len(self.text))
            return self.text[self.at - 1 : self.at].replace("\n", ""), True
        if char == "'":
            return self._single()
        if char == '"':
            return self._double()
        if self.text.startswith("$'", self.at):
            return self._escaped()
        if char in "$`":
            start = self.at
            self._fill_in()
            return self.text[start : self.at], False
        self.at += 1
        return char, char not in _GLOBS

    def _single(self) -> tuple[str, bool]:
        """Read a stretch in single quotes; those inside an expression are gone before the shell sees it."""
        start = at = self.at + 1
        end = self._find("'", at)
        fixed = True
        while (opened := self.text.find("${{", at, end)) >= 0:
            at, fixed = self._find("}}", opened) + 2, False
            if at > end:
                end = self._find("'", at)
        self.at = end + 1
        return self.text[start:end], fixed

    def _escaped(self) -> tuple[str, bool]:
        """Read `$'...'`, in which a backslash hides a quote; what the escapes stand for is not known."""
        start, self.at = self.at, self.at + 2
        while self.at < len(self.text) and self.text[self.at] != "'":
            self.at += 2 if self.text[self.at] == "\\" else 1
        if self.at >= len(self.text):
            raise _Unreadable
        self.at += 1
        inside = self.text[start + 2 : self.at - 1]
        return inside, "\\" not in inside

    def _double(self) -> tuple[str, bool]:
        self.at += 1
        chars, fixed = [], True
        while self.at < len(self.text) and self.text[self.at] != '"':
            char = self.text[self.at]
            if char in "$`":
                start = self.at
                self._fill_in()
                chars.append(self.text[start : self.at])
                fixed = False
            elif char == "\\" and self.text[self.at + 1 : self.at + 2] in {"$", "`", '"', "\\", "\n"}:
                chars.append(self.text[self.at + 1].replace("\n", ""))
                self.at += 2
            else:
                chars.append(char)
                self.at += 1
        if self.at >= len(self.text):
            raise _Unreadable
        self.at += 1
        return "".join(chars), fixed

    def _fill_in(self) -> None:
        """Step over an expression, a substitution or a variable."""
        if self.text[self.at] == "`":
            self.at = self._find("`", self.at + 1) + 1
        elif self.text.startswith("${{", self.at):
            self.at = self._find("}}", self.at) + 2
        elif self.text.startswith("${", self.at):
            self.at = self._balanced(self.at + 1, "{", "}")
        elif self.text.startswith("$(", self.at):
            self.at = self._balanced(self.at + 1, "(", ")")
        else:
            self.at += 1
            while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] == "_"):
                self.at += 1

    def _find(self, what: str, start: int) -> int:
        end = self.text.find(what, start)
        if end < 0:
            raise _Unreadable
        return end

    def _balanced(self, start: int, opening: str, closing: str) -> int:
        """Return the offset behind the bracket that closes the one at an offset, quotes respected."""
        depth, at, quote = 0, start, ""
        while at < len(self.text):
            char = self.text[at]
            if char == "\\" and quote != "'":
                at += 1
            elif quote:
                quote = "" if char == quote else quote
            elif char in "'\"":
                quote = char
            elif char == opening:
                depth += 1
            elif char == closing:
                depth -= 1
                if depth == 0:
                    return at + 1
            at += 1
        raise _Unreadable

    def _take(self, word: Word) -> None:
        """Put a finished word where it belongs."""
        redirect, self.redirect = self.redirect, ""
        if redirect.startswith("<<"):
            self.heredocs.append((word.text, redirect.endswith("-")))
        elif redirect == ">":
            self.writes.append(word)
        elif not redirect:
            self.words.append(word)

    def _skip_heredocs(self) -> None:
        for delimiter, indented in self.heredocs:
            while True:
                if self.at >= len(self.text):
                    raise _Unreadable
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                line = self.text[self.at : end]
                self.at = end + 1
                if (line.lstrip("\t") if indented else line).rstrip("\r") == delimiter:
                    break
        self.heredocs.clear()

    def _end(self, joint: str) -> None:
        """Finish a command."""
        words, writes, before = self.words, self.writes, self.joined
        self.words, self.writes, self.redirect = [], [], ""
        if not words and not writes:
            self.joined = self.joined if self.joined in {"&&", "||", "|"} else joint
            return
        self.joined = joint
        words = self._keywords(words)
        start = next((word.start for word in words or writes), 0)
        words = list(_unwrapped(words))
        if words or writes:
            self.commands.append(Command(tuple(words), tuple(writes), start, self.depth, before, joint))

    def _keywords(self, words: list[Word]) -> list[Word]:
        """Follow the blocks that the first words open and close, and return what is left of the command."""
        for number, word in enumerate(words):
            first = word.text
            if word.length != len(first) or first not in _KEYWORDS:
                return words[number:]
            if first in _UNREAD:
                raise _Unreadable
            if first in _CLOSERS:
                self.depth = max(0, self.depth - 1)
            elif first == "for" or first in _OPENERS:
                self.depth += 1
            if first == "for":
                break
        return []


def _unwrapped(words: list[Word]) -> Iterator[Word]:
    """Yield a command without the assignments and wrappers before it."""
    at = 0
    while at < len(words):
        text = words[at].text
        name, sign, _ = text.partition("=")
        if sign and name.removesuffix("+").isidentifier():
            at += 1
        elif text in _WRAPPERS and at + 1 < len(words):
            if text == "command" and words[at + 1].text in {"-v", "-V"}:
                break  # it only asks whether there is such a command
            at += 1
            while at < len(words) and words[at].text.startswith("-"):
                option = words[at].text
                at += 2 if len(option) == 2 and option[1] in _WRAPPERS[text] else 1
        else:
            break
    yield from words[at:]
