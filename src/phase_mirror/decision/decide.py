"""The decision, in the order that is promised to users.

1. A rule that crashed, a governed file of the change that cannot be read, or a spent budget makes the result
   incomplete, unless the rest already blocks; never a silent pass.
2. A violated invariant (L0) blocks, whatever the thresholds say; one that was on the base before warns in a pull
   request. Other findings that were there before, of rules that only warn, or of less than high confidence cannot
   block.
3. Thresholds on what is left; strict ones when the run is strict.
4. The circuit breaker: a rule that blocked too many changes in this hour only warns. It never applies to critical
   findings, to the rules an attacker would like to trip, nor in the merge queue.
5. A dry run warns where it would block, and calibration never blocks.

Exempt and reviewed findings, and those of rules that may not speak, take no part.
"""

from __future__ import annotations

from phase_mirror.errors import EXIT_BLOCK, EXIT_INCOMPLETE, EXIT_PASS
from phase_mirror.model.decision import Decision, Reason
from phase_mirror.model.levels import Confidence, Mode, Outcome, Severity, Standing, Status
from phase_mirror.model.record import Record
from phase_mirror.model.report import invariant_holds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.model.report import Item
    from phase_mirror.model.thresholds import Thresholds

MOST_PLACES = 3
"""Places of violated invariants that a reason names beside the first."""
INVARIANT_VIOLATED = "invariant_violated"
"""The code of the reason that names violated invariants."""
UNBREAKABLE = frozenset({"MD-202", "MD-203", "MD-409"})
"""Rules the circuit breaker never silences: an attacker must not be able to trip his way through."""


class DecisionInput(Record):
    """Everything the decision depends on.

    Attributes:
        items: the findings with status and standing.
        mode: the occasion.
        thresholds: limits of this mode and branch.
        strict: hold the strict limits as well.
        dry_run: warn where it would block.
        crashed: ids of the rules that crashed.
        gaps: other reasons why no verdict can be given: an unreadable governed file, a spent budget.
        tripped: ids of the rules whose circuit breaker is open for this repository and hour.
    """

    items: tuple[Item, ...]
    mode: Mode
    thresholds: Thresholds
    strict: bool = False
    dry_run: bool = False
    crashed: tuple[str, ...] = ()
    gaps: tuple[Reason, ...] = ()
    tripped: frozenset[str] = frozenset()


def decide(given: DecisionInput) -> Decision:
    """Return the verdict with every reason."""
    gaps = [*_crashes(given), *given.gaps]  # 1
    found = [item for item in given.items if _takes_part(item)]
    violated = [item for item in found if invariant_holds(item, given.mode)]  # 2
    may_block, aside = _set_aside(item for item in found if not invariant_holds(item, given.mode))
    exceeded = _exceeded(may_block, given)  # 3
    left, breaker = _break(may_block, exceeded, given)  # 4
    blocking = _exceeded(left, given)
    limits = [*_invariant_reasons(violated), *_limit_reasons(blocking, may_block, given)]
    blocks = bool(blocking) or bool(violated)
    softened = _softened(given, blocks=blocks) if blocks or gaps else []  # 5
    incomplete = bool(gaps) and (not blocks or bool(softened))
    degraded = incomplete or (bool(breaker) and not blocks)
    reasons = [*gaps, *aside, *limits, *breaker, *softened] or [_clean(given)]
    deciding = _first(gaps if incomplete else (), softened, limits if blocks else (), breaker, limits, reasons)
    block = (blocks or bool(gaps)) and not softened
    return Decision(_outcome(block, bool(found or gaps)), degraded, incomplete, deciding.text, tuple(reasons))


def exit_code(decision: Decision) -> int:
    """Return the exit code: 3 when no verdict could be given, else 1 for block and 0 for pass and warn."""
    if decision.incomplete:
        return EXIT_INCOMPLETE
    return EXIT_BLOCK if decision.outcome is Outcome.BLOCK else EXIT_PASS


def _outcome(block: bool, anything: bool) -> Outcome:
    if block:
        return Outcome.BLOCK
    return Outcome.WARN if anything else Outcome.PASS


# -- step 1 -------------------------------------------------------------------------------------------------------


def _crashes(given: DecisionInput) -> list[Reason]:
    if not given.crashed:
        return []
    rules = tuple(sorted(given.crashed))
    text = f"No verdict without {_listed(rules)}: the rule crashed. Please report it; `-v` shows where."
    return [Reason("rule_error", text, rules, (("rules", len(rules)),))]


# -- step 2 -------------------------------------------------------------------------------------------------------


def _takes_part(item: Item) -> bool:
    """Say whether a finding counts at all."""
    return item.status in {Status.NEW, Status.PRE_EXISTING} and item.standing not in {Standing.OFF, Standing.DRAFT}


def _set_aside(found: Iterable[Item]) -> tuple[list[Item], list[Reason]]:
    """Return the findings that may block, and a reason for each kind of those that cannot."""
    may_block: list[Item] = []
    before: list[Item] = []
    warning: list[Item] = []
    unsure: list[Item] = []
    for item in found:
        if item.status is Status.PRE_EXISTING:
            before.append(item)
        elif item.standing is not Standing.BLOCKING:
            warning.append(item)
        elif item.confidence is not Confidence.HIGH:
            unsure.append(item)
        else:
            may_block.append(item)
    kinds = (
        ("pre_existing", "Already on the base, cannot block", before),
        ("warn_standing", "From rules that only warn", warning),
        ("confidence", "Not certain enough to block", unsure),
    )
    return may_block, [_counted(code, words, items) for code, words, items in kinds if items]


