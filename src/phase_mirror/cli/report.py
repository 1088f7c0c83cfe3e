"""`phase-mirror report`: render a saved report again."""

from __future__ import annotations

import json

from phase_mirror.cli.output import deliver
from phase_mirror.errors import UsageError
from phase_mirror.model.report_json import from_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

MOST_BYTES = 256 * 1024 * 1024
"""The largest saved report that is read."""


def run(options: argparse.Namespace) -> int:
    """Run the command; its exit code says whether the report could be rendered, not what it decided."""
    from phase_mirror.rules.registry import RULES  # noqa: PLC0415 - after the file was read

    path = options.file
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read: {error.strerror}", where=path, then="name a report file") from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"larger than {MOST_BYTES} bytes", where=path)
    try:
        shape = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            "not JSON", where=path, then="write a report with: phase-mirror analyze --output json=FILE"
        ) from error
    deliver(from_json(shape, path), options, [rule.META for rule in RULES])
    return 0
