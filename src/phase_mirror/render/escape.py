r"""Neutralises what each medium would interpret in text that comes from the repository.

Everything a report quotes may be hostile. One function per medium:

- `escape_terminal` for one line of a terminal or log, `neutralize_commands` for a whole text;
- `escape_json` for a whole JSON document;
- `escape_markdown`, `code_span`, `fence` and `escape_html` for GitHub-flavoured Markdown;
- `escape_annotation` and `escape_property` for workflow commands that we write ourselves;
- `escape_message` and `escape_uri` for SARIF.

The runner of GitHub Actions obeys two kinds of command in everything a step prints: `::name ...::text` behind blanks
at the start of a line, and `##[name ...]text` anywhere in a line; Azure Pipelines obeys `##vso[name]text`. A zero width
space breaks them. It stands between the command's own characters, so that a comparison that ignores it still counts it
and finds no known name (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
"""

from __future__ import annotations

import re

BREAK = "\u200b"
"""Zero width space: shows nothing and splits what would be read as one word."""

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_INVISIBLE = frozenset(
    map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x3164, 0xFFA0, *range(0xE0100, 0xE01F0)))
)
"""Characters that show nothing although `str.isprintable` says they do (Unicode: Default_Ignorable_Code_Point)."""

_COLONS = r"(?m)^([^\S\n]*):(?=:(?!:))"
"""`::name` at the start of a line; three colons are no command, the name would begin with one."""
_HASHES = r"#(?=#[A-Za-z]*\[)"
"""Patterns are texts here and compiled at their first use: most runs need none of them."""


def is_plain(character: str) -> bool:
    """Say whether a character shows itself and does nothing else."""
    return character.isprintable() and character not in _INVISIBLE


def visible(text: str) -> str:
    r"""Return text with every control, invisible, direction-changing or broken character in a form that can be seen.

    Line feed, carriage return and tab become `\n`, `\r` and `\t`; everything else that does not show itself becomes
    `\u{...}` with its code point in hexadecimal: C0 and C1 controls, escape, bidirectional marks, zero width
    characters, line separators, blanks that are no space, private use, and the surrogates of names that are not UTF-8.
    """
    if text.isprintable() and (text.isascii() or _INVISIBLE.isdisjoint(text)):
        return text
    return "".join(
        character if is_plain(character) else _NAMED.get(character) or f"\\u{{{ord(character):x}}}"
        for character in text
    )


def neutralize_commands(text: str) -> str:
    """Return a text of one or more lines in which no runner finds a command of its own."""
    if "::" in text:
        text = re.sub(_COLONS, rf"\1:{BREAK}", text)
    return re.sub(_HASHES, f"#{BREAK}", text) if "##" in text else text


def escape_terminal(text: str) -> str:
    """Return text as one line that is safe on a terminal and in the log of a runner."""
    return neutralize_commands(visible(text))


# -- JSON ---------------------------------------------------------------------------------------------------------


def escape_json(document: str) -> str:
    r"""Return a JSON document, written in ASCII, that means the same and holds no runner command.

    `##` can only stand inside a string, where `\u0023\u0023` is the same. `::` needs nothing: every line of the
    document begins with a bracket, a quote or a number.

    Args:
        document: what `json.dumps` wrote with `ensure_ascii`.
    """
    return document.replace("##", "\\u0023\\u0023").replace("\x7f", "\\u007f")


