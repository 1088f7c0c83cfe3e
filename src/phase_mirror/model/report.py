"""The report: `dissonance_report.json`, schema 2.0.0, as records, and the way to and from its JSON shape.

Keys may be added in later versions, none is removed or renamed (`schema/report-2.0.0.schema.json` is the promise).
"""

from __future__ import annotations

import hashlib

from phase_mirror.errors import UsageError
from phase_mirror.model.decision import Decision, Reason
from phase_mirror.model.finding import Edit, Evidence, Finding
from phase_mirror.model.ids import family_of
from phase_mirror.model.levels import Confidence, Mode, Outcome, Role, RuleOutcome, Severity, Standing, Status
from phase_mirror.model.record import Record
from phase_mirror.model.redacted import RedactedText
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA_VERSION = "2.0.0"


class Item(Finding):
    """A finding as it stands in a report.

    Attributes:
        id: the fingerprint; equal ones carry `-2`, `-3`, ... behind it.
        rule_version: version of the rule that spoke.
        standing: what the rule may do in this run.
        status: against the base, the exemptions and the reviews.
        status_reason: why it is exempt or reviewed, else empty.
        url: the page of the rule.
    """

    id: str = ""
    rule_version: str = ""
    standing: Standing = Standing.WARN
    status: Status = Status.NEW
    status_reason: str = ""
    url: str = ""


class Unreadable(Record):
    """An artifact that could not be read. `touched`: the change under analysis added or altered it."""

    path: str
    reason: str
    line: int = 0
    touched: bool = False


class RuleRun(Record):
    """What became of one rule. `milliseconds` is present only in verbose runs, so that reports stay comparable."""

    id: str
    version: str
    standing: Standing
    outcome: RuleOutcome
    findings: int = 0
    reason: str = ""
    milliseconds: float | None = None


class ExemptionUse(Record):
    """An exemption and how many findings it covered."""

    rules: tuple[str, ...]
    path: str
    line: int
    reason: str
    expires: str
    covered: int


class Meta(Record):
    """Everything about a run that is not a finding.

    Attributes:
        run_id: random, 32 hex digits.
        timestamp: start of the run, ISO 8601, UTC.
        rules_hash: SHA-256 over rule ids, versions, effective options, limits and tool version.
        commit: commit or tree that was read, empty for a work tree without git.
        base: the base commit compared with, empty without one.
        configuration: path of the configuration file, empty when built-in defaults applied.
        configuration_origin: `head`, `base`, `defaults`, or `user` for `--config`.
        notices: sentences for people: defaults that applied, a shallow clone, overrides that weaken.
        evaluation_errors: (rule id, sentence) of rules that crashed.
        selection: the `--rules` and `--ignore` words of the command line.
    """

    run_id: str
    timestamp: str
    rules_hash: str
    tool_version: str
    mode: Mode
    repository: str = ""
    commit: str = ""
    base: str = ""
    configuration: str = ""
    configuration_origin: str = "defaults"
    strict: bool = False
    dry_run: bool = False
    selection: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    rules: tuple[RuleRun, ...] = ()
    exemptions: tuple[ExemptionUse, ...] = ()
    evaluation_errors: tuple[tuple[str, str], ...] = ()


class Report(Record):
    """One analysis."""

    meta: Meta
    items: tuple[Item, ...]
    decision: Decision

    def counts(self) -> dict[str, int]:
        """Return how many items have each status, by status word; all four words are present."""
        counts = {status.value: 0 for status in Status}
        for item in self.items:
            counts[item.status.value] += 1
        return counts

    def counted(self) -> tuple[Item, ...]:
        """Return the items of the summary: exempt and reviewed ones are listed but not counted."""
        return tuple(item for item in self.items if item.status in {Status.NEW, Status.PRE_EXISTING})


def order_key(item: Finding) -> tuple[object, ...]:
    """Order of items: severity, path, line, column, rule, title."""
    span = item.primary.span or Span.of_file("")
    return (item.severity.rank, span.path, span.line, span.column, item.rule_id, item.title)


