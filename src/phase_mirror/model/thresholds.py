"""How many findings of each severity a change may bring before it blocks."""

from __future__ import annotations

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.levels import Severity

STRICT_MEDIUM = 5
"""The limit for medium findings when strict (docs/reference/decision.md)."""


class Thresholds(Record):
    """The largest counts that do not block; None is no limit.

    Only findings that may block are counted: new ones, of high confidence, of rules in blocking standing.
    """

    critical: int | None = 0
    high: int | None = 0
    medium: int | None = 10
    low: int | None = None

    def limit(self, severity: Severity) -> int | None:
        """Return the limit of a severity."""
        limit: int | None = getattr(self, severity.value)
        return limit

    def stricter(self) -> Thresholds:
        """Return the limits of a strict run: as stated, and at most STRICT_MEDIUM medium findings."""
        medium = STRICT_MEDIUM if self.medium is None else min(self.medium, STRICT_MEDIUM)
        return Thresholds(self.critical, self.high, medium, self.low)
