"""Reports made by hand: one with everything in it, one with text that attacks whatever shows it."""

from phase_mirror.model.decision import Decision, Reason
from phase_mirror.model.finding import Edit, Evidence
from phase_mirror.model.levels import Confidence, Mode, Outcome, Role, RuleOutcome, Severity, Standing, Status
from phase_mirror.model.redacted import RedactedText
from phase_mirror.model.report import ExemptionUse, Item, Meta, Report, RuleRun, Unreadable
from phase_mirror.model.rule import DOCS_URL, RuleMeta
from phase_mirror.model.span import Span


def side(role, path, line, column, end_column, note, source="", *, end_line=0, snippet=None, hits=0, at=1, **more):
    """Return evidence whose excerpt is `source`, and whose snippet is cut from it unless given."""
    span = Span(path, line, column, end_line or line, end_column)
    if source:
        text = source[column - at : end_column - at if not end_line else None] if snippet is None else snippet
        more.update(excerpt=RedactedText(source, hits), snippet=RedactedText(text, hits), excerpt_column=at)
    return Evidence(Role(role), span, note, **more)


def item(rule_id="MD-101", *evidence, severity="high", confidence="high", standing="blocking", status="new", **more):
    defaults = {
        "title": f"Title of {rule_id}",
        "message": f"Message of {rule_id}.",
        "remediation": f"Remediation of {rule_id}.",
        "rule_version": "1.0",
        "url": f"{DOCS_URL}{rule_id}.md",
        "id": (rule_id[3:] + severity + status).encode().hex().ljust(64, "0")[:64],
    }
    return Item(
        rule_id=rule_id,
        severity=Severity(severity),
        confidence=Confidence(confidence),
        standing=Standing(standing),
        status=Status(status),
        evidence=evidence or (side("actual", ".github/workflows/ci.yml", 1, 1, 5, "here", "name: CI"),),
        **{**defaults, **more},
    )


def meta(**more):
    given = {
        "run_id": "0" * 32,
        "timestamp": "2026-11-24T12:00:00Z",
        "rules_hash": "ab" * 32,
        "tool_version": "1.0.0",
        "mode": Mode.PULL_REQUEST,
        "repository": "acme/widgets",
        "commit": "1" * 40,
        "base": "2" * 40,
    }
    return Meta(**{**given, **more})


ONLY_WARN = "From rules that only warn: 1 low (MD-101)."


def decision(outcome="warn", reason=ONLY_WARN, *more, degraded=False, incomplete=False):
    first = Reason("warn_standing", reason, ("MD-101",), (("low", 1),))
    return Decision(Outcome(outcome), degraded, incomplete, reason, (first, *more))


def report(*items, **more):
    return Report(more.pop("meta", None) or meta(), items, more.pop("decision", None) or decision(**more))


def empty():
    return report(decision=Decision(Outcome.PASS, False, False, "No contradiction was found.", ()))


NORM = Evidence(Role.NORM, None, "a job's check has the job's name", url="https://docs.github.com/en/actions")
GATE_LINE = '      "oracle-check",'
NAME_LINE = "    name: Mirror Dissonance Oracle"


def _required_check():
    return item(
        "MD-101",
        side(
            "declared",
            ".github/branch-protection.json",
            6,
            7,
            21,
            "required here",
            GATE_LINE,
            locator="required_status_checks.contexts[oracle-check]",
            value="oracle-check",
        ),
        side(
            "actual",
            ".github/workflows/ci.yml",
            89,
            11,
            35,
            "the check this job reports",
            NAME_LINE,
            locator="jobs.oracle-check.name",
            value="Mirror Dissonance Oracle",
        ),
        NORM,
        severity="critical",
        title="Required check 'oracle-check' is never reported",
        message="The gate on 'main' requires 'oracle-check'; that is the id of job 'oracle-check', whose check is "
        "named 'Mirror Dissonance Oracle'.",
        remediation="Require 'Mirror Dissonance Oracle' instead, or rename the job.",
        edits=(Edit(Span(".github/branch-protection.json", 6, 7, 6, 21), '"Mirror Dissonance Oracle"'),),
        id="5b1f" + "0" * 60,
    )


