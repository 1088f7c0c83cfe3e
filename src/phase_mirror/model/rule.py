"""What a rule says of itself: its page, its SARIF help and its explanation on the command line are made of it."""

from __future__ import annotations

from phase_mirror.model.finding import Edit, Evidence, Finding
from phase_mirror.model.ids import family_of
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from phase_mirror.model.levels import Confidence, Severity, Standing
else:
    Protocol = object

DOCS_URL = "https://github.com/phase-mirror/phase-mirror/blob/main/docs/rules/"


class OptionInfo(Record):
    """One typed option of a rule.

    Attributes:
        name: the key under `rules: {MD-nnn: {...}}`.
        type: `boolean`, `integer`, `number`, `string` or `strings`.
        default: its value when the configuration is silent.
        doc: one sentence.
    """

    name: str
    type: str
    default: Any
    doc: str


class RuleInfo(Protocol):
    """The part of a rule's metadata that the configuration asks for; `RuleMeta` has it."""

    @property
    def id(self) -> str:
        """Return `MD-Fnn`."""

    @property
    def title(self) -> str:
        """Return one line."""

    @property
    def severity(self) -> Severity:
        """Return the severity of its findings unless one says otherwise."""

    @property
    def standing(self) -> Standing:
        """Return what it may do at birth."""

    @property
    def options(self) -> tuple[OptionInfo, ...]:
        """Return its own options."""


class RuleMeta(Record):
    """The metadata of a rule.

    Attributes:
        id: `MD-Fnn`.
        version: `major.minor`; the major part enters the identity of findings.
        name: the short kebab-case name of the catalogue.
        title: one line.
        why: why it matters to the people who own the repository.
        remediation: how such a contradiction is mended.
        sources: vendor documentation the rule relies on.
        severity: of its findings unless one says otherwise.
        confidence: the highest it gives.
        standing: what it may do at birth.
        inputs: the facts it reads, such as `workflows`, `gates`, `codeowners`.
        example_bad: files (path, text) that make the rule speak; run as a test.
        example_good: the same, mended; the rule is clean on them.
        options: its own options.
    """

    id: str
    version: str
    name: str
    title: str
    why: str
    remediation: str
    sources: tuple[str, ...]
    severity: Severity
    confidence: Confidence
    standing: Standing
    inputs: tuple[str, ...]
    example_bad: tuple[tuple[str, str], ...]
    example_good: tuple[tuple[str, str], ...]
    options: tuple[OptionInfo, ...] = ()

    @property
    def family(self) -> str:
        """Return the family code."""
        return family_of(self.id)

    @property
    def url(self) -> str:
        """Return the address of the rule's page."""
        return f"{DOCS_URL}{self.id}.md"

    @property
    def major(self) -> str:
        """Return the major part of the version."""
        return self.version.partition(".")[0]

    def finding(
        self,
        title: str,
        message: str,
        *evidence: Evidence,
        remediation: str,
        confidence: Confidence | None = None,
        severity: Severity | None = None,
        edits: tuple[Edit, ...] = (),
    ) -> Finding:
        """Return a finding of this rule; severity and confidence are the rule's unless given."""
        return Finding(
            rule_id=self.id,
            severity=severity or self.severity,
            confidence=confidence or self.confidence,
            title=title,
            message=message,
            evidence=evidence,
            remediation=remediation,
            edits=edits,
        )
