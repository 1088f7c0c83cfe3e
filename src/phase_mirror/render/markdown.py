"""The report as GitHub-flavoured Markdown, for a comment on a pull request or a step summary.

No text of the repository begins a line, so that none of it can open a heading, a list or a block.
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.render import words
from phase_mirror.render.escape import code_span, escape_markdown, fence, neutralize_commands
from phase_mirror.render.frame import excerpt_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.model.finding import Evidence
    from phase_mirror.model.report import Item, Report

MARKER = "<!-- phase-mirror -->"
"""The first line: by it a job finds its own comment and replaces it."""
MOST_CHARACTERS = 65_000
"""GitHub refuses a comment of more than 65,536 characters; a little is kept back for neutralised commands."""
LONGEST_TEXT = 1_000
"""Characters of one quoted text; escaping can make each ten times as long."""
CLOSING = 300
"""Characters kept back for the sentence about what is left out, and the end of a details block."""


class _Section(Record):
    """A folded list."""

    title: str
    entries: list[str]


def render_markdown(report: Report) -> str:
    """Return the report as Markdown, cut to what GitHub takes as one comment."""
    pieces = [MARKER, f"## Phase Mirror: {words.verdict(report.decision)}", _head(report)]
    room = MOST_CHARACTERS - sum(map(len, pieces))
    blocks, left = _fit((_block(item) for item in words.new_items(report)), room)
    pieces += blocks
    room -= sum(map(len, blocks))
    if left:
        pieces.append(
            f"**{left} more new {_noun(left)} left out:** the comment would be too long. See the JSON report."
        )
    for section in _sections(report):
        if section.entries:
            folded = _folded(section, room)
            pieces.append(folded)
            room -= len(folded)
    return neutralize_commands("\n\n".join(pieces)) + "\n"


def _noun(number: int) -> str:
    return "finding is" if number == 1 else "findings are"


def _fit(texts: Iterable[str], room: int) -> tuple[list[str], int]:
    """Return as many texts as fit, and how many are left out."""
    fitting: list[str] = []
    left = 0
    for text in map(neutralize_commands, texts):
        room -= len(text) + 2
        if left or room < CLOSING:
            left += 1
        else:
            fitting.append(text)
    return fitting, left


def _text(text: str) -> str:
    """Return a text escaped, cut when it is very long."""
    return escape_markdown(text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}...")


def _head(report: Report) -> str:
    return f"**Why:** {_text(words.sentence(report.decision.reason))} {words.counts(report)}."


# -- new findings -------------------------------------------------------------------------------------------------


def _block(item: Item) -> str:
    """Return one new finding: what is wrong, both sides with their source lines, and the edit to make."""
    title = f"### {item.severity.value} {_rule(item)}: {_text(item.title)}"
    what, help_ = f"**What:** {_text(item.message)}", f"**Help:** {_text(item.remediation)}"
    return "\n\n".join([title, what, *map(_side, words.sides(item)), help_])


def _rule(item: Item) -> str:
    name = escape_markdown(item.rule_id)
    return f"[{name}](<{item.url}>)" if words.is_web_address(item.url) else name


def _side(side: Evidence) -> str:
    note = f": {_text(side.note)}" if side.note else ""
    if side.span is None:
        source = f"[documentation](<{side.url}>)" if words.is_web_address(side.url) else _text(side.url)
        return f"By the {source}{note}"
    tree = f" on the {side.tree}" if side.tree else ""
    head = f"In {_code(words.place(side.span))}{escape_markdown(tree)}{note}"
    excerpt = None if words.is_whole_file(side.span) else excerpt_of(side)
    if excerpt is None:
        return head
    number = str(side.span.line)
    line, underline = excerpt
    block = fence([f"{number} | {line}", f"{' ' * len(number)} | {underline}"], "text")
    return f"{head}\n\n{block}"


def _code(text: str) -> str:
    return code_span(text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}...")


# -- what is folded -----------------------------------------------------------------------------------------------


def _sections(report: Report) -> list[_Section]:
    """Return the lists; every entry begins with a word of ours."""
    others = [_line(item) for item in words.other_items(report)]
    named = [(label, [f"{label}: {_text(text)}" for text in texts]) for label, texts in words.lists(report)]
    lists = [("findings that are not new", others), *named]
    return [_Section(f"{label.capitalize()} ({len(entries)})", entries) for label, entries in lists]


def _line(item: Item) -> str:
    span = item.primary.span
    where = f" {_code(words.place(span))}" if span else ""
    why = f" ({_text(item.status_reason)})" if item.status_reason else ""
    return f"{item.status.value}, {item.severity.value} {_rule(item)}{where}: {_text(item.title)}{why}"


def _folded(section: _Section, room: int) -> str:
    entries, left = _fit([f"- {entry}" for entry in section.entries], room - CLOSING)
    if left:
        entries.append(f"- {left} more left out: the comment would be too long.")
    inside = "\n".join(entries)
    return f"<details><summary>{section.title}</summary>\n\n{inside}\n\n</details>"
