"""The pipeline on rules of our own making: what becomes of findings, crashes, late rules and exemptions."""

import time
from types import SimpleNamespace

import pytest

from phase_mirror.config.records import Config
from phase_mirror.model.exemption import Exemption
from phase_mirror.model.levels import Confidence, Mode, Outcome, RuleOutcome, Severity, Standing, Status
from phase_mirror.model.rule import RuleMeta
from phase_mirror.model.span import Span
from phase_mirror.oracle import analyze
from phase_mirror.oracle.request import Change, OutOfTimeError, Request
from phase_mirror.redaction.redactor import Redactor
from phase_mirror.rules.protocol import NotApplicable, NotAvailable, actual
from rule_harness import snapshot_of

WORD = "BAD"


def meta(rule_id, **more):
    fields = {
        "id": rule_id,
        "version": "1.0",
        "name": "a-rule",
        "title": "A rule",
        "why": "",
        "remediation": "",
        "sources": (),
        "severity": Severity.HIGH,
        "confidence": Confidence.HIGH,
        "standing": Standing.BLOCKING,
        "inputs": (),
        "example_bad": (),
        "example_good": (),
    }
    return RuleMeta(**{**fields, **more})


def rule(rule_id="MD-101", answer=None, **more):
    """Return a rule that finds the lines with a bad word, or gives a fixed answer, or does what it is told."""
    own = meta(rule_id, **more)

    def check(facts, context):
        if callable(answer):
            return answer(facts, context)
        if answer is not None:
            return answer
        found = []
        for path in facts.paths:
            text = facts.text(path)
            for number, line in enumerate(text.lines if text else (), 1):
                if WORD in line:
                    span = Span(path, number, line.index(WORD) + 1, number, line.index(WORD) + 4)
                    value = line.split("#")[0].strip()
                    found.append(
                        own.finding(
                            "A bad word",
                            "It is bad.",
                            actual(span, "", locator=WORD, value=value),
                            remediation="Mend it.",
                        )
                    )
        return found

    return SimpleNamespace(META=own, check=check)


def run(files, *rules, base=None, tip=None, **more):
    head = snapshot_of(files)
    change = None
    if base is not None:
        before = snapshot_of(base)
        change = Change(snapshot_of(tip) if tip is not None else before, before, "b" * 40)
    fields = {
        "head": head,
        "config": Config(),
        "rules": rules or (rule(),),
        "redactor": Redactor(),
        "mode": Mode.LOCAL,
        "now": 0.0,
        "stamp": "2026-11-24T00:00:00Z",
        "run_id": "0" * 32,
        "tool_version": "0",
        "clock": time.monotonic,
        "change": change,
    }
    return analyze(Request(**{**fields, **more}))


def statuses(report):
    return [(item.primary.span.line, item.status) for item in report.items]


def outcomes(report):
    return {each.id: (each.outcome, each.reason) for each in report.meta.rules}


# -- rules ------------------------------------------------------------------------------------------------------------


def test_every_outcome_of_a_rule_is_told():
    report = run(
        {"a": "BAD\n"},
        rule("MD-101"),
        rule("MD-102", []),
        rule("MD-103", NotApplicable("no gate")),
        rule("MD-104", NotAvailable("no base")),
        rule("MD-105", standing=Standing.OFF),
        rule("MD-106", standing=Standing.PILOT),
        rule("MD-107", standing=Standing.DRAFT),
        ignored=("MD-108",),
    )
    assert outcomes(report) == {
        "MD-101": (RuleOutcome.FINDINGS, ""),
        "MD-102": (RuleOutcome.CLEAN, ""),
        "MD-103": (RuleOutcome.NOT_APPLICABLE, "no gate"),
        "MD-104": (RuleOutcome.NOT_AVAILABLE, "no base"),
        "MD-105": (RuleOutcome.SKIPPED, "switched off in the configuration"),
        "MD-106": (RuleOutcome.SKIPPED, "in pilot standing: runs only when named with --rules"),
        "MD-107": (RuleOutcome.SKIPPED, "in draft standing: runs only when named with --rules"),
    }


