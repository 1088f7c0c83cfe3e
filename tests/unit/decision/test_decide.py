import pytest

from phase_mirror.decision.decide import DecisionInput, decide, exit_code
from phase_mirror.model.decision import Reason
from phase_mirror.model.finding import Evidence
from phase_mirror.model.levels import Confidence, Mode, Outcome, Role, Severity, Standing, Status
from phase_mirror.model.report import Item
from phase_mirror.model.span import Span
from phase_mirror.model.thresholds import Thresholds

GAP = Reason("unreadable_change", "ci.yml was changed and cannot be read.")


def item(rule_id="MD-101", severity="high", standing="blocking", status="new", confidence="high"):
    return Item(
        rule_id=rule_id,
        severity=Severity(severity),
        confidence=Confidence(confidence),
        title="",
        message="",
        evidence=(),
        remediation="",
        standing=Standing(standing),
        status=Status(status),
    )


def decided(*items, mode="pull_request", thresholds=None, **given):
    return decide(DecisionInput(items, Mode(mode), thresholds or Thresholds(), **given))


def codes(decision):
    return [reason.code for reason in decision.reasons]


def test_nothing_found_passes():
    decision = decided()
    assert (decision.outcome, decision.degraded, decision.incomplete) == (Outcome.PASS, False, False)
    assert decision.reason == "No contradiction was found."
    assert exit_code(decision) == 0


class TestIncomplete:
    def test_a_crashed_rule_gives_no_verdict(self):
        decision = decided(item(severity="low"), crashed=("MD-301", "MD-104"))
        assert (decision.outcome, decision.degraded, decision.incomplete) == (Outcome.BLOCK, True, True)
        assert decision.reason == (
            "No verdict without MD-104, MD-301: the rule crashed. Please report it; `-v` shows where."
        )
        assert decision.reasons[0].rules == ("MD-104", "MD-301")
        assert exit_code(decision) == 3

    def test_a_gap_gives_no_verdict(self):
        decision = decided(gaps=(GAP,))
        assert (decision.reason, exit_code(decision)) == (GAP.text, 3)

    def test_what_blocks_anyway_blocks(self):
        decision = decided(item(), crashed=("MD-301",), gaps=(GAP,))
        assert (decision.outcome, decision.degraded, decision.incomplete) == (Outcome.BLOCK, False, False)
        assert codes(decision) == ["rule_error", "unreadable_change", "threshold_exceeded"]
        assert decision.reason.startswith("1 high finding (MD-101)")
        assert exit_code(decision) == 1

    @pytest.mark.parametrize("given", [{"dry_run": True}, {"mode": "calibration"}])
    @pytest.mark.parametrize("items", [(), (item(),)])
    def test_stays_incomplete_where_nothing_may_block(self, given, items):
        decision = decided(*items, gaps=(GAP,), **given)
        assert (decision.outcome, decision.degraded, decision.incomplete) == (Outcome.WARN, True, True)
        assert (decision.reason, exit_code(decision)) == (GAP.text, 3)


@pytest.mark.parametrize(
    ("aside", "code", "text"),
    [
        (item(status="pre-existing"), "pre_existing", "Already on the base, cannot block: 1 high (MD-101)."),
        (item(standing="warn"), "warn_standing", "From rules that only warn: 1 high (MD-101)."),
        (item(standing="pilot"), "warn_standing", "From rules that only warn: 1 high (MD-101)."),
        (item(confidence="medium"), "confidence", "Not certain enough to block: 1 high (MD-101)."),
        (
            item(severity="critical", confidence="low"),
            "confidence",
            "Not certain enough to block: 1 critical (MD-101).",
        ),
    ],
)
def test_what_cannot_block_warns(aside, code, text):
    decision = decided(aside)
    assert (decision.outcome, codes(decision), decision.reason) == (Outcome.WARN, [code], text)
    assert not decision.degraded


@pytest.mark.parametrize(
    "silent", [item(status="exempt"), item(status="reviewed-false"), item(standing="off"), item(standing="draft")]
)
def test_what_takes_no_part_passes(silent):
    decision = decided(silent)
    assert (decision.outcome, decision.reason) == (
        Outcome.PASS,
        "Every finding is exempt or was reviewed as false.",
    )


class TestThresholds:
    @pytest.mark.parametrize(
        ("severity", "count", "outcome"),
        [
            ("critical", 1, "block"),
            ("high", 1, "block"),
            ("medium", 10, "warn"),
            ("medium", 11, "block"),
            ("low", 500, "warn"),
        ],
    )
    def test_defaults(self, severity, count, outcome):
        assert decided(*[item(severity=severity)] * count).outcome == outcome

    @pytest.mark.parametrize(("count", "outcome"), [(5, "warn"), (6, "block")])
    def test_strict(self, count, outcome):
        decision = decided(*[item(severity="medium")] * count, strict=True)
        assert decision.outcome == outcome
        assert ("allowed when strict" in decision.reason) == (outcome == "block")

    def test_strict_holds_a_stated_limit_that_is_lower(self):
        assert decided(item(severity="medium"), strict=True, thresholds=Thresholds(medium=0)).outcome == "block"
        assert decided(item(severity="medium"), thresholds=Thresholds(medium=None)).outcome == "warn"
        assert Thresholds(medium=None).stricter().medium == 5

    def test_each_limit_that_is_exceeded_is_a_reason(self):
        decision = decided(item(), item("MD-103"), item("MD-202", "critical"), item("MD-401", "medium", "warn"))
        assert codes(decision) == ["warn_standing", "threshold_exceeded", "threshold_exceeded"]
        assert decision.reasons[2] == Reason(
            "threshold_exceeded",
            "2 high findings (MD-101, MD-103), more than the 0 allowed: "
            "mend them, or exempt them on the base branch with a reason.",
            ("MD-101", "MD-103"),
            (("high", 2), ("limit", 0)),
        )
        assert decision.reason == decision.reasons[1].text

    def test_what_stays_below_is_said(self):
        decision = decided(item(severity="medium"), item("MD-204", "low"))
        assert decision.reason == "Within the limits: 1 medium, 1 low (MD-101, MD-204)."
        assert exit_code(decision) == 0


