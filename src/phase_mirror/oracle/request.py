"""Everything one analysis depends on."""

from __future__ import annotations

from phase_mirror.model.levels import Confidence
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from phase_mirror.config.records import Config
    from phase_mirror.model.levels import Mode
    from phase_mirror.redaction.redactor import Redactor
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Rule


class OutOfTimeError(BaseException):
    """The time budget is spent. Not an `Exception`, so that no reader or rule takes it for a mistake of its own."""


def without_limit(_seconds: float, work: Callable[[], Any]) -> Any:
    """Do some work for as long as it takes; what stands in for the kill switch where there is none."""
    return work()


class Change(Record):
    """The base of a change.

    Attributes:
        tip: the tip of the base branch: it sets the rules.
        before: what new and pre-existing are told apart by: the merge base.
        commit: of `before`.
        extras: as those of the request, for `before`.
    """

    tip: Snapshot
    before: Snapshot
    commit: str
    extras: dict[str, Any] = {}


class Request(Record):
    """Everything an analysis depends on.

    Attributes:
        head: the tree to judge.
        config: the configuration in force.
        rules: every rule, in order.
        redactor: what texts go through.
        mode: the occasion.
        now: start of the run, Unix seconds, UTC.
        stamp: the same, ISO 8601.
        run_id: 32 hex digits.
        tool_version: ours.
        clock: a monotonic clock, seconds, for the time budget and the durations.
        within: does some work in so many seconds, or raises OutOfTimeError: the kill switch.
        change: the base, None without one.
        branch: the base branch, None when unknown.
        strict, dry_run: the flags.
        selected, ignored: rule ids and families of the command line.
        min_confidence: findings less sure than this are left out.
        baseline: identities and counts of an adoption baseline, None without one.
        extras: what single rules get beside the facts of the head, by rule id.
        schema_hash: SHA-256 of the report schema that this installation has; None where nobody looked.
        folder: only findings below it are kept, empty for all.
        verbose: durations are put into the report.
        repository, commit, configuration_origin, notices: what the composition root knows of the run.
    """

    head: Snapshot
    config: Config
    rules: tuple[Rule, ...]
    redactor: Redactor
    mode: Mode
    now: float
    stamp: str
    run_id: str
    tool_version: str
    clock: Callable[[], float]
    within: Callable[[float, Callable[[], Any]], Any] = without_limit
    change: Change | None = None
    branch: str | None = None
    strict: bool = False
    dry_run: bool = False
    selected: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    min_confidence: Confidence = Confidence.LOW
    baseline: dict[str, int] | None = None
    extras: dict[str, Any] = {}
    schema_hash: str | None = None
    folder: str = ""
    verbose: bool = False
    repository: str = ""
    commit: str = ""
    configuration_origin: str = "defaults"
    notices: tuple[str, ...] = ()
