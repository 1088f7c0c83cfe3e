"""`phase-mirror config show | validate`."""

from __future__ import annotations

import json

from phase_mirror.app.analyze import Options, open_trees
from phase_mirror.app.configuration import choose
from phase_mirror.app.environment import read_environment
from phase_mirror.cli.output import write_stdout
from phase_mirror.config.run import run_settings
from phase_mirror.config.show import plain_value, settings
from phase_mirror.model.levels import Mode
from phase_mirror.redaction.redactor import Redactor
from phase_mirror.rules.registry import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any


def run(options: argparse.Namespace) -> int:
    """Run the command; `validate` exits 2 with every mistake when the file is wrong."""
    environment = read_environment()
    named = options.config or environment.variables.get("PHASE_MIRROR_CONFIG", "")
    trees = open_trees(options.path, Options(), environment, Mode.LOCAL)
    chosen = choose(trees.head, None, root=trees.root, is_change=False, named=named)
    where = chosen.config.path or "built-in defaults (no configuration file)"
    if options.action == "validate":
        text = (
            json.dumps({"valid": True, "path": chosen.config.path}) if options.format == "json" else f"{where}: valid"
        )
        write_stdout(text + "\n")
        return 0
    stated = run_settings({"config": options.config}, environment.variables)
    found = [*stated.values(), *settings(chosen.config, [rule.META for rule in RULES])]
    if options.format == "json":
        shape = [
            {"key": s.key, "value": _shown(s.value), "origin": s.origin, "place": str(s.span) if s.span else ""}
            for s in found
        ]
        write_stdout(json.dumps(shape, indent=2) + "\n")
    else:
        lines = [f"{s.key} = {json.dumps(_shown(s.value))}  # {s.origin}" for s in found]
        write_stdout("\n".join([f"# {where}", *lines]) + "\n")
    return 0


def _shown(value: Any) -> Any:
    """Return a value without its origins and without secrets."""
    return _redacted(plain_value(value), Redactor())


def _redacted(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.redact(value).value
    if isinstance(value, dict):
        return {redactor.redact(str(key)).value: _redacted(inside, redactor) for key, inside in value.items()}
    return [_redacted(inside, redactor) for inside in value] if isinstance(value, list) else value
