"""The demands that the effective gate of one branch makes on the base and no more on the head."""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity
from phase_mirror.model.record import Record
from phase_mirror.repository.gates.model import ANY_APP
from phase_mirror.repository.gates.union import effective
from phase_mirror.repository.workflows.checks import checks_of
from phase_mirror.repository.workflows.reach import Occasion
from phase_mirror.rules.gate_policy import holds
from phase_mirror.rules.governance import on_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from phase_mirror.model.finding import Evidence
    from phase_mirror.model.span import Span
    from phase_mirror.repository.gates.model import Bypass, Gate, RequiredCheck
    from phase_mirror.repository.gates.union import EffectiveCheck, EffectiveGate, Strictest
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.checks import Check
    from phase_mirror.repository.workflows.facts import Job, Workflow

_ADMINS = {"admin": "administrators", "organization_admin": "organization administrators"}
UNKNOWN = "the default branch"
"""Stands for the name of a default branch that is not known."""
_MERGING = "pull_request"
"""The mode of a bypass that counts only while a pull request is merged."""
_FLAGS = (
    ("strict", "an up-to-date branch"),
    ("dismiss_stale", "a new approval after a push"),
    ("last_push", "an approval of the last push by somebody else"),
    ("linear_history", "a linear history"),
    ("signatures", "signed commits"),
    ("conversation_resolution", "resolved conversations"),
)
"""Settings that are often switched off for good reasons: of medium severity."""


class Demand(Record):
    """One demand that is made no more.

    Attributes:
        name: for the identity of the finding.
        what: in words that follow the verb.
        gate: the layer of the base that makes it.
        span, locator: where.
        at: the place on the head that says otherwise, None where nothing is said.
        severity, confidence: of the finding.
        verb: what the gate of the base does.
        now: what that of the head does instead, where "no longer ..." would not say it.
        note: a further sentence, with a blank before it.
        checks: it is a required check.
    """

    name: str
    what: str
    gate: Gate
    span: Span
    locator: str
    at: Evidence | None = None
    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.HIGH
    verb: str = "requires"
    now: str = ""
    note: str = ""
    checks: bool = False


class Gates(Record):
    """The gate of one branch on both sides, and the name of the default branch."""

    head: Snapshot
    base: Snapshot
    was: EffectiveGate
    now: EffectiveGate
    default: str | None

    @property
    def place(self) -> str:
        """Return how a message names the branch."""
        return UNKNOWN if self.was.branch == UNKNOWN else f"'{self.was.branch}'"


def demands_lost(gates: Gates) -> Iterator[Demand]:
    """Yield every demand of the base's gate that the head's does not make."""
    yield from _checks(gates)
    yield from _reviews(gates)
    yield from _others(gates)
    yield from _bypasses(gates)


# -- checks -----------------------------------------------------------------------------------------------------------


def _checks(gates: Gates) -> Iterator[Demand]:
    now = {check.context: check for check in gates.now.checks}
    lost = [check for check in gates.was.checks if check.context not in now]
    known = {check.context for check in gates.was.checks}
    gained = [check for name, check in now.items() if name not in known]
    jobs = _Jobs(gates) if lost else None
    for check in lost:
        if jobs is not None:
            yield _check(check, gained, jobs, gates)
    for check in gates.was.checks:
        kept = now.get(check.context)
        if kept and check.integration not in {None, ANY_APP} and kept.integration in {None, ANY_APP}:
            place = on_head(kept.first.span, "from any app", locator=kept.first.locator, value="any app")
            layer, one = _named(check)
            yield Demand(
                f"{check.context} app",
                f"'{check.context}' from app {check.integration}",
                layer,
                one.span,
                one.locator,
                place,
                now=f"takes '{check.context}' from any app",
            )


def _named(check: EffectiveCheck) -> tuple[Gate, RequiredCheck]:
    return next(source for source in check.sources if source[1].integration not in {None, ANY_APP})


