"""The pipeline from snapshot to report, in numbered steps.

1. Run every selected rule on the head; a crash is an error of the run, never silence (`run`).
2. Leave out what is less sure than asked for, and what lies outside the folder asked for.
3. Redact every text and quote the source lines (`seal`); identities are made of redacted texts, so that nothing derived
   from a secret enters them.
4. Run the rules that spoke on the base as well; what it has, by identity and count, is pre-existing (`status`).
5. Say of each finding whether it is exempt (`status`).
6. Check the invariants on the state of this run (`invariants`).
7. Decide.
8. Put the report together.
"""

from __future__ import annotations

import hashlib
import json

from phase_mirror.decision.decide import DecisionInput, decide
from phase_mirror.model.decision import Reason
from phase_mirror.model.finding import fingerprint
from phase_mirror.model.levels import RuleOutcome
from phase_mirror.model.report import Meta, Report, RuleRun, order_key
from phase_mirror.oracle.invariants import judge
from phase_mirror.oracle.run import run_rule, run_rules
from phase_mirror.oracle.seal import Sealer
from phase_mirror.oracle.status import Exemptions, governs, mark, unreadable
from phase_mirror.repository.exemptions import MARKER, inline_exemptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.decision import Decision
    from phase_mirror.model.finding import Finding
    from phase_mirror.model.report import Item, Unreadable
    from phase_mirror.oracle.invariants import Judgement
    from phase_mirror.oracle.request import Request
    from phase_mirror.oracle.run import RuleResult

NEVER_PRE_EXISTING = ("MD-409",)
"""Rules about the change itself: they have no question to ask of the base alone."""


def analyze(request: Request) -> Report:
    """Run the pipeline and return the report."""
    deadline = request.clock() + request.config.budget.seconds
    results = run_rules(request, deadline)  # 1
    sealer = Sealer(request.redactor, request.head, request.change.tip if request.change else None)
    items = [
        sealer.item(finding, result.meta, result.standing)  # 3
        for result in results
        for finding in result.findings
        if _wanted(request, finding)  # 2
    ]
    items.sort(key=order_key)
    inline = [found for text in request.head.texts() for found in inline_exemptions(text)]
    exemptions = Exemptions(request, inline)
    before, late = _before(request, results, sealer, deadline)  # 4
    items = mark(items, before, exemptions)  # 4, 5
    items = [
        item.replace(status_reason=sealer.text(item.status_reason)) if item.status_reason else item for item in items
    ]
    judged = judge(request, sealer, results, items, deadline)  # 6
    items = sorted([*items, *judged.items], key=order_key)
    refused = unreadable(request.head, request.change)
    decision = _decide(request, results, items, refused, late, judged)  # 7
    return Report(_meta(request, results, exemptions, refused, judged), tuple(items), decision)  # 8


def _wanted(request: Request, finding: Finding) -> bool:
    if finding.confidence.rank > request.min_confidence.rank:
        return False
    path = finding.primary.span.path if finding.primary.span else ""
    return not request.folder or path == request.folder or path.startswith(request.folder + "/")


def _before(
    request: Request, results: list[RuleResult], sealer: Sealer, deadline: float
) -> tuple[dict[str, int] | None, tuple[str, ...]]:
    """Return how often each identity occurs on the base and in the adoption baseline, None without either.

    Also the rules that failed on the base or were too late there, so that new and old cannot be told apart.
    """
    counts = dict(request.baseline or {})
    if request.change is None:
        return (None if request.baseline is None else counts), ()
    failed: list[str] = []
    for text in request.head.texts():
        if MARKER in text.text and text.path in request.change.before.files:
            request.change.before.text(text.path)  # so that MD-407 sees the same files on both sides
    spoke = {result.meta.id for result in results if result.findings} - set(NEVER_PRE_EXISTING)
    for rule in request.rules:
        if rule.META.id not in spoke:
            continue
        result = run_rule(request, rule, request.change.before, deadline)
        if result.out_of_time or result.outcome is RuleOutcome.ERROR:
            failed.append(rule.META.id)
        for finding in result.findings:
            identity = fingerprint(sealer.redacted(finding), rule.META.major)
            counts[identity] = counts.get(identity, 0) + 1
    return counts, tuple(failed)


