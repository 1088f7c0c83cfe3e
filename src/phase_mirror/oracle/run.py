"""Runs rules: one result each, whatever happens."""

from __future__ import annotations

from phase_mirror.model.exemption import concerns
from phase_mirror.model.levels import RuleOutcome, Standing
from phase_mirror.model.record import Record
from phase_mirror.oracle.request import OutOfTimeError
from phase_mirror.rules.protocol import Context, NotApplicable, NotAvailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.config.records import RuleSettings
    from phase_mirror.model.finding import Finding
    from phase_mirror.model.rule import RuleMeta
    from phase_mirror.oracle.request import Request
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Rule


LAST = frozenset({"MD-407", "MD-409"})
"""Rules that look at the inline exemptions of every file that another rule has read."""


class RuleResult(Record):
    """What one rule said.

    Attributes:
        reason: why it is skipped, not applicable or not available; the sentence of its crash.
        out_of_time: it did not run because the time budget was spent.
    """

    meta: RuleMeta
    standing: Standing
    outcome: RuleOutcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    milliseconds: float = 0.0
    out_of_time: bool = False


def run_rules(request: Request, deadline: float) -> list[RuleResult]:
    """Run every selected rule on the head; results are in the order of the rules.

    Args:
        request: the analysis.
        deadline: when the time budget is spent, by the clock of the request.
    """
    results: list[RuleResult] = []
    for rule in sorted(request.rules, key=lambda rule: rule.META.id in LAST):
        settings = request.config.rule(rule.META)
        reason = _left_out(request, rule, settings)
        if reason:
            results.append(RuleResult(rule.META, settings.standing, RuleOutcome.SKIPPED, reason=reason))
        else:
            results.append(run_rule(request, rule, request.head, deadline))
    places = {rule.META.id: number for number, rule in enumerate(request.rules)}
    return sorted(results, key=lambda result: places[result.meta.id])


def run_rule(request: Request, rule: Rule, snapshot: Snapshot, deadline: float) -> RuleResult:
    """Run one rule on a snapshot; a crash becomes a result with outcome `error`, a late one is skipped."""
    settings = request.config.rule(rule.META)
    on_head = snapshot is request.head or request.change is None
    extras = request.extras if on_head or request.change is None else request.change.extras
    tip = request.change.tip if on_head and request.change else None
    context = Context(
        options=settings.options,
        policy=request.config.policy,
        base=tip,
        today=request.stamp[:10],
        extra=extras.get(rule.META.id),
    )
    begun = request.clock()
    try:
        if begun >= deadline:
            raise OutOfTimeError  # noqa: TRY301 - the same end as when the time is up while it runs
        verdict = request.within(deadline - begun, lambda: rule.check(snapshot, context))
    except OutOfTimeError:
        reason = f"the time budget of {request.config.budget.seconds:g} s was spent before it was done"
        return RuleResult(rule.META, settings.standing, RuleOutcome.SKIPPED, reason=reason, out_of_time=True)
    except Exception as error:  # noqa: BLE001 - a crash of one rule must not take the others with it; it is reported
        return RuleResult(
            rule.META, settings.standing, RuleOutcome.ERROR, reason=crash_of(error), milliseconds=_since(request, begun)
        )
    spent = _since(request, begun)
    if isinstance(verdict, NotApplicable):
        return RuleResult(rule.META, settings.standing, RuleOutcome.NOT_APPLICABLE, (), verdict.reason, spent)
    if isinstance(verdict, NotAvailable):
        return RuleResult(rule.META, settings.standing, RuleOutcome.NOT_AVAILABLE, (), verdict.reason, spent)
    if settings.severity:
        verdict = [finding.replace(severity=settings.severity) for finding in verdict]
    outcome = RuleOutcome.FINDINGS if verdict else RuleOutcome.CLEAN
    return RuleResult(rule.META, settings.standing, outcome, tuple(verdict), "", spent)


def _since(request: Request, begun: float) -> float:
    return (request.clock() - begun) * 1000


def _left_out(request: Request, rule: Rule, settings: RuleSettings) -> str:
    """Return why a rule does not run, empty when it does."""
    rule_id = rule.META.id
    named = any(concerns(word, rule_id) for word in request.selected)
    if request.selected and not named:
        return "not among --rules"
    if any(concerns(word, rule_id) for word in request.ignored):
        return "left out by --ignore"
    if settings.standing is Standing.OFF:
        return "switched off in the configuration"
    if settings.standing in {Standing.DRAFT, Standing.PILOT} and not named:
        return f"in {settings.standing.value} standing: runs only when named with --rules"
    return ""


def crash_of(error: Exception) -> str:
    """Return the kind of a crash and our own places; its text may quote the repository and stays out."""
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        _, ours, inside = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/phase_mirror/")
        if ours:
            places.append(f"{inside}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(places[-3:]))}"
