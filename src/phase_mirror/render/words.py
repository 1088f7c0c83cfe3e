"""Sentences and counts that every format for people says the same way. Nothing here is escaped yet."""

from __future__ import annotations

import re

from phase_mirror.model.levels import RuleOutcome, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.decision import Decision
    from phase_mirror.model.finding import Evidence
    from phase_mirror.model.report import Item, Report, Unreadable
    from phase_mirror.model.span import Span


def new_items(report: Report) -> tuple[Item, ...]:
    """Return the findings that are shown whole, worst first: the new ones, and violated invariants that block."""
    return tuple(item for item in report.items if item.status is Status.NEW or report.holds(item))


def other_items(report: Report) -> tuple[Item, ...]:
    """Return the findings that are only counted: pre-existing, exempt, reviewed as false."""
    return tuple(item for item in report.items if item.status is not Status.NEW and not report.holds(item))


def verdict(decision: Decision) -> str:
    """Return the outcome, and whether something kept it from being the plain one."""
    if decision.incomplete:
        return f"{decision.outcome.value} (incomplete)"
    return f"{decision.outcome.value} (degraded)" if decision.degraded else decision.outcome.value


def counts(report: Report) -> str:
    """Return the counts as words: `5 new, 3 pre-existing, 1 unreadable`; only `new` is said when it is 0."""
    numbers = report.counts()
    new = numbers.pop(Status.NEW.value)
    parts = [f"{new} new"] + [f"{number} {status}" for status, number in numbers.items() if number]
    if report.meta.unreadable:
        parts.append(f"{len(report.meta.unreadable)} unreadable")
    return ", ".join(parts)


def summary(report: Report) -> str:
    """Return the decision, why, and the counts."""
    return f"{verdict(report.decision)}: {sentence(report.decision.reason)} {counts(report)}."


def sentence(text: str) -> str:
    """Return a text that ends like a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def sides(item: Item) -> list[Evidence]:
    """Return every side of a finding, the primary one first."""
    primary = item.primary
    return [primary, *(side for side in item.evidence if side is not primary)]


def is_web_address(url: str) -> bool:
    """Say whether a text is an address that may become a link: of the web, and without characters that end a link."""
    return re.fullmatch(r"https?://[!#-;=?-\[\]_a-z~]+", url) is not None


def is_whole_file(span: Span) -> bool:
    """Say whether a span stands for a file and not for a place in it (`Span.of_file`)."""
    return (span.line, span.column, span.end_line, span.end_column) == (1, 1, 1, 1)


def place(span: Span) -> str:
    """Return `path:line:column`, the path alone for a whole file, and words for the whole repository."""
    if not span.path:
        return "the repository"
    return span.path if is_whole_file(span) else str(span)


def lists(report: Report) -> list[tuple[str, list[str]]]:
    """Return what else there is to know: labels, each with its entries.

    They are what could not be read, the rules an input was missing for, the rules that crashed, notices, and the
    reasons beside the deciding one.
    """
    meta = report.meta
    return [
        ("unreadable", [_unreadable(entry) for entry in meta.unreadable]),
        ("not available", _not_available(report)),
        ("error", [f"{rule}: {text}" for rule, text in meta.evaluation_errors]),
        ("notice", list(meta.notices)),
        ("also", [reason.text for reason in report.decision.reasons if reason.text != report.decision.reason]),
    ]


def _unreadable(entry: Unreadable) -> str:
    where = f"{entry.path}:{entry.line}" if entry.line else entry.path
    return f"{where}: {entry.reason}{' (the change touches it)' if entry.touched else ''}"


def _not_available(report: Report) -> list[str]:
    """Return one entry for each reason, with the rules it stopped."""
    by_reason: dict[str, list[str]] = {}
    for run in report.meta.rules:
        if run.outcome is RuleOutcome.NOT_AVAILABLE:
            by_reason.setdefault(run.reason, []).append(run.id)
    return [f"{', '.join(ids)}: {reason or 'an input is missing'}" for reason, ids in by_reason.items()]
