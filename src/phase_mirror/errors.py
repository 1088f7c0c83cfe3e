"""One root class for every error of ours, and the exit codes.

Exit codes are promises to users (`README.md`); no flag changes what one means.
"""

from __future__ import annotations

EXIT_PASS = 0
"""`pass` or `warn`."""
EXIT_BLOCK = 1
"""`block`, or the negative verdict of a checking command."""
EXIT_USAGE = 2
"""The command line or the configuration is wrong."""
EXIT_INCOMPLETE = 3
"""No verdict could be given."""
EXIT_INTERNAL = 4
"""A bug of ours."""


class PhaseMirrorError(Exception):
    """Root of every error raised on purpose.

    Args:
        what: one sentence: what failed and why.
        where: the place: `path:line`, a table, a parameter name. Empty when there is none.
        then: the next step, a command or an edit. Empty when there is none.
    """

    exit_code = EXIT_INTERNAL

    def __init__(self, what: str, *, where: str = "", then: str = "") -> None:
        self.what = what
        self.where = where
        self.then = then
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """Return place, failure and next step as one line."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.then})" if self.then else text

    def sentences(self) -> list[str]:
        """Return one sentence for each thing that is wrong: one, but for a configuration with several mistakes."""
        return [self.sentence()]


class UsageError(PhaseMirrorError):
    """The command line is wrong; the user mends it."""

    exit_code = EXIT_USAGE


class ConfigurationError(PhaseMirrorError):
    """A configuration file is wrong; its author mends it."""

    exit_code = EXIT_USAGE


class RepositoryError(PhaseMirrorError):
    """The path given is not something that can be analyzed."""

    exit_code = EXIT_USAGE


class BaseUnavailableError(PhaseMirrorError):
    """The base commit cannot be read, as in a shallow clone."""

    exit_code = EXIT_INCOMPLETE


class UnreadableError(PhaseMirrorError):
    """One artifact cannot be read; the run goes on and lists it under `unreadable`."""

    exit_code = EXIT_INCOMPLETE
