"""`phase-mirror init`: write a first configuration."""

from __future__ import annotations

import os

from phase_mirror.cli.output import write_stdout, write_whole
from phase_mirror.config.records import CONFIG_PATHS
from phase_mirror.config.templates import template
from phase_mirror.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Run the command; a file that is there is kept unless `--force` is given."""
    if not os.path.isdir(options.path):
        raise UsageError("not a directory", where=options.path, then="name the root of a repository")
    for name in CONFIG_PATHS:
        path = os.path.join(options.path, name)
        if os.path.lexists(path) and not options.force:
            raise UsageError("there is a configuration already", where=path, then="use --force to replace it")
    path = os.path.join(options.path, CONFIG_PATHS[0])
    write_whole(path, template(options.template), mode=0o644)
    write_stdout(f"wrote {path}\ncheck it with: phase-mirror config validate {options.path}\n")
    return 0
