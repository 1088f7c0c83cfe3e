"""The published shape of a report, `dissonance_report.json` of schema 2.0.0, and the way back to records.

Keys may be added in later versions, none is removed or renamed: `report-2.0.0.schema.json` beside this file is the
promise.
"""

from __future__ import annotations

import hashlib

from phase_mirror.errors import UsageError
from phase_mirror.model.decision import Decision, Reason
from phase_mirror.model.finding import Edit, Evidence
from phase_mirror.model.ids import family_of
from phase_mirror.model.levels import Confidence, Mode, Outcome, Role, RuleOutcome, Severity, Standing, Status
from phase_mirror.model.redacted import RedactedText
from phase_mirror.model.report import ExemptionUse, Invariant, Invariants, Item, Meta, Report, RuleRun, Unreadable
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA_VERSION = "2.0.0"
LONGEST_ERROR = 200
"""Characters of a parsing error that are quoted: the file may be hostile."""
LARGEST = 2**31
"""Lines, columns and counts of a saved report stay below this."""


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
    if meta.invariants is not None:
        shaped["l0"] = _invariants_to_json(meta.invariants)
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


def _invariants_to_json(invariants: Invariants) -> dict[str, Any]:
    return {
        "mask": invariants.mask,
        "judged": invariants.judged,
        "sentences": list(invariants.sentences),
        "checks": [
            {"id": check.id, "name": check.name, "result": check.result, "evidence": check.evidence}
            for check in invariants.checks
        ],
    }


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
        shaped["excerpt"] = {
            "value": side.excerpt.value,
            "hits": side.excerpt.hits,
            "column": side.excerpt_column,
        }
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
    except KeyError as error:
        problem = f"{error} is missing"
        cause: Exception = error
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        problem = str(error)
        cause = error
    raise UsageError(
        f"not a phase-mirror report of schema {SCHEMA_VERSION}: {problem[:LONGEST_ERROR]}",
        where=where,
        then="write one with: phase-mirror analyze --output json=FILE",
    ) from cause


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {type(value).__name__}")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in _list(value))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < LARGEST:
        raise TypeError("a number of at least 0 was expected")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false was expected, not {type(value).__name__}")
    return value


def _report_from_json(data: Any) -> Report:
    meta, decision = data["meta"], data["machine_decision"]
    version = _text(meta["schema_version"])
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise ValueError(f"it is of schema {version}")
    reasons = tuple(
        Reason(
            _text(reason["code"]),
            _text(reason["text"]),
            _texts(reason["rules"]),
            tuple((_text(word), _number(count)) for word, count in reason["counts"].items()),
        )
        for reason in _list(decision["reasons"])
    )
    return Report(
        meta=_meta_from_json(meta),
        items=tuple(_item_from_json(item) for item in _list(data["items"])),
        decision=Decision(
            outcome=Outcome(decision["outcome"]),
            degraded=_flag(decision["degraded"]),
            incomplete=_flag(decision["incomplete"]),
            reason=_text(decision["reason"]),
            reasons=reasons,
        ),
    )


def _meta_from_json(meta: Any) -> Meta:
    return Meta(
        run_id=_text(meta["run_id"]),
        timestamp=_text(meta["timestamp"]),
        rules_hash=_text(meta["rules_hash"]),
        tool_version=_text(meta["tool"]["version"]),
        mode=Mode(meta["mode"]),
        repository=_text(meta["repository"]),
        commit=_text(meta["commit"]),
        base=_text(meta["base"]),
        configuration=_text(meta["configuration"]["path"]),
        configuration_origin=_text(meta["configuration"]["origin"]),
        strict=_flag(meta["strict"]),
        dry_run=_flag(meta["dry_run"]),
        selection=_texts(meta["selection"]),
        notices=_texts(meta["notices"]),
        unreadable=tuple(
            Unreadable(_text(entry["path"]), _text(entry["reason"]), _number(entry["line"]), _flag(entry["touched"]))
            for entry in _list(meta["unreadable"])
        ),
        rules=tuple(_run_from_json(run) for run in _list(meta["rules"])),
        exemptions=tuple(
            ExemptionUse(
                _texts(use["rules"]),
                _text(use["path"]),
                _number(use["line"]),
                _text(use["reason"]),
                _text(use["expires"]),
                _number(use["covered"]),
            )
            for use in _list(meta["exemptions"])
        ),
        evaluation_errors=tuple((_text(e["rule_id"]), _text(e["message"])) for e in _list(meta["evaluationErrors"])),
        invariants=None if meta.get("l0") is None else _invariants_from_json(meta["l0"]),
    )


