"""The report as `dissonance_report.json`, schema 2.0.0."""

from __future__ import annotations

import json

from phase_mirror.model.report_json import to_json
from phase_mirror.render.escape import escape_json, without_surrogates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.report import Report


def render_json(report: Report) -> str:
    """Return the report as a JSON document in ASCII; keys stand in the order of the schema's description."""
    return escape_json(json.dumps(without_surrogates(to_json(report)), indent=2)) + "\n"
