"""One setting that a change makes weaker; the input of MD-409."""

from __future__ import annotations

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.span import Span


class Weakening(Record):
    """A governing value that differs between base and head.

    Attributes:
        key: the key path, such as `policy.pins.actions` or `rules.MD-204.standing`.
        before: the value on the base, as text; empty when absent.
        after: the value on the head, as text; empty when absent.
        span_before: where it stands on the base, None when it came from a default.
        span_after: where it stands on the head, None when it is gone.
        known: True: an order on the key says it is weaker. False: it changed, and no order is known.
    """

    key: str
    before: str
    after: str
    span_before: Span | None
    span_after: Span | None
    known: bool
