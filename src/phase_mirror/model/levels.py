"""The ordered scales: severity, confidence, standing; and the closed sets of words."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How bad it is when the finding is right."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for critical to 3 for low, so that sorting puts the worst first."""
        return _SEVERITIES.index(self)


class Confidence(StrEnum):
    """How sure the rule is.

    High: every input is literal and complete. Medium: one input is inferred. Low: something outside the tree may
    explain it.
    """

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for high to 2 for low."""
        return _CONFIDENCES.index(self)


class Standing(StrEnum):
    """What a rule may do: nothing yet (draft), speak when asked (pilot), warn, block."""

    OFF = "off"
    DRAFT = "draft"
    PILOT = "pilot"
    WARN = "warn"
    BLOCKING = "blocking"


class Role(StrEnum):
    """The side of a contradiction that one piece of evidence shows."""

    DECLARED = "declared"
    ACTUAL = "actual"
    NORM = "norm"
    """Vendor documentation, where the other side is the platform's behaviour."""


class Status(StrEnum):
    """How a finding stands against the base, the exemptions and the reviews."""

    NEW = "new"
    PRE_EXISTING = "pre-existing"
    EXEMPT = "exempt"
    REVIEWED_FALSE = "reviewed-false"


class Mode(StrEnum):
    """The occasion of an analysis."""

    LOCAL = "local"
    PULL_REQUEST = "pull_request"
    MERGE_GROUP = "merge_group"
    DRIFT = "drift"
    CALIBRATION = "calibration"


class Outcome(StrEnum):
    """The decision."""

    PASS = "pass"  # noqa: S105 - a word of the protocol, not a password
    WARN = "warn"
    BLOCK = "block"


class RuleOutcome(StrEnum):
    """What became of one rule in one run; "not available" is never "clean"."""

    FINDINGS = "findings"
    CLEAN = "clean"
    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    SKIPPED = "skipped"
    ERROR = "error"


_SEVERITIES = tuple(Severity)
_CONFIDENCES = tuple(Confidence)