def test_selected_and_ignored_rules():
    rules = (rule("MD-101"), rule("MD-203"), rule("MD-204", standing=Standing.PILOT))
    named = outcomes(run({"a": ""}, *rules, selected=("MD-002",)))
    assert named["MD-101"] == (RuleOutcome.SKIPPED, "not among --rules")
    assert named["MD-203"][0] is named["MD-204"][0] is RuleOutcome.CLEAN
    left_out = outcomes(run({"a": ""}, *rules, ignored=("MD-002",)))
    assert left_out["MD-203"] == (RuleOutcome.SKIPPED, "left out by --ignore")
    assert left_out["MD-101"][0] is RuleOutcome.CLEAN


def crash(_facts, _context):
    raise KeyError("ghp_secret of the repository")


def test_a_crash_is_an_incomplete_run_and_the_other_rules_are_judged():
    report = run({"a": ""}, rule("MD-101", crash), rule("MD-102"))
    assert outcomes(report)["MD-101"][0] is RuleOutcome.ERROR
    assert outcomes(report)["MD-102"][0] is RuleOutcome.CLEAN
    ((rule_id, text),) = report.meta.evaluation_errors
    assert rule_id == "MD-101"
    assert text.startswith("KeyError at oracle/run.py:")
    assert "secret" not in text
    assert report.decision.incomplete
    assert report.decision.outcome is Outcome.BLOCK


def test_a_crash_beside_a_block_is_a_block():
    report = run({"a": "BAD"}, rule("MD-101", crash), rule("MD-102"))
    assert report.decision.outcome is Outcome.BLOCK
    assert not report.decision.incomplete


def test_a_rule_that_crashes_on_the_base_gives_no_verdict():
    def moody(facts, context):
        return crash(facts, context) if context.base is None else rule().check(facts, context)

    report = run({"a": "BAD"}, rule("MD-101", moody, standing=Standing.WARN), base={"a": ""})
    assert report.decision.reasons[0].code == "base_unknown"
    assert report.decision.incomplete


def test_rules_that_come_too_late_are_skipped_and_give_no_verdict():
    clock = iter(range(0, 10_000, 20)).__next__
    report = run({"a": "BAD"}, rule("MD-101", standing=Standing.WARN), rule("MD-102"), rule("MD-103"), clock=clock)
    late = [each.id for each in report.meta.rules if each.outcome is RuleOutcome.SKIPPED]
    assert late == ["MD-102", "MD-103"]
    assert report.decision.incomplete
    assert report.decision.reasons[0].code == "budget_exhausted"
    assert "MD-102, MD-103" in report.decision.reasons[0].text


def test_a_rule_that_is_stopped_is_skipped():
    def within(seconds, work):
        assert 0 < seconds <= 30
        raise OutOfTimeError

    report = run({"a": "BAD"}, within=within)
    assert outcomes(report)["MD-101"][1] == "the time budget of 30 s was spent before it was done"
    assert report.items == ()
    assert report.decision.incomplete


def test_rules_about_exemptions_run_last_and_stand_in_their_place():
    order = []

    def note(name):
        return lambda *_: order.append(name) or []

    rules = [rule(name, note(name)) for name in ("MD-106", "MD-407", "MD-409", "MD-502")]
    report = run({"a": ""}, *rules)
    assert order == ["MD-106", "MD-502", "MD-407", "MD-409"]
    assert list(outcomes(report)) == ["MD-106", "MD-407", "MD-409", "MD-502"]


