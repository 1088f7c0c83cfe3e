"""Where rendered reports go: stdout, and files written whole or not at all."""

from __future__ import annotations

import os
import sys

from phase_mirror.errors import UsageError
from phase_mirror.render import FORMATS, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from phase_mirror.model.report import Report
    from phase_mirror.model.rule import RuleMeta

ENDINGS = {".json": "json", ".sarif": "sarif", ".md": "markdown", ".txt": "terminal"}
"""Formats by the ending of a file that `--output` names without one."""


def outputs_of(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Return the (format, file) pairs of `--output`.

    Raises:
        UsageError: an unknown format, or none given and none known by the file's ending.
    """
    pairs: list[tuple[str, str]] = []
    for word in options.output:
        name, equals, path = word.partition("=")
        if equals and name in FORMATS and path:
            pairs.append((name, path))
            continue
        ending = os.path.splitext(word)[1]
        if equals and "/" not in name and "." not in name:
            raise UsageError(f"--output: there is no format '{name}'", then=f"one of: {', '.join(FORMATS)}")
        if ending not in ENDINGS:
            raise UsageError(
                f"--output {word}: the ending tells no format", then="write --output FORMAT=FILE, such as json=FILE"
            )
        pairs.append((ENDINGS[ending], word))
    return pairs


def deliver(report: Report, options: argparse.Namespace, rules: Sequence[RuleMeta]) -> None:
    """Write a report to stdout and to every `--output` file.

    Raises:
        UsageError: a file cannot be written.
    """
    for name, path in outputs_of(options):
        write_whole(path, render(report, name, rules=rules, verbose=options.verbose))
    text = render(
        report,
        options.format,
        rules=rules,
        color=_color(options.color) and options.format == "terminal",
        verbose=options.verbose,
        quiet=options.quiet,
    )
    write_stdout(text)


def write_stdout(text: str) -> None:
    """Write text to stdout as UTF-8, whatever the locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def write_whole(path: str, text: str, *, mode: int = 0o600) -> None:
    """Write a file through a temporary one beside it, so that nobody sees half of it.

    Raises:
        UsageError: it cannot be written.
    """
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with open(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        os.replace(temporary, path)
    except OSError as error:
        raise UsageError(
            f"cannot write: {error.strerror}", where=path, then="name a file in a folder you can write to"
        ) from error


def _color(choice: str) -> bool:
    """Say whether to use colour: as asked, else on a terminal unless NO_COLOR is set (https://no-color.org)."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