def without_surrogates(value: object) -> object:
    r"""Return a JSON value in which halves of surrogate pairs are written visibly.

    Strict readers refuse a whole document for one of them (RFC 7493, 2.1), so a file name that is not UTF-8 could hide
    a report from everything that reads it.
    """
    if isinstance(value, str):
        return value if value.isascii() else re.sub("[\ud800-\udfff]", lambda half: f"\\u{{{ord(half[0]):x}}}", value)
    if isinstance(value, dict):
        return {str(without_surrogates(key)): without_surrogates(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [without_surrogates(inside) for inside in value]
    return value


# -- Markdown -----------------------------------------------------------------------------------------------------

_PUNCTUATION = r"[\\`*_\[\]|~$]"
_ENTITY = r'[&<>"]'
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_LINKS = (
    (r"@(?=\w)", f"@{BREAK}"),  # @person, @organization/team, addresses
    (r"#(?=\w)", f"#{BREAK}"),  # #12, organization/repository#12
    (r"(?i)(GH)(?=-\d)", rf"\1{BREAK}"),  # GH-12
    (r":(?=//)", f":{BREAK}"),  # https://...
    (r"(?i)(www)(?=\.)", rf"\1{BREAK}"),
    (r":(?=[\w+-]+:)", f":{BREAK}"),  # :emoji:
)
"""What GitHub links by itself in text
(https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls)."""
BAR = "\\|"
"""A pipe in a table, which needs the backslash even in code (https://github.github.com/gfm/#tables-extension-)."""


def escape_markdown(text: str) -> str:
    """Return text as inline Markdown that shows it literally, in a table cell as well.

    Nothing in it is formatted, linked, loaded as an image, read as HTML, mentioned or cross-referenced.
    """
    return _as_entities(re.sub(_PUNCTUATION, r"\\\g<0>", _unlink(visible(text))))


def escape_html(text: str) -> str:
    """Return text for an HTML element or attribute inside Markdown, where backslashes do not escape."""
    return _as_entities(_unlink(visible(text)))


def _unlink(text: str) -> str:
    """Break what GitHub would turn into a mention, a cross-reference or a link by itself."""
    for pattern, broken in _LINKS:
        text = re.sub(pattern, broken, text)
    return text


def _as_entities(text: str) -> str:
    return re.sub(_ENTITY, lambda found: _ENTITIES[found[0]], text)


def code_span(text: str, *, cell: bool = False) -> str:
    """Return text as an inline code span, where GitHub links and mentions nothing.

    Args:
        text: what to show; empty text gives nothing.
        cell: it stands in a table.
    """
    text = visible(text)
    if not text:
        return ""
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{ticks}{pad}{text.replace('|', BAR) if cell else text}{pad}{ticks}"


def fence(lines: list[str], info: str = "") -> str:
    """Return lines as a fenced code block whose fence none of them can close.

    Args:
        lines: the content; each stays one line.
        info: the language of the block, a word of ours.
    """
    shown = [visible(line.replace("\t", "    ")) for line in lines]
    ticks = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return "\n".join([f"{ticks}{info}", *shown, ticks])


def _longest_run(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)


# -- workflow commands --------------------------------------------------------------------------------------------


def escape_annotation(text: str) -> str:
    """Return text as the message of a workflow command; line feeds in it stay line feeds of the message.

    Source: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    lines = "\n".join(visible(line) for line in text.split("\n"))
    return neutralize_commands(lines).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Return text as the value of a property of a workflow command."""
    return escape_terminal(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


# -- SARIF --------------------------------------------------------------------------------------------------------

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def escape_uri(path: str) -> str:
    """Return a path as a relative URI reference (RFC 3986): every byte outside the unreserved ones is encoded."""
    data = path.encode("utf-8", "surrogateescape") if _is_encodable(path) else path.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data)


def _is_encodable(path: str) -> bool:
    """Say whether every surrogate of a path stands for a byte, as in names read from a file system."""
    return not any("\ud800" <= character <= "\udc7f" or "\udd00" <= character <= "\udfff" for character in path)


def escape_message(text: str) -> str:
    """Return text as a plain text message of SARIF in which nothing is an embedded link (SARIF 2.1.0, 3.11.6)."""
    return visible(text).replace("](", f"]{BREAK}(")


def escape_link_text(text: str) -> str:
    """Return text as the text of a link that we embed in a message of SARIF ourselves."""
    return visible(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