def test_each_tree_has_its_own_extras_and_only_the_head_knows_the_base():
    seen = []

    def look(facts, context):
        seen.append((context.extra, context.base is not None))
        return rule("MD-407").check(facts, context)

    head, before = snapshot_of({"a": "BAD"}), snapshot_of({"a": ""})
    change = Change(before, before, "b" * 40, {"MD-407": "of the base"})
    run({}, rule("MD-407", look), head=head, change=change, extras={"MD-407": "of the head"})
    assert seen == [("of the head", True), ("of the base", False)]


# -- new and pre-existing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ("BAD\n", "BAD\n", [(1, "pre-existing")]),
        ("BAD\n", "x\n\nBAD\n", [(3, "pre-existing")]),
        ("", "BAD\n", [(1, "new")]),
        ("BAD\n", "BAD\nBAD\n", [(1, "pre-existing"), (2, "new")]),
        ("BAD\nBAD\n", "BAD\n", [(1, "pre-existing")]),
        ("BAD 1\n", "BAD 2\n", [(1, "new")]),
        ("BAD 1\nBAD 2\n", "BAD 2\nBAD 1\n", [(1, "pre-existing"), (2, "pre-existing")]),
    ],
)
def test_findings_are_compared_by_identity_and_count(base, head, expected):
    assert statuses(run({"a": head}, base={"a": base})) == expected


def test_equal_findings_are_numbered():
    first, second, third = run({"a": "BAD\nBAD\nBAD\n"}).items
    assert (second.id, third.id) == (f"{first.id}-2", f"{first.id}-3")


def test_the_major_version_is_part_of_the_identity_and_the_minor_is_not():
    ids = [run({"a": "BAD"}, rule(version=version)).items[0].id for version in ("1.0", "1.7", "2.0")]
    assert ids[0] == ids[1] != ids[2]


def test_the_rule_about_the_change_is_never_pre_existing():
    report = run({"a": "BAD"}, rule("MD-409"), base={"a": "BAD"})
    assert statuses(report) == [(1, Status.NEW)]


def test_an_adoption_baseline_counts():
    identity = run({"a": "BAD"}).items[0].id
    report = run({"a": "BAD\nBAD\n"}, baseline={identity: 1})
    assert statuses(report) == [(1, Status.PRE_EXISTING), (2, Status.NEW)]
    assert statuses(run({"a": "BAD"}, baseline={})) == [(1, Status.NEW)]


def test_a_folder_and_a_confidence_leave_findings_out():
    files = {"a/x": "BAD", "ab/x": "BAD", "x": "BAD"}
    assert [item.primary.span.path for item in run(files, folder="a").items] == ["a/x"]
    assert run(files, rule(confidence=Confidence.MEDIUM), min_confidence=Confidence.HIGH).items == ()


def test_only_a_governing_file_that_the_change_makes_unreadable_gives_no_verdict():
    for path, incomplete in (
        ("docs/x.txt", False),
        ("CODEOWNERS", True),
        (".github/workflows/x.yml", True),
        ("tools/setup/action.yml", True),
        (".phase-mirror.yml", True),
    ):
        report = run({path: b"\xff"}, base={path: "fine"})
        assert [entry.touched for entry in report.meta.unreadable] == [True]
        assert report.decision.incomplete is incomplete, path
        same = run({path: b"\xff"}, base={path: b"\xff"})
        assert [entry.touched for entry in same.meta.unreadable] == [False]
        assert not same.decision.incomplete


# -- exemptions -------------------------------------------------------------------------------------------------------


def exempting(**more):
    place = Span.of_file(".phase-mirror.yml")
    return Config(exemptions=(Exemption(**{"rule": "MD-101", "path": "**", "span": place, "reason": "fine", **more}),))


def test_an_exemption_of_the_configuration_covers_new_findings_too():
    report = run({"a": "BAD"}, base={"a": ""}, config=exempting())
    assert [(item.status, item.status_reason) for item in report.items] == [(Status.EXEMPT, "fine")]
    (use,) = report.meta.exemptions
    assert (use.rules, use.path, use.covered) == (("MD-101",), ".phase-mirror.yml", 1)
    assert report.decision.outcome is Outcome.PASS