def _decide(
    request: Request,
    results: list[RuleResult],
    items: list[Item],
    refused: tuple[Unreadable, ...],
    unknown: tuple[str, ...],
    judged: Judgement,
) -> Decision:
    gaps = [
        Reason("unreadable_change", f"{entry.path} was changed and cannot be read: {entry.reason}.")
        for entry in refused
        if entry.touched and governs(entry.path, request.change)
    ]
    late = (*(result.meta.id for result in results if result.out_of_time), *(("L0-1",) if judged.late else ()))
    unknown = (*unknown, *(("L0-1",) if judged.base_unknown else ()))
    if late:
        budget = request.config.budget.seconds
        text = f"The time budget of {budget:g} s was spent before {', '.join(late)} was done: raise budget.seconds."
        gaps.append(Reason("budget_exhausted", text, late))
    if unknown:
        text = f"{', '.join(unknown)} could not be run on the base, so new findings cannot be told from old ones."
        gaps.append(Reason("base_unknown", text, unknown))
    settings = request.config.mode(request.mode, request.branch, strict=request.strict)
    return decide(
        DecisionInput(
            items=tuple(items),
            mode=request.mode,
            thresholds=settings.thresholds,
            strict=settings.strict,
            dry_run=request.dry_run,
            crashed=tuple(rule for rule, _ in _crashes(results, judged)),
            gaps=tuple(gap.replace(text=request.redactor.redact(gap.text).value) for gap in gaps),
        )
    )


def _crashes(results: list[RuleResult], judged: Judgement) -> list[tuple[str, str]]:
    """Return id and sentence of what crashed."""
    rules = [(result.meta.id, result.reason) for result in results if result.outcome is RuleOutcome.ERROR]
    return [*rules, ("L0-1", judged.crash)] if judged.crash else rules


def _meta(
    request: Request,
    results: list[RuleResult],
    exemptions: Exemptions,
    refused: tuple[Unreadable, ...],
    judged: Judgement,
) -> Meta:
    redact = request.redactor.redact
    return Meta(
        run_id=request.run_id,
        timestamp=request.stamp,
        rules_hash=_rules_hash(request),
        tool_version=request.tool_version,
        mode=request.mode,
        repository=request.repository,
        commit=request.commit,
        base=request.change.commit if request.change else "",
        configuration=request.config.path,
        configuration_origin=request.configuration_origin,
        strict=request.strict,
        dry_run=request.dry_run,
        selection=(*request.selected, *(f"-{word}" for word in request.ignored)),
        notices=tuple(redact(text).value for text in request.notices),
        unreadable=tuple(
            entry.replace(path=redact(entry.path).value, reason=redact(entry.reason).value) for entry in refused
        ),
        rules=tuple(_run(request, result) for result in results),
        exemptions=tuple(
            use.replace(
                rules=tuple(redact(rule).value for rule in use.rules),
                path=redact(use.path).value,
                reason=redact(use.reason).value,
                expires=redact(use.expires).value,
            )
            for use in exemptions.uses.values()
        ),
        evaluation_errors=tuple(_crashes(results, judged)),
        invariants=judged.summary,
    )


def _run(request: Request, result: RuleResult) -> RuleRun:
    return RuleRun(
        id=result.meta.id,
        version=result.meta.version,
        standing=result.standing,
        outcome=result.outcome,
        findings=len(result.findings),
        reason=request.redactor.redact(result.reason).value,
        milliseconds=result.milliseconds if request.verbose else None,
    )


def _rules_hash(request: Request) -> str:
    """Return the SHA-256 over rule ids, versions, effective settings, limits and tool version."""
    settings = [(rule.META.id, rule.META.version, request.config.rule(rule.META)) for rule in request.rules]
    text = json.dumps([request.tool_version, repr(settings), repr(request.head.limits)], separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
