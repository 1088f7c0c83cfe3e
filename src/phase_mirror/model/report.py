"""The report of one analysis as records; `report_json` has its published shape."""

from __future__ import annotations

from phase_mirror.model.finding import Finding
from phase_mirror.model.ids import is_invariant
from phase_mirror.model.levels import Confidence, Mode, Outcome, Standing, Status
from phase_mirror.model.record import Record
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.decision import Decision
    from phase_mirror.model.levels import RuleOutcome

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


class Invariant(Record):
    """One invariant in one run.

    Attributes:
        id: `L0-` and the number of its bit.
        name: such as `permission_bits`.
        result: `holds`, `violated`, or `absent`: this installation lacks what it is judged by.
        evidence: what it was judged by, or what is lacking, for people.
    """

    id: str
    name: str
    result: str
    evidence: str


class Invariants(Record):
    """The L0 invariants in one run.

    Attributes:
        mask: the violated bits.
        judged: the bits that were judged.
        sentences: one for each violated bit.
        checks: every invariant, by bit.
    """

    mask: int
    judged: int
    sentences: tuple[str, ...] = ()
    checks: tuple[Invariant, ...] = ()


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
        invariants: None in reports of before they were checked.
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
    invariants: Invariants | None = None


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
            if self.holds(item)
            or (
                (item.rule_id, item.severity.value) in over
                and item.status is Status.NEW
                and item.standing is Standing.BLOCKING
                and item.confidence is Confidence.HIGH
            )
        )

    def holds(self, item: Item) -> bool:
        """Say whether an item violates an invariant that holds on this occasion."""
        return invariant_holds(item, self.meta.mode)


def invariant_holds(item: Item, mode: Mode) -> bool:
    """Say whether an item violates an invariant in a way that blocks: new, or on an occasion that judges the whole.

    A pull request is not stopped by what is on its base already, so that a team can adopt the tool.
    """
    anyway = mode in {Mode.MERGE_GROUP, Mode.DRIFT}
    return is_invariant(item.rule_id) and (item.status is Status.NEW or (item.status is Status.PRE_EXISTING and anyway))


def order_key(item: Finding) -> tuple[object, ...]:
    """Order of items: severity, path, line, column, rule, title."""
    span = item.primary.span or Span.of_file("")
    return (item.severity.rank, span.path, span.line, span.column, item.rule_id, item.title)
