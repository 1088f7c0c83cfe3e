"""A finding, its evidence, and the identity it keeps for ever."""

from __future__ import annotations

import hashlib
import json

from phase_mirror.model.levels import Confidence, Role, Severity
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.redacted import RedactedText
    from phase_mirror.model.span import Span


class Evidence(Record):
    """One side of a contradiction.

    Attributes:
        role: which side this is.
        span: where it stands, or None for a norm (`url` says where the norm is written).
        note: a few words shown under the source excerpt.
        locator: the structural place, free of line numbers: a key path such as `jobs.build.steps[checkout].uses`, or
            the entry of a list, such as a CODEOWNERS pattern.
        value: the normalized value found there; part of the finding's identity together with the locator.
        url: vendor documentation, for a norm.
        tree: `base` when the place is in the base of the change, else empty: in the tree under analysis.
        snippet: the text of the span (its first line when it has several), redacted; None before the report is made.
        excerpt: the source line the span starts on, redacted; None before the report is made.
        excerpt_column: the column the excerpt begins at (1-based); more than 1 when the head of a long line was cut.
    """

    role: Role
    span: Span | None
    note: str
    locator: str = ""
    value: str = ""
    url: str = ""
    tree: str = ""
    snippet: RedactedText | None = None
    excerpt: RedactedText | None = None
    excerpt_column: int = 1


class Edit(Record):
    """A mechanical edit: replace the span by `new`."""

    span: Span
    new: str


class Finding(Record):
    """One contradiction, as a rule states it.

    The first evidence whose role is `actual` is the primary one: exemptions and ordering go by it; with none, the
    first evidence that has a span.
    """

    rule_id: str
    severity: Severity
    confidence: Confidence
    title: str
    message: str
    evidence: tuple[Evidence, ...]
    remediation: str
    edits: tuple[Edit, ...] = ()

    @property
    def primary(self) -> Evidence:
        """Return the evidence that names the place of the finding."""
        placed = [side for side in self.evidence if side.span is not None]
        for side in placed:
            if side.role is Role.ACTUAL:
                return side
        return placed[0]


def fingerprint(finding: Finding, major: str) -> str:
    """Return the identity of a finding: 64 hex digits.

    SHA-256 over rule, major version of the rule and the structural locators of its sides (role, path, locator,
    normalized value). No line numbers, so it survives edits elsewhere. Final since the first release: a change of this
    function loses every review (`tests/unit/model/test_finding.py` pins it).

    Args:
        finding: a finding whose texts are already redacted; nothing derived from a secret may enter the identity.
        major: the major version of its rule, such as `1`.
    """
    sides = [
        [side.role.value, side.span.path if side.span else "", side.locator, side.value] for side in finding.evidence
    ]
    text = json.dumps([finding.rule_id, major, sides], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