class TestBreaker:
    def test_a_tripped_rule_warns(self):
        decision = decided(item(), item(severity="medium"), tripped=frozenset({"MD-101"}))
        assert (decision.outcome, decision.degraded, exit_code(decision)) == (Outcome.WARN, True, 0)
        assert codes(decision) == ["circuit_breaker_triggered"]
        assert (
            decision.reason
            == "The circuit breaker is open, these only warn until the hour ends (UTC): 1 high (MD-101)."
        )

    def test_another_rule_still_blocks(self):
        decision = decided(item(), item("MD-103"), tripped=frozenset({"MD-101"}))
        assert (decision.outcome, decision.degraded) == (Outcome.BLOCK, False)
        assert codes(decision) == ["threshold_exceeded", "circuit_breaker_triggered"]
        assert decision.reasons[0].rules == ("MD-103",)

    def test_a_sum_falls_below_its_limit_without_the_tripped_rule(self):
        several = [item("MD-101", "medium")] * 6 + [item("MD-103", "medium")] * 6
        assert decided(*several).outcome == "block"
        assert decided(*several, tripped=frozenset({"MD-101"})).outcome == "warn"

    @pytest.mark.parametrize(
        ("found", "mode"),
        [
            (item("MD-202"), "pull_request"),
            (item("MD-203"), "pull_request"),
            (item("MD-409"), "pull_request"),
            (item("MD-101", "critical"), "pull_request"),
            (item("MD-101"), "merge_group"),
        ],
    )
    def test_never_applies_where_an_attacker_would_trip_it(self, found, mode):
        decision = decided(found, mode=mode, tripped=frozenset({found.rule_id}))
        assert (decision.outcome, codes(decision)) == (Outcome.BLOCK, ["threshold_exceeded"])

    def test_an_open_breaker_that_changes_nothing_is_not_mentioned(self):
        decision = decided(item(severity="medium"), tripped=frozenset({"MD-101", "MD-999"}))
        assert (codes(decision), decision.degraded) == (["below_thresholds"], False)


class TestInvariants:
    """A violated invariant blocks whatever the thresholds say."""

    def violation(self, line=7, status="new"):
        side = Evidence(Role.ACTUAL, Span("ci.yml", line, 1, line, 2), "")
        return item("L0-1", "critical", status=status).replace(title="'write-all' is too much", evidence=(side,))

    @pytest.mark.parametrize("mode", ["local", "pull_request", "merge_group", "drift"])
    def test_a_new_one_blocks_beyond_every_threshold(self, mode):
        decision = decided(self.violation(), mode=mode, thresholds=Thresholds(None, None, None, None))
        assert (decision.outcome, codes(decision)) == (Outcome.BLOCK, ["invariant_violated"])
        assert decision.reason == "L0-1 is violated at ci.yml:7: 'write-all' is too much."
        assert decision.reasons[0].counts == (("critical", 1),)
        assert exit_code(decision) == 1

    @pytest.mark.parametrize(("mode", "code"), [("local", 0), ("pull_request", 0), ("merge_group", 1), ("drift", 1)])
    def test_one_on_the_base_blocks_where_the_whole_is_judged(self, mode, code):
        decision = decided(self.violation(status="pre-existing"), mode=mode)
        assert exit_code(decision) == code
        assert decision.outcome is (Outcome.BLOCK if code else Outcome.WARN)

    def test_it_is_named_before_the_thresholds(self):
        decision = decided(item(), self.violation())
        assert codes(decision) == ["invariant_violated", "threshold_exceeded"]
        assert decision.reason.startswith("L0-1")
        assert decision.reasons[1].counts == (("high", 1), ("limit", 0))

    def test_it_stands_when_the_breaker_takes_the_rest_away(self):
        decision = decided(item(), self.violation(), tripped=frozenset({"MD-101", "L0-1"}))
        assert (decision.outcome, decision.degraded) == (Outcome.BLOCK, False)
        assert decision.reason.startswith("L0-1")

    def test_it_blocks_beside_a_gap(self):
        decision = decided(self.violation(), gaps=(GAP,))
        assert (decision.incomplete, exit_code(decision)) == (False, 1)

    def test_many_places_are_counted(self):
        decision = decided(*(self.violation(line) for line in range(1, 7)))
        assert decision.reason == (
            "L0-1 is violated at ci.yml:1: 'write-all' is too much. "
            "Also L0-1 at ci.yml:2, L0-1 at ci.yml:3, L0-1 at ci.yml:4, and 2 more."
        )

    def test_a_dry_run_only_warns(self):
        decision = decided(self.violation(), dry_run=True)
        assert (decision.outcome, codes(decision)) == (Outcome.WARN, ["invariant_violated", "dry_run"])


def test_a_dry_run_warns_and_says_so():
    decision = decided(item(), dry_run=True)
    assert (decision.outcome, decision.degraded, exit_code(decision)) == (Outcome.WARN, False, 0)
    assert codes(decision) == ["threshold_exceeded", "dry_run"]
    assert decision.reason == "Dry run: it only warns, although the findings block."
    assert codes(decided(dry_run=True)) == ["clean"]


def test_calibration_never_blocks():
    decision = decided(item("MD-202", "critical"), mode="calibration")
    assert (decision.outcome, decision.reason) == (
        Outcome.WARN,
        "Calibration never blocks, although the findings block.",
    )
