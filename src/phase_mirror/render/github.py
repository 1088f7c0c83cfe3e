"""The report for the log of a GitHub Actions step: annotations on the lines concerned, then the summary.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from phase_mirror.model.levels import Severity
from phase_mirror.render import words
from phase_mirror.render.escape import escape_annotation, escape_property, escape_terminal, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Evidence
    from phase_mirror.model.report import Item, Report
    from phase_mirror.model.span import Span

COMMANDS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}
MOST = 10
"""Annotations of one kind that GitHub shows of one step; it drops the rest without a word
(https://docs.github.com/en/actions/reference/limits)."""
MOST_ENTRIES = 20
"""Entries of one list below the annotations; the rest is counted."""


def render_github(report: Report) -> str:
    """Return workflow commands for the new findings, the worst first, and plain lines for everything else."""
    lines: list[str] = []
    spent = dict.fromkeys(COMMANDS.values(), 0)
    for item in words.new_items(report):
        command = COMMANDS[item.severity]
        spent[command] += 1
        if spent[command] <= MOST:
            lines.append(_annotation(command, item))
    left = [f"{number - MOST} of kind {command}" for command, number in spent.items() if number > MOST]
    if left:
        lines.append(f"Not annotated: {', '.join(left)}. GitHub shows {MOST} of a kind for each step.")
    for label, texts in words.lists(report):
        lines += [f"{label}: {escape_terminal(text)}" for text in texts[:MOST_ENTRIES]]
        if len(texts) > MOST_ENTRIES:
            lines.append(f"{label}: {len(texts) - MOST_ENTRIES} more")
    lines.append(escape_terminal(words.summary(report)))
    return "\n".join(lines) + "\n"


def _annotation(command: str, item: Item) -> str:
    first, *others = words.sides(item)
    place = _properties(first.span) if first.span else {}
    place["title"] = f"{item.rule_id}: {item.title}"
    properties = ",".join(f"{name}={escape_property(value)}" for name, value in place.items())
    texts = [item.message, item.remediation, *map(_other, others)]
    message = "%0A".join(escape_annotation(visible(text)) for text in texts if text)
    return f"::{command} {properties}::{message}"


def _other(side: Evidence) -> str:
    """Return a further side, which the annotation cannot point at, as words."""
    where = words.place(side.span) if side.span else side.url
    tree = f" (on the {side.tree})" if side.tree else ""
    return f"{where}{tree}: {side.note}"


def _properties(span: Span) -> dict[str, str]:
    """Return the place of an annotation.

    Columns are allowed within one line alone (https://docs.github.com/en/rest/checks/runs#create-a-check-run).
    """
    if not span.path:
        return {}
    if words.is_whole_file(span):
        return {"file": span.path}
    if span.end_line > span.line:
        return {"file": span.path, "line": str(span.line), "endLine": str(span.end_line)}
    return {
        "file": span.path,
        "line": str(span.line),
        "col": str(span.column),
        "endLine": str(span.line),
        "endColumn": str(max(span.column, span.end_column)),
    }
