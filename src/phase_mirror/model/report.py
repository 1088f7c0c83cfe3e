"""The report of one analysis as records; `report_json` has its published shape."""

from __future__ import annotations

from phase_mirror.model.finding import Finding
from phase_mirror.model.levels import Confidence, Outcome, Standing, Status
from phase_mirror.model.record import Record
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.decision import Decision
    from phase_mirror.model.levels import Mode, RuleOutcome

THRESHOLD_EXCEEDED = "threshold_exceeded"
"""The code of a reason whose findings block; its counts hold their severity."""


class Item(Finding):
    """A finding as it stands in a report.

    Attributes:
        id: the fingerprint; equal ones carry `-2`, `-3`, ... behind it.
        rule_version: version of the rule that spoke.
        standing: what the rule may do in this run.
        status: against the base, the exemptions and the reviews.
        status_reason: why it is exempt or reviewed, else empty.
        url: the page of the rule.
    """

    id: str = ""
    rule_version: str = ""
    standing: Standing = Standing.WARN
    status: Status = Status.NEW
    status_reason: str = ""
    url: str = ""


class Unreadable(Record):
    """An artifact that could not be read. `touched`: the change under analysis added or altered it."""

    path: str
    reason: str
    line: int = 0
    touched: bool = False


class RuleRun(Record):
    """What became of one rule. `milliseconds` is present only in verbose runs, so that reports stay comparable."""

    id: str
    version: str
    standing: Standing
    outcome: RuleOutcome
    findings: int = 0
    reason: str = ""
    milliseconds: float | None = None


class ExemptionUse(Record):
    """An exemption and how many findings it covered."""

    rules: tuple[str, ...]
    path: str
    line: int
    reason: str
    expires: str
    covered: int


class Meta(Record):
    """Everything about a run that is not a finding.

    Attributes:
        run_id: random, 32 hex digits.
        timestamp: start of the run, ISO 8601, UTC.
        rules_hash: SHA-256 over rule ids, versions, effective options, limits and tool version.
        commit: commit or tree that was read, empty for a work tree without git.
        base: the base commit compared with, empty without one.
        configuration: path of the configuration file, empty when built-in defaults applied.
        configuration_origin: `head`, `base`, `defaults`, or `user` for `--config`.
        notices: sentences for people: defaults that applied, a shallow clone, overrides that weaken.
        evaluation_errors: (rule id, sentence) of rules that crashed.
        selection: the `--rules` and `--ignore` words of the command line.
    """

    run_id: str
    timestamp: str
    rules_hash: str
    tool_version: str
    mode: Mode
    repository: str = ""
    commit: str = ""
    base: str = ""
    configuration: str = ""
    configuration_origin: str = "defaults"
    strict: bool = False
    dry_run: bool = False
    selection: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    rules: tuple[RuleRun, ...] = ()
    exemptions: tuple[ExemptionUse, ...] = ()
    evaluation_errors: tuple[tuple[str, str], ...] = ()


class Report(Record):
    """One analysis."""

    meta: Meta
    items: tuple[Item, ...]
    decision: Decision

    def counts(self) -> dict[str, int]:
        """Return how many items have each status, by status word; all four words are present."""
        counts = {status.value: 0 for status in Status}
        for item in self.items:
            counts[item.status.value] += 1
        return counts

    def counted(self) -> tuple[Item, ...]:
        """Return the items of the summary: exempt and reviewed ones are listed but not counted."""
        return tuple(item for item in self.items if item.status in {Status.NEW, Status.PRE_EXISTING})

    def blocking(self) -> tuple[Item, ...]:
        """Return the items that make the decision `block`, by the limits its reasons name."""
        if self.decision.outcome is not Outcome.BLOCK:
            return ()
        over = {
            (rule, word)
            for reason in self.decision.reasons
            if reason.code == THRESHOLD_EXCEEDED
            for rule in reason.rules
            for word, _ in reason.counts
        }
        return tuple(
            item
            for item in self.items
            if (item.rule_id, item.severity.value) in over
            and item.status is Status.NEW
            and item.standing is Standing.BLOCKING
            and item.confidence is Confidence.HIGH
        )


def order_key(item: Finding) -> tuple[object, ...]:
    """Order of items: severity, path, line, column, rule, title."""
    span = item.primary.span or Span.of_file("")
    return (item.severity.rank, span.path, span.line, span.column, item.rule_id, item.title)