def full():
    """Return a report with every status, severity, kind of evidence and list."""
    items = (
        _required_check(),
        item(
            "MD-202",
            side("actual", ".github/workflows/release.yml", 12, 3, 8, "granted here", "  permissions:", end_line=14),
            side("declared", ".github/CODEOWNERS", 1, 1, 1, "the file names no owner"),
            title="A token may write more than the policy allows",
            edits=(),
        ),
        item(
            "MD-204",
            side(
                "actual",
                ".github/workflows/ci.yml",
                7,
                23,
                41,
                "a tag, not a commit",
                "      token: [REDACTED:github-token] and uses: x@v1",
                snippet="x@v1",
                hits=1,
            ),
            severity="medium",
            confidence="medium",
            standing="warn",
            edits=(),
        ),
        item(
            "MD-409",
            side("declared", "docs/日本語.md", 3, 4, 7, "名前 is gone", "漢字 東京都 = 1", tree="base"),
            severity="low",
            standing="pilot",
        ),
        item("MD-301", severity="high", status="pre-existing"),
        item("MD-502", severity="medium", status="exempt", status_reason="generated at build time"),
        item("MD-503", severity="low", status="reviewed-false", status_reason="reviewed by a maintainer"),
    )
    runs = (
        RuleRun("MD-101", "1.0", Standing.BLOCKING, RuleOutcome.FINDINGS, 1, "", 1.234),
        RuleRun("MD-103", "1.0", Standing.WARN, RuleOutcome.NOT_AVAILABLE, 0, "no gate is declared", 0.01),
        RuleRun("MD-104", "1.0", Standing.WARN, RuleOutcome.NOT_AVAILABLE, 0, "no gate is declared", 0.01),
        RuleRun("MD-105", "1.1", Standing.WARN, RuleOutcome.NOT_APPLICABLE, 0, "no workflow", 0.02),
        RuleRun("MD-305", "1.0", Standing.PILOT, RuleOutcome.ERROR, 0, "KeyError at rules/md_305.py:40", 3.0),
        RuleRun("MD-401", "1.0", Standing.OFF, RuleOutcome.SKIPPED, 0, "switched off in the configuration"),
    )
    return Report(
        meta(
            configuration=".phase-mirror.yml",
            configuration_origin="base",
            selection=("MD-101", "MD-002"),
            notices=("The command line narrows this run: --rules.",),
            unreadable=(
                Unreadable(".github/workflows/broken.yml", "not YAML: a tab stands where blanks must", 3, touched=True),
                Unreadable("big.json", "larger than 5 MB"),
            ),
            rules=runs,
            exemptions=(ExemptionUse(("MD-502",), "docs/**", 0, "generated at build time", "2027-03-01", 1),),
            evaluation_errors=(("MD-305", "KeyError at rules/md_305.py:40"),),
        ),
        items,
        Decision(
            Outcome.BLOCK,
            degraded=False,
            incomplete=False,
            reason="1 critical finding (MD-101), more than the 0 allowed: mend them.",
            reasons=(
                Reason("warn_standing", "From rules that only warn: 1 medium (MD-204).", ("MD-204",), (("medium", 1),)),
                Reason(
                    "threshold_exceeded",
                    "1 critical finding (MD-101), more than the 0 allowed: mend them.",
                    ("MD-101",),
                    (("critical", 1), ("limit", 0)),
                ),
            ),
        ),
    )


def rule_meta(rule_id="MD-101"):
    return RuleMeta(
        id=rule_id,
        version="1.0",
        name="required-check-exists",
        title="Every required check is reported",
        why="A required check that nothing reports holds every pull request for ever.",
        remediation="Require the name the job reports.",
        sources=("https://docs.github.com/en/repositories",),
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        standing=Standing.BLOCKING,
        inputs=("gates", "workflows"),
        example_bad=((".github/workflows/ci.yml", "on: push\n"),),
        example_good=((".github/workflows/ci.yml", "on: push\n"),),
    )