def _invariant_reasons(violated: list[Item]) -> list[Reason]:
    """Return the reason of the violated invariants, which names their places."""
    if not violated:
        return []
    first, *others = violated
    text = f"{first.rule_id} is violated at {_place(first)}: {first.title}."
    if others:
        more = f", and {len(others) - MOST_PLACES} more" if len(others) > MOST_PLACES else ""
        text += f" Also {', '.join(f'{item.rule_id} at {_place(item)}' for item in others[:MOST_PLACES])}{more}."
    return [Reason(INVARIANT_VIOLATED, text, _rules(violated), (("critical", len(violated)),))]


def _place(item: Item) -> str:
    span = item.primary.span
    return f"{span.path}:{span.line}" if span else "an unknown place"


# -- step 3 -------------------------------------------------------------------------------------------------------


def _exceeded(items: Iterable[Item], given: DecisionInput) -> dict[Severity, list[Item]]:
    """Return the findings of each severity that is over its limit."""
    limits = given.thresholds.stricter() if given.strict else given.thresholds
    by_severity: dict[Severity, list[Item]] = {}
    for item in items:
        by_severity.setdefault(item.severity, []).append(item)
    exceeded: dict[Severity, list[Item]] = {}
    for severity in Severity:
        limit, several = limits.limit(severity), by_severity.get(severity, [])
        if limit is not None and len(several) > limit:
            exceeded[severity] = several
    return exceeded


def _limit_reasons(blocking: dict[Severity, list[Item]], may_block: list[Item], given: DecisionInput) -> list[Reason]:
    """Return a reason for each limit that blocks; when none does, one for what stays below."""
    limits = given.thresholds.stricter() if given.strict else given.thresholds
    reasons: list[Reason] = []
    for severity, items in blocking.items():
        limit = limits.limit(severity) or 0
        rules = _rules(items)
        strict = " when strict" if given.strict else ""
        noun = "finding" if len(items) == 1 else "findings"
        text = (
            f"{len(items)} {severity.value} {noun} ({_listed(rules)}), more than the {limit} allowed{strict}: "
            "mend them, or exempt them on the base branch with a reason."
        )
        reasons.append(Reason("threshold_exceeded", text, rules, ((severity.value, len(items)), ("limit", limit))))
    if may_block and not _exceeded(may_block, given):
        reasons.append(_counted("below_thresholds", "Within the limits", may_block))
    return reasons


# -- step 4 -------------------------------------------------------------------------------------------------------


def _break(
    may_block: list[Item], exceeded: dict[Severity, list[Item]], given: DecisionInput
) -> tuple[list[Item], list[Reason]]:
    """Return what may block once tripped rules are left out, and the reason when that took a part in a block away."""
    tripped = frozenset() if given.mode is Mode.MERGE_GROUP else given.tripped - UNBREAKABLE
    silenced = [
        item
        for items in exceeded.values()
        for item in items
        if item.rule_id in tripped and item.severity is not Severity.CRITICAL
    ]
    if not silenced:
        return may_block, []
    left = [item for item in may_block if item.rule_id not in tripped or item.severity is Severity.CRITICAL]
    words = "The circuit breaker is open, these only warn until the hour ends (UTC)"
    return left, [_counted("circuit_breaker_triggered", words, silenced)]


# -- step 5 -------------------------------------------------------------------------------------------------------


def _softened(given: DecisionInput, *, blocks: bool) -> list[Reason]:
    """Return why a block, or an incomplete result, only warns; nothing when it stands."""
    what = "the findings block" if blocks else "no verdict could be given"
    if given.mode is Mode.CALIBRATION:
        return [Reason("calibration_mode", f"Calibration never blocks, although {what}.")]
    return [Reason("dry_run", f"Dry run: it only warns, although {what}.")] if given.dry_run else []


# -- sentences ----------------------------------------------------------------------------------------------------


def _clean(given: DecisionInput) -> Reason:
    text = "Every finding is exempt or was reviewed as false." if given.items else "No contradiction was found."
    return Reason("clean", text)


def _counted(code: str, words: str, items: list[Item]) -> Reason:
    """Return a reason that counts findings by severity and names their rules."""
    counts = tuple(
        (severity.value, number)
        for severity in Severity
        if (number := sum(1 for item in items if item.severity is severity))
    )
    rules = _rules(items)
    parts = ", ".join(f"{number} {word}" for word, number in counts)
    return Reason(code, f"{words}: {parts} ({_listed(rules)}).", rules, counts)


def _rules(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(sorted({item.rule_id for item in items}))


def _listed(rules: tuple[str, ...]) -> str:
    return ", ".join(rules)


def _first(*groups: Iterable[Reason]) -> Reason:
    """Return the first reason of the first group that has one."""
    return next(reason for group in groups for reason in group)
