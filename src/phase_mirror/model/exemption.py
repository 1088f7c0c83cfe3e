"""Exemptions declared in the configuration. Inline ones are facts of the repository (`repository/exemptions.py`)."""

from __future__ import annotations

from phase_mirror.model.day import is_day
from phase_mirror.model.glob import matches
from phase_mirror.model.ids import FAMILIES, family_of
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.span import Span


def concerns(word: str, rule_id: str) -> bool:
    """Say whether a rule id or family code names a rule."""
    return word == rule_id or (word in FAMILIES and family_of(rule_id) == word)


def is_expired(expires: str, today: str) -> bool:
    """Say whether an exemption is over: its last day is past, or is no day at all. Without one it holds for ever.

    Args:
        expires: `YYYY-MM-DD` as somebody wrote it, or empty.
        today: `YYYY-MM-DD`, UTC.
    """
    return bool(expires) and (not is_day(expires) or today > expires)


class Exemption(Record):
    """One entry of `exemptions`.

    Attributes:
        rule: rule id or family code.
        path: glob of the primary evidence's path.
        span: where the entry stands.
        reason: why; empty when none is given, which MD-407 reports.
        expires: the last day it holds, `YYYY-MM-DD`, empty without one.
        owner: who answers for it, empty without one.
    """

    rule: str
    path: str
    span: Span
    reason: str = ""
    expires: str = ""
    owner: str = ""

    def expired(self, today: str) -> bool:
        """Say whether it no longer holds on a day (`YYYY-MM-DD`, UTC)."""
        return is_expired(self.expires, today)

    def covers(self, rule_id: str, path: str, today: str) -> bool:
        """Say whether it suppresses a finding of a rule whose primary evidence lies in a path."""
        return concerns(self.rule, rule_id) and not self.expired(today) and matches(self.path, path)