class _Jobs:
    """Which check names the jobs of both sides report."""

    def __init__(self, gates: Gates) -> None:
        self.before = checks_of(gates.base, Occasion.PULL_REQUEST, gates.was.branch)
        self.after = checks_of(gates.head, Occasion.PULL_REQUEST, gates.was.branch)

    def reported_before(self, name: str) -> bool:
        return _reported(self.before, name)

    def reported_after(self, name: str) -> bool:
        return _reported(self.after, name)

    def waits_for(self, aggregator: str, name: str) -> bool:
        """Say whether a job that reports one name waits for all that the job of another name stands for."""
        return any(
            _covers(check, other)
            for check in self.after
            if check.start.runs and check.name.literal == aggregator
            for other in self.after
            if other.start.runs and other.name.matches(name)
        )


def _covers(check: Check, other: Check) -> bool:
    """Say whether a job waits for another one of its workflow, or, where that only gathers others, for those."""
    outer, inner = check.chain[0], other.chain[0]
    if outer.workflow is not inner.workflow:
        return False
    waited, gathered = _before(outer.workflow, outer.job), _before(inner.workflow, inner.job)
    return inner.job.id in waited or (bool(gathered) and gathered <= waited)


def _before(workflow: Workflow, job: Job) -> set[str]:
    """Return the ids of the jobs that a job waits for, directly or through others."""
    found: set[str] = set()
    waiting = [job]
    while waiting:
        for need in waiting.pop().needs:
            if need.value not in found and need.value in workflow.jobs:
                found.add(need.value)
                waiting.append(workflow.jobs[need.value])
    return found


def _reported(checks: Iterable[Check], name: str) -> bool:
    return any(check.start.runs and check.name.matches(name) for check in checks)


def _check(check: EffectiveCheck, gained: list[EffectiveCheck], jobs: _Jobs, gates: Gates) -> Demand:
    """Judge a required check that is gone: dropped, called otherwise now, or gathered by another."""
    gate, one = check.sources[0]
    name = check.context
    severity, confidence, note, at = Severity.HIGH, Confidence.HIGH, "", None
    gathers = next((each for each in gained if jobs.waits_for(each.context, name)), None)
    if gathers is not None:
        note = f" It requires '{gathers.context}' in its place, whose job waits for the others."
        at = on_head(gathers.first.span, "required in its place", locator=gathers.first.locator, value=gathers.context)
        severity = Severity.LOW
    elif jobs.reported_after(name):
        note = " A job still reports it."
    elif gained:
        by = next((each for each in gained if jobs.reported_after(each.context)), None)
        first = (by or gained[0]).first
        note = f" It requires '{first.context}' in its place."
        at = on_head(first.span, "required in its place", locator=first.locator, value=first.context)
        if by is not None and jobs.reported_before(name):
            severity = Severity.LOW
        else:
            confidence = Confidence.MEDIUM
    elif _has_siblings(name, gates.now):
        confidence = Confidence.MEDIUM
    return Demand(name, f"'{name}'", gate, one.span, one.locator, at, severity, confidence, note=note, checks=True)


def _has_siblings(name: str, now: EffectiveGate) -> bool:
    """Say whether other combinations of the same matrix are still required."""
    job, bracket, _ = name.partition(" (")
    return bool(bracket) and any(check.context.startswith(job + bracket) for check in now.checks)


# -- reviews and other settings ---------------------------------------------------------------------------------------


def _reviews(gates: Gates) -> Iterator[Demand]:
    was, now = gates.was, gates.now
    if was.pull_request is None:
        return
    layer, reviews = was.pull_request
    if now.pull_request is None:
        yield Demand("pull request", "a pull request", layer, reviews.span, reviews.locator)
        return
    before, after = _number(was.count), _number(now.count)
    if was.count and after < before:
        silent = now.count is None
        yield Demand(
            "reviews",
            _approvals(before),
            was.count.gate,
            was.count.value.span,
            was.count.value.locator,
            None if now.count is None else _says(now.count, f"only {_approvals(after)}" if after else "none"),
            confidence=Confidence.MEDIUM if silent else Confidence.HIGH,
            now=f"requires only {_approvals(after)}" if after else "",
        )
    owned = gates.base.codeowners is not None and any(rule.owners for rule in gates.base.codeowners.rules)
    if owned:
        yield from _flag("code_owner", "a review by code owners", gates, Severity.HIGH)