def to_json(report: Report) -> dict[str, Any]:
    """Return the JSON shape of a report."""
    meta = report.meta
    by_severity = {severity.value: 0 for severity in Severity}
    for item in report.counted():
        by_severity[item.severity.value] += 1
    decision = report.decision
    shaped: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "run_id": meta.run_id,
        "timestamp": meta.timestamp,
        "rules_hash": meta.rules_hash,
        "tool": {"name": "phase-mirror", "version": meta.tool_version},
        "mode": meta.mode.value,
        "repository": meta.repository,
        "commit": meta.commit,
        "base": meta.base,
        "configuration": {"path": meta.configuration, "origin": meta.configuration_origin},
        "strict": meta.strict,
        "dry_run": meta.dry_run,
        "selection": list(meta.selection),
        "degraded": decision.degraded,
        "notices": list(meta.notices),
        "unreadable": [_unreadable_to_json(entry) for entry in meta.unreadable],
        "rules": [_run_to_json(run) for run in meta.rules],
        "exemptions": [_exemption_to_json(use) for use in meta.exemptions],
        "evaluationErrors": [{"rule_id": rule, "message": text} for rule, text in meta.evaluation_errors],
    }
    return {
        "meta": shaped,
        "items": [_item_to_json(item) for item in report.items],
        "summary": {"total": len(report.counted()), "by_severity": by_severity, "by_status": report.counts()},
        "machine_decision": {
            "outcome": decision.outcome.value,
            "degraded": decision.degraded,
            "incomplete": decision.incomplete,
            "reason": decision.reason,
            "reasons": [
                {"code": reason.code, "text": reason.text, "rules": list(reason.rules), "counts": dict(reason.counts)}
                for reason in decision.reasons
            ],
        },
    }


def _unreadable_to_json(entry: Unreadable) -> dict[str, Any]:
    return {"path": entry.path, "line": entry.line, "reason": entry.reason, "touched": entry.touched}


def _run_to_json(run: RuleRun) -> dict[str, Any]:
    shaped: dict[str, Any] = {
        "id": run.id,
        "version": run.version,
        "standing": run.standing.value,
        "outcome": run.outcome.value,
        "findings": run.findings,
    }
    if run.reason:
        shaped["reason"] = run.reason
    if run.milliseconds is not None:
        shaped["milliseconds"] = round(run.milliseconds, 2)
    return shaped


def _exemption_to_json(use: ExemptionUse) -> dict[str, Any]:
    return {
        "rules": list(use.rules),
        "path": use.path,
        "line": use.line,
        "reason": use.reason,
        "expires": use.expires,
        "covered": use.covered,
    }


def _item_to_json(item: Item) -> dict[str, Any]:
    shaped: dict[str, Any] = {
        "id": item.id,
        "rule_id": item.rule_id,
        "rule_version": item.rule_version,
        "family": family_of(item.rule_id),
        "severity": item.severity.value,
        "confidence": item.confidence.value,
        "standing": item.standing.value,
        "title": item.title,
        "message": item.message,
        "status": item.status.value,
        "evidence": [_evidence_to_json(side) for side in item.evidence],
        "remediation": item.remediation,
        "edits": [
            {
                "path": edit.span.path,
                "range": f"{edit.span.line}:{edit.span.column}-{edit.span.end_line}:{edit.span.end_column}",
                "new": edit.new,
            }
            for edit in item.edits
        ],
        "url": item.url,
    }
    if item.status_reason:
        shaped["status_reason"] = item.status_reason
    return shaped


def _evidence_to_json(side: Evidence) -> dict[str, Any]:
    shaped: dict[str, Any] = {"role": side.role.value, "note": side.note, "locator": side.locator, "value": side.value}
    if side.span is not None:
        shaped["path"] = side.span.path
        shaped["line"] = side.span.line
        shaped["column"] = side.span.column
        shaped["end_line"] = side.span.end_line
        shaped["end_column"] = side.span.end_column
    if side.url:
        shaped["url"] = side.url
    if side.tree:
        shaped["tree"] = side.tree
    if side.snippet is not None:
        shaped["snippet"] = {"value": side.snippet.value, "hits": side.snippet.hits}
        digest = hashlib.sha256(side.snippet.value.encode("utf-8", "surrogatepass")).hexdigest()
        shaped["hash"] = f"sha256:{digest}"
    if side.excerpt is not None:
        shaped["excerpt"] = {"value": side.excerpt.value, "hits": side.excerpt.hits}
    return shaped


def from_json(data: object, where: str) -> Report:
    """Return the report that a JSON shape holds.

    Args:
        data: the parsed file.
        where: its path, for errors.

    Raises:
        UsageError: not a report of schema 2.
    """
    try:
        return _report_from_json(data)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UsageError(
            f"not a phase-mirror report of schema {SCHEMA_VERSION}: {type(error).__name__} at {error}",
            where=where,
            then="write one with: phase-mirror analyze --output json=FILE",
        ) from error


