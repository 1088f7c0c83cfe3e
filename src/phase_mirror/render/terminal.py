"""The report for people at a terminal or in a log: one block for each new finding, then the decision and why.

A block shows every side of the finding as a source excerpt with the span underlined:

    high[MD-101]: title
      --> path:line:column
       |
     6 |   the source line
       |       ^^^^^^ note
       |
       = what contradicts what
       = help: the edit to make
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Standing
from phase_mirror.render import words
from phase_mirror.render.escape import neutralize_commands, visible
from phase_mirror.render.frame import excerpt_of
from phase_mirror.render.style import BOLD, FAINT, FRAME, HELP, NOTE, OUTCOMES, SEVERITIES, Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Evidence
    from phase_mirror.model.report import Item, Report

MOST_ENTRIES = 20
"""Entries of one list below the findings that are shown unless verbose; the rest is counted."""


def render_terminal(report: Report, *, color: bool = False, verbose: bool = False, quiet: bool = False) -> str:
    """Return the report as text for a terminal; without colour it holds no escapes."""
    style = Style(color=color)
    lines: list[str] = []
    if not quiet:
        for item in words.new_items(report):
            lines += [*_block(item, style, verbose=verbose), ""]
        if verbose:
            lines += _others(report, style)
        lines += _lists(report, style, verbose=verbose)
        if verbose:
            lines += _runs(report, style)
    lines.append(_summary(report, style))
    return neutralize_commands("\n".join(lines)) + "\n"


# -- one finding --------------------------------------------------------------------------------------------------


def _block(item: Item, style: Style, *, verbose: bool) -> list[str]:
    sides = [side for side in words.sides(item) if side.span is not None]
    digits = max((len(str(side.span.line)) for side in sides if side.span), default=1)
    gutter = " " * (digits + 1) + style.paint("|", FRAME)
    equals = " " * (digits + 1) + style.paint("=", FRAME)
    lines = [f"{_label(item, style)}: {style.paint(visible(item.title), BOLD)}{_limits(item)}"]
    framed = False
    for side in sides:
        arrow = "-->" if side is item.primary else ":::"
        shown, framed = _side(side, digits, arrow, style, SEVERITIES[item.severity] if arrow == "-->" else FRAME)
        lines += shown
    if framed:
        lines.append(gutter)
    lines.append(f"{equals} {visible(item.message)}")
    for side in item.evidence:
        if side.span is None:
            label = style.paint("note", NOTE)
            lines.append(f"{equals} {label}: {visible(' '.join(filter(None, (side.note, side.url))))}")
    lines.append(f"{equals} {style.paint('help', HELP)}: {visible(item.remediation)}")
    if verbose:
        lines += [f"{equals} edit {visible(str(edit.span))}: {visible(edit.new)}" for edit in item.edits]
    return lines


def _label(item: Item, style: Style) -> str:
    """Return `high[MD-101]`; the id is a link where the terminal may show one."""
    code = SEVERITIES[item.severity]
    rule = style.link(visible(item.rule_id), item.url)
    return f"{style.paint(item.severity.value, code)}{style.paint('[', code)}{rule}{style.paint(']', code)}"


def _limits(item: Item) -> str:
    """Return why a finding cannot block, in parentheses."""
    parts = []
    if item.standing is not Standing.BLOCKING:
        parts.append("only warns" if item.standing is Standing.WARN else f"{item.standing.value} rule")
    if item.confidence is not Confidence.HIGH:
        parts.append(f"confidence {item.confidence.value}")
    return f" ({', '.join(parts)})" if parts else ""


def _side(side: Evidence, digits: int, arrow: str, style: Style, code: str) -> tuple[list[str], bool]:
    """Return the lines of one side, and whether they end in a source excerpt."""
    if side.span is None:
        return [], False
    pad = " " * digits
    tree = f" (on the {side.tree})" if side.tree else ""
    head = f"{pad}{style.paint(arrow, FRAME)} {visible(words.place(side.span) + tree)}"
    note = visible(side.note)
    excerpt = None if words.is_whole_file(side.span) else excerpt_of(side)
    if excerpt is None:
        return [f"{head}: {note}" if note else head], False
    bar = style.paint("|", FRAME)
    line, underline = excerpt
    number = style.paint(str(side.span.line).rjust(digits), FRAME)
    marks = style.paint(underline.lstrip(), code)
    indent = underline[: len(underline) - len(underline.lstrip())]
    below = f"{pad} {bar} {indent}{marks}"
    if note:
        below += f" {style.paint(note, code)}"
    return [head, f"{pad} {bar}", f"{number} {bar} {line}", below], True


# -- below the findings -------------------------------------------------------------------------------------------


def _others(report: Report, style: Style) -> list[str]:
    """Return one line for each finding that is not new."""
    lines = []
    for item in words.other_items(report):
        span = item.primary.span
        where = words.place(span) if span else ""  # a finding has a place; the type does not say so
        why = f" ({item.status_reason})" if item.status_reason else ""
        text = f"{item.status.value}: {item.severity.value}[{item.rule_id}] {where}: {item.title}{why}"
        lines.append(style.paint(visible(text), FAINT))
    return [*lines, ""] if lines else []


def _lists(report: Report, style: Style, *, verbose: bool) -> list[str]:
    lines: list[str] = []
    for label, texts in words.lists(report):
        shown = texts if verbose else texts[:MOST_ENTRIES]
        lines += [f"{style.paint(label, NOTE)}: {visible(text)}" for text in shown]
        if len(shown) < len(texts):
            lines.append(f"{style.paint(label, NOTE)}: {len(texts) - len(shown)} more, shown with -v")
    return [*lines, ""] if lines else []


def _runs(report: Report, style: Style) -> list[str]:
    """Return what became of every rule, and the time it took."""
    lines = []
    for run in report.meta.rules:
        spent = "" if run.milliseconds is None else f"{run.milliseconds:.2f} ms"
        why = f"  {run.reason}" if run.reason else ""
        text = f"{run.id} {run.version:<4} {run.standing.value:<8} {run.outcome.value:<14} {run.findings:>4}"
        lines.append(style.paint(visible(f"{text} {spent:>12}{why}".rstrip()), FAINT))
    return [*lines, ""] if lines else []


def _summary(report: Report, style: Style) -> str:
    text = visible(words.summary(report))
    outcome = report.decision.outcome
    return style.paint(outcome.value, OUTCOMES[outcome]) + text[len(outcome.value) :]
