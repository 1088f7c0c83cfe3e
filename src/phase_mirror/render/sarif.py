"""The report as SARIF 2.1.0, within the limits of GitHub's code scanning.

Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

import json
import re

from phase_mirror.model.levels import Status
from phase_mirror.model.rule import DOCS_URL
from phase_mirror.render import words
from phase_mirror.render.escape import (
    escape_json,
    escape_link_text,
    escape_message,
    escape_uri,
    visible,
    without_surrogates,
)
from phase_mirror.render.sarif_rules import LEVELS, descriptors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from phase_mirror.model.finding import Evidence
    from phase_mirror.model.report import Item, Report
    from phase_mirror.model.rule import RuleMeta
    from phase_mirror.model.span import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""Results of one run that GitHub takes; it refuses the whole file when there are more."""
MOST_LOCATIONS = 100
"""Locations of one result that GitHub shows."""
ROOT = "%SRCROOT%"
HOME = DOCS_URL.partition("/blob/")[0]


def render_sarif(report: Report, rules: Sequence[RuleMeta] = ()) -> str:
    """Return the report as a SARIF log with one run.

    Args:
        report: what to show.
        rules: metadata of the rules; a rule without them gets the little that its findings tell.
    """
    described = descriptors(rules, report.items)
    index = {rule["id"]: number for number, rule in enumerate(described)}
    items = _most_important(report.items)
    compared = bool(report.meta.base) or any(item.status is Status.PRE_EXISTING for item in items)
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "phase-mirror",
                        "version": visible(report.meta.tool_version),
                        "informationUri": HOME,
                        "rules": described,
                    }
                },
                "invocations": [_invocation(report, index)],
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
                "results": [_result(item, index, compared=compared) for item in items],
            }
        ],
    }
    return escape_json(json.dumps(without_surrogates(log), indent=2)) + "\n"


def _most_important(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return as many items as may be shown: new ones first, in each kind the worst first."""
    if len(items) <= MOST_RESULTS:
        return items
    return tuple(sorted(items, key=lambda item: item.status is not Status.NEW)[:MOST_RESULTS])


# -- the run ------------------------------------------------------------------------------------------------------


def _invocation(report: Report, index: dict[str, int]) -> dict[str, Any]:
    meta = report.meta
    execution = [
        {
            "level": "error" if entry.touched else "warning",
            "message": {"text": escape_message(f"could not be read: {entry.reason}")},
            "locations": [_place(entry.path, {"startLine": max(1, entry.line)})],
        }
        for entry in meta.unreadable
    ]
    for rule, text in meta.evaluation_errors:
        name = visible(rule)
        associated: dict[str, Any] = {"id": name, **({"index": index[name]} if name in index else {})}
        message = {"text": escape_message(f"{rule} crashed: {text}")}
        execution.append({"level": "error", "message": message, "associatedRule": associated})
    if len(report.items) > MOST_RESULTS:
        left = len(report.items) - MOST_RESULTS
        text = f"{left} findings are left out: GitHub takes {MOST_RESULTS} of one run. The JSON report holds all."
        execution.append({"level": "warning", "message": {"text": text}})
    invocation: dict[str, Any] = {
        "executionSuccessful": not report.decision.incomplete,
        "toolExecutionNotifications": execution,
        "toolConfigurationNotifications": [
            {"level": "note", "message": {"text": escape_message(notice)}} for notice in meta.notices
        ],
        "properties": {"outcome": report.decision.outcome.value, "reason": escape_message(report.decision.reason)},
    }
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", meta.timestamp, re.ASCII):
        invocation["startTimeUtc"] = meta.timestamp
    return invocation


# -- one result ---------------------------------------------------------------------------------------------------


def _result(item: Item, index: dict[str, int], *, compared: bool) -> dict[str, Any]:
    rule_id = visible(item.rule_id)
    related = [side for side in words.sides(item)[1:] if side.span is not None][: MOST_LOCATIONS - 1]
    result: dict[str, Any] = {
        "ruleId": rule_id,
        "ruleIndex": index[rule_id],
        "level": LEVELS[item.severity],
        "message": {"text": _message(item, related)},
        "locations": [_location(item.primary)],
    }
    if related:
        result["relatedLocations"] = [{"id": number, **_location(side)} for number, side in enumerate(related, 1)]
    result["partialFingerprints"] = {"phaseMirror/v1": visible(item.id)}
    if item.status in {Status.EXEMPT, Status.REVIEWED_FALSE}:
        why = f"{item.status.value}: {item.status_reason}" if item.status_reason else item.status.value
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": escape_message(why)}]
    elif compared:
        result["baselineState"] = "new" if item.status is Status.NEW else "unchanged"
    result["properties"] = {
        "severity": item.severity.value,
        "confidence": item.confidence.value,
        "standing": item.standing.value,
        "ruleVersion": visible(item.rule_version),
    }
    return result


def _message(item: Item, related: list[Evidence]) -> str:
    """Return title, message and remedy, then a link to every other side: GitHub shows those that are linked alone."""
    parts = [words.sentence(escape_message(text)) for text in (item.title, item.message, item.remediation) if text]
    for number, side in enumerate(related, 1):
        text = side.note or (words.place(side.span) if side.span else "")
        parts.append(f"See [{escape_link_text(text)}]({number}).")
    parts += [f"See {escape_message(f'{side.note} {side.url}')}" for side in item.evidence if side.span is None]
    return " ".join(parts)


def _location(side: Evidence) -> dict[str, Any]:
    span = side.span
    if span is None:
        return {}
    region = _region(span)
    if side.snippet is not None and side.snippet.value.strip() and not words.is_whole_file(span):
        region["snippet"] = {"text": visible(side.snippet.value)}
    location = _place(span.path, region)
    note = f"{side.note} (on the {side.tree})".strip() if side.tree else side.note
    if note:
        location["message"] = {"text": escape_message(note)}
    return location


def _place(path: str, region: dict[str, Any]) -> dict[str, Any]:
    uri = escape_uri(path) or "."
    return {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}, "region": region}}


def _region(span: Span) -> dict[str, Any]:
    """Return the region of a span; columns are exclusive at the end in both. A whole file is its first line."""
    line = max(1, span.line)
    if words.is_whole_file(span):
        return {"startLine": line}
    end_line = max(line, span.end_line)
    column = max(1, span.column)
    end_column = max(column if end_line == line else 1, span.end_column)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
