"""`phase-mirror completion`: the script for a shell, generated from the parser at build time."""

from __future__ import annotations

from phase_mirror.cli.output import write_stdout

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print the script; `eval "$(phase-mirror completion bash)"` switches completion on."""
    from importlib.resources import files  # noqa: PLC0415 - costs 20 ms

    script = files("phase_mirror.cli").joinpath("completions", f"phase-mirror.{options.shell}")
    write_stdout(script.read_text(encoding="utf-8"))
    return 0
