"""Runs rules: one result each, whatever happens."""

from __future__ import annotations

from phase_mirror.model.exemption import concerns
from phase_mirror.model.levels import RuleOutcome, Standing
from phase_mirror.model.record import Record
from phase_mirror.rules.protocol import Context, NotApplicable, NotAvailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.config.records import RuleSettings
    from phase_mirror.model.finding import Finding
    from phase_mirror.model.rule import RuleMeta
    from phase_mirror.oracle.request import Request
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Rule


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


def run_rules(request: Request) -> list[RuleResult]:
    """Run every selected rule on the head."""
    started = request.clock()
    results: list[RuleResult] = []
    for rule in request.rules:
        settings = request.config.rule(rule.META)
        reason = _left_out(request, rule, settings)
        if reason:
            results.append(RuleResult(rule.META, settings.standing, RuleOutcome.SKIPPED, reason=reason))
        elif request.clock() - started > request.config.budget.seconds:
            reason = f"the time budget of {request.config.budget.seconds:g} s was spent before it ran"
            results.append(
                RuleResult(rule.META, settings.standing, RuleOutcome.SKIPPED, reason=reason, out_of_time=True)
            )
        else:
            results.append(run_rule(request, rule, request.head))
    return results


def run_rule(request: Request, rule: Rule, snapshot: Snapshot) -> RuleResult:
    """Run one rule on a snapshot; a crash becomes a result with outcome `error`."""
    settings = request.config.rule(rule.META)
    tip = request.change.tip if request.change and snapshot is request.head else None
    context = Context(
        options=settings.options,
        policy=request.config.policy,
        base=tip,
        today=request.stamp[:10],
        extra=request.extras.get(rule.META.id),
    )
    begun = request.clock()
    try:
        verdict = rule.check(snapshot, context)
    except Exception as error:  # noqa: BLE001 - a crash of one rule must not take the others with it; it is reported
        return RuleResult(
            rule.META, settings.standing, RuleOutcome.ERROR, reason=_crash(error), milliseconds=_since(request, begun)
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


def _crash(error: Exception) -> str:
    """Return the kind of a crash and our own places; its text may quote the repository and stays out."""
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        _, ours, inside = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/phase_mirror/")
        if ours:
            places.append(f"{inside}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(places[-3:]))}"
