"""What MD-409 and its parts share: a loss, and the two sides that show it."""

from __future__ import annotations

from phase_mirror.model.finding import Evidence
from phase_mirror.model.levels import Confidence, Role, Severity
from phase_mirror.model.record import Record
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.weakening import Weakening
    from phase_mirror.repository.snapshot import Snapshot


class GovernanceChange(Record):
    """What a change does to the tool's own configuration; the composition root works it out.

    Attributes:
        weakenings: settings that the change makes weaker, or that differ without an order.
        invalid: why the head's file would be invalid, empty when it is valid or was so before.
        invalid_at: where.
        before: the merge base where it is not the tip: what is the same there, the change did not do.
    """

    weakenings: tuple[Weakening, ...] = ()
    invalid: str = ""
    invalid_at: Span | None = None
    before: Snapshot | None = None


class Loss(Record):
    """One thing that governs on the base and not, or less, once the change is merged.

    Attributes:
        key: what is lost, the same for every base it is compared with.
        title: names the thing.
        message: what was declared, what the change makes of it, and the consequence.
        was: the evidence on the base; None where nothing is written there.
        now: the evidence on the head; None where nothing is left to point at.
        fix: the edit.
        severity, confidence: of the finding.
    """

    key: tuple[str, ...]
    title: str
    message: str
    was: Evidence | None
    now: Evidence | None
    fix: str
    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.HIGH

    @property
    def sides(self) -> tuple[Evidence, ...]:
        """Return the evidence there is, the base first."""
        return tuple(side for side in (self.was, self.now) if side is not None)


def on_base(span: Span, note: str, *, locator: str, value: str = "") -> Evidence:
    """Return evidence that stands in the base."""
    return Evidence(Role.DECLARED, span, note, locator, value, tree="base")


def on_head(span: Span, note: str, *, locator: str, value: str = "") -> Evidence:
    """Return evidence that stands in the tree the change leaves."""
    return Evidence(Role.ACTUAL, span, note, locator, value)


def left_of(head: Snapshot, path: str, note: str, *, locator: str, value: str = "") -> Evidence | None:
    """Return evidence of what is left of a file; None when the change takes it away."""
    return on_head(Span.of_file(path), note, locator=locator, value=value) if path in head.files else None


MOST_LISTED = 5
"""Names in one sentence; the rest is counted."""


def listed(names: list[str]) -> str:
    """Return names for a sentence, each once: `a`, `a and b`, `a, b and 3 more`."""
    once = list(dict.fromkeys(names))
    if len(once) > MOST_LISTED:
        return f"{', '.join(once[:MOST_LISTED])} and {len(once) - MOST_LISTED} more"
    return " and ".join(filter(None, (", ".join(once[:-1]), once[-1] if once else "")))


def counted(number: int, one: str, more: str) -> str:
    """Return a number with what is counted: `1 file`, `2 files`."""
    return f"{number} {one if number == 1 else more}"
