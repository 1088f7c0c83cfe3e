"""`phase-mirror doctor`: what this installation and this repository can do."""

from __future__ import annotations

import json

from phase_mirror.app.doctor import examine
from phase_mirror.cli.output import write_stdout
from phase_mirror.render.escape import escape_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Run the command; exit 1 when a check failed."""
    checks = examine(options.path)
    if options.format == "json":
        shape = [{"check": c.name, "result": c.result, "text": c.text, "then": c.then} for c in checks]
        write_stdout(json.dumps(shape, indent=2) + "\n")
    else:
        width = max(len(check.name) for check in checks)
        lines = []
        for check in checks:
            lines.append(f"{check.result:<5} {check.name:<{width}}  {escape_terminal(check.text)}")
            if check.then:
                lines.append(f"      {'':<{width}}  -> {escape_terminal(check.then)}")
        write_stdout("\n".join(lines) + "\n")
    return 1 if any(check.result == "fail" for check in checks) else 0
