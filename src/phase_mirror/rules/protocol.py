"""What a rule is: a module with `META` and `check`.

`check(facts, context)` asks its one question of a snapshot. It does no input or output, never guesses, and answers with
findings, or says why the question does not arise.
"""

from __future__ import annotations

from phase_mirror.model.finding import Evidence
from phase_mirror.model.levels import Role
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from phase_mirror.model.finding import Finding
    from phase_mirror.model.policy import Policy
    from phase_mirror.model.rule import RuleMeta
    from phase_mirror.model.span import Span
    from phase_mirror.repository.snapshot import Snapshot
else:
    Protocol = object


class NotApplicable(Record):
    """The question does not arise in this repository: nothing is declared that could be contradicted."""

    reason: str


class NotAvailable(Record):
    """The question arises but an input is missing, such as the base of the change."""

    reason: str


if TYPE_CHECKING:
    Verdict = list[Finding] | NotApplicable | NotAvailable


class Context(Record):
    """What a rule may ask beside the snapshot.

    Attributes:
        options: the rule's own options by name, defaults filled in.
        policy: the policy of the configuration in force.
        base: the snapshot of the base branch's tip, None without a base.
        today: the date of the run, ISO 8601, UTC.
        extra: what the oracle computed for one rule alone (MD-407: exemptions; MD-409: weakenings).
    """

    options: dict[str, Any]
    policy: Policy
    base: Snapshot | None = None
    today: str = ""
    extra: Any = None


class Rule(Protocol):
    """A rule module."""

    META: RuleMeta

    def check(self, facts: Snapshot, context: Context) -> Verdict:
        """Answer the rule's question."""


def declared(span: Span, note: str, *, locator: str, value: str = "") -> Evidence:
    """Return evidence of the declared side."""
    return Evidence(Role.DECLARED, span, note, locator, value)


def actual(span: Span, note: str, *, locator: str, value: str = "") -> Evidence:
    """Return evidence of the actual side."""
    return Evidence(Role.ACTUAL, span, note, locator, value)


def norm(url: str, note: str) -> Evidence:
    """Return evidence that the platform's own documentation gives; it names no place in the repository."""
    return Evidence(Role.NORM, None, note, "", "", url)