def _report_from_json(data: Any) -> Report:
    meta, decision = data["meta"], data["machine_decision"]
    if str(meta["schema_version"]).split(".", maxsplit=1)[0] != SCHEMA_VERSION.split(".", maxsplit=1)[0]:
        raise ValueError(f"schema_version {meta['schema_version']}")
    reasons = tuple(
        Reason(
            str(reason["code"]),
            str(reason["text"]),
            tuple(str(rule) for rule in reason["rules"]),
            tuple((str(word), int(count)) for word, count in reason["counts"].items()),
        )
        for reason in decision["reasons"]
    )
    return Report(
        meta=_meta_from_json(meta),
        items=tuple(_item_from_json(item) for item in data["items"]),
        decision=Decision(
            outcome=Outcome(decision["outcome"]),
            degraded=bool(decision["degraded"]),
            incomplete=bool(decision["incomplete"]),
            reason=str(decision["reason"]),
            reasons=reasons,
        ),
    )


def _meta_from_json(meta: Any) -> Meta:
    return Meta(
        run_id=str(meta["run_id"]),
        timestamp=str(meta["timestamp"]),
        rules_hash=str(meta["rules_hash"]),
        tool_version=str(meta["tool"]["version"]),
        mode=Mode(meta["mode"]),
        repository=str(meta["repository"]),
        commit=str(meta["commit"]),
        base=str(meta["base"]),
        configuration=str(meta["configuration"]["path"]),
        configuration_origin=str(meta["configuration"]["origin"]),
        strict=bool(meta["strict"]),
        dry_run=bool(meta["dry_run"]),
        selection=tuple(str(word) for word in meta["selection"]),
        notices=tuple(str(text) for text in meta["notices"]),
        unreadable=tuple(
            Unreadable(str(entry["path"]), str(entry["reason"]), int(entry["line"]), bool(entry["touched"]))
            for entry in meta["unreadable"]
        ),
        rules=tuple(
            RuleRun(
                str(run["id"]),
                str(run["version"]),
                Standing(run["standing"]),
                RuleOutcome(run["outcome"]),
                int(run["findings"]),
                str(run.get("reason", "")),
                float(run["milliseconds"]) if "milliseconds" in run else None,
            )
            for run in meta["rules"]
        ),
        exemptions=tuple(
            ExemptionUse(
                tuple(str(rule) for rule in use["rules"]),
                str(use["path"]),
                int(use["line"]),
                str(use["reason"]),
                str(use["expires"]),
                int(use["covered"]),
            )
            for use in meta["exemptions"]
        ),
        evaluation_errors=tuple((str(e["rule_id"]), str(e["message"])) for e in meta["evaluationErrors"]),
    )


def _item_from_json(item: Any) -> Item:
    return Item(
        rule_id=str(item["rule_id"]),
        severity=Severity(item["severity"]),
        confidence=Confidence(item["confidence"]),
        title=str(item["title"]),
        message=str(item["message"]),
        evidence=tuple(_evidence_from_json(side) for side in item["evidence"]),
        remediation=str(item["remediation"]),
        edits=tuple(_edit_from_json(edit) for edit in item["edits"]),
        id=str(item["id"]),
        rule_version=str(item["rule_version"]),
        standing=Standing(item["standing"]),
        status=Status(item["status"]),
        status_reason=str(item.get("status_reason", "")),
        url=str(item["url"]),
    )


def _evidence_from_json(side: Any) -> Evidence:
    span = None
    if "path" in side:
        span = Span(
            str(side["path"]), int(side["line"]), int(side["column"]), int(side["end_line"]), int(side["end_column"])
        )
    return Evidence(
        role=Role(side["role"]),
        span=span,
        note=str(side["note"]),
        locator=str(side["locator"]),
        value=str(side["value"]),
        url=str(side.get("url", "")),
        tree=str(side.get("tree", "")),
        snippet=_redacted_from_json(side.get("snippet")),
        excerpt=_redacted_from_json(side.get("excerpt")),
    )


def _redacted_from_json(sealed: Any) -> RedactedText | None:
    return None if sealed is None else RedactedText(str(sealed["value"]), int(sealed["hits"]))


def _edit_from_json(edit: Any) -> Edit:
    start, _, end = str(edit["range"]).partition("-")
    line, _, column = start.partition(":")
    end_line, _, end_column = end.partition(":")
    return Edit(Span(str(edit["path"]), int(line), int(column), int(end_line), int(end_column)), str(edit["new"]))