def _others(gates: Gates) -> Iterator[Demand]:
    was, now = gates.was, gates.now
    for name, what in _FLAGS:
        if name == "strict" and not (was.checks and now.checks):
            continue  # without a check it enforced nothing
        yield from _flag(name, what, gates, Severity.MEDIUM)
    if was.merge_queue and not now.merge_queue:
        layer, queue = was.merge_queue
        yield Demand("merge queue", "a merge queue", layer, queue.span, queue.locator, severity=Severity.MEDIUM)
    for name, word in (("force_pushes", "force pushes"), ("deletions", "deletion of the branch")):
        before, after = getattr(was, name), getattr(now, name)
        if before and not after:
            layer = before[0]
            yield Demand(
                name,
                word,
                layer,
                layer.span,
                layer.locator,
                severity=Severity.MEDIUM,
                verb="forbids",
                now=f"allows {word}",
            )
    kept = {required.value for layer in now.layers for required in layer.workflows}
    for layer in was.layers:
        for required in layer.workflows:
            if required.value not in kept:
                yield Demand(
                    f"workflow {required.value}",
                    f"the workflow '{required.value}'",
                    layer,
                    required.span,
                    required.locator,
                )


def _flag(name: str, what: str, gates: Gates, severity: Severity) -> Iterator[Demand]:
    was: Strictest | None = getattr(gates.was, name)
    now: Strictest | None = getattr(gates.now, name)
    if was and was.value.value is True and not (now and now.value.value is True):
        at = _says(now, "switched off") if now else None
        yield Demand(name, what, was.gate, was.value.span, was.value.locator, at, severity)


def _says(setting: Strictest, note: str) -> Evidence:
    value = setting.value
    return on_head(value.span, note, locator=value.locator, value=str(value.value).lower())


def _approvals(number: int) -> str:
    return "1 approving review" if number == 1 else f"{number} approving reviews"


def _number(setting: Strictest | None) -> int:
    return setting.value.value if setting and isinstance(setting.value.value, int) else 0


# -- who is not held --------------------------------------------------------------------------------------------------


def _bypasses(gates: Gates) -> Iterator[Demand]:
    """Yield everybody whom the gate lets through now and held before, unless other layers still hold him."""
    default = gates.default
    for layer, bypass in gates.now.bypasses:
        if not _free(gates.now, bypass, gates.was, default) or _free(gates.was, bypass, gates.was, default):
            continue
        who = _ADMINS.get(bypass.actor) or f"the {bypass.actor} '{bypass.name}'"
        before = next((each for each in gates.was.layers if each.path == layer.path), gates.was.layers[0])
        yield Demand(
            f"bypass {bypass.actor} {bypass.name}",
            who,
            before,
            before.span,
            before.locator,
            on_head(bypass.span, f"{who} not held", locator=bypass.locator, value=f"{bypass.actor}:{bypass.name}"),
            Severity.HIGH if bypass.actor in _ADMINS else Severity.MEDIUM,
            verb="holds",
            now=f"lets {who} bypass it",
        )
    silent = {layer.path for layer in gates.now.layers if layer.classic and layer.enforce_admins is None}
    for layer in gates.was.layers:
        held = layer.enforce_admins
        if held is not None and held.value and layer.path in silent:
            yield Demand(
                "bypass admin",
                "administrators",
                layer,
                held.span,
                held.locator,
                confidence=Confidence.MEDIUM,
                verb="holds",
            )


def _free(gate: EffectiveGate, bypass: Bypass, held: EffectiveGate, default: str | None) -> bool:
    """Say whether a gate lets somebody bypass what is held: its layers that hold him do not ask for all of it."""
    if not any(_lets(each, bypass) for _, each in gate.bypasses):
        return False
    rest = [layer for layer in gate.layers if not any(_lets(each, bypass) for each in layer.bypasses)]
    return not (rest and holds(effective(rest, gate.branch, default), held))


def _lets(each: Bypass, bypass: Bypass) -> bool:
    """Say whether a bypass lets through what another one does."""
    same = (each.actor, each.name, each.covers) == (bypass.actor, bypass.name, bypass.covers)
    return same and (each.mode != _MERGING or bypass.mode == _MERGING)