def _invariants_from_json(shape: Any) -> Invariants:
    return Invariants(
        _number(shape["mask"]),
        _number(shape["judged"]),
        _texts(shape.get("sentences", [])),
        tuple(
            Invariant(_text(check["id"]), _text(check["name"]), _text(check["result"]), _text(check["evidence"]))
            for check in _list(shape.get("checks", []))
        ),
    )


def _run_from_json(run: Any) -> RuleRun:
    spent = run.get("milliseconds")
    if spent is not None and (type(spent) not in {int, float} or not 0 <= spent < LARGEST):
        raise TypeError("milliseconds: a number of at least 0 was expected")
    return RuleRun(
        _text(run["id"]),
        _text(run["version"]),
        Standing(run["standing"]),
        RuleOutcome(run["outcome"]),
        _number(run["findings"]),
        _text(run.get("reason", "")),
        None if spent is None else float(spent),
    )


def _item_from_json(item: Any) -> Item:
    evidence = tuple(_evidence_from_json(side) for side in _list(item["evidence"]))
    if not any(side.span for side in evidence):
        raise ValueError("an item has no place")
    rule_id = _text(item["rule_id"])
    if len(rule_id) < len("MD-1"):
        raise ValueError(f"'{rule_id}' is no rule id")
    return Item(
        rule_id=rule_id,
        severity=Severity(item["severity"]),
        confidence=Confidence(item["confidence"]),
        title=_text(item["title"]),
        message=_text(item["message"]),
        evidence=evidence,
        remediation=_text(item["remediation"]),
        edits=tuple(_edit_from_json(edit) for edit in _list(item["edits"])),
        id=_text(item["id"]),
        rule_version=_text(item["rule_version"]),
        standing=Standing(item["standing"]),
        status=Status(item["status"]),
        status_reason=_text(item.get("status_reason", "")),
        url=_text(item["url"]),
    )


def _evidence_from_json(side: Any) -> Evidence:
    span = None
    if "path" in side:
        numbers = (_number(side[key]) for key in ("line", "column", "end_line", "end_column"))
        span = Span(_text(side["path"]), *numbers)
    excerpt = side.get("excerpt")
    return Evidence(
        role=Role(side["role"]),
        span=span,
        note=_text(side["note"]),
        locator=_text(side["locator"]),
        value=_text(side["value"]),
        url=_text(side.get("url", "")),
        tree=_text(side.get("tree", "")),
        snippet=_redacted_from_json(side.get("snippet")),
        excerpt=_redacted_from_json(excerpt),
        excerpt_column=1 if excerpt is None else _number(excerpt.get("column", 1)),
    )


def _redacted_from_json(shape: Any) -> RedactedText | None:
    return None if shape is None else RedactedText(_text(shape["value"]), _number(shape["hits"]))


def _edit_from_json(edit: Any) -> Edit:
    places = [_place(part) for part in _text(edit["range"]).split("-")]
    (line, column), (end_line, end_column) = places
    return Edit(Span(_text(edit["path"]), line, column, end_line, end_column), _text(edit["new"]))


def _place(text: str) -> tuple[int, int]:
    """Return line and column of `line:column`."""
    line, column = text.split(":")
    if not (line.isascii() and line.isdigit() and column.isascii() and column.isdigit()) or len(text) > 20:
        raise ValueError("an edit has no range")
    return _number(int(line)), _number(int(column))