def test_of_a_finding_and_its_copy_the_copy_is_new():
    line = "BAD  # phase-mirror: ignore[MD-101] fine\n"
    report = run({"a.yml": "BAD\n" + line}, base={"a.yml": line})
    assert statuses(report) == [(1, Status.NEW), (2, Status.EXEMPT)]
    report = run({"a.yml": line + line}, base={"a.yml": line})
    assert statuses(report) == [(1, Status.EXEMPT), (2, Status.NEW)]
    report = run({"a.yml": "BAD\n" + line}, base={"a.yml": "BAD\n"})
    assert statuses(report) == [(1, Status.NEW), (2, Status.EXEMPT)]


@pytest.mark.parametrize("more", [{"rule": "MD-102"}, {"path": "b/**"}, {"expires": "2026-11-23"}, {"expires": "soon"}])
def test_exemptions_that_do_not_cover(more):
    assert statuses(run({"a": "BAD"}, config=exempting(**more))) == [(1, Status.NEW)]


def test_an_exemption_of_a_family_without_a_reason():
    report = run({"a": "BAD"}, config=exempting(rule="MD-001", reason=""))
    assert report.items[0].status_reason == "no reason given"


def test_an_inline_exemption_covers_one_line():
    files = {
        "a.yml": "BAD  # phase-mirror: ignore[MD-101] fine\nBAD 2\n# phase-mirror: ignore[MD-101] fine too\nBAD 3\n"
    }
    report = run(files)
    assert statuses(report) == [(1, Status.EXEMPT), (2, Status.NEW), (4, Status.EXEMPT)]
    assert [use.line for use in report.meta.exemptions] == [1, 3]


def test_a_reason_with_a_secret_is_redacted_everywhere():
    token = "ghp_" + "q7Rt2LmX9vBn4KsW8yDc1FhJ5pZg3TaE6uNo"[:36]
    files = {"a.yml": f"BAD  # phase-mirror: ignore[MD-101,{token}] it is {token}\n", token: "BAD"}
    report = run(files)
    assert token not in repr(report)
    assert {item.status for item in report.items} == {Status.EXEMPT, Status.NEW}


def test_a_redacted_path_does_not_hide_the_source_line():
    token = "ghp_" + "q7Rt2LmX9vBn4KsW8yDc1FhJ5pZg3TaE6uNo"[:36]
    (item,) = run({f"{token}.yml": "x: BAD"}).items
    assert item.evidence[0].excerpt.value == "x: BAD"
    assert token not in item.evidence[0].span.path


# -- excerpts ---------------------------------------------------------------------------------------------------------


def test_a_long_line_is_cut_around_its_span():
    (item,) = run({"a": "x" * 5000 + "BAD" + "y" * 5000}).items
    side = item.evidence[0]
    assert side.excerpt_column > 1
    assert len(side.excerpt.value) == 400
    assert side.excerpt.value[side.span.column - side.excerpt_column :].startswith("BAD")


def test_evidence_that_stands_nowhere_has_no_excerpt():
    def nowhere(facts, context):
        place = Span("gone.yml", 1, 1, 1, 2)
        return [meta("MD-101").finding("x", "y", actual(place, "", locator=""), remediation="z")]

    (item,) = run({"a": ""}, rule("MD-101", nowhere)).items
    assert item.evidence[0].excerpt is None


def test_the_rules_hash_follows_what_decides():
    hashes = {
        run({"a": ""}, rule(version="1.0")).meta.rules_hash,
        run({"a": ""}, rule(version="1.1")).meta.rules_hash,
        run({"a": ""}, rule(version="1.0"), tool_version="1").meta.rules_hash,
    }
    assert len(hashes) == 3
    assert run({"a": ""}).meta.rules_hash == run({"b": "x"}).meta.rules_hash
