"""`phase-mirror validate`: each invariant with what it was judged by, and the places that violate it."""

from __future__ import annotations

import json

from phase_mirror.app.validate import validate_repository
from phase_mirror.cli.output import write_stdout
from phase_mirror.errors import EXIT_BLOCK, EXIT_INCOMPLETE, EXIT_PASS
from phase_mirror.render.escape import escape_json, escape_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from phase_mirror.app.validate import Validation
    from phase_mirror.model.report import Item


def run(options: argparse.Namespace) -> int:
    """Run the command: 0 when all that is judged holds, 1 when an invariant is violated, 3 when it cannot be told."""
    found = validate_repository(options.path, options.config or "")
    if options.format == "json":
        write_stdout(escape_json(json.dumps(_shape(found), indent=2)) + "\n")
    else:
        write_stdout("\n".join(_lines(found)) + "\n")
    if found.invariants.mask:
        return EXIT_BLOCK
    return EXIT_INCOMPLETE if found.decision.incomplete else EXIT_PASS


def _shape(found: Validation) -> dict[str, Any]:
    return {
        "mask": found.invariants.mask,
        "judged": found.invariants.judged,
        "sentences": list(found.invariants.sentences),
        "complete": not found.decision.incomplete,
        "checks": [
            {
                "id": check.id,
                "name": check.name,
                "result": check.result,
                "evidence": check.evidence,
                "places": [_place(item) for item in found.items if item.rule_id == check.id],
            }
            for check in found.invariants.checks
        ],
    }


def _place(item: Item) -> dict[str, Any]:
    span = item.primary.span
    return {
        "path": span.path if span else "",
        "line": span.line if span else 0,
        "column": span.column if span else 0,
        "title": item.title,
        "remediation": item.remediation,
    }


def _lines(found: Validation) -> list[str]:
    lines = []
    for check in found.invariants.checks:
        lines.append(f"{check.result:<8} {check.id} {check.name:<19}  {escape_terminal(check.evidence)}")
        for item in found.items:
            if item.rule_id == check.id:
                lines.append(f"           {escape_terminal(str(item.primary.span))}: {escape_terminal(item.title)}")
                lines.append(f"           -> {escape_terminal(item.remediation)}")
    if found.decision.incomplete:
        lines.append(f"incomplete: {escape_terminal(found.decision.reason)}")
    return lines
