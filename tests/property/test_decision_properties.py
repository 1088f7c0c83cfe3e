from hypothesis import given, settings
from hypothesis import strategies as st

from phase_mirror.decision.decide import DecisionInput, decide, exit_code
from phase_mirror.model.decision import Reason
from phase_mirror.model.levels import Confidence, Mode, Outcome, Severity, Standing, Status
from phase_mirror.model.report import Item
from phase_mirror.model.thresholds import Thresholds

RULES = ("MD-101", "MD-103", "MD-202", "MD-401", "MD-409")
LIMITS = st.one_of(st.none(), st.integers(0, 4))


def items(**fixed):
    return st.builds(
        Item,
        rule_id=st.sampled_from(RULES),
        severity=fixed.get("severity", st.sampled_from(Severity)),
        confidence=fixed.get("confidence", st.sampled_from(Confidence)),
        title=st.just(""),
        message=st.just(""),
        evidence=st.just(()),
        remediation=st.just(""),
        standing=fixed.get("standing", st.sampled_from(Standing)),
        status=fixed.get("status", st.sampled_from(Status)),
    )


GIVEN = st.builds(
    DecisionInput,
    items=st.lists(items(), max_size=8).map(tuple),
    mode=st.sampled_from(Mode),
    thresholds=st.builds(Thresholds, LIMITS, LIMITS, LIMITS, LIMITS),
    strict=st.booleans(),
    dry_run=st.booleans(),
    crashed=st.lists(st.sampled_from(RULES), max_size=2, unique=True).map(tuple),
    gaps=st.lists(st.just(Reason("budget_exhausted", "Too late.")), max_size=1).map(tuple),
    tripped=st.frozensets(st.sampled_from(RULES), max_size=3),
)
HARMLESS = st.one_of(
    items(status=st.just(Status.PRE_EXISTING)),
    items(status=st.sampled_from((Status.EXEMPT, Status.REVIEWED_FALSE))),
    items(confidence=st.sampled_from((Confidence.MEDIUM, Confidence.LOW))),
    items(standing=st.sampled_from((Standing.OFF, Standing.DRAFT, Standing.PILOT, Standing.WARN))),
)
RANK = {Outcome.PASS: 0, Outcome.WARN: 1, Outcome.BLOCK: 2}


@given(GIVEN, st.lists(HARMLESS, max_size=20))
@settings(max_examples=300)
def test_what_cannot_block_never_makes_a_block(given_input, harmless):
    before = decide(given_input)
    after = decide(given_input.replace(items=(*given_input.items, *harmless)))
    assert (after.outcome is Outcome.BLOCK) == (before.outcome is Outcome.BLOCK)
    assert exit_code(after) == exit_code(before)


@given(GIVEN, st.sampled_from(("critical", "high", "medium", "low")), LIMITS)
@settings(max_examples=300)
def test_a_higher_limit_never_makes_a_block(given_input, severity, limit):
    old = getattr(given_input.thresholds, severity)
    if old is None or (limit is not None and limit < old):
        return
    looser = given_input.replace(thresholds=given_input.thresholds.replace(**{severity: limit}))
    assert RANK[decide(looser).outcome] <= RANK[decide(given_input).outcome]


@given(GIVEN, items())
def test_one_more_finding_never_softens_the_verdict(given_input, more):
    before, after = decide(given_input), decide(given_input.replace(items=(*given_input.items, more)))
    assert RANK[after.outcome] >= RANK[before.outcome]


@given(GIVEN)
@settings(max_examples=300)
def test_the_verdict_is_consistent(given_input):
    decision = decide(given_input)
    assert decision == decide(given_input)
    assert decision.reasons
    assert decision.reason in [reason.text for reason in decision.reasons]
    assert exit_code(decision) == (3 if decision.incomplete else 1 if decision.outcome is Outcome.BLOCK else 0)
    assert decision.degraded or not decision.incomplete
    if given_input.crashed or given_input.gaps:
        assert exit_code(decision) != 0
    if given_input.mode is Mode.CALIBRATION or given_input.dry_run:
        assert decision.outcome is not Outcome.BLOCK


@given(GIVEN)
def test_the_breaker_never_blocks_and_never_saves_a_critical_finding(given_input):
    closed = decide(given_input.replace(tripped=frozenset()))
    opened = decide(given_input)
    assert RANK[opened.outcome] <= RANK[closed.outcome]
    critical = [
        item
        for item in given_input.items
        if item.severity is Severity.CRITICAL
        and (item.status, item.standing, item.confidence) == (Status.NEW, Standing.BLOCKING, Confidence.HIGH)
    ]
    if critical and given_input.thresholds.critical == 0:
        assert opened.outcome == closed.outcome
