"""The decision and its reasons."""

from __future__ import annotations

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.levels import Outcome


class Reason(Record):
    """One reason of a decision.

    Attributes:
        code: a stable word for machines, such as `threshold_exceeded`.
        text: a sentence a developer can act on.
        rules: the rules concerned, sorted.
        counts: pairs of a word and a number, such as (`high`, 2).
    """

    code: str
    text: str
    rules: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()


class Decision(Record):
    """The verdict of one run.

    Attributes:
        outcome: pass, warn or block; an incomplete run that nothing else blocks has `block`.
        degraded: a safety mechanism changed the outcome.
        incomplete: no verdict could be given.
        reason: the deciding reason as one sentence.
        reasons: every reason, in the order of the steps that gave them.
    """

    outcome: Outcome
    degraded: bool
    incomplete: bool
    reason: str
    reasons: tuple[Reason, ...]
